/* SPDX-License-Identifier: MIT */

/* Chapters 5.1 and 5.15: command queues, flush and finish. */

#include "commands.h"

static cl_command_queue
create(cl_context context, const cl_queue_properties *properties)
{
   return clCreateCommandQueueWithProperties(context, client.device,
                                             properties, &code);
}

static cl_uint
queue_uint(cl_command_queue queue, cl_command_queue_info param)
{
   cl_uint value;
   CHECK_OK(clGetCommandQueueInfo(queue, param, sizeof(value), &value, NULL));
   return value;
}

static void
creates_all_kinds(void **state)
{
   static const cl_command_queue_properties kinds[] = {
      0, CL_QUEUE_PROFILING_ENABLE, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE,
      CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE};

   for (unsigned i = 0; i < COUNT(kinds); i++) {
      const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, kinds[i],
                                                0};
      cl_command_queue_properties got;
      cl_command_queue queue = CREATED(create(client.context, properties));

      CHECK_OK(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES, sizeof(got),
                                     &got, NULL));
      assert_int_equal(got, kinds[i]);
      CHECK_OK(clReleaseCommandQueue(queue));

      queue = CREATED(clCreateCommandQueue(client.context, client.device,
                                           kinds[i], &code));
      CHECK_OK(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES, sizeof(got),
                                     &got, NULL));
      assert_int_equal(got, kinds[i]);
      CHECK_OK(clReleaseCommandQueue(queue));
   }
}

static void
info_reports_context_and_device(void **state)
{
   cl_context context;
   cl_device_id device;

   CHECK_OK(clGetCommandQueueInfo(client.queue, CL_QUEUE_CONTEXT,
                                  sizeof(context), &context, NULL));
   assert_ptr_equal(context, client.context);
   CHECK_OK(clGetCommandQueueInfo(client.queue, CL_QUEUE_DEVICE,
                                  sizeof(device), &device, NULL));
   assert_ptr_equal(device, client.device);
}

static void
properties_array_is_as_given(void **state)
{
   const cl_queue_properties given[] = {CL_QUEUE_PROPERTIES,
                                        CL_QUEUE_PROFILING_ENABLE, 0};
   const cl_queue_properties empty[] = {0};
   cl_queue_properties got[8];
   size_t size = 99;
   cl_command_queue queue = CREATED(create(client.context, given));

   CHECK_OK(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES_ARRAY,
                                  sizeof(got), got, &size));
   assert_int_equal(size, sizeof(given));
   assert_memory_equal(got, given, sizeof(given));
   CHECK_OK(clReleaseCommandQueue(queue));

   queue = CREATED(create(client.context, empty));
   CHECK_OK(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES_ARRAY,
                                  sizeof(got), got, &size));
   assert_int_equal(size, sizeof(empty));
   assert_int_equal(got[0], 0);
   CHECK_OK(clReleaseCommandQueue(queue));
}

/* "… NULL, or clCreateCommandQueue: param_value_size_ret is 0." */
static void
no_properties_have_no_size(void **state)
{
   size_t size = 99;
   cl_command_queue queue = CREATED(create(client.context, NULL));

   CHECK_OK(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES_ARRAY, 0, NULL,
                                  &size));
   assert_int_equal(size, 0);
   CHECK_OK(clReleaseCommandQueue(queue));

   size = 99;
   queue =
      CREATED(clCreateCommandQueue(client.context, client.device, 0, &code));
   CHECK_OK(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES_ARRAY, 0, NULL,
                                  &size));
   assert_int_equal(size, 0);
   CHECK_OK(clReleaseCommandQueue(queue));
}

/* 5.1: CL_QUEUE_SIZE is a question to device queues only. */
static void
host_queues_have_no_size(void **state)
{
   cl_uint size;
   CHECK_CODE(CL_INVALID_COMMAND_QUEUE,
              clGetCommandQueueInfo(client.queue, CL_QUEUE_SIZE, sizeof(size),
                                    &size, NULL));
}

static void
create_refuses_bad_properties(void **state)
{
   const cl_queue_properties unknown[] = {0x7777, 1, 0};
   const cl_queue_properties bits[] = {CL_QUEUE_PROPERTIES, 1 << 20, 0};

   REFUSED(CL_INVALID_VALUE, create(client.context, unknown));
   REFUSED(CL_INVALID_VALUE, create(client.context, bits));
   REFUSED(
      CL_INVALID_VALUE,
      clCreateCommandQueue(client.context, client.device, 1 << 20, &code));
}

/* "… valid but are not supported by the device." */
static void
create_refuses_device_queues_without_support(void **state)
{
   const cl_queue_properties on_device[] = {
      CL_QUEUE_PROPERTIES,
      CL_QUEUE_ON_DEVICE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, 0};

   if (device_ulong(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES) != 0)
      skip_test("the device has queues of its own");
   REFUSED(CL_INVALID_QUEUE_PROPERTIES, create(client.context, on_device));
}

static void
create_refuses_bad_handles(void **state)
{
   REFUSED_HANDLE(CL_INVALID_CONTEXT, create((cl_context)client.queue, NULL));
   REFUSED_HANDLE(CL_INVALID_CONTEXT,
                  clCreateCommandQueue((cl_context)client.queue,
                                       client.device, 0, &code));
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++) {
      REFUSED(CL_INVALID_DEVICE,
              clCreateCommandQueueWithProperties(
                 client.context, (cl_device_id)garbage(i), NULL, &code));
      REFUSED(CL_INVALID_DEVICE,
              clCreateCommandQueue(client.context, (cl_device_id)garbage(i),
                                   0, &code));
   }
   if (client.is_trefoil) {
      REFUSED_HANDLE(
         CL_INVALID_DEVICE,
         clCreateCommandQueueWithProperties(
            client.context, (cl_device_id)client.context, NULL, &code));
   }
}

/* "CL_INVALID_DEVICE if device … is not associated with context." */
static void
create_refuses_devices_of_other_contexts(void **state)
{
   cl_device_id devices[8];
   cl_uint count;

   CHECK_OK(clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL,
                           COUNT(devices), devices, &count));
   if (count < 2)
      skip_test("there is one device only");
   REFUSED(CL_INVALID_DEVICE, clCreateCommandQueueWithProperties(
                                 client.context, devices[1], NULL, &code));
}

static void
references_are_counted(void **state)
{
   cl_command_queue queue = CREATED(create(client.context, NULL));

   assert_int_equal(queue_uint(queue, CL_QUEUE_REFERENCE_COUNT), 1);
   CHECK_OK(clRetainCommandQueue(queue));
   assert_int_equal(queue_uint(queue, CL_QUEUE_REFERENCE_COUNT), 2);
   CHECK_OK(clReleaseCommandQueue(queue));
   assert_int_equal(queue_uint(queue, CL_QUEUE_REFERENCE_COUNT), 1);
   CHECK_OK(clReleaseCommandQueue(queue));

   CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                clRetainCommandQueue((cl_command_queue)client.context));
   CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                clReleaseCommandQueue((cl_command_queue)client.context));
   CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                clFlush((cl_command_queue)client.context));
   CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                clFinish((cl_command_queue)client.context));
}

/* The count that is reported is the client's, whatever is queued. */
static void
queued_commands_do_not_show_in_the_count(void **state)
{
   cl_event gate = new_user_event();
   cl_command_queue queue = CREATED(create(client.context, NULL));

   CHECK_OK(clEnqueueMarkerWithWaitList(queue, 1, &gate, NULL));
   if (client.is_trefoil)
      assert_int_equal(queue_uint(queue, CL_QUEUE_REFERENCE_COUNT), 1);
   complete_user_event(gate);
   CHECK_OK(clFinish(queue));
   CHECK_OK(clReleaseCommandQueue(queue));
}

/* "clReleaseCommandQueue performs an implicit flush": the work is done. */
static void
release_flushes(void **state)
{
   unsigned char data[256], back[256] = {0};
   cl_event event, gate = new_user_event();
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(data), NULL);
   cl_command_queue queue = CREATED(create(client.context, NULL));

   fill_bytes(data, sizeof(data), 3);
   CHECK_OK(clEnqueueWriteBuffer(queue, buffer, CL_FALSE, 0, sizeof(data),
                                 data, 1, &gate, &event));
   CHECK_OK(clReleaseCommandQueue(queue));
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0,
                                sizeof(back), back, 0, NULL, NULL));
   assert_memory_equal(back, data, sizeof(data));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* After clFlush nothing else is needed for the commands to end. */
static void
flush_is_enough(void **state)
{
   cl_event event;
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);
   const cl_uint pattern = 5;

   CHECK_OK(clEnqueueFillBuffer(client.queue, buffer, &pattern,
                                sizeof(pattern), 0, 4096, 0, NULL, &event));
   CHECK_OK(clFlush(client.queue));
   assert_true(wait_until(has_ended, event));
   assert_int_equal(event_status(event), CL_COMPLETE);
   CHECK_OK(clReleaseEvent(event));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
finish_waits_for_all(void **state)
{
   enum { N = 100 };
   cl_command_queue queues[] = {client.queue, client.ooo};
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);

   for (unsigned q = 0; q < COUNT(queues); q++) {
      cl_event events[N];
      for (cl_uint i = 0; i < N; i++)
         CHECK_OK(clEnqueueFillBuffer(queues[q], buffer, &i, sizeof(i), i * 4,
                                      4, 0, NULL, &events[i]));
      CHECK_OK(clFinish(queues[q]));
      for (unsigned i = 0; i < N; i++) {
         assert_int_equal(event_status(events[i]), CL_COMPLETE);
         CHECK_OK(clReleaseEvent(events[i]));
      }
   }
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
empty_queues_flush_and_finish(void **state)
{
   CHECK_OK(clFlush(client.queue));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clFinish(client.ooo));
   CHECK_OK(clFlush(client.ooo));
}

/* In order: a command sees what those before it wrote, without events. */
static void
in_order_is_in_order(void **state)
{
   cl_uint value = 0;
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);

   for (cl_uint i = 0; i < 200; i++) {
      CHECK_OK(clEnqueueFillBuffer(client.queue, buffer, &i, 4, 0, 4, 0, NULL,
                                   NULL));
   }
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, 4, &value,
                                0, NULL, NULL));
   assert_int_equal(value, 199);
   CHECK_OK(clReleaseMemObject(buffer));
}

/* Every command's "CL_INVALID_COMMAND_QUEUE if …" and wrong context. */
static void
commands_refuse_other_queues(void **state)
{
   struct props props;

   props_init(&props);
   for (unsigned i = 0; i < command_count; i++) {
      const struct command *command = &commands[i];
      cl_event event = (cl_event)&props;

      if (!command_usable(command))
         continue;
      if (command->prepare)
         command->prepare(&props);
      print_message("# %s\n", command->name);
      void *const mapped = props.mapped;
      if (client.is_trefoil) {
         CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                      command->enqueue(&props,
                                       (cl_command_queue)client.context,
                                       CL_FALSE, 0, NULL, &event));
      }
      props.mapped = mapped;
      if (command->uses_mem) {
         CHECK_CODE(CL_INVALID_CONTEXT,
                    command->enqueue(&props, client.stranger_queue, CL_FALSE,
                                     0, NULL, &event));
      }
      assert_ptr_equal(event, &props);
      props.mapped = mapped;
      if (command->undo)
         command->undo(&props);
   }
   props_finish(&props);
}

/* 1.0's way to change a queue: refused since 1.1, as the specification
 * allows. */
static void
properties_cannot_be_changed(void **state)
{
   need_trefoil("others may allow it");
   CHECK_CODE(CL_INVALID_OPERATION,
              clSetCommandQueueProperty(
                 client.queue, CL_QUEUE_PROFILING_ENABLE, CL_TRUE, NULL));
}

static void CL_CALLBACK
never_run(void *arguments)
{
   fail();
}

static void
native_kernels_need_the_capability(void **state)
{
   if (device_ulong(CL_DEVICE_EXECUTION_CAPABILITIES) & CL_EXEC_NATIVE_KERNEL)
      skip_test("the device runs native kernels");
   CHECK_CODE(CL_INVALID_OPERATION,
              clEnqueueNativeKernel(client.queue, never_run, NULL, 0, 0, NULL,
                                    NULL, 0, NULL, NULL));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(creates_all_kinds),
      cmocka_unit_test(info_reports_context_and_device),
      cmocka_unit_test(properties_array_is_as_given),
      cmocka_unit_test(no_properties_have_no_size),
      cmocka_unit_test(host_queues_have_no_size),
      cmocka_unit_test(create_refuses_bad_properties),
      cmocka_unit_test(create_refuses_device_queues_without_support),
      cmocka_unit_test(create_refuses_bad_handles),
      cmocka_unit_test(create_refuses_devices_of_other_contexts),
      cmocka_unit_test(references_are_counted),
      cmocka_unit_test(queued_commands_do_not_show_in_the_count),
      cmocka_unit_test(release_flushes),
      cmocka_unit_test(flush_is_enough),
      cmocka_unit_test(finish_waits_for_all),
      cmocka_unit_test(empty_queues_flush_and_finish),
      cmocka_unit_test(in_order_is_in_order),
      cmocka_unit_test(commands_refuse_other_queues),
      cmocka_unit_test(properties_cannot_be_changed),
      cmocka_unit_test(native_kernels_need_the_capability),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
