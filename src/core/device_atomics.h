/* SPDX-License-Identifier: MIT */

/* What a device says of its kernels' atomics. */

#ifndef TRF_CORE_DEVICE_ATOMICS_H
#define TRF_CORE_DEVICE_ATOMICS_H

#include <CL/cl.h>

#include "util/trf_info.h"

/* Getters for the table of device queries. */
cl_int trf_device_get_atomic_memory(const void *device,
                                    struct trf_info_out *out);
cl_int trf_device_get_atomic_fence(const void *device,
                                   struct trf_info_out *out);
cl_int trf_device_get_single_fp_atomics(const void *device,
                                        struct trf_info_out *out);
cl_int trf_device_get_double_fp_atomics(const void *device,
                                        struct trf_info_out *out);

#endif
