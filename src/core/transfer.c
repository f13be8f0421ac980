/* SPDX-License-Identifier: MIT */

#include "core/transfer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/access.h"
#include "core/copy.h"
#include "core/device.h"
#include "core/stream.h"
#include "gallium/context.h"
#include "util/trf_copy.h"
#include "util/trf_log.h"

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

/*
 * Copies that the device makes by itself: all that it can, but for those
 * between pointers where host and device are one.
 */
static bool
is_device_copy(const struct transfer_command *command,
               struct trf_device *device)
{
   const struct trf_side *dst = &command->dst, *src = &command->src;

   if (!dst->mem || !src->mem ||
       (device->caps->synchronous && !is_device_only(dst, device) &&
        !is_device_only(src, device)))
      return false;
   if (trf_copies_alone(device, trf_mem_is_buffer_backed(dst->mem),
                        trf_mem_is_buffer_backed(src->mem)))
      return true;
   trf_log_map("%s: a copy between a buffer and an image is the host's: the "
               "driver has none, nor raw formats for a kernel's",
               device->name);
   return false;
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

   struct trf_place to, from;
   trf_place_view(&to, &dst, dst_storage);
   trf_place_view(&from, &src, src_storage);
   const cl_int error = trf_copy(device, gpu, &to, &from, &src.region.box);
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

static cl_int
device_fill(struct fill_command *command, struct trf_device *device,
            struct trf_gpu *gpu)
{
   struct trf_view view;
   side_view(&command->dst, &view);

   struct trf_resource *storage = trf_mem_resource(
      view.mem->root, device, gpu, TRF_USE_READ | TRF_USE_WRITE);
   if (!storage)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;

   struct trf_place place;
   trf_place_view(&place, &view, storage);
   const cl_int error =
      trf_fill(device, gpu, &place, &view.region.box, command->pattern);
   return error ? error : trf_gpu_status(gpu);
}

static cl_int
fill_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct fill_command *command = (struct fill_command *)event;
   const struct trf_box *box = &command->dst.region.box;
   struct trf_device *device = trf_queue_device(event->queue);
   struct trf_view view;

   side_view(&command->dst, &view);
   if (trf_fills_alone(device, trf_mem_is_buffer_backed(view.mem),
                       trf_view_bytes(&view)))
      return device_fill(command, device, gpu);

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
