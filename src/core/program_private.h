/* SPDX-License-Identifier: MIT */

/* Shared by the files of src/core that are about programs. */

#ifndef TRF_CORE_PROGRAM_PRIVATE_H
#define TRF_CORE_PROGRAM_PRIVATE_H

#include "compiler/binary.h"
#include "compiler/options.h"
#include "core/program.h"
#include "util/u_queue.h"

/* Nothing is built yet.  NULL without memory. */
struct trf_program *trf_program_new(struct trf_context *context,
                                    struct trf_device *const *devices,
                                    unsigned count,
                                    enum trf_program_origin origin);

/* The identity of binaries for a device; false without memory. */
bool trf_program_binary_id(struct trf_device *device,
                           struct trf_binary_id *id);

struct trf_job;

/* What becomes of one build.  Empty SPIR-V: the build keeps what it has. */
struct trf_build_result {
   cl_program_binary_type type;
   struct trf_spirv spirv;
   struct trf_module *module;
   struct trf_text log;
};

/* One device of a job. */
struct trf_task {
   struct trf_build *build;
   char *options;                /* for the build to take over */
   struct trf_resource *globals; /* that the build had: to be destroyed */
   struct trf_spirv *inputs;     /* of links: copies */
   unsigned input_count;
};

/* A build, compile or link: run by the caller, or by a thread of ours. */
struct trf_job {
   struct trf_program *program; /* strong; with its handle if to notify */
   struct trf_options options;
   char *offender; /* what makes the options invalid; NULL: they are not */

   struct trf_task *tasks;
   unsigned task_count;
   struct trf_named_source *headers;
   char **header_names;
   struct trf_program **header_programs; /* strong */
   unsigned header_count;
   struct trf_spec_value *values; /* as they were when the job began */
   unsigned value_count;

   /* False if it fails; no lock is held. */
   bool (*run)(const struct trf_job *job, const struct trf_task *task,
               struct trf_build_result *result);
   bool failed;
   trf_program_notify notify;
   void *notify_data;
};

/* With the options parsed.  NULL without memory. */
struct trf_job *trf_job_create(struct trf_program *program,
                               enum trf_options_stage stage,
                               const struct trf_build_args *args);
void trf_job_destroy(struct trf_job *job);

/*
 * Marks the builds as under way; CL_INVALID_OPERATION if that may not be.
 * From then on trf_job_start() must follow.
 */
cl_int trf_job_begin(struct trf_job *job);

/*
 * Takes over the job: waits for it, and returns `failure` if it fails, or
 * leaves it to a thread if there is a callback.  With invalid options it
 * fails before it starts.
 */
cl_int trf_job_start(struct trf_job *job, cl_int invalid_options,
                     cl_int failure);

/* Links, and for executables finds what the result declares. */
bool trf_job_link(const struct trf_job *job,
                  const struct trf_spirv *const *modules, unsigned count,
                  bool library, struct trf_build_result *result);

#endif
