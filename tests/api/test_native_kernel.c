/* SPDX-License-Identifier: MIT */

/* Native kernels (5.10): a client's function as a command. */

#include "common.h"

struct copy_args {
   cl_int *from, *to;
   size_t count;
   cl_int *none;
};

static unsigned calls;

static void CL_CALLBACK
copy(void *data)
{
   const struct copy_args *args = data;

   calls++;
   assert_null(args->none);
   for (size_t i = 0; i < args->count; i++)
      args->to[i] = args->from[i] + 1;
}

static void CL_CALLBACK
count_call(void *data)
{
   assert_null(data);
   calls++;
}

static void
need_native(void)
{
   if (!(device_ulong(CL_DEVICE_EXECUTION_CAPABILITIES) &
         CL_EXEC_NATIVE_KERNEL))
      skip_test("the device runs no native kernels");
   calls = 0;
}

static void
finds_its_memory(void **state)
{
   enum { N = 1000 };
   cl_int values[N];
   struct copy_args args = {.count = N};
   const void *locations[] = {&args.to, &args.none, &args.from};
   cl_event event;

   need_native();
   for (cl_int i = 0; i < N; i++)
      values[i] = i * 5;
   cl_mem from = new_buffer(CL_MEM_COPY_HOST_PTR, sizeof(values), values);
   cl_mem to = new_buffer(CL_MEM_READ_WRITE, sizeof(values), NULL);
   cl_mem mems[] = {to, NULL, from};

   memcpy(&args.from, &from, sizeof(from));
   memcpy(&args.to, &to, sizeof(to));
   CHECK_OK(clEnqueueNativeKernel(client.queue, copy, &args, sizeof(args), 3,
                                  mems, locations, 0, NULL, &event));
   memset(&args, 0xff, sizeof(args));
   assert_int_equal(event_type(event), CL_COMMAND_NATIVE_KERNEL);
   end_event(event, CL_COMPLETE);
   assert_int_equal(calls, 1);
   CHECK_OK(clEnqueueReadBuffer(client.queue, to, CL_TRUE, 0, sizeof(values),
                                values, 0, NULL, NULL));
   for (cl_int i = 0; i < N; i++)
      assert_int_equal(values[i], i * 5 + 1);
   CHECK_OK(clReleaseMemObject(from));
   CHECK_OK(clReleaseMemObject(to));
}

/* Two sub-buffers of one buffer: writes to both stay. */
static void
shares_what_is_shared(void **state)
{
   need_native();
   const size_t align = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   cl_int value = 41;
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 2 * align, NULL);
   cl_mem from = new_sub_buffer(buffer, 0, align);
   cl_mem to = new_sub_buffer(buffer, align, align);
   cl_mem mems[] = {from, to};
   struct copy_args args = {.count = 1};
   const void *locations[] = {&args.from, &args.to};

   CHECK_OK(clEnqueueWriteBuffer(client.queue, from, CL_TRUE, 0,
                                 sizeof(value), &value, 0, NULL, NULL));
   CHECK_OK(clEnqueueNativeKernel(client.queue, copy, &args, sizeof(args), 2,
                                  mems, locations, 0, NULL, NULL));
   value = 0;
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, align,
                                sizeof(value), &value, 0, NULL, NULL));
   assert_int_equal(value, 42);
   CHECK_OK(clReleaseMemObject(from));
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
waits_for_events(void **state)
{
   need_native();
   cl_event gate = new_user_event(), event;

   CHECK_OK(clEnqueueNativeKernel(client.queue, count_call, NULL, 0, 0, NULL,
                                  NULL, 1, &gate, &event));
   CHECK_OK(clFlush(client.queue));
   sleep_ms(20);
   assert_int_equal(calls, 0);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   assert_int_equal(calls, 1);
}

static void
refuses_bad_arguments(void **state)
{
   need_native();
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 64, NULL);
   cl_mem foreign = CREATED(
      clCreateBuffer(client.stranger, CL_MEM_READ_WRITE, 64, NULL, &code));
   void *args[2] = {buffer, NULL};
   const void *locations[] = {&args[0]};

#define NATIVE(queue, function, args, size, count, mems, locations)           \
   clEnqueueNativeKernel((queue), (function), (args), (size), (count),        \
                         (mems), (locations), 0, NULL, NULL)
   CHECK_CODE(CL_INVALID_COMMAND_QUEUE,
              NATIVE(NULL, count_call, NULL, 0, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              NATIVE(client.queue, NULL, NULL, 0, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              NATIVE(client.queue, count_call, NULL, 8, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, NATIVE(client.queue, count_call, NULL, 0, 1,
                                       &buffer, locations));
   CHECK_CODE(CL_INVALID_VALUE,
              NATIVE(client.queue, count_call, args, 0, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, NATIVE(client.queue, count_call, args,
                                       sizeof(args), 1, NULL, locations));
   CHECK_CODE(CL_INVALID_VALUE, NATIVE(client.queue, count_call, args,
                                       sizeof(args), 1, &buffer, NULL));
   CHECK_CODE(CL_INVALID_VALUE, NATIVE(client.queue, count_call, args,
                                       sizeof(args), 0, &buffer, NULL));
   CHECK_CODE(CL_INVALID_VALUE, NATIVE(client.queue, count_call, args,
                                       sizeof(args), 0, NULL, locations));
   CHECK_HANDLE(CL_INVALID_MEM_OBJECT,
                NATIVE(client.queue, count_call, args, sizeof(args), 1,
                       (cl_mem *)&client.queue, locations));
   CHECK_CODE(CL_INVALID_CONTEXT,
              NATIVE(client.queue, count_call, args, sizeof(args), 1,
                     &foreign, locations));
   if (client.is_trefoil) {
      /* Only part of the pointer, or none of it, is in the arguments. */
      locations[0] = (const char *)args + sizeof(args) - 1;
      CHECK_CODE(CL_INVALID_VALUE,
                 NATIVE(client.queue, count_call, args, sizeof(args), 1,
                        &buffer, locations));
      locations[0] = &locations;
      CHECK_CODE(CL_INVALID_VALUE,
                 NATIVE(client.queue, count_call, args, sizeof(args), 1,
                        &buffer, locations));
   }
#undef NATIVE
   assert_int_equal(calls, 0);
   CHECK_OK(clReleaseMemObject(foreign));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
takes_no_images(void **state)
{
   need_native();
   need_images();
   need_trefoil("others may not look");
   cl_mem image = new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 4, 4, 1, 0);
   void *args[1] = {image};
   const void *locations[] = {&args[0]};

   CHECK_CODE(CL_INVALID_MEM_OBJECT,
              clEnqueueNativeKernel(client.queue, count_call, args,
                                    sizeof(args), 1, &image, locations, 0,
                                    NULL, NULL));
   CHECK_OK(clReleaseMemObject(image));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_its_memory),
      cmocka_unit_test(shares_what_is_shared),
      cmocka_unit_test(waits_for_events),
      cmocka_unit_test(refuses_bad_arguments),
      cmocka_unit_test(takes_no_images),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
