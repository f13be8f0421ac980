/* SPDX-License-Identifier: MIT */

#include "util/trf_stream.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "util/macros.h"
#include "util/u_cpu_detect.h"

#ifdef __SSE2__

#include <emmintrin.h>

#define LINE     64
#define PAGE     4096
#define STREAMS  4
#define SHORTEST 512 /* row that is worth streaming */

/* One line, to where a line begins. */
static inline void
stream_line(uint8_t *dst, const uint8_t *src)
{
   const __m128i *from = (const __m128i *)src;
   __m128i *to = (__m128i *)dst;
   const __m128i a = _mm_loadu_si128(from), b = _mm_loadu_si128(from + 1),
                 c = _mm_loadu_si128(from + 2), d = _mm_loadu_si128(from + 3);

   _mm_stream_si128(to, a);
   _mm_stream_si128(to + 1, b);
   _mm_stream_si128(to + 2, c);
   _mm_stream_si128(to + 3, d);
}

/* Four rows abreast; the ends of rows that are no whole lines follow. */
static void
stream_four(uint8_t *dst, size_t dst_pitch, const uint8_t *src,
            size_t src_pitch, size_t bytes)
{
   const size_t lines = bytes - bytes % LINE;

   for (size_t x = 0; x < lines; x += LINE) {
      stream_line(dst + x, src + x);
      stream_line(dst + dst_pitch + x, src + src_pitch + x);
      stream_line(dst + 2 * dst_pitch + x, src + 2 * src_pitch + x);
      stream_line(dst + 3 * dst_pitch + x, src + 3 * src_pitch + x);
   }
   if (lines == bytes)
      return;
   for (size_t row = 0; row < STREAMS; row++)
      memcpy(dst + row * dst_pitch + lines, src + row * src_pitch + lines,
             bytes - lines);
}

/*
 * AMD's processors since Zen are quickest with one stream (on an EPYC 25 GB/s,
 * where four make 15), Intel's with several (10, where one makes 7).
 */
static bool
wants_one_stream(void)
{
   return util_get_cpu_caps()->family >= CPU_AMD_ZEN1_ZEN2;
}

/* Whole lines, one after the other. */
static void
stream_one(uint8_t *dst, const uint8_t *src, size_t bytes)
{
   for (size_t x = 0; x < bytes; x += LINE)
      stream_line(dst + x, src + x);
}

/*
 * One run, cut into rows of up to a page.  Its ends share lines with what
 * lies outside, and a line that is half streamed is dearer than any copy.
 */
static void
stream_run(uint8_t *dst, const uint8_t *src, size_t bytes)
{
   const size_t head = MIN2(-(uintptr_t)dst % LINE, bytes);
   memcpy(dst, src, head);
   dst += head;
   src += head;
   bytes -= head;

   if (wants_one_stream()) {
      const size_t lines = bytes - bytes % LINE;
      stream_one(dst, src, lines);
      dst += lines;
      src += lines;
      bytes -= lines;
   }
   while (bytes >= STREAMS * SHORTEST) {
      size_t row = MIN2(bytes / STREAMS, PAGE);
      row -= row % LINE;
      stream_four(dst, row, src, row, row);
      dst += STREAMS * row;
      src += STREAMS * row;
      bytes -= STREAMS * row;
   }
   memcpy(dst, src, bytes);
}

static void
stream_rows(uint8_t *dst, size_t dst_pitch, const uint8_t *src,
            size_t src_pitch, size_t bytes, size_t rows)
{
   /* Long rows are runs of their own; others go abreast, if no two of them
    * share a line.
    */
   const bool aligned = ((uintptr_t)dst | dst_pitch) % LINE == 0;
   const bool abreast =
      aligned && bytes < STREAMS * PAGE && !wants_one_stream();

   for (; abreast && rows >= STREAMS; rows -= STREAMS) {
      stream_four(dst, dst_pitch, src, src_pitch, bytes);
      dst += STREAMS * dst_pitch;
      src += STREAMS * src_pitch;
   }
   for (; rows > 0; rows--) {
      if (bytes < STREAMS * SHORTEST)
         memcpy(dst, src, bytes);
      else
         stream_run(dst, src, bytes);
      dst += dst_pitch;
      src += src_pitch;
   }
   /* Streaming stores are ordered by nothing else. */
   _mm_sfence();
}

#else

static void
stream_rows(uint8_t *dst, size_t dst_pitch, const uint8_t *src,
            size_t src_pitch, size_t bytes, size_t rows)
{
   for (; rows > 0; rows--) {
      memcpy(dst, src, bytes);
      dst += dst_pitch;
      src += src_pitch;
   }
}

#endif

void
trf_stream_rows(void *dst, size_t dst_pitch, const void *src,
                size_t src_pitch, size_t bytes, size_t rows)
{
   stream_rows(dst, dst_pitch, src, src_pitch, bytes, rows);
}
