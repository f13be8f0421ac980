/* SPDX-License-Identifier: MIT */

/*
 * What zink would write wrong SPIR-V of.  There each value is a float or an
 * integer, as the instruction says that it comes from, or for a constant the
 * first that takes it; and not all that takes integers is given one.
 *
 * A register is of the type of what is stored in it first, and what is
 * undefined is an integer.  So a register turns floats into integers, which
 * nothing in NIR takes away again, and a Vulkan driver's compiler does.
 */

#include "compiler/lower.h"
#include "nir_builder.h"

static nir_def *
make_integer(nir_builder *b, nir_def *value)
{
   nir_def *reg = nir_decl_reg(b, 1, value->bit_size, 0);

   nir_store_reg(b, nir_undef(b, 1, value->bit_size), reg);
   nir_store_reg(b, value, reg);
   return nir_load_reg(b, reg);
}

/* Atomics of global memory take their values as they are. */
static bool
type_atomic(nir_builder *b, nir_intrinsic_instr *atomic)
{
   const unsigned count =
      atomic->intrinsic == nir_intrinsic_global_atomic_swap ? 2 : 1;

   b->cursor = nir_before_instr(&atomic->instr);
   for (unsigned i = 1; i <= count; i++)
      nir_src_rewrite(&atomic->src[i], make_integer(b, atomic->src[i].ssa));
   return true;
}

/*
 * The input's place among constant buffers, and places in it, are 64 bits
 * like pointers.  A double of the same bits, such as 0.0, would be the same
 * constant.
 */
#define MAX_INDEX UINT16_MAX

static bool
is_like_index(const nir_load_const_instr *constant)
{
   if (constant->def.bit_size != 64)
      return false;
   for (unsigned i = 0; i < constant->def.num_components; i++) {
      if (constant->value[i].u64 <= MAX_INDEX)
         return true;
   }
   return false;
}

/* Whether zink might take the constant for a float because of this use. */
static bool
suggests_float(const nir_src *use)
{
   nir_instr *user = nir_src_parent_instr(use);
   if (user->type == nir_instr_type_phi)
      return true;
   if (user->type != nir_instr_type_alu)
      return false;

   const nir_alu_instr *alu = nir_instr_as_alu(user);
   const unsigned place = container_of(use, nir_alu_src, src) - alu->src;
   const nir_alu_type type = nir_op_infos[alu->op].input_types[place];
   return nir_alu_type_get_base_type(type) == nir_type_float ||
          alu->op == nir_op_bcsel || nir_op_is_vec_or_mov(alu->op);
}

static bool
hide_constant(nir_builder *b, nir_load_const_instr *constant)
{
   nir_def *hidden = NULL;

   nir_foreach_use_safe(use, &constant->def)
   {
      if (!suggests_float(use))
         continue;
      b->cursor = nir_after_instr(&constant->instr);
      if (!hidden)
         hidden = make_integer(b, &constant->def);
      nir_src_rewrite(use, hidden);
   }
   return hidden != NULL;
}

/*
 * mad(), and what else may be contracted: trf_split_mad() has marked them.
 * What is exact may not be contracted by a Vulkan driver either.
 */
static bool
may_contract(const nir_alu_instr *alu)
{
   return (alu->op == nir_op_fmul || alu->op == nir_op_fadd ||
           alu->op == nir_op_fsub) &&
          alu->fp_fast_math == BITFIELD_MASK(9);
}

static bool
is_zero(nir_src src)
{
   return nir_src_is_const(src) &&
          nir_const_value_as_float(nir_src_as_const_value(src)[0],
                                   nir_src_bit_size(src)) == 0;
}

/* The product of which, and of nothing else, this may be the sum. */
static nir_alu_instr *
find_product(const nir_alu_instr *sum)
{
   for (unsigned i = 0; i < 2; i++) {
      nir_alu_instr *product = nir_src_as_alu_instr(sum->src[i].src);
      if (product && product->op == nir_op_fmul && may_contract(product) &&
          list_is_singular(&product->def.uses) &&
          !is_zero(product->src[0].src) && !is_zero(product->src[1].src) &&
          !is_zero(sum->src[1 - i].src))
         return product;
   }
   return NULL;
}

/*
 * What is not exact NIR rearranges too, so it may not see the one through
 * the other.
 */
static void
hide_from_others(nir_builder *b, nir_alu_instr *sum)
{
   nir_def *hidden = NULL;

   nir_foreach_use_safe(use, &sum->def)
   {
      nir_instr *user = nir_src_parent_instr(use);
      if (user->type != nir_instr_type_alu ||
          !may_contract(nir_instr_as_alu(user)))
         continue;
      b->cursor = nir_after_instr(&sum->instr);
      if (!hidden) {
         nir_def *reg = nir_decl_reg(b, 1, sum->def.bit_size, 0);
         nir_store_reg(b, &sum->def, reg);
         hidden = nir_load_reg(b, reg);
      }
      nir_src_rewrite(use, hidden);
   }
}

static bool
contract(nir_builder *b, nir_alu_instr *sum)
{
   if (sum->op == nir_op_fmul || !may_contract(sum) ||
       sum->def.num_components != 1)
      return false;
   nir_alu_instr *product = find_product(sum);
   if (!product)
      return false;
   hide_from_others(b, sum);
   product->exact = sum->exact = false;
   return true;
}

/*
 * Where a local store goes is taken for as many bits as the value has, if it
 * is taken for a float.
 */
static bool
type_store(nir_builder *b, nir_intrinsic_instr *store)
{
   if (nir_src_bit_size(store->src[0]) == 32 ||
       !nir_src_is_const(store->src[1]))
      return false;
   b->cursor = nir_before_instr(&store->instr);
   nir_src_rewrite(&store->src[1], make_integer(b, store->src[1].ssa));
   return true;
}

static bool
lower_instr(nir_builder *b, nir_instr *instr, void *unused)
{
   if (instr->type == nir_instr_type_load_const) {
      nir_load_const_instr *constant = nir_instr_as_load_const(instr);
      return is_like_index(constant) && hide_constant(b, constant);
   }
   if (instr->type == nir_instr_type_alu)
      return contract(b, nir_instr_as_alu(instr));
   if (instr->type != nir_instr_type_intrinsic)
      return false;

   nir_intrinsic_instr *intrinsic = nir_instr_as_intrinsic(instr);
   switch (intrinsic->intrinsic) {
   case nir_intrinsic_global_atomic:
   case nir_intrinsic_global_atomic_swap:
      return type_atomic(b, intrinsic);
   case nir_intrinsic_store_shared:
      return type_store(b, intrinsic);
   default:
      return false;
   }
}

bool
trf_nir_lower_zink(nir_shader *nir)
{
   bool progress = false;

   NIR_PASS(progress, nir, nir_lower_load_const_to_scalar);
   NIR_PASS(progress, nir, nir_shader_instructions_pass, lower_instr,
            nir_metadata_control_flow, NULL);
   return progress;
}
