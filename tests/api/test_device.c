/* SPDX-License-Identifier: MIT */

/* Chapters 4.2 and 4.3: devices and their partition. */

#include <stdlib.h>

#include "common.h"

static char *
device_string(cl_device_info param)
{
   size_t size = 0;
   CHECK_OK(clGetDeviceInfo(client.device, param, 0, NULL, &size));
   assert_true(size > 0);
   char *text = malloc(size);
   assert_non_null(text);
   CHECK_OK(clGetDeviceInfo(client.device, param, size, text, NULL));
   assert_int_equal(strlen(text) + 1, size);
   return text;
}

static void
all_types_find_devices(void **state)
{
   cl_uint all = 0, usual = 0;
   cl_device_id one = NULL;

   CHECK_OK(
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, &all));
   assert_true(all > 0);
   CHECK_OK(clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_DEFAULT, 1, &one,
                           &usual));
   assert_int_equal(usual, 1);
   assert_non_null(one);
   CHECK_OK(
      clGetDeviceIDs(client.platform,
                     device_type() & ~(cl_device_type)CL_DEVICE_TYPE_DEFAULT,
                     1, &one, NULL));
}

/* Every device of a type says that it is of that type. */
static void
types_select(void **state)
{
   static const cl_device_type types[] = {
      CL_DEVICE_TYPE_CPU, CL_DEVICE_TYPE_GPU, CL_DEVICE_TYPE_ACCELERATOR,
      CL_DEVICE_TYPE_CUSTOM};
   cl_uint sum = 0, all;

   for (unsigned i = 0; i < COUNT(types); i++) {
      cl_device_id devices[16];
      cl_uint count = 77;
      const cl_int got = clGetDeviceIDs(client.platform, types[i],
                                        COUNT(devices), devices, &count);
      if (got == CL_DEVICE_NOT_FOUND)
         continue;
      CHECK_OK(got);
      for (cl_uint j = 0; j < count && j < COUNT(devices); j++) {
         cl_device_type type;
         CHECK_OK(clGetDeviceInfo(devices[j], CL_DEVICE_TYPE, sizeof(type),
                                  &type, NULL));
         assert_true(type & types[i]);
      }
      if (types[i] != CL_DEVICE_TYPE_CUSTOM)
         sum += count;
   }
   CHECK_OK(
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, &all));
   assert_int_equal(sum, all);
}

static void
list_is_cut_at_num_entries(void **state)
{
   cl_device_id devices[2] = {NULL, (cl_device_id)&code};
   cl_uint count = 0;

   CHECK_OK(clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 1, devices,
                           &count));
   assert_non_null(devices[0]);
   assert_ptr_equal(devices[1], &code);
   assert_true(count >= 1);
}

static void
ids_refuse_bad_arguments(void **state)
{
   cl_device_id device = NULL;
   cl_uint count = 77;

   CHECK_HANDLE(CL_INVALID_PLATFORM,
                clGetDeviceIDs((cl_platform_id)client.context,
                               CL_DEVICE_TYPE_ALL, 1, &device, NULL));
   CHECK_CODE(CL_INVALID_DEVICE_TYPE,
              clGetDeviceIDs(client.platform, 0, 1, &device, NULL));
   CHECK_CODE(CL_INVALID_DEVICE_TYPE,
              clGetDeviceIDs(client.platform, 1 << 20, 1, &device, NULL));
   CHECK_CODE(CL_INVALID_DEVICE_TYPE,
              clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_CPU | 1 << 20, 1,
                             &device, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, &device,
                             &count));
   CHECK_CODE(
      CL_INVALID_VALUE,
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, NULL));
   assert_null(device);
}

/* "CL_DEVICE_NOT_FOUND if no OpenCL devices that matched were found." */
static void
missing_type_is_not_found(void **state)
{
   cl_device_id device = NULL;
   const cl_int got = clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_CUSTOM,
                                     1, &device, NULL);

   if (got == CL_SUCCESS)
      skip_test("the platform has a custom device");
   CHECK_CODE(CL_DEVICE_NOT_FOUND, got);
   assert_null(device);
}

/* What 4.2's table demands at least of a full profile device. */
static void
limits_reach_the_minima(void **state)
{
   assert_true(device_uint(CL_DEVICE_MAX_COMPUTE_UNITS) >= 1);
   assert_true(device_uint(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS) >= 3);
   assert_true(device_size(CL_DEVICE_MAX_WORK_GROUP_SIZE) >= 1);
   assert_true(device_size(CL_DEVICE_MAX_PARAMETER_SIZE) >= 1024);
   assert_true(device_uint(CL_DEVICE_MAX_CONSTANT_ARGS) >= 8);
   assert_true(device_ulong(CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE) >= 65536);
   assert_true(device_ulong(CL_DEVICE_LOCAL_MEM_SIZE) >= 32768);
   assert_true(device_size(CL_DEVICE_PRINTF_BUFFER_SIZE) >= 1 << 20);
   assert_true(device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) >= 1024);
   assert_true(device_uint(CL_DEVICE_ADDRESS_BITS) == 32 ||
               device_uint(CL_DEVICE_ADDRESS_BITS) == 64);

   const cl_ulong global = device_ulong(CL_DEVICE_GLOBAL_MEM_SIZE);
   const cl_ulong alloc = device_ulong(CL_DEVICE_MAX_MEM_ALLOC_SIZE);
   const cl_ulong quarter = global / 4 < 1u << 30 ? global / 4 : 1u << 30;
   assert_true(alloc >= (quarter > 32u << 20 ? quarter : 32u << 20));
   assert_true(alloc <= global);
}

static bool
is_embedded(void)
{
   char *profile = device_string(CL_DEVICE_PROFILE);
   const bool embedded = !strcmp(profile, "EMBEDDED_PROFILE");
   free(profile);
   return embedded;
}

/* What the full profile demands; the device is of the embedded one if not. */
static bool
has_full_images(void)
{
   return device_uint(CL_DEVICE_MAX_READ_IMAGE_ARGS) >= 128 &&
          device_uint(CL_DEVICE_MAX_WRITE_IMAGE_ARGS) >= 64 &&
          device_uint(CL_DEVICE_MAX_SAMPLERS) >= 16 &&
          device_size(CL_DEVICE_IMAGE2D_MAX_WIDTH) >= 16384;
}

static void
image_limits_reach_the_minima(void **state)
{
   need_images();
   if (is_embedded()) {
      assert_false(has_full_images());
      assert_true(device_uint(CL_DEVICE_MAX_READ_IMAGE_ARGS) >= 8);
      assert_true(device_uint(CL_DEVICE_MAX_WRITE_IMAGE_ARGS) >= 8);
      assert_true(device_size(CL_DEVICE_IMAGE2D_MAX_WIDTH) >= 2048);
      assert_true(device_size(CL_DEVICE_IMAGE2D_MAX_HEIGHT) >= 2048);
      assert_true(device_size(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE) >= 2048);
      assert_true(device_size(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE) >= 256);
      assert_true(device_uint(CL_DEVICE_MAX_SAMPLERS) >= 8);
      return;
   }
   assert_true(device_uint(CL_DEVICE_MAX_READ_IMAGE_ARGS) >= 128);
   assert_true(device_uint(CL_DEVICE_MAX_WRITE_IMAGE_ARGS) >= 8);
   assert_true(device_size(CL_DEVICE_IMAGE2D_MAX_WIDTH) >= 8192);
   assert_true(device_size(CL_DEVICE_IMAGE2D_MAX_HEIGHT) >= 8192);
   assert_true(device_size(CL_DEVICE_IMAGE3D_MAX_WIDTH) >= 2048);
   assert_true(device_size(CL_DEVICE_IMAGE3D_MAX_HEIGHT) >= 2048);
   assert_true(device_size(CL_DEVICE_IMAGE3D_MAX_DEPTH) >= 2048);
   assert_true(device_size(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE) >= 65536);
   assert_true(device_size(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE) >= 2048);
   assert_true(device_uint(CL_DEVICE_MAX_SAMPLERS) >= 16);
}

static void
flags_hold_what_must_be(void **state)
{
   assert_true(device_ulong(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES) &
               CL_QUEUE_PROFILING_ENABLE);
   assert_true(device_ulong(CL_DEVICE_EXECUTION_CAPABILITIES) &
               CL_EXEC_KERNEL);
   assert_int_equal(device_bool(CL_DEVICE_AVAILABLE), CL_TRUE);
   /* Orders and scopes that 3.0 makes mandatory. */
   const cl_ulong memory = device_ulong(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES);
   assert_true(memory & CL_DEVICE_ATOMIC_ORDER_RELAXED);
   assert_true(memory & CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP);
   if (client.is_trefoil)
      assert_true(device_ulong(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES) &
                  CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
   /* "… must be CL_TRUE if CL_DEVICE_COMPILER_AVAILABLE is CL_TRUE." */
   assert_true(device_bool(CL_DEVICE_LINKER_AVAILABLE) ||
               !device_bool(CL_DEVICE_COMPILER_AVAILABLE));
}

static void
names_and_versions(void **state)
{
   char *name = device_string(CL_DEVICE_NAME);
   char *vendor = device_string(CL_DEVICE_VENDOR);
   char *driver = device_string(CL_DRIVER_VERSION);
   char *version = device_string(CL_DEVICE_VERSION);
   char *c_version = device_string(CL_DEVICE_OPENCL_C_VERSION);
   char *extensions = device_string(CL_DEVICE_EXTENSIONS);
   char *kernels = device_string(CL_DEVICE_BUILT_IN_KERNELS);

   assert_true(strlen(name) > 0 && strlen(vendor) > 0 && strlen(driver) > 0);
   assert_memory_equal(version, "OpenCL 3.0 ", 11);
   /* "… may return an empty string" where nothing can be compiled. */
   if (device_bool(CL_DEVICE_COMPILER_AVAILABLE))
      assert_memory_equal(c_version, "OpenCL C ", 9);
   if (!is_embedded()) {
      char *profile = device_string(CL_DEVICE_PROFILE);
      assert_string_equal(profile, "FULL_PROFILE");
      free(profile);
   } else if (device_bool(CL_DEVICE_COMPILER_AVAILABLE)) {
      /* 64-bit integers are an extension there. */
      assert_non_null(strstr(extensions, "cles_khr_int64"));
   }
   assert_true(device_uint(CL_DEVICE_NUMERIC_VERSION) >=
               CL_MAKE_VERSION(3, 0, 0));
   free(name);
   free(vendor);
   free(driver);
   free(version);
   free(c_version);
   free(extensions);
   free(kernels);
}

static void
points_at_its_platform(void **state)
{
   cl_platform_id platform;
   cl_device_id parent = (cl_device_id)&code;

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_PLATFORM,
                            sizeof(platform), &platform, NULL));
   assert_ptr_equal(platform, client.platform);
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_PARENT_DEVICE,
                            sizeof(parent), &parent, NULL));
   assert_null(parent);
}

/* 4.3: of a root device, retain and release change nothing. */
static void
root_devices_are_not_counted(void **state)
{
   assert_int_equal(device_uint(CL_DEVICE_REFERENCE_COUNT), 1);
   CHECK_OK(clRetainDevice(client.device));
   assert_int_equal(device_uint(CL_DEVICE_REFERENCE_COUNT), 1);
   for (unsigned i = 0; i < 3; i++)
      CHECK_OK(clReleaseDevice(client.device));
   assert_int_equal(device_uint(CL_DEVICE_REFERENCE_COUNT), 1);
   CHECK_HANDLE(CL_INVALID_DEVICE,
                clRetainDevice((cl_device_id)client.queue));
   CHECK_HANDLE(CL_INVALID_DEVICE,
                clReleaseDevice((cl_device_id)client.queue));
}

static void
sub_devices_refuse_bad_arguments(void **state)
{
   const cl_device_partition_property unknown[] = {0x7777, 1, 0};
   const cl_device_partition_property equally[] = {
      CL_DEVICE_PARTITION_EQUALLY, 1, 0};
   cl_device_id devices[4] = {NULL};
   cl_uint count = 77;

   CHECK_HANDLE(CL_INVALID_DEVICE,
                clCreateSubDevices((cl_device_id)client.context, equally,
                                   COUNT(devices), devices, &count));
   CHECK_CODE(CL_INVALID_VALUE,
              clCreateSubDevices(client.device, NULL, COUNT(devices), devices,
                                 &count));
   CHECK_CODE(CL_INVALID_VALUE,
              clCreateSubDevices(client.device, unknown, COUNT(devices),
                                 devices, &count));
   assert_null(devices[0]);
   assert_int_equal(count, 77);
}

static void
default_queue_needs_device_queues(void **state)
{
   CHECK_HANDLE(CL_INVALID_DEVICE,
                clSetDefaultDeviceCommandQueue(client.context,
                                               (cl_device_id)client.context,
                                               client.queue));
   if (device_ulong(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES) != 0)
      skip_test("the device has queues of its own");
   /* "CL_INVALID_OPERATION if device does not support a replaceable
    * default on-device queue." */
   CHECK_CODE(CL_INVALID_OPERATION,
              clSetDefaultDeviceCommandQueue(client.context, client.device,
                                             client.queue));
   CHECK_CODE(CL_INVALID_OPERATION, clSetDefaultDeviceCommandQueue(
                                       client.context, client.device, NULL));
}

static void
info_refuses_other_handles(void **state)
{
   cl_uint value = 42;
   CHECK_HANDLE(CL_INVALID_DEVICE,
                clGetDeviceInfo((cl_device_id)client.platform,
                                CL_DEVICE_VENDOR_ID, sizeof(value), &value,
                                NULL));
   assert_int_equal(value, 42);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_types_find_devices),
      cmocka_unit_test(types_select),
      cmocka_unit_test(list_is_cut_at_num_entries),
      cmocka_unit_test(ids_refuse_bad_arguments),
      cmocka_unit_test(missing_type_is_not_found),
      cmocka_unit_test(limits_reach_the_minima),
      cmocka_unit_test(image_limits_reach_the_minima),
      cmocka_unit_test(flags_hold_what_must_be),
      cmocka_unit_test(names_and_versions),
      cmocka_unit_test(points_at_its_platform),
      cmocka_unit_test(root_devices_are_not_counted),
      cmocka_unit_test(sub_devices_refuse_bad_arguments),
      cmocka_unit_test(default_queue_needs_device_queues),
      cmocka_unit_test(info_refuses_other_handles),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
