/* SPDX-License-Identifier: MIT */

/* Copies and fills of boxes in linear host memory. */

#ifndef TRF_COPY_H
#define TRF_COPY_H

#include "util/trf_region.h"

/*
 * Copies a box of width × height × depth elements.  `dst` and `src` point
 * at the box's first element in each.  Runs that are contiguous in both are
 * copied as one, large boxes past the caches (see trf_stream.h).  The
 * memories must not overlap.
 */
void trf_copy_box(void *dst, const struct trf_layout *dst_layout,
                  const void *src, const struct trf_layout *src_layout,
                  size_t width, size_t height, size_t depth);

/*
 * The same where the two may overlap: with equal pitches as if through a
 * third memory, with others as long as no pixel is in both.  As fast as a
 * copy where their bounds do not meet.
 */
void trf_move_box(void *dst, const struct trf_layout *dst_layout,
                  const void *src, const struct trf_layout *src_layout,
                  size_t width, size_t height, size_t depth);

/* Repeats a pattern of `layout->element` bytes over a box. */
void trf_fill_box(void *dst, const struct trf_layout *layout,
                  const void *pattern, size_t width, size_t height,
                  size_t depth);

#endif
