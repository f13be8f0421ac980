/* SPDX-License-Identifier: MIT */

/* cl_khr_fp16: arithmetic and functions of halves, for every half there is. */

#include "kernels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

enum { ALL = 65536 };

static void
need_halves(void)
{
   need_kernels();
   need_extension("cl_khr_fp16");
}

static double
from_half(cl_ushort bits)
{
   const int exponent = bits >> 10 & 31, fraction = bits & 1023;
   const double sign = bits & 0x8000 ? -1.0 : 1.0;

   if (exponent == 31)
      return fraction ? NAN : sign * INFINITY;
   return exponent ? sign * ldexp(1024 + fraction, exponent - 25)
                   : sign * ldexp(fraction, -24);
}

/* How far a half is from the value, in units of the value's last place. */
static double
distance(cl_ushort got_bits, double wanted)
{
   const double got = from_half(got_bits);

   if (isnan(wanted))
      return isnan(got) ? 0 : INFINITY;
   if (isinf(got) || isnan(got)) {
      /* Beyond the largest and half a place it is infinite. */
      return !isnan(got) && fabs(wanted) >= 65504 &&
                   signbit(got) == signbit(wanted)
                ? 0
                : INFINITY;
   }
   if (isinf(wanted))
      return INFINITY;
   int exponent;
   frexp(wanted, &exponent);
   const double place = ldexp(1.0, (exponent < -13 ? -13 : exponent) - 11);
   return fabs(got - wanted) / place;
}

/* Runs `out[i] = EXPRESSION` over all halves x; y and z are other orders. */
static void
run_all(const char *expression, cl_ushort out[ALL])
{
   char source[640];
   snprintf(source, sizeof(source),
            "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"
            "kernel void test(global half *out) {\n"
            "   uint i = get_global_id(0);\n"
            "   half x = as_half((ushort)i);\n"
            "   half y = as_half((ushort)(i * 40503u >> 4));\n"
            "   half z = as_half((ushort)(i * 30011u + 12345u));\n"
            "   out[i] = %s;\n"
            "}\n",
            expression);
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem buffer = buffer_of(out, ALL * sizeof(*out));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, ALL);
   read_buffer(buffer, out, ALL * sizeof(*out));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
check_all(const char *expression, double limit,
          double (*wanted)(double x, double y, double z))
{
   static cl_ushort out[ALL];

   run_all(expression, out);
   for (cl_uint i = 0; i < ALL; i++) {
      const double x = from_half(i), y = from_half(i * 40503u >> 4);
      const double z = from_half(i * 30011u + 12345u);
      const double far = distance(out[i], wanted(x, y, z));
      if (far > limit)
         fail_msg("%s of %a, %a, %a: %a, not %a: %g away", expression, x, y,
                  z, from_half(out[i]), wanted(x, y, z), far);
   }
}

#define WANTED(name, expression)                                              \
   static double name(double x, double y, double z)                           \
   {                                                                          \
      return expression;                                                      \
   }

WANTED(sum, x + y)
WANTED(product, x *y)
WANTED(quotient, x / y)
WANTED(root, sqrt(x))
WANTED(log_of, log(x))
WANTED(exp2_of, exp2(x))
WANTED(asin_of, asin(x))
WANTED(sin_of, sin(x))
WANTED(cos_of, cos(x))
WANTED(tan_of, tan(x))
WANTED(exp_of, exp(x))
WANTED(log2_of, log2(x))
WANTED(cbrt_of, cbrt(x))
WANTED(pow_of, pow(x, y))
WANTED(hypot_of, hypot(x, y))
WANTED(degrees_of, x * 57.295779513082320877)
WANTED(step_of, y < x ? 0.0 : 1.0)
WANTED(floor_of, floor(x))
WANTED(atan2_of, atan2(y, x))

/* Half a place, and no more. */
#define EXACT 0.5

static void
arithmetic_is_rounded_right(void **state)
{
   need_halves();
   check_all("x + y", EXACT, sum);
   check_all("x * y", EXACT, product);
   check_all("x / y", EXACT, quotient);
   check_all("sqrt(x)", EXACT, root);
   check_all("floor(x)", EXACT, floor_of);
}

/* Limits of 7.4 for halves. */
static void
functions_are_near_enough(void **state)
{
   need_halves();
   check_all("log(x)", 2, log_of);
   check_all("log2(x)", 2, log2_of);
   check_all("exp(x)", 2, exp_of);
   check_all("exp2(x)", 2, exp2_of);
   check_all("sin(x)", 2, sin_of);
   check_all("cos(x)", 2, cos_of);
   check_all("tan(x)", 2, tan_of);
   check_all("asin(x)", 2, asin_of);
   check_all("atan2(y, x)", 2, atan2_of);
   check_all("cbrt(x)", 2, cbrt_of);
   check_all("pow(x, y)", 4, pow_of);
   check_all("hypot(x, y)", 2, hypot_of);
   check_all("degrees(x)", 2, degrees_of);
   check_all("isnan(x) || isnan(y) ? step((half)1, (half)1) : step(x, y)", 0,
             step_of);
}

/*
 * The sum of a half and a product of halves may be wider than a double: of
 * a tie between two halves, what is left over must decide.
 */
static void
fma_is_rounded_once(void **state)
{
   static cl_ushort out[ALL];

   need_halves();
   run_all("fma(x, y, z)", out);
   for (cl_uint i = 0; i < ALL; i++) {
      const long double x = from_half(i), y = from_half(i * 40503u >> 4);
      const long double z = from_half(i * 30011u + 12345u);
      const long double wanted = x * y + z;
      if (isnan(wanted)) {
         assert_true(isnan(from_half(out[i])));
         continue;
      }
      /* No half is nearer. */
      const long double got = from_half(out[i]);
      const long double far = fabsl(got - wanted);
      if (isinf(got)) {
         assert_true(fabsl(wanted) >= 65520);
         continue;
      }
      const long double up = from_half(out[i] + 1);
      const long double down = out[i] & 0x7fff ? from_half(out[i] - 1) : got;
      assert_true(far <= fabsl(up - wanted));
      assert_true(far <= fabsl(down - wanted));
   }
}

/* A product that ties exactly, and a third operand far below it. */
static void
fma_sees_the_smallest(void **state)
{
   static const char source[] =
      "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"
      "kernel void test(global half *v) {\n"
      "   v[3] = fma(v[0], v[1], v[2]);\n"
      "   v[4] = fma(v[0], v[1], -v[2]);\n"
      "}\n";
   /* 3 * 683 is in the middle between 2048 and 2050. */
   cl_ushort v[5] = {0x4200, 0x6156, 0x0001};

   need_halves();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem buffer = buffer_of(v, sizeof(v));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, v, sizeof(v));
   assert_int_equal(v[3], 0x6801);
   assert_int_equal(v[4], 0x6800);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
vectors_have_functions_too(void **state)
{
   static const char source[] =
      "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"
      "kernel void test(global half *out) {\n"
      "   half16 v = (half16)(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,\n"
      "                       14, 15, 16);\n"
      "   vstore16(exp2(log2(v)), 0, out);\n"
      "   vstore4(normalize(v.lo.lo), 4, out);\n"
      "   half whole;\n"
      "   out[20] = length(v.s34) + fract(v.s0 / 4, &whole);\n"
      "   vstore3(smoothstep((half)0, (half)4, v.s012), 7, out);\n"
      "   out[24] = dot(v.s012, v.s111);\n"
      "}\n";
   cl_ushort out[25] = {0};

   need_halves();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem buffer = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, out, sizeof(out));
   for (int i = 0; i < 16; i++)
      assert_true(distance(out[i], i + 1) <= 4);
   for (int i = 0; i < 4; i++)
      assert_true(distance(out[16 + i], (i + 1) / sqrt(30)) <= 4);
   assert_true(distance(out[20], sqrt(41) + 0.25) <= 4);
   assert_true(distance(out[22], 0.5) <= 2);
   assert_true(distance(out[24], 12) <= 1);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* %spec = OpSpecConstant %half 1, SpecId 7; OpStore of it to the argument. */
static void
constants_of_spirv_are_specialized(void **state)
{
   static const cl_uint module[] = {
      0x07230203, 0x00010000, 0x00000000, 0x00000009, 0x00000000, 0x00020011,
      0x00000004, 0x00020011, 0x00000006, 0x00020011, 0x00000009, 0x0003000e,
      0x00000002, 0x00000002, 0x0005000f, 0x00000006, 0x00000001, 0x74736574,
      0x00000000, 0x00040047, 0x00000002, 0x00000001, 0x00000007, 0x00020013,
      0x00000003, 0x00030016, 0x00000004, 0x00000010, 0x00040032, 0x00000004,
      0x00000002, 0x00003c00, 0x00040020, 0x00000005, 0x00000005, 0x00000004,
      0x00040021, 0x00000006, 0x00000003, 0x00000005, 0x00050036, 0x00000003,
      0x00000001, 0x00000000, 0x00000006, 0x00030037, 0x00000005, 0x00000007,
      0x000200f8, 0x00000008, 0x0005003e, 0x00000007, 0x00000002, 0x00000002,
      0x00000002, 0x000100fd, 0x00010038,
   };
   const cl_ushort wanted = 0x4248; /* about 3.14 */
   cl_ushort got = 0;

   need_halves();
   if (device_uint(CL_DEVICE_ADDRESS_BITS) != 64)
      skip_test("the device does not take this SPIR-V");
   cl_program program = CREATED(
      clCreateProgramWithIL(client.context, module, sizeof(module), &code));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetProgramSpecializationConstant(program, 7, 4, &wanted));
   CHECK_OK(clSetProgramSpecializationConstant(program, 7, sizeof(wanted),
                                               &wanted));
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));
   cl_mem buffer = buffer_of(&got, sizeof(got));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, &got, sizeof(got));
   assert_int_equal(got, wanted);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
exponents_are_stored(void **state)
{
   static const char source[] =
      "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"
      "kernel void test(global int *out, global half *fractions) {\n"
      "   local int3 shared;\n"
      "   int3 e = 77;\n"
      "   half3 f = frexp((half3)(1, 12, 0x1p-24f), &e);\n"
      "   vstore3(e, 0, out); vstore3(f, 0, fractions);\n"
      "   frexp((half3)(2, 4, 8), &shared);\n"
      "   vstore3(shared, 1, out);\n"
      "   frexp((half)32, &out[6]);\n"
      "}\n";
   static const cl_int wanted[] = {1, 4, -23, 2, 3, 4, 6};
   static const cl_ushort fractions[] = {0x3800, 0x3a00, 0x3800};
   cl_int out[COUNT(wanted)] = {0};
   cl_ushort got[COUNT(fractions)] = {0};

   need_halves();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem to = buffer_of(out, sizeof(out)), f = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, to);
   SET_ARG(kernel, 1, f);
   run_1d(kernel, 1);
   read_buffer(to, out, sizeof(out));
   read_buffer(f, got, sizeof(got));
   for (unsigned i = 0; i < COUNT(wanted); i++)
      assert_int_equal(out[i], wanted[i]);
   assert_memory_equal(got, fractions, sizeof(got));
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseMemObject(f));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
configuration_and_macro_agree(void **state)
{
   need_kernels();
   cl_device_fp_config config = 0;
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_HALF_FP_CONFIG,
                            sizeof(config), &config, NULL));
   assert_int_equal(config != 0, has_extension("cl_khr_fp16"));
   CHECK_OK(clReleaseKernel(build_kernel(
      config ? "#ifndef cl_khr_fp16\n#error it is there\n#endif\n"
               "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"
               "kernel void test(half h) {}\n"
             : "#ifdef cl_khr_fp16\n#error it is not\n#endif\n"
               "kernel void test(void) {}\n",
      NULL)));
   if (config)
      assert_true(config & CL_FP_ROUND_TO_NEAREST && config & CL_FP_INF_NAN);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic_is_rounded_right),
      cmocka_unit_test(functions_are_near_enough),
      cmocka_unit_test(fma_is_rounded_once),
      cmocka_unit_test(fma_sees_the_smallest),
      cmocka_unit_test(vectors_have_functions_too),
      cmocka_unit_test(exponents_are_stored),
      cmocka_unit_test(constants_of_spirv_are_specialized),
      cmocka_unit_test(configuration_and_macro_agree),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
