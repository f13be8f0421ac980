/* SPDX-License-Identifier: MIT */

/*
 * How a kernel's work-groups are divided into sub-groups.  Some drivers have
 * one size for a kernel; others choose one for each size of a work-group.
 */

#include "core/kernel.h"

#include "core/device.h"
#include "util/bitscan.h"
#include "util/macros.h"
#include "util/u_atomic.h"
#include "util/u_math.h"

static uint32_t
ask_driver(struct trf_kernel_code *code, const size_t local[3])
{
   const uint32_t block[3] = {local[0], local[1], local[2]};
   struct trf_gpu *gpu = trf_device_helper_lock(code->device);
   if (!gpu)
      return 0;

   const uint32_t size = trf_shader_subgroup_size(code->shader, gpu, block);
   trf_device_helper_unlock(code->device);
   return size;
}

/*
 * The last answer is kept, with what was asked: to compile for an answer is
 * no work for each launch.  Drivers look at the number of work-items only.
 */
#define SIZE_BITS 16

size_t
trf_kernel_sub_group_size(struct trf_kernel_code *code, const size_t local[3])
{
   if (util_is_power_of_two_nonzero(code->info.simd_sizes))
      return code->info.simd_sizes;

   const uint64_t items = local[0] * local[1] * local[2];
   const uint64_t last = p_atomic_read(&code->last_sub_groups);
   if (last >> SIZE_BITS == items)
      return last & BITFIELD_MASK(SIZE_BITS);

   const uint32_t size = ask_driver(code, local);
   if (size)
      p_atomic_set(&code->last_sub_groups, items << SIZE_BITS | size);
   return size;
}

size_t
trf_kernel_max_sub_groups(const struct trf_kernel_code *code)
{
   const uint32_t sizes = code->info.simd_sizes;
   const size_t smallest = sizes ? sizes & -sizes : 1;
   const size_t groups =
      DIV_ROUND_UP(trf_kernel_work_group_size(code), smallest);
   const uint32_t max = code->device->caps->max_subgroups;

   return max ? MIN2(groups, max) : groups;
}

size_t
trf_kernel_local_for_sub_groups(struct trf_kernel_code *code, size_t count)
{
   const size_t limit = trf_kernel_work_group_size(code);

   if (!count || count > trf_kernel_max_sub_groups(code))
      return 0;
   for (int i = util_last_bit(code->info.simd_sizes) - 1; i >= 0; i--) {
      const size_t size = code->info.simd_sizes & BITFIELD_BIT(i);
      const size_t local[3] = {count * size, 1, 1};
      if (size && local[0] <= limit &&
          trf_kernel_sub_group_size(code, local) == size)
         return local[0];
   }
   return 0;
}
