/* SPDX-License-Identifier: MIT */

/*
 * Several devices in one context: contents are where they are asked for,
 * whichever device wrote them, and maps on one device lose nothing of what
 * another does to other parts of the object meanwhile (5.4, 5.5.4).
 */

#include "maps.h"

#include <stdlib.h>

#define MAX_DEVICES 4
#define SIZE        8192

static const size_t zero[3] = {0, 0, 0};

static cl_uint device_count;
static cl_device_id devices[MAX_DEVICES];
static cl_command_queue queues[MAX_DEVICES];

/* For each pair of devices, in both orders. */
#define FOR_EACH_PAIR(a, b)                                                   \
   for (cl_uint a = 0; a < device_count; a++)                                 \
      for (cl_uint b = 0; b < device_count; b++)                              \
         if (a != b)

static void
read_from(cl_command_queue queue, cl_mem buffer, void *data)
{
   CHECK_OK(clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, SIZE, data, 0,
                                NULL, NULL));
}

static void
write_part(cl_command_queue queue, cl_mem buffer, size_t offset, size_t size,
           const void *data)
{
   CHECK_OK(clEnqueueWriteBuffer(queue, buffer, CL_TRUE, offset, size, data,
                                 0, NULL, NULL));
}

static unsigned char *
map_part(cl_command_queue queue, cl_mem buffer, cl_map_flags flags,
         size_t offset, size_t size)
{
   return CREATED(clEnqueueMapBuffer(queue, buffer, CL_TRUE, flags, offset,
                                     size, 0, NULL, NULL, &code));
}

/* All devices show the bytes. */
static void
check_everywhere(cl_mem buffer, const unsigned char *bytes)
{
   unsigned char seen[SIZE];

   for (cl_uint i = 0; i < device_count; i++) {
      memset(seen, 0, sizeof(seen));
      read_from(queues[i], buffer, seen);
      assert_memory_equal(seen, bytes, SIZE);
   }
}

/* Each way to make a buffer, with its contents. */
static const cl_mem_flags buffer_flags[] = {
   CL_MEM_COPY_HOST_PTR,
   CL_MEM_COPY_HOST_PTR | CL_MEM_ALLOC_HOST_PTR,
   CL_MEM_USE_HOST_PTR,
};

static void
contexts_have_all_devices(void **state)
{
   cl_uint count = 0;
   cl_device_id seen[MAX_DEVICES];
   cl_platform_id platform = NULL;

   assert_true(device_count >= 2);
   CHECK_OK(clGetContextInfo(client.context, CL_CONTEXT_NUM_DEVICES,
                             sizeof(count), &count, NULL));
   assert_int_equal(count, device_count);
   CHECK_OK(clGetContextInfo(client.context, CL_CONTEXT_DEVICES, sizeof(seen),
                             seen, NULL));
   assert_memory_equal(seen, devices, count * sizeof(*seen));
   for (cl_uint i = 0; i < device_count; i++) {
      CHECK_OK(clGetDeviceInfo(devices[i], CL_DEVICE_PLATFORM,
                               sizeof(platform), &platform, NULL));
      assert_ptr_equal(platform, client.platform);
   }
}

static void
contents_follow_those_who_ask(void **state)
{
   unsigned char bytes[SIZE];

   for (unsigned f = 0; f < COUNT(buffer_flags); f++) {
      fill_bytes(bytes, SIZE, f);
      void *host = aligned_alloc(4096, SIZE);
      memcpy(host, bytes, SIZE);
      cl_mem buffer = new_buffer(buffer_flags[f], SIZE, host);

      check_everywhere(buffer, bytes);
      FOR_EACH_PAIR(a, b)
      {
         fill_bytes(bytes + 256, 512, 10 * a + b);
         write_part(queues[a], buffer, 256, 512, bytes + 256);
         fill_bytes(bytes + 4096, 64, 100 + 10 * a + b);
         write_part(queues[b], buffer, 4096, 64, bytes + 4096);
         check_everywhere(buffer, bytes);
      }
      CHECK_OK(clReleaseMemObject(buffer));
      free(host);
   }
}

static void
migrating_changes_nothing(void **state)
{
   static const cl_mem_migration_flags flags[] = {
      0,
      CL_MIGRATE_MEM_OBJECT_HOST,
   };
   unsigned char bytes[SIZE];

   fill_bytes(bytes, SIZE, 1);
   cl_mem buffer = new_buffer(CL_MEM_COPY_HOST_PTR, SIZE, bytes);
   for (cl_uint i = 0; i < device_count; i++) {
      for (unsigned f = 0; f < COUNT(flags); f++) {
         cl_event event;
         CHECK_OK(clEnqueueMigrateMemObjects(queues[i], 1, &buffer, flags[f],
                                             0, NULL, &event));
         CHECK_OK(clWaitForEvents(1, &event));
         assert_int_equal(event_type(event), CL_COMMAND_MIGRATE_MEM_OBJECTS);
         CHECK_OK(clReleaseEvent(event));
      }
      fill_bytes(bytes + 64 * i, 32, i);
      write_part(queues[i], buffer, 64 * i, 32, bytes + 64 * i);
   }
   check_everywhere(buffer, bytes);
   CHECK_OK(clReleaseMemObject(buffer));
}

/* What is undefined of a sub-buffer, is defined beside it. */
static void
undefined_contents_end_at_the_object(void **state)
{
   unsigned char bytes[SIZE], seen[SIZE];

   FOR_EACH_PAIR(a, b)
   {
      fill_bytes(bytes, SIZE, a);
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, SIZE, NULL);
      write_part(queues[a], buffer, 0, SIZE, bytes);
      cl_mem part = new_sub_buffer(buffer, 1024, 1024);

      CHECK_OK(clEnqueueMigrateMemObjects(
         queues[b], 1, &part, CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED, 0,
         NULL, NULL));
      write_part(queues[b], part, 0, 1024, bytes);
      read_from(queues[a], buffer, seen);
      assert_memory_equal(seen, bytes, 1024);
      assert_memory_equal(seen + 1024, bytes, 1024);
      assert_memory_equal(seen + 2048, bytes + 2048, SIZE - 2048);
      CHECK_OK(clReleaseMemObject(part));
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

/* Two maps at a time, undone in either order. */
static void
maps_of_two_devices_keep_both(void **state)
{
   unsigned char bytes[SIZE];

   for (unsigned f = 0; f < COUNT(buffer_flags); f++) {
      for (unsigned order = 0; order < 4; order++) {
         const cl_map_flags flags =
            order & 2 ? CL_MAP_WRITE_INVALIDATE_REGION : CL_MAP_WRITE;
         FOR_EACH_PAIR(a, b)
         {
            fill_bytes(bytes, SIZE, f);
            void *host = aligned_alloc(4096, SIZE);
            memcpy(host, bytes, SIZE);
            cl_mem buffer = new_buffer(buffer_flags[f], SIZE, host);
            unsigned char *one =
               map_part(queues[a], buffer, flags, 100, 1000);
            unsigned char *two =
               map_part(queues[b], buffer, flags, 5000, 1000);

            fill_bytes(bytes + 100, 1000, 1 + order);
            fill_bytes(bytes + 5000, 1000, 2 + order);
            memcpy(one, bytes + 100, 1000);
            memcpy(two, bytes + 5000, 1000);
            if (order & 1) {
               unmap_now(queues[a], buffer, one);
               unmap_now(queues[b], buffer, two);
            } else {
               unmap_now(queues[b], buffer, two);
               unmap_now(queues[a], buffer, one);
            }
            check_everywhere(buffer, bytes);
            CHECK_OK(clReleaseMemObject(buffer));
            free(host);
         }
      }
   }
}

/* Other devices, and the same one, read and write beside the map. */
static void
transfers_beside_a_map_keep_both(void **state)
{
   unsigned char bytes[SIZE], seen[SIZE];

   for (unsigned f = 0; f < COUNT(buffer_flags); f++) {
      FOR_EACH_PAIR(a, b)
      {
         fill_bytes(bytes, SIZE, f);
         void *host = aligned_alloc(4096, SIZE);
         memcpy(host, bytes, SIZE);
         cl_mem buffer = new_buffer(buffer_flags[f], SIZE, host);
         unsigned char *map = map_part(queues[a], buffer,
                                       CL_MAP_READ | CL_MAP_WRITE, 1000, 500);

         assert_memory_equal(map, bytes + 1000, 500);
         fill_bytes(bytes + 1000, 250, 20);
         memcpy(map, bytes + 1000, 250);
         for (unsigned round = 0; round < 3; round++) {
            fill_bytes(bytes + 2000, 100, 30 + round);
            write_part(queues[b], buffer, 2000, 100, bytes + 2000);
            fill_bytes(bytes + 100, 100, 40 + round);
            write_part(queues[a], buffer, 100, 100, bytes + 100);
            read_from(queues[b], buffer, seen);
            assert_memory_equal(seen, bytes, 1000);
            assert_memory_equal(seen + 1500, bytes + 1500, SIZE - 1500);
         }
         fill_bytes(bytes + 1250, 250, 50);
         memcpy(map + 250, bytes + 1250, 250);
         write_part(queues[b], buffer, 3000, 10, memset(bytes + 3000, 7, 10));
         unmap_now(queues[a], buffer, map);
         check_everywhere(buffer, bytes);
         CHECK_OK(clReleaseMemObject(buffer));
         free(host);
      }
   }
}

/* 5.5.2: the unmap may be enqueued to any queue of the context. */
static void
another_devices_queue_unmaps(void **state)
{
   unsigned char bytes[SIZE];

   for (unsigned f = 0; f < COUNT(buffer_flags); f++) {
      FOR_EACH_PAIR(a, b)
      {
         fill_bytes(bytes, SIZE, f);
         void *host = aligned_alloc(4096, SIZE);
         memcpy(host, bytes, SIZE);
         cl_mem buffer = new_buffer(buffer_flags[f], SIZE, host);
         unsigned char *map =
            map_part(queues[a], buffer, CL_MAP_WRITE, 64, 4096);

         fill_bytes(bytes + 64, 4096, 9);
         memcpy(map, bytes + 64, 4096);
         unmap_now(queues[b], buffer, map);
         check_everywhere(buffer, bytes);
         assert_int_equal(map_count(buffer), 0);
         CHECK_OK(clReleaseMemObject(buffer));
         free(host);
      }
   }
}

/* A map that only reads keeps nothing of what others write from its device. */
static void
maps_for_reading_see_what_is_written(void **state)
{
   unsigned char bytes[SIZE];

   for (unsigned f = 0; f < COUNT(buffer_flags); f++) {
      FOR_EACH_PAIR(a, b)
      {
         fill_bytes(bytes, SIZE, f);
         void *host = aligned_alloc(4096, SIZE);
         memcpy(host, bytes, SIZE);
         cl_mem buffer = new_buffer(buffer_flags[f], SIZE, host);
         unsigned char *map =
            map_part(queues[a], buffer, CL_MAP_READ, 0, SIZE);

         fill_bytes(bytes + 64, 4096, 9);
         write_part(queues[b], buffer, 64, 4096, bytes + 64);
         check_everywhere(buffer, bytes);
         unmap_now(queues[a], buffer, map);
         check_everywhere(buffer, bytes);
         CHECK_OK(clReleaseMemObject(buffer));
         free(host);
      }
   }
}

/* The picture is what each device shows, through ReadImage and a map. */
static void
check_image(const struct picture *p)
{
   unsigned char *seen =
      calloc(p->extent[0] * p->extent[1] * p->extent[2], 4);

   assert_non_null(seen);
   for (cl_uint i = 0; i < device_count; i++) {
      CHECK_OK(clEnqueueReadImage(queues[i], p->image, CL_TRUE, zero,
                                  p->extent, 0, 0, seen, 0, NULL, NULL));
      assert_memory_equal(seen, p->bytes,
                          p->extent[0] * p->extent[1] * p->extent[2] * 4);
      const struct map map =
         map_now(queues[i], p->image, p->type, CL_MAP_READ, zero, p->extent);
      check_map(&map, p, zero, p->extent);
      unmap_now(queues[i], p->image, map.pointer);
   }
   free(seen);
}

/* An inner box on one device, the first pixel of all on another. */
static void
image_maps_keep_both(void **state)
{
   static const size_t one[3] = {1, 1, 1};

   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned order = 0; order < 2; order++) {
         FOR_EACH_PAIR(a, b)
         {
            struct picture p =
               picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
            size_t origin[3], region[3];

            inner_region(type, origin, region);
            struct map inner = map_now(queues[a], p.image, type, CL_MAP_WRITE,
                                       origin, region);
            struct map first =
               map_now(queues[b], p.image, type,
                       CL_MAP_WRITE_INVALIDATE_REGION, zero, one);
            write_map(&inner, &p, origin, region, 3 + order);
            write_map(&first, &p, zero, one, 5 + order);
            unmap_now(queues[order ? a : b], p.image,
                      order ? inner.pointer : first.pointer);
            unmap_now(queues[order ? b : a], p.image,
                      order ? first.pointer : inner.pointer);
            check_image(&p);
            picture_free(&p);
         }
      }
   }
}

/* A level mapped on one device, another one written by the other. */
static void
levels_of_two_devices_keep_both(void **state)
{
   unsigned char bytes[2][16 * 16 * 4], seen[16 * 16 * 4];
   const size_t regions[2][3] = {{16, 16, 1}, {8, 8, 1}};
   const size_t origins[2][3] = {{0, 0, 0}, {0, 0, 1}};

   need_extension("cl_khr_mipmap_image");
   FOR_EACH_PAIR(a, b)
   {
      cl_mem image =
         new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 16, 16, 1, 2);
      for (unsigned l = 0; l < 2; l++) {
         fill_bytes(bytes[l], sizeof(bytes[l]), l);
         CHECK_OK(clEnqueueWriteImage(queues[a], image, CL_TRUE, origins[l],
                                      regions[l], 0, 0, bytes[l], 0, NULL,
                                      NULL));
      }

      size_t row;
      unsigned char *map = CREATED(clEnqueueMapImage(
         queues[a], image, CL_TRUE, CL_MAP_WRITE, origins[1], regions[1],
         &row, NULL, 0, NULL, NULL, &code));
      fill_bytes(bytes[1], 8 * 8 * 4, 7);
      for (unsigned y = 0; y < 8; y++)
         memcpy(map + y * row, bytes[1] + y * 32, 32);
      fill_bytes(bytes[0], sizeof(bytes[0]), 8);
      CHECK_OK(clEnqueueWriteImage(queues[b], image, CL_TRUE, origins[0],
                                   regions[0], 0, 0, bytes[0], 0, NULL,
                                   NULL));
      unmap_now(queues[a], image, map);
      for (cl_uint i = 0; i < device_count; i++) {
         for (unsigned l = 0; l < 2; l++) {
            CHECK_OK(clEnqueueReadImage(queues[i], image, CL_TRUE, origins[l],
                                        regions[l], 0, 0, seen, 0, NULL,
                                        NULL));
            assert_memory_equal(seen, bytes[l],
                                regions[l][0] * regions[l][1] * 4);
         }
      }
      CHECK_OK(clReleaseMemObject(image));
   }
}

/* A context of all devices in the place of that of one. */
static int
setup(void **state)
{
   if (map_setup(state))
      return -1;
   if (clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, MAX_DEVICES,
                      devices, &device_count) ||
       device_count > MAX_DEVICES)
      return -1;

   clReleaseCommandQueue(client.queue);
   clReleaseContext(client.context);
   client.context =
      clCreateContext(NULL, device_count, devices, NULL, NULL, NULL);
   for (cl_uint i = 0; i < device_count; i++) {
      queues[i] = clCreateCommandQueueWithProperties(client.context,
                                                     devices[i], NULL, NULL);
      if (!queues[i])
         return -1;
   }
   client.queue = queues[0];
   return 0;
}

static int
teardown(void **state)
{
   for (cl_uint i = 1; i < device_count; i++)
      clReleaseCommandQueue(queues[i]);
   return client_teardown(state);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(contexts_have_all_devices),
      cmocka_unit_test(contents_follow_those_who_ask),
      cmocka_unit_test(migrating_changes_nothing),
      cmocka_unit_test(undefined_contents_end_at_the_object),
      cmocka_unit_test(maps_of_two_devices_keep_both),
      cmocka_unit_test(transfers_beside_a_map_keep_both),
      cmocka_unit_test(another_devices_queue_unmaps),
      cmocka_unit_test(maps_for_reading_see_what_is_written),
      cmocka_unit_test(image_maps_keep_both),
      cmocka_unit_test(levels_of_two_devices_keep_both),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
