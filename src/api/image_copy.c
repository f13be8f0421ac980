/* SPDX-License-Identifier: MIT */

/*
 * Copying and filling images, and copies between them and buffers: 5.3.3 to
 * 5.3.5.
 */

#include "api/enqueue.h"
#include "api/validate_buffer.h"
#include "api/validate_command.h"
#include "api/validate_overlap.h"
#include "api/validate_region.h"
#include "core/device.h"

static cl_int
resolve_image_side(struct trf_mem *image, const size_t *origin,
                   const size_t *region, struct trf_side *side)
{
   struct trf_image_region resolved;

   const cl_int error =
      trf_validate_image_region(image, origin, region, &resolved);
   if (!error)
      *side = trf_side_image(image, &resolved);
   return error;
}

/* 5.3.3: both images must have the very same format. */
static cl_int
validate_same_format(const struct trf_mem *dst, const struct trf_mem *src)
{
   const cl_image_format *a = &dst->image.format->cl;
   const cl_image_format *b = &src->image.format->cl;

   if (a->image_channel_order != b->image_channel_order ||
       a->image_channel_data_type != b->image_channel_data_type) {
      return trf_error(CL_IMAGE_FORMAT_MISMATCH,
                       "0x%x, 0x%x is copied to 0x%x, 0x%x",
                       b->image_channel_order, b->image_channel_data_type,
                       a->image_channel_order, a->image_channel_data_type);
   }
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueCopyImage(cl_command_queue queue_handle, cl_mem src, cl_mem dst,
                       const size_t *src_origin, const size_t *dst_origin,
                       const size_t *region, cl_uint count,
                       const cl_event *events, cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_transfer_args args = {.type = CL_COMMAND_COPY_IMAGE};
   struct trf_operand images[2] = {
      {.handle = src, .kind = TRF_KIND_IMAGE},
      {.handle = dst, .kind = TRF_KIND_IMAGE},
   };
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, images, 2);
   if (error)
      return error;
   error = validate_same_format(images[1].mem, images[0].mem);
   if (error)
      return error;
   error = resolve_image_side(images[0].mem, src_origin, region, &args.src);
   if (error)
      return error;
   error = resolve_image_side(images[1].mem, dst_origin, region, &args.dst);
   if (error)
      return error;

   for (unsigned i = 0; i < 2; i++) {
      error =
         trf_validate_image_on_device(images[i].mem, trf_queue_device(queue));
      if (error)
         return error;
   }
   error = trf_validate_no_overlap(&args.dst, &args.src);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueFillImage(cl_command_queue queue_handle, cl_mem handle,
                       const void *color, const size_t *origin,
                       const size_t *region, cl_uint count,
                       const cl_event *events, cl_event *event)
{
   struct trf_fill_args args = {.type = CL_COMMAND_FILL_IMAGE};
   struct trf_operand image = {.handle = handle, .kind = TRF_KIND_IMAGE};
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, &image, 1);
   if (error)
      return error;
   /* 5.3.4: CL_INVALID_VALUE if fill_color is NULL. */
   if (!color)
      return trf_error(CL_INVALID_VALUE, "fill_color is NULL");
   error = resolve_image_side(image.mem, origin, region, &args.dst);
   if (error)
      return error;
   error = trf_validate_image_on_device(image.mem, trf_queue_device(queue));
   if (error)
      return error;

   const struct trf_format *format = image.mem->image.format;
   args.dst.layout.element = format->element;
   trf_format_pack_color(format, color, args.pattern);
   return trf_submit_fill(queue, &args, &sync);
}

/* A buffer that holds an image's region packed tightly, and that region. */
struct packed_args {
   const size_t *origin, *region;
   size_t offset; /* in the buffer */
};

/* Values alone: CL_INVALID_VALUE, CL_INVALID_MIP_LEVEL. */
static cl_int
resolve_packed(struct trf_mem *image_mem, struct trf_mem *buffer_mem,
               const struct packed_args *packed, struct trf_side *image,
               struct trf_side *buffer)
{
   struct trf_image_region region;
   struct trf_layout layout;
   size_t bytes;

   cl_int error = trf_validate_image_region(image_mem, packed->origin,
                                            packed->region, &region);
   if (error)
      return error;

   /* 5.3.5: offset and bytes must be within the buffer. */
   error = trf_validate_packed_region(image_mem, &region, &layout, &bytes);
   if (error)
      return error;
   error = trf_validate_buffer_range(buffer_mem, packed->offset, bytes);
   if (error)
      return error;

   const struct trf_box box = {
      .width = region.box.width,
      .height = region.box.height,
      .depth = region.box.depth,
   };
   *image = trf_side_image(image_mem, &region);
   *buffer = trf_side_box(buffer_mem, &box, &layout);
   buffer->offset = packed->offset;
   return CL_SUCCESS;
}

/* What 5.3.5 demands of the two objects, whichever is the source. */
static cl_int
validate_pair(const struct trf_mem *image, const struct trf_mem *buffer)
{
   /* CL_INVALID_MEM_OBJECT for a 1D image buffer made from this buffer. */
   if (image->type == CL_MEM_OBJECT_IMAGE1D_BUFFER &&
       image->parent == buffer) {
      return trf_error(CL_INVALID_MEM_OBJECT,
                       "the image was created from the buffer");
   }
   return CL_SUCCESS;
}

static cl_int
validate_pair_on_device(const struct trf_queue *queue,
                        const struct trf_mem *image,
                        const struct trf_mem *buffer)
{
   const struct trf_device *device = trf_queue_device(queue);
   const cl_int error = trf_validate_sub_buffer_alignment(buffer, device);
   return error ? error : trf_validate_image_on_device(image, device);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueCopyImageToBuffer(cl_command_queue queue_handle, cl_mem src,
                               cl_mem dst, const size_t *origin,
                               const size_t *region, size_t dst_offset,
                               cl_uint count, const cl_event *events,
                               cl_event *event)
{
   const struct packed_args packed = {origin, region, dst_offset};
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_transfer_args args = {.type = CL_COMMAND_COPY_IMAGE_TO_BUFFER};
   struct trf_operand operands[2] = {
      {.handle = src, .kind = TRF_KIND_IMAGE},
      {.handle = dst, .kind = TRF_KIND_BUFFER},
   };
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, operands, 2);
   if (error)
      return error;
   error = validate_pair(operands[0].mem, operands[1].mem);
   if (error)
      return error;
   error = resolve_packed(operands[0].mem, operands[1].mem, &packed,
                          &args.src, &args.dst);
   if (error)
      return error;
   error = validate_pair_on_device(queue, operands[0].mem, operands[1].mem);
   if (error)
      return error;
   error = trf_validate_no_overlap(&args.dst, &args.src);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueCopyBufferToImage(cl_command_queue queue_handle, cl_mem src,
                               cl_mem dst, size_t src_offset,
                               const size_t *origin, const size_t *region,
                               cl_uint count, const cl_event *events,
                               cl_event *event)
{
   const struct packed_args packed = {origin, region, src_offset};
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_transfer_args args = {.type = CL_COMMAND_COPY_BUFFER_TO_IMAGE};
   struct trf_operand operands[2] = {
      {.handle = src, .kind = TRF_KIND_BUFFER},
      {.handle = dst, .kind = TRF_KIND_IMAGE},
   };
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, operands, 2);
   if (error)
      return error;
   error = validate_pair(operands[1].mem, operands[0].mem);
   if (error)
      return error;
   error = resolve_packed(operands[1].mem, operands[0].mem, &packed,
                          &args.dst, &args.src);
   if (error)
      return error;
   error = validate_pair_on_device(queue, operands[1].mem, operands[0].mem);
   if (error)
      return error;
   error = trf_validate_no_overlap(&args.dst, &args.src);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}
