/* SPDX-License-Identifier: MIT */

/*
 * Programs: 5.8.  No device has a compiler, built-in kernels or a binary
 * format, so no program can be made, and no handle is one.
 */

#include "api/api.h"

static cl_program
refuse_program(cl_context context, cl_int code, const char *reason,
               cl_int *errcode_ret)
{
   if (!trf_context_from_handle(context))
      code = trf_error(CL_INVALID_CONTEXT, "not a context");
   else
      code = trf_error(code, "%s", reason);
   trf_return_code(errcode_ret, code);
   return NULL;
}

/* CL_INVALID_VALUE if count is 0 or strings or an entry of it is NULL. */
static bool
have_source(cl_uint count, const char **strings)
{
   for (cl_uint i = 0; strings && i < count; i++) {
      if (!strings[i])
         return false;
   }
   return strings && count;
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithSource(cl_context context, cl_uint count,
                              const char **strings, const size_t *lengths,
                              cl_int *errcode_ret)
{
   if (!have_source(count, strings))
      return refuse_program(context, CL_INVALID_VALUE, "no source",
                            errcode_ret);
   return refuse_program(context, CL_INVALID_OPERATION,
                         "no device has a compiler", errcode_ret);
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithIL(cl_context context, const void *il, size_t length,
                          cl_int *errcode_ret)
{
   /* CL_INVALID_OPERATION if no device supports intermediate languages. */
   return refuse_program(context, CL_INVALID_OPERATION,
                         "no device takes an intermediate language",
                         errcode_ret);
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithBinary(cl_context context, cl_uint num_devices,
                              const cl_device_id *device_list,
                              const size_t *lengths,
                              const unsigned char **binaries,
                              cl_int *binary_status, cl_int *errcode_ret)
{
   /* CL_INVALID_VALUE if a list is NULL or empty; CL_INVALID_BINARY if a
    * binary is not one of the device. */
   if (!num_devices || !device_list || !lengths || !binaries)
      return refuse_program(context, CL_INVALID_VALUE, "no binary",
                            errcode_ret);

   for (cl_uint i = 0; binary_status && i < num_devices; i++)
      binary_status[i] = CL_INVALID_BINARY;
   return refuse_program(context, CL_INVALID_BINARY,
                         "no device takes a binary", errcode_ret);
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clCreateProgramWithBuiltInKernels(cl_context context, cl_uint num_devices,
                                      const cl_device_id *device_list,
                                      const char *kernel_names,
                                      cl_int *errcode_ret)
{
   /* CL_INVALID_VALUE if a name is not supported by any device. */
   return refuse_program(context, CL_INVALID_VALUE, "no built-in kernels",
                         errcode_ret);
}

CL_API_ENTRY cl_program CL_API_CALL
trf_clLinkProgram(cl_context context, cl_uint num_devices,
                  const cl_device_id *device_list, const char *options,
                  cl_uint num_input_programs,
                  const cl_program *input_programs,
                  void(CL_CALLBACK *pfn_notify)(cl_program, void *),
                  void *user_data, cl_int *errcode_ret)
{
   if (!num_input_programs || !input_programs)
      return refuse_program(context, CL_INVALID_VALUE, "no programs",
                            errcode_ret);
   return refuse_program(context, CL_INVALID_PROGRAM, "not a program",
                         errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainProgram(cl_program program)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseProgram(cl_program program)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetProgramReleaseCallback(cl_program program,
                                void(CL_CALLBACK *pfn_notify)(cl_program,
                                                              void *),
                                void *user_data)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetProgramSpecializationConstant(cl_program program, cl_uint spec_id,
                                       size_t spec_size,
                                       const void *spec_value)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clBuildProgram(cl_program program, cl_uint num_devices,
                   const cl_device_id *device_list, const char *options,
                   void(CL_CALLBACK *pfn_notify)(cl_program, void *),
                   void *user_data)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clCompileProgram(cl_program program, cl_uint num_devices,
                     const cl_device_id *device_list, const char *options,
                     cl_uint num_input_headers,
                     const cl_program *input_headers,
                     const char **header_include_names,
                     void(CL_CALLBACK *pfn_notify)(cl_program, void *),
                     void *user_data)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetProgramInfo(cl_program program, cl_program_info param_name,
                     size_t param_value_size, void *param_value,
                     size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetProgramBuildInfo(cl_program program, cl_device_id device,
                          cl_program_build_info param_name,
                          size_t param_value_size, void *param_value,
                          size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}
