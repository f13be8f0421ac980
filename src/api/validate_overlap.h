/* SPDX-License-Identifier: MIT */

/* Whether a copy's source and destination share bytes. */

#ifndef TRF_VALIDATE_OVERLAP_H
#define TRF_VALIDATE_OVERLAP_H

#include <CL/cl.h>

#include "core/transfer.h"

/*
 * CL_MEM_COPY_OVERLAP if the two sides, both of them parts of memory objects,
 * share a byte: also through sub-buffers, parents and images made from
 * buffers or images, and exactly, not by bounding ranges.
 */
cl_int trf_validate_no_overlap(const struct trf_side *dst,
                               const struct trf_side *src);

/*
 * A box of bytes in a buffer.  Its slices do not interleave: width <= row,
 * height * row <= slice.
 */
struct trf_byte_box {
   size_t offset;
   size_t width, height, depth;
   size_t row, slice;
};

/* Whether two boxes share a byte. */
bool trf_byte_boxes_overlap(const struct trf_byte_box *a,
                            const struct trf_byte_box *b);

#endif
