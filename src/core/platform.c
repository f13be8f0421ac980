/* SPDX-License-Identifier: MIT */

#include "core/platform.h"

#include <stdlib.h>
#include <string.h>

#include <CL/cl_ext.h>

#include "core/device.h"
#include "core/extensions.h"
#include "gallium/loader.h"
#include "util/macros.h"
#include "util/trf_log.h"
#include "util/trf_version.h"
#include "util/u_call_once.h"

/*
 * Takes over the screens; what cannot become a device is left out.  Indices
 * are given without gaps.
 */
static void
add_devices(struct trf_platform *platform, struct trf_screen **screens,
            unsigned count)
{
   for (unsigned i = 0; i < count; i++) {
      if (platform->device_count == TRF_MAX_DEVICES) {
         trf_log_device("left out: more than %u devices", TRF_MAX_DEVICES);
         trf_screen_destroy(screens[i]);
         continue;
      }

      struct trf_device *device =
         trf_device_create(screens[i], platform->device_count);
      if (!device)
         continue;
      if (!trf_object_publish(&device->base, TRF_TYPE_DEVICE)) {
         trf_device_unref(device);
         continue;
      }
      platform->devices[platform->device_count++] = device;
   }
}

/*
 * 4.1 "Querying Platform Info": what CL_PLATFORM_EXTENSIONS names, all
 * devices support.
 */
static bool
init_extensions(struct trf_platform *platform)
{
   const struct trf_device *first = platform->devices[0];

   platform->extension_versions =
      calloc(first->extension_count, sizeof(cl_name_version));
   if (!platform->extension_versions)
      return false;

   for (unsigned i = 0; i < first->extension_count; i++) {
      const cl_name_version *extension = &first->extension_versions[i];
      bool everywhere = true;

      for (unsigned d = 1; d < platform->device_count; d++)
         everywhere &= trf_extensions_have(
            platform->devices[d]->extension_versions,
            platform->devices[d]->extension_count, extension->name);
      if (everywhere)
         platform->extension_versions[platform->extension_count++] =
            *extension;
   }

   platform->extensions = trf_extensions_join(platform->extension_versions,
                                              platform->extension_count);
   return platform->extensions != NULL;
}

static bool
init_platform(struct trf_platform *platform)
{
   struct trf_screen **screens = NULL;
   const unsigned count =
      trf_loader_probe(getenv("TREFOIL_DEVICES"), &screens);

   platform->devices = calloc(MAX2(count, 1), sizeof(*platform->devices));
   if (!platform->devices) {
      for (unsigned i = 0; i < count; i++)
         trf_screen_destroy(screens[i]);
      free(screens);
      return false;
   }

   add_devices(platform, screens, count);
   free(screens);
   if (!platform->device_count) {
      trf_log_device("no device was found");
      return true;
   }

   return init_extensions(platform) &&
          trf_object_publish(&platform->base, TRF_TYPE_PLATFORM);
}

/*
 * Never destroyed, so that handles stay good in what clients run at exit.
 * In a child of fork() they stay good too; a driver's threads do not.
 */
static struct trf_platform the_platform;
static bool platform_made;

static void
make_platform(void)
{
   trf_object_init(&the_platform.base, NULL);
   platform_made = init_platform(&the_platform);
}

struct trf_platform *
trf_platform_get(void)
{
   static util_once_flag once = UTIL_ONCE_FLAG_INIT;

   util_call_once(&once, make_platform);
   return platform_made ? &the_platform : NULL;
}

static cl_int
get_extensions_with_version(const void *object, struct trf_info_out *out)
{
   const struct trf_platform *platform = object;
   return trf_info_bytes(out, platform->extension_versions,
                         platform->extension_count *
                            sizeof(*platform->extension_versions));
}

#define STRING(param, value)                                                  \
   TRF_INFO_CONSTANT(param, char[sizeof(value)], value)

static const struct trf_info_row platform_rows[] = {
   STRING(CL_PLATFORM_PROFILE, "FULL_PROFILE"),
   STRING(CL_PLATFORM_VERSION, "OpenCL 3.0 Trefoil " TRF_VERSION_STRING),
   TRF_INFO_CONSTANT(CL_PLATFORM_NUMERIC_VERSION, cl_version,
                     CL_MAKE_VERSION(3, 0, 0)),
   STRING(CL_PLATFORM_NAME, "Trefoil"),
   STRING(CL_PLATFORM_VENDOR, "Trefoil"),
   TRF_INFO_STRING(CL_PLATFORM_EXTENSIONS, struct trf_platform, extensions),
   TRF_INFO_GET(CL_PLATFORM_EXTENSIONS_WITH_VERSION,
                get_extensions_with_version),
   /* In ns; the clock is CLOCK_MONOTONIC. */
   TRF_INFO_CONSTANT(CL_PLATFORM_HOST_TIMER_RESOLUTION, cl_ulong, 1),
   STRING(CL_PLATFORM_ICD_SUFFIX_KHR, "TRFL"),
};

const struct trf_info_table trf_platform_info_table =
   TRF_INFO_TABLE(platform_rows);
