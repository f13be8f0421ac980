/* SPDX-License-Identifier: MIT */

#include "util/trf_slabs.h"

#include "util/macros.h"

void
trf_slabs_begin(struct trf_slab_walk *walk, const struct trf_box *extent,
                size_t element, size_t bytes)
{
   const size_t pixels = bytes / element;
   const size_t rows = pixels / extent->width;

   walk->extent = *extent;
   walk->width = MIN2(extent->width, pixels);
   walk->height = CLAMP(rows, 1, extent->height);
   walk->depth = CLAMP(rows / extent->height, 1, extent->depth);
   walk->slab = (struct trf_box){0};
}

bool
trf_slabs_next(struct trf_slab_walk *walk)
{
   struct trf_box *slab = &walk->slab;
   const struct trf_box *extent = &walk->extent;

   slab->x += slab->width;
   if (slab->x == extent->width) {
      slab->x = 0;
      slab->y += slab->height;
   }
   if (slab->y == extent->height) {
      slab->y = 0;
      slab->z += slab->depth;
   }
   if (slab->z == extent->depth)
      return false;

   slab->width = MIN2(walk->width, extent->width - slab->x);
   slab->height = MIN2(walk->height, extent->height - slab->y);
   slab->depth = MIN2(walk->depth, extent->depth - slab->z);
   return true;
}
