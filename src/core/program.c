/* SPDX-License-Identifier: MIT */

#include "core/program.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/kernel_ir.h"
#include "core/device.h"
#include "core/kernel.h"
#include "core/program_private.h"
#include "gallium/resource.h"
#include "gallium/screen.h"
#include "util/macros.h"
#include "util/trf_checked.h"

static void
finish_build(struct trf_build *build)
{
   list_for_each_entry_safe(struct trf_kernel_code, code, &build->codes,
                            link) {
      list_del(&code->link);
      trf_kernel_code_unref(code);
   }
   trf_resource_destroy(build->globals);
   trf_module_free(build->module);
   trf_spirv_free(&build->spirv);
   trf_text_clear(&build->log);
   free(build->options);
   trf_device_unref(build->device);
}

static void
destroy_program(struct trf_object *object)
{
   struct trf_program *program = (struct trf_program *)object;

   for (unsigned i = 0; i < program->build_count; i++)
      finish_build(&program->builds[i]);
   free(program->builds);
   free(program->values);
   trf_module_free(program->il_module);
   trf_spirv_free(&program->il);
   free(program->source);
   simple_mtx_destroy(&program->lock);
   trf_context_unref(program->context);
   free(program);
}

struct trf_program *
trf_program_new(struct trf_context *context,
                struct trf_device *const *devices, unsigned count,
                enum trf_program_origin origin)
{
   struct trf_program *program = calloc(1, sizeof(*program));
   if (!program)
      return NULL;
   program->builds = calloc(count, sizeof(*program->builds));
   if (!program->builds) {
      free(program);
      return NULL;
   }

   trf_object_init(&program->base, destroy_program);
   simple_mtx_init(&program->lock, mtx_plain);
   program->context = trf_context_ref(context);
   program->origin = origin;
   program->build_count = count;
   for (unsigned i = 0; i < count; i++) {
      program->builds[i].device = trf_device_ref(devices[i]);
      program->builds[i].status = CL_BUILD_NONE;
      program->builds[i].type = CL_PROGRAM_BINARY_TYPE_NONE;
      list_inithead(&program->builds[i].codes);
   }
   return program;
}

static struct trf_program *
new_for_context(struct trf_context *context, enum trf_program_origin origin)
{
   return trf_program_new(context, context->devices, context->device_count,
                          origin);
}

/*
 * 5.8.1: a length of 0, or no lengths, means that the string ends with its
 * NUL.  So does a NUL before the length: clang takes one string.
 */
static size_t
source_length(const char *string, const size_t *lengths, unsigned index)
{
   if (!lengths || !lengths[index])
      return strlen(string);
   return strnlen(string, lengths[index]);
}

static char *
concatenate(const char *const *strings, const size_t *lengths, unsigned count)
{
   size_t size = 1;
   for (unsigned i = 0; i < count; i++) {
      if (!trf_add(size, source_length(strings[i], lengths, i), &size))
         return NULL;
   }

   char *source = malloc(size);
   if (!source)
      return NULL;
   char *end = source;
   for (unsigned i = 0; i < count; i++) {
      const size_t length = source_length(strings[i], lengths, i);
      memcpy(end, strings[i], length);
      end += length;
   }
   *end = '\0';
   return source;
}

struct trf_program *
trf_program_from_source(struct trf_context *context,
                        const char *const *strings, const size_t *lengths,
                        unsigned count)
{
   struct trf_program *program =
      new_for_context(context, TRF_PROGRAM_FROM_SOURCE);
   if (!program)
      return NULL;

   program->source = concatenate(strings, lengths, count);
   if (!program->source) {
      trf_program_unref(program);
      return NULL;
   }
   return program;
}

/* A device of the context whose compiler can say what SPIR-V is good. */
static struct trf_compiler *
any_compiler(const struct trf_context *context)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      if (context->devices[i]->caps->compute)
         return trf_device_compiler(context->devices[i]);
   }
   return NULL;
}

/* Well-formed SPIR-V, and what it declares. */
static cl_int
inspect_il(const struct trf_context *context, const struct trf_spirv *il,
           struct trf_module **module)
{
   struct trf_compiler *compiler = any_compiler(context);
   if (!compiler)
      return CL_OUT_OF_HOST_MEMORY;

   if (!trf_validate_spirv(compiler, il, NULL))
      return CL_INVALID_VALUE;
   *module = trf_module_parse(il, NULL, NULL);
   return *module ? CL_SUCCESS : CL_INVALID_VALUE;
}

cl_int
trf_program_from_il(struct trf_context *context, const void *il, size_t size,
                    struct trf_program **out)
{
   struct trf_program *program =
      new_for_context(context, TRF_PROGRAM_FROM_IL);
   if (!program)
      return CL_OUT_OF_HOST_MEMORY;

   cl_int code = CL_OUT_OF_HOST_MEMORY;
   if (!trf_spirv_copy_il(&program->il, il, size))
      goto fail;
   code = inspect_il(context, &program->il, &program->il_module);
   if (code)
      goto fail;
   program->values = calloc(MAX2(program->il_module->constant_count, 1),
                            sizeof(*program->values));
   if (!program->values) {
      code = CL_OUT_OF_HOST_MEMORY;
      goto fail;
   }
   *out = program;
   return CL_SUCCESS;

fail:
   trf_program_unref(program);
   return code;
}

bool
trf_program_binary_id(struct trf_device *device, struct trf_binary_id *id)
{
   struct trf_compiler *compiler =
      device->caps->compute ? trf_device_compiler(device) : NULL;
   if (!compiler)
      return false;
   trf_binary_id_init(id, trf_compiler_features(compiler), device->caps->uuid,
                      sizeof(device->caps->uuid));
   return true;
}

/* A build takes over what a binary holds. */
static cl_int
load_binary(struct trf_build *build, const void *data, size_t size)
{
   struct trf_binary_id id;
   struct trf_binary binary;

   /* A device without kernels has no binaries, so this is none of its. */
   if (!build->device->caps->compute)
      return CL_INVALID_BINARY;
   if (!trf_program_binary_id(build->device, &id))
      return CL_OUT_OF_HOST_MEMORY;

   switch (trf_binary_read(&binary, &id, data, size)) {
   case TRF_BINARY_OK:
      break;
   case TRF_BINARY_NO_MEMORY:
      return CL_OUT_OF_HOST_MEMORY;
   default:
      return CL_INVALID_BINARY;
   }
   build->type = binary.type;
   build->options = binary.options;
   build->spirv = binary.spirv;

   /* Intact is not yet harmless: it goes through parsers that trust it. */
   if (!trf_validate_spirv(trf_device_compiler(build->device), &build->spirv,
                           NULL))
      return CL_INVALID_BINARY;
   return CL_SUCCESS;
}

cl_int
trf_program_from_binaries(struct trf_context *context,
                          struct trf_device *const *devices, unsigned count,
                          const size_t *sizes,
                          const unsigned char *const *binaries,
                          cl_int *status, struct trf_program **out)
{
   struct trf_program *program =
      trf_program_new(context, devices, count, TRF_PROGRAM_FROM_BINARIES);
   if (!program)
      return CL_OUT_OF_HOST_MEMORY;

   cl_int code = CL_SUCCESS;
   for (unsigned i = 0; i < count; i++) {
      const cl_int loaded =
         load_binary(&program->builds[i], binaries[i], sizes[i]);
      if (status)
         status[i] = loaded;
      if (!code)
         code = loaded;
   }
   if (code) {
      trf_program_unref(program);
      return code;
   }
   *out = program;
   return CL_SUCCESS;
}

struct trf_build *
trf_program_build(struct trf_program *program,
                  const struct trf_device *device)
{
   for (unsigned i = 0; i < program->build_count; i++) {
      if (program->builds[i].device == device)
         return &program->builds[i];
   }
   return NULL;
}

struct trf_build *
trf_program_executable_locked(struct trf_program *program)
{
   for (unsigned i = 0; i < program->build_count; i++) {
      struct trf_build *build = &program->builds[i];
      if (build->status == CL_BUILD_SUCCESS && build->module &&
          build->type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE)
         return build;
   }
   return NULL;
}

struct trf_build *
trf_program_executable(struct trf_program *program)
{
   simple_mtx_lock(&program->lock);
   struct trf_build *build = trf_program_executable_locked(program);
   simple_mtx_unlock(&program->lock);
   return build;
}

static void
set_value_locked(struct trf_program *program, uint32_t id, unsigned size,
                 const void *value)
{
   unsigned i = 0;
   while (i < program->value_count && program->values[i].id != id)
      i++;
   if (i == program->value_count)
      program->value_count++;
   program->values[i] = (struct trf_spec_value){.id = id, .size = size};
   memcpy(program->values[i].value, value, size);
}

cl_int
trf_program_set_constant(struct trf_program *program, uint32_t id,
                         size_t size, const void *value)
{
   const struct trf_module *module = program->il_module;

   for (unsigned i = 0; i < module->constant_count; i++) {
      if (module->constants[i].id != id)
         continue;
      if (module->constants[i].size != size)
         return CL_INVALID_VALUE;

      simple_mtx_lock(&program->lock);
      set_value_locked(program, id, size, value);
      simple_mtx_unlock(&program->lock);
      return CL_SUCCESS;
   }
   return CL_INVALID_SPEC_ID;
}
