/* SPDX-License-Identifier: MIT */

/*
 * Floats that become halves, rounded up, down or to zero: in integers, since
 * what Mesa compares for it, a half made a float again with the float, is
 * what optimizers take for the same.
 *
 * And quotients and roots of halves for drivers that only come near them,
 * which is Vulkan's right: of floats, and then settled by a product.
 */

#include "compiler/lower.h"
#include "nir_builder.h"

/* Bits of a float's mantissa that a half's has no room for. */
#define LOST_BITS 13

#define FLOAT_2_MINUS_14 0x38800000
#define FLOAT_2_16       0x47800000
#define FLOAT_INFINITY   0x7f800000

/* A float's exponent, as stored, less that of a half. */
#define BIAS_CHANGE (127 - 15)

#define LARGEST_HALF 0x7bff

/* Half a place of a half and all that is above it; the rest is below. */
#define HALF_PLACE_MASK (~BITFIELD_MASK(LOST_BITS - 1))

/* Rounded to zero; `lost`: whether that took something away. */
static nir_def *
cut_float(nir_builder *b, nir_def *size, nir_def **lost)
{
   nir_def *normal =
      nir_ushr_imm(b, nir_iadd_imm(b, size, -(BIAS_CHANGE << 23)), LOST_BITS);
   nir_def *normal_rest = nir_iand_imm(b, size, BITFIELD_MASK(LOST_BITS));

   /* Below the normal halves there is one exponent, and places are missing. */
   nir_def *mantissa =
      nir_ior_imm(b, nir_iand_imm(b, size, BITFIELD_MASK(23)), 1 << 23);
   nir_def *missing = nir_umin_imm(
      b,
      nir_isub_imm(b, BIAS_CHANGE + 1 + LOST_BITS, nir_ushr_imm(b, size, 23)),
      31);
   nir_def *tiny = nir_ushr(b, mantissa, missing);
   nir_def *tiny_rest =
      nir_bcsel(b, nir_ieq_imm(b, size, 0), size,
                nir_isub(b, mantissa, nir_ishl(b, tiny, missing)));

   nir_def *is_tiny = nir_ult_imm(b, size, FLOAT_2_MINUS_14);
   nir_def *is_huge = nir_uge_imm(b, size, FLOAT_2_16);
   nir_def *rest = nir_bcsel(b, is_tiny, tiny_rest, normal_rest);
   *lost = nir_ior(b, nir_ine_imm(b, rest, 0), is_huge);
   return nir_bcsel(b, is_huge, nir_imm_int(b, LARGEST_HALF),
                    nir_bcsel(b, is_tiny, tiny, normal));
}

static nir_def *
directed_half(nir_builder *b, nir_def *number, nir_rounding_mode mode)
{
   nir_def *size = nir_iand_imm(b, number, INT32_MAX);
   nir_def *lost;
   nir_def *magnitude = cut_float(b, size, &lost);

   if (mode != nir_rounding_mode_rtz) {
      nir_def *negative = nir_ilt_imm(b, number, 0);
      nir_def *away =
         mode == nir_rounding_mode_ru ? nir_inot(b, negative) : negative;
      magnitude =
         nir_iadd(b, magnitude, nir_b2i32(b, nir_iand(b, lost, away)));
   }
   nir_def *sign = nir_iand_imm(b, nir_ushr_imm(b, number, 16), 1u << 15);
   nir_def *half = nir_u2u16(b, nir_ior(b, magnitude, sign));
   return nir_bcsel(b, nir_ult_imm(b, size, FLOAT_INFINITY), half,
                    nir_f2f16(b, number));
}

static bool
lower_conversion(nir_builder *b, nir_intrinsic_instr *conversion)
{
   if (conversion->intrinsic != nir_intrinsic_convert_alu_types ||
       nir_intrinsic_src_type(conversion) != nir_type_float32 ||
       nir_intrinsic_dest_type(conversion) != nir_type_float16)
      return false;

   const nir_rounding_mode mode = nir_intrinsic_rounding_mode(conversion);
   if (mode == nir_rounding_mode_undef || mode == nir_rounding_mode_rtne)
      return false;
   b->cursor = nir_before_instr(&conversion->instr);
   nir_def_replace(&conversion->def,
                   directed_half(b, conversion->src[0].ssa, mode));
   return true;
}

/*
 * Of the exact quotient x / y only what is near half a place must be known,
 * and whether there is more, or less.  Cut there, the quotient has 12 bits,
 * so its product with y is exact, and so is what is left of x.
 */
static nir_def *
settle(nir_builder *b, nir_def *near, nir_def *x, nir_def *y)
{
   /* Never too small: beyond what a driver may be wrong by. */
   nir_def *cut = nir_iand_imm(b, nir_iadd_imm(b, near, 4), HALF_PLACE_MASK);
   nir_def *rest = nir_fsub(b, x, nir_fmul(b, cut, y ? y : cut));
   nir_def *direction = nir_ixor(b, rest, cut);
   if (y)
      direction = nir_ixor(b, direction, y);
   nir_def *more = nir_bcsel(b, nir_ilt_imm(b, direction, 0),
                             nir_imm_int(b, -1), nir_imm_int(b, 1));
   nir_def *settled =
      nir_bcsel(b, nir_feq_imm(b, rest, 0.0), cut, nir_iadd(b, cut, more));

   nir_def *size = nir_iand_imm(b, near, INT32_MAX);
   nir_def *ordinary =
      nir_ult_imm(b, nir_iadd_imm(b, size, -1), FLOAT_INFINITY - 1);
   return nir_f2f16(b, nir_bcsel(b, ordinary, settled, near));
}

static bool
lower_arithmetic(nir_builder *b, nir_alu_instr *alu)
{
   if (alu->def.bit_size != 16 ||
       (alu->op != nir_op_fdiv && alu->op != nir_op_frcp &&
        alu->op != nir_op_fsqrt))
      return false;

   b->cursor = nir_before_instr(&alu->instr);
   b->exact = true;
   nir_def *x = nir_f2f32(b, nir_ssa_for_alu_src(b, alu, 0));
   nir_def *result;
   if (alu->op == nir_op_fsqrt) {
      result = settle(b, nir_fsqrt(b, x), x, NULL);
   } else {
      nir_def *y = x;
      if (alu->op == nir_op_fdiv)
         y = nir_f2f32(b, nir_ssa_for_alu_src(b, alu, 1));
      else
         x = nir_imm_float(b, 1.0f);
      result = settle(b, nir_fdiv(b, x, y), x, y);
   }
   b->exact = false;
   nir_def_replace(&alu->def, result);
   return true;
}

static bool
lower_instr(nir_builder *b, nir_instr *instr, void *data)
{
   const bool *arithmetic = data;

   if (instr->type == nir_instr_type_alu)
      return *arithmetic && lower_arithmetic(b, nir_instr_as_alu(instr));
   return instr->type == nir_instr_type_intrinsic &&
          lower_conversion(b, nir_instr_as_intrinsic(instr));
}

bool
trf_nir_lower_halves(nir_shader *nir, bool arithmetic)
{
   return nir_shader_instructions_pass(
      nir, lower_instr, nir_metadata_control_flow, &arithmetic);
}
