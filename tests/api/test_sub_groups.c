/* SPDX-License-Identifier: MIT */

/* Sub-groups and their extensions (OpenCL C 6.15.19, 6.15.20 …). */

#include "sub_groups.h"

#include <stdio.h>
#include <stdlib.h>

static const struct value_type types[] = {
   {"int", 4, KIND_SIGNED},   {"uint", 4, KIND_UNSIGNED},
   {"long", 8, KIND_SIGNED},  {"ulong", 8, KIND_UNSIGNED},
   {"float", 4, KIND_REAL},   {"double", 8, KIND_REAL},
   {"char", 1, KIND_SIGNED},  {"uchar", 1, KIND_UNSIGNED},
   {"short", 2, KIND_SIGNED}, {"ushort", 2, KIND_UNSIGNED},
   {"half", 2, KIND_REAL},
};

#define CORE_TYPES 6

static void
need_sub_groups(void)
{
   need_kernels();
   if (!device_uint(CL_DEVICE_MAX_NUM_SUB_GROUPS))
      skip_test("no sub-groups");
}

/* Checks calls over some of the types, as many as the device has. */
static void
check_calls(unsigned type_count, const struct call *calls, unsigned count,
            const char *active)
{
   for (unsigned i = 0; i < type_count; i++) {
      const struct run run = {
         .type = &types[i],
         .calls = calls,
         .call_count = count,
         .active = active,
      };
      if (has_type(&types[i]))
         check_run_everywhere(&run);
   }
}

static const char *const only_items =
   "kernel void test(global struct item *items) {\n"
   "   place(&items[get_global_linear_id()]);\n"
   "}\n";

static cl_kernel
build_items(const char *attributes)
{
   char source[4096];
   snprintf(source, sizeof(source), "%s%s%s", item_source, attributes,
            only_items);
   return build_kernel(source, "-cl-std=CL3.0");
}

static size_t
max_size_for(cl_kernel kernel, const size_t local[3])
{
   size_t size;
   CHECK_OK(clGetKernelSubGroupInfo(
      kernel, client.device, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE,
      3 * sizeof(*local), local, sizeof(size), &size, NULL));
   return size;
}

static size_t
count_for(cl_kernel kernel, const size_t local[3])
{
   size_t count;
   CHECK_OK(clGetKernelSubGroupInfo(
      kernel, client.device, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE,
      3 * sizeof(*local), local, sizeof(count), &count, NULL));
   return count;
}

/* The work-items of an item's work-group. */
static unsigned
group_items(const struct item *items, size_t total, const struct item *item)
{
   unsigned count = 0;
   for (size_t i = 0; i < total; i++)
      count += items[i].group == item->group;
   return count;
}

static unsigned
twins(const struct item *items, size_t total, const struct item *item)
{
   unsigned count = 0;
   for (size_t i = 0; i < total; i++)
      count += items[i].group == item->group &&
               items[i].sub_group == item->sub_group &&
               items[i].lane == item->lane;
   return count;
}

/* "All sub-groups … the same size, apart from the … maximum index." */
static void
check_places(const struct item *items, size_t total, size_t max,
             size_t enqueued)
{
   for (size_t i = 0; i < total; i++) {
      const struct item *item = &items[i];
      const unsigned whole = group_items(items, total, item);
      assert_int_equal(item->max, max);
      assert_int_equal(item->enqueued, enqueued);
      assert_int_equal(item->count, (whole + max - 1) / max);
      assert_true(item->sub_group < item->count);
      assert_true(item->lane < item->size);
      assert_int_equal(item->size, item->sub_group + 1 < item->count
                                      ? max
                                      : whole - (item->count - 1) * max);
      assert_int_equal(twins(items, total, item), 1);
   }
}

static void
items_know_their_sub_groups(void **state)
{
   static const struct {
      size_t global[3], local[3];
   } cases[] = {
      {{128, 1, 1}, {64, 1, 1}}, {{39, 1, 1}, {13, 1, 1}},
      {{4, 1, 1}, {1, 1, 1}},    {{14, 5, 3}, {7, 5, 3}},
      {{6, 10, 4}, {3, 5, 2}},   {{71, 1, 1}, {32, 1, 1}},
      {{11, 9, 5}, {4, 4, 4}},   {{3, 3, 3}, {8, 2, 2}},
   };
   static struct item items[1024];

   need_sub_groups();
   cl_kernel kernel = build_items("");
   for (unsigned i = 0; i < COUNT(cases); i++) {
      const size_t *global = cases[i].global, *local = cases[i].local;
      read_items(kernel, global, local, items);
      check_places(items, global[0] * global[1] * global[2],
                   max_size_for(kernel, local), count_for(kernel, local));
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
required_sizes_have_sub_groups(void **state)
{
   static struct item items[256];
   const size_t global[] = {10, 6, 1}, local[] = {5, 3, 1};
   const size_t odd[] = {12, 7, 1};

   need_sub_groups();
   cl_kernel kernel =
      build_items("__attribute__((reqd_work_group_size(5, 3, 1)))\n");
   read_items(kernel, global, local, items);
   check_places(items, 60, max_size_for(kernel, local),
                count_for(kernel, local));
   read_items(kernel, odd, local, items);
   check_places(items, 84, max_size_for(kernel, local),
                count_for(kernel, local));
   CHECK_OK(clReleaseKernel(kernel));
}

/*
 * OpCapability Addresses, Kernel, SubgroupDispatch
 * OpMemoryModel Physical64 OpenCL
 * OpEntryPoint Kernel %fn "test"
 * OpExecutionMode %fn SubgroupsPerWorkgroup COUNT
 * %fn = OpFunction, which returns
 */
#define COUNT_WORD 21
static const cl_uint dispatch_module[] = {
   0x07230203, 0x00010100, 0x00000000, 0x00000005, 0x00000000, 0x00020011,
   0x00000004, 0x00020011, 0x00000006, 0x00020011, 0x0000003a, 0x0003000e,
   0x00000002, 0x00000002, 0x0005000f, 0x00000006, 0x00000001, 0x74736574,
   0x00000000, 0x00040010, 0x00000001, 0x00000024, 0x00000000, 0x00020013,
   0x00000002, 0x00030021, 0x00000003, 0x00000002, 0x00050036, 0x00000002,
   0x00000001, 0x00000000, 0x00000003, 0x000200f8, 0x00000004, 0x000100fd,
   0x00010038,
};

static cl_program
build_dispatch(cl_uint sub_groups)
{
   cl_uint module[COUNT(dispatch_module)];

   memcpy(module, dispatch_module, sizeof(module));
   module[COUNT_WORD + 1] = sub_groups;
   cl_program program = CREATED(
      clCreateProgramWithIL(client.context, module, sizeof(module), &code));
   CHECK_OK(clBuildProgram(program, 1, &client.device, NULL, NULL, NULL));
   return program;
}

static size_t
required_count(cl_kernel kernel)
{
   size_t count;
   CHECK_OK(clGetKernelSubGroupInfo(kernel, client.device,
                                    CL_KERNEL_COMPILE_NUM_SUB_GROUPS, 0, NULL,
                                    sizeof(count), &count, NULL));
   return count;
}

static void
counts_can_be_required(void **state)
{
   need_sub_groups();
   if (device_uint(CL_DEVICE_ADDRESS_BITS) != 64)
      skip_test("the SPIR-V is of 64 bits");
   cl_program program = build_dispatch(3);
   cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));
   const size_t max = max_size_for(kernel, (const size_t[3]){64, 1, 1});
   const size_t global = max * 12, right = max * 3 - 1, wrong = max * 2;

   assert_int_equal(required_count(kernel), 3);
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &global,
                                   NULL, 0, NULL, NULL));
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &global,
                                   &right, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
              clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &global,
                                     &wrong, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
impossible_counts_are_refused(void **state)
{
   /* The last one is 3 in eight bits. */
   static const cl_uint counts[] = {100000, UINT32_MAX, 256 * 128 + 3};

   need_sub_groups();
   if (device_uint(CL_DEVICE_ADDRESS_BITS) != 64)
      skip_test("the SPIR-V is of 64 bits");
   for (unsigned i = 0; i < COUNT(counts); i++) {
      cl_program program = build_dispatch(counts[i]);
      REFUSED(CL_OUT_OF_RESOURCES, clCreateKernel(program, "test", &code));
      CHECK_OK(clReleaseProgram(program));
   }
}

#define ARITHMETIC(prefix, name, op)                                          \
   {prefix "reduce_" name "(x)", SHAPE_REDUCE, op},                           \
      {prefix "scan_inclusive_" name "(x)", SHAPE_INCLUSIVE, op},             \
   {                                                                          \
      prefix "scan_exclusive_" name "(x)", SHAPE_EXCLUSIVE, op                \
   }

static const struct call core_calls[] = {
   ARITHMETIC("sub_group_", "add", OP_ADD),
   ARITHMETIC("sub_group_", "min", OP_MIN),
   ARITHMETIC("sub_group_", "max", OP_MAX),
   {"sub_group_broadcast(x, 0)", SHAPE_FROM, .param = 0},
   {"sub_group_broadcast(x, 3)", SHAPE_FROM, .param = 3},
};

static void
core_functions(void **state)
{
   need_sub_groups();
   check_calls(CORE_TYPES, core_calls, COUNT(core_calls), NULL);
}

static void
extended_types(void **state)
{
   need_sub_groups();
   need_extension("cl_khr_subgroup_extended_types");
   check_calls(COUNT(types), core_calls, COUNT(core_calls), NULL);
}

/* Each element of a vector goes its way. */
static void
vectors_are_broadcast(void **state)
{
   static const char *const source =
      "kernel void test(global ushort8 *out) {\n"
      "   uint at = get_global_id(0);\n"
      "   ushort8 x = (ushort8)(0, 1, 2, 3, 4, 5, 6, 7) + (ushort)(at * 8);\n"
      "   out[at] = sub_group_broadcast(x, 2);\n"
      "}\n";
   cl_ushort out[64][8];
   const size_t global[] = {64}, local[] = {64};
   size_t max;

   need_sub_groups();
   need_extension("cl_khr_subgroup_extended_types");
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);
   SET_ARG(kernel, 0, buffer);
   run_kernel(kernel, 1, global, local);
   read_buffer(buffer, out, sizeof(out));
   max = max_size_for(kernel, (const size_t[3]){64, 1, 1});
   for (unsigned i = 0; max > 2 && i < COUNT(out); i++) {
      for (unsigned k = 0; k < 8; k++)
         assert_int_equal(out[i][k], (i / max * max + 2) * 8 + k);
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/*
 * Sub-groups exchange values through local memory, each as often as it
 * likes, and meet the others only then.
 */
static void
barriers_are_of_sub_groups(void **state)
{
   static const char *const source =
      "kernel void test(global uint *out, local uint *given) {\n"
      "   uint at = get_local_id(0);\n"
      "   uint size = get_sub_group_size();\n"
      "   uint first = at - get_sub_group_local_id();\n"
      "   given[at] = at;\n"
      "   sub_group_barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   for (uint i = 0; i < get_sub_group_id() * 3; i++) {\n"
      "      uint next = given[first + (at - first + 1) % size];\n"
      "      sub_group_barrier(CLK_LOCAL_MEM_FENCE);\n"
      "      given[at] = next;\n"
      "      sub_group_barrier(CLK_LOCAL_MEM_FENCE,\n"
      "                        memory_scope_sub_group);\n"
      "   }\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   out[get_global_id(0)] = given[get_local_size(0) - 1 - at];\n"
      "}\n";
   const size_t global[] = {180}, local[] = {60};
   cl_uint out[180];

   need_sub_groups();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   const size_t max = max_size_for(kernel, (const size_t[3]){60, 1, 1});
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);
   SET_ARG(kernel, 0, buffer);
   CHECK_OK(clSetKernelArg(kernel, 1, 60 * sizeof(cl_uint), NULL));
   run_kernel(kernel, 1, global, local);
   read_buffer(buffer, out, sizeof(out));
   for (unsigned i = 0; i < COUNT(out); i++) {
      const unsigned at = 59 - i % 60, id = at / max, first = id * max;
      const unsigned size = first + max <= 60 ? max : 60 - first;
      assert_int_equal(out[i], first + (at - first + id * 3) % size);
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* What is listed is defined, and nothing else. */
static void
macros_are_what_is_listed(void **state)
{
   static const char *const names[] = {
      "cl_khr_subgroups",
      "cl_khr_subgroup_ballot",
      "cl_khr_subgroup_clustered_reduce",
      "cl_khr_subgroup_extended_types",
      "cl_khr_subgroup_named_barrier",
      "cl_khr_subgroup_non_uniform_arithmetic",
      "cl_khr_subgroup_non_uniform_vote",
      "cl_khr_subgroup_rotate",
      "cl_khr_subgroup_shuffle",
      "cl_khr_subgroup_shuffle_relative",
      "cl_intel_subgroups",
   };
   char source[512];

   need_kernels();
   for (unsigned i = 0; i < COUNT(names); i++) {
      snprintf(source, sizeof(source),
               "#if%s %s\n#error wrong\n#endif\nkernel void test() {}\n",
               has_extension(names[i]) ? "ndef" : "def", names[i]);
      CHECK_OK(clReleaseProgram(build_program(source, "-cl-std=CL3.0")));
   }
   snprintf(source, sizeof(source),
            "#if%s __opencl_c_subgroups\n#error wrong\n#endif\n"
            "kernel void test() {}\n",
            device_uint(CL_DEVICE_MAX_NUM_SUB_GROUPS) ? "ndef" : "def");
   CHECK_OK(clReleaseProgram(build_program(source, "-cl-std=CL3.0")));
}

static void
shuffles(void **state)
{
   static const struct call calls[] = {
      {"sub_group_shuffle(x, 1)", SHAPE_FROM, .param = 1},
      {"sub_group_shuffle(x, lane ^ 3)", SHAPE_XOR, .param = 3},
      {"sub_group_shuffle(x, lane + 100)", SHAPE_DOWN, .param = 100},
      {"sub_group_shuffle_xor(x, 1)", SHAPE_XOR, .param = 1},
      {"sub_group_shuffle_xor(x, 5)", SHAPE_XOR, .param = 5},
   };
   need_sub_groups();
   need_extension("cl_khr_subgroup_shuffle");
   check_calls(COUNT(types), calls, COUNT(calls), NULL);
   check_calls(1, calls, COUNT(calls), "lane != 2");
}

static void
non_uniform_broadcasts(void **state)
{
   static const struct call calls[] = {
      {"sub_group_non_uniform_broadcast(x, 1)", SHAPE_FROM, .param = 1},
      {"sub_group_non_uniform_broadcast(x, total - total + 2)", SHAPE_FROM,
       .param = 2},
   };
   need_sub_groups();
   need_extension("cl_khr_subgroup_ballot");
   check_calls(COUNT(types), calls, COUNT(calls), "lane % 4 != 0");
}

static void
relative_shuffles(void **state)
{
   static const struct call calls[] = {
      {"sub_group_shuffle_up(x, 1)", SHAPE_UP, .param = 1},
      {"sub_group_shuffle_up(x, 3)", SHAPE_UP, .param = 3},
      {"sub_group_shuffle_down(x, 1)", SHAPE_DOWN, .param = 1},
      {"sub_group_shuffle_down(x, 6)", SHAPE_DOWN, .param = 6},
   };
   need_sub_groups();
   need_extension("cl_khr_subgroup_shuffle_relative");
   check_calls(COUNT(types), calls, COUNT(calls), NULL);
}

/* Around the largest size, so that lanes which are not there are rotated
 * too: those that come from them are anything. */
static void
rotations(void **state)
{
   static const struct call calls[] = {
      {"sub_group_clustered_rotate(x, 1, 4)", SHAPE_ROTATE_FOUR, .param = 1},
      {"sub_group_clustered_rotate(x, 3, 4)", SHAPE_ROTATE_FOUR, .param = 3},
      {"sub_group_clustered_rotate(x, -1, 4)", SHAPE_ROTATE_FOUR, .param = 3},
      {"sub_group_rotate(x, 0)", SHAPE_ROTATE, .param = 0},
      {"sub_group_rotate(x, 1)", SHAPE_ROTATE, .param = 1},
      {"sub_group_rotate(x, 5)", SHAPE_ROTATE, .param = 5},
   };
   need_sub_groups();
   need_extension("cl_khr_subgroup_rotate");
   check_calls(COUNT(types), calls, COUNT(calls), NULL);
}

#define CLUSTERED(name, op, lanes)                                            \
   {                                                                          \
      "sub_group_clustered_reduce_" name "(x, " #lanes ")", SHAPE_REDUCE, op, \
         lanes                                                                \
   }

static void
clusters(void **state)
{
   static const struct call calls[] = {
      CLUSTERED("add", OP_ADD, 1), CLUSTERED("add", OP_ADD, 2),
      CLUSTERED("add", OP_ADD, 4), CLUSTERED("mul", OP_MUL, 4),
      CLUSTERED("min", OP_MIN, 2), CLUSTERED("max", OP_MAX, 4),
      CLUSTERED("and", OP_AND, 4), CLUSTERED("or", OP_OR, 2),
      CLUSTERED("xor", OP_XOR, 4),
   };
   need_sub_groups();
   need_extension("cl_khr_subgroup_clustered_reduce");
   for (unsigned i = 0; i < COUNT(types); i++) {
      const bool real = types[i].kind == KIND_REAL;
      const struct run run = {
         .type = &types[i],
         .calls = calls,
         .call_count = real ? 6 : COUNT(calls),
         .active = i % 2 ? "lane != 1" : NULL,
      };
      if (has_type(&types[i]))
         check_run_everywhere(&run);
   }
}

static void
non_uniform_arithmetic(void **state)
{
   static const struct call calls[] = {
      ARITHMETIC("sub_group_non_uniform_", "add", OP_ADD),
      ARITHMETIC("sub_group_non_uniform_", "mul", OP_MUL),
      ARITHMETIC("sub_group_non_uniform_", "min", OP_MIN),
      ARITHMETIC("sub_group_non_uniform_", "max", OP_MAX),
      ARITHMETIC("sub_group_non_uniform_", "and", OP_AND),
      ARITHMETIC("sub_group_non_uniform_", "or", OP_OR),
      ARITHMETIC("sub_group_non_uniform_", "xor", OP_XOR),
   };
   need_sub_groups();
   need_extension("cl_khr_subgroup_non_uniform_arithmetic");
   for (unsigned i = 0; i < COUNT(types); i++) {
      const struct run run = {
         .type = &types[i],
         .calls = calls,
         .call_count = types[i].kind == KIND_REAL ? 12 : COUNT(calls),
         .active = i % 2 ? "lane % 3 != 0" : "get_local_linear_id() < 5",
      };
      if (has_type(&types[i]))
         check_run_everywhere(&run);
   }
}

/* What ballots_source writes for each work-item. */
struct ballots {
   cl_uint ballot[4];
   cl_uint bits, inclusive, exclusive, lowest, highest;
   cl_uint mine, extracted;
   cl_uint eq, ge, gt, le, lt;
   cl_uint elected, all, any, equal, first;
   cl_uint logical_and, logical_or, logical_xor;
};

static const char *const ballots_source =
   "struct ballots {\n"
   "   uint ballot[4];\n"
   "   uint bits, inclusive, exclusive, lowest, highest;\n"
   "   uint mine, extracted;\n"
   "   uint eq, ge, gt, le, lt;\n"
   "   uint elected, all, any, equal, first;\n"
   "   uint logical_and, logical_or, logical_xor;\n"
   "};\n"
   "kernel void test(global const int *in, global struct ballots *out,\n"
   "                 global struct item *items, uint active) {\n"
   "   uint at = get_global_linear_id();\n"
   "   int x = in[at];\n"
   "   place(&items[at]);\n"
   "   items[at].active = active >> items[at].lane % 32 & 1;\n"
   "   if (!items[at].active)\n"
   "      return;\n"
   "   global struct ballots *o = &out[at];\n"
   "   uint4 b = sub_group_ballot(x & 1);\n"
   "   vstore4(b, 0, o->ballot);\n"
   "   o->bits = sub_group_ballot_bit_count(b);\n"
   "   o->inclusive = sub_group_ballot_inclusive_scan(b);\n"
   "   o->exclusive = sub_group_ballot_exclusive_scan(b);\n"
   "   o->lowest = sub_group_ballot_find_lsb(b);\n"
   "   o->highest = sub_group_ballot_find_msb(b);\n"
   "   o->mine = sub_group_inverse_ballot(b);\n"
   "   o->extracted = sub_group_ballot_bit_extract(b, 2);\n"
   "   o->eq = get_sub_group_eq_mask().x;\n"
   "   o->ge = get_sub_group_ge_mask().x;\n"
   "   o->gt = get_sub_group_gt_mask().x;\n"
   "   o->le = get_sub_group_le_mask().x;\n"
   "   o->lt = get_sub_group_lt_mask().x;\n"
   "   o->elected = sub_group_elect();\n"
   "   o->all = sub_group_non_uniform_all(x & 1);\n"
   "   o->any = sub_group_non_uniform_any(x & 1);\n"
   "   o->equal = sub_group_non_uniform_all_equal(x);\n"
   "   o->first = sub_group_broadcast_first(x);\n"
   "   o->logical_and = sub_group_non_uniform_reduce_logical_and(x & 1);\n"
   "   o->logical_or = sub_group_non_uniform_reduce_logical_or(x & 1);\n"
   "   o->logical_xor = sub_group_non_uniform_reduce_logical_xor(x & 1);\n"
   "}\n";

/* The masks are of the lanes that there may be at most. */
static void
check_masks(const struct ballots *got, const struct item *item)
{
   const cl_uint lanes = item->max >= 32 ? UINT32_MAX : (1u << item->max) - 1;
   const cl_uint below = (1u << item->lane) - 1;

   assert_int_equal(got->eq, 1u << item->lane);
   assert_int_equal(got->lt, below);
   assert_int_equal(got->le, below | 1u << item->lane);
   assert_int_equal(got->ge & lanes, ~below & lanes);
   assert_int_equal(got->gt & lanes, ~below & lanes & ~(1u << item->lane));
}

static void
check_ballot(const struct ballots *got, const struct item *items,
             const int *in, size_t total, size_t at)
{
   const struct item *item = &items[at];
   uint32_t active = 0, votes = 0;
   int first = 0;
   bool equal = true;

   for (size_t i = 0; i < total; i++) {
      if (items[i].group != item->group || !items[i].active ||
          items[i].sub_group != item->sub_group)
         continue;
      const uint32_t bit = 1u << items[i].lane;
      if (!active || bit < (active & -active))
         first = in[i];
      active |= bit;
      votes |= in[i] & 1 ? bit : 0;
      equal &= in[i] == in[at];
   }
   const uint32_t below = votes & ((1u << item->lane) - 1);

   assert_int_equal(got->ballot[0], votes);
   assert_int_equal(got->ballot[1] | got->ballot[2] | got->ballot[3], 0);
   assert_int_equal(got->bits, __builtin_popcount(votes));
   assert_int_equal(got->inclusive,
                    __builtin_popcount(below) + (votes >> item->lane & 1));
   assert_int_equal(got->exclusive, __builtin_popcount(below));
   if (votes) {
      assert_int_equal(got->lowest, __builtin_ctz(votes));
      assert_int_equal(got->highest, 31 - __builtin_clz(votes));
   }
   assert_int_equal(got->mine != 0, votes >> item->lane & 1);
   assert_int_equal(got->extracted != 0, votes >> 2 & 1);
   assert_int_equal(got->elected != 0,
                    item->lane == (unsigned)__builtin_ctz(active));
   assert_int_equal(got->all != 0, votes == active);
   assert_int_equal(got->any != 0, votes != 0);
   assert_int_equal(got->equal != 0, equal);
   assert_int_equal(got->first, first);
   assert_int_equal(got->logical_and != 0, votes == active);
   assert_int_equal(got->logical_or != 0, votes != 0);
   assert_int_equal(got->logical_xor != 0, __builtin_popcount(votes) & 1);
   check_masks(got, item);
}

static void
run_ballots(cl_kernel kernel, const int *in, size_t total, size_t local,
            cl_uint active)
{
   struct ballots *out = calloc(total, sizeof(*out));
   struct item *items = calloc(total, sizeof(*items));
   cl_mem in_buffer = buffer_of(in, total * sizeof(*in));
   cl_mem out_buffer = buffer_of(out, total * sizeof(*out));
   cl_mem item_buffer = buffer_of(items, total * sizeof(*items));
   assert_true(out && items);

   SET_ARG(kernel, 0, in_buffer);
   SET_ARG(kernel, 1, out_buffer);
   SET_ARG(kernel, 2, item_buffer);
   SET_ARG(kernel, 3, active);
   run_kernel(kernel, 1, &total, &local);
   read_buffer(out_buffer, out, total * sizeof(*out));
   read_buffer(item_buffer, items, total * sizeof(*items));
   for (size_t i = 0; i < total; i++) {
      if (items[i].active)
         check_ballot(&out[i], items, in, total, i);
   }
   CHECK_OK(clReleaseMemObject(in_buffer));
   CHECK_OK(clReleaseMemObject(out_buffer));
   CHECK_OK(clReleaseMemObject(item_buffer));
   free(items);
   free(out);
}

static void
ballots(void **state)
{
   static const cl_uint actives[] = {UINT32_MAX, 0x5a5a5a5a, 1u << 6, 0x3};
   char source[8192];
   int in[100];

   need_sub_groups();
   need_extension("cl_khr_subgroup_ballot");
   need_extension("cl_khr_subgroup_non_uniform_vote");
   need_extension("cl_khr_subgroup_non_uniform_arithmetic");
   snprintf(source, sizeof(source), "%s%s", item_source, ballots_source);
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   for (unsigned i = 0; i < COUNT(in); i++)
      in[i] = i < 20 ? 3 : i < 40 ? 2 : (i * 7 + i / 3) % 5;
   for (unsigned i = 0; i < COUNT(actives); i++) {
      run_ballots(kernel, in, 100, 20, actives[i]);
      run_ballots(kernel, in, 96, 32, actives[i]);
      run_ballots(kernel, in, 99, 13, actives[i]);
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
votes(void **state)
{
   need_sub_groups();
   check_votes("sub_group_all", "sub_group_any", false);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(items_know_their_sub_groups),
      cmocka_unit_test(required_sizes_have_sub_groups),
      cmocka_unit_test(counts_can_be_required),
      cmocka_unit_test(impossible_counts_are_refused),
      cmocka_unit_test(core_functions),
      cmocka_unit_test(extended_types),
      cmocka_unit_test(vectors_are_broadcast),
      cmocka_unit_test(votes),
      cmocka_unit_test(ballots),
      cmocka_unit_test(barriers_are_of_sub_groups),
      cmocka_unit_test(macros_are_what_is_listed),
      cmocka_unit_test(non_uniform_broadcasts),
      cmocka_unit_test(shuffles),
      cmocka_unit_test(relative_shuffles),
      cmocka_unit_test(rotations),
      cmocka_unit_test(clusters),
      cmocka_unit_test(non_uniform_arithmetic),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
