/* SPDX-License-Identifier: MIT */

/* Queries of a kernel's sub-groups: 5.9.4. */

#include "api/api.h"
#include "api/kernel_device.h"
#include "core/device.h"
#include "util/macros.h"
#include "util/trf_checked.h"
#include "util/u_math.h"

/* A kernel on a device, and what the client passes with its question. */
struct query {
   struct trf_kernel_code *code;
   size_t local_items; /* of the intended work-group */
   size_t size;        /* of its sub-groups */
   size_t groups;      /* sub-groups wanted in a work-group */
   unsigned dims;      /* of the answer to CL_KERNEL_LOCAL_SIZE_FOR_… */
};

static cl_int
get_size(const void *object, struct trf_info_out *out)
{
   const struct query *query = object;
   return trf_info_size(out, query->size);
}

static cl_int
get_count(const void *object, struct trf_info_out *out)
{
   const struct query *query = object;
   return trf_info_size(out, DIV_ROUND_UP(query->local_items, query->size));
}

static cl_int
get_local_size(const void *object, struct trf_info_out *out)
{
   const struct query *query = object;
   size_t *local = trf_info_alloc(out, query->dims * sizeof(*local));
   if (!local)
      return CL_OUT_OF_HOST_MEMORY;

   /* "If no work-group size can accommodate the requested number …, 0." */
   const size_t items =
      trf_kernel_local_for_sub_groups(query->code, query->groups);
   for (unsigned i = 0; i < query->dims; i++)
      local[i] = i == 0 || !items ? items : 1;
   return CL_SUCCESS;
}

static cl_int
get_max_count(const void *object, struct trf_info_out *out)
{
   const struct query *query = object;
   return trf_info_size(out, trf_kernel_max_sub_groups(query->code));
}

static cl_int
get_required_count(const void *object, struct trf_info_out *out)
{
   const struct query *query = object;
   return trf_info_size(out, query->code->ir->sub_groups);
}

static const struct trf_info_row sub_group_rows[] = {
   TRF_INFO_GET(CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, get_size),
   TRF_INFO_GET(CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, get_count),
   TRF_INFO_GET(CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, get_local_size),
   TRF_INFO_GET(CL_KERNEL_MAX_NUM_SUB_GROUPS, get_max_count),
   TRF_INFO_GET(CL_KERNEL_COMPILE_NUM_SUB_GROUPS, get_required_count),
};

static const struct trf_info_table sub_group_info =
   TRF_INFO_TABLE(sub_group_rows);

/* One to three values, as many as the client has space or values for. */
static bool
is_dims(size_t size)
{
   return size && size % sizeof(size_t) == 0 && size / sizeof(size_t) <= 3;
}

static bool
is_per_range(cl_kernel_sub_group_info param)
{
   return param == CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE ||
          param == CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE;
}

/* Of others no driver says anything. */
static bool
is_possible(const struct query *query)
{
   return query->local_items &&
          query->local_items <= trf_kernel_work_group_size(query->code);
}

/* "… the size in bytes specified by input_value_size is not valid or if
 * input_value is NULL." */
static cl_int
parse_range(size_t size, const size_t *value, struct query *query)
{
   if (!value || !is_dims(size))
      return trf_error(CL_INVALID_VALUE, "input_value_size is %zu", size);

   size_t local[3] = {1, 1, 1};
   query->local_items = 1;
   for (unsigned i = 0; i < size / sizeof(*value); i++) {
      local[i] = value[i];
      if (!trf_mul(query->local_items, value[i], &query->local_items))
         return trf_error(CL_INVALID_VALUE, "input_value is too large");
   }
   if (!is_possible(query))
      local[0] = local[1] = local[2] = 1;
   query->size = trf_kernel_sub_group_size(query->code, local);
   if (!query->size)
      return trf_error(CL_OUT_OF_RESOURCES, "the driver does not answer");
   return CL_SUCCESS;
}

static cl_int
parse_count(size_t size, const size_t *value, size_t answer_size,
            const void *answer, struct query *query)
{
   if (!value || size != sizeof(*value))
      return trf_error(CL_INVALID_VALUE, "input_value_size is %zu", size);
   if (answer && !is_dims(answer_size))
      return trf_error(CL_INVALID_VALUE, "param_value_size is %zu",
                       answer_size);
   query->groups = *value;
   query->dims = answer ? answer_size / sizeof(size_t) : 3;
   return CL_SUCCESS;
}

static cl_int
validate_device(const struct trf_device *device)
{
   /* "… if device does not support sub-groups." */
   if (!device->features.subgroups)
      return trf_error(CL_INVALID_OPERATION, "the device has no sub-groups");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelSubGroupInfo(cl_kernel handle, cl_device_id device,
                            cl_kernel_sub_group_info param_name,
                            size_t input_value_size, const void *input_value,
                            size_t param_value_size, void *param_value,
                            size_t *param_value_size_ret)
{
   const struct trf_kernel *kernel = trf_kernel_from_handle(handle);
   struct query query = {0};

   if (!kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   cl_int error = trf_kernel_device_code(kernel, device, &query.code);
   if (!error)
      error = validate_device(query.code->device);
   if (!error && is_per_range(param_name))
      error = parse_range(input_value_size, input_value, &query);
   if (!error && param_name == CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT)
      error = parse_count(input_value_size, input_value, param_value_size,
                          param_value, &query);
   if (error)
      return error;
   return trf_info_query(&sub_group_info, &query, param_name,
                         param_value_size, param_value, param_value_size_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelSubGroupInfoKHR(cl_kernel kernel, cl_device_id device,
                               cl_kernel_sub_group_info param_name,
                               size_t input_value_size,
                               const void *input_value,
                               size_t param_value_size, void *param_value,
                               size_t *param_value_size_ret)
{
   return trf_clGetKernelSubGroupInfo(
      kernel, device, param_name, input_value_size, input_value,
      param_value_size, param_value, param_value_size_ret);
}
