/* SPDX-License-Identifier: MIT */

/* Variables of program scope. */

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>

static void
need_globals(void)
{
   need_kernels();
   if (!device_size(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE))
      skip_test("the device has no variables of program scope");
}

static void
run_for(cl_program program, const char *name, cl_int *out, size_t count)
{
   cl_kernel kernel = CREATED(clCreateKernel(program, name, &code));
   cl_mem buffer = buffer_of(out, count * sizeof(*out));

   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, out, count * sizeof(*out));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_program
build_globals(const char *source)
{
   need_globals();
   return build_program(source, "-cl-std=CL3.0");
}

/* They live as long as the program, and longer than any kernel. */
static void
values_stay_between_kernels(void **state)
{
   cl_program program =
      build_globals("int counter = 5;\n"
                    "global int other;\n"
                    "kernel void up(global int *out) { *out = counter++; }\n"
                    "kernel void both(global int *out) {\n"
                    "   static global int calls = 100;\n"
                    "   out[0] = counter; out[1] = other--;\n"
                    "   out[2] = calls++;\n"
                    "}\n");
   cl_int out[3];

   for (cl_int i = 0; i < 3; i++) {
      run_for(program, "up", out, 1);
      assert_int_equal(out[0], 5 + i);
      run_for(program, "both", out, 3);
      assert_int_equal(out[0], 6 + i);
      assert_int_equal(out[1], -i);
      assert_int_equal(out[2], 100 + i);
   }
   CHECK_OK(clReleaseProgram(program));
}

static void
each_program_has_its_own(void **state)
{
   static const char source[] =
      "int counter = 5;\n"
      "kernel void up(global int *out) { *out = counter++; }\n";
   cl_program one = build_globals(source), other = build_globals(source);
   cl_int out;

   run_for(one, "up", &out, 1);
   run_for(one, "up", &out, 1);
   assert_int_equal(out, 6);
   run_for(other, "up", &out, 1);
   assert_int_equal(out, 5);
   CHECK_OK(clReleaseProgram(one));

   /* Built again, it begins again. */
   CHECK_OK(clBuildProgram(other, 0, NULL, "-cl-std=CL3.0", NULL, NULL));
   run_for(other, "up", &out, 1);
   assert_int_equal(out, 5);
   CHECK_OK(clReleaseProgram(other));
}

static void
all_types_are_initialized(void **state)
{
   cl_program program = build_globals(
      "char c = -3; ushort us = 65535; long l = -5000000000;\n"
      "float f = 0.5f; bool yes = true;\n"
      "float4 v = (float4)(1, 2, 3, 4);\n"
      "uchar3 v3[2] = {(uchar3)(1, 2, 3), (uchar3)(4, 5, 6)};\n"
      "struct inner { char a; short b[3]; };\n"
      "struct outer { char x; struct inner in[2]; long y; } s =\n"
      "   {1, {{2, {3, 4, 5}}, {6, {7, 8, 9}}}, 10};\n"
      "struct __attribute__((packed)) tight { char x; int y; } p = {1, 2};\n"
      "int zero[1000];\n"
      "kernel void test(global int *out) {\n"
      "   out[0] = c; out[1] = us; out[2] = (int)(l / 1000000);\n"
      "   out[3] = (int)(f * 8); out[4] = yes; out[5] = (int)v.w;\n"
      "   out[6] = v3[1].y; out[7] = s.in[1].b[2]; out[8] = (int)s.y;\n"
      "   out[9] = p.y; out[10] = sizeof(p); out[11] = zero[999];\n"
      "}\n");
   static const cl_int wanted[] = {-3, 65535, -5000, 4, 1, 4,
                                   5,  9,     10,    2, 5, 0};
   cl_int out[COUNT(wanted)];

   run_for(program, "test", out, COUNT(wanted));
   for (unsigned i = 0; i < COUNT(wanted); i++)
      assert_int_equal(out[i], wanted[i]);
   CHECK_OK(clReleaseProgram(program));
}

static void
addresses_are_initialized(void **state)
{
   cl_program program = build_globals(
      "global int table[4] = {10, 11, 12, 13};\n"
      "global int *global third = &table[2];\n"
      "global int *global last = table + 4;\n"
      "struct node { int value; struct node *next; global int *p; };\n"
      "global struct node end = {1, 0, table};\n"
      "global struct node chain[2] = {{2, &end, &table[1]},\n"
      "                               {3, &end, &table[3]}};\n"
      "global struct node first = {4, &chain[1], table};\n"
      "int *some[2] = {0, (int *)&table[3]};\n"
      "kernel void test(global int *out) {\n"
      "   out[0] = *third; out[1] = (int)(last - table);\n"
      "   out[2] = first.next->value; out[3] = *first.next->p;\n"
      "   out[4] = first.next->next == &end; out[5] = *some[1]++;\n"
      "   out[6] = some[0] == 0; out[7] = *chain[0].p;\n"
      "   out[8] = end.next == 0; third = table;\n"
      "}\n");
   static const cl_int wanted[] = {12, 4, 3, 13, 1, 13, 1, 11, 1};
   cl_int out[COUNT(wanted)];

   run_for(program, "test", out, COUNT(wanted));
   for (unsigned i = 0; i < COUNT(wanted); i++)
      assert_int_equal(out[i], wanted[i]);

   /* What a kernel stored is there, what it did not is as it was. */
   run_for(program, "test", out, COUNT(wanted));
   assert_int_equal(out[0], 10);
   assert_int_equal(out[3], 13);
   CHECK_OK(clReleaseProgram(program));
}

static void
modules_share_variables(void **state)
{
   static const char *const sources[] = {
      "int shared = 40;\n"
      "int step(void) { return shared += 2; }\n",
      "extern int shared;\n"
      "int step(void);\n"
      "kernel void test(global int *out) { out[0] = step() + shared; }\n",
   };
   cl_program parts[2];
   cl_int out;

   need_globals();
   for (unsigned i = 0; i < 2; i++) {
      const char *source = sources[i];
      parts[i] = CREATED(
         clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
      CHECK_OK(clCompileProgram(parts[i], 0, NULL, "-cl-std=CL3.0", 0, NULL,
                                NULL, NULL, NULL));
   }
   cl_program program = CREATED(clLinkProgram(client.context, 0, NULL, NULL,
                                              2, parts, NULL, NULL, &code));
   run_for(program, "test", &out, 1);
   assert_int_equal(out, 84);
   for (unsigned i = 0; i < 2; i++)
      CHECK_OK(clReleaseProgram(parts[i]));
   CHECK_OK(clReleaseProgram(program));
}

static void
work_items_share_variables(void **state)
{
   cl_program program = build_globals(
      "atomic_int count = 1000;\n"
      "kernel void add(global int *out) {\n"
      "   atomic_fetch_add_explicit(&count, 1, memory_order_relaxed,\n"
      "                             memory_scope_device);\n"
      "}\n"
      "kernel void get(global int *out) {\n"
      "   *out = atomic_load_explicit(&count, memory_order_relaxed,\n"
      "                               memory_scope_device);\n"
      "}\n");
   cl_int out = 0;

   cl_mem buffer = buffer_of(&out, sizeof(out));
   cl_kernel kernel = CREATED(clCreateKernel(program, "add", &code));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 5000);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(buffer));
   run_for(program, "get", &out, 1);
   assert_int_equal(out, 6000);
   CHECK_OK(clReleaseProgram(program));
}

static void
sizes_are_told(void **state)
{
   need_globals();
   assert_true(device_size(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE) >= 65536);
   assert_true(device_size(CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE) >=
               device_size(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE));

   cl_program program =
      build_globals("int table[1000]; long after = 1;\n"
                    "kernel void test(void) { table[0] = after; }\n");
   size_t size = 0;
   CHECK_OK(clGetProgramBuildInfo(program, client.device,
                                  CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE,
                                  sizeof(size), &size, NULL));
   assert_int_equal(size, 4008);
   CHECK_OK(clReleaseProgram(program));

   program = build_globals("constant int c[2] = {1, 2};\n"
                           "kernel void test(global int *o) { *o = c[1]; }");
   CHECK_OK(clGetProgramBuildInfo(program, client.device,
                                  CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE,
                                  sizeof(size), &size, NULL));
   assert_int_equal(size, 0);
   CHECK_OK(clReleaseProgram(program));
}

/* Refused with a reason, whatever the source asks for. */
static void
check_refusal(const char *source)
{
   cl_program program = CREATED(
      clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
   char log[4096] = "";

   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE,
              clBuildProgram(program, 0, NULL, "-cl-std=CL3.0", NULL, NULL));
   CHECK_OK(clGetProgramBuildInfo(
      program, client.device, CL_PROGRAM_BUILD_LOG, sizeof(log), log, NULL));
   assert_non_null(strstr(log, "error"));
   CHECK_OK(clReleaseProgram(program));
}

static void
impossible_variables_are_refused(void **state)
{
   enum { CHAIN = 3000 };
   size_t end = 0;

   need_globals();
   need_trefoil("others may fail at them");
   char *source = malloc(64 * CHAIN);
   assert_non_null(source);

   check_refusal("int much[1ul << 40];\n"
                 "kernel void test(void) { much[0] = 1; }\n");
   check_refusal("int much[20000000], more[20000000];\n"
                 "kernel void test(void) { much[0] = more[0]; }\n");
   /* The translator would never end. */
   check_refusal("struct n { struct n *next; };\n"
                 "global struct n self = {(struct n *)&self};\n"
                 "kernel void test(void) { self.next = 0; }\n");
   end += sprintf(source, "global void *global p0 = 0;\n");
   for (unsigned i = 1; i < CHAIN; i++)
      end +=
         sprintf(source + end, "global void *global p%u = &p%u;\n", i, i - 1);
   sprintf(source + end, "kernel void test(void) { p0 = &p%u; }\n",
           CHAIN - 1);
   check_refusal(source);
   free(source);
}

static void
feature_and_macro_agree(void **state)
{
   static const char source[] =
      "#ifdef __opencl_c_program_scope_global_variables\n"
      "#define HAS 1\n"
      "#else\n"
      "#define HAS 0\n"
      "#endif\n"
      "kernel void test(global int *out) { *out = HAS; }\n";
   cl_int has = -1;

   need_kernels();
   cl_program program = build_program(source, "-cl-std=CL3.0");
   run_for(program, "test", &has, 1);
   assert_int_equal(has,
                    device_size(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE) != 0);
   CHECK_OK(clReleaseProgram(program));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_stay_between_kernels),
      cmocka_unit_test(each_program_has_its_own),
      cmocka_unit_test(all_types_are_initialized),
      cmocka_unit_test(addresses_are_initialized),
      cmocka_unit_test(modules_share_variables),
      cmocka_unit_test(work_items_share_variables),
      cmocka_unit_test(sizes_are_told),
      cmocka_unit_test(impossible_variables_are_refused),
      cmocka_unit_test(feature_and_macro_agree),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
