/* SPDX-License-Identifier: MIT */

/*
 * Memory objects as plain memory.  A storage is what one root object owns;
 * a layout says how a buffer, a rectangle in it, or a level of an image lies
 * in a storage; everything that OpenCL's commands do is then a loop over the
 * rows of a box.  Each byte knows whether its value is defined: what no
 * command wrote, or what an invalidating map discarded, is not.
 */

#ifndef DIFFERENTIAL_MODEL_H
#define DIFFERENTIAL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct storage {
   uint8_t *bytes;
   uint8_t *known; /* 0xff where the byte above is defined, else 0 */
   size_t size;
   unsigned users; /* objects that see it */
};

/* Pixels in linear memory, in bytes; the extent in pixels. */
struct layout {
   size_t offset;
   size_t element, row, slice;
   size_t width, height, depth;
};

struct box {
   size_t x, y, z;
   size_t width, height, depth;
};

struct storage *storage_create(size_t size);
void storage_unref(struct storage *storage);

struct box layout_all(const struct layout *layout);

/* A layout of exactly the box's extent with no padding. */
struct layout layout_tight(size_t element, const struct box *box);

/* Offset of the box's row (y, z), counted from the box's first. */
size_t layout_row(const struct layout *layout, const struct box *box,
                  size_t y, size_t z);

/* Bytes from the layout's start to the end of the box's last pixel. */
size_t layout_end(const struct layout *layout, const struct box *box);

/* Whether two boxes share a byte of one storage. */
bool model_overlap(const struct layout *la, const struct box *ba,
                   const struct layout *lb, const struct box *bb);

/* Client's memory into the storage; `host` has the box's extent. */
void model_put(struct storage *storage, const struct layout *layout,
               const struct box *box, const uint8_t *host,
               const struct layout *host_layout);

/* The storage into client's memory; `known` may be NULL. */
void model_get(const struct storage *storage, const struct layout *layout,
               const struct box *box, uint8_t *host, uint8_t *known,
               const struct layout *host_layout);

void model_copy(struct storage *dst, const struct layout *dst_layout,
                const struct box *dst_box, const struct storage *src,
                const struct layout *src_layout, const struct box *src_box);

/* One element, repeated. */
void model_fill(struct storage *storage, const struct layout *layout,
                const struct box *box, const uint8_t *pattern);

/* The contents become undefined. */
void model_forget(struct storage *storage, const struct layout *layout,
                  const struct box *box);

struct difference {
   size_t x, y, z, byte; /* pixel in the box, and byte of the pixel */
   uint8_t expected, actual;
   size_t count; /* bytes that differ in all */
};

/* False, and the first difference, if a defined byte differs. */
bool model_compare(const struct storage *storage, const struct layout *layout,
                   const struct box *box, const uint8_t *host,
                   const struct layout *host_layout,
                   struct difference *difference);

#endif
