/* SPDX-License-Identifier: MIT */

#include "compiler/copy_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/lower.h"
#include "util/macros.h"
#include "util/trf_fpu.h"

/* What is built: `id` is the work-item, and so the element. */
struct building {
   nir_builder b;
   const struct trf_copy_key *key;
   nir_def *id; /* x, y, z */
};

static nir_variable *
argument(struct building *building, enum trf_copy_arg arg,
         const struct glsl_type *type)
{
   nir_variable *var =
      nir_variable_create(building->b.shader, nir_var_uniform, type, NULL);
   var->data.location = arg;
   return var;
}

static nir_def *
load_argument(struct building *building, enum trf_copy_arg arg,
              const struct glsl_type *type)
{
   return nir_load_var(&building->b, argument(building, arg, type));
}

/* Bytes that one access of a buffer may take at once. */
static unsigned
unit_of(const struct trf_copy_key *key)
{
   return MIN2(key->alignment, 4);
}

/* An element is so many words of 32 bits, the last perhaps not whole. */
static unsigned
words_of(const struct trf_copy_key *key)
{
   return DIV_ROUND_UP(key->element, 4);
}

static nir_def *
address_of(struct building *building, enum trf_copy_arg base,
           enum trf_copy_arg pitches)
{
   nir_builder *b = &building->b;
   nir_def *pitch = load_argument(building, pitches, glsl_uvec2_type());
   nir_def *offset = nir_imul_imm(b, nir_channel(b, building->id, 0),
                                  building->key->element);

   /* No buffer has more than 32 bits count. */
   for (unsigned i = 0; i < 2; i++)
      offset = nir_iadd(b, offset,
                        nir_imul(b, nir_channel(b, building->id, i + 1),
                                 nir_channel(b, pitch, i)));
   return nir_iadd(b, load_argument(building, base, glsl_uint64_t_type()),
                   nir_u2u64(b, offset));
}

/* A word, put together of what is aligned. */
static nir_def *
load_word(struct building *building, nir_def *address, unsigned offset)
{
   nir_builder *b = &building->b;
   const unsigned unit = unit_of(building->key);
   nir_def *word = NULL;

   for (unsigned at = 0; at < MIN2(building->key->element, 4); at += unit) {
      nir_def *part = nir_u2u32(
         b, nir_load_global(b, nir_iadd_imm(b, address, offset + at), unit, 1,
                            8 * unit));
      word = word ? nir_ior(b, word, nir_ishl_imm(b, part, 8 * at)) : part;
   }
   return word;
}

static nir_def *
load_buffer(struct building *building)
{
   const struct trf_copy_key *key = building->key;
   nir_def *address =
      address_of(building, TRF_COPY_SRC_ADDRESS, TRF_COPY_SRC_PITCHES);
   nir_def *words[4];

   if (unit_of(key) == 4)
      return nir_load_global(&building->b, address, key->alignment,
                             words_of(key), 32);
   for (unsigned i = 0; i < words_of(key); i++)
      words[i] = load_word(building, address, 4 * i);
   return nir_vec(&building->b, words, words_of(key));
}

static void
store_word(struct building *building, nir_def *address, unsigned offset,
           nir_def *word)
{
   nir_builder *b = &building->b;
   const unsigned unit = unit_of(building->key);

   for (unsigned at = 0; at < MIN2(building->key->element, 4); at += unit) {
      nir_def *part = nir_u2uN(b, nir_ushr_imm(b, word, 8 * at), 8 * unit);
      nir_store_global(b, nir_iadd_imm(b, address, offset + at), unit, part,
                       1);
   }
}

static void
store_buffer(struct building *building, nir_def *value)
{
   const struct trf_copy_key *key = building->key;
   nir_def *address =
      address_of(building, TRF_COPY_DST_ADDRESS, TRF_COPY_DST_PITCHES);

   if (unit_of(key) == 4) {
      nir_store_global(&building->b, address, key->alignment, value,
                       BITFIELD_MASK(words_of(key)));
      return;
   }
   for (unsigned i = 0; i < words_of(key); i++)
      store_word(building, address, 4 * i,
                 nir_channel(&building->b, value, i));
}

static enum glsl_sampler_dim
dim_of(enum trf_target target)
{
   switch (target) {
   case TRF_TARGET_1D:
   case TRF_TARGET_1D_ARRAY:
      return GLSL_SAMPLER_DIM_1D;
   case TRF_TARGET_3D:
      return GLSL_SAMPLER_DIM_3D;
   default:
      return GLSL_SAMPLER_DIM_2D;
   }
}

static bool
is_array(enum trf_target target)
{
   return target == TRF_TARGET_1D_ARRAY || target == TRF_TARGET_2D_ARRAY;
}

static unsigned
coordinates_of(enum trf_target target)
{
   if (target == TRF_TARGET_1D)
      return 1;
   return target == TRF_TARGET_1D_ARRAY || target == TRF_TARGET_2D ? 2 : 3;
}

/* The deref of a texture or image of that type; no argument of a client's. */
static nir_deref_instr *
opaque(struct building *building, nir_variable_mode mode,
       const struct glsl_type *type)
{
   static const int first = TRF_COPY_ARGS;
   nir_variable *var =
      nir_variable_create(building->b.shader, mode, type, NULL);

   /* Textures come first. */
   var->data.location = first + (mode == nir_var_image);
   var->data.access =
      mode == nir_var_image ? ACCESS_NON_READABLE : ACCESS_NON_WRITEABLE;
   return nir_build_deref_var(&building->b, var);
}

static nir_def *
load_image(struct building *building)
{
   nir_builder *b = &building->b;
   const enum trf_target target = building->key->src;
   nir_deref_instr *texture = opaque(
      building, nir_var_uniform,
      glsl_texture_type(dim_of(target), is_array(target), GLSL_TYPE_UINT));
   nir_def *origin =
      load_argument(building, TRF_COPY_SRC_ORIGIN, glsl_uvec4_type());
   nir_def *at = nir_iadd(b, building->id, nir_trim_vector(b, origin, 3));
   nir_def *pixel = nir_txf_deref(
      b, texture, nir_trim_vector(b, at, coordinates_of(target)),
      nir_channel(b, origin, 3));

   return nir_trim_vector(b, pixel, words_of(building->key));
}

static void
store_image(struct building *building, nir_def *value)
{
   nir_builder *b = &building->b;
   const enum trf_target target = building->key->dst;
   nir_deref_instr *image = opaque(
      building, nir_var_image,
      glsl_image_type(dim_of(target), is_array(target), GLSL_TYPE_UINT));
   nir_def *origin =
      load_argument(building, TRF_COPY_DST_ORIGIN, glsl_uvec4_type());
   nir_def *at = nir_iadd(b, building->id, nir_trim_vector(b, origin, 3));

   nir_image_deref_store(
      b, &image->def,
      nir_pad_vec4(b, nir_trim_vector(b, at, coordinates_of(target))),
      nir_imm_int(b, 0), nir_pad_vector_imm_int(b, value, 0, 4),
      nir_imm_int(b, 0), .image_dim = dim_of(target),
      .image_array = is_array(target), .access = ACCESS_NON_READABLE,
      .src_type = nir_type_uint32);
}

/* Longer patterns than an element: the one whose turn it is. */
static nir_def *
load_pattern(struct building *building)
{
   nir_builder *b = &building->b;
   const unsigned element = building->key->element;
   nir_variable *var = argument(
      building, TRF_COPY_PATTERN,
      glsl_array_type(glsl_uvec4_type(), TRF_COPY_PATTERN_BYTES / 16, 16));
   nir_def *index = nir_imm_int(b, 0);

   if (element == 16)
      index = nir_iand_imm(b, nir_channel(b, building->id, 0),
                           TRF_COPY_PATTERN_BYTES / 16 - 1);
   nir_deref_instr *deref = nir_build_deref_array(
      b, nir_build_deref_var(b, var), nir_u2u64(b, index));
   nir_def *value =
      nir_trim_vector(b, nir_load_deref(b, deref), words_of(building->key));
   return element < 4 ? nir_iand_imm(b, value, BITFIELD_MASK(8 * element))
                      : value;
}

static void
build(struct building *building)
{
   const struct trf_copy_key *key = building->key;
   nir_builder *b = &building->b;
   nir_def *value;

   building->id = nir_load_global_invocation_id(b, 32);
   nir_def *extent = nir_trim_vector(
      b, load_argument(building, TRF_COPY_EXTENT, glsl_uvec4_type()), 3);

   nir_push_if(b, nir_ball(b, nir_ult(b, building->id, extent)));
   if (key->fills)
      value = load_pattern(building);
   else if (key->src == TRF_TARGET_BUFFER)
      value = load_buffer(building);
   else
      value = load_image(building);

   if (key->dst == TRF_TARGET_BUFFER)
      store_buffer(building, value);
   else
      store_image(building, value);
   nir_pop_if(b, NULL);
}

static struct trf_kernel_ir *
ir_new(void)
{
   struct trf_kernel_ir *ir = calloc(1, sizeof(*ir));
   if (!ir)
      return NULL;
   ir->args = calloc(TRF_COPY_ARGS, sizeof(*ir->args));
   ir->arg_count = TRF_COPY_ARGS;
   if (!ir->args) {
      free(ir);
      return NULL;
   }
   return ir;
}

struct trf_kernel_ir *
trf_copy_kernel_create(struct trf_compiler *compiler,
                       const struct trf_copy_key *key)
{
   struct trf_kernel_ir *ir = ir_new();
   if (!ir)
      return NULL;

   const unsigned client_fpu = trf_fpu_enter();
   struct building building = {
      .b = nir_builder_init_simple_shader(
         MESA_SHADER_KERNEL, &compiler->nir_options, "trefoil copy"),
      .key = key,
   };
   nir_shader *nir = ir->nir = building.b.shader;

   /* The builder's is one work-item, which zink would take at its word. */
   memset(nir->info.workgroup_size, 0, sizeof(nir->info.workgroup_size));
   nir->info.workgroup_size_variable = true;
   nir->info.cs.ptr_size = compiler->features.address_bits;
   build(&building);
   if (trf_nir_lower_images(compiler, nir, ir)) {
      trf_nir_finish(compiler, nir, ir);
   } else {
      trf_kernel_ir_free(ir);
      ir = NULL;
   }
   trf_fpu_leave(client_fpu);
   return ir;
}
