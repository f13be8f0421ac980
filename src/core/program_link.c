/* SPDX-License-Identifier: MIT */

/* clLinkProgram: what was compiled becomes a program of its own. */

#include <stdlib.h>

#include "core/device.h"
#include "core/program_private.h"
#include "util/macros.h"
#include "util/trf_log.h"

/*
 * Copies one input's module for a device: it may be built anew while the
 * link runs.  *found tells whether it has one.
 */
static cl_int
copy_input(struct trf_program *input, const struct trf_device *device,
           struct trf_spirv *copy, bool *found)
{
   cl_int code = CL_SUCCESS;

   *found = false;
   simple_mtx_lock(&input->lock);
   const struct trf_build *build = trf_program_build(input, device);
   if (input->building)
      code = trf_error(CL_INVALID_OPERATION, "an input is being built");
   else if (build && (build->type == CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT ||
                      build->type == CL_PROGRAM_BINARY_TYPE_LIBRARY)) {
      *found = trf_spirv_copy(copy, build->spirv.data, build->spirv.size);
      if (!*found)
         code = trf_error(CL_OUT_OF_HOST_MEMORY, "an input");
   }
   simple_mtx_unlock(&input->lock);
   return code;
}

/*
 * 5.8.5: for each device either all inputs have a binary, and are linked, or
 * none has, and nothing is linked; CL_INVALID_OPERATION otherwise.
 */
static cl_int
copy_inputs(struct trf_task *task, struct trf_program *const *inputs,
            unsigned count)
{
   task->inputs = calloc(count, sizeof(*task->inputs));
   if (!task->inputs)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "the inputs");

   for (unsigned i = 0; i < count; i++) {
      bool found;
      const cl_int code =
         copy_input(inputs[i], task->build->device,
                    &task->inputs[task->input_count], &found);
      if (code)
         return code;
      task->input_count += found;
   }
   if (task->input_count && task->input_count != count)
      return trf_error(CL_INVALID_OPERATION,
                       "%u of %u inputs have a binary for a device",
                       task->input_count, count);
   return CL_SUCCESS;
}

/* Devices without inputs are left out of the job. */
static cl_int
collect_inputs(struct trf_job *job, struct trf_program *const *inputs,
               unsigned count)
{
   unsigned linked = 0;

   for (unsigned i = 0; i < job->task_count; i++) {
      const cl_int code = copy_inputs(&job->tasks[i], inputs, count);
      if (code)
         return code;
      if (!job->tasks[i].input_count)
         continue;

      const struct trf_task skipped = job->tasks[linked];
      job->tasks[linked++] = job->tasks[i];
      if (linked <= i)
         job->tasks[i] = skipped;
   }
   if (!linked)
      return trf_error(CL_INVALID_OPERATION, "no input has a binary");

   while (job->task_count > linked) {
      struct trf_task *task = &job->tasks[--job->task_count];
      free(task->inputs);
      free(task->options);
   }
   return CL_SUCCESS;
}

static bool
run_link(const struct trf_job *job, const struct trf_task *task,
         struct trf_build_result *result)
{
   const struct trf_spirv **modules =
      calloc(task->input_count, sizeof(*modules));
   if (!modules) {
      trf_text_append(&result->log, "error: out of memory\n");
      return false;
   }
   for (unsigned i = 0; i < task->input_count; i++)
      modules[i] = &task->inputs[i];

   const bool linked = trf_job_link(job, modules, task->input_count,
                                    job->options.create_library, result);
   free(modules);
   return linked;
}

/* Up to the point where the link can begin, and the program gets a handle. */
static cl_int
prepare(struct trf_job *job, struct trf_program *const *inputs,
        unsigned count)
{
   if (job->offender)
      return trf_error(CL_INVALID_LINKER_OPTIONS, "option '%s'",
                       job->offender);

   cl_int code = collect_inputs(job, inputs, count);
   if (!code)
      code = trf_job_begin(job);
   if (!code && !trf_object_publish(&job->program->base, TRF_TYPE_PROGRAM))
      code = trf_error(CL_OUT_OF_HOST_MEMORY, "the program");
   return code;
}

cl_int
trf_program_do_link(struct trf_context *context,
                    const struct trf_build_args *args,
                    struct trf_program *const *inputs, unsigned input_count,
                    struct trf_program **out)
{
   struct trf_program *program = trf_program_new(
      context, args->devices, args->device_count, TRF_PROGRAM_FROM_LINK);
   if (!program)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "the program");

   struct trf_job *job = trf_job_create(program, TRF_OPTIONS_LINK, args);
   cl_int code = CL_OUT_OF_HOST_MEMORY;
   if (!job)
      goto fail_job;
   job->run = run_link;
   code = prepare(job, inputs, input_count);
   if (code)
      goto fail_prepare;

   *out = program;
   return trf_job_start(job, CL_INVALID_LINKER_OPTIONS,
                        CL_LINK_PROGRAM_FAILURE);

fail_prepare:
   trf_job_destroy(job);
fail_job:
   trf_program_unref(program);
   return code;
}
