/* SPDX-License-Identifier: MIT */

/* The language that a device's features make, in words for clang. */

#ifndef TRF_COMPILER_DIALECT_H
#define TRF_COMPILER_DIALECT_H

#include "compiler/compiler.h"

#define TRF_DIALECT_MAX_WORDS 64

struct trf_dialect {
   char *extensions; /* the memory of one of the words */
   const char *words[TRF_DIALECT_MAX_WORDS];
   unsigned count;
};

/* False without memory. */
bool trf_dialect_init(struct trf_dialect *dialect,
                      const struct trf_compiler_features *features);
void trf_dialect_finish(struct trf_dialect *dialect);

#endif
