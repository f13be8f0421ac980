/* SPDX-License-Identifier: MIT */

#include "kernels.h"

#include <stdlib.h>

void
need_kernels(void)
{
   if (!device_bool(CL_DEVICE_COMPILER_AVAILABLE))
      skip_test("the device has no compiler");
}

static void
show_log(cl_program program)
{
   size_t size = 0;
   clGetProgramBuildInfo(program, client.device, CL_PROGRAM_BUILD_LOG, 0,
                         NULL, &size);
   char *log = calloc(1, size + 1);
   assert_non_null(log);
   clGetProgramBuildInfo(program, client.device, CL_PROGRAM_BUILD_LOG, size,
                         log, NULL);
   for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n"))
      print_message("# %s\n", line);
   free(log);
}

cl_program
build_program(const char *source, const char *options)
{
   cl_program program = CREATED(
      clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
   const cl_int built =
      clBuildProgram(program, 1, &client.device, options, NULL, NULL);

   if (built != CL_SUCCESS)
      show_log(program);
   assert_string_equal(code_name(built), code_name(CL_SUCCESS));
   return program;
}

cl_kernel
build_kernel(const char *source, const char *options)
{
   cl_program program = build_program(source, options);
   cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));

   CHECK_OK(clReleaseProgram(program));
   return kernel;
}

cl_int
build_int(cl_program program, cl_program_build_info param)
{
   cl_int value;
   CHECK_OK(clGetProgramBuildInfo(program, client.device, param,
                                  sizeof(value), &value, NULL));
   return value;
}

void
check_result(cl_program program, cl_int in, cl_int out)
{
   cl_kernel kernel = CREATED(clCreateKernel(program, "test", &code));
   cl_mem buffer = buffer_of(&in, sizeof(in));
   cl_int result = 0;

   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, &result, sizeof(result));
   assert_int_equal(result, out);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

void CL_CALLBACK
tell(cl_program program, void *data)
{
   struct told *told = data;

   told->program = program;
   clGetProgramBuildInfo(program, client.device, CL_PROGRAM_BUILD_STATUS,
                         sizeof(told->status), &told->status, NULL);
   if (told->release)
      clReleaseProgram(program);
   __atomic_add_fetch(&told->times, 1, __ATOMIC_SEQ_CST);
}

bool
was_told(void *data)
{
   struct told *told = data;
   return __atomic_load_n(&told->times, __ATOMIC_SEQ_CST) > 0;
}

size_t
work_group_size(cl_kernel kernel)
{
   size_t size = 0;
   CHECK_OK(clGetKernelWorkGroupInfo(kernel, client.device,
                                     CL_KERNEL_WORK_GROUP_SIZE, sizeof(size),
                                     &size, NULL));
   return size;
}

void
run_kernel(cl_kernel kernel, cl_uint dims, const size_t *global,
           const size_t *local)
{
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, dims, NULL, global,
                                   local, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
}

void
run_1d(cl_kernel kernel, size_t global)
{
   run_kernel(kernel, 1, &global, NULL);
}

void
read_buffer(cl_mem buffer, void *data, size_t size)
{
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, size, data,
                                0, NULL, NULL));
}

void
write_buffer(cl_mem buffer, const void *data, size_t size)
{
   CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 0, size, data,
                                 0, NULL, NULL));
}

cl_mem
buffer_of(const void *data, size_t size)
{
   return new_buffer(CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, size,
                     (void *)(uintptr_t)data);
}
