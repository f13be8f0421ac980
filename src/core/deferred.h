/* SPDX-License-Identifier: MIT */

/*
 * Stores that wait until somebody needs them.  An unmap or a write of a small
 * region leaves its bytes in staging memory, one region an object, and the
 * device is told when a command uses the object: what the host writes and
 * reads again, or writes twice, costs no trip to the device.
 *
 * Only in contexts of one device and one queue.  What one queue has told the
 * device another could not wait for, since the unmap has ended before.
 */

#ifndef TRF_CORE_DEFERRED_H
#define TRF_CORE_DEFERRED_H

#include "core/access.h"

/*
 * Takes over the staging memory of an access whose whole region the host has
 * written, as if it had been stored.  The access is given other staging
 * memory to release when its command has ended, or none.  False if the store
 * is to be made now.
 */
bool trf_store_defer(struct trf_access *access, struct trf_gpu *gpu);

/*
 * Under the root's lock: makes the store that waits, before another use of
 * the object by `gpu`.  False if the device is lost.
 */
bool trf_store_deferred_locked(struct trf_mem *root, struct trf_gpu *gpu);

/* Copies these contents to the access's staging memory; false if not here. */
bool trf_deferred_show(struct trf_access *access,
                       const struct trf_contents *contents);

/* Nobody uses the object any more. */
void trf_deferred_free(struct trf_mem *root);

#endif
