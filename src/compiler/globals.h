/* SPDX-License-Identifier: MIT */

/* Variables of program scope: where they lie, and what they begin with. */

#ifndef TRF_COMPILER_GLOBALS_H
#define TRF_COMPILER_GLOBALS_H

#include "compiler/compiler.h"

/* Of all of a program's. */
#define TRF_GLOBALS_MAX_BYTES (64u << 20)

/* An address within the block, to be added to what is at `place`. */
struct trf_relocation {
   uint32_t place;
};

struct trf_globals {
   uint32_t size;     /* bytes of the block; 0: there are no variables */
   uint8_t *data;     /* what they begin with, addresses from 0 */
   uint32_t *offsets; /* of each variable, as they come in the SPIR-V */
   unsigned count;
   struct trf_relocation *relocations;
   unsigned relocation_count;
   uint32_t *constants; /* identifiers of those that hold addresses */
   unsigned constant_count;
};

/* Valid SPIR-V in.  False, with a reason in the log, which may be NULL. */
bool trf_globals_parse(const struct trf_spirv *spirv, struct trf_globals *out,
                       struct trf_text *log);
void trf_globals_free(struct trf_globals *globals);

/*
 * Takes the variables' initializers out of SPIR-V, since Mesa's front end
 * knows neither them nor constants that hold addresses, and names each
 * variable by its number, in hexadecimal.  False without memory.
 */
bool trf_globals_strip(const struct trf_globals *globals,
                       struct trf_spirv *spirv);

#endif
