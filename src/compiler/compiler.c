/* SPDX-License-Identifier: MIT */

#include "compiler/compiler_private.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/clang.h"
#include "compiler/clc/clc_helpers.h"
#include "compiler/clc/nir_clc_helpers.h"
#include "compiler/half.h"
#include "compiler/libclc.h"
#include "compiler/text.h"
#include "gallium/mesa.h"
#include "glsl_types.h"
#include "pipe/p_defines.h"
#include "pipe/p_screen.h"
#include "util/mesa-sha1.h"

/*
 * The cache must forget what another build of this library wrote, or one with
 * another compiler below it, and what was written for another driver.
 */
static struct disk_cache *
create_cache(const struct trf_compiler *compiler)
{
   const struct trf_compiler_features *features = &compiler->features;
   struct pipe_screen *pipe = compiler->pipe;
   struct mesa_sha1 sha;
   unsigned char digest[SHA1_DIGEST_LENGTH];
   char id[SHA1_DIGEST_STRING_LENGTH];
   const char *name = pipe->get_name(pipe);
   void *libraries[TRF_CLANG_LIBRARIES];

   _mesa_sha1_init(&sha);
   if (!disk_cache_get_function_identifier((void *)create_cache, &sha))
      return NULL;
   trf_clang_libraries(libraries);
   for (unsigned i = 0; i < TRF_CLANG_LIBRARIES; i++) {
      if (!disk_cache_get_function_identifier(libraries[i], &sha))
         return NULL;
   }
   _mesa_sha1_update(&sha, name, strlen(name));
   _mesa_sha1_update(&sha, &features->fma32, sizeof(features->fma32));
   _mesa_sha1_update(&sha, &features->fma64, sizeof(features->fma64));
   _mesa_sha1_final(&sha, digest);
   _mesa_sha1_format(id, digest);
   return disk_cache_create("trefoil", id, 0);
}

/* The driver's options, but for ffma: see struct trf_compiler_features. */
static void
init_nir_options(struct trf_compiler *compiler)
{
   struct pipe_screen *pipe = compiler->pipe;
   const struct nir_shader_compiler_options *options =
      trf_mesa_nir_options(pipe);

   compiler->nir_options = *options;
   compiler->nir_options.lower_ffma32 = !compiler->features.fma32;
   compiler->nir_options.lower_ffma64 = !compiler->features.fma64;
}

struct trf_compiler *
trf_compiler_create(struct pipe_screen *pipe,
                    const struct trf_compiler_features *features)
{
   struct trf_compiler *compiler = calloc(1, sizeof(*compiler));
   if (!compiler)
      return NULL;

   /* Types live as long as somebody holds them, NIR shaders need them. */
   glsl_type_singleton_init_or_ref();
   compiler->pipe = pipe;
   compiler->features = *features;
   init_nir_options(compiler);
   compiler->cache = create_cache(compiler);
   compiler->images_as_deref = pipe->caps.nir_images_as_deref;
   compiler->samplers_as_deref = pipe->caps.nir_samplers_as_deref;
   simple_mtx_init(&compiler->lock, mtx_plain);
   return compiler;
}

void
trf_compiler_destroy(struct trf_compiler *compiler)
{
   if (!compiler)
      return;
   ralloc_free(compiler->libclc);
   disk_cache_destroy(compiler->cache);
   simple_mtx_destroy(&compiler->lock);
   glsl_type_singleton_decref();
   free(compiler);
}

const struct trf_compiler_features *
trf_compiler_features(const struct trf_compiler *compiler)
{
   return &compiler->features;
}

struct trf_addresses
trf_compiler_addresses(const struct trf_compiler *compiler, bool generic)
{
   if (compiler->features.address_bits == 32)
      return (struct trf_addresses){
         .global = nir_address_format_32bit_global,
         .local = nir_address_format_32bit_offset,
      };
   return (struct trf_addresses){
      .global = nir_address_format_64bit_global,
      .local = generic ? nir_address_format_62bit_generic
                       : nir_address_format_32bit_offset_as_64bit,
   };
}

void
trf_compiler_spirv_options(const struct trf_compiler *compiler,
                           const nir_shader *libclc, bool generic,
                           struct spirv_capabilities *capabilities,
                           struct spirv_to_nir_options *options)
{
   const struct trf_addresses addresses =
      trf_compiler_addresses(compiler, generic);

   *capabilities = (struct spirv_capabilities){
      .Addresses = true,
      .AtomicFloat32AddEXT = true,
      .AtomicFloat32MinMaxEXT = true,
      .AtomicFloat64AddEXT = true,
      .AtomicFloat64MinMaxEXT = true,
      .DotProduct = true,
      .DotProductInput4x8Bit = true,
      .DotProductInput4x8BitPacked = true,
      .DotProductInputAll = true,
      .ExpectAssumeKHR = true,
      .Float16 = true,
      .Float16Buffer = true,
      .Float64 = true,
      .GenericPointer = compiler->features.generic_addresses,
      .Groups = true,
      .GroupNonUniform = true,
      .GroupNonUniformShuffle = true,
      .GroupNonUniformShuffleRelative = true,
      .GroupNonUniformVote = true,
      .GroupNonUniformBallot = true,
      .GroupNonUniformArithmetic = true,
      .GroupNonUniformClustered = true,
      .GroupNonUniformRotateKHR = true,
      .Int8 = true,
      .Int16 = true,
      .Int64 = true,
      .Int64Atomics = true,
      .Kernel = true,
      .ImageBasic = true,
      .ImageReadWrite = true,
      .ImageMipmap = true,
      .Image1D = true,
      .ImageBuffer = true,
      .Linkage = true,
      .LiteralSampler = true,
      .SampledBuffer = true,
      .Sampled1D = true,
      .Vector16 = true,
   };
   *options = (struct spirv_to_nir_options){
      .environment = NIR_SPIRV_OPENCL,
      .clc_shader = libclc,
      .float_controls_execution_mode =
         FLOAT_CONTROLS_DENORM_FLUSH_TO_ZERO_FP32,
      .printf = true,
      .capabilities = capabilities,
      .constant_addr_format = addresses.global,
      .global_addr_format = addresses.global,
      .shared_addr_format = addresses.local,
      .temp_addr_format = addresses.local,
   };
}

/*
 * What spirv_to_nir makes of a library may be reassociated, which libclc's
 * functions of doubles do not survive: they are told from numbers in pieces.
 */
static void
make_exact(nir_shader *nir)
{
   nir_foreach_function_impl(impl, nir) {
      nir_foreach_block(block, impl) {
         nir_foreach_instr(instr, block) {
            if (instr->type == nir_instr_type_alu)
               nir_instr_as_alu(instr)->exact = true;
         }
      }
   }
}

const nir_shader *
trf_compiler_libclc(struct trf_compiler *compiler)
{
   simple_mtx_lock(&compiler->lock);
   if (!compiler->libclc) {
      struct spirv_capabilities capabilities;
      struct spirv_to_nir_options options;
      trf_compiler_spirv_options(compiler, NULL, false, &capabilities,
                                 &options);
      compiler->libclc = nir_load_libclc_shader(
         compiler->features.address_bits, compiler->cache, &options,
         &compiler->nir_options, false);
      if (compiler->libclc) {
         make_exact(compiler->libclc);
         trf_nir_mend_libclc(compiler->libclc);
      }
      if (compiler->libclc && compiler->features.fp16)
         trf_nir_add_half_functions(compiler->libclc);
   }
   const nir_shader *libclc = compiler->libclc;
   simple_mtx_unlock(&compiler->lock);
   return libclc;
}

static void
append_message(void *log, const char *message)
{
   if (log)
      trf_text_append(log, message);
}

struct clc_logger
trf_clc_logger(struct trf_text *log)
{
   return (struct clc_logger){
      .priv = log,
      .error = append_message,
      .warning = append_message,
   };
}
