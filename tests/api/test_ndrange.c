/* SPDX-License-Identifier: MIT */

/* Running kernels (5.10): each error, and where work-items are. */

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>

#define SIZES(...) ((const size_t[3]){__VA_ARGS__})

/* What a work-item knows of its place. */
struct place {
   cl_uint dims;
   cl_uint global_id[3], global_size[3], global_offset[3];
   cl_uint local_id[3], local_size[3], enqueued_size[3];
   cl_uint group_id[3], group_count[3];
   cl_uint visits;
};

static const char *const places_source =
   "struct place {\n"
   "   uint dims;\n"
   "   uint global_id[3], global_size[3], global_offset[3];\n"
   "   uint local_id[3], local_size[3], enqueued_size[3];\n"
   "   uint group_id[3], group_count[3];\n"
   "   uint visits;\n"
   "};\n"
   "#if __OPENCL_C_VERSION__ >= 200\n"
   "#define ENQUEUED(i) get_enqueued_local_size(i)\n"
   "#else\n"
   "#define ENQUEUED(i) get_local_size(i)\n"
   "#endif\n"
   "kernel void test(global struct place *places) {\n"
   "   size_t at = 0;\n"
   "   for (int i = 2; i >= 0; i--)\n"
   "      at = at * get_global_size(i) +\n"
   "           get_global_id(i) - get_global_offset(i);\n"
   "   global struct place *p = &places[at];\n"
   "   p->dims = get_work_dim();\n"
   "   for (int i = 0; i < 3; i++) {\n"
   "      p->global_id[i] = get_global_id(i);\n"
   "      p->global_size[i] = get_global_size(i);\n"
   "      p->global_offset[i] = get_global_offset(i);\n"
   "      p->local_id[i] = get_local_id(i);\n"
   "      p->local_size[i] = get_local_size(i);\n"
   "      p->enqueued_size[i] = ENQUEUED(i);\n"
   "      p->group_id[i] = get_group_id(i);\n"
   "      p->group_count[i] = get_num_groups(i);\n"
   "   }\n"
   "   atomic_inc(&p->visits);\n"
   "}\n";

struct range {
   cl_uint dims;
   const size_t *offset, *global, *local;
};

static size_t
axis(const size_t *values, cl_uint dims, unsigned i, size_t other)
{
   return values && i < dims ? values[i] : other;
}

/* What follows from the local size of which the work-item speaks. */
static void
check_axis(const struct place *place, const struct range *range, unsigned i,
           size_t position)
{
   const size_t global = axis(range->global, range->dims, i, 1);
   const size_t offset = axis(range->offset, range->dims, i, 0);
   const size_t local =
      axis(range->local, range->dims, i, place->enqueued_size[i]);

   assert_int_equal(place->global_id[i], offset + position);
   assert_int_equal(place->global_size[i], global);
   assert_int_equal(place->global_offset[i], offset);
   assert_int_equal(place->enqueued_size[i], local);
   assert_int_equal(place->group_count[i], (global + local - 1) / local);
   assert_int_equal(place->group_id[i], position / local);
   assert_int_equal(place->local_id[i], position % local);
   const size_t rest = global - place->group_id[i] * local;
   assert_int_equal(place->local_size[i], rest < local ? rest : local);
}

static void
check_places(const struct place *places, const struct range *range)
{
   const size_t w = axis(range->global, range->dims, 0, 1);
   const size_t h = axis(range->global, range->dims, 1, 1);
   const size_t d = axis(range->global, range->dims, 2, 1);

   for (size_t i = 0; i < w * h * d; i++) {
      assert_int_equal(places[i].visits, 1);
      assert_int_equal(places[i].dims, range->dims);
      check_axis(&places[i], range, 0, i % w);
      check_axis(&places[i], range, 1, i / w % h);
      check_axis(&places[i], range, 2, i / w / h);
   }
}

static void
run_and_check_places(cl_kernel kernel, const struct range *range)
{
   const size_t count = axis(range->global, range->dims, 0, 1) *
                        axis(range->global, range->dims, 1, 1) *
                        axis(range->global, range->dims, 2, 1);
   struct place *places = calloc(count, sizeof(*places));
   assert_non_null(places);
   cl_mem buffer = buffer_of(places, count * sizeof(*places));

   SET_ARG(kernel, 0, buffer);
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, range->dims,
                                   range->offset, range->global, range->local,
                                   0, NULL, NULL));
   read_buffer(buffer, places, count * sizeof(*places));
   check_places(places, range);
   CHECK_OK(clReleaseMemObject(buffer));
   free(places);
}

static void
work_items_know_their_place(void **state)
{
   need_kernels();
   static const size_t offsets[] = {5, 1000, 3};
   static const size_t sizes[][3] = {{1, 1, 1},  {64, 1, 1},  {7, 3, 5},
                                     {33, 2, 1}, {16, 16, 4}, {1, 1, 17}};
   cl_kernel kernel = build_kernel(places_source, NULL);

   for (unsigned i = 0; i < COUNT(sizes); i++) {
      for (cl_uint dims = 1; dims <= 3; dims++) {
         struct range range = {dims, NULL, sizes[i], NULL};
         run_and_check_places(kernel, &range);
         range.offset = offsets;
         run_and_check_places(kernel, &range);
      }
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
local_sizes_are_as_asked(void **state)
{
   need_kernels();
   static const struct {
      size_t global[3], local[3];
   } cases[] = {
      {{64, 8, 8}, {8, 4, 2}},    {{64, 8, 8}, {64, 1, 1}},
      {{9, 9, 9}, {3, 3, 3}},     {{12, 4, 2}, {1, 4, 2}},
      {{128, 64, 1}, {16, 8, 1}}, {{5, 7, 3}, {5, 7, 3}},
   };
   cl_kernel kernel = build_kernel(places_source, NULL);

   for (unsigned i = 0; i < COUNT(cases); i++) {
      for (cl_uint dims = 1; dims <= 3; dims++) {
         const struct range range = {dims, SIZES(2, 0, 1), cases[i].global,
                                     cases[i].local};
         run_and_check_places(kernel, &range);
      }
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static bool
has_non_uniform(void)
{
   return device_bool(CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT);
}

static void
groups_may_differ_in_size(void **state)
{
   need_kernels();
   if (!has_non_uniform())
      skip_test("work-groups are uniform");
   static const struct {
      size_t global[3], local[3];
   } cases[] = {
      {{65, 1, 1}, {16, 1, 1}}, {{7, 1, 1}, {16, 1, 1}},
      {{17, 9, 1}, {8, 4, 1}},  {{10, 10, 10}, {4, 4, 4}},
      {{3, 16, 5}, {4, 4, 4}},  {{16, 16, 17}, {4, 4, 4}},
   };
   cl_kernel kernel = build_kernel(places_source, "-cl-std=CL3.0");

   for (unsigned i = 0; i < COUNT(cases); i++) {
      for (cl_uint dims = 1; dims <= 3; dims++) {
         const struct range range = {dims, SIZES(1, 2, 3), cases[i].global,
                                     cases[i].local};
         run_and_check_places(kernel, &range);
      }
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_int
enqueue(cl_kernel kernel, cl_uint dims, const size_t *offset,
        const size_t *global, const size_t *local)
{
   return clEnqueueNDRangeKernel(client.queue, kernel, dims, offset, global,
                                 local, 0, NULL, NULL);
}

/* Of 1.2, or asked for: then the global size must be a multiple. */
static void
groups_may_have_to_be_uniform(void **state)
{
   static const char *const options[] = {
      NULL, "-cl-std=CL1.2", "-cl-std=CL3.0 -cl-uniform-work-group-size"};

   need_kernels();
   for (unsigned i = 0; i < COUNT(options); i++) {
      cl_kernel kernel =
         build_kernel("kernel void test(void) {}", options[i]);
      CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
                 enqueue(kernel, 1, NULL, SIZES(17, 0, 0), SIZES(8, 0, 0)));
      CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
                 enqueue(kernel, 3, NULL, SIZES(16, 16, 3), SIZES(2, 2, 2)));
      CHECK_OK(enqueue(kernel, 1, NULL, SIZES(16, 0, 0), SIZES(8, 0, 0)));
      CHECK_OK(clReleaseKernel(kernel));
   }
   CHECK_OK(clFinish(client.queue));
}

/*
 * The last work-groups are work-groups like others: each item gives its
 * index away to the one opposite, over a barrier.
 */
static const char *const mirror_source =
   "kernel void test(global uint4 *out, local uint *given, uint room) {\n"
   "   uint items = get_local_size(0) * get_local_size(1) *\n"
   "                get_local_size(2);\n"
   "   uint at = get_local_linear_id();\n"
   "   given[at] = at < room ? get_global_linear_id() : 0;\n"
   "   barrier(CLK_LOCAL_MEM_FENCE);\n"
   "   out[get_global_linear_id()] =\n"
   "      (uint4)(items, at, given[items - 1 - at], get_work_dim());\n"
   "}\n";

struct mirrored {
   cl_uint items, local, opposite, dims;
};

static cl_uint
linear(const size_t at[3], const size_t size[3])
{
   return (at[2] * size[1] + at[1]) * size[0] + at[0];
}

static void
check_mirrored(const struct mirrored *out, const size_t global[3],
               const size_t local[3], const size_t at[3])
{
   size_t size[3], within[3], opposite[3];

   for (unsigned i = 0; i < 3; i++) {
      const size_t first = at[i] / local[i] * local[i];
      const size_t rest = global[i] - first;
      size[i] = rest < local[i] ? rest : local[i];
      within[i] = at[i] - first;
      opposite[i] = first + size[i] - 1 - within[i];
   }
   const struct mirrored *item = &out[linear(at, global)];
   assert_int_equal(item->items, size[0] * size[1] * size[2]);
   assert_int_equal(item->local, linear(within, size));
   assert_int_equal(item->opposite, linear(opposite, global));
   assert_int_equal(item->dims, 3);
}

static void
run_mirror(cl_kernel kernel, const size_t global[3], const size_t local[3])
{
   const size_t count = global[0] * global[1] * global[2];
   const cl_uint room = local[0] * local[1] * local[2];
   struct mirrored *out = calloc(count, sizeof(*out));
   assert_non_null(out);
   cl_mem buffer = buffer_of(out, count * sizeof(*out));

   SET_ARG(kernel, 0, buffer);
   CHECK_OK(clSetKernelArg(kernel, 1, room * sizeof(cl_uint), NULL));
   SET_ARG(kernel, 2, room);
   /* An offset is not counted in linear ids. */
   CHECK_OK(enqueue(kernel, 3, SIZES(3, 1000, 7), global, local));
   read_buffer(buffer, out, count * sizeof(*out));
   for (size_t z = 0; z < global[2]; z++) {
      for (size_t y = 0; y < global[1]; y++) {
         for (size_t x = 0; x < global[0]; x++)
            check_mirrored(out, global, local, SIZES(x, y, z));
      }
   }
   CHECK_OK(clReleaseMemObject(buffer));
   free(out);
}

static void
last_groups_have_barriers(void **state)
{
   static const struct {
      size_t global[3], local[3];
   } cases[] = {
      {{65, 1, 1}, {16, 1, 1}},  {{7, 1, 1}, {16, 1, 1}},
      {{17, 9, 1}, {8, 4, 1}},   {{10, 10, 10}, {4, 4, 4}},
      {{100, 3, 2}, {33, 2, 1}}, {{1, 1, 29}, {1, 1, 10}},
   };

   need_kernels();
   if (!has_non_uniform())
      skip_test("work-groups are uniform");
   cl_kernel kernel = build_kernel(mirror_source, "-cl-std=CL3.0");
   for (unsigned i = 0; i < COUNT(cases); i++)
      run_mirror(kernel, cases[i].global, cases[i].local);
   CHECK_OK(clReleaseKernel(kernel));
}

static void
required_sizes_need_not_divide(void **state)
{
   need_kernels();
   if (!has_non_uniform())
      skip_test("work-groups are uniform");
   char source[1024];
   snprintf(source, sizeof(source),
            "__attribute__((reqd_work_group_size(5, 3, 2)))\n%s",
            mirror_source);
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");

   run_mirror(kernel, SIZES(10, 6, 4), SIZES(5, 3, 2));
   run_mirror(kernel, SIZES(11, 7, 5), SIZES(5, 3, 2));
   run_mirror(kernel, SIZES(4, 2, 1), SIZES(5, 3, 2));
   CHECK_OK(clReleaseKernel(kernel));
}

/* What was linked is as old as the oldest of its sources. */
static void
linked_programs_know_their_age(void **state)
{
   static const char *const options[] = {"-cl-std=CL3.0", "-cl-std=CL1.2"};
   const char *source = "kernel void test(void) {}";

   need_kernels();
   if (!has_non_uniform())
      skip_test("work-groups are uniform");
   for (unsigned i = 0; i < COUNT(options); i++) {
      cl_program object = CREATED(
         clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
      CHECK_OK(clCompileProgram(object, 0, NULL, options[i], 0, NULL, NULL,
                                NULL, NULL));
      cl_program program = CREATED(clLinkProgram(
         client.context, 0, NULL, NULL, 1, &object, NULL, NULL, &code));
      cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));
      CHECK_CODE(i ? CL_INVALID_WORK_GROUP_SIZE : CL_SUCCESS,
                 enqueue(kernel, 1, NULL, SIZES(17, 0, 0), SIZES(8, 0, 0)));
      CHECK_OK(clFinish(client.queue));
      CHECK_OK(clReleaseKernel(kernel));
      CHECK_OK(clReleaseProgram(program));
      CHECK_OK(clReleaseProgram(object));
   }
}

static void
refuses_bad_handles(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel("kernel void test(void) {}", NULL);
   const size_t *one = SIZES(1, 1, 1);

   CHECK_CODE(CL_INVALID_COMMAND_QUEUE,
              clEnqueueNDRangeKernel(NULL, kernel, 1, NULL, one, NULL, 0,
                                     NULL, NULL));
   CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                clEnqueueNDRangeKernel((cl_command_queue)client.context,
                                       kernel, 1, NULL, one, NULL, 0, NULL,
                                       NULL));
   CHECK_CODE(CL_INVALID_KERNEL, enqueue(NULL, 1, NULL, one, NULL));
   for (unsigned i = 0; client.is_trefoil && i < GARBAGE_COUNT; i++)
      CHECK_CODE(CL_INVALID_KERNEL,
                 enqueue((cl_kernel)garbage(i), 1, NULL, one, NULL));
   CHECK_HANDLE(CL_INVALID_KERNEL,
                enqueue((cl_kernel)client.queue, 1, NULL, one, NULL));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueNDRangeKernel(client.stranger_queue, kernel, 1, NULL,
                                     one, NULL, 0, NULL, NULL));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
refuses_missing_arguments(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global int *out, int value, local int *l)\n"
      "{ l[0] = value; *out = l[0]; }\n",
      NULL);
   const size_t *one = SIZES(1, 1, 1);
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   const cl_int value = 1;

   CHECK_CODE(CL_INVALID_KERNEL_ARGS, enqueue(kernel, 1, NULL, one, NULL));
   SET_ARG(kernel, 0, out);
   CHECK_CODE(CL_INVALID_KERNEL_ARGS, enqueue(kernel, 1, NULL, one, NULL));
   SET_ARG(kernel, 1, value);
   CHECK_CODE(CL_INVALID_KERNEL_ARGS, enqueue(kernel, 1, NULL, one, NULL));
   CHECK_CODE(CL_INVALID_KERNEL_ARGS,
              clEnqueueTask(client.queue, kernel, 0, NULL, NULL));
   CHECK_OK(clSetKernelArg(kernel, 2, 4, NULL));
   CHECK_OK(enqueue(kernel, 1, NULL, one, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
refuses_bad_ranges(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel("kernel void test(void) {}", NULL);
   const size_t *one = SIZES(1, 1, 1);

   CHECK_CODE(CL_INVALID_WORK_DIMENSION, enqueue(kernel, 0, NULL, one, NULL));
   CHECK_CODE(CL_INVALID_WORK_DIMENSION, enqueue(kernel, 4, NULL, one, NULL));
   CHECK_CODE(CL_INVALID_GLOBAL_OFFSET,
              enqueue(kernel, 1, SIZES(SIZE_MAX, 0, 0), one, NULL));
   CHECK_CODE(
      CL_INVALID_GLOBAL_OFFSET,
      enqueue(kernel, 3, SIZES(0, 0, SIZE_MAX - 1), SIZES(1, 1, 4), NULL));
   CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
              enqueue(kernel, 1, NULL, SIZES(8, 0, 0), SIZES(0, 0, 0)));
   CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
              enqueue(kernel, 2, NULL, SIZES(8, 8, 0), SIZES(8, 0, 0)));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
refuses_large_groups(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel("kernel void test(void) {}", NULL);
   const size_t max = work_group_size(kernel);
   size_t sizes[3], global[3] = {1, 1, 1}, local[3] = {1, 1, 1};

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_MAX_WORK_ITEM_SIZES,
                            sizeof(sizes), sizes, NULL));
   for (unsigned i = 0; i < 3; i++) {
      global[i] = local[i] = sizes[i] + 1;
      CHECK_EITHER(CL_INVALID_WORK_ITEM_SIZE, CL_INVALID_WORK_GROUP_SIZE,
                   enqueue(kernel, 3, NULL, global, local));
      global[i] = local[i] = 1;
   }
   if (max < sizes[0] * 2 && sizes[1] >= 2) {
      local[0] = global[0] = max < sizes[0] ? max : sizes[0];
      local[1] = global[1] = max / local[0] + 1;
      CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
                 enqueue(kernel, 2, NULL, global, local));
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
required_sizes_are_required(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "__attribute__((reqd_work_group_size(4, 2, 1)))\n"
      "kernel void test(global uint *out)\n"
      "{ out[get_global_id(1) * get_global_size(0) + get_global_id(0)] =\n"
      "     get_local_size(0) * 100 + get_local_size(1) * 10 +\n"
      "     get_local_size(2); }\n",
      NULL);
   cl_uint got[32];
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(got), NULL);

   SET_ARG(kernel, 0, out);
   CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
              enqueue(kernel, 2, NULL, SIZES(8, 4, 0), SIZES(2, 4, 0)));
   CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
              enqueue(kernel, 1, NULL, SIZES(8, 0, 0), SIZES(4, 0, 0)));
   CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
              clEnqueueTask(client.queue, kernel, 0, NULL, NULL));
   CHECK_OK(enqueue(kernel, 2, NULL, SIZES(8, 4, 0), SIZES(4, 2, 0)));
   read_buffer(out, got, sizeof(got));
   for (unsigned i = 0; i < COUNT(got); i++)
      assert_int_equal(got[i], 421);

   memset(got, 0, sizeof(got));
   write_buffer(out, got, sizeof(got));
   CHECK_OK(enqueue(kernel, 2, NULL, SIZES(8, 4, 0), NULL));
   read_buffer(out, got, sizeof(got));
   for (unsigned i = 0; i < COUNT(got); i++)
      assert_int_equal(got[i], 421);
   /* Nothing to choose from, and it does not divide. */
   if (client.is_trefoil)
      CHECK_CODE(CL_INVALID_WORK_GROUP_SIZE,
                 enqueue(kernel, 2, NULL, SIZES(8, 3, 0), NULL));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
refuses_too_much_local_memory(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(local int *a, local int *b, global int *out)\n"
      "{ a[0] = 1; b[0] = 2; *out = a[0] + b[0]; }\n",
      NULL);
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   const size_t most = device_ulong(CL_DEVICE_LOCAL_MEM_SIZE);

   SET_ARG(kernel, 2, out);
   CHECK_OK(clSetKernelArg(kernel, 0, most, NULL));
   CHECK_OK(clSetKernelArg(kernel, 1, most, NULL));
   CHECK_CODE(CL_OUT_OF_RESOURCES,
              enqueue(kernel, 1, NULL, SIZES(1, 0, 0), SIZES(1, 0, 0)));
   if (client.is_trefoil) {
      CHECK_OK(clSetKernelArg(kernel, 0, SIZE_MAX, NULL));
      CHECK_CODE(CL_OUT_OF_RESOURCES,
                 enqueue(kernel, 1, NULL, SIZES(1, 0, 0), SIZES(1, 0, 0)));
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
refuses_bad_wait_lists(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel("kernel void test(void) {}", NULL);
   cl_event gate = new_user_event(), event = gate;
   cl_event foreign = CREATED(clCreateUserEvent(client.stranger, &code));
   const size_t *one = SIZES(1, 1, 1);

   CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST,
              clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, one, NULL,
                                     1, NULL, &event));
   CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST,
              clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, one, NULL,
                                     0, &gate, &event));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, one, NULL,
                                     1, &foreign, &event));
   assert_ptr_equal(event, gate);
   CHECK_OK(clSetUserEventStatus(foreign, CL_COMPLETE));
   CHECK_OK(clReleaseEvent(foreign));
   complete_user_event(gate);
   CHECK_OK(clReleaseKernel(kernel));
}

/* Since 2.1: nothing to do is done, when its time comes. */
static void
empty_ranges_complete(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *out) { *out = 1; }\n", NULL);
   cl_int got = 5;
   cl_mem out = buffer_of(&got, sizeof(got));
   static const size_t empty[][3] = {
      {0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}};
   cl_event event, gate = new_user_event();

   SET_ARG(kernel, 0, out);
   for (cl_uint dims = 1; dims <= 3; dims++) {
      CHECK_OK(enqueue(kernel, dims, NULL, NULL, NULL));
      CHECK_OK(enqueue(kernel, dims, NULL, empty[0], NULL));
   }
   for (unsigned i = 1; i < COUNT(empty); i++)
      CHECK_OK(enqueue(kernel, 3, NULL, empty[i], NULL));
   CHECK_OK(enqueue(kernel, 1, NULL, empty[0], SIZES(4, 1, 1)));

   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, empty[0],
                                   NULL, 1, &gate, &event));
   assert_int_equal(event_type(event), CL_COMMAND_NDRANGE_KERNEL);
   assert_true(event_status(event) > CL_COMPLETE);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   read_buffer(out, &got, sizeof(got));
   assert_int_equal(got, 5);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
tasks_are_one_work_item(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(places_source, NULL);
   struct place place = {0};
   cl_mem out = buffer_of(&place, sizeof(place));
   cl_event event;
   const struct range range = {1, NULL, SIZES(1, 1, 1), SIZES(1, 1, 1)};

   SET_ARG(kernel, 0, out);
   CHECK_OK(clEnqueueTask(client.queue, kernel, 0, NULL, &event));
   assert_int_equal(event_type(event), CL_COMMAND_TASK);
   end_event(event, CL_COMPLETE);
   read_buffer(out, &place, sizeof(place));
   check_places(&place, &range);
   CHECK_CODE(CL_INVALID_COMMAND_QUEUE,
              clEnqueueTask(NULL, kernel, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_KERNEL,
              clEnqueueTask(client.queue, NULL, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueTask(client.stranger_queue, kernel, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_ulong
profiled(cl_event event, cl_profiling_info param)
{
   cl_ulong time = 0;
   CHECK_OK(clGetEventProfilingInfo(event, param, sizeof(time), &time, NULL));
   return time;
}

static void
launches_are_timed(void **state)
{
   need_kernels();
   /* One step after another: no processor does ten of them in a ns. */
   cl_kernel kernel =
      build_kernel("kernel void test(global uint *x, uint steps)\n"
                   "{ uint y = *x; for (uint i = 0; i < steps; i++)\n"
                   "  y = (y ^ (y << 7)) * 1664525u + i; *x = y; }\n",
                   NULL);
   const cl_uint one = 1, steps = 10000000;
   cl_mem buffer = buffer_of(&one, sizeof(one));
   cl_event event;

   SET_ARG(kernel, 0, buffer);
   SET_ARG(kernel, 1, steps);
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL,
                                   SIZES(1, 0, 0), NULL, 0, NULL, &event));
   CHECK_OK(clWaitForEvents(1, &event));
   const cl_ulong queued = profiled(event, CL_PROFILING_COMMAND_QUEUED);
   const cl_ulong submitted = profiled(event, CL_PROFILING_COMMAND_SUBMIT);
   const cl_ulong started = profiled(event, CL_PROFILING_COMMAND_START);
   const cl_ulong ended = profiled(event, CL_PROFILING_COMMAND_END);
   assert_true(queued <= submitted);
   assert_true(submitted <= started);
   assert_true(started <= ended);
   assert_true(ended - started >= steps / 10);
   CHECK_OK(clReleaseEvent(event));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* In a queue out of order, events alone say what comes after what. */
static void
events_order_launches(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *x, int factor, int term)\n"
                   "{ *x = *x * factor + term; }\n",
                   NULL);
   enum { N = 20 };
   cl_int x = 1, expected = 1;
   cl_mem buffer = buffer_of(&x, sizeof(x));
   cl_event events[N], gate = new_user_event();

   SET_ARG(kernel, 0, buffer);
   for (cl_int i = 0; i < N; i++) {
      const cl_int factor = i % 2 + 1, term = i;
      SET_ARG(kernel, 1, factor);
      SET_ARG(kernel, 2, term);
      CHECK_OK(clEnqueueNDRangeKernel(
         client.ooo, kernel, 1, NULL, SIZES(1, 0, 0), NULL, 1,
         i ? &events[i - 1] : &gate, &events[i]));
      expected = expected * factor + term;
   }
   complete_user_event(gate);
   CHECK_OK(clWaitForEvents(1, &events[N - 1]));
   read_buffer(buffer, &x, sizeof(x));
   assert_int_equal(x, expected);
   for (unsigned i = 0; i < N; i++)
      CHECK_OK(clReleaseEvent(events[i]));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Launches in between maps: each sees what was written before. */
static void
kernels_and_maps_take_turns(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global uint *x)\n"
                   "{ x[get_global_id(0)] = x[get_global_id(0)] * 3 + 1; }\n",
                   NULL);
   enum { N = 5000 };
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, N * sizeof(cl_uint), NULL);

   SET_ARG(kernel, 0, buffer);
   for (cl_uint round = 0; round < 5; round++) {
      cl_uint *map = CREATED(clEnqueueMapBuffer(
         client.queue, buffer, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION, 0,
         N * sizeof(cl_uint), 0, NULL, NULL, &code));
      for (cl_uint i = 0; i < N; i++)
         map[i] = i + round;
      CHECK_OK(
         clEnqueueUnmapMemObject(client.queue, buffer, map, 0, NULL, NULL));
      CHECK_OK(enqueue(kernel, 1, NULL, SIZES(N, 0, 0), NULL));
      map = CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE,
                                       CL_MAP_READ, 0, N * sizeof(cl_uint), 0,
                                       NULL, NULL, &code));
      for (cl_uint i = 0; i < N; i++)
         assert_int_equal(map[i], (i + round) * 3 + 1);
      CHECK_OK(
         clEnqueueUnmapMemObject(client.queue, buffer, map, 0, NULL, NULL));
   }
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

typedef cl_int(CL_API_CALL *suggest_function)(cl_command_queue, cl_kernel,
                                              cl_uint, const size_t *,
                                              const size_t *, size_t *);

static suggest_function
find_suggest(void)
{
   need_kernels();
   need_extension("cl_khr_suggested_local_work_size");
   void *address = clGetExtensionFunctionAddressForPlatform(
      client.platform, "clGetKernelSuggestedLocalWorkSizeKHR");
   assert_non_null(address);
   return (suggest_function)address;
}

static void
suggestions_are_what_is_taken(void **state)
{
   const suggest_function suggest = find_suggest();
   cl_kernel kernel = build_kernel(places_source, NULL);
   static const size_t sizes[][3] = {{1, 1, 1},   {1000, 1, 1}, {17, 13, 1},
                                     {64, 64, 1}, {8, 8, 8},    {127, 1, 3},
                                     {1024, 3, 2}};
   const size_t max = work_group_size(kernel);

   for (unsigned i = 0; i < COUNT(sizes); i++) {
      const size_t *global = sizes[i];
      size_t local[3] = {0, 0, 0};
      struct place place = {0};
      cl_mem out =
         new_buffer(CL_MEM_READ_WRITE,
                    global[0] * global[1] * global[2] * sizeof(place), NULL);
      SET_ARG(kernel, 0, out);
      CHECK_OK(suggest(client.queue, kernel, 3, NULL, global, local));
      assert_true(local[0] * local[1] * local[2] >= 1);
      assert_true(local[0] * local[1] * local[2] <= max);
      CHECK_OK(enqueue(kernel, 3, NULL, global, NULL));
      read_buffer(out, &place, sizeof(place));
      for (unsigned k = 0; k < 3; k++)
         assert_int_equal(place.enqueued_size[k], local[k]);
      /* It is one that may be asked for. */
      CHECK_OK(enqueue(kernel, 3, NULL, global, local));
      CHECK_OK(clFinish(client.queue));
      CHECK_OK(clReleaseMemObject(out));
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
suggestions_are_of_the_source(void **state)
{
   const suggest_function suggest = find_suggest();
   cl_kernel kernel =
      build_kernel("__attribute__((reqd_work_group_size(4, 2, 1)))\n"
                   "kernel void test(void) {}\n",
                   NULL);
   size_t local[3] = {0, 0, 0};

   CHECK_OK(suggest(client.queue, kernel, 2, NULL, SIZES(8, 8, 0), local));
   assert_int_equal(local[0], 4);
   assert_int_equal(local[1], 2);
   assert_int_equal(local[2], 0); /* not one that was asked for */
   CHECK_OK(clReleaseKernel(kernel));
}

static void
suggest_refuses(void **state)
{
   const suggest_function suggest = find_suggest();
   cl_kernel kernel = build_kernel(places_source, NULL);
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);
   size_t local[3] = {7, 7, 7};
   const size_t *one = SIZES(1, 1, 1);

   CHECK_CODE(CL_INVALID_COMMAND_QUEUE,
              suggest(NULL, kernel, 1, NULL, one, local));
   CHECK_CODE(CL_INVALID_KERNEL,
              suggest(client.queue, NULL, 1, NULL, one, local));
   CHECK_CODE(CL_INVALID_CONTEXT,
              suggest(client.stranger_queue, kernel, 1, NULL, one, local));
   CHECK_CODE(CL_INVALID_KERNEL_ARGS,
              suggest(client.queue, kernel, 1, NULL, one, local));
   SET_ARG(kernel, 0, out);
   CHECK_CODE(CL_INVALID_WORK_DIMENSION,
              suggest(client.queue, kernel, 0, NULL, one, local));
   CHECK_CODE(CL_INVALID_WORK_DIMENSION,
              suggest(client.queue, kernel, 4, NULL, one, local));
   CHECK_CODE(
      CL_INVALID_GLOBAL_OFFSET,
      suggest(client.queue, kernel, 1, SIZES(SIZE_MAX, 0, 0), one, local));
   CHECK_CODE(CL_INVALID_GLOBAL_WORK_SIZE,
              suggest(client.queue, kernel, 1, NULL, NULL, local));
   CHECK_CODE(CL_INVALID_GLOBAL_WORK_SIZE,
              suggest(client.queue, kernel, 2, NULL, SIZES(1, 0, 0), local));
   CHECK_CODE(CL_INVALID_VALUE,
              suggest(client.queue, kernel, 1, NULL, one, NULL));
   assert_int_equal(local[0], 7);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(work_items_know_their_place),
      cmocka_unit_test(local_sizes_are_as_asked),
      cmocka_unit_test(groups_may_differ_in_size),
      cmocka_unit_test(groups_may_have_to_be_uniform),
      cmocka_unit_test(last_groups_have_barriers),
      cmocka_unit_test(required_sizes_need_not_divide),
      cmocka_unit_test(linked_programs_know_their_age),
      cmocka_unit_test(refuses_bad_handles),
      cmocka_unit_test(refuses_missing_arguments),
      cmocka_unit_test(refuses_bad_ranges),
      cmocka_unit_test(refuses_large_groups),
      cmocka_unit_test(required_sizes_are_required),
      cmocka_unit_test(refuses_too_much_local_memory),
      cmocka_unit_test(refuses_bad_wait_lists),
      cmocka_unit_test(empty_ranges_complete),
      cmocka_unit_test(tasks_are_one_work_item),
      cmocka_unit_test(launches_are_timed),
      cmocka_unit_test(events_order_launches),
      cmocka_unit_test(kernels_and_maps_take_turns),
      cmocka_unit_test(suggestions_are_what_is_taken),
      cmocka_unit_test(suggestions_are_of_the_source),
      cmocka_unit_test(suggest_refuses),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
