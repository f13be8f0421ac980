/* SPDX-License-Identifier: MIT */

/*
 * Images of every type and format that a driver offers, with one level and
 * with all, are made, and each level can be mapped.
 */

#include "shim.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned made;

/* What the driver says on stderr. */
static FILE *said;

/* 16 × 8 × 4 where the type has such axes: five levels at most. */
static void
small_extent(unsigned type, size_t extent[3])
{
   extent[0] = 16;
   extent[1] = 8;
   extent[2] = 4;
   clip_to_axes(type, extent);
}

/* cl_khr_mipmap_image has none for depth images. */
static unsigned
all_levels(unsigned type, const cl_image_format *format)
{
   return image_types[type].level_axis &&
                format->image_channel_order != CL_DEPTH
             ? 5
             : 1;
}

static void
map_each_level(cl_mem image, unsigned type, unsigned levels)
{
   for (unsigned level = 0; level < levels; level++) {
      size_t origin[4] = {0}, region[3] = {1, 1, 1}, row = 0, slice = 0;

      if (levels > 1)
         origin[image_types[type].level_axis] = level;
      void *pointer = CREATED(clEnqueueMapImage(
         client.queue, image, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, origin,
         region, &row, &slice, 0, NULL, NULL, &code));
      assert_true(row > 0);
      assert_int_equal(slice != 0, image_types[type].slices);
      CHECK_OK(clEnqueueUnmapMemObject(client.queue, image, pointer, 0, NULL,
                                       NULL));
   }
   CHECK_OK(clFinish(client.queue));
}

static void
make(unsigned type, const cl_image_format *format, cl_mem_flags flags)
{
   size_t extent[3];
   small_extent(type, extent);

   const unsigned most = all_levels(type, format);
   for (unsigned levels = 1; levels <= most; levels += 4) {
      cl_mem image = new_image(type, format, flags, extent[0], extent[1],
                               extent[2], levels > 1 ? levels : 0);
      const size_t element = image_size(image, CL_IMAGE_ELEMENT_SIZE);
      assert_true(image_size(image, CL_IMAGE_ROW_PITCH) >=
                  extent[0] * element);
      map_each_level(image, type, levels);
      CHECK_OK(clReleaseMemObject(image));
      made++;
   }
}

static void
every_image_is_made(void **state)
{
   static const cl_mem_flags flags[] = {
      CL_MEM_READ_ONLY,
      CL_MEM_WRITE_ONLY,
      CL_MEM_READ_WRITE,
      CL_MEM_KERNEL_READ_AND_WRITE,
   };

   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned f = 0; f < COUNT(flags); f++) {
         cl_image_format formats[256];
         cl_uint count = 0;

         CHECK_OK(clGetSupportedImageFormats(
            client.context, flags[f], image_types[type].type, COUNT(formats),
            formats, &count));
         if (flags[f] == CL_MEM_KERNEL_READ_AND_WRITE)
            assert_int_equal(count != 0, the_gpu()->read_write_images);
         else
            assert_in_range(count, 20, COUNT(formats));
         for (cl_uint i = 0; i < count; i++)
            make(type, &formats[i],
                 flags[f] == CL_MEM_KERNEL_READ_AND_WRITE ? CL_MEM_READ_WRITE
                                                          : flags[f]);
      }
   }
   print_message("# %u images\n", made);
}

/* A copy that a driver cannot make fails without a word but on stderr. */
static void
no_copy_was_refused(void **state)
{
   char line[512];

   rewind(said);
   while (fgets(line, sizeof(line), said)) {
      if (strstr(line, "failed"))
         fail_msg("the driver says: %s", line);
   }
}

/* The largest of each axis; memory is only taken when it is touched. */
static void
long_images_are_made(void **state)
{
   const size_t width = device_size(CL_DEVICE_IMAGE2D_MAX_WIDTH);
   const size_t layers = device_size(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE);
   const size_t depth = device_size(CL_DEVICE_IMAGE3D_MAX_DEPTH);
   const struct {
      unsigned type;
      size_t extent[3];
   } images[] = {
      {TYPE_1D, {width, 1, 1}},
      {TYPE_2D, {width, 1, 1}},
      {TYPE_2D, {1, device_size(CL_DEVICE_IMAGE2D_MAX_HEIGHT), 1}},
      {TYPE_1D_ARRAY, {1, layers, 1}},
      {TYPE_2D_ARRAY, {1, 1, layers}},
      {TYPE_3D, {1, 1, depth}},
      {TYPE_1D_BUFFER, {65536, 1, 1}},
   };

   for (unsigned i = 0; i < COUNT(images); i++) {
      const size_t *extent = images[i].extent;
      cl_mem image = new_image(images[i].type, &rgba8, CL_MEM_READ_WRITE,
                               extent[0], extent[1], extent[2], 0);
      CHECK_OK(clReleaseMemObject(image));
   }
}

static int
setup(void **state)
{
   said = tmpfile();
   if (!said || dup2(fileno(said), STDERR_FILENO) < 0)
      return -1;
   return client_setup(state);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_image_is_made),
      cmocka_unit_test(long_images_are_made),
      cmocka_unit_test(no_copy_was_refused),
   };
   return cmocka_run_group_tests(tests, setup, client_teardown);
}
