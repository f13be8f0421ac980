/* SPDX-License-Identifier: MIT */

/*
 * A device that is reset: what its contexts were doing fails, and says so;
 * other queues and devices go on.
 */

#include "device.h"

#include <stdatomic.h>

#include "api/commands.h"
#include "api/kernels.h"
#include "api/maps.h"

#define SIZE 1024

static cl_device_id devices[3]; /* simgpu, simgpu2, llvmpipe */
static cl_context context;      /* of all three */

static int
setup(void **state)
{
   if (simgpu_setup(state) ||
       clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 3, devices, NULL))
      return -1;
   context = clCreateContext(NULL, 3, devices, NULL, NULL, NULL);
   return context ? 0 : -1;
}

static int
teardown(void **state)
{
   return clReleaseContext(context) || client_teardown(state);
}

static cl_command_queue
queue_of(unsigned device)
{
   return CREATED(clCreateCommandQueueWithProperties(context, devices[device],
                                                     NULL, &code));
}

static cl_mem
filled_buffer(unsigned seed)
{
   unsigned char bytes[SIZE];

   fill_bytes(bytes, SIZE, seed);
   return CREATED(
      clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, SIZE, bytes, &code));
}

static cl_int
read_back(cl_command_queue queue, cl_mem buffer, unsigned seed)
{
   unsigned char wanted[SIZE], got[SIZE];

   const cl_int error = clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, SIZE,
                                            got, 0, NULL, NULL);
   fill_bytes(wanted, SIZE, seed);
   if (!error)
      assert_memory_equal(got, wanted, SIZE);
   return error;
}

/* Copies between two buffers, and what came of it. */
static cl_int
copy(cl_command_queue queue, cl_mem from, cl_mem to)
{
   cl_event event;
   cl_int status;

   CHECK_OK(
      clEnqueueCopyBuffer(queue, from, to, 0, 0, SIZE, 0, NULL, &event));
   clFinish(queue);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                           sizeof(status), &status, NULL));
   CHECK_OK(clReleaseEvent(event));
   return status;
}

/* Loses the queue's context, or all of its device's, by its next command. */
static void
lose_by(cl_command_queue queue, enum simgpu_loss loss, cl_mem from, cl_mem to)
{
   simgpu->lose(loss, 1);
   CHECK_CODE(CL_OUT_OF_RESOURCES, copy(queue, from, to));
   simgpu->lose(loss, 0);
}

static void
every_command_of_a_lost_queue_fails(void **state)
{
   struct props props;
   cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
      client.context, client.device, NULL, &code));

   props_init(&props);
   lose_by(queue, SIMGPU_LOSE_CONTEXT, props.src, props.dst);
   CHECK_CODE(CL_OUT_OF_RESOURCES, clFinish(queue));
   CHECK_OK(clFlush(queue));
   for (unsigned i = 0; i < command_count; i++) {
      const struct command *command = &commands[i];
      cl_event event = NULL;

      if (!command_usable(command) || command->prepare)
         continue;
      const cl_int error =
         command->enqueue(&props, queue, CL_FALSE, 0, NULL, &event);
      if (error != CL_SUCCESS)
         print_error("%s: %s\n", command->name, code_name(error));
      assert_int_equal(error, CL_SUCCESS);
      CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
                 clWaitForEvents(1, &event));
      end_event(event, CL_OUT_OF_RESOURCES);
   }
   props_finish(&props);
   CHECK_OK(clReleaseCommandQueue(queue));
}

static void
blocking_calls_give_the_error(void **state)
{
   cl_command_queue queue = queue_of(0);
   cl_mem a = filled_buffer(1), b = filled_buffer(2);

   lose_by(queue, SIMGPU_LOSE_CONTEXT, a, b);
   CHECK_CODE(CL_OUT_OF_RESOURCES, read_back(queue, a, 1));
   REFUSED(CL_OUT_OF_RESOURCES,
           clEnqueueMapBuffer(queue, a, CL_TRUE, CL_MAP_READ, 0, SIZE, 0,
                              NULL, NULL, &code));
   assert_int_equal(map_count(a), 0);
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
   CHECK_OK(clReleaseCommandQueue(queue));
}

/* Whichever of a row of commands it is; those before it are done. */
static void
any_command_may_be_the_last(void **state)
{
   enum { COPIES = 6 };

   for (unsigned nth = 1; nth <= COPIES + 1; nth++) {
      cl_command_queue queue = queue_of(0), other = queue_of(0);
      cl_mem from = filled_buffer(1), to[COPIES];
      cl_event events[COPIES];

      for (unsigned i = 0; i < COPIES; i++)
         to[i] = filled_buffer(2);
      simgpu->lose(SIMGPU_LOSE_CONTEXT, nth);
      for (unsigned i = 0; i < COPIES; i++) {
         CHECK_OK(clEnqueueCopyBuffer(queue, from, to[i], 0, 0, SIZE, 0, NULL,
                                      &events[i]));
         CHECK_OK(clFlush(queue));
      }
      const cl_int finished = clFinish(queue);
      simgpu->lose(SIMGPU_LOSE_CONTEXT, 0);

      bool lost = false;
      for (unsigned i = 0; i < COPIES; i++) {
         cl_int status = event_status(events[i]);
         /* What shares a fence with the last one is not known to be done. */
         lost = lost || status < 0;
         assert_int_equal(status, lost ? CL_OUT_OF_RESOURCES : CL_COMPLETE);
         assert_true(lost || i + 1 < nth);
         CHECK_OK(read_back(other, to[i], i + 1 < nth ? 1 : 2));
         CHECK_OK(clReleaseEvent(events[i]));
         CHECK_OK(clReleaseMemObject(to[i]));
      }
      assert_int_equal(finished,
                       nth > COPIES ? CL_SUCCESS : CL_OUT_OF_RESOURCES);
      CHECK_OK(clReleaseMemObject(from));
      CHECK_OK(clReleaseCommandQueue(other));
      CHECK_OK(clReleaseCommandQueue(queue));
   }
}

static void
other_queues_go_on(void **state)
{
   cl_command_queue lost = queue_of(0), before = queue_of(0);
   cl_mem a = filled_buffer(1), b = filled_buffer(2), c = filled_buffer(3);

   CHECK_OK(copy(before, a, b));
   lose_by(lost, SIMGPU_LOSE_CONTEXT, a, b);
   CHECK_OK(copy(before, a, c));
   CHECK_OK(read_back(before, c, 1));
   CHECK_OK(clFinish(before));

   cl_command_queue after = queue_of(0);
   CHECK_OK(read_back(after, b, 1));
   CHECK_OK(clReleaseCommandQueue(after));
   CHECK_OK(clReleaseCommandQueue(before));
   CHECK_OK(clReleaseCommandQueue(lost));
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
   CHECK_OK(clReleaseMemObject(c));
}

static void
other_devices_go_on(void **state)
{
   cl_command_queue lost = queue_of(0), same = queue_of(0);
   cl_command_queue others[] = {queue_of(1), queue_of(2)};
   cl_mem a = filled_buffer(1), b = filled_buffer(2);

   CHECK_OK(copy(same, a, b));
   for (unsigned i = 0; i < COUNT(others); i++)
      CHECK_OK(read_back(others[i], b, 1));
   lose_by(lost, SIMGPU_LOSE_DEVICE, a, b);
   CHECK_CODE(CL_OUT_OF_RESOURCES, copy(same, a, b));

   for (unsigned i = 0; i < COUNT(others); i++) {
      cl_mem c = filled_buffer(3);
      CHECK_OK(read_back(others[i], a, 1));
      CHECK_OK(copy(others[i], a, c));
      CHECK_OK(read_back(others[i], c, 1));
      CHECK_OK(clReleaseMemObject(c));
      CHECK_OK(clReleaseCommandQueue(others[i]));
   }

   /* The device itself is there again, for new queues and objects. */
   cl_command_queue after = queue_of(0);
   cl_mem d = filled_buffer(4);
   CHECK_OK(read_back(after, d, 4));
   CHECK_OK(clReleaseMemObject(d));
   CHECK_OK(clReleaseCommandQueue(after));
   CHECK_OK(clReleaseCommandQueue(same));
   CHECK_OK(clReleaseCommandQueue(lost));
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

static void CL_CALLBACK
note_status(cl_event event, cl_int status, void *data)
{
   atomic_store((atomic_int *)data, status);
}

static bool
is_noted(void *data)
{
   return atomic_load((atomic_int *)data) != UNTOUCHED;
}

static void
who_waits_is_told(void **state)
{
   cl_command_queue lost = queue_of(0), other = queue_of(0);
   cl_mem a = filled_buffer(1), b = filled_buffer(2);
   cl_event first, second;
   atomic_int told = UNTOUCHED;

   simgpu->lose(SIMGPU_LOSE_CONTEXT, 1);
   CHECK_OK(clEnqueueCopyBuffer(lost, a, b, 0, 0, SIZE, 0, NULL, &first));
   CHECK_OK(clEnqueueCopyBuffer(other, a, b, 0, 0, SIZE, 1, &first, &second));
   CHECK_OK(clSetEventCallback(first, CL_COMPLETE, note_status, &told));
   CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clWaitForEvents(1, &second));
   simgpu->lose(SIMGPU_LOSE_CONTEXT, 0);
   end_event(second, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
   end_event(first, CL_OUT_OF_RESOURCES);
   assert_true(wait_until(is_noted, &told));
   assert_int_equal(told, CL_OUT_OF_RESOURCES);

   CHECK_OK(read_back(other, b, 2));
   CHECK_OK(clReleaseCommandQueue(lost));
   CHECK_OK(clReleaseCommandQueue(other));
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

/* An unmap that fails leaves the object mapped, for another queue. */
static void
unmap_moves_to_another_queue(void **state)
{
   cl_command_queue lost = queue_of(0), other = queue_of(0);
   cl_mem a = filled_buffer(1), b = filled_buffer(2), c = filled_buffer(3);
   cl_event event;

   void *map = CREATED(clEnqueueMapBuffer(lost, a, CL_TRUE, CL_MAP_WRITE, 0,
                                          SIZE, 0, NULL, NULL, &code));
   fill_bytes(map, SIZE, 5);
   lose_by(lost, SIMGPU_LOSE_CONTEXT, b, c);
   CHECK_OK(clEnqueueUnmapMemObject(lost, a, map, 0, NULL, &event));
   clWaitForEvents(1, &event);
   end_event(event, CL_OUT_OF_RESOURCES);
   assert_int_equal(map_count(a), 1);

   unmap_now(other, a, map);
   assert_int_equal(map_count(a), 0);
   CHECK_OK(read_back(other, a, 5));
   CHECK_OK(clReleaseCommandQueue(lost));
   CHECK_OK(clReleaseCommandQueue(other));
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
   CHECK_OK(clReleaseMemObject(c));
}

static void
lost_kernels_fail(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global uint *a) { a[get_global_id(0)] = 7; }", NULL);
   cl_command_queue lost = CREATED(clCreateCommandQueueWithProperties(
      client.context, client.device, NULL, &code));
   const cl_uint zeroes[16] = {0};
   cl_mem a = buffer_of(zeroes, sizeof(zeroes));
   const size_t global = 16;
   cl_event event;
   cl_uint got[16];

   SET_ARG(kernel, 0, a);
   simgpu->lose(SIMGPU_LOSE_CONTEXT, 1);
   CHECK_OK(clEnqueueNDRangeKernel(lost, kernel, 1, NULL, &global, NULL, 0,
                                   NULL, &event));
   CHECK_CODE(CL_OUT_OF_RESOURCES, clFinish(lost));
   simgpu->lose(SIMGPU_LOSE_CONTEXT, 0);
   end_event(event, CL_OUT_OF_RESOURCES);

   read_buffer(a, got, sizeof(got));
   assert_memory_equal(got, zeroes, sizeof(got));
   run_1d(kernel, global);
   read_buffer(a, got, sizeof(got));
   assert_int_equal(got[15], 7);
   CHECK_OK(clReleaseCommandQueue(lost));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(a));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_command_of_a_lost_queue_fails),
      cmocka_unit_test(blocking_calls_give_the_error),
      cmocka_unit_test(any_command_may_be_the_last),
      cmocka_unit_test(other_queues_go_on),
      cmocka_unit_test(who_waits_is_told),
      cmocka_unit_test(unmap_moves_to_another_queue),
      cmocka_unit_test(lost_kernels_fail),
      /* Last: it loses all queues of the first device. */
      cmocka_unit_test(other_devices_go_on),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
