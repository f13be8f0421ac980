/* SPDX-License-Identifier: MIT */

#include "util/trf_copy.h"

#include <stdint.h>
#include <string.h>

#include "util/macros.h"
#include "util/trf_stream.h"

/*
 * A box as runs of contiguous bytes: `rows` of them in each of `slices`.
 * What adjoins in both memories is merged, so that a whole image with tight
 * pitches is one run.
 */
struct runs {
   size_t bytes, rows, slices;
   size_t dst_row, src_row;
   size_t dst_slice, src_slice;
};

static struct runs
runs_merge(const struct trf_layout *dst, const struct trf_layout *src,
           size_t width, size_t height, size_t depth)
{
   struct runs runs = {
      .bytes = width * dst->element,
      .rows = height,
      .slices = depth,
      .dst_row = dst->row,
      .src_row = src->row,
      .dst_slice = dst->slice,
      .src_slice = src->slice,
   };

   /* With one row a slice, the slices are the rows. */
   if (runs.rows == 1) {
      runs.rows = runs.slices;
      runs.dst_row = runs.dst_slice;
      runs.src_row = runs.src_slice;
      runs.slices = 1;
   }

   if (runs.rows > 1 && runs.dst_row == runs.bytes &&
       runs.src_row == runs.bytes) {
      runs.bytes *= runs.rows;
      runs.rows = runs.slices;
      runs.dst_row = runs.dst_slice;
      runs.src_row = runs.src_slice;
      runs.slices = 1;
      /* Now slices that adjoin make one run of all. */
      if (runs.rows > 1 && runs.dst_row == runs.bytes &&
          runs.src_row == runs.bytes) {
         runs.bytes *= runs.rows;
         runs.rows = 1;
      }
   }
   return runs;
}

static void
copy_runs(uint8_t *dst, const uint8_t *src, const struct runs *runs)
{
   const bool large =
      runs->bytes * runs->rows * runs->slices >= TRF_STREAM_MIN;

   for (size_t z = 0; z < runs->slices; z++) {
      uint8_t *to = dst + z * runs->dst_slice;
      const uint8_t *from = src + z * runs->src_slice;
      if (large) {
         trf_stream_rows(to, runs->dst_row, from, runs->src_row, runs->bytes,
                         runs->rows);
         continue;
      }
      for (size_t y = 0; y < runs->rows; y++) {
         memcpy(to, from, runs->bytes);
         to += runs->dst_row;
         from += runs->src_row;
      }
   }
}

/* Where the destination lies behind the source, from the last run to the
 * first: a run is then read before anything is written over it.
 */
static void
move_runs(uint8_t *dst, const uint8_t *src, const struct runs *runs)
{
   const bool backwards = (uintptr_t)dst > (uintptr_t)src;

   for (size_t i = 0; i < runs->slices; i++) {
      const size_t z = backwards ? runs->slices - 1 - i : i;
      for (size_t j = 0; j < runs->rows; j++) {
         const size_t y = backwards ? runs->rows - 1 - j : j;
         memmove(dst + z * runs->dst_slice + y * runs->dst_row,
                 src + z * runs->src_slice + y * runs->src_row, runs->bytes);
      }
   }
}

/* Whether the bounds of the two meet: then runs of them may. */
static bool
runs_meet(const uint8_t *dst, const uint8_t *src, const struct runs *runs)
{
   if (runs->slices == 0 || runs->rows == 0)
      return false;

   const size_t slices = runs->slices - 1, rows = runs->rows - 1;
   const size_t dst_span =
      slices * runs->dst_slice + rows * runs->dst_row + runs->bytes;
   const size_t src_span =
      slices * runs->src_slice + rows * runs->src_row + runs->bytes;
   const uintptr_t to = (uintptr_t)dst, from = (uintptr_t)src;
   return to < from ? from - to < dst_span : to - from < src_span;
}

void
trf_copy_box(void *dst, const struct trf_layout *dst_layout, const void *src,
             const struct trf_layout *src_layout, size_t width, size_t height,
             size_t depth)
{
   const struct runs runs =
      runs_merge(dst_layout, src_layout, width, height, depth);

   copy_runs(dst, src, &runs);
}

void
trf_move_box(void *dst, const struct trf_layout *dst_layout, const void *src,
             const struct trf_layout *src_layout, size_t width, size_t height,
             size_t depth)
{
   const struct runs runs =
      runs_merge(dst_layout, src_layout, width, height, depth);

   if (runs_meet(dst, src, &runs))
      move_runs(dst, src, &runs);
   else
      copy_runs(dst, src, &runs);
}

/* What is read again and again should stay in the first-level cache. */
#define FILL_CHUNK (8u << 10)

static bool
repeats_one_byte(const uint8_t *pattern, size_t size)
{
   return memcmp(pattern, pattern + 1, size - 1) == 0;
}

/* `bytes` is a multiple of `element`. */
static void
fill_run(uint8_t *dst, const void *pattern, size_t element, size_t bytes)
{
   if (bytes == 0)
      return;

   memcpy(dst, pattern, element);
   size_t chunk = element;
   while (chunk < FILL_CHUNK && chunk < bytes) {
      const size_t more = MIN2(chunk, bytes - chunk);
      memcpy(dst + chunk, dst, more);
      chunk += more;
   }
   for (size_t done = chunk; done < bytes; done += chunk)
      memcpy(dst + done, dst, MIN2(chunk, bytes - done));
}

void
trf_fill_box(void *dst, const struct trf_layout *layout, const void *pattern,
             size_t width, size_t height, size_t depth)
{
   const struct runs runs = runs_merge(layout, layout, width, height, depth);
   const bool one_byte = repeats_one_byte(pattern, layout->element);

   for (size_t z = 0; z < runs.slices; z++) {
      for (size_t y = 0; y < runs.rows; y++) {
         uint8_t *to = (uint8_t *)dst + z * runs.dst_slice + y * runs.dst_row;
         if (one_byte)
            memset(to, *(const uint8_t *)pattern, runs.bytes);
         else if ((z == 0 && y == 0) || runs.bytes > FILL_CHUNK)
            fill_run(to, pattern, layout->element, runs.bytes);
         else
            memcpy(to, dst, runs.bytes);
      }
   }
}
