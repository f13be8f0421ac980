/* SPDX-License-Identifier: MIT */

/* Shared by the entry points of programs: 5.8. */

#ifndef TRF_API_PROGRAM_H
#define TRF_API_PROGRAM_H

#include "api/api.h"
#include "core/platform.h"
#include "core/program.h"

/* A client's device list, resolved; each device is in it once. */
struct trf_program_devices {
   struct trf_device *list[TRF_MAX_DEVICES];
   unsigned count;
};

/*
 * "CL_INVALID_VALUE if device_list is NULL and num_devices is greater than
 * zero, or if device_list is not NULL and num_devices is zero": an absent
 * list means all of `defaults`.  CL_INVALID_DEVICE for what is not one of
 * those.
 */
cl_int trf_program_devices_init(struct trf_program_devices *devices,
                                cl_uint count, const cl_device_id *handles,
                                struct trf_device *const *defaults,
                                unsigned default_count);

/*
 * As above, for the devices that a program is for; sub-devices of those that
 * are named come along.
 */
cl_int trf_program_devices_of(struct trf_program_devices *devices,
                              cl_uint count, const cl_device_id *handles,
                              const struct trf_program *program);

/* CL_INVALID_VALUE if there is data for no callback. */
cl_int trf_validate_notify(trf_program_notify notify, const void *data);

/* `refusal` if a device has no compiler. */
cl_int trf_validate_compilers(const struct trf_program_devices *devices,
                              cl_int refusal);

#endif
