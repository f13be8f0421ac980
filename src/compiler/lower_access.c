/* SPDX-License-Identifier: MIT */

/*
 * How wide accesses to memory are, for zink: it makes one of each component
 * of a vector, so they are as wide as they can be.
 *
 * To zink local memory is an array for each size of access, all of them in
 * one place if Vulkan can have that.  If not, words are all there is.
 * Private memory is an array of what the smallest access has: one of a byte
 * would take all the others apart.
 *
 * For other GPUs accesses stay as they are if they are aligned: radeonsi's
 * compiler does not end with some that are not.
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

/* As it is, if it may be. */
static nir_mem_access_size_align
aligned_access(nir_intrinsic_op op, uint8_t bytes, uint8_t bit_size,
               uint32_t align_mul, uint32_t align_offset,
               bool constant_offset, enum gl_access_qualifier access,
               const void *unused)
{
   const unsigned align = nir_combined_align(align_mul, align_offset);
   const unsigned size = bit_size / 8;

   if (align < size)
      return pieces(bytes, align);
   return (nir_mem_access_size_align){
      .num_components = bytes / size,
      .bit_size = bit_size,
      .align = size,
      .shift = nir_mem_access_shift_method_scalar,
   };
}

static nir_mem_access_size_align
word_access(nir_intrinsic_op op, uint8_t bytes, uint8_t bit_size,
            uint32_t align_mul, uint32_t align_offset, bool constant_offset,
            enum gl_access_qualifier access, const void *data)
{
   const bool *longs_are_apart = data;

   const bool local =
      op == nir_intrinsic_load_shared || op == nir_intrinsic_store_shared;

   return pieces(bytes,
                 local && *longs_are_apart && bit_size == 64 ? WIDEST : WORD);
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

static unsigned
private_access_bits(const nir_intrinsic_instr *access)
{
   switch (access->intrinsic) {
   case nir_intrinsic_load_scratch:
      return access->def.bit_size;
   case nir_intrinsic_store_scratch:
      return nir_src_bit_size(access->src[0]);
   default:
      return 0;
   }
}

/* Whether some accesses to private memory are smaller than words, not all. */
static bool
mixes_private_accesses(nir_shader *nir)
{
   unsigned sizes = 0;

   nir_foreach_function_impl(impl, nir) {
      nir_foreach_block(block, impl) {
         nir_foreach_instr(instr, block) {
            if (instr->type == nir_instr_type_intrinsic)
               sizes |= private_access_bits(nir_instr_as_intrinsic(instr));
         }
      }
   }
   return (sizes & (8 | 16)) && !util_is_power_of_two_nonzero(sizes);
}

bool
trf_nir_align_accesses(nir_shader *nir)
{
   const nir_lower_mem_access_bit_sizes_options options = {
      .modes = nir_var_mem_global | nir_var_mem_constant | nir_var_mem_shared,
      .callback = aligned_access,
   };
   return nir_lower_mem_access_bit_sizes(nir, &options);
}

bool
trf_nir_widen_accesses(nir_shader *nir, bool local_words)
{
   const nir_variable_mode global = nir_var_mem_global | nir_var_mem_constant;
   const nir_lower_mem_access_bit_sizes_options wide = {
      .modes = local_words ? global : global | nir_var_mem_shared,
      .callback = wide_access,
   };
   const nir_variable_mode own =
      mixes_private_accesses(nir) ? nir_var_function_temp : 0;
   bool longs_are_apart = local_words && has_atomics_of_longs(nir);
   /* Of a local word that is written in part, the rest may be another's. */
   const nir_lower_mem_access_bit_sizes_options words = {
      .modes = own | (local_words ? nir_var_mem_shared : 0),
      .callback = word_access,
      .cb_data = &longs_are_apart,
      .may_lower_unaligned_stores_to_atomics = true,
   };
   bool progress = false;

   NIR_PASS(progress, nir, nir_lower_mem_access_bit_sizes, &wide);
   if (words.modes)
      NIR_PASS(progress, nir, nir_lower_mem_access_bit_sizes, &words);
   /* So that the last byte is in each of zink's arrays. */
   nir->info.shared_size = align(nir->info.shared_size, WIDEST);
   nir->scratch_size = align(nir->scratch_size, WIDEST);
   return progress;
}
