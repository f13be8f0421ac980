/* SPDX-License-Identifier: MIT */

/* What clients may ask of a kernel on one device. */

#ifndef TRF_KERNEL_DEVICE_H
#define TRF_KERNEL_DEVICE_H

#include "api/api.h"
#include "core/kernel.h"

/*
 * The code for one of the kernel's devices; NULL means the only one.
 * CL_INVALID_DEVICE if there is none, or more than one for NULL.
 */
cl_int trf_kernel_device_code(const struct trf_kernel *kernel,
                              cl_device_id device,
                              struct trf_kernel_code **code);

/* What the size of a work-group should be a multiple of. */
size_t trf_kernel_group_multiple(const struct trf_kernel_code *code);

#endif
