/* SPDX-License-Identifier: MIT */

#include "sim_private.h"

#include <stdlib.h>

#include "util/u_atomic.h"
#include "util/u_inlines.h"
#include "util/u_upload_mgr.h"

bool
sim_context_uses(const struct sim_context *context,
                 const struct sim_storage *storage)
{
   list_for_each_entry(struct sim_command, command, &context->recorded,
                       link) {
      for (unsigned i = 0; i < command->use_count; i++) {
         if (command->uses[i] == storage)
            return true;
      }
   }
   return false;
}

void
sim_expect_barrier(const struct sim_context *context,
                   const struct sim_storage *storage)
{
   for (unsigned i = 0; i < context->written_count; i++) {
      if (context->written[i] == storage)
         sim_refuse("a transfer of what a kernel wrote, without a barrier");
   }
}

static uint64_t
send(struct sim_context *context)
{
   context->written_count = 0;
   if (!list_is_empty(&context->recorded))
      sim_note("flush");
   return sim_engine_send(context->engine, &context->recorded);
}

void
sim_context_flush(struct sim_context *context)
{
   send(context);
}

static void
flush(struct pipe_context *pipe, struct pipe_fence_handle **fence,
      unsigned flags)
{
   struct sim_context *context = sim_context(pipe);
   const uint64_t sequence = send(context);

   if (!fence)
      return;
   pipe->screen->fence_reference(pipe->screen, fence, NULL);
   if (!sim_fails(SIMGPU_FAIL_FENCE))
      *fence = (struct pipe_fence_handle *)sim_fence_create(context->engine,
                                                            sequence);
}

static enum pipe_reset_status
get_device_reset_status(struct pipe_context *pipe)
{
   return p_atomic_read(&sim_context(pipe)->engine->lost)
             ? PIPE_GUILTY_CONTEXT_RESET
             : PIPE_NO_RESET;
}

static void
memory_barrier(struct pipe_context *pipe, unsigned flags)
{
   sim_note("barrier");
   sim_context(pipe)->written_count = 0;
}

static void
invalidate_resource(struct pipe_context *pipe, struct pipe_resource *resource)
{
   if (resource->target == PIPE_BUFFER)
      sim_resource_discard(resource);
}

static void
destroy(struct pipe_context *pipe)
{
   struct sim_context *context = sim_context(pipe);

   u_upload_destroy(pipe->stream_uploader);
   sim_finish_launches(context);
   send(context);
   sim_engine_stop(context->engine);
   sim_engine_unref(context->engine);
   free(context);
   sim_count(-1);
}

struct pipe_context *
sim_context_create(struct pipe_screen *screen, void *data, unsigned flags)
{
   if (sim_fails(SIMGPU_FAIL_CONTEXT))
      return NULL;

   struct sim_context *context = calloc(1, sizeof(*context));
   if (!context)
      return NULL;
   struct pipe_context *pipe = &context->base;

   pipe->screen = screen;
   list_inithead(&context->recorded);
   context->engine = sim_engine_create(sim_screen(screen));
   if (!context->engine)
      goto fail_engine;

   pipe->destroy = destroy;
   pipe->flush = flush;
   pipe->get_device_reset_status = get_device_reset_status;
   pipe->memory_barrier = memory_barrier;
   pipe->invalidate_resource = invalidate_resource;
   sim_init_transfers(context);
   sim_init_copies(context);
   sim_init_launches(context);
   sim_init_queries(context);

   pipe->stream_uploader = u_upload_create_default(pipe);
   if (!pipe->stream_uploader)
      goto fail_uploader;
   pipe->const_uploader = pipe->stream_uploader;
   sim_count(1);
   return pipe;

fail_uploader:
   sim_engine_stop(context->engine);
   sim_engine_unref(context->engine);
fail_engine:
   free(context);
   return NULL;
}
