/* SPDX-License-Identifier: MIT */

/* The range of a kernel: what is resolved, and each of its errors. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/validate_ndrange.h"

#define SIZES(...) ((const size_t[3]){__VA_ARGS__})

/* Any kernel on a device of 64 bits. */
static const struct trf_ndrange_limits limits = {
   .max_index = SIZE_MAX,
   .work_item_sizes = {1024, 512, 64},
   .work_group_size = 256,
};

static cl_int
validate(cl_uint dims, const size_t *offset, const size_t *global,
         const size_t *local, struct trf_ndrange *range)
{
   const struct trf_ndrange_args args = {dims, offset, global, local};
   return trf_validate_ndrange(&args, &limits, range);
}

static void
check_sizes(const size_t got[3], size_t x, size_t y, size_t z)
{
   assert_int_equal(got[0], x);
   assert_int_equal(got[1], y);
   assert_int_equal(got[2], z);
}

static void
fills_unused_axes(void **state)
{
   struct trf_ndrange range;

   assert_int_equal(validate(1, NULL, SIZES(100, 7, 7), NULL, &range),
                    CL_SUCCESS);
   assert_int_equal(range.dims, 1);
   check_sizes(range.offset, 0, 0, 0);
   check_sizes(range.global, 100, 1, 1);
   check_sizes(range.local, 0, 0, 0);

   assert_int_equal(
      validate(2, SIZES(1, 2, 7), SIZES(64, 32, 7), SIZES(8, 4, 7), &range),
      CL_SUCCESS);
   check_sizes(range.offset, 1, 2, 0);
   check_sizes(range.global, 64, 32, 1);
   check_sizes(range.local, 8, 4, 1);

   assert_int_equal(
      validate(3, SIZES(1, 2, 3), SIZES(64, 32, 16), SIZES(8, 4, 2), &range),
      CL_SUCCESS);
   check_sizes(range.offset, 1, 2, 3);
   check_sizes(range.global, 64, 32, 16);
   check_sizes(range.local, 8, 4, 2);
}

static void
dimensions_are_one_to_three(void **state)
{
   struct trf_ndrange range;

   assert_int_equal(validate(0, NULL, SIZES(1, 1, 1), NULL, &range),
                    CL_INVALID_WORK_DIMENSION);
   assert_int_equal(validate(4, NULL, SIZES(1, 1, 1), NULL, &range),
                    CL_INVALID_WORK_DIMENSION);
   assert_int_equal(validate(UINT32_MAX, NULL, NULL, NULL, &range),
                    CL_INVALID_WORK_DIMENSION);
}

/* Since 2.1 an empty range is one that there is nothing to do for. */
static void
empty_ranges_are_valid(void **state)
{
   struct trf_ndrange range;

   for (cl_uint dims = 1; dims <= 3; dims++) {
      assert_int_equal(validate(dims, NULL, NULL, NULL, &range), CL_SUCCESS);
      assert_int_equal(range.global[0], 0);
      assert_true(trf_ndrange_is_uniform(&range));
   }
   assert_int_equal(validate(2, NULL, SIZES(5, 0, 0), SIZES(2, 2, 0), &range),
                    CL_SUCCESS);
   check_sizes(range.global, 5, 0, 1);
   assert_true(trf_ndrange_is_uniform(&range));
}

static void
offsets_may_not_overflow(void **state)
{
   struct trf_ndrange range;
   struct trf_ndrange_limits small = limits;
   struct trf_ndrange_args args = {1, SIZES(UINT32_MAX - 9, 0, 0),
                                   SIZES(10, 0, 0), NULL};

   assert_int_equal(
      validate(1, SIZES(SIZE_MAX - 9, 0, 0), SIZES(9, 0, 0), NULL, &range),
      CL_SUCCESS);
   assert_int_equal(
      validate(1, SIZES(SIZE_MAX - 9, 0, 0), SIZES(10, 0, 0), NULL, &range),
      CL_INVALID_GLOBAL_OFFSET);
   assert_int_equal(
      validate(3, SIZES(0, 0, SIZE_MAX), SIZES(1, 1, 1), NULL, &range),
      CL_INVALID_GLOBAL_OFFSET);

   /* A device whose size_t has 32 bits. */
   small.max_index = UINT32_MAX;
   assert_int_equal(trf_validate_ndrange(&args, &small, &range),
                    CL_INVALID_GLOBAL_OFFSET);
   args.global = SIZES(9, 0, 0);
   assert_int_equal(trf_validate_ndrange(&args, &small, &range), CL_SUCCESS);
}

static void
global_sizes_fit_the_device(void **state)
{
   struct trf_ndrange range;
   struct trf_ndrange_limits small = limits;
   const struct trf_ndrange_args args = {
      2, NULL, SIZES(1, (size_t)UINT32_MAX + 1, 0), NULL};

   small.max_index = UINT32_MAX;
   assert_int_equal(trf_validate_ndrange(&args, &small, &range),
                    CL_INVALID_GLOBAL_WORK_SIZE);
}

static void
local_sizes_are_not_zero(void **state)
{
   struct trf_ndrange range;

   assert_int_equal(validate(1, NULL, SIZES(8, 0, 0), SIZES(0, 0, 0), &range),
                    CL_INVALID_WORK_GROUP_SIZE);
   assert_int_equal(validate(2, NULL, SIZES(8, 8, 0), SIZES(8, 0, 0), &range),
                    CL_INVALID_WORK_GROUP_SIZE);
}

static void
local_sizes_are_limited(void **state)
{
   struct trf_ndrange range;

   assert_int_equal(
      validate(3, NULL, SIZES(128, 128, 128), SIZES(8, 8, 4), &range),
      CL_SUCCESS);
   assert_int_equal(
      validate(3, NULL, SIZES(128, 128, 128), SIZES(8, 8, 8), &range),
      CL_INVALID_WORK_GROUP_SIZE);
   assert_int_equal(
      validate(1, NULL, SIZES(512, 1, 1), SIZES(257, 1, 1), &range),
      CL_INVALID_WORK_GROUP_SIZE);
   /* One axis by itself. */
   assert_int_equal(
      validate(3, NULL, SIZES(1, 1, 128), SIZES(1, 1, 65), &range),
      CL_INVALID_WORK_ITEM_SIZE);
   assert_int_equal(
      validate(1, NULL, SIZES(4096, 1, 1), SIZES(1025, 1, 1), &range),
      CL_INVALID_WORK_ITEM_SIZE);
   /* A product that wraps to something small. */
   assert_int_not_equal(validate(2, NULL, SIZES(8, 8, 8),
                                 SIZES((size_t)1 << 33, (size_t)1 << 31, 1),
                                 &range),
                        CL_SUCCESS);
}

static void
required_sizes_are_required(void **state)
{
   struct trf_ndrange range;
   struct trf_ndrange_limits required = limits;
   struct trf_ndrange_args args = {2, NULL, SIZES(64, 64, 0), SIZES(8, 4, 0)};

   memcpy(required.required, SIZES(8, 4, 1), sizeof(required.required));
   assert_int_equal(trf_validate_ndrange(&args, &required, &range),
                    CL_SUCCESS);
   args.local = SIZES(4, 8, 1);
   assert_int_equal(trf_validate_ndrange(&args, &required, &range),
                    CL_INVALID_WORK_GROUP_SIZE);
   args.dims = 1;
   args.local = SIZES(8, 1, 1);
   assert_int_equal(trf_validate_ndrange(&args, &required, &range),
                    CL_INVALID_WORK_GROUP_SIZE);

   /* NULL takes the source's word for it. */
   args.dims = 2;
   args.local = NULL;
   assert_int_equal(trf_validate_ndrange(&args, &required, &range),
                    CL_SUCCESS);
   check_sizes(range.local, 8, 4, 1);
   assert_true(trf_ndrange_is_uniform(&range));

   args.global = SIZES(64, 63, 0);
   assert_int_equal(trf_validate_ndrange(&args, &required, &range),
                    CL_SUCCESS);
   assert_false(trf_ndrange_is_uniform(&range));
}

static void
uniform_means_divisible(void **state)
{
   struct trf_ndrange range;

   assert_int_equal(validate(3, NULL, SIZES(8, 6, 4), SIZES(4, 3, 2), &range),
                    CL_SUCCESS);
   assert_true(trf_ndrange_is_uniform(&range));
   for (unsigned i = 0; i < 3; i++) {
      struct trf_ndrange odd = range;
      odd.global[i]++;
      assert_false(trf_ndrange_is_uniform(&odd));
   }

   /* Ours to choose: it can be. */
   assert_int_equal(validate(1, NULL, SIZES(7, 0, 0), NULL, &range),
                    CL_SUCCESS);
   assert_true(trf_ndrange_is_uniform(&range));
}

static void
errors_write_nothing(void **state)
{
   struct trf_ndrange range, before;

   memset(&range, 0x5a, sizeof(range));
   before = range;
   assert_int_not_equal(validate(4, NULL, NULL, NULL, &range), CL_SUCCESS);
   assert_int_not_equal(
      validate(1, SIZES(SIZE_MAX, 0, 0), SIZES(1, 0, 0), NULL, &range),
      CL_SUCCESS);
   assert_int_not_equal(
      validate(1, NULL, SIZES(8, 0, 0), SIZES(0, 0, 0), &range), CL_SUCCESS);
   assert_memory_equal(&range, &before, sizeof(range));
}

/* 5.10: source of OpenCL C 2.0 or later, or none; and without the option. */
int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills_unused_axes),
      cmocka_unit_test(dimensions_are_one_to_three),
      cmocka_unit_test(empty_ranges_are_valid),
      cmocka_unit_test(offsets_may_not_overflow),
      cmocka_unit_test(global_sizes_fit_the_device),
      cmocka_unit_test(local_sizes_are_not_zero),
      cmocka_unit_test(local_sizes_are_limited),
      cmocka_unit_test(required_sizes_are_required),
      cmocka_unit_test(uniform_means_divisible),
      cmocka_unit_test(errors_write_nothing),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
