/* SPDX-License-Identifier: MIT */

/*
 * Read, write, copy and fill commands.  Arguments are valid and resolved;
 * each function enqueues one command (see trf_command_enqueue for errors).
 *
 * Regions of buffers count bytes: a plain range is a box of height and
 * depth 1; rect commands pass the rectangle with its pitches.
 */

#ifndef TRF_CORE_TRANSFER_H
#define TRF_CORE_TRANSFER_H

#include "core/memory.h"
#include "core/queue.h"

/* One side of a transfer: part of a memory object, or of host memory. */
struct trf_side {
   struct trf_mem *mem; /* NULL for host memory */
   void *host;          /* the box's origin (0,0,0) for host memory */
   struct trf_image_region region; /* images: pixels; host and buffers: see
                                      layout */
   struct trf_layout layout; /* buffers and host memory: element, pitches;
                                region.box counts elements of that size */
   size_t offset;            /* buffers: bytes from the object's start */
};

struct trf_transfer_args {
   cl_command_type type;
   struct trf_side dst, src;
   bool blocking;
   struct trf_wait_list waits;
   bool want_event;
};

/*
 * Read, write and copy, between any two sides with equal extent and element
 * size.  clEnqueueReadBuffer is {dst: host, src: buffer}, and so on.
 */
cl_int trf_transfer_enqueue(struct trf_queue *queue,
                            const struct trf_transfer_args *args,
                            struct trf_event **event);

struct trf_fill_args {
   cl_command_type type;
   struct trf_side dst;
   uint8_t pattern[128]; /* one element, dst.layout.element bytes */
   struct trf_wait_list waits;
   bool want_event;
};

cl_int trf_fill_enqueue(struct trf_queue *queue,
                        const struct trf_fill_args *args,
                        struct trf_event **event);

struct trf_migrate_args {
   struct trf_mem *const *mems;
   unsigned count;
   cl_mem_migration_flags flags;
   struct trf_wait_list waits;
   bool want_event;
};

cl_int trf_migrate_enqueue(struct trf_queue *queue,
                           const struct trf_migrate_args *args,
                           struct trf_event **event);

#endif
