/* SPDX-License-Identifier: MIT */

#include "core/extensions.h"

#include <stdlib.h>
#include <string.h>

char *
trf_extensions_join(const cl_name_version *list, unsigned count)
{
   size_t size = 1;
   for (unsigned i = 0; i < count; i++)
      size += strlen(list[i].name) + 1;

   char *string = malloc(size);
   if (!string)
      return NULL;

   char *end = string;
   for (unsigned i = 0; i < count; i++) {
      const size_t length = strlen(list[i].name);
      if (i)
         *end++ = ' ';
      memcpy(end, list[i].name, length);
      end += length;
   }
   *end = '\0';
   return string;
}

bool
trf_extensions_have(const cl_name_version *list, unsigned count,
                    const char *name)
{
   for (unsigned i = 0; i < count; i++) {
      if (!strcmp(list[i].name, name))
         return true;
   }
   return false;
}
