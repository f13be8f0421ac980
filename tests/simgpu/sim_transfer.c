/* SPDX-License-Identifier: MIT */

/*
 * Maps.  Memory of the device's own, and all that is tiled, is mapped
 * through a private copy; what is for the host, directly.
 */

#include "sim_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/u_inlines.h"
#include "util/u_math.h"
#include "util/u_transfer.h"

#define DIRECT_ONLY                                                           \
   (PIPE_MAP_DIRECTLY | PIPE_MAP_PERSISTENT | PIPE_MAP_COHERENT)

struct sim_transfer {
   struct pipe_transfer base;
   struct sim_storage *storage;
   uint8_t *copy; /* NULL where the pointer is the storage's own */
   size_t copy_size;
};

/* Waits for what the map must not overtake.  False if it may not wait. */
static bool
settle(struct sim_context *context, struct sim_storage *storage,
       unsigned usage)
{
   if (usage & PIPE_MAP_UNSYNCHRONIZED)
      return true;
   if (usage & PIPE_MAP_DONTBLOCK)
      return p_atomic_read(&storage->pending) == 0;
   if (sim_context_uses(context, storage))
      sim_context_flush(context);
   sim_wait_idle(storage);
   return true;
}

static bool
covers_buffer(const struct pipe_resource *resource,
              const struct pipe_box *box)
{
   return resource->target == PIPE_BUFFER && box->x == 0 &&
          (unsigned)box->width == resource->width0;
}

static void *
map_direct(struct sim_context *context, struct pipe_resource *resource,
           struct sim_transfer *transfer)
{
   struct pipe_transfer *base = &transfer->base;
   const struct pipe_box *box = &base->box;

   if (!settle(context, transfer->storage, base->usage))
      return NULL;

   const struct sim_level *level = &transfer->storage->levels[base->level];
   base->stride = level->row;
   base->layer_stride = level->slice;
   sim_note("map");
   return transfer->storage->memory + sim_pixel_offset(transfer->storage,
                                                       base->level, box->x,
                                                       box->y, box->z);
}

static bool
keeps_contents(unsigned usage)
{
   return !(usage &
            (PIPE_MAP_DISCARD_RANGE | PIPE_MAP_DISCARD_WHOLE_RESOURCE));
}

static void *
map_copy(struct sim_context *context, struct sim_transfer *transfer)
{
   struct pipe_transfer *base = &transfer->base;
   struct sim_storage *storage = transfer->storage;
   const struct pipe_box *box = &base->box;
   const bool fetch = keeps_contents(base->usage);

   if (fetch && !settle(context, storage, base->usage))
      return NULL;

   base->stride = align_uintptr((size_t)box->width * storage->block, SIM_ROW);
   base->layer_stride = (size_t)base->stride * box->height;
   transfer->copy_size = base->layer_stride * box->depth;
   transfer->copy = aligned_alloc(SIM_ROW, transfer->copy_size);
   if (!transfer->copy)
      return NULL;

   sim_note("map-copy");
   if (fetch) {
      simple_mtx_lock(&storage->screen->hardware);
      sim_read(storage, base->level, box, transfer->copy, base->stride,
               base->layer_stride);
      simple_mtx_unlock(&storage->screen->hardware);
   }
   return transfer->copy;
}

static void *
map(struct pipe_context *pipe, struct pipe_resource *resource, unsigned level,
    unsigned usage, const struct pipe_box *box, struct pipe_transfer **out)
{
   const struct sim_resource *sim = sim_resource(resource);

   *out = NULL;
   if (sim_fails(SIMGPU_FAIL_MAP) ||
       (!sim->for_host && (usage & DIRECT_ONLY)))
      return NULL;

   struct sim_transfer *transfer = calloc(1, sizeof(*transfer));
   if (!transfer)
      return NULL;

   /* What drivers make of it: all is discarded, so any memory will do. */
   if ((usage & PIPE_MAP_DISCARD_RANGE) && !(usage & PIPE_MAP_PERSISTENT) &&
       covers_buffer(resource, box))
      usage |= PIPE_MAP_DISCARD_WHOLE_RESOURCE;
   if ((usage & PIPE_MAP_DISCARD_WHOLE_RESOURCE) &&
       !(usage & PIPE_MAP_UNSYNCHRONIZED))
      sim_resource_discard(resource);

   transfer->storage = sim_storage_of(resource);
   transfer->base.usage = usage;
   transfer->base.level = level;
   transfer->base.box = *box;
   pipe_resource_reference(&transfer->base.resource, resource);
   sim_check_box(transfer->storage, level, box);

   void *pointer = sim->for_host
                      ? map_direct(sim_context(pipe), resource, transfer)
                      : map_copy(sim_context(pipe), transfer);
   if (!pointer) {
      pipe_resource_reference(&transfer->base.resource, NULL);
      sim_storage_unref(transfer->storage);
      free(transfer);
      return NULL;
   }
   sim_count(1);
   *out = &transfer->base;
   return pointer;
}

/* Brings what the host wrote into a private copy to the device. */
struct upload {
   struct sim_command base;
   struct pipe_transfer transfer;
   uint8_t *copy;
   size_t size;
};

static void
free_copy(uint8_t *copy, size_t size)
{
   memset(copy, 0x5a, size);
   free(copy);
}

static void
run_upload(struct sim_command *command, struct pipe_context **real)
{
   struct upload *upload = (struct upload *)command;
   const struct pipe_transfer *transfer = &upload->transfer;

   sim_write(command->uses[0], transfer->level, &transfer->box, upload->copy,
             transfer->stride, transfer->layer_stride);
}

static void
destroy_upload(struct sim_command *command)
{
   struct upload *upload = (struct upload *)command;
   free_copy(upload->copy, upload->size);
}

static void
unmap(struct pipe_context *pipe, struct pipe_transfer *base)
{
   struct sim_transfer *transfer = (struct sim_transfer *)base;

   if (transfer->copy && (base->usage & PIPE_MAP_WRITE)) {
      struct upload *upload = sim_command_create(
         sizeof(*upload), &transfer->storage, 1, run_upload);
      upload->base.destroy = destroy_upload;
      upload->transfer = *base;
      upload->copy = transfer->copy;
      upload->size = transfer->copy_size;
      sim_note("upload");
      sim_record(sim_context(pipe), &upload->base);
   } else if (transfer->copy) {
      free_copy(transfer->copy, transfer->copy_size);
   }
   pipe_resource_reference(&base->resource, NULL);
   sim_storage_unref(transfer->storage);
   free(transfer);
   sim_count(-1);
}

void
sim_init_transfers(struct sim_context *context)
{
   struct pipe_context *pipe = &context->base;

   pipe->buffer_map = map;
   pipe->texture_map = map;
   pipe->buffer_unmap = unmap;
   pipe->texture_unmap = unmap;
   pipe->transfer_flush_region = u_default_transfer_flush_region;
   pipe->buffer_subdata = u_default_buffer_subdata;
   pipe->texture_subdata = u_default_texture_subdata;
}
