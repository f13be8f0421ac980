/* SPDX-License-Identifier: MIT */

/*
 * Kernels of ours, which copy elements between buffers and images, or fill
 * either with a pattern: one work-item an element.
 */

#ifndef TRF_COMPILER_COPY_KERNEL_H
#define TRF_COMPILER_COPY_KERNEL_H

#include "compiler/kernel_ir.h"
#include "gallium/screen.h"

/* All that tells one such kernel from another. */
struct trf_copy_key {
   enum trf_target dst, src; /* images are bound in raw formats */
   bool fills;               /* there is no src, but a pattern */
   uint8_t element;          /* bytes: 1, 2, 4, 8 or 16 */
   uint8_t alignment;        /* of elements in buffers: 1 to `element` */
};

/* The arguments, as they are numbered in the IR. */
enum trf_copy_arg {
   TRF_COPY_DST_ADDRESS, /* 64 bits: of a buffer's first element */
   TRF_COPY_SRC_ADDRESS,
   TRF_COPY_DST_PITCHES, /* 2 × 32 bits: of a buffer's rows and slices */
   TRF_COPY_SRC_PITCHES,
   TRF_COPY_DST_ORIGIN, /* 3 × 32 bits, in pixels; then nothing */
   TRF_COPY_SRC_ORIGIN, /* likewise; then the level */
   TRF_COPY_EXTENT,     /* 3 × 32 bits: work-items beyond it do nothing */
   TRF_COPY_PATTERN,    /* TRF_COPY_PATTERN_BYTES */
   TRF_COPY_ARGS,
};

/* A shorter pattern is repeated. */
#define TRF_COPY_PATTERN_BYTES 128

/* NULL without memory. */
struct trf_kernel_ir *trf_copy_kernel_create(struct trf_compiler *compiler,
                                             const struct trf_copy_key *key);

#endif
