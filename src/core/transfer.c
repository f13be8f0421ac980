/* SPDX-License-Identifier: MIT */

#include "core/transfer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/access.h"
#include "core/device.h"
#include "gallium/context.h"
#include "util/trf_copy.h"

/* Rows that a rectangle of a buffer may take on the device, one copy each. */
#define MAX_DEVICE_ROWS 256

struct transfer_command {
   struct trf_event event;
   struct trf_side dst, src; /* their memory objects are held */
   struct trf_access dst_access, src_access;
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

static size_t
box_rows(const struct trf_box *box)
{
   return box->height * box->depth;
}

/*
 * Copies that the device makes by itself: image to image, and buffer to
 * buffer unless it would take too many small ones.
 */
static bool
is_device_copy(const struct transfer_command *command,
               struct trf_device *device)
{
   const struct trf_side *dst = &command->dst, *src = &command->src;

   if (!dst->mem || !src->mem ||
       !(is_device_only(dst, device) || is_device_only(src, device)))
      return false;
   const bool dst_buffer = trf_mem_is_buffer_backed(dst->mem);
   const bool src_buffer = trf_mem_is_buffer_backed(src->mem);
   if (dst_buffer != src_buffer)
      return false;
   return !dst_buffer || box_rows(&src->region.box) <= MAX_DEVICE_ROWS;
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

   if (trf_mem_is_buffer_backed(dst.mem))
      copy_buffer_rows(&dst, dst_storage, &src, src_storage, gpu);
   else
      trf_gpu_copy_image(gpu, dst_storage, dst.region.level, &dst.region.box,
                         src_storage, src.region.level, &src.region.box);
   return trf_gpu_status(gpu);
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

static cl_int
transfer_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct transfer_command *command = (struct transfer_command *)event;
   struct trf_device *device = trf_queue_device(event->queue);

   return is_device_copy(command, device) ? device_copy(command, device, gpu)
                                          : host_copy(command, device, gpu);
}

static void
transfer_ended(struct trf_event *event, cl_int status)
{
   struct transfer_command *command = (struct transfer_command *)event;
   trf_access_release(&command->dst_access);
   trf_access_release(&command->src_access);
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

static cl_int
fill_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct fill_command *command = (struct fill_command *)event;
   const struct trf_box *box = &command->dst.region.box;

   const cl_int error = open_side(&command->dst, &command->access,
                                  trf_queue_device(event->queue),
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
