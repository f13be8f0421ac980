/* SPDX-License-Identifier: MIT */

/* Regions, layouts and overlaps, against brute force over small cases. */

#include "util/trf_region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "util/macros.h"

static void
offset_follows_pitches(void **state)
{
   const struct trf_layout layout = {.element = 4, .row = 100, .slice = 1000};
   const struct trf_box box = {.x = 3, .y = 2, .z = 1};

   assert_int_equal(trf_layout_offset(&layout, &box), 1212);
   assert_int_equal(trf_layout_offset(&layout, &(struct trf_box){0}), 0);
}

static void
span_ends_with_the_last_pixel(void **state)
{
   static const struct {
      struct trf_layout layout;
      size_t width, height, depth, span;
   } cases[] = {
      {{1, 1, 1}, 1, 1, 1, 1},
      {{4, 64, 640}, 16, 1, 1, 64},
      {{4, 64, 640}, 3, 1, 1, 12},
      {{4, 64, 640}, 3, 2, 1, 76},
      {{4, 64, 640}, 3, 10, 2, 640 + 9 * 64 + 12},
      {{4, 64, 640}, 0, 10, 2, 0},
      {{4, 64, 640}, 3, 0, 2, 0},
      {{4, 64, 640}, 3, 10, 0, 0},
      {{4, 0, 0}, 3, 1, 1, 12},
      /* No padding behind the last row is needed to fit. */
      {{1, SIZE_MAX, SIZE_MAX}, 7, 1, 1, 7},
      {{1, SIZE_MAX - 7, 1}, 7, 2, 1, SIZE_MAX},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
      const struct trf_box box = {
         .width = cases[i].width,
         .height = cases[i].height,
         .depth = cases[i].depth,
      };
      size_t span = 12345;
      assert_true(trf_layout_span(&cases[i].layout, &box, &span));
      assert_true(span == cases[i].span);
   }
}

static void
span_refuses_to_wrap(void **state)
{
   static const struct {
      struct trf_layout layout;
      size_t width, height, depth;
   } cases[] = {
      {{2, 1, 1}, SIZE_MAX / 2 + 1, 1, 1},
      {{1, SIZE_MAX, 1}, 1, 2, 1},
      {{1, SIZE_MAX / 2 + 1, 1}, 1, 3, 1},
      {{1, 1, SIZE_MAX / 2 + 1}, 1, 1, 3},
      {{1, SIZE_MAX / 2, SIZE_MAX / 2}, 2, 2, 2},
      {{1, SIZE_MAX / 2, SIZE_MAX / 2 + 1}, 1, 2, 2},
      {{16, 16, 16}, SIZE_MAX, SIZE_MAX, SIZE_MAX},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
      const struct trf_box box = {
         .width = cases[i].width,
         .height = cases[i].height,
         .depth = cases[i].depth,
      };
      size_t span;
      assert_false(trf_layout_span(&cases[i].layout, &box, &span));
   }
}

static void
tight_layouts(void **state)
{
   struct trf_layout layout;

   const struct trf_box box = {.width = 7, .height = 5, .depth = 3};
   assert_true(trf_layout_tight(12, &box, &layout));
   assert_int_equal(layout.element, 12);
   assert_int_equal(layout.row, 84);
   assert_int_equal(layout.slice, 420);

   const struct trf_box wide = {.width = SIZE_MAX / 4, .height = 1};
   assert_true(trf_layout_tight(4, &wide, &layout));
   assert_false(trf_layout_tight(5, &wide, &layout));

   const struct trf_box high = {.width = 4, .height = SIZE_MAX / 4};
   assert_true(trf_layout_tight(1, &high, &layout));
   assert_false(trf_layout_tight(2, &high, &layout));
}

static void
minified_sizes(void **state)
{
   assert_int_equal(trf_minify(0, 0), 1);
   assert_int_equal(trf_minify(1, 0), 1);
   assert_int_equal(trf_minify(1, 1), 1);
   assert_int_equal(trf_minify(7, 1), 3);
   assert_int_equal(trf_minify(7, 2), 1);
   assert_int_equal(trf_minify(7, 3), 1);
   assert_int_equal(trf_minify(4096, 12), 1);
   assert_int_equal(trf_minify(4096, 11), 2);
   assert_int_equal(trf_minify(4096, 63), 1);
   assert_int_equal(trf_minify(4096, 64), 1);
   assert_int_equal(trf_minify(4096, 1000), 1);
}

/* All ranges of size 0 to 3 that start at 0 to 4. */
#define RANGES 20

static void
nth_range(unsigned n, size_t *start, size_t *size)
{
   *start = n / 4;
   *size = n % 4;
}

static bool
ranges_share(unsigned a, unsigned b)
{
   size_t a_start, a_size, b_start, b_size;
   nth_range(a, &a_start, &a_size);
   nth_range(b, &b_start, &b_size);

   for (size_t i = 0; i < a_size; i++) {
      for (size_t j = 0; j < b_size; j++) {
         if (a_start + i == b_start + j)
            return true;
      }
   }
   return false;
}

/* One axis after the other: the two not under test overlap, or do not. */
static void
boxes_overlap_as_their_pixels_do(void **state)
{
   for (unsigned a = 0; a < RANGES; a++) {
      for (unsigned b = 0; b < RANGES; b++) {
         struct trf_box p = {.width = 2, .height = 2, .depth = 2};
         struct trf_box q = {1, 1, 1, 2, 2, 2};
         const bool share = ranges_share(a, b);

         nth_range(a, &p.x, &p.width);
         nth_range(b, &q.x, &q.width);
         assert_int_equal(trf_boxes_overlap(&p, &q), share);

         p = (struct trf_box){.width = 2, .height = 2, .depth = 2};
         q = (struct trf_box){1, 1, 1, 2, 2, 2};
         nth_range(a, &p.y, &p.height);
         nth_range(b, &q.y, &q.height);
         assert_int_equal(trf_boxes_overlap(&p, &q), share);

         p = (struct trf_box){.width = 2, .height = 2, .depth = 2};
         q = (struct trf_box){1, 1, 1, 2, 2, 2};
         nth_range(a, &p.z, &p.depth);
         nth_range(b, &q.z, &q.depth);
         assert_int_equal(trf_boxes_overlap(&p, &q), share);

         q.x = 2;
         assert_false(trf_boxes_overlap(&p, &q));
      }
   }
}

static void
far_boxes_do_not_wrap(void **state)
{
   const struct trf_box low = {0, 0, 0, 5, 1, 1};
   const struct trf_box high = {SIZE_MAX - 1, 0, 0, SIZE_MAX, 1, 1};

   assert_false(trf_boxes_overlap(&low, &high));
   assert_false(trf_boxes_overlap(&high, &low));
   assert_true(trf_boxes_overlap(&high, &high));
}

/* Bytes that are covered, as bits. */
static uint64_t
covered(const struct trf_byte_rows *rows)
{
   uint64_t bits = 0;
   for (size_t i = 0; i < rows->rows; i++) {
      for (size_t j = 0; j < rows->row_bytes; j++)
         bits |= UINT64_C(1) << (rows->offset + i * rows->pitch + j);
   }
   return bits;
}

/* Small sets: pitches may be less than a row, and rows may be none. */
static struct trf_byte_rows
nth_rows(unsigned n)
{
   struct trf_byte_rows rows;
   rows.offset = n % 7;
   n /= 7;
   rows.row_bytes = n % 4;
   n /= 4;
   rows.pitch = n % 6;
   n /= 6;
   rows.rows = n % 5;
   return rows;
}

static void
byte_rows_overlap_as_their_bytes_do(void **state)
{
   const unsigned count = 7 * 4 * 6 * 5;

   for (unsigned i = 0; i < count; i++) {
      const struct trf_byte_rows a = nth_rows(i);
      for (unsigned j = 0; j < count; j++) {
         const struct trf_byte_rows b = nth_rows(j);
         assert_int_equal(trf_byte_rows_overlap(&a, &b),
                          (covered(&a) & covered(&b)) != 0);
      }
   }
}

/* Columns of one picture: never a byte in common, however tall. */
static void
neighbouring_columns_are_apart(void **state)
{
   struct trf_byte_rows left = {0, 512, 1024, 4096};
   struct trf_byte_rows right = {512, 512, 1024, 4096};

   assert_false(trf_byte_rows_overlap(&left, &right));
   right.offset = 511;
   assert_true(trf_byte_rows_overlap(&left, &right));

   const struct trf_byte_rows last = {4095 * 1024 + 511, 1, 0, 1};
   assert_true(trf_byte_rows_overlap(&left, &last));
   assert_true(trf_byte_rows_overlap(&last, &left));

   const struct trf_byte_rows gap = {4095 * 1024 + 512, 512, 0, 1};
   assert_false(trf_byte_rows_overlap(&left, &gap));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(offset_follows_pitches),
      cmocka_unit_test(span_ends_with_the_last_pixel),
      cmocka_unit_test(span_refuses_to_wrap),
      cmocka_unit_test(tight_layouts),
      cmocka_unit_test(minified_sizes),
      cmocka_unit_test(boxes_overlap_as_their_pixels_do),
      cmocka_unit_test(far_boxes_do_not_wrap),
      cmocka_unit_test(byte_rows_overlap_as_their_bytes_do),
      cmocka_unit_test(neighbouring_columns_are_apart),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
