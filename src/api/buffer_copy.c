/* SPDX-License-Identifier: MIT */

/* Copying and filling buffers: 5.2.2 and 5.2.3. */

#include <string.h>

#include "api/enqueue.h"
#include "api/validate_buffer.h"
#include "api/validate_command.h"
#include "api/validate_overlap.h"
#include "core/device.h"

/* CL_MISALIGNED_SUB_BUFFER_OFFSET for either buffer (5.2.2). */
static cl_int
validate_alignment(const struct trf_queue *queue, const struct trf_mem *dst,
                   const struct trf_mem *src)
{
   const struct trf_device *device = trf_queue_device(queue);
   const cl_int error = trf_validate_sub_buffer_alignment(src, device);
   return error ? error : trf_validate_sub_buffer_alignment(dst, device);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueCopyBuffer(cl_command_queue queue_handle, cl_mem src, cl_mem dst,
                        size_t src_offset, size_t dst_offset, size_t size,
                        cl_uint count, const cl_event *events,
                        cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_operand buffers[2] = {
      {.handle = src, .kind = TRF_KIND_BUFFER},
      {.handle = dst, .kind = TRF_KIND_BUFFER},
   };
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, buffers, 2);
   if (error)
      return error;
   error = validate_alignment(queue, buffers[1].mem, buffers[0].mem);
   if (error)
      return error;

   /* CL_INVALID_VALUE for a range out of bounds; an empty one is inside. */
   error = trf_validate_buffer_range(buffers[0].mem, src_offset, size);
   if (error)
      return error;
   error = trf_validate_buffer_range(buffers[1].mem, dst_offset, size);
   if (error)
      return error;

   struct trf_transfer_args args = {
      .type = CL_COMMAND_COPY_BUFFER,
      .dst = trf_side_range(buffers[1].mem, dst_offset, size),
      .src = trf_side_range(buffers[0].mem, src_offset, size),
   };
   error = trf_validate_no_overlap(&args.dst, &args.src);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}

/* 5.2.2: copies within one buffer have one pair of pitches. */
static cl_int
validate_same_pitches(const struct trf_side *dst, const struct trf_side *src)
{
   if (dst->mem == src->mem && (dst->layout.row != src->layout.row ||
                                dst->layout.slice != src->layout.slice)) {
      return trf_error(CL_INVALID_VALUE,
                       "pitches %zu, %zu and %zu, %zu in the same buffer",
                       src->layout.row, src->layout.slice, dst->layout.row,
                       dst->layout.slice);
   }
   return CL_SUCCESS;
}

static cl_int
resolve_rect(struct trf_mem *buffer, const struct trf_rect_args *rect,
             const size_t *region, struct trf_side *side)
{
   struct trf_layout layout;
   struct trf_box box;

   const cl_int error =
      trf_validate_rect(rect, region, buffer->size, &box, &layout);
   if (!error)
      *side = trf_side_box(buffer, &box, &layout);
   return error;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueCopyBufferRect(cl_command_queue queue_handle, cl_mem src,
                            cl_mem dst, const size_t *src_origin,
                            const size_t *dst_origin, const size_t *region,
                            size_t src_row_pitch, size_t src_slice_pitch,
                            size_t dst_row_pitch, size_t dst_slice_pitch,
                            cl_uint count, const cl_event *events,
                            cl_event *event)
{
   const struct trf_rect_args src_rect = {src_origin, src_row_pitch,
                                          src_slice_pitch};
   const struct trf_rect_args dst_rect = {dst_origin, dst_row_pitch,
                                          dst_slice_pitch};
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_transfer_args args = {.type = CL_COMMAND_COPY_BUFFER_RECT};
   struct trf_operand buffers[2] = {
      {.handle = src, .kind = TRF_KIND_BUFFER},
      {.handle = dst, .kind = TRF_KIND_BUFFER},
   };
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, buffers, 2);
   if (error)
      return error;
   error = validate_alignment(queue, buffers[1].mem, buffers[0].mem);
   if (error)
      return error;

   /* CL_INVALID_VALUE for rectangles that break the rules of 5.2.2. */
   error = resolve_rect(buffers[0].mem, &src_rect, region, &args.src);
   if (error)
      return error;
   error = resolve_rect(buffers[1].mem, &dst_rect, region, &args.dst);
   if (error)
      return error;
   error = validate_same_pitches(&args.dst, &args.src);
   if (error)
      return error;

   error = trf_validate_no_overlap(&args.dst, &args.src);
   return error ? error : trf_submit_transfer(queue, &args, &sync);
}

/* A range as a row of patterns. */
static struct trf_side
pattern_side(struct trf_mem *buffer, size_t offset, size_t size,
             size_t pattern_size)
{
   struct trf_side side = trf_side_range(buffer, offset, size);
   side.region.box.width = size / pattern_size;
   side.layout.element = pattern_size;
   return side;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueFillBuffer(cl_command_queue queue_handle, cl_mem handle,
                        const void *pattern, size_t pattern_size,
                        size_t offset, size_t size, cl_uint count,
                        const cl_event *events, cl_event *event)
{
   struct trf_operand buffer = {.handle = handle, .kind = TRF_KIND_BUFFER};
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, &buffer, 1);
   if (error)
      return error;

   /* CL_INVALID_VALUE for a range out of bounds; an empty one is inside. */
   error = trf_validate_buffer_range(buffer.mem, offset, size);
   if (error)
      return error;
   error = trf_validate_fill_pattern(pattern, pattern_size, offset, size);
   if (error)
      return error;
   /* CL_MISALIGNED_SUB_BUFFER_OFFSET for the queue's device. */
   error =
      trf_validate_sub_buffer_alignment(buffer.mem, trf_queue_device(queue));
   if (error)
      return error;

   struct trf_fill_args args = {
      .type = CL_COMMAND_FILL_BUFFER,
      .dst = pattern_side(buffer.mem, offset, size, pattern_size),
   };
   memcpy(args.pattern, pattern, pattern_size);
   return trf_submit_fill(queue, &args, &sync);
}
