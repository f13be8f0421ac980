/* SPDX-License-Identifier: MIT */

/* The types and constants of SPIR-V, and how values lie in memory. */

#ifndef TRF_COMPILER_TYPES_H
#define TRF_COMPILER_TYPES_H

#include "compiler/words.h"

/* Of types within types, and constants of constants. */
#define TRF_TYPES_MAX_DEPTH 200

/* In bytes. */
struct trf_layout {
   uint64_t size, alignment;
};

struct trf_types {
   struct trf_instruction *definitions; /* by identifier; count 0: none */
   bool *packed;                        /* structures, likewise */
   struct trf_layout *layouts; /* that are known already: size is not 0 */
   uint32_t bound;
   unsigned pointer_size; /* bytes */
};

/* The SPIR-V must outlive it.  False without memory. */
bool trf_types_init(struct trf_types *types, const struct trf_spirv *spirv);
void trf_types_finish(struct trf_types *types);

/* The type, constant or variable of an identifier; NULL if it is another. */
const struct trf_instruction *trf_types_find(const struct trf_types *types,
                                             uint32_t id);

/* The type of a constant or variable, and what a pointer's type is to. */
uint32_t trf_types_of(const struct trf_types *types, uint32_t id);
uint32_t trf_types_pointee(const struct trf_types *types, uint32_t type);

/* In bytes; 0 for what has none, or is larger than UINT32_MAX. */
uint64_t trf_types_size(const struct trf_types *types, uint32_t type);
uint64_t trf_types_alignment(const struct trf_types *types, uint32_t type);

/* From one element of an array of them to the next. */
uint64_t trf_types_stride(const struct trf_types *types, uint32_t type);

/* A member of a structure, or element of an array or vector. */
bool trf_types_member(const struct trf_types *types, uint32_t type,
                      uint64_t index, uint64_t *offset, uint32_t *member);

#endif
