/* SPDX-License-Identifier: MIT */

/* The two software screens, and tests that run on each. */

#ifndef TRF_TESTS_GALLIUM_SCREENS_H
#define TRF_TESTS_GALLIUM_SCREENS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gallium/loader.h"
#include "gallium/resource.h"
#include "util/format/u_format.h"
#include "util/macros.h"

static struct trf_screen *llvmpipe, *softpipe;

static inline int
make_screens(void **state)
{
   struct trf_screen **screens;

   if (trf_loader_probe("llvmpipe,softpipe", &screens) != 2)
      return -1;
   llvmpipe = screens[0];
   softpipe = screens[1];
   free(screens);
   return 0;
}

static inline int
destroy_screens(void **state)
{
   trf_screen_destroy(softpipe);
   trf_screen_destroy(llvmpipe);
   return 0;
}

#define ON_LLVMPIPE(function)                                                 \
   {                                                                          \
      .name = #function " on llvmpipe", .test_func = (function),              \
      .initial_state = &llvmpipe                                              \
   }
#define ON_SOFTPIPE(function)                                                 \
   {                                                                          \
      .name = #function " on softpipe", .test_func = (function),              \
      .initial_state = &softpipe                                              \
   }
#define ON_BOTH(function) ON_LLVMPIPE(function), ON_SOFTPIPE(function)

/* A description of 1x1x1; tests widen what they need. */
static inline struct trf_resource_desc
describe(enum trf_target target, enum pipe_format format)
{
   return (struct trf_resource_desc){
      .target = target,
      .format = format,
      .width = 1,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .uses = TRF_FORMAT_SAMPLED,
   };
}

/* A level's extent in OpenCL's terms. */
static inline struct trf_box
level_box(const struct trf_resource_desc *desc, unsigned level)
{
   const bool array_1d = desc->target == TRF_TARGET_1D_ARRAY;

   return (struct trf_box){
      .width = trf_minify(desc->width, level),
      .height = array_1d ? desc->layers : trf_minify(desc->height, level),
      .depth = array_1d ? 1 : trf_minify(desc->depth, level) * desc->layers,
   };
}

/* A byte that tells one pixel, level and fill from the others. */
static inline uint8_t
pixel_byte(unsigned seed, unsigned level, size_t x, size_t y, size_t z,
           size_t byte)
{
   uint32_t hash = seed * 0x9e3779b1u + level;
   hash = hash * 0x85ebca6bu + (uint32_t)x;
   hash = hash * 0xc2b2ae35u + (uint32_t)y;
   hash = hash * 0x27d4eb2fu + (uint32_t)z;
   hash = hash * 0x165667b1u + (uint32_t)byte;
   return (hash ^ hash >> 15) * 0x2c1b3c6du >> 24;
}

/* Writes a pattern to a box; `at` is where the box is in the level. */
static inline void
fill_pattern(uint8_t *pointer, const struct trf_layout *layout,
             const struct trf_box *at, unsigned level, unsigned seed)
{
   for (size_t z = 0; z < at->depth; z++)
      for (size_t y = 0; y < at->height; y++)
         for (size_t x = 0; x < at->width; x++)
            for (size_t byte = 0; byte < layout->element; byte++)
               pointer[z * layout->slice + y * layout->row +
                       x * layout->element + byte] =
                  pixel_byte(seed, level, at->x + x, at->y + y, at->z + z,
                             byte);
}

static inline bool
has_pattern(const uint8_t *pointer, const struct trf_layout *layout,
            const struct trf_box *at, unsigned level, unsigned seed)
{
   for (size_t z = 0; z < at->depth; z++)
      for (size_t y = 0; y < at->height; y++)
         for (size_t x = 0; x < at->width; x++)
            for (size_t byte = 0; byte < layout->element; byte++)
               if (pointer[z * layout->slice + y * layout->row +
                           x * layout->element + byte] !=
                   pixel_byte(seed, level, at->x + x, at->y + y, at->z + z,
                              byte))
                  return false;
   return true;
}

#endif
