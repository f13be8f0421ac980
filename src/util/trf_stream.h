/* SPDX-License-Identifier: MIT */

/*
 * Copies too large for the caches, past them.
 *
 * A plain store makes the processor read the line that it is about to
 * overwrite; a streaming store does not, and that is a third of the bus.
 * And four streams, a page or a row apart, keep more of the hardware's
 * prefetchers at work than one.  Measured with 64 MiB on two cores of a
 * server: memcpy 7 GB/s, streaming stores 9.5, four streams of them 10 to
 * 14; two threads of memcpy no more than one.
 */

#ifndef TRF_STREAM_H
#define TRF_STREAM_H

#include <stddef.h>

/*
 * From this size on a copy is streamed.  What is smaller the last cache may
 * have or hold, and then memcpy is as fast and leaves it there.
 */
#define TRF_STREAM_MIN ((size_t)32 << 20)

/*
 * Copies `rows` runs of `bytes` bytes, each `*_pitch` from the one before.
 * Any alignment; the memories must not overlap.
 */
void trf_stream_rows(void *dst, size_t dst_pitch, const void *src,
                     size_t src_pitch, size_t bytes, size_t rows);

#endif
