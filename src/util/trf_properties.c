/* SPDX-License-Identifier: MIT */

#include "util/trf_properties.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void *
trf_properties_copy(const void *list, size_t word, size_t *size)
{
   static const char zero[8];
   const char *end = list;

   assert(word <= sizeof(zero));
   *size = 0;
   if (!list)
      return NULL;

   while (memcmp(end, zero, word))
      end += 2 * word;
   *size = (size_t)(end - (const char *)list) + word;

   void *copy = malloc(*size);
   if (copy)
      memcpy(copy, list, *size);
   return copy;
}
