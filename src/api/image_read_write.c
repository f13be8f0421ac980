/* SPDX-License-Identifier: MIT */

/* Reading and writing images from the host: 5.3.3. */

#include "api/enqueue.h"
#include "api/validate_command.h"
#include "api/validate_region.h"
#include "core/device.h"

/* The part of an image, and where it lies in host memory. */
struct image_args {
   const size_t *origin, *region;
   size_t row_pitch, slice_pitch;
   const void *ptr;
};

/* Values alone: CL_INVALID_VALUE, CL_INVALID_MIP_LEVEL. */
static cl_int
resolve_sides(struct trf_mem *mem, const struct image_args *image_args,
              struct trf_side *image, struct trf_side *host)
{
   struct trf_image_region region;
   struct trf_layout layout;

   cl_int error = trf_validate_image_region(mem, image_args->origin,
                                            image_args->region, &region);
   if (error)
      return error;
   error = trf_validate_host_pitches(mem, &region, image_args->row_pitch,
                                     image_args->slice_pitch, &layout);
   if (error)
      return error;
   /* CL_INVALID_VALUE if ptr is NULL. */
   if (!image_args->ptr)
      return trf_error(CL_INVALID_VALUE, "ptr is NULL");

   /* ptr is where the region itself begins, whatever its origin. */
   const struct trf_box host_box = {
      .width = region.box.width,
      .height = region.box.height,
      .depth = region.box.depth,
   };
   *image = trf_side_image(mem, &region);
   *host = trf_side_host_box(image_args->ptr, &host_box, &layout);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueReadImage(cl_command_queue queue_handle, cl_mem handle,
                       cl_bool blocking, const size_t *origin,
                       const size_t *region, size_t row_pitch,
                       size_t slice_pitch, void *ptr, cl_uint count,
                       const cl_event *events, cl_event *event)
{
   const struct image_args image_args = {origin, region, row_pitch,
                                         slice_pitch, ptr};
   struct trf_transfer_args args = {.type = CL_COMMAND_READ_IMAGE};
   struct trf_operand image = {.handle = handle, .kind = TRF_KIND_IMAGE};
   const struct trf_sync sync = {blocking, count, events, event};
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, &image, 1);
   if (error)
      return error;
   error = resolve_sides(image.mem, &image_args, &args.src, &args.dst);
   if (error)
      return error;
   error = trf_validate_image_on_device(image.mem, trf_queue_device(queue));
   if (error)
      return error;
   /* CL_INVALID_OPERATION where CL_MEM_HOST_* forbids it. */
   error = trf_validate_host_reads(image.mem);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueWriteImage(cl_command_queue queue_handle, cl_mem handle,
                        cl_bool blocking, const size_t *origin,
                        const size_t *region, size_t row_pitch,
                        size_t slice_pitch, const void *ptr, cl_uint count,
                        const cl_event *events, cl_event *event)
{
   const struct image_args image_args = {origin, region, row_pitch,
                                         slice_pitch, ptr};
   struct trf_transfer_args args = {.type = CL_COMMAND_WRITE_IMAGE};
   struct trf_operand image = {.handle = handle, .kind = TRF_KIND_IMAGE};
   const struct trf_sync sync = {blocking, count, events, event};
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, &image, 1);
   if (error)
      return error;
   error = resolve_sides(image.mem, &image_args, &args.dst, &args.src);
   if (error)
      return error;
   error = trf_validate_image_on_device(image.mem, trf_queue_device(queue));
   if (error)
      return error;
   /* CL_INVALID_OPERATION where CL_MEM_HOST_* forbids it. */
   error = trf_validate_host_writes(image.mem);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}
