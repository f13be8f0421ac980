/* SPDX-License-Identifier: MIT */

/*
 * Kernels: what is bound is noted, a launch takes a copy of it, and llvmpipe
 * runs it when its turn has come.
 */

#include "sim_private.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/nir/nir.h"
#include "util/box.h"
#include "util/format/u_format.h"
#include "util/u_atomic.h"
#include "util/u_inlines.h"

/* A view of storage, as it was bound. */
struct bound_view {
   struct sim_storage *storage;
   struct pipe_sampler_view view;
};

struct bound_image {
   struct sim_storage *storage;
   struct pipe_image_view view;
};

struct launch {
   struct sim_command base;
   struct sim_cso *cso;
   struct bound_view *views;
   struct bound_image *images;
   struct pipe_sampler_state *samplers;
   unsigned view_count, image_count, sampler_count;
   uint8_t *input;
   unsigned input_size;
   struct pipe_grid_info grid;
};

static void
cso_unref(struct sim_cso *cso)
{
   if (!cso || !p_atomic_dec_zero(&cso->refs))
      return;

   struct sim_engine *engine = cso->engine;
   simple_mtx_lock(&engine->screen->hardware);
   engine->real->delete_compute_state(engine->real, cso->state);
   simple_mtx_unlock(&engine->screen->hardware);
   free(cso);
   sim_count(-1);
}

static void *
create_compute_state(struct pipe_context *pipe,
                     const struct pipe_compute_state *templ)
{
   struct sim_engine *engine = sim_context(pipe)->engine;
   struct sim_cso *cso = calloc(1, sizeof(*cso));
   if (!cso || sim_fails(SIMGPU_FAIL_SHADER))
      goto fail;

   cso->refs = 1;
   cso->engine = engine;
   simple_mtx_lock(&engine->screen->hardware);
   struct pipe_context *real =
      sim_real_context(engine->screen, &engine->real);
   cso->state = real->create_compute_state(real, templ);
   simple_mtx_unlock(&engine->screen->hardware);
   if (!cso->state)
      goto fail_state;
   sim_count(1);
   return cso;

fail:
   /* The shader was given away, whatever becomes of it. */
   ralloc_free((void *)(uintptr_t)templ->prog);
fail_state:
   free(cso);
   return NULL;
}

static void
bind_compute_state(struct pipe_context *pipe, void *state)
{
   sim_context(pipe)->cso = state;
}

static void
delete_compute_state(struct pipe_context *pipe, void *state)
{
   if (sim_context(pipe)->cso == state)
      sim_refuse("a compute state deleted while it is bound");
   cso_unref(state);
}

static void
get_compute_state_info(struct pipe_context *pipe, void *state,
                       struct pipe_compute_state_object_info *info)
{
   struct sim_cso *cso = state;
   struct pipe_context *real = cso->engine->real;

   simple_mtx_lock(&cso->engine->screen->hardware);
   real->get_compute_state_info(real, cso->state, info);
   simple_mtx_unlock(&cso->engine->screen->hardware);
   info->simd_sizes |= info->simd_sizes / 2;
}

static uint32_t
get_compute_state_subgroup_size(struct pipe_context *pipe, void *state,
                                const uint32_t block[3])
{
   struct pipe_compute_state_object_info info;

   if (!block[0] || !block[1] || !block[2])
      sim_refuse("a work-group of no work-items");
   get_compute_state_info(pipe, state, &info);
   return info.preferred_simd_size;
}

static struct pipe_sampler_view *
create_sampler_view(struct pipe_context *pipe, struct pipe_resource *texture,
                    const struct pipe_sampler_view *templ)
{
   if (sim_fails(SIMGPU_FAIL_VIEW))
      return NULL;

   struct pipe_sampler_view *view = aligned_alloc(
      CACHE_LINE_SIZE, align_uintptr(sizeof(*view), CACHE_LINE_SIZE));
   if (!view)
      return NULL;
   *view = *templ;
   view->texture = NULL;
   view->context = pipe;
   pipe_reference_init(&view->reference, 1);
   pipe_resource_reference(&view->texture, texture);
   sim_count(1);
   return view;
}

static void
sampler_view_destroy(struct pipe_context *pipe,
                     struct pipe_sampler_view *view)
{
   pipe_resource_reference(&view->texture, NULL);
   free(view);
   sim_count(-1);
}

static void
set_sampler_views(struct pipe_context *pipe, enum pipe_shader_type shader,
                  unsigned start, unsigned count, unsigned unbind,
                  bool take_ownership, struct pipe_sampler_view **views)
{
   struct sim_context *context = sim_context(pipe);

   if (start || take_ownership || count + unbind > SIM_MAX_VIEWS)
      sim_refuse("sampler views bound in a way that is not simulated");
   for (unsigned i = 0; i < count + unbind; i++)
      pipe_sampler_view_reference(&context->views[i],
                                  i < count ? views[i] : NULL);
   context->view_count = count;
}

static void
set_shader_images(struct pipe_context *pipe, enum pipe_shader_type shader,
                  unsigned start, unsigned count, unsigned unbind,
                  const struct pipe_image_view *images)
{
   struct sim_context *context = sim_context(pipe);

   if (start || count + unbind > SIM_MAX_IMAGES)
      sim_refuse("images bound in a way that is not simulated");
   for (unsigned i = 0; i < count + unbind; i++) {
      struct pipe_resource *held = context->images[i].resource;
      struct pipe_resource *wanted = i < count ? images[i].resource : NULL;
      pipe_resource_reference(&held, wanted);
      context->images[i] =
         i < count ? images[i] : (struct pipe_image_view){0};
      context->images[i].resource = held;
   }
   context->image_count = count;
}

static void *
create_sampler_state(struct pipe_context *pipe,
                     const struct pipe_sampler_state *templ)
{
   if (sim_fails(SIMGPU_FAIL_VIEW))
      return NULL;

   struct pipe_sampler_state *state = malloc(sizeof(*state));
   if (!state)
      return NULL;
   *state = *templ;
   sim_count(1);
   return state;
}

static void
bind_sampler_states(struct pipe_context *pipe, enum pipe_shader_type shader,
                    unsigned start, unsigned count, void **states)
{
   struct sim_context *context = sim_context(pipe);

   if (start || count > SIM_MAX_SAMPLERS)
      sim_refuse("samplers bound in a way that is not simulated");
   for (unsigned i = 0; i < count; i++)
      context->samplers[i] = states[i];
   context->sampler_count = MAX2(count, context->sampler_count);
}

static void
delete_sampler_state(struct pipe_context *pipe, void *state)
{
   const struct sim_context *context = sim_context(pipe);

   for (unsigned i = 0; i < SIM_MAX_SAMPLERS; i++) {
      if (context->samplers[i] == state)
         sim_refuse("a sampler state deleted while it is bound");
   }
   free(state);
   sim_count(-1);
}

static void
set_constant_buffer(struct pipe_context *pipe, enum pipe_shader_type shader,
                    unsigned index, bool take_ownership,
                    const struct pipe_constant_buffer *buffer)
{
   struct sim_context *context = sim_context(pipe);

   if (index || take_ownership || (buffer && !buffer->user_buffer))
      sim_refuse("constants bound in a way that is not simulated");
   sim_free(context->input);
   context->input = NULL;
   context->input_size = buffer ? buffer->buffer_size : 0;
   if (!context->input_size)
      return;
   context->input = sim_alloc(context->input_size);
   memcpy(context->input, buffer->user_buffer, context->input_size);
}

static void
set_global_binding(struct pipe_context *pipe, unsigned first, unsigned count,
                   struct pipe_resource **resources, uint32_t **handles)
{
   struct sim_context *context = sim_context(pipe);

   if (first || count > SIM_MAX_GLOBALS)
      sim_refuse("buffers bound in a way that is not simulated");
   context->global_count = resources ? count : 0;
   for (unsigned i = 0; i < count; i++) {
      pipe_resource_reference(&context->globals[i],
                              resources ? resources[i] : NULL);
      if (!resources)
         continue;

      struct sim_storage *storage = sim_storage_of(resources[i]);
      uint64_t address;
      memcpy(&address, handles[i], sizeof(address));
      if (address > storage->size)
         sim_refuse("an offset that is not in the buffer");
      address += (uintptr_t)storage->memory;
      memcpy(handles[i], &address, sizeof(address));
      sim_storage_unref(storage);
   }
}

/* llvmpipe's own resource: a buffer's is the same memory, a texture's not. */
static struct pipe_resource *
real_of(struct sim_storage *storage)
{
   struct pipe_screen *real = storage->screen->real;

   if (storage->real)
      return storage->real;
   if (storage->templ.target == PIPE_BUFFER) {
      storage->real = real->resource_from_user_memory(real, &storage->templ,
                                                      storage->memory);
   } else {
      struct pipe_resource templ = storage->templ;
      templ.usage = PIPE_USAGE_DEFAULT;
      templ.flags = 0;
      storage->real = real->resource_create(real, &templ);
   }
   if (!storage->real)
      sim_refuse("llvmpipe has no such resource");
   return storage->real;
}

static void
whole_level(const struct sim_storage *storage, unsigned index,
            struct pipe_box *box)
{
   const struct sim_level *level = &storage->levels[index];

   u_box_3d(0, 0, 0, level->width, level->height, level->depth, box);
}

static uint8_t *
map_level(struct pipe_context *real, struct sim_storage *storage,
          unsigned level, unsigned usage, struct pipe_transfer **transfer)
{
   struct pipe_box box;

   whole_level(storage, level, &box);
   uint8_t *memory =
      real->texture_map(real, real_of(storage), level, usage, &box, transfer);
   if (!memory)
      sim_refuse("llvmpipe cannot map");
   return memory;
}

/* llvmpipe's texture gets the pixels of our storage. */
static void
fill_texture(struct pipe_context *real, struct sim_storage *storage)
{
   if (storage->templ.target == PIPE_BUFFER)
      return;
   for (unsigned i = 0; i <= storage->templ.last_level; i++) {
      struct pipe_transfer *transfer;
      struct pipe_box box;
      uint8_t *memory =
         map_level(real, storage, i, PIPE_MAP_WRITE, &transfer);

      whole_level(storage, i, &box);
      sim_read(storage, i, &box, memory, transfer->stride,
               transfer->layer_stride);
      real->texture_unmap(real, transfer);
   }
}

/* The bytes of a level in tight rows. */
static size_t
level_size(const struct sim_storage *storage, unsigned level)
{
   const struct sim_level *of = &storage->levels[level];
   return (size_t)of->width * of->height * of->depth * storage->block;
}

/* What a texture holds that a kernel is to write to. */
static uint8_t *
remember(struct pipe_context *real, struct sim_storage *storage)
{
   size_t size = 0, at = 0;

   if (storage->templ.target == PIPE_BUFFER)
      return NULL;
   for (unsigned i = 0; i <= storage->templ.last_level; i++)
      size += level_size(storage, i);
   uint8_t *before = sim_alloc(size);
   for (unsigned i = 0; i <= storage->templ.last_level; i++) {
      const struct sim_level *level = &storage->levels[i];
      const size_t row = (size_t)level->width * storage->block;
      struct pipe_transfer *transfer;
      const uint8_t *memory =
         map_level(real, storage, i, PIPE_MAP_READ, &transfer);

      for (unsigned z = 0; z < level->depth; z++) {
         for (unsigned y = 0; y < level->height; y++, at += row)
            memcpy(before + at,
                   memory + z * transfer->layer_stride +
                      y * (size_t)transfer->stride,
                   row);
      }
      real->texture_unmap(real, transfer);
   }
   return before;
}

/* The pixels of a row that are others than they were. */
static void
write_changes(struct sim_storage *storage, unsigned level, unsigned y,
              unsigned z, const uint8_t *before, const uint8_t *after)
{
   const unsigned width = storage->levels[level].width;
   const unsigned block = storage->block;

   if (!memcmp(before, after, (size_t)width * block))
      return;
   for (unsigned x = 0; x < width; x++) {
      struct pipe_box pixel;

      if (!memcmp(before + x * block, after + x * block, block))
         continue;
      u_box_3d(x, y, z, 1, 1, 1, &pixel);
      sim_write(storage, level, &pixel, after + x * block, block, block);
   }
}

/*
 * Only what the kernel wrote: the host may have changed other pixels of
 * what it has mapped meanwhile, or another device.
 */
static void
take_changes(struct pipe_context *real, struct sim_storage *storage,
             const uint8_t *before)
{
   if (storage->templ.target == PIPE_BUFFER)
      return;
   for (unsigned i = 0; i <= storage->templ.last_level; i++) {
      const struct sim_level *level = &storage->levels[i];
      const size_t row = (size_t)level->width * storage->block;
      struct pipe_transfer *transfer;
      const uint8_t *memory =
         map_level(real, storage, i, PIPE_MAP_READ, &transfer);

      for (unsigned z = 0; z < level->depth; z++) {
         for (unsigned y = 0; y < level->height; y++)
            write_changes(storage, i, y, z,
                          before + (z * level->height + y) * row,
                          memory + z * transfer->layer_stride +
                             y * (size_t)transfer->stride);
      }
      real->texture_unmap(real, transfer);
      before += level_size(storage, i);
   }
}

static void
bind_real(struct pipe_context *real, const struct launch *launch,
          struct pipe_sampler_view **views, void **samplers)
{
   struct pipe_image_view images[SIM_MAX_IMAGES];

   for (unsigned i = 0; i < launch->view_count; i++) {
      fill_texture(real, launch->views[i].storage);
      views[i] = real->create_sampler_view(
         real, real_of(launch->views[i].storage), &launch->views[i].view);
   }
   for (unsigned i = 0; i < launch->image_count; i++) {
      fill_texture(real, launch->images[i].storage);
      images[i] = launch->images[i].view;
      images[i].resource = real_of(launch->images[i].storage);
   }
   for (unsigned i = 0; i < launch->sampler_count; i++)
      samplers[i] = real->create_sampler_state(real, &launch->samplers[i]);

   const struct pipe_constant_buffer input = {
      .buffer_size = launch->input_size,
      .user_buffer = launch->input,
   };
   real->bind_compute_state(real, launch->cso->state);
   real->bind_sampler_states(real, PIPE_SHADER_COMPUTE, 0,
                             launch->sampler_count, samplers);
   real->set_sampler_views(real, PIPE_SHADER_COMPUTE, 0, launch->view_count,
                           0, false, views);
   real->set_shader_images(real, PIPE_SHADER_COMPUTE, 0, launch->image_count,
                           0, images);
   real->set_constant_buffer(real, PIPE_SHADER_COMPUTE, 0, false, &input);
}

static void
unbind_real(struct pipe_context *real, const struct launch *launch,
            struct pipe_sampler_view **views, void **samplers)
{
   void *none[SIM_MAX_SAMPLERS] = {NULL};

   real->set_constant_buffer(real, PIPE_SHADER_COMPUTE, 0, false, NULL);
   real->set_shader_images(real, PIPE_SHADER_COMPUTE, 0, 0,
                           launch->image_count, NULL);
   real->set_sampler_views(real, PIPE_SHADER_COMPUTE, 0, 0,
                           launch->view_count, false, NULL);
   real->bind_sampler_states(real, PIPE_SHADER_COMPUTE, 0,
                             launch->sampler_count, none);
   real->bind_compute_state(real, NULL);
   for (unsigned i = 0; i < launch->view_count; i++)
      pipe_sampler_view_reference(&views[i], NULL);
   for (unsigned i = 0; i < launch->sampler_count; i++)
      real->delete_sampler_state(real, samplers[i]);
}

static bool
is_written(const struct bound_image *image)
{
   return image->view.shader_access & PIPE_IMAGE_ACCESS_WRITE;
}

static void
run_launch(struct sim_command *command, struct pipe_context **context)
{
   const struct launch *launch = (struct launch *)command;
   struct pipe_context *real = *context;
   struct pipe_sampler_view *views[SIM_MAX_VIEWS] = {NULL};
   void *samplers[SIM_MAX_SAMPLERS] = {NULL};
   uint8_t *before[SIM_MAX_IMAGES] = {NULL};

   bind_real(real, launch, views, samplers);
   for (unsigned i = 0; i < launch->image_count; i++) {
      if (is_written(&launch->images[i]))
         before[i] = remember(real, launch->images[i].storage);
   }
   real->launch_grid(real, &launch->grid);
   sim_clock_move(launch->cso->engine->screen, SIMGPU_LAUNCH_NS);
   unbind_real(real, launch, views, samplers);

   for (unsigned i = 0; i < launch->image_count; i++) {
      if (before[i])
         take_changes(real, launch->images[i].storage, before[i]);
      sim_free(before[i]);
   }
}

static void
destroy_launch(struct sim_command *command)
{
   struct launch *launch = (struct launch *)command;

   cso_unref(launch->cso);
   sim_free(launch->views);
   sim_free(launch->images);
   sim_free(launch->samplers);
   sim_free(launch->input);
}

/* Storage of all that is bound, each with a reference. */
static unsigned
collect_uses(const struct sim_context *context, struct sim_storage **uses)
{
   unsigned count = 0;

   for (unsigned i = 0; i < context->view_count; i++)
      uses[count++] = sim_storage_of(context->views[i]->texture);
   for (unsigned i = 0; i < context->image_count; i++)
      uses[count++] = sim_storage_of(context->images[i].resource);
   for (unsigned i = 0; i < context->global_count; i++)
      uses[count++] = sim_storage_of(context->globals[i]);
   return count;
}

/* What is bound now, with the storage that it has now. */
static void
take_bindings(struct launch *launch, const struct sim_context *context,
              struct sim_storage *const *uses)
{
   launch->view_count = context->view_count;
   launch->views = sim_alloc(launch->view_count * sizeof(*launch->views));
   launch->image_count = context->image_count;
   launch->images = sim_alloc(launch->image_count * sizeof(*launch->images));
   launch->sampler_count = context->sampler_count;
   launch->samplers =
      sim_alloc(launch->sampler_count * sizeof(*launch->samplers));

   for (unsigned i = 0; i < launch->view_count; i++) {
      launch->views[i].storage = uses[i];
      launch->views[i].view = *context->views[i];
   }
   for (unsigned i = 0; i < launch->image_count; i++) {
      launch->images[i].storage = uses[launch->view_count + i];
      launch->images[i].view = context->images[i];
   }
   for (unsigned i = 0; i < launch->sampler_count; i++) {
      if (context->samplers[i])
         launch->samplers[i] = *context->samplers[i];
   }
   launch->input_size = context->input_size;
   launch->input = sim_alloc(launch->input_size);
   if (launch->input_size)
      memcpy(launch->input, context->input, launch->input_size);
}

/* Buffers always: who can say what a kernel does with a pointer. */
static void
note_written(struct sim_context *context, struct sim_storage *const *uses,
             unsigned use_count)
{
   for (unsigned i = context->view_count; i < use_count; i++) {
      const unsigned image = i - context->view_count;
      if (image < context->image_count &&
          !(context->images[image].shader_access & PIPE_IMAGE_ACCESS_WRITE))
         continue;
      if (context->written_count < ARRAY_SIZE(context->written))
         context->written[context->written_count++] = uses[i];
   }
}

static void
launch_grid(struct pipe_context *pipe, const struct pipe_grid_info *grid)
{
   struct sim_context *context = sim_context(pipe);
   struct sim_storage *uses[SIM_MAX_VIEWS + SIM_MAX_IMAGES + SIM_MAX_GLOBALS];

   if (!context->cso)
      sim_refuse("a launch without a compute state");
   if (grid->indirect)
      sim_refuse("an indirect launch");

   const unsigned use_count = collect_uses(context, uses);
   struct launch *launch =
      sim_command_create(sizeof(*launch), uses, use_count, run_launch);
   launch->base.destroy = destroy_launch;
   launch->cso = context->cso;
   p_atomic_inc(&launch->cso->refs);
   launch->grid = *grid;
   take_bindings(launch, context, uses);
   note_written(context, uses, use_count);
   for (unsigned i = 0; i < use_count; i++)
      sim_storage_unref(uses[i]);
   sim_note("launch");
   sim_record(context, &launch->base);
}

void
sim_finish_launches(struct sim_context *context)
{
   struct pipe_context *pipe = &context->base;

   if (context->cso)
      sim_refuse("a context destroyed with a compute state bound");
   if (context->input)
      sim_refuse("a context destroyed with constants bound");
   set_sampler_views(pipe, PIPE_SHADER_COMPUTE, 0, 0, context->view_count,
                     false, NULL);
   set_shader_images(pipe, PIPE_SHADER_COMPUTE, 0, 0, context->image_count,
                     NULL);
   set_global_binding(pipe, 0, context->global_count, NULL, NULL);
}

void
sim_init_launches(struct sim_context *context)
{
   struct pipe_context *pipe = &context->base;

   pipe->create_compute_state = create_compute_state;
   pipe->bind_compute_state = bind_compute_state;
   pipe->delete_compute_state = delete_compute_state;
   pipe->get_compute_state_info = get_compute_state_info;
   pipe->get_compute_state_subgroup_size = get_compute_state_subgroup_size;
   pipe->create_sampler_view = create_sampler_view;
   pipe->sampler_view_destroy = sampler_view_destroy;
   pipe->set_sampler_views = set_sampler_views;
   pipe->set_shader_images = set_shader_images;
   pipe->create_sampler_state = create_sampler_state;
   pipe->bind_sampler_states = bind_sampler_states;
   pipe->delete_sampler_state = delete_sampler_state;
   pipe->set_constant_buffer = set_constant_buffer;
   pipe->set_global_binding = set_global_binding;
   pipe->launch_grid = launch_grid;
}
