/* SPDX-License-Identifier: MIT */

/*
 * Box copies, moves and fills against one byte at a time, over all small
 * extents and pitches: whatever is merged or split on the way must not show,
 * and not a byte outside the box may change.
 */

#include "util/trf_copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/macros.h"
#include "util/trf_stream.h"

#define MEMORY 4096

static uint8_t memory[MEMORY], expected[MEMORY], source[MEMORY];

static void
scramble(uint8_t *bytes, size_t count, uint32_t seed)
{
   for (size_t i = 0; i < count; i++) {
      seed = seed * 1664525 + 1013904223;
      bytes[i] = seed >> 24;
   }
}

struct extent {
   size_t width, height, depth;
};

/* Pitches with `row_pad` and `slice_pad` elements to spare. */
static struct trf_layout
padded(size_t element, const struct extent *e, size_t row_pad,
       size_t slice_pad)
{
   const size_t row = (e->width + row_pad) * element;
   return (struct trf_layout){
      .element = element,
      .row = row,
      .slice = row * e->height + slice_pad * element,
   };
}

static size_t
place(const struct trf_layout *layout, size_t x, size_t y, size_t z)
{
   return z * layout->slice + y * layout->row + x;
}

/* Byte by byte, from a snapshot of the source. */
static void
slow_copy(uint8_t *dst, const struct trf_layout *dst_layout,
          const uint8_t *src, const struct trf_layout *src_layout,
          const struct extent *e)
{
   for (size_t z = 0; z < e->depth; z++) {
      for (size_t y = 0; y < e->height; y++) {
         for (size_t x = 0; x < e->width * dst_layout->element; x++)
            dst[place(dst_layout, x, y, z)] = src[place(src_layout, x, y, z)];
      }
   }
}

static void
check_copy(size_t element, const struct extent *e, unsigned pads)
{
   const struct trf_layout dst =
      padded(element, e, pads & 1, (pads >> 1) & 1);
   const struct trf_layout src =
      padded(element, e, (pads >> 2) & 1, (pads >> 3) & 1);

   memset(memory, 0xee, sizeof(memory));
   memset(expected, 0xee, sizeof(expected));
   slow_copy(expected + 3, &dst, source + 5, &src, e);
   trf_copy_box(memory + 3, &dst, source + 5, &src, e->width, e->height,
                e->depth);
   assert_memory_equal(memory, expected, MEMORY);

   memset(memory, 0xee, sizeof(memory));
   trf_move_box(memory + 3, &dst, source + 5, &src, e->width, e->height,
                e->depth);
   assert_memory_equal(memory, expected, MEMORY);
}

static void
copies_like_single_bytes(void **state)
{
   static const size_t elements[] = {1, 2, 3, 4, 16};
   struct extent e;

   scramble(source, sizeof(source), 1);
   for (e.width = 0; e.width <= 4; e.width++) {
      for (e.height = 0; e.height <= 4; e.height++) {
         for (e.depth = 0; e.depth <= 3; e.depth++) {
            for (unsigned pads = 0; pads < 16; pads++) {
               for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
                  check_copy(elements[i], &e, pads);
            }
         }
      }
   }
}

/* One row, or one slice: the pitches that are not used may be anything. */
static void
unused_pitches_are_not_looked_at(void **state)
{
   const struct trf_layout odd = {.element = 1, .row = 0, .slice = 7};

   scramble(source, sizeof(source), 2);
   memset(memory, 0, sizeof(memory));
   trf_copy_box(memory, &odd, source, &odd, 16, 1, 1);
   assert_memory_equal(memory, source, 16);
   assert_int_equal(memory[16], 0);

   const struct trf_layout rows = {.element = 1, .row = 16, .slice = 0};
   memset(memory, 0, sizeof(memory));
   trf_copy_box(memory, &rows, source, &rows, 16, 8, 1);
   assert_memory_equal(memory, source, 128);
   assert_int_equal(memory[128], 0);
}

/* All overlaps of a box with itself, moved by some bytes either way. */
static void
moves_within_one_memory(void **state)
{
   const struct extent e = {.width = 5, .height = 4, .depth = 3};

   for (unsigned pads = 0; pads < 4; pads++) {
      const struct trf_layout layout = padded(2, &e, pads & 1, pads >> 1);
      for (int distance = -130; distance <= 130; distance++) {
         const size_t from = 200, to = (size_t)(200 + distance);
         scramble(memory, sizeof(memory), 3 + distance);
         memcpy(source, memory, sizeof(memory));
         memcpy(expected, memory, sizeof(memory));
         slow_copy(expected + to, &layout, source + from, &layout, &e);
         trf_move_box(memory + to, &layout, memory + from, &layout, e.width,
                      e.height, e.depth);
         assert_memory_equal(memory, expected, MEMORY);
      }
   }
}

static void
slow_fill(uint8_t *dst, const struct trf_layout *layout,
          const uint8_t *pattern, const struct extent *e)
{
   for (size_t z = 0; z < e->depth; z++) {
      for (size_t y = 0; y < e->height; y++) {
         for (size_t x = 0; x < e->width * layout->element; x++)
            dst[place(layout, x, y, z)] = pattern[x % layout->element];
      }
   }
}

static void
check_fill(size_t element, const struct extent *e, unsigned pads,
           const uint8_t *pattern)
{
   const struct trf_layout layout = padded(element, e, pads & 1, pads >> 1);

   memset(memory, 0xee, sizeof(memory));
   memset(expected, 0xee, sizeof(expected));
   slow_fill(expected + 1, &layout, pattern, e);
   trf_fill_box(memory + 1, &layout, pattern, e->width, e->height, e->depth);
   assert_memory_equal(memory, expected, MEMORY);
}

static void
fills_like_single_bytes(void **state)
{
   static const size_t elements[] = {1, 2, 3, 4, 6, 8, 12, 16, 32};
   uint8_t pattern[32], same[32];
   struct extent e;

   scramble(pattern, sizeof(pattern), 4);
   memset(same, 0x5a, sizeof(same));
   for (e.width = 0; e.width <= 5; e.width++) {
      for (e.height = 0; e.height <= 3; e.height++) {
         for (e.depth = 0; e.depth <= 3; e.depth++) {
            for (unsigned pads = 0; pads < 4; pads++) {
               for (size_t i = 0; i < ARRAY_SIZE(elements); i++) {
                  check_fill(elements[i], &e, pads, pattern);
                  check_fill(elements[i], &e, pads, same);
               }
            }
         }
      }
   }
}

/* Runs longer than what a fill or a copy does in one go. */
static void
long_runs(void **state)
{
   static const size_t elements[] = {1, 3, 12, 128};
   const size_t bytes = TRF_STREAM_MIN + (1 << 20);
   uint8_t *a = malloc(bytes), *b = malloc(bytes);
   uint8_t pattern[128];
   assert_non_null(a);
   assert_non_null(b);
   scramble(pattern, sizeof(pattern), 5);

   for (size_t i = 0; i < ARRAY_SIZE(elements); i++) {
      const size_t element = elements[i];
      const struct extent e = {(bytes / 64 - 1000) / element, 63, 1};
      const struct trf_layout layout = padded(element, &e, 7, 0);
      const size_t past = place(&layout, e.width * element, 62, 0);

      memset(a, 0xee, bytes);
      memset(b, 0xee, bytes);
      slow_fill(b, &layout, pattern, &e);
      trf_fill_box(a, &layout, pattern, e.width, e.height, e.depth);
      assert_memory_equal(a, b, past + 1);

      memset(a, 0xee, bytes);
      trf_copy_box(a, &layout, b, &layout, e.width, e.height, e.depth);
      assert_memory_equal(a, b, past + 1);

      /* The same as one run. */
      const struct extent whole = {bytes / element - 1, 1, 1};
      const struct trf_layout tight = padded(element, &whole, 0, 0);
      scramble(b, bytes, 6);
      memset(a, 0xee, bytes);
      trf_copy_box(a, &tight, b, &tight, whole.width, 1, 1);
      assert_memory_equal(a, b, whole.width * element);
      assert_int_equal(a[whole.width * element], 0xee);
   }

   free(a);
   free(b);
}

/*
 * Copies past the caches: rows of all kinds of lengths, to where lines begin
 * and to where they do not.
 */
static void
streamed_rows(void **state)
{
   static const size_t rows_of[] = {1,     16,    63,    64,    100,  1000,
                                    2047,  2048,  4000,  4096,  5001, 16383,
                                    16384, 16385, 20000, 100001};
   static const size_t pads[] = {0, 1, 16, 64};
   const size_t bytes = (size_t)2 << 20;
   uint8_t *dst = aligned_alloc(4096, bytes);
   uint8_t *src = aligned_alloc(4096, bytes);
   assert_non_null(dst);
   assert_non_null(src);
   scramble(src, bytes, 7);

   for (size_t i = 0; i < ARRAY_SIZE(rows_of) * ARRAY_SIZE(pads); i++) {
      const size_t row = rows_of[i % ARRAY_SIZE(rows_of)];
      const size_t pad = pads[i / ARRAY_SIZE(rows_of)];
      const size_t dst_row = (row + 63) / 64 * 64 + pad;
      const size_t src_row = row + 3;
      const size_t rows = 11;

      memset(dst, 0xee, bytes);
      trf_stream_rows(dst + pad, dst_row, src, src_row, row, rows);
      for (size_t y = 0; y < rows; y++) {
         const uint8_t *line = dst + pad + y * dst_row;
         assert_memory_equal(line, src + y * src_row, row);
         for (size_t x = row; x < dst_row; x++)
            assert_int_equal(line[x], 0xee);
      }
   }

   free(dst);
   free(src);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(copies_like_single_bytes),
      cmocka_unit_test(unused_pitches_are_not_looked_at),
      cmocka_unit_test(moves_within_one_memory),
      cmocka_unit_test(fills_like_single_bytes),
      cmocka_unit_test(long_runs),
      cmocka_unit_test(streamed_rows),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
