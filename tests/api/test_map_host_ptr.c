/* SPDX-License-Identifier: MIT */

/*
 * Maps of images over memory of the client's: the pointer derives from
 * host_ptr, with the client's pitches, and host_ptr holds the latest bits.
 */

#include "maps.h"

#include <stdlib.h>

static const size_t zero[3] = {0, 0, 0};

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
      for (unsigned f = 0; f < MAP_FLAGS; f++) {
         size_t origin[3], region[3];
         inner_region(type, origin, region);
         struct map map = map_now(client.queue, h.image, type,
                                  all_map_flags[f], origin, region);
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
            assert_memory_equal(
               hosted_at(&h, origin[0], origin[1] + y, origin[2] + z), at,
               region[0] * 4);
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
   cl_mem image =
      CREATED(clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   struct map map = map_now(client.queue, image, TYPE_1D_BUFFER, CL_MAP_READ,
                            origin, region);
   assert_ptr_equal(map.pointer, memory + 20);
   unmap_now(client.queue, image, map.pointer);
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* Mapping what USE_HOST_PTR or ALLOC_HOST_PTR made never fails. */
static void
host_memory_can_always_be_mapped(void **state)
{
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_ALLOC_HOST_PTR, 1);
   enum { N = 200 };
   struct map maps[N];

   for (unsigned i = 0; i < N; i++)
      maps[i] =
         map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, zero, p.extent);
   for (unsigned i = 0; i < N; i++) {
      check_map(&maps[i], &p, zero, p.extent);
      unmap_now(client.queue, p.image, maps[i].pointer);
   }
   picture_free(&p);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(pointer_derives_from_host_ptr),
      cmocka_unit_test(host_ptr_holds_the_latest_bits),
      cmocka_unit_test(host_ptr_maps_write_the_image),
      cmocka_unit_test(buffer_image_pointer_derives_from_host_ptr),
      cmocka_unit_test(host_memory_can_always_be_mapped),
   };
   return cmocka_run_group_tests(tests, map_setup, client_teardown);
}
