/* SPDX-License-Identifier: MIT */

#include "gallium/context.h"

#include <assert.h>
#include <stdlib.h>

#include <CL/cl.h>

#include "gallium/box.h"
#include "gallium/hazard.h"
#include "gallium/launch.h"
#include "gallium/resource_private.h"
#include "gallium/screen_private.h"
#include "gallium/timer.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "util/trf_log.h"
#include "util/u_inlines.h"
#include "util/u_atomic.h"

struct trf_gpu {
   struct trf_screen *screen;
   struct pipe_context *pipe; /* see context_of() */
   uint32_t lost;             /* atomic: once seen, for good */
   struct trf_hazards hazards;
   struct trf_launcher *launcher; /* made for the first kernel */
   struct pipe_resource *scratch; /* see settle_copies() */
   struct trf_timer *timer;       /* NULL: nothing is timed */
};

static void
lose(struct trf_gpu *gpu, const char *reason)
{
   if (!p_atomic_xchg(&gpu->lost, 1))
      trf_log_error("%s: %s, its context is lost",
                    trf_screen_name(gpu->screen), reason);
}

bool
trf_gpu_is_lost(const struct trf_gpu *gpu)
{
   return p_atomic_read(&gpu->lost);
}

/* Without the second flag radeonsi ends the process when a GPU is reset. */
#define CONTEXT_FLAGS                                                         \
   (PIPE_CONTEXT_COMPUTE_ONLY | PIPE_CONTEXT_LOSE_CONTEXT_ON_RESET)

struct trf_gpu *
trf_gpu_create(struct trf_screen *screen)
{
   struct trf_gpu *gpu = calloc(1, sizeof(*gpu));
   if (!gpu)
      return NULL;

   gpu->screen = screen;
   if (screen->caps.synchronous)
      return gpu;

   gpu->pipe = trf_screen_create_context(screen, CONTEXT_FLAGS);
   if (!gpu->pipe)
      goto fail_pipe;
   return gpu;

fail_pipe:
   free(gpu);
   return NULL;
}

void
trf_gpu_destroy(struct trf_gpu *gpu)
{
   trf_launcher_destroy(gpu->launcher);
   pipe_resource_reference(&gpu->scratch, NULL);
   if (gpu->pipe)
      gpu->pipe->destroy(gpu->pipe);
   free(gpu);
}

/*
 * A context of llvmpipe's takes tens of milliseconds to make, and maps and
 * transfers there need none: it is made when something does.  NULL if it
 * cannot be; the context is lost then.
 */
static struct pipe_context *
context_of(struct trf_gpu *gpu)
{
   if (!gpu->pipe && !trf_gpu_is_lost(gpu)) {
      gpu->pipe = trf_screen_create_context(gpu->screen, CONTEXT_FLAGS);
      if (!gpu->pipe)
         lose(gpu, "no context can be made");
   }
   return gpu->pipe;
}

struct trf_screen *
trf_gpu_screen(const struct trf_gpu *gpu)
{
   return gpu->screen;
}

struct pipe_context *
trf_gpu_pipe(struct trf_gpu *gpu)
{
   return context_of(gpu);
}

struct trf_timer *
trf_gpu_set_timer(struct trf_gpu *gpu, struct trf_timer *timer)
{
   struct trf_timer *before = gpu->timer;

   gpu->timer = timer;
   return before;
}

void
trf_gpu_note_launch(struct trf_gpu *gpu)
{
   if (gpu->timer)
      trf_timer_work(gpu->timer, TRF_WORK_LAUNCH);
}

struct trf_launcher *
trf_gpu_launcher(struct trf_gpu *gpu)
{
   if (!gpu->launcher)
      gpu->launcher = trf_launcher_create(gpu);
   return gpu->launcher;
}

void
trf_gpu_rest(struct trf_gpu *gpu)
{
   if (gpu->launcher)
      trf_launcher_rest(gpu->launcher);
}

bool
trf_gpu_must_wait(const struct trf_gpu *gpu,
                  const struct trf_resource *resource, bool writes)
{
   return trf_hazards_meet(&gpu->hazards, trf_resource_pipe(resource),
                           writes);
}

void
trf_gpu_note_use(struct trf_gpu *gpu, const struct trf_resource *resource,
                 bool writes)
{
   trf_hazards_note(&gpu->hazards, trf_resource_pipe(resource), writes);
}

void
trf_gpu_barrier(struct trf_gpu *gpu)
{
   gpu->pipe->memory_barrier(gpu->pipe, PIPE_BARRIER_ALL);
   trf_hazards_clear(&gpu->hazards);
}

bool
trf_gpu_address(struct trf_gpu *gpu, struct trf_resource *buffer,
                uint64_t *address)
{
   struct trf_direct direct;

   /* There the host's addresses are the kernels'. */
   if (gpu->screen->caps.synchronous) {
      const bool found = trf_resource_direct(buffer, 0, &direct);
      *address = found ? (uintptr_t)direct.pointer : 0;
      return found;
   }

   struct pipe_context *pipe = context_of(gpu);
   struct pipe_resource *resource = trf_resource_pipe(buffer);
   uint32_t *handle = (uint32_t *)address;
   if (!pipe)
      return false;
   /* As a launch would bind it: that is how a driver tells. */
   *address = 0;
   pipe->set_global_binding(pipe, 0, 1, &resource, &handle);
   pipe->set_global_binding(pipe, 0, 1, NULL, NULL);
   return true;
}

/* For a map, which comes after all kernels.  NULL if there is none. */
static struct pipe_context *
settled_context(struct trf_gpu *gpu)
{
   struct pipe_context *pipe = context_of(gpu);

   if (pipe && !trf_hazards_are_none(&gpu->hazards))
      trf_gpu_barrier(gpu);
   return pipe;
}

/* For a transfer, likewise. */
static struct pipe_context *
transfer_context(struct trf_gpu *gpu)
{
   struct pipe_context *pipe = settled_context(gpu);

   if (pipe && gpu->timer)
      trf_timer_work(gpu->timer, TRF_WORK_COPY);
   return pipe;
}

/* Gallium's own, in turn. */
static void
copy_region(struct trf_gpu *gpu, struct pipe_resource *dst,
            unsigned dst_level, const struct pipe_box *to,
            struct pipe_resource *src, unsigned src_level,
            const struct pipe_box *from)
{
   trf_screen_take_turn(gpu->screen);
   gpu->pipe->resource_copy_region(gpu->pipe, dst, dst_level, to->x, to->y,
                                   to->z, src, src_level, from);
   trf_screen_end_turn(gpu->screen);
}

static void
copy_box(struct trf_gpu *gpu, struct trf_resource *dst, unsigned dst_level,
         const struct trf_box *dst_box, struct trf_resource *src,
         unsigned src_level, const struct trf_box *src_box)
{
   struct pipe_box from, to;

   trf_pipe_box(trf_resource_desc(src)->target, src_box, &from);
   trf_pipe_box(trf_resource_desc(dst)->target, dst_box, &to);
   struct pipe_context *pipe = transfer_context(gpu);
   p_atomic_set(&dst->copied_into, 1);
   if (pipe)
      copy_region(gpu, trf_resource_pipe(dst), dst_level, &to,
                  trf_resource_pipe(src), src_level, &from);
}

/*
 * Between a 1D array and another target: what is y there is z here, which
 * one Gallium copy cannot say.
 */
static void
copy_rows(struct trf_gpu *gpu, struct trf_resource *dst, unsigned dst_level,
          const struct trf_box *dst_box, struct trf_resource *src,
          unsigned src_level, const struct trf_box *src_box)
{
   struct trf_box to = *dst_box;
   struct trf_box from = *src_box;

   assert(from.depth == 1);
   from.height = 1;
   for (size_t y = 0; y < src_box->height; y++) {
      to.y = dst_box->y + y;
      from.y = src_box->y + y;
      copy_box(gpu, dst, dst_level, &to, src, src_level, &from);
   }
}

/*
 * Between layers and the depth of a 3D image: zink says one where Vulkan
 * wants to know how many.
 */
static void
copy_slices(struct trf_gpu *gpu, struct trf_resource *dst, unsigned dst_level,
            const struct trf_box *dst_box, struct trf_resource *src,
            unsigned src_level, const struct trf_box *src_box)
{
   struct trf_box to = *dst_box;
   struct trf_box from = *src_box;

   from.depth = 1;
   for (size_t z = 0; z < src_box->depth; z++) {
      to.z = dst_box->z + z;
      from.z = src_box->z + z;
      copy_box(gpu, dst, dst_level, &to, src, src_level, &from);
   }
}

void
trf_gpu_copy_image(struct trf_gpu *gpu, struct trf_resource *dst,
                   unsigned dst_level, const struct trf_box *dst_box,
                   struct trf_resource *src, unsigned src_level,
                   const struct trf_box *src_box)
{
   const enum trf_target dst_target = trf_resource_desc(dst)->target;
   const enum trf_target src_target = trf_resource_desc(src)->target;
   const bool dst_array = dst_target == TRF_TARGET_1D_ARRAY;
   const bool src_array = src_target == TRF_TARGET_1D_ARRAY;

   if ((dst_target == TRF_TARGET_3D) != (src_target == TRF_TARGET_3D) &&
       src_box->depth > 1)
      copy_slices(gpu, dst, dst_level, dst_box, src, src_level, src_box);
   else if (dst_array == src_array)
      copy_box(gpu, dst, dst_level, dst_box, src, src_level, src_box);
   else
      copy_rows(gpu, dst, dst_level, dst_box, src, src_level, src_box);
}

/*
 * zink keeps two records of what a buffer was last used for, one for copies
 * that it makes before all else of their batch.  Where both are in use it
 * forgets barriers: a copy from a buffer may overtake the kernel or the copy
 * of an earlier batch that wrote it, and one from an image counts as a write
 * of one row only.  As something that a kernel may write, the whole of the
 * buffer is in order.  (Staging was mapped as a whole, and the host alone
 * reads it: nothing else is under way there.)
 */
static void
claim_whole(struct trf_gpu *gpu, struct trf_resource *buffer)
{
   struct pipe_resource *pipe_buffer = trf_resource_pipe(buffer);
   uint64_t address = 0;
   uint32_t *handle = (uint32_t *)&address;

   if (!gpu->screen->caps.copies_overtake ||
       trf_resource_desc(buffer)->staging)
      return;
   gpu->pipe->set_global_binding(gpu->pipe, 0, 1, &pipe_buffer, &handle);
   gpu->pipe->set_global_binding(gpu->pipe, 0, 1, NULL, NULL);
}

void
trf_gpu_copy_buffer(struct trf_gpu *gpu, struct trf_resource *dst,
                    size_t dst_offset, struct trf_resource *src,
                    size_t src_offset, size_t size)
{
   struct pipe_box to, from;

   assert(dst_offset + size <= trf_resource_desc(dst)->width);
   assert(src_offset + size <= trf_resource_desc(src)->width);

   u_box_1d(dst_offset, size, &to);
   u_box_1d(src_offset, size, &from);
   if (!transfer_context(gpu))
      return;
   claim_whole(gpu, src);
   claim_whole(gpu, dst);
   copy_region(gpu, trf_resource_pipe(dst), 0, &to, trf_resource_pipe(src), 0,
               &from);
}

void
trf_gpu_copy_image_to_buffer(struct trf_gpu *gpu, struct trf_resource *dst,
                             size_t dst_offset, struct trf_resource *src,
                             unsigned src_level,
                             const struct trf_box *src_box)
{
   struct pipe_context *pipe = transfer_context(gpu);
   struct pipe_box to, from;

   assert(gpu->screen->caps.copies_buffer_image);
   if (!pipe)
      return;
   trf_pipe_box(trf_resource_desc(src)->target, src_box, &from);
   claim_whole(gpu, dst);
   u_box_1d(dst_offset, 0, &to);
   copy_region(gpu, trf_resource_pipe(dst), 0, &to, trf_resource_pipe(src),
               src_level, &from);
}

/*
 * zink does not note what a copy from an image wrote, and lets one from a
 * buffer to the same place run beside it.  Not if a pixel is read between.
 */
static void
settle_copies(struct trf_gpu *gpu, struct pipe_context *pipe,
              struct trf_resource *image)
{
   struct pipe_box pixel;

   if (!p_atomic_xchg(&image->copied_into, 0))
      return;
   if (!gpu->scratch)
      gpu->scratch = pipe_buffer_create(pipe->screen, PIPE_BIND_GLOBAL,
                                        PIPE_USAGE_DEFAULT, 64);
   if (!gpu->scratch)
      return;
   u_box_3d(0, 0, 0, 1, 1, 1, &pixel);
   copy_region(gpu, gpu->scratch, 0, &pixel, trf_resource_pipe(image), 0,
               &pixel);
}

void
trf_gpu_copy_buffer_to_image(struct trf_gpu *gpu, struct trf_resource *dst,
                             unsigned dst_level,
                             const struct trf_box *dst_box,
                             struct trf_resource *src, size_t src_offset)
{
   struct pipe_context *pipe = transfer_context(gpu);
   struct pipe_box to, from;

   assert(gpu->screen->caps.copies_buffer_image);
   if (!pipe)
      return;
   trf_pipe_box(trf_resource_desc(dst)->target, dst_box, &to);
   settle_copies(gpu, pipe, dst);
   claim_whole(gpu, src);
   u_box_3d(src_offset, 0, 0, to.width, to.height, to.depth, &from);
   copy_region(gpu, trf_resource_pipe(dst), dst_level, &to,
               trf_resource_pipe(src), 0, &from);
}

/*
 * A map that is not UNSYNCHRONIZED waits for the resource alone, whoever
 * uses it.  One for writing must be of the memory itself: of a copy the
 * unmap would write an old byte back over what the host writes next.
 */
static bool
wait_by_map(struct trf_gpu *gpu, struct trf_resource *resource, bool write)
{
   struct pipe_context *pipe = gpu->pipe;
   const bool buffer =
      trf_resource_desc(resource)->target == TRF_TARGET_BUFFER;
   const unsigned to_stay =
      PIPE_MAP_WRITE | PIPE_MAP_PERSISTENT | PIPE_MAP_COHERENT;
   const unsigned flags = PIPE_MAP_READ | (write ? to_stay : 0);
   struct pipe_transfer *transfer = NULL;
   struct pipe_box box;

   u_box_3d(0, 0, 0, 1, 1, 1, &box);
   if (buffer) {
      if (!pipe->buffer_map(pipe, trf_resource_pipe(resource), 0, flags, &box,
                            &transfer))
         return false;
      pipe->buffer_unmap(pipe, transfer);
   } else {
      if (!pipe->texture_map(pipe, trf_resource_pipe(resource), 0, flags,
                             &box, &transfer))
         return false;
      pipe->texture_unmap(pipe, transfer);
   }
   return true;
}

bool
trf_gpu_sync(struct trf_gpu *gpu, struct trf_resource *resource, bool write)
{
   if (gpu->screen->caps.synchronous)
      return true;

   /* The driver may map through a copy, which waits for nothing else. */
   settled_context(gpu);
   if (trf_gpu_finish(gpu) != CL_SUCCESS)
      return false;
   /*
    * zink's map waits until others have sent what they have recorded, who
    * wait for their turn meanwhile.  What is in order has been waited for.
    */
   if (gpu->screen->caps.contexts_take_turns)
      return true;
   return wait_by_map(gpu, resource, write) &&
          trf_gpu_status(gpu) == CL_SUCCESS;
}

/* A trf_fence is a pipe_fence_handle under another name. */
static struct pipe_fence_handle *
pipe_fence(struct trf_fence *fence)
{
   return (struct pipe_fence_handle *)fence;
}

static void
flush(struct trf_gpu *gpu, struct pipe_fence_handle **handle)
{
   trf_screen_take_turn(gpu->screen);
   gpu->pipe->flush(gpu->pipe, handle, 0);
   trf_screen_end_turn(gpu->screen);
}

static struct pipe_fence_handle *
flush_for_fence(struct trf_gpu *gpu)
{
   struct pipe_fence_handle *handle = NULL;

   flush(gpu, &handle);
   /* No memory for a fence: the next one speaks for both. */
   if (!handle)
      flush(gpu, &handle);
   if (!handle)
      lose(gpu, "the driver gives no fence");
   return handle;
}

void
trf_gpu_flush(struct trf_gpu *gpu, struct trf_fence **fence)
{
   struct pipe_fence_handle *handle = NULL;

   if (gpu->timer)
      trf_timer_interrupt(gpu->timer);
   /* What is done on return needs no flush, and llvmpipe's costs a lock. */
   if (!gpu->screen->caps.synchronous) {
      if (fence)
         handle = flush_for_fence(gpu);
      else
         flush(gpu, NULL);
   }
   if (fence)
      *fence = (struct trf_fence *)handle;
}

int
trf_gpu_wait(struct trf_gpu *gpu, struct trf_fence *fence)
{
   if (!trf_fence_wait(gpu->screen, fence, UINT64_MAX))
      lose(gpu, "waiting for the device fails");
   trf_fence_release(gpu->screen, fence);
   return trf_gpu_status(gpu);
}

int
trf_gpu_finish(struct trf_gpu *gpu)
{
   struct trf_fence *fence;

   trf_gpu_flush(gpu, &fence);
   return trf_gpu_wait(gpu, fence);
}

/*
 * What a GPU does in less time than it takes to put a thread to sleep and to
 * wake it up again.  Not where the device's threads want the processor.
 */
#define SPIN_NS 100000

static bool
spin(struct trf_screen *screen, struct pipe_fence_handle *fence)
{
   struct pipe_screen *pipe = screen->pipe;
   const uint64_t end = trf_host_time() + SPIN_NS;

   if (screen->caps.is_cpu)
      return false;
   do {
      if (pipe->fence_finish(pipe, NULL, fence, 0))
         return true;
   } while (trf_host_time() < end);
   return false;
}

bool
trf_fence_wait(struct trf_screen *screen, struct trf_fence *fence,
               uint64_t timeout_ns)
{
   struct pipe_screen *pipe = screen->pipe;

   if (!fence ||
       (timeout_ns == UINT64_MAX && spin(screen, pipe_fence(fence))))
      return true;
   return pipe->fence_finish(pipe, NULL, pipe_fence(fence), timeout_ns);
}

void
trf_fence_release(struct trf_screen *screen, struct trf_fence *fence)
{
   struct pipe_fence_handle *handle = pipe_fence(fence);

   if (handle)
      screen->pipe->fence_reference(screen->pipe, &handle, NULL);
}

int
trf_gpu_status(struct trf_gpu *gpu)
{
   struct pipe_context *pipe = gpu->pipe;

   if (!trf_gpu_is_lost(gpu) && pipe && pipe->get_device_reset_status &&
       pipe->get_device_reset_status(pipe) != PIPE_NO_RESET)
      lose(gpu, "the device was reset");
   return trf_gpu_is_lost(gpu) ? CL_OUT_OF_RESOURCES : CL_SUCCESS;
}
