/* SPDX-License-Identifier: MIT */

/*
 * Functions of work-groups, by those of sub-groups: each sub-group leaves
 * what it has in local memory, and makes up the whole from what it finds
 * there.  Where there are no sub-groups, each work-item does.
 */

#include "compiler/lower.h"
#include "compiler/rewrite.h"
#include "nir_builder.h"

/* 64 bits for each sub-group, or work-item. */
static nir_variable *
find_scratch(nir_builder *b, const struct trf_compiler_features *features)
{
   const unsigned slots = features->subgroups ? features->max_subgroups
                                              : features->work_group_size;
   static const char name[] = "collectives";

   nir_foreach_variable_with_modes(var, b->shader, nir_var_mem_shared) {
      if (var->name && !strcmp(var->name, name))
         return var;
   }
   return nir_variable_create(b->shader, nir_var_mem_shared,
                              glsl_array_type(glsl_uint64_t_type(), slots, 8),
                              name);
}

static nir_deref_instr *
slot(nir_builder *b, nir_variable *scratch, nir_def *index)
{
   nir_deref_instr *array = nir_build_deref_var(b, scratch);
   return nir_build_deref_array(b, array,
                                nir_u2uN(b, index, array->def.bit_size));
}

static void
give(nir_builder *b, nir_variable *scratch, nir_def *index, nir_def *value)
{
   nir_def *bits =
      value->bit_size == 1 ? nir_b2i64(b, value) : nir_u2u64(b, value);
   nir_store_deref(b, slot(b, scratch, index), bits, 1);
}

static nir_def *
take(nir_builder *b, nir_variable *scratch, nir_def *index, unsigned bits)
{
   nir_def *value = nir_load_deref(b, slot(b, scratch, index));
   return bits == 1 ? nir_i2b(b, value) : nir_u2uN(b, value, bits);
}

static void
meet(nir_builder *b)
{
   nir_barrier(b, .execution_scope = SCOPE_WORKGROUP,
               .memory_scope = SCOPE_WORKGROUP,
               .memory_semantics = NIR_MEMORY_ACQ_REL,
               .memory_modes = nir_var_mem_shared);
}

/* What the first `count` sub-groups left. */
static nir_def *
accumulate(nir_builder *b, nir_variable *scratch, nir_def *count, nir_op op,
           unsigned bits)
{
   const struct glsl_type *type =
      bits == 1 ? glsl_bool_type() : glsl_uintN_t_type(bits);
   const nir_const_value identity = nir_alu_binop_identity(op, bits);
   nir_variable *sum = nir_local_variable_create(b->impl, type, "sum");
   nir_variable *at =
      nir_local_variable_create(b->impl, glsl_uint_type(), "at");

   nir_store_var(b, sum, nir_build_imm(b, 1, bits, &identity), 1);
   nir_store_var(b, at, nir_imm_int(b, 0), 1);
   nir_push_loop(b);
   {
      nir_def *index = nir_load_var(b, at);
      nir_break_if(b, nir_uge(b, index, count));
      nir_store_var(b, sum,
                    nir_build_alu2(b, op, nir_load_var(b, sum),
                                   take(b, scratch, index, bits)),
                    1);
      nir_store_var(b, at, nir_iadd_imm(b, index, 1), 1);
   }
   nir_pop_loop(b, NULL);
   return nir_load_var(b, sum);
}

/* The work-item's part of its sub-group; NULL: all have the same. */
static nir_def *
scan(nir_builder *b, unsigned tag, nir_op op, nir_def *value)
{
   switch (tag) {
   case TRF_GROUP_INCLUSIVE:
      return nir_inclusive_scan(b, value, .reduction_op = op);
   case TRF_GROUP_EXCLUSIVE:
      return nir_exclusive_scan(b, value, .reduction_op = op);
   default:
      return NULL;
   }
}

static nir_def *
combine_sub_groups(nir_builder *b, nir_variable *scratch, unsigned tag,
                   nir_op op, nir_def *value)
{
   nir_def *whole = nir_reduce(b, value, .reduction_op = op);
   nir_def *part = scan(b, tag, op, value);
   nir_def *id = nir_load_subgroup_id(b);

   nir_push_if(b, nir_elect(b, 1));
   give(b, scratch, id, whole);
   nir_pop_if(b, NULL);
   meet(b);
   nir_def *others = accumulate(
      b, scratch, part ? id : nir_load_num_subgroups(b), op, value->bit_size);
   /* Before the next function gives something else. */
   meet(b);
   return part ? nir_build_alu2(b, op, others, part) : others;
}

/* What the work-item `distance` before this one left. */
static nir_def *
take_before(nir_builder *b, nir_variable *scratch, nir_def *index,
            nir_def *distance, nir_op op, unsigned bits)
{
   const nir_const_value identity = nir_alu_binop_identity(op, bits);
   nir_def *there = nir_uge(b, index, distance);
   nir_def *place =
      nir_bcsel(b, there, nir_isub(b, index, distance), nir_imm_int(b, 0));

   return nir_bcsel(b, there, take(b, scratch, place, bits),
                    nir_build_imm(b, 1, bits, &identity));
}

/* Each has the sum of twice as many with every step. */
static nir_def *
combine_work_items(nir_builder *b, nir_variable *scratch, unsigned tag,
                   nir_op op, nir_def *value)
{
   const unsigned bits = value->bit_size;
   const struct glsl_type *type =
      bits == 1 ? glsl_bool_type() : glsl_uintN_t_type(bits);
   nir_variable *sum = nir_local_variable_create(b->impl, type, "sum");
   nir_variable *reach =
      nir_local_variable_create(b->impl, glsl_uint_type(), "reach");
   nir_def *index = nir_load_local_invocation_index(b);
   nir_def *items = trf_nir_product(b, nir_load_workgroup_size(b));

   nir_store_var(b, sum, value, 1);
   nir_store_var(b, reach, nir_imm_int(b, 1), 1);
   give(b, scratch, index, value);
   meet(b);
   nir_push_loop(b);
   {
      nir_def *distance = nir_load_var(b, reach);
      nir_break_if(b, nir_uge(b, distance, items));
      nir_def *before = take_before(b, scratch, index, distance, op, bits);
      nir_def *more = nir_build_alu2(b, op, before, nir_load_var(b, sum));
      meet(b);
      give(b, scratch, index, more);
      meet(b);
      nir_store_var(b, sum, more, 1);
      nir_store_var(b, reach, nir_ishl_imm(b, distance, 1), 1);
   }
   nir_pop_loop(b, NULL);

   nir_def *result =
      tag == TRF_GROUP_INCLUSIVE ? nir_load_var(b, sum)
      : tag == TRF_GROUP_EXCLUSIVE
         ? take_before(b, scratch, index, nir_imm_int(b, 1), op, bits)
         : take(b, scratch, nir_iadd_imm(b, items, -1), bits);
   meet(b);
   return result;
}

static unsigned
tag_of(const nir_intrinsic_instr *intrinsic)
{
   switch (intrinsic->intrinsic) {
   case nir_intrinsic_reduce:
   case nir_intrinsic_rotate:
      return nir_intrinsic_cluster_size(intrinsic);
   default:
      return 0;
   }
}

/* The step that a value is of; NULL if it is of none. */
static nir_intrinsic_instr *
step_of(nir_def *value)
{
   nir_instr *instr = value->parent_instr;
   if (instr->type != nir_instr_type_intrinsic ||
       tag_of(nir_instr_as_intrinsic(instr)) != TRF_GROUP_STEP)
      return NULL;
   return nir_instr_as_intrinsic(instr);
}

/*
 * Whether the work-item is the one, which is the first on axes that are not
 * given; *value is what it has.
 */
static nir_def *
is_place(nir_builder *b, nir_intrinsic_instr *place, nir_def **value)
{
   nir_def *places[3];
   unsigned axes = 0;

   /* From the last axis to the first. */
   for (nir_intrinsic_instr *step = place; step && axes < 3;
        step = step_of(step->src[0].ssa)) {
      places[axes++] = step->src[1].ssa;
      *value = step->src[0].ssa;
   }

   nir_def *id = nir_load_local_invocation_id(b);
   nir_def *here = nir_imm_true(b);
   for (unsigned i = 0; i < 3; i++) {
      nir_def *wanted = i < axes ? places[axes - 1 - i] : nir_imm_int(b, 0);
      here = nir_iand(b, here, nir_ieq(b, nir_channel(b, id, i), wanted));
   }
   return here;
}

static nir_def *
broadcast(nir_builder *b, nir_variable *scratch, nir_def *here,
          nir_def *value)
{
   nir_def *first = nir_imm_int(b, 0);

   nir_push_if(b, here);
   give(b, scratch, first, value);
   nir_pop_if(b, NULL);
   meet(b);
   nir_def *result = take(b, scratch, first, value->bit_size);
   meet(b);
   return result;
}

static nir_def *
lower(nir_builder *b, const struct trf_compiler_features *features,
      nir_intrinsic_instr *intrinsic)
{
   const unsigned tag = tag_of(intrinsic);
   nir_variable *scratch = find_scratch(b, features);
   nir_def *value = intrinsic->src[0].ssa, *here = NULL;
   nir_def *results[NIR_MAX_VEC_COMPONENTS];

   if (tag == TRF_GROUP_PLACE)
      here = is_place(b, intrinsic, &value);
   for (unsigned i = 0; i < value->num_components; i++) {
      nir_def *x = nir_channel(b, value, i);
      if (here) {
         results[i] = broadcast(b, scratch, here, x);
         continue;
      }
      const nir_op op = nir_intrinsic_reduction_op(intrinsic);
      results[i] = features->subgroups
                      ? combine_sub_groups(b, scratch, tag, op, x)
                      : combine_work_items(b, scratch, tag, op, x);
   }
   return nir_vec(b, results, value->num_components);
}

static bool
lower_collective(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const struct trf_compiler *compiler = data;
   const unsigned tag = tag_of(intrinsic);

   if (tag < TRF_GROUP_PLACE)
      return false;
   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def_replace(&intrinsic->def, lower(b, &compiler->features, intrinsic));
   return true;
}

bool
trf_nir_lower_collectives(nir_shader *nir, struct trf_compiler *compiler)
{
   return nir_shader_intrinsics_pass(nir, lower_collective, nir_metadata_none,
                                     compiler);
}
