/* SPDX-License-Identifier: MIT */

#include "api/kernel_device.h"

#include "core/device.h"

cl_int
trf_kernel_device_code(const struct trf_kernel *kernel, cl_device_id handle,
                       struct trf_kernel_code **code)
{
   const struct trf_program *program = kernel->program;
   const struct trf_device *device = trf_device_from_handle(handle);

   /* 5.9.4: "… device is NULL but there is more than one device associated
    * with kernel." */
   if (!handle && program->build_count == 1)
      device = program->builds[0].device;
   /* 5.9.4: "… not in the list of devices associated with kernel." */
   *code = device ? trf_kernel_code_for(kernel, device) : NULL;
   if (!*code)
      return trf_error(CL_INVALID_DEVICE, "not a device of the kernel");
   return CL_SUCCESS;
}

size_t
trf_kernel_group_multiple(const struct trf_kernel_code *code)
{
   return code->info.simd_size ? code->info.simd_size
                               : code->device->limits.work_group_multiple;
}
