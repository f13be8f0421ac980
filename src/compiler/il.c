/* SPDX-License-Identifier: MIT */

/* SPIR-V that clients bring. */

#include <stdlib.h>
#include <string.h>

#include "compiler/compiler_private.h"
#include "compiler/kernel_ir.h"
#include "util/u_math.h"

bool
trf_spirv_copy_il(struct trf_spirv *spirv, const void *data, size_t size)
{
   if (!trf_spirv_copy(spirv, data, size))
      return false;

   /* Everything but the validator expects the host's byte order. */
   uint32_t *words = spirv->data;
   if (size >= sizeof(*words) && words[0] == util_bswap32(SpvMagicNumber)) {
      for (size_t i = 0; i < size / sizeof(*words); i++)
         words[i] = util_bswap32(words[i]);
   }
   return true;
}

static bool
specialize(const struct clc_binary *binary,
           const struct clc_parsed_spirv *parsed,
           const struct trf_spec_value *values, unsigned count,
           struct trf_spirv *out)
{
   struct clc_spirv_specialization *list = calloc(count, sizeof(*list));
   if (!list)
      return false;
   for (unsigned i = 0; i < count; i++) {
      list[i].id = values[i].id;
      memcpy(&list[i].value, values[i].value, values[i].size);
   }

   const struct clc_spirv_specialization_consts constants = {
      .specializations = list,
      .num_specializations = count,
   };
   struct clc_binary result = {0};
   const bool done =
      clc_specialize_spirv(binary, parsed, &constants, &result) &&
      result.data && trf_spirv_copy(out, result.data, result.size);
   clc_free_spirv(&result);
   free(list);
   return done;
}

/*
 * clc has no name for halves, the only constants that it cannot tell: to be
 * put into a word they are like any of 16 bits.
 */
static void
name_halves(struct clc_parsed_spirv *parsed)
{
   struct clc_parsed_spec_constant *constants =
      (struct clc_parsed_spec_constant *)(uintptr_t)parsed->spec_constants;
   for (unsigned i = 0; i < parsed->num_spec_constants; i++) {
      if (constants[i].type == CLC_SPEC_CONSTANT_UNKNOWN)
         constants[i].type = CLC_SPEC_CONSTANT_UINT16;
   }
}

bool
trf_specialize_spirv(const struct trf_spirv *spirv,
                     const struct trf_spec_value *values, unsigned count,
                     struct trf_spirv *out, struct trf_text *log)
{
   if (!count)
      return trf_spirv_copy(out, spirv->data, spirv->size);

   const struct clc_logger logger = trf_clc_logger(log);
   const struct clc_binary binary = {
      .data = spirv->data,
      .size = spirv->size,
   };
   struct clc_parsed_spirv parsed = {0};
   if (!clc_parse_spirv(&binary, &logger, &parsed))
      return false;
   name_halves(&parsed);
   const bool done = specialize(&binary, &parsed, values, count, out);
   clc_free_parsed_spirv(&parsed);
   return done;
}
