/* SPDX-License-Identifier: MIT */

#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <png.h>

void
check(cl_int error, const char *call)
{
   if (error == CL_SUCCESS)
      return;
   fprintf(stderr, "pyramid: %s failed: error %d\n", call, error);
   exit(EXIT_FAILURE);
}

void
fail(const char *what, const char *why)
{
   fprintf(stderr, "pyramid: %s: %s\n", what, why);
   exit(EXIT_FAILURE);
}

double
now_us(void)
{
   struct timespec now;
   clock_gettime(CLOCK_MONOTONIC, &now);
   return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

struct pixels
pixels_create(size_t width, size_t height)
{
   struct pixels image = {NULL, width, height, width * PIXEL};
   image.data = calloc(height, image.pitch);
   if (image.data == NULL)
      fail("memory", "there is not enough");
   return image;
}

struct pixels
png_load(const char *name)
{
   png_image png = {.version = PNG_IMAGE_VERSION};
   if (!png_image_begin_read_from_file(&png, name))
      fail(name, png.message);
   png.format = PNG_FORMAT_RGBA;

   struct pixels image = pixels_create(png.width, png.height);
   if (!png_image_finish_read(&png, NULL, image.data, (png_int_32)image.pitch,
                              NULL))
      fail(name, png.message);
   return image;
}

void
png_save(const char *name, const struct pixels *image)
{
   png_image png = {
      .version = PNG_IMAGE_VERSION,
      .width = (png_uint_32)image->width,
      .height = (png_uint_32)image->height,
      .format = PNG_FORMAT_RGBA,
   };
   if (!png_image_write_to_file(&png, name, 0, image->data,
                                (png_int_32)image->pitch, NULL))
      fail(name, png.message);
}

void
copy_pixels(const struct pixels *to, const struct pixels *from)
{
   for (size_t y = 0; y < from->height; y++)
      memcpy(to->data + y * to->pitch, from->data + y * from->pitch,
             from->width * PIXEL);
}

bool
same_pixels(const struct pixels *a, const struct pixels *b)
{
   for (size_t y = 0; y < a->height; y++) {
      if (memcmp(a->data + y * a->pitch, b->data + y * b->pitch,
                 a->width * PIXEL) != 0)
         return false;
   }
   return true;
}
