/* SPDX-License-Identifier: MIT */

#include "api/validate_region.h"

#include <stdlib.h>
#include <string.h>

#include "util/trf_checked.h"
#include "util/trf_log.h"

/* Where in origin[] the level of a mip-mapped image stands. */
static unsigned
level_place(cl_mem_object_type type, unsigned place_2d)
{
   switch (type) {
   case CL_MEM_OBJECT_IMAGE1D:
      return 1;
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return 2;
   case CL_MEM_OBJECT_IMAGE2D:
      return place_2d;
   default:
      return 3;
   }
}

static cl_int
validate_level(const struct trf_mem *image, unsigned place,
               const size_t *origin, unsigned *level)
{
   *level = 0;
   if (image->image.levels <= 1)
      return CL_SUCCESS;

   /* cl_khr_mipmap_image: the level must be one that the image has. */
   if (origin[place] >= image->image.levels) {
      return trf_error(CL_INVALID_MIP_LEVEL,
                       "origin[%u] names level %zu of an image of %u levels",
                       place, origin[place], image->image.levels);
   }

   *level = (unsigned)origin[place];
   return CL_SUCCESS;
}

/* 5.3.3: what origin and region must be along axes the image lacks. */
static cl_int
validate_axes(const struct trf_mem *image, unsigned place,
              const size_t *origin, const size_t *region)
{
   const unsigned axes = trf_image_coordinates(image->type);
   const bool has_levels = image->image.levels > 1;

   for (unsigned i = 0; i < 3; i++) {
      /* 5.3.3: no value of region may be 0. */
      if (region[i] == 0)
         return trf_error(CL_INVALID_VALUE, "region[%u] is 0", i);

      if (i < axes)
         continue;

      /* 5.3.3: region is 1 along an axis that the image does not have. */
      if (region[i] != 1) {
         return trf_error(CL_INVALID_VALUE,
                          "region[%u] is %zu, the image has %u coordinates",
                          i, region[i], axes);
      }

      /* 5.3.3: and origin is 0 there, unless it names the mip level. */
      if (origin[i] != 0 && !(has_levels && i == place)) {
         return trf_error(CL_INVALID_VALUE,
                          "origin[%u] is %zu, the image has %u coordinates",
                          i, origin[i], axes);
      }
   }

   return CL_SUCCESS;
}

static cl_int
validate_bounds(unsigned axis, size_t origin, size_t region, size_t extent)
{
   if (!trf_fits(origin, region, extent)) {
      return trf_error(CL_INVALID_VALUE,
                       "origin[%u] %zu + region[%u] %zu is beyond %zu", axis,
                       origin, axis, region, extent);
   }
   return CL_SUCCESS;
}

cl_int
trf_resolve_image_region(const struct trf_mem *image, unsigned level_place_2d,
                         const size_t *origin, const size_t *region,
                         struct trf_image_region *resolved)
{
   const unsigned place = level_place(image->type, level_place_2d);
   const unsigned axes = trf_image_coordinates(image->type);
   size_t first[3] = {0, 0, 0};
   struct trf_box extent;
   unsigned level;
   cl_int error;

   /* 5.3.3: origin and region must not be NULL. */
   if (!origin)
      return trf_error(CL_INVALID_VALUE, "origin is NULL");
   if (!region)
      return trf_error(CL_INVALID_VALUE, "region is NULL");

   error = validate_axes(image, place, origin, region);
   if (error)
      return error;
   error = validate_level(image, place, origin, &level);
   if (error)
      return error;

   /* 5.3.3: the region must be inside the image, that is inside its level. */
   trf_image_level_extent(image, level, &extent);
   const size_t limit[3] = {extent.width, extent.height, extent.depth};
   for (unsigned i = 0; i < axes; i++) {
      error = validate_bounds(i, origin[i], region[i], limit[i]);
      if (error)
         return error;
      first[i] = origin[i];
   }

   *resolved = (struct trf_image_region){
      .box =
         {
            .x = first[0],
            .y = first[1],
            .z = first[2],
            .width = region[0],
            .height = region[1],
            .depth = region[2],
         },
      .level = level,
   };
   return CL_SUCCESS;
}

/*
 * The reference page puts a 2D image's level in origin[3], the extension's
 * specification in origin[2]: callers pass three elements, so the extension
 * is followed unless the user asks for the page's letter.
 */
static unsigned
level_place_2d(void)
{
   static unsigned cached;
   unsigned place = __atomic_load_n(&cached, __ATOMIC_RELAXED);

   if (!place) {
      const char *text = getenv("TREFOIL_MIP_ORIGIN_2D");
      place = text && strcmp(text, "3") == 0 ? 3 : 2;
      __atomic_store_n(&cached, place, __ATOMIC_RELAXED);
   }
   return place;
}

cl_int
trf_validate_image_region(const struct trf_mem *image, const size_t *origin,
                          const size_t *region,
                          struct trf_image_region *resolved)
{
   return trf_resolve_image_region(image, level_place_2d(), origin, region,
                                   resolved);
}

/* 5.2.2, 5.3.3: at least the bytes of a row; 0 means just those. */
cl_int
trf_validate_row_pitch(size_t given, size_t tight, size_t *pitch)
{
   if (given && given < tight) {
      return trf_error(CL_INVALID_VALUE,
                       "row pitch %zu is less than a row's %zu bytes", given,
                       tight);
   }
   *pitch = given ? given : tight;
   return CL_SUCCESS;
}

/* 5.2.2, 5.3.3: at least row_pitch × height; 0 means just that. */
cl_int
trf_validate_slice_pitch(size_t given, size_t row_pitch, size_t rows,
                         size_t *pitch)
{
   size_t tight;

   if (!trf_mul(row_pitch, rows, &tight)) {
      return trf_error(CL_INVALID_VALUE, "%zu rows of %zu bytes overflow",
                       rows, row_pitch);
   }
   if (given && given < tight) {
      return trf_error(CL_INVALID_VALUE,
                       "slice pitch %zu is less than %zu rows of %zu bytes",
                       given, rows, row_pitch);
   }
   *pitch = given ? given : tight;
   return CL_SUCCESS;
}

cl_int
trf_validate_host_pitches(const struct trf_mem *image,
                          const struct trf_image_region *region,
                          size_t row_pitch, size_t slice_pitch,
                          struct trf_layout *layout)
{
   const bool layers_1d = image->type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
   const size_t element = image->image.format->element;
   const size_t rows = layers_1d ? 1 : region->box.height;
   size_t tight, row, slice, bytes;
   cl_int error;

   if (!trf_mul(region->box.width, element, &tight))
      return trf_error(CL_INVALID_VALUE, "the bytes of a row overflow");

   error = trf_validate_row_pitch(row_pitch, tight, &row);
   if (error)
      return error;

   /* 5.3.3: slice_pitch must be 0 for 1D and 2D images. */
   if (slice_pitch && !trf_image_has_slices(image->type)) {
      return trf_error(CL_INVALID_VALUE,
                       "slice pitch %zu for an image without slices",
                       slice_pitch);
   }
   error = trf_validate_slice_pitch(slice_pitch, row, rows, &slice);
   if (error)
      return error;

   /* A layer of a 1D array is a row of the region: y counts layers. */
   const struct trf_layout resolved = {
      .element = element,
      .row = layers_1d ? slice : row,
      .slice = slice,
   };
   if (!trf_layout_span(&resolved, &region->box, &bytes))
      return trf_error(CL_INVALID_VALUE, "the pitches overflow");

   *layout = resolved;
   return CL_SUCCESS;
}

cl_int
trf_validate_packed_region(const struct trf_mem *image,
                           const struct trf_image_region *region,
                           struct trf_layout *layout, size_t *bytes)
{
   struct trf_layout tight;
   size_t span;

   if (!trf_layout_tight(image->image.format->element, &region->box,
                         &tight) ||
       !trf_layout_span(&tight, &region->box, &span))
      return trf_error(CL_INVALID_VALUE, "the bytes of the region overflow");

   *layout = tight;
   *bytes = span;
   return CL_SUCCESS;
}
