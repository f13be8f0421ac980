/* SPDX-License-Identifier: MIT */

/* Functions of whole work-groups (OpenCL C 6.15.16). */

#include "sub_groups.h"

#include <stdio.h>

static const struct value_type types[] = {
   {"int", 4, KIND_SIGNED},  {"uint", 4, KIND_UNSIGNED},
   {"long", 8, KIND_SIGNED}, {"ulong", 8, KIND_UNSIGNED},
   {"float", 4, KIND_REAL},  {"double", 8, KIND_REAL},
   {"half", 2, KIND_REAL},
};

static void
need_collectives(void)
{
   need_kernels();
   if (!device_bool(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT))
      skip_test("no functions of work-groups");
}

static void
check_calls(const struct call *calls, unsigned count)
{
   for (unsigned i = 0; i < COUNT(types); i++) {
      const struct run run = {
         .type = &types[i],
         .calls = calls,
         .call_count = count,
         .by_work_group = true,
      };
      if (has_type(&types[i]))
         check_run_everywhere(&run);
   }
}

static void
support_is_a_feature(void **state)
{
   need_kernels();
   char source[256];
   snprintf(source, sizeof(source),
            "#if%s __opencl_c_work_group_collective_functions\n"
            "#error wrong\n"
            "#endif\n"
            "kernel void test() {}\n",
            device_bool(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT)
               ? "ndef"
               : "def");
   CHECK_OK(clReleaseProgram(build_program(source, "-cl-std=CL3.0")));
}

static void
votes(void **state)
{
   need_collectives();
   check_votes("work_group_all", "work_group_any", true);
}

static void
broadcasts(void **state)
{
   static const struct call calls[] = {
      {"work_group_broadcast(x, 0)", SHAPE_FROM, .param = 0},
      {"work_group_broadcast(x, 0, 0)", SHAPE_FROM, .param = 0},
      {"work_group_broadcast(x, get_local_size(0) - 1,\n"
       "   get_local_size(1) - 1, get_local_size(2) - 1)",
       SHAPE_LAST},
      /* Of what is the same everywhere: not two axes of one. */
      {"work_group_broadcast(work_group_broadcast(x, 0), 0)", SHAPE_FROM,
       .param = 0},
      {"work_group_broadcast(work_group_broadcast(x,\n"
       "   get_local_size(0) - 1, get_local_size(1) - 1,\n"
       "   get_local_size(2) - 1), 0)",
       SHAPE_LAST},
   };
   need_collectives();
   check_calls(calls, COUNT(calls));
}

/* In a work-group of 7 by 5 by 3. */
static void
broadcasts_are_of_a_place(void **state)
{
   static const struct call calls[] = {
      {"work_group_broadcast(x, 3, 4, 2)", SHAPE_FROM,
       .param = (2 * 5 + 4) * 7 + 3},
      {"work_group_broadcast(x, 6, 0, 1)", SHAPE_FROM,
       .param = (1 * 5 + 0) * 7 + 6},
      {"work_group_broadcast(x, 1, 2, 0)", SHAPE_FROM,
       .param = (0 * 5 + 2) * 7 + 1},
   };
   const size_t global[] = {14, 5, 6}, local[] = {7, 5, 3};
   const struct run run = {
      .type = &types[0],
      .calls = calls,
      .call_count = COUNT(calls),
      .by_work_group = true,
   };

   need_collectives();
   cl_kernel kernel = build_run(&run);
   check_run(&run, kernel, global, local);
   CHECK_OK(clReleaseKernel(kernel));
}

#define ARITHMETIC(name, op)                                                  \
   {"work_group_reduce_" name "(x)", SHAPE_REDUCE, op},                       \
      {"work_group_scan_inclusive_" name "(x)", SHAPE_INCLUSIVE, op},         \
   {                                                                          \
      "work_group_scan_exclusive_" name "(x)", SHAPE_EXCLUSIVE, op            \
   }

static const struct call arithmetic_calls[] = {
   ARITHMETIC("add", OP_ADD),
   ARITHMETIC("min", OP_MIN),
   ARITHMETIC("max", OP_MAX),
};

static void
arithmetic(void **state)
{
   need_collectives();
   check_calls(arithmetic_calls, COUNT(arithmetic_calls));
}

static void
largest_groups(void **state)
{
   const struct run run = {
      .type = &types[2],
      .calls = arithmetic_calls,
      .call_count = COUNT(arithmetic_calls),
      .by_work_group = true,
   };

   need_collectives();
   cl_kernel kernel = build_run(&run);
   size_t size = work_group_size(kernel);
   if (size > 1024)
      size = 1024;
   const size_t global[] = {size + 3, 1, 1}, local[] = {size, 1, 1};
   check_run(&run, kernel, global, local);
   CHECK_OK(clReleaseKernel(kernel));
}

/* In loops, in functions, beside local memory of the kernel's own. */
static void
functions_follow_each_other(void **state)
{
   static const char *const source =
      "int total(int x) { return work_group_reduce_add(x); }\n"
      "__attribute__((reqd_work_group_size(50, 1, 1)))\n"
      "kernel void test(global int *out, local int *own, int rounds) {\n"
      "   local int more[50];\n"
      "   int at = get_local_id(0), x = at;\n"
      "   own[at] = more[49 - at] = at;\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   for (int i = 0; i < rounds; i++) {\n"
      "      x = work_group_scan_inclusive_add(x & 15);\n"
      "      x += work_group_broadcast(own[at], i) + total(more[at]);\n"
      "      if (work_group_any(x == 12345))\n"
      "         break;\n"
      "      x &= 0xff;\n"
      "   }\n"
      "   out[get_global_id(0)] = x + own[49 - at] + more[49 - at];\n"
      "}\n";
   const size_t global[] = {100}, local[] = {50};
   const cl_int rounds = 40;
   int out[100], x[50];

   need_collectives();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);
   SET_ARG(kernel, 0, buffer);
   CHECK_OK(clSetKernelArg(kernel, 1, 50 * sizeof(cl_int), NULL));
   SET_ARG(kernel, 2, rounds);
   run_kernel(kernel, 1, global, local);
   read_buffer(buffer, out, sizeof(out));

   for (int i = 0; i < 50; i++)
      x[i] = i;
   for (int round = 0; round < rounds; round++) {
      int sum = 0;
      for (int i = 0; i < 50; i++) {
         sum += x[i] & 15;
         x[i] = (sum + round + 49 * 50 / 2) & 0xff;
      }
   }
   for (int i = 0; i < 100; i++)
      assert_int_equal(out[i], x[i % 50] + 49 - i % 50 + i % 50);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(support_is_a_feature),
      cmocka_unit_test(votes),
      cmocka_unit_test(broadcasts),
      cmocka_unit_test(broadcasts_are_of_a_place),
      cmocka_unit_test(arithmetic),
      cmocka_unit_test(largest_groups),
      cmocka_unit_test(functions_follow_each_other),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
