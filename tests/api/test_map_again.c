/* SPDX-License-Identifier: MIT */

/*
 * Maps of what staging memory holds already: nothing is copied then, and
 * whatever writes to the object in between is seen all the same.  With one
 * queue, small writes wait in staging memory until something needs them.
 */

#include <stdlib.h>

#include "map_log.h"
#include "maps.h"

static const size_t zero[3] = {0, 0, 0};

/* What is written in between. */
static const size_t spot[3] = {3, 2, 0};
static const size_t spot_size[3] = {5, 4, 1};

static void
need_staging(void)
{
   need_trefoil("it says how it mapped");
   if (!debug_has("staging") && !is_driver("zink") && !is_driver("simgpu"))
      skip_test("for TREFOIL_DEBUG=staging, zink and the simulated GPU");
}

static size_t
map_and_check(const struct picture *p)
{
   char path[32];
   const struct map map =
      map_now(client.queue, p->image, p->type, CL_MAP_READ, zero, p->extent);
   const size_t moved = last_map("map", path);

   assert_string_equal(path, "staging");
   check_map(&map, p, zero, p->extent);
   unmap_now(client.queue, p->image, map.pointer);
   return moved;
}

static size_t
picture_bytes(const struct picture *p)
{
   return p->extent[0] * p->extent[1] * p->extent[2] * p->element;
}

static struct picture
new_2d(unsigned seed)
{
   return picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, seed);
}

static void
a_second_map_copies_nothing(void **state)
{
   need_staging();
   struct picture p = new_2d(1);

   /* WriteImage left the whole of it in staging memory. */
   assert_int_equal(map_and_check(&p), 0);
   assert_int_equal(map_and_check(&p), 0);
   picture_free(&p);
}

static void
what_was_mapped_for_writing_stays(void **state)
{
   need_staging();
   struct picture p = new_2d(2);

   for (unsigned f = 0; f < MAP_FLAGS; f++) {
      char path[32];
      struct map map = map_now(client.queue, p.image, p.type,
                               all_map_flags[f], zero, p.extent);

      assert_int_equal(last_map("map", path), 0);
      if (all_map_flags[f] & MAP_WRITES)
         write_map(&map, &p, zero, p.extent, f + 7);
      unmap_now(client.queue, p.image, map.pointer);
      assert_int_equal(last_map("unmap", path),
                       all_map_flags[f] & MAP_WRITES ? picture_bytes(&p) : 0);
      assert_int_equal(map_and_check(&p), 0);
   }
   check_picture(&p);
   picture_free(&p);
}

/* Ways to write the spot, in the image and in the picture. */
static void
by_map(struct picture *p)
{
   struct map map =
      map_now(client.queue, p->image, p->type, CL_MAP_WRITE, spot, spot_size);
   write_map(&map, p, spot, spot_size, 91);
   unmap_now(client.queue, p->image, map.pointer);
}

static void
write_spot(cl_command_queue queue, struct picture *p, unsigned char byte)
{
   unsigned char pixels[5 * 4 * 4];

   memset(pixels, byte, sizeof(pixels));
   CHECK_OK(clEnqueueWriteImage(queue, p->image, CL_TRUE, spot, spot_size, 0,
                                0, pixels, 0, NULL, NULL));
   for (size_t y = 0; y < spot_size[1]; y++)
      memset(picture_at(p, spot[0], spot[1] + y, 0), byte, 4 * spot_size[0]);
}

static void
by_write(struct picture *p)
{
   write_spot(client.queue, p, 0x11);
}

static void
by_another_queue(struct picture *p)
{
   write_spot(client.ooo, p, 0x22);
}

static void
by_fill(struct picture *p)
{
   const float color[4] = {1, 0, 1, 0};
   static const unsigned char pixel[4] = {255, 0, 255, 0};

   CHECK_OK(clEnqueueFillImage(client.queue, p->image, color, spot, spot_size,
                               0, NULL, NULL));
   for (size_t y = 0; y < spot_size[1]; y++) {
      for (size_t x = 0; x < spot_size[0]; x++)
         memcpy(picture_at(p, spot[0] + x, spot[1] + y, 0), pixel, 4);
   }
}

static void
by_copy(struct picture *p)
{
   struct picture other = new_2d(77);

   CHECK_OK(clEnqueueCopyImage(client.queue, other.image, p->image, spot,
                               spot, spot_size, 0, NULL, NULL));
   for (size_t y = 0; y < spot_size[1]; y++)
      memcpy(picture_at(p, spot[0], spot[1] + y, 0),
             picture_at(&other, spot[0], spot[1] + y, 0), 4 * spot_size[0]);
   CHECK_OK(clFinish(client.queue));
   picture_free(&other);
}

static void
writes_in_between_are_seen(void **state)
{
   static void (*const ways[])(struct picture *) = {
      by_map, by_write, by_fill, by_copy, by_another_queue,
   };

   need_staging();
   for (unsigned i = 0; i < COUNT(ways); i++) {
      struct picture p = new_2d(i);

      assert_int_equal(map_and_check(&p), 0);
      ways[i](&p);
      assert_int_equal(map_and_check(&p), picture_bytes(&p));
      picture_free(&p);
   }
}

/* Two queues write: which of them was last, nobody knows. */
static void
objects_of_several_queues_are_copied(void **state)
{
   need_staging();
   struct picture p = new_2d(5);

   by_another_queue(&p);
   by_write(&p);
   assert_int_equal(map_and_check(&p), picture_bytes(&p));
   assert_int_equal(map_and_check(&p), picture_bytes(&p));
   picture_free(&p);
}

/* A context with one queue, and in it a buffer of SMALL bytes that are 7. */
#define SMALL 512

struct lone {
   cl_context context;
   cl_command_queue queue;
   cl_mem buffer;
   unsigned char expected[SMALL];
};

static struct lone
lone_new(void)
{
   struct lone lone;

   memset(lone.expected, 7, SMALL);
   lone.context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
   lone.queue = CREATED(clCreateCommandQueueWithProperties(
      lone.context, client.device, NULL, &code));
   lone.buffer = CREATED(clCreateBuffer(lone.context, CL_MEM_COPY_HOST_PTR,
                                        SMALL, lone.expected, &code));
   return lone;
}

static void
lone_free(struct lone *lone)
{
   CHECK_OK(clReleaseMemObject(lone->buffer));
   CHECK_OK(clReleaseCommandQueue(lone->queue));
   CHECK_OK(clReleaseContext(lone->context));
}

/* Writes a part through a map.  The bytes that the unmap moved. */
static size_t
lone_write(struct lone *lone, cl_map_flags flags, size_t at, size_t size,
           unsigned char byte)
{
   char path[32];
   unsigned char *bytes =
      CREATED(clEnqueueMapBuffer(lone->queue, lone->buffer, CL_TRUE, flags,
                                 at, size, 0, NULL, NULL, &code));

   if (!(flags & CL_MAP_WRITE_INVALIDATE_REGION))
      assert_memory_equal(bytes, lone->expected + at, size);
   memset(bytes, byte, size);
   memset(lone->expected + at, byte, size);
   unmap_now(lone->queue, lone->buffer, bytes);
   return client.is_trefoil ? last_map("unmap", path) : 0;
}

static void
lone_check(struct lone *lone, cl_command_queue queue)
{
   unsigned char got[SMALL];

   CHECK_OK(clEnqueueReadBuffer(queue, lone->buffer, CL_TRUE, 0, SMALL, got,
                                0, NULL, NULL));
   assert_memory_equal(got, lone->expected, SMALL);
}

static void
small_writes_wait(void **state)
{
   need_staging();
   struct lone lone = lone_new();

   if (is_driver("simgpu") && device_bool(CL_DEVICE_HOST_UNIFIED_MEMORY))
      skip_test("buffers are mapped directly");
   for (unsigned i = 0; i < 4; i++)
      assert_int_equal(lone_write(&lone, all_map_flags[1], 0, SMALL, 20 + i),
                       0);
   lone_free(&lone);
}

/* Parts that are the same, overlap, touch, or have nothing in common. */
static void
small_writes_are_made_in_order(void **state)
{
   static const struct {
      size_t at, size;
   } parts[] = {{0, 512}, {16, 32}, {32, 64}, {32, 64},
                {96, 32}, {0, 512}, {500, 12}};
   static const cl_map_flags flags[] = {CL_MAP_WRITE,
                                        CL_MAP_READ | CL_MAP_WRITE,
                                        CL_MAP_WRITE_INVALIDATE_REGION};
   struct lone lone = lone_new();

   for (unsigned i = 0; i < 5 * COUNT(parts); i++) {
      lone_write(&lone, flags[i % 3], parts[i % COUNT(parts)].at,
                 parts[i % COUNT(parts)].size, i);
      if (i % 4 == 3)
         lone_check(&lone, lone.queue);
   }
   lone_check(&lone, lone.queue);
   lone_free(&lone);
}

/* The device copies what the host wrote before, not after. */
static void
a_command_finds_what_waited(void **state)
{
   struct lone lone = lone_new();
   unsigned char got[SMALL];
   cl_mem copy = CREATED(
      clCreateBuffer(lone.context, CL_MEM_READ_WRITE, SMALL, NULL, &code));

   for (unsigned i = 0; i < 3; i++) {
      lone_write(&lone, CL_MAP_WRITE_INVALIDATE_REGION, 8, 40, 100 + i);
      CHECK_OK(clEnqueueCopyBuffer(lone.queue, lone.buffer, copy, 0, 0, SMALL,
                                   0, NULL, NULL));
      memcpy(got, lone.expected, SMALL);
      lone_write(&lone, CL_MAP_WRITE_INVALIDATE_REGION, 8, 40, 200 + i);

      unsigned char copied[SMALL];
      CHECK_OK(clEnqueueReadBuffer(lone.queue, copy, CL_TRUE, 0, SMALL,
                                   copied, 0, NULL, NULL));
      assert_memory_equal(copied, got, SMALL);
      lone_check(&lone, lone.queue);
   }
   CHECK_OK(clReleaseMemObject(copy));
   lone_free(&lone);
}

/* Also what waits when the second queue comes, and what was just sent. */
static void
a_second_queue_finds_what_waited(void **state)
{
   struct lone lone = lone_new();
   cl_mem copy = CREATED(
      clCreateBuffer(lone.context, CL_MEM_READ_WRITE, SMALL, NULL, &code));

   lone_write(&lone, CL_MAP_WRITE, 0, SMALL, 1);
   CHECK_OK(clEnqueueCopyBuffer(lone.queue, lone.buffer, copy, 0, 0, SMALL, 0,
                                NULL, NULL));
   cl_command_queue second = CREATED(clCreateCommandQueueWithProperties(
      lone.context, client.device, NULL, &code));
   lone_check(&lone, second);
   CHECK_OK(clReleaseCommandQueue(second));
   CHECK_OK(clReleaseMemObject(copy));
   lone_free(&lone);

   lone = lone_new();
   lone_write(&lone, CL_MAP_WRITE, 0, 100, 1);
   second = CREATED(clCreateCommandQueueWithProperties(
      lone.context, client.device, NULL, &code));
   lone_check(&lone, second);
   lone_write(&lone, CL_MAP_WRITE, 50, 100, 2);
   lone_check(&lone, second);
   lone_check(&lone, lone.queue);
   CHECK_OK(clReleaseCommandQueue(second));
   lone_free(&lone);
}

/* More objects than may keep staging memory: the others are written at once. */
static void
many_objects_are_written(void **state)
{
   enum { COUNT_ALL = 1100 };
   struct lone lone = lone_new();
   cl_mem *all = malloc(COUNT_ALL * sizeof(*all));
   size_t waited = 0;

   assert_non_null(all);
   for (unsigned i = 0; i < COUNT_ALL; i++) {
      char path[32];
      all[i] = CREATED(
         clCreateBuffer(lone.context, CL_MEM_READ_WRITE, 16, NULL, &code));
      void *map = CREATED(clEnqueueMapBuffer(lone.queue, all[i], CL_TRUE,
                                             CL_MAP_WRITE_INVALIDATE_REGION,
                                             0, 16, 0, NULL, NULL, &code));
      memset(map, i, 16);
      unmap_now(lone.queue, all[i], map);
      if (client.is_trefoil && last_map("unmap", path) == 0)
         waited++;
   }
   if (client.is_trefoil && debug_has("staging"))
      assert_int_equal(waited, 1024);
   for (unsigned i = 0; i < COUNT_ALL; i++) {
      unsigned char got[16], wanted[16];

      memset(wanted, i, sizeof(wanted));
      CHECK_OK(clEnqueueReadBuffer(lone.queue, all[i], CL_TRUE, 0, 16, got, 0,
                                   NULL, NULL));
      assert_memory_equal(got, wanted, sizeof(wanted));
      CHECK_OK(clReleaseMemObject(all[i]));
   }
   free(all);
   lone_free(&lone);
}

/* A part of the buffer that is gone when its bytes are wanted. */
static void
a_sub_buffer_leaves_its_bytes(void **state)
{
   struct lone lone = lone_new();
   const cl_buffer_region part = {0, 256};
   cl_mem sub = CREATED(clCreateSubBuffer(
      lone.buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &part, &code));
   unsigned char *bytes = CREATED(clEnqueueMapBuffer(
      lone.queue, sub, CL_TRUE, CL_MAP_WRITE, 0, 256, 0, NULL, NULL, &code));

   memset(bytes, 33, 256);
   memset(lone.expected, 33, 256);
   unmap_now(lone.queue, sub, bytes);
   CHECK_OK(clReleaseMemObject(sub));
   lone_check(&lone, lone.queue);
   lone_free(&lone);
}

/*
 * Staging memory goes from one object to the next: what a rectangle with
 * gaps leaves there is the contents of neither.
 */
static void
a_rectangle_spoils_what_was_there(void **state)
{
   const size_t origin[3] = {0}, region[3] = {8, 4, 1};
   unsigned char first[512], pattern[512], got[512] = {0};

   for (size_t i = 0; i < sizeof(first); i++)
      first[i] = i * 7;
   memset(pattern, 0xee, sizeof(pattern));
   cl_mem a = CREATED(clCreateBuffer(client.context, CL_MEM_COPY_HOST_PTR,
                                     sizeof(first), first, &code));
   cl_mem b = CREATED(clCreateBuffer(client.context, CL_MEM_READ_WRITE,
                                     sizeof(first), NULL, &code));
   for (unsigned i = 0; i < 3; i++) {
      CHECK_OK(clEnqueueReadBuffer(client.queue, a, CL_TRUE, 0, sizeof(got),
                                   got, 0, NULL, NULL));
      assert_memory_equal(got, first, sizeof(got));
      CHECK_OK(clEnqueueWriteBufferRect(client.queue, b, CL_TRUE, origin,
                                        origin, region, 128, 0, 8, 0, pattern,
                                        0, NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_second_map_copies_nothing),
      cmocka_unit_test(what_was_mapped_for_writing_stays),
      cmocka_unit_test(writes_in_between_are_seen),
      cmocka_unit_test(objects_of_several_queues_are_copied),
      cmocka_unit_test(a_rectangle_spoils_what_was_there),
      cmocka_unit_test(small_writes_wait),
      cmocka_unit_test(small_writes_are_made_in_order),
      cmocka_unit_test(a_command_finds_what_waited),
      cmocka_unit_test(a_second_queue_finds_what_waited),
      cmocka_unit_test(a_sub_buffer_leaves_its_bytes),
      cmocka_unit_test(many_objects_are_written),
   };
   return cmocka_run_group_tests(tests, map_log_setup, map_log_teardown);
}
