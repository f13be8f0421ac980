/* SPDX-License-Identifier: MIT */

/* fma(): one rounding, in floats and doubles, next to mad(). */

#include "kernels.h"

#include <math.h>
#include <stdio.h>

enum { N = 4096 };

static cl_ulong
next_random(cl_ulong *seed)
{
   *seed ^= *seed << 13;
   *seed ^= *seed >> 7;
   *seed ^= *seed << 17;
   return *seed;
}

static void
run_fma(const char *type, const void *x, const void *y, const void *z,
        void *out, size_t size)
{
   static const char source[] =
      "kernel void test(global const T *x, global const T *y,\n"
      "                 global const T *z, global T *out) {\n"
      "   size_t i = get_global_id(0);\n"
      "   out[i] = fma(x[i], y[i], z[i]);\n"
      "}\n";
   char options[32];
   snprintf(options, sizeof(options), "-DT=%s", type);

   cl_kernel kernel = build_kernel(source, options);
   cl_mem buffers[] = {buffer_of(x, size), buffer_of(y, size),
                       buffer_of(z, size), buffer_of(x, size)};
   for (cl_uint i = 0; i < 4; i++)
      SET_ARG(kernel, i, buffers[i]);
   run_1d(kernel, N);
   read_buffer(buffers[3], out, size);
   for (unsigned i = 0; i < 4; i++)
      CHECK_OK(clReleaseMemObject(buffers[i]));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Near enough to the product that two roundings show. */
static void
doubles_are_rounded_once(void **state)
{
   static cl_double x[N], y[N], z[N], out[N];
   cl_ulong seed = 0x9876543210abcdef;

   need_kernels();
   need_extension("cl_khr_fp64");
   for (unsigned i = 0; i < N; i++) {
      x[i] = ldexp((double)(next_random(&seed) >> 11), -60);
      y[i] = ldexp((double)(next_random(&seed) >> 11), -50);
      z[i] = ldexp(-x[i] * y[i], (int)(next_random(&seed) % 3) - 1);
   }
   x[0] = 0x1p-1022;
   y[0] = 0x1.8p-1;
   z[0] = 0x1p-1074;
   x[1] = 0x1.fffffffffffffp+1023;
   y[1] = 2.0;
   z[1] = -0x1.fffffffffffffp+1023;
   z[2] = -INFINITY;

   run_fma("double", x, y, z, out, sizeof(x));
   for (unsigned i = 0; i < N; i++)
      assert_true(out[i] == fma(x[i], y[i], z[i]));
}

static void
floats_are_rounded_once(void **state)
{
   static cl_float x[N], y[N], z[N], out[N];
   cl_ulong seed = 0x1234567887654321;

   need_kernels();
   for (unsigned i = 0; i < N; i++) {
      x[i] = ldexpf((float)(next_random(&seed) >> 40), -20);
      y[i] = ldexpf((float)(next_random(&seed) >> 40), -30);
      z[i] = ldexpf(-x[i] * y[i], (int)(next_random(&seed) % 3) - 1);
   }
   run_fma("float", x, y, z, out, sizeof(x));
   for (unsigned i = 0; i < N; i++)
      assert_true(out[i] == fmaf(x[i], y[i], z[i]));
}

/* The product is kept whole although something else uses it rounded. */
static void
a_product_used_twice_is_kept_apart(void **state)
{
   static const char source[] = "kernel void test(global double *v) {\n"
                                "   double product = v[0] * v[1];\n"
                                "   v[3] = product;\n"
                                "   v[4] = fma(v[0], v[1], -product);\n"
                                "}\n";
   cl_double v[5] = {1.0 + 0x1p-40, 1.0 + 0x1p-41};

   need_kernels();
   need_extension("cl_khr_fp64");
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem buffer = buffer_of(v, sizeof(v));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, v, sizeof(v));
   assert_true(v[4] == fma(v[0], v[1], -v[3]));
   assert_true(v[4] != 0.0);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
ldexp_keeps_what_is_no_number(void **state)
{
   static const char source[] =
      "kernel void test(global double *v, int n) {\n"
      "   v[1] = ldexp(v[0], n); v[2] = ldexp(v[0], -n);\n"
      "   double4 all = ldexp((double4)(v[0], 3, INFINITY, 0), 4);\n"
      "   vstore4(all, 0, v + 3);\n"
      "}\n";
   cl_double v[7] = {NAN};
   cl_int n = 1110126591;

   need_kernels();
   need_extension("cl_khr_fp64");
   if (is_driver("zink"))
      skip_test("zink gives Vulkan a double where an index belongs");
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem buffer = buffer_of(v, sizeof(v));
   SET_ARG(kernel, 0, buffer);
   SET_ARG(kernel, 1, n);
   run_1d(kernel, 1);
   read_buffer(buffer, v, sizeof(v));
   assert_true(isnan(v[1]) && isnan(v[2]) && isnan(v[3]));
   assert_true(v[4] == 48 && isinf(v[5]) && v[6] == 0);

   v[0] = -0x1p+299;
   n = 2147483291;
   write_buffer(buffer, v, sizeof(v));
   SET_ARG(kernel, 1, n);
   run_1d(kernel, 1);
   read_buffer(buffer, v, sizeof(v));
   assert_true(v[1] == -INFINITY && v[2] == 0);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* The library's own error terms survive: 3 units are allowed (7.4). */
static void
functions_of_doubles_are_near_enough(void **state)
{
   static const char source[] =
      "kernel void test(global const double *x, global double *out) {\n"
      "   size_t i = get_global_id(0);\n"
      "   out[3 * i] = exp(x[i]);\n"
      "   out[3 * i + 1] = cosh(x[i]);\n"
      "   out[3 * i + 2] = expm1(x[i]);\n"
      "}\n";
   static cl_double x[N], out[3 * N];

   need_kernels();
   need_extension("cl_khr_fp64");
   if (is_driver("zink"))
      skip_test("zink gives Vulkan a double where an index belongs");
   for (int i = 0; i < N; i++)
      x[i] = (i - N / 2) / 97.0;
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem from = buffer_of(x, sizeof(x)), to = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 0, from);
   SET_ARG(kernel, 1, to);
   run_1d(kernel, N);
   read_buffer(to, out, sizeof(out));
   for (int i = 0; i < N; i++) {
      const long double wanted[] = {expl(x[i]), coshl(x[i]), expm1l(x[i])};
      for (unsigned k = 0; k < 3; k++) {
         const long double place = fabsl(wanted[k]) * 0x1p-52l;
         assert_true(fabsl(out[3 * i + k] - wanted[k]) <= 3 * place);
      }
   }
   CHECK_OK(clReleaseMemObject(from));
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(doubles_are_rounded_once),
      cmocka_unit_test(floats_are_rounded_once),
      cmocka_unit_test(a_product_used_twice_is_kept_apart),
      cmocka_unit_test(ldexp_keeps_what_is_no_number),
      cmocka_unit_test(functions_of_doubles_are_near_enough),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
