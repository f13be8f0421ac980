/* SPDX-License-Identifier: MIT */

/*
 * Sub-groups.  Most drivers know their functions.  zink writes ballots and
 * votes, and lets all read 32 bits of one lane: with that, what takes values
 * of several lanes looks at one after the other.
 */

#include "compiler/lower.h"
#include "nir_builder.h"
#include "util/u_math.h"

/* Of those whose work-items run in step. */
static bool
lower_barrier(nir_builder *b, nir_intrinsic_instr *intrinsic, void *unused)
{
   if (intrinsic->intrinsic != nir_intrinsic_barrier ||
       nir_intrinsic_execution_scope(intrinsic) != SCOPE_SUBGROUP)
      return false;
   nir_intrinsic_set_execution_scope(intrinsic, SCOPE_NONE);
   return true;
}

/* What a lane has; the lane is the same for all. */
static nir_def *
read_lane(nir_builder *b, nir_def *value, nir_def *lane)
{
   const unsigned bits = value->bit_size;

   if (bits == 32)
      return nir_read_invocation(b, value, lane);
   if (bits == 64)
      return nir_pack_64_2x32_split(
         b, read_lane(b, nir_unpack_64_2x32_split_x(b, value), lane),
         read_lane(b, nir_unpack_64_2x32_split_y(b, value), lane));
   if (bits == 1)
      return nir_i2b(b, read_lane(b, nir_b2i32(b, value), lane));
   return nir_u2uN(b, read_lane(b, nir_u2u32(b, value), lane), bits);
}

static nir_def *
read_lane_of_each(nir_builder *b, nir_def *value, nir_def *lane)
{
   nir_def *results[NIR_MAX_VEC_COMPONENTS];

   for (unsigned i = 0; i < value->num_components; i++)
      results[i] = read_lane(b, nir_channel(b, value, i), lane);
   return nir_vec(b, results, value->num_components);
}

/* Whether a lane's value is for this work-item. */
static nir_def *
wants_lane(nir_builder *b, const nir_intrinsic_instr *intrinsic,
           nir_def *lane)
{
   nir_def *own = nir_load_subgroup_invocation(b);

   switch (intrinsic->intrinsic) {
   case nir_intrinsic_shuffle:
      return nir_ieq(b, lane, nir_u2u32(b, intrinsic->src[1].ssa));
   case nir_intrinsic_inclusive_scan:
      return nir_uge(b, own, lane);
   case nir_intrinsic_exclusive_scan:
      return nir_ult(b, lane, own);
   default: {
      const unsigned cluster = nir_intrinsic_cluster_size(intrinsic);
      return cluster ? nir_ult_imm(b, nir_ixor(b, own, lane), cluster)
                     : nir_imm_true(b);
   }
   }
}

static void
visit_lane(nir_builder *b, const nir_intrinsic_instr *intrinsic,
           nir_variable *const *results, nir_def *lane)
{
   nir_def *value = intrinsic->src[0].ssa;
   nir_def *wanted = wants_lane(b, intrinsic, lane);

   for (unsigned i = 0; i < value->num_components; i++) {
      nir_def *old = nir_load_var(b, results[i]);
      nir_def *more = read_lane(b, nir_channel(b, value, i), lane);
      if (intrinsic->intrinsic != nir_intrinsic_shuffle)
         more = nir_build_alu2(b, nir_intrinsic_reduction_op(intrinsic), old,
                               more);
      nir_store_var(b, results[i], nir_bcsel(b, wanted, more, old), 1);
   }
}

/* Those of 32 lanes that are active, in their order. */
static void
visit_word(nir_builder *b, const nir_intrinsic_instr *intrinsic,
           nir_variable *const *results, nir_def *active, unsigned first)
{
   nir_variable *left =
      nir_local_variable_create(b->impl, glsl_uint_type(), "left");

   nir_store_var(b, left, active, 1);
   nir_push_loop(b);
   {
      nir_def *lanes = nir_load_var(b, left);
      nir_break_if(b, nir_ieq_imm(b, lanes, 0));
      nir_store_var(b, left, nir_iand(b, lanes, nir_iadd_imm(b, lanes, -1)),
                    1);
      visit_lane(b, intrinsic, results,
                 nir_iadd_imm(b, nir_find_lsb(b, lanes), first));
   }
   nir_pop_loop(b, NULL);
}

static nir_def *
initial_value(nir_builder *b, const nir_intrinsic_instr *intrinsic)
{
   const unsigned bits = intrinsic->def.bit_size;
   nir_const_value value = {0};

   if (intrinsic->intrinsic != nir_intrinsic_shuffle)
      value =
         nir_alu_binop_identity(nir_intrinsic_reduction_op(intrinsic), bits);
   return nir_build_imm(b, 1, bits, &value);
}

static nir_def *
visit_lanes(nir_builder *b, const nir_intrinsic_instr *intrinsic,
            unsigned subgroup_size)
{
   const unsigned count = intrinsic->def.num_components;
   const unsigned bits = intrinsic->def.bit_size;
   const struct glsl_type *type =
      bits == 1 ? glsl_bool_type() : glsl_uintN_t_type(bits);
   nir_variable *results[NIR_MAX_VEC_COMPONENTS];
   nir_def *values[NIR_MAX_VEC_COMPONENTS];
   nir_def *active = nir_ballot(b, 4, 32, nir_imm_true(b));

   for (unsigned i = 0; i < count; i++) {
      results[i] = nir_local_variable_create(b->impl, type, "result");
      nir_store_var(b, results[i], initial_value(b, intrinsic), 1);
   }
   for (unsigned i = 0; i < DIV_ROUND_UP(subgroup_size, 32); i++)
      visit_word(b, intrinsic, results, nir_channel(b, active, i), 32 * i);
   for (unsigned i = 0; i < count; i++)
      values[i] = nir_load_var(b, results[i]);
   return nir_vec(b, values, count);
}

static nir_def *
first_lane(nir_builder *b)
{
   return nir_ballot_find_lsb(b, 32, nir_ballot(b, 4, 32, nir_imm_true(b)));
}

static nir_def *
count_sub_groups(nir_builder *b, unsigned subgroup_size)
{
   nir_def *items = trf_nir_product(b, nir_load_workgroup_size(b));

   return nir_udiv_imm(b, nir_iadd_imm(b, items, subgroup_size - 1),
                       subgroup_size);
}

/*
 * zink does not say that it uses what the id comes with in SPIR-V, but for a
 * vote it does.
 */
static bool
add_vote(nir_builder *b, nir_intrinsic_instr *id)
{
   b->cursor = nir_after_instr(&id->instr);
   nir_def *never = nir_ieq_imm(b, nir_load_subgroup_invocation(b), -1);
   nir_def *result =
      nir_bcsel(b, nir_vote_any(b, 1, never), nir_imm_int(b, 0), &id->def);
   nir_def_rewrite_uses_after(&id->def, result, result->parent_instr);
   return true;
}

static bool
lower_to_lanes(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const unsigned *subgroup_size = data;
   nir_def *result;

   b->cursor = nir_before_instr(&intrinsic->instr);
   switch (intrinsic->intrinsic) {
   case nir_intrinsic_shuffle:
   case nir_intrinsic_reduce:
   case nir_intrinsic_inclusive_scan:
   case nir_intrinsic_exclusive_scan:
      result = visit_lanes(b, intrinsic, *subgroup_size);
      break;
   case nir_intrinsic_read_invocation:
      if (intrinsic->def.bit_size == 32 && intrinsic->def.num_components == 1)
         return false;
      result = read_lane_of_each(b, intrinsic->src[0].ssa,
                                 nir_u2u32(b, intrinsic->src[1].ssa));
      break;
   case nir_intrinsic_read_first_invocation:
      result = read_lane_of_each(b, intrinsic->src[0].ssa, first_lane(b));
      break;
   case nir_intrinsic_load_subgroup_id:
      return add_vote(b, intrinsic);
   case nir_intrinsic_load_num_subgroups:
      result = count_sub_groups(b, *subgroup_size);
      break;
   default:
      return false;
   }
   nir_def_replace(&intrinsic->def, result);
   return true;
}

/* What zink has no words for, by what it has. */
static bool
lower_for_zink(nir_shader *nir, unsigned subgroup_size)
{
   const nir_lower_subgroups_options options = {
      .subgroup_size = subgroup_size,
      .ballot_bit_size = 32,
      .ballot_components = 4,
      .lower_elect = true,
      .lower_first_invocation_to_ballot = true,
      .lower_inverse_ballot = true,
      .lower_relative_shuffle = true,
      .lower_rotate_to_shuffle = true,
      .lower_subgroup_masks = true,
      .lower_vote_bool_eq = true,
      .lower_vote_eq = true,
   };
   bool progress = false;

   NIR_PASS(progress, nir, nir_lower_subgroups, &options);
   NIR_PASS(progress, nir, nir_shader_intrinsics_pass, lower_to_lanes,
            nir_metadata_none, &subgroup_size);
   /* Of the ballots that have come. */
   NIR_PASS(progress, nir, nir_lower_subgroups, &options);
   return progress;
}

/*
 * Where in a word a byte comes out as it should, an empty sum's too: products
 * at the bottom, other sums at the top.
 */
static bool
place_of_byte(const nir_intrinsic_instr *intrinsic, unsigned *shift)
{
   switch (intrinsic->intrinsic) {
   case nir_intrinsic_reduce:
   case nir_intrinsic_inclusive_scan:
   case nir_intrinsic_exclusive_scan:
      *shift = nir_intrinsic_reduction_op(intrinsic) == nir_op_imul ? 0 : 24;
      return true;
   case nir_intrinsic_read_invocation:
   case nir_intrinsic_read_first_invocation:
      *shift = 0;
      return true;
   default:
      return false;
   }
}

/* On some GPUs radeonsi's compiler fails for bytes. */
static bool
widen_bytes(nir_builder *b, nir_intrinsic_instr *intrinsic, void *unused)
{
   unsigned shift;
   if (!place_of_byte(intrinsic, &shift) || intrinsic->def.bit_size != 8)
      return false;

   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def *value = nir_u2u32(b, intrinsic->src[0].ssa);
   nir_src_rewrite(&intrinsic->src[0], nir_ishl_imm(b, value, shift));
   intrinsic->def.bit_size = 32;
   b->cursor = nir_after_instr(&intrinsic->instr);
   nir_def *result = nir_u2u8(b, nir_ushr_imm(b, &intrinsic->def, shift));
   nir_def_rewrite_uses_after(&intrinsic->def, result, result->parent_instr);
   return true;
}

static bool
is_rotate(const nir_instr *instr, const void *unused)
{
   return instr->type == nir_instr_type_intrinsic &&
          nir_instr_as_intrinsic(instr)->intrinsic == nir_intrinsic_rotate;
}

/* What not every other driver lowers by itself. */
static bool
lower_rotate(nir_shader *nir)
{
   const nir_lower_subgroups_options options = {
      .ballot_bit_size = 32,
      .ballot_components = 4,
      .lower_rotate_to_shuffle = true,
      .filter = is_rotate,
   };
   return nir_lower_subgroups(nir, &options);
}

bool
trf_nir_lower_subgroups(nir_shader *nir,
                        const struct trf_compiler_features *features)
{
   bool progress = false;

   if (features->subgroups_in_step)
      NIR_PASS(progress, nir, nir_shader_intrinsics_pass, lower_barrier,
               nir_metadata_all, NULL);
   if (features->through_spirv && features->subgroups)
      NIR_PASS(progress, nir, lower_for_zink, features->subgroup_size);
   else
      NIR_PASS(progress, nir, lower_rotate);
   if (!features->llvm && !features->through_spirv)
      NIR_PASS(progress, nir, nir_shader_intrinsics_pass, widen_bytes,
               nir_metadata_control_flow, NULL);
   return progress;
}
