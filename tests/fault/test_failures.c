/* SPDX-License-Identifier: MIT */

/*
 * The driver fails: at the first of its calls that can, then at the second,
 * and so on until none is left, once and for good.  Each script says so with
 * a proper code, leaves nothing behind, and works again afterwards.
 */

#include "device.h"

#include <stdatomic.h>
#include <stdlib.h>

#define SIZE   4096
#define WIDTH  40
#define HEIGHT 24
#define PIXELS (WIDTH * HEIGHT * 4)

/* All that a script may make; what is there at its end is released. */
struct script {
   cl_int error; /* the first */
   cl_context context;
   cl_command_queue queue;
   cl_program program;
   cl_kernel kernel;
   cl_sampler sampler;
   cl_mem mems[4];
   cl_event events[32];
   unsigned event_count;
   unsigned char bytes[SIZE], got[SIZE];
   void *host; /* of USE_HOST_PTR */
};

/* Goes on with a step only if all before it went well. */
#define STEP(script, call)                                                    \
   do {                                                                       \
      if (!(script)->error)                                                   \
         (script)->error = (call);                                            \
   } while (0)
#define MAKE(script, object, call)                                            \
   do {                                                                       \
      if (!(script)->error) {                                                 \
         cl_int *error = &(script)->error;                                    \
         (object) = (call);                                                   \
         assert_true(!(object) == !!*error);                                  \
      }                                                                       \
   } while (0)

static cl_event *
next_event(struct script *script)
{
   assert_true(script->event_count < COUNT(script->events));
   script->events[script->event_count] = NULL;
   return &script->events[script->event_count++];
}

/* Ends all commands; the first that failed is the script's error. */
static void
settle(struct script *script)
{
   if (script->queue) {
      const cl_int error = clFinish(script->queue);
      STEP(script, error);
   }
   for (unsigned i = 0; i < script->event_count; i++) {
      cl_int status;
      if (!script->events[i])
         continue;
      CHECK_OK(clGetEventInfo(script->events[i],
                              CL_EVENT_COMMAND_EXECUTION_STATUS,
                              sizeof(status), &status, NULL));
      assert_true(status <= CL_COMPLETE);
      STEP(script, status);
      CHECK_OK(clReleaseEvent(script->events[i]));
   }
   script->event_count = 0;
}

/* Other threads may let go of commands later than the script does. */
static atomic_bool context_gone;

static void CL_CALLBACK
note_end(cl_context context, void *data)
{
   context_gone = true;
}

static bool
is_context_gone(void *data)
{
   return context_gone;
}

static void
begin(struct script *script, cl_command_queue_properties flags)
{
   const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, flags, 0};

   memset(script, 0, sizeof(*script));
   fill_bytes(script->bytes, SIZE, 1);
   MAKE(script, script->context,
        clCreateContext(NULL, 1, &client.device, NULL, NULL, error));
   STEP(script,
        clSetContextDestructorCallback(script->context, note_end, NULL));
   context_gone = false;
   MAKE(script, script->queue,
        clCreateCommandQueueWithProperties(script->context, client.device,
                                           properties, error));
}

static void
end(struct script *script)
{
   settle(script);
   for (unsigned i = 0; i < COUNT(script->mems); i++) {
      if (script->mems[i])
         CHECK_OK(clReleaseMemObject(script->mems[i]));
   }
   if (script->sampler)
      CHECK_OK(clReleaseSampler(script->sampler));
   if (script->kernel)
      CHECK_OK(clReleaseKernel(script->kernel));
   if (script->program)
      CHECK_OK(clReleaseProgram(script->program));
   if (script->queue)
      CHECK_OK(clReleaseCommandQueue(script->queue));
   CHECK_OK(clReleaseContext(script->context));
   assert_true(wait_until(is_context_gone, NULL));
   free(script->host);
}

static void
check_bytes(struct script *script, const void *got, size_t size)
{
   if (!script->error)
      assert_memory_equal(got, script->bytes, size);
}

static void
make_buffer(struct script *script, unsigned index, cl_mem_flags flags,
            void *host)
{
   MAKE(script, script->mems[index],
        clCreateBuffer(script->context, flags, SIZE, host, error));
}

static void
make_image(struct script *script, unsigned index, cl_mem_flags flags,
           void *host)
{
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = WIDTH,
      .image_height = HEIGHT,
   };
   MAKE(script, script->mems[index],
        clCreateImage(script->context, flags, &rgba8, &desc, host, error));
}

static const size_t origin[3] = {0, 0, 0};
static const size_t region[3] = {WIDTH, HEIGHT, 1};

static void
buffers(struct script *s)
{
   begin(s, 0);
   make_buffer(s, 0, CL_MEM_COPY_HOST_PTR, s->bytes);
   make_buffer(s, 1, CL_MEM_READ_WRITE, NULL);
   STEP(s, clEnqueueCopyBuffer(s->queue, s->mems[0], s->mems[1], 0, 0, SIZE,
                               0, NULL, next_event(s)));
   STEP(s, clEnqueueReadBuffer(s->queue, s->mems[1], CL_FALSE, 0, SIZE,
                               s->got, 0, NULL, next_event(s)));
   settle(s);
   check_bytes(s, s->got, SIZE);

   fill_bytes(s->bytes, SIZE, 2);
   STEP(s, clEnqueueWriteBuffer(s->queue, s->mems[1], CL_TRUE, 0, SIZE,
                                s->bytes, 0, NULL, NULL));
   STEP(s, clEnqueueFillBuffer(s->queue, s->mems[1], "abcd", 4, 64, 128, 0,
                               NULL, next_event(s)));
   STEP(s, clEnqueueReadBuffer(s->queue, s->mems[1], CL_TRUE, 0, SIZE, s->got,
                               0, NULL, NULL));
   settle(s);
   for (unsigned i = 64; i < 64 + 128; i++)
      s->bytes[i] = "abcd"[i % 4];
   check_bytes(s, s->got, SIZE);
   end(s);
}

static void
map_and_unmap(struct script *s, unsigned index, bool image, cl_bool blocking,
              cl_map_flags flags, unsigned seed)
{
   size_t row = 0;
   unsigned char *map = NULL;

   if (image)
      MAKE(s, map,
           clEnqueueMapImage(s->queue, s->mems[index], blocking, flags,
                             origin, region, &row, NULL, 0, NULL,
                             next_event(s), error));
   else
      MAKE(s, map,
           clEnqueueMapBuffer(s->queue, s->mems[index], blocking, flags, 0,
                              SIZE, 0, NULL, next_event(s), error));
   settle(s);
   if (s->error)
      return;

   const unsigned rows = image ? HEIGHT : 1;
   const size_t bytes = image ? WIDTH * 4 : SIZE;
   if (flags & CL_MAP_READ) {
      for (unsigned y = 0; y < rows; y++)
         assert_memory_equal(map + y * row, s->bytes + y * bytes, bytes);
   } else {
      fill_bytes(s->bytes, SIZE, seed);
      for (unsigned y = 0; y < rows; y++)
         memcpy(map + y * row, s->bytes + y * bytes, bytes);
   }
   STEP(s, clEnqueueUnmapMemObject(s->queue, s->mems[index], map, 0, NULL,
                                   next_event(s)));
   settle(s);
   if (!s->error)
      assert_int_equal(map_count(s->mems[index]), 0);
}

static void
map_in_all_ways(struct script *s, unsigned index, bool image)
{
   map_and_unmap(s, index, image, CL_TRUE, CL_MAP_READ, 0);
   map_and_unmap(s, index, image, CL_FALSE, CL_MAP_WRITE, 3);
   map_and_unmap(s, index, image, CL_TRUE, CL_MAP_READ, 0);
   map_and_unmap(s, index, image, CL_FALSE, CL_MAP_WRITE_INVALIDATE_REGION,
                 4);
   map_and_unmap(s, index, image, CL_FALSE, CL_MAP_READ, 0);
}

static void
maps(struct script *s)
{
   begin(s, 0);
   make_buffer(s, 0, CL_MEM_COPY_HOST_PTR, s->bytes);
   map_in_all_ways(s, 0, false);
   fill_bytes(s->bytes, SIZE, 1);
   make_image(s, 1, CL_MEM_COPY_HOST_PTR, s->bytes);
   map_in_all_ways(s, 1, true);
   end(s);
}

/* Memory that the host sees, and memory of the client's own. */
static void
host_memory(struct script *s)
{
   begin(s, 0);
   make_buffer(s, 0, CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR, s->bytes);
   map_in_all_ways(s, 0, false);
   fill_bytes(s->bytes, SIZE, 1);
   make_image(s, 1, CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR, s->bytes);
   map_in_all_ways(s, 1, true);

   s->host = aligned_alloc(4096, SIZE);
   fill_bytes(s->bytes, SIZE, 1);
   memcpy(s->host, s->bytes, SIZE);
   make_buffer(s, 2, CL_MEM_USE_HOST_PTR, s->host);
   map_in_all_ways(s, 2, false);
   fill_bytes(s->bytes, SIZE, 1);
   make_image(s, 3, CL_MEM_USE_HOST_PTR, s->bytes);
   STEP(s, clEnqueueReadImage(s->queue, s->mems[3], CL_TRUE, origin, region,
                              0, 0, s->got, 0, NULL, NULL));
   check_bytes(s, s->got, PIXELS);
   end(s);
}

static void
images(struct script *s)
{
   const cl_uchar4 white = {{255, 255, 255, 255}};
   const cl_float4 ones = {{1, 1, 1, 1}};
   const size_t corner[3] = {8, 4, 1};

   begin(s, 0);
   make_image(s, 0, CL_MEM_READ_WRITE, NULL);
   make_image(s, 1, CL_MEM_READ_WRITE, NULL);
   make_buffer(s, 2, CL_MEM_READ_WRITE, NULL);
   STEP(s, clEnqueueWriteImage(s->queue, s->mems[0], CL_FALSE, origin, region,
                               0, 0, s->bytes, 0, NULL, next_event(s)));
   STEP(s, clEnqueueCopyImage(s->queue, s->mems[0], s->mems[1], origin,
                              origin, region, 0, NULL, next_event(s)));
   STEP(s, clEnqueueFillImage(s->queue, s->mems[1], &ones, origin, corner, 0,
                              NULL, next_event(s)));
   STEP(s,
        clEnqueueCopyImageToBuffer(s->queue, s->mems[1], s->mems[2], origin,
                                   region, 0, 0, NULL, next_event(s)));
   STEP(s,
        clEnqueueCopyBufferToImage(s->queue, s->mems[2], s->mems[0], 0,
                                   origin, region, 0, NULL, next_event(s)));
   STEP(s, clEnqueueReadImage(s->queue, s->mems[0], CL_FALSE, origin, region,
                              0, 0, s->got, 0, NULL, next_event(s)));
   settle(s);
   for (unsigned y = 0; y < corner[1]; y++) {
      for (unsigned x = 0; x < corner[0]; x++)
         memcpy(s->bytes + (y * WIDTH + x) * 4, &white, 4);
   }
   check_bytes(s, s->got, PIXELS);
   end(s);
}

static const char *const source =
   "constant int steps[4] = {1, 2, 3, 4};\n"
   "kernel void test(read_only image2d_t in, sampler_t sampler,\n"
   "                 write_only image2d_t out, global uint *sums)\n"
   "{\n"
   "   int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
   "   float4 pixel = read_imagef(in, sampler, at);\n"
   "   write_imagef(out, at, pixel);\n"
   "   sums[at.y * get_global_size(0) + at.x] =\n"
   "      convert_uint(pixel.x * 255.0f + 0.5f) + steps[at.x % 4];\n"
   "}\n";

static void
make_kernel(struct script *s)
{
   const char *text = source;

   MAKE(s, s->program,
        clCreateProgramWithSource(s->context, 1, &text, NULL, error));
   STEP(s, clBuildProgram(s->program, 1, &client.device, NULL, NULL, NULL));
   MAKE(s, s->kernel, clCreateKernel(s->program, "test", error));
   MAKE(s, s->sampler,
        clCreateSampler(s->context, CL_FALSE, CL_ADDRESS_CLAMP_TO_EDGE,
                        CL_FILTER_NEAREST, error));
   STEP(s, clSetKernelArg(s->kernel, 0, sizeof(cl_mem), &s->mems[0]));
   STEP(s, clSetKernelArg(s->kernel, 1, sizeof(cl_sampler), &s->sampler));
   STEP(s, clSetKernelArg(s->kernel, 2, sizeof(cl_mem), &s->mems[1]));
   STEP(s, clSetKernelArg(s->kernel, 3, sizeof(cl_mem), &s->mems[2]));
}

static void
check_sums(struct script *s, const cl_uint *sums)
{
   for (unsigned i = 0; i < WIDTH * HEIGHT && !s->error; i++)
      assert_int_equal(sums[i], s->bytes[i * 4] + i % WIDTH % 4 + 1);
}

static void
kernels(struct script *s)
{
   const size_t global[2] = {WIDTH, HEIGHT};

   begin(s, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
   make_image(s, 0, CL_MEM_COPY_HOST_PTR, s->bytes);
   make_image(s, 1, CL_MEM_READ_WRITE, NULL);
   make_buffer(s, 2, CL_MEM_READ_WRITE, NULL);
   make_kernel(s);
   cl_event *launched = next_event(s);
   STEP(s, clEnqueueNDRangeKernel(s->queue, s->kernel, 2, NULL, global, NULL,
                                  0, NULL, launched));
   cl_uint sums[WIDTH * HEIGHT];
   STEP(s,
        clEnqueueReadBuffer(s->queue, s->mems[2], CL_FALSE, 0, sizeof(sums),
                            sums, 1, launched, next_event(s)));
   STEP(s, clEnqueueReadImage(s->queue, s->mems[1], CL_FALSE, origin, region,
                              0, 0, s->got, 1, launched, next_event(s)));
   settle(s);
   check_bytes(s, s->got, PIXELS);
   check_sums(s, sums);
   end(s);
}

/*
 * What an error may be.  A command that waited for one that failed says just
 * that; a kernel that the driver does not compile has no code.
 */
static void
check_error(cl_int error)
{
   if (error && !is_shortage(error) &&
       error != CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST) {
      print_error("%s\n", code_name(error));
      fail();
   }
}

#define MOST_CALLS 500

static void
fail_each_call(void (*run)(struct script *), unsigned kinds, bool for_good)
{
   struct script script;
   unsigned nth = 0, errors = 0;

   /* What is kept for the next time is kept from now on. */
   for (unsigned i = 0; i < 3; i++) {
      run(&script);
      assert_int_equal(script.error, CL_SUCCESS);
   }
   const unsigned alive = simgpu->alive();

   for (;;) {
      simgpu->inject(kinds, ++nth, for_good);
      run(&script);
      const unsigned failures = simgpu->failures();
      simgpu->inject(0, 0, false);
      check_error(script.error);
      errors += script.error != CL_SUCCESS;
      if (!failures)
         break;

      run(&script);
      assert_int_equal(script.error, CL_SUCCESS);
      if (simgpu->alive() > alive) {
         print_error("call %u: %u objects alive, before %u\n", nth,
                     simgpu->alive(), alive);
         fail();
      }
      assert_true(nth < MOST_CALLS);
   }
   assert_int_equal(script.error, CL_SUCCESS);
   print_message("# %u calls failed, %u were errors\n", nth - 1, errors);
   assert_true(nth > 1 && errors > 0);
}

#define TEST_BOTH(name)                                                       \
   static void name##_with_one_failure(void **state)                          \
   {                                                                          \
      fail_each_call(name, SIMGPU_FAIL_ALL, false);                           \
   }                                                                          \
   static void name##_failing_from_then_on(void **state)                      \
   {                                                                          \
      fail_each_call(name, SIMGPU_FAIL_ALL, true);                            \
   }

TEST_BOTH(buffers)
TEST_BOTH(maps)
TEST_BOTH(host_memory)
TEST_BOTH(images)
TEST_BOTH(kernels)

/* A fence that is missing once is asked for once more. */
static void
one_missing_fence_is_no_error(void **state)
{
   struct script script;

   for (unsigned nth = 1;; nth++) {
      simgpu->inject(SIMGPU_FAIL_FENCE, nth, false);
      buffers(&script);
      const unsigned failures = simgpu->failures();
      simgpu->inject(0, 0, false);
      assert_int_equal(script.error, CL_SUCCESS);
      if (!failures)
         break;
   }
}

#define BOTH(name)                                                            \
   cmocka_unit_test(name##_with_one_failure),                                 \
      cmocka_unit_test(name##_failing_from_then_on)

int
main(void)
{
   const struct CMUnitTest tests[] = {
      BOTH(buffers),     BOTH(maps),
      BOTH(host_memory), BOTH(images),
      BOTH(kernels),     cmocka_unit_test(one_missing_fence_is_no_error),
   };
   return cmocka_run_group_tests(tests, simgpu_setup, client_teardown);
}
