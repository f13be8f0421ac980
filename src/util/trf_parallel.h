/* SPDX-License-Identifier: MIT */

/*
 * Copies by more than one thread.  On servers one processor moves a half or
 * less of what the memory can: a few together fill a bus to a GPU.
 */

#ifndef TRF_PARALLEL_H
#define TRF_PARALLEL_H

#include "util/trf_region.h"

/*
 * As trf_copy_box(), for memories that do not overlap: large boxes in
 * parts, by threads that are started on first use.  Returns when all is
 * copied.
 */
void trf_copy_box_parallel(void *dst, const struct trf_layout *dst_layout,
                           const void *src,
                           const struct trf_layout *src_layout, size_t width,
                           size_t height, size_t depth);

#endif
