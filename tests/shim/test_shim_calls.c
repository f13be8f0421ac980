/* SPDX-License-Identifier: MIT */

/*
 * What the drivers are told, and in what order: the frontend is linked into
 * this test, and each context of the driver notes its calls before it makes
 * them.  (What such a driver makes of them, tests/simgpu shows.)
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <CL/cl_ext.h>

#include "api/api.h"
#include "api/entrypoints.h"
#include "core/device.h"
#include "core/kernel.h"
#include "core/platform.h"
#include "gallium/context.h"
#include "gallium/screen.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/u_inlines.h"

#define WIDTH  32
#define HEIGHT 16

static char noted[4096];
static bool noting;

/* The driver's own functions: all its contexts have the same. */
static struct pipe_context driver;
static struct pipe_context *(*create_context)(struct pipe_screen *, void *,
                                              unsigned);
static bool (*finish_fence)(struct pipe_screen *, struct pipe_context *,
                            struct pipe_fence_handle *, uint64_t);

static cl_context context;
static cl_command_queue queue, profiling;
static bool unified;
static bool times_launches; /* with timestamps around them */

/* A fence is asked more than once: that is one wait. */
static void
note(const char *word)
{
   const size_t length = strlen(noted), last = strlen("wait ");

   if (!noting || (strcmp(word, "wait") == 0 && length >= last &&
                   strcmp(noted + length - last, "wait ") == 0))
      return;
   snprintf(noted + length, sizeof(noted) - length, "%s ", word);
}

/* Drivers call one another's functions, and their own: once is enough. */
#define NOTED(word, call)                                                     \
   do {                                                                       \
      const bool was = noting;                                                \
      note(word);                                                             \
      noting = false;                                                         \
      call;                                                                   \
      noting = was;                                                           \
   } while (0)

static void
copy_region(struct pipe_context *pipe, struct pipe_resource *dst,
            unsigned dst_level, unsigned x, unsigned y, unsigned z,
            struct pipe_resource *src, unsigned src_level,
            const struct pipe_box *box)
{
   NOTED("copy", driver.resource_copy_region(pipe, dst, dst_level, x, y, z,
                                             src, src_level, box));
}

static void
launch_grid(struct pipe_context *pipe, const struct pipe_grid_info *info)
{
   NOTED("launch", driver.launch_grid(pipe, info));
}

static void
memory_barrier(struct pipe_context *pipe, unsigned flags)
{
   NOTED("barrier", driver.memory_barrier(pipe, flags));
}

static void
flush(struct pipe_context *pipe, struct pipe_fence_handle **fence,
      unsigned flags)
{
   NOTED("flush", driver.flush(pipe, fence, flags));
}

static void *
buffer_map(struct pipe_context *pipe, struct pipe_resource *resource,
           unsigned level, unsigned usage, const struct pipe_box *box,
           struct pipe_transfer **transfer)
{
   void *pointer;
   NOTED("map", pointer = driver.buffer_map(pipe, resource, level, usage, box,
                                            transfer));
   return pointer;
}

static void *
texture_map(struct pipe_context *pipe, struct pipe_resource *resource,
            unsigned level, unsigned usage, const struct pipe_box *box,
            struct pipe_transfer **transfer)
{
   void *pointer;
   NOTED("map", pointer = driver.texture_map(pipe, resource, level, usage,
                                             box, transfer));
   return pointer;
}

static bool
end_query(struct pipe_context *pipe, struct pipe_query *query)
{
   bool done;
   NOTED("time", done = driver.end_query(pipe, query));
   return done;
}

/* The shims' own clocks stand still at zero, as broken ones do. */
static uint64_t
get_timestamp(struct pipe_screen *pipe)
{
   return trf_host_time() + 1;
}

static bool
fence_finish(struct pipe_screen *pipe, struct pipe_context *of,
             struct pipe_fence_handle *fence, uint64_t timeout)
{
   bool done;
   NOTED("wait", done = finish_fence(pipe, of, fence, timeout));
   return done;
}

static struct pipe_context *
context_create(struct pipe_screen *pipe, void *data, unsigned flags)
{
   struct pipe_context *made = create_context(pipe, data, flags);

   if (!made)
      return NULL;
   driver = *made;
   made->resource_copy_region = copy_region;
   made->launch_grid = launch_grid;
   made->memory_barrier = memory_barrier;
   made->flush = flush;
   made->buffer_map = buffer_map;
   made->texture_map = texture_map;
   made->end_query = end_query;
   return made;
}

static void
begin(void)
{
   assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
   noted[0] = '\0';
   noting = true;
}

static void
check_noted(const char *wanted)
{
   noting = false;
   assert_string_equal(noted, wanted);
}

static void
finish_and_check(const char *wanted)
{
   assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
   check_noted(wanted);
}

static cl_mem
new_image(cl_mem_flags flags)
{
   const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = WIDTH,
      .image_height = HEIGHT,
   };
   cl_mem image =
      trf_clCreateImage(context, flags, &format, &desc, NULL, NULL);

   assert_non_null(image);
   return image;
}

static void *
map_image(cl_mem image, cl_map_flags flags)
{
   const size_t origin[3] = {0}, region[3] = {WIDTH, HEIGHT, 1};
   size_t row;
   void *pointer =
      trf_clEnqueueMapImage(queue, image, CL_TRUE, flags, origin, region,
                            &row, NULL, 0, NULL, NULL, NULL);

   assert_non_null(pointer);
   return pointer;
}

static void
unmap(cl_mem mem, void *pointer)
{
   assert_int_equal(
      trf_clEnqueueUnmapMemObject(queue, mem, pointer, 0, NULL, NULL),
      CL_SUCCESS);
}

/* Tiled pixels: one copy to staging, or from it, where it is needed. */
static void
image_maps_are_copies(void **state)
{
   cl_mem image = new_image(CL_MEM_READ_WRITE);
   /* So that the pool has staging for it. */
   unmap(image, map_image(image, CL_MAP_READ));

   begin();
   void *pointer = map_image(image, CL_MAP_READ);
   check_noted("copy flush wait ");
   begin();
   unmap(image, pointer);
   finish_and_check("");

   begin();
   pointer = map_image(image, CL_MAP_WRITE_INVALIDATE_REGION);
   check_noted("");
   begin();
   unmap(image, pointer);
   finish_and_check("copy flush wait ");

   begin();
   pointer = map_image(image, CL_MAP_WRITE);
   check_noted("copy flush wait ");
   begin();
   unmap(image, pointer);
   finish_and_check("copy flush wait ");
   trf_clReleaseMemObject(image);
}

static void
check_no_copies(void)
{
   noting = false;
   assert_null(strstr(noted, "copy"));
   assert_null(strstr(noted, "launch"));
}

/* What the host reaches: its pointer, once nothing uses it any more. */
static void
direct_maps_are_none(void **state)
{
   cl_mem image = new_image(CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR);

   begin();
   void *pointer = map_image(image, CL_MAP_READ | CL_MAP_WRITE);
   unmap(image, pointer);
   assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
   check_no_copies();
   trf_clReleaseMemObject(image);
}

static void
buffer_maps_follow_the_memory(void **state)
{
   cl_mem buffer =
      trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 4096, NULL, NULL);
   assert_non_null(buffer);

   for (unsigned i = 0; i < 2; i++) {
      begin();
      void *pointer = trf_clEnqueueMapBuffer(
         queue, buffer, CL_TRUE, CL_MAP_READ, 0, 4096, 0, NULL, NULL, NULL);
      assert_non_null(pointer);
      if (unified)
         check_no_copies();
      else if (i)
         check_noted("copy flush wait ");
      begin();
      unmap(buffer, pointer);
      finish_and_check("");
   }
   trf_clReleaseMemObject(buffer);
}

/* Many commands, few flushes, and nobody waits before all are sent. */
static void
copies_are_pipelined(void **state)
{
   enum { COPIES = 200 };
   cl_mem a = new_image(CL_MEM_READ_WRITE), b = new_image(CL_MEM_READ_WRITE);
   const size_t origin[3] = {0}, region[3] = {WIDTH, HEIGHT, 1};

   begin();
   for (unsigned i = 0; i < COPIES; i++)
      assert_int_equal(trf_clEnqueueCopyImage(queue, i % 2 ? b : a,
                                              i % 2 ? a : b, origin, origin,
                                              region, 0, NULL, NULL),
                       CL_SUCCESS);
   assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
   noting = false;

   unsigned copies = 0, flushes = 0;
   const char *wait = strstr(noted, "wait");
   assert_non_null(wait);
   assert_null(strstr(wait, "copy"));
   assert_null(strstr(wait, "flush"));
   for (const char *at = noted; (at = strstr(at, "copy ")); at++)
      copies++;
   for (const char *at = noted; (at = strstr(at, "flush ")); at++)
      flushes++;
   assert_int_equal(copies, COPIES);
   assert_in_range(flushes, 1, COPIES / 32);
   trf_clReleaseMemObject(a);
   trf_clReleaseMemObject(b);
}

/* An image of any type, of 16 × 8 pixels or layers and 4 slices. */
static cl_mem
new_typed_image(cl_mem_object_type type, const cl_image_format *format,
                size_t region[3])
{
   const bool rows = type != CL_MEM_OBJECT_IMAGE1D;
   const bool slices =
      type == CL_MEM_OBJECT_IMAGE3D || type == CL_MEM_OBJECT_IMAGE2D_ARRAY;
   const cl_image_desc desc = {
      .image_type = type,
      .image_width = 16,
      .image_height = 8,
      .image_depth = 4,
      .image_array_size = slices ? 4 : 8,
   };
   cl_mem image = trf_clCreateImage(context, CL_MEM_READ_WRITE, format, &desc,
                                    NULL, NULL);

   assert_non_null(image);
   region[0] = 16;
   region[1] = rows ? 8 : 1;
   region[2] = slices ? 4 : 1;
   return image;
}

/* The first of its kind brings a driver's own buffers along. */
static void
check_twice(cl_int (*enqueue)(cl_mem buffer, cl_mem image,
                              const size_t *region),
            cl_mem buffer, cl_mem image, const size_t *region)
{
   for (unsigned i = 0; i < 2; i++) {
      begin();
      assert_int_equal(enqueue(buffer, image, region), CL_SUCCESS);
      assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
      noting = false;
      assert_non_null(strstr(noted, "launch "));
      if (i)
         check_noted("barrier launch flush wait ");
   }
}

static const size_t zero[3] = {0, 0, 0};

static cl_int
to_image(cl_mem buffer, cl_mem image, const size_t *region)
{
   return trf_clEnqueueCopyBufferToImage(queue, buffer, image, 3, zero,
                                         region, 0, NULL, NULL);
}

static cl_int
to_image_aligned(cl_mem buffer, cl_mem image, const size_t *region)
{
   return trf_clEnqueueCopyBufferToImage(queue, buffer, image, 0, zero,
                                         region, 0, NULL, NULL);
}

static cl_int
to_buffer(cl_mem buffer, cl_mem image, const size_t *region)
{
   return trf_clEnqueueCopyImageToBuffer(queue, image, buffer, zero, region,
                                         3, 0, NULL, NULL);
}

static cl_int
to_buffer_aligned(cl_mem buffer, cl_mem image, const size_t *region)
{
   return trf_clEnqueueCopyImageToBuffer(queue, image, buffer, zero, region,
                                         0, 0, NULL, NULL);
}

static cl_int
fill_image(cl_mem buffer, cl_mem image, const size_t *region)
{
   static const cl_uint color[4] = {1, 2, 3, 4};
   return trf_clEnqueueFillImage(queue, image, color, zero, region, 0, NULL,
                                 NULL);
}

static cl_int
fill_buffer(cl_mem buffer, cl_mem image, const size_t *region)
{
   return trf_clEnqueueFillBuffer(queue, buffer, "abc", 4, 4, 64, 0, NULL,
                                  NULL);
}

static cl_int
copy_rect(cl_mem buffer, cl_mem image, const size_t *region)
{
   const size_t rect[3] = {16, 20, 1}, to[3] = {1024, 0, 0};
   return trf_clEnqueueCopyBufferRect(queue, buffer, buffer, zero, to, rect,
                                      20, 0, 20, 0, 0, NULL, NULL);
}

/*
 * Neither driver copies between buffers and images: kernels of ours do, for
 * all types and sizes of pixels; the host maps nothing.
 */
static void
copies_are_launches(void **state)
{
   static const cl_mem_object_type types[] = {
      CL_MEM_OBJECT_IMAGE1D, CL_MEM_OBJECT_IMAGE1D_ARRAY,
      CL_MEM_OBJECT_IMAGE2D, CL_MEM_OBJECT_IMAGE2D_ARRAY,
      CL_MEM_OBJECT_IMAGE3D,
   };
   static const cl_image_format formats[] = {
      {CL_R, CL_UNORM_INT8},    {CL_R, CL_HALF_FLOAT},
      {CL_BGRA, CL_UNORM_INT8}, {CL_RGBA, CL_SIGNED_INT16},
      {CL_RGBA, CL_FLOAT},
   };
   cl_mem buffer =
      trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 1 << 16, NULL, NULL);
   assert_non_null(buffer);

   for (unsigned i = 0; i < ARRAY_SIZE(types) * ARRAY_SIZE(formats); i++) {
      size_t region[3];
      cl_mem image =
         new_typed_image(types[i / ARRAY_SIZE(formats)],
                         &formats[i % ARRAY_SIZE(formats)], region);

      check_twice(to_image, buffer, image, region);
      check_twice(to_image_aligned, buffer, image, region);
      check_twice(to_buffer, buffer, image, region);
      check_twice(to_buffer_aligned, buffer, image, region);
      check_twice(fill_image, buffer, image, region);
      trf_clReleaseMemObject(image);
   }
   check_twice(fill_buffer, buffer, NULL, NULL);
   check_twice(copy_rect, buffer, NULL, NULL);
   trf_clReleaseMemObject(buffer);
}

/* Where host and device share one memory, too. */
static void
buffers_are_copied_by_the_device(void **state)
{
   cl_mem a = trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 64, NULL, NULL);
   cl_mem b = trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 64, NULL, NULL);

   begin();
   assert_int_equal(
      trf_clEnqueueCopyBuffer(queue, a, b, 3, 1, 60, 0, NULL, NULL),
      CL_SUCCESS);
   finish_and_check("copy flush wait ");
   trf_clReleaseMemObject(a);
   trf_clReleaseMemObject(b);
}

static cl_kernel
new_kernel(const char *source)
{
   cl_program program =
      trf_clCreateProgramWithSource(context, 1, &source, NULL, NULL);
   assert_non_null(program);
   assert_int_equal(
      trf_clBuildProgram(program, 0, NULL, "-cl-std=CL3.0", NULL, NULL),
      CL_SUCCESS);
   cl_kernel kernel = trf_clCreateKernel(program, "test", NULL);
   assert_non_null(kernel);
   trf_clReleaseProgram(program);
   return kernel;
}

/* A barrier stands between a launch and what uses the same memory later. */
static void
barriers_stand_between_launches(void **state)
{
   cl_kernel kernel = new_kernel("kernel void test(global uint *to)\n"
                                 "{ to[get_global_id(0)] = 1; }\n");
   cl_mem buffer =
      trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 4096, NULL, NULL);
   const size_t items = 256;

   assert_int_equal(trf_clSetKernelArg(kernel, 0, sizeof(buffer), &buffer),
                    CL_SUCCESS);
   /* The first launch brings the driver's own buffers along. */
   for (unsigned i = 0; i < 2; i++) {
      begin();
      for (unsigned launch = 0; launch < 2; launch++)
         assert_int_equal(trf_clEnqueueNDRangeKernel(queue, kernel, 1, NULL,
                                                     &items, NULL, 0, NULL,
                                                     NULL),
                          CL_SUCCESS);
      assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
      noting = false;
      if (i)
         check_noted("barrier launch barrier launch flush wait ");
   }
   trf_clReleaseKernel(kernel);
   trf_clReleaseMemObject(buffer);
}

static void
check_times(cl_event event)
{
   static const cl_profiling_info params[] = {
      CL_PROFILING_COMMAND_QUEUED, CL_PROFILING_COMMAND_SUBMIT,
      CL_PROFILING_COMMAND_START, CL_PROFILING_COMMAND_END,
      CL_PROFILING_COMMAND_COMPLETE};
   cl_ulong before = 1;

   for (unsigned i = 0; i < ARRAY_SIZE(params); i++) {
      cl_ulong time = 0;
      assert_int_equal(trf_clGetEventProfilingInfo(event, params[i],
                                                   sizeof(time), &time, NULL),
                       CL_SUCCESS);
      assert_true(time >= before);
      before = time;
   }
   assert_int_equal(trf_clReleaseEvent(event), CL_SUCCESS);
}

/*
 * iris has them beside its launches, not between.  No device writes any here:
 * the host's clock has to do.
 */
static void
timestamps_are_around_commands(void **state)
{
   cl_kernel kernel = new_kernel("kernel void test(global uint *to)\n"
                                 "{ to[get_global_id(0)] = 1; }\n");
   cl_mem buffer =
      trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 4096, NULL, NULL);
   cl_mem a = new_image(CL_MEM_READ_WRITE), b = new_image(CL_MEM_READ_WRITE);
   const size_t items = 256, origin[3] = {0}, region[3] = {WIDTH, HEIGHT, 1};
   cl_event launched, copied;

   assert_int_equal(trf_clSetKernelArg(kernel, 0, sizeof(buffer), &buffer),
                    CL_SUCCESS);
   for (unsigned i = 0; i < 3; i++) {
      assert_int_equal(trf_clFinish(profiling), CL_SUCCESS);
      begin();
      assert_int_equal(trf_clEnqueueNDRangeKernel(profiling, kernel, 1, NULL,
                                                  &items, NULL, 0, NULL,
                                                  &launched),
                       CL_SUCCESS);
      assert_int_equal(trf_clFinish(profiling), CL_SUCCESS);
      if (i)
         check_noted(times_launches ? "time launch time flush wait "
                                    : "launch flush wait ");
      check_times(launched);

      begin();
      assert_int_equal(trf_clEnqueueCopyImage(profiling, a, b, origin, origin,
                                              region, 0, NULL, &copied),
                       CL_SUCCESS);
      assert_int_equal(trf_clFinish(profiling), CL_SUCCESS);
      check_noted("barrier time copy time flush wait ");
      check_times(copied);
   }
   trf_clReleaseMemObject(b);
   trf_clReleaseMemObject(a);
   trf_clReleaseMemObject(buffer);
   trf_clReleaseKernel(kernel);
}

/* The driver says where they lie before the first launch. */
static void
variables_have_addresses(void **state)
{
   cl_kernel kernel = new_kernel("int table[4] = {1, 2, 3, 4};\n"
                                 "global int *third = &table[2];\n"
                                 "kernel void test(global int *to)\n"
                                 "{ *to = *third++; }\n");
   cl_mem buffer =
      trf_clCreateBuffer(context, CL_MEM_READ_WRITE, 4, NULL, NULL);
   const size_t items = 1;
   struct trf_resource *variables =
      trf_kernel_from_handle(kernel)->codes[0]->globals;
   struct trf_direct direct;
   uint64_t address = 0, third;

   struct trf_device *device = trf_platform_get()->devices[0];
   struct trf_gpu *gpu = trf_device_helper_lock(device);
   assert_non_null(gpu);
   assert_true(trf_gpu_address(gpu, variables, &address));
   assert_int_equal(trf_device_helper_unlock(device), CL_SUCCESS);
   assert_int_not_equal(address, 0);
   /* Elsewhere it is a copy that brings them, which nobody makes here. */
   if (trf_resource_direct(variables, 0, &direct)) {
      memcpy(&third, (uint8_t *)direct.pointer + 16, sizeof(third));
      assert_int_equal(third, address + 8);
   } else {
      assert_false(unified);
   }

   assert_int_equal(trf_clSetKernelArg(kernel, 0, sizeof(buffer), &buffer),
                    CL_SUCCESS);
   begin();
   assert_int_equal(trf_clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &items,
                                               NULL, 0, NULL, NULL),
                    CL_SUCCESS);
   assert_int_equal(trf_clFinish(queue), CL_SUCCESS);
   noting = false;
   assert_non_null(strstr(noted, "launch"));
   trf_clReleaseKernel(kernel);
   trf_clReleaseMemObject(buffer);
}

static int
setup(void **state)
{
   struct trf_platform *platform = trf_platform_get();
   if (!platform || platform->device_count != 1)
      return -1;

   struct trf_device *device = platform->devices[0];
   struct pipe_screen *pipe = trf_screen_pipe(device->screen);
   create_context = pipe->context_create;
   pipe->context_create = context_create;
   finish_fence = pipe->fence_finish;
   pipe->fence_finish = fence_finish;
   pipe->get_timestamp = get_timestamp;
   unified = device->caps->uma;
   times_launches = !strcmp(trf_screen_driver(device->screen), "radeonsi");

   cl_device_id id = (cl_device_id)device->base.handle;
   context = trf_clCreateContext(NULL, 1, &id, NULL, NULL, NULL);
   queue = trf_clCreateCommandQueueWithProperties(context, id, NULL, NULL);
   const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES,
                                             CL_QUEUE_PROFILING_ENABLE, 0};
   profiling =
      trf_clCreateCommandQueueWithProperties(context, id, properties, NULL);
   return context && queue && profiling ? 0 : -1;
}

static int
teardown(void **state)
{
   return trf_clReleaseCommandQueue(profiling) ||
          trf_clReleaseCommandQueue(queue) || trf_clReleaseContext(context);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(image_maps_are_copies),
      cmocka_unit_test(direct_maps_are_none),
      cmocka_unit_test(buffer_maps_follow_the_memory),
      cmocka_unit_test(copies_are_pipelined),
      cmocka_unit_test(buffers_are_copied_by_the_device),
      cmocka_unit_test(copies_are_launches),
      cmocka_unit_test(barriers_stand_between_launches),
      cmocka_unit_test(timestamps_are_around_commands),
      cmocka_unit_test(variables_have_addresses),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
