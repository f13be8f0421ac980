/* SPDX-License-Identifier: MIT */

/*
 * Validation of ranges, rectangles and patterns of buffer commands.  Pure:
 * nothing is written on an error.
 */

#ifndef TRF_VALIDATE_BUFFER_H
#define TRF_VALIDATE_BUFFER_H

#include <CL/cl.h>

#include "core/memory.h"
#include "util/trf_region.h"

/* [offset, offset + size) within the buffer. */
cl_int trf_validate_buffer_range(const struct trf_mem *buffer, size_t offset,
                                 size_t size);

/* A rectangle in a buffer or in host memory, as the client describes it. */
struct trf_rect_args {
   const size_t *origin; /* three elements, or NULL */
   size_t row_pitch;     /* 0: computed */
   size_t slice_pitch;   /* 0: computed */
};

/*
 * Resolves a rectangle of bytes within `limit` bytes (SIZE_MAX for host
 * memory, whose size is not known).
 */
cl_int trf_validate_rect(const struct trf_rect_args *rect,
                         const size_t *region, size_t limit,
                         struct trf_box *box, struct trf_layout *layout);

/* The spec's "patterns are of 1, 2, 4 … 128 bytes" and what follows. */
cl_int trf_validate_fill_pattern(const void *pattern, size_t pattern_size,
                                 size_t offset, size_t size);

#endif
