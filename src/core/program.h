/* SPDX-License-Identifier: MIT */

/*
 * Programs: source, SPIR-V or binaries, and for each device what was built
 * from them.
 */

#ifndef TRF_CORE_PROGRAM_H
#define TRF_CORE_PROGRAM_H

#include <CL/cl.h>

#include "compiler/module.h"
#include "compiler/text.h"
#include "core/context.h"
#include "util/list.h"
#include "util/simple_mtx.h"
#include "util/trf_object.h"

struct trf_device;
struct trf_kernel_code;
struct trf_resource;

/* A program on one device.  Everything but the device is under its lock. */
struct trf_build {
   struct trf_device *device; /* strong */
   cl_build_status status;
   cl_program_binary_type type;
   char *options; /* of the last build, compile or link; NULL before */
   struct trf_text log;
   struct trf_spirv spirv;       /* object, library or executable */
   struct trf_module *module;    /* of executables */
   struct list_head codes;       /* struct trf_kernel_code, by kernel name */
   struct trf_resource *globals; /* program-scope variables; when needed */
};

enum trf_program_origin {
   TRF_PROGRAM_FROM_SOURCE,
   TRF_PROGRAM_FROM_IL,
   TRF_PROGRAM_FROM_BINARIES,
   TRF_PROGRAM_FROM_LINK,
};

struct trf_program {
   struct trf_object base;
   struct trf_context *context; /* strong */
   enum trf_program_origin origin;
   char *source;                 /* NULL unless made from source */
   struct trf_spirv il;          /* empty unless made from SPIR-V */
   struct trf_module *il_module; /* what it declares; NULL likewise */

   simple_mtx_t lock;
   struct trf_build *builds;
   unsigned build_count;
   unsigned kernel_count; /* kernel objects that exist */
   bool building;         /* one build at a time */
   struct trf_spec_value *values;
   unsigned value_count;
};

TRF_DECLARE_REF(trf_program)

/* What the tables are asked about: a getter locks, which a const cannot. */
struct trf_program_query {
   struct trf_program *program;
   const struct trf_build *build; /* of build queries */
};

extern const struct trf_info_table trf_program_info_table;
extern const struct trf_info_table trf_program_build_info_table;

/* NULL without memory.  Sources are concatenated; lengths as in the API. */
struct trf_program *trf_program_from_source(struct trf_context *context,
                                            const char *const *strings,
                                            const size_t *lengths,
                                            unsigned count);

/* CL_INVALID_VALUE if it is not well-formed; CL_OUT_OF_HOST_MEMORY. */
cl_int trf_program_from_il(struct trf_context *context, const void *il,
                           size_t size, struct trf_program **out);

/*
 * For some of the context's devices, from what trf_program_write_binary()
 * wrote.  status[i] (status may be NULL) is CL_SUCCESS or CL_INVALID_BINARY;
 * CL_INVALID_BINARY or CL_OUT_OF_HOST_MEMORY overall.
 */
cl_int trf_program_from_binaries(struct trf_context *context,
                                 struct trf_device *const *devices,
                                 unsigned count, const size_t *sizes,
                                 const unsigned char *const *binaries,
                                 cl_int *status, struct trf_program **out);

/* Writes a build's binary, of CL_PROGRAM_BINARY_SIZES; none if that is 0. */
cl_int trf_program_write_binary(struct trf_program *program, unsigned build,
                                unsigned char *data);

/* NULL if the program is not for the device. */
struct trf_build *trf_program_build(struct trf_program *program,
                                    const struct trf_device *device);

typedef void(CL_CALLBACK *trf_program_notify)(cl_program program, void *data);

struct trf_header {
   struct trf_program *program;
   const char *name;
};

struct trf_build_args {
   struct trf_device *const *devices; /* of the program's, each once */
   unsigned device_count;
   const char *options;              /* never NULL */
   const struct trf_header *headers; /* of compiles */
   unsigned header_count;
   trf_program_notify notify; /* NULL: the call waits */
   void *notify_data;
};

/*
 * Build, compile: CL_INVALID_OPERATION while one is under way or kernels
 * exist; CL_INVALID_BUILD_OPTIONS or CL_INVALID_COMPILER_OPTIONS;
 * CL_INVALID_BINARY; CL_OUT_OF_HOST_MEMORY; CL_BUILD_PROGRAM_FAILURE or
 * CL_COMPILE_PROGRAM_FAILURE (not with a callback, which finds it in the
 * status).
 */
cl_int trf_program_do_build(struct trf_program *program,
                            const struct trf_build_args *args);
cl_int trf_program_do_compile(struct trf_program *program,
                              const struct trf_build_args *args);

/*
 * Links compiled programs into a new one, which *out receives also if the
 * link fails (CL_LINK_PROGRAM_FAILURE), for its log.  It has its handle, for
 * the callback, and a reference for the caller.  Else CL_INVALID_OPERATION,
 * CL_INVALID_LINKER_OPTIONS or CL_OUT_OF_HOST_MEMORY.
 */
cl_int trf_program_do_link(struct trf_context *context,
                           const struct trf_build_args *args,
                           struct trf_program *const *inputs,
                           unsigned input_count, struct trf_program **out);

/*
 * For programs from SPIR-V: CL_INVALID_SPEC_ID or CL_INVALID_VALUE (a size
 * that does not match).  Builds from then on have it in their SPIR-V.
 */
cl_int trf_program_set_constant(struct trf_program *program, uint32_t id,
                                size_t size, const void *value);

/*
 * The first build that is executable; NULL if there is none.  It stays while
 * there are kernels, or the lock is held.
 */
struct trf_build *trf_program_executable(struct trf_program *program);
struct trf_build *trf_program_executable_locked(struct trf_program *program);

#endif
