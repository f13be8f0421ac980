/* SPDX-License-Identifier: MIT */

/*
 * Direct pointers: where a level lies in memory, if the host may touch it
 * there at any time.
 */

#include <assert.h>

#include "gallium/box.h"
#include "gallium/resource_private.h"
#include "gallium/screen_private.h"
#include "pipe/p_context.h"
#include "pipe/p_state.h"
#include "util/format/u_format.h"
#include "util/trf_log.h"
#include "util/u_atomic.h"

#define FIND_FLAGS                                                            \
   (PIPE_MAP_READ | PIPE_MAP_WRITE | PIPE_MAP_UNSYNCHRONIZED)

#define KEEP_FLAGS (PIPE_MAP_PERSISTENT | PIPE_MAP_COHERENT)

static void *
map(struct pipe_context *context, struct trf_resource *resource,
    unsigned level, unsigned flags, struct pipe_transfer **transfer)
{
   const struct trf_resource_desc *desc = &resource->desc;
   const bool array_1d = desc->target == TRF_TARGET_1D_ARRAY;
   const struct trf_box whole = {
      .width = trf_minify(desc->width, level),
      .height = array_1d ? desc->layers : trf_minify(desc->height, level),
      .depth = array_1d ? 1 : trf_minify(desc->depth, level) * desc->layers,
   };
   struct pipe_box box;

   trf_pipe_box(desc->target, &whole, &box);
   if (desc->target == TRF_TARGET_BUFFER)
      return context->buffer_map(context, resource->pipe, 0, flags, &box,
                                 transfer);
   return context->texture_map(context, resource->pipe, level, flags, &box,
                               transfer);
}

static void
unmap(struct pipe_context *context, struct trf_resource *resource,
      struct pipe_transfer *transfer)
{
   if (resource->desc.target == TRF_TARGET_BUFFER)
      context->buffer_unmap(context, transfer);
   else
      context->texture_unmap(context, transfer);
}

/* A 1D array's rows are its layers: one distance is both pitches. */
static void
layout_of(const struct trf_resource *resource,
          const struct pipe_transfer *transfer, struct trf_layout *layout)
{
   const struct trf_resource_desc *desc = &resource->desc;

   layout->element = util_format_get_blocksize(desc->format);
   layout->row = transfer->stride;
   layout->slice = transfer->layer_stride;

   if (desc->target == TRF_TARGET_1D_ARRAY)
      layout->row = layout->slice;
   else if (desc->target == TRF_TARGET_BUFFER)
      layout->row = layout->slice = desc->width;
}

/* llvmpipe's and softpipe's storage is plain memory that never moves. */
static bool
find_plain(struct pipe_context *context, struct trf_resource *resource,
           unsigned level)
{
   struct trf_level *found = &resource->levels[level];
   struct pipe_transfer *transfer = NULL;

   found->direct.pointer =
      map(context, resource, level, FIND_FLAGS, &transfer);
   if (!found->direct.pointer)
      return false;

   layout_of(resource, transfer, &found->direct.layout);
   unmap(context, resource, transfer);
   return true;
}

/*
 * Storage that is mapped for good.  A driver that maps through a copy makes
 * one for each map, so two maps at a time give it away.
 */
static bool
find_kept(struct pipe_context *context, struct trf_resource *resource,
          unsigned level)
{
   const unsigned flags = FIND_FLAGS | KEEP_FLAGS;
   struct trf_level *found = &resource->levels[level];
   struct pipe_transfer *kept = NULL, *second = NULL;

   void *pointer = map(context, resource, level, flags, &kept);
   if (!pointer)
      return false;

   void *again = map(context, resource, level, flags, &second);
   if (again)
      unmap(context, resource, second);
   if (again != pointer) {
      unmap(context, resource, kept);
      return false;
   }

   found->transfer = kept;
   found->direct.pointer = pointer;
   layout_of(resource, kept, &found->direct.layout);
   return true;
}

static bool
find_locked(struct trf_resource *resource, unsigned level)
{
   struct trf_screen *screen = resource->screen;
   struct pipe_context *context = trf_screen_map_context_locked(screen);

   if (!context)
      return false;
   if (screen->caps.synchronous)
      return find_plain(context, resource, level);
   if (resource->wrapped || resource->desc.internal ||
       trf_resource_in_host_memory(screen, &resource->desc))
      return find_kept(context, resource, level);
   return false;
}

static bool
find_in_turn(struct trf_resource *resource, unsigned level)
{
   trf_screen_take_turn(resource->screen);
   const bool found = find_locked(resource, level);
   trf_screen_end_turn(resource->screen);
   return found;
}

static uint32_t
find(struct trf_resource *resource, unsigned level)
{
   struct trf_screen *screen = resource->screen;
   struct trf_level *found = &resource->levels[level];

   simple_mtx_lock(&screen->map_lock);
   if (found->state == TRF_DIRECT_UNKNOWN)
      p_atomic_set(&found->state, find_in_turn(resource, level)
                                     ? TRF_DIRECT_FOUND
                                     : TRF_DIRECT_NONE);
   const uint32_t state = found->state;
   simple_mtx_unlock(&screen->map_lock);
   return state;
}

/* Whether the staging path is to be taken although there is another. */
static bool
hidden(const struct trf_resource *resource)
{
   return (trf_debug_flags() & TRF_DEBUG_STAGING) && !resource->wrapped &&
          !(resource->desc.staging || resource->desc.internal);
}

bool
trf_resource_direct(struct trf_resource *resource, unsigned level,
                    struct trf_direct *direct)
{
   assert(level < resource->desc.levels);
   struct trf_level *found = &resource->levels[level];

   if (hidden(resource))
      return false;

   uint32_t state = p_atomic_read(&found->state);
   if (state == TRF_DIRECT_UNKNOWN)
      state = find(resource, level);
   if (state == TRF_DIRECT_NONE)
      return false;

   *direct = found->direct;
   return true;
}

void
trf_resource_forget_direct(struct trf_resource *resource)
{
   struct trf_screen *screen = resource->screen;

   for (unsigned level = 0; level < resource->desc.levels; level++) {
      struct pipe_transfer *transfer = resource->levels[level].transfer;
      if (!transfer)
         continue;

      simple_mtx_lock(&screen->map_lock);
      trf_screen_take_turn(screen);
      unmap(screen->map_context, resource, transfer);
      trf_screen_end_turn(screen);
      simple_mtx_unlock(&screen->map_lock);
   }
}
