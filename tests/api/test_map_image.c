/* SPDX-License-Identifier: MIT */

/*
 * clEnqueueMapImage, sentence by sentence: docs/map-image.md says which test
 * proves which.  Everything here holds whatever path a map takes; run again
 * under TREFOIL_DEBUG=staging, except what says that nothing is copied.
 */

#include "maps.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};

#define WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)

static const cl_map_flags all_flags[] = {
   CL_MAP_READ, CL_MAP_WRITE, CL_MAP_READ | CL_MAP_WRITE,
   CL_MAP_WRITE_INVALIDATE_REGION};

static cl_mem
plain_2d(cl_mem_flags flags)
{
   return new_image(TYPE_2D, &rgba8, flags, 32, 16, 1, 1);
}

static void *
map_raw(cl_command_queue queue, cl_mem image, cl_bool blocking,
        cl_map_flags flags, const size_t *origin, const size_t *region,
        cl_uint count, const cl_event *waits, cl_event *event)
{
   size_t row = 0, slice = 0;
   return clEnqueueMapImage(queue, image, blocking, flags, origin, region,
                            &row, &slice, count, waits, event, &code);
}

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

   REFUSED(CL_INVALID_MEM_OBJECT, map_raw(client.queue, buffer, CL_TRUE,
                                          CL_MAP_READ, zero, one, 0, NULL,
                                          NULL));
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

   REFUSED(CL_INVALID_CONTEXT, map_raw(client.stranger_queue, image, CL_TRUE,
                                       CL_MAP_READ, zero, one, 0, NULL,
                                       NULL));
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
                                   p.extent, 0, 0, p.bytes, 0, NULL,
                                   &write));
      struct map map = map_now(client.queue, p.image, type, CL_MAP_READ,
                               zero, p.extent);
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
   for (unsigned i = 0; i < TYPE_COUNT * COUNT(all_flags) * 2; i++) {
      const unsigned type = i % TYPE_COUNT;
      const cl_map_flags flags = all_flags[i / TYPE_COUNT % COUNT(all_flags)];
      cl_command_queue queue =
         i / TYPE_COUNT / COUNT(all_flags) ? client.ooo : client.queue;
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
      if (flags & WRITES)
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
      struct map map = map_now(client.queue, p.image, type, CL_MAP_WRITE,
                               origin, region);
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
            {0, n + 1},        {1, n},          {n, 1},
            {n - 1, 2},        {n + 1, 1},      {SIZE_MAX, 1},
            {SIZE_MAX, 2},     {1, SIZE_MAX},   {0, SIZE_MAX},
            {SIZE_MAX - 3, 5}, {SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1},
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
      pointer = clEnqueueMapImage(client.queue, p.image, CL_TRUE, CL_MAP_READ,
                                  zero, one, &row, NULL, 0, NULL, NULL,
                                  &code);
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
   static const cl_image_format formats[] = {
      {CL_R, CL_UNORM_INT8}, {CL_RG, CL_UNORM_INT8}, {CL_RGBA, CL_UNORM_INT8},
      {CL_RGBA, CL_HALF_FLOAT}, {CL_RGBA, CL_FLOAT}};

   for (unsigned i = 0; i < TYPE_COUNT * COUNT(formats); i++) {
      const unsigned type = i % TYPE_COUNT;
      struct picture p = picture_new(type, &formats[i / TYPE_COUNT],
                                     CL_MEM_READ_WRITE, i);
      size_t origin[3], region[3];

      struct map map = map_now(client.queue, p.image, type, CL_MAP_READ, zero,
                               p.extent);
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
   CHECK_OK(clEnqueueUnmapMemObject(client.queue, image, pointer, 0, NULL,
                                    NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(image));
}

/* The notes */

/* Every byte of the region can be used, and none outside it is changed. */
static void
region_is_as_large_as_promised(void **state)
{
   static const cl_map_flags flags[] = {
      CL_MAP_WRITE, CL_MAP_READ | CL_MAP_WRITE,
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

/* An image over host memory of the client's, with pitches of its own. */
struct hosted {
   cl_mem image;
   unsigned type;
   size_t extent[3];
   size_t row, slice;
   unsigned char *memory;
};

static struct hosted
hosted_new(unsigned type, bool odd, unsigned seed)
{
   struct hosted h = {.type = type};
   cl_image_desc desc;

   type_extent(type, h.extent);
   h.memory = malloc(1 << 16);
   assert_non_null(h.memory);
   fill_bytes(h.memory, 1 << 16, seed);
   desc = image_desc(type, h.extent[0], h.extent[1], h.extent[2]);
   h.row = (h.extent[0] + (odd ? 5 : 0)) * 4;
   h.slice = type == TYPE_1D_ARRAY ? (odd ? 2 * h.row : h.row)
                                   : h.row * (h.extent[1] + (odd ? 3 : 0));
   if (odd) {
      desc.image_row_pitch = h.row;
      desc.image_slice_pitch = image_types[type].slices ? h.slice : 0;
   }
   h.image = CREATED(clCreateImage(client.context, CL_MEM_USE_HOST_PTR,
                                   &rgba8, &desc, h.memory, &code));
   return h;
}

static void
hosted_free(struct hosted *h)
{
   CHECK_OK(clReleaseMemObject(h->image));
   free(h->memory);
}

static unsigned char *
hosted_at(const struct hosted *h, size_t x, size_t y, size_t z)
{
   const size_t row = h->type == TYPE_1D_ARRAY ? h->slice : h->row;
   return h->memory + z * h->slice + y * row + x * 4;
}

#define HOSTED_CASES (TYPE_COUNT * 2)

static void
pointer_derives_from_host_ptr(void **state)
{
   for (unsigned i = 0; i < HOSTED_CASES; i++) {
      const unsigned type = i % TYPE_COUNT;
      if (type == TYPE_1D_BUFFER)
         continue;
      struct hosted h = hosted_new(type, i / TYPE_COUNT, i);
      for (unsigned f = 0; f < COUNT(all_flags); f++) {
         size_t origin[3], region[3];
         inner_region(type, origin, region);
         struct map map = map_now(client.queue, h.image, type, all_flags[f],
                                  origin, region);
         assert_ptr_equal(map.pointer,
                          hosted_at(&h, origin[0], origin[1], origin[2]));
         if (type != TYPE_1D && type != TYPE_1D_ARRAY)
            assert_int_equal(map.row, h.row);
         if (image_types[type].slices)
            assert_int_equal(map.slice, h.slice);
         unmap_now(client.queue, h.image, map.pointer);
      }
      hosted_free(&h);
   }
}

static void
host_ptr_holds_the_latest_bits(void **state)
{
   for (unsigned i = 0; i < HOSTED_CASES * 3; i++) {
      const unsigned type = i % TYPE_COUNT;
      static const cl_map_flags flags[] = {CL_MAP_READ, CL_MAP_WRITE,
                                           CL_MAP_READ | CL_MAP_WRITE};
      unsigned char data[11 * 4 * 3 * 4];
      size_t origin[3], region[3];

      if (type == TYPE_1D_BUFFER)
         continue;
      struct hosted h = hosted_new(type, i / TYPE_COUNT % 2, i);
      inner_region(type, origin, region);
      fill_bytes(data, sizeof(data), i + 500);
      CHECK_OK(clEnqueueWriteImage(client.queue, h.image, CL_TRUE, origin,
                                   region, 0, 0, data, 0, NULL, NULL));
      struct map map = map_now(client.queue, h.image, type,
                               flags[i / HOSTED_CASES], origin, region);
      const unsigned char *at = data;
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++, at += region[0] * 4)
            assert_memory_equal(hosted_at(&h, origin[0], origin[1] + y,
                                          origin[2] + z),
                                at, region[0] * 4);
      unmap_now(client.queue, h.image, map.pointer);
      hosted_free(&h);
   }
}

/* What the host wrote through such a pointer reaches the image. */
static void
host_ptr_maps_write_the_image(void **state)
{
   for (unsigned i = 0; i < HOSTED_CASES; i++) {
      const unsigned type = i % TYPE_COUNT;
      unsigned char data[11 * 4 * 3 * 4], back[sizeof(data)];
      size_t origin[3], region[3];

      if (type == TYPE_1D_BUFFER)
         continue;
      struct hosted h = hosted_new(type, i / TYPE_COUNT, i);
      inner_region(type, origin, region);
      const size_t bytes = region[0] * region[1] * region[2] * 4;
      fill_bytes(data, bytes, i + 900);
      struct map map =
         map_now(client.queue, h.image, type, CL_MAP_WRITE_INVALIDATE_REGION,
                 origin, region);
      const unsigned char *at = data;
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++, at += region[0] * 4)
            memcpy(map_at(&map, type, 4, 0, y, z), at, region[0] * 4);
      unmap_now(client.queue, h.image, map.pointer);
      CHECK_OK(clEnqueueReadImage(client.queue, h.image, CL_TRUE, origin,
                                  region, 0, 0, back, 0, NULL, NULL));
      assert_memory_equal(back, data, bytes);
      hosted_free(&h);
   }
}

/* Also through an image over a buffer over host memory. */
static void
buffer_image_pointer_derives_from_host_ptr(void **state)
{
   static unsigned char memory[4096];
   static const size_t origin[3] = {5, 0, 0}, region[3] = {9, 1, 1};
   cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 64, 1, 1);

   desc.mem_object = new_buffer(CL_MEM_USE_HOST_PTR, sizeof(memory), memory);
   cl_mem image = CREATED(clCreateImage(client.context, 0, &rgba8, &desc,
                                        NULL, &code));
   struct map map = map_now(client.queue, image, TYPE_1D_BUFFER, CL_MAP_READ,
                            origin, region);
   assert_ptr_equal(map.pointer, memory + 20);
   unmap_now(client.queue, image, map.pointer);
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* Unmapping and the count */

static void
map_count_follows_maps_and_unmaps(void **state)
{
   enum { N = 5 };
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 1);
      struct map maps[N];

      assert_int_equal(map_count(p.image), 0);
      for (unsigned i = 0; i < N; i++) {
         const size_t origin[3] = {i, 0, 0};
         maps[i] =
            map_now(client.queue, p.image, type, CL_MAP_READ, origin, one);
         assert_int_equal(map_count(p.image), i + 1);
      }
      for (unsigned i = 0; i < N; i++) {
         unmap_now(client.queue, p.image, maps[i].pointer);
         assert_int_equal(map_count(p.image), N - 1 - i);
      }
      picture_free(&p);
   }
}

/* The object is mapped until the unmap has run, not until it is enqueued. */
static void
map_count_drops_when_the_unmap_completes(void **state)
{
   cl_mem image = plain_2d(0);
   cl_event gate = new_user_event(), event;
   struct map map =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, one);

   CHECK_OK(clEnqueueUnmapMemObject(client.queue, image, map.pointer, 1,
                                    &gate, &event));
   CHECK_OK(clFlush(client.queue));
   if (client.is_trefoil)
      assert_int_equal(map_count(image), 1);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   assert_int_equal(map_count(image), 0);
   CHECK_OK(clReleaseMemObject(image));
}

static void
mapped_twice_is_unmapped_twice(void **state)
{
   static const size_t region[3] = {8, 8, 1};
   cl_mem image = plain_2d(0);
   struct map a =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, region);
   struct map b =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, region);

   assert_int_equal(map_count(image), 2);
   unmap_now(client.queue, image, a.pointer);
   assert_int_equal(map_count(image), 1);
   unmap_now(client.queue, image, b.pointer);
   assert_int_equal(map_count(image), 0);
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, image, a.pointer, 0, NULL,
                                      NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, image, b.pointer, 0, NULL,
                                      NULL));
   CHECK_OK(clReleaseMemObject(image));
}

/*
 * A READ map and a WRITE map of the same region may have one address.  In
 * whatever order they end, what was written is there.
 */
static void
read_and_write_maps_at_one_place(void **state)
{
   for (unsigned order = 0; order < 4; order++) {
      struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 9);
      struct map read, write;

      if (order & 1) {
         read = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero,
                        p.extent);
         write = map_now(client.queue, p.image, TYPE_2D, CL_MAP_WRITE, zero,
                         p.extent);
      } else {
         write = map_now(client.queue, p.image, TYPE_2D, CL_MAP_WRITE, zero,
                         p.extent);
         read = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero,
                        p.extent);
      }
      write_map(&write, &p, zero, p.extent, 33);
      unmap_now(client.queue, p.image,
                order & 2 ? read.pointer : write.pointer);
      unmap_now(client.queue, p.image,
                order & 2 ? write.pointer : read.pointer);
      assert_int_equal(map_count(p.image), 0);
      check_picture(&p);
      picture_free(&p);
   }
}

static void
unmap_refuses_unknown_pointers(void **state)
{
   cl_mem image = plain_2d(0), other = plain_2d(0);
   struct map map =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, one);
   cl_event event = (cl_event)&code;

   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, image, NULL, 0, NULL,
                                      &event));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, image, &code, 0, NULL,
                                      &event));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, image, map.pointer + 4, 0,
                                      NULL, &event));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, other, map.pointer, 0,
                                      NULL, &event));
   assert_ptr_equal(event, &code);
   assert_int_equal(map_count(image), 1);
   unmap_now(client.queue, image, map.pointer);
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, image, map.pointer, 0,
                                      NULL, &event));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(other));
}

static void
unmap_refuses_bad_handles(void **state)
{
   cl_mem image = plain_2d(0);
   struct map map =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, one);

   CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE,
                clEnqueueUnmapMemObject((cl_command_queue)client.context,
                                        image, map.pointer, 0, NULL, NULL));
   CHECK_HANDLE(CL_INVALID_MEM_OBJECT,
                clEnqueueUnmapMemObject(client.queue, (cl_mem)client.context,
                                        map.pointer, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueUnmapMemObject(client.stranger_queue, image,
                                      map.pointer, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST,
              clEnqueueUnmapMemObject(client.queue, image, map.pointer, 1,
                                      NULL, NULL));
   assert_int_equal(map_count(image), 1);
   unmap_now(client.queue, image, map.pointer);
   CHECK_OK(clReleaseMemObject(image));
}

/* Nothing was done, so the object is still mapped, and can be unmapped. */
static void
failed_unmap_leaves_the_map(void **state)
{
   need_trefoil("the specification leaves it open");
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 9);
   cl_event gate = new_user_event(), event;
   struct map map = map_now(client.queue, p.image, TYPE_2D, CL_MAP_WRITE,
                            zero, p.extent);

   write_map(&map, &p, zero, p.extent, 3);
   CHECK_OK(clEnqueueUnmapMemObject(client.queue, p.image, map.pointer, 1,
                                    &gate, &event));
   CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
   end_event(event, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
   CHECK_OK(clReleaseEvent(gate));
   assert_int_equal(map_count(p.image), 1);
   unmap_now(client.queue, p.image, map.pointer);
   assert_int_equal(map_count(p.image), 0);
   check_picture(&p);
   picture_free(&p);
}

/* Another queue of the context may do it. */
static void
unmap_on_another_queue(void **state)
{
   struct picture p = picture_new(TYPE_3D, &rgba8, CL_MEM_READ_WRITE, 9);
   struct map map = map_now(client.queue, p.image, TYPE_3D, CL_MAP_WRITE,
                            zero, p.extent);

   write_map(&map, &p, zero, p.extent, 4);
   unmap_now(client.ooo, p.image, map.pointer);
   check_picture(&p);
   picture_free(&p);
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
   struct map other = map_now(client.ooo, q.image, TYPE_2D, CL_MAP_READ, zero,
                              q.extent);

   check_map(&other, &q, zero, q.extent);
   unmap_now(client.ooo, q.image, other.pointer);
   /* The same image, even, and on another queue. */
   other = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero,
                   p.extent);
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

/* Accessing mapped regions */

static void
overlapping_read_maps_are_fine(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      struct map a = map_now(client.queue, p.image, type, CL_MAP_READ, zero,
                             p.extent);
      struct map b = map_now(client.ooo, p.image, type, CL_MAP_READ, origin,
                             region);
      check_map(&a, &p, zero, p.extent);
      check_map(&b, &p, origin, region);
      unmap_now(client.ooo, p.image, b.pointer);
      check_map(&a, &p, zero, p.extent);
      unmap_now(client.queue, p.image, a.pointer);
      picture_free(&p);
   }
}

/* Regions mapped for reading can be read by other commands. */
static void
read_maps_allow_reading_commands(void **state)
{
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 4);
   cl_mem other = new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, p.extent[0],
                            p.extent[1], 1, 1);
   struct map map = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero,
                            p.extent), copy;

   check_picture(&p);
   CHECK_OK(clEnqueueCopyImage(client.queue, p.image, other, zero, zero,
                               p.extent, 0, NULL, NULL));
   copy = map_now(client.queue, other, TYPE_2D, CL_MAP_READ, zero, p.extent);
   check_map(&copy, &p, zero, p.extent);
   check_map(&map, &p, zero, p.extent);
   unmap_now(client.queue, other, copy.pointer);
   unmap_now(client.queue, p.image, map.pointer);
   CHECK_OK(clReleaseMemObject(other));
   picture_free(&p);
}

/* Each pair of flags over regions that meet: refused if both write. */
static void
overlapping_write_maps_are_refused(void **state)
{
   need_trefoil("others do not say so");
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 4);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      for (unsigned i = 0; i < COUNT(all_flags) * COUNT(all_flags); i++) {
         const cl_map_flags first = all_flags[i / COUNT(all_flags)];
         const cl_map_flags second = all_flags[i % COUNT(all_flags)];
         struct map a =
            map_now(client.queue, p.image, type, first, origin, region);

         if ((first & WRITES) && (second & WRITES)) {
            map_refused(client.queue, p.image, second, origin, region,
                        CL_INVALID_OPERATION);
            map_refused(client.ooo, p.image, second, origin, one,
                        CL_INVALID_OPERATION);
            map_refused(client.queue, p.image, second, zero, p.extent,
                        CL_INVALID_OPERATION);
            assert_int_equal(map_count(p.image), 1);
         } else {
            struct map b = map_now(client.queue, p.image, type, second, zero,
                                   p.extent);
            unmap_now(client.queue, p.image, b.pointer);
         }
         unmap_now(client.queue, p.image, a.pointer);
      }
      picture_free(&p);
   }
}

/* Neighbours do not overlap, along no axis. */
static void
write_maps_beside_each_other_are_fine(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, 4);

      for (unsigned axis = 0; axis < image_types[type].axes; axis++) {
         size_t low[3], high[3], origin[3] = {0, 0, 0};
         memcpy(low, p.extent, sizeof(low));
         memcpy(high, p.extent, sizeof(high));
         low[axis] = 2;
         high[axis] -= 2;
         origin[axis] = 2;
         struct map a = map_now(client.queue, p.image, type, CL_MAP_WRITE,
                                zero, low);
         struct map b =
            map_now(client.queue, p.image, type,
                    CL_MAP_WRITE_INVALIDATE_REGION, origin, high);
         write_map(&a, &p, zero, low, axis);
         write_map(&b, &p, origin, high, axis + 10);
         unmap_now(client.queue, p.image, b.pointer);
         unmap_now(client.queue, p.image, a.pointer);
         check_picture(&p);
      }
      picture_free(&p);
   }
}

/* The record counts from the enqueue on: a map that waits is in the way. */
static void
waiting_write_map_is_in_the_way(void **state)
{
   need_trefoil("others do not say so");
   cl_mem image = plain_2d(0);
   cl_event gate = new_user_event(), event;
   struct map map = map_later(client.queue, image, TYPE_2D, CL_MAP_WRITE,
                              zero, one, 1, &gate, &event);

   REFUSED(CL_INVALID_OPERATION,
           map_raw(client.ooo, image, CL_TRUE, CL_MAP_WRITE, zero, one, 0,
                   NULL, NULL));
   assert_int_equal(map_count(image), 1);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   unmap_now(client.queue, image, map.pointer);
   map = map_now(client.queue, image, TYPE_2D, CL_MAP_WRITE, zero, one);
   unmap_now(client.queue, image, map.pointer);
   CHECK_OK(clReleaseMemObject(image));
}

/* A buffer, a sub-buffer of it, and images over both, by bytes. */
static void
overlap_is_seen_across_associated_objects(void **state)
{
   static const size_t first_pixel[3] = {1, 1, 1};
   cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 64, 1, 1);
   cl_event event = (cl_event)&code;

   need_trefoil("others do not say so");
   const size_t unit = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   cl_mem buffer = new_buffer(0, 8 * unit, NULL);
   cl_mem sub = new_sub_buffer(buffer, unit, 4 * unit);
   cl_mem other_sub = new_sub_buffer(buffer, 2 * unit, 4 * unit);
   desc.image_width = unit / 4;
   desc.mem_object = buffer;
   cl_mem image = CREATED(
      clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   desc.mem_object = other_sub;
   cl_mem sub_image = CREATED(
      clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));

   /* sub_image is bytes 2..3 units of the buffer; map its first pixel. */
   struct map map = map_now(client.queue, sub_image, TYPE_1D_BUFFER,
                            CL_MAP_WRITE, zero, first_pixel);
   REFUSED(CL_INVALID_OPERATION,
           clEnqueueMapBuffer(client.queue, buffer, CL_FALSE, CL_MAP_WRITE,
                              2 * unit + 3, 1, 0, NULL, &event, &code));
   REFUSED(CL_INVALID_OPERATION,
           clEnqueueMapBuffer(client.queue, sub, CL_FALSE, CL_MAP_WRITE, 0,
                              unit + 1, 0, NULL, &event, &code));
   REFUSED(CL_INVALID_OPERATION,
           clEnqueueMapBuffer(client.queue, other_sub, CL_TRUE,
                              CL_MAP_WRITE_INVALIDATE_REGION, 0, 1, 0, NULL,
                              &event, &code));
   assert_ptr_equal(event, &code);
   assert_int_equal(map_count(buffer), 0);
   assert_int_equal(map_count(sub), 0);
   assert_int_equal(map_count(sub_image), 1);

   /* Beside it, and for reading, there is no objection. */
   void *beside = CREATED(
      clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE,
                         2 * unit + 4, 16, 0, NULL, NULL, &code));
   void *below = CREATED(
      clEnqueueMapBuffer(client.queue, sub, CL_TRUE, CL_MAP_WRITE, 0, unit, 0,
                         NULL, NULL, &code));
   void *reading = CREATED(
      clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_READ, 0,
                         8 * unit, 0, NULL, NULL, &code));
   /* image is unit 0: nothing of the above is there. */
   struct map free_map = map_now(client.queue, image, TYPE_1D_BUFFER,
                                 CL_MAP_WRITE, zero, first_pixel);
   REFUSED(CL_INVALID_OPERATION,
           clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE, 0,
                              1, 0, NULL, NULL, &code));

   unmap_now(client.queue, image, free_map.pointer);
   unmap_now(client.queue, buffer, reading);
   unmap_now(client.queue, buffer, beside);
   unmap_now(client.queue, sub, below);
   unmap_now(client.queue, sub_image, map.pointer);

   /* Now it is free, and the image is what is refused. */
   beside = CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE,
                                       CL_MAP_WRITE, 0, 8 * unit, 0, NULL,
                                       NULL, &code));
   map_refused(client.queue, image, CL_MAP_WRITE, zero, first_pixel,
               CL_INVALID_OPERATION);
   map_refused(client.queue, sub_image, CL_MAP_WRITE, zero, first_pixel,
               CL_INVALID_OPERATION);
   unmap_now(client.queue, buffer, beside);

   CHECK_OK(clReleaseMemObject(sub_image));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(other_sub));
   CHECK_OK(clReleaseMemObject(sub));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* A 2D image over a buffer: rows, and the gaps between them. */
static void
overlap_is_exact_in_images_over_buffers(void **state)
{
   static const size_t column[3] = {8, 4, 1};

   need_trefoil("others do not say so");
   const cl_uint align = device_uint(CL_DEVICE_IMAGE_PITCH_ALIGNMENT);
   if (align == 0)
      skip_test("no 2D images from buffers");
   cl_image_desc desc = image_desc(TYPE_2D, 16, 4, 1);
   const size_t pitch = (32 + align - 1) / align * align * 4;
   desc.image_row_pitch = pitch;
   desc.mem_object = new_buffer(0, 4 * pitch, NULL);
   cl_mem image = CREATED(
      clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   struct map map = map_now(client.queue, image, TYPE_2D, CL_MAP_WRITE, zero,
                            column);
   /* Beside the column in row 1, and in it. */
   void *beside = CREATED(
      clEnqueueMapBuffer(client.queue, desc.mem_object, CL_TRUE, CL_MAP_WRITE,
                         pitch + 32, pitch - 32, 0, NULL, NULL, &code));
   REFUSED(CL_INVALID_OPERATION,
           clEnqueueMapBuffer(client.queue, desc.mem_object, CL_TRUE,
                              CL_MAP_WRITE, 2 * pitch + 31, 1, 0, NULL, NULL,
                              &code));
   unmap_now(client.queue, desc.mem_object, beside);
   unmap_now(client.queue, image, map.pointer);
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* After the unmap is enqueued on the queue the next write map may follow. */
static void
write_maps_follow_each_other(void **state)
{
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 4);

   for (unsigned i = 0; i < 50; i++) {
      struct map map = map_now(client.queue, p.image, TYPE_2D,
                               all_flags[1 + i % 3], zero, p.extent);
      write_map(&map, &p, zero, p.extent, i);
      CHECK_OK(clEnqueueUnmapMemObject(client.queue, p.image, map.pointer, 0,
                                       NULL, NULL));
   }
   check_picture(&p);
   picture_free(&p);
}

/* A mapped pointer is memory like any other for read and write commands. */
static void
mapped_pointer_as_ptr_of_commands(void **state)
{
   struct picture src = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 1);
   struct picture dst = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 2);
   const size_t bytes = src.extent[0] * 4;
   const size_t rect[3] = {bytes, 2, 1};
   cl_mem buffer = new_buffer(0, 4096, NULL);
   struct map map = map_now(client.queue, src.image, TYPE_2D,
                            CL_MAP_READ | CL_MAP_WRITE, zero, src.extent);

   /* As the source of WriteImage, WriteBuffer and WriteBufferRect … */
   CHECK_OK(clEnqueueWriteImage(client.queue, dst.image, CL_TRUE, zero,
                                src.extent, map.row, 0, map.pointer, 0, NULL,
                                NULL));
   memcpy(dst.bytes, src.bytes, src.extent[0] * src.extent[1] * 4);
   check_picture(&dst);
   CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 0, bytes,
                                 map.pointer, 0, NULL, NULL));
   CHECK_OK(clEnqueueWriteBufferRect(client.queue, buffer, CL_TRUE, zero,
                                     zero, rect, 256, 0, map.row, 0,
                                     map.pointer, 0, NULL, NULL));

   /* … and where ReadBuffer, ReadBufferRect and ReadImage put theirs. */
   unsigned char pattern[256];
   fill_bytes(pattern, sizeof(pattern), 7);
   CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 1024,
                                 sizeof(pattern), pattern, 0, NULL, NULL));
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 1024, bytes,
                                map.pointer, 0, NULL, NULL));
   assert_memory_equal(map.pointer, pattern, bytes);
   memcpy(src.bytes, pattern, bytes);
   const size_t from[3] = {1024, 0, 0}, one_row[3] = {bytes, 1, 1};
   CHECK_OK(clEnqueueReadBufferRect(client.queue, buffer, CL_TRUE, from, zero,
                                    one_row, 0, 0, map.row, 0,
                                    map.pointer + map.row, 0, NULL, NULL));
   memcpy(src.bytes + bytes, pattern, bytes);
   rewrite_picture(&dst, 5);
   const size_t row_region[3] = {src.extent[0], 1, 1};
   CHECK_OK(clEnqueueReadImage(client.queue, dst.image, CL_TRUE, zero,
                               row_region, 0, 0, map.pointer + 2 * map.row, 0,
                               NULL, NULL));
   memcpy(src.bytes + 2 * bytes, dst.bytes, bytes);
   unmap_now(client.queue, src.image, map.pointer);
   check_picture(&src);
   CHECK_OK(clReleaseMemObject(buffer));
   picture_free(&src);
   picture_free(&dst);
}

/* Errors that come later, or from elsewhere */

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
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueUnmapMemObject(queue, p.image, map.pointer, 0, NULL,
                                         NULL));

      /* What it would have mapped is free for others, and unharmed. */
      map = map_now(queue, p.image, TYPE_2D, CL_MAP_WRITE, zero, p.extent);
      unmap_now(queue, p.image, map.pointer);
      check_picture(&p);
      CHECK_OK(clReleaseEvent(failed));
      CHECK_OK(clReleaseEvent(gate));
      picture_free(&p);
   }
}

/* The unmap was enqueued already when the map failed. */
static void
map_that_fails_under_its_unmap(void **state)
{
   need_trefoil("others differ in the status");
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 1);
   cl_event gate = new_user_event(), mapped, unmapped;
   struct map map = map_later(client.queue, p.image, TYPE_2D, CL_MAP_WRITE,
                              zero, p.extent, 1, &gate, &mapped);

   CHECK_OK(clEnqueueUnmapMemObject(client.queue, p.image, map.pointer, 0,
                                    NULL, &unmapped));
   CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
   CHECK_OK(clFinish(client.queue));
   assert_int_equal(map_count(p.image), 0);
   end_event(mapped, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
   CHECK_OK(clReleaseEvent(unmapped));
   CHECK_OK(clReleaseEvent(gate));
   check_picture(&p);
   picture_free(&p);
}

static void
host_flags_are_respected(void **state)
{
   static const struct {
      cl_mem_flags mem;
      bool read, write;
   } cases[] = {
      {0, true, true},
      {CL_MEM_HOST_READ_ONLY, true, false},
      {CL_MEM_HOST_WRITE_ONLY, false, true},
      {CL_MEM_HOST_NO_ACCESS, false, false},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_mem image = plain_2d(CL_MEM_READ_WRITE | cases[i].mem);
      for (unsigned f = 0; f < COUNT(all_flags); f++) {
         const bool allowed =
            (cases[i].read || !(all_flags[f] & CL_MAP_READ)) &&
            (cases[i].write || !(all_flags[f] & WRITES));
         if (allowed) {
            struct map map = map_now(client.queue, image, TYPE_2D,
                                     all_flags[f], zero, one);
            unmap_now(client.queue, image, map.pointer);
         } else {
            map_refused(client.queue, image, all_flags[f], zero, one,
                        CL_INVALID_OPERATION);
         }
      }
      assert_int_equal(map_count(image), 0);
      CHECK_OK(clReleaseMemObject(image));
   }
}

/* Mapping what USE_HOST_PTR or ALLOC_HOST_PTR made never fails. */
static void
host_memory_can_always_be_mapped(void **state)
{
   struct picture p =
      picture_new(TYPE_2D, &rgba8, CL_MEM_ALLOC_HOST_PTR, 1);
   enum { N = 200 };
   struct map maps[N];

   for (unsigned i = 0; i < N; i++)
      maps[i] = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero,
                        p.extent);
   for (unsigned i = 0; i < N; i++) {
      check_map(&maps[i], &p, zero, p.extent);
      unmap_now(client.queue, p.image, maps[i].pointer);
   }
   picture_free(&p);
}

/* Copies that are not made */

static FILE *map_log;
static char map_log_path[] = "/tmp/trefoil-map-log-XXXXXX";

/* The path of the last map in the log, and the bytes that were moved. */
static size_t
last_map(const char *topic, char path[32])
{
   char line[1024], prefix[64];
   size_t moved = SIZE_MAX;

   snprintf(prefix, sizeof(prefix), "trefoil: %s: ", topic);
   rewind(map_log);
   while (fgets(line, sizeof(line), map_log)) {
      const char *at = strstr(line, " path ");
      const char *bytes = strstr(line, " moved ");
      if (strncmp(line, prefix, strlen(prefix)) != 0 || !at || !bytes)
         continue;
      sscanf(at, " path %31s", path);
      sscanf(bytes, " moved %zu", &moved);
   }
   return moved;
}

static void
need_direct_maps(void)
{
   char name[256];

   need_trefoil("it says how it mapped");
   if (debug_has("staging"))
      skip_test("TREFOIL_DEBUG=staging forbids direct maps");
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_NAME, sizeof(name), name,
                            NULL));
   if (!strstr(name, "llvmpipe") && !strstr(name, "softpipe"))
      skip_test("the device need not have direct maps");
}

static void
maps_copy_nothing(void **state)
{
   need_direct_maps();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned f = 0; f < COUNT(all_flags); f++) {
         struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, f);
         char path[32] = "";
         struct map map = map_now(client.queue, p.image, type, all_flags[f],
                                  zero, p.extent);

         assert_int_equal(last_map("map", path), 0);
         assert_string_equal(path, "direct");
         if (all_flags[f] & WRITES)
            write_map(&map, &p, zero, p.extent, f + 5);
         unmap_now(client.queue, p.image, map.pointer);
         assert_int_equal(last_map("unmap", path), 0);
         check_picture(&p);
         picture_free(&p);
      }
   }
}

static void
maps_of_one_region_have_one_address(void **state)
{
   need_direct_maps();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      struct map a =
         map_now(client.queue, p.image, type, CL_MAP_READ, origin, region);
      struct map b =
         map_now(client.queue, p.image, type, CL_MAP_READ, origin, region);
      struct map all = map_now(client.queue, p.image, type, CL_MAP_READ, zero,
                               p.extent);
      assert_ptr_equal(a.pointer, b.pointer);
      assert_ptr_equal(a.pointer, map_at(&all, type, 4, origin[0], origin[1],
                                         origin[2]));
      unmap_now(client.queue, p.image, all.pointer);
      unmap_now(client.queue, p.image, a.pointer);
      unmap_now(client.queue, p.image, b.pointer);
      /* And it stays so from one map to the next. */
      b = map_now(client.queue, p.image, type, CL_MAP_WRITE, origin, region);
      assert_ptr_equal(a.pointer, b.pointer);
      unmap_now(client.queue, p.image, b.pointer);
      picture_free(&p);
   }
}

/* Under TREFOIL_DEBUG=staging: the region alone, and only where needed. */
static void
staging_moves_the_region_only(void **state)
{
   need_trefoil("it says how it mapped");
   if (!debug_has("staging"))
      skip_test("for TREFOIL_DEBUG=staging");
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned f = 0; f < COUNT(all_flags); f++) {
         struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, f);
         size_t origin[3], region[3];
         char path[32] = "";

         inner_region(type, origin, region);
         const size_t bytes = region[0] * region[1] * region[2] * 4;
         struct map map = map_now(client.queue, p.image, type, all_flags[f],
                                  origin, region);
         const bool reads = all_flags[f] != CL_MAP_WRITE_INVALIDATE_REGION;
         assert_int_equal(last_map("map", path), reads ? bytes : 0);
         assert_string_equal(path, "staging");
         write_map(&map, &p, origin, region, f + 5);
         unmap_now(client.queue, p.image, map.pointer);
         assert_int_equal(last_map("unmap", path),
                          all_flags[f] & WRITES ? bytes : 0);
         picture_free(&p);
      }
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
      unsigned char *pointer = clEnqueueMapImage(
         i & 1 ? client.ooo : client.queue, p->image, CL_TRUE,
         CL_MAP_READ | CL_MAP_WRITE, origin, region, &row, NULL, 0, NULL,
         NULL, &error);
      cl_event event;
      if (!pointer) {
         hammer->failures++;
         continue;
      }
      hammer->failures +=
         memcmp(pointer, picture_at(p, 0, hammer->row, 0),
                region[0] * 4) != 0;
      fill_bytes(picture_at(p, 0, hammer->row, 0), region[0] * 4, i);
      memcpy(pointer, picture_at(p, 0, hammer->row, 0), region[0] * 4);
      hammer->failures += clEnqueueUnmapMemObject(
         i & 2 ? client.ooo : client.queue, p->image, pointer, 0, NULL,
         &event);
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

/* The log is asked for before the first call reads the environment. */
static int
setup(void **state)
{
   char debug[256];
   const char *given = getenv("TREFOIL_DEBUG");
   const int file = mkstemp(map_log_path);

   if (file < 0)
      return -1;
   snprintf(debug, sizeof(debug), "%s%smap", given ? given : "",
            given && *given ? "," : "");
   setenv("TREFOIL_DEBUG", debug, 1);
   setenv("TREFOIL_LOG", map_log_path, 1);
   map_log = fdopen(file, "r");
   if (!map_log || client_setup(state))
      return -1;
   if (!client.images)
      print_message("# the device has no images\n");
   return client.images ? 0 : -1;
}

static int
teardown(void **state)
{
   fclose(map_log);
   unlink(map_log_path);
   return client_teardown(state);
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
      cmocka_unit_test(pointer_derives_from_host_ptr),
      cmocka_unit_test(host_ptr_holds_the_latest_bits),
      cmocka_unit_test(host_ptr_maps_write_the_image),
      cmocka_unit_test(buffer_image_pointer_derives_from_host_ptr),
      cmocka_unit_test(map_count_follows_maps_and_unmaps),
      cmocka_unit_test(map_count_drops_when_the_unmap_completes),
      cmocka_unit_test(mapped_twice_is_unmapped_twice),
      cmocka_unit_test(read_and_write_maps_at_one_place),
      cmocka_unit_test(unmap_refuses_unknown_pointers),
      cmocka_unit_test(unmap_refuses_bad_handles),
      cmocka_unit_test(failed_unmap_leaves_the_map),
      cmocka_unit_test(unmap_on_another_queue),
      cmocka_unit_test(maps_are_synchronisation_points),
      cmocka_unit_test(waiting_map_blocks_nothing_else),
      cmocka_unit_test(overlapping_read_maps_are_fine),
      cmocka_unit_test(read_maps_allow_reading_commands),
      cmocka_unit_test(overlapping_write_maps_are_refused),
      cmocka_unit_test(write_maps_beside_each_other_are_fine),
      cmocka_unit_test(waiting_write_map_is_in_the_way),
      cmocka_unit_test(overlap_is_seen_across_associated_objects),
      cmocka_unit_test(overlap_is_exact_in_images_over_buffers),
      cmocka_unit_test(write_maps_follow_each_other),
      cmocka_unit_test(mapped_pointer_as_ptr_of_commands),
      cmocka_unit_test(failed_wait_list_leaves_no_record),
      cmocka_unit_test(map_that_fails_under_its_unmap),
      cmocka_unit_test(host_flags_are_respected),
      cmocka_unit_test(host_memory_can_always_be_mapped),
      cmocka_unit_test(maps_copy_nothing),
      cmocka_unit_test(maps_of_one_region_have_one_address),
      cmocka_unit_test(staging_moves_the_region_only),
      cmocka_unit_test(threads_map_parts_of_one_image),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
