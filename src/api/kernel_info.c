/* SPDX-License-Identifier: MIT */

/* Queries of kernels: 5.9.4. */

#include "api/api.h"
#include "api/kernel_device.h"
#include "api/validate_arg.h"
#include "core/kernel.h"
#include "core/program.h"
#include "util/macros.h"

static cl_int
get_name(const void *object, struct trf_info_out *out)
{
   const struct trf_kernel *kernel = object;
   return trf_info_string(out, kernel->decl->name);
}

static cl_int
get_arg_count(const void *object, struct trf_info_out *out)
{
   const struct trf_kernel *kernel = object;
   return trf_info_u32(out, kernel->decl->arg_count);
}

static cl_int
get_context(const void *object, struct trf_info_out *out)
{
   const struct trf_kernel *kernel = object;
   return trf_info_pointer(out, kernel->program->context->base.handle);
}

static cl_int
get_program(const void *object, struct trf_info_out *out)
{
   const struct trf_kernel *kernel = object;
   return trf_info_pointer(out, kernel->program->base.handle);
}

/* "For kernels not created from OpenCL C source …, empty." */
static cl_int
get_attributes(const void *object, struct trf_info_out *out)
{
   const struct trf_kernel *kernel = object;
   return trf_info_string(
      out, kernel->program->source ? kernel->decl->attributes : "");
}

static const struct trf_info_row kernel_rows[] = {
   TRF_INFO_GET(CL_KERNEL_FUNCTION_NAME, get_name),
   TRF_INFO_GET(CL_KERNEL_NUM_ARGS, get_arg_count),
   TRF_INFO_FIELD(CL_KERNEL_REFERENCE_COUNT, struct trf_kernel,
                  base.api_refs),
   TRF_INFO_GET(CL_KERNEL_CONTEXT, get_context),
   TRF_INFO_GET(CL_KERNEL_PROGRAM, get_program),
   TRF_INFO_GET(CL_KERNEL_ATTRIBUTES, get_attributes),
};

static const struct trf_info_table kernel_info = TRF_INFO_TABLE(kernel_rows);

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelInfo(cl_kernel handle, cl_kernel_info param_name,
                    size_t param_value_size, void *param_value,
                    size_t *param_value_size_ret)
{
   const struct trf_kernel *kernel = trf_kernel_from_handle(handle);

   if (!kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   return trf_info_query(&kernel_info, kernel, param_name, param_value_size,
                         param_value, param_value_size_ret);
}

/* Names are recorded only where the source was built with
 * -cl-kernel-arg-info. */
static cl_int
get_recorded(struct trf_info_out *out, const char *string)
{
   if (!string[0])
      return trf_error(CL_KERNEL_ARG_INFO_NOT_AVAILABLE, "not recorded");
   return trf_info_string(out, string);
}

static cl_int
get_arg_name(const void *object, struct trf_info_out *out)
{
   return get_recorded(out,
                       ((const struct trf_kernel_decl_arg *)object)->name);
}

static cl_int
get_arg_type_name(const void *object, struct trf_info_out *out)
{
   return get_recorded(
      out, ((const struct trf_kernel_decl_arg *)object)->type_name);
}

static const struct trf_info_row arg_rows[] = {
   TRF_INFO_FIELD(CL_KERNEL_ARG_ADDRESS_QUALIFIER, struct trf_kernel_decl_arg,
                  address),
   TRF_INFO_FIELD(CL_KERNEL_ARG_ACCESS_QUALIFIER, struct trf_kernel_decl_arg,
                  access),
   TRF_INFO_GET(CL_KERNEL_ARG_TYPE_NAME, get_arg_type_name),
   TRF_INFO_FIELD(CL_KERNEL_ARG_TYPE_QUALIFIER, struct trf_kernel_decl_arg,
                  type),
   TRF_INFO_GET(CL_KERNEL_ARG_NAME, get_arg_name),
};

static const struct trf_info_table arg_info = TRF_INFO_TABLE(arg_rows);

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelArgInfo(cl_kernel handle, cl_uint arg_index,
                       cl_kernel_arg_info param_name, size_t param_value_size,
                       void *param_value, size_t *param_value_size_ret)
{
   const struct trf_kernel *kernel = trf_kernel_from_handle(handle);

   if (!kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   /* 5.9.4: a valid argument index. */
   if (arg_index >= kernel->decl->arg_count)
      return trf_error(CL_INVALID_ARG_INDEX, "argument %u of %u", arg_index,
                       kernel->decl->arg_count);
   return trf_info_query(&arg_info, &kernel->decl->args[arg_index],
                         param_name, param_value_size, param_value,
                         param_value_size_ret);
}

/* A kernel on a device, which the work-group queries are about. */
struct kernel_on_device {
   struct trf_kernel *kernel;
   struct trf_kernel_code *code;
};

static cl_int
get_group_size(const void *object, struct trf_info_out *out)
{
   const struct kernel_on_device *on = object;
   return trf_info_size(out, trf_kernel_work_group_size(on->code));
}

static cl_int
get_required_size(const void *object, struct trf_info_out *out)
{
   const struct kernel_on_device *on = object;
   return trf_info_bytes(out, on->kernel->decl->required_local_size,
                         sizeof(on->kernel->decl->required_local_size));
}

static cl_int
get_local_memory(const void *object, struct trf_info_out *out)
{
   const struct kernel_on_device *on = object;
   return trf_info_u64(out, trf_kernel_local_bytes(on->kernel, on->code));
}

static cl_int
get_group_multiple(const void *object, struct trf_info_out *out)
{
   const struct kernel_on_device *on = object;
   return trf_info_size(out, trf_kernel_group_multiple(on->code));
}

static cl_int
get_private_memory(const void *object, struct trf_info_out *out)
{
   const struct kernel_on_device *on = object;
   return trf_info_u64(
      out, MAX2(on->code->info.private_size, on->code->ir->private_size));
}

/* CL_KERNEL_GLOBAL_WORK_SIZE is a question to built-in kernels only: there
 * are none, and as an unknown parameter it is CL_INVALID_VALUE. */
static const struct trf_info_row group_rows[] = {
   TRF_INFO_GET(CL_KERNEL_WORK_GROUP_SIZE, get_group_size),
   TRF_INFO_GET(CL_KERNEL_COMPILE_WORK_GROUP_SIZE, get_required_size),
   TRF_INFO_GET(CL_KERNEL_LOCAL_MEM_SIZE, get_local_memory),
   TRF_INFO_GET(CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE,
                get_group_multiple),
   TRF_INFO_GET(CL_KERNEL_PRIVATE_MEM_SIZE, get_private_memory),
};

static const struct trf_info_table group_info = TRF_INFO_TABLE(group_rows);

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelWorkGroupInfo(cl_kernel handle, cl_device_id device,
                             cl_kernel_work_group_info param_name,
                             size_t param_value_size, void *param_value,
                             size_t *param_value_size_ret)
{
   struct kernel_on_device on = {.kernel = trf_kernel_from_handle(handle)};

   if (!on.kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   const cl_int error = trf_kernel_device_code(on.kernel, device, &on.code);
   if (error)
      return error;
   return trf_info_query(&group_info, &on, param_name, param_value_size,
                         param_value, param_value_size_ret);
}
