/* SPDX-License-Identifier: MIT */

/*
 * Validation of the range of a kernel: 5.10.  Pure: nothing but the
 * arguments decides, and nothing is written on an error.
 */

#ifndef TRF_VALIDATE_NDRANGE_H
#define TRF_VALIDATE_NDRANGE_H

#include <stdbool.h>

#include "core/kernel.h"

/* What the client passes; each pointer may be NULL. */
struct trf_ndrange_args {
   cl_uint dims;
   const size_t *offset, *global, *local;
};

/* What kernel and device allow. */
struct trf_ndrange_limits {
   size_t max_index; /* the device's largest size_t */
   size_t work_item_sizes[3];
   size_t work_group_size; /* CL_KERNEL_WORK_GROUP_SIZE */
   size_t required[3];     /* by the source; 0,0,0: none */
};

/*
 * Resolves the range.  A global size of NULL, or with a zero, gives one with
 * a zero, which is nothing to do.
 */
cl_int trf_validate_ndrange(const struct trf_ndrange_args *args,
                            const struct trf_ndrange_limits *limits,
                            struct trf_ndrange *range);

/* Whether all work-groups of a range have the same size, or may have. */
bool trf_ndrange_is_uniform(const struct trf_ndrange *range);

#endif
