/* SPDX-License-Identifier: MIT */

#include "core/program_data.h"

#include <assert.h>
#include <string.h>

#include "compiler/globals.h"
#include "core/device.h"
#include "gallium/context.h"
#include "gallium/resource.h"
#include "gallium/screen.h"
#include "gallium/staging.h"

/* Fills a buffer that no queue uses yet. */
static bool
upload(struct trf_device *device, struct trf_resource *buffer,
       const void *data, size_t size)
{
   struct trf_direct direct;
   if (trf_resource_direct(buffer, 0, &direct)) {
      memcpy(direct.pointer, data, size);
      return true;
   }

   struct trf_staging *staging = trf_staging_acquire(
      device->screen, trf_resource_desc(buffer), size, 1, 1);
   if (!staging)
      return false;
   memcpy(staging->pointer, data, size);

   bool done = false;
   struct trf_gpu *gpu = trf_device_helper_lock(device);
   if (gpu) {
      trf_gpu_copy_buffer(gpu, buffer, 0, staging->resource, 0, size);
      done = trf_device_helper_unlock(device) == CL_SUCCESS;
   }
   trf_staging_release(device->screen, staging);
   return done;
}

static struct trf_resource *
create(struct trf_device *device, const void *data, size_t size,
       bool internal)
{
   const struct trf_resource_desc desc = {
      .target = TRF_TARGET_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .width = size,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .internal = internal,
   };
   struct trf_resource *buffer = trf_resource_create(device->screen, &desc);

   if (buffer && !upload(device, buffer, data, size)) {
      trf_resource_destroy(buffer);
      return NULL;
   }
   return buffer;
}

struct trf_resource *
trf_data_create(struct trf_device *device, const void *data, size_t size)
{
   return create(device, data, size, false);
}

struct trf_resource *
trf_globals_create(struct trf_device *device,
                   const struct trf_globals *globals)
{
   struct trf_resource *buffer =
      create(device, globals->data, globals->size, true);
   struct trf_direct direct;

   if (!buffer || !globals->relocation_count)
      return buffer;

   /* Where the host's addresses are the device's: see global_variables. */
   assert(device->features.global_variables);
   if (!trf_resource_direct(buffer, 0, &direct)) {
      trf_resource_destroy(buffer);
      return NULL;
   }
   for (unsigned i = 0; i < globals->relocation_count; i++) {
      uint8_t *place =
         (uint8_t *)direct.pointer + globals->relocations[i].place;
      uintptr_t address;
      memcpy(&address, place, sizeof(address));
      address += (uintptr_t)direct.pointer;
      memcpy(place, &address, sizeof(address));
   }
   return buffer;
}
