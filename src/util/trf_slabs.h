/* SPDX-License-Identifier: MIT */

/* A box in parts that are not too large. */

#ifndef TRF_SLABS_H
#define TRF_SLABS_H

#include "util/trf_region.h"

/* Whole slices, else whole rows of one slice, else parts of one row. */
struct trf_slab_walk {
   struct trf_box extent;
   size_t width, height, depth; /* of a full slab */
   struct trf_box slab;
};

/* Slabs of at most `bytes`, of pixels of `element` bytes; from 0,0,0. */
void trf_slabs_begin(struct trf_slab_walk *walk, const struct trf_box *extent,
                     size_t element, size_t bytes);

/* The next slab is walk->slab; false after the last. */
bool trf_slabs_next(struct trf_slab_walk *walk);

#endif
