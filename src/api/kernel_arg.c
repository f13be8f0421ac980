/* SPDX-License-Identifier: MIT */

/* Arguments of kernels: 5.9.2. */

#include "api/api.h"
#include "api/validate_arg.h"
#include "core/kernel.h"
#include "util/macros.h"

static cl_int
set_object(struct trf_kernel *kernel, cl_uint index, size_t size,
           const void *value)
{
   struct trf_object *object = NULL;
   const cl_int error =
      trf_validate_arg_object(kernel, index, size, value, &object);

   if (!error)
      trf_kernel_set_object(kernel, index, object);
   return error;
}

static cl_int
set_local(struct trf_kernel *kernel, cl_uint index, size_t size,
          const void *value)
{
   const cl_int error = trf_validate_arg_local(size, value);

   if (!error)
      trf_kernel_set_local(kernel, index, size);
   return error;
}

static cl_int
set_value(struct trf_kernel *kernel, cl_uint index, size_t size,
          const void *value)
{
   cl_int error =
      trf_validate_arg_value(&trf_kernel_args(kernel)[index], size, value);
   if (error)
      return error;

   error = trf_kernel_set_value(kernel, index, value, size);
   return error ? trf_error(error, "the value could not be kept")
                : CL_SUCCESS;
}

/* "… if arg_index is not a valid argument index." */
static cl_int
validate_index(const struct trf_kernel *kernel, cl_uint index)
{
   if (index >= kernel->decl->arg_count)
      return trf_error(CL_INVALID_ARG_INDEX, "argument %u of %u", index,
                       kernel->decl->arg_count);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelArg(cl_kernel handle, cl_uint arg_index, size_t arg_size,
                   const void *arg_value)
{
   struct trf_kernel *kernel = trf_kernel_from_handle(handle);
   if (!kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");

   const cl_int error = validate_index(kernel, arg_index);
   if (error)
      return error;

   switch (trf_kernel_args(kernel)[arg_index].kind) {
   case TRF_ARG_VALUE:
      return set_value(kernel, arg_index, arg_size, arg_value);
   case TRF_ARG_LOCAL:
      return set_local(kernel, arg_index, arg_size, arg_value);
   default:
      return set_object(kernel, arg_index, arg_size, arg_value);
   }
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelArgSVMPointer(cl_kernel handle, UNUSED cl_uint arg_index,
                             UNUSED const void *arg_value)
{
   if (!trf_kernel_from_handle(handle))
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   /* "… if no devices in the context … support SVM." */
   return trf_error(CL_INVALID_OPERATION, "no device has SVM");
}

static cl_int
validate_fine_grain_system(size_t size, const void *value)
{
   if (size != sizeof(cl_bool) || !value)
      return trf_error(CL_INVALID_VALUE, "param_value is no cl_bool");
   /* "… param_value is CL_TRUE and no devices … support fine-grain system
    * SVM allocations." */
   if (*(const cl_bool *)value)
      return trf_error(CL_INVALID_OPERATION, "no device has system SVM");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelExecInfo(cl_kernel handle, cl_kernel_exec_info param_name,
                        size_t param_value_size, const void *param_value)
{
   if (!trf_kernel_from_handle(handle))
      return trf_error(CL_INVALID_KERNEL, "not a kernel");

   switch (param_name) {
   case CL_KERNEL_EXEC_INFO_SVM_PTRS:
      /* "… and no devices in the context … support SVM." */
      return trf_error(CL_INVALID_OPERATION, "no device has SVM");
   case CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM:
      return validate_fine_grain_system(param_value_size, param_value);
   default:
      /* "… if param_name is not valid." */
      return trf_error(CL_INVALID_VALUE, "param_name 0x%x", param_name);
   }
}
