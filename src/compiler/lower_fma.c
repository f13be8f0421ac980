/* SPDX-License-Identifier: MIT */

/*
 * fma() for drivers whose own is a product and a sum.  Of doubles, in
 * integers: the exact product and the third operand meet in 128 bits, and
 * what comes out is rounded once, to nearest even, subnormal numbers
 * included.  Of halves, in floats.
 */

#include <math.h>

#include "compiler/lower.h"
#include "nir_builder.h"

#define MANTISSA_BITS 52
#define BIAS          1023
#define MAX_EXPONENT  2047

/* Above 106 bits of product and 53 of sum, room for a carry. */
#define PRODUCT_SHIFT 20
#define ADDEND_SHIFT  72

/* 128 bits. */
struct wide {
   nir_def *high, *low;
};

/* m * 2^exponent, with bit 52 of m set, for what is neither 0 nor special. */
struct unpacked {
   nir_def *mantissa; /* 64 bits */
   nir_def *exponent; /* 32 bits */
};

static nir_def *
u64(nir_builder *b, uint64_t value)
{
   return nir_imm_int64(b, value);
}

/* Places of leading zeros; 64 for 0. */
static nir_def *
leading_zeros(nir_builder *b, nir_def *value)
{
   nir_def *high = nir_u2u32(b, nir_ushr_imm(b, value, 32));
   nir_def *low = nir_u2u32(b, value);
   nir_def *in_low = nir_isub_imm(b, 63, nir_ufind_msb(b, low));
   nir_def *in_high = nir_isub_imm(b, 31, nir_ufind_msb(b, high));
   return nir_bcsel(b, nir_ieq_imm(b, high, 0), in_low, in_high);
}

static nir_def *
to_bit(nir_builder *b, nir_def *condition)
{
   return nir_b2i64(b, condition);
}

static struct unpacked
unpack(nir_builder *b, nir_def *bits)
{
   nir_def *fraction = nir_iand_imm(b, bits, BITFIELD64_MASK(MANTISSA_BITS));
   nir_def *biased = nir_iand_imm(
      b, nir_u2u32(b, nir_ushr_imm(b, bits, MANTISSA_BITS)), MAX_EXPONENT);
   nir_def *subnormal = nir_ieq_imm(b, biased, 0);
   nir_def *shift =
      nir_iadd_imm(b, leading_zeros(b, fraction), -(63 - MANTISSA_BITS));
   nir_def *mantissa =
      nir_bcsel(b, subnormal, nir_ishl(b, fraction, shift),
                nir_ior_imm(b, fraction, BITFIELD64_BIT(MANTISSA_BITS)));
   nir_def *exponent =
      nir_bcsel(b, subnormal, nir_isub_imm(b, 1, shift), biased);

   return (struct unpacked){
      .mantissa = mantissa,
      .exponent = nir_iadd_imm(b, exponent, -(BIAS + MANTISSA_BITS)),
   };
}

static struct wide
multiply(nir_builder *b, nir_def *x, nir_def *y)
{
   nir_def *x_low = nir_iand_imm(b, x, UINT32_MAX);
   nir_def *y_low = nir_iand_imm(b, y, UINT32_MAX);
   nir_def *x_high = nir_ushr_imm(b, x, 32);
   nir_def *y_high = nir_ushr_imm(b, y, 32);

   /* 21 bits times 32: the sum of the middle has room. */
   nir_def *low = nir_imul(b, x_low, y_low);
   nir_def *middle = nir_iadd(
      b, nir_ushr_imm(b, low, 32),
      nir_iadd(b, nir_imul(b, x_low, y_high), nir_imul(b, x_high, y_low)));
   nir_def *high =
      nir_iadd(b, nir_imul(b, x_high, y_high), nir_ushr_imm(b, middle, 32));
   return (struct wide){
      .high = high,
      .low = nir_ior(b, nir_iand_imm(b, low, UINT32_MAX),
                     nir_ishl_imm(b, middle, 32)),
   };
}

/* By less than 64, and more than 0. */
static struct wide
shift_left_imm(nir_builder *b, struct wide x, unsigned count)
{
   return (struct wide){
      .high = nir_ior(b, nir_ishl_imm(b, x.high, count),
                      nir_ushr_imm(b, x.low, 64 - count)),
      .low = nir_ishl_imm(b, x.low, count),
   };
}

static struct wide
select_wide(nir_builder *b, nir_def *condition, struct wide x, struct wide y)
{
   return (struct wide){
      .high = nir_bcsel(b, condition, x.high, y.high),
      .low = nir_bcsel(b, condition, x.low, y.low),
   };
}

/* By 0 to 127. */
static struct wide
shift_left(nir_builder *b, struct wide x, nir_def *count)
{
   const struct wide far = {.high = x.low, .low = u64(b, 0)};
   x = select_wide(b, nir_uge_imm(b, count, 64), far, x);
   count = nir_iand_imm(b, count, 63);

   /* In two steps, since a shift by 64 is one by 0. */
   nir_def *carried =
      nir_ushr(b, nir_ushr_imm(b, x.low, 1), nir_isub_imm(b, 63, count));
   return (struct wide){
      .high = nir_ior(b, nir_ishl(b, x.high, count), carried),
      .low = nir_ishl(b, x.low, count),
   };
}

/* By any count: ones that fall off leave a one in the lowest place. */
static struct wide
shift_right_sticky(nir_builder *b, struct wide x, nir_def *count)
{
   nir_def *zero = u64(b, 0);
   count = nir_umin_imm(b, count, 127);
   nir_def *is_far = nir_uge_imm(b, count, 64);
   nir_def *lost = nir_bcsel(b, is_far, x.low, zero);
   const struct wide far = {.high = zero, .low = x.high};
   x = select_wide(b, is_far, far, x);
   count = nir_iand_imm(b, count, 63);

   nir_def *rest = nir_isub_imm(b, 63, count);
   lost = nir_ior(b, lost, nir_ishl(b, nir_ishl_imm(b, x.low, 1), rest));
   nir_def *carried = nir_ishl(b, nir_ishl_imm(b, x.high, 1), rest);
   nir_def *low = nir_ior(b, nir_ushr(b, x.low, count), carried);
   return (struct wide){
      .high = nir_ushr(b, x.high, count),
      .low = nir_ior(b, low, to_bit(b, nir_ine(b, lost, zero))),
   };
}

static struct wide
add(nir_builder *b, struct wide x, struct wide y)
{
   nir_def *low = nir_iadd(b, x.low, y.low);
   nir_def *carry = to_bit(b, nir_ult(b, low, x.low));
   return (struct wide){
      .high = nir_iadd(b, nir_iadd(b, x.high, y.high), carry),
      .low = low,
   };
}

static struct wide
subtract(nir_builder *b, struct wide x, struct wide y)
{
   nir_def *borrow = to_bit(b, nir_ult(b, x.low, y.low));
   return (struct wide){
      .high = nir_isub(b, nir_isub(b, x.high, y.high), borrow),
      .low = nir_isub(b, x.low, y.low),
   };
}

static nir_def *
is_less(nir_builder *b, struct wide x, struct wide y)
{
   return nir_ior(
      b, nir_ult(b, x.high, y.high),
      nir_iand(b, nir_ieq(b, x.high, y.high), nir_ult(b, x.low, y.low)));
}

/* sum * 2^exponent to a double without its sign. */
static nir_def *
round_and_pack(nir_builder *b, struct wide sum, nir_def *exponent)
{
   nir_def *zeros = nir_bcsel(b, nir_ieq_imm(b, sum.high, 0),
                              nir_iadd_imm(b, leading_zeros(b, sum.low), 64),
                              leading_zeros(b, sum.high));
   sum = shift_left(b, sum, nir_umin_imm(b, zeros, 127));

   /* The first one is now in bit 127: an exponent of 0 is one of 1 - 1. */
   nir_def *biased =
      nir_iadd_imm(b, nir_isub(b, exponent, zeros), 127 + BIAS);
   nir_def *below = nir_imax_imm(b, nir_isub_imm(b, 1, biased), 0);
   sum = shift_right_sticky(b, sum, below);
   biased = nir_imax_imm(b, biased, 1);

   nir_def *sticky =
      nir_ior(b, sum.high, to_bit(b, nir_ine_imm(b, sum.low, 0)));
   nir_def *mantissa = nir_ushr_imm(b, sticky, 63 - MANTISSA_BITS);
   nir_def *rest =
      nir_iand_imm(b, sticky, BITFIELD64_MASK(63 - MANTISSA_BITS));
   nir_def *half = u64(b, BITFIELD64_BIT(62 - MANTISSA_BITS));
   nir_def *odd = nir_iand_imm(b, mantissa, 1);
   nir_def *up = nir_bcsel(b, nir_ieq(b, rest, half), odd,
                           to_bit(b, nir_ult(b, half, rest)));

   /* The mantissa's first bit counts the exponent up, and so may a carry. */
   nir_def *packed =
      nir_iadd(b,
               nir_ishl_imm(b, nir_u2u64(b, nir_iadd_imm(b, biased, -1)),
                            MANTISSA_BITS),
               nir_iadd(b, mantissa, up));
   return nir_umin(b, packed,
                   u64(b, (uint64_t)MAX_EXPONENT << MANTISSA_BITS));
}

/* For operands that are neither zero nor infinite nor NaN. */
static nir_def *
fuse_finite(nir_builder *b, nir_def *x, nir_def *y, nir_def *z)
{
   const struct unpacked a = unpack(b, x), c = unpack(b, y);
   const struct unpacked d = unpack(b, z);
   struct wide product =
      shift_left_imm(b, multiply(b, a.mantissa, c.mantissa), PRODUCT_SHIFT);
   struct wide addend = {
      .high = nir_ishl_imm(b, d.mantissa, ADDEND_SHIFT - 64),
      .low = u64(b, 0),
   };
   nir_def *product_exponent =
      nir_iadd_imm(b, nir_iadd(b, a.exponent, c.exponent), -PRODUCT_SHIFT);
   nir_def *addend_exponent = nir_iadd_imm(b, d.exponent, -ADDEND_SHIFT);
   nir_def *zero = nir_imm_int(b, 0);

   /* Bits are lost only where too few of them would cancel to matter. */
   nir_def *ahead = nir_isub(b, addend_exponent, product_exponent);
   product = shift_right_sticky(b, product, nir_imax(b, ahead, zero));
   addend =
      shift_right_sticky(b, addend, nir_imax(b, nir_ineg(b, ahead), zero));
   nir_def *exponent = nir_imax(b, product_exponent, addend_exponent);

   const uint64_t sign_bit = BITFIELD64_BIT(63);
   nir_def *product_sign = nir_iand_imm(b, nir_ixor(b, x, y), sign_bit);
   nir_def *addend_sign = nir_iand_imm(b, z, sign_bit);
   nir_def *same = nir_ieq(b, product_sign, addend_sign);
   nir_def *smaller = is_less(b, product, addend);
   const struct wide difference = select_wide(
      b, smaller, subtract(b, addend, product), subtract(b, product, addend));
   const struct wide sum =
      select_wide(b, same, add(b, product, addend), difference);
   nir_def *sign = nir_bcsel(b, smaller, addend_sign, product_sign);
   nir_def *nothing = nir_ieq_imm(b, nir_ior(b, sum.high, sum.low), 0);

   return nir_bcsel(b, nothing, u64(b, 0),
                    nir_ior(b, sign, round_and_pack(b, sum, exponent)));
}

static nir_def *
fuse(nir_builder *b, nir_def *x, nir_def *y, nir_def *z)
{
   const uint64_t magnitude = BITFIELD64_MASK(63);
   nir_def *infinity = u64(b, (uint64_t)MAX_EXPONENT << MANTISSA_BITS);
   nir_def *size_x = nir_iand_imm(b, x, magnitude);
   nir_def *size_y = nir_iand_imm(b, y, magnitude);
   nir_def *size_z = nir_iand_imm(b, z, magnitude);

   /* An infinite or absent product is exact: there is one rounding only. */
   nir_def *zero_product = nir_ieq_imm(b, nir_umin(b, size_x, size_y), 0);
   nir_def *special_product =
      nir_uge(b, nir_umax(b, size_x, size_y), infinity);
   nir_def *product = nir_fmul(b, x, y);
   nir_def *plain = nir_fadd(b, product, z);

   nir_def *result = fuse_finite(b, x, y, z);
   result = nir_bcsel(b, nir_ieq_imm(b, size_z, 0), product, result);
   result =
      nir_bcsel(b, nir_uge(b, size_z, infinity), nir_fadd(b, z, z), result);
   return nir_bcsel(b, nir_ior(b, zero_product, special_product), plain,
                    result);
}

/*
 * A float holds the product of halves.  The sum is rounded to odd: to the
 * float next to it whose last bit is 1, unless it is exact.  Then the second
 * rounding, to a half, cannot be wrong.
 */
static nir_def *
fuse_halves(nir_builder *b, nir_def *x, nir_def *y, nir_def *z)
{
   nir_def *product = nir_fmul(b, nir_f2f32(b, x), nir_f2f32(b, y));
   nir_def *addend = nir_f2f32(b, z);
   nir_def *sum = nir_fadd(b, product, addend);

   /* What the sum is short of. */
   nir_def *part = nir_fsub(b, sum, product);
   nir_def *error = nir_fadd(b, nir_fsub(b, product, nir_fsub(b, sum, part)),
                             nir_fsub(b, addend, part));

   nir_def *finite = nir_flt_imm(b, nir_fabs(b, sum), INFINITY);
   nir_def *inexact = nir_iand(b, finite, nir_fneu_imm(b, error, 0.0));
   nir_def *even = nir_ieq_imm(b, nir_iand_imm(b, sum, 1), 0);
   nir_def *away = nir_ige_imm(b, nir_ixor(b, sum, error), 0);
   nir_def *odd = nir_iadd(
      b, sum, nir_bcsel(b, away, nir_imm_int(b, 1), nir_imm_int(b, -1)));
   sum = nir_bcsel(b, nir_iand(b, inexact, even), odd, sum);
   return nir_f2f16(b, sum);
}

/* Which are to be taken apart here. */
struct split {
   bool halves, doubles;
};

static bool
lower_instr(nir_builder *b, nir_alu_instr *alu, void *data)
{
   const struct split *split = data;
   const bool is_half = alu->def.bit_size == 16;
   if (alu->op != nir_op_ffma)
      return false;

   /* Or drivers that fuse later might take it apart first. */
   alu->exact = true;
   if (is_half ? !split->halves : alu->def.bit_size != 64 || !split->doubles)
      return false;

   b->cursor = nir_before_instr(&alu->instr);
   b->exact = true;
   nir_def *x = nir_ssa_for_alu_src(b, alu, 0);
   nir_def *y = nir_ssa_for_alu_src(b, alu, 1);
   nir_def *z = nir_ssa_for_alu_src(b, alu, 2);
   nir_def *result = is_half ? fuse_halves(b, x, y, z) : fuse(b, x, y, z);
   b->exact = false;
   nir_def_replace(&alu->def, result);
   return true;
}

bool
trf_nir_lower_fma(nir_shader *nir, bool halves, bool doubles)
{
   struct split split = {.halves = halves, .doubles = doubles};
   return nir_shader_alu_pass(nir, lower_instr, nir_metadata_control_flow,
                              &split);
}
