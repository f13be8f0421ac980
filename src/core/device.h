/* SPDX-License-Identifier: MIT */

/* A device: one screen, what the API reports of it, and its helper context. */

#ifndef TRF_CORE_DEVICE_H
#define TRF_CORE_DEVICE_H

#include <CL/cl.h>
#include <CL/cl_ext.h>

#include "compiler/compiler.h"
#include "core/device_limits.h"
#include "gallium/context.h"
#include "util/simple_mtx.h"
#include "util/trf_info.h"
#include "util/trf_object.h"

struct trf_device {
   struct trf_object base;
   struct trf_screen *screen;
   const struct trf_screen_caps *caps;
   unsigned index; /* in the platform's list; bit in validity masks */

   struct trf_device *parent; /* of a sub-device, held; else NULL */
   cl_device_partition_property *partition; /* that it was made with */
   size_t partition_size;                   /* bytes */

   char *name;
   cl_device_type type;
   bool image_support;
   struct trf_device_limits limits; /* what the queries report */
   char *extensions;
   cl_name_version *extension_versions;
   unsigned extension_count;

   /*
    * For uploads at creation, where no queue is known: taken under
    * helper_lock, flushed and waited for before the lock is given back.
    */
   simple_mtx_t helper_lock;
   struct trf_gpu *helper; /* made on first use */

   struct trf_compiler_features features; /* of kernels; if it runs any */
   simple_mtx_t compiler_lock;
   struct trf_compiler *compiler;        /* made on first use */
   struct trf_copy_kernel *copy_kernels; /* atomic: see core/copy.c */
};

TRF_DECLARE_REF(trf_device)

extern const struct trf_info_table trf_device_info_table;

/* Takes over `screen`.  NULL without memory; the screen is then destroyed. */
struct trf_device *trf_device_create(struct trf_screen *screen,
                                     unsigned index);

/*
 * Locks and returns the helper context; NULL (unlocked) if the driver cannot
 * make one.  The unlock flushes and waits for the device: CL_OUT_OF_RESOURCES
 * if the device was lost meanwhile, and with it what it was told.
 */
struct trf_gpu *trf_device_helper_lock(struct trf_device *device);
cl_int trf_device_helper_unlock(struct trf_device *device);

/* Works out what kernels of the device may use. */
void trf_device_init_features(struct trf_device *device);

/* NULL without memory; never for a device that runs no kernels. */
struct trf_compiler *trf_device_compiler(struct trf_device *device);

#endif
