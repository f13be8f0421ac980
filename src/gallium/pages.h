/* SPDX-License-Identifier: MIT */

/*
 * Memory straight from the kernel: zeroed when it is first touched, not at
 * once, and in huge pages where there are any.
 */

#ifndef TRF_GALLIUM_PAGES_H
#define TRF_GALLIUM_PAGES_H

#include <stddef.h>

/* From here on a few pages more do not matter. */
#define TRF_PAGES_MIN ((size_t)1 << 20)

/* `size` is rounded up, and is what trf_pages_free() wants.  NULL if none. */
void *trf_pages_alloc(size_t *size);
void trf_pages_free(void *pages, size_t size);

#endif
