/* SPDX-License-Identifier: MIT */

#include "maps.h"

#include <stdlib.h>

static const size_t zero[3] = {0, 0, 0};

const cl_map_flags all_map_flags[MAP_FLAGS] = {
   CL_MAP_READ, CL_MAP_WRITE, CL_MAP_READ | CL_MAP_WRITE,
   CL_MAP_WRITE_INVALIDATE_REGION};

int
map_setup(void **state)
{
   if (client_setup(state))
      return -1;
   if (!client.images)
      print_error("the device has no images\n");
   return client.images ? 0 : -1;
}

cl_mem
plain_2d(cl_mem_flags flags)
{
   return new_image(TYPE_2D, &rgba8, flags, 32, 16, 1, 1);
}

void *
map_raw(cl_command_queue queue, cl_mem image, cl_bool blocking,
        cl_map_flags flags, const size_t *origin, const size_t *region,
        cl_uint count, const cl_event *waits, cl_event *event)
{
   size_t row = 0, slice = 0;
   return clEnqueueMapImage(queue, image, blocking, flags, origin, region,
                            &row, &slice, count, waits, event, &code);
}

static void
check_pitches(const struct map *map, unsigned type)
{
   assert_true(map->row > 0);
   if (image_types[type].slices)
      assert_true(map->slice > 0);
   else
      assert_int_equal(map->slice, 0);
}

struct map
map_now(cl_command_queue queue, cl_mem image, unsigned type,
        cl_map_flags flags, const size_t *origin, const size_t *region)
{
   struct map map = {NULL, 0, 77};
   map.pointer =
      CREATED(clEnqueueMapImage(queue, image, CL_TRUE, flags, origin, region,
                                &map.row, &map.slice, 0, NULL, NULL, &code));
   check_pitches(&map, type);
   return map;
}

struct map
map_later(cl_command_queue queue, cl_mem image, unsigned type,
          cl_map_flags flags, const size_t *origin, const size_t *region,
          cl_uint count, const cl_event *waits, cl_event *event)
{
   struct map map = {NULL, 0, 77};
   map.pointer = CREATED(
      clEnqueueMapImage(queue, image, CL_FALSE, flags, origin, region,
                        &map.row, &map.slice, count, waits, event, &code));
   check_pitches(&map, type);
   return map;
}

void
map_refused(cl_command_queue queue, cl_mem image, cl_map_flags flags,
            const size_t *origin, const size_t *region, cl_int wanted)
{
   for (cl_bool blocking = CL_FALSE; blocking <= CL_TRUE; blocking++) {
      cl_event event = (cl_event)&code;
      size_t row = 7, slice = 8;

      REFUSED(wanted,
              clEnqueueMapImage(queue, image, blocking, flags, origin, region,
                                &row, &slice, 0, NULL, &event, &code));
      assert_ptr_equal(event, &code);
      assert_int_equal(row, 7);
      assert_int_equal(slice, 8);
   }
}

void
unmap_now(cl_command_queue queue, cl_mem mem, void *pointer)
{
   cl_event event;
   CHECK_OK(clEnqueueUnmapMemObject(queue, mem, pointer, 0, NULL, &event));
   end_event(event, CL_COMPLETE);
}

unsigned char *
map_at(const struct map *map, unsigned type, size_t element, size_t x,
       size_t y, size_t z)
{
   /* A layer of a 1D array is a slice. */
   const size_t row = type == TYPE_1D_ARRAY ? map->slice : map->row;
   return map->pointer + z * map->slice + y * row + x * element;
}

struct picture
picture_new(unsigned type, const cl_image_format *format, cl_mem_flags flags,
            unsigned seed)
{
   struct picture picture = {.type = type};

   type_extent(type, picture.extent);
   picture.image = new_image(type, format, flags, picture.extent[0],
                             picture.extent[1], picture.extent[2], 1);
   picture.element = image_size(picture.image, CL_IMAGE_ELEMENT_SIZE);
   picture.bytes = malloc(picture.extent[0] * picture.extent[1] *
                          picture.extent[2] * picture.element);
   assert_non_null(picture.bytes);
   rewrite_picture(&picture, seed);
   return picture;
}

void
picture_free(struct picture *picture)
{
   CHECK_OK(clReleaseMemObject(picture->image));
   free(picture->bytes);
}

unsigned char *
picture_at(const struct picture *picture, size_t x, size_t y, size_t z)
{
   return picture->bytes +
          ((z * picture->extent[1] + y) * picture->extent[0] + x) *
             picture->element;
}

void
rewrite_picture(struct picture *picture, unsigned seed)
{
   fill_bytes(picture->bytes,
              picture->extent[0] * picture->extent[1] * picture->extent[2] *
                 picture->element,
              seed);
   CHECK_OK(clEnqueueWriteImage(client.queue, picture->image, CL_TRUE, zero,
                                picture->extent, 0, 0, picture->bytes, 0,
                                NULL, NULL));
}

void
check_map(const struct map *map, const struct picture *picture,
          const size_t *origin, const size_t *region)
{
   for (size_t z = 0; z < region[2]; z++)
      for (size_t y = 0; y < region[1]; y++)
         assert_memory_equal(
            map_at(map, picture->type, picture->element, 0, y, z),
            picture_at(picture, origin[0], origin[1] + y, origin[2] + z),
            region[0] * picture->element);
}

void
write_map(const struct map *map, struct picture *picture,
          const size_t *origin, const size_t *region, unsigned seed)
{
   const size_t bytes = region[0] * picture->element;

   for (size_t z = 0; z < region[2]; z++)
      for (size_t y = 0; y < region[1]; y++) {
         unsigned char *row =
            picture_at(picture, origin[0], origin[1] + y, origin[2] + z);
         fill_bytes(row, bytes, seed++);
         memcpy(map_at(map, picture->type, picture->element, 0, y, z), row,
                bytes);
      }
}

void
check_picture(const struct picture *picture)
{
   const size_t bytes = picture->extent[0] * picture->extent[1] *
                        picture->extent[2] * picture->element;
   unsigned char *back = malloc(bytes);

   assert_non_null(back);
   memset(back, 0xa5, bytes);
   CHECK_OK(clEnqueueReadImage(client.queue, picture->image, CL_TRUE, zero,
                               picture->extent, 0, 0, back, 0, NULL, NULL));
   assert_memory_equal(back, picture->bytes, bytes);
   free(back);
}

void
inner_region(unsigned type, size_t origin[3], size_t region[3])
{
   static const size_t inner_origin[3] = {3, 2, 1};
   static const size_t inner_region_[3] = {11, 4, 3};

   memcpy(region, inner_region_, sizeof(inner_region_));
   clip_to_axes(type, region);
   for (unsigned i = 0; i < 3; i++)
      origin[i] = i < image_types[type].axes ? inner_origin[i] : 0;
}
