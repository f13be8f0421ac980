/* SPDX-License-Identifier: MIT */

/* Partitioning a device: 4.3. */

#include <stdlib.h>

#include "api/api.h"
#include "core/device.h"
#include "core/sub_device.h"

/* What a list of properties comes to; `units` is to be freed. */
struct request {
   struct trf_partition partition;
   cl_uint *units;
};

static bool
add_part(struct request *request, cl_uint most, cl_uint units)
{
   if (!request->units)
      request->units = calloc(most, sizeof(*request->units));
   if (!request->units)
      return false;
   request->units[request->partition.count++] = units;
   return true;
}

static cl_int
parse_equally(const struct trf_device *device,
              const cl_device_partition_property *list,
              struct request *request)
{
   const cl_uint most = device->limits.compute_units;

   /* CL_INVALID_VALUE if values specified in properties are not valid. */
   if (list[1] <= 0)
      return trf_error(CL_INVALID_VALUE, "parts of %ld compute units",
                       (long)list[1]);
   if (list[2])
      return trf_error(CL_INVALID_VALUE, "a second partition scheme");
   /* CL_INVALID_DEVICE_PARTITION_COUNT if the total number of compute units
    * exceeds what in_device has. */
   if (list[1] > (cl_device_partition_property)most)
      return trf_error(CL_INVALID_DEVICE_PARTITION_COUNT,
                       "parts of %ld compute units, of %u", (long)list[1],
                       most);
   /* CL_DEVICE_PARTITION_FAILED if it could not be further partitioned: the
    * whole is no part. */
   if (list[1] == (cl_device_partition_property)most)
      return trf_error(CL_DEVICE_PARTITION_FAILED,
                       "one part of all %u compute units", most);

   request->partition.property_count = 3;
   for (cl_uint left = most; left >= (cl_uint)list[1]; left -= list[1]) {
      if (!add_part(request, most, list[1]))
         return trf_error(CL_OUT_OF_HOST_MEMORY, "%u parts", most);
   }
   return CL_SUCCESS;
}

/*
 * CL_INVALID_DEVICE_PARTITION_COUNT if the number of sub-devices or the
 * total number of compute units exceeds what in_device has, or one is less
 * than zero.
 */
static cl_int
parse_counts(const struct trf_device *device,
             const cl_device_partition_property *list,
             struct request *request)
{
   const cl_uint most = device->limits.compute_units;
   cl_uint left = most;
   size_t i;

   for (i = 1; list[i] != CL_DEVICE_PARTITION_BY_COUNTS_LIST_END; i++) {
      if (list[i] < 0 || list[i] > (cl_device_partition_property)left)
         return trf_error(CL_INVALID_DEVICE_PARTITION_COUNT,
                          "part %zu: %ld compute units, %u are left", i - 1,
                          (long)list[i], left);
      if (!add_part(request, most, list[i]))
         return trf_error(CL_OUT_OF_HOST_MEMORY, "%u parts", most);
      left -= list[i];
   }
   if (i == 1)
      return trf_error(CL_INVALID_VALUE, "no counts");
   if (list[i + 1])
      return trf_error(CL_INVALID_VALUE, "a second partition scheme");
   request->partition.property_count = i + 2;
   return CL_SUCCESS;
}

static cl_int
parse(const struct trf_device *device,
      const cl_device_partition_property *list, struct request *request)
{
   if (!list)
      return trf_error(CL_INVALID_VALUE, "no partition scheme");

   /* CL_INVALID_VALUE if values are valid, but not supported by the device. */
   if (!trf_device_can_divide(device))
      return trf_error(CL_INVALID_VALUE,
                       "partition scheme 0x%lx: the device is in one piece",
                       (unsigned long)list[0]);

   request->partition.properties = list;
   switch (list[0]) {
   case CL_DEVICE_PARTITION_EQUALLY:
      return parse_equally(device, list, request);
   case CL_DEVICE_PARTITION_BY_COUNTS:
      return parse_counts(device, list, request);
   default:
      return trf_error(CL_INVALID_VALUE, "partition scheme 0x%lx",
                       (unsigned long)list[0]);
   }
}

static cl_int
create(struct trf_device *parent, const struct trf_partition *partition,
       cl_device_id *out)
{
   struct trf_device **devices = calloc(partition->count, sizeof(*devices));
   if (!devices)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "%u parts", partition->count);

   const cl_int error = trf_sub_devices_create(parent, partition, devices);
   for (cl_uint i = 0; !error && i < partition->count; i++)
      out[i] = (cl_device_id)devices[i]->base.handle;
   free(devices);
   return error ? trf_error(error, "a part of the device") : CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clCreateSubDevices(cl_device_id in_device,
                       const cl_device_partition_property *properties,
                       cl_uint num_devices, cl_device_id *out_devices,
                       cl_uint *num_devices_ret)
{
   struct trf_device *device = trf_device_from_handle(in_device);
   struct request request = {.units = NULL};

   if (!device)
      return trf_error(CL_INVALID_DEVICE, "not a device");
   cl_int code = parse(device, properties, &request);
   request.partition.units = request.units;

   /* CL_INVALID_VALUE if there is no room for all of them. */
   if (!code && out_devices && num_devices < request.partition.count)
      code = trf_error(CL_INVALID_VALUE, "%u sub-devices, room for %u",
                       request.partition.count, num_devices);
   if (!code && out_devices)
      code = create(device, &request.partition, out_devices);
   if (!code && num_devices_ret)
      *num_devices_ret = request.partition.count;
   free(request.units);
   return code;
}

/* 4.3: "… does nothing" for root devices, whose count does not change. */
CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainDevice(cl_device_id device_id)
{
   struct trf_device *device = trf_device_from_handle(device_id);

   if (!device)
      return trf_error(CL_INVALID_DEVICE, "not a device");
   if (device->parent && !trf_object_api_retain(&device->base))
      return trf_error(CL_INVALID_DEVICE, "the device is released");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseDevice(cl_device_id device_id)
{
   struct trf_device *device = trf_device_from_handle(device_id);

   if (!device)
      return trf_error(CL_INVALID_DEVICE, "not a device");
   if (device->parent && !trf_object_api_release(&device->base))
      return trf_error(CL_INVALID_DEVICE, "the device is released");
   return CL_SUCCESS;
}
