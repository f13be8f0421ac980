/* SPDX-License-Identifier: MIT */

#include "core/kernel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/options.h"
#include "core/device.h"
#include "core/program_data.h"
#include "util/macros.h"
#include "util/u_atomic.h"

void
trf_kernel_code_unref(struct trf_kernel_code *code)
{
   if (!code || !p_atomic_dec_zero(&code->refs))
      return;
   trf_resource_destroy(code->constants);
   trf_shader_destroy(code->shader);
   trf_kernel_ir_free(code->ir);
   free(code->name);
   free(code);
}

static bool
create_constants(struct trf_kernel_code *code)
{
   const struct trf_kernel_ir *ir = code->ir;
   if (!ir->constants)
      return true;
   code->constants =
      trf_data_create(code->device, ir->constants, ir->constants_size);
   return code->constants != NULL;
}

/* One block for all kernels, filled once for as long as the build lasts. */
static bool
create_globals_locked(struct trf_build *build, struct trf_kernel_code *code)
{
   if (!code->ir->globals_offset)
      return true;
   if (!build->globals)
      build->globals =
         trf_globals_create(build->device, &build->module->globals);
   code->globals = build->globals;
   return code->globals != NULL;
}

/*
 * A driver of a GPU compiles the code now, so that a failure shows here.
 * llvmpipe compiles at the first launch in any case, and to ask it would
 * take a context: what it says is known.
 */
static bool
ask_driver(struct trf_kernel_code *code)
{
   const struct trf_device_limits *limits = &code->device->limits;

   if (code->device->caps->synchronous) {
      code->info = (struct trf_shader_info){
         .max_threads = limits->work_group_size,
         .simd_size = limits->work_group_multiple,
         .simd_sizes = code->device->caps->subgroup_sizes,
         .private_size = code->ir->private_size,
      };
      return true;
   }

   struct trf_gpu *gpu = trf_device_helper_lock(code->device);
   if (!gpu)
      return false;
   const bool compiled = trf_shader_get_info(code->shader, gpu, &code->info);
   trf_device_helper_unlock(code->device);
   return compiled;
}

static struct trf_kernel_code *
compile_code(struct trf_build *build, const struct trf_kernel_decl *decl)
{
   struct trf_kernel_code *code = calloc(1, sizeof(*code));
   if (!code)
      return NULL;

   code->refs = 1;
   code->device = build->device;
   code->name = strdup(decl->name);
   code->uniform =
      decl->uniform || trf_options_demand_uniform(build->options);
   code->ir = trf_kernel_ir_create(trf_device_compiler(build->device),
                                   &build->spirv, decl, NULL, 0, &build->log);
   if (!code->name || !code->ir)
      goto fail;
   code->shader = trf_shader_create(build->device->screen, code->ir->nir);
   if (!code->shader || !ask_driver(code) || !create_constants(code) ||
       !create_globals_locked(build, code))
      goto fail;
   return code;

fail:
   trf_kernel_code_unref(code);
   return NULL;
}

/* Under the program's lock: the build's code for a kernel, with a reference. */
static struct trf_kernel_code *
get_code_locked(struct trf_build *build, const struct trf_kernel_decl *decl)
{
   list_for_each_entry(struct trf_kernel_code, code, &build->codes, link) {
      if (strcmp(code->name, decl->name) == 0) {
         p_atomic_inc(&code->refs);
         return code;
      }
   }

   struct trf_kernel_code *code = compile_code(build, decl);
   if (code) {
      list_add(&code->link, &build->codes);
      p_atomic_inc(&code->refs);
   }
   return code;
}

static bool
same_declaration(const struct trf_kernel_decl *a,
                 const struct trf_kernel_decl *b)
{
   if (a->arg_count != b->arg_count)
      return false;
   for (unsigned i = 0; i < a->arg_count; i++) {
      if (a->args[i].address != b->args[i].address ||
          strcmp(a->args[i].type_name, b->args[i].type_name) != 0)
         return false;
   }
   return true;
}

static bool
is_executable(const struct trf_build *build)
{
   return build->status == CL_BUILD_SUCCESS &&
          build->type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE && build->module;
}

static cl_int
find_codes_locked(struct trf_kernel *kernel, const char *name)
{
   struct trf_program *program = kernel->program;

   for (unsigned i = 0; i < program->build_count; i++) {
      struct trf_build *build = &program->builds[i];
      if (!is_executable(build))
         continue;

      const struct trf_kernel_decl *decl =
         trf_module_find(build->module, name);
      if (!decl)
         return CL_INVALID_KERNEL_NAME;
      if (kernel->decl && !same_declaration(kernel->decl, decl))
         return CL_INVALID_KERNEL_DEFINITION;
      if (!kernel->decl)
         kernel->decl = decl;
      kernel->codes[i] = get_code_locked(build, decl);
      if (!kernel->codes[i])
         return CL_OUT_OF_RESOURCES;
   }
   return kernel->decl ? CL_SUCCESS : CL_INVALID_PROGRAM_EXECUTABLE;
}

static void
free_values(struct trf_kernel *kernel)
{
   for (unsigned i = 0; kernel->values && i < kernel->decl->arg_count; i++)
      free(kernel->values[i].bytes);
   free(kernel->values);
}

static void
kernel_destroy(struct trf_object *object)
{
   struct trf_kernel *kernel = (struct trf_kernel *)object;
   struct trf_program *program = kernel->program;

   free_values(kernel);
   for (unsigned i = 0; i < program->build_count; i++)
      trf_kernel_code_unref(kernel->codes[i]);
   free(kernel->codes);
   simple_mtx_lock(&program->lock);
   program->kernel_count--;
   simple_mtx_unlock(&program->lock);
   simple_mtx_destroy(&kernel->lock);
   trf_program_unref(program);
   free(kernel);
}

/* Without code or values; counted in its program. */
static struct trf_kernel *
kernel_new(struct trf_program *program)
{
   struct trf_kernel *kernel = calloc(1, sizeof(*kernel));
   if (!kernel)
      return NULL;
   kernel->codes =
      calloc(MAX2(program->build_count, 1), sizeof(*kernel->codes));
   if (!kernel->codes) {
      free(kernel);
      return NULL;
   }
   trf_object_init(&kernel->base, kernel_destroy);
   simple_mtx_init(&kernel->lock, mtx_plain);
   kernel->program = trf_program_ref(program);

   simple_mtx_lock(&program->lock);
   program->kernel_count++;
   simple_mtx_unlock(&program->lock);
   return kernel;
}

static bool
create_values(struct trf_kernel *kernel)
{
   kernel->values =
      calloc(MAX2(kernel->decl->arg_count, 1), sizeof(*kernel->values));
   return kernel->values != NULL;
}

cl_int
trf_kernel_create(struct trf_program *program, const char *name,
                  struct trf_kernel **out)
{
   struct trf_kernel *kernel = kernel_new(program);
   if (!kernel)
      return CL_OUT_OF_HOST_MEMORY;

   simple_mtx_lock(&program->lock);
   cl_int error = find_codes_locked(kernel, name);
   simple_mtx_unlock(&program->lock);
   if (!error && !create_values(kernel))
      error = CL_OUT_OF_HOST_MEMORY;
   if (error) {
      trf_kernel_unref(kernel);
      return error;
   }
   *out = kernel;
   return CL_SUCCESS;
}

/* What the bytes of an argument are: a value, or an SVM pointer. */
static size_t
bytes_of(const struct trf_kernel_arg *arg)
{
   return arg->kind == TRF_ARG_VALUE ? arg->size : sizeof(void *);
}

static bool
copy_value(struct trf_arg_value *to, const struct trf_arg_value *from,
           size_t size)
{
   *to = *from;
   if (!from->bytes)
      return true;
   to->bytes = malloc(MAX2(size, 1));
   if (!to->bytes) {
      to->set = false;
      return false;
   }
   memcpy(to->bytes, from->bytes, size);
   return true;
}

cl_int
trf_kernel_clone(struct trf_kernel *kernel, struct trf_kernel **out)
{
   struct trf_program *program = kernel->program;
   struct trf_kernel *clone = kernel_new(program);
   if (!clone)
      return CL_OUT_OF_HOST_MEMORY;

   clone->decl = kernel->decl;
   for (unsigned i = 0; i < program->build_count; i++) {
      clone->codes[i] = kernel->codes[i];
      if (clone->codes[i])
         p_atomic_inc(&clone->codes[i]->refs);
   }
   if (!create_values(clone)) {
      trf_kernel_unref(clone);
      return CL_OUT_OF_HOST_MEMORY;
   }

   const struct trf_kernel_arg *args = trf_kernel_args(kernel);
   bool copied = true;
   simple_mtx_lock(&kernel->lock);
   for (unsigned i = 0; i < kernel->decl->arg_count; i++)
      copied = copied && copy_value(&clone->values[i], &kernel->values[i],
                                    bytes_of(&args[i]));
   simple_mtx_unlock(&kernel->lock);
   if (!copied) {
      trf_kernel_unref(clone);
      return CL_OUT_OF_HOST_MEMORY;
   }
   *out = clone;
   return CL_SUCCESS;
}

const struct trf_kernel_arg *
trf_kernel_args(const struct trf_kernel *kernel)
{
   for (unsigned i = 0; i < kernel->program->build_count; i++) {
      if (kernel->codes[i])
         return kernel->codes[i]->ir->args;
   }
   assert(!"a kernel has code for some device");
   return NULL;
}

struct trf_kernel_code *
trf_kernel_code_for(const struct trf_kernel *kernel,
                    const struct trf_device *device)
{
   for (unsigned i = 0; i < kernel->program->build_count; i++) {
      if (kernel->codes[i] && kernel->codes[i]->device == device)
         return kernel->codes[i];
   }
   return NULL;
}

void
trf_kernel_set_object(struct trf_kernel *kernel, unsigned index,
                      struct trf_object *object)
{
   struct trf_arg_value *value = &kernel->values[index];

   simple_mtx_lock(&kernel->lock);
   value->set = true;
   value->object = object;
   value->handle = object ? object->handle : NULL;
   free(value->bytes); /* of an SVM pointer */
   value->bytes = NULL;
   simple_mtx_unlock(&kernel->lock);
}

void
trf_kernel_set_local(struct trf_kernel *kernel, unsigned index, size_t size)
{
   simple_mtx_lock(&kernel->lock);
   kernel->values[index].set = true;
   kernel->values[index].local_size = size;
   simple_mtx_unlock(&kernel->lock);
}

cl_int
trf_kernel_set_value(struct trf_kernel *kernel, unsigned index,
                     const void *value, size_t size)
{
   void *bytes = malloc(MAX2(size, 1));
   if (!bytes)
      return CL_OUT_OF_HOST_MEMORY;
   memcpy(bytes, value, size);

   simple_mtx_lock(&kernel->lock);
   struct trf_arg_value *to = &kernel->values[index];
   free(to->bytes);
   to->bytes = bytes;
   to->object = NULL; /* an SVM pointer takes a buffer's place */
   to->handle = NULL;
   to->set = true;
   simple_mtx_unlock(&kernel->lock);
   return CL_SUCCESS;
}
