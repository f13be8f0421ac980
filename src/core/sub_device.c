/* SPDX-License-Identifier: MIT */

#include "core/sub_device.h"

#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "gallium/screen.h"

bool
trf_device_can_divide(const struct trf_device *device)
{
   return device->caps->divisible;
}

static bool
set_partition(struct trf_device *device,
              const struct trf_partition *partition)
{
   const size_t size =
      partition->property_count * sizeof(*partition->properties);

   device->partition = malloc(size);
   if (!device->partition)
      return false;
   memcpy(device->partition, partition->properties, size);
   device->partition_size = size;
   return true;
}

static cl_int
create(struct trf_device *parent, const struct trf_partition *partition,
       cl_uint units, struct trf_device **out)
{
   struct trf_screen *screen = trf_screen_create_part(parent->screen, units);
   if (!screen)
      return CL_OUT_OF_RESOURCES;

   struct trf_device *device = trf_device_create(screen, parent->index);
   if (!device)
      return CL_OUT_OF_HOST_MEMORY;

   trf_object_keep_handle(&device->base);
   device->parent = trf_device_ref(parent);
   if (!set_partition(device, partition) ||
       !trf_object_publish(&device->base, TRF_TYPE_DEVICE)) {
      trf_device_unref(device);
      return CL_OUT_OF_HOST_MEMORY;
   }
   *out = device;
   return CL_SUCCESS;
}

cl_int
trf_sub_devices_create(struct trf_device *parent,
                       const struct trf_partition *partition,
                       struct trf_device **out)
{
   for (cl_uint i = 0; i < partition->count; i++) {
      const cl_int error =
         create(parent, partition, partition->units[i], &out[i]);
      if (!error)
         continue;

      while (i--) {
         trf_object_api_release(&out[i]->base);
         trf_device_unref(out[i]);
      }
      return error;
   }

   /* The handles keep them from here on. */
   for (cl_uint i = 0; i < partition->count; i++)
      trf_device_unref(out[i]);
   return CL_SUCCESS;
}
