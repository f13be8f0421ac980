/* SPDX-License-Identifier: MIT */

/* The property lists of clCreate*: name and value pairs up to a name of 0. */

#ifndef TRF_PROPERTIES_H
#define TRF_PROPERTIES_H

#include <stddef.h>

/*
 * A copy with the closing 0, to free(); *size is its bytes.  NULL, of size 0,
 * for NULL; NULL, of a size, without memory.  `word` is the size of a name.
 */
void *trf_properties_copy(const void *list, size_t word, size_t *size);

#endif
