/* SPDX-License-Identifier: MIT */

/* Regions, pitches, rectangles and overlaps that clients ask for. */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "api/validate_buffer.h"
#include "api/validate_overlap.h"
#include "api/validate_region.h"
#include "util/macros.h"

static const struct trf_format rgba8 = {
   .cl = {CL_RGBA, CL_UNORM_INT8},
   .element = 4,
};

static struct trf_mem
make_image(cl_mem_object_type type, size_t width, size_t height, size_t depth,
           unsigned levels)
{
   return (struct trf_mem){
      .type = type,
      .image =
         {
            .format = &rgba8,
            .levels = levels,
            .width = width,
            .height = height,
            .depth = depth,
         },
   };
}

/* One image of each type, 24 × 12 × 6 as far as it has these axes. */
static struct trf_mem
make_typical(cl_mem_object_type type, unsigned levels)
{
   const unsigned axes = trf_image_coordinates(type);
   return make_image(type, 24, axes > 1 ? 12 : 1, axes > 2 ? 6 : 1, levels);
}

static const cl_mem_object_type all_types[] = {
   CL_MEM_OBJECT_IMAGE1D,       CL_MEM_OBJECT_IMAGE1D_BUFFER,
   CL_MEM_OBJECT_IMAGE1D_ARRAY, CL_MEM_OBJECT_IMAGE2D,
   CL_MEM_OBJECT_IMAGE2D_ARRAY, CL_MEM_OBJECT_IMAGE3D,
};

static cl_int
resolve(const struct trf_mem *image, const size_t *origin,
        const size_t *region)
{
   struct trf_image_region resolved;
   return trf_resolve_image_region(image, 2, origin, region, &resolved);
}

static void
pointers_must_not_be_null(void **state)
{
   const struct trf_mem image = make_typical(CL_MEM_OBJECT_IMAGE2D, 1);
   const size_t origin[3] = {0}, region[3] = {1, 1, 1};

   assert_int_equal(resolve(&image, NULL, region), CL_INVALID_VALUE);
   assert_int_equal(resolve(&image, origin, NULL), CL_INVALID_VALUE);
   assert_int_equal(resolve(&image, origin, region), CL_SUCCESS);
}

static void
whole_image_is_inside(void **state)
{
   for (size_t i = 0; i < ARRAY_SIZE(all_types); i++) {
      const struct trf_mem image = make_typical(all_types[i], 1);
      const size_t origin[3] = {0};
      const size_t region[3] = {image.image.width, image.image.height,
                                image.image.depth};
      struct trf_image_region resolved;

      assert_int_equal(
         trf_validate_image_region(&image, origin, region, &resolved),
         CL_SUCCESS);
      assert_int_equal(resolved.level, 0);
      assert_int_equal(resolved.box.width, region[0]);
      assert_int_equal(resolved.box.height, region[1]);
      assert_int_equal(resolved.box.depth, region[2]);
   }
}

/* Each axis: the last pixel is inside, one more is not, nor is a wrap. */
static void
bounds_hold_on_every_axis(void **state)
{
   for (size_t i = 0; i < ARRAY_SIZE(all_types); i++) {
      const struct trf_mem image = make_typical(all_types[i], 1);
      const size_t extent[3] = {image.image.width, image.image.height,
                                image.image.depth};

      for (unsigned axis = 0; axis < 3; axis++) {
         size_t origin[3] = {0}, region[3] = {1, 1, 1};

         origin[axis] = extent[axis] - 1;
         assert_int_equal(resolve(&image, origin, region), CL_SUCCESS);
         origin[axis] = extent[axis];
         assert_int_equal(resolve(&image, origin, region), CL_INVALID_VALUE);
         origin[axis] = SIZE_MAX;
         assert_int_equal(resolve(&image, origin, region), CL_INVALID_VALUE);
         region[axis] = 2;
         assert_int_equal(resolve(&image, origin, region), CL_INVALID_VALUE);
         origin[axis] = 0;
         region[axis] = extent[axis];
         assert_int_equal(resolve(&image, origin, region), CL_SUCCESS);
         region[axis] = extent[axis] + 1;
         assert_int_equal(resolve(&image, origin, region), CL_INVALID_VALUE);
         region[axis] = SIZE_MAX;
         assert_int_equal(resolve(&image, origin, region), CL_INVALID_VALUE);
         region[axis] = 0;
         assert_int_equal(resolve(&image, origin, region), CL_INVALID_VALUE);
      }
   }
}

static void
errors_write_nothing(void **state)
{
   const struct trf_mem image = make_typical(CL_MEM_OBJECT_IMAGE2D, 3);
   const size_t origin[3] = {0, 0, 3}, region[3] = {1, 1, 1};
   struct trf_image_region resolved, before;

   memset(&resolved, 0xa5, sizeof(resolved));
   before = resolved;
   assert_int_equal(
      trf_resolve_image_region(&image, 2, origin, region, &resolved),
      CL_INVALID_MIP_LEVEL);
   assert_memory_equal(&resolved, &before, sizeof(resolved));
}

/* Where each type keeps its level, and what is left for the coordinates. */
static void
level_stands_behind_the_coordinates(void **state)
{
   static const struct {
      cl_mem_object_type type;
      unsigned place_2d, place;
   } cases[] = {
      {CL_MEM_OBJECT_IMAGE1D, 2, 1},
      {CL_MEM_OBJECT_IMAGE1D, 3, 1},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 2, 2},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 3, 2},
      {CL_MEM_OBJECT_IMAGE2D, 2, 2},
      {CL_MEM_OBJECT_IMAGE2D, 3, 3},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, 2, 3},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, 3, 3},
      {CL_MEM_OBJECT_IMAGE3D, 2, 3},
      {CL_MEM_OBJECT_IMAGE3D, 3, 3},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
      const struct trf_mem image = make_typical(cases[i].type, 4);
      const unsigned axes = trf_image_coordinates(cases[i].type);

      for (unsigned level = 0; level < 6; level++) {
         size_t origin[4] = {0}, region[3] = {1, 1, 1};
         struct trf_image_region resolved;

         origin[cases[i].place] = level;
         const cl_int error = trf_resolve_image_region(
            &image, cases[i].place_2d, origin, region, &resolved);
         assert_int_equal(error,
                          level < 4 ? CL_SUCCESS : CL_INVALID_MIP_LEVEL);
         if (error)
            continue;
         assert_int_equal(resolved.level, level);
         assert_int_equal(resolved.box.x, 0);
         assert_int_equal(resolved.box.y, 0);
         assert_int_equal(resolved.box.z, 0);
      }

      /* What is neither coordinate nor level stays 0. */
      for (unsigned unused = axes; unused < 3; unused++) {
         size_t origin[4] = {0}, region[3] = {1, 1, 1};
         struct trf_image_region resolved;

         if (unused == cases[i].place)
            continue;
         origin[unused] = 1;
         assert_int_equal(trf_resolve_image_region(&image, cases[i].place_2d,
                                                   origin, region, &resolved),
                          CL_INVALID_VALUE);
      }
   }
}

static void
bounds_are_those_of_the_level(void **state)
{
   static const struct {
      cl_mem_object_type type;
      size_t origin[4], region[3];
      cl_int error;
   } cases[] = {
      {CL_MEM_OBJECT_IMAGE1D, {0, 2}, {6, 1, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE1D, {0, 2}, {7, 1, 1}, CL_INVALID_VALUE},
      /* Layers are not minified. */
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, {0, 0, 2}, {6, 12, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, {0, 11, 2}, {6, 1, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, {0, 12, 2}, {6, 1, 1}, CL_INVALID_VALUE},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, {1, 0, 2}, {6, 1, 1}, CL_INVALID_VALUE},
      {CL_MEM_OBJECT_IMAGE2D, {0, 0, 2}, {6, 3, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE2D, {0, 0, 2}, {6, 4, 1}, CL_INVALID_VALUE},
      {CL_MEM_OBJECT_IMAGE2D, {5, 2, 2}, {1, 1, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE2D, {6, 2, 2}, {1, 1, 1}, CL_INVALID_VALUE},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, {0, 0, 0, 2}, {6, 3, 6}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY,
       {0, 0, 1, 2},
       {6, 3, 6},
       CL_INVALID_VALUE},
      {CL_MEM_OBJECT_IMAGE3D, {0, 0, 0, 2}, {6, 3, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE3D, {0, 0, 0, 2}, {6, 3, 2}, CL_INVALID_VALUE},
      {CL_MEM_OBJECT_IMAGE3D, {0, 0, 1, 2}, {6, 3, 1}, CL_INVALID_VALUE},
      /* The last level is one pixel: max(size >> level, 1). */
      {CL_MEM_OBJECT_IMAGE3D, {0, 0, 0, 4}, {1, 1, 1}, CL_SUCCESS},
      {CL_MEM_OBJECT_IMAGE3D, {0, 1, 0, 4}, {1, 1, 1}, CL_INVALID_VALUE},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
      const struct trf_mem image = make_typical(cases[i].type, 5);
      assert_int_equal(resolve(&image, cases[i].origin, cases[i].region),
                       cases[i].error);
   }
}

/* The fourth element of a single level's origin lies beyond the array. */
static void
single_level_reads_three_elements(void **state)
{
   for (size_t i = 0; i < ARRAY_SIZE(all_types); i++) {
      const struct trf_mem image = make_typical(all_types[i], 1);
      const size_t region[3] = {1, 1, 1};
      const size_t origin[4] = {0, 0, 0, 7};
      struct trf_image_region resolved;

      for (unsigned place = 2; place <= 3; place++) {
         assert_int_equal(trf_resolve_image_region(&image, place, origin,
                                                   region, &resolved),
                          CL_SUCCESS);
         assert_int_equal(resolved.level, 0);
      }
   }
}

static void
host_pitches_follow_the_type(void **state)
{
   static const struct {
      cl_mem_object_type type;
      size_t width, height, depth;
      size_t row, slice;
      cl_int error;
      size_t layout_row, layout_slice;
   } cases[] = {
      {CL_MEM_OBJECT_IMAGE1D, 5, 1, 1, 0, 0, CL_SUCCESS, 20, 20},
      {CL_MEM_OBJECT_IMAGE1D, 5, 1, 1, 20, 0, CL_SUCCESS, 20, 20},
      {CL_MEM_OBJECT_IMAGE1D, 5, 1, 1, 19, 0, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE1D, 5, 1, 1, 0, 20, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE1D_BUFFER, 5, 1, 1, 0, 20, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE2D, 5, 3, 1, 0, 0, CL_SUCCESS, 20, 60},
      {CL_MEM_OBJECT_IMAGE2D, 5, 3, 1, 23, 0, CL_SUCCESS, 23, 69},
      {CL_MEM_OBJECT_IMAGE2D, 5, 3, 1, 19, 0, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE2D, 5, 3, 1, 0, 60, CL_INVALID_VALUE, 0, 0},
      /* The layers of a 1D array are a slice pitch apart. */
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 5, 3, 1, 0, 0, CL_SUCCESS, 20, 20},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 5, 3, 1, 24, 0, CL_SUCCESS, 24, 24},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 5, 3, 1, 24, 100, CL_SUCCESS, 100, 100},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 5, 3, 1, 0, 20, CL_SUCCESS, 20, 20},
      {CL_MEM_OBJECT_IMAGE1D_ARRAY, 5, 3, 1, 24, 23, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, 5, 3, 2, 0, 0, CL_SUCCESS, 20, 60},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, 5, 3, 2, 24, 0, CL_SUCCESS, 24, 72},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, 5, 3, 2, 24, 73, CL_SUCCESS, 24, 73},
      {CL_MEM_OBJECT_IMAGE2D_ARRAY, 5, 3, 2, 24, 71, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE3D, 5, 3, 2, 0, 60, CL_SUCCESS, 20, 60},
      {CL_MEM_OBJECT_IMAGE3D, 5, 3, 1, 0, 59, CL_INVALID_VALUE, 0, 0},
      /* Nothing wraps. */
      {CL_MEM_OBJECT_IMAGE2D, 5, 3, 1, SIZE_MAX, 0, CL_INVALID_VALUE, 0, 0},
      {CL_MEM_OBJECT_IMAGE2D, 5, 2, 1, SIZE_MAX / 2, 0, CL_SUCCESS,
       SIZE_MAX / 2, SIZE_MAX - 1},
      {CL_MEM_OBJECT_IMAGE3D, 5, 3, 3, 0, SIZE_MAX / 2, CL_INVALID_VALUE, 0,
       0},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
      const struct trf_mem image = make_typical(cases[i].type, 1);
      const struct trf_image_region region = {
         .box = {.width = cases[i].width,
                 .height = cases[i].height,
                 .depth = cases[i].depth},
      };
      struct trf_layout layout = {0};

      assert_int_equal(trf_validate_host_pitches(&image, &region,
                                                 cases[i].row, cases[i].slice,
                                                 &layout),
                       cases[i].error);
      assert_true(layout.row == cases[i].layout_row);
      assert_true(layout.slice == cases[i].layout_slice);
      assert_int_equal(layout.element, cases[i].error ? 0 : 4);
   }
}

static void
packed_region_counts_bytes(void **state)
{
   const struct trf_mem image = make_typical(CL_MEM_OBJECT_IMAGE3D, 1);
   struct trf_image_region region = {
      .box = {.x = 1, .y = 2, .z = 3, .width = 5, .height = 4, .depth = 3},
   };
   struct trf_layout layout;
   size_t bytes;

   assert_int_equal(
      trf_validate_packed_region(&image, &region, &layout, &bytes),
      CL_SUCCESS);
   assert_int_equal(bytes, 5 * 4 * 3 * 4);
   assert_int_equal(layout.row, 20);
   assert_int_equal(layout.slice, 80);

   region.box.width = SIZE_MAX / 4;
   assert_int_equal(
      trf_validate_packed_region(&image, &region, &layout, &bytes),
      CL_INVALID_VALUE);
}

static void
buffer_ranges_are_bounded(void **state)
{
   const struct trf_mem buffer = {.type = CL_MEM_OBJECT_BUFFER, .size = 100};

   assert_int_equal(trf_validate_buffer_range(&buffer, 0, 100), CL_SUCCESS);
   assert_int_equal(trf_validate_buffer_range(&buffer, 99, 1), CL_SUCCESS);
   assert_int_equal(trf_validate_buffer_range(&buffer, 100, 0), CL_SUCCESS);
   assert_int_equal(trf_validate_buffer_range(&buffer, 0, 101),
                    CL_INVALID_VALUE);
   assert_int_equal(trf_validate_buffer_range(&buffer, 101, 0),
                    CL_INVALID_VALUE);
   assert_int_equal(trf_validate_buffer_range(&buffer, SIZE_MAX, 2),
                    CL_INVALID_VALUE);
   assert_int_equal(trf_validate_buffer_range(&buffer, 2, SIZE_MAX),
                    CL_INVALID_VALUE);
}

static void
rect_rules(void **state)
{
   static const struct {
      size_t origin[3], region[3];
      size_t row, slice, limit;
      cl_int error;
      size_t layout_row, layout_slice;
   } cases[] = {
      {{0, 0, 0}, {4, 3, 2}, 0, 0, 24, CL_SUCCESS, 4, 12},
      {{0, 0, 0}, {4, 3, 2}, 0, 0, 23, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {4, 3, 2}, 8, 0, 48, CL_SUCCESS, 8, 24},
      /* The last row needs no padding. */
      {{0, 0, 0}, {4, 3, 2}, 8, 0, 44, CL_SUCCESS, 8, 24},
      {{0, 0, 0}, {4, 3, 2}, 8, 0, 43, CL_INVALID_VALUE, 0, 0},
      {{1, 1, 1}, {4, 3, 2}, 8, 32, 93, CL_SUCCESS, 8, 32},
      {{1, 1, 1}, {4, 3, 2}, 8, 32, 92, CL_INVALID_VALUE, 0, 0},
      /* An x beyond the row runs into the next. */
      {{9, 0, 0}, {4, 1, 1}, 8, 0, 13, CL_SUCCESS, 8, 8},
      {{0, 0, 0}, {4, 3, 2}, 3, 0, 1000, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {4, 3, 2}, 4, 11, 1000, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {4, 3, 2}, 4, 13, 1000, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {4, 3, 2}, 4, 16, 1000, CL_SUCCESS, 4, 16},
      {{0, 0, 0}, {0, 3, 2}, 0, 0, 1000, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {4, 0, 2}, 0, 0, 1000, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {4, 3, 0}, 0, 0, 1000, CL_INVALID_VALUE, 0, 0},
      /* Nothing wraps. */
      {{SIZE_MAX, 0, 0}, {2, 1, 1}, 0, 0, SIZE_MAX, CL_INVALID_VALUE, 0, 0},
      {{0, SIZE_MAX, 0}, {2, 1, 1}, 0, 0, SIZE_MAX, CL_INVALID_VALUE, 0, 0},
      {{0, 0, SIZE_MAX}, {2, 1, 1}, 0, 0, SIZE_MAX, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {SIZE_MAX, 2, 1}, 0, 0, SIZE_MAX, CL_INVALID_VALUE, 0, 0},
      {{0, 0, 0}, {1, SIZE_MAX, 2}, 0, 0, SIZE_MAX, CL_INVALID_VALUE, 0, 0},
      {{0, 2, 0},
       {1, 1, 1},
       SIZE_MAX / 2 + 1,
       0,
       SIZE_MAX,
       CL_INVALID_VALUE,
       0,
       0},
      {{SIZE_MAX - 1, 0, 0}, {1, 1, 1}, 0, 0, SIZE_MAX, CL_SUCCESS, 1, 1},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
      const struct trf_rect_args rect = {
         .origin = cases[i].origin,
         .row_pitch = cases[i].row,
         .slice_pitch = cases[i].slice,
      };
      struct trf_layout layout = {0};
      struct trf_box box;

      assert_int_equal(trf_validate_rect(&rect, cases[i].region,
                                         cases[i].limit, &box, &layout),
                       cases[i].error);
      assert_true(layout.row == cases[i].layout_row);
      assert_true(layout.slice == cases[i].layout_slice);
      if (!cases[i].error) {
         assert_int_equal(layout.element, 1);
         assert_true(box.x == cases[i].origin[0]);
         assert_true(box.depth == cases[i].region[2]);
      }
   }
}

static void
rect_pointers_must_not_be_null(void **state)
{
   const size_t origin[3] = {0}, region[3] = {1, 1, 1};
   const struct trf_rect_args none = {.origin = NULL};
   const struct trf_rect_args some = {.origin = origin};
   struct trf_layout layout;
   struct trf_box box;

   assert_int_equal(trf_validate_rect(&none, region, 10, &box, &layout),
                    CL_INVALID_VALUE);
   assert_int_equal(trf_validate_rect(&some, NULL, 10, &box, &layout),
                    CL_INVALID_VALUE);
   assert_int_equal(trf_validate_rect(&some, region, 10, &box, &layout),
                    CL_SUCCESS);
}

static void
patterns_are_powers_of_two(void **state)
{
   const char pattern[256] = {0};

   assert_int_equal(trf_validate_fill_pattern(NULL, 1, 0, 1),
                    CL_INVALID_VALUE);
   for (size_t size = 0; size <= 256; size++) {
      const bool valid = size && size <= 128 && !(size & (size - 1));

      assert_int_equal(
         trf_validate_fill_pattern(pattern, size, 2 * size, 3 * size),
         valid ? CL_SUCCESS : CL_INVALID_VALUE);
      if (valid && size > 1) {
         assert_int_equal(
            trf_validate_fill_pattern(pattern, size, size + 1, size),
            CL_INVALID_VALUE);
         assert_int_equal(
            trf_validate_fill_pattern(pattern, size, size, size + 1),
            CL_INVALID_VALUE);
      }
   }
}

/* Marks the bytes of one box and looks for those of the other. */
static bool
boxes_overlap_slowly(const struct trf_byte_box *a,
                     const struct trf_byte_box *b)
{
   bool marked[256] = {false};

   for (unsigned pass = 0; pass < 2; pass++) {
      const struct trf_byte_box *box = pass ? b : a;
      for (size_t z = 0; z < box->depth; z++) {
         for (size_t y = 0; y < box->height; y++) {
            for (size_t x = 0; x < box->width; x++) {
               const size_t at =
                  box->offset + z * box->slice + y * box->row + x;
               assert_true(at < ARRAY_SIZE(marked));
               if (pass && marked[at])
                  return true;
               marked[at] |= !pass;
            }
         }
      }
   }
   return false;
}

static unsigned
next(unsigned *seed, unsigned limit)
{
   *seed = *seed * 1664525u + 1013904223u;
   return (*seed >> 16) % limit;
}

static struct trf_byte_box
random_box(unsigned *seed)
{
   struct trf_byte_box box = {
      .offset = next(seed, 40),
      .width = 1 + next(seed, 4),
      .height = 1 + next(seed, 3),
      .depth = 1 + next(seed, 3),
   };
   box.row = box.width + next(seed, 5);
   box.slice = box.row * (box.height + next(seed, 3));
   return box;
}

static void
byte_boxes_overlap_exactly(void **state)
{
   unsigned seed = 1, hits = 0;

   for (unsigned i = 0; i < 100000; i++) {
      const struct trf_byte_box a = random_box(&seed);
      const struct trf_byte_box b = random_box(&seed);
      const bool expected = boxes_overlap_slowly(&a, &b);

      assert_int_equal(trf_byte_boxes_overlap(&a, &b), expected);
      assert_int_equal(trf_byte_boxes_overlap(&b, &a), expected);
      hits += expected;
   }
   /* Both answers were asked for. */
   assert_in_range(hits, 10000, 90000);
}

static struct trf_side
range_side(struct trf_mem *buffer, size_t offset, size_t size)
{
   return (struct trf_side){
      .mem = buffer,
      .offset = offset,
      .region = {.box = {.width = size, .height = 1, .depth = 1}},
      .layout = {.element = 1, .row = size, .slice = size},
   };
}

static cl_int
no_overlap(struct trf_mem *dst, size_t dst_offset, struct trf_mem *src,
           size_t src_offset, size_t size)
{
   const struct trf_side a = range_side(dst, dst_offset, size);
   const struct trf_side b = range_side(src, src_offset, size);
   return trf_validate_no_overlap(&a, &b);
}

static void
buffers_overlap_through_their_root(void **state)
{
   struct trf_mem root = {.type = CL_MEM_OBJECT_BUFFER, .size = 512};
   struct trf_mem other = {.type = CL_MEM_OBJECT_BUFFER, .size = 512};
   struct trf_mem sub = {
      .type = CL_MEM_OBJECT_BUFFER,
      .size = 256,
      .offset = 128,
      .parent = &root,
      .root = &root,
   };
   root.root = &root;
   other.root = &other;

   assert_int_equal(no_overlap(&root, 0, &root, 10, 10), CL_SUCCESS);
   assert_int_equal(no_overlap(&root, 0, &root, 9, 10), CL_MEM_COPY_OVERLAP);
   assert_int_equal(no_overlap(&root, 9, &root, 0, 10), CL_MEM_COPY_OVERLAP);
   assert_int_equal(no_overlap(&root, 0, &root, 0, 0), CL_SUCCESS);
   assert_int_equal(no_overlap(&root, 0, &other, 0, 10), CL_SUCCESS);
   assert_int_equal(no_overlap(&root, 118, &sub, 0, 10), CL_SUCCESS);
   assert_int_equal(no_overlap(&root, 119, &sub, 0, 10), CL_MEM_COPY_OVERLAP);
   assert_int_equal(no_overlap(&sub, 0, &root, 138, 10), CL_SUCCESS);
   assert_int_equal(no_overlap(&sub, 0, &root, 137, 10), CL_MEM_COPY_OVERLAP);
}

static void
images_overlap_by_level_and_box(void **state)
{
   struct trf_mem image = make_typical(CL_MEM_OBJECT_IMAGE3D, 3);
   image.root = &image;
   struct trf_side a = {
      .mem = &image,
      .region = {.box = {0, 0, 0, 2, 2, 2}, .level = 1},
   };
   struct trf_side b = a;

   assert_int_equal(trf_validate_no_overlap(&a, &b), CL_MEM_COPY_OVERLAP);
   b.region.level = 0;
   assert_int_equal(trf_validate_no_overlap(&a, &b), CL_SUCCESS);
   b.region.level = 1;
   b.region.box.z = 2;
   assert_int_equal(trf_validate_no_overlap(&a, &b), CL_SUCCESS);
   b.region.box.z = 1;
   assert_int_equal(trf_validate_no_overlap(&a, &b), CL_MEM_COPY_OVERLAP);
}

static void
buffer_images_overlap_by_their_bytes(void **state)
{
   struct trf_mem root = {.type = CL_MEM_OBJECT_BUFFER, .size = 1024};
   struct trf_mem image = make_image(CL_MEM_OBJECT_IMAGE2D, 8, 4, 1, 1);
   image.image.row_pitch = 64;
   root.root = image.root = image.parent = &root;

   /* Pixels 2 and 3 of row 1: bytes 72 to 79. */
   const struct trf_side pixels = {
      .mem = &image,
      .region = {.box = {2, 1, 0, 2, 1, 1}},
   };
   struct trf_side bytes = range_side(&root, 64, 8);

   assert_int_equal(trf_validate_no_overlap(&bytes, &pixels), CL_SUCCESS);
   bytes.offset = 65;
   assert_int_equal(trf_validate_no_overlap(&bytes, &pixels),
                    CL_MEM_COPY_OVERLAP);
   bytes.offset = 79;
   assert_int_equal(trf_validate_no_overlap(&bytes, &pixels),
                    CL_MEM_COPY_OVERLAP);
   bytes.offset = 80;
   assert_int_equal(trf_validate_no_overlap(&bytes, &pixels), CL_SUCCESS);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(pointers_must_not_be_null),
      cmocka_unit_test(whole_image_is_inside),
      cmocka_unit_test(bounds_hold_on_every_axis),
      cmocka_unit_test(errors_write_nothing),
      cmocka_unit_test(level_stands_behind_the_coordinates),
      cmocka_unit_test(bounds_are_those_of_the_level),
      cmocka_unit_test(single_level_reads_three_elements),
      cmocka_unit_test(host_pitches_follow_the_type),
      cmocka_unit_test(packed_region_counts_bytes),
      cmocka_unit_test(buffer_ranges_are_bounded),
      cmocka_unit_test(rect_rules),
      cmocka_unit_test(rect_pointers_must_not_be_null),
      cmocka_unit_test(patterns_are_powers_of_two),
      cmocka_unit_test(byte_boxes_overlap_exactly),
      cmocka_unit_test(buffers_overlap_through_their_root),
      cmocka_unit_test(images_overlap_by_level_and_box),
      cmocka_unit_test(buffer_images_overlap_by_their_bytes),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
