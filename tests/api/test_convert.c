/* SPDX-License-Identifier: MIT */

/* 6.4.3 and 6.15.13: explicit conversions, and stores of halves. */

#include "kernels.h"

#include <float.h>
#include <math.h>

struct rounding {
   double number;
   cl_ushort even, zero, up, down;
};

static const struct rounding doubles[] = {
   {0.0, 0, 0, 0, 0},
   {-0.0, 0x8000, 0x8000, 0x8000, 0x8000},
   {1.0, 0x3c00, 0x3c00, 0x3c00, 0x3c00},
   {INFINITY, 0x7c00, 0x7c00, 0x7c00, 0x7c00},
   {-INFINITY, 0xfc00, 0xfc00, 0xfc00, 0xfc00},
   {65504.0, 0x7bff, 0x7bff, 0x7bff, 0x7bff},

   /* Next to a tie, by less than a float tells. */
   {0x1.002p+0, 0x3c00, 0x3c00, 0x3c01, 0x3c00},
   {0x1.002p+0 + 0x1p-40, 0x3c01, 0x3c00, 0x3c01, 0x3c00},
   {0x1.002p+0 - 0x1p-40, 0x3c00, 0x3c00, 0x3c01, 0x3c00},
   {-0x1.002p+0 - 0x1p-40, 0xbc01, 0xbc00, 0xbc00, 0xbc01},

   /* Next to a half. */
   {0x1.3ffffffffff80p+1, 0x4100, 0x40ff, 0x4100, 0x40ff},
   {-0x1.fffffffffff80p+0, 0xc000, 0xbfff, 0xbfff, 0xc000},

   /* Around the largest and the smallest. */
   {65519.999999999, 0x7bff, 0x7bff, 0x7c00, 0x7bff},
   {65520.0, 0x7c00, 0x7bff, 0x7c00, 0x7bff},
   {0x1.4000000000001p+257, 0x7c00, 0x7bff, 0x7c00, 0x7bff},
   {-0x1.4p+257, 0xfc00, 0xfbff, 0xfbff, 0xfc00},
   {0x1p-25, 0x0000, 0x0000, 0x0001, 0x0000},
   {0x1p-25 + 0x1p-70, 0x0001, 0x0000, 0x0001, 0x0000},
   {-0x1.8p-24, 0x8002, 0x8001, 0x8001, 0x8002},
   {0x1.4p-767, 0x0000, 0x0000, 0x0001, 0x0000},
   {-0x1p-1074, 0x8000, 0x8000, 0x8000, 0x8001},
};

static void
halves_are_rounded_once(void **state)
{
   static const char source[] =
      "kernel void test(global const double *in, global half *out) {\n"
      "   int i = get_global_id(0);\n"
      "   vstore_half(in[i], 5 * i, out);\n"
      "   vstore_half_rte(in[i], 5 * i + 1, out);\n"
      "   vstore_half_rtz(in[i], 5 * i + 2, out);\n"
      "   vstore_half_rtp(in[i], 5 * i + 3, out);\n"
      "   vstore_half_rtn(in[i], 5 * i + 4, out);\n"
      "}\n";
   double in[COUNT(doubles)];
   cl_ushort got[COUNT(doubles)][5] = {{0}};

   need_kernels();
   if (!has_extension("cl_khr_fp64"))
      skip_test("no doubles");
   cl_kernel kernel = build_kernel(source, NULL);
   for (unsigned i = 0; i < COUNT(doubles); i++)
      in[i] = doubles[i].number;
   cl_mem numbers = buffer_of(in, sizeof(in));
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, numbers);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, COUNT(doubles));
   read_buffer(out, got, sizeof(got));

   for (unsigned i = 0; i < COUNT(doubles); i++) {
      const struct rounding *wanted = &doubles[i];
      print_message("# %a\n", wanted->number);
      assert_int_equal(got[i][0], wanted->even);
      assert_int_equal(got[i][1], wanted->even);
      assert_int_equal(got[i][2], wanted->zero);
      assert_int_equal(got[i][3], wanted->up);
      assert_int_equal(got[i][4], wanted->down);
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(numbers));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
what_is_no_number_stays_so(void **state)
{
   static const char source[] =
      "kernel void test(global const double *in, global half *out) {\n"
      "   vstore_half(in[0], 0, out);\n"
      "   vstore_half_rtz(in[0], 1, out);\n"
      "}\n";
   /* One whose payload has no bits but the lowest. */
   const cl_ulong in = 0x7ff0000000000001;
   cl_ushort got[2] = {0};

   need_kernels();
   if (!has_extension("cl_khr_fp64"))
      skip_test("no doubles");
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem number = buffer_of(&in, sizeof(in));
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, number);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, 1);
   read_buffer(out, got, sizeof(got));
   for (unsigned i = 0; i < COUNT(got); i++)
      assert_true((got[i] & 0x7fff) > 0x7c00);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(number));
   CHECK_OK(clReleaseKernel(kernel));
}

struct float_rounding {
   double number;
   float zero, up, down;
};

static const struct float_rounding for_floats[] = {
   {1.5, 1.5f, 1.5f, 1.5f},
   {0.0, 0.0f, 0.0f, 0.0f},
   {INFINITY, INFINITY, INFINITY, INFINITY},
   {-INFINITY, -INFINITY, -INFINITY, -INFINITY},
   {1 + 0x1p-52, 1.0f, 1 + 0x1p-23f, 1.0f},
   {-1 - 0x1p-52, -1.0f, -1.0f, -1 - 0x1p-23f},
   {-0x1.0000000000001p+64, -0x1p+64f, -0x1p+64f, -0x1.000002p+64f},
   {2 - 0x1p-52, 0x1.fffffep+0f, 2.0f, 0x1.fffffep+0f},
   {0x1.fffffefp+127, FLT_MAX, INFINITY, FLT_MAX},
   {-DBL_MAX, -FLT_MAX, -FLT_MAX, -INFINITY},
   {0x1p-126, 0x1p-126f, 0x1p-126f, 0x1p-126f},
   {0x1.fffffffffffffp-127, 0x1.fffffcp-127f, 0x1p-126f, 0x1.fffffcp-127f},
   {-0x1.8p-149, -0x1p-149f, -0x1p-149f, -0x1p-148f},
   {DBL_MIN, 0.0f, 0x1p-149f, 0.0f},
   {-0x1p-1074, -0.0f, -0.0f, -0x1p-149f},
};

/* A device that has no subnormal numbers may give zero for one. */
static void
check_float(float got, float wanted)
{
   if (got != wanted)
      assert_true(got == 0 && fabsf(wanted) < FLT_MIN);
   assert_true(signbit(got) == signbit(wanted));
}

static void
floats_are_rounded_as_told(void **state)
{
   static const char source[] =
      "kernel void test(global const double *in, global float4 *out) {\n"
      "   int i = get_global_id(0);\n"
      "   out[i] = (float4)(convert_float_rtz(in[i]),\n"
      "                     convert_float_rtp(in[i]),\n"
      "                     convert_float_rtn(in[i]),\n"
      "                     convert_float_rte(in[i]));\n"
      "}\n";
   double in[COUNT(for_floats)];
   float got[COUNT(for_floats)][4] = {{0}};

   need_kernels();
   if (!has_extension("cl_khr_fp64"))
      skip_test("no doubles");
   cl_kernel kernel = build_kernel(source, NULL);
   for (unsigned i = 0; i < COUNT(for_floats); i++)
      in[i] = for_floats[i].number;
   cl_mem numbers = buffer_of(in, sizeof(in));
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, numbers);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, COUNT(for_floats));
   read_buffer(out, got, sizeof(got));

   for (unsigned i = 0; i < COUNT(for_floats); i++) {
      const struct float_rounding *wanted = &for_floats[i];
      print_message("# %a\n", wanted->number);
      check_float(got[i][0], wanted->zero);
      check_float(got[i][1], wanted->up);
      check_float(got[i][2], wanted->down);
      check_float(got[i][3], (float)wanted->number);
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(numbers));
   CHECK_OK(clReleaseKernel(kernel));
}

/* 6.4.3.2: between integers there is nothing to round, whatever is said. */
static void
integers_take_any_mode(void **state)
{
   static const char source[] =
      "kernel void test(global const int *in, global int *out) {\n"
      "   int4 v = vload4(0, in);\n"
      "   out[0] = convert_uchar_sat_rte((char)in[0]);\n"
      "   out[1] = convert_uchar_rtz(in[1]);\n"
      "   out[2] = convert_char_sat_rtp(in[1]);\n"
      "   out[3] = convert_ushort_rtn(in[2]);\n"
      "   out[4] = convert_ushort_sat(in[2]);\n"
      "   out[5] = convert_ushort_sat_rtn(in[2]);\n"
      "   vstore4(convert_int4(convert_short4_sat_rtz(v)), 0, out + 6);\n"
      "   vstore4(convert_int4(convert_uchar4_rte(v)), 0, out + 10);\n"
      "   out[14] = convert_long_rtp(in[0]) == -1;\n"
      "   out[15] = convert_int_rtp(2.5f);\n"
      "}\n";
   static const int in[4] = {-1, 300, 70000, -70000};
   static const int wanted[16] = {0,   44,  127,   4464,   65535, 65535,
                                  -1,  300, 32767, -32768, 255,   44,
                                  112, 144, 1,     3};
   int got[16] = {0};

   need_kernels();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem numbers = buffer_of(in, sizeof(in));
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, numbers);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, 1);
   read_buffer(out, got, sizeof(got));
   for (unsigned i = 0; i < COUNT(wanted); i++) {
      print_message("# %u\n", i);
      assert_int_equal(got[i], wanted[i]);
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(numbers));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(halves_are_rounded_once),
      cmocka_unit_test(what_is_no_number_stays_so),
      cmocka_unit_test(floats_are_rounded_as_told),
      cmocka_unit_test(integers_take_any_mode),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
