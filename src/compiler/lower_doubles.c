/* SPDX-License-Identifier: MIT */

/*
 * Doubles that become halves and floats.
 *
 * Mesa's passes, and drivers too, go to halves by way of floats and round
 * twice.  So the first step is made exact here: a float takes the bits that
 * fit, and its last one remembers whether others were lost.  It has enough of
 * them that the half comes out as if rounded once, whatever the mode.
 *
 * For floats that are rounded up, down or to zero Mesa compares what was
 * rounded to nearest with the double, which llvmpipe's code does not bear
 * out.  The bits that fit are the number rounded to zero; the next float
 * away from it has one more.
 */

#include "compiler/lower.h"

/* Bits of a double's mantissa that a float's has no room for. */
#define LOST_BITS 29

/* The upper words of some doubles. */
#define HIGH_2_MINUS_126 0x38100000
#define HIGH_2_MINUS_40  0x3d700000
#define HIGH_2_100       0x46300000
#define HIGH_2_128       0x47f00000
#define HIGH_INFINITY    0x7ff00000

/* A double's exponent, as stored, less that of a float. */
#define BIAS_CHANGE (1023 - 127)

#define LARGEST_FLOAT 0x7f7fffff

/* A double without the bits that a float has no room for. */
struct cut {
   nir_def *high, *low; /* without sign */
   nir_def *sign;       /* the uppermost bit */
   nir_def *lost;       /* whether bits were set that are gone */
};

static struct cut
cut_double(nir_builder *b, nir_def *number)
{
   nir_def *low = nir_unpack_64_2x32_split_x(b, number);
   nir_def *upper = nir_unpack_64_2x32_split_y(b, number);
   nir_def *high = nir_iand_imm(b, upper, INT32_MAX);

   /* They may be all that tells NaN from infinity. */
   nir_def *finite = nir_ult_imm(b, high, HIGH_INFINITY);
   nir_def *rest =
      nir_bcsel(b, finite, nir_iand_imm(b, low, BITFIELD_MASK(LOST_BITS)),
                nir_imm_int(b, 0));
   return (struct cut){
      .high = high,
      .low = nir_ixor(b, low, rest),
      .sign = nir_iand_imm(b, upper, 1u << 31),
      .lost = nir_ine_imm(b, rest, 0),
   };
}

/* Finite numbers from one with the upper word `from` on. */
static nir_def *
is_beyond(nir_builder *b, const struct cut *cut, uint32_t from)
{
   return nir_iand(b, nir_uge_imm(b, cut->high, from),
                   nir_ult_imm(b, cut->high, HIGH_INFINITY));
}

static void
replace(nir_builder *b, struct cut *cut, nir_def *condition, uint32_t high,
        uint32_t low)
{
   cut->high = nir_bcsel(b, condition, nir_imm_int(b, high), cut->high);
   cut->low = nir_bcsel(b, condition, nir_imm_int(b, low), cut->low);
}

/* The magnitude, which a float can hold. */
static nir_def *
to_float(nir_builder *b, const struct cut *cut)
{
   return nir_f2f32(b, nir_pack_64_2x32_split(b, cut->low, cut->high));
}

/*
 * What is smaller than any half stays a normal number, which no driver
 * flushes to zero, and what is larger a finite one.
 */
static nir_def *
float_for_half(nir_builder *b, nir_def *number)
{
   struct cut cut = cut_double(b, number);
   nir_def *sticky = nir_ishl_imm(b, nir_b2i32(b, cut.lost), LOST_BITS);
   cut.low = nir_ior(b, cut.low, sticky);

   nir_def *some = nir_ine_imm(b, nir_ior(b, cut.high, cut.low), 0);
   nir_def *tiny =
      nir_iand(b, nir_ult_imm(b, cut.high, HIGH_2_MINUS_40), some);
   replace(b, &cut, tiny, HIGH_2_MINUS_40, 0);
   replace(b, &cut, is_beyond(b, &cut, HIGH_2_100), HIGH_2_100, 0);
   return nir_ior(b, to_float(b, &cut), cut.sign);
}

/* Below the normal floats there is one exponent, and places are missing. */
static void
make_subnormal(nir_builder *b, const struct cut *cut, nir_def **magnitude,
               nir_def **lost)
{
   nir_def *zero = nir_ieq_imm(
      b, nir_ior(b, nir_ior(b, cut->high, cut->low), nir_b2i32(b, cut->lost)),
      0);
   nir_def *tiny = nir_iand(b, nir_ult_imm(b, cut->high, HIGH_2_MINUS_126),
                            nir_inot(b, zero));

   nir_def *missing = nir_umin_imm(
      b,
      nir_isub_imm(b, HIGH_2_MINUS_126 >> 20, nir_ushr_imm(b, cut->high, 20)),
      31);
   nir_def *mantissa =
      nir_ior_imm(b, nir_iand_imm(b, *magnitude, BITFIELD_MASK(23)), 1 << 23);
   nir_def *shifted = nir_ushr(b, mantissa, missing);
   nir_def *inexact = nir_ine(b, nir_ishl(b, shifted, missing), mantissa);

   *lost = nir_ior(b, cut->lost, nir_iand(b, tiny, inexact));
   *magnitude = nir_bcsel(b, tiny, shifted, *magnitude);
   *magnitude = nir_bcsel(b, zero, nir_imm_int(b, 0), *magnitude);
}

static nir_def *
directed_float(nir_builder *b, nir_def *number, nir_rounding_mode mode)
{
   const struct cut cut = cut_double(b, number);
   nir_def *magnitude = nir_ior(
      b, nir_ishl_imm(b, nir_iadd_imm(b, cut.high, -(BIAS_CHANGE << 20)), 3),
      nir_ushr_imm(b, cut.low, LOST_BITS));
   nir_def *lost;
   make_subnormal(b, &cut, &magnitude, &lost);

   nir_def *huge = is_beyond(b, &cut, HIGH_2_128);
   lost = nir_ior(b, lost, huge);
   magnitude = nir_bcsel(b, huge, nir_imm_int(b, LARGEST_FLOAT), magnitude);
   if (mode != nir_rounding_mode_rtz) {
      nir_def *negative = nir_ine_imm(b, cut.sign, 0);
      nir_def *away =
         mode == nir_rounding_mode_ru ? nir_inot(b, negative) : negative;
      magnitude =
         nir_iadd(b, magnitude, nir_b2i32(b, nir_iand(b, lost, away)));
   }

   nir_def *finite = nir_ult_imm(b, cut.high, HIGH_INFINITY);
   magnitude = nir_bcsel(b, finite, magnitude, to_float(b, &cut));
   return nir_ior(b, magnitude, cut.sign);
}

static bool
lower_alu(nir_builder *b, nir_alu_instr *alu)
{
   if (alu->op != nir_op_f2f16 && alu->op != nir_op_f2f16_rtne &&
       alu->op != nir_op_f2f16_rtz)
      return false;
   if (alu->src[0].src.ssa->bit_size != 64)
      return false;

   b->cursor = nir_before_instr(&alu->instr);
   nir_def *number = nir_ssa_for_alu_src(b, alu, 0);
   nir_def_replace(&alu->def,
                   nir_build_alu1(b, alu->op, float_for_half(b, number)));
   return true;
}

static bool
lower_conversion(nir_builder *b, nir_intrinsic_instr *conversion)
{
   if (conversion->intrinsic != nir_intrinsic_convert_alu_types ||
       nir_intrinsic_src_type(conversion) != nir_type_float64)
      return false;

   nir_def *number = conversion->src[0].ssa;
   const nir_rounding_mode mode = nir_intrinsic_rounding_mode(conversion);
   b->cursor = nir_before_instr(&conversion->instr);
   switch (nir_intrinsic_dest_type(conversion)) {
   case nir_type_float16:
      nir_src_rewrite(&conversion->src[0], float_for_half(b, number));
      nir_intrinsic_set_src_type(conversion, nir_type_float32);
      return true;
   case nir_type_float32:
      if (mode == nir_rounding_mode_undef || mode == nir_rounding_mode_rtne)
         return false;
      nir_def_replace(&conversion->def, directed_float(b, number, mode));
      return true;
   default:
      return false;
   }
}

static bool
lower_instr(nir_builder *b, nir_instr *instr, void *unused)
{
   if (instr->type == nir_instr_type_alu)
      return lower_alu(b, nir_instr_as_alu(instr));
   return instr->type == nir_instr_type_intrinsic &&
          lower_conversion(b, nir_instr_as_intrinsic(instr));
}

bool
trf_nir_lower_doubles(nir_shader *nir)
{
   return nir_shader_instructions_pass(nir, lower_instr,
                                       nir_metadata_control_flow, NULL);
}
