/* SPDX-License-Identifier: MIT */

#include "sim_private.h"

#include <stdlib.h>

#include "util/u_atomic.h"
#include "util/u_inlines.h"

static bool
can_create(struct pipe_screen *screen, const struct pipe_resource *templ)
{
   struct pipe_screen *real = sim_screen(screen)->real;
   return real->can_create_resource(real, templ);
}

static struct pipe_resource *
create(struct pipe_screen *screen, const struct pipe_resource *templ,
       void *user_memory)
{
   sim_note("create");
   if (sim_fails(SIMGPU_FAIL_RESOURCE) || !can_create(screen, templ))
      return NULL;

   struct sim_resource *resource = calloc(1, sizeof(*resource));
   if (!resource)
      return NULL;

   const bool buffer = templ->target == PIPE_BUFFER;
   resource->for_host = user_memory || templ->usage == PIPE_USAGE_STAGING;
   const bool tiled =
      !buffer && !resource->for_host && !(templ->bind & PIPE_BIND_LINEAR);
   resource->storage =
      sim_storage_create(sim_screen(screen), templ, tiled, user_memory);
   if (!resource->storage) {
      free(resource);
      return NULL;
   }
   resource->base = *templ;
   resource->base.screen = screen;
   pipe_reference_init(&resource->base.reference, 1);
   simple_mtx_init(&resource->lock, mtx_plain);
   sim_count(1);
   return &resource->base;
}

static struct pipe_resource *
resource_create(struct pipe_screen *screen, const struct pipe_resource *templ)
{
   return create(screen, templ, NULL);
}

/* As radeonsi does it: buffers only, and of whole pages (here: rows). */
static struct pipe_resource *
resource_from_user_memory(struct pipe_screen *screen,
                          const struct pipe_resource *templ, void *memory)
{
   if (templ->target != PIPE_BUFFER || (uintptr_t)memory % SIM_USER_ALIGNMENT)
      return NULL;
   return create(screen, templ, memory);
}

static void
resource_destroy(struct pipe_screen *screen, struct pipe_resource *resource)
{
   struct sim_resource *sim = sim_resource(resource);

   sim_storage_unref(sim->storage);
   simple_mtx_destroy(&sim->lock);
   free(sim);
   sim_count(-1);
}

void
sim_resource_discard(struct pipe_resource *resource)
{
   struct sim_resource *sim = sim_resource(resource);

   simple_mtx_lock(&sim->lock);
   struct sim_storage *old = sim->storage, *new = NULL;
   if (old->owned && p_atomic_read(&old->pending))
      new = sim_storage_create(old->screen, &old->templ, old->tiled, NULL);
   if (new) {
      sim_note("replace");
      sim->storage = new;
   }
   simple_mtx_unlock(&sim->lock);
   if (new)
      sim_storage_unref(old);
}

void
sim_init_resources(struct sim_screen *screen)
{
   screen->base.can_create_resource = can_create;
   screen->base.resource_create = resource_create;
   screen->base.resource_from_user_memory = resource_from_user_memory;
   screen->base.resource_destroy = resource_destroy;
}
