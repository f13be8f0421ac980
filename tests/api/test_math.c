/* SPDX-License-Identifier: MIT */

/* 7.4: what built-in functions of doubles promise. */

#include "kernels.h"

#include <math.h>

static const double numbers[] = {
   -9.03125, 1.0, 0.0, 8.25, -0x1.2fffffffff8p+4, 13.25, -0.3, 300.7};

/* The sum that makes the exponent's remainder is not to be reassociated. */
static void
exponentials_are_exact_to_two_places(void **state)
{
   static const char source[] =
      "kernel void test(global const double *in, global double *out) {\n"
      "   int i = get_global_id(0);\n"
      "   out[3 * i] = exp(in[i]);\n"
      "   out[3 * i + 1] = cosh(in[i]);\n"
      "   out[3 * i + 2] = expm1(in[i]);\n"
      "}\n";
   double got[COUNT(numbers)][3] = {{0}};

   need_kernels();
   if (!has_extension("cl_khr_fp64"))
      skip_test("no doubles");
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem in = buffer_of(numbers, sizeof(numbers));
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, in);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, COUNT(numbers));
   read_buffer(out, got, sizeof(got));

   for (unsigned i = 0; i < COUNT(numbers); i++) {
      const double x = numbers[i];
      const double wanted[3] = {exp(x), cosh(x), expm1(x)};
      for (unsigned f = 0; f < 3; f++) {
         const double place =
            nextafter(fabs(wanted[f]), INFINITY) - fabs(wanted[f]);
         print_message("# %a, function %u\n", x, f);
         assert_true(fabs(got[i][f] - wanted[f]) <= 2 * place);
      }
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(exponentials_are_exact_to_two_places),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
