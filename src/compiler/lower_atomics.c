/* SPDX-License-Identifier: MIT */

#include "compiler/lower.h"
#include "nir_builder.h"

/*
 * Atomics of floats, for drivers that have none or say nothing of them:
 * loops around a compare-and-exchange of the bits.
 */
static bool
lower_float(nir_builder *b, nir_intrinsic_instr *intrinsic, void *unused)
{
   if (intrinsic->intrinsic != nir_intrinsic_deref_atomic)
      return false;
   const nir_atomic_op op = nir_intrinsic_atomic_op(intrinsic);
   if (nir_atomic_op_type(op) != nir_type_float)
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_deref_instr *deref = nir_src_as_deref(intrinsic->src[0]);
   const unsigned bits = intrinsic->def.bit_size;
   nir_variable *expected =
      nir_local_variable_create(b->impl, glsl_uintN_t_type(bits), "expected");
   const enum gl_access_qualifier access = nir_intrinsic_access(intrinsic);

   nir_store_var(
      b, expected,
      nir_load_deref_with_access(b, deref, access | ACCESS_VOLATILE), 1);
   nir_push_loop(b);
   {
      nir_def *old = nir_load_var(b, expected);
      nir_def *wanted = nir_build_alu2(b, nir_atomic_op_to_alu(op), old,
                                       intrinsic->src[1].ssa);
      nir_def *found = nir_deref_atomic_swap(
         b, bits, &deref->def, old, wanted, .access = access,
         .atomic_op = nir_atomic_op_cmpxchg);
      nir_store_var(b, expected, found, 1);
      nir_break_if(b, nir_ieq(b, found, old));
   }
   nir_pop_loop(b, NULL);
   nir_def_replace(&intrinsic->def, nir_load_var(b, expected));
   return true;
}

bool
trf_nir_lower_float_atomics(nir_shader *nir)
{
   return nir_shader_intrinsics_pass(nir, lower_float, nir_metadata_none,
                                     NULL);
}

/*
 * Atomic loads and stores reach us as those of coherent memory.  Who waits
 * in a loop for another's store must load each time: NIR leaves volatile
 * accesses alone, but LLVM knows nothing of them and wants a fence.
 */
static bool
keep_access(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const bool *fence = data;
   if (intrinsic->intrinsic != nir_intrinsic_load_deref &&
       intrinsic->intrinsic != nir_intrinsic_store_deref)
      return false;
   const enum gl_access_qualifier access = nir_intrinsic_access(intrinsic);
   if (!(access & ACCESS_COHERENT))
      return false;

   nir_intrinsic_set_access(intrinsic, access | ACCESS_VOLATILE);
   if (*fence && intrinsic->intrinsic == nir_intrinsic_load_deref) {
      b->cursor = nir_after_instr(&intrinsic->instr);
      nir_barrier(b, .memory_scope = SCOPE_DEVICE,
                  .memory_semantics = NIR_MEMORY_ACQUIRE,
                  .memory_modes = nir_var_mem_global);
   }
   return true;
}

bool
trf_nir_keep_atomic_accesses(nir_shader *nir, bool fence)
{
   return nir_shader_intrinsics_pass(nir, keep_access,
                                     nir_metadata_control_flow, &fence);
}
