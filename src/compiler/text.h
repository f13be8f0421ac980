/* SPDX-License-Identifier: MIT */

/* A string that grows: build logs, option lists. */

#ifndef TRF_COMPILER_TEXT_H
#define TRF_COMPILER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct trf_text {
   char *string; /* NUL-terminated; NULL while empty */
   size_t length;
   bool truncated; /* memory ran out: the rest was dropped */
};

void trf_text_append(struct trf_text *text, const char *string);
void trf_text_printf(struct trf_text *text, const char *format, ...)
   __attribute__((format(printf, 2, 3)));
void trf_text_clear(struct trf_text *text);

/* Never NULL. */
static inline const char *
trf_text_get(const struct trf_text *text)
{
   return text->string ? text->string : "";
}

#endif
