/* SPDX-License-Identifier: MIT */

/*
 * Times by the device's clock, which is far from the host's here, and by
 * which each launch takes a while, whatever the host makes of it.
 */

#include "device.h"

#include "api/kernels.h"
#include "api/maps.h"

#define SIZE 4096

struct times {
   cl_ulong queued, submit, start, end, complete;
};

static struct times
times_of(cl_event event)
{
   struct times times;
   const struct {
      cl_profiling_info param;
      cl_ulong *time;
   } rows[] = {
      {CL_PROFILING_COMMAND_QUEUED, &times.queued},
      {CL_PROFILING_COMMAND_SUBMIT, &times.submit},
      {CL_PROFILING_COMMAND_START, &times.start},
      {CL_PROFILING_COMMAND_END, &times.end},
      {CL_PROFILING_COMMAND_COMPLETE, &times.complete},
   };

   for (unsigned i = 0; i < COUNT(rows); i++)
      CHECK_OK(clGetEventProfilingInfo(event, rows[i].param, sizeof(cl_ulong),
                                       rows[i].time, NULL));
   assert_true(times.queued <= times.submit);
   assert_true(times.submit <= times.start);
   assert_true(times.start <= times.end);
   assert_true(times.end <= times.complete);
   return times;
}

/* The device's clock; the host's is far behind it. */
static cl_ulong
device_time(void)
{
   cl_ulong device, host;

   CHECK_OK(clGetDeviceAndHostTimer(client.device, &device, &host));
   assert_true(device - host > SIMGPU_CLOCK_AHEAD / 2);
   return device;
}

static cl_command_queue
plain_queue(void)
{
   return CREATED(clCreateCommandQueueWithProperties(
      client.context, client.device, NULL, &code));
}

static cl_kernel
new_kernel(cl_mem to)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global uint *a) { a[get_global_id(0)] = 7; }", NULL);

   SET_ARG(kernel, 0, to);
   return kernel;
}

static cl_event
launch(cl_command_queue queue, cl_kernel kernel)
{
   const size_t global = 16;
   cl_event event;

   CHECK_OK(clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, NULL, 0,
                                   NULL, &event));
   return event;
}

static void
begin(cl_command_queue queue)
{
   CHECK_OK(clFinish(queue));
   simgpu->note();
}

static void
timer_says_what_it_is(void **state)
{
   cl_ulong host;

   const cl_ulong before = device_time();
   CHECK_OK(clGetHostTimer(client.device, &host));
   assert_true(host + SIMGPU_CLOCK_AHEAD / 2 < before);
   assert_true(device_time() >= before);
   assert_int_equal(device_size(CL_DEVICE_PROFILING_TIMER_RESOLUTION),
                    SIMGPU_TIMER_RESOLUTION);
}

static void
device_times_kernels(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_kernel kernel = new_kernel(buffer);

   for (unsigned q = 0; q < 2; q++) {
      const cl_ulong before = device_time();
      cl_event first = launch(any_queue(q), kernel);
      cl_event second = launch(any_queue(q), kernel);
      CHECK_OK(clFinish(any_queue(q)));
      const struct times a = times_of(first), b = times_of(second);

      assert_true(a.start >= before);
      assert_true(a.end - a.start >= SIMGPU_LAUNCH_NS);
      assert_true(b.start >= a.end);
      assert_true(b.end - b.start >= SIMGPU_LAUNCH_NS);
      assert_true(b.end <= device_time());
      end_event(first, CL_COMPLETE);
      end_event(second, CL_COMPLETE);
   }
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* As a counter does that begins anew: the times are in order all the same. */
static void
clocks_may_be_turned(void **state)
{
   static const int64_t turns[] = {-(int64_t)SIMGPU_CLOCK_AHEAD / 4,
                                   SIMGPU_CLOCK_AHEAD / 4};
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_kernel kernel = new_kernel(buffer);

   for (unsigned i = 0; i < COUNT(turns); i++) {
      /* What lies between the clocks is known from now on. */
      end_event(launch(client.queue, kernel), CL_COMPLETE);
      simgpu->turn_clocks(turns[i]);
      cl_event event = launch(client.queue, kernel);
      CHECK_OK(clFinish(client.queue));
      const struct times times = times_of(event);
      assert_true(times.end - times.start >= SIMGPU_LAUNCH_NS);
      end_event(event, CL_COMPLETE);
   }
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* One timestamp before and one after, and nothing more to send or wait for. */
static void
timestamps_are_around_commands(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL),
          other = new_buffer(0, SIZE, NULL);
   cl_kernel kernel = new_kernel(buffer);
   cl_command_queue plain = plain_queue();

   end_event(launch(client.queue, kernel), CL_COMPLETE);
   begin(client.queue);
   cl_event event = launch(client.queue, kernel);
   CHECK_OK(clEnqueueCopyBuffer(client.queue, buffer, other, 0, 0, SIZE, 0,
                                NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("barrier time launch time barrier time copy time flush wait ");
   end_event(event, CL_COMPLETE);

   begin(plain);
   event = launch(plain, kernel);
   CHECK_OK(clFinish(plain));
   CHECK_NOTED("launch flush wait ");
   end_event(event, CL_COMPLETE);
   CHECK_OK(clReleaseCommandQueue(plain));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(other));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* What the host copies, it times. */
static void
host_times_what_it_does(void **state)
{
   unsigned char bytes[SIZE];
   cl_mem visible = new_buffer(CL_MEM_ALLOC_HOST_PTR, SIZE, NULL);
   cl_event events[4];
   void *map;

   for (unsigned again = 0; again < 2; again++) {
      /* What was read before would not be copied again. */
      cl_mem buffer = new_buffer(0, SIZE, NULL);
      const cl_ulong before = device_time();
      begin(client.queue);
      CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, SIZE,
                                   bytes, 0, NULL, &events[0]));
      map = CREATED(clEnqueueMapBuffer(client.queue, visible, CL_TRUE,
                                       CL_MAP_WRITE, 0, SIZE, 0, NULL,
                                       &events[1], &code));
      CHECK_OK(clEnqueueUnmapMemObject(client.queue, visible, map, 0, NULL,
                                       &events[2]));
      CHECK_OK(
         clEnqueueMarkerWithWaitList(client.queue, 0, NULL, &events[3]));
      CHECK_OK(clFinish(client.queue));
      if (again)
         CHECK_NOTED("copy flush wait map ");
      /* The two clocks are an hour apart, and a little: it may be less. */
      for (unsigned i = 0; i < COUNT(events); i++) {
         assert_true(times_of(events[i]).start >
                     before - SIMGPU_CLOCK_AHEAD / 2);
         end_event(events[i], CL_COMPLETE);
      }
      CHECK_OK(clReleaseMemObject(buffer));
   }
   CHECK_OK(clReleaseMemObject(visible));
}

/*
 * A small write is left for the command that needs it, which is not charged
 * with it.  (Contexts of one queue do that.)
 */
static void
kernels_take_no_longer_for_writes(void **state)
{
   const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES,
                                             CL_QUEUE_PROFILING_ENABLE, 0};
   const char *source =
      "kernel void test(global uint *a) { a[get_global_id(0)] += 7; }";
   cl_uint numbers[16] = {0};

   need_kernels();
   cl_context context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
   cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
      context, client.device, properties, &code));
   cl_program program =
      CREATED(clCreateProgramWithSource(context, 1, &source, NULL, &code));
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));
   cl_mem buffer =
      CREATED(clCreateBuffer(context, 0, sizeof(numbers), NULL, &code));

   SET_ARG(kernel, 0, buffer);
   for (unsigned i = 0; i < 2; i++) {
      begin(queue);
      numbers[15] = i;
      CHECK_OK(clEnqueueWriteBuffer(queue, buffer, CL_TRUE, 0,
                                    sizeof(numbers), numbers, 0, NULL, NULL));
      cl_event event = launch(queue, kernel);
      CHECK_OK(clFinish(queue));
      if (i)
         CHECK_NOTED("copy time launch time flush wait ");
      const struct times times = times_of(event);
      assert_true(times.end - times.start >= SIMGPU_LAUNCH_NS);
      end_event(event, CL_COMPLETE);
      CHECK_OK(clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, sizeof(numbers),
                                   numbers, 0, NULL, NULL));
      assert_int_equal(numbers[15], 7 + i);
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseCommandQueue(queue));
   CHECK_OK(clReleaseContext(context));
}

/* As many as were under way at once, however many commands there are. */
static void
queries_are_used_again(void **state)
{
   enum { LAUNCHES = 300 };
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_kernel kernel = new_kernel(buffer);
   cl_command_queue queue = client.queue;
   unsigned alive = 0;

   for (unsigned i = 0; i < LAUNCHES; i++) {
      end_event(launch(queue, kernel), CL_COMPLETE);
      if (i < 2)
         alive = simgpu->alive();
   }
   assert_int_equal(simgpu->alive(), alive);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* A query that cannot be made, ended or read: the host's clock has to do. */
static void
failing_queries_are_no_error(void **state)
{
   const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES,
                                             CL_QUEUE_PROFILING_ENABLE, 0};
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_kernel kernel = new_kernel(buffer);
   const unsigned alive = simgpu->alive();
   unsigned failures = 1;

   for (unsigned nth = 1; failures; nth++) {
      for (unsigned for_good = 0; for_good < 2; for_good++) {
         cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
            client.context, client.device, properties, &code));
         const cl_ulong before = device_time();

         simgpu->inject(SIMGPU_FAIL_QUERY, nth, for_good);
         cl_event event = launch(queue, kernel);
         CHECK_OK(clFinish(queue));
         failures = simgpu->failures();
         simgpu->inject(0, 0, false);
         const struct times times = times_of(event);
         assert_true(times.end > before - SIMGPU_CLOCK_AHEAD / 2);
         if (!failures)
            assert_true(times.end - times.start >= SIMGPU_LAUNCH_NS);
         end_event(event, CL_COMPLETE);

         /* And again by the device's. */
         event = launch(queue, kernel);
         CHECK_OK(clFinish(queue));
         const struct times later = times_of(event);
         assert_true(later.end - later.start >= SIMGPU_LAUNCH_NS);
         end_event(event, CL_COMPLETE);
         CHECK_OK(clReleaseCommandQueue(queue));
      }
      assert_true(nth < 100);
   }
   CHECK_OK(clFinish(client.queue));
   assert_true(simgpu->alive() <= alive);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* No times of what failed; the queue goes away with all its queries. */
static void
lost_commands_have_no_times(void **state)
{
   const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES,
                                             CL_QUEUE_PROFILING_ENABLE, 0};
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_kernel kernel = new_kernel(buffer);
   cl_ulong time = 42;

   for (unsigned i = 0; i < 2; i++) {
      cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
         client.context, client.device, properties, &code));

      if (i)
         end_event(launch(queue, kernel), CL_COMPLETE);
      simgpu->lose(SIMGPU_LOSE_CONTEXT, 1);
      cl_event event = launch(queue, kernel);
      CHECK_CODE(CL_OUT_OF_RESOURCES, clFinish(queue));
      simgpu->lose(SIMGPU_LOSE_CONTEXT, 0);
      CHECK_CODE(CL_PROFILING_INFO_NOT_AVAILABLE,
                 clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END,
                                         sizeof(time), &time, NULL));
      assert_int_equal(time, 42);
      end_event(event, CL_OUT_OF_RESOURCES);
      event = launch(queue, kernel);
      end_event(event, CL_OUT_OF_RESOURCES);
      CHECK_OK(clReleaseCommandQueue(queue));
   }
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(buffer));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(timer_says_what_it_is),
      cmocka_unit_test(device_times_kernels),
      cmocka_unit_test(clocks_may_be_turned),
      cmocka_unit_test(timestamps_are_around_commands),
      cmocka_unit_test(host_times_what_it_does),
      cmocka_unit_test(kernels_take_no_longer_for_writes),
      cmocka_unit_test(queries_are_used_again),
      cmocka_unit_test(failing_queries_are_no_error),
      cmocka_unit_test(lost_commands_have_no_times),
   };
   return cmocka_run_group_tests(tests, simgpu_setup, client_teardown);
}
