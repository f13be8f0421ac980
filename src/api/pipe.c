/* SPDX-License-Identifier: MIT */

/* Pipes: 5.4.  CL_DEVICE_PIPE_SUPPORT is CL_FALSE everywhere. */

#include "api/api.h"

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreatePipe(cl_context context, cl_mem_flags flags,
                 cl_uint pipe_packet_size, cl_uint pipe_max_packets,
                 const cl_pipe_properties *properties, cl_int *errcode_ret)
{
   cl_int code;

   if (!trf_context_from_handle(context))
      code = trf_error(CL_INVALID_CONTEXT, "not a context");
   else
      code = trf_error(CL_INVALID_OPERATION, "no device supports pipes");
   trf_return_code(errcode_ret, code);
   return NULL;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetPipeInfo(cl_mem pipe, cl_pipe_info param_name,
                  size_t param_value_size, void *param_value,
                  size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_MEM_OBJECT, "not a pipe");
}
