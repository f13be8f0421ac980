/* SPDX-License-Identifier: MIT */

#include "core/program_data.h"

#include <stdlib.h>
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

struct trf_resource *
trf_data_create(struct trf_device *device, const void *data, size_t size)
{
   struct trf_resource *buffer =
      trf_resource_create_buffer(device->screen, size, false);

   if (buffer && !upload(device, buffer, data, size)) {
      trf_resource_destroy(buffer);
      return NULL;
   }
   return buffer;
}

static bool
find_address(struct trf_device *device, struct trf_resource *buffer,
             uint64_t *address)
{
   struct trf_gpu *gpu = trf_device_helper_lock(device);
   if (!gpu)
      return false;

   const bool found = trf_gpu_address(gpu, buffer, address);
   return trf_device_helper_unlock(device) == CL_SUCCESS && found;
}

/* What the block begins with where it lies at an address. */
static void
relocate(const struct trf_device *device, const struct trf_globals *globals,
         uint64_t base, uint8_t *data)
{
   const size_t size = device->caps->address_bits / 8;

   memcpy(data, globals->data, globals->size);
   for (unsigned i = 0; i < globals->relocation_count; i++) {
      uint8_t *place = data + globals->relocations[i].place;
      uint64_t address = 0;
      memcpy(&address, place, size);
      address += base;
      memcpy(place, &address, size);
   }
}

static bool
fill_relocated(struct trf_device *device, struct trf_resource *buffer,
               const struct trf_globals *globals)
{
   uint64_t base;
   uint8_t *data = malloc(globals->size);
   if (!data)
      return false;

   bool done = find_address(device, buffer, &base);
   if (done) {
      relocate(device, globals, base, data);
      done = upload(device, buffer, data, globals->size);
   }
   free(data);
   return done;
}

struct trf_resource *
trf_globals_create(struct trf_device *device,
                   const struct trf_globals *globals)
{
   struct trf_resource *buffer =
      trf_resource_create_buffer(device->screen, globals->size, true);
   if (!buffer)
      return NULL;

   const bool filled =
      globals->relocation_count
         ? fill_relocated(device, buffer, globals)
         : upload(device, buffer, globals->data, globals->size);
   if (!filled) {
      trf_resource_destroy(buffer);
      return NULL;
   }
   return buffer;
}
