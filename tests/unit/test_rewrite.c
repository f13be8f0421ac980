/* SPDX-License-Identifier: MIT */

/* What becomes of SPIR-V before Mesa reads it, well-formed or not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/rewrite.h"
#include "compiler/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define OP(op, count)                                                         \
   ((uint32_t)(op) | (uint32_t)(count) << SpvWordCountShift)
#define HEADER(bound) SpvMagicNumber, 0x00010300, 0, bound, 0

static struct trf_spirv
rewrite(const uint32_t *words, size_t count)
{
   /* On the heap, so that a sanitizer sees what is read behind it. */
   struct trf_spirv in, out;
   assert_true(trf_spirv_copy(&in, words, count * sizeof(*words)));
   assert_true(trf_spirv_rewrite(&in, &out));
   trf_spirv_free(&in);
   return out;
}

/* The n-th instruction with an opcode; fails if there is none. */
static struct trf_instruction
find(const struct trf_spirv *spirv, SpvOp op, unsigned n)
{
   struct trf_instruction instruction;
   size_t at = 0;

   while (trf_spirv_next(spirv, &at, &instruction)) {
      if (instruction.op == op && n-- == 0)
         return instruction;
   }
   fail_msg("no instruction %u", op);
   return instruction;
}

/* The value of a constant. */
static uint32_t
constant(const struct trf_spirv *spirv, uint32_t id)
{
   struct trf_instruction instruction;
   size_t at = 0;

   while (trf_spirv_next(spirv, &at, &instruction)) {
      if (instruction.op == SpvOpConstant && instruction.words[2] == id)
         return instruction.words[3];
   }
   fail_msg("no constant %u", id);
   return 0;
}

static void
builtins_get_other_names(void **state)
{
   static const uint32_t words[] = {
      HEADER(10),
      OP(SpvOpDecorate, 4),
      1,
      SpvDecorationBuiltIn,
      SpvBuiltInEnqueuedWorkgroupSize,
      OP(SpvOpDecorate, 4),
      2,
      SpvDecorationBuiltIn,
      SpvBuiltInWorkgroupSize,
      OP(SpvOpDecorate, 4),
      3,
      SpvDecorationBuiltIn,
      SpvBuiltInSubgroupSize,
      OP(SpvOpDecorate, 4),
      4,
      SpvDecorationAlignment,
      SpvBuiltInSubgroupSize,
   };
   struct trf_spirv out = rewrite(words, COUNT(words));

   assert_int_equal(out.size, sizeof(words));
   assert_int_equal(find(&out, SpvOpDecorate, 0).words[3],
                    TRF_BUILTIN_ENQUEUED_SIZE);
   assert_int_equal(find(&out, SpvOpDecorate, 1).words[3],
                    SpvBuiltInWorkgroupSize);
   assert_int_equal(find(&out, SpvOpDecorate, 2).words[3],
                    TRF_BUILTIN_SUBGROUP_ITEMS);
   assert_int_equal(find(&out, SpvOpDecorate, 3).words[3],
                    SpvBuiltInSubgroupSize);
   trf_spirv_free(&out);
}

/* Types: 1 uint, 2 a vector of three; constants: 3 and 4, the scopes. */
#define PREAMBLE                                                              \
   HEADER(20), OP(SpvOpTypeInt, 4), 1, 32, 0, OP(SpvOpTypeVector, 4), 2, 1,   \
      3, OP(SpvOpConstant, 4), 1, 3, SpvScopeWorkgroup,                       \
      OP(SpvOpConstant, 4), 1, 4, SpvScopeSubgroup, OP(SpvOpUndef, 3), 2, 5,  \
      OP(SpvOpUndef, 3), 1, 6, OP(SpvOpFunction, 5), 1, 7, 0, 8

static void
work_groups_are_told_from_sub_groups(void **state)
{
   static const uint32_t words[] = {
      PREAMBLE, OP(SpvOpGroupIAdd, 6),
      1,        10,
      3,        SpvGroupOperationInclusiveScan,
      6,        OP(SpvOpGroupIAdd, 6),
      1,        11,
      4,        SpvGroupOperationInclusiveScan,
      6,        OP(SpvOpGroupAll, 5),
      1,        12,
      3,        6,
   };
   struct trf_spirv out = rewrite(words, COUNT(words));

   const struct trf_instruction scan =
      find(&out, SpvOpGroupNonUniformIAdd, 0);
   assert_int_equal(scan.count, 7);
   assert_int_equal(scan.words[2], 10);
   assert_int_equal(scan.words[4], SpvGroupOperationClusteredReduce);
   assert_int_equal(scan.words[5], 6);
   assert_int_equal(constant(&out, scan.words[6]), TRF_GROUP_INCLUSIVE);

   const struct trf_instruction sub = find(&out, SpvOpGroupIAdd, 0);
   assert_int_equal(sub.words[2], 11);
   assert_int_equal(sub.words[3], 4);

   const struct trf_instruction all =
      find(&out, SpvOpGroupNonUniformLogicalAnd, 0);
   assert_int_equal(all.words[5], 6);
   assert_int_equal(constant(&out, all.words[6]), TRF_GROUP_REDUCE);
   trf_spirv_free(&out);
}

/* x, y and z one after the other, each of what came before. */
static void
vectors_are_taken_apart(void **state)
{
   static const uint32_t words[] = {
      PREAMBLE, OP(SpvOpGroupBroadcast, 6), 1, 10, 3, 6,
      5,        OP(SpvOpGroupBroadcast, 6), 1, 11, 3, 6,
      6,
   };
   struct trf_spirv out = rewrite(words, COUNT(words));
   uint32_t value = 6;

   for (unsigned i = 0; i < 3; i++) {
      const struct trf_instruction place =
         find(&out, SpvOpCompositeExtract, i);
      const struct trf_instruction step =
         find(&out, SpvOpGroupNonUniformRotateKHR, i);
      assert_int_equal(place.words[1], 1);
      assert_int_equal(place.words[3], 5);
      assert_int_equal(place.words[4], i);
      assert_int_equal(step.words[4], value);
      assert_int_equal(step.words[5], place.words[2]);
      assert_int_equal(constant(&out, step.words[6]),
                       i < 2 ? TRF_GROUP_STEP : TRF_GROUP_PLACE);
      value = step.words[2];
   }
   assert_int_equal(value, 10);

   const struct trf_instruction scalar =
      find(&out, SpvOpGroupNonUniformRotateKHR, 3);
   assert_int_equal(scalar.words[2], 11);
   assert_int_equal(scalar.words[5], 6);
   assert_int_equal(constant(&out, scalar.words[6]), TRF_GROUP_PLACE);
   trf_spirv_free(&out);
}

/* Mesa's validator comes first, but nothing here counts on it. */
static void
nonsense_goes_through(void **state)
{
   static const uint32_t words[] = {
      PREAMBLE,
      OP(SpvOpGroupIAdd, 6),
      1,
      UINT32_MAX,
      UINT32_MAX,
      99,
      UINT32_MAX,
      OP(SpvOpGroupIAdd, 4),
      1,
      10,
      3,
      OP(SpvOpGroupBroadcast, 6),
      1,
      10,
      3,
      UINT32_MAX,
      UINT32_MAX,
      OP(SpvOpGroupAll, 2),
      1,
      OP(SpvOpDecorate, 3),
      1,
      SpvDecorationBuiltIn,
      OP(SpvOpTypeVector, 4),
      UINT32_MAX,
      UINT32_MAX,
      UINT32_MAX,
      OP(SpvOpGroupFMax, 6),
      1,
      12,
      3,
      SpvGroupOperationReduce,
      6,
   };

   for (size_t count = TRF_SPIRV_HEADER_WORDS; count <= COUNT(words);
        count++) {
      struct trf_spirv out = rewrite(words, count);
      assert_true(out.size >= TRF_SPIRV_HEADER_WORDS * sizeof(*words));
      trf_spirv_free(&out);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(builtins_get_other_names),
      cmocka_unit_test(work_groups_are_told_from_sub_groups),
      cmocka_unit_test(vectors_are_taken_apart),
      cmocka_unit_test(nonsense_goes_through),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
