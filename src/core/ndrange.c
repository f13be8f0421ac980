/* SPDX-License-Identifier: MIT */

/*
 * How a range of work-items becomes launches: the size of a work-group where
 * it is ours to choose, and the parts of a grid that does not divide.
 */

#include "core/ndrange.h"

#include "core/device.h"
#include "core/kernel.h"
#include "util/macros.h"
#include "util/u_math.h"

/* Work-groups that each compute unit should get, so that all stay busy. */
#define GROUPS_PER_UNIT 4

size_t
trf_kernel_work_group_size(const struct trf_kernel_code *code)
{
   const size_t limit = code->device->limits.work_group_size;
   return code->info.max_threads ? MIN2(limit, code->info.max_threads)
                                 : limit;
}

/* The largest divisor of `size` up to `limit`, of whole vectors if any is. */
static size_t
best_divisor(size_t size, size_t limit, size_t vector)
{
   size_t best = 1;
   for (size_t divisor = MIN2(size, limit); divisor > 1; divisor--) {
      if (size % divisor)
         continue;
      if (divisor % vector == 0)
         return divisor;
      if (best == 1)
         best = divisor;
   }
   return best;
}

/*
 * Large groups cost less each; but all compute units want some, and x is
 * what fills the driver's vectors.
 */
static size_t
wanted_threads(const struct trf_kernel_code *code, const size_t global[3])
{
   const size_t vector = MAX2(code->info.simd_size, 1);
   const size_t units = MAX2(code->device->limits.compute_units, 1);
   size_t total;

   if (__builtin_mul_overflow(global[0], global[1], &total) ||
       __builtin_mul_overflow(total, global[2], &total))
      total = SIZE_MAX;
   return CLAMP(total / (units * GROUPS_PER_UNIT), vector,
                trf_kernel_work_group_size(code));
}

/*
 * Along x a divisor that fills no vector is worse than whole vectors and a
 * smaller last work-group, where there may be one.
 */
static size_t
suggest_width(const struct trf_kernel_code *code, size_t size, size_t limit)
{
   const size_t vector = MAX2(code->info.simd_size, 1);
   const size_t divisor = best_divisor(size, limit, vector);

   return code->uniform || divisor >= vector || size <= vector ||
                limit < vector
             ? divisor
             : ROUND_DOWN_TO(limit, vector);
}

void
trf_kernel_suggest_local(struct trf_kernel_code *code, const size_t global[3],
                         size_t local[3])
{
   size_t left =
      MIN2(wanted_threads(code, global), trf_kernel_work_group_size(code));

   if (code->ir->sub_groups) {
      local[0] = trf_kernel_local_for_sub_groups(code, code->ir->sub_groups);
      local[1] = local[2] = 1;
      return;
   }
   for (unsigned i = 0; i < 3; i++) {
      const size_t limit =
         MIN2(left, code->device->limits.work_item_sizes[i]);
      local[i] = i ? best_divisor(global[i], limit, 1)
                   : suggest_width(code, global[i], limit);
      left /= local[i];
   }
}

void
trf_ndrange_free_local(const struct trf_kernel_code *code,
                       const size_t global[3], size_t local[3])
{
   size_t left =
      MIN2(wanted_threads(code, global), trf_kernel_work_group_size(code));

   for (unsigned i = 0; i < 3; i++) {
      const size_t limit =
         MIN2(left, code->device->limits.work_item_sizes[i]);
      local[i] = MIN2(MAX2(global[i], 1), MAX2(limit, 1));
      left /= local[i];
   }
}

bool
trf_ndrange_begin(struct trf_ndrange_walk *walk,
                  const struct trf_ndrange *range, const uint64_t max_grid[3])
{
   walk->range = range;
   for (unsigned i = 0; i < 3; i++) {
      walk->full[i] = range->global[i] / range->local[i];
      walk->rest[i] = range->global[i] % range->local[i];
      /* Kernels count the work-items of a part in 32 bits. */
      walk->max[i] = UINT32_MAX / range->local[i];
      if (max_grid[i])
         walk->max[i] = MIN2(walk->max[i], max_grid[i]);
      walk->at[i] = 0;
      if (range->global[i] == 0)
         return false;
   }
   return true;
}

/* The part of one axis that begins at a group: how many, and how large. */
static void
axis_part(const struct trf_ndrange_walk *walk, unsigned i,
          struct trf_ndrange_part *part)
{
   const bool rest = walk->at[i] == walk->full[i];
   const uint64_t left = walk->full[i] - walk->at[i];

   part->block[i] = rest ? walk->rest[i] : walk->range->local[i];
   part->grid[i] = rest ? 1 : MIN2(left, walk->max[i]);
   part->group_offset[i] = walk->at[i];
   part->start[i] = walk->at[i] * walk->range->local[i];
}

bool
trf_ndrange_next(struct trf_ndrange_walk *walk, struct trf_ndrange_part *part)
{
   if (walk->done)
      return false;
   for (unsigned i = 0; i < 3; i++)
      axis_part(walk, i, part);

   /* On to the next part, x fastest. */
   for (unsigned i = 0; i < 3; i++) {
      walk->at[i] += part->grid[i];
      if (walk->at[i] < walk->full[i] ||
          (walk->at[i] == walk->full[i] && walk->rest[i]))
         return true;
      walk->at[i] = 0;
   }
   walk->done = true;
   return true;
}

void
trf_ndrange_header(const struct trf_ndrange *range,
                   const struct trf_ndrange_part *part,
                   struct trf_kernel_header *header)
{
   *header = (struct trf_kernel_header){.work_dim = range->dims};

   for (unsigned i = 0; i < 3; i++) {
      header->global_offset[i] = range->offset[i];
      header->global_size[i] = range->global[i];
      header->group_offset[i] = part->group_offset[i];
      header->start[i] = part->start[i];
      header->group_count[i] =
         DIV_ROUND_UP(range->global[i], range->local[i]);
      header->enqueued_size[i] = range->local[i];
   }
   for (unsigned i = 0; i < 2; i++)
      header->reciprocals[i] = trf_reciprocal(part->block[i]);
}
