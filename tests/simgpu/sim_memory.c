/* SPDX-License-Identifier: MIT */

#include "sim_private.h"

#include <stdlib.h>
#include <sys/mman.h>

/* In front of what is given out: large enough to keep it aligned. */
union header {
   size_t mapped; /* bytes; 0: it is malloc's */
   char room[64];
};

void *
sim_alloc(size_t size)
{
   const size_t total = sizeof(union header) + size;
   union header *header = calloc(1, total);

   if (!header) {
      header = mmap(NULL, total, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (header == MAP_FAILED)
         sim_refuse("no memory at all");
      header->mapped = total;
   }
   return header + 1;
}

void
sim_free(void *memory)
{
   if (!memory)
      return;

   union header *header = (union header *)memory - 1;
   if (header->mapped)
      munmap(header, header->mapped);
   else
      free(header);
}
