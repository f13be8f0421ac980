/* SPDX-License-Identifier: MIT */

/*
 * A layer for the ICD loader (OPENCL_LAYERS) under which every device is a
 * GPU: for programs that look at nothing else.
 */

#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_layer.h>

#include <string.h>

static const struct _cl_icd_dispatch *target;
static struct _cl_icd_dispatch layer;

static cl_int CL_API_CALL
get_device_ids(cl_platform_id platform, cl_device_type type, cl_uint count,
               cl_device_id *devices, cl_uint *count_ret)
{
   const cl_device_type ours = CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_DEFAULT;

   if (type & ours)
      type = CL_DEVICE_TYPE_ALL;
   else if (type & CL_DEVICE_TYPE_CPU)
      return CL_DEVICE_NOT_FOUND;
   return target->clGetDeviceIDs(platform, type, count, devices, count_ret);
}

static cl_int CL_API_CALL
get_device_info(cl_device_id device, cl_device_info name, size_t size,
                void *value, size_t *size_ret)
{
   const cl_device_type type = CL_DEVICE_TYPE_GPU;
   const cl_int code =
      target->clGetDeviceInfo(device, name, size, value, size_ret);

   if (code == CL_SUCCESS && name == CL_DEVICE_TYPE && value)
      memcpy(value, &type, sizeof(type));
   return code;
}

CL_API_ENTRY cl_int CL_API_CALL
clGetLayerInfo(cl_layer_info name, size_t size, void *value, size_t *size_ret)
{
   const cl_layer_api_version version = CL_LAYER_API_VERSION_100;

   if (name != CL_LAYER_API_VERSION || (value && size < sizeof(version)))
      return CL_INVALID_VALUE;
   if (value)
      memcpy(value, &version, sizeof(version));
   if (size_ret)
      *size_ret = sizeof(version);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
clInitLayer(cl_uint count, const struct _cl_icd_dispatch *dispatch,
            cl_uint *count_ret, const struct _cl_icd_dispatch **layer_ret)
{
   const cl_uint ours = sizeof(layer) / sizeof(void *);

   if (count < ours)
      return CL_INVALID_VALUE;
   target = dispatch;
   layer = *dispatch;
   layer.clGetDeviceIDs = get_device_ids;
   layer.clGetDeviceInfo = get_device_info;
   *count_ret = ours;
   *layer_ret = &layer;
   return CL_SUCCESS;
}
