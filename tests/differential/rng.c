/* SPDX-License-Identifier: MIT */

#include "rng.h"

#include <string.h>

static uint64_t
mix(uint64_t z)
{
   z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
   z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
   return z ^ (z >> 31);
}

uint64_t
rng_next(struct rng *rng)
{
   rng->state += UINT64_C(0x9e3779b97f4a7c15);
   return mix(rng->state);
}

uint64_t
rng_derive(uint64_t seed, uint64_t n)
{
   struct rng rng = {mix(seed) + n};
   return mix(rng_next(&rng));
}

size_t
rng_below(struct rng *rng, size_t n)
{
   /* Drawn even for one choice, so that later draws do not depend on n. */
   uint64_t value = rng_next(rng);
   return n ? value % n : 0;
}

size_t
rng_between(struct rng *rng, size_t low, size_t high)
{
   return low + rng_below(rng, high - low + 1);
}

bool
rng_chance(struct rng *rng, unsigned percent)
{
   return rng_below(rng, 100) < percent;
}

void
rng_fill(struct rng *rng, void *bytes, size_t size)
{
   uint8_t *to = bytes;

   while (size) {
      uint64_t value = rng_next(rng);
      size_t part = size < sizeof(value) ? size : sizeof(value);
      memcpy(to, &value, part);
      to += part;
      size -= part;
   }
}
