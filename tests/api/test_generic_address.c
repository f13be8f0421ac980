/* SPDX-License-Identifier: MIT */

/* Pointers that may point into any memory. */

#include "kernels.h"

#include <stdio.h>

enum { N = 256, GROUP = 32 };

static void
need_generic(void)
{
   need_kernels();
   if (!device_bool(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT))
      skip_test("the device has no generic addresses");
}

/* Runs `test(global int *out, local int *arg)` in groups of GROUP. */
static void
run_source(const char *source, cl_int out[N])
{
   const size_t global = N, local = GROUP;

   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = buffer_of(out, N * sizeof(*out));
   SET_ARG(kernel, 0, buffer);
   CHECK_OK(clSetKernelArg(kernel, 1, GROUP * sizeof(cl_int), NULL));
   run_kernel(kernel, 1, &global, &local);
   read_buffer(buffer, out, N * sizeof(*out));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
check_source(const char *source, cl_int (*wanted)(cl_int i))
{
   cl_int out[N];

   need_generic();
   for (int i = 0; i < N; i++)
      out[i] = i;
   run_source(source, out);
   for (int i = 0; i < N; i++)
      assert_int_equal(out[i], wanted(i));
}

/* Neighbours read from four memories in one instruction. */
static cl_int
by_memory(cl_int i)
{
   const cl_int values[] = {1000 + i % GROUP, 2000 + i % GROUP,
                            3000 + i % GROUP, i};
   return values[i % 4] + 1;
}

static void
each_memory_is_read(void **state)
{
   check_source("__attribute__((noinline)) int load(const int *p, int at)\n"
                "{ return p[at] + 1; }\n"
                "kernel void test(global int *out, local int *arg) {\n"
                "   local int own[32];\n"
                "   int mine[32];\n"
                "   int i = get_global_id(0), l = get_local_id(0);\n"
                "   arg[l] = 1000 + l; own[l] = 2000 + l;\n"
                "   for (int k = 0; k < 32; k++) mine[k] = 3000 + k;\n"
                "   barrier(CLK_LOCAL_MEM_FENCE);\n"
                "   int *p = out + i - l;\n"
                "   if (i % 4 == 0) p = arg;\n"
                "   if (i % 4 == 1) p = own;\n"
                "   if (i % 4 == 2) p = mine;\n"
                "   int got = load(p, l);\n"
                "   barrier(CLK_GLOBAL_MEM_FENCE);\n"
                "   out[i] = got;\n"
                "}\n",
                by_memory);
}

static cl_int
written(cl_int i)
{
   return i % 2 ? 7 * (i % GROUP) : 9 * (i % GROUP);
}

static void
each_memory_is_written(void **state)
{
   check_source("void store(int *p, int v) { *p = v; }\n"
                "kernel void test(global int *out, local int *arg) {\n"
                "   int mine = 0;\n"
                "   int i = get_global_id(0), l = get_local_id(0);\n"
                "   arg[l] = 0;\n"
                "   store(i % 2 ? &mine : (int *)&arg[l], i % 2 ? 7 : 9);\n"
                "   out[i] = (mine + arg[l]) * l;\n"
                "}\n",
                written);
}

/* 1: local, 2: private, 4: global; and what get_fence() says. */
static cl_int
told(cl_int i)
{
   static const cl_int all[] = {11, 20, 42, 70};
   return all[i % 4];
}

static void
pointers_tell_their_memory(void **state)
{
   check_source("int tell(int *p) {\n"
                "   int fence = get_fence(p);\n"
                "   int all = (to_local(p) ? 10 : 0) +\n"
                "      (to_private(p) ? 20 : 0) + (to_global(p) ? 40 : 0);\n"
                "   if (fence & CLK_LOCAL_MEM_FENCE) all += 1;\n"
                "   if (fence & CLK_GLOBAL_MEM_FENCE) all += 2;\n"
                "   return all;\n"
                "}\n"
                "kernel void test(global int *out, local int *arg) {\n"
                "   int mine = 0;\n"
                "   int i = get_global_id(0);\n"
                "   int *p = out + i;\n"
                "   if (i % 4 == 0) p = arg;\n"
                "   if (i % 4 == 1) p = &mine;\n"
                "   if (i % 4 == 3) p = 0;\n"
                "   int got = p ? tell(p) : 70;\n"
                "   out[i] = got;\n"
                "}\n",
                told);
}

/* Local memory begins at offset 0, which is no null pointer. */
static cl_int
all_right(cl_int i)
{
   return 0xff;
}

static void
null_is_apart_from_all_memory(void **state)
{
   check_source(
      "local int *pass(local int *p) { return p; }\n"
      "kernel void test(global int *out, local int *arg) {\n"
      "   local int first;\n"
      "   int mine[2];\n"
      "   int i = get_global_id(0), right = 0;\n"
      "   local int *none = (local int *)0;\n"
      "   private int *no = 0;\n"
      "   int *any = 0;\n"
      "   right |= &first != none ? 1 : 0;\n"
      "   right |= pass(arg) ? 2 : 0;\n"
      "   right |= pass(none) ? 0 : 4;\n"
      "   right |= (int *)none == any && any == (int *)no ? 8 : 0;\n"
      "   right |= (int *)arg != any && (int *)&first != any ?\n"
      "               16 : 0;\n"
      "   right |= (int *)mine != any ? 32 : 0;\n"
      "   any = &arg[3];\n"
      "   right |= to_local(any) == arg + 3 &&\n"
      "            to_local(any) - arg == 3 ? 64 : 0;\n"
      "   right |= (int *)arg != (int *)mine &&\n"
      "            (int *)out != (int *)arg ? 128 : 0;\n"
      "   out[i] = right;\n"
      "}\n",
      all_right);
}

static cl_int
chased(cl_int i)
{
   return (i % GROUP + 1) % GROUP * 10 + i * 1000;
}

/* Pointers lie in memory, in structures, and point at each other. */
static void
pointers_are_stored(void **state)
{
   check_source(
      "struct node { long value; int *where; struct node *next; };\n"
      "kernel void test(global int *out, local int *arg) {\n"
      "   local struct node nodes[32];\n"
      "   int i = get_global_id(0), l = get_local_id(0);\n"
      "   struct node own[2];\n"
      "   arg[l] = l * 10;\n"
      "   nodes[l].value = l;\n"
      "   nodes[l].where = arg + l;\n"
      "   nodes[l].next = &nodes[(l + 1) % 32];\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   int factor = i * 1000;\n"
      "   own[0].next = &nodes[l];\n"
      "   own[0].where = &factor;\n"
      "   own[1] = *own[0].next;\n"
      "   struct node *at = i & 1 ? own[0].next : &own[1];\n"
      "   out[i] = *at->next->where + *own[0].where;\n"
      "}\n",
      chased);
}

static cl_int
counted(cl_int i)
{
   return i % GROUP == 0 ? GROUP * 3 : i;
}

static void
atomics_take_any_pointer(void **state)
{
   check_source(
      "void count(atomic_int *p, int v) {\n"
      "   atomic_fetch_add_explicit(p, v, memory_order_relaxed,\n"
      "                             memory_scope_work_group);\n"
      "}\n"
      "kernel void test(global int *out, local int *arg) {\n"
      "   local atomic_int here;\n"
      "   int i = get_global_id(0), l = get_local_id(0);\n"
      "   global atomic_int *there = (global atomic_int *)out + i\n"
      "      - l;\n"
      "   if (l == 0) { atomic_init(&here, 0); out[i] = 0; }\n"
      "   barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);\n"
      "   count(l % 2 ? (atomic_int *)&here :\n"
      "                 (atomic_int *)there, 3);\n"
      "   barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);\n"
      "   if (l == 0)\n"
      "      count((atomic_int *)there, atomic_load_explicit(&here,\n"
      "         memory_order_relaxed, memory_scope_work_group));\n"
      "}\n",
      counted);
}

static cl_int
counted_alone(cl_int i)
{
   return i % 2 ? (5 + 3) * 100 + 5 : (6 + 3) * 100 + 6;
}

/* In private memory there is nobody to share with, but it may happen. */
static void
atomics_take_pointers_to_private_memory(void **state)
{
   check_source("#define HOW memory_order_relaxed, memory_scope_work_group\n"
                "int count(atomic_int *p) {\n"
                "   int old = atomic_fetch_add_explicit(p, 3, HOW);\n"
                "   atomic_compare_exchange_strong_explicit(p, &old, -1,\n"
                "      memory_order_relaxed, HOW);\n"
                "   int seen = old;\n"
                "   atomic_fetch_max_explicit(p, 0, HOW);\n"
                "   old = atomic_exchange_explicit(p, seen * 100, HOW);\n"
                "   return seen - 3;\n"
                "}\n"
                "kernel void test(global int *out, local int *arg) {\n"
                "   int i = get_global_id(0), l = get_local_id(0);\n"
                "   int mine = 5;\n"
                "   arg[l] = 6;\n"
                "   int *p = i % 2 ? &mine : (int *)&arg[l];\n"
                "   int old = count((atomic_int *)p);\n"
                "   out[i] = *p + old;\n"
                "}\n",
                counted_alone);
}

static cl_int
split(cl_int i)
{
   return (i % GROUP) * 100 + 50;
}

/* Functions of the library write through pointers into any memory. */
static void
the_library_takes_any_pointer(void **state)
{
   check_source("kernel void test(global int *out, local int *arg) {\n"
                "   local float parts[32];\n"
                "   int i = get_global_id(0), l = get_local_id(0);\n"
                "   float mine;\n"
                "   float *whole = i % 2 ? &mine : (float *)&parts[l];\n"
                "   float rest = modf(l + 0.5f, whole);\n"
                "   int4 v = vload4(0, (int *)&(int4){1, 2, 3, 4});\n"
                "   vstore2(v.xy - 1, 0, (local int *)arg + l / 2 * 2);\n"
                "   out[i] = convert_int(*whole * 100 + rest * 100);\n"
                "}\n",
                split);
}

static void
feature_and_macro_agree(void **state)
{
   static const char source[] =
      "#ifdef __opencl_c_generic_address_space\n"
      "#define HAS 1\n"
      "#else\n"
      "#define HAS 0\n"
      "#endif\n"
      "kernel void test(global int *out) { *out = HAS; }\n";
   cl_int has = -1;

   need_kernels();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = buffer_of(&has, sizeof(has));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, &has, sizeof(has));
   assert_int_equal(has,
                    device_bool(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_memory_is_read),
      cmocka_unit_test(each_memory_is_written),
      cmocka_unit_test(pointers_tell_their_memory),
      cmocka_unit_test(null_is_apart_from_all_memory),
      cmocka_unit_test(pointers_are_stored),
      cmocka_unit_test(atomics_take_any_pointer),
      cmocka_unit_test(atomics_take_pointers_to_private_memory),
      cmocka_unit_test(the_library_takes_any_pointer),
      cmocka_unit_test(feature_and_macro_agree),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
