/* SPDX-License-Identifier: MIT */

#include "compiler/lower.h"
#include "nir_builder.h"

nir_def *
trf_nir_load_input(nir_builder *b, unsigned components, unsigned bits,
                   size_t offset)
{
   return nir_load_kernel_input(b, components, bits, nir_imm_int(b, offset),
                                .base = 0, .range = ~0u,
                                .align_mul = bits / 8, .align_offset = 0);
}

/* A field of the header, in the bit size that the instruction wants. */
static nir_def *
load_field(nir_builder *b, size_t field, unsigned components,
           unsigned field_bits, unsigned bits)
{
   return nir_u2uN(b, trf_nir_load_input(b, components, field_bits, field),
                   bits);
}

#define FIELD(name) offsetof(struct trf_kernel_header, name)

static bool
is_header_value(const nir_instr *instr, const void *unused)
{
   return instr->type == nir_instr_type_intrinsic;
}

static nir_def *
lower_instr(nir_builder *b, nir_instr *instr, void *unused)
{
   nir_intrinsic_instr *intrinsic = nir_instr_as_intrinsic(instr);
   const nir_intrinsic_info *info =
      &nir_intrinsic_infos[intrinsic->intrinsic];
   const unsigned bits = info->has_dest ? intrinsic->def.bit_size : 32;

   switch (intrinsic->intrinsic) {
   case nir_intrinsic_load_base_global_invocation_id:
      return load_field(b, FIELD(global_offset), 3, 64, bits);
   case nir_intrinsic_load_base_workgroup_id:
      return load_field(b, FIELD(group_offset), 3, 64, bits);
   case nir_intrinsic_load_global_size:
      return load_field(b, FIELD(global_size), 3, 64, bits);
   case nir_intrinsic_load_num_workgroups:
      return load_field(b, FIELD(group_count), 3, 32, bits);
   case nir_intrinsic_load_constant_base_ptr:
      return load_field(b, FIELD(constants), 1, 64, bits);
   case nir_intrinsic_load_printf_buffer_address:
      return load_field(b, FIELD(printf_buffer), 1, 64, bits);
   case nir_intrinsic_load_work_dim:
      return load_field(b, FIELD(work_dim), 1, 32, bits);
   default:
      return NULL;
   }
}

bool
trf_nir_lower_header(nir_shader *nir)
{
   return nir_shader_lower_instructions(nir, is_header_value, lower_instr,
                                        NULL);
}

/*
 * Within a part 32 bits are enough (see trf_ndrange_begin): only the sum has
 * the width of size_t, which vectors of work-items are slow at.
 */
static nir_def *
global_id(nir_builder *b, unsigned bits)
{
   nir_def *in_part = nir_iadd(
      b, nir_imul(b, nir_load_workgroup_id(b), nir_load_workgroup_size(b)),
      nir_load_local_invocation_id(b));
   return nir_iadd(b, load_field(b, FIELD(start), 3, 64, bits),
                   nir_u2uN(b, in_part, bits));
}

/* get_global_linear_id() does not count the client's offset (6.15.1). */
static nir_def *
global_index(nir_builder *b, unsigned bits)
{
   nir_def *id = global_id(b, bits);
   nir_def *size = load_field(b, FIELD(global_size), 3, 64, bits);
   nir_def *index = nir_channel(b, id, 2);

   index = nir_iadd(b, nir_imul(b, index, nir_channel(b, size, 1)),
                    nir_channel(b, id, 1));
   return nir_iadd(b, nir_imul(b, index, nir_channel(b, size, 0)),
                   nir_channel(b, id, 0));
}

static bool
lower_global_id_instr(nir_builder *b, nir_intrinsic_instr *intrinsic,
                      void *unused)
{
   const bool index =
      intrinsic->intrinsic == nir_intrinsic_load_global_invocation_index;
   if (!index &&
       intrinsic->intrinsic != nir_intrinsic_load_global_invocation_id)
      return false;

   const unsigned bits = intrinsic->def.bit_size;
   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def_replace(&intrinsic->def,
                   index ? global_index(b, bits) : global_id(b, bits));
   return true;
}

bool
trf_nir_lower_global_id(nir_shader *nir)
{
   return nir_shader_intrinsics_pass(nir, lower_global_id_instr,
                                     nir_metadata_control_flow, NULL);
}

static bool
lower_input_instr(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   if (intrinsic->intrinsic != nir_intrinsic_load_kernel_input)
      return false;

   const uint32_t *size = data;
   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def *offset =
      nir_iadd_imm(b, intrinsic->src[0].ssa, nir_intrinsic_base(intrinsic));
   nir_def *value =
      nir_load_ubo(b, intrinsic->num_components, intrinsic->def.bit_size,
                   nir_imm_int(b, 0), offset,
                   .align_mul = nir_intrinsic_align_mul(intrinsic),
                   .align_offset = nir_intrinsic_align_offset(intrinsic),
                   .range_base = 0, .range = *size);
   nir_def_replace(&intrinsic->def, value);
   return true;
}

bool
trf_nir_lower_input(nir_shader *nir, uint32_t input_size)
{
   const bool progress = nir_shader_intrinsics_pass(
      nir, lower_input_instr, nir_metadata_control_flow, &input_size);

   nir_foreach_variable_with_modes(var, nir, nir_var_mem_ubo) {
      var->data.binding++;
      var->data.driver_location++;
   }
   nir->info.num_ubos++;
   nir_variable *input = nir_variable_create(
      nir, nir_var_mem_ubo,
      glsl_array_type(glsl_uint8_t_type(), input_size, 1), "input");
   input->data.binding = 0;
   input->data.explicit_binding = true;
   nir->info.first_ubo_is_default_ubo = true;
   return progress;
}
