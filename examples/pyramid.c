/* SPDX-License-Identifier: MIT */

/*
 * Builds a picture's mip levels on the host, through mapped images.
 *
 *    pyramid [picture.png] [-o contact-sheet.png]
 *
 * The picture is written into level 0 of a mip-mapped image; each further
 * level is computed from the one before with both of them mapped; then all
 * levels are mapped at once and drawn side by side into a contact sheet. What
 * the maps show is compared with the same pyramid made in plain memory, and
 * the exit status says whether they agree. Where the device runs kernels that
 * sample mip levels, focus.c goes on from the pyramid.
 *
 * Three things to take away from it:
 *  - Only the row pitch that the map returns says where the next row begins.
 *  - CL_MAP_WRITE_INVALIDATE_REGION, not CL_MAP_WRITE, where every pixel of
 *    the region will be written: nothing needs to be fetched for it.
 *  - A 2D image's mip level is named by origin[2].
 *
 * Build it with: cc *.c -lOpenCL -lpng -lm
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "focus.h"
#include "maplog.h"

#ifndef DEFAULT_PICTURE
#define DEFAULT_PICTURE "picture.png"
#endif
#define DEFAULT_SHEET "trefoil-pyramid.png"

enum {
   MARGIN = 8, /* around the pictures of the contact sheet */
};

struct device {
   cl_context context;
   cl_command_queue queue;
};

/* What the table says of a level. */
struct level {
   size_t width, height, row_pitch;
   char write_path[32], read_path[32];
   double write_us, read_us, work_us;
   bool right;
};

/* The pyramid's arithmetic */

/*
 * The first and the last of the source's samples that one sample of the next
 * level covers. Of an odd size the last sample covers three, so that none is
 * left out; of size 1 it covers the only one.
 */
static void
covered(size_t i, size_t from_size, size_t to_size, size_t *first,
        size_t *last)
{
   *first = from_size == 1 ? 0 : 2 * i;
   *last = i + 1 == to_size ? from_size - 1 : 2 * i + 1;
}

/* Box filter: each pixel is the rounded mean of those that it covers. */
static void
halve(const struct pixels *to, const struct pixels *from)
{
   for (size_t y = 0; y < to->height; y++) {
      size_t y0, y1;
      covered(y, from->height, to->height, &y0, &y1);

      for (size_t x = 0; x < to->width; x++) {
         size_t x0, x1;
         covered(x, from->width, to->width, &x0, &x1);

         uint8_t *pixel = to->data + y * to->pitch + x * PIXEL;
         const size_t count = (y1 - y0 + 1) * (x1 - x0 + 1);
         for (size_t channel = 0; channel < PIXEL; channel++) {
            size_t sum = count / 2;
            for (size_t v = y0; v <= y1; v++)
               for (size_t u = x0; u <= x1; u++)
                  sum += from->data[v * from->pitch + u * PIXEL + channel];
            pixel[channel] = (uint8_t)(sum / count);
         }
      }
   }
}

static size_t
half(size_t size)
{
   return size > 1 ? size / 2 : 1;
}

static unsigned
count_levels(size_t width, size_t height)
{
   unsigned count = 1;
   for (; width > 1 || height > 1; count++) {
      width = half(width);
      height = half(height);
   }
   return count;
}

/* OpenCL */

static cl_mem
create_mipmapped_image(cl_context context, size_t width, size_t height,
                       unsigned levels, cl_int *error)
{
   const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = width,
      .image_height = height,
      .num_mip_levels = levels,
   };
   return clCreateImage(context, CL_MEM_READ_WRITE, &format, &desc, NULL,
                        error);
}

static void
print_device(cl_platform_id platform, cl_device_id device)
{
   char platform_name[128] = "", device_name[128] = "";
   clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof(platform_name),
                     platform_name, NULL);
   clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof(device_name), device_name,
                   NULL);
   printf("%s on %s\n", platform_name, device_name);
}

/* Makes the image on a device; false if it has no such images. */
static bool
try_device(cl_platform_id platform, cl_device_id id,
           const struct pixels *picture, struct device *device, cl_mem *image)
{
   const cl_context_properties properties[] = {
      CL_CONTEXT_PLATFORM, (cl_context_properties)platform, 0};
   cl_int error;

   device->context = clCreateContext(properties, 1, &id, NULL, NULL, &error);
   if (error != CL_SUCCESS)
      return false;

   *image = create_mipmapped_image(
      device->context, picture->width, picture->height,
      count_levels(picture->width, picture->height), &error);
   if (error != CL_SUCCESS) {
      clReleaseContext(device->context);
      return false;
   }

   device->queue =
      clCreateCommandQueueWithProperties(device->context, id, NULL, &error);
   check(error, "clCreateCommandQueueWithProperties");
   print_device(platform, id);
   return true;
}

/* Takes the first device that has mip-mapped images of this size. */
static void
open_device(const struct pixels *picture, struct device *device,
            cl_mem *image)
{
   cl_platform_id platforms[16];
   cl_uint platform_count;
   check(clGetPlatformIDs(16, platforms, &platform_count),
         "clGetPlatformIDs");
   if (platform_count > 16)
      platform_count = 16;

   for (cl_uint p = 0; p < platform_count; p++) {
      cl_device_id devices[16];
      cl_uint device_count;
      if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, 16, devices,
                         &device_count) != CL_SUCCESS)
         continue;
      if (device_count > 16)
         device_count = 16;

      for (cl_uint d = 0; d < device_count; d++) {
         if (try_device(platforms[p], devices[d], picture, device, image))
            return;
      }
   }
   fail("OpenCL", "no device can make a mip-mapped image of this size");
}

/* Maps a whole level: for two dimensions, origin[2] names it. */
static struct pixels
map_level(cl_command_queue queue, cl_mem image, unsigned number,
          const struct level *level, cl_map_flags flags, double *us)
{
   const size_t origin[3] = {0, 0, number};
   const size_t region[3] = {level->width, level->height, 1};
   struct pixels mapped = {NULL, level->width, level->height, 0};
   cl_int error;

   const double start = now_us();
   mapped.data =
      clEnqueueMapImage(queue, image, CL_TRUE, flags, origin, region,
                        &mapped.pitch, NULL, 0, NULL, NULL, &error);
   *us = now_us() - start;
   check(error, "clEnqueueMapImage");
   return mapped;
}

static struct pixels
map_for_write(cl_command_queue queue, cl_mem image, unsigned number,
              struct level *level)
{
   struct pixels mapped =
      map_level(queue, image, number, level, CL_MAP_WRITE_INVALIDATE_REGION,
                &level->write_us);
   strcpy(level->write_path, maplog_path(number));
   return mapped;
}

static struct pixels
map_for_read(cl_command_queue queue, cl_mem image, unsigned number,
             struct level *level)
{
   struct pixels mapped =
      map_level(queue, image, number, level, CL_MAP_READ, &level->read_us);
   level->row_pitch = mapped.pitch;
   strcpy(level->read_path, maplog_path(number));
   return mapped;
}

static void
unmap(cl_command_queue queue, cl_mem image, const struct pixels *mapped)
{
   check(clEnqueueUnmapMemObject(queue, image, mapped->data, 0, NULL, NULL),
         "clEnqueueUnmapMemObject");
}

static void
write_level_0(cl_command_queue queue, cl_mem image, struct level *level,
              const struct pixels *picture)
{
   struct pixels mapped = map_for_write(queue, image, 0, level);

   const double start = now_us();
   copy_pixels(&mapped, picture);
   level->work_us = now_us() - start;

   unmap(queue, image, &mapped);
}

/* Two levels of one image are mapped at the same time: they don't overlap. */
static void
build_level(cl_command_queue queue, cl_mem image, unsigned number,
            struct level *levels)
{
   struct pixels above =
      map_for_read(queue, image, number - 1, &levels[number - 1]);
   struct pixels mapped =
      map_for_write(queue, image, number, &levels[number]);

   const double start = now_us();
   halve(&mapped, &above);
   levels[number].work_us = now_us() - start;

   unmap(queue, image, &mapped);
   unmap(queue, image, &above);
}

/* The contact sheet: level 0 at the left, the others one below another. */

static struct pixels
sheet_create(const struct level *levels, unsigned count)
{
   size_t width = levels[0].width + 2 * MARGIN, column = MARGIN;
   for (unsigned i = 1; i < count; i++)
      column += levels[i].height + MARGIN;
   if (count > 1)
      width += levels[1].width + MARGIN;

   size_t height = levels[0].height + 2 * MARGIN;
   if (height < column)
      height = column;
   struct pixels sheet = pixels_create(width, height);
   memset(sheet.data, 0xff, sheet.height * sheet.pitch);
   return sheet;
}

static struct pixels
sheet_place(const struct pixels *sheet, const struct level *levels,
            unsigned number)
{
   size_t x = MARGIN, y = MARGIN;
   if (number > 0)
      x += levels[0].width + MARGIN;
   for (unsigned i = 1; i < number; i++)
      y += levels[i].height + MARGIN;

   struct pixels place = *sheet;
   place.data += y * sheet->pitch + x * PIXEL;
   return place;
}

/* Maps all levels together, compares them and draws them. */
static bool
read_pyramid(cl_command_queue queue, cl_mem image, struct level *levels,
             unsigned count, const struct pixels *picture,
             const struct pixels *sheet)
{
   struct pixels mapped[MAX_LEVELS];
   for (unsigned i = 0; i < count; i++)
      mapped[i] = map_for_read(queue, image, i, &levels[i]);

   struct pixels expected = *picture;
   bool right = true;
   for (unsigned i = 0; i < count; i++) {
      if (i > 0) {
         struct pixels next =
            pixels_create(levels[i].width, levels[i].height);
         halve(&next, &expected);
         if (i > 1)
            free(expected.data);
         expected = next;
      }
      levels[i].right = same_pixels(&mapped[i], &expected);
      right = right && levels[i].right;

      struct pixels place = sheet_place(sheet, levels, i);
      copy_pixels(&place, &mapped[i]);
   }
   if (count > 1)
      free(expected.data);

   for (unsigned i = 0; i < count; i++)
      unmap(queue, image, &mapped[i]);
   check(clFinish(queue), "clFinish");
   return right;
}

static void
print_table(const struct level *levels, unsigned count)
{
   printf("\n%5s  %11s  %9s  %-15s  %10s  %10s  %10s  %s\n", "level",
          "region", "row pitch", "path", "map write", "compute", "map read",
          "pixels");
   for (unsigned i = 0; i < count; i++) {
      const struct level *level = &levels[i];
      char region[48], path[80];
      snprintf(region, sizeof(region), "%zux%zu", level->width,
               level->height);
      snprintf(path, sizeof(path), "%s", level->write_path);
      if (strcmp(level->write_path, level->read_path) != 0)
         snprintf(path, sizeof(path), "%s/%s", level->write_path,
                  level->read_path);
      printf("%5u  %11s  %9zu  %-15s  %7.1f us  %7.1f us  %7.1f us  %s\n", i,
             region, level->row_pitch, path, level->write_us, level->work_us,
             level->read_us, level->right ? "right" : "WRONG");
   }
}

static void
parse_arguments(int argc, char **argv, const char **picture,
                const char **sheet)
{
   for (int i = 1; i < argc; i++) {
      if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) {
         *sheet = argv[++i];
      } else if (argv[i][0] != '-') {
         *picture = argv[i];
      } else {
         fputs("usage: pyramid [picture.png] [-o contact-sheet.png]\n",
               stderr);
         exit(EXIT_FAILURE);
      }
   }
}

int
main(int argc, char **argv)
{
   const char *picture_name = DEFAULT_PICTURE, *sheet_name = DEFAULT_SHEET;
   parse_arguments(argc, argv, &picture_name, &sheet_name);
   struct pixels picture = png_load(picture_name);

   maplog_open();
   struct device device;
   cl_mem image;
   open_device(&picture, &device, &image);

   struct level levels[MAX_LEVELS] = {
      {.width = picture.width, .height = picture.height}};
   const unsigned count = count_levels(picture.width, picture.height);
   for (unsigned i = 1; i < count; i++) {
      levels[i].width = half(levels[i - 1].width);
      levels[i].height = half(levels[i - 1].height);
   }

   write_level_0(device.queue, image, &levels[0], &picture);
   for (unsigned i = 1; i < count; i++)
      build_level(device.queue, image, i, levels);

   struct pixels sheet = sheet_create(levels, count);
   bool right =
      read_pyramid(device.queue, image, levels, count, &picture, &sheet);
   print_table(levels, count);
   png_save(sheet_name, &sheet);
   printf("The first map also pays for what is set up only once.\n\n"
          "The pyramid is in %s; its pixels are %s.\n",
          sheet_name, right ? "right" : "WRONG");
   right = focus_picture(device.queue, image, count, sheet_name) && right;

   free(sheet.data);
   free(picture.data);
   clReleaseMemObject(image);
   clReleaseCommandQueue(device.queue);
   clReleaseContext(device.context);
   return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
