/* SPDX-License-Identifier: MIT */

/*
 * Saturating dot products of unsigned integers, before NIR's own rules get
 * them wrong: of constants it forgets to saturate.
 */

#include "compiler/lower.h"
#include "nir_builder.h"

static bool
lower_instr(nir_builder *b, nir_alu_instr *alu, void *unused)
{
   if (alu->op != nir_op_udot_4x8_uadd_sat)
      return false;

   b->cursor = nir_before_instr(&alu->instr);
   nir_def *start = nir_ssa_for_alu_src(b, alu, 2);
   nir_def *product =
      nir_udot_4x8_uadd(b, nir_ssa_for_alu_src(b, alu, 0),
                        nir_ssa_for_alu_src(b, alu, 1), nir_imm_int(b, 0));
   nir_def *sum = nir_iadd(b, product, start);
   nir_def_replace(&alu->def, nir_bcsel(b, nir_ult(b, sum, start),
                                        nir_imm_int(b, -1), sum));
   return true;
}

bool
trf_nir_lower_dot(nir_shader *nir)
{
   return nir_shader_alu_pass(nir, lower_instr, nir_metadata_control_flow,
                              NULL);
}
