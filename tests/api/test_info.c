/* SPDX-License-Identifier: MIT */

/*
 * Every clGet*Info with every parameter: the size alone, a buffer that just
 * fits, a larger one, one that is a byte short, none at all, and parameters
 * that do not exist.
 */

#include <stdlib.h>

#include "common.h"

#define GUARD 0x5a

typedef cl_int (*query_fn)(const void *object, cl_uint param, size_t size,
                           void *value, size_t *size_ret);

struct row {
   cl_uint param;
   const char *name;
   size_t size; /* 0: not fixed */
};

#define ROW(param, type) {param, #param, sizeof(type)}
#define LIST(param)      {param, #param, 0}

static void
check_row(query_fn query, const void *object, const struct row *row)
{
   size_t size = SIZE_MAX, again = SIZE_MAX;

   print_message("# %s\n", row->name);
   CHECK_OK(query(object, row->param, 0, NULL, &size));
   if (row->size)
      assert_int_equal(size, row->size);
   /* A size that is too small does not matter where nothing is written. */
   CHECK_OK(query(object, row->param, size, NULL, &again));
   assert_int_equal(again, size);
   CHECK_OK(query(object, row->param, 0, NULL, NULL));

   unsigned char *value = malloc(size + 16);
   assert_non_null(value);
   memset(value, GUARD, size + 16);
   CHECK_OK(query(object, row->param, size, value, NULL));
   for (unsigned i = 0; i < 16; i++)
      assert_int_equal(value[size + i], GUARD);

   again = SIZE_MAX;
   CHECK_OK(query(object, row->param, size + 16, value, &again));
   assert_int_equal(again, size);
   for (unsigned i = 0; i < 16; i++)
      assert_int_equal(value[size + i], GUARD);

   /* "CL_INVALID_VALUE if … size in bytes is < size of return type" */
   if (size > 0) {
      memset(value, GUARD, size + 16);
      again = 4242;
      CHECK_CODE(CL_INVALID_VALUE,
                 query(object, row->param, size - 1, value, &again));
      CHECK_CODE(CL_INVALID_VALUE, query(object, row->param, 0, value, NULL));
      for (size_t i = 0; i < size + 16; i++)
         assert_int_equal(value[i], GUARD);
   }
   free(value);
}

static void
check_table(query_fn query, const void *object, const struct row *rows,
            unsigned count)
{
   static const cl_uint unknown[] = {0, 1, 0x7777, 0xffffffff};
   unsigned char value[64];
   size_t size = 4242;

   for (unsigned i = 0; i < count; i++)
      check_row(query, object, &rows[i]);
   for (unsigned i = 0; i < COUNT(unknown); i++) {
      memset(value, GUARD, sizeof(value));
      CHECK_CODE(CL_INVALID_VALUE,
                 query(object, unknown[i], sizeof(value), value, &size));
      CHECK_CODE(CL_INVALID_VALUE, query(object, unknown[i], 0, NULL, &size));
      assert_int_equal(value[0], GUARD);
      assert_int_equal(size, 4242);
   }
}

#define QUERY(name, function, handle_type)                                    \
   static cl_int name(const void *object, cl_uint param, size_t size,         \
                      void *value, size_t *size_ret)                          \
   {                                                                          \
      handle_type handle;                                                     \
      memcpy(&handle, object, sizeof(handle));                                \
      return function(handle, param, size, value, size_ret);                  \
   }

QUERY(query_platform, clGetPlatformInfo, cl_platform_id)
QUERY(query_device, clGetDeviceInfo, cl_device_id)
QUERY(query_context, clGetContextInfo, cl_context)
QUERY(query_queue, clGetCommandQueueInfo, cl_command_queue)
QUERY(query_mem, clGetMemObjectInfo, cl_mem)
QUERY(query_image, clGetImageInfo, cl_mem)
QUERY(query_sampler, clGetSamplerInfo, cl_sampler)
QUERY(query_event, clGetEventInfo, cl_event)
QUERY(query_profiling, clGetEventProfilingInfo, cl_event)

static void
platform_info(void **state)
{
   static const struct row rows[] = {
      LIST(CL_PLATFORM_PROFILE),
      LIST(CL_PLATFORM_VERSION),
      ROW(CL_PLATFORM_NUMERIC_VERSION, cl_version),
      LIST(CL_PLATFORM_NAME),
      LIST(CL_PLATFORM_VENDOR),
      LIST(CL_PLATFORM_EXTENSIONS),
      LIST(CL_PLATFORM_EXTENSIONS_WITH_VERSION),
      ROW(CL_PLATFORM_HOST_TIMER_RESOLUTION, cl_ulong),
      LIST(CL_PLATFORM_ICD_SUFFIX_KHR),
   };
   check_table(query_platform, &client.platform, rows, COUNT(rows));
}

static void
device_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_DEVICE_TYPE, cl_device_type),
      ROW(CL_DEVICE_VENDOR_ID, cl_uint),
      ROW(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint),
      ROW(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS, cl_uint),
      LIST(CL_DEVICE_MAX_WORK_ITEM_SIZES),
      ROW(CL_DEVICE_MAX_WORK_GROUP_SIZE, size_t),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_CHAR, cl_uint),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_SHORT, cl_uint),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT, cl_uint),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_LONG, cl_uint),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT, cl_uint),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE, cl_uint),
      ROW(CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_CHAR, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_SHORT, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_INT, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_LONG, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE, cl_uint),
      ROW(CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF, cl_uint),
      ROW(CL_DEVICE_MAX_CLOCK_FREQUENCY, cl_uint),
      ROW(CL_DEVICE_ADDRESS_BITS, cl_uint),
      ROW(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong),
      ROW(CL_DEVICE_IMAGE_SUPPORT, cl_bool),
      ROW(CL_DEVICE_MAX_READ_IMAGE_ARGS, cl_uint),
      ROW(CL_DEVICE_MAX_WRITE_IMAGE_ARGS, cl_uint),
      ROW(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS, cl_uint),
      LIST(CL_DEVICE_IL_VERSION),
      LIST(CL_DEVICE_ILS_WITH_VERSION),
      ROW(CL_DEVICE_IMAGE2D_MAX_WIDTH, size_t),
      ROW(CL_DEVICE_IMAGE2D_MAX_HEIGHT, size_t),
      ROW(CL_DEVICE_IMAGE3D_MAX_WIDTH, size_t),
      ROW(CL_DEVICE_IMAGE3D_MAX_HEIGHT, size_t),
      ROW(CL_DEVICE_IMAGE3D_MAX_DEPTH, size_t),
      ROW(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE, size_t),
      ROW(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE, size_t),
      ROW(CL_DEVICE_MAX_SAMPLERS, cl_uint),
      ROW(CL_DEVICE_IMAGE_PITCH_ALIGNMENT, cl_uint),
      ROW(CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT, cl_uint),
      ROW(CL_DEVICE_MAX_PIPE_ARGS, cl_uint),
      ROW(CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS, cl_uint),
      ROW(CL_DEVICE_PIPE_MAX_PACKET_SIZE, cl_uint),
      ROW(CL_DEVICE_MAX_PARAMETER_SIZE, size_t),
      ROW(CL_DEVICE_MEM_BASE_ADDR_ALIGN, cl_uint),
      ROW(CL_DEVICE_SINGLE_FP_CONFIG, cl_device_fp_config),
      ROW(CL_DEVICE_DOUBLE_FP_CONFIG, cl_device_fp_config),
      ROW(CL_DEVICE_GLOBAL_MEM_CACHE_TYPE, cl_device_mem_cache_type),
      ROW(CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE, cl_uint),
      ROW(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, cl_ulong),
      ROW(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong),
      ROW(CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE, cl_ulong),
      ROW(CL_DEVICE_MAX_CONSTANT_ARGS, cl_uint),
      ROW(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE, size_t),
      ROW(CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE, size_t),
      ROW(CL_DEVICE_LOCAL_MEM_TYPE, cl_device_local_mem_type),
      ROW(CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong),
      ROW(CL_DEVICE_ERROR_CORRECTION_SUPPORT, cl_bool),
      ROW(CL_DEVICE_PROFILING_TIMER_RESOLUTION, size_t),
      ROW(CL_DEVICE_ENDIAN_LITTLE, cl_bool),
      ROW(CL_DEVICE_AVAILABLE, cl_bool),
      ROW(CL_DEVICE_COMPILER_AVAILABLE, cl_bool),
      ROW(CL_DEVICE_LINKER_AVAILABLE, cl_bool),
      ROW(CL_DEVICE_EXECUTION_CAPABILITIES, cl_device_exec_capabilities),
      ROW(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES, cl_command_queue_properties),
      ROW(CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES, cl_command_queue_properties),
      ROW(CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE, cl_uint),
      ROW(CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE, cl_uint),
      ROW(CL_DEVICE_MAX_ON_DEVICE_QUEUES, cl_uint),
      ROW(CL_DEVICE_MAX_ON_DEVICE_EVENTS, cl_uint),
      LIST(CL_DEVICE_BUILT_IN_KERNELS),
      LIST(CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION),
      ROW(CL_DEVICE_PLATFORM, cl_platform_id),
      LIST(CL_DEVICE_NAME),
      LIST(CL_DEVICE_VENDOR),
      LIST(CL_DRIVER_VERSION),
      LIST(CL_DEVICE_PROFILE),
      LIST(CL_DEVICE_VERSION),
      ROW(CL_DEVICE_NUMERIC_VERSION, cl_version),
      LIST(CL_DEVICE_OPENCL_C_VERSION),
      LIST(CL_DEVICE_OPENCL_C_ALL_VERSIONS),
      LIST(CL_DEVICE_OPENCL_C_FEATURES),
      LIST(CL_DEVICE_EXTENSIONS),
      LIST(CL_DEVICE_EXTENSIONS_WITH_VERSION),
      ROW(CL_DEVICE_PRINTF_BUFFER_SIZE, size_t),
      ROW(CL_DEVICE_PREFERRED_INTEROP_USER_SYNC, cl_bool),
      ROW(CL_DEVICE_PARENT_DEVICE, cl_device_id),
      ROW(CL_DEVICE_PARTITION_MAX_SUB_DEVICES, cl_uint),
      LIST(CL_DEVICE_PARTITION_PROPERTIES),
      ROW(CL_DEVICE_PARTITION_AFFINITY_DOMAIN, cl_device_affinity_domain),
      LIST(CL_DEVICE_PARTITION_TYPE),
      ROW(CL_DEVICE_REFERENCE_COUNT, cl_uint),
      ROW(CL_DEVICE_SVM_CAPABILITIES, cl_device_svm_capabilities),
      ROW(CL_DEVICE_PREFERRED_PLATFORM_ATOMIC_ALIGNMENT, cl_uint),
      ROW(CL_DEVICE_PREFERRED_GLOBAL_ATOMIC_ALIGNMENT, cl_uint),
      ROW(CL_DEVICE_PREFERRED_LOCAL_ATOMIC_ALIGNMENT, cl_uint),
      ROW(CL_DEVICE_MAX_NUM_SUB_GROUPS, cl_uint),
      ROW(CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS, cl_bool),
      ROW(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES,
          cl_device_atomic_capabilities),
      ROW(CL_DEVICE_ATOMIC_FENCE_CAPABILITIES, cl_device_atomic_capabilities),
      ROW(CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT, cl_bool),
      ROW(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT, cl_bool),
      ROW(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT, cl_bool),
      ROW(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES,
          cl_device_device_enqueue_capabilities),
      ROW(CL_DEVICE_PIPE_SUPPORT, cl_bool),
      ROW(CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, size_t),
      LIST(CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED),
      ROW(CL_DEVICE_HOST_UNIFIED_MEMORY, cl_bool),
   };
   check_table(query_device, &client.device, rows, COUNT(rows));
}

static void
context_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_CONTEXT_REFERENCE_COUNT, cl_uint),
      ROW(CL_CONTEXT_NUM_DEVICES, cl_uint),
      ROW(CL_CONTEXT_DEVICES, cl_device_id),
      LIST(CL_CONTEXT_PROPERTIES),
   };
   const cl_context_properties properties[] = {
      CL_CONTEXT_PLATFORM, (cl_context_properties)client.platform, 0};
   cl_context context = CREATED(
      clCreateContext(properties, 1, &client.device, NULL, NULL, &code));

   check_table(query_context, &context, rows, COUNT(rows));
   check_table(query_context, &client.context, rows, COUNT(rows));
   CHECK_OK(clReleaseContext(context));
}

static void
queue_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_QUEUE_CONTEXT, cl_context),
      ROW(CL_QUEUE_DEVICE, cl_device_id),
      ROW(CL_QUEUE_REFERENCE_COUNT, cl_uint),
      ROW(CL_QUEUE_PROPERTIES, cl_command_queue_properties),
      LIST(CL_QUEUE_PROPERTIES_ARRAY),
      ROW(CL_QUEUE_DEVICE_DEFAULT, cl_command_queue),
   };
   check_table(query_queue, &client.queue, rows, COUNT(rows));
   check_table(query_queue, &client.ooo, rows, COUNT(rows));
}

static const struct row mem_rows[] = {
   ROW(CL_MEM_TYPE, cl_mem_object_type),
   ROW(CL_MEM_FLAGS, cl_mem_flags),
   ROW(CL_MEM_SIZE, size_t),
   ROW(CL_MEM_HOST_PTR, void *),
   ROW(CL_MEM_MAP_COUNT, cl_uint),
   ROW(CL_MEM_REFERENCE_COUNT, cl_uint),
   ROW(CL_MEM_CONTEXT, cl_context),
   ROW(CL_MEM_ASSOCIATED_MEMOBJECT, cl_mem),
   ROW(CL_MEM_OFFSET, size_t),
   ROW(CL_MEM_USES_SVM_POINTER, cl_bool),
   LIST(CL_MEM_PROPERTIES),
};

static void
mem_info(void **state)
{
   const cl_mem_properties none[] = {0};
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);
   cl_mem sub = new_sub_buffer(buffer, 0, 64);
   cl_mem with = CREATED(clCreateBufferWithProperties(
      client.context, none, CL_MEM_READ_WRITE, 64, NULL, &code));

   check_table(query_mem, &buffer, mem_rows, COUNT(mem_rows));
   check_table(query_mem, &sub, mem_rows, COUNT(mem_rows));
   check_table(query_mem, &with, mem_rows, COUNT(mem_rows));
   CHECK_OK(clReleaseMemObject(with));
   CHECK_OK(clReleaseMemObject(sub));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
image_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_IMAGE_FORMAT, cl_image_format),
      ROW(CL_IMAGE_ELEMENT_SIZE, size_t),
      ROW(CL_IMAGE_ROW_PITCH, size_t),
      ROW(CL_IMAGE_SLICE_PITCH, size_t),
      ROW(CL_IMAGE_WIDTH, size_t),
      ROW(CL_IMAGE_HEIGHT, size_t),
      ROW(CL_IMAGE_DEPTH, size_t),
      ROW(CL_IMAGE_ARRAY_SIZE, size_t),
      ROW(CL_IMAGE_BUFFER, cl_mem),
      ROW(CL_IMAGE_NUM_MIP_LEVELS, cl_uint),
      ROW(CL_IMAGE_NUM_SAMPLES, cl_uint),
   };

   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_mem image = new_image(type, &rgba8, CL_MEM_READ_WRITE, 8, 4, 2, 1);
      check_table(query_image, &image, rows, COUNT(rows));
      check_table(query_mem, &image, mem_rows, COUNT(mem_rows));
      CHECK_OK(clReleaseMemObject(image));
   }
}

static void
sampler_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_SAMPLER_REFERENCE_COUNT, cl_uint),
      ROW(CL_SAMPLER_CONTEXT, cl_context),
      ROW(CL_SAMPLER_NORMALIZED_COORDS, cl_bool),
      ROW(CL_SAMPLER_ADDRESSING_MODE, cl_addressing_mode),
      ROW(CL_SAMPLER_FILTER_MODE, cl_filter_mode),
      LIST(CL_SAMPLER_PROPERTIES),
   };
   const cl_sampler_properties properties[] = {CL_SAMPLER_FILTER_MODE,
                                               CL_FILTER_LINEAR, 0};

   need_images();
   cl_sampler sampler = CREATED(
      clCreateSamplerWithProperties(client.context, properties, &code));
   check_table(query_sampler, &sampler, rows, COUNT(rows));
   CHECK_OK(clReleaseSampler(sampler));
}

static void
event_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_EVENT_COMMAND_QUEUE, cl_command_queue),
      ROW(CL_EVENT_CONTEXT, cl_context),
      ROW(CL_EVENT_COMMAND_TYPE, cl_command_type),
      ROW(CL_EVENT_COMMAND_EXECUTION_STATUS, cl_int),
      ROW(CL_EVENT_REFERENCE_COUNT, cl_uint),
   };
   cl_event user = new_user_event(), marker;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &user, &marker));
   check_table(query_event, &user, rows, COUNT(rows));
   check_table(query_event, &marker, rows, COUNT(rows));
   complete_user_event(user);
   CHECK_OK(clWaitForEvents(1, &marker));
   check_table(query_event, &marker, rows, COUNT(rows));
   CHECK_OK(clReleaseEvent(marker));
}

static void
profiling_info(void **state)
{
   static const struct row rows[] = {
      ROW(CL_PROFILING_COMMAND_QUEUED, cl_ulong),
      ROW(CL_PROFILING_COMMAND_SUBMIT, cl_ulong),
      ROW(CL_PROFILING_COMMAND_START, cl_ulong),
      ROW(CL_PROFILING_COMMAND_END, cl_ulong),
      ROW(CL_PROFILING_COMMAND_COMPLETE, cl_ulong),
   };
   cl_event marker;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 0, NULL, &marker));
   CHECK_OK(clWaitForEvents(1, &marker));
   check_table(query_profiling, &marker, rows, COUNT(rows));
   CHECK_OK(clReleaseEvent(marker));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(platform_info),  cmocka_unit_test(device_info),
      cmocka_unit_test(context_info),   cmocka_unit_test(queue_info),
      cmocka_unit_test(mem_info),       cmocka_unit_test(image_info),
      cmocka_unit_test(sampler_info),   cmocka_unit_test(event_info),
      cmocka_unit_test(profiling_info),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
