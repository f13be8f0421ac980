/* SPDX-License-Identifier: MIT */

/* The device that a driver makes of a GPU: what it says it is. */

#include "shim.h"

#include "../api/kernels.h"

static void
get_string(cl_device_info param, char *text, size_t size)
{
   CHECK_OK(clGetDeviceInfo(client.device, param, size, text, NULL));
}

static void
it_is_the_only_device(void **state)
{
   cl_uint count = 0;

   CHECK_OK(
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, &count));
   assert_int_equal(count, 1);
   assert_int_equal(device_type(), CL_DEVICE_TYPE_GPU);
   CHECK_CODE(
      CL_DEVICE_NOT_FOUND,
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_CPU, 0, NULL, &count));
   CHECK_OK(clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_DEFAULT, 0, NULL,
                           &count));
   assert_int_equal(count, 1);
}

static void
it_has_its_name(void **state)
{
   char text[256];

   get_string(CL_DEVICE_NAME, text, sizeof(text));
   assert_non_null(strstr(text, the_gpu()->name));
   if (is_radeonsi())
      assert_non_null(strstr(text, the_gpu()->id));
   get_string(CL_DEVICE_VENDOR, text, sizeof(text));
   assert_string_equal(text, the_gpu()->vendor);
   assert_int_equal(device_uint(CL_DEVICE_VENDOR_ID), the_gpu()->vendor_id);
   get_string(CL_DEVICE_PROFILE, text, sizeof(text));
   assert_string_equal(text, the_gpu()->profile);
}

/* The shims put their device on PCI buses: 0:04:00.0 and 0:00:02.0. */
static void
it_sits_on_its_bus(void **state)
{
   cl_device_pci_bus_info_khr bus;
   cl_uchar uuid[CL_UUID_SIZE_KHR];
   const cl_uchar none[CL_UUID_SIZE_KHR] = {0};

   need_extension("cl_khr_pci_bus_info");
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_PCI_BUS_INFO_KHR,
                            sizeof(bus), &bus, NULL));
   assert_int_equal(bus.pci_domain, 0);
   assert_int_equal(bus.pci_bus, is_radeonsi() ? 4 : 0);
   assert_int_equal(bus.pci_device, is_radeonsi() ? 0 : 2);
   assert_int_equal(bus.pci_function, 0);
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_UUID_KHR, sizeof(uuid),
                            uuid, NULL));
   assert_memory_not_equal(uuid, none, sizeof(uuid));
}

static void
it_has_what_the_driver_has(void **state)
{
   const struct gpu *gpu = the_gpu();

   assert_int_equal(has_extension("cl_khr_fp64"), gpu->fp64);
   assert_int_equal(device_ulong(CL_DEVICE_DOUBLE_FP_CONFIG) != 0, gpu->fp64);
   assert_int_equal(device_uint(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS) != 0,
                    gpu->read_write_images);
   assert_int_equal(has_extension("cl_khr_image2d_from_buffer"),
                    gpu->image_from_buffer);
   assert_int_equal(has_extension("cles_khr_int64"),
                    strcmp(gpu->profile, "EMBEDDED_PROFILE") == 0);
   assert_int_equal(device_bool(CL_DEVICE_HOST_UNIFIED_MEMORY), gpu->unified);
   assert_true(has_extension("cl_khr_mipmap_image"));
   assert_true(has_extension("cl_khr_mipmap_image_writes"));
   assert_true(has_extension("cl_khr_3d_image_writes"));
   assert_true(device_bool(CL_DEVICE_COMPILER_AVAILABLE));
   assert_true(device_size(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE) >= 65536);
   assert_true(
      device_bool(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT));
}

static void
its_limits_are_the_drivers(void **state)
{
   const bool amd = is_radeonsi();

   assert_int_equal(device_uint(CL_DEVICE_ADDRESS_BITS), 64);
   assert_int_equal(device_size(CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE),
                    the_gpu()->sub_group);
   assert_int_equal(device_size(CL_DEVICE_MAX_WORK_GROUP_SIZE), 1024);
   assert_int_equal(device_ulong(CL_DEVICE_LOCAL_MEM_SIZE), 65536);
   assert_int_equal(device_uint(CL_DEVICE_LOCAL_MEM_TYPE), CL_LOCAL);
   assert_int_equal(device_uint(CL_DEVICE_MAX_READ_IMAGE_ARGS),
                    amd ? 32 : 128);
   assert_int_equal(device_uint(CL_DEVICE_MAX_WRITE_IMAGE_ARGS),
                    amd ? 16 : 64);
   assert_int_equal(device_size(CL_DEVICE_IMAGE2D_MAX_WIDTH), 16384);
   assert_true(device_size(CL_DEVICE_IMAGE3D_MAX_DEPTH) >= 2048);
   assert_true(device_size(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE) >= 2048);
   assert_true(device_uint(CL_DEVICE_MAX_COMPUTE_UNITS) >= 1);
   assert_true(device_uint(CL_DEVICE_MAX_CLOCK_FREQUENCY) >= 1);

   /* A buffer's extent is an int in Gallium: just below 2 GiB. */
   const cl_ulong memory = device_ulong(CL_DEVICE_GLOBAL_MEM_SIZE);
   const cl_ulong most = device_ulong(CL_DEVICE_MAX_MEM_ALLOC_SIZE);
   assert_true(memory >= 1u << 30);
   assert_true(most >= 1u << 30 && most < (cl_ulong)1 << 31);
}

static size_t
sub_group_of(cl_kernel kernel, size_t items)
{
   size_t size = 0;

   CHECK_OK(clGetKernelSubGroupInfo(
      kernel, client.device, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE,
      sizeof(items), &items, sizeof(size), &size, NULL));
   return size;
}

/* iris chooses a size for each work-group, radeonsi one for each kernel. */
static void
it_has_the_drivers_sub_groups(void **state)
{
   assert_int_equal(device_uint(CL_DEVICE_MAX_NUM_SUB_GROUPS),
                    the_gpu()->sub_groups);
   assert_false(
      device_bool(CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS));
   assert_true(has_extension("cl_khr_subgroup_shuffle"));
   cl_kernel kernel =
      build_kernel("kernel void test(global int *out) {\n"
                   "   out[get_global_id(0)] = sub_group_reduce_add(1) +\n"
                   "                           get_max_sub_group_size();\n"
                   "}\n",
                   "-cl-std=CL3.0");
   assert_int_equal(sub_group_of(kernel, 8), the_gpu()->small);
   assert_int_equal(sub_group_of(kernel, 256), the_gpu()->large);

   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 8192, NULL);
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1003);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* No GPU shares the host's addresses through Gallium. */
static void
it_has_no_shared_virtual_memory(void **state)
{
   assert_int_equal(device_ulong(CL_DEVICE_SVM_CAPABILITIES), 0);
   assert_null(clSVMAlloc(client.context, CL_MEM_READ_WRITE, 64, 0));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_the_only_device),
      cmocka_unit_test(it_has_its_name),
      cmocka_unit_test(it_sits_on_its_bus),
      cmocka_unit_test(it_has_what_the_driver_has),
      cmocka_unit_test(its_limits_are_the_drivers),
      cmocka_unit_test(it_has_the_drivers_sub_groups),
      cmocka_unit_test(it_has_no_shared_virtual_memory),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
