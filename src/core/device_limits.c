/* SPDX-License-Identifier: MIT */

#include "core/device_limits.h"

#include <string.h>
#include <unistd.h>

#include "gallium/screen.h"
#include "util/bitscan.h"
#include "util/macros.h"

static void
init_work_groups(struct trf_device_limits *limits,
                 const struct trf_screen_caps *caps)
{
   limits->work_group_size = MAX2(caps->max_threads_per_block, 1);
   for (unsigned i = 0; i < 3; i++)
      limits->work_item_sizes[i] = MAX2(caps->max_block[i], 1);

   /* The widest sub-group divides evenly into what all sizes like. */
   const unsigned widest = util_last_bit(caps->subgroup_sizes);
   limits->work_group_multiple = widest ? 1u << (widest - 1) : 1;
}

/* On the host's processor the host's caches are the device's. */
static void
init_cache(struct trf_device_limits *limits,
           const struct trf_screen_caps *caps)
{
   limits->cache_type = CL_NONE;

#ifdef _SC_LEVEL1_DCACHE_LINESIZE
   if (!caps->is_cpu)
      return;

   const long line = sysconf(_SC_LEVEL1_DCACHE_LINESIZE);
   long size = sysconf(_SC_LEVEL3_CACHE_SIZE);
   if (size <= 0)
      size = sysconf(_SC_LEVEL2_CACHE_SIZE);

   if (line > 0 && size > 0) {
      limits->cache_type = CL_READ_WRITE_CACHE;
      limits->cache_line = line;
      limits->cache_size = size;
   }
#endif
}

static void
init_memory(struct trf_device_limits *limits,
            const struct trf_screen_caps *caps)
{
   limits->global_memory = caps->global_memory;
   limits->allocation = MIN2(caps->max_buffer_size, caps->global_memory);
   limits->constant_buffer = caps->max_constant_buffer;
   limits->local_memory = caps->local_memory;
   limits->local_memory_type = caps->is_cpu ? CL_GLOBAL : CL_LOCAL;
   limits->unified_memory = caps->uma || caps->is_cpu;
   init_cache(limits, caps);
}

static void
init_images(struct trf_device_limits *limits,
            const struct trf_screen_caps *caps)
{
   if (!caps->images)
      return;

   limits->read_images = caps->max_read_images;
   limits->write_images = caps->max_write_images;
   if (caps->read_write_images)
      limits->read_write_images = caps->max_write_images;
   limits->samplers = caps->max_samplers;
   limits->image_2d_width = caps->max_image_2d;
   limits->image_2d_height = caps->max_image_2d;
   limits->image_3d_width = caps->max_image_3d;
   limits->image_3d_height = caps->max_image_3d;
   limits->image_3d_depth = caps->max_image_3d;
   limits->image_buffer = caps->max_texel_buffer;
   limits->image_layers = caps->max_image_layers;

   /* 2D images from buffers need both, or neither says anything. */
   if (caps->linear_pitch_alignment && caps->linear_base_alignment) {
      limits->image_pitch_alignment = caps->linear_pitch_alignment;
      limits->image_base_alignment = caps->linear_base_alignment;
   }
}

/* What 4.2's table demands of devices of the full profile that have images. */
static bool
enough_for_full_profile(const struct trf_device_limits *limits)
{
   return limits->read_images >= 128 && limits->write_images >= 64 &&
          limits->samplers >= 16 && limits->image_2d_width >= 16384 &&
          limits->image_3d_width >= 2048 && limits->image_layers >= 2048 &&
          limits->image_buffer >= 65536;
}

void
trf_device_limits_init(struct trf_device_limits *limits,
                       const struct trf_screen_caps *caps)
{
   memset(limits, 0, sizeof(*limits));

   limits->vendor_id = caps->vendor_id;
   limits->address_bits = caps->address_bits;
   limits->compute_units = MAX2(caps->compute_units, 1);
   limits->clock_mhz = caps->clock_mhz;

   init_work_groups(limits, caps);
   init_memory(limits, caps);
   init_images(limits, caps);
   limits->embedded_profile =
      caps->images && !enough_for_full_profile(limits);
}
