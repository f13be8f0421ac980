/* SPDX-License-Identifier: MIT */

#include "gallium/launch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <CL/cl.h>

#include "compiler/nir/nir.h"
#include "gallium/launch_bind.h"
#include "gallium/screen_private.h"
#include "gallium/target.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/list.h"
#include "util/macros.h"
#include "util/simple_mtx.h"
#include "util/trf_fpu.h"

struct trf_shader {
   struct trf_screen *screen;
   nir_shader *nir;
   struct list_head csos; /* struct trf_cso, under cso_lock */
};

/* A shader on one lane.  Belongs to the lane, whose context it is of. */
struct trf_cso {
   struct list_head in_shader;
   struct list_head in_lane;
   struct trf_lane *lane;
   struct trf_shader *shader; /* NULL once that is gone */
   void *state;
   uint64_t item_time; /* of a serial lane: 1/256 ns a work-item, or 0 */
};

/* A context that launches, and what is bound there. */
struct trf_lane {
   struct pipe_context *pipe;
   struct list_head csos; /* under cso_lock */
   bool has_dead;         /* under cso_lock: some lost their shaders */
   struct trf_cso *bound;
   struct trf_bindings bindings;
};

/*
 * llvmpipe hands every launch to its threads, which costs more than a small
 * grid's work.  Where the screen has a twin without threads, small grids run
 * there, on the caller's thread.
 */
struct trf_launcher {
   struct trf_gpu *gpu;
   struct trf_lane main;   /* pipe is NULL until it is used */
   struct trf_lane serial; /* pipe is NULL where there is no twin */
};

/*
 * Shaders die with the last kernel, on any thread; contexts may be touched
 * by their queue only.  So a shader leaves its state objects behind for the
 * launchers to delete.
 */
static simple_mtx_t cso_lock = SIMPLE_MTX_INITIALIZER;

struct trf_shader *
trf_shader_create(struct trf_screen *screen, const struct nir_shader *nir)
{
   struct trf_shader *shader = calloc(1, sizeof(*shader));
   if (!shader)
      return NULL;
   shader->screen = screen;
   shader->nir = nir_shader_clone(NULL, nir);
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
      cso->lane->has_dead = true;
   }
   simple_mtx_unlock(&cso_lock);
   ralloc_free(shader->nir);
   free(shader);
}

/*
 * The driver takes over the NIR, so it gets a copy.  There is no
 * req_input_mem: the input is a constant buffer of ours, and iris would copy
 * as much from pipe_grid_info besides.
 */
static void *
compile(struct pipe_context *pipe, const struct trf_shader *shader)
{
   const struct pipe_compute_state state = {
      .ir_type = PIPE_SHADER_IR_NIR,
      .prog = nir_shader_clone(NULL, shader->nir),
      .static_shared_mem = shader->nir->info.shared_size,
   };
   return state.prog ? pipe->create_compute_state(pipe, &state) : NULL;
}

bool
trf_shader_get_info(struct trf_shader *shader, struct trf_gpu *gpu,
                    struct trf_shader_info *info)
{
   struct pipe_context *pipe = trf_gpu_pipe(gpu);
   void *state = pipe ? compile(pipe, shader) : NULL;
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

uint32_t
trf_shader_subgroup_size(struct trf_shader *shader, struct trf_gpu *gpu,
                         const uint32_t block[3])
{
   struct pipe_context *pipe = trf_gpu_pipe(gpu);
   if (!pipe || !pipe->get_compute_state_subgroup_size)
      return 0;
   void *state = compile(pipe, shader);
   if (!state)
      return 0;

   const uint32_t size =
      pipe->get_compute_state_subgroup_size(pipe, state, block);
   pipe->delete_compute_state(pipe, state);
   return size;
}

static void
lane_init(struct trf_lane *lane, struct pipe_context *pipe)
{
   lane->pipe = pipe;
   list_inithead(&lane->csos);
}

struct trf_launcher *
trf_launcher_create(struct trf_gpu *gpu)
{
   struct trf_launcher *launcher = calloc(1, sizeof(*launcher));
   if (!launcher)
      return NULL;
   launcher->gpu = gpu;
   lane_init(&launcher->main, NULL);

   /* Without it launches are slower, no more. */
   struct pipe_screen *twin = trf_gpu_screen(gpu)->serial;
   lane_init(&launcher->serial,
             twin
                ? twin->context_create(twin, NULL, PIPE_CONTEXT_COMPUTE_ONLY)
                : NULL);
   return launcher;
}

static void
unbind(struct trf_lane *lane)
{
   if (lane->bound)
      lane->pipe->bind_compute_state(lane->pipe, NULL);
   lane->bound = NULL;
}

/* Deletes those state objects whose shader is gone, or all. */
static void
delete_csos(struct trf_lane *lane, bool all)
{
   struct list_head gone;
   list_inithead(&gone);

   simple_mtx_lock(&cso_lock);
   list_for_each_entry_safe(struct trf_cso, cso, &lane->csos, in_lane) {
      if (!all && cso->shader)
         continue;
      if (cso->shader)
         list_del(&cso->in_shader);
      list_move_to(&cso->in_lane, &gone);
   }
   lane->has_dead = false;
   simple_mtx_unlock(&cso_lock);

   list_for_each_entry_safe(struct trf_cso, cso, &gone, in_lane) {
      if (lane->bound == cso)
         unbind(lane);
      lane->pipe->delete_compute_state(lane->pipe, cso->state);
      free(cso);
   }
}

/* The gpu's own context, which may only be made now.  False without one. */
static bool
open_main(struct trf_launcher *launcher)
{
   if (!launcher->main.pipe)
      launcher->main.pipe = trf_gpu_pipe(launcher->gpu);
   return launcher->main.pipe != NULL;
}

static void
lane_finish(struct trf_lane *lane)
{
   if (!lane->pipe)
      return;
   unbind(lane);
   trf_bindings_clear(&lane->bindings, lane->pipe);
   delete_csos(lane, true);
}

void
trf_launcher_destroy(struct trf_launcher *launcher)
{
   if (!launcher)
      return;
   lane_finish(&launcher->main);
   lane_finish(&launcher->serial);
   if (launcher->serial.pipe)
      launcher->serial.pipe->destroy(launcher->serial.pipe);
   free(launcher);
}

static struct trf_cso *
find_cso(struct trf_lane *lane, struct trf_shader *shader)
{
   struct trf_cso *found = NULL;

   simple_mtx_lock(&cso_lock);
   list_for_each_entry(struct trf_cso, cso, &shader->csos, in_shader) {
      if (cso->lane == lane) {
         found = cso;
         break;
      }
   }
   simple_mtx_unlock(&cso_lock);
   return found;
}

static struct trf_cso *
create_cso(struct trf_lane *lane, struct trf_shader *shader)
{
   struct trf_cso *cso = calloc(1, sizeof(*cso));
   if (!cso)
      return NULL;
   cso->lane = lane;
   cso->shader = shader;
   cso->state = compile(lane->pipe, shader);
   if (!cso->state) {
      free(cso);
      return NULL;
   }

   simple_mtx_lock(&cso_lock);
   list_add(&cso->in_shader, &shader->csos);
   list_add(&cso->in_lane, &lane->csos);
   simple_mtx_unlock(&cso_lock);
   return cso;
}

static struct trf_cso *
get_cso(struct trf_lane *lane, struct trf_shader *shader)
{
   if (lane->has_dead)
      delete_csos(lane, false);
   if (lane->bound && lane->bound->shader == shader)
      return lane->bound;
   struct trf_cso *cso = find_cso(lane, shader);
   return cso ? cso : create_cso(lane, shader);
}

static void
bind_cso(struct trf_lane *lane, struct trf_cso *cso)
{
   if (lane->bound == cso)
      return;
   lane->pipe->bind_compute_state(lane->pipe, cso->state);
   lane->bound = cso;
}

/* Adds the addresses of buffers to the offsets in the input. */
static void
bind_globals(struct pipe_context *pipe, const struct trf_launch *launch)
{
   struct pipe_resource *resources[TRF_MAX_GLOBALS];
   uint32_t *handles[TRF_MAX_GLOBALS];

   for (unsigned i = 0; i < launch->global_count; i++) {
      resources[i] = trf_resource_pipe(launch->globals[i].resource);
      handles[i] = (uint32_t *)((uint8_t *)launch->input +
                                launch->globals[i].input_offset);
   }
   if (launch->global_count)
      pipe->set_global_binding(pipe, 0, launch->global_count, resources,
                               handles);
}

/* So that no buffer lives for a binding's sake. */
static void
unbind_globals(struct pipe_context *pipe, const struct trf_launch *launch)
{
   if (launch->global_count)
      pipe->set_global_binding(pipe, 0, launch->global_count, NULL, NULL);
}

/*
 * What has no code is forgotten, and compiled anew should it be launched
 * again: the driver's state object would not fail twice.
 */
static void
forget_cso(struct trf_cso *cso)
{
   simple_mtx_lock(&cso_lock);
   if (cso->shader)
      list_del(&cso->in_shader);
   cso->shader = NULL;
   cso->lane->has_dead = true;
   simple_mtx_unlock(&cso_lock);
}

static int
run_on(struct trf_lane *lane, struct trf_cso *cso,
       const struct trf_launch *launch)
{
   struct pipe_context *pipe = lane->pipe;

   bind_cso(lane, cso);
   if (!trf_bindings_set(&lane->bindings, pipe, launch))
      return CL_OUT_OF_RESOURCES;
   bind_globals(pipe, launch);
   trf_bindings_set_input(pipe, launch);
   const struct pipe_grid_info grid = {
      .work_dim = launch->work_dim,
      .block = {launch->block[0], launch->block[1], launch->block[2]},
      .grid = {launch->grid[0], launch->grid[1], launch->grid[2]},
      .variable_shared_mem = launch->variable_shared,
   };
   trf_target_begin_launch();
   pipe->launch_grid(pipe, &grid);
   const bool has_code = trf_target_end_launch();
   unbind_globals(pipe, launch);
   if (!has_code)
      forget_cso(cso);
   return has_code ? CL_SUCCESS : CL_OUT_OF_RESOURCES;
}

static uint64_t
product(const uint32_t size[3])
{
   return (uint64_t)size[0] * size[1] * size[2];
}

/* Below this a grid is done before the threads have woken up. */
#define SERIAL_NS 30000

/* A first guess for code that was never timed: ns a work-item. */
#define GUESSED_ITEM_NS 20

static bool
is_small(const struct trf_cso *cso, uint64_t groups, uint64_t items)
{
   const uint64_t item_time =
      cso->item_time ? cso->item_time : GUESSED_ITEM_NS << 8;
   return groups == 1 || items < (SERIAL_NS << 8) / item_time;
}

static void
learn_item_time(struct trf_cso *cso, uint64_t taken, uint64_t items)
{
   const uint64_t item_time = (taken << 8) / items + 1;

   /* The longest seen counts most: data may make a launch a long one. */
   cso->item_time = item_time > cso->item_time
                       ? item_time
                       : (7 * cso->item_time + item_time) / 8;
}

/* Runs a grid on this thread if it is small.  False if it is not. */
static bool
try_serial(struct trf_launcher *launcher, const struct trf_launch *launch,
           int *error)
{
   const uint64_t groups = product(launch->grid);
   const uint64_t items = groups * product(launch->block);

   /* No code is so short that this many would be worth a look. */
   if (!launcher->serial.pipe || items > SERIAL_NS)
      return false;
   struct trf_cso *cso = get_cso(&launcher->serial, launch->shader);
   if (!cso || !is_small(cso, groups, items))
      return false;

   struct pipe_context *pipe = launcher->serial.pipe;
   const unsigned compiled = trf_target_count_compiled(pipe);
   const uint64_t start = trf_host_time();
   const unsigned client_fpu = trf_fpu_enter();
   *error = run_on(&launcher->serial, cso, launch);
   trf_fpu_leave(client_fpu);
   if (trf_target_count_compiled(pipe) == compiled)
      learn_item_time(cso, trf_host_time() - start, items);
   return true;
}

int
trf_launcher_run(struct trf_launcher *launcher,
                 const struct trf_launch *launch)
{
   int error;

   assert(launch->global_count <= TRF_MAX_GLOBALS);
   if (try_serial(launcher, launch, &error))
      return error;

   if (!open_main(launcher))
      return CL_OUT_OF_RESOURCES;
   struct trf_cso *cso = get_cso(&launcher->main, launch->shader);
   if (!cso)
      return CL_OUT_OF_RESOURCES;
   trf_gpu_note_launch(launcher->gpu);
   trf_screen_take_turn(trf_gpu_screen(launcher->gpu));
   const int status = run_on(&launcher->main, cso, launch);
   trf_screen_end_turn(trf_gpu_screen(launcher->gpu));
   return status;
}

void
trf_launcher_rest(struct trf_launcher *launcher)
{
   struct trf_lane *lanes[] = {&launcher->main, &launcher->serial};

   for (unsigned i = 0; i < ARRAY_SIZE(lanes); i++) {
      if (lanes[i]->pipe)
         trf_bindings_drop_images(&lanes[i]->bindings, lanes[i]->pipe);
   }
}

/* Calls `visit` for what a launch uses, until it says true. */
static bool
any_use(struct trf_gpu *gpu, const struct trf_launch *launch,
        bool (*visit)(struct trf_gpu *gpu,
                      const struct trf_resource *resource, bool writes))
{
   for (unsigned i = 0; i < launch->global_count; i++) {
      if (visit(gpu, launch->globals[i].resource,
                launch->globals[i].writable))
         return true;
   }
   for (unsigned i = 0; i < launch->texture_count; i++) {
      if (visit(gpu, launch->textures[i].resource, false))
         return true;
   }
   for (unsigned i = 0; i < launch->image_count; i++) {
      if (visit(gpu, launch->images[i].resource, launch->images[i].writable))
         return true;
   }
   return false;
}

static bool
must_wait(struct trf_gpu *gpu, const struct trf_resource *resource,
          bool writes)
{
   return trf_gpu_must_wait(gpu, resource, writes);
}

static bool
note_use(struct trf_gpu *gpu, const struct trf_resource *resource,
         bool writes)
{
   trf_gpu_note_use(gpu, resource, writes);
   return false;
}

void
trf_launcher_order(struct trf_launcher *launcher,
                   const struct trf_launch *launch)
{
   struct trf_gpu *gpu = launcher->gpu;

   if (trf_gpu_screen(gpu)->caps.synchronous || !open_main(launcher))
      return;
   if (any_use(gpu, launch, must_wait))
      trf_gpu_barrier(gpu);
   any_use(gpu, launch, note_use);
}
