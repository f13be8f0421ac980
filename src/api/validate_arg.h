/* SPDX-License-Identifier: MIT */

/* What a kernel's argument may be (5.9.2), and what of it a launch needs. */

#ifndef TRF_VALIDATE_ARG_H
#define TRF_VALIDATE_ARG_H

#include "api/api.h"
#include "core/kernel.h"

/*
 * The errors of clSetKernelArg that tell of memory objects and samplers: of
 * the right kind, the kernel's context, with fitting flags.  *object is NULL
 * for a NULL buffer.
 */
cl_int trf_validate_arg_object(const struct trf_kernel *kernel,
                               unsigned index, size_t size, const void *value,
                               struct trf_object **object);

/* CL_INVALID_ARG_SIZE, CL_INVALID_ARG_VALUE. */
cl_int trf_validate_arg_local(size_t size, const void *value);
cl_int trf_validate_arg_value(const struct trf_kernel_arg *arg, size_t size,
                              const void *value);

/*
 * Whether all arguments are set and of use on the device (5.10):
 * CL_INVALID_KERNEL_ARGS, CL_MISALIGNED_SUB_BUFFER_OFFSET,
 * CL_INVALID_IMAGE_SIZE, CL_IMAGE_FORMAT_NOT_SUPPORTED, and
 * CL_OUT_OF_RESOURCES if they ask for more local memory than there is.
 */
cl_int trf_validate_args_for_launch(struct trf_kernel *kernel,
                                    const struct trf_kernel_code *code);

/* Bytes of __local memory, with the arguments as they are set; saturates. */
size_t trf_kernel_local_bytes(struct trf_kernel *kernel,
                              const struct trf_kernel_code *code);

#endif
