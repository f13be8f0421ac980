/* SPDX-License-Identifier: MIT */

#include "util/trf_region.h"

#include "util/macros.h"
#include "util/trf_checked.h"

size_t
trf_layout_offset(const struct trf_layout *layout, const struct trf_box *box)
{
   return box->x * layout->element + box->y * layout->row +
          box->z * layout->slice;
}

bool
trf_layout_span(const struct trf_layout *layout, const struct trf_box *box,
                size_t *bytes)
{
   *bytes = 0;
   if (box->width == 0 || box->height == 0 || box->depth == 0)
      return true;

   /* Up to the last row's start, then that row without its padding. */
   size_t slices, rows, row;
   return trf_mul(box->depth - 1, layout->slice, &slices) &&
          trf_mul(box->height - 1, layout->row, &rows) &&
          trf_mul(box->width, layout->element, &row) &&
          trf_add(slices, rows, &rows) && trf_add(rows, row, bytes);
}

bool
trf_layout_tight(size_t element, const struct trf_box *box,
                 struct trf_layout *layout)
{
   layout->element = element;
   return trf_mul(box->width, element, &layout->row) &&
          trf_mul(box->height, layout->row, &layout->slice);
}

size_t
trf_minify(size_t size, unsigned level)
{
   if (level >= sizeof(size) * 8)
      return 1;
   return MAX2(size >> level, 1);
}

/* Whether [a, a + a_size) and [b, b + b_size) meet; sums may not fit. */
static bool
ranges_overlap(size_t a, size_t a_size, size_t b, size_t b_size)
{
   if (a_size == 0 || b_size == 0)
      return false;
   return a <= b ? b - a < a_size : a - b < b_size;
}

bool
trf_boxes_equal(const struct trf_box *a, const struct trf_box *b)
{
   return a->x == b->x && a->y == b->y && a->z == b->z &&
          a->width == b->width && a->height == b->height &&
          a->depth == b->depth;
}

bool
trf_boxes_overlap(const struct trf_box *a, const struct trf_box *b)
{
   return ranges_overlap(a->x, a->width, b->x, b->width) &&
          ranges_overlap(a->y, a->height, b->y, b->height) &&
          ranges_overlap(a->z, a->depth, b->z, b->depth);
}

/* The last row that starts before `end`, if any does. */
static bool
last_row_before(const struct trf_byte_rows *rows, size_t end, size_t *index)
{
   if (rows->rows == 0 || end <= rows->offset)
      return false;

   *index = rows->pitch ? (end - 1 - rows->offset) / rows->pitch : 0;
   *index = MIN2(*index, rows->rows - 1);
   return true;
}

bool
trf_byte_rows_overlap(const struct trf_byte_rows *a,
                      const struct trf_byte_rows *b)
{
   if (a->row_bytes == 0 || b->row_bytes == 0)
      return false;

   /* Of b's rows that start before a row of a ends, the last one reaches
    * furthest: if it does not touch that row, none does.
    */
   const struct trf_byte_rows *few = a->rows <= b->rows ? a : b;
   const struct trf_byte_rows *many = few == a ? b : a;
   for (size_t i = 0; i < few->rows; i++) {
      const size_t start = few->offset + i * few->pitch;
      size_t last;
      if (last_row_before(many, start + few->row_bytes, &last) &&
          many->offset + last * many->pitch + many->row_bytes > start)
         return true;
   }
   return false;
}
