/* SPDX-License-Identifier: MIT */

#include "gallium/pages.h"

#include <stdint.h>
#include <sys/mman.h>

#include "util/trf_checked.h"

#define HUGE_PAGE ((size_t)2 << 20)

static uintptr_t
round_up(uintptr_t value)
{
   return (value + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
}

void *
trf_pages_alloc(size_t *size)
{
   size_t reserved;
   if (!trf_add(*size, 2 * HUGE_PAGE, &reserved))
      return NULL;

   uint8_t *range = mmap(NULL, reserved, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
   if (range == MAP_FAILED)
      return NULL;

   /* A huge page begins at a multiple of its size: cut off the rest. */
   uint8_t *start = (uint8_t *)round_up((uintptr_t)range);
   const size_t used = round_up(*size);
   if (start > range)
      munmap(range, start - range);
   munmap(start + used, range + reserved - (start + used));

   /* Faults of 4 KiB each cost more than what is done with the memory. */
   madvise(start, used, MADV_HUGEPAGE);
   *size = used;
   return start;
}

void
trf_pages_free(void *pages, size_t size)
{
   if (pages)
      munmap(pages, size);
}
