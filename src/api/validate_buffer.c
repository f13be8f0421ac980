/* SPDX-License-Identifier: MIT */

#include "api/validate_buffer.h"

#include "api/validate_region.h"
#include "util/trf_checked.h"
#include "util/trf_log.h"

cl_int
trf_validate_buffer_range(const struct trf_mem *buffer, size_t offset,
                          size_t size)
{
   /* 5.2.2: the range must be within the buffer. */
   if (!trf_fits(offset, size, buffer->size)) {
      return trf_error(CL_INVALID_VALUE,
                       "offset %zu + size %zu is beyond the buffer's %zu",
                       offset, size, buffer->size);
   }
   return CL_SUCCESS;
}

static cl_int
resolve_rect_pitches(const struct trf_rect_args *rect, const size_t *region,
                     struct trf_layout *layout)
{
   cl_int error;

   /* 5.2.2: row_pitch is 0 or at least region[0]. */
   error = trf_validate_row_pitch(rect->row_pitch, region[0], &layout->row);
   if (error)
      return error;

   /* 5.2.2: slice_pitch is 0 or at least region[1] × row_pitch ... */
   error = trf_validate_slice_pitch(rect->slice_pitch, layout->row, region[1],
                                    &layout->slice);
   if (error)
      return error;

   /* 5.2.2: ... and a multiple of row_pitch. */
   if (layout->slice % layout->row != 0) {
      return trf_error(CL_INVALID_VALUE,
                       "slice pitch %zu is no multiple of row pitch %zu",
                       layout->slice, layout->row);
   }

   layout->element = 1;
   return CL_SUCCESS;
}

/* One past the last byte of a rectangle; false when that overflows. */
static bool
rect_end(const size_t *origin, const size_t *region,
         const struct trf_layout *layout, size_t *end)
{
   const size_t pitch[3] = {1, layout->row, layout->slice};
   size_t sum = 1;

   for (unsigned i = 0; i < 3; i++) {
      size_t index, bytes;

      if (!trf_add(origin[i], region[i] - 1, &index) ||
          !trf_mul(index, pitch[i], &bytes) || !trf_add(sum, bytes, &sum))
         return false;
   }
   *end = sum;
   return true;
}

cl_int
trf_validate_rect(const struct trf_rect_args *rect, const size_t *region,
                  size_t limit, struct trf_box *box,
                  struct trf_layout *layout)
{
   struct trf_layout resolved;
   size_t end;
   cl_int error;

   /* 5.2.2: origins and region must not be NULL. */
   if (!rect->origin)
      return trf_error(CL_INVALID_VALUE, "an origin is NULL");
   if (!region)
      return trf_error(CL_INVALID_VALUE, "region is NULL");

   /* 5.2.2: no element of region may be 0. */
   for (unsigned i = 0; i < 3; i++) {
      if (region[i] == 0)
         return trf_error(CL_INVALID_VALUE, "region[%u] is 0", i);
   }

   error = resolve_rect_pitches(rect, region, &resolved);
   if (error)
      return error;

   /* 5.2.2: the rectangle must be within the buffer. */
   if (!rect_end(rect->origin, region, &resolved, &end) || end > limit) {
      return trf_error(CL_INVALID_VALUE,
                       "the rectangle ends beyond the buffer's %zu bytes",
                       limit);
   }

   *layout = resolved;
   *box = (struct trf_box){
      .x = rect->origin[0],
      .y = rect->origin[1],
      .z = rect->origin[2],
      .width = region[0],
      .height = region[1],
      .depth = region[2],
   };
   return CL_SUCCESS;
}

cl_int
trf_validate_fill_pattern(const void *pattern, size_t pattern_size,
                          size_t offset, size_t size)
{
   /* 5.2.3: pattern must not be NULL. */
   if (!pattern)
      return trf_error(CL_INVALID_VALUE, "pattern is NULL");

   /* 5.2.3: pattern_size is one of 1, 2, 4, 8, 16, 32, 64 and 128. */
   if (pattern_size == 0 || pattern_size > 128 ||
       (pattern_size & (pattern_size - 1)) != 0) {
      return trf_error(CL_INVALID_VALUE,
                       "pattern size %zu is no power of two up to 128",
                       pattern_size);
   }

   /* 5.2.3: offset and size are multiples of pattern_size. */
   if (offset % pattern_size != 0 || size % pattern_size != 0) {
      return trf_error(CL_INVALID_VALUE,
                       "offset %zu or size %zu is no multiple of %zu", offset,
                       size, pattern_size);
   }
   return CL_SUCCESS;
}
