/* SPDX-License-Identifier: MIT */

/*
 * What clGetDeviceInfo reports of a device's size: worked out once from the
 * driver's caps, in the types that the queries return.
 */

#ifndef TRF_CORE_DEVICE_LIMITS_H
#define TRF_CORE_DEVICE_LIMITS_H

#include <stdbool.h>

#include <CL/cl.h>

struct trf_screen_caps;

/*
 * CL_DEVICE_MEM_BASE_ADDR_ALIGN, in bytes: the size of the largest built-in
 * type, a long16, and what the origins of sub-buffers are multiples of.
 */
#define TRF_MEM_BASE_ALIGNMENT 128

struct trf_device_limits {
   cl_uint vendor_id;
   cl_uint address_bits;
   cl_uint compute_units;
   cl_uint clock_mhz;
   cl_bool unified_memory;
   bool embedded_profile; /* too few images or samplers for the full one */

   size_t work_group_size;
   size_t work_item_sizes[3];
   size_t work_group_multiple;

   cl_ulong global_memory;
   cl_ulong allocation;
   cl_ulong constant_buffer;
   cl_ulong local_memory;
   cl_device_local_mem_type local_memory_type;
   cl_device_mem_cache_type cache_type;
   cl_uint cache_line;
   cl_ulong cache_size;

   /* Zero where the device has no images. */
   cl_uint read_images;
   cl_uint write_images;
   cl_uint read_write_images;
   cl_uint samplers;
   size_t image_2d_width, image_2d_height;
   size_t image_3d_width, image_3d_height, image_3d_depth;
   size_t image_buffer;
   size_t image_layers;
   cl_uint image_pitch_alignment; /* in pixels; 0: no 2D image from buffer */
   cl_uint image_base_alignment;  /* in pixels; 0: likewise */
};

void trf_device_limits_init(struct trf_device_limits *limits,
                            const struct trf_screen_caps *caps);

#endif
