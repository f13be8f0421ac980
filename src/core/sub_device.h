/* SPDX-License-Identifier: MIT */

/*
 * Devices made of a part of another one's compute units (4.3): a screen of
 * its own, whose kernels run on as many threads as it has units.
 */

#ifndef TRF_CORE_SUB_DEVICE_H
#define TRF_CORE_SUB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include <CL/cl.h>

struct trf_device;

struct trf_partition {
   const cl_device_partition_property *properties; /* with the closing 0 */
   size_t property_count;
   const cl_uint
      *units; /* of each sub-device; in sum no more than there are */
   cl_uint count;
};

/* Whether parts of the device can run kernels apart from each other. */
bool trf_device_can_divide(const struct trf_device *device);

/*
 * Makes `partition->count` devices, published, each with a reference of the
 * API's.  CL_OUT_OF_RESOURCES or CL_OUT_OF_HOST_MEMORY; none stays behind an
 * error.
 */
cl_int trf_sub_devices_create(struct trf_device *parent,
                              const struct trf_partition *partition,
                              struct trf_device **out);

#endif
