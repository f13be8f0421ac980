/* SPDX-License-Identifier: MIT */

/*
 * Accessing mapped regions: which maps may stand beside each other, across
 * associated objects too, and what commands may do meanwhile.
 */

#include "maps.h"

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};

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
overlapping_read_maps_are_fine(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      struct map a =
         map_now(client.queue, p.image, type, CL_MAP_READ, zero, p.extent);
      struct map b =
         map_now(client.ooo, p.image, type, CL_MAP_READ, origin, region);
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
                            p.extent),
              copy;

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
      for (unsigned i = 0; i < MAP_FLAGS * MAP_FLAGS; i++) {
         const cl_map_flags first = all_map_flags[i / MAP_FLAGS];
         const cl_map_flags second = all_map_flags[i % MAP_FLAGS];
         struct map a =
            map_now(client.queue, p.image, type, first, origin, region);

         if ((first & MAP_WRITES) && (second & MAP_WRITES)) {
            map_refused(client.queue, p.image, second, origin, region,
                        CL_INVALID_OPERATION);
            map_refused(client.ooo, p.image, second, origin, one,
                        CL_INVALID_OPERATION);
            map_refused(client.queue, p.image, second, zero, p.extent,
                        CL_INVALID_OPERATION);
            assert_int_equal(map_count(p.image), 1);
         } else {
            struct map b =
               map_now(client.queue, p.image, type, second, zero, p.extent);
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
         struct map a =
            map_now(client.queue, p.image, type, CL_MAP_WRITE, zero, low);
         struct map b = map_now(client.queue, p.image, type,
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
   cl_mem image =
      CREATED(clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   desc.mem_object = other_sub;
   cl_mem sub_image =
      CREATED(clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));

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
   void *beside =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE,
                                 2 * unit + 4, 16, 0, NULL, NULL, &code));
   void *below =
      CREATED(clEnqueueMapBuffer(client.queue, sub, CL_TRUE, CL_MAP_WRITE, 0,
                                 unit, 0, NULL, NULL, &code));
   void *reading =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_READ,
                                 0, 8 * unit, 0, NULL, NULL, &code));
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
   beside =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE,
                                 0, 8 * unit, 0, NULL, NULL, &code));
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
   cl_mem image =
      CREATED(clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   struct map map =
      map_now(client.queue, image, TYPE_2D, CL_MAP_WRITE, zero, column);
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
                               all_map_flags[1 + i % 3], zero, p.extent);
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

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(read_and_write_maps_at_one_place),
      cmocka_unit_test(overlapping_read_maps_are_fine),
      cmocka_unit_test(read_maps_allow_reading_commands),
      cmocka_unit_test(overlapping_write_maps_are_refused),
      cmocka_unit_test(write_maps_beside_each_other_are_fine),
      cmocka_unit_test(waiting_write_map_is_in_the_way),
      cmocka_unit_test(overlap_is_seen_across_associated_objects),
      cmocka_unit_test(overlap_is_exact_in_images_over_buffers),
      cmocka_unit_test(write_maps_follow_each_other),
      cmocka_unit_test(mapped_pointer_as_ptr_of_commands),
   };
   return cmocka_run_group_tests(tests, map_setup, client_teardown);
}
