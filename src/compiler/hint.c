/* SPDX-License-Identifier: MIT */

#include "compiler/hint.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static bool
is_word(char c)
{
   return isalnum((unsigned char)c) || c == '_';
}

static const char *
skip_space(const char *at)
{
   while (isspace((unsigned char)*at))
      at++;
   return at;
}

/* What follows a word or a bracket and the space before it; NULL if not. */
static const char *
expect(const char *at, const char *token)
{
   const size_t length = strlen(token);

   at = skip_space(at);
   if (strncmp(at, token, length) != 0)
      return NULL;
   at += length;
   return is_word(token[0]) && is_word(*at) ? NULL : at;
}

/* Whether the declaration that goes on here is of the function. */
static bool
declares(const char *at, const char *name)
{
   while (*at && *at != '{' && *at != ';') {
      const char *after = is_word(*at) ? expect(at, name) : NULL;
      if (after && expect(after, "("))
         return true;
      if (!is_word(*at)) {
         at++;
         continue;
      }
      while (is_word(*at))
         at++;
   }
   return false;
}

bool
trf_hint_in_source(const char *source, const char *kernel, const char *type)
{
   static const char attribute[] = "vec_type_hint";

   for (const char *at = source; at && (at = strstr(at, attribute)); at++) {
      const char *after = expect(at, attribute);
      after = after ? expect(after, "(") : NULL;
      after = after ? expect(after, type) : NULL;
      after = after ? expect(after, ")") : NULL;
      if (after && declares(after, kernel))
         return true;
   }
   return false;
}
