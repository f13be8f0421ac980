/* SPDX-License-Identifier: MIT */

/* Querying programs and their builds: 5.8.8. */

#include "api/program.h"

/*
 * The value is not written but read: it is a list of pointers, one for each
 * device, to where the binaries are to go.  "If an entry value in the array
 * is NULL, the implementation skips copying".
 */
static cl_int
copy_binaries(struct trf_program *program, void *value)
{
   unsigned char *const *pointers = value;

   for (unsigned i = 0; i < program->build_count; i++) {
      if (!pointers[i])
         continue;
      const cl_int code = trf_program_write_binary(program, i, pointers[i]);
      if (code)
         return trf_error(code, "the binary of device %u", i);
   }
   return CL_SUCCESS;
}

static cl_int
query_binaries(struct trf_program *program, size_t value_size, void *value,
               size_t *size_ret)
{
   const size_t size = program->build_count * sizeof(unsigned char *);

   if (value && value_size < size)
      return trf_error(CL_INVALID_VALUE, "%zu bytes given, %zu needed",
                       value_size, size);
   const cl_int code = value ? copy_binaries(program, value) : CL_SUCCESS;
   if (!code && size_ret)
      *size_ret = size;
   return code;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetProgramInfo(cl_program program_id, cl_program_info param_name,
                     size_t param_value_size, void *param_value,
                     size_t *param_value_size_ret)
{
   struct trf_program *program = trf_program_from_handle(program_id);

   if (!program)
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   if (param_name == CL_PROGRAM_BINARIES)
      return query_binaries(program, param_value_size, param_value,
                            param_value_size_ret);

   const struct trf_program_query query = {.program = program};
   return trf_info_query(&trf_program_info_table, &query, param_name,
                         param_value_size, param_value, param_value_size_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetProgramBuildInfo(cl_program program_id, cl_device_id device_id,
                          cl_program_build_info param_name,
                          size_t param_value_size, void *param_value,
                          size_t *param_value_size_ret)
{
   struct trf_program *program = trf_program_from_handle(program_id);
   const struct trf_device *device = trf_device_from_handle(device_id);

   if (!program)
      return trf_error(CL_INVALID_PROGRAM, "not a program");
   /* CL_INVALID_DEVICE if device is not among the program's. */
   struct trf_build *build =
      device ? trf_program_build(program, device) : NULL;
   if (!build)
      return trf_error(CL_INVALID_DEVICE, "not a device of the program");

   const struct trf_program_query query = {
      .program = program,
      .build = build,
   };
   return trf_info_query(&trf_program_build_info_table, &query, param_name,
                         param_value_size, param_value, param_value_size_ret);
}
