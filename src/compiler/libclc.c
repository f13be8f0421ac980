/* SPDX-License-Identifier: MIT */

#include "compiler/libclc.h"

#include "compiler/compiler_private.h"
#include "nir_builder.h"

/* More than this, up or down, is as good as this, and adds up. */
#define MAX_EXPONENT 8192

static void
clamp_exponent(nir_builder *b, nir_intrinsic_instr *load)
{
   b->cursor = nir_after_instr(&load->instr);
   nir_def *clamped = nir_iclamp(b, &load->def, nir_imm_int(b, -MAX_EXPONENT),
                                 nir_imm_int(b, MAX_EXPONENT));
   nir_def_rewrite_uses_after(&load->def, clamped, clamped->parent_instr);
}

/* What is stored is the result; the first argument goes through if NaN. */
static bool
mend_ldexp(nir_builder *b, nir_instr *instr, void *unused)
{
   if (instr->type != nir_instr_type_intrinsic)
      return false;
   nir_intrinsic_instr *intrinsic = nir_instr_as_intrinsic(instr);
   if (intrinsic->intrinsic == nir_intrinsic_load_param &&
       nir_intrinsic_param_idx(intrinsic) == 2) {
      clamp_exponent(b, intrinsic);
      return true;
   }
   if (intrinsic->intrinsic != nir_intrinsic_store_deref)
      return false;
   const nir_deref_instr *to = nir_src_as_deref(intrinsic->src[0]);
   if (to->deref_type != nir_deref_type_cast)
      return false;
   const nir_instr *parent = to->parent.ssa->parent_instr;
   if (parent->type != nir_instr_type_intrinsic ||
       nir_instr_as_intrinsic(parent)->intrinsic != nir_intrinsic_load_param)
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   b->exact = true;
   nir_def *x = nir_load_param(b, 1);
   nir_def *value = nir_bcsel(b, nir_fneu(b, x, x), x, intrinsic->src[1].ssa);
   b->exact = false;
   nir_src_rewrite(&intrinsic->src[1], value);
   return true;
}

void
trf_nir_mend_libclc(nir_shader *libclc)
{
   nir_function *ldexp =
      nir_shader_get_function_for_name(libclc, "_Z5ldexpdi");
   if (ldexp && ldexp->impl)
      nir_function_instructions_pass(ldexp->impl, mend_ldexp,
                                     nir_metadata_control_flow, NULL);
}
