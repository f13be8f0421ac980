/* SPDX-License-Identifier: MIT */

/*
 * Memory of all devices is no more to a driver than its own: Mesa's front
 * end does not even take the scope.
 */

#include <stdlib.h>
#include <string.h>

#include "compiler/rewrite.h"
#include "compiler/words.h"

#define BOUND_WORD 3

/* In place of the identifier that takes a scope's. */
#define IS_SCOPE UINT32_MAX

/* Which word of an instruction is a memory scope; 0 if none is. */
static unsigned
scope_word(const struct trf_instruction *instruction)
{
   switch (instruction->op) {
   case SpvOpMemoryBarrier:
      return 1;
   case SpvOpControlBarrier:
   case SpvOpAtomicStore:
   case SpvOpAtomicFlagClear:
      return 2;
   case SpvOpAtomicFlagTestAndSet:
   case SpvOpAtomicFAddEXT:
   case SpvOpAtomicFMinEXT:
   case SpvOpAtomicFMaxEXT:
      return 4;
   default:
      return instruction->op >= SpvOpAtomicLoad &&
                   instruction->op <= SpvOpAtomicXor
                ? 4
                : 0;
   }
}

/* Where an instruction's scope is in a table by identifiers, or NULL. */
static uint32_t *
find_scope(const struct trf_instruction *instruction, uint32_t *table,
           uint32_t bound)
{
   const unsigned word = scope_word(instruction);
   if (!word || word >= instruction->count ||
       instruction->words[word] >= bound)
      return NULL;
   return &table[instruction->words[word]];
}

static bool
is_zero(const struct trf_instruction *instruction)
{
   return (instruction->op == SpvOpConstant && instruction->count == 4 &&
           instruction->words[3] == SpvScopeCrossDevice) ||
          (instruction->op == SpvOpConstantNull && instruction->count == 3);
}

/* Gives each such scope a new identifier; how many there are. */
static unsigned
number_scopes(const struct trf_spirv *spirv, uint32_t *table, uint32_t bound)
{
   struct trf_instruction instruction;
   unsigned count = 0;

   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction);) {
      uint32_t *entry = find_scope(&instruction, table, bound);
      if (entry)
         *entry = IS_SCOPE;
   }
   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction);) {
      if (is_zero(&instruction) && instruction.words[2] < bound &&
          table[instruction.words[2]] == IS_SCOPE)
         table[instruction.words[2]] = bound + count++;
   }
   return count;
}

/* Room for `count` constants more is there. */
static size_t
write_words(const struct trf_spirv *spirv, uint32_t *out, uint32_t *table,
            uint32_t bound)
{
   struct trf_instruction instruction;
   uint32_t *end = out + TRF_SPIRV_HEADER_WORDS;

   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction);) {
      const uint32_t *words = instruction.words;
      const uint32_t *entry = find_scope(&instruction, table, bound);

      memcpy(end, words, instruction.count * sizeof(*words));
      if (entry && *entry != IS_SCOPE)
         end[scope_word(&instruction)] = *entry;
      end += instruction.count;
      if (is_zero(&instruction) && words[2] < bound && table[words[2]]) {
         *end++ = SpvOpConstant | 4 << SpvWordCountShift;
         *end++ = words[1];
         *end++ = table[words[2]];
         *end++ = SpvScopeDevice;
      }
   }
   return end - out;
}

bool
trf_spirv_narrow_scopes(struct trf_spirv *spirv)
{
   const uint32_t bound = ((const uint32_t *)spirv->data)[BOUND_WORD];
   uint32_t *table = calloc(bound, sizeof(*table));
   if (!table)
      return false;

   const unsigned count = number_scopes(spirv, table, bound);
   uint32_t *out = NULL;
   if (count)
      out = malloc(spirv->size + count * 4 * sizeof(*out));
   if (out) {
      memcpy(out, spirv->data, TRF_SPIRV_HEADER_WORDS * sizeof(*out));
      out[BOUND_WORD] = bound + count;
      spirv->size = write_words(spirv, out, table, bound) * sizeof(*out);
      free(spirv->data);
      spirv->data = out;
   }
   free(table);
   return !count || out;
}
