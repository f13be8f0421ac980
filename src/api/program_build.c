/* SPDX-License-Identifier: MIT */

/* Building, compiling and linking: 5.8.4 and 5.8.5. */

#include <stdlib.h>

#include "api/program.h"
#include "core/device.h"

static cl_int
add_device(struct trf_program_devices *devices, struct trf_device *device,
           cl_uint index)
{
   for (unsigned i = 0; i < devices->count; i++) {
      if (devices->list[i] == device)
         return CL_SUCCESS;
   }
   if (devices->count == TRF_MAX_DEVICES)
      return trf_error(CL_INVALID_DEVICE, "device_list[%u]: too many", index);
   devices->list[devices->count++] = device;
   return CL_SUCCESS;
}

static bool
is_among(const struct trf_device *device, struct trf_device *const *list,
         unsigned count)
{
   for (unsigned i = 0; i < count; i++) {
      if (list[i] == device)
         return true;
   }
   return false;
}

cl_int
trf_program_devices_init(struct trf_program_devices *devices, cl_uint count,
                         const cl_device_id *handles,
                         struct trf_device *const *defaults,
                         unsigned default_count)
{
   devices->count = 0;
   if (!handles != !count)
      return trf_error(CL_INVALID_VALUE, "device_list %p with %u devices",
                       (const void *)handles, count);

   for (unsigned i = 0; !handles && i < default_count; i++)
      devices->list[devices->count++] = defaults[i];
   for (cl_uint i = 0; i < count; i++) {
      struct trf_device *device = trf_device_from_handle(handles[i]);
      if (!device || !is_among(device, defaults, default_count))
         return trf_error(CL_INVALID_DEVICE,
                          "device_list[%u]: not a device to build for", i);
      const cl_int code = add_device(devices, device, i);
      if (code)
         return code;
   }
   return CL_SUCCESS;
}

/* Whether it is a part of one of them, or a part of a part. */
static bool
is_part_of(const struct trf_device *device, struct trf_device *const *list,
           unsigned count)
{
   for (; device; device = device->parent) {
      if (is_among(device, list, count))
         return true;
   }
   return false;
}

/* What is built for a device, its sub-devices can run: it is for them too. */
static void
add_parts(struct trf_program_devices *devices,
          struct trf_device *const *defaults, unsigned default_count)
{
   const unsigned named = devices->count;

   for (unsigned i = 0; i < default_count; i++) {
      if (!is_among(defaults[i], devices->list, devices->count) &&
          is_part_of(defaults[i], devices->list, named))
         devices->list[devices->count++] = defaults[i];
   }
}

cl_int
trf_program_devices_of(struct trf_program_devices *devices, cl_uint count,
                       const cl_device_id *handles,
                       const struct trf_program *program)
{
   struct trf_device *defaults[TRF_MAX_DEVICES];

   for (unsigned i = 0; i < program->build_count; i++)
      defaults[i] = program->builds[i].device;
   const cl_int code = trf_program_devices_init(
      devices, count, handles, defaults, program->build_count);
   if (!code)
      add_parts(devices, defaults, program->build_count);
   return code;
}

cl_int
trf_validate_notify(trf_program_notify notify, const void *data)
{
   if (!notify && data)
      return trf_error(CL_INVALID_VALUE, "user_data without pfn_notify");
   return CL_SUCCESS;
}

cl_int
trf_validate_compilers(const struct trf_program_devices *devices,
                       cl_int refusal)
{
   for (unsigned i = 0; i < devices->count; i++) {
      if (!devices->list[i]->caps->compute)
         return trf_error(refusal, "device %u has no compiler", i);
   }
   return CL_SUCCESS;
}

static struct trf_build_args
build_args(const struct trf_program_devices *devices, const char *options,
           trf_program_notify notify, void *user_data)
{
   return (struct trf_build_args){
      .devices = devices->list,
      .device_count = devices->count,
      .options = options ? options : "",
      .notify = notify,
      .notify_data = user_data,
   };
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clBuildProgram(cl_program program_id, cl_uint num_devices,
                   const cl_device_id *device_list, const char *options,
                   void(CL_CALLBACK *pfn_notify)(cl_program, void *),
                   void *user_data)
{
   struct trf_program *program = trf_program_from_handle(program_id);
   struct trf_program_devices devices;

   if (!program)
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   cl_int code =
      trf_program_devices_of(&devices, num_devices, device_list, program);
   if (!code)
      code = trf_validate_notify(pfn_notify, user_data);
   if (!code)
      code = trf_validate_compilers(&devices, CL_COMPILER_NOT_AVAILABLE);
   if (code)
      return code;

   /*
    * CL_INVALID_OPERATION if program was not created with
    * clCreateProgramWithSource, WithIL or WithBinary.
    */
   if (program->origin == TRF_PROGRAM_FROM_LINK)
      return trf_error(CL_INVALID_OPERATION, "clLinkProgram made it");

   const struct trf_build_args args =
      build_args(&devices, options, pfn_notify, user_data);
   return trf_program_do_build(program, &args);
}

/* 5.8.4: headers and their names come together. */
static cl_int
resolve_headers(cl_uint count, const cl_program *programs, const char **names,
                struct trf_header *headers)
{
   for (cl_uint i = 0; i < count; i++) {
      struct trf_program *program = trf_program_from_handle(programs[i]);

      /* "programs ... that must be created with clCreateProgramWithSource" */
      if (!program || !program->source)
         return trf_error(CL_INVALID_PROGRAM,
                          "input_headers[%u]: not a program with a source",
                          i);
      if (!names[i])
         return trf_error(CL_INVALID_VALUE,
                          "header_include_names[%u] is NULL", i);
      headers[i] = (struct trf_header){.program = program, .name = names[i]};
   }
   return CL_SUCCESS;
}

static cl_int
compile(struct trf_program *program, struct trf_build_args *args,
        cl_uint count, const cl_program *programs, const char **names)
{
   if (!count != !programs || !count != !names)
      return trf_error(CL_INVALID_VALUE,
                       "%u headers, input_headers %p, names %p", count,
                       (const void *)programs, (const void *)names);

   struct trf_header *headers = calloc(count + (size_t)1, sizeof(*headers));
   if (!headers)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "%u headers", count);

   cl_int code = resolve_headers(count, programs, names, headers);
   if (!code) {
      args->headers = headers;
      args->header_count = count;
      code = trf_program_do_compile(program, args);
   }
   free(headers);
   return code;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clCompileProgram(cl_program program_id, cl_uint num_devices,
                     const cl_device_id *device_list, const char *options,
                     cl_uint num_input_headers,
                     const cl_program *input_headers,
                     const char **header_include_names,
                     void(CL_CALLBACK *pfn_notify)(cl_program, void *),
                     void *user_data)
{
   struct trf_program *program = trf_program_from_handle(program_id);
   struct trf_program_devices devices;

   if (!program)
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   cl_int code =
      trf_program_devices_of(&devices, num_devices, device_list, program);
   if (!code)
      code = trf_validate_notify(pfn_notify, user_data);
   if (!code)
      code = trf_validate_compilers(&devices, CL_COMPILER_NOT_AVAILABLE);
   if (code)
      return code;

   /* CL_INVALID_OPERATION if program has no source or IL available. */
   if (program->origin != TRF_PROGRAM_FROM_SOURCE &&
       program->origin != TRF_PROGRAM_FROM_IL)
      return trf_error(CL_INVALID_OPERATION, "neither source nor IL");

   struct trf_build_args args =
      build_args(&devices, options, pfn_notify, user_data);
   return compile(program, &args, num_input_headers, input_headers,
                  header_include_names);
}

static cl_int
resolve_inputs(const struct trf_context *context, cl_uint count,
               const cl_program *handles, struct trf_program **inputs)
{
   for (cl_uint i = 0; i < count; i++) {
      inputs[i] = trf_program_from_handle(handles[i]);
      if (!inputs[i])
         return trf_error(CL_INVALID_PROGRAM,
                          "input_programs[%u]: not a program", i);
      /* "a valid context" is the one that the inputs are of. */
      if (inputs[i]->context != context)
         return trf_error(CL_INVALID_PROGRAM,
                          "input_programs[%u]: of another context", i);
   }
   return CL_SUCCESS;
}

static cl_int
link_inputs(struct trf_context *context, const struct trf_build_args *args,
            cl_uint count, const cl_program *handles,
            struct trf_program **out)
{
   struct trf_program **inputs = calloc(count, sizeof(*inputs));
   if (!inputs)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "%u input programs", count);

   cl_int code = resolve_inputs(context, count, handles, inputs);
   if (!code)
      code = trf_program_do_link(context, args, inputs, count, out);
   free(inputs);
   return code;
}

static cl_int
validate_link(const struct trf_context *context,
              struct trf_program_devices *devices, cl_uint num_devices,
              const cl_device_id *device_list, cl_uint input_count,
              const cl_program *inputs, trf_program_notify notify,
              const void *user_data)
{
   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   cl_int code =
      trf_program_devices_init(devices, num_devices, device_list,
                               context->devices, context->device_count);
   if (code)
      return code;

   /* CL_INVALID_VALUE if num_input_programs is zero or the list is NULL. */
   if (!input_count || !inputs)
      return trf_error(CL_INVALID_VALUE, "no input programs");
   code = trf_validate_notify(notify, user_data);
   if (code)
      return code;
   return trf_validate_compilers(devices, CL_LINKER_NOT_AVAILABLE);
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clLinkProgram(cl_context context_id, cl_uint num_devices,
                  const cl_device_id *device_list, const char *options,
                  cl_uint num_input_programs,
                  const cl_program *input_programs,
                  void(CL_CALLBACK *pfn_notify)(cl_program, void *),
                  void *user_data, cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_id);
   struct trf_program_devices devices;
   struct trf_program *program = NULL;
   cl_program handle = NULL;

   cl_int code = validate_link(context, &devices, num_devices, device_list,
                               num_input_programs, input_programs, pfn_notify,
                               user_data);
   if (!code) {
      const struct trf_build_args args =
         build_args(&devices, options, pfn_notify, user_data);
      code = link_inputs(context, &args, num_input_programs, input_programs,
                         &program);
   }
   if (program) {
      handle = (cl_program)program->base.handle;
      trf_program_unref(program);
   }
   trf_return_code(errcode_ret, code);
   return handle;
}
