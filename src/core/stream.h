/* SPDX-License-Identifier: MIT */

/*
 * Much memory between the host and a device that has no pointer to give: in
 * slabs, so that the host copies one while the device copies others.
 */

#ifndef TRF_CORE_STREAM_H
#define TRF_CORE_STREAM_H

#include "core/access.h"

struct trf_fence;

/* Slabs under way at a time. */
#define TRF_STREAM_DEPTH 4

/* Zeroed before use. */
struct trf_stream {
   struct {
      struct trf_access access;
      struct trf_box slab;
      struct trf_fence *fence;
      bool busy;
   } slots[TRF_STREAM_DEPTH];
   struct trf_device *device;
};

/* Whether it is worth it: the view is of staging, and long. */
bool trf_stream_suits(const struct trf_view *view, struct trf_device *device);

/*
 * Between the view and the host's memory at `host`, where the view's first
 * element has its counterpart.  A read is complete on return.  A write has
 * left the host's memory on return, and is the device's in the order of the
 * context.
 */
cl_int trf_stream_read(struct trf_stream *stream, const struct trf_view *view,
                       struct trf_device *device, void *host,
                       const struct trf_layout *layout, struct trf_gpu *gpu);
cl_int trf_stream_write(struct trf_stream *stream,
                        const struct trf_view *view,
                        struct trf_device *device, const void *host,
                        const struct trf_layout *layout, struct trf_gpu *gpu);

/* Gives staging back: the command has ended. */
void trf_stream_release(struct trf_stream *stream);

#endif
