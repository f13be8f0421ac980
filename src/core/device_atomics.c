/* SPDX-License-Identifier: MIT */

#include "core/device_atomics.h"

#include <CL/cl_ext.h>

#include "core/device.h"
#include "gallium/screen.h"

/* What all that run kernels do, and with it what the device does. */
static cl_device_atomic_capabilities
orders_and_scopes(const struct trf_device *device)
{
   cl_device_atomic_capabilities has =
      CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP;

   if (!device->caps->compute)
      return has;
   has |= CL_DEVICE_ATOMIC_ORDER_ACQ_REL | CL_DEVICE_ATOMIC_SCOPE_DEVICE;
   if (device->features.atomic_seq_cst)
      has |= CL_DEVICE_ATOMIC_ORDER_SEQ_CST;
   if (device->features.atomic_all_devices)
      has |= CL_DEVICE_ATOMIC_SCOPE_ALL_DEVICES;
   return has;
}

cl_int
trf_device_get_atomic_memory(const void *object, struct trf_info_out *out)
{
   return trf_info_u64(out, orders_and_scopes(object));
}

/* 4.2: fences have acquire and release in any case. */
cl_int
trf_device_get_atomic_fence(const void *object, struct trf_info_out *out)
{
   return trf_info_u64(out, orders_and_scopes(object) |
                               CL_DEVICE_ATOMIC_ORDER_ACQ_REL |
                               CL_DEVICE_ATOMIC_SCOPE_WORK_ITEM);
}

static cl_int
get_fp_atomics(struct trf_info_out *out, bool offered)
{
   const cl_device_fp_atomic_capabilities_ext all =
      CL_DEVICE_GLOBAL_FP_ATOMIC_LOAD_STORE_EXT |
      CL_DEVICE_GLOBAL_FP_ATOMIC_ADD_EXT |
      CL_DEVICE_GLOBAL_FP_ATOMIC_MIN_MAX_EXT |
      CL_DEVICE_LOCAL_FP_ATOMIC_LOAD_STORE_EXT |
      CL_DEVICE_LOCAL_FP_ATOMIC_ADD_EXT |
      CL_DEVICE_LOCAL_FP_ATOMIC_MIN_MAX_EXT;

   return trf_info_u64(out, offered ? all : 0);
}

cl_int
trf_device_get_single_fp_atomics(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return get_fp_atomics(out, device->caps->compute);
}

cl_int
trf_device_get_double_fp_atomics(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return get_fp_atomics(out, device->caps->compute &&
                                 device->features.fp64 &&
                                 device->features.int64_atomics);
}
