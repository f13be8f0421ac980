/* SPDX-License-Identifier: MIT */

/*
 * Regions and layouts, in OpenCL's terms: x, y, z count pixels (bytes for
 * buffers); the layer of a 1D array is y, that of a 2D array is z.  What
 * Gallium wants instead is src/gallium's business.
 */

#ifndef TRF_REGION_H
#define TRF_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trf_box {
   size_t x, y, z;
   size_t width, height, depth;
};

/* A part of an image, resolved and known to be inside it. */
struct trf_image_region {
   struct trf_box box;
   unsigned level;
};

/* How pixels lie in linear memory, in bytes. */
struct trf_layout {
   size_t element; /* size of one pixel */
   size_t row;     /* from one row to the next */
   size_t slice;   /* from one slice or layer to the next */
};

/* Offset of a box's first pixel. */
size_t trf_layout_offset(const struct trf_layout *layout,
                         const struct trf_box *box);

/*
 * Bytes from a box's first pixel to one past its last; zero for an empty
 * box.  False when that overflows.
 */
bool trf_layout_span(const struct trf_layout *layout,
                     const struct trf_box *box, size_t *bytes);

/* Tight pitches for a box. */
bool trf_layout_tight(size_t element, const struct trf_box *box,
                      struct trf_layout *layout);

/* max(size >> level, 1): the extent of a mip level. */
size_t trf_minify(size_t size, unsigned level);

/* Whether two boxes share a pixel. */
bool trf_boxes_equal(const struct trf_box *a, const struct trf_box *b);
bool trf_boxes_overlap(const struct trf_box *a, const struct trf_box *b);

/*
 * Bytes that a mapping covers in a buffer: `rows` rows of `row_bytes`,
 * `pitch` apart, from `offset`.  One row is a plain range.
 */
struct trf_byte_rows {
   size_t offset;
   size_t row_bytes;
   size_t pitch;
   size_t rows;
};

/* Whether two such sets share a byte: exact, not by bounding ranges. */
bool trf_byte_rows_overlap(const struct trf_byte_rows *a,
                           const struct trf_byte_rows *b);

#endif
