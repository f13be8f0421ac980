/* SPDX-License-Identifier: MIT */

#include "util/trf_handle.h"

#include <assert.h>
#include <stddef.h>
#include <sys/mman.h>

#include "util/macros.h"
#include "util/simple_mtx.h"
#include "util/u_atomic.h"

/* "TRF" and the type: no pointer and no small number looks like it. */
#define TAG(type)   (0x54524600u | (type))
#define TAG_RETIRED 0xdeadce11u

#define RANGE_BYTES  (1ull << 30)
#define COMMIT_BYTES (1u << 16)
#define MAX_CELLS    (RANGE_BYTES / sizeof(struct trf_handle))

static_assert(sizeof(struct trf_handle) == 32, "cells divide the range");

static struct {
   simple_mtx_t lock;
   uint8_t *base;
   const void *dispatch;
   uint32_t used;       /* cells ever given out: grows only */
   uint32_t committed;  /* cells whose memory is readable */
   uint32_t first_free; /* index + 1; 0 ends the list */
} cells = {.lock = SIMPLE_MTX_INITIALIZER};

static bool
reserve_range_locked(void)
{
   if (cells.base)
      return true;

   /* Nothing is charged for PROT_NONE, even where overcommit is off. */
   void *range = mmap(NULL, RANGE_BYTES, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
   if (range == MAP_FAILED)
      return false;

   p_atomic_set(&cells.base, (uint8_t *)range);
   return true;
}

static struct trf_handle *
take_cell_locked(void)
{
   if (cells.first_free) {
      struct trf_handle *cell =
         (struct trf_handle *)cells.base + (cells.first_free - 1);
      cells.first_free = cell->next_free;
      return cell;
   }

   if (!reserve_range_locked() || cells.used == MAX_CELLS)
      return NULL;

   if (cells.used == cells.committed) {
      uint8_t *next =
         cells.base + (size_t)cells.committed * sizeof(struct trf_handle);
      if (mprotect(next, COMMIT_BYTES, PROT_READ | PROT_WRITE))
         return NULL;
      cells.committed += COMMIT_BYTES / sizeof(struct trf_handle);
   }

   struct trf_handle *cell = (struct trf_handle *)cells.base + cells.used;
   p_atomic_set(&cells.used, cells.used + 1);
   return cell;
}

struct trf_handle *
trf_handle_new(enum trf_type type, void *object)
{
   simple_mtx_lock(&cells.lock);
   struct trf_handle *cell = take_cell_locked();
   simple_mtx_unlock(&cells.lock);
   if (!cell)
      return NULL;

   cell->dispatch = cells.dispatch;
   cell->object = object;
   p_atomic_set(&cell->tag, TAG(type));
   return cell;
}

void
trf_handle_retire(struct trf_handle *handle)
{
   p_atomic_set(&handle->tag, TAG_RETIRED);
}

void
trf_handle_free(struct trf_handle *handle)
{
   handle->tag = TAG_RETIRED;
   handle->object = NULL;

   simple_mtx_lock(&cells.lock);
   handle->next_free = cells.first_free;
   cells.first_free = (handle - (struct trf_handle *)cells.base) + 1;
   simple_mtx_unlock(&cells.lock);
}

void *
trf_handle_get(const void *handle, enum trf_type type)
{
   const uintptr_t base = (uintptr_t)p_atomic_read(&cells.base);
   const uintptr_t offset = (uintptr_t)handle - base;

   if (!base || (uintptr_t)handle < base ||
       offset % sizeof(struct trf_handle) != 0 ||
       offset / sizeof(struct trf_handle) >= p_atomic_read(&cells.used))
      return NULL;

   const struct trf_handle *cell = handle;
   return p_atomic_read(&cell->tag) == TAG(type) ? cell->object : NULL;
}

void
trf_handle_set_dispatch(const void *dispatch)
{
   cells.dispatch = dispatch;
}
