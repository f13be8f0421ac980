/* SPDX-License-Identifier: MIT */

#include "gallium/launch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <CL/cl.h>

#include "compiler/nir/nir.h"
#include "gallium/launch_bind.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/list.h"
#include "util/macros.h"
#include "util/simple_mtx.h"
#include "util/trf_log.h"

struct trf_shader {
   struct trf_screen *screen;
   nir_shader *nir;
   uint32_t input_size;
   struct list_head csos; /* struct trf_cso, under cso_lock */
};

/* A shader on one launcher.  Belongs to the launcher, whose context it is. */
struct trf_cso {
   struct list_head in_shader;
   struct list_head in_launcher;
   struct trf_launcher *launcher;
   struct trf_shader *shader; /* NULL once that is gone */
   void *state;
};

struct trf_launcher {
   struct trf_gpu *gpu;
   struct pipe_context *pipe;
   struct list_head csos; /* under cso_lock */
   bool has_dead;         /* under cso_lock: some lost their shaders */
   struct trf_cso *bound;
   struct trf_bindings bindings;
};

/*
 * Shaders die with the last kernel, on any thread; contexts may be touched
 * by their queue only.  So a shader leaves its state objects behind for the
 * launchers to delete.
 */
static simple_mtx_t cso_lock = SIMPLE_MTX_INITIALIZER;

struct trf_shader *
trf_shader_create(struct trf_screen *screen, const struct nir_shader *nir,
                  uint32_t input_size)
{
   struct trf_shader *shader = calloc(1, sizeof(*shader));
   if (!shader)
      return NULL;
   shader->screen = screen;
   shader->nir = nir_shader_clone(NULL, nir);
   shader->input_size = input_size;
   list_inithead(&shader->csos);
   if (!shader->nir) {
      free(shader);
      return NULL;
   }
   return shader;
}

void
trf_shader_destroy(struct trf_shader *shader)
{
   if (!shader)
      return;

   simple_mtx_lock(&cso_lock);
   list_for_each_entry_safe(struct trf_cso, cso, &shader->csos, in_shader) {
      list_del(&cso->in_shader);
      cso->shader = NULL;
      cso->launcher->has_dead = true;
   }
   simple_mtx_unlock(&cso_lock);
   ralloc_free(shader->nir);
   free(shader);
}

/* The driver takes over the NIR, so it gets a copy. */
static void *
compile(struct pipe_context *pipe, const struct trf_shader *shader)
{
   const struct pipe_compute_state state = {
      .ir_type = PIPE_SHADER_IR_NIR,
      .prog = nir_shader_clone(NULL, shader->nir),
      .static_shared_mem = shader->nir->info.shared_size,
      .req_input_mem = shader->input_size,
   };
   return state.prog ? pipe->create_compute_state(pipe, &state) : NULL;
}

bool
trf_shader_get_info(struct trf_shader *shader, struct trf_gpu *gpu,
                    struct trf_shader_info *info)
{
   struct pipe_context *pipe = trf_gpu_pipe(gpu);
   void *state = compile(pipe, shader);
   if (!state)
      return false;

   struct pipe_compute_state_object_info said = {0};
   if (pipe->get_compute_state_info)
      pipe->get_compute_state_info(pipe, state, &said);
   *info = (struct trf_shader_info){
      .max_threads = said.max_threads,
      .simd_size = said.preferred_simd_size,
      .simd_sizes = said.simd_sizes,
      .private_size = said.private_memory,
   };
   pipe->delete_compute_state(pipe, state);
   return true;
}

struct trf_launcher *
trf_launcher_create(struct trf_gpu *gpu)
{
   struct trf_launcher *launcher = calloc(1, sizeof(*launcher));
   if (!launcher)
      return NULL;
   launcher->gpu = gpu;
   launcher->pipe = trf_gpu_pipe(gpu);
   list_inithead(&launcher->csos);
   return launcher;
}

static void
unbind(struct trf_launcher *launcher)
{
   if (launcher->bound)
      launcher->pipe->bind_compute_state(launcher->pipe, NULL);
   launcher->bound = NULL;
}

/* Deletes those state objects whose shader is gone, or all. */
static void
delete_csos(struct trf_launcher *launcher, bool all)
{
   struct list_head gone;
   list_inithead(&gone);

   simple_mtx_lock(&cso_lock);
   list_for_each_entry_safe(struct trf_cso, cso, &launcher->csos,
                            in_launcher) {
      if (!all && cso->shader)
         continue;
      if (cso->shader)
         list_del(&cso->in_shader);
      list_move_to(&cso->in_launcher, &gone);
   }
   launcher->has_dead = false;
   simple_mtx_unlock(&cso_lock);

   list_for_each_entry_safe(struct trf_cso, cso, &gone, in_launcher) {
      if (launcher->bound == cso)
         unbind(launcher);
      launcher->pipe->delete_compute_state(launcher->pipe, cso->state);
      free(cso);
   }
}

void
trf_launcher_destroy(struct trf_launcher *launcher)
{
   if (!launcher)
      return;
   unbind(launcher);
   trf_bindings_clear(&launcher->bindings, launcher->pipe);
   delete_csos(launcher, true);
   free(launcher);
}

static struct trf_cso *
find_cso(struct trf_launcher *launcher, struct trf_shader *shader)
{
   struct trf_cso *found = NULL;

   simple_mtx_lock(&cso_lock);
   list_for_each_entry(struct trf_cso, cso, &shader->csos, in_shader) {
      if (cso->launcher == launcher) {
         found = cso;
         break;
      }
   }
   simple_mtx_unlock(&cso_lock);
   return found;
}

static struct trf_cso *
create_cso(struct trf_launcher *launcher, struct trf_shader *shader)
{
   struct trf_cso *cso = calloc(1, sizeof(*cso));
   if (!cso)
      return NULL;
   cso->launcher = launcher;
   cso->shader = shader;
   cso->state = compile(launcher->pipe, shader);
   if (!cso->state) {
      free(cso);
      return NULL;
   }

   simple_mtx_lock(&cso_lock);
   list_add(&cso->in_shader, &shader->csos);
   list_add(&cso->in_launcher, &launcher->csos);
   simple_mtx_unlock(&cso_lock);
   return cso;
}

static bool
bind_shader(struct trf_launcher *launcher, struct trf_shader *shader)
{
   if (launcher->bound && launcher->bound->shader == shader)
      return true;

   struct trf_cso *cso = find_cso(launcher, shader);
   if (!cso)
      cso = create_cso(launcher, shader);
   if (!cso)
      return false;
   launcher->pipe->bind_compute_state(launcher->pipe, cso->state);
   launcher->bound = cso;
   return true;
}

/*
 * Adds the addresses of buffers to the offsets in the input.  The bindings
 * of the launch before are dropped, so that no buffer lives for its sake.
 */
static void
bind_globals(struct trf_launcher *launcher, const struct trf_launch *launch)
{
   struct pipe_resource *resources[TRF_MAX_GLOBALS];
   uint32_t *handles[TRF_MAX_GLOBALS];
   struct pipe_context *pipe = launcher->pipe;

   for (unsigned i = 0; i < launch->global_count; i++) {
      resources[i] = trf_resource_pipe(launch->globals[i].resource);
      handles[i] = (uint32_t *)((uint8_t *)launch->input +
                                launch->globals[i].input_offset);
   }
   if (launch->global_count)
      pipe->set_global_binding(pipe, 0, launch->global_count, resources,
                               handles);
}

static void
unbind_globals(struct trf_launcher *launcher, const struct trf_launch *launch)
{
   if (launch->global_count)
      launcher->pipe->set_global_binding(launcher->pipe, 0,
                                         launch->global_count, NULL, NULL);
}

int
trf_launcher_run(struct trf_launcher *launcher,
                 const struct trf_launch *launch)
{
   struct pipe_context *pipe = launcher->pipe;

   assert(launch->global_count <= TRF_MAX_GLOBALS);
   if (launcher->has_dead)
      delete_csos(launcher, false);
   if (!bind_shader(launcher, launch->shader) ||
       !trf_bindings_set(&launcher->bindings, pipe, launch))
      return CL_OUT_OF_RESOURCES;

   bind_globals(launcher, launch);
   trf_bindings_set_input(pipe, launch);
   const struct pipe_grid_info grid = {
      .work_dim = launch->work_dim,
      .block = {launch->block[0], launch->block[1], launch->block[2]},
      .grid = {launch->grid[0], launch->grid[1], launch->grid[2]},
      .variable_shared_mem = launch->variable_shared,
   };
   pipe->launch_grid(pipe, &grid);
   unbind_globals(launcher, launch);
   return CL_SUCCESS;
}

void
trf_launcher_barrier(struct trf_launcher *launcher)
{
   if (!trf_screen_caps(trf_gpu_screen(launcher->gpu))->synchronous)
      launcher->pipe->memory_barrier(launcher->pipe, PIPE_BARRIER_ALL);
}
