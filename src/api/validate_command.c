/* SPDX-License-Identifier: MIT */

#include "api/validate_command.h"

#include "core/device.h"
#include "core/device_limits.h"
#include "core/image.h"

cl_int
trf_validate_same_context(const struct trf_queue *queue,
                          const struct trf_mem *mem)
{
   if (trf_queue_context(queue) != mem->context)
      return trf_error(CL_INVALID_CONTEXT,
                       "queue and memory object are of different contexts");
   return CL_SUCCESS;
}

cl_int
trf_validate_sub_buffer_alignment(const struct trf_mem *mem,
                                  const struct trf_device *device)
{
   /* One alignment serves all devices. */
   (void)device;
   if (mem->offset % TRF_MEM_BASE_ALIGNMENT)
      return trf_error(CL_MISALIGNED_SUB_BUFFER_OFFSET,
                       "the sub-buffer begins at %zu", mem->offset);
   return CL_SUCCESS;
}

cl_int
trf_validate_image_on_device(const struct trf_mem *image,
                             const struct trf_device *device)
{
   if (!device->image_support)
      return trf_error(CL_INVALID_OPERATION, "the device has no images");
   /* Creation asked one device of the context: if it is this one, enough. */
   if (image->context->device_count == 1)
      return CL_SUCCESS;
   if (!trf_device_image_fits(device, &image->image.desc))
      return trf_error(CL_INVALID_IMAGE_SIZE,
                       "the image is too large for the queue's device");
   if (!trf_device_takes_image(device, image))
      return trf_error(CL_IMAGE_FORMAT_NOT_SUPPORTED,
                       "the queue's device lacks the image's format");
   return CL_SUCCESS;
}

cl_int
trf_validate_host_reads(const struct trf_mem *mem)
{
   if (mem->flags & (CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS))
      return trf_error(CL_INVALID_OPERATION,
                       "the host may not read the memory object");
   return CL_SUCCESS;
}

cl_int
trf_validate_host_writes(const struct trf_mem *mem)
{
   if (mem->flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS))
      return trf_error(CL_INVALID_OPERATION,
                       "the host may not write the memory object");
   return CL_SUCCESS;
}
