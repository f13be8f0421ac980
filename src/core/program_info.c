/* SPDX-License-Identifier: MIT */

/*
 * What clGetProgramInfo and clGetProgramBuildInfo answer.  Builds change
 * while they are asked about: what a getter gives is a copy, made under the
 * program's lock.
 */

#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "core/program_private.h"
#include "util/u_atomic.h"

/* A copy of a string, NULL being empty. */
static cl_int
copy_string(struct trf_info_out *out, const char *string)
{
   const size_t size = string ? strlen(string) + 1 : 1;
   char *copy = trf_info_alloc(out, size);

   if (!copy)
      return CL_OUT_OF_HOST_MEMORY;
   memcpy(copy, string ? string : "", size);
   return CL_SUCCESS;
}

static struct trf_program *
program_of(const void *object)
{
   const struct trf_program_query *query = object;
   return query->program;
}

static cl_int
get_reference_count(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out,
                       p_atomic_read(&program_of(object)->base.api_refs));
}

static cl_int
get_device_count(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out, program_of(object)->build_count);
}

static cl_int
get_source(const void *object, struct trf_info_out *out)
{
   return trf_info_string(out, program_of(object)->source);
}

static cl_int
get_context(const void *object, struct trf_info_out *out)
{
   struct trf_program *program = program_of(object);
   return trf_info_pointer(out, program->context->base.handle);
}

static cl_int
get_devices(const void *object, struct trf_info_out *out)
{
   struct trf_program *program = program_of(object);
   cl_device_id *handles =
      trf_info_alloc(out, program->build_count * sizeof(*handles));
   if (!handles)
      return CL_OUT_OF_HOST_MEMORY;

   for (unsigned i = 0; i < program->build_count; i++)
      handles[i] = (cl_device_id)program->builds[i].device->base.handle;
   return CL_SUCCESS;
}

static cl_int
get_il(const void *object, struct trf_info_out *out)
{
   struct trf_program *program = program_of(object);
   return trf_info_bytes(out, program->il.data, program->il.size);
}

/* The binary that a build is, or was loaded from; false if it has none. */
static bool
describe_binary_locked(const struct trf_build *build,
                       struct trf_binary *binary)
{
   if (build->type == CL_PROGRAM_BINARY_TYPE_NONE)
      return false;
   *binary = (struct trf_binary){
      .type = build->type,
      .options = build->options,
      .spirv = build->spirv,
   };
   return true;
}

static cl_int
get_binary_sizes(const void *object, struct trf_info_out *out)
{
   struct trf_program *program = program_of(object);
   size_t *sizes = trf_info_alloc(out, program->build_count * sizeof(*sizes));
   if (!sizes)
      return CL_OUT_OF_HOST_MEMORY;

   simple_mtx_lock(&program->lock);
   for (unsigned i = 0; i < program->build_count; i++) {
      struct trf_binary binary;
      sizes[i] = describe_binary_locked(&program->builds[i], &binary)
                    ? trf_binary_size(&binary)
                    : 0;
   }
   simple_mtx_unlock(&program->lock);
   return CL_SUCCESS;
}

cl_int
trf_program_write_binary(struct trf_program *program, unsigned build,
                         unsigned char *data)
{
   struct trf_binary_id id;
   struct trf_binary binary;

   if (!program->builds[build].device->caps->compute)
      return CL_SUCCESS;
   if (!trf_program_binary_id(program->builds[build].device, &id))
      return CL_OUT_OF_HOST_MEMORY;

   simple_mtx_lock(&program->lock);
   if (describe_binary_locked(&program->builds[build], &binary))
      trf_binary_write(&binary, &id, data);
   simple_mtx_unlock(&program->lock);
   return CL_SUCCESS;
}

/* 5.8.8: CL_INVALID_PROGRAM_EXECUTABLE if no device has an executable. */
static cl_int
get_kernel_count(const void *object, struct trf_info_out *out)
{
   struct trf_program *program = program_of(object);
   cl_int code = CL_INVALID_PROGRAM_EXECUTABLE;

   simple_mtx_lock(&program->lock);
   const struct trf_build *build = trf_program_executable_locked(program);
   if (build)
      code = trf_info_size(out, build->module->kernel_count);
   simple_mtx_unlock(&program->lock);
   return code;
}

static cl_int
join_names(const struct trf_module *module, struct trf_info_out *out)
{
   struct trf_text names = {0};

   for (unsigned i = 0; i < module->kernel_count; i++)
      trf_text_printf(&names, "%s%s", i ? ";" : "", module->kernels[i].name);

   const cl_int code = names.truncated
                          ? CL_OUT_OF_HOST_MEMORY
                          : copy_string(out, trf_text_get(&names));
   trf_text_clear(&names);
   return code;
}

static cl_int
get_kernel_names(const void *object, struct trf_info_out *out)
{
   struct trf_program *program = program_of(object);
   cl_int code = CL_INVALID_PROGRAM_EXECUTABLE;

   simple_mtx_lock(&program->lock);
   const struct trf_build *build = trf_program_executable_locked(program);
   if (build)
      code = join_names(build->module, out);
   simple_mtx_unlock(&program->lock);
   return code;
}

/* CL_PROGRAM_BINARIES is not here: its value is an argument, see src/api. */
static const struct trf_info_row program_rows[] = {
   TRF_INFO_GET(CL_PROGRAM_REFERENCE_COUNT, get_reference_count),
   TRF_INFO_GET(CL_PROGRAM_CONTEXT, get_context),
   TRF_INFO_GET(CL_PROGRAM_NUM_DEVICES, get_device_count),
   TRF_INFO_GET(CL_PROGRAM_DEVICES, get_devices),
   TRF_INFO_GET(CL_PROGRAM_SOURCE, get_source),
   TRF_INFO_GET(CL_PROGRAM_IL, get_il),
   TRF_INFO_GET(CL_PROGRAM_BINARY_SIZES, get_binary_sizes),
   TRF_INFO_GET(CL_PROGRAM_NUM_KERNELS, get_kernel_count),
   TRF_INFO_GET(CL_PROGRAM_KERNEL_NAMES, get_kernel_names),
   TRF_INFO_CONSTANT(CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT, cl_bool,
                     CL_FALSE),
   TRF_INFO_CONSTANT(CL_PROGRAM_SCOPE_GLOBAL_DTORS_PRESENT, cl_bool,
                     CL_FALSE),
};

const struct trf_info_table trf_program_info_table =
   TRF_INFO_TABLE(program_rows);

static cl_int
get_status(const void *object, struct trf_info_out *out)
{
   const struct trf_program_query *query = object;

   simple_mtx_lock(&query->program->lock);
   const cl_build_status status = query->build->status;
   simple_mtx_unlock(&query->program->lock);
   return trf_info_u32(out, status);
}

static cl_int
get_options(const void *object, struct trf_info_out *out)
{
   const struct trf_program_query *query = object;

   simple_mtx_lock(&query->program->lock);
   const cl_int code = copy_string(out, query->build->options);
   simple_mtx_unlock(&query->program->lock);
   return code;
}

static cl_int
get_log(const void *object, struct trf_info_out *out)
{
   const struct trf_program_query *query = object;

   simple_mtx_lock(&query->program->lock);
   const cl_int code = copy_string(out, query->build->log.string);
   simple_mtx_unlock(&query->program->lock);
   return code;
}

static cl_int
get_type(const void *object, struct trf_info_out *out)
{
   const struct trf_program_query *query = object;

   simple_mtx_lock(&query->program->lock);
   const cl_program_binary_type type = query->build->type;
   simple_mtx_unlock(&query->program->lock);
   return trf_info_u32(out, type);
}

static cl_int
get_globals_size(const void *object, struct trf_info_out *out)
{
   const struct trf_program_query *query = object;
   size_t size = 0;

   simple_mtx_lock(&query->program->lock);
   if (query->build->status == CL_BUILD_SUCCESS && query->build->module)
      size = query->build->module->globals.size;
   simple_mtx_unlock(&query->program->lock);
   return trf_info_size(out, size);
}

static const struct trf_info_row build_rows[] = {
   TRF_INFO_GET(CL_PROGRAM_BUILD_STATUS, get_status),
   TRF_INFO_GET(CL_PROGRAM_BUILD_OPTIONS, get_options),
   TRF_INFO_GET(CL_PROGRAM_BUILD_LOG, get_log),
   TRF_INFO_GET(CL_PROGRAM_BINARY_TYPE, get_type),
   TRF_INFO_GET(CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE,
                get_globals_size),
};

const struct trf_info_table trf_program_build_info_table =
   TRF_INFO_TABLE(build_rows);
