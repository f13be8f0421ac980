/* SPDX-License-Identifier: MIT */

/* The kernels that copy and fill, made and launched: for copy.c. */

#ifndef TRF_CORE_COPY_LAUNCH_H
#define TRF_CORE_COPY_LAUNCH_H

#include "compiler/copy_kernel.h"
#include "core/copy.h"

static inline bool
trf_place_is_buffer(const struct trf_place *place)
{
   return trf_resource_desc(place->resource)->target == TRF_TARGET_BUFFER;
}

/* What one launch is to do: elements of up to 16 bytes. */
struct trf_copy_job {
   const struct trf_place *dst, *src; /* src: NULL for a fill */
   struct trf_box extent;
   unsigned element;
   uint8_t pattern[TRF_COPY_PATTERN_BYTES];
};

/*
 * What all elements of a job begin at multiples of in its buffers: a power of
 * two, no more than `limit`.  `sizes`: of what else it must be a divisor.
 */
unsigned trf_copy_alignment(const struct trf_copy_job *job, size_t sizes,
                            unsigned limit);

/* CL_OUT_OF_RESOURCES or CL_OUT_OF_HOST_MEMORY. */
cl_int trf_copy_run(struct trf_device *device, struct trf_gpu *gpu,
                    const struct trf_copy_job *job);

#endif
