/* SPDX-License-Identifier: MIT */

/*
 * The device's memory.  Tiled storage keeps 4x4 pixels together, column by
 * column, so that bytes taken for linear ones show.
 */

#include "sim_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/format/u_format.h"
#include "util/u_atomic.h"
#include "util/u_inlines.h"
#include "util/u_math.h"

#define TILE 4

/* Some of llvmpipe's code loads whole vectors. */
#define PADDING 64

/* What memory holds that nobody wrote, as far as it costs little. */
#define POISON       0xa5
#define MOST_POISON  ((size_t)1 << 20)
#define LARGEST_SIZE ((size_t)INT32_MAX)

static void
lay_out_level(struct sim_storage *storage, unsigned level)
{
   const struct pipe_resource *templ = &storage->templ;
   struct sim_level *to = &storage->levels[level];

   to->width = u_minify(templ->width0, level);
   to->height = u_minify(templ->height0, level);
   to->depth = templ->target == PIPE_TEXTURE_3D
                  ? u_minify(templ->depth0, level)
                  : templ->array_size;
   to->offset = storage->size;
   if (storage->tiled) {
      to->row = align_uintptr((size_t)DIV_ROUND_UP(to->width, TILE) * TILE *
                                 TILE * storage->block,
                              SIM_ROW);
      to->slice = to->row * DIV_ROUND_UP(to->height, TILE);
   } else {
      to->row = align_uintptr((size_t)to->width * storage->block, SIM_ROW);
      to->slice = to->row * to->height + SIM_ROW;
   }
   storage->size += to->slice * to->depth;
}

static bool
allocate(struct sim_storage *storage)
{
   storage->owned = true;
   storage->memory =
      aligned_alloc(SIM_ROW, align_uintptr(storage->size + PADDING, SIM_ROW));
   if (storage->memory)
      memset(storage->memory, POISON, MIN2(storage->size, MOST_POISON));
   return storage->memory != NULL;
}

struct sim_storage *
sim_storage_create(struct sim_screen *screen,
                   const struct pipe_resource *templ, bool tiled,
                   void *user_memory)
{
   struct sim_storage *storage = calloc(1, sizeof(*storage));
   if (!storage)
      return NULL;

   storage->refs = 1;
   storage->screen = screen;
   storage->templ = *templ;
   storage->tiled = tiled;
   storage->block = util_format_get_blocksize(templ->format);
   storage->memory = user_memory;
   for (unsigned level = 0; level <= templ->last_level; level++)
      lay_out_level(storage, level);

   if (storage->size > LARGEST_SIZE || (!user_memory && !allocate(storage))) {
      free(storage);
      return NULL;
   }
   sim_count(1);
   return storage;
}

void
sim_storage_ref(struct sim_storage *storage)
{
   p_atomic_inc(&storage->refs);
}

void
sim_storage_unref(struct sim_storage *storage)
{
   if (!storage || !p_atomic_dec_zero(&storage->refs))
      return;

   if (storage->real) {
      simple_mtx_lock(&storage->screen->hardware);
      pipe_resource_reference(&storage->real, NULL);
      simple_mtx_unlock(&storage->screen->hardware);
   }
   if (storage->owned) {
      memset(storage->memory, POISON, MIN2(storage->size, MOST_POISON));
      free(storage->memory);
   }
   free(storage);
   sim_count(-1);
}

struct sim_storage *
sim_storage_of(struct pipe_resource *resource)
{
   struct sim_resource *sim = sim_resource(resource);

   simple_mtx_lock(&sim->lock);
   struct sim_storage *storage = sim->storage;
   sim_storage_ref(storage);
   simple_mtx_unlock(&sim->lock);
   return storage;
}

size_t
sim_pixel_offset(const struct sim_storage *storage, unsigned level,
                 unsigned x, unsigned y, unsigned z)
{
   const struct sim_level *at = &storage->levels[level];
   const size_t slice = at->offset + z * at->slice;

   if (!storage->tiled)
      return slice + y * at->row + (size_t)x * storage->block;

   const size_t tile = (size_t)(x / TILE) * TILE * TILE;
   return slice + y / TILE * at->row +
          (tile + x % TILE * TILE + y % TILE) * storage->block;
}

void
sim_check_box(const struct sim_storage *storage, unsigned level,
              const struct pipe_box *box)
{
   if (level > storage->templ.last_level)
      sim_refuse("a level that is not there");

   const struct sim_level *at = &storage->levels[level];
   if (box->x < 0 || box->y < 0 || box->z < 0 || box->width < 1 ||
       box->height < 1 || box->depth < 1 ||
       (unsigned)(box->x + box->width) > at->width ||
       (unsigned)(box->y + box->height) > at->height ||
       (unsigned)(box->z + box->depth) > at->depth)
      sim_refuse("a box that is not in the resource");
}

/* One row of a box, whose pixels lie apart where storage is tiled. */
static void
copy_row(const struct sim_storage *storage, unsigned level, unsigned x,
         unsigned y, unsigned z, unsigned width, uint8_t *memory, bool write)
{
   const unsigned step = storage->tiled ? 1 : width;
   const size_t bytes = (size_t)step * storage->block;

   for (unsigned i = 0; i < width; i += step) {
      uint8_t *pixel =
         storage->memory + sim_pixel_offset(storage, level, x + i, y, z);
      if (write)
         memcpy(pixel, memory, bytes);
      else
         memcpy(memory, pixel, bytes);
      memory += bytes;
   }
}

static void
copy_box(const struct sim_storage *storage, unsigned level,
         const struct pipe_box *box, uint8_t *memory, size_t row,
         size_t slice, bool write)
{
   for (int z = 0; z < box->depth; z++) {
      for (int y = 0; y < box->height; y++)
         copy_row(storage, level, box->x, box->y + y, box->z + z, box->width,
                  memory + z * slice + y * row, write);
   }
}

void
sim_read(const struct sim_storage *storage, unsigned level,
         const struct pipe_box *box, uint8_t *memory, size_t row,
         size_t slice)
{
   copy_box(storage, level, box, memory, row, slice, false);
}

void
sim_write(struct sim_storage *storage, unsigned level,
          const struct pipe_box *box, const uint8_t *memory, size_t row,
          size_t slice)
{
   copy_box(storage, level, box, (uint8_t *)(uintptr_t)memory, row, slice,
            true);
}
