/* SPDX-License-Identifier: MIT */

/* printf() in kernels (OpenCL C, 6.15.14): what arrives at stdout. */

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* While it is captured, stdout is a file. */
static int saved = -1;
static FILE *file;

static void
begin_capture(void)
{
   fflush(stdout);
   saved = dup(STDOUT_FILENO);
   assert_true(saved >= 0);
   file = tmpfile();
   assert_non_null(file);
   assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
}

/* What was printed since, to free(). */
static char *
end_capture(void)
{
   fflush(stdout);
   dup2(saved, STDOUT_FILENO);
   close(saved);

   const long size = lseek(fileno(file), 0, SEEK_END);
   char *text = calloc(1, size + 1);
   if (text) {
      rewind(file);
      if (fread(text, 1, size, file) != (size_t)size)
         text[0] = '\0';
   }
   fclose(file);
   assert_non_null(text);
   return text;
}

/* Runs the statement in `count` work-items. */
static char *
output_of(const char *statement, size_t count)
{
   char source[2048];

   snprintf(source, sizeof(source), "kernel void test(void) {\n%s\n}\n",
            statement);
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   begin_capture();
   const cl_int error = clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL,
                                               &count, &count, 0, NULL, NULL);
   const cl_int finished = clFinish(client.queue);
   char *text = end_capture();
   CHECK_OK(error);
   CHECK_OK(finished);
   CHECK_OK(clReleaseKernel(kernel));
   return text;
}

static void
check_output(const char *statement, const char *wanted)
{
   char *text = output_of(statement, 1);
   assert_string_equal(text, wanted);
   free(text);
}

static void
prints_text(void **state)
{
   need_kernels();
   check_output("printf(\"hello\\n\");", "hello\n");
   check_output("printf(\"100%% of it\\n\");", "100% of it\n");
   check_output("printf(\"\");", "");
   check_output("printf(\"no newline\");", "no newline");
   check_output("printf(\"a\\tb\\\\c\\\"d\\n\");", "a\tb\\c\"d\n");
}

static void
prints_integers(void **state)
{
   need_kernels();
   check_output("printf(\"%d %i %u\\n\", -5, 7, 4000000000u);",
                "-5 7 4000000000\n");
   check_output("printf(\"%x %X %#x %o %#o\\n\", 255, 255, 255, 8, 8);",
                "ff FF 0xff 10 010\n");
   check_output("printf(\"[%5d] [%-5d] [%05d] [%+d] [% d]\\n\",\n"
                "       42, 42, 42, 42, 42);",
                "[   42] [42   ] [00042] [+42] [ 42]\n");
   check_output("printf(\"[%.3d] [%8.3d]\\n\", 7, 7);", "[007] [     007]\n");
   check_output("printf(\"%hhd %hd %ld\\n\", (char)-1, (short)-2,\n"
                "       -5000000000L);",
                "-1 -2 -5000000000\n");
   check_output("printf(\"%lu %lx\\n\", 18446744073709551615UL,\n"
                "       81985529216486895UL);",
                "18446744073709551615 123456789abcdef\n");
}

static void
prints_floats(void **state)
{
   need_kernels();
   check_output("printf(\"%f %.2f %e\\n\", 1.5f, 3.14159f, 12345.678f);",
                "1.500000 3.14 1.234568e+04\n");
   check_output("printf(\"%g %G %a\\n\", 0.0001f, 1e20f, 1.0f);",
                "0.0001 1E+20 0x1p+0\n");
   check_output("printf(\"[%8.3f] [%-8.3f] [%+.1f]\\n\", 2.5f, 2.5f, 2.5f);",
                "[   2.500] [2.500   ] [+2.5]\n");
   check_output("printf(\"%f %f %f\\n\", INFINITY, -INFINITY, NAN);",
                "inf -inf nan\n");
}

static void
prints_strings_and_characters(void **state)
{
   need_kernels();
   check_output("printf(\"%s|%10s|%-10s|%.2s\\n\", \"one\", \"two\",\n"
                "       \"three\", \"four\");",
                "one|       two|three     |fo\n");
   check_output("printf(\"%c%c%c\\n\", 'a', 'b', 67);", "abC\n");
}

static void
prints_vectors(void **state)
{
   need_kernels();
   check_output("printf(\"%v4d\\n\", (int4)(1, -2, 3, -4));", "1,-2,3,-4\n");
   check_output("printf(\"%v2hld %v3hlx\\n\", (int2)(5, 6),\n"
                "       (uint3)(10, 11, 12));",
                "5,6 a,b,c\n");
   check_output("printf(\"%.1v4hlf\\n\", (float4)(1, 2.25f, 3, 4));",
                "1.0,2.2,3.0,4.0\n");
   check_output("printf(\"%v4hhd %v2hd %v2lu\\n\", (char4)(-1, 2, -3, 4),\n"
                "       (short2)(-300, 300), (ulong2)(1, 5000000000UL));",
                "-1,2,-3,4 -300,300 1,5000000000\n");
   check_output("printf(\"[%4v2d]\\n\", (int2)(1, 2));", "[   1,   2]\n");
   check_output("printf(\"%v8d|%v16hhu\\n\", (int8)(8), (uchar16)(1));",
                "8,8,8,8,8,8,8,8|1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n");
}

static void
prints_doubles(void **state)
{
   need_kernels();
   need_extension("cl_khr_fp64");
   check_output("printf(\"%.15g %v2lf\\n\", 0.1, (double2)(0.5, 2.0));",
                "0.1 0.500000,2.000000\n");
}

static void
prints_pointers(void **state)
{
   need_kernels();
   check_output("printf(\"[%p]\\n\", (global void *)0);", "[(nil)]\n");
}

/* Returns 0, or -1. */
static void
returns_a_status(void **state)
{
   need_kernels();
   check_output("int r = printf(\"x\\n\"); printf(\"%d\\n\", r);", "x\n0\n");
}

static void
all_work_items_print(void **state)
{
   need_kernels();
   enum { COUNT_ITEMS = 64 };
   bool seen[COUNT_ITEMS] = {false};
   char *text =
      output_of("printf(\"item %d of %d\\n\", (int)get_global_id(0),\n"
                "       (int)get_global_size(0));",
                COUNT_ITEMS);
   unsigned lines = 0;

   for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
      int item = -1, count = 0;
      assert_int_equal(sscanf(line, "item %d of %d", &item, &count), 2);
      assert_int_equal(count, COUNT_ITEMS);
      assert_true(item >= 0 && item < COUNT_ITEMS);
      assert_false(seen[item]);
      seen[item] = true;
      lines++;
   }
   assert_int_equal(lines, COUNT_ITEMS);
   free(text);
}

/* Several formats in one kernel, only some of them reached. */
static void
formats_are_told_apart(void **state)
{
   need_kernels();
   check_output("for (int i = 0; i < 4; i++) {\n"
                "   if (i % 2)\n"
                "      printf(\"odd %d\\n\", i);\n"
                "   else\n"
                "      printf(\"even %d %s\\n\", i, \"one\");\n"
                "}\n",
                "even 0 one\nodd 1\neven 2 one\nodd 3\n");
}

/* More than the buffer holds: what fits is printed, nothing breaks. */
static void
too_much_is_cut(void **state)
{
   need_kernels();
   const size_t room = device_size(CL_DEVICE_PRINTF_BUFFER_SIZE);
   char statement[256];

   snprintf(statement, sizeof(statement),
            "for (int i = 0; i < %zu; i++)\n"
            "   printf(\"%%d %%d %%d\\n\", i, i, i);\n",
            room / 8);
   char *text = output_of(statement, 1);
   int a = -1, b = -1, c = -1;
   assert_int_equal(sscanf(text, "%d %d %d", &a, &b, &c), 3);
   assert_true(a == 0 && b == 0 && c == 0);
   free(text);
   check_output("printf(\"again\\n\");", "again\n");
}

/* A queue's end of the work is what prints, one launch after another. */
static void
launches_print_in_order(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(int i) { printf(\"%d;\", i); }\n", NULL);
   const size_t one = 1;

   begin_capture();
   for (cl_int i = 0; i < 10; i++) {
      clSetKernelArg(kernel, 0, sizeof(i), &i);
      clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &one, NULL, 0,
                             NULL, NULL);
   }
   clFinish(client.queue);
   char *text = end_capture();
   assert_string_equal(text, "0;1;2;3;4;5;6;7;8;9;");
   free(text);
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(prints_text),
      cmocka_unit_test(prints_integers),
      cmocka_unit_test(prints_floats),
      cmocka_unit_test(prints_strings_and_characters),
      cmocka_unit_test(prints_vectors),
      cmocka_unit_test(prints_doubles),
      cmocka_unit_test(prints_pointers),
      cmocka_unit_test(returns_a_status),
      cmocka_unit_test(all_work_items_print),
      cmocka_unit_test(formats_are_told_apart),
      cmocka_unit_test(too_much_is_cut),
      cmocka_unit_test(launches_print_in_order),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
