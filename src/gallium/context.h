/* SPDX-License-Identifier: MIT */

/*
 * One pipe_context.  A queue owns one and uses it under its execution lock;
 * each device has one more, under a lock of its own, for uploads when memory
 * objects are created.  No function here is thread-safe: the caller holds
 * the lock that guards the context.
 */

#ifndef TRF_GALLIUM_CONTEXT_H
#define TRF_GALLIUM_CONTEXT_H

#include "gallium/resource.h"

struct pipe_context;
struct trf_gpu;
struct trf_fence;
struct trf_launcher;
struct trf_timer;

/* NULL when the driver cannot make another context, or without memory. */
struct trf_gpu *trf_gpu_create(struct trf_screen *screen);
void trf_gpu_destroy(struct trf_gpu *gpu);
struct trf_screen *trf_gpu_screen(const struct trf_gpu *gpu);
/* NULL if the driver cannot make it now: trf_gpu_status() says so then. */
struct pipe_context *trf_gpu_pipe(struct trf_gpu *gpu);

/* What launches kernels there, made on first use.  NULL without memory. */
struct trf_launcher *trf_gpu_launcher(struct trf_gpu *gpu);

/* Nothing follows for now: see trf_launcher_rest(). */
void trf_gpu_rest(struct trf_gpu *gpu);

/* Times what is recorded from here on; NULL: nothing does.  The one before. */
struct trf_timer *trf_gpu_set_timer(struct trf_gpu *gpu,
                                    struct trf_timer *timer);

/* A kernel is about to be launched. */
void trf_gpu_note_launch(struct trf_gpu *gpu);

/*
 * Copies on the device; both resources live on this screen.  Boxes are in
 * OpenCL's terms (see trf_region.h); formats have the same element size.
 * `dst_box` gives the position, `src_box` position and extent.
 */
void trf_gpu_copy_image(struct trf_gpu *gpu, struct trf_resource *dst,
                        unsigned dst_level, const struct trf_box *dst_box,
                        struct trf_resource *src, unsigned src_level,
                        const struct trf_box *src_box);
void trf_gpu_copy_buffer(struct trf_gpu *gpu, struct trf_resource *dst,
                         size_t dst_offset, struct trf_resource *src,
                         size_t src_offset, size_t size);

/*
 * Between an image and the tight rows of a buffer, where the screen's
 * copies_buffer_image says so.  The offset is a multiple of the pixel's size.
 */
void trf_gpu_copy_image_to_buffer(struct trf_gpu *gpu,
                                  struct trf_resource *dst, size_t dst_offset,
                                  struct trf_resource *src,
                                  unsigned src_level,
                                  const struct trf_box *src_box);
void trf_gpu_copy_buffer_to_image(struct trf_gpu *gpu,
                                  struct trf_resource *dst,
                                  unsigned dst_level,
                                  const struct trf_box *dst_box,
                                  struct trf_resource *src,
                                  size_t src_offset);

/*
 * A kernel is about to use this: whether a barrier is wanted first.  Notes
 * the use for those that follow; trf_gpu_barrier() forgets all.
 */
bool trf_gpu_must_wait(const struct trf_gpu *gpu,
                       const struct trf_resource *resource, bool writes);
void trf_gpu_note_use(struct trf_gpu *gpu,
                      const struct trf_resource *resource, bool writes);
void trf_gpu_barrier(struct trf_gpu *gpu);

/*
 * Waits until the device is done with what earlier commands, of this or of
 * other flushed contexts, do to this resource, so that a direct pointer may
 * be read (and, with `write`, written).  Returns at once where the screen is
 * synchronous.  False when the device was lost.
 */
bool trf_gpu_sync(struct trf_gpu *gpu, struct trf_resource *resource,
                  bool write);

/*
 * Where a buffer lies for kernels: for as long as it lives, if the host does
 * not discard it.  False while the driver cannot make the context.
 */
bool trf_gpu_address(struct trf_gpu *gpu, struct trf_resource *buffer,
                     uint64_t *address);

/*
 * Sends what was recorded.  `fence` (may be NULL) receives a reference, or
 * NULL where there is nothing to wait for: the screen is synchronous, or the
 * context lost.
 */
void trf_gpu_flush(struct trf_gpu *gpu, struct trf_fence **fence);

/*
 * Waits for a fence of this context, NULL allowed, and releases it.  Returns
 * what trf_gpu_status() says then; like it, under no lock.
 */
int trf_gpu_wait(struct trf_gpu *gpu, struct trf_fence *fence);

/* Sends what was recorded, and waits for it. */
int trf_gpu_finish(struct trf_gpu *gpu);

/* Whether the fence is signalled within timeout_ns (UINT64_MAX: for ever). */
bool trf_fence_wait(struct trf_screen *screen, struct trf_fence *fence,
                    uint64_t timeout_ns);
void trf_fence_release(struct trf_screen *screen, struct trf_fence *fence);

/*
 * CL_SUCCESS, or CL_OUT_OF_RESOURCES once the device was reset or lost.  May
 * be asked while another thread uses the context: drivers allow it.
 */
int trf_gpu_status(struct trf_gpu *gpu);

/* Whether that was seen before.  Asks no driver. */
bool trf_gpu_is_lost(const struct trf_gpu *gpu);

#endif
