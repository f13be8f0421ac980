/* SPDX-License-Identifier: MIT */

/*
 * clEnqueueUnmapMemObject of images, and CL_MEM_MAP_COUNT.
 */

#include "maps.h"

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};

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
   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueUnmapMemObject(client.queue, image, a.pointer, 0, NULL, NULL));
   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueUnmapMemObject(client.queue, image, b.pointer, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(image));
}

static void
unmap_refuses_unknown_pointers(void **state)
{
   cl_mem image = plain_2d(0), other = plain_2d(0);
   struct map map =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, one);
   cl_event event = (cl_event)&code;

   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueUnmapMemObject(client.queue, image, NULL, 0, NULL, &event));
   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueUnmapMemObject(client.queue, image, &code, 0, NULL, &event));
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
   struct map map =
      map_now(client.queue, p.image, TYPE_2D, CL_MAP_WRITE, zero, p.extent);

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
   struct map map =
      map_now(client.queue, p.image, TYPE_3D, CL_MAP_WRITE, zero, p.extent);

   write_map(&map, &p, zero, p.extent, 4);
   unmap_now(client.ooo, p.image, map.pointer);
   check_picture(&p);
   picture_free(&p);
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

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(map_count_follows_maps_and_unmaps),
      cmocka_unit_test(map_count_drops_when_the_unmap_completes),
      cmocka_unit_test(mapped_twice_is_unmapped_twice),
      cmocka_unit_test(unmap_refuses_unknown_pointers),
      cmocka_unit_test(unmap_refuses_bad_handles),
      cmocka_unit_test(failed_unmap_leaves_the_map),
      cmocka_unit_test(unmap_on_another_queue),
      cmocka_unit_test(map_that_fails_under_its_unmap),
   };
   return cmocka_run_group_tests(tests, map_setup, client_teardown);
}
