/* SPDX-License-Identifier: MIT */

/* A small reproducible random number generator (splitmix64). */

#ifndef DIFFERENTIAL_RNG_H
#define DIFFERENTIAL_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
   uint64_t state;
};

/* The n-th seed that derives from another. */
uint64_t rng_derive(uint64_t seed, uint64_t n);

uint64_t rng_next(struct rng *rng);

/* 0 to n - 1; 0 if n is 0. */
size_t rng_below(struct rng *rng, size_t n);

/* From low to high, both included. */
size_t rng_between(struct rng *rng, size_t low, size_t high);

bool rng_chance(struct rng *rng, unsigned percent);

void rng_fill(struct rng *rng, void *bytes, size_t size);

#endif
