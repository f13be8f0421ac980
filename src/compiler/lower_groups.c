/* SPDX-License-Identifier: MIT */

/* Work-groups as OpenCL has them. */

#include "compiler/lower.h"
#include "compiler/rewrite.h"
#include "nir_builder.h"

static nir_def *
enqueued_size(nir_builder *b)
{
   return trf_nir_load_input(
      b, 3, 32, offsetof(struct trf_kernel_header, enqueued_size));
}

/* The variable of a system value that is loaded; NULL if it is no such. */
static const nir_variable *
loaded_system_value(const nir_intrinsic_instr *intrinsic)
{
   if (intrinsic->intrinsic != nir_intrinsic_load_deref)
      return NULL;
   const nir_deref_instr *deref = nir_src_as_deref(intrinsic->src[0]);
   return nir_deref_mode_is(deref, nir_var_system_value)
             ? nir_deref_instr_get_variable(deref)
             : NULL;
}

static bool
lower_group_value(nir_builder *b, nir_intrinsic_instr *intrinsic,
                  void *unused)
{
   const nir_variable *var = loaded_system_value(intrinsic);
   if (!var || var->data.location != TRF_SYSTEM_VALUE_ENQUEUED_SIZE)
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def_replace(&intrinsic->def,
                   nir_u2uN(b, enqueued_size(b), intrinsic->def.bit_size));
   return true;
}

bool
trf_nir_lower_group_values(nir_shader *nir)
{
   return nir_shader_intrinsics_pass(nir, lower_group_value,
                                     nir_metadata_control_flow, NULL);
}
