/* SPDX-License-Identifier: MIT */

/*
 * fma() of doubles in integers against the C library's: NIR's own constant
 * folding computes what the pass made of an ffma.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/lower.h"

static const nir_shader_compiler_options no_options;

static uint64_t
bits_of(double value)
{
   uint64_t bits;
   memcpy(&bits, &value, sizeof(bits));
   return bits;
}

static double
double_of(uint64_t bits)
{
   double value;
   memcpy(&value, &bits, sizeof(value));
   return value;
}

static double
lowered(double x, double y, double z)
{
   nir_builder b =
      nir_builder_init_simple_shader(MESA_SHADER_KERNEL, &no_options, "fma");
   nir_def *fused = nir_ffma(&b, nir_imm_double(&b, x), nir_imm_double(&b, y),
                             nir_imm_double(&b, z));
   nir_store_global(&b, nir_imm_int64(&b, 0), 8, fused, 1);

   assert_true(trf_nir_lower_fma(b.shader, true, true));
   nir_opt_constant_folding(b.shader);
   nir_instr *last = nir_block_last_instr(nir_impl_last_block(b.impl));
   const nir_src stored = nir_instr_as_intrinsic(last)->src[0];
   assert_true(nir_src_is_const(stored));
   const double result = nir_src_as_float(stored);
   ralloc_free(b.shader);
   return result;
}

static void
check(double x, double y, double z)
{
   const double wanted = fma(x, y, z), got = lowered(x, y, z);

   if (isnan(wanted))
      assert_true(isnan(got));
   else if (bits_of(wanted) != bits_of(got))
      fail_msg("fma(%a, %a, %a) is %a, not %a", x, y, z, wanted, got);
}

static const double special[] = {
   0.0,
   -0.0,
   1.0,
   -1.0,
   0x1p-1022,
   -0x1p-1022,
   0x1p-1074,
   -0x1p-1074,
   0x1.fffffffffffffp+1023,
   -0x1.fffffffffffffp+1023,
   0x0.fffffffffffffp-1022,
   0x1.0000000000001p+0,
   0x1.fffffffffffffp-1,
   INFINITY,
   -INFINITY,
   NAN,
   0x1p-538,
   0x1p+512,
   3.0,
};

static void
special_values_meet(void **state)
{
   const unsigned count = sizeof(special) / sizeof(*special);

   for (unsigned i = 0; i < count; i++) {
      for (unsigned j = i; j < count; j++) {
         for (unsigned k = 0; k < count; k++)
            check(special[i], special[j], special[k]);
      }
   }
}

static uint64_t
next_random(uint64_t *seed)
{
   *seed ^= *seed << 13;
   *seed ^= *seed >> 7;
   *seed ^= *seed << 17;
   return *seed;
}

/* Any bits, which are rarely near each other. */
static void
any_values_meet(void **state)
{
   uint64_t seed = 0x123456789abcdef;

   for (unsigned i = 0; i < 3000; i++) {
      const double x = double_of(next_random(&seed));
      const double y = double_of(next_random(&seed));
      check(x, y, double_of(next_random(&seed)));
   }
}

/* A third operand near the product, where bits cancel and ties are. */
static void
near_values_meet(void **state)
{
   uint64_t seed = 0xfedcba987654321;

   for (unsigned i = 0; i < 6000; i++) {
      const uint64_t few = next_random(&seed) % 3 ? ~0ull : ~0ull << 30;
      const double x =
         ldexp(double_of(bits_of(1.0) | (next_random(&seed) >> 12 & few)),
               (int)(next_random(&seed) % 1200) - 600);
      const double y =
         ldexp(double_of(bits_of(1.0) | (next_random(&seed) >> 12 & few)),
               (int)(next_random(&seed) % 1200) - 600);
      const int apart = (int)(next_random(&seed) % 240) - 120;
      const double sign = next_random(&seed) % 2 ? 1.0 : -1.0;
      check(x, y, ldexp(x * y * sign, i % 2 ? 0 : apart));
   }
}

/* Results that are subnormal, or just not. */
static void
small_values_meet(void **state)
{
   uint64_t seed = 0x5555555512345678;

   for (unsigned i = 0; i < 3000; i++) {
      const double x =
         ldexp(double_of(bits_of(1.0) | next_random(&seed) >> 12), -500);
      const double y =
         ldexp(double_of(bits_of(1.0) | next_random(&seed) >> 12),
               -500 - (int)(next_random(&seed) % 80));
      const double z = double_of(next_random(&seed) >> 12 |
                                 (next_random(&seed) & 1ull << 63));
      check(x, y, i % 4 ? z : double_of(next_random(&seed) % 4));
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(special_values_meet),
      cmocka_unit_test(any_values_meet),
      cmocka_unit_test(near_values_meet),
      cmocka_unit_test(small_values_meet),
   };

   glsl_type_singleton_init_or_ref();
   const int failed = cmocka_run_group_tests(tests, NULL, NULL);
   glsl_type_singleton_decref();
   return failed;
}
