/* SPDX-License-Identifier: MIT */

/* Partitioning devices: 4.3. */

#include "kernels.h"

#include <stdlib.h>

#define MAX_UNITS 256

typedef cl_device_partition_property property;

static cl_uint
uint_of(cl_device_id device, cl_device_info param)
{
   cl_uint value = 0;
   CHECK_OK(clGetDeviceInfo(device, param, sizeof(value), &value, NULL));
   return value;
}

static cl_uint
units_of(cl_device_id device)
{
   return uint_of(device, CL_DEVICE_MAX_COMPUTE_UNITS);
}

static cl_device_id
parent_of(cl_device_id device)
{
   cl_device_id parent = device;
   CHECK_OK(clGetDeviceInfo(device, CL_DEVICE_PARENT_DEVICE, sizeof(parent),
                            &parent, NULL));
   return parent;
}

static void
check_list(cl_device_id device, cl_device_info param, const property *wanted,
           size_t count)
{
   property list[16];
   size_t size = 0;

   CHECK_OK(clGetDeviceInfo(device, param, sizeof(list), list, &size));
   assert_int_equal(size, count * sizeof(*list));
   assert_memory_equal(list, wanted, size);
}

static bool
can_divide(void)
{
   return device_uint(CL_DEVICE_PARTITION_MAX_SUB_DEVICES) > 0;
}

static void
need_parts(void)
{
   if (!can_divide() || units_of(client.device) < 2)
      skip_test("the device is in one piece");
}

static cl_uint
divide(cl_device_id device, const property *list, cl_device_id *out)
{
   cl_uint count = 0, made = 0;

   CHECK_OK(clCreateSubDevices(device, list, 0, NULL, &count));
   assert_in_range(count, 1, MAX_UNITS);
   CHECK_OK(clCreateSubDevices(device, list, count, out, &made));
   assert_int_equal(made, count);
   return count;
}

static void
release_all(cl_device_id *devices, cl_uint count)
{
   for (cl_uint i = 0; i < count; i++)
      CHECK_OK(clReleaseDevice(devices[i]));
}

static void
root_devices_say_how_they_divide(void **state)
{
   static const property schemes[] = {CL_DEVICE_PARTITION_EQUALLY,
                                      CL_DEVICE_PARTITION_BY_COUNTS};
   static const property none[] = {0};
   const bool divides = can_divide();

   assert_null(parent_of(client.device));
   check_list(client.device, CL_DEVICE_PARTITION_TYPE, none, 1);
   if (client.is_trefoil)
      check_list(client.device, CL_DEVICE_PARTITION_PROPERTIES,
                 divides ? schemes : none, divides ? 2 : 1);
   assert_true(device_uint(CL_DEVICE_PARTITION_MAX_SUB_DEVICES) <=
               device_uint(CL_DEVICE_MAX_COMPUTE_UNITS));
   /* "… does nothing" for root devices. */
   CHECK_OK(clRetainDevice(client.device));
   assert_int_equal(device_uint(CL_DEVICE_REFERENCE_COUNT), 1);
   CHECK_OK(clReleaseDevice(client.device));
   CHECK_OK(clReleaseDevice(client.device));
   assert_int_equal(device_uint(CL_DEVICE_REFERENCE_COUNT), 1);
}

/* "values … that are valid but not supported by the device" are refused. */
static void
what_cannot_be_divided_says_so(void **state)
{
   static const property kinds[][4] = {
      {CL_DEVICE_PARTITION_EQUALLY, 1, 0},
      {CL_DEVICE_PARTITION_BY_COUNTS, 1,
       CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0},
      {CL_DEVICE_PARTITION_BY_AFFINITY_DOMAIN,
       CL_DEVICE_AFFINITY_DOMAIN_NEXT_PARTITIONABLE, 0},
   };
   cl_device_id devices[4] = {NULL};

   if (can_divide())
      skip_test("the device divides");
   for (unsigned i = 0; i < COUNT(kinds); i++) {
      CHECK_CODE(CL_INVALID_VALUE,
                 clCreateSubDevices(client.device, kinds[i], COUNT(devices),
                                    devices, NULL));
      assert_null(devices[0]);
   }
}

static void
equal_parts(void **state)
{
   need_parts();
   const cl_uint units = units_of(client.device);

   for (cl_uint each = 1; each < units; each *= 2) {
      const property list[] = {CL_DEVICE_PARTITION_EQUALLY, each, 0};
      cl_device_id parts[MAX_UNITS];
      const cl_uint count = divide(client.device, list, parts);

      assert_int_equal(count, units / each);
      for (cl_uint i = 0; i < count; i++) {
         assert_int_equal(units_of(parts[i]), each);
         assert_ptr_equal(parent_of(parts[i]), client.device);
         check_list(parts[i], CL_DEVICE_PARTITION_TYPE, list, COUNT(list));
         assert_int_equal(uint_of(parts[i], CL_DEVICE_REFERENCE_COUNT), 1);
      }
      release_all(parts, count);
   }

   const property whole[] = {CL_DEVICE_PARTITION_EQUALLY, units, 0};
   cl_device_id part = NULL;
   CHECK_CODE(CL_DEVICE_PARTITION_FAILED,
              clCreateSubDevices(client.device, whole, 1, &part, NULL));
   assert_null(part);
}

static void
counted_parts(void **state)
{
   need_parts();
   const cl_uint units = units_of(client.device);
   const property list[] = {CL_DEVICE_PARTITION_BY_COUNTS, units > 2 ? 2 : 1,
                            1, CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0};
   const property one[] = {CL_DEVICE_PARTITION_BY_COUNTS, 1,
                           CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0};
   cl_device_id parts[MAX_UNITS];

   if (units >= 2) {
      assert_int_equal(divide(client.device, list, parts), 2);
      assert_int_equal(units_of(parts[0]), list[1]);
      assert_int_equal(units_of(parts[1]), 1);
      check_list(parts[1], CL_DEVICE_PARTITION_TYPE, list, COUNT(list));
      release_all(parts, 2);
   }
   assert_int_equal(divide(client.device, one, parts), 1);
   /* A part of a part. */
   cl_device_id inner[MAX_UNITS];
   assert_int_equal(divide(parts[0], one, inner), 1);
   assert_ptr_equal(parent_of(inner[0]), parts[0]);
   release_all(parts, 1);
   /* The inner one holds the outer. */
   assert_int_equal(units_of(inner[0]), 1);
   assert_ptr_equal(parent_of(inner[0]), parts[0]);
   release_all(inner, 1);
}

static void
references_are_counted(void **state)
{
   const property list[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
   cl_device_id parts[MAX_UNITS];

   need_parts();
   const cl_uint count = divide(client.device, list, parts);
   CHECK_OK(clRetainDevice(parts[0]));
   assert_int_equal(uint_of(parts[0], CL_DEVICE_REFERENCE_COUNT), 2);
   CHECK_OK(clReleaseDevice(parts[0]));
   assert_int_equal(uint_of(parts[0], CL_DEVICE_REFERENCE_COUNT), 1);
   release_all(parts, count);
   CHECK_HANDLE(CL_INVALID_DEVICE, clReleaseDevice(parts[0]));
   CHECK_HANDLE(CL_INVALID_DEVICE, clRetainDevice(parts[0]));
}

/* Platforms list root devices only. */
static void
platforms_do_not_list_parts(void **state)
{
   const property list[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
   cl_device_id parts[MAX_UNITS];
   cl_uint before = 0, after = 0;

   need_parts();
   CHECK_OK(
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, &before));
   const cl_uint count = divide(client.device, list, parts);
   CHECK_OK(
      clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 0, NULL, &after));
   assert_int_equal(before, after);
   release_all(parts, count);
}

static void
bad_partitions_are_refused(void **state)
{
   need_parts();
   const property units = units_of(client.device);
   const struct {
      cl_int code;
      property list[8];
   } cases[] = {
      {CL_INVALID_VALUE, {0}},
      {CL_INVALID_VALUE, {0x7777, 1, 0}},
      {CL_INVALID_VALUE,
       {CL_DEVICE_PARTITION_BY_AFFINITY_DOMAIN,
        CL_DEVICE_AFFINITY_DOMAIN_NUMA, 0}},
      {CL_INVALID_VALUE, {CL_DEVICE_PARTITION_EQUALLY, 0, 0}},
      {CL_INVALID_VALUE, {CL_DEVICE_PARTITION_EQUALLY, -1, 0}},
      {CL_INVALID_VALUE,
       {CL_DEVICE_PARTITION_EQUALLY, 1, CL_DEVICE_PARTITION_EQUALLY, 1, 0}},
      {CL_INVALID_DEVICE_PARTITION_COUNT,
       {CL_DEVICE_PARTITION_EQUALLY, units + 1, 0}},
      {CL_INVALID_DEVICE_PARTITION_COUNT,
       {CL_DEVICE_PARTITION_EQUALLY, INTPTR_MAX, 0}},
      {CL_INVALID_VALUE, {CL_DEVICE_PARTITION_BY_COUNTS, 0, 0}},
      {CL_INVALID_VALUE,
       {CL_DEVICE_PARTITION_BY_COUNTS, 1, 0, CL_DEVICE_PARTITION_EQUALLY, 1,
        0}},
      {CL_INVALID_DEVICE_PARTITION_COUNT,
       {CL_DEVICE_PARTITION_BY_COUNTS, units + 1, 0, 0}},
      {CL_INVALID_DEVICE_PARTITION_COUNT,
       {CL_DEVICE_PARTITION_BY_COUNTS, units, 1, 0, 0}},
      {CL_INVALID_DEVICE_PARTITION_COUNT,
       {CL_DEVICE_PARTITION_BY_COUNTS, -1, 0, 0}},
      {CL_INVALID_DEVICE_PARTITION_COUNT,
       {CL_DEVICE_PARTITION_BY_COUNTS, INTPTR_MAX, INTPTR_MAX, 2, 0, 0}},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_device_id out[2] = {NULL, NULL};
      cl_uint count = 77;

      print_message("# case %u\n", i);
      CHECK_CODE(
         cases[i].code,
         clCreateSubDevices(client.device, cases[i].list, 2, out, &count));
      assert_null(out[0]);
      assert_int_equal(count, 77);
   }

   const property one[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
   cl_device_id out[1] = {NULL};
   CHECK_CODE(CL_INVALID_VALUE,
              clCreateSubDevices(client.device, NULL, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clCreateSubDevices(client.device, one, 0, out, NULL));
   assert_null(out[0]);
   CHECK_CODE(CL_INVALID_DEVICE,
              clCreateSubDevices(NULL, one, 0, NULL, NULL));
   CHECK_HANDLE(
      CL_INVALID_DEVICE,
      clCreateSubDevices((cl_device_id)client.queue, one, 0, NULL, NULL));
}

/*
 * A context of a device and its parts: each runs kernels, on what the others
 * wrote, and outlives its own handle.
 */
static void
parts_run_kernels(void **state)
{
   static const char source[] =
      "kernel void test(global uint *data, uint n)\n"
      "{ data[get_global_id(0)] += n + get_local_id(0) * 0; }\n";
   enum { ITEMS = 4096 };
   const property list[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
   cl_device_id devices[MAX_UNITS + 1];
   uint32_t data[ITEMS] = {0};

   need_parts();
   need_kernels();
   devices[0] = client.device;
   cl_uint count = 1 + divide(client.device, list, devices + 1);
   /* Two parts are as good as two hundred. */
   while (count > 3)
      CHECK_OK(clReleaseDevice(devices[--count]));
   cl_context context =
      CREATED(clCreateContext(NULL, count, devices, NULL, NULL, &code));
   const char *text = source;
   cl_program program =
      CREATED(clCreateProgramWithSource(context, 1, &text, NULL, &code));
   /* Built for the whole, it is built for the parts. */
   CHECK_OK(clBuildProgram(program, 1, devices, NULL, NULL, NULL));
   for (cl_uint i = 0; i < count; i++) {
      cl_build_status status = CL_BUILD_NONE;
      CHECK_OK(clGetProgramBuildInfo(program, devices[i],
                                     CL_PROGRAM_BUILD_STATUS, sizeof(status),
                                     &status, NULL));
      assert_int_equal(status, CL_BUILD_SUCCESS);
   }
   cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));
   cl_mem buffer = CREATED(clCreateBuffer(context, CL_MEM_COPY_HOST_PTR,
                                          sizeof(data), data, &code));
   cl_command_queue queues[3];
   for (cl_uint i = 0; i < count; i++)
      queues[i] = CREATED(clCreateCommandQueueWithProperties(
         context, devices[i], NULL, &code));
   release_all(devices + 1, count - 1);

   cl_uint sum = 0;
   for (unsigned round = 0; round < 3; round++) {
      for (cl_uint i = 0; i < count; i++) {
         const size_t items = ITEMS;
         const cl_uint n = 10 * round + i + 1;
         SET_ARG(kernel, 0, buffer);
         SET_ARG(kernel, 1, n);
         CHECK_OK(clEnqueueNDRangeKernel(queues[i], kernel, 1, NULL, &items,
                                         NULL, 0, NULL, NULL));
         CHECK_OK(clFinish(queues[i]));
         sum += n;
      }
   }
   CHECK_OK(clEnqueueReadBuffer(queues[0], buffer, CL_TRUE, 0, sizeof(data),
                                data, 0, NULL, NULL));
   for (unsigned i = 0; i < ITEMS; i++)
      assert_int_equal(data[i], sum);

   for (cl_uint i = 0; i < count; i++)
      CHECK_OK(clReleaseCommandQueue(queues[i]));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseContext(context));
}

/* More devices than a context can hold. */
static void
crowds_are_refused(void **state)
{
   const property list[] = {CL_DEVICE_PARTITION_BY_COUNTS, 1,
                            CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0};
   cl_device_id parts[40];

   need_parts();
   need_trefoil("it says how many are too many");
   for (unsigned i = 0; i < COUNT(parts); i++)
      CHECK_OK(clCreateSubDevices(client.device, list, 1, &parts[i], NULL));
   REFUSED(CL_OUT_OF_RESOURCES,
           clCreateContext(NULL, COUNT(parts), parts, NULL, NULL, &code));
   cl_context context =
      CREATED(clCreateContext(NULL, 32, parts, NULL, NULL, &code));
   release_all(parts, COUNT(parts));
   CHECK_OK(clReleaseContext(context));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(root_devices_say_how_they_divide),
      cmocka_unit_test(what_cannot_be_divided_says_so),
      cmocka_unit_test(equal_parts),
      cmocka_unit_test(counted_parts),
      cmocka_unit_test(references_are_counted),
      cmocka_unit_test(platforms_do_not_list_parts),
      cmocka_unit_test(bad_partitions_are_refused),
      cmocka_unit_test(parts_run_kernels),
      cmocka_unit_test(crowds_are_refused),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
