/* SPDX-License-Identifier: MIT */

/* A device's compiler: what its kernels may use. */

#include <assert.h>

#include "compiler/compiler.h"
#include "core/device.h"
#include "gallium/screen.h"
#include "compiler/kernel_ir.h"
#include "util/bitscan.h"
#include "util/macros.h"

#define PRINTF_BUFFER_BYTES (1024 * 1024)
#define PARAMETER_BYTES     4096

/*
 * 9.6.6 wants all formats that can be written in 2D to be written in 3D: of
 * each kind of pixel one stands for the rest.
 */
static bool
writes_3d_images(const struct trf_device *device)
{
   static const enum pipe_format formats[] = {
      PIPE_FORMAT_R8G8B8A8_UNORM,     PIPE_FORMAT_R8G8B8A8_SINT,
      PIPE_FORMAT_R8G8B8A8_UINT,      PIPE_FORMAT_R16G16B16A16_SINT,
      PIPE_FORMAT_R16G16B16A16_UINT,  PIPE_FORMAT_R16G16B16A16_FLOAT,
      PIPE_FORMAT_R32G32B32A32_SINT,  PIPE_FORMAT_R32G32B32A32_UINT,
      PIPE_FORMAT_R32G32B32A32_FLOAT,
   };

   for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
      if (!(trf_screen_format_uses(device->screen, formats[i],
                                   TRF_TARGET_3D) &
            TRF_FORMAT_STORED))
         return false;
   }
   return true;
}

static bool
has_subgroups(const struct trf_screen_caps *caps)
{
   return caps->compute && caps->max_subgroups && caps->subgroup_sizes;
}

static unsigned
only_subgroup_size(const struct trf_screen_caps *caps)
{
   return has_subgroups(caps) &&
                util_is_power_of_two_nonzero(caps->subgroup_sizes)
             ? caps->subgroup_sizes
             : 0;
}

static unsigned
ordered_lanes(const struct trf_device *device)
{
   const struct trf_device_limits *limits = &device->limits;

   return device->caps->ordered_lanes &&
                limits->work_group_size <= TRF_RECIPROCAL_LIMIT
             ? limits->work_group_multiple
             : 0;
}

void
trf_device_init_features(struct trf_device *device)
{
   const struct trf_screen_caps *caps = device->caps;

   device->features = (struct trf_compiler_features){
      .embedded_profile = device->limits.embedded_profile,
      .fp16 = caps->fp16,
      .fp64 = caps->fp64,
      .int64 = caps->int64,
      .fma32 = caps->fma32,
      .fma64 = caps->fma64,
      .int64_atomics = caps->int64_atomics,
      .llvm = caps->synchronous,
      .through_spirv = caps->through_spirv,
      .local_words = caps->local_words,
      /* The processor's own: one order for the host and all devices. */
      .atomic_seq_cst = caps->is_cpu,
      .atomic_all_devices = caps->is_cpu,
      .images = caps->images,
      .read_write_images = caps->images && caps->read_write_images,
      .write_3d_images = caps->images && writes_3d_images(device),
      .depth_images = caps->images,
      .mipmaps = caps->images,
      .mipmap_writes = caps->images,
      .exact_repeat = caps->exact_repeat,
      .flat_unnormalized = caps->flat_unnormalized,
      .ordered_lanes = ordered_lanes(device),
      .subgroups = has_subgroups(caps),
      .generic_addresses = caps->address_bits == 64,
      .global_variables = true,
      .collectives = caps->int64,
      .subgroup_size = only_subgroup_size(caps),
      .max_subgroups = has_subgroups(caps) ? caps->max_subgroups : 0,
      /* NVIDIA's do not; lavapipe's do, and all of a work-group would wait. */
      .subgroups_in_step = !caps->through_spirv || caps->is_cpu,
      .work_group_size = device->limits.work_group_size,
      .address_bits = caps->address_bits,
      .printf_buffer_size = PRINTF_BUFFER_BYTES,
      .max_parameter_size = PARAMETER_BYTES,
   };
}

struct trf_compiler *
trf_device_compiler(struct trf_device *device)
{
   assert(device->caps->compute);

   simple_mtx_lock(&device->compiler_lock);
   if (!device->compiler)
      device->compiler = trf_compiler_create(trf_screen_pipe(device->screen),
                                             &device->features);
   struct trf_compiler *compiler = device->compiler;
   simple_mtx_unlock(&device->compiler_lock);
   return compiler;
}
