/* SPDX-License-Identifier: MIT */

/*
 * Pooled staging: linear host-visible resources that stay mapped, one pool a
 * screen; buffers, where the driver can copy between those and images.  A map
 * that has no direct pointer takes one, the device copies into it and out of
 * it, and it goes back to the pool for the next: with what it holds, so that
 * another map of the same need not copy again.
 */

#ifndef TRF_GALLIUM_STAGING_H
#define TRF_GALLIUM_STAGING_H

#include "gallium/context.h"

/*
 * A region of an object at one time: what staging memory can hold a copy of.
 * Whoever names regions says what the numbers mean; alike is what has the
 * same numbers.
 */
struct trf_contents {
   uint64_t object; /* 0: nothing that is known */
   uint64_t version;
   unsigned level;
   struct trf_box box;
};

bool trf_contents_equal(const struct trf_contents *a,
                        const struct trf_contents *b);

struct trf_staging {
   struct trf_resource *resource;
   uint8_t *pointer;         /* stable until released */
   struct trf_layout layout; /* of what lies at `pointer` */
   struct trf_box box;       /* width, height, depth asked for; at 0,0,0 */
   struct trf_contents contents; /* kept in the pool; for the user to set */
};

/*
 * Staging for a box of a resource with this description.  Thread-safe.
 * NULL when nothing can be allocated.  The contents are undefined.
 */
struct trf_staging *trf_staging_acquire(struct trf_screen *screen,
                                        const struct trf_resource_desc *like,
                                        size_t width, size_t height,
                                        size_t depth);

/*
 * The same, if possible such as was given back with these contents.  The
 * contents are undefined if staging->contents are others.
 */
struct trf_staging *
trf_staging_acquire_like(struct trf_screen *screen,
                         const struct trf_resource_desc *like, size_t width,
                         size_t height, size_t depth,
                         const struct trf_contents *contents);

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
