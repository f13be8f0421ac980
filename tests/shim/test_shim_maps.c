/* SPDX-License-Identifier: MIT */

/*
 * The way that each map takes on a driver, by the driver's own rules: what
 * is linear and visible to the host is mapped where it lies, all else through
 * staging, and the pitches are those of whichever it is.
 */

#include "shim.h"

#include <stdlib.h>

#include "../api/map_log.h"

static const size_t zero[3] = {0, 0, 0};

enum kind {
   PLAIN,
   ALLOC_HOST,
   USE_HOST,
   KIND_COUNT,
};

static const cl_mem_flags kind_flags[KIND_COUNT] = {
   [PLAIN] = CL_MEM_READ_WRITE,
   [ALLOC_HOST] = CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR,
   [USE_HOST] = CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR,
};

static const char *
path_of_buffer(enum kind kind)
{
   switch (kind) {
   case ALLOC_HOST:
      return "direct";
   case USE_HOST:
      return the_gpu()->wraps_buffers ? "host-storage" : "host-copy";
   default:
      return the_gpu()->unified ? "direct" : "staging";
   }
}

/* A 1D image buffer is its buffer's. */
static const char *
path_of_image(unsigned type, enum kind kind)
{
   const bool flat = type == TYPE_1D || type == TYPE_2D;

   if (type == TYPE_1D_BUFFER)
      return path_of_buffer(PLAIN);
   switch (kind) {
   case ALLOC_HOST:
      return "direct";
   case USE_HOST:
      return flat && the_gpu()->wraps_images ? "host-storage" : "host-copy";
   default:
      return "staging";
   }
}

static void
check_path(const char *topic, const char *wanted, size_t bytes)
{
   char path[32] = "";
   const size_t moved = last_map(topic, path);

   assert_string_equal(path, wanted);
   assert_int_equal(moved, bytes);
}

/* Nothing is copied on the ways of direct pointers. */
static bool
is_copied(const char *path)
{
   return strcmp(path, "staging") == 0 || strcmp(path, "host-copy") == 0;
}

static void
buffers_take_their_path(void **state)
{
   const size_t size = 8192, part = 512;

   for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
      void *host = kind == USE_HOST ? aligned_alloc(4096, size) : NULL;
      cl_mem buffer = new_buffer(kind_flags[kind], size, host);
      const char *path = path_of_buffer(kind);

      for (unsigned f = 0; f < MAP_FLAGS; f++) {
         const cl_map_flags flags = all_map_flags[f];
         const bool reads = flags != CL_MAP_WRITE_INVALIDATE_REGION;
         unsigned char *pointer =
            CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, flags,
                                       256, part, 0, NULL, NULL, &code));

         check_path("map", path, is_copied(path) && reads ? part : 0);
         if (host)
            assert_ptr_equal(pointer, (unsigned char *)host + 256);
         unmap_now(client.queue, buffer, pointer);
         check_path("unmap", path,
                    is_copied(path) && (flags & MAP_WRITES) ? part : 0);
      }
      CHECK_OK(clReleaseMemObject(buffer));
      free(host);
   }
}

/*
 * Tight rows of 64 × 8 × 4 pixels of 4 bytes.  (Of what is one-dimensional
 * Intel's ninth generation lays out 64 pixels at least.)
 */
static cl_mem
host_image(unsigned type, void *host)
{
   size_t extent[3] = {64, 8, 4};
   clip_to_axes(type, extent);
   cl_image_desc desc = image_desc(type, extent[0], extent[1], extent[2]);

   return CREATED(clCreateImage(client.context, kind_flags[USE_HOST], &rgba8,
                                &desc, host, &code));
}

static void
images_take_their_path(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
         if (type == TYPE_1D_BUFFER && kind != PLAIN)
            continue;

         size_t extent[3] = {64, 8, 4};
         clip_to_axes(type, extent);
         void *host = kind == USE_HOST ? aligned_alloc(4096, 8192) : NULL;
         cl_mem image = host ? host_image(type, host)
                             : new_image(type, &rgba8, kind_flags[kind],
                                         extent[0], extent[1], extent[2], 0);
         const char *path = path_of_image(type, kind);
         const size_t bytes = extent[0] * extent[1] * extent[2] * 4;

         print_message("# %s, flags 0x%lx\n", image_types[type].name,
                       (unsigned long)kind_flags[kind]);
         for (unsigned f = 0; f < MAP_FLAGS; f++) {
            const cl_map_flags flags = all_map_flags[f];
            const bool reads = flags != CL_MAP_WRITE_INVALIDATE_REGION;
            struct map map =
               map_now(client.queue, image, type, flags, zero, extent);

            check_path("map", path, is_copied(path) && reads ? bytes : 0);
            if (host)
               assert_ptr_equal(map.pointer, host);
            unmap_now(client.queue, image, map.pointer);
            check_path("unmap", path,
                       is_copied(path) && (flags & MAP_WRITES) ? bytes : 0);
         }
         CHECK_OK(clReleaseMemObject(image));
         free(host);
      }
   }
}

/*
 * The distance of rows of 37 pixels of 4 bytes: radeonsi's are multiples of
 * 256 bytes, iris's are tight but for the layers of one dimension.  Staging
 * is of 40 pixels, so that others can use it again.
 */
static size_t
row_distance(unsigned type, enum kind kind)
{
   if (is_radeonsi() || type == TYPE_1D_ARRAY)
      return 256;
   return kind == PLAIN ? 40 * 4 : 37 * 4;
}

static void
pitches_are_the_drivers(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (enum kind kind = PLAIN; kind <= ALLOC_HOST; kind++) {
         if (type == TYPE_1D_BUFFER || type == TYPE_1D)
            continue;

         /* An odd width, whose rows cannot be tight. */
         size_t extent[3] = {37, 5, 3};
         clip_to_axes(type, extent);
         cl_mem image = new_image(type, &rgba8, kind_flags[kind], extent[0],
                                  extent[1], extent[2], 0);
         struct map map =
            map_now(client.queue, image, type, CL_MAP_READ, zero, extent);
         const size_t pitch = type == TYPE_1D_ARRAY ? map.slice : map.row;

         print_message("# %s, flags 0x%lx: row %zu, slice %zu\n",
                       image_types[type].name,
                       (unsigned long)kind_flags[kind], map.row, map.slice);
         assert_int_equal(pitch, row_distance(type, kind));
         if (type == TYPE_2D_ARRAY || type == TYPE_3D) {
            assert_true(map.slice >= 5 * map.row);
            assert_int_equal(map.slice % map.row, 0);
         }
         unmap_now(client.queue, image, map.pointer);
         CHECK_OK(clReleaseMemObject(image));
      }
   }
}

/* What the host writes through a direct map, the next one shows. */
static void
direct_maps_round_trip(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      if (strcmp(path_of_image(type, ALLOC_HOST), "direct") != 0 ||
          type == TYPE_1D_BUFFER)
         continue;

      size_t extent[3], origin[3], region[3];
      type_extent(type, extent);
      struct picture p = {
         .type = type,
         .image = new_image(type, &rgba8, kind_flags[ALLOC_HOST], extent[0],
                            extent[1], extent[2], 0),
         .element = 4,
         .extent = {extent[0], extent[1], extent[2]},
         .bytes = calloc(extent[0] * extent[1] * extent[2], 4),
      };
      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_WRITE, zero, extent);
      write_map(&map, &p, zero, extent, type);
      unmap_now(client.queue, p.image, map.pointer);

      const struct map again =
         map_now(client.queue, p.image, type, CL_MAP_READ, zero, extent);
      assert_ptr_equal(map.pointer, again.pointer);
      check_map(&again, &p, zero, extent);

      inner_region(type, origin, region);
      const struct map inner =
         map_now(client.queue, p.image, type, CL_MAP_READ, origin, region);
      assert_ptr_equal(inner.pointer, map_at(&again, type, 4, origin[0],
                                             origin[1], origin[2]));
      unmap_now(client.queue, p.image, inner.pointer);
      unmap_now(client.queue, p.image, again.pointer);
      picture_free(&p);
   }
}

static void
direct_buffers_round_trip(void **state)
{
   unsigned char bytes[4096];

   for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
      if (is_copied(path_of_buffer(kind)))
         continue;

      void *host = kind == USE_HOST ? aligned_alloc(4096, 4096) : NULL;
      cl_mem buffer = new_buffer(kind_flags[kind], sizeof(bytes), host);
      unsigned char *pointer = CREATED(
         clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE, 0,
                            sizeof(bytes), 0, NULL, NULL, &code));
      fill_bytes(bytes, sizeof(bytes), kind);
      memcpy(pointer, bytes, sizeof(bytes));
      unmap_now(client.queue, buffer, pointer);

      memset(bytes, 0, sizeof(bytes));
      CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0,
                                   sizeof(bytes), bytes, 0, NULL, NULL));
      unsigned char *again = CREATED(
         clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_READ, 0,
                            sizeof(bytes), 0, NULL, NULL, &code));
      assert_ptr_equal(again, pointer);
      assert_memory_equal(again, bytes, sizeof(bytes));
      unmap_now(client.queue, buffer, again);
      CHECK_OK(clReleaseMemObject(buffer));
      free(host);
   }
}

/* Two maps of tiled pixels are two pieces of staging, given back in turn. */
static void
staging_is_pooled(void **state)
{
   size_t extent[3] = {16, 8, 1};
   cl_mem image = new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 16, 8, 1, 0);
   const struct map a =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, extent);
   const struct map b =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, extent);

   assert_ptr_not_equal(a.pointer, b.pointer);
   assert_int_equal(a.row, b.row);
   unmap_now(client.queue, image, a.pointer);
   const struct map c =
      map_now(client.queue, image, TYPE_2D, CL_MAP_READ, zero, extent);
   assert_ptr_equal(c.pointer, a.pointer);
   unmap_now(client.queue, image, b.pointer);
   unmap_now(client.queue, image, c.pointer);
   CHECK_OK(clReleaseMemObject(image));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(buffers_take_their_path),
      cmocka_unit_test(images_take_their_path),
      cmocka_unit_test(pitches_are_the_drivers),
      cmocka_unit_test(direct_maps_round_trip),
      cmocka_unit_test(direct_buffers_round_trip),
      cmocka_unit_test(staging_is_pooled),
   };
   return cmocka_run_group_tests(tests, map_log_setup, map_log_teardown);
}
