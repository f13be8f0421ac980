/* SPDX-License-Identifier: MIT */

/*
 * How wide accesses to memory are, for zink: it makes one of each component
 * of a vector, so they are as wide as they can be.
 *
 * To zink local memory is an array for each size of access, all of them in
 * one place if Vulkan can have that.  If not, words are all there is.
 */

#include "compiler/lower.h"

#define WORD 4 /* bytes */

/* What the largest component has, in bytes. */
#define WIDEST 8

static nir_mem_access_size_align
pieces(unsigned bytes, unsigned size)
{
   return (nir_mem_access_size_align){
      .num_components = CLAMP(bytes / size, 1, 4),
      .bit_size = 8 * size,
      .align = size,
      .shift = nir_mem_access_shift_method_scalar,
   };
}

/* What others may see half done, too, must be as wide as the source says. */
static nir_mem_access_size_align
wide_access(nir_intrinsic_op op, uint8_t bytes, uint8_t bit_size,
            uint32_t align_mul, uint32_t align_offset, bool constant_offset,
            enum gl_access_qualifier access, const void *unused)
{
   const unsigned align = nir_combined_align(align_mul, align_offset);
   const unsigned widest = access & (ACCESS_VOLATILE | ACCESS_COHERENT)
                              ? bit_size / 8
                              : MIN2(bytes, WIDEST);

   return pieces(bytes, MIN2(align, 1u << util_logbase2(widest)));
}

static nir_mem_access_size_align
word_access(nir_intrinsic_op op, uint8_t bytes, uint8_t bit_size,
            uint32_t align_mul, uint32_t align_offset, bool constant_offset,
            enum gl_access_qualifier access, const void *data)
{
   const bool *longs_are_apart = data;

   return pieces(bytes,
                 *longs_are_apart && bit_size == 64 ? bit_size / 8 : WORD);
}

/* Atomics of 64 bits cannot be of words: then all longs are where they are. */
static bool
has_atomics_of_longs(nir_shader *nir)
{
   nir_foreach_function_impl(impl, nir) {
      nir_foreach_block(block, impl) {
         nir_foreach_instr(instr, block) {
            if (instr->type != nir_instr_type_intrinsic)
               continue;
            const nir_intrinsic_instr *atomic = nir_instr_as_intrinsic(instr);
            if ((atomic->intrinsic == nir_intrinsic_shared_atomic ||
                 atomic->intrinsic == nir_intrinsic_shared_atomic_swap) &&
                atomic->def.bit_size == 64)
               return true;
         }
      }
   }
   return false;
}

bool
trf_nir_widen_accesses(nir_shader *nir, bool local_words)
{
   const nir_variable_mode global = nir_var_mem_global | nir_var_mem_constant;
   const nir_lower_mem_access_bit_sizes_options wide = {
      .modes = local_words ? global : global | nir_var_mem_shared,
      .callback = wide_access,
   };
   bool longs_are_apart = local_words && has_atomics_of_longs(nir);
   /* Of a word that is written in part, the rest may be another's. */
   const nir_lower_mem_access_bit_sizes_options words = {
      .modes = nir_var_mem_shared,
      .callback = word_access,
      .cb_data = &longs_are_apart,
      .may_lower_unaligned_stores_to_atomics = true,
   };
   bool progress = false;

   NIR_PASS(progress, nir, nir_lower_mem_access_bit_sizes, &wide);
   if (local_words)
      NIR_PASS(progress, nir, nir_lower_mem_access_bit_sizes, &words);
   /* So that the last byte is in each of zink's arrays. */
   nir->info.shared_size = align(nir->info.shared_size, WIDEST);
   return progress;
}
