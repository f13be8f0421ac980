/* SPDX-License-Identifier: MIT */

#include "sub_groups.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The widest sub-group or largest work-group that is looked at. */
#define MAX_LANES 1024

const char *const item_source =
   "struct item {\n"
   "   uint group, sub_group, lane, size, max, count, enqueued;\n"
   "   uint local_id, active, unused[3];\n"
   "};\n"
   "void place(global struct item *item) {\n"
   "   item->group = (get_group_id(2) * get_num_groups(1) +\n"
   "                  get_group_id(1)) * get_num_groups(0) +\n"
   "                 get_group_id(0);\n"
   "   item->local_id = get_local_linear_id();\n"
   "#ifdef __opencl_c_subgroups\n"
   "   item->sub_group = get_sub_group_id();\n"
   "   item->lane = get_sub_group_local_id();\n"
   "   item->size = get_sub_group_size();\n"
   "   item->max = get_max_sub_group_size();\n"
   "   item->count = get_num_sub_groups();\n"
   "   item->enqueued = get_enqueued_num_sub_groups();\n"
   "#endif\n"
   "}\n";

static char *
run_source(const struct run *run)
{
   char *source = malloc(65536), *end = source;
   assert_non_null(source);

   end += sprintf(end, "%s", item_source);
   end += sprintf(end,
                  "#ifdef cl_khr_fp16\n"
                  "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"
                  "#endif\n"
                  "typedef %s T;\n",
                  run->type->name);
   end += sprintf(
      end,
      "kernel void test(global const T *in, global T *out,\n"
      "                 global struct item *items, uint total) {\n"
      "   uint at = get_global_linear_id();\n"
      "   T x = in[at];\n"
      "   place(&items[at]);\n"
      "   uint lane = items[at].lane;\n"
      "   items[at].active = %s;\n"
      "   if (%s) {\n",
      run->active ? run->active : "1", run->active ? run->active : "true");
   for (unsigned i = 0; i < run->call_count; i++)
      end += sprintf(end, "      out[at + total * %u] = %s;\n", i,
                     run->calls[i].text);
   sprintf(end, "   }\n}\n");
   return source;
}

bool
has_type(const struct value_type *type)
{
   if (type->kind != KIND_REAL || type->size == 4)
      return true;
   return has_extension(type->size == 8 ? "cl_khr_fp64" : "cl_khr_fp16");
}

cl_kernel
build_run(const struct run *run)
{
   char options[256];
   char *source = run_source(run);

   snprintf(options, sizeof(options), "-cl-std=CL3.0 %s",
            run->options ? run->options : "");
   cl_kernel kernel = build_kernel(source, options);
   free(source);
   return kernel;
}

static union value
load(const struct value_type *type, const void *from)
{
   union value value = {0};
   int8_t i8;
   int16_t i16;
   int32_t i32;
   float f32;

   if (type->kind == KIND_REAL && type->size == 8) {
      memcpy(&value.d, from, 8);
   } else if (type->kind == KIND_REAL && type->size == 2) {
      _Float16 f16;
      memcpy(&f16, from, 2);
      value.d = f16;
   } else if (type->kind == KIND_REAL) {
      memcpy(&f32, from, 4);
      value.d = f32;
   } else if (type->size == 1) {
      memcpy(&i8, from, 1);
      value.i = type->kind == KIND_SIGNED ? i8 : (uint8_t)i8;
   } else if (type->size == 2) {
      memcpy(&i16, from, 2);
      value.i = type->kind == KIND_SIGNED ? i16 : (uint16_t)i16;
   } else if (type->size == 4) {
      memcpy(&i32, from, 4);
      value.i = type->kind == KIND_SIGNED ? (int64_t)i32 : (uint32_t)i32;
   } else {
      memcpy(&value.i, from, 8);
   }
   return value;
}

/* Little-endian, as the devices of these tests are. */
static void
store(const struct value_type *type, void *to, union value value)
{
   if (type->kind == KIND_REAL && type->size == 2) {
      const _Float16 f16 = value.d;
      memcpy(to, &f16, 2);
   } else if (type->kind == KIND_REAL && type->size == 4) {
      const float f32 = value.d;
      memcpy(to, &f32, 4);
   } else {
      memcpy(to, &value, type->size);
   }
}

/* What is left of a value in its type. */
static union value
wrap(const struct value_type *type, union value value)
{
   char bytes[8];
   store(type, bytes, value);
   return load(type, bytes);
}

static union value
identity(const struct value_type *type, enum op op)
{
   const unsigned bits = type->size * 8;
   const uint64_t all = bits == 64 ? UINT64_MAX : (1ull << bits) - 1;
   const bool is_signed = type->kind == KIND_SIGNED;

   if (type->kind == KIND_REAL)
      return (union value){.d = op == OP_MIN   ? INFINITY
                                : op == OP_MAX ? -INFINITY
                                : op == OP_MUL ? 1.0
                                               : 0.0};
   switch (op) {
   case OP_MUL:
      return (union value){.i = 1};
   case OP_MIN:
      return (union value){.i = is_signed ? all >> 1 : all};
   case OP_MAX:
      return wrap(type, (union value){.i = is_signed ? (all >> 1) + 1 : 0});
   case OP_AND:
      return wrap(type, (union value){.i = all});
   default:
      return (union value){.i = 0};
   }
}

static bool
less(const struct value_type *type, union value a, union value b)
{
   switch (type->kind) {
   case KIND_SIGNED:
      return a.i < b.i;
   case KIND_UNSIGNED:
      return (uint64_t)a.i < (uint64_t)b.i;
   default:
      return a.d < b.d;
   }
}

static union value
combine(const struct value_type *type, enum op op, union value a,
        union value b)
{
   const bool real = type->kind == KIND_REAL;
   const uint64_t x = a.i, y = b.i;

   switch (op) {
   case OP_ADD:
      return real ? (union value){.d = a.d + b.d}
                  : wrap(type, (union value){.i = x + y});
   case OP_MUL:
      return real ? (union value){.d = a.d * b.d}
                  : wrap(type, (union value){.i = x * y});
   case OP_MIN:
      return less(type, b, a) ? b : a;
   case OP_MAX:
      return less(type, a, b) ? b : a;
   case OP_AND:
      return (union value){.i = x & y};
   case OP_OR:
      return (union value){.i = x | y};
   default:
      return (union value){.i = x ^ y};
   }
}

/* Those that a work-item makes calls with. */
struct party {
   const struct value_type *type;
   unsigned count; /* lanes that there are */
   unsigned max;   /* lanes that there may be */
   bool active[MAX_LANES];
   union value values[MAX_LANES];
};

static union value
accumulate(const struct party *party, enum op op, unsigned begin,
           unsigned end)
{
   union value value = identity(party->type, op);

   for (unsigned i = begin; i < end && i < party->count; i++) {
      if (party->active[i])
         value = combine(party->type, op, value, party->values[i]);
   }
   return value;
}

/* The lane whose value a call returns; UINT32_MAX where it may be any. */
static unsigned
source_lane(const struct party *party, const struct call *call, unsigned lane)
{
   unsigned from;

   switch (call->shape) {
   case SHAPE_FROM:
      from = call->param;
      break;
   case SHAPE_LAST:
      from = party->count - 1;
      break;
   case SHAPE_XOR:
      from = lane ^ call->param;
      break;
   case SHAPE_UP:
      from = lane - call->param;
      break;
   case SHAPE_DOWN:
      from = lane + call->param;
      break;
   case SHAPE_ROTATE_FOUR:
      from = (lane & ~3u) | ((lane + call->param) & 3);
      break;
   default:
      from = (lane + call->param) % party->max;
      break;
   }
   return from < party->count && party->active[from] ? from : UINT32_MAX;
}

/* False where the specification says nothing of the result. */
static bool
expect(const struct party *party, const struct call *call, unsigned lane,
       union value *value)
{
   const unsigned cluster = call->param ? call->param : party->count;
   const unsigned first = lane / cluster * cluster;

   switch (call->shape) {
   case SHAPE_REDUCE:
      *value = accumulate(party, call->op, first, first + cluster);
      /* "… undefined if … cluster_size is greater than the size." */
      return cluster <= party->count;
   case SHAPE_INCLUSIVE:
      *value = accumulate(party, call->op, 0, lane + 1);
      return true;
   case SHAPE_EXCLUSIVE:
      *value = accumulate(party, call->op, 0, lane);
      return true;
   default: {
      const unsigned from = source_lane(party, call, lane);
      if (from == UINT32_MAX)
         return false;
      *value = party->values[from];
      return true;
   }
   }
}

static bool
same(const struct value_type *type, union value a, union value b)
{
   return type->kind == KIND_REAL ? a.d == b.d : a.i == b.i;
}

static void
complain(const struct run *run, const struct call *call,
         const struct item *item, union value got, union value wanted)
{
   print_error(
      "%s of %s: group %u, sub-group %u, lane %u of %u: ", call->text,
      run->type->name, item->group, item->sub_group, item->lane, item->size);
   if (run->type->kind == KIND_REAL)
      print_error("%g, wanted %g\n", got.d, wanted.d);
   else
      print_error("%lld, wanted %lld\n", (long long)got.i,
                  (long long)wanted.i);
}

static unsigned
lane_of(const struct run *run, const struct item *item)
{
   return run->by_work_group ? item->local : item->lane;
}

/* Those who call together with an item. */
static void
gather(const struct run *run, const struct item *items, size_t total,
       const struct item *item, const char *in, struct party *party)
{
   memset(party, 0, sizeof(*party));
   party->type = run->type;
   party->max = item->max;
   for (size_t i = 0; i < total; i++) {
      if (items[i].group != item->group ||
          (!run->by_work_group && items[i].sub_group != item->sub_group))
         continue;
      const unsigned lane = lane_of(run, &items[i]);
      assert_true(lane < MAX_LANES);
      party->active[lane] = items[i].active;
      party->values[lane] = load(run->type, in + i * run->type->size);
      party->count++;
   }
}

static void
check_results(const struct run *run, const struct item *items, size_t total,
              const char *in, const char *out)
{
   struct party *party = malloc(sizeof(*party));
   unsigned wrong = 0;
   assert_non_null(party);

   for (size_t i = 0; i < total; i++) {
      if (!items[i].active)
         continue;
      gather(run, items, total, &items[i], in, party);
      for (unsigned k = 0; k < run->call_count; k++) {
         union value wanted;
         if (!expect(party, &run->calls[k], lane_of(run, &items[i]), &wanted))
            continue;
         const union value got =
            load(run->type, out + (i + total * k) * run->type->size);
         if (same(run->type, got, wanted))
            continue;
         complain(run, &run->calls[k], &items[i], got, wanted);
         assert_true(wrong++ < 8);
      }
   }
   assert_int_equal(wrong, 0);
   free(party);
}

/* Small numbers, so that sums of floats are exact in any order. */
static void
fill_input(const struct value_type *type, char *in, size_t total)
{
   static const int numbers[] = {1, 2, -1, 3, 1, -2, 1, 1, 7, -3, 5, 1, 2};

   for (size_t i = 0; i < total; i++) {
      const int number = numbers[(i * 7 + i / 13) % COUNT(numbers)];
      const union value value = type->kind == KIND_REAL
                                   ? (union value){.d = number}
                                   : wrap(type, (union value){.i = number});
      store(type, in + i * type->size, value);
   }
}

void
check_run(const struct run *run, cl_kernel kernel, const size_t global[3],
          const size_t local[3])
{
   const cl_uint total = global[0] * global[1] * global[2];
   const size_t size = total * run->type->size;
   char *in = malloc(size), *out = calloc(run->call_count, size);
   struct item *items = calloc(total, sizeof(*items));
   assert_true(in && out && items);

   fill_input(run->type, in, total);
   cl_mem in_buffer = buffer_of(in, size);
   cl_mem out_buffer = buffer_of(out, size * run->call_count);
   cl_mem item_buffer = buffer_of(items, total * sizeof(*items));
   SET_ARG(kernel, 0, in_buffer);
   SET_ARG(kernel, 1, out_buffer);
   SET_ARG(kernel, 2, item_buffer);
   SET_ARG(kernel, 3, total);
   run_kernel(kernel, 3, global, local);
   read_buffer(out_buffer, out, size * run->call_count);
   read_buffer(item_buffer, items, total * sizeof(*items));
   check_results(run, items, total, in, out);

   CHECK_OK(clReleaseMemObject(in_buffer));
   CHECK_OK(clReleaseMemObject(out_buffer));
   CHECK_OK(clReleaseMemObject(item_buffer));
   free(items);
   free(out);
   free(in);
}

void
check_run_everywhere(const struct run *run)
{
   static const struct {
      size_t global[3], local[3];
   } cases[] = {
      {{128, 1, 1}, {64, 1, 1}}, {{40, 1, 1}, {8, 1, 1}},
      {{39, 1, 1}, {13, 1, 1}},  {{6, 1, 1}, {1, 1, 1}},
      {{15, 1, 1}, {5, 1, 1}},   {{14, 5, 3}, {7, 5, 3}},
      {{6, 10, 4}, {3, 5, 2}},   {{71, 1, 1}, {32, 1, 1}},
      {{11, 9, 1}, {4, 4, 1}},
   };
   cl_kernel kernel = build_run(run);

   for (unsigned i = 0; i < COUNT(cases); i++)
      check_run(run, kernel, cases[i].global, cases[i].local);
   CHECK_OK(clReleaseKernel(kernel));
}

static bool
are_together(const struct item *a, const struct item *b, bool by_work_group)
{
   return a->group == b->group &&
          (by_work_group || a->sub_group == b->sub_group);
}

#define VOTERS 200

static void
compare_votes(const struct item *items, const int *in, const int *out,
              bool by_work_group)
{
   for (unsigned i = 0; i < VOTERS; i++) {
      bool all = true, any = false;
      for (unsigned k = 0; k < VOTERS; k++) {
         if (!are_together(&items[i], &items[k], by_work_group))
            continue;
         all &= in[k] != 0;
         any |= in[k] != 0;
      }
      assert_int_equal(out[i * 2] != 0, all);
      assert_int_equal(out[i * 2 + 1] != 0, any);
   }
}

void
check_votes(const char *all, const char *any, bool by_work_group)
{
   static struct item items[VOTERS];
   const size_t global[] = {VOTERS, 1, 1}, local[] = {20, 1, 1};
   int in[VOTERS], out[VOTERS * 2] = {0};
   char source[4096];

   snprintf(source, sizeof(source),
            "%s"
            "kernel void test(global struct item *items,\n"
            "                 global const int *in, global int *out) {\n"
            "   uint at = get_global_linear_id();\n"
            "   place(&items[at]);\n"
            "   out[at * 2] = %s(in[at]);\n"
            "   out[at * 2 + 1] = %s(in[at]);\n"
            "}\n",
            item_source, all, any);
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   for (unsigned i = 0; i < VOTERS; i++)
      in[i] = i < 50 ? 4 : i < 100 ? i % 13 : i < 150 ? 0 : i == 177;
   cl_mem in_buffer = buffer_of(in, sizeof(in));
   cl_mem out_buffer = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 1, in_buffer);
   SET_ARG(kernel, 2, out_buffer);
   read_items(kernel, global, local, items);
   read_buffer(out_buffer, out, sizeof(out));
   compare_votes(items, in, out, by_work_group);
   CHECK_OK(clReleaseMemObject(in_buffer));
   CHECK_OK(clReleaseMemObject(out_buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

void
read_items(cl_kernel kernel, const size_t global[3], const size_t local[3],
           struct item *items)
{
   const size_t size =
      global[0] * global[1] * global[2] * sizeof(struct item);
   memset(items, 0, size);
   cl_mem buffer = buffer_of(items, size);

   SET_ARG(kernel, 0, buffer);
   run_kernel(kernel, 3, global, local);
   read_buffer(buffer, items, size);
   CHECK_OK(clReleaseMemObject(buffer));
}
