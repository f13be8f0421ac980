/* SPDX-License-Identifier: MIT */

/*
 * CL_ADDRESS_REPEAT takes a coordinate's fraction, s - floor(s), in floats
 * (8.2): just below a whole number it rounds to one, and the first pixel is
 * read.  A driver that never rounds there reads the last.  So the fraction
 * is taken here; to take it twice changes nothing.
 *
 * Linear filters need none of this: both are in the middle between the two.
 */

#include <CL/cl.h>

#include "compiler/lower.h"

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

/* Whether the fraction is to be taken: a constant where the source says. */
static nir_def *
repeats(nir_builder *b, const nir_variable *sampler)
{
   if (sampler->data.sampler.is_inline_sampler)
      return nir_imm_bool(b, sampler->data.sampler.addressing_mode ==
                                   SAMPLER_ADDRESSING_MODE_REPEAT &&
                                sampler->data.sampler.filter_mode ==
                                   SAMPLER_FILTER_MODE_NEAREST);

   nir_def *repeating = trf_nir_load_input(
      b, 1, 32, offsetof(struct trf_kernel_header, repeating));
   return nir_test_mask(b, repeating, 1u << sampler->data.binding);
}

static nir_def *
take_fraction(nir_builder *b, const nir_tex_instr *tex, nir_def *coord,
              nir_def *repeats)
{
   const unsigned axes = tex->coord_components - tex->is_array;
   nir_def *axis[4];

   for (unsigned i = 0; i < tex->coord_components; i++) {
      axis[i] = nir_channel(b, coord, i);
      if (i < axes)
         axis[i] = nir_bcsel(b, repeats, nir_ffract(b, axis[i]), axis[i]);
   }
   return nir_vec(b, axis, tex->coord_components);
}

static bool
lower_repeat(nir_builder *b, nir_instr *instr, void *unused)
{
   if (instr->type != nir_instr_type_tex)
      return false;
   nir_tex_instr *tex = nir_instr_as_tex(instr);
   if (tex->op != nir_texop_tex && tex->op != nir_texop_txl &&
       tex->op != nir_texop_txb && tex->op != nir_texop_txd)
      return false;

   const int place = nir_tex_instr_src_index(tex, nir_tex_src_coord);
   const nir_variable *sampler = sampler_of(b->shader, tex);
   if (place < 0 || !sampler)
      return false;

   b->cursor = nir_before_instr(instr);
   nir_src_rewrite(
      &tex->src[place].src,
      take_fraction(b, tex, tex->src[place].src.ssa, repeats(b, sampler)));
   return true;
}

bool
trf_nir_lower_repeat(nir_shader *nir)
{
   return nir_shader_instructions_pass(nir, lower_repeat,
                                       nir_metadata_control_flow, NULL);
}
