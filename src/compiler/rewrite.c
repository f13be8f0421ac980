/* SPDX-License-Identifier: MIT */

#include "compiler/rewrite.h"

#include "compiler/words.h"

/* The builtin by which our passes know this one. */
static uint32_t
renamed_builtin(uint32_t builtin)
{
   switch (builtin) {
   case SpvBuiltInEnqueuedWorkgroupSize:
      return TRF_BUILTIN_ENQUEUED_SIZE;
   case SpvBuiltInNumEnqueuedSubgroups:
      return TRF_BUILTIN_ENQUEUED_SUBGROUPS;
   case SpvBuiltInSubgroupSize:
      return TRF_BUILTIN_SUBGROUP_ITEMS;
   default:
      return builtin;
   }
}

static void
rename_builtin(uint32_t *words, unsigned count)
{
   if (count > 3 && words[2] == SpvDecorationBuiltIn)
      words[3] = renamed_builtin(words[3]);
}

bool
trf_spirv_rewrite(const struct trf_spirv *spirv, struct trf_spirv *out)
{
   struct trf_instruction instruction;
   size_t at = 0;

   if (!trf_spirv_copy(out, spirv->data, spirv->size))
      return false;
   while (trf_spirv_next(out, &at, &instruction)) {
      if (instruction.op == SpvOpDecorate)
         rename_builtin((uint32_t *)out->data + at - instruction.count,
                        instruction.count);
   }
   if (!trf_spirv_narrow_scopes(out)) {
      trf_spirv_free(out);
      return false;
   }
   return true;
}
