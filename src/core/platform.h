/* SPDX-License-Identifier: MIT */

/* The one platform and its devices, made on first use, kept for good. */

#ifndef TRF_CORE_PLATFORM_H
#define TRF_CORE_PLATFORM_H

#include <CL/cl.h>

#include "util/trf_info.h"
#include "util/trf_object.h"

struct trf_device;

/* Memory objects keep one bit a device. */
#define TRF_MAX_DEVICES 32

struct trf_platform {
   struct trf_object base;
   struct trf_device **devices; /* GPUs first; never empty if published */
   unsigned device_count;
   char *extensions; /* the list as one string, made from the devices' */
   cl_name_version *extension_versions;
   unsigned extension_count;
};

extern const struct trf_info_table trf_platform_info_table;

/* Thread-safe; probes at the first call.  NULL without host memory. */
struct trf_platform *trf_platform_get(void);

#endif
