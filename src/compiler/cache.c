/* SPDX-License-Identifier: MIT */

#include "compiler/cache.h"

bool
trf_cache_key(struct disk_cache *cache, const struct blob *parts,
              cache_key key)
{
   if (!cache || parts->out_of_memory)
      return false;
   disk_cache_compute_key(cache, parts->data, parts->size, key);
   return true;
}

void *
trf_cache_get(struct disk_cache *cache, const cache_key key, size_t *size)
{
   return disk_cache_has_key(cache, key) ? disk_cache_get(cache, key, size)
                                         : NULL;
}

void
trf_cache_put(struct disk_cache *cache, const cache_key key,
              const struct blob *entry)
{
   if (entry->out_of_memory)
      return;
   disk_cache_put(cache, key, entry->data, entry->size, NULL);
   disk_cache_put_key(cache, key);
}
