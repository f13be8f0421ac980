/* SPDX-License-Identifier: MIT */

/* What a client's thread has set for its own floats is not the kernels'. */

#include "kernels.h"

#include <fenv.h>

enum { FEW = 4, MANY = 1 << 18 };

static const char source[] =
   "kernel void test(global const float *in, global float4 *out) {\n"
   "   int i = get_global_id(0);\n"
   "   out[i] = (float4)(in[0] + in[1], in[0] / in[2], in[3] - in[1],\n"
   "                     in[3]);\n"
   "}\n";

static void
check_sums(size_t items)
{
   const float in[4] = {1.0f, 0x1p-30f, 0.0f, -1.0f};
   const size_t bytes = items * 4 * sizeof(float);
   float *got = calloc(items, 4 * sizeof(float));

   assert_non_null(got);
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem numbers = buffer_of(in, sizeof(in));
   cl_mem out = buffer_of(got, bytes);
   SET_ARG(kernel, 0, numbers);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, items);
   read_buffer(out, got, bytes);
   for (size_t i = 0; i < items; i++) {
      assert_true(got[4 * i] == 1.0f);
      assert_true(got[4 * i + 1] > 0x1.fffffep+127f);
      assert_true(got[4 * i + 2] == -1.0f);
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(numbers));
   CHECK_OK(clReleaseKernel(kernel));
   free(got);
}

static void
check_under(int rounding)
{
   fenv_t before;

   assert_int_equal(fegetenv(&before), 0);
   assert_int_equal(fesetround(rounding), 0);
   check_sums(FEW);
   check_sums(MANY);
   const int after = fegetround();
   assert_int_equal(fesetenv(&before), 0);
   assert_int_equal(after, rounding);
}

static void
rounding_is_to_nearest(void **state)
{
   need_kernels();
   check_under(FE_UPWARD);
   check_under(FE_DOWNWARD);
}

#ifdef __GLIBC__
static void
traps_are_the_clients(void **state)
{
   fenv_t before;

   need_kernels();
   assert_int_equal(fegetenv(&before), 0);
   /* A kernel's division by zero would end the process. */
   if (feenableexcept(FE_DIVBYZERO) < 0)
      skip_test("the processor has no traps");
   check_sums(FEW);
   const int enabled = fegetexcept();
   assert_int_equal(fesetenv(&before), 0);
   assert_int_equal(enabled & FE_DIVBYZERO, FE_DIVBYZERO);
}
#endif

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(rounding_is_to_nearest),
#ifdef __GLIBC__
      cmocka_unit_test(traps_are_the_clients),
#endif
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
