/* SPDX-License-Identifier: MIT */

#include "model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct storage *
storage_create(size_t size)
{
   struct storage *storage = calloc(1, sizeof(*storage));

   assert(storage && size);
   storage->bytes = calloc(1, size);
   storage->known = calloc(1, size);
   assert(storage->bytes && storage->known);
   storage->size = size;
   storage->users = 1;
   return storage;
}

void
storage_unref(struct storage *storage)
{
   if (--storage->users)
      return;
   free(storage->bytes);
   free(storage->known);
   free(storage);
}

struct box
layout_all(const struct layout *layout)
{
   return (struct box){0, 0, 0, layout->width, layout->height, layout->depth};
}

struct layout
layout_tight(size_t element, const struct box *box)
{
   size_t row = element * box->width;

   return (struct layout){
      .element = element,
      .row = row,
      .slice = row * box->height,
      .width = box->width,
      .height = box->height,
      .depth = box->depth,
   };
}

size_t
layout_row(const struct layout *layout, const struct box *box, size_t y,
           size_t z)
{
   return layout->offset + (box->z + z) * layout->slice +
          (box->y + y) * layout->row + box->x * layout->element;
}

size_t
layout_end(const struct layout *layout, const struct box *box)
{
   return layout_row(layout, box, box->height - 1, box->depth - 1) +
          box->width * layout->element;
}

/* Whether a row overlaps any row of a box. */
static bool
row_overlaps(size_t start, size_t end, const struct layout *layout,
             const struct box *box)
{
   size_t bytes = box->width * layout->element;

   for (size_t z = 0; z < box->depth; z++) {
      for (size_t y = 0; y < box->height; y++) {
         size_t other = layout_row(layout, box, y, z);
         if (start < other + bytes && other < end)
            return true;
      }
   }
   return false;
}

bool
model_overlap(const struct layout *la, const struct box *ba,
              const struct layout *lb, const struct box *bb)
{
   size_t bytes = ba->width * la->element;

   if (layout_row(la, ba, 0, 0) >= layout_end(lb, bb) ||
       layout_row(lb, bb, 0, 0) >= layout_end(la, ba))
      return false;

   for (size_t z = 0; z < ba->depth; z++) {
      for (size_t y = 0; y < ba->height; y++) {
         size_t start = layout_row(la, ba, y, z);
         if (row_overlaps(start, start + bytes, lb, bb))
            return true;
      }
   }
   return false;
}

/* The part of client's memory that belongs to a box: it starts at zero. */
static struct box
host_box(const struct box *box)
{
   return (struct box){0, 0, 0, box->width, box->height, box->depth};
}

void
model_put(struct storage *storage, const struct layout *layout,
          const struct box *box, const uint8_t *host,
          const struct layout *host_layout)
{
   size_t bytes = box->width * layout->element;
   struct box from = host_box(box);

   assert(layout_end(layout, box) <= storage->size);
   for (size_t z = 0; z < box->depth; z++) {
      for (size_t y = 0; y < box->height; y++) {
         size_t at = layout_row(layout, box, y, z);
         memcpy(storage->bytes + at,
                host + layout_row(host_layout, &from, y, z), bytes);
         memset(storage->known + at, 0xff, bytes);
      }
   }
}

void
model_get(const struct storage *storage, const struct layout *layout,
          const struct box *box, uint8_t *host, uint8_t *known,
          const struct layout *host_layout)
{
   size_t bytes = box->width * layout->element;
   struct box to = host_box(box);

   assert(layout_end(layout, box) <= storage->size);
   for (size_t z = 0; z < box->depth; z++) {
      for (size_t y = 0; y < box->height; y++) {
         size_t at = layout_row(layout, box, y, z);
         size_t there = layout_row(host_layout, &to, y, z);
         memcpy(host + there, storage->bytes + at, bytes);
         if (known)
            memcpy(known + there, storage->known + at, bytes);
      }
   }
}

void
model_copy(struct storage *dst, const struct layout *dst_layout,
           const struct box *dst_box, const struct storage *src,
           const struct layout *src_layout, const struct box *src_box)
{
   size_t bytes = src_box->width * src_layout->element;
   size_t to_bytes = dst_box->width * dst_layout->element;
   size_t rows = src_box->height * src_box->depth;

   /* A buffer's side is one row of bytes, whatever the image's shape. */
   assert(bytes * rows == to_bytes * dst_box->height * dst_box->depth);
   uint8_t *data = malloc(2 * bytes * rows);
   assert(data);
   uint8_t *known = data + bytes * rows;

   struct box host = host_box(src_box);
   struct layout tight = layout_tight(src_layout->element, &host);
   model_get(src, src_layout, src_box, data, known, &tight);

   for (size_t z = 0; z < dst_box->depth; z++) {
      for (size_t y = 0; y < dst_box->height; y++) {
         size_t at = layout_row(dst_layout, dst_box, y, z);
         size_t from = (z * dst_box->height + y) * to_bytes;
         assert(at + to_bytes <= dst->size);
         memcpy(dst->bytes + at, data + from, to_bytes);
         memcpy(dst->known + at, known + from, to_bytes);
      }
   }
   free(data);
}

void
model_fill(struct storage *storage, const struct layout *layout,
           const struct box *box, const uint8_t *pattern)
{
   assert(layout_end(layout, box) <= storage->size);
   for (size_t z = 0; z < box->depth; z++) {
      for (size_t y = 0; y < box->height; y++) {
         size_t at = layout_row(layout, box, y, z);
         for (size_t x = 0; x < box->width; x++) {
            memcpy(storage->bytes + at + x * layout->element, pattern,
                   layout->element);
         }
         memset(storage->known + at, 0xff, box->width * layout->element);
      }
   }
}

void
model_forget(struct storage *storage, const struct layout *layout,
             const struct box *box)
{
   for (size_t z = 0; z < box->depth; z++) {
      for (size_t y = 0; y < box->height; y++) {
         memset(storage->known + layout_row(layout, box, y, z), 0,
                box->width * layout->element);
      }
   }
}

bool
model_compare(const struct storage *storage, const struct layout *layout,
              const struct box *box, const uint8_t *host,
              const struct layout *host_layout, struct difference *difference)
{
   size_t bytes = box->width * layout->element;
   struct box from = host_box(box);

   difference->count = 0;
   for (size_t z = 0; z < box->depth; z++) {
      for (size_t y = 0; y < box->height; y++) {
         size_t at = layout_row(layout, box, y, z);
         const uint8_t *row = host + layout_row(host_layout, &from, y, z);

         for (size_t i = 0; i < bytes; i++) {
            if (!((storage->bytes[at + i] ^ row[i]) & storage->known[at + i]))
               continue;
            if (!difference->count++) {
               difference->x = i / layout->element;
               difference->y = y;
               difference->z = z;
               difference->byte = i % layout->element;
               difference->expected = storage->bytes[at + i];
               difference->actual = row[i];
            }
         }
      }
   }
   return difference->count == 0;
}
