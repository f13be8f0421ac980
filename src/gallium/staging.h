/* SPDX-License-Identifier: MIT */

/*
 * Pooled staging: linear host-visible resources that stay mapped, one pool a
 * screen; buffers, where the driver can copy between those and images.  A map that has no direct pointer takes one, the device copies
 * into it and out of it, and it goes back to the pool for the next.
 */

#ifndef TRF_GALLIUM_STAGING_H
#define TRF_GALLIUM_STAGING_H

#include "gallium/context.h"

struct trf_staging {
   struct trf_resource *resource;
   uint8_t *pointer;         /* stable until released */
   struct trf_layout layout; /* of what lies at `pointer` */
   struct trf_box box;       /* width, height, depth asked for; at 0,0,0 */
};

/*
 * Staging for a box of a resource with this description.  Thread-safe.
 * NULL when nothing can be allocated.  The contents are undefined.
 */
struct trf_staging *trf_staging_acquire(struct trf_screen *screen,
                                        const struct trf_resource_desc *like,
                                        size_t width, size_t height,
                                        size_t depth);

/* Gives it back; the device must be done with it.  Thread-safe. */
void trf_staging_release(struct trf_screen *screen,
                         struct trf_staging *staging);

/*
 * Device copies between a region of `resource` and the staging memory.
 * After fetch the caller waits for a fence before it reads.
 */
void trf_staging_fetch(struct trf_gpu *gpu, struct trf_staging *staging,
                       struct trf_resource *resource, unsigned level,
                       const struct trf_box *box);
void trf_staging_store(struct trf_gpu *gpu, struct trf_staging *staging,
                       struct trf_resource *resource, unsigned level,
                       const struct trf_box *box);

/* For tests and logs: resources held in the pool, free ones and bytes. */
struct trf_staging_stats {
   unsigned created, reused, free_count;
   size_t free_bytes;
};
void trf_staging_get_stats(struct trf_screen *screen,
                           struct trf_staging_stats *stats);

#endif
