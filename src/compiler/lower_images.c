/* SPDX-License-Identifier: MIT */

/* Images, textures and samplers: bindings, queries, stores to levels. */

#include <stdlib.h>

#include <CL/cl.h>

#include "compiler/lower.h"
#include "gallium/mesa.h"
#include "util/u_math.h"

bool
trf_nir_is_plain(nir_variable *var, void *unused)
{
   return !glsl_type_is_image(var->type) &&
          !glsl_type_is_texture(var->type) &&
          !glsl_type_is_sampler(var->type);
}

/* NIR's own count of textures has the samplers in it. */
static void
count_images(nir_shader *nir, struct trf_kernel_ir *ir)
{
   ir->texture_count = ir->image_count = 0;
   nir_foreach_variable_with_modes(var, nir,
                                   nir_var_uniform | nir_var_image) {
      ir->texture_count += glsl_type_is_texture(var->type);
      ir->image_count += glsl_type_is_image(var->type);
   }
   ir->image_slots = ir->image_count;
}

/* Its place among the image data; bindings will be in the same order. */
static unsigned
place_of(nir_shader *nir, const struct trf_kernel_ir *ir,
         const nir_variable *wanted)
{
   unsigned textures = 0, images = 0;

   nir_foreach_variable_with_modes(var, nir,
                                   nir_var_uniform | nir_var_image) {
      if (var == wanted)
         break;
      textures += glsl_type_is_texture(var->type);
      images += glsl_type_is_image(var->type);
   }
   return glsl_type_is_texture(wanted->type) ? textures
                                             : ir->texture_count + images;
}

/*
 * get_image_channel_data_type() and get_image_channel_order() count from the
 * first of OpenCL's constants.
 */
static nir_def *
load_query(nir_builder *b, nir_intrinsic_op op, size_t data)
{
   switch (op) {
   case nir_intrinsic_image_deref_format:
      data += offsetof(struct trf_image_data, data_type);
      return nir_iadd_imm(b, nir_u2u32(b, trf_nir_load_input(b, 1, 16, data)),
                          -CL_SNORM_INT8);
   case nir_intrinsic_image_deref_order:
      data += offsetof(struct trf_image_data, order);
      return nir_iadd_imm(b, nir_u2u32(b, trf_nir_load_input(b, 1, 16, data)),
                          -CL_R);
   default:
      data += offsetof(struct trf_image_data, levels);
      return trf_nir_load_input(b, 1, 32, data);
   }
}

static bool
lower_query(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const struct trf_kernel_ir *ir = data;

   if (intrinsic->intrinsic != nir_intrinsic_image_deref_format &&
       intrinsic->intrinsic != nir_intrinsic_image_deref_order &&
       intrinsic->intrinsic != nir_intrinsic_image_deref_levels)
      return false;

   const nir_variable *var =
      nir_deref_instr_get_variable(nir_src_as_deref(intrinsic->src[0]));
   const unsigned place = place_of(b->shader, ir, var);
   b->cursor = nir_before_instr(&intrinsic->instr);
   nir_def *value = load_query(b, intrinsic->intrinsic,
                               TRF_IMAGE_DATA_OFFSET +
                                  place * sizeof(struct trf_image_data));
   nir_def_replace(&intrinsic->def,
                   nir_u2uN(b, value, intrinsic->def.bit_size));
   return true;
}

/* Whether it stores to another level than the first, or may do so. */
static bool
is_level_store(const nir_intrinsic_instr *intrinsic)
{
   if (intrinsic->intrinsic != nir_intrinsic_image_store &&
       intrinsic->intrinsic != nir_intrinsic_image_deref_store)
      return false;
   return !nir_src_is_const(intrinsic->src[4]) ||
          nir_src_as_uint(intrinsic->src[4]) != 0;
}

/* The image that a store names, by its binding or by its variable. */
static unsigned
image_of(const nir_intrinsic_instr *store)
{
   if (store->intrinsic == nir_intrinsic_image_store)
      return nir_src_as_uint(store->src[0]);
   return nir_deref_instr_get_variable(nir_src_as_deref(store->src[0]))
      ->data.binding;
}

static nir_variable *
variable_of(nir_shader *nir, unsigned binding)
{
   nir_foreach_variable_with_modes(var, nir, nir_var_image) {
      if (var->data.binding == binding)
         return var;
   }
   return NULL;
}

static nir_def *
name_slot(nir_builder *b, const nir_intrinsic_instr *store, unsigned slot)
{
   if (store->intrinsic == nir_intrinsic_image_store)
      return nir_imm_intN_t(b, slot, store->src[0].ssa->bit_size);
   return &nir_build_deref_var(b, variable_of(b->shader, slot))->def;
}

static struct trf_mip_slots *
find_slots(const struct trf_kernel_ir *ir, unsigned image)
{
   for (unsigned i = 0; i < ir->mip_slots_count; i++) {
      if (ir->mip_slots[i].image == image)
         return &ir->mip_slots[i];
   }
   return NULL;
}

static void
store_to_slot(nir_builder *b, nir_intrinsic_instr *store, unsigned slot)
{
   nir_intrinsic_instr *copy =
      nir_instr_as_intrinsic(nir_instr_clone(b->shader, &store->instr));
   nir_builder_instr_insert(b, &copy->instr);
   b->cursor = nir_before_instr(&copy->instr);
   nir_src_rewrite(&copy->src[0], name_slot(b, store, slot));
   nir_src_rewrite(&copy->src[4],
                   nir_imm_intN_t(b, 0, store->src[4].ssa->bit_size));
   b->cursor = nir_after_instr(&copy->instr);
}

static bool
lower_level_store(nir_builder *b, nir_intrinsic_instr *intrinsic, void *data)
{
   const struct trf_kernel_ir *ir = data;

   if (!is_level_store(intrinsic))
      return false;
   const unsigned image = image_of(intrinsic);
   const struct trf_mip_slots *slots = find_slots(ir, image);
   nir_def *level = intrinsic->src[4].ssa;

   for (unsigned i = 0; i <= TRF_MIP_SLOTS; i++) {
      b->cursor = nir_before_instr(&intrinsic->instr);
      nir_push_if(b, nir_ieq_imm(b, level, i));
      store_to_slot(b, intrinsic, i == 0 ? image : slots->first + i - 1);
      nir_pop_if(b, NULL);
   }
   nir_instr_remove(&intrinsic->instr);
   return true;
}

/* A driver counts variables: each slot is one. */
static void
add_slot_variables(nir_shader *nir, unsigned image, unsigned first)
{
   nir_foreach_variable_with_modes(var, nir, nir_var_image) {
      if (var->data.location < 0 || var->data.binding != image)
         continue;
      for (unsigned i = 0; i < TRF_MIP_SLOTS; i++) {
         nir_variable *slot =
            nir_variable_create(nir, nir_var_image, var->type, "level");
         slot->data.access = var->data.access;
         slot->data.image.format = var->data.image.format;
         slot->data.location = -1;
         slot->data.binding = slot->data.driver_location = first + i;
      }
      return;
   }
}

/* Drivers that look at images_used look at its first word only. */
#define MAX_SLOTS 32

/* Slots for the images that are stored to by level.  False if there are too
 * many, or without memory.
 */
static bool
assign_slots(nir_shader *nir, struct trf_kernel_ir *ir)
{
   nir_foreach_function_impl(impl, nir) {
      nir_foreach_block(block, impl) {
         nir_foreach_instr(instr, block) {
            if (instr->type != nir_instr_type_intrinsic ||
                !is_level_store(nir_instr_as_intrinsic(instr)))
               continue;
            const unsigned image = image_of(nir_instr_as_intrinsic(instr));
            if (find_slots(ir, image))
               continue;
            if (ir->image_slots + TRF_MIP_SLOTS > MAX_SLOTS)
               return false;

            struct trf_mip_slots *grown = realloc(
               ir->mip_slots, (ir->mip_slots_count + 1) * sizeof(*grown));
            if (!grown)
               return false;
            ir->mip_slots = grown;
            ir->mip_slots[ir->mip_slots_count++] = (struct trf_mip_slots){
               .image = image,
               .first = ir->image_slots,
            };
            add_slot_variables(nir, image, ir->image_slots);
            for (unsigned i = 0; i < TRF_MIP_SLOTS; i++)
               BITSET_SET(nir->info.images_used, ir->image_slots + i);
            ir->image_slots += TRF_MIP_SLOTS;
         }
      }
   }
   return true;
}

static unsigned
count_samplers(nir_shader *nir)
{
   unsigned count = 0;
   nir_foreach_variable_with_modes(var, nir, nir_var_uniform)
      count += glsl_type_is_sampler(var->type);
   return count;
}

static bool
allows(const struct trf_compiler *compiler, enum pipe_shader_cap cap,
       unsigned count)
{
   return count <= trf_mesa_shader_cap(compiler->pipe, cap);
}

static bool
fits_driver(const struct trf_compiler *compiler, nir_shader *nir,
            const struct trf_kernel_ir *ir)
{
   return allows(compiler, PIPE_SHADER_CAP_MAX_SHADER_IMAGES,
                 ir->image_slots) &&
          allows(compiler, PIPE_SHADER_CAP_MAX_SAMPLER_VIEWS,
                 ir->texture_count) &&
          allows(compiler, PIPE_SHADER_CAP_MAX_TEXTURE_SAMPLERS,
                 count_samplers(nir)) &&
          (!ir->mip_slots_count || ir->image_slots <= MAX_SLOTS);
}

bool
trf_nir_lower_images(const struct trf_compiler *compiler, nir_shader *nir,
                     struct trf_kernel_ir *ir)
{
   /*
    * With images that nothing uses: of those, read-only ones would not become
    * textures, and what their arguments are bound to would be mixed up.
    */
   NIR_PASS(_, nir, nir_remove_dead_variables,
            nir_var_uniform | nir_var_image | nir_var_mem_constant |
               nir_var_mem_shared | nir_var_function_temp,
            NULL);
   NIR_PASS(_, nir, nir_lower_readonly_images_to_tex, true);
   count_images(nir, ir);
   NIR_PASS(_, nir, nir_shader_intrinsics_pass, lower_query,
            nir_metadata_control_flow, ir);
   /* Not NIR_PASS: Mesa's pass fails that macro's check of metadata. */
   NIR_PASS_V(nir, nir_lower_cl_images, !compiler->images_as_deref,
              !compiler->samplers_as_deref);
   NIR_PASS(_, nir, nir_opt_constant_folding);

   if (!assign_slots(nir, ir))
      return false;
   if (ir->mip_slots_count)
      NIR_PASS(_, nir, nir_shader_intrinsics_pass, lower_level_store,
               nir_metadata_none, ir);
   if (!fits_driver(compiler, nir, ir))
      return false;
   if (compiler->features.flat_unnormalized)
      NIR_PASS(_, nir, trf_nir_lower_unnormalized, &ir->normalized);
   if (compiler->features.exact_repeat)
      NIR_PASS(_, nir, trf_nir_lower_repeat);
   return true;
}
