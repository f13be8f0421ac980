/* SPDX-License-Identifier: MIT */

/* Creating, keeping and unloading programs: 5.8.1 to 5.8.3, 5.8.7. */

#include "api/program.h"

#include "core/device.h"

/* Gives the client a handle; takes over core's reference. */
static cl_program
publish(struct trf_program *program, cl_int code, cl_int *errcode_ret)
{
   cl_program handle = NULL;

   if (!code &&
       (!program || !trf_object_publish(&program->base, TRF_TYPE_PROGRAM)))
      code = trf_error(CL_OUT_OF_HOST_MEMORY, "the program");
   if (!code)
      handle = (cl_program)program->base.handle;
   trf_program_unref(program);
   trf_return_code(errcode_ret, code);
   return handle;
}

/* CL_INVALID_VALUE if count is zero or strings or an entry of it is NULL. */
static cl_int
validate_source(const struct trf_context *context, cl_uint count,
                const char **strings)
{
   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   if (!count || !strings)
      return trf_error(CL_INVALID_VALUE, "no source");
   for (cl_uint i = 0; i < count; i++) {
      if (!strings[i])
         return trf_error(CL_INVALID_VALUE, "strings[%u] is NULL", i);
   }
   return CL_SUCCESS;
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithSource(cl_context context_id, cl_uint count,
                              const char **strings, const size_t *lengths,
                              cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_id);
   struct trf_program *program = NULL;
   const cl_int code = validate_source(context, count, strings);

   if (!code)
      program = trf_program_from_source(context, strings, lengths, count);
   return publish(program, code, errcode_ret);
}

static bool
any_compiler(const struct trf_context *context)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      if (context->devices[i]->caps->compute)
         return true;
   }
   return false;
}

static cl_int
create_from_il(cl_context context_id, const void *il, size_t length,
               struct trf_program **program)
{
   struct trf_context *context = trf_context_from_handle(context_id);

   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   /* CL_INVALID_OPERATION if no device supports intermediate languages. */
   if (!any_compiler(context))
      return trf_error(CL_INVALID_OPERATION, "no device takes SPIR-V");
   /* CL_INVALID_VALUE if il is NULL or length is zero ... */
   if (!il || !length)
      return trf_error(CL_INVALID_VALUE, "no IL");

   /* ... or if it is not well-formed. */
   const cl_int code = trf_program_from_il(context, il, length, program);
   return code ? trf_error(code, "the IL, %zu bytes", length) : CL_SUCCESS;
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithIL(cl_context context, const void *il, size_t length,
                          cl_int *errcode_ret)
{
   struct trf_program *program = NULL;
   const cl_int code = create_from_il(context, il, length, &program);

   return publish(program, code, errcode_ret);
}

/* The list is needed, and names a device once: a binary each. */
static cl_int
resolve_binary_devices(const struct trf_context *context, cl_uint count,
                       const cl_device_id *handles,
                       struct trf_program_devices *devices)
{
   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   if (!handles || !count)
      return trf_error(CL_INVALID_VALUE, "no devices");

   const cl_int code = trf_program_devices_init(
      devices, count, handles, context->devices, context->device_count);
   if (code)
      return code;
   if (devices->count != count)
      return trf_error(CL_INVALID_DEVICE, "a device is given twice");
   return CL_SUCCESS;
}

static void
set_statuses(cl_int *statuses, cl_uint count, const size_t *lengths,
             const unsigned char **binaries)
{
   for (cl_uint i = 0; statuses && i < count; i++)
      statuses[i] = lengths[i] && binaries[i] ? CL_SUCCESS : CL_INVALID_VALUE;
}

/* CL_INVALID_VALUE if a list is NULL, a length 0 or a binary NULL. */
static cl_int
validate_binaries(cl_uint count, const size_t *lengths,
                  const unsigned char **binaries, cl_int *statuses)
{
   if (!lengths || !binaries)
      return trf_error(CL_INVALID_VALUE, "lengths or binaries is NULL");

   for (cl_uint i = 0; i < count; i++) {
      if (!lengths[i] || !binaries[i]) {
         set_statuses(statuses, count, lengths, binaries);
         return trf_error(CL_INVALID_VALUE, "binaries[%u]: no bytes", i);
      }
   }
   return CL_SUCCESS;
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithBinary(cl_context context_id, cl_uint num_devices,
                              const cl_device_id *device_list,
                              const size_t *lengths,
                              const unsigned char **binaries,
                              cl_int *binary_status, cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_id);
   struct trf_program_devices devices;
   struct trf_program *program = NULL;

   cl_int code =
      resolve_binary_devices(context, num_devices, device_list, &devices);
   if (!code)
      code = validate_binaries(num_devices, lengths, binaries, binary_status);
   if (!code) {
      /* CL_INVALID_BINARY if one is not of its device. */
      code = trf_program_from_binaries(context, devices.list, devices.count,
                                       lengths, binaries, binary_status,
                                       &program);
      if (code)
         code = trf_error(code, "the binaries");
   }
   return publish(program, code, errcode_ret);
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithBuiltInKernels(cl_context context_id,
                                      cl_uint num_devices,
                                      const cl_device_id *device_list,
                                      const char *kernel_names,
                                      cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_id);
   struct trf_program_devices devices;
   cl_int code = CL_SUCCESS;

   if (!context)
      code = trf_error(CL_INVALID_CONTEXT, "not a context");
   else if (!device_list || !num_devices)
      code = trf_error(CL_INVALID_VALUE, "no devices");
   if (!code)
      code =
         trf_program_devices_init(&devices, num_devices, device_list,
                                  context->devices, context->device_count);
   /* CL_INVALID_VALUE if kernel_names is NULL or names what is not there. */
   if (!code)
      code = trf_error(CL_INVALID_VALUE, "no built-in kernels");
   trf_return_code(errcode_ret, code);
   return NULL;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainProgram(cl_program program_id)
{
   struct trf_program *program = trf_program_from_handle(program_id);

   if (!program || !trf_object_api_retain(&program->base))
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseProgram(cl_program program_id)
{
   struct trf_program *program = trf_program_from_handle(program_id);

   if (!program || !trf_object_api_release(&program->base))
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetProgramReleaseCallback(cl_program program,
                                void(CL_CALLBACK *pfn_notify)(cl_program,
                                                              void *),
                                void *user_data)
{
   if (!trf_program_from_handle(program))
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   if (!pfn_notify)
      return trf_error(CL_INVALID_VALUE, "pfn_notify is NULL");
   /* CL_INVALID_OPERATION if no device supports global destructors. */
   return trf_error(CL_INVALID_OPERATION, "there are no destructors");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetProgramSpecializationConstant(cl_program program_id, cl_uint spec_id,
                                       size_t spec_size,
                                       const void *spec_value)
{
   struct trf_program *program = trf_program_from_handle(program_id);

   /* CL_INVALID_PROGRAM if it is not a program created from SPIR-V. */
   if (!program || program->origin != TRF_PROGRAM_FROM_IL)
      return trf_error(CL_INVALID_PROGRAM, "not a program made from SPIR-V");
   if (!spec_value)
      return trf_error(CL_INVALID_VALUE, "spec_value is NULL");

   const cl_int code =
      trf_program_set_constant(program, spec_id, spec_size, spec_value);
   return code ? trf_error(code, "constant %u, %zu bytes", spec_id, spec_size)
               : CL_SUCCESS;
}
