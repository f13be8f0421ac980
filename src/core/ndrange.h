/* SPDX-License-Identifier: MIT */

#ifndef TRF_CORE_NDRANGE_H
#define TRF_CORE_NDRANGE_H

#include "core/kernel.h"

/*
 * Work-group size for a kernel that cannot tell how its work-items are
 * grouped: any will do, so whole vectors, and the rest as a smaller group.
 */
void trf_ndrange_free_local(const struct trf_kernel_code *code,
                            const size_t global[3], size_t local[3]);

/*
 * A grid in parts that one launch each can take: of equal work-groups, and
 * within the driver's limits.
 */
struct trf_ndrange_part {
   uint32_t block[3], grid[3];
   uint64_t group_offset[3]; /* work-groups before it */
   uint64_t start[3];        /* work-items before it */
};

struct trf_ndrange_walk {
   const struct trf_ndrange *range;
   uint64_t full[3]; /* whole work-groups */
   uint64_t rest[3]; /* work-items in the last, smaller one */
   uint64_t max[3];
   uint64_t at[3];
   bool done;
};

/* False if there is nothing to do.  `walk` is zeroed by the caller. */
bool trf_ndrange_begin(struct trf_ndrange_walk *walk,
                       const struct trf_ndrange *range,
                       const uint64_t max_grid[3]);
bool trf_ndrange_next(struct trf_ndrange_walk *walk,
                      struct trf_ndrange_part *part);

/* What the kernel is told of a part; the header's other fields are zero. */
void trf_ndrange_header(const struct trf_ndrange *range,
                        const struct trf_ndrange_part *part,
                        struct trf_kernel_header *header);

#endif
