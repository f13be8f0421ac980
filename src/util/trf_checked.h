/* SPDX-License-Identifier: MIT */

/* Arithmetic on sizes that clients choose: false instead of wrapping. */

#ifndef TRF_CHECKED_H
#define TRF_CHECKED_H

#include <stdbool.h>
#include <stddef.h>

#define TRF_MUST_CHECK __attribute__((warn_unused_result))

TRF_MUST_CHECK static inline bool
trf_add(size_t a, size_t b, size_t *sum)
{
   return !__builtin_add_overflow(a, b, sum);
}

TRF_MUST_CHECK static inline bool
trf_mul(size_t a, size_t b, size_t *product)
{
   return !__builtin_mul_overflow(a, b, product);
}

/* Whether [offset, offset + size) lies within [0, limit). */
TRF_MUST_CHECK static inline bool
trf_fits(size_t offset, size_t size, size_t limit)
{
   return offset <= limit && size <= limit - offset;
}

#endif
