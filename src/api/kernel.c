/* SPDX-License-Identifier: MIT */

/* Kernel objects: 5.9.1 and 5.9.3. */

#include "api/api.h"

#include <stdlib.h>

#include "core/kernel.h"
#include "core/program.h"
#include "util/macros.h"

static const char *
create_error_reason(cl_int error)
{
   switch (error) {
   case CL_INVALID_PROGRAM_EXECUTABLE:
      return "the program has no executable";
   case CL_INVALID_KERNEL_NAME:
      return "the program has no kernel of that name";
   case CL_INVALID_KERNEL_DEFINITION:
      return "the kernel differs from device to device";
   default:
      return "the kernel could not be made";
   }
}

/* With a handle; the caller's reference is the handle's. */
static cl_int
publish(struct trf_kernel *kernel, cl_kernel *handle)
{
   const bool published = trf_object_publish(&kernel->base, TRF_TYPE_KERNEL);

   if (published)
      *handle = (cl_kernel)kernel->base.handle;
   trf_kernel_unref(kernel);
   return published ? CL_SUCCESS
                    : trf_error(CL_OUT_OF_HOST_MEMORY, "no handle is left");
}

static cl_int
create(struct trf_program *program, const char *name, cl_kernel *handle)
{
   struct trf_kernel *kernel = NULL;
   const cl_int error = trf_kernel_create(program, name, &kernel);

   if (error)
      return trf_error(error, "%s: %s", name, create_error_reason(error));
   return publish(kernel, handle);
}

CL_API_ENTRY cl_kernel CL_API_CALL
trf_clCreateKernel(cl_program program_handle, const char *kernel_name,
                   cl_int *errcode_ret)
{
   struct trf_program *program = trf_program_from_handle(program_handle);
   cl_kernel handle = NULL;
   cl_int error;

   /* 5.9.1: a valid program object … */
   if (!program)
      error = trf_error(CL_INVALID_PROGRAM, "not a program");
   /* … with a successfully built executable … */
   else if (!trf_program_executable(program))
      error = trf_error(CL_INVALID_PROGRAM_EXECUTABLE, "%s",
                        create_error_reason(CL_INVALID_PROGRAM_EXECUTABLE));
   /* … and the name of a kernel in it. */
   else if (!kernel_name)
      error = trf_error(CL_INVALID_VALUE, "kernel_name is NULL");
   else
      error = create(program, kernel_name, &handle);

   trf_return_code(errcode_ret, error);
   return handle;
}

/*
 * "Kernel objects are not created for any functions that do not have the same
 * definition across all devices": those are left out of the count.
 */
static cl_int
create_all(struct trf_program *program, const struct trf_module *module,
           cl_kernel *handles, cl_uint *count)
{
   *count = 0;
   for (unsigned i = 0; i < module->kernel_count; i++) {
      const cl_int error =
         create(program, module->kernels[i].name, &handles[*count]);
      if (error == CL_INVALID_KERNEL_DEFINITION ||
          error == CL_INVALID_KERNEL_NAME)
         continue;
      if (error)
         return error;
      (*count)++;
   }
   return CL_SUCCESS;
}

static cl_int
create_in_program(struct trf_program *program,
                  const struct trf_module *module, cl_uint num_kernels,
                  cl_kernel *kernels, cl_uint *count)
{
   /* Made before anything is written, so that an error leaves no trace. */
   cl_kernel *made = calloc(MAX2(module->kernel_count, 1), sizeof(*made));
   if (!made)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "%u kernels",
                       module->kernel_count);

   cl_int error = create_all(program, module, made, count);
   /* 5.9.1: "… kernels is not NULL and num_kernels is less than the number
    * of kernels in program." */
   if (!error && kernels && num_kernels < *count)
      error = trf_error(CL_INVALID_VALUE, "num_kernels is %u of %u",
                        num_kernels, *count);

   for (cl_uint i = 0; i < *count; i++) {
      if (kernels && !error)
         kernels[i] = made[i];
      else
         trf_clReleaseKernel(made[i]);
   }
   free(made);
   return error;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clCreateKernelsInProgram(cl_program program_handle, cl_uint num_kernels,
                             cl_kernel *kernels, cl_uint *num_kernels_ret)
{
   struct trf_program *program = trf_program_from_handle(program_handle);
   if (!program)
      return trf_error(CL_INVALID_PROGRAM, "not a program");

   /* 5.9.1: an executable for some device. */
   const struct trf_build *build = trf_program_executable(program);
   if (!build)
      return trf_error(CL_INVALID_PROGRAM_EXECUTABLE, "%s",
                       create_error_reason(CL_INVALID_PROGRAM_EXECUTABLE));

   cl_uint count = 0;
   const cl_int error =
      create_in_program(program, build->module, num_kernels, kernels, &count);
   if (!error && num_kernels_ret)
      *num_kernels_ret = count;
   return error;
}

CL_API_ENTRY cl_kernel CL_API_CALL
trf_clCloneKernel(cl_kernel source_kernel, cl_int *errcode_ret)
{
   struct trf_kernel *source = trf_kernel_from_handle(source_kernel);
   struct trf_kernel *clone = NULL;
   cl_kernel handle = NULL;
   cl_int error;

   /* 5.9.3: a valid kernel object. */
   if (!source) {
      error = trf_error(CL_INVALID_KERNEL, "not a kernel");
   } else {
      error = trf_kernel_clone(source, &clone);
      error = error ? trf_error(error, "the kernel could not be copied")
                    : publish(clone, &handle);
   }
   trf_return_code(errcode_ret, error);
   return handle;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainKernel(cl_kernel handle)
{
   struct trf_kernel *kernel = trf_kernel_from_handle(handle);

   if (!kernel || !trf_object_api_retain(&kernel->base))
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseKernel(cl_kernel handle)
{
   struct trf_kernel *kernel = trf_kernel_from_handle(handle);

   if (!kernel || !trf_object_api_release(&kernel->base))
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   return CL_SUCCESS;
}
