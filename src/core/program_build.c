/* SPDX-License-Identifier: MIT */

/* clBuildProgram and clCompileProgram, for one device at a time. */

#include <assert.h>

#include "core/device.h"
#include "core/device_language.h"
#include "core/program_private.h"
#include "util/trf_log.h"

/*
 * 5.8.6: options that a device does not offer fail its build, where words
 * that are no options at all are refused.
 */
static bool
check_device(const struct trf_device *device,
             const struct trf_options *options, struct trf_text *log)
{
   if (!trf_device_has_language(device, options->c_version)) {
      trf_text_printf(log, "error: the device has no OpenCL C %u.%u\n",
                      options->c_version / 100, options->c_version / 10 % 10);
      return false;
   }
   if (options->correctly_rounded && !(trf_device_single_fp_config(device) &
                                       CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT)) {
      trf_text_append(log, "error: the device does not round divisions and "
                           "square roots correctly\n");
      return false;
   }
   return true;
}

static bool
compile_source(const struct trf_job *job, const struct trf_task *task,
               struct trf_spirv *object, struct trf_text *log)
{
   struct trf_device *device = task->build->device;
   struct trf_compiler *compiler = trf_device_compiler(device);

   if (!compiler) {
      trf_text_append(log, "error: out of memory\n");
      return false;
   }
   if (!check_device(device, &job->options, log))
      return false;

   const struct trf_source source = {
      .text = job->program->source,
      .headers = job->headers,
      .header_count = job->header_count,
      .options = (const char *const *)job->options.words,
      .option_count = job->options.count,
   };
   return trf_compile_source(compiler, &source, object, log);
}

/* An object of what the program was made from. */
static bool
make_object(const struct trf_job *job, const struct trf_task *task,
            struct trf_spirv *object, struct trf_text *log)
{
   const struct trf_program *program = job->program;

   switch (program->origin) {
   case TRF_PROGRAM_FROM_SOURCE:
      return compile_source(job, task, object, log);
   case TRF_PROGRAM_FROM_IL:
      return trf_specialize_spirv(&program->il, job->values, job->value_count,
                                  object, log);
   default:
      /* Nobody but this job changes it while the program is building. */
      return trf_spirv_copy(object, task->build->spirv.data,
                            task->build->spirv.size);
   }
}

static bool
run_compile(const struct trf_job *job, const struct trf_task *task,
            struct trf_build_result *result)
{
   result->type = CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT;
   return make_object(job, task, &result->spirv, &result->log);
}

static bool
run_build(const struct trf_job *job, const struct trf_task *task,
          struct trf_build_result *result)
{
   const struct trf_build *build = task->build;

   if (build->type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE) {
      /* A binary that was linked before. */
      result->type = build->type;
      result->module = trf_module_parse(&build->spirv, NULL, &result->log);
      return result->module != NULL;
   }

   struct trf_spirv object = {0};
   const struct trf_spirv *const modules[] = {&object};
   const bool built = make_object(job, task, &object, &result->log) &&
                      trf_job_link(job, modules, 1, false, result);
   trf_spirv_free(&object);
   return built;
}

cl_int
trf_program_do_build(struct trf_program *program,
                     const struct trf_build_args *args)
{
   assert(program->origin != TRF_PROGRAM_FROM_LINK);

   struct trf_job *job = trf_job_create(program, TRF_OPTIONS_BUILD, args);
   if (!job)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "the build");
   job->run = run_build;

   const cl_int code = trf_job_begin(job);
   if (code) {
      trf_job_destroy(job);
      return code;
   }
   return trf_job_start(job, CL_INVALID_BUILD_OPTIONS,
                        CL_BUILD_PROGRAM_FAILURE);
}

cl_int
trf_program_do_compile(struct trf_program *program,
                       const struct trf_build_args *args)
{
   assert(program->origin == TRF_PROGRAM_FROM_SOURCE ||
          program->origin == TRF_PROGRAM_FROM_IL);

   struct trf_job *job = trf_job_create(program, TRF_OPTIONS_COMPILE, args);
   if (!job)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "the compilation");
   job->run = run_compile;

   const cl_int code = trf_job_begin(job);
   if (code) {
      trf_job_destroy(job);
      return code;
   }
   return trf_job_start(job, CL_INVALID_COMPILER_OPTIONS,
                        CL_COMPILE_PROGRAM_FAILURE);
}
