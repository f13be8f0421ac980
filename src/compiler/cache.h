/* SPDX-License-Identifier: MIT */

/*
 * What was compiled, kept on disk.
 *
 * Before Mesa's cache says that it has no entry, it opens, locks and reads
 * dozens of files.  Its index, which is mapped memory, says so at once; but
 * only for as long as no later key takes the key's place there, one of 65536.
 * Then the entry is made again.
 */

#ifndef TRF_COMPILER_CACHE_H
#define TRF_COMPILER_CACHE_H

#include <stdbool.h>

#include "util/blob.h"
#include "util/disk_cache.h"

/* False without memory, or without a cache, which is NULL. */
bool trf_cache_key(struct disk_cache *cache, const struct blob *parts,
                   cache_key key);

/* To free(); NULL if there is none. */
void *trf_cache_get(struct disk_cache *cache, const cache_key key,
                    size_t *size);

void trf_cache_put(struct disk_cache *cache, const cache_key key,
                   const struct blob *entry);

#endif
