/* SPDX-License-Identifier: MIT */

/* Choosing devices by cl_device_type: clGetDeviceIDs and contexts. */

#ifndef TRF_DEVICE_TYPE_H
#define TRF_DEVICE_TYPE_H

#include <stdbool.h>

#include <CL/cl.h>

struct trf_device;

/* Whether a client may ask for it (4.2, table "Device Types"). */
bool trf_device_type_valid(cl_device_type type);

/* Whether the device is among those meant by a valid type. */
bool trf_device_type_matches(const struct trf_device *device,
                             cl_device_type type);

#endif
