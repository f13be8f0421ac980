/* SPDX-License-Identifier: MIT */

#include "compiler/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
trf_text_append(struct trf_text *text, const char *string)
{
   const size_t added = strlen(string);
   char *grown = realloc(text->string, text->length + added + 1);
   if (!grown) {
      text->truncated = true;
      return;
   }
   memcpy(grown + text->length, string, added + 1);
   text->string = grown;
   text->length += added;
}

void
trf_text_printf(struct trf_text *text, const char *format, ...)
{
   char *line = NULL;
   va_list args;

   va_start(args, format);
   if (vasprintf(&line, format, args) < 0)
      line = NULL;
   va_end(args);

   if (line)
      trf_text_append(text, line);
   else
      text->truncated = true;
   free(line);
}

void
trf_text_clear(struct trf_text *text)
{
   free(text->string);
   *text = (struct trf_text){0};
}
