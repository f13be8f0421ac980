/* SPDX-License-Identifier: MIT */

/* Builds, compiles and links as they run. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "core/kernel.h"
#include "core/program_private.h"
#include "gallium/resource.h"
#include "util/macros.h"
#include "util/trf_log.h"
#include "util/u_call_once.h"
#include "util/u_cpu_detect.h"

#define MAX_THREADS 4

/* The threads of builds with a callback; made for the first of them. */
static struct util_queue threads;

static void
start_threads(void)
{
   const unsigned count = CLAMP(util_get_cpu_caps()->nr_cpus, 1, MAX_THREADS);
   if (!util_queue_init(&threads, "trf:build", 8, count,
                        UTIL_QUEUE_INIT_RESIZE_IF_FULL, NULL))
      assert(!util_queue_is_initialized(&threads));
}

static bool
have_threads(void)
{
   static util_once_flag once = UTIL_ONCE_FLAG_INIT;

   util_call_once(&once, start_threads);
   return util_queue_is_initialized(&threads);
}

static bool
create_tasks(struct trf_job *job, const struct trf_build_args *args)
{
   job->tasks = calloc(MAX2(args->device_count, 1), sizeof(*job->tasks));
   if (!job->tasks)
      return false;

   job->task_count = args->device_count;
   for (unsigned i = 0; i < job->task_count; i++) {
      job->tasks[i].build = trf_program_build(job->program, args->devices[i]);
      job->tasks[i].options = strdup(args->options);
      if (!job->tasks[i].options)
         return false;
   }
   return true;
}

/* Of headers of the same name "the first one encountered" is used (5.8.4). */
static bool
is_repeated(const struct trf_build_args *args, unsigned index)
{
   for (unsigned i = 0; i < index; i++) {
      if (strcmp(args->headers[i].name, args->headers[index].name) == 0)
         return true;
   }
   return false;
}

static bool
create_headers(struct trf_job *job, const struct trf_build_args *args)
{
   const size_t room = MAX2(args->header_count, 1);

   job->headers = calloc(room, sizeof(*job->headers));
   job->header_names = calloc(room, sizeof(*job->header_names));
   job->header_programs = calloc(room, sizeof(*job->header_programs));
   if (!job->headers || !job->header_names || !job->header_programs)
      return false;

   for (unsigned i = 0; i < args->header_count; i++) {
      if (is_repeated(args, i))
         continue;

      const unsigned n = job->header_count;
      job->header_names[n] = strdup(args->headers[i].name);
      if (!job->header_names[n])
         return false;
      job->headers[n].name = job->header_names[n];
      job->headers[n].source = args->headers[i].program->source;
      job->header_programs[n] = trf_program_ref(args->headers[i].program);
      job->header_count++;
   }
   return true;
}

struct trf_job *
trf_job_create(struct trf_program *program, enum trf_options_stage stage,
               const struct trf_build_args *args)
{
   struct trf_job *job = calloc(1, sizeof(*job));
   if (!job)
      return NULL;

   job->program = trf_program_ref(program);
   job->notify = args->notify;
   job->notify_data = args->notify_data;
   if (trf_options_parse(&job->options, stage, args->options,
                         &job->offender) == TRF_OPTIONS_NO_MEMORY ||
       !create_tasks(job, args) || !create_headers(job, args)) {
      trf_job_destroy(job);
      return NULL;
   }
   return job;
}

void
trf_job_destroy(struct trf_job *job)
{
   for (unsigned i = 0; i < job->task_count; i++) {
      struct trf_task *task = &job->tasks[i];
      trf_resource_destroy(task->globals);
      for (unsigned k = 0; k < task->input_count; k++)
         trf_spirv_free(&task->inputs[k]);
      free(task->inputs);
      free(task->options);
   }
   free(job->tasks);
   for (unsigned i = 0; i < job->header_count; i++) {
      free(job->header_names[i]);
      trf_program_unref(job->header_programs[i]);
   }
   free(job->headers);
   free(job->header_names);
   free(job->header_programs);
   free(job->values);
   free(job->offender);
   trf_options_free(&job->options);
   trf_program_unref(job->program);
   free(job);
}

/* What was built is no more; what was loaded is what will be built from. */
static void
begin_task_locked(const struct trf_program *program, struct trf_task *task,
                  struct list_head *dead)
{
   struct trf_build *build = task->build;

   list_splicetail(&build->codes, dead);
   list_inithead(&build->codes);
   task->globals = build->globals;
   build->globals = NULL;
   trf_module_free(build->module);
   build->module = NULL;
   trf_text_clear(&build->log);
   if (program->origin != TRF_PROGRAM_FROM_BINARIES) {
      trf_spirv_free(&build->spirv);
      build->type = CL_PROGRAM_BINARY_TYPE_NONE;
   }
   free(build->options);
   build->options = task->options;
   task->options = NULL;
   build->status = CL_BUILD_IN_PROGRESS;
}

static bool
copy_values_locked(struct trf_job *job)
{
   const struct trf_program *program = job->program;
   if (!program->value_count)
      return true;

   const size_t size = program->value_count * sizeof(*program->values);
   job->values = malloc(size);
   if (!job->values)
      return false;
   memcpy(job->values, program->values, size);
   job->value_count = program->value_count;
   return true;
}

static cl_int
begin_locked(struct trf_job *job, struct list_head *dead)
{
   struct trf_program *program = job->program;

   if (program->building)
      return trf_error(CL_INVALID_OPERATION, "a build is in progress");
   if (program->kernel_count)
      return trf_error(CL_INVALID_OPERATION, "%u kernels are attached",
                       program->kernel_count);
   if (!copy_values_locked(job))
      return trf_error(CL_OUT_OF_HOST_MEMORY, "specialization constants");

   program->building = true;
   for (unsigned i = 0; i < job->task_count; i++)
      begin_task_locked(program, &job->tasks[i], dead);
   return CL_SUCCESS;
}

cl_int
trf_job_begin(struct trf_job *job)
{
   struct list_head dead;

   list_inithead(&dead);
   simple_mtx_lock(&job->program->lock);
   const cl_int code = begin_locked(job, &dead);
   simple_mtx_unlock(&job->program->lock);

   /* Drivers are called under no lock. */
   list_for_each_entry_safe(struct trf_kernel_code, old, &dead, link)
      trf_kernel_code_unref(old);
   return code;
}

/* The build takes over what the result has. */
static void
commit(struct trf_program *program, struct trf_build *build, bool success,
       struct trf_build_result *result)
{
   simple_mtx_lock(&program->lock);
   build->log = result->log;
   build->status = success ? CL_BUILD_SUCCESS : CL_BUILD_ERROR;
   if (success) {
      if (result->spirv.data) {
         trf_spirv_free(&build->spirv);
         build->spirv = result->spirv;
      }
      build->type = result->type;
      build->module = result->module;
   }
   simple_mtx_unlock(&program->lock);

   if (!success) {
      trf_spirv_free(&result->spirv);
      trf_module_free(result->module);
   }
}

static bool
run_task(const struct trf_job *job, const struct trf_task *task,
         struct trf_build_result *result)
{
   if (job->offender) {
      trf_text_printf(&result->log, "error: invalid option '%s'\n",
                      job->offender);
      return false;
   }
   return job->run(job, task, result);
}

static void
run_job(struct trf_job *job)
{
   struct trf_program *program = job->program;

   for (unsigned i = 0; i < job->task_count; i++) {
      struct trf_build_result result = {0};
      const bool success = run_task(job, &job->tasks[i], &result);
      commit(program, job->tasks[i].build, success, &result);
      job->failed |= !success;
   }

   simple_mtx_lock(&program->lock);
   program->building = false;
   simple_mtx_unlock(&program->lock);

   if (job->notify) {
      job->notify((cl_program)program->base.handle, job->notify_data);
      trf_object_drop_handle(&program->base);
   }
}

static void
run_on_thread(void *data, void *global, int thread)
{
   run_job(data);
   trf_job_destroy(data);
}

cl_int
trf_job_start(struct trf_job *job, cl_int invalid_options, cl_int failure)
{
   cl_int code = CL_SUCCESS;

   if (job->offender) {
      /* Refused, not begun: nobody is to be told. */
      job->notify = NULL;
      code = trf_error(invalid_options, "option '%s'", job->offender);
   }
   if (job->notify)
      trf_object_hold_handle(&job->program->base);
   if (job->notify && have_threads()) {
      util_queue_add_job(&threads, job, NULL, run_on_thread, NULL, 0);
      return CL_SUCCESS;
   }

   const bool waits = !job->notify;
   run_job(job);
   if (!code && waits && job->failed)
      code = trf_error(failure, "see the log");
   trf_job_destroy(job);
   return code;
}

bool
trf_job_link(const struct trf_job *job,
             const struct trf_spirv *const *modules, unsigned count,
             bool library, struct trf_build_result *result)
{
   result->type = library ? CL_PROGRAM_BINARY_TYPE_LIBRARY
                          : CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
   if (!trf_link_spirv(modules, count, library, &result->spirv, &result->log))
      return false;
   if (library)
      return true;
   result->module =
      trf_module_parse(&result->spirv, job->program->source, &result->log);
   return result->module != NULL;
}
