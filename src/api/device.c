/* SPDX-License-Identifier: MIT */

/* Devices and their timers: 4.2, 4.3. */

#include "api/api.h"

#include "api/device_type.h"
#include "core/device.h"
#include "core/platform.h"

bool
trf_device_type_valid(cl_device_type type)
{
   const cl_device_type known =
      CL_DEVICE_TYPE_DEFAULT | CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_GPU |
      CL_DEVICE_TYPE_ACCELERATOR | CL_DEVICE_TYPE_CUSTOM;

   return type == CL_DEVICE_TYPE_ALL || (type && !(type & ~known));
}

bool
trf_device_type_matches(const struct trf_device *device, cl_device_type type)
{
   /* The first is the default.  ALL has the bits of every type. */
   return (device->type & type) ||
          ((type & CL_DEVICE_TYPE_DEFAULT) && device->index == 0);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetDeviceIDs(cl_platform_id platform_id, cl_device_type device_type,
                   cl_uint num_entries, cl_device_id *devices,
                   cl_uint *num_devices)
{
   const struct trf_platform *platform =
      trf_platform_from_handle(platform_id);

   if (!platform)
      return trf_error(CL_INVALID_PLATFORM, "not a platform");
   if (!trf_device_type_valid(device_type))
      return trf_error(CL_INVALID_DEVICE_TYPE, "device type 0x%llx",
                       (unsigned long long)device_type);
   if (devices && num_entries == 0)
      return trf_error(CL_INVALID_VALUE, "devices given, num_entries is 0");
   if (!devices && !num_devices)
      return trf_error(CL_INVALID_VALUE,
                       "neither devices nor num_devices given");

   cl_uint found = 0;
   for (unsigned i = 0; i < platform->device_count; i++) {
      const struct trf_device *device = platform->devices[i];
      if (!trf_device_type_matches(device, device_type))
         continue;
      if (devices && found < num_entries)
         devices[found] = (cl_device_id)device->base.handle;
      found++;
   }

   if (num_devices)
      *num_devices = found;
   if (!found)
      return trf_error(CL_DEVICE_NOT_FOUND, "no device of type 0x%llx",
                       (unsigned long long)device_type);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetDeviceInfo(cl_device_id device_id, cl_device_info param_name,
                    size_t param_value_size, void *param_value,
                    size_t *param_value_size_ret)
{
   const struct trf_device *device = trf_device_from_handle(device_id);

   if (!device)
      return trf_error(CL_INVALID_DEVICE, "not a device");
   return trf_info_query(&trf_device_info_table, device, param_name,
                         param_value_size, param_value, param_value_size_ret);
}

/*
 * cl_ext_device_fission is not reported.  Its entries are in the dispatch
 * table all the same, so they answer like those of OpenCL 1.2.
 */
CL_API_ENTRY cl_int CL_API_CALL
trf_clCreateSubDevicesEXT(cl_device_id in_device,
                          const cl_device_partition_property_ext *properties,
                          cl_uint num_entries, cl_device_id *out_devices,
                          cl_uint *num_devices)
{
   if (!trf_device_from_handle(in_device))
      return trf_error(CL_INVALID_DEVICE, "not a device");
   return trf_error(CL_INVALID_VALUE, "no device can be divided");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainDeviceEXT(cl_device_id device)
{
   return trf_clRetainDevice(device);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseDeviceEXT(cl_device_id device)
{
   return trf_clReleaseDevice(device);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetDeviceAndHostTimer(cl_device_id handle, cl_ulong *device_timestamp,
                            cl_ulong *host_timestamp)
{
   const struct trf_device *device = trf_device_from_handle(handle);
   if (!device)
      return trf_error(CL_INVALID_DEVICE, "not a device");
   if (!device_timestamp || !host_timestamp)
      return trf_error(CL_INVALID_VALUE, "nowhere to put a timestamp");

   trf_screen_clocks(device->screen, device_timestamp, host_timestamp);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetHostTimer(cl_device_id device, cl_ulong *host_timestamp)
{
   if (!trf_device_from_handle(device))
      return trf_error(CL_INVALID_DEVICE, "not a device");
   if (!host_timestamp)
      return trf_error(CL_INVALID_VALUE, "nowhere to put the timestamp");

   *host_timestamp = trf_host_time();
   return CL_SUCCESS;
}
