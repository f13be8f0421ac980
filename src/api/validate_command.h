/* SPDX-License-Identifier: MIT */

/* What the commands on memory objects check alike, whatever they do. */

#ifndef TRF_VALIDATE_COMMAND_H
#define TRF_VALIDATE_COMMAND_H

#include "api/api.h"

/* CL_INVALID_CONTEXT unless queue and memory object are of one context. */
cl_int trf_validate_same_context(const struct trf_queue *queue,
                                 const struct trf_mem *mem);

/*
 * CL_MISALIGNED_SUB_BUFFER_OFFSET if it is a sub-buffer whose origin the
 * device cannot address.
 */
cl_int trf_validate_sub_buffer_alignment(const struct trf_mem *mem,
                                         const struct trf_device *device);

/*
 * CL_INVALID_OPERATION on a device without images, CL_INVALID_IMAGE_SIZE and
 * CL_IMAGE_FORMAT_NOT_SUPPORTED if this one is beyond it.
 */
cl_int trf_validate_image_on_device(const struct trf_mem *image,
                                    const struct trf_device *device);

/* CL_INVALID_OPERATION if the CL_MEM_HOST_* flags forbid it. */
cl_int trf_validate_host_reads(const struct trf_mem *mem);
cl_int trf_validate_host_writes(const struct trf_mem *mem);

/* CL_INVALID_VALUE unless they are of some map. */
cl_int trf_validate_map_flags(cl_map_flags flags);

#endif
