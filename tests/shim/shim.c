/* SPDX-License-Identifier: MIT */

#include "shim.h"

#include <stdlib.h>

static const struct gpu gpus[] = {
   {
      .id = "navi21",
      .name = "AMD Radeon RX 6800",
      .vendor = "AMD",
      .profile = "EMBEDDED_PROFILE", /* 32 images to read, 16 to write */
      .vendor_id = 0x1002,
      .sub_group = 64,
      .sub_groups = 32,
      .small = 64,
      .large = 64,
      .fp64 = true,
      .read_write_images = true,
      .wraps_buffers = true,
   },
   {
      .id = "renoir",
      .name = "AMD Radeon Graphics",
      .vendor = "AMD",
      .profile = "EMBEDDED_PROFILE",
      .vendor_id = 0x1002,
      .sub_group = 64,
      .sub_groups = 16,
      .small = 64,
      .large = 64,
      .fp64 = true,
      .read_write_images = true,
      .wraps_buffers = true,
      /* Shared memory, but radeonsi never says so. */
   },
   {
      .id = "dg2",
      .name = "Mesa Intel(R) Arc(tm) A770M Graphics (DG2)",
      .vendor = "Intel",
      .profile = "FULL_PROFILE",
      .vendor_id = 0x8086,
      .sub_group = 32,
      .sub_groups = 112,
      .small = 8,
      .large = 16,
      .image_from_buffer = true,
      /* User memory is for parts whose caches the processor shares. */
   },
   {
      .id = "skl",
      .name = "Mesa Intel(R) HD Graphics 530 (SKL GT2)",
      .vendor = "Intel",
      .profile = "FULL_PROFILE",
      .vendor_id = 0x8086,
      .sub_group = 32,
      .sub_groups = 56,
      .small = 8,
      .large = 16,
      .fp64 = true,
      .image_from_buffer = true,
      .unified = true,
      .wraps_buffers = true,
      .wraps_images = true,
   },
};

const struct gpu *
the_gpu(void)
{
   const char *amd = getenv("AMDGPU_GPU_ID");
   const char *id = amd ? amd : getenv("INTEL_STUB_GPU_PLATFORM");

   for (unsigned i = 0; id && i < COUNT(gpus); i++) {
      if (strcmp(gpus[i].id, id) == 0)
         return &gpus[i];
   }
   fail_msg("no GPU '%s' is known here", id ? id : "");
   return NULL;
}

bool
is_radeonsi(void)
{
   return the_gpu()->vendor_id == 0x1002;
}
