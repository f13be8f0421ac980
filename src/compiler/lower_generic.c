/* SPDX-License-Identifier: MIT */

/*
 * get_fence(): Mesa's front end takes the bit that stands for global memory
 * *and* the one for local memory, one of which is always 0.
 */

#include "compiler/lower.h"
#include "compiler/spirv/spirv.h"

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
