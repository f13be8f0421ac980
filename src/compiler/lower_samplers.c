/* SPDX-License-Identifier: MIT */

/* What a driver's samplers do not do as OpenCL's, done to coordinates. */

#include <CL/cl.h>

#include "compiler/lower.h"
#include "nir_builtin_builder.h"

/* What samples: NULL if it is anything else. */
static nir_tex_instr *
as_sampling(nir_instr *instr)
{
   if (instr->type != nir_instr_type_tex)
      return NULL;
   nir_tex_instr *tex = nir_instr_as_tex(instr);
   return tex->op == nir_texop_tex || tex->op == nir_texop_txl ||
                tex->op == nir_texop_txb || tex->op == nir_texop_txd
             ? tex
             : NULL;
}

static const nir_variable *
sampler_of(const nir_shader *nir, const nir_tex_instr *tex)
{
   const int deref = nir_tex_instr_src_index(tex, nir_tex_src_sampler_deref);
   if (deref >= 0)
      return nir_deref_instr_get_variable(
         nir_src_as_deref(tex->src[deref].src));

   nir_foreach_variable_with_modes(var, nir, nir_var_uniform) {
      if (glsl_type_is_sampler(var->type) &&
          var->data.binding == tex->sampler_index)
         return var;
   }
   return NULL;
}

/* Of one of the header's masks. */
static nir_def *
load_bit(nir_builder *b, size_t mask, const nir_variable *sampler)
{
   return nir_test_mask(b, trf_nir_load_input(b, 1, 32, mask),
                        1u << sampler->data.binding);
}

static nir_src *
coord_of(nir_tex_instr *tex)
{
   return &tex->src[nir_tex_instr_src_index(tex, nir_tex_src_coord)].src;
}

/* A layer is a number in all cases. */
static unsigned
count_axes(const nir_tex_instr *tex)
{
   return tex->coord_components - tex->is_array;
}

/* The coordinates where `changes` is true are the changed ones. */
static void
change_axes(nir_builder *b, nir_tex_instr *tex, nir_def *changes,
            nir_def *changed)
{
   nir_def *coord = coord_of(tex)->ssa;
   nir_def *axis[4];

   for (unsigned i = 0; i < tex->coord_components; i++) {
      axis[i] = nir_channel(b, coord, i);
      if (i < count_axes(tex))
         axis[i] = nir_bcsel(b, changes, nir_channel(b, changed, i), axis[i]);
   }
   nir_src_rewrite(coord_of(tex), nir_vec(b, axis, tex->coord_components));
}

/*
 * CL_ADDRESS_REPEAT takes a coordinate's fraction, s - floor(s), in floats
 * (8.2): just below a whole number it rounds to one, and the first pixel is
 * read.  A driver that never rounds there reads the last.  So the fraction
 * is taken here; to take it twice changes nothing.
 *
 * Linear filters need none of this: both are in the middle between the two.
 */

/* Whether the fraction is to be taken: a constant where the source says. */
static nir_def *
repeats(nir_builder *b, const nir_variable *sampler)
{
   if (sampler->data.sampler.is_inline_sampler)
      return nir_imm_bool(b, sampler->data.sampler.addressing_mode ==
                                   SAMPLER_ADDRESSING_MODE_REPEAT &&
                                sampler->data.sampler.filter_mode ==
                                   SAMPLER_FILTER_MODE_NEAREST);
   return load_bit(b, offsetof(struct trf_kernel_header, repeating), sampler);
}

static bool
lower_repeat(nir_builder *b, nir_instr *instr, void *unused)
{
   nir_tex_instr *tex = as_sampling(instr);
   const nir_variable *sampler = tex ? sampler_of(b->shader, tex) : NULL;
   if (!sampler)
      return false;

   b->cursor = nir_before_instr(instr);
   change_axes(b, tex, repeats(b, sampler),
               nir_ffract(b, coord_of(tex)->ssa));
   return true;
}

bool
trf_nir_lower_repeat(nir_shader *nir)
{
   return nir_shader_instructions_pass(nir, lower_repeat,
                                       nir_metadata_control_flow, NULL);
}

/*
 * Vulkan's samplers take unnormalised coordinates in 1D and 2D images only.
 * A sampler that is used for any other is bound as a normalised one, and its
 * coordinates are divided by the image's size.  So that this finds the pixel
 * that it was in, a coordinate of a nearest filter moves to its middle.
 */

static bool
note_sampler(nir_builder *b, nir_instr *instr, void *normalized)
{
   const nir_tex_instr *tex = as_sampling(instr);
   const nir_variable *sampler = tex ? sampler_of(b->shader, tex) : NULL;
   if (sampler && (tex->is_array || tex->sampler_dim == GLSL_SAMPLER_DIM_3D))
      *(uint32_t *)normalized |= 1u << sampler->data.binding;
   return false;
}

static nir_def *
is_unnormalized(nir_builder *b, const nir_variable *sampler)
{
   if (sampler->data.sampler.is_inline_sampler)
      return nir_imm_bool(b, !sampler->data.sampler.normalized_coordinates);
   return load_bit(b, offsetof(struct trf_kernel_header, unnormalized),
                   sampler);
}

static nir_def *
is_nearest(nir_builder *b, const nir_variable *sampler)
{
   if (sampler->data.sampler.is_inline_sampler)
      return nir_imm_bool(b, sampler->data.sampler.filter_mode ==
                                SAMPLER_FILTER_MODE_NEAREST);
   return load_bit(b, offsetof(struct trf_kernel_header, nearest), sampler);
}

static nir_def *
normalize(nir_builder *b, nir_tex_instr *tex, const nir_variable *sampler)
{
   const unsigned axes = count_axes(tex);
   nir_def *size =
      nir_i2f32(b, nir_trim_vector(b, nir_get_texture_size(b, tex), axes));
   nir_def *coord = nir_trim_vector(b, coord_of(tex)->ssa, axes);
   nir_def *middle = nir_fadd_imm(b, nir_ffloor(b, coord), 0.5);

   return nir_fdiv(b, nir_bcsel(b, is_nearest(b, sampler), middle, coord),
                   size);
}

static bool
lower_unnormalized(nir_builder *b, nir_instr *instr, void *normalized)
{
   nir_tex_instr *tex = as_sampling(instr);
   const nir_variable *sampler = tex ? sampler_of(b->shader, tex) : NULL;
   if (!sampler ||
       !(*(const uint32_t *)normalized & 1u << sampler->data.binding))
      return false;

   nir_def *changed = normalize(b, tex, sampler);
   change_axes(b, tex, is_unnormalized(b, sampler), changed);
   return true;
}

bool
trf_nir_lower_unnormalized(nir_shader *nir, uint32_t *normalized)
{
   nir_shader_instructions_pass(nir, note_sampler, nir_metadata_all,
                                normalized);
   return nir_shader_instructions_pass(nir, lower_unnormalized,
                                       nir_metadata_control_flow, normalized);
}
