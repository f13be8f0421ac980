/* SPDX-License-Identifier: MIT */

/* Reading and writing buffers from the host: 5.2.2. */

#include "api/enqueue.h"
#include "api/validate_buffer.h"
#include "api/validate_command.h"
#include "core/device.h"

/* Which way the bytes go. */
enum direction {
   READ,
   WRITE,
};

/* What 5.2.2 demands of the buffer itself, for ranges and rectangles. */
static cl_int
validate_access(const struct trf_queue *queue, const struct trf_mem *buffer,
                enum direction direction)
{
   /* CL_MISALIGNED_SUB_BUFFER_OFFSET for the queue's device. */
   const cl_int error =
      trf_validate_sub_buffer_alignment(buffer, trf_queue_device(queue));
   if (error)
      return error;

   /* CL_INVALID_OPERATION where CL_MEM_HOST_* forbids it. */
   return direction == WRITE ? trf_validate_host_writes(buffer)
                             : trf_validate_host_reads(buffer);
}

static cl_int
submit(struct trf_queue *queue, cl_command_type type,
       enum direction direction, const struct trf_side *buffer,
       const struct trf_side *host, const struct trf_sync *sync)
{
   struct trf_transfer_args args = {
      .type = type,
      .dst = direction == WRITE ? *buffer : *host,
      .src = direction == WRITE ? *host : *buffer,
   };
   return trf_submit_transfer(queue, &args, sync);
}

static cl_int
enqueue_range(cl_command_queue queue_handle, cl_mem handle,
              enum direction direction, size_t offset, size_t size,
              const void *ptr, const struct trf_sync *sync)
{
   struct trf_operand buffer = {.handle = handle, .kind = TRF_KIND_BUFFER};
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, &buffer, 1);
   if (error)
      return error;

   /* CL_INVALID_VALUE for a range out of bounds; an empty one is inside. */
   error = trf_validate_buffer_range(buffer.mem, offset, size);
   if (error)
      return error;
   /* CL_INVALID_VALUE if ptr is NULL. */
   if (!ptr)
      return trf_error(CL_INVALID_VALUE, "ptr is NULL");
   error = validate_access(queue, buffer.mem, direction);
   if (error)
      return error;

   const struct trf_side bytes = trf_side_range(buffer.mem, offset, size);
   const struct trf_side host = trf_side_host_range(ptr, size);
   return submit(queue,
                 direction == WRITE ? CL_COMMAND_WRITE_BUFFER
                                    : CL_COMMAND_READ_BUFFER,
                 direction, &bytes, &host, sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueReadBuffer(cl_command_queue queue, cl_mem buffer,
                        cl_bool blocking, size_t offset, size_t size,
                        void *ptr, cl_uint count, const cl_event *events,
                        cl_event *event)
{
   const struct trf_sync sync = {blocking, count, events, event};
   return enqueue_range(queue, buffer, READ, offset, size, ptr, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueWriteBuffer(cl_command_queue queue, cl_mem buffer,
                         cl_bool blocking, size_t offset, size_t size,
                         const void *ptr, cl_uint count,
                         const cl_event *events, cl_event *event)
{
   const struct trf_sync sync = {blocking, count, events, event};
   return enqueue_range(queue, buffer, WRITE, offset, size, ptr, &sync);
}

static cl_int
enqueue_rect(cl_command_queue queue_handle, cl_mem handle,
             enum direction direction,
             const struct trf_rect_args *buffer_rect,
             const struct trf_rect_args *host_rect, const size_t *region,
             const void *ptr, const struct trf_sync *sync)
{
   struct trf_operand buffer = {.handle = handle, .kind = TRF_KIND_BUFFER};
   struct trf_layout layout, host_layout;
   struct trf_box box, host_box;
   struct trf_queue *queue;

   cl_int error = trf_resolve_operands(queue_handle, &queue, &buffer, 1);
   if (error)
      return error;

   /* CL_INVALID_VALUE for rectangles that break the rules of 5.2.2. */
   error =
      trf_validate_rect(buffer_rect, region, buffer.mem->size, &box, &layout);
   if (error)
      return error;
   error =
      trf_validate_rect(host_rect, region, SIZE_MAX, &host_box, &host_layout);
   if (error)
      return error;
   /* CL_INVALID_VALUE if ptr is NULL. */
   if (!ptr)
      return trf_error(CL_INVALID_VALUE, "ptr is NULL");
   error = validate_access(queue, buffer.mem, direction);
   if (error)
      return error;

   const struct trf_side bytes = trf_side_box(buffer.mem, &box, &layout);
   const struct trf_side host =
      trf_side_host_box(ptr, &host_box, &host_layout);
   return submit(queue,
                 direction == WRITE ? CL_COMMAND_WRITE_BUFFER_RECT
                                    : CL_COMMAND_READ_BUFFER_RECT,
                 direction, &bytes, &host, sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueReadBufferRect(cl_command_queue queue, cl_mem buffer,
                            cl_bool blocking, const size_t *buffer_origin,
                            const size_t *host_origin, const size_t *region,
                            size_t buffer_row_pitch,
                            size_t buffer_slice_pitch, size_t host_row_pitch,
                            size_t host_slice_pitch, void *ptr, cl_uint count,
                            const cl_event *events, cl_event *event)
{
   const struct trf_rect_args buffer_rect = {buffer_origin, buffer_row_pitch,
                                             buffer_slice_pitch};
   const struct trf_rect_args host_rect = {host_origin, host_row_pitch,
                                           host_slice_pitch};
   const struct trf_sync sync = {blocking, count, events, event};
   return enqueue_rect(queue, buffer, READ, &buffer_rect, &host_rect, region,
                       ptr, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueWriteBufferRect(cl_command_queue queue, cl_mem buffer,
                             cl_bool blocking, const size_t *buffer_origin,
                             const size_t *host_origin, const size_t *region,
                             size_t buffer_row_pitch,
                             size_t buffer_slice_pitch, size_t host_row_pitch,
                             size_t host_slice_pitch, const void *ptr,
                             cl_uint count, const cl_event *events,
                             cl_event *event)
{
   const struct trf_rect_args buffer_rect = {buffer_origin, buffer_row_pitch,
                                             buffer_slice_pitch};
   const struct trf_rect_args host_rect = {host_origin, host_row_pitch,
                                           host_slice_pitch};
   const struct trf_sync sync = {blocking, count, events, event};
   return enqueue_rect(queue, buffer, WRITE, &buffer_rect, &host_rect, region,
                       ptr, &sync);
}
