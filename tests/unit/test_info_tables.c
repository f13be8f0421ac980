/* SPDX-License-Identifier: MIT */

/* Every table behind clGet*Info, walked on an object of its kind. */

#include "api/api.h"

#include "api/memory.h"
#include "core/device.h"
#include "core/platform.h"
#include "core/sampler.h"
#include "info_walk.h"

static cl_platform_id platform;
static cl_device_id device;
static cl_context context;
static cl_command_queue queue;

static int
set_up(void **state)
{
   cl_int code = trf_clGetPlatformIDs(1, &platform, NULL);

   if (!code)
      code = trf_clGetDeviceIDs(platform, CL_DEVICE_TYPE_DEFAULT, 1, &device,
                                NULL);
   if (!code)
      context = trf_clCreateContext(
         (cl_context_properties[]){CL_CONTEXT_PLATFORM,
                                   (cl_context_properties)platform, 0},
         1, &device, NULL, NULL, &code);
   if (!code)
      queue = trf_clCreateCommandQueueWithProperties(
         context, device,
         (cl_queue_properties[]){CL_QUEUE_PROPERTIES,
                                 CL_QUEUE_PROFILING_ENABLE, 0},
         &code);
   return code;
}

static int
tear_down(void **state)
{
   return trf_clReleaseCommandQueue(queue) || trf_clReleaseContext(context);
}

static void
platforms(void **state)
{
   const struct trf_info_table *table = &trf_platform_info_table;

   assert_int_equal(walk_table(table, trf_platform_from_handle(platform)),
                    table->count);
}

static void
devices(void **state)
{
   const struct trf_platform *all = trf_platform_from_handle(platform);
   const struct trf_info_table *table = &trf_device_info_table;

   for (unsigned i = 0; i < all->device_count; i++) {
      const struct trf_device *one = all->devices[i];
      const unsigned missing = one->caps->has_pci ? 0 : 1;
      assert_int_equal(walk_table(table, one), table->count - missing);
   }
}

static void
contexts(void **state)
{
   const struct trf_info_table *table = &trf_context_info_table;

   assert_int_equal(walk_table(table, trf_context_from_handle(context)),
                    table->count);
}

static void
queues(void **state)
{
   /* CL_QUEUE_SIZE is of queues on devices. */
   const struct trf_info_table *table = &trf_queue_info_table;

   assert_int_equal(walk_table(table, trf_queue_from_handle(queue)),
                    table->count - 1);
}

static void
samplers(void **state)
{
   const struct trf_info_table *table = &trf_sampler_info_table;
   const cl_sampler sampler = trf_clCreateSampler(
      context, CL_TRUE, CL_ADDRESS_REPEAT, CL_FILTER_LINEAR, NULL);

   assert_non_null(sampler);
   assert_int_equal(walk_table(table, trf_sampler_from_handle(sampler)),
                    table->count);
   assert_int_equal(trf_clReleaseSampler(sampler), CL_SUCCESS);
}

static void
memory_objects(void **state)
{
   const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = 8,
      .image_height = 8,
   };
   const cl_mem buffer = trf_clCreateBuffer(context, 0, 64, NULL, NULL);
   const cl_mem image =
      trf_clCreateImage(context, 0, &format, &desc, NULL, NULL);

   assert_non_null(buffer);
   assert_non_null(image);
   assert_int_equal(walk_table(&trf_mem_info, trf_mem_from_handle(buffer)),
                    trf_mem_info.count);
   assert_int_equal(walk_table(&trf_mem_info, trf_mem_from_handle(image)),
                    trf_mem_info.count);
   assert_int_equal(walk_table(&trf_image_info, trf_mem_from_handle(image)),
                    trf_image_info.count);
   assert_int_equal(trf_clReleaseMemObject(image), CL_SUCCESS);
   assert_int_equal(trf_clReleaseMemObject(buffer), CL_SUCCESS);
}

static void
events(void **state)
{
   cl_event marker = NULL;
   cl_int code = CL_SUCCESS;
   const cl_event user = trf_clCreateUserEvent(context, &code);

   assert_int_equal(code, CL_SUCCESS);
   assert_int_equal(trf_clEnqueueMarkerWithWaitList(queue, 0, NULL, &marker),
                    CL_SUCCESS);
   assert_int_equal(trf_clFinish(queue), CL_SUCCESS);

   assert_int_equal(
      walk_table(&trf_event_info_table, trf_event_from_handle(user)),
      trf_event_info_table.count);
   assert_int_equal(
      walk_table(&trf_event_info_table, trf_event_from_handle(marker)),
      trf_event_info_table.count);
   assert_int_equal(
      walk_table(&trf_event_profiling_table, trf_event_from_handle(marker)),
      trf_event_profiling_table.count);

   assert_int_equal(trf_clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
   assert_int_equal(trf_clReleaseEvent(user), CL_SUCCESS);
   assert_int_equal(trf_clReleaseEvent(marker), CL_SUCCESS);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(platforms), cmocka_unit_test(devices),
      cmocka_unit_test(contexts),  cmocka_unit_test(queues),
      cmocka_unit_test(samplers),  cmocka_unit_test(memory_objects),
      cmocka_unit_test(events),
   };
   return cmocka_run_group_tests_name("info tables", tests, set_up,
                                      tear_down);
}
