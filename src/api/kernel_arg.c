/* SPDX-License-Identifier: MIT */

/* Arguments of kernels: 5.9.2. */

#include "api/api.h"
#include "api/validate_arg.h"
#include "core/kernel.h"
#include "core/svm.h"

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
keep_value(struct trf_kernel *kernel, cl_uint index, size_t size,
           const void *value)
{
   const cl_int error = trf_kernel_set_value(kernel, index, value, size);
   return error ? trf_error(error, "the value could not be kept")
                : CL_SUCCESS;
}

static cl_int
set_value(struct trf_kernel *kernel, cl_uint index, size_t size,
          const void *value)
{
   const cl_int error =
      trf_validate_arg_value(&trf_kernel_args(kernel)[index], size, value);
   if (error)
      return error;

   return keep_value(kernel, index, size, value);
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

static cl_device_svm_capabilities
svm_of(const struct trf_kernel *kernel)
{
   return trf_context_svm(kernel->program->context);
}

static cl_int
validate_svm_argument(const struct trf_kernel *kernel, cl_uint index)
{
   /* "… if no devices in the context … support SVM." */
   if (!svm_of(kernel))
      return trf_error(CL_INVALID_OPERATION, "no device has SVM");

   const cl_int error = validate_index(kernel, index);
   if (error)
      return error;

   /* "… only be used for arguments that are declared to be a pointer to
    * global memory or constant memory." */
   const enum trf_arg_kind kind = trf_kernel_args(kernel)[index].kind;
   if (kind != TRF_ARG_GLOBAL && kind != TRF_ARG_CONSTANT)
      return trf_error(CL_INVALID_ARG_VALUE, "argument %u is no pointer",
                       index);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelArgSVMPointer(cl_kernel handle, cl_uint arg_index,
                             const void *arg_value)
{
   struct trf_kernel *kernel = trf_kernel_from_handle(handle);
   if (!kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");

   const cl_int error = validate_svm_argument(kernel, arg_index);
   if (error)
      return error;

   /* Any address may be one: the devices have system SVM. */
   return keep_value(kernel, arg_index, sizeof(arg_value), &arg_value);
}

static cl_int
validate_svm_pointers(const struct trf_kernel *kernel, size_t size,
                      const void *value)
{
   /* "… no devices in the context … support SVM." */
   if (!svm_of(kernel))
      return trf_error(CL_INVALID_OPERATION, "no device has SVM");
   /* "… param_value is NULL", or its size is not that of pointers.  NULL of
    * no size is a list of none: what was set before is forgotten. */
   if (!value && size == 0)
      return CL_SUCCESS;
   if (!value || size == 0 || size % sizeof(void *))
      return trf_error(CL_INVALID_VALUE, "param_value is no list");
   return CL_SUCCESS;
}

static cl_int
validate_fine_grain_system(const struct trf_kernel *kernel, size_t size,
                           const void *value)
{
   if (size != sizeof(cl_bool) || !value)
      return trf_error(CL_INVALID_VALUE, "param_value is no cl_bool");
   /* "… param_value is CL_TRUE and no devices … support fine-grain system
    * SVM allocations." */
   if (*(const cl_bool *)value &&
       !(svm_of(kernel) & CL_DEVICE_SVM_FINE_GRAIN_SYSTEM))
      return trf_error(CL_INVALID_OPERATION, "no device has system SVM");
   return CL_SUCCESS;
}

/* Kernels reach all of the host's memory: there is nothing to remember. */
CL_API_ENTRY cl_int CL_API_CALL
trf_clSetKernelExecInfo(cl_kernel handle, cl_kernel_exec_info param_name,
                        size_t param_value_size, const void *param_value)
{
   const struct trf_kernel *kernel = trf_kernel_from_handle(handle);
   if (!kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");

   switch (param_name) {
   case CL_KERNEL_EXEC_INFO_SVM_PTRS:
      return validate_svm_pointers(kernel, param_value_size, param_value);
   case CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM:
      return validate_fine_grain_system(kernel, param_value_size,
                                        param_value);
   default:
      /* "… if param_name is not valid." */
      return trf_error(CL_INVALID_VALUE, "param_name 0x%x", param_name);
   }
}
