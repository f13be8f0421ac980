/* SPDX-License-Identifier: MIT */

#include "core/transfer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/access.h"
#include "core/device.h"
#include "core/stream.h"
#include "gallium/context.h"
#include "gallium/staging.h"
#include "util/trf_copy.h"
#include "util/trf_slabs.h"

/* A fill repeats this much. */
#define FILL_BYTES ((size_t)1 << 20)

struct transfer_command {
   struct trf_event event;
   struct trf_side dst, src; /* their memory objects are held */
   struct trf_access dst_access, src_access;
   struct trf_stream stream;
};

static void
side_view(const struct trf_side *side, struct trf_view *view)
{
   if (trf_mem_is_image(side->mem)) {
      trf_view_image(view, side->mem, &side->region);
      return;
   }
   view->mem = side->mem;
   view->region = side->region;
   view->offset = trf_mem_root_offset(side->mem) + side->offset;
   view->layout = side->layout;
}

static uint8_t *
host_pointer(const struct trf_side *side)
{
   return (uint8_t *)side->host +
          trf_layout_offset(&side->layout, &side->region.box);
}

/* Whether the driver has no pointer to a side's storage. */
static bool
is_device_only(const struct trf_side *side, struct trf_device *device)
{
   struct trf_direct direct;

   if (!side->mem)
      return false;
   struct trf_resource *resource = trf_mem_storage(side->mem->root, device);
   return resource &&
          !trf_resource_direct(resource, side->region.level, &direct);
}

/* Copies that the device makes by itself. */
static bool
is_device_copy(const struct transfer_command *command,
               struct trf_device *device)
{
   const struct trf_side *dst = &command->dst, *src = &command->src;

   if (!dst->mem || !src->mem ||
       !(is_device_only(dst, device) || is_device_only(src, device)))
      return false;
   return trf_mem_is_buffer_backed(dst->mem) ==
             trf_mem_is_buffer_backed(src->mem) ||
          device->caps->copies_buffer_image;
}

static void
copy_buffer_rows(const struct trf_view *dst, struct trf_resource *dst_storage,
                 const struct trf_view *src, struct trf_resource *src_storage,
                 struct trf_gpu *gpu)
{
   const struct trf_box *extent = &src->region.box;

   for (size_t z = 0; z < extent->depth; z++) {
      for (size_t y = 0; y < extent->height; y++) {
         struct trf_box dst_row = dst->region.box;
         struct trf_box src_row = src->region.box;
         dst_row.y += y;
         dst_row.z += z;
         src_row.y += y;
         src_row.z += z;
         trf_gpu_copy_buffer(
            gpu, dst_storage,
            dst->offset + trf_layout_offset(&dst->layout, &dst_row),
            src_storage,
            src->offset + trf_layout_offset(&src->layout, &src_row),
            extent->width * src->layout.element);
      }
   }
}

/* One side of a copy between a buffer and an image, on the device. */
struct place {
   const struct trf_view *view;
   struct trf_resource *storage;
};

static void
copy_row_box(const struct place *buffer, size_t offset,
             const struct place *image, const struct trf_box *box,
             bool to_image, struct trf_gpu *gpu)
{
   const unsigned level = image->view->region.level;

   if (to_image)
      trf_gpu_copy_buffer_to_image(gpu, image->storage, level, box,
                                   buffer->storage, offset);
   else
      trf_gpu_copy_image_to_buffer(gpu, buffer->storage, offset,
                                   image->storage, level, box);
}

/* Whether a buffer's part of a copy has nothing between its rows. */
static bool
has_tight_rows(const struct trf_view *view)
{
   const struct trf_box *box = &view->region.box;
   const struct trf_layout *layout = &view->layout;
   const size_t row = box->width * layout->element;

   return (layout->row == row || (box->height == 1 && box->depth == 1)) &&
          (layout->slice == row * box->height || box->depth == 1);
}

/* At once where the buffer's rows are tight, else row by row. */
static void
copy_mixed(const struct place *buffer, size_t start,
           const struct place *image, bool to_image, struct trf_gpu *gpu)
{
   const struct trf_box *extent = &image->view->region.box;
   struct trf_box row = *extent;

   if (has_tight_rows(buffer->view)) {
      copy_row_box(buffer, start, image, extent, to_image, gpu);
      return;
   }
   row.height = row.depth = 1;
   for (size_t z = 0; z < extent->depth; z++) {
      for (size_t y = 0; y < extent->height; y++) {
         row.y = extent->y + y;
         row.z = extent->z + z;
         copy_row_box(buffer,
                      start + z * buffer->view->layout.slice +
                         y * buffer->view->layout.row,
                      image, &row, to_image, gpu);
      }
   }
}

/*
 * Pixels that are not aligned to their size in the buffer: by way of staging,
 * where they are.  The command keeps that until the device is done.
 */
static cl_int
copy_unaligned(struct transfer_command *command, struct trf_device *device,
               const struct place *buffer, size_t start,
               const struct place *image, bool to_image, struct trf_gpu *gpu)
{
   const struct trf_box *box = &buffer->view->region.box;
   size_t span;

   trf_layout_span(&buffer->view->layout, box, &span);
   struct trf_staging *staging = trf_staging_acquire(
      device->screen, trf_resource_desc(buffer->storage), span, 1, 1);
   if (!staging)
      return CL_OUT_OF_RESOURCES;
   command->dst_access.device = device;
   command->dst_access.staging = staging;

   const struct place between = {buffer->view, staging->resource};
   trf_gpu_copy_buffer(gpu, staging->resource, 0, buffer->storage, start,
                       span);
   copy_mixed(&between, 0, image, to_image, gpu);
   if (!to_image)
      trf_gpu_copy_buffer(gpu, buffer->storage, start, staging->resource, 0,
                          span);
   return CL_SUCCESS;
}

static cl_int
device_copy_mixed(struct transfer_command *command, struct trf_device *device,
                  const struct place *dst, const struct place *src,
                  struct trf_gpu *gpu)
{
   const bool to_image = trf_mem_is_buffer_backed(src->view->mem);
   const struct place *buffer = to_image ? src : dst;
   const struct place *image = to_image ? dst : src;
   const struct trf_layout *layout = &buffer->view->layout;
   const size_t start = buffer->view->offset +
                        trf_layout_offset(layout, &buffer->view->region.box);

   if ((start | layout->row | layout->slice) % layout->element)
      return copy_unaligned(command, device, buffer, start, image, to_image,
                            gpu);
   copy_mixed(buffer, start, image, to_image, gpu);
   return CL_SUCCESS;
}

static cl_int
device_copy(struct transfer_command *command, struct trf_device *device,
            struct trf_gpu *gpu)
{
   struct trf_view dst, src;
   side_view(&command->dst, &dst);
   side_view(&command->src, &src);

   struct trf_resource *src_storage =
      trf_mem_resource(src.mem->root, device, gpu, TRF_USE_READ);
   struct trf_resource *dst_storage = trf_mem_resource(
      dst.mem->root, device, gpu, TRF_USE_READ | TRF_USE_WRITE);
   if (!src_storage || !dst_storage)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;

   const struct place to = {&dst, dst_storage}, from = {&src, src_storage};
   const bool dst_buffer = trf_mem_is_buffer_backed(dst.mem);
   cl_int error = CL_SUCCESS;
   if (dst_buffer != trf_mem_is_buffer_backed(src.mem))
      error = device_copy_mixed(command, device, &to, &from, gpu);
   else if (dst_buffer)
      copy_buffer_rows(&dst, dst_storage, &src, src_storage, gpu);
   else
      trf_gpu_copy_image(gpu, dst_storage, dst.region.level, &dst.region.box,
                         src_storage, src.region.level, &src.region.box);
   return error ? error : trf_gpu_status(gpu);
}

/* A pointer to a side, host memory or not; release it in `ended`. */
static cl_int
open_side(const struct trf_side *side, struct trf_access *access,
          struct trf_device *device, cl_map_flags flags, struct trf_gpu *gpu)
{
   if (!side->mem) {
      access->pointer = host_pointer(side);
      access->layout = side->layout;
      return CL_SUCCESS;
   }

   struct trf_view view;
   side_view(side, &view);
   const cl_int error =
      trf_access_prepare(access, &view, device, flags, false);
   return error ? error : trf_access_fetch(access, gpu);
}

static bool
same_storage(const struct transfer_command *command)
{
   return command->dst.mem && command->src.mem &&
          command->dst.mem->root == command->src.mem->root;
}

static cl_int
host_copy(struct transfer_command *command, struct trf_device *device,
          struct trf_gpu *gpu)
{
   struct trf_access *dst = &command->dst_access;
   struct trf_access *src = &command->src_access;
   const struct trf_box *box =
      command->src.mem ? &command->src.region.box : &command->dst.region.box;

   cl_int error = open_side(&command->src, src, device, CL_MAP_READ, gpu);
   if (!error)
      error = open_side(&command->dst, dst, device,
                        CL_MAP_WRITE_INVALIDATE_REGION, gpu);
   if (error)
      return error;

   /*
    * Within one object the bounds of two regions may cross, though no pixel
    * is in both; and a client's pointer may be a mapped one.
    */
   if (same_storage(command) || !command->dst.mem || !command->src.mem)
      trf_move_box(dst->pointer, &dst->layout, src->pointer, &src->layout,
                   box->width, box->height, box->depth);
   else
      trf_copy_box(dst->pointer, &dst->layout, src->pointer, &src->layout,
                   box->width, box->height, box->depth);

   return command->dst.mem ? trf_access_store(dst, gpu) : CL_SUCCESS;
}

/* A long read or write, in slabs.  False if it is not one. */
static bool
stream_copy(struct transfer_command *command, struct trf_device *device,
            struct trf_gpu *gpu, cl_int *error)
{
   const bool reads = !command->dst.mem;
   const struct trf_side *host = reads ? &command->dst : &command->src;
   const struct trf_side *storage = reads ? &command->src : &command->dst;
   struct trf_view view;

   if (host->mem)
      return false;
   side_view(storage, &view);
   if (!trf_stream_suits(&view, device))
      return false;

   if (reads)
      *error = trf_stream_read(&command->stream, &view, device,
                               host_pointer(host), &host->layout, gpu);
   else
      *error = trf_stream_write(&command->stream, &view, device,
                                host_pointer(host), &host->layout, gpu);
   return true;
}

static cl_int
transfer_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct transfer_command *command = (struct transfer_command *)event;
   struct trf_device *device = trf_queue_device(event->queue);
   cl_int error;

   if (is_device_copy(command, device))
      return device_copy(command, device, gpu);
   if (stream_copy(command, device, gpu, &error))
      return error;
   return host_copy(command, device, gpu);
}

static void
transfer_ended(struct trf_event *event, cl_int status)
{
   struct transfer_command *command = (struct transfer_command *)event;
   trf_access_release(&command->dst_access);
   trf_access_release(&command->src_access);
   trf_stream_release(&command->stream);
}

static void
transfer_release(struct trf_event *event)
{
   struct transfer_command *command = (struct transfer_command *)event;
   trf_mem_unref(command->dst.mem);
   trf_mem_unref(command->src.mem);
}

static const struct trf_command_ops transfer_ops = {
   .run = transfer_run,
   .ended = transfer_ended,
   .release = transfer_release,
};

cl_int
trf_transfer_enqueue(struct trf_queue *queue,
                     const struct trf_transfer_args *args,
                     struct trf_event **event)
{
   struct transfer_command *command = trf_command_create(
      queue, args->type, sizeof(*command), &transfer_ops, args->want_event);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   command->dst = args->dst;
   command->src = args->src;
   trf_mem_ref(command->dst.mem);
   trf_mem_ref(command->src.mem);
   /* A read leaves nothing to the device: the host has it. */
   command->event.host_only = !args->dst.mem;
   return trf_command_enqueue(&command->event, &args->waits, args->blocking,
                              args->want_event ? event : NULL);
}

struct fill_command {
   struct trf_event event;
   struct trf_side dst;
   struct trf_access access;
   uint8_t pattern[128];
};

/*
 * Where the host cannot reach the storage: a little memory filled once, from
 * which the device copies as often as it takes.
 */
static cl_int
fill_by_copies(struct fill_command *command, struct trf_device *device,
               struct trf_gpu *gpu)
{
   struct trf_access *access = &command->access;
   struct trf_slab_walk walk;
   struct trf_view view;
   cl_int error = CL_SUCCESS;

   side_view(&command->dst, &view);
   const struct trf_box whole = view.region.box;
   trf_slabs_begin(&walk, &whole, view.layout.element, FILL_BYTES);
   while (!error && trf_slabs_next(&walk)) {
      const struct trf_box *slab = &walk.slab;
      view.region.box = (struct trf_box){whole.x + slab->x, whole.y + slab->y,
                                         whole.z + slab->z, slab->width,
                                         slab->height,      slab->depth};
      if (access->staging) {
         access->view.region.box = view.region.box;
      } else {
         error = trf_access_prepare(access, &view, device,
                                    CL_MAP_WRITE_INVALIDATE_REGION, false);
         if (error)
            return error;
         trf_fill_box(access->pointer, &access->layout, command->pattern,
                      slab->width, slab->height, slab->depth);
      }
      error = trf_access_store(access, gpu);
   }
   return error;
}

static cl_int
fill_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct fill_command *command = (struct fill_command *)event;
   const struct trf_box *box = &command->dst.region.box;
   struct trf_device *device = trf_queue_device(event->queue);

   if (is_device_only(&command->dst, device))
      return fill_by_copies(command, device, gpu);

   const cl_int error = open_side(&command->dst, &command->access, device,
                                  CL_MAP_WRITE_INVALIDATE_REGION, gpu);
   if (error)
      return error;

   trf_fill_box(command->access.pointer, &command->access.layout,
                command->pattern, box->width, box->height, box->depth);
   return trf_access_store(&command->access, gpu);
}

static void
fill_ended(struct trf_event *event, cl_int status)
{
   trf_access_release(&((struct fill_command *)event)->access);
}

static void
fill_release(struct trf_event *event)
{
   trf_mem_unref(((struct fill_command *)event)->dst.mem);
}

static const struct trf_command_ops fill_ops = {
   .run = fill_run,
   .ended = fill_ended,
   .release = fill_release,
};

cl_int
trf_fill_enqueue(struct trf_queue *queue, const struct trf_fill_args *args,
                 struct trf_event **event)
{
   struct fill_command *command = trf_command_create(
      queue, args->type, sizeof(*command), &fill_ops, args->want_event);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   command->dst = args->dst;
   trf_mem_ref(command->dst.mem);
   memcpy(command->pattern, args->pattern, sizeof(command->pattern));
   return trf_command_enqueue(&command->event, &args->waits, false,
                              args->want_event ? event : NULL);
}

struct migrate_command {
   struct trf_event event;
   cl_mem_migration_flags flags;
   unsigned count;
   struct trf_mem *mems[];
};

static cl_int
migrate_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct migrate_command *command = (struct migrate_command *)event;
   struct trf_device *device = trf_queue_device(event->queue);

   /* To the host: contents come when the host asks; nothing to hurry. */
   if (command->flags & CL_MIGRATE_MEM_OBJECT_HOST)
      return CL_SUCCESS;

   const unsigned use =
      command->flags & CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED ? TRF_USE_WRITE
                                                               : TRF_USE_READ;
   for (unsigned i = 0; i < command->count; i++) {
      if (!trf_mem_resource(command->mems[i]->root, device, gpu, use))
         return CL_MEM_OBJECT_ALLOCATION_FAILURE;
   }
   return CL_SUCCESS;
}

static void
migrate_release(struct trf_event *event)
{
   struct migrate_command *command = (struct migrate_command *)event;
   for (unsigned i = 0; i < command->count; i++)
      trf_mem_unref(command->mems[i]);
}

static const struct trf_command_ops migrate_ops = {
   .run = migrate_run,
   .release = migrate_release,
};

cl_int
trf_migrate_enqueue(struct trf_queue *queue,
                    const struct trf_migrate_args *args,
                    struct trf_event **event)
{
   struct migrate_command *command = trf_command_create(
      queue, CL_COMMAND_MIGRATE_MEM_OBJECTS,
      sizeof(*command) + args->count * sizeof(command->mems[0]), &migrate_ops,
      args->want_event);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   command->flags = args->flags;
   command->count = args->count;
   for (unsigned i = 0; i < args->count; i++)
      command->mems[i] = trf_mem_ref(args->mems[i]);
   return trf_command_enqueue(&command->event, &args->waits, false,
                              args->want_event ? event : NULL);
}
