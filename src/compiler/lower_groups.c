/* SPDX-License-Identifier: MIT */

/* Work-groups as OpenCL has them. */

#include "compiler/lower.h"
#include "compiler/rewrite.h"
#include "nir_builder.h"

struct group_values {
   const struct trf_compiler *compiler;
   struct trf_kernel_ir *ir;
};

static nir_def *
enqueued_size(nir_builder *b)
{
   return trf_nir_load_input(
      b, 3, 32, offsetof(struct trf_kernel_header, enqueued_size));
}

nir_def *
trf_nir_product(nir_builder *b, nir_def *size)
{
   return nir_imul(
      b, nir_imul(b, nir_channel(b, size, 0), nir_channel(b, size, 1)),
      nir_channel(b, size, 2));
}

/*
 * The size of all but the last of a work-group.  Where a driver chooses one
 * for each launch, those of a range's last work-groups may be smaller.
 */
static nir_def *
max_subgroup_size(nir_builder *b, const struct group_values *values)
{
   if (values->compiler->features.subgroup_size)
      return nir_load_subgroup_size(b);
   values->ir->uses_sub_group_size = true;
   return trf_nir_load_input(
      b, 1, 32, offsetof(struct trf_kernel_header, sub_group_size));
}

static nir_def *
enqueued_subgroups(nir_builder *b, const struct group_values *values)
{
   nir_def *max = max_subgroup_size(b, values);
   nir_def *items = trf_nir_product(b, enqueued_size(b));

   return nir_udiv(b, nir_iadd_imm(b, nir_iadd(b, items, max), -1), max);
}

/* The last sub-group has what is left. */
static nir_def *
subgroup_items(nir_builder *b)
{
   nir_def *max = nir_load_subgroup_size(b);
   nir_def *before = nir_imul(b, nir_load_subgroup_id(b), max);

   return nir_umin(
      b, max,
      nir_isub(b, trf_nir_product(b, nir_load_workgroup_size(b)), before));
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

static nir_def *
build_group_value(nir_builder *b, int location,
                  const struct group_values *values)
{
   switch (location) {
   case TRF_SYSTEM_VALUE_ENQUEUED_SIZE:
      return enqueued_size(b);
   case TRF_SYSTEM_VALUE_ENQUEUED_SUBGROUPS:
      return enqueued_subgroups(b, values);
   case TRF_SYSTEM_VALUE_SUBGROUP_ITEMS:
      return subgroup_items(b);
   case SYSTEM_VALUE_SUBGROUP_SIZE:
      return max_subgroup_size(b, values);
   default:
      return NULL;
   }
}

static bool
lower_group_value(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const nir_variable *var = loaded_system_value(intrinsic);
   if (!var)
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def *value = build_group_value(b, var->data.location, data);
   if (!value)
      return false;
   nir_def_replace(&intrinsic->def,
                   nir_u2uN(b, value, intrinsic->def.bit_size));
   return true;
}

bool
trf_nir_lower_group_values(nir_shader *nir,
                           const struct trf_compiler *compiler,
                           struct trf_kernel_ir *ir)
{
   struct group_values values = {.compiler = compiler, .ir = ir};

   return nir_shader_intrinsics_pass(nir, lower_group_value,
                                     nir_metadata_control_flow, &values);
}

static nir_def *
divide(nir_builder *b, nir_def *n, nir_def *reciprocal)
{
   return nir_ushr_imm(b, nir_imul(b, n, reciprocal), TRF_RECIPROCAL_SHIFT);
}

static nir_def *
local_index(nir_builder *b, unsigned lanes)
{
   return nir_iadd(b, nir_imul_imm(b, nir_load_subgroup_id(b), lanes),
                   nir_load_subgroup_invocation(b));
}

static nir_def *
local_id(nir_builder *b, unsigned lanes)
{
   nir_def *reciprocals = trf_nir_load_input(
      b, 2, 32, offsetof(struct trf_kernel_header, reciprocals));
   nir_def *size = nir_load_workgroup_size(b);
   nir_def *width = nir_channel(b, size, 0),
           *height = nir_channel(b, size, 1);

   nir_def *index = local_index(b, lanes);
   nir_def *row = divide(b, index, nir_channel(b, reciprocals, 0));
   nir_def *slice = divide(b, row, nir_channel(b, reciprocals, 1));
   return nir_vec3(b, nir_isub(b, index, nir_imul(b, row, width)),
                   nir_isub(b, row, nir_imul(b, slice, height)), slice);
}

static bool
lower_local(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const unsigned *lanes = data;
   const bool index =
      intrinsic->intrinsic == nir_intrinsic_load_local_invocation_index;
   if (!index &&
       intrinsic->intrinsic != nir_intrinsic_load_local_invocation_id)
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def_replace(&intrinsic->def,
                   index ? local_index(b, *lanes) : local_id(b, *lanes));
   return true;
}

bool
trf_nir_lower_local_id(nir_shader *nir, unsigned lanes)
{
   return nir_shader_intrinsics_pass(nir, lower_local,
                                     nir_metadata_control_flow, &lanes);
}
