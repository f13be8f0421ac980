/* SPDX-License-Identifier: MIT */

/*
 * Variables of program scope become places in a block that all kernels of a
 * program share.  Its address is a hidden argument, behind the others.
 */

#include <stdlib.h>

#include "compiler/lower.h"
#include "nir_builder.h"
#include "util/u_math.h"

/* Named by trf_globals_strip(); those that nobody uses are gone. */
static bool
place_variables(nir_shader *nir, const struct trf_globals *globals)
{
   nir_foreach_variable_with_modes(var, nir, nir_var_mem_global) {
      char *end = NULL;
      const unsigned long number =
         var->name ? strtoul(var->name, &end, 16) : 0;
      if (!end || *end || number >= globals->count)
         return false;
      var->data.driver_location = globals->offsets[number];
   }
   return true;
}

static bool
lower_deref(nir_builder *b, nir_instr *instr, void *unused)
{
   if (instr->type != nir_instr_type_deref)
      return false;
   nir_deref_instr *deref = nir_instr_as_deref(instr);
   if (deref->deref_type != nir_deref_type_var ||
       deref->var->data.mode != nir_var_mem_global)
      return false;

   b->cursor = nir_before_instr(instr);
   nir_def *base = nir_load_global_base_ptr(b, deref->def.num_components,
                                            deref->def.bit_size);
   nir_def *address = nir_iadd_imm(b, base, deref->var->data.driver_location);
   nir_deref_instr *place =
      nir_build_deref_cast(b, address, nir_var_mem_global, deref->type, 0);
   nir_def_replace(&deref->def, &place->def);
   return true;
}

bool
trf_nir_lower_globals(nir_shader *nir, const struct trf_globals *globals)
{
   if (!place_variables(nir, globals))
      return false;
   NIR_PASS(_, nir, nir_shader_instructions_pass, lower_deref,
            nir_metadata_control_flow, NULL);
   nir_foreach_variable_with_modes_safe(var, nir, nir_var_mem_global)
      exec_node_remove(&var->node);
   return true;
}

static bool
lower_base(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   struct trf_kernel_ir *ir = data;
   if (intrinsic->intrinsic != nir_intrinsic_load_global_base_ptr)
      return false;

   if (!ir->globals_offset) {
      ir->globals_offset = align(ir->input_size, sizeof(uint64_t));
      ir->input_size = ir->globals_offset + sizeof(uint64_t);
   }
   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def_replace(
      &intrinsic->def,
      trf_nir_load_input(b, 1, intrinsic->def.bit_size, ir->globals_offset));
   return true;
}

bool
trf_nir_lower_globals_base(nir_shader *nir, struct trf_kernel_ir *ir)
{
   return nir_shader_intrinsics_pass(nir, lower_base,
                                     nir_metadata_control_flow, ir);
}
