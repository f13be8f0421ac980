/* SPDX-License-Identifier: MIT */

/* SPIR-V, one instruction after the other. */

#ifndef TRF_COMPILER_WORDS_H
#define TRF_COMPILER_WORDS_H

#include "compiler/compiler.h"

#include "compiler/spirv/spirv.h"

#define TRF_SPIRV_HEADER_WORDS 5

struct trf_instruction {
   const uint32_t *words; /* the first holds opcode and count */
   unsigned count;
   SpvOp op;
};

/*
 * Reads the instruction at *at, which is a place in words and 0 to begin,
 * and moves on.  False at the end, and where the counts make no sense.
 */
static inline bool
trf_spirv_next(const struct trf_spirv *spirv, size_t *at,
               struct trf_instruction *out)
{
   const uint32_t *words = spirv->data;
   const size_t total = spirv->size / sizeof(*words);

   if (*at == 0)
      *at = TRF_SPIRV_HEADER_WORDS;
   if (*at >= total)
      return false;
   out->words = &words[*at];
   out->count = words[*at] >> SpvWordCountShift;
   out->op = words[*at] & SpvOpCodeMask;
   if (!out->count || out->count > total - *at)
      return false;
   *at += out->count;
   return true;
}

/* Capabilities come before everything else. */
static inline bool
trf_spirv_has_capability(const struct trf_spirv *spirv,
                         SpvCapability capability)
{
   struct trf_instruction instruction;

   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction) &&
                       instruction.op == SpvOpCapability;) {
      if (instruction.count > 1 && instruction.words[1] == capability)
         return true;
   }
   return false;
}

#endif
