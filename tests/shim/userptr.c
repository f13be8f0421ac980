/* SPDX-License-Identifier: MIT */

/*
 * To be loaded beside Mesa's shim of amdgpu, which answers the wrapping of
 * client memory with success, but gives no handle: libdrm would take what
 * was on the stack, and make a table of as many entries.  A buffer of the
 * same size has the same life; the driver keeps the client's pointer itself.
 */

#include <amdgpu.h>
#include <amdgpu_drm.h>

int
amdgpu_create_bo_from_user_mem(amdgpu_device_handle device, void *memory,
                               uint64_t size, amdgpu_bo_handle *buffer)
{
   struct amdgpu_bo_alloc_request request = {
      .alloc_size = size,
      .phys_alignment = 4096,
      .preferred_heap = AMDGPU_GEM_DOMAIN_GTT,
   };

   return amdgpu_bo_alloc(device, &request, buffer);
}
