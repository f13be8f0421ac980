/* SPDX-License-Identifier: MIT */

/* What the tests on drivers without their GPUs know of those GPUs. */

#ifndef TESTS_SHIM_SHIM_H
#define TESTS_SHIM_SHIM_H

#include "../api/maps.h"

/* What the driver of a GPU must say, and what its rules make of a map. */
struct gpu {
   const char *id; /* AMDGPU_GPU_ID or INTEL_STUB_GPU_PLATFORM */
   const char *name;
   const char *vendor;
   const char *profile;
   cl_uint vendor_id;
   cl_uint sub_group;    /* the preferred multiple of a work-group's size */
   cl_uint sub_groups;   /* of a work-group, at most */
   cl_uint small, large; /* sub-groups of work-groups of 8 and 256 */
   bool fp64;
   bool read_write_images;
   bool image_from_buffer;
   bool unified;       /* host and device share one memory */
   bool wraps_buffers; /* USE_HOST_PTR without a copy */
   bool wraps_images;  /* of one or two dimensions */
};

/* The GPU that the environment names; the test fails if it is unknown. */
const struct gpu *the_gpu(void);

bool is_radeonsi(void);

#endif
