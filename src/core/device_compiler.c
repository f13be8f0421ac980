/* SPDX-License-Identifier: MIT */

/* A device's compiler: what its kernels may use. */

#include <assert.h>

#include "compiler/compiler.h"
#include "core/device.h"

#define PRINTF_BUFFER_BYTES (1024 * 1024)
#define PARAMETER_BYTES     4096

static void
fill_features(const struct trf_screen_caps *caps,
              struct trf_compiler_features *features)
{
   *features = (struct trf_compiler_features){
      .fp16 = caps->fp16,
      .fp64 = caps->fp64,
      .int64 = caps->int64,
      .images = caps->images,
      .read_write_images = caps->images && caps->read_write_images,
      .write_3d_images = caps->images,
      .depth_images = caps->images,
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
   if (!device->compiler) {
      struct trf_compiler_features features;
      fill_features(device->caps, &features);
      device->compiler = trf_compiler_create(
         trf_screen_pipe(device->screen), &features);
   }
   struct trf_compiler *compiler = device->compiler;
   simple_mtx_unlock(&device->compiler_lock);
   return compiler;
}
