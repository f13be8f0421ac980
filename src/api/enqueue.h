/* SPDX-License-Identifier: MIT */

/*
 * What the commands that read, write, copy and fill share: handles become
 * objects, objects and host memory become sides of a transfer, and the last
 * step is the same for all.
 */

#ifndef TRF_ENQUEUE_H
#define TRF_ENQUEUE_H

#include "api/api.h"
#include "core/transfer.h"

/* The kind of memory object that a parameter takes. */
enum trf_kind {
   TRF_KIND_BUFFER,
   TRF_KIND_IMAGE,
};

/* A parameter of a command: a handle, and the object once it is resolved. */
struct trf_operand {
   cl_mem handle;
   enum trf_kind kind;
   struct trf_mem *mem;
};

/*
 * Resolves a queue and the memory objects that one of its commands names.
 * CL_INVALID_COMMAND_QUEUE, CL_INVALID_MEM_OBJECT or CL_INVALID_CONTEXT.
 */
cl_int trf_resolve_operands(cl_command_queue handle, struct trf_queue **queue,
                            struct trf_operand *operands, unsigned count);

/* `size` bytes of a buffer, or of host memory. */
struct trf_side trf_side_range(struct trf_mem *buffer, size_t offset,
                               size_t size);
struct trf_side trf_side_host_range(const void *host, size_t size);

/* A box in a buffer's bytes, or in host memory: its origin is in the box. */
struct trf_side trf_side_box(struct trf_mem *buffer,
                             const struct trf_box *box,
                             const struct trf_layout *layout);
struct trf_side trf_side_host_box(const void *host, const struct trf_box *box,
                                  const struct trf_layout *layout);

struct trf_side trf_side_image(struct trf_mem *image,
                               const struct trf_image_region *region);

/* How a client waits for a command, and what it gets to wait with. */
struct trf_sync {
   cl_bool blocking;
   cl_uint count;
   const cl_event *events;
   cl_event *event;
};

/*
 * The last step: wait list, core call, event.  Fills in what `sync` decides.
 * The errors of trf_waits_init() and of the core call.
 */
cl_int trf_submit_transfer(struct trf_queue *queue,
                           struct trf_transfer_args *args,
                           const struct trf_sync *sync);
cl_int trf_submit_fill(struct trf_queue *queue, struct trf_fill_args *args,
                       const struct trf_sync *sync);
cl_int trf_submit_migrate(struct trf_queue *queue,
                          struct trf_migrate_args *args,
                          const struct trf_sync *sync);

#endif
