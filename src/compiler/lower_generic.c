/* SPDX-License-Identifier: MIT */

/* What of generic pointers Mesa has not got right. */

#include "compiler/lower.h"
#include "compiler/spirv/spirv.h"

/*
 * get_fence(): spirv_to_nir takes the bit that stands for global memory
 * *and* the one for local memory, one of which is always 0.
 */

/* Whether a source is `bit` or 0, by what memory a pointer is into. */
static bool
is_memory_bit(const nir_alu_instr *alu, unsigned source, uint32_t bit)
{
   const nir_alu_instr *choice = nir_src_as_alu_instr(alu->src[source].src);
   if (!choice || choice->op != nir_op_bcsel)
      return false;

   const nir_instr *condition = choice->src[0].src.ssa->parent_instr;
   return condition->type == nir_instr_type_intrinsic &&
          nir_instr_as_intrinsic(condition)->intrinsic ==
             nir_intrinsic_deref_mode_is &&
          nir_src_is_const(choice->src[1].src) &&
          nir_src_as_uint(choice->src[1].src) == bit;
}

static bool
mend_instr(nir_builder *b, nir_alu_instr *alu, void *unused)
{
   if (alu->op != nir_op_iand ||
       !is_memory_bit(alu, 0, SpvMemorySemanticsCrossWorkgroupMemoryMask) ||
       !is_memory_bit(alu, 1, SpvMemorySemanticsWorkgroupMemoryMask))
      return false;
   alu->op = nir_op_ior;
   return true;
}

bool
trf_nir_mend_get_fence(nir_shader *nir)
{
   return nir_shader_alu_pass(nir, mend_instr, nir_metadata_all, NULL);
}

/*
 * Atomics: nir_lower_explicit_io forgets that what may point anywhere may
 * point into private memory.  Nobody else sees that, so a load and a store
 * are as good.
 */

#define PRIVATE (nir_var_function_temp | nir_var_shader_temp)

static nir_def *
access_private(nir_builder *b, const nir_intrinsic_instr *atomic)
{
   nir_deref_instr *from = nir_src_as_deref(atomic->src[0]);
   nir_deref_instr *deref = nir_build_deref_cast(
      b, &from->def, nir_var_function_temp, from->type, 0);
   const nir_atomic_op op = nir_intrinsic_atomic_op(atomic);
   nir_def *data = atomic->src[1].ssa;
   nir_def *old = nir_load_deref(b, deref);
   nir_def *value = data;

   if (atomic->intrinsic == nir_intrinsic_deref_atomic_swap)
      value = nir_bcsel(b, nir_ieq(b, old, data), atomic->src[2].ssa, old);
   else if (op != nir_atomic_op_xchg)
      value = nir_build_alu2(b, nir_atomic_op_to_alu(op), old, data);
   nir_store_deref(b, deref, value, 1);
   return old;
}

static nir_def *
access_shared(nir_builder *b, const nir_intrinsic_instr *atomic)
{
   nir_deref_instr *from = nir_src_as_deref(atomic->src[0]);
   nir_deref_instr *deref = nir_build_deref_cast(
      b, &from->def, from->modes & ~PRIVATE, from->type, 0);
   nir_instr *copy = nir_instr_clone(b->shader, &atomic->instr);

   nir_builder_instr_insert(b, copy);
   nir_src_rewrite(&nir_instr_as_intrinsic(copy)->src[0], &deref->def);
   return &nir_instr_as_intrinsic(copy)->def;
}

static bool
split_atomic(nir_builder *b, nir_intrinsic_instr *intrinsic, void *unused)
{
   if (intrinsic->intrinsic != nir_intrinsic_deref_atomic &&
       intrinsic->intrinsic != nir_intrinsic_deref_atomic_swap)
      return false;
   nir_deref_instr *deref = nir_src_as_deref(intrinsic->src[0]);
   if (!(deref->modes & PRIVATE))
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   if (!(deref->modes & ~PRIVATE)) {
      nir_def_replace(&intrinsic->def, access_private(b, intrinsic));
      return true;
   }
   nir_push_if(
      b, nir_build_deref_mode_is(b, 1, &deref->def, nir_var_function_temp));
   nir_def *own = access_private(b, intrinsic);
   nir_push_else(b, NULL);
   nir_def *shared = access_shared(b, intrinsic);
   nir_pop_if(b, NULL);
   nir_def_replace(&intrinsic->def, nir_if_phi(b, own, shared));
   return true;
}

bool
trf_nir_split_generic_atomics(nir_shader *nir)
{
   return nir_shader_intrinsics_pass(nir, split_atomic, nir_metadata_none,
                                     NULL);
}

/* The kinds of memory that a kernel has at all. */
static nir_variable_mode
existing_memory(nir_shader *nir, bool has_local_argument)
{
   nir_variable_mode modes = nir_var_mem_global;

   nir_foreach_variable_with_modes(var, nir, nir_var_mem_shared)
      modes |= nir_var_mem_shared;
   if (has_local_argument)
      modes |= nir_var_mem_shared;
   nir_foreach_function_temp_variable(var, nir_shader_get_entrypoint(nir))
      modes |= nir_var_function_temp;
   return modes;
}

bool
trf_nir_narrow_generic(nir_shader *nir, bool has_local_argument)
{
   const nir_variable_mode exist = existing_memory(nir, has_local_argument);
   bool progress = false;

   nir_foreach_function_impl(impl, nir) {
      nir_foreach_block(block, impl) {
         nir_foreach_instr(instr, block) {
            if (instr->type != nir_instr_type_deref)
               continue;
            nir_deref_instr *deref = nir_instr_as_deref(instr);
            const nir_variable_mode narrowed = deref->modes & exist;
            if (util_bitcount(deref->modes) < 2 || narrowed == deref->modes)
               continue;
            deref->modes = narrowed;
            progress = true;
         }
      }
      nir_metadata_preserve(impl, nir_metadata_all);
   }
   return progress;
}
