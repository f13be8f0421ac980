/* SPDX-License-Identifier: MIT */

#include "compiler/kernel_ir.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/cache.h"
#include "compiler/lower.h"
#include "compiler/rewrite.h"
#include "compiler/text.h"
#include "compiler/words.h"
#include "nir_serialize.h"
#include "util/blob.h"
#include "util/macros.h"
#include "util/trf_fpu.h"
#include "util/u_printf.h"

static void
append_vtn_message(void *log, enum nir_spirv_debug_level level, size_t offset,
                   const char *message)
{
   if (level >= NIR_SPIRV_DEBUG_LEVEL_WARNING)
      trf_text_printf(log, "%s\n", message);
}

static nir_shader *
spirv_to_kernel(struct trf_compiler *compiler, const struct trf_spirv *spirv,
                const char *name, const struct trf_spec_value *values,
                unsigned count, const nir_shader *libclc,
                const struct trf_globals *globals, bool generic,
                struct trf_text *log)
{
   struct spirv_capabilities capabilities;
   struct spirv_to_nir_options options;
   trf_compiler_spirv_options(compiler, libclc, generic, &capabilities,
                              &options);
   options.debug.func = append_vtn_message;
   options.debug.private_data = log;

   struct nir_spirv_specialization *constants =
      calloc(MAX2(count, 1), sizeof(*constants));
   if (!constants)
      return NULL;
   for (unsigned i = 0; i < count; i++) {
      constants[i].id = values[i].id;
      memcpy(&constants[i].value, values[i].value, values[i].size);
      constants[i].defined_on_module = true;
   }
   struct trf_spirv rewritten;
   nir_shader *nir = NULL;
   if (trf_spirv_rewrite(spirv, &rewritten)) {
      if (trf_globals_strip(globals, &rewritten))
         nir = spirv_to_nir(rewritten.data, rewritten.size / 4, constants,
                            count, MESA_SHADER_KERNEL, name, &options,
                            &compiler->nir_options);
      trf_spirv_free(&rewritten);
   }
   free(constants);
   return nir;
}

static enum trf_arg_kind
kind_of(const struct trf_kernel_decl_arg *decl, const nir_variable *var)
{
   if (glsl_type_is_sampler(var->type))
      return TRF_ARG_SAMPLER;
   if (glsl_type_is_image(var->type) || glsl_type_is_texture(var->type)) {
      const unsigned access = var->data.access;
      if (access & ACCESS_NON_WRITEABLE)
         return TRF_ARG_TEXTURE;
      return access & ACCESS_NON_READABLE ? TRF_ARG_IMAGE
                                          : TRF_ARG_IMAGE_READ_WRITE;
   }
   switch (decl->address) {
   case CL_KERNEL_ARG_ADDRESS_GLOBAL:
      return TRF_ARG_GLOBAL;
   case CL_KERNEL_ARG_ADDRESS_CONSTANT:
      return TRF_ARG_CONSTANT;
   case CL_KERNEL_ARG_ADDRESS_LOCAL:
      return TRF_ARG_LOCAL;
   default:
      return TRF_ARG_VALUE;
   }
}

/* The memory objects that an argument takes, if it is an image. */
static cl_mem_object_type
image_type_of(const struct glsl_type *type)
{
   if (!glsl_type_is_image(type) && !glsl_type_is_texture(type))
      return 0;

   const bool array = glsl_sampler_type_is_array(type);
   switch (glsl_get_sampler_dim(type)) {
   case GLSL_SAMPLER_DIM_1D:
      return array ? CL_MEM_OBJECT_IMAGE1D_ARRAY : CL_MEM_OBJECT_IMAGE1D;
   case GLSL_SAMPLER_DIM_BUF:
      return CL_MEM_OBJECT_IMAGE1D_BUFFER;
   case GLSL_SAMPLER_DIM_3D:
      return CL_MEM_OBJECT_IMAGE3D;
   default:
      return array ? CL_MEM_OBJECT_IMAGE2D_ARRAY : CL_MEM_OBJECT_IMAGE2D;
   }
}

/* False if the SPIR-V's declaration and its code disagree. */
static bool
describe_args(const nir_shader *nir, const struct trf_kernel_decl *decl,
              struct trf_kernel_ir *ir)
{
   ir->args = calloc(MAX2(decl->arg_count, 1), sizeof(*ir->args));
   if (!ir->args)
      return false;
   ir->arg_count = decl->arg_count;

   unsigned found = 0;
   nir_foreach_variable_with_modes(var, nir,
                                   nir_var_uniform | nir_var_image) {
      const int place = var->data.location;
      if (place < 0 || (unsigned)place >= decl->arg_count)
         continue;
      struct trf_kernel_arg *arg = &ir->args[place];
      arg->kind = kind_of(&decl->args[place], var);
      arg->image_type = image_type_of(var->type);
      if (arg->kind == TRF_ARG_VALUE)
         arg->size = glsl_get_cl_size(var->type);
      found++;
   }
   return found == decl->arg_count;
}

static uint32_t
addressing_of(enum cl_sampler_addressing_mode mode)
{
   switch (mode) {
   case SAMPLER_ADDRESSING_MODE_CLAMP_TO_EDGE:
      return CL_ADDRESS_CLAMP_TO_EDGE;
   case SAMPLER_ADDRESSING_MODE_CLAMP:
      return CL_ADDRESS_CLAMP;
   case SAMPLER_ADDRESSING_MODE_REPEAT:
      return CL_ADDRESS_REPEAT;
   case SAMPLER_ADDRESSING_MODE_REPEAT_MIRRORED:
      return CL_ADDRESS_MIRRORED_REPEAT;
   default:
      return CL_ADDRESS_NONE;
   }
}

/*
 * Samplers that the source defines get locations behind the arguments; their
 * bindings come with those of the arguments.
 */
static void
place_inline_samplers(nir_shader *nir, const struct trf_kernel_ir *ir)
{
   int next = ir->arg_count;
   nir_foreach_variable_with_modes(var, nir, nir_var_uniform) {
      if (glsl_type_is_sampler(var->type) &&
          var->data.sampler.is_inline_sampler)
         var->data.location = next++;
   }
}

static bool
record_inline_samplers(nir_shader *nir, struct trf_kernel_ir *ir)
{
   unsigned count = 0;
   nir_foreach_variable_with_modes(var, nir, nir_var_uniform)
      count += glsl_type_is_sampler(var->type) &&
               var->data.sampler.is_inline_sampler;
   ir->samplers = calloc(MAX2(count, 1), sizeof(*ir->samplers));
   if (!ir->samplers)
      return false;

   nir_foreach_variable_with_modes(var, nir, nir_var_uniform) {
      if (!glsl_type_is_sampler(var->type) ||
          !var->data.sampler.is_inline_sampler)
         continue;
      ir->samplers[ir->sampler_count++] = (struct trf_inline_sampler){
         .binding = var->data.binding,
         .normalized = var->data.sampler.normalized_coordinates,
         .linear =
            var->data.sampler.filter_mode == SAMPLER_FILTER_MODE_LINEAR,
         .addressing = addressing_of(var->data.sampler.addressing_mode),
      };
   }
   return true;
}

static bool
take_constants(nir_shader *nir, struct trf_kernel_ir *ir)
{
   if (!nir->constant_data_size)
      return true;
   ir->constants = malloc(nir->constant_data_size);
   if (!ir->constants)
      return false;
   memcpy(ir->constants, nir->constant_data, nir->constant_data_size);
   ir->constants_size = nir->constant_data_size;
   return true;
}

static void
take_sizes(const nir_shader *nir, const struct trf_kernel_decl *decl,
           struct trf_kernel_ir *ir)
{
   ir->shared_size = nir->info.shared_size;
   ir->private_size = nir->scratch_size;
   ir->uses_printf = nir->printf_info_count > 0;
   for (unsigned i = 0; i < 3; i++)
      ir->local_size[i] = decl->required_local_size[i];
}

/* Only a size that the last work-groups of a range have too is a constant. */
static void
fix_local_size(nir_shader *nir, const struct trf_kernel_decl *decl)
{
   const bool fixed = decl->uniform && decl->required_local_size[0];

   nir->info.workgroup_size_variable = !fixed;
   for (unsigned i = 0; i < 3; i++)
      nir->info.workgroup_size[i] = fixed ? decl->required_local_size[i] : 0;
}

/* From SPIR-V to NIR that has no variables of program scope. */
static nir_shader *
parse(struct trf_compiler *compiler, const struct trf_spirv *spirv,
      const char *name, const struct trf_spec_value *values,
      unsigned value_count, const nir_shader *libclc, bool generic,
      struct trf_text *log)
{
   struct trf_globals globals;
   if (!trf_globals_parse(spirv, &globals, log))
      return NULL;

   nir_shader *nir =
      spirv_to_kernel(compiler, spirv, name, values, value_count, libclc,
                      &globals, generic, log);
   if (nir && !trf_nir_lower_globals(nir, &globals)) {
      trf_text_printf(log, "kernel %s: not all variables are its own\n",
                      name);
      ralloc_free(nir);
      nir = NULL;
   }
   trf_globals_free(&globals);
   return nir;
}

/* What the code wants of sub-groups.  False if the device cannot do it. */
static bool
take_sub_groups(const struct trf_compiler *compiler,
                const struct trf_kernel_decl *decl, nir_shader *nir,
                struct trf_kernel_ir *ir)
{
   const struct trf_compiler_features *features = &compiler->features;

   ir->sub_groups = decl->sub_groups;
   /* Of several sizes the driver chooses, and can be asked which. */
   nir->info.subgroup_size = SUBGROUP_SIZE_VARYING;
   nir->info.num_subgroups = 0;
   return ir->sub_groups <= features->max_subgroups &&
          (!decl->sub_group_size ||
           decl->sub_group_size == features->subgroup_size);
}

static struct trf_kernel_ir *
compile(struct trf_compiler *compiler, const struct trf_spirv *spirv,
        const struct trf_kernel_decl *kernel,
        const struct trf_spec_value *values, unsigned value_count,
        struct trf_text *log)
{
   const nir_shader *libclc = trf_compiler_libclc(compiler);
   if (!libclc) {
      trf_text_append(log, "libclc was not found\n");
      return NULL;
   }

   struct trf_kernel_ir *ir = calloc(1, sizeof(*ir));
   if (!ir)
      return NULL;
   ir->generic = trf_spirv_has_capability(spirv, SpvCapabilityGenericPointer);
   ir->nir = parse(compiler, spirv, kernel->name, values, value_count, libclc,
                   ir->generic, log);
   if (!ir->nir)
      goto fail;

   if (!take_sub_groups(compiler, kernel, ir->nir, ir)) {
      trf_text_printf(log, "kernel %s: no such sub-groups on the device\n",
                      kernel->name);
      goto fail;
   }
   fix_local_size(ir->nir, kernel);
   NIR_PASS(_, ir->nir, trf_nir_lower_collectives, compiler);
   trf_nir_inline(compiler, ir->nir, libclc);
   if (!describe_args(ir->nir, kernel, ir)) {
      trf_text_printf(log,
                      "kernel %s: arguments do not match their "
                      "declaration\n",
                      kernel->name);
      goto fail;
   }
   place_inline_samplers(ir->nir, ir);
   if (!trf_nir_lower_images(compiler, ir->nir, ir)) {
      trf_text_printf(log, "kernel %s: too many images or samplers\n",
                      kernel->name);
      goto fail;
   }
   if (!record_inline_samplers(ir->nir, ir))
      goto fail;
   trf_nir_finish(compiler, ir->nir, ir);
   if (!take_constants(ir->nir, ir))
      goto fail;
   take_sizes(ir->nir, kernel, ir);
   return ir;

fail:
   trf_kernel_ir_free(ir);
   return NULL;
}

void
trf_kernel_ir_free(struct trf_kernel_ir *ir)
{
   if (!ir)
      return;
   ralloc_free(ir->nir);
   free(ir->constants);
   free(ir->mip_slots);
   free(ir->samplers);
   free(ir->args);
   free(ir);
}

/* The cache: all but the pointers as it stands, then what they point at. */

/* An array that may be empty, and NULL then. */
static void
write_array(struct blob *blob, const void *data, size_t size)
{
   if (size)
      blob_write_bytes(blob, data, size);
}

static void
write_ir(struct blob *blob, const struct trf_kernel_ir *ir)
{
   blob_write_bytes(blob, ir, sizeof(*ir));
   blob_write_bytes(blob, ir->args, ir->arg_count * sizeof(*ir->args));
   blob_write_bytes(blob, ir->samplers,
                    ir->sampler_count * sizeof(*ir->samplers));
   write_array(blob, ir->mip_slots,
               ir->mip_slots_count * sizeof(*ir->mip_slots));
   write_array(blob, ir->constants, ir->constants_size);
   nir_serialize(blob, ir->nir, true);
}

static void *
read_copy(struct blob_reader *reader, size_t size)
{
   const void *data = blob_read_bytes(reader, size);
   void *copy = malloc(MAX2(size, 1));
   if (copy && data)
      memcpy(copy, data, size);
   return copy;
}

/* The cache drops names; llvmpipe takes functions that are called by theirs. */
static void
name_functions(nir_shader *nir)
{
   nir_foreach_function(function, nir) {
      if (!function->name)
         function->name = ralloc_strdup(function, "function");
   }
}

static struct trf_kernel_ir *
read_ir(const struct trf_compiler *compiler, const void *data, size_t size)
{
   struct blob_reader reader;
   struct trf_kernel_ir *ir = calloc(1, sizeof(*ir));
   if (!ir)
      return NULL;

   blob_reader_init(&reader, data, size);
   blob_copy_bytes(&reader, ir, sizeof(*ir));
   ir->nir = NULL;
   ir->args = read_copy(&reader, ir->arg_count * sizeof(*ir->args));
   ir->samplers =
      read_copy(&reader, ir->sampler_count * sizeof(*ir->samplers));
   ir->mip_slots =
      read_copy(&reader, ir->mip_slots_count * sizeof(*ir->mip_slots));
   ir->constants =
      ir->constants_size ? read_copy(&reader, ir->constants_size) : NULL;
   if (!reader.overrun)
      ir->nir = nir_deserialize(NULL, &compiler->nir_options, &reader);
   if (ir->nir)
      name_functions(ir->nir);
   if (reader.overrun || !ir->nir || !ir->args || !ir->samplers ||
       !ir->mip_slots) {
      trf_kernel_ir_free(ir);
      return NULL;
   }
   return ir;
}

static int
compare_values(const void *a, const void *b)
{
   const struct trf_spec_value *left = a, *right = b;
   return (left->id > right->id) - (left->id < right->id);
}

static bool
compute_key(struct trf_compiler *compiler, const struct trf_spirv *spirv,
            const char *name, const struct trf_spec_value *values,
            unsigned count, cache_key key)
{
   /* Set in any order, they mean the same. */
   struct trf_spec_value *sorted = calloc(MAX2(count, 1), sizeof(*sorted));
   if (!sorted)
      return false;
   if (count) {
      memcpy(sorted, values, count * sizeof(*sorted));
      qsort(sorted, count, sizeof(*sorted), compare_values);
   }

   struct blob parts;
   blob_init(&parts);
   blob_write_string(&parts, "kernel");
   blob_write_bytes(&parts, &compiler->features, sizeof(compiler->features));
   blob_write_string(&parts, name);
   blob_write_uint32(&parts, count);
   for (unsigned i = 0; i < count; i++) {
      blob_write_uint32(&parts, sorted[i].id);
      blob_write_bytes(&parts, sorted[i].value, sizeof(sorted[i].value));
   }
   blob_write_bytes(&parts, spirv->data, spirv->size);
   const bool known = trf_cache_key(compiler->cache, &parts, key);
   blob_finish(&parts);
   free(sorted);
   return known;
}

struct trf_kernel_ir *
trf_kernel_ir_create(struct trf_compiler *compiler,
                     const struct trf_spirv *spirv,
                     const struct trf_kernel_decl *kernel,
                     const struct trf_spec_value *values,
                     unsigned value_count, struct trf_text *log)
{
   struct trf_kernel_ir *ir = NULL;
   cache_key key;
   const bool cached =
      compute_key(compiler, spirv, kernel->name, values, value_count, key);
   if (cached) {
      size_t size;
      void *entry = trf_cache_get(compiler->cache, key, &size);
      if (entry)
         ir = read_ir(compiler, entry, size);
      free(entry);
      if (ir)
         return ir;
   }

   const unsigned client_fpu = trf_fpu_enter();
   ir = compile(compiler, spirv, kernel, values, value_count, log);
   trf_fpu_leave(client_fpu);
   if (ir && cached) {
      struct blob blob;
      blob_init(&blob);
      write_ir(&blob, ir);
      trf_cache_put(compiler->cache, key, &blob);
      blob_finish(&blob);
   }
   return ir;
}

const struct u_printf_info *
trf_kernel_ir_printf(const struct trf_kernel_ir *ir, unsigned *count)
{
   *count = ir->nir->printf_info_count;
   return ir->nir->printf_info;
}
