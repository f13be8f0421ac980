/* SPDX-License-Identifier: MIT */

/*
 * clEnqueueMapImage: arguments, order, events, errors.
 * docs/map-image.md says which test proves which sentence of the reference
 * page.  All of it holds whatever path a map takes.
 */

#include "maps.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};

/* command_queue, image */

static void
refuses_what_is_no_queue(void **state)
{
   cl_mem image = plain_2d(0);

   need_trefoil("others may crash");
   REFUSED(CL_INVALID_COMMAND_QUEUE,
           map_raw((cl_command_queue)client.context, image, CL_TRUE,
                   CL_MAP_READ, zero, one, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(image));
}

static void
refuses_what_is_no_image(void **state)
{
   cl_mem buffer = new_buffer(0, 4096, NULL);

   REFUSED(CL_INVALID_MEM_OBJECT,
           map_raw(client.queue, buffer, CL_TRUE, CL_MAP_READ, zero, one, 0,
                   NULL, NULL));
   if (client.is_trefoil) {
      for (unsigned i = 0; i < GARBAGE_COUNT; i++)
         REFUSED(CL_INVALID_MEM_OBJECT,
                 map_raw(client.queue, garbage(i), CL_TRUE, CL_MAP_READ, zero,
                         one, 0, NULL, NULL));
      REFUSED(CL_INVALID_MEM_OBJECT,
              map_raw(client.queue, (cl_mem)client.context, CL_TRUE,
                      CL_MAP_READ, zero, one, 0, NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
refuses_other_contexts(void **state)
{
   cl_mem image = plain_2d(0);
   cl_event other = CREATED(clCreateUserEvent(client.stranger, &code));

   REFUSED(CL_INVALID_CONTEXT,
           map_raw(client.stranger_queue, image, CL_TRUE, CL_MAP_READ, zero,
                   one, 0, NULL, NULL));
   REFUSED(CL_INVALID_CONTEXT,
           map_raw(client.queue, image, CL_TRUE, CL_MAP_READ, zero, one, 1,
                   &other, NULL));
   assert_int_equal(map_count(image), 0);
   complete_user_event(other);
   CHECK_OK(clReleaseMemObject(image));
}

/* blocking_map */

/* Ready on return: earlier commands of the queue have ended and show. */
static void
blocking_map_is_ready_on_return(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      cl_event write;

      fill_bytes(p.bytes, p.extent[0] * p.extent[1] * p.extent[2] * 4, 2);
      CHECK_OK(clEnqueueWriteImage(client.queue, p.image, CL_FALSE, zero,
                                   p.extent, 0, 0, p.bytes, 0, NULL, &write));
      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_READ, zero, p.extent);
      assert_int_equal(event_status(write), CL_COMPLETE);
      check_map(&map, &p, zero, p.extent);
      unmap_now(client.queue, p.image, map.pointer);
      CHECK_OK(clReleaseEvent(write));
      picture_free(&p);
   }
}

struct setter {
   cl_event event;
   atomic_bool set;
};

static void *
set_later(void *data)
{
   struct setter *setter = data;
   sleep_ms(20);
   atomic_store(&setter->set, true);
   clSetUserEventStatus(setter->event, CL_COMPLETE);
   return NULL;
}

static void
blocking_map_does_not_return_before(void **state)
{
   struct setter setter = {new_user_event(), false};
   cl_mem image = plain_2d(0);
   pthread_t thread;

   assert_int_equal(pthread_create(&thread, NULL, set_later, &setter), 0);
   void *pointer = CREATED(map_raw(client.queue, image, CL_TRUE, CL_MAP_READ,
                                   zero, one, 1, &setter.event, NULL));
   assert_true(atomic_load(&setter.set));
   pthread_join(thread, NULL);
   unmap_now(client.queue, image, pointer);
   CHECK_OK(clReleaseEvent(setter.event));
   CHECK_OK(clReleaseMemObject(image));
}

/*
 * The queue is stuck behind a user event: the pointer and the pitches come
 * at once, the contents when the event completes.
 */
static void
non_blocking_map_returns_at_once(void **state)
{
   for (unsigned i = 0; i < TYPE_COUNT * MAP_FLAGS * 2; i++) {
      const unsigned type = i % TYPE_COUNT;
      const cl_map_flags flags = all_map_flags[i / TYPE_COUNT % MAP_FLAGS];
      cl_command_queue queue =
         i / TYPE_COUNT / MAP_FLAGS ? client.ooo : client.queue;
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, i);
      cl_event gate = new_user_event(), write, event;
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      fill_bytes(p.bytes, p.extent[0] * p.extent[1] * p.extent[2] * 4,
                 i + 1000);
      CHECK_OK(clEnqueueWriteImage(queue, p.image, CL_FALSE, zero, p.extent,
                                   0, 0, p.bytes, 1, &gate, &write));
      struct map map = map_later(queue, p.image, type, flags, origin, region,
                                 1, &write, &event);
      CHECK_OK(clFlush(queue));
      assert_true(event_status(event) > CL_COMPLETE);
      assert_int_equal(event_type(event), CL_COMMAND_MAP_IMAGE);
      complete_user_event(gate);
      end_event(event, CL_COMPLETE);
      if (flags != CL_MAP_WRITE_INVALIDATE_REGION)
         check_map(&map, &p, origin, region);
      if (flags & MAP_WRITES)
         write_map(&map, &p, origin, region, i + 2000);
      unmap_now(queue, p.image, map.pointer);
      check_picture(&p);
      CHECK_OK(clReleaseEvent(write));
      picture_free(&p);
   }
}

/* map_flags */

static void
read_maps_hold_the_latest_bits(void **state)
{
   static const cl_map_flags flags[] = {CL_MAP_READ,
                                        CL_MAP_READ | CL_MAP_WRITE};

   for (unsigned i = 0; i < TYPE_COUNT * COUNT(flags); i++) {
      const unsigned type = i % TYPE_COUNT;
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, i);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      for (unsigned round = 0; round < 3; round++) {
         rewrite_picture(&p, 10 * i + round);
         struct map map = map_now(client.queue, p.image, type,
                                  flags[i / TYPE_COUNT], origin, region);
         check_map(&map, &p, origin, region);
         unmap_now(client.queue, p.image, map.pointer);
         check_picture(&p);
      }
      picture_free(&p);
   }
}

/* CL_MAP_WRITE promises the contents as well: half of them are changed. */
static void
write_maps_hold_the_latest_bits(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
      size_t origin[3], region[3], half[3];

      inner_region(type, origin, region);
      memcpy(half, region, sizeof(half));
      half[0] = region[0] / 2;
      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_WRITE, origin, region);
      check_map(&map, &p, origin, region);
      write_map(&map, &p, origin, half, 50 + type);
      unmap_now(client.queue, p.image, map.pointer);
      check_picture(&p);
      picture_free(&p);
   }
}

static void
invalidate_maps_write_the_region(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_WRITE_INVALIDATE_REGION,
                 origin, region);
      write_map(&map, &p, origin, region, 60 + type);
      unmap_now(client.queue, p.image, map.pointer);
      /* What is around the region is as it was. */
      check_picture(&p);
      picture_free(&p);
   }
}

static void
refuses_bad_flags(void **state)
{
   static const cl_map_flags bad[] = {
      CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION,
      CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION,
      CL_MAP_READ | CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION,
      1 << 3,
      CL_MAP_READ | 1 << 10,
      (cl_map_flags)1 << 63,
   };
   cl_mem image = plain_2d(0);

   for (unsigned i = 0; i < COUNT(bad); i++)
      map_refused(client.queue, image, bad[i], zero, one, CL_INVALID_VALUE);
   assert_int_equal(map_count(image), 0);
   CHECK_OK(clReleaseMemObject(image));
}

/* origin, region */

/* Each coordinate means what the page says, for each type. */
static void
origin_and_region_name_pixels(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);

      for (size_t z = 0; z < p.extent[2]; z += 2)
         for (size_t y = 0; y < p.extent[1]; y += 3)
            for (size_t x = 0; x < p.extent[0]; x += 5) {
               const size_t origin[3] = {x, y, z};
               const size_t rest[3] = {p.extent[0] - x, p.extent[1] - y,
                                       p.extent[2] - z};
               struct map map = map_now(client.queue, p.image, type,
                                        CL_MAP_READ, origin, one);
               check_map(&map, &p, origin, one);
               unmap_now(client.queue, p.image, map.pointer);
               map = map_now(client.queue, p.image, type, CL_MAP_READ, origin,
                             rest);
               check_map(&map, &p, origin, rest);
               unmap_now(client.queue, p.image, map.pointer);
            }
      picture_free(&p);
   }
}

static void
refuses_origin_along_missing_axes(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      for (unsigned axis = image_types[type].axes; axis < 3; axis++) {
         size_t origin[3] = {0, 0, 0};
         origin[axis] = 1;
         map_refused(client.queue, p.image, CL_MAP_READ, origin, one,
                     CL_INVALID_VALUE);
      }
      picture_free(&p);
   }
}

static void
refuses_region_along_missing_axes(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      for (unsigned axis = image_types[type].axes; axis < 3; axis++) {
         size_t region[3] = {1, 1, 1};
         region[axis] = 2;
         map_refused(client.queue, p.image, CL_MAP_READ, zero, region,
                     CL_INVALID_VALUE);
      }
      picture_free(&p);
   }
}

static void
refuses_empty_regions(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      for (unsigned axis = 0; axis < 3; axis++) {
         size_t region[3] = {1, 1, 1};
         region[axis] = 0;
         map_refused(client.queue, p.image, CL_MAP_READ, zero, region,
                     CL_INVALID_VALUE);
      }
      picture_free(&p);
   }
}

static void
refuses_regions_out_of_bounds(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      for (unsigned axis = 0; axis < image_types[type].axes; axis++) {
         const size_t n = p.extent[axis];
         const struct {
            size_t origin, region;
         } cases[] = {
            {0, n + 1},
            {1, n},
            {n, 1},
            {n - 1, 2},
            {n + 1, 1},
            {SIZE_MAX, 1},
            {SIZE_MAX, 2},
            {1, SIZE_MAX},
            {0, SIZE_MAX},
            {SIZE_MAX - 3, 5},
            {SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1},
         };
         for (unsigned i = 0; i < COUNT(cases); i++) {
            size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};
            origin[axis] = cases[i].origin;
            region[axis] = cases[i].region;
            map_refused(client.queue, p.image, CL_MAP_READ, origin, region,
                        CL_INVALID_VALUE);
         }
      }
      picture_free(&p);
   }
}

static void
refuses_missing_origin_and_region(void **state)
{
   cl_mem image = plain_2d(0);
   map_refused(client.queue, image, CL_MAP_READ, NULL, one, CL_INVALID_VALUE);
   map_refused(client.queue, image, CL_MAP_READ, zero, NULL,
               CL_INVALID_VALUE);
   CHECK_OK(clReleaseMemObject(image));
}

/* image_row_pitch, image_slice_pitch */

static void
row_pitch_must_be_asked_for(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      size_t slice = 7;
      REFUSED(CL_INVALID_VALUE,
              clEnqueueMapImage(client.queue, p.image, CL_TRUE, CL_MAP_READ,
                                zero, one, NULL, &slice, 0, NULL, NULL,
                                &code));
      assert_int_equal(slice, 7);
      picture_free(&p);
   }
}

static void
slice_pitch_must_be_asked_for_where_slices_are(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      size_t row = 7;
      void *pointer;

      code = UNTOUCHED;
      pointer =
         clEnqueueMapImage(client.queue, p.image, CL_TRUE, CL_MAP_READ, zero,
                           one, &row, NULL, 0, NULL, NULL, &code);
      if (image_types[type].slices) {
         CHECK_CODE(CL_INVALID_VALUE, code);
         assert_null(pointer);
         assert_int_equal(row, 7);
      } else {
         CHECK_OK(code);
         unmap_now(client.queue, p.image, pointer);
      }
      picture_free(&p);
   }
}

static void
slice_pitch_is_zero_without_slices(void **state)
{
   static const unsigned types[] = {TYPE_1D, TYPE_1D_BUFFER, TYPE_2D};

   for (unsigned i = 0; i < COUNT(types); i++) {
      struct picture p = picture_new(types[i], &rgba8, CL_MEM_READ_WRITE, 1);
      struct map map = map_now(client.queue, p.image, types[i], CL_MAP_READ,
                               zero, p.extent);
      assert_int_equal(map.slice, 0);
      unmap_now(client.queue, p.image, map.pointer);
      picture_free(&p);
   }
}

/*
 * What WriteImage wrote is found through pointer and pitches, for pixels of
 * every size and part of the image as well as all of it.
 */
static void
pitches_address_the_region(void **state)
{
   static const cl_image_format formats[] = {{CL_R, CL_UNORM_INT8},
                                             {CL_RG, CL_UNORM_INT8},
                                             {CL_RGBA, CL_UNORM_INT8},
                                             {CL_RGBA, CL_HALF_FLOAT},
                                             {CL_RGBA, CL_FLOAT}};

   for (unsigned i = 0; i < TYPE_COUNT * COUNT(formats); i++) {
      const unsigned type = i % TYPE_COUNT;
      struct picture p =
         picture_new(type, &formats[i / TYPE_COUNT], CL_MEM_READ_WRITE, i);
      size_t origin[3], region[3];

      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_READ, zero, p.extent);
      assert_true(map.row >= p.extent[0] * p.element);
      check_map(&map, &p, zero, p.extent);
      unmap_now(client.queue, p.image, map.pointer);

      inner_region(type, origin, region);
      map = map_now(client.queue, p.image, type, CL_MAP_READ, origin, region);
      assert_true(map.row >= region[0] * p.element);
      if (type == TYPE_2D_ARRAY || type == TYPE_3D)
         assert_true(map.slice >= map.row * region[1]);
      check_map(&map, &p, origin, region);
      unmap_now(client.queue, p.image, map.pointer);
      picture_free(&p);
   }
}

/* event_wait_list, event, errcode_ret */

static void
waits_for_its_events(void **state)
{
   for (unsigned q = 0; q < 2; q++) {
      cl_command_queue queue = q ? client.ooo : client.queue;
      cl_mem image = plain_2d(0);
      cl_event gates[2] = {new_user_event(), new_user_event()}, event;
      struct map map = map_later(queue, image, TYPE_2D, CL_MAP_READ, zero,
                                 one, 2, gates, &event);

      CHECK_OK(clFlush(queue));
      complete_user_event(gates[0]);
      sleep_ms(2);
      assert_true(event_status(event) > CL_COMPLETE);
      complete_user_event(gates[1]);
      end_event(event, CL_COMPLETE);
      unmap_now(queue, image, map.pointer);
      CHECK_OK(clReleaseMemObject(image));
   }
}

static void
checks_its_wait_list(void **state)
{
   cl_mem image = plain_2d(0);
   cl_event good = new_user_event();

   REFUSED(CL_INVALID_EVENT_WAIT_LIST,
           map_raw(client.queue, image, CL_FALSE, CL_MAP_READ, zero, one, 1,
                   NULL, NULL));
   REFUSED(CL_INVALID_EVENT_WAIT_LIST,
           map_raw(client.queue, image, CL_FALSE, CL_MAP_READ, zero, one, 0,
                   &good, NULL));
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++) {
      const cl_event bad[] = {good, garbage_event(i)};
      REFUSED(CL_INVALID_EVENT_WAIT_LIST,
              map_raw(client.queue, image, CL_FALSE, CL_MAP_READ, zero, one,
                      2, bad, NULL));
   }
   assert_int_equal(map_count(image), 0);
   complete_user_event(good);
   CHECK_OK(clReleaseMemObject(image));
}

static void
wait_list_memory_can_be_reused(void **state)
{
   enum { N = 20 };
   cl_mem image = plain_2d(0);
   cl_event *waits = malloc(N * sizeof(*waits)), event;
   cl_event gate = new_user_event();

   assert_non_null(waits);
   for (unsigned i = 0; i < N; i++)
      waits[i] = gate;
   struct map map = map_later(client.queue, image, TYPE_2D, CL_MAP_READ, zero,
                              one, N, waits, &event);
   memset(waits, 0xff, N * sizeof(*waits));
   free(waits);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   unmap_now(client.queue, image, map.pointer);
   CHECK_OK(clReleaseMemObject(image));
}

/* The event names this command, and others can wait for it. */
static void
event_identifies_the_command(void **state)
{
   cl_mem image = plain_2d(0);
   cl_event gate = new_user_event(), event, marker;
   cl_command_queue queue;
   struct map map = map_later(client.queue, image, TYPE_2D, CL_MAP_READ, zero,
                              one, 1, &gate, &event);

   assert_int_equal(event_type(event), CL_COMMAND_MAP_IMAGE);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_COMMAND_QUEUE, sizeof(queue),
                           &queue, NULL));
   assert_ptr_equal(queue, client.queue);
   CHECK_OK(clEnqueueMarkerWithWaitList(client.ooo, 1, &event, &marker));
   CHECK_OK(clFlush(client.queue));
   assert_true(event_status(marker) > CL_COMPLETE);
   complete_user_event(gate);
   end_event(marker, CL_COMPLETE);
   end_event(event, CL_COMPLETE);
   CHECK_OK(clEnqueueUnmapMemObject(client.queue, image, map.pointer, 0, NULL,
                                    &event));
   assert_int_equal(event_type(event), CL_COMMAND_UNMAP_MEM_OBJECT);
   end_event(event, CL_COMPLETE);
   CHECK_OK(clReleaseMemObject(image));
}

static void
event_and_errcode_may_be_null(void **state)
{
   cl_mem image = plain_2d(0);
   size_t row;
   void *pointer =
      clEnqueueMapImage(client.queue, image, CL_TRUE, CL_MAP_READ, zero, one,
                        &row, NULL, 0, NULL, NULL, NULL);

   assert_non_null(pointer);
   assert_null(clEnqueueMapImage(client.queue, image, CL_TRUE, CL_MAP_READ,
                                 zero, zero, &row, NULL, 0, NULL, NULL,
                                 NULL));
   CHECK_OK(
      clEnqueueUnmapMemObject(client.queue, image, pointer, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(image));
}

/* The notes */

/* Every byte of the region can be used, and none outside it is changed. */
static void
region_is_as_large_as_promised(void **state)
{
   static const cl_map_flags flags[] = {CL_MAP_WRITE,
                                        CL_MAP_READ | CL_MAP_WRITE,
                                        CL_MAP_WRITE_INVALIDATE_REGION};

   for (unsigned i = 0; i < TYPE_COUNT * COUNT(flags); i++) {
      const unsigned type = i % TYPE_COUNT;
      struct picture p =
         picture_new(type, &rgba32f, CL_MEM_READ_WRITE, i + 3);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      struct map map = map_now(client.queue, p.image, type,
                               flags[i / TYPE_COUNT], origin, region);
      write_map(&map, &p, origin, region, i + 70);
      unmap_now(client.queue, p.image, map.pointer);
      check_picture(&p);

      map = map_now(client.queue, p.image, type, flags[i / TYPE_COUNT], zero,
                    p.extent);
      write_map(&map, &p, zero, p.extent, i + 90);
      unmap_now(client.queue, p.image, map.pointer);
      check_picture(&p);
      picture_free(&p);
   }
}

/* Synchronisation */

/* A map is a point of order for its region: before it, and after it. */
static void
maps_are_synchronisation_points(void **state)
{
   static const cl_uint red[4] = {0x11111111, 0x22222222, 0x33333333,
                                  0x44444444};
   static const cl_image_format rgba32ui = {CL_RGBA, CL_UNSIGNED_INT32};
   struct picture p = picture_new(TYPE_2D, &rgba32ui, CL_MEM_READ_WRITE, 9);
   cl_event filled, mapped, unmapped, read;
   unsigned char *back = malloc(p.extent[0] * p.extent[1] * 16);
   struct map map;

   assert_non_null(back);
   CHECK_OK(clEnqueueFillImage(client.ooo, p.image, red, zero, p.extent, 0,
                               NULL, &filled));
   map = map_later(client.ooo, p.image, TYPE_2D, CL_MAP_READ | CL_MAP_WRITE,
                   zero, p.extent, 1, &filled, &mapped);
   end_event(mapped, CL_COMPLETE);
   assert_memory_equal(map_at(&map, TYPE_2D, 16, 5, 3, 0), red, sizeof(red));
   write_map(&map, &p, zero, p.extent, 8);
   CHECK_OK(clEnqueueUnmapMemObject(client.ooo, p.image, map.pointer, 0, NULL,
                                    &unmapped));
   CHECK_OK(clEnqueueReadImage(client.ooo, p.image, CL_FALSE, zero, p.extent,
                               0, 0, back, 1, &unmapped, &read));
   end_event(read, CL_COMPLETE);
   assert_memory_equal(back, p.bytes, p.extent[0] * p.extent[1] * 16);
   CHECK_OK(clReleaseEvent(filled));
   CHECK_OK(clReleaseEvent(unmapped));
   free(back);
   picture_free(&p);
}

/* A map that waits blocks nothing that does not depend on it. */
static void
waiting_map_blocks_nothing_else(void **state)
{
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 9);
   struct picture q = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 8);
   cl_event gate = new_user_event(), event;
   struct map waiting = map_later(client.ooo, p.image, TYPE_2D, CL_MAP_READ,
                                  zero, p.extent, 1, &gate, &event);
   struct map other =
      map_now(client.ooo, q.image, TYPE_2D, CL_MAP_READ, zero, q.extent);

   check_map(&other, &q, zero, q.extent);
   unmap_now(client.ooo, q.image, other.pointer);
   /* The same image, even, and on another queue. */
   other =
      map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero, p.extent);
   check_map(&other, &p, zero, p.extent);
   unmap_now(client.queue, p.image, other.pointer);
   assert_true(event_status(event) > CL_COMPLETE);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   check_map(&waiting, &p, zero, p.extent);
   unmap_now(client.ooo, p.image, waiting.pointer);
   picture_free(&p);
   picture_free(&q);
}

/* Errors */

static void
failed_wait_list_leaves_no_record(void **state)
{
   need_trefoil("others differ in the status");
   for (unsigned q = 0; q < 2; q++) {
      cl_command_queue queue = q ? client.ooo : client.queue;
      struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 1);
      cl_event failed = new_user_event(), gate = new_user_event(), event;

      /* Blocking: the call itself. */
      CHECK_OK(clSetUserEventStatus(failed, OWN_STATUS));
      REFUSED(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              map_raw(queue, p.image, CL_TRUE, CL_MAP_WRITE, zero, one, 1,
                      &failed, NULL));
      assert_int_equal(map_count(p.image), 0);

      /* Non-blocking: its event. */
      struct map map = map_later(queue, p.image, TYPE_2D, CL_MAP_WRITE, zero,
                                 p.extent, 1, &gate, &event);
      assert_int_equal(map_count(p.image), 1);
      CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
      end_event(event, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
      assert_int_equal(map_count(p.image), 0);
      CHECK_CODE(
         CL_INVALID_VALUE,
         clEnqueueUnmapMemObject(queue, p.image, map.pointer, 0, NULL, NULL));

      /* What it would have mapped is free for others, and unharmed. */
      map = map_now(queue, p.image, TYPE_2D, CL_MAP_WRITE, zero, p.extent);
      unmap_now(queue, p.image, map.pointer);
      check_picture(&p);
      CHECK_OK(clReleaseEvent(failed));
      CHECK_OK(clReleaseEvent(gate));
      picture_free(&p);
   }
}

static void
host_flags_are_respected(void **state)
{
   for (unsigned i = 0; i < HOST_ACCESSES; i++) {
      const struct host_access *access = &host_accesses[i];
      cl_mem image = plain_2d(CL_MEM_READ_WRITE | access->flags);
      for (unsigned f = 0; f < MAP_FLAGS; f++) {
         const bool allowed =
            (access->read || !(all_map_flags[f] & CL_MAP_READ)) &&
            (access->write || !(all_map_flags[f] & MAP_WRITES));
         if (allowed) {
            struct map map = map_now(client.queue, image, TYPE_2D,
                                     all_map_flags[f], zero, one);
            unmap_now(client.queue, image, map.pointer);
         } else {
            map_refused(client.queue, image, all_map_flags[f], zero, one,
                        CL_INVALID_OPERATION);
         }
      }
      assert_int_equal(map_count(image), 0);
      CHECK_OK(clReleaseMemObject(image));
   }
}

/* Threads */

struct hammer {
   struct picture *picture;
   size_t row;
   unsigned failures;
};

static void *
hammer_row(void *data)
{
   struct hammer *hammer = data;
   struct picture *p = hammer->picture;
   const size_t origin[3] = {0, hammer->row, 0};
   const size_t region[3] = {p->extent[0], 1, 1};

   for (unsigned i = 0; i < 100; i++) {
      size_t row = 0;
      cl_int error;
      unsigned char *pointer =
         clEnqueueMapImage(i & 1 ? client.ooo : client.queue, p->image,
                           CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, origin,
                           region, &row, NULL, 0, NULL, NULL, &error);
      cl_event event;
      if (!pointer) {
         hammer->failures++;
         continue;
      }
      hammer->failures += memcmp(pointer, picture_at(p, 0, hammer->row, 0),
                                 region[0] * 4) != 0;
      fill_bytes(picture_at(p, 0, hammer->row, 0), region[0] * 4, i);
      memcpy(pointer, picture_at(p, 0, hammer->row, 0), region[0] * 4);
      hammer->failures +=
         clEnqueueUnmapMemObject(i & 2 ? client.ooo : client.queue, p->image,
                                 pointer, 0, NULL, &event);
      hammer->failures += clWaitForEvents(1, &event);
      clReleaseEvent(event);
   }
   return NULL;
}

static void
threads_map_parts_of_one_image(void **state)
{
   enum { N = 6 };
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 1);
   struct hammer hammers[N];
   pthread_t threads[N];

   for (unsigned i = 0; i < N; i++) {
      hammers[i] = (struct hammer){&p, i, 0};
      assert_int_equal(
         pthread_create(&threads[i], NULL, hammer_row, &hammers[i]), 0);
   }
   for (unsigned i = 0; i < N; i++) {
      pthread_join(threads[i], NULL);
      assert_int_equal(hammers[i].failures, 0);
   }
   check_picture(&p);
   assert_int_equal(map_count(p.image), 0);
   picture_free(&p);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_what_is_no_queue),
      cmocka_unit_test(refuses_what_is_no_image),
      cmocka_unit_test(refuses_other_contexts),
      cmocka_unit_test(blocking_map_is_ready_on_return),
      cmocka_unit_test(blocking_map_does_not_return_before),
      cmocka_unit_test(non_blocking_map_returns_at_once),
      cmocka_unit_test(read_maps_hold_the_latest_bits),
      cmocka_unit_test(write_maps_hold_the_latest_bits),
      cmocka_unit_test(invalidate_maps_write_the_region),
      cmocka_unit_test(refuses_bad_flags),
      cmocka_unit_test(origin_and_region_name_pixels),
      cmocka_unit_test(refuses_origin_along_missing_axes),
      cmocka_unit_test(refuses_region_along_missing_axes),
      cmocka_unit_test(refuses_empty_regions),
      cmocka_unit_test(refuses_regions_out_of_bounds),
      cmocka_unit_test(refuses_missing_origin_and_region),
      cmocka_unit_test(row_pitch_must_be_asked_for),
      cmocka_unit_test(slice_pitch_must_be_asked_for_where_slices_are),
      cmocka_unit_test(slice_pitch_is_zero_without_slices),
      cmocka_unit_test(pitches_address_the_region),
      cmocka_unit_test(waits_for_its_events),
      cmocka_unit_test(checks_its_wait_list),
      cmocka_unit_test(wait_list_memory_can_be_reused),
      cmocka_unit_test(event_identifies_the_command),
      cmocka_unit_test(event_and_errcode_may_be_null),
      cmocka_unit_test(region_is_as_large_as_promised),
      cmocka_unit_test(maps_are_synchronisation_points),
      cmocka_unit_test(waiting_map_blocks_nothing_else),
      cmocka_unit_test(failed_wait_list_leaves_no_record),
      cmocka_unit_test(host_flags_are_respected),
      cmocka_unit_test(threads_map_parts_of_one_image),
   };
   return cmocka_run_group_tests(tests, map_setup, client_teardown);
}
