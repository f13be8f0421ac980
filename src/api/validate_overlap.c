/* SPDX-License-Identifier: MIT */

#include "api/validate_overlap.h"

#include "util/trf_log.h"

/* The bytes of one slice of a box. */
static struct trf_byte_rows
slice_rows(const struct trf_byte_box *box, size_t z)
{
   return (struct trf_byte_rows){
      .offset = box->offset + z * box->slice,
      .row_bytes = box->width,
      .pitch = box->row,
      .rows = box->height,
   };
}

static size_t
rows_end(const struct trf_byte_rows *rows)
{
   return rows->offset + (rows->rows - 1) * rows->pitch + rows->row_bytes;
}

/*
 * The slices of a box lie one after the other, so the two lists are walked
 * like those of a merge: each pair whose ranges meet is looked at once.
 */
bool
trf_byte_boxes_overlap(const struct trf_byte_box *a,
                       const struct trf_byte_box *b)
{
   size_t za = 0, zb = 0;

   while (za < a->depth && zb < b->depth) {
      const struct trf_byte_rows ra = slice_rows(a, za);
      const struct trf_byte_rows rb = slice_rows(b, zb);

      if (trf_byte_rows_overlap(&ra, &rb))
         return true;
      if (rows_end(&ra) <= rows_end(&rb))
         za++;
      else
         zb++;
   }
   return false;
}

/* The bytes of a side in the buffer that is its object's root. */
static struct trf_byte_box
side_bytes(const struct trf_side *side)
{
   const struct trf_box *box = &side->region.box;
   struct trf_layout layout = side->layout;

   if (trf_mem_is_image(side->mem))
      trf_image_host_layout(side->mem, &layout);

   return (struct trf_byte_box){
      .offset = trf_mem_root_offset(side->mem) + side->offset +
                trf_layout_offset(&layout, box),
      .width = box->width * layout.element,
      .height = box->height,
      .depth = box->depth,
      .row = layout.row,
      .slice = layout.slice,
   };
}

static bool
sides_overlap(const struct trf_side *a, const struct trf_side *b)
{
   if (a->mem->root != b->mem->root)
      return false;

   if (!trf_mem_is_buffer_backed(a->mem)) {
      return a->region.level == b->region.level &&
             trf_boxes_overlap(&a->region.box, &b->region.box);
   }

   const struct trf_byte_box bytes_a = side_bytes(a);
   const struct trf_byte_box bytes_b = side_bytes(b);
   return trf_byte_boxes_overlap(&bytes_a, &bytes_b);
}

cl_int
trf_validate_no_overlap(const struct trf_side *dst,
                        const struct trf_side *src)
{
   /*
    * 5.2.2 and 5.3.3: source and destination must not overlap within one
    * object or two of one parent.  For copies between a buffer and an image
    * made from it the result would be undefined: refused likewise.
    */
   if (sides_overlap(dst, src)) {
      return trf_error(CL_MEM_COPY_OVERLAP,
                       "source and destination share bytes");
   }
   return CL_SUCCESS;
}
