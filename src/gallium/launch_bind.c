/* SPDX-License-Identifier: MIT */

#include "gallium/launch_bind.h"

#include <string.h>

#include <CL/cl.h>

#include "gallium/mesa.h"
#include "gallium/screen_private.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/format/u_format.h"
#include "util/macros.h"
#include "util/u_inlines.h"
#include "util/u_upload_mgr.h"

static struct pipe_sampler_view *
create_view(struct pipe_context *pipe, const struct trf_image_binding *image)
{
   struct pipe_resource *texture = trf_resource_pipe(image->resource);
   const unsigned element = util_format_get_blocksize(image->format);
   struct pipe_sampler_view view = {
      .format = image->format,
      .target = texture->target,
      .swizzle_r = PIPE_SWIZZLE_X,
      .swizzle_g = PIPE_SWIZZLE_Y,
      .swizzle_b = PIPE_SWIZZLE_Z,
      .swizzle_a = PIPE_SWIZZLE_W,
   };

   /* zink has alpha in the place of green, and shows it there as well. */
   if (util_format_is_red_alpha(image->format))
      view.swizzle_g = view.swizzle_b = PIPE_SWIZZLE_0;

   if (image->rows_of_buffer) {
      view.target = PIPE_TEXTURE_2D;
      view.is_tex2d_from_buf = true;
      view.u.tex2d_from_buf.offset = image->offset;
      view.u.tex2d_from_buf.row_stride = image->row_pitch;
      view.u.tex2d_from_buf.width = image->width;
      view.u.tex2d_from_buf.height = image->height;
   } else if (texture->target == PIPE_BUFFER) {
      view.u.buf.offset = image->offset * element;
      view.u.buf.size = image->width * element;
   } else {
      view.u.tex.last_level = image->levels - 1;
      view.u.tex.last_layer =
         texture->target == PIPE_TEXTURE_3D ? 0 : texture->array_size - 1;
   }
   return pipe->create_sampler_view(pipe, texture, &view);
}

/* Equal as the client sees them, and of storage that is still the same. */
static bool
same_image(const struct trf_image_binding *bound,
           const struct pipe_resource *storage,
           const struct trf_image_binding *wanted)
{
   return storage == trf_resource_pipe(wanted->resource) &&
          bound->format == wanted->format &&
          bound->rows_of_buffer == wanted->rows_of_buffer &&
          bound->level == wanted->level && bound->levels == wanted->levels &&
          bound->readable == wanted->readable &&
          bound->writable == wanted->writable &&
          bound->offset == wanted->offset && bound->width == wanted->width &&
          bound->height == wanted->height &&
          bound->row_pitch == wanted->row_pitch;
}

static bool
set_textures(struct trf_bindings *bindings, struct pipe_context *pipe,
             const struct trf_launch *launch)
{
   bool changed = bindings->texture_count != launch->texture_count;

   for (unsigned i = 0; i < launch->texture_count; i++) {
      struct pipe_sampler_view **view = &bindings->views[i];
      if (*view && same_image(&bindings->textures[i], (*view)->texture,
                              &launch->textures[i]))
         continue;
      pipe_sampler_view_reference(view, NULL);
      *view = create_view(pipe, &launch->textures[i]);
      if (!*view)
         return false;
      bindings->textures[i] = launch->textures[i];
      changed = true;
   }
   if (!changed)
      return true;

   const unsigned before = bindings->texture_count;
   const unsigned stale =
      before > launch->texture_count ? before - launch->texture_count : 0;
   bindings->texture_count = launch->texture_count;
   pipe->set_sampler_views(pipe, TRF_MESA_STAGE, 0, launch->texture_count,
                           stale, false, bindings->views);
   for (unsigned i = launch->texture_count; i < before; i++)
      pipe_sampler_view_reference(&bindings->views[i], NULL);
   return true;
}

static void
fill_image(struct pipe_image_view *view,
           const struct trf_image_binding *image)
{
   struct pipe_resource *resource = trf_resource_pipe(image->resource);
   const unsigned element = util_format_get_blocksize(image->format);

   *view = (struct pipe_image_view){
      .resource = resource,
      .format = image->format,
      .access = (image->readable ? PIPE_IMAGE_ACCESS_READ : 0) |
                (image->writable ? PIPE_IMAGE_ACCESS_WRITE : 0),
   };
   view->shader_access = view->access;

   if (image->rows_of_buffer) {
      view->access |= PIPE_IMAGE_ACCESS_TEX2D_FROM_BUFFER;
      view->u.tex2d_from_buf.offset = image->offset;
      view->u.tex2d_from_buf.row_stride = image->row_pitch;
      view->u.tex2d_from_buf.width = image->width;
      view->u.tex2d_from_buf.height = image->height;
   } else if (resource->target == PIPE_BUFFER) {
      view->u.buf.offset = image->offset * element;
      view->u.buf.size = image->width * element;
   } else {
      view->u.tex.level = image->level;
      view->u.tex.last_layer =
         resource->target == PIPE_TEXTURE_3D
            ? (unsigned)u_minify(resource->depth0, image->level) - 1
            : resource->array_size - 1u;
   }
}

static void
set_images(struct trf_bindings *bindings, struct pipe_context *pipe,
           const struct trf_launch *launch)
{
   struct pipe_image_view views[TRF_MAX_IMAGES];
   bool changed = bindings->image_count != launch->image_count;

   for (unsigned i = 0; i < launch->image_count; i++) {
      const struct trf_image_binding *image = &launch->images[i];
      if (i >= bindings->image_count ||
          !same_image(&bindings->images[i], bindings->image_resources[i],
                      image))
         changed = true;
   }
   if (!changed)
      return;

   for (unsigned i = 0; i < launch->image_count; i++) {
      bindings->images[i] = launch->images[i];
      pipe_resource_reference(&bindings->image_resources[i],
                              trf_resource_pipe(launch->images[i].resource));
      fill_image(&views[i], &launch->images[i]);
   }
   const unsigned before = bindings->image_count;
   const unsigned stale =
      before > launch->image_count ? before - launch->image_count : 0;
   for (unsigned i = launch->image_count; i < before; i++)
      pipe_resource_reference(&bindings->image_resources[i], NULL);
   bindings->image_count = launch->image_count;
   pipe->set_shader_images(pipe, TRF_MESA_STAGE, 0, launch->image_count,
                           stale, launch->image_count ? views : NULL);
}

static unsigned
wrap_mode(const struct trf_sampler_binding *sampler)
{
   if (sampler->addressing == CL_ADDRESS_CLAMP)
      return PIPE_TEX_WRAP_CLAMP_TO_BORDER;
   /* A kernel's own sampler may say what is not to be: zink would end. */
   if (!sampler->normalized)
      return PIPE_TEX_WRAP_CLAMP_TO_EDGE;

   switch (sampler->addressing) {
   case CL_ADDRESS_REPEAT:
      return PIPE_TEX_WRAP_REPEAT;
   case CL_ADDRESS_MIRRORED_REPEAT:
      return PIPE_TEX_WRAP_MIRROR_REPEAT;
   default:
      return PIPE_TEX_WRAP_CLAMP_TO_EDGE;
   }
}

static void *
create_sampler(struct pipe_context *pipe,
               const struct trf_sampler_binding *sampler)
{
   const unsigned wrap = wrap_mode(sampler);
   const unsigned filter =
      sampler->linear ? PIPE_TEX_FILTER_LINEAR : PIPE_TEX_FILTER_NEAREST;
   const struct pipe_sampler_state state = {
      .wrap_s = wrap,
      .wrap_t = wrap,
      .wrap_r = wrap,
      .min_img_filter = filter,
      .mag_img_filter = filter,
      .min_mip_filter = sampler->mip_linear ? PIPE_TEX_MIPFILTER_LINEAR
                                            : PIPE_TEX_MIPFILTER_NEAREST,
      .unnormalized_coords = !sampler->normalized,
      .min_lod = sampler->min_lod,
      .max_lod = sampler->max_lod,
   };
   return pipe->create_sampler_state(pipe, &state);
}

static bool
same_sampler(const struct trf_sampler_binding *a,
             const struct trf_sampler_binding *b)
{
   return a->normalized == b->normalized && a->linear == b->linear &&
          a->mip_linear == b->mip_linear && a->addressing == b->addressing &&
          a->min_lod == b->min_lod && a->max_lod == b->max_lod;
}

static bool
set_samplers(struct trf_bindings *bindings, struct pipe_context *pipe,
             const struct trf_launch *launch)
{
   void *replaced[TRF_MAX_SAMPLERS];
   unsigned replaced_count = 0;
   bool complete = true;

   for (unsigned i = 0; i < launch->sampler_count; i++) {
      void **state = &bindings->sampler_states[i];
      if (*state &&
          same_sampler(&bindings->samplers[i], &launch->samplers[i]))
         continue;
      if (*state)
         replaced[replaced_count++] = *state;
      *state = create_sampler(pipe, &launch->samplers[i]);
      bindings->samplers[i] = launch->samplers[i];
      bindings->sampler_count = 0; /* to be bound anew */
      complete = complete && *state;
   }
   if (bindings->sampler_count < launch->sampler_count) {
      /* Also where one is missing: what is deleted must not stay bound. */
      pipe->bind_sampler_states(pipe, TRF_MESA_STAGE, 0,
                                launch->sampler_count,
                                bindings->sampler_states);
      bindings->sampler_count = complete ? launch->sampler_count : 0;
   }
   for (unsigned i = 0; i < replaced_count; i++)
      pipe->delete_sampler_state(pipe, replaced[i]);
   return complete;
}

bool
trf_bindings_set(struct trf_bindings *bindings, struct pipe_context *pipe,
                 const struct trf_launch *launch)
{
   if (!set_samplers(bindings, pipe, launch) ||
       !set_textures(bindings, pipe, launch))
      return false;
   set_images(bindings, pipe, launch);
   return true;
}

void
trf_bindings_set_input(struct pipe_context *pipe,
                       const struct trf_launch *launch)
{
   struct pipe_constant_buffer input = {
      .buffer_size = launch->input_size,
      .user_buffer = launch->input,
   };
   bool take_ownership = false;

   if (pipe->screen->caps.prefer_real_buffer_in_constbuf0) {
      u_upload_data(pipe->const_uploader, 0, launch->input_size, 64,
                    launch->input, &input.buffer_offset, &input.buffer);
      u_upload_unmap(pipe->const_uploader);
      input.user_buffer = NULL;
      take_ownership = true;
   }
   pipe->set_constant_buffer(pipe, TRF_MESA_STAGE, 0, take_ownership, &input);
}

void
trf_bindings_drop_images(struct trf_bindings *bindings,
                         struct pipe_context *pipe)
{
   const struct trf_launch empty = {0};

   if (bindings->texture_count)
      set_textures(bindings, pipe, &empty);
   if (bindings->image_count)
      set_images(bindings, pipe, &empty);
}

void
trf_bindings_clear(struct trf_bindings *bindings, struct pipe_context *pipe)
{
   void *none[TRF_MAX_SAMPLERS] = {NULL};

   trf_bindings_drop_images(bindings, pipe);
   /* zink's contexts do not let go of it when they are destroyed. */
   pipe->set_constant_buffer(pipe, TRF_MESA_STAGE, 0, false, NULL);
   /* The last launch may have bound fewer than one before it. */
   unsigned bound = TRF_MAX_SAMPLERS;
   while (bound && !bindings->sampler_states[bound - 1])
      bound--;
   if (bound)
      pipe->bind_sampler_states(pipe, TRF_MESA_STAGE, 0, bound, none);
   bindings->sampler_count = 0;
   for (unsigned i = 0; i < TRF_MAX_SAMPLERS; i++) {
      if (bindings->sampler_states[i])
         pipe->delete_sampler_state(pipe, bindings->sampler_states[i]);
      bindings->sampler_states[i] = NULL;
   }
}
