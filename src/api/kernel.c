/* SPDX-License-Identifier: MIT */

/*
 * Kernels: 5.9 to 5.12.  They come out of programs, of which there are none,
 * so no handle is a kernel.
 */

#include "api/api.h"

CL_API_ENTRY cl_kernel CL_API_CALL
trf_clCreateKernel(cl_program program, const char *kernel_name,
                   cl_int *errcode_ret)
{
   trf_return_code(errcode_ret,
                   trf_error(CL_INVALID_PROGRAM, "not a program"));
   return NULL;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clCreateKernelsInProgram(cl_program program, cl_uint num_kernels,
                             cl_kernel *kernels, cl_uint *num_kernels_ret)
{
   return trf_error(CL_INVALID_PROGRAM, "not a program");
}

CL_API_ENTRY cl_kernel CL_API_CALL
trf_clCloneKernel(cl_kernel source_kernel, cl_int *errcode_ret)
{
   trf_return_code(errcode_ret, trf_error(CL_INVALID_KERNEL, "not a kernel"));
   return NULL;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainKernel(cl_kernel kernel)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseKernel(cl_kernel kernel)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelArg(cl_kernel kernel, cl_uint arg_index, size_t arg_size,
                   const void *arg_value)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelArgSVMPointer(cl_kernel kernel, cl_uint arg_index,
                             const void *arg_value)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelExecInfo(cl_kernel kernel, cl_kernel_exec_info param_name,
                        size_t param_value_size, const void *param_value)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelInfo(cl_kernel kernel, cl_kernel_info param_name,
                    size_t param_value_size, void *param_value,
                    size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelArgInfo(cl_kernel kernel, cl_uint arg_index,
                       cl_kernel_arg_info param_name, size_t param_value_size,
                       void *param_value, size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device,
                             cl_kernel_work_group_info param_name,
                             size_t param_value_size, void *param_value,
                             size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelSubGroupInfo(cl_kernel kernel, cl_device_id device,
                            cl_kernel_sub_group_info param_name,
                            size_t input_value_size, const void *input_value,
                            size_t param_value_size, void *param_value,
                            size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelSubGroupInfoKHR(cl_kernel kernel, cl_device_id device,
                               cl_kernel_sub_group_info param_name,
                               size_t input_value_size,
                               const void *input_value,
                               size_t param_value_size, void *param_value,
                               size_t *param_value_size_ret)
{
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueNDRangeKernel(cl_command_queue command_queue, cl_kernel kernel,
                           cl_uint work_dim, const size_t *global_work_offset,
                           const size_t *global_work_size,
                           const size_t *local_work_size,
                           cl_uint num_events_in_wait_list,
                           const cl_event *event_wait_list, cl_event *event)
{
   if (!trf_queue_from_handle(command_queue))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueTask(cl_command_queue command_queue, cl_kernel kernel,
                  cl_uint num_events_in_wait_list,
                  const cl_event *event_wait_list, cl_event *event)
{
   if (!trf_queue_from_handle(command_queue))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   return trf_error(CL_INVALID_KERNEL, "not a kernel");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueNativeKernel(cl_command_queue command_queue,
                          void(CL_CALLBACK *user_func)(void *), void *args,
                          size_t cb_args, cl_uint num_mem_objects,
                          const cl_mem *mem_list, const void **args_mem_loc,
                          cl_uint num_events_in_wait_list,
                          const cl_event *event_wait_list, cl_event *event)
{
   if (!trf_queue_from_handle(command_queue))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   /* 5.10: if the device has no CL_EXEC_NATIVE_KERNEL. */
   return trf_error(CL_INVALID_OPERATION, "no native kernels");
}
