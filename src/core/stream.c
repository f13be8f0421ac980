/* SPDX-License-Identifier: MIT */

#include "core/stream.h"

#include "core/device.h"
#include "gallium/context.h"
#include "util/macros.h"
#include "util/trf_parallel.h"
#include "util/trf_slabs.h"

/* The device copies this much while the host copies as much. */
#define SLAB_BYTES ((size_t)4 << 20)

static size_t
box_bytes(const struct trf_view *view)
{
   const struct trf_box *box = &view->region.box;
   return box->width * box->height * box->depth * view->layout.element;
}

bool
trf_stream_suits(const struct trf_view *view, struct trf_device *device)
{
   struct trf_direct direct;

   if (device->caps->synchronous || box_bytes(view) < 2 * SLAB_BYTES)
      return false;
   struct trf_resource *resource = trf_mem_storage(view->mem->root, device);
   return resource &&
          !trf_resource_direct(resource, view->region.level, &direct);
}

/* A part of the view; `slab` counts from the view's own start. */
static void
sub_view(const struct trf_view *view, const struct trf_box *slab,
         struct trf_view *part)
{
   struct trf_box *box = &part->region.box;

   *part = *view;
   box->x += slab->x;
   box->y += slab->y;
   box->z += slab->z;
   box->width = slab->width;
   box->height = slab->height;
   box->depth = slab->depth;
}

/* Waits until the device has done what a slot asked of it. */
static cl_int
settle(struct trf_stream *stream, unsigned slot, struct trf_gpu *gpu)
{
   struct trf_fence *fence = stream->slots[slot].fence;

   stream->slots[slot].fence = NULL;
   return trf_gpu_wait(gpu, fence);
}

static void
vacate(struct trf_stream *stream, unsigned slot)
{
   trf_access_release(&stream->slots[slot].access);
   stream->slots[slot].busy = false;
}

static cl_int
occupy(struct trf_stream *stream, unsigned slot, const struct trf_view *view,
       const struct trf_box *slab, cl_map_flags flags)
{
   struct trf_view part;

   sub_view(view, slab, &part);
   const cl_int error = trf_access_prepare(&stream->slots[slot].access, &part,
                                           stream->device, flags, false);
   stream->slots[slot].slab = *slab;
   stream->slots[slot].busy = !error;
   return error;
}

static void
copy_slab(struct trf_stream *stream, unsigned slot, uint8_t *host,
          const struct trf_layout *layout, bool to_host)
{
   const struct trf_access *access = &stream->slots[slot].access;
   const struct trf_box *slab = &stream->slots[slot].slab;
   uint8_t *at = host + trf_layout_offset(layout, slab);

   if (to_host)
      trf_copy_box_parallel(at, layout, access->pointer, &access->layout,
                            slab->width, slab->height, slab->depth);
   else
      trf_copy_box_parallel(access->pointer, &access->layout, at, layout,
                            slab->width, slab->height, slab->depth);
}

/* Asks the device for a slab. */
static cl_int
ask(struct trf_stream *stream, unsigned slot, const struct trf_view *view,
    const struct trf_box *slab, struct trf_gpu *gpu)
{
   cl_int error = occupy(stream, slot, view, slab, CL_MAP_READ);
   if (!error)
      error = trf_access_begin_fetch(&stream->slots[slot].access, gpu);
   if (!error)
      trf_gpu_flush(gpu, &stream->slots[slot].fence);
   return error;
}

/* Waits for a slab and takes it to the host. */
static cl_int
take(struct trf_stream *stream, unsigned slot, void *host,
     const struct trf_layout *layout, struct trf_gpu *gpu)
{
   const cl_int error = settle(stream, slot, gpu);

   if (error)
      trf_access_spoil(&stream->slots[slot].access);
   else
      copy_slab(stream, slot, host, layout, true);
   vacate(stream, slot);
   return error;
}

static void
begin(struct trf_stream *stream, const struct trf_view *view,
      struct trf_device *device, struct trf_slab_walk *walk)
{
   stream->device = device;
   trf_slabs_begin(walk, &view->region.box, view->layout.element, SLAB_BYTES);
}

/*
 * What is under way still ends with the command; after an error, which ends
 * it at once, here.  Fences are for who holds the context: see schedule.c.
 */
static cl_int
end(struct trf_stream *stream, struct trf_gpu *gpu, cl_int error)
{
   for (unsigned i = 0; i < TRF_STREAM_DEPTH; i++) {
      trf_fence_release(trf_gpu_screen(gpu), stream->slots[i].fence);
      stream->slots[i].fence = NULL;
      if (error)
         trf_access_spoil(&stream->slots[i].access);
   }
   if (error)
      trf_gpu_finish(gpu);
   return error;
}

cl_int
trf_stream_read(struct trf_stream *stream, const struct trf_view *view,
                struct trf_device *device, void *host,
                const struct trf_layout *layout, struct trf_gpu *gpu)
{
   struct trf_slab_walk walk;
   unsigned asked = 0, taken = 0;
   cl_int error = CL_SUCCESS;

   begin(stream, view, device, &walk);
   while (!error && trf_slabs_next(&walk)) {
      if (asked - taken == TRF_STREAM_DEPTH)
         error = take(stream, taken++ % TRF_STREAM_DEPTH, host, layout, gpu);
      if (!error)
         error =
            ask(stream, asked++ % TRF_STREAM_DEPTH, view, &walk.slab, gpu);
   }
   while (!error && taken < asked)
      error = take(stream, taken++ % TRF_STREAM_DEPTH, host, layout, gpu);
   return end(stream, gpu, error);
}

/* Takes a slab from the host, and has the device copy it. */
static cl_int
give(struct trf_stream *stream, unsigned slot, const struct trf_view *view,
     const struct trf_box *slab, const void *host,
     const struct trf_layout *layout, struct trf_gpu *gpu)
{
   cl_int error = CL_SUCCESS;

   if (stream->slots[slot].busy) {
      error = settle(stream, slot, gpu);
      vacate(stream, slot);
   }
   if (!error)
      error =
         occupy(stream, slot, view, slab, CL_MAP_WRITE_INVALIDATE_REGION);
   if (error)
      return error;

   /* The copy only reads from the host. */
   copy_slab(stream, slot, (uint8_t *)(uintptr_t)host, layout, false);
   error = trf_access_store(&stream->slots[slot].access, gpu);
   if (!error)
      trf_gpu_flush(gpu, &stream->slots[slot].fence);
   return error;
}

cl_int
trf_stream_write(struct trf_stream *stream, const struct trf_view *view,
                 struct trf_device *device, const void *host,
                 const struct trf_layout *layout, struct trf_gpu *gpu)
{
   struct trf_slab_walk walk;
   unsigned slot = 0;
   cl_int error = CL_SUCCESS;

   begin(stream, view, device, &walk);
   while (!error && trf_slabs_next(&walk))
      error = give(stream, slot++ % TRF_STREAM_DEPTH, view, &walk.slab, host,
                   layout, gpu);
   return end(stream, gpu, error);
}

void
trf_stream_release(struct trf_stream *stream)
{
   for (unsigned i = 0; i < TRF_STREAM_DEPTH; i++) {
      if (stream->slots[i].busy)
         vacate(stream, i);
   }
}
