/* SPDX-License-Identifier: MIT */

#include "focus_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
   TOLERANCE = 2,
};

struct color {
   float channel[PIXEL];
};

static struct color
mix(struct color a, struct color b, float weight)
{
   for (unsigned i = 0; i < PIXEL; i++)
      a.channel[i] += weight * (b.channel[i] - a.channel[i]);
   return a;
}

static size_t
clamp_to_edge(int i, size_t size)
{
   if (i < 0)
      return 0;
   return (size_t)i < size ? (size_t)i : size - 1;
}

static struct color
fetch(const struct pixels *image, int x, int y)
{
   const uint8_t *pixel = image->data +
                          clamp_to_edge(y, image->height) * image->pitch +
                          clamp_to_edge(x, image->width) * PIXEL;
   struct color color;
   for (unsigned i = 0; i < PIXEL; i++)
      color.channel[i] = pixel[i];
   return color;
}

static void
store(const struct pixels *image, size_t x, size_t y, struct color color)
{
   uint8_t *pixel = image->data + y * image->pitch + x * PIXEL;
   for (unsigned i = 0; i < PIXEL; i++)
      pixel[i] = (uint8_t)lrintf(color.channel[i]);
}

/* Between the four nearest pixels, whose middles lie at halves. */
static struct color
sample_level(const struct pixels *level, float u, float v)
{
   const float x = u * (float)level->width - 0.5f;
   const float y = v * (float)level->height - 0.5f;
   const int left = (int)floorf(x), top = (int)floorf(y);
   const float right_weight = x - (float)left;

   const struct color upper =
      mix(fetch(level, left, top), fetch(level, left + 1, top), right_weight);
   const struct color lower =
      mix(fetch(level, left, top + 1), fetch(level, left + 1, top + 1),
          right_weight);
   return mix(upper, lower, y - (float)top);
}

/* Between the two nearest levels. */
static struct color
sample(const struct pixels *levels, unsigned count, float u, float v,
       float lod)
{
   lod = fminf(lod, (float)(count - 1));
   const unsigned finer = (unsigned)lod;
   const unsigned coarser = finer + 1 < count ? finer + 1 : finer;
   return mix(sample_level(&levels[finer], u, v),
              sample_level(&levels[coarser], u, v), lod - (float)finer);
}

void
focus_on_host(const struct pixels *levels, unsigned count, float clear,
              float steep, const struct pixels *to)
{
   for (size_t y = 0; y < to->height; y++) {
      for (size_t x = 0; x < to->width; x++) {
         const float u = ((float)x + 0.5f) / (float)to->width;
         const float v = ((float)y + 0.5f) / (float)to->height;
         const float distance = hypotf(2 * u - 1, 2 * v - 1);
         const float lod = steep * fmaxf(distance - clear, 0.0f);
         store(to, x, y, sample(levels, count, u, v, lod));
      }
   }
}

static struct color
blur_pixel(const struct pixels *from, int x, int y)
{
   struct color sum = {{0}};
   for (int j = -1; j <= 1; j++) {
      for (int i = -1; i <= 1; i++) {
         const float weight = (float)((2 - abs(i)) * (2 - abs(j))) / 16;
         const struct color color = fetch(from, x + i, y + j);
         for (unsigned c = 0; c < PIXEL; c++)
            sum.channel[c] += weight * color.channel[c];
      }
   }
   return sum;
}

void
blur_on_host(const struct pixels *from, const struct pixels *to)
{
   for (size_t y = 0; y < to->height; y++)
      for (size_t x = 0; x < to->width; x++)
         store(to, x, y, blur_pixel(from, (int)x, (int)y));
}

/* Of the channel that is farthest off. */
static int
pixel_distance(const uint8_t *a, const uint8_t *b)
{
   int most = 0;
   for (unsigned i = 0; i < PIXEL; i++) {
      const int off = abs(a[i] - b[i]);
      if (off > most)
         most = off;
   }
   return most;
}

bool
compare_pixels(const char *name, const struct pixels *got,
               const struct pixels *expected)
{
   int most = 0;
   size_t differ = 0;
   for (size_t y = 0; y < got->height; y++) {
      for (size_t x = 0; x < got->width; x++) {
         const int off =
            pixel_distance(got->data + y * got->pitch + x * PIXEL,
                           expected->data + y * expected->pitch + x * PIXEL);
         differ += off > 0;
         if (off > most)
            most = off;
      }
   }
   printf("%-5s  %zu of %zu pixels differ from the host's, by at most %d of "
          "255: %s\n",
          name, differ, got->width * got->height, most,
          most <= TOLERANCE ? "right" : "WRONG");
   return most <= TOLERANCE;
}
