/* SPDX-License-Identifier: MIT */

#include "core/program.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/kernel_ir.h"
#include "core/device.h"
#include "core/kernel.h"
#include "core/program_private.h"
#include "gallium/screen.h"
#include "util/macros.h"
#include "util/trf_checked.h"
#include "util/u_math.h"

static void
finish_build(struct trf_build *build)
{
   list_for_each_entry_safe(struct trf_kernel_code, code, &build->codes, link)
   {
      list_del(&code->link);
      trf_kernel_code_unref(code);
   }
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
      if (!trf_add_size(size, source_length(strings[i], lengths, i), &size))
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

/* What is behind the compiler expects the host's byte order. */
static void
copy_words(uint32_t *words, const void *il, size_t size)
{
   memcpy(words, il, size);
   if (words[0] != util_bswap32(TRF_SPIRV_MAGIC))
      return;
   for (size_t i = 0; i < size / 4; i++)
      words[i] = util_bswap32(words[i]);
}

static cl_int
inspect_il(const struct trf_context *context, const void *il, size_t size,
           struct trf_module **module)
{
   struct trf_compiler *compiler = any_compiler(context);
   struct trf_spirv spirv = {0};
   cl_int code = CL_SUCCESS;

   if (size < 5 * sizeof(uint32_t) || size % sizeof(uint32_t))
      return CL_INVALID_VALUE;
   spirv.data = malloc(size);
   spirv.size = size;
   if (!spirv.data || !compiler) {
      code = CL_OUT_OF_HOST_MEMORY;
      goto out;
   }
   copy_words(spirv.data, il, size);
   if (!trf_validate_spirv(compiler, &spirv, NULL))
      code = CL_INVALID_VALUE;
   else if (!(*module = trf_module_parse(&spirv, NULL)))
      code = CL_INVALID_VALUE;

out:
   trf_spirv_free(&spirv);
   return code;
}

cl_int
trf_program_from_il(struct trf_context *context, const void *il, size_t size,
                    struct trf_program **out)
{
   struct trf_module *module = NULL;
   const cl_int code = inspect_il(context, il, size, &module);
   if (code)
      return code;

   struct trf_program *program =
      new_for_context(context, TRF_PROGRAM_FROM_IL);
   if (!program) {
      trf_module_free(module);
      return CL_OUT_OF_HOST_MEMORY;
   }
   program->il_module = module;
   program->values =
      calloc(MAX2(module->constant_count, 1), sizeof(*program->values));
   if (!program->values || !trf_spirv_copy(&program->il, il, size)) {
      trf_program_unref(program);
      return CL_OUT_OF_HOST_MEMORY;
   }
   *out = program;
   return CL_SUCCESS;
}
