/* SPDX-License-Identifier: MIT */

/* Chapter 4.4: contexts. */

#include "common.h"

#define PLATFORM_PROPERTY                                                     \
   CL_CONTEXT_PLATFORM, (cl_context_properties)client.platform

static void CL_CALLBACK
notify(const char *message, const void *info, size_t size, void *data)
{
}

static cl_uint
context_uint(cl_context context, cl_context_info param)
{
   cl_uint value;
   CHECK_OK(clGetContextInfo(context, param, sizeof(value), &value, NULL));
   return value;
}

static void
creates_with_and_without_properties(void **state)
{
   const cl_context_properties properties[] = {
      PLATFORM_PROPERTY, CL_CONTEXT_INTEROP_USER_SYNC, CL_TRUE, 0};
   const cl_context_properties none[] = {PLATFORM_PROPERTY, 0};
   cl_context context;
   int data;

   context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
   CHECK_OK(clReleaseContext(context));
   context =
      CREATED(clCreateContext(none, 1, &client.device, NULL, NULL, &code));
   CHECK_OK(clReleaseContext(context));
   context = CREATED(
      clCreateContext(properties, 1, &client.device, notify, &data, &code));
   CHECK_OK(clReleaseContext(context));
   /* errcode_ret may be NULL. */
   context = clCreateContext(NULL, 1, &client.device, notify, NULL, NULL);
   assert_non_null(context);
   CHECK_OK(clReleaseContext(context));
}

static void
info_reports_what_was_given(void **state)
{
   const cl_context_properties given[] = {CL_CONTEXT_INTEROP_USER_SYNC,
                                          CL_FALSE, PLATFORM_PROPERTY, 0};
   cl_context_properties got[16];
   cl_device_id device;
   size_t size;
   cl_context context =
      CREATED(clCreateContext(given, 1, &client.device, NULL, NULL, &code));

   CHECK_OK(clGetContextInfo(context, CL_CONTEXT_PROPERTIES, sizeof(got), got,
                             &size));
   assert_int_equal(size, sizeof(given));
   assert_memory_equal(got, given, sizeof(given));
   assert_int_equal(context_uint(context, CL_CONTEXT_NUM_DEVICES), 1);
   assert_int_equal(context_uint(context, CL_CONTEXT_REFERENCE_COUNT), 1);
   CHECK_OK(clGetContextInfo(context, CL_CONTEXT_DEVICES, sizeof(device),
                             &device, &size));
   assert_int_equal(size, sizeof(device));
   assert_ptr_equal(device, client.device);
   CHECK_OK(clReleaseContext(context));
}

/* "If properties was NULL … param_value_size_ret is 0." */
static void
no_properties_have_no_size(void **state)
{
   size_t size = 99;
   CHECK_OK(clGetContextInfo(client.context, CL_CONTEXT_PROPERTIES, 0, NULL,
                             &size));
   assert_int_equal(size, 0);
}

/* "Duplicate devices specified in devices are ignored." */
static void
duplicate_devices_count_once(void **state)
{
   const cl_device_id devices[] = {client.device, client.device,
                                   client.device};
   cl_context context =
      CREATED(clCreateContext(NULL, 3, devices, NULL, NULL, &code));

   assert_int_equal(context_uint(context, CL_CONTEXT_NUM_DEVICES), 1);
   CHECK_OK(clReleaseContext(context));
}

static void
create_refuses_bad_properties(void **state)
{
   const cl_context_properties unknown[] = {PLATFORM_PROPERTY, 0x7777, 1, 0};
   const cl_context_properties twice[] = {
      PLATFORM_PROPERTY, CL_CONTEXT_INTEROP_USER_SYNC,
      CL_TRUE,           CL_CONTEXT_INTEROP_USER_SYNC,
      CL_TRUE,           0};
   const cl_context_properties twice_platform[] = {PLATFORM_PROPERTY,
                                                   PLATFORM_PROPERTY, 0};
   const cl_context_properties bad_bool[] = {
      PLATFORM_PROPERTY, CL_CONTEXT_INTEROP_USER_SYNC, 5, 0};
   const cl_context_properties no_platform[] = {
      CL_CONTEXT_PLATFORM, (cl_context_properties)client.device, 0};

   REFUSED(CL_INVALID_PROPERTY,
           clCreateContext(unknown, 1, &client.device, NULL, NULL, &code));
   REFUSED(CL_INVALID_PROPERTY,
           clCreateContext(twice, 1, &client.device, NULL, NULL, &code));
   REFUSED(
      CL_INVALID_PROPERTY,
      clCreateContext(twice_platform, 1, &client.device, NULL, NULL, &code));
   REFUSED(CL_INVALID_PROPERTY,
           clCreateContext(bad_bool, 1, &client.device, NULL, NULL, &code));
   REFUSED(
      CL_INVALID_PLATFORM,
      clCreateContext(no_platform, 1, &client.device, NULL, NULL, &code));
}

static void
create_refuses_bad_devices(void **state)
{
   const cl_context_properties properties[] = {PLATFORM_PROPERTY, 0};
   cl_int data;

   REFUSED(CL_INVALID_VALUE,
           clCreateContext(properties, 0, &client.device, NULL, NULL, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateContext(properties, 1, NULL, NULL, NULL, &code));
   REFUSED(CL_INVALID_VALUE, clCreateContext(properties, 1, &client.device,
                                             NULL, &data, &code));
   for (unsigned i = 0; i < GARBAGE_COUNT; i++) {
      const cl_device_id devices[] = {client.device,
                                      (cl_device_id)garbage(i)};
      if (!client.is_trefoil && i > 0)
         continue;
      REFUSED(CL_INVALID_DEVICE,
              clCreateContext(properties, 2, devices, NULL, NULL, &code));
   }
   if (client.is_trefoil) {
      const cl_device_id wrong = (cl_device_id)client.platform;
      REFUSED(CL_INVALID_DEVICE,
              clCreateContext(properties, 1, &wrong, NULL, NULL, &code));
   }
}

static void
creates_from_type(void **state)
{
   const cl_context_properties properties[] = {PLATFORM_PROPERTY, 0};
   cl_uint all;
   cl_context context = CREATED(clCreateContextFromType(
      properties, CL_DEVICE_TYPE_ALL, NULL, NULL, &code));

   CHECK_OK(
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, &all));
   assert_int_equal(context_uint(context, CL_CONTEXT_NUM_DEVICES), all);
   CHECK_OK(clReleaseContext(context));

   context = CREATED(clCreateContextFromType(
      properties, CL_DEVICE_TYPE_DEFAULT, NULL, NULL, &code));
   assert_int_equal(context_uint(context, CL_CONTEXT_NUM_DEVICES), 1);
   CHECK_OK(clReleaseContext(context));
}

static void
from_type_refuses_bad_arguments(void **state)
{
   const cl_context_properties properties[] = {PLATFORM_PROPERTY, 0};
   const cl_context_properties unknown[] = {PLATFORM_PROPERTY, 0x7777, 1, 0};
   cl_device_id device;
   int data;

   REFUSED(CL_INVALID_PROPERTY,
           clCreateContextFromType(unknown, CL_DEVICE_TYPE_ALL, NULL, NULL,
                                   &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateContextFromType(properties, CL_DEVICE_TYPE_ALL, NULL,
                                   &data, &code));
   REFUSED(CL_INVALID_DEVICE_TYPE,
           clCreateContextFromType(properties, 0, NULL, NULL, &code));
   REFUSED(CL_INVALID_DEVICE_TYPE,
           clCreateContextFromType(properties, 1 << 20, NULL, NULL, &code));
   if (clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_CUSTOM, 1, &device,
                      NULL) == CL_DEVICE_NOT_FOUND) {
      REFUSED(CL_DEVICE_NOT_FOUND,
              clCreateContextFromType(properties, CL_DEVICE_TYPE_CUSTOM, NULL,
                                      NULL, &code));
   }
}

static void
references_are_counted(void **state)
{
   cl_context context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));

   CHECK_OK(clRetainContext(context));
   assert_int_equal(context_uint(context, CL_CONTEXT_REFERENCE_COUNT), 2);
   CHECK_OK(clReleaseContext(context));
   assert_int_equal(context_uint(context, CL_CONTEXT_REFERENCE_COUNT), 1);
   CHECK_OK(clReleaseContext(context));

   CHECK_HANDLE(CL_INVALID_CONTEXT,
                clRetainContext((cl_context)client.queue));
   CHECK_HANDLE(CL_INVALID_CONTEXT,
                clReleaseContext((cl_context)client.queue));
}

/* What the implementation itself holds does not show (5.1, "reported"). */
static void
children_do_not_show_in_the_count(void **state)
{
   cl_context context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
   cl_mem buffer =
      CREATED(clCreateBuffer(context, CL_MEM_READ_WRITE, 64, NULL, &code));

   if (client.is_trefoil)
      assert_int_equal(context_uint(context, CL_CONTEXT_REFERENCE_COUNT), 1);
   CHECK_OK(clReleaseContext(context));
   CHECK_OK(clReleaseMemObject(buffer));
}

struct calls {
   unsigned count;
   cl_context context;
   unsigned order[4];
};

struct call {
   struct calls *calls;
   unsigned id;
};

static void CL_CALLBACK
destroyed(cl_context context, void *data)
{
   const struct call *call = data;
   call->calls->context = context;
   call->calls->order[call->calls->count++] = call->id;
}

/* "… called in the reverse order in which they were registered." */
static void
destructors_run_last_first(void **state)
{
   struct calls calls = {0};
   struct call data[3] = {{&calls, 0}, {&calls, 1}, {&calls, 2}};
   cl_context context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));

   for (unsigned i = 0; i < 3; i++)
      CHECK_OK(clSetContextDestructorCallback(context, destroyed, &data[i]));
   CHECK_OK(clRetainContext(context));
   CHECK_OK(clReleaseContext(context));
   assert_int_equal(calls.count, 0);
   CHECK_OK(clReleaseContext(context));
   assert_int_equal(calls.count, 3);
   assert_ptr_equal(calls.context, context);
   assert_int_equal(calls.order[0], 2);
   assert_int_equal(calls.order[1], 1);
   assert_int_equal(calls.order[2], 0);
}

/* The context goes after all that is attached to it. */
static void
destructor_waits_for_children(void **state)
{
   struct calls calls = {0};
   struct call data = {&calls, 7};
   cl_context context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
   cl_mem buffer =
      CREATED(clCreateBuffer(context, CL_MEM_READ_WRITE, 64, NULL, &code));
   cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
      context, client.device, NULL, &code));

   CHECK_OK(clSetContextDestructorCallback(context, destroyed, &data));
   CHECK_OK(clReleaseContext(context));
   assert_int_equal(calls.count, 0);
   CHECK_OK(clReleaseMemObject(buffer));
   assert_int_equal(calls.count, 0);
   CHECK_OK(clReleaseCommandQueue(queue));
   assert_int_equal(calls.count, 1);
}

static void
destructor_refuses_bad_arguments(void **state)
{
   CHECK_CODE(CL_INVALID_VALUE,
              clSetContextDestructorCallback(client.context, NULL, NULL));
   CHECK_HANDLE(CL_INVALID_CONTEXT,
                clSetContextDestructorCallback((cl_context)client.queue,
                                               destroyed, NULL));
}

static void
info_refuses_other_handles(void **state)
{
   cl_uint value;
   CHECK_HANDLE(CL_INVALID_CONTEXT,
                clGetContextInfo((cl_context)client.device,
                                 CL_CONTEXT_NUM_DEVICES, sizeof(value),
                                 &value, NULL));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(creates_with_and_without_properties),
      cmocka_unit_test(info_reports_what_was_given),
      cmocka_unit_test(no_properties_have_no_size),
      cmocka_unit_test(duplicate_devices_count_once),
      cmocka_unit_test(create_refuses_bad_properties),
      cmocka_unit_test(create_refuses_bad_devices),
      cmocka_unit_test(creates_from_type),
      cmocka_unit_test(from_type_refuses_bad_arguments),
      cmocka_unit_test(references_are_counted),
      cmocka_unit_test(children_do_not_show_in_the_count),
      cmocka_unit_test(destructors_run_last_first),
      cmocka_unit_test(destructor_waits_for_children),
      cmocka_unit_test(destructor_refuses_bad_arguments),
      cmocka_unit_test(info_refuses_other_handles),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
