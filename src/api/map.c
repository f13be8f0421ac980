/* SPDX-License-Identifier: MIT */

/*
 * Mapping: clEnqueueMapBuffer (5.2.4), clEnqueueMapImage (5.3.8) and
 * clEnqueueUnmapMemObject (5.5.2).  docs/map-image.md lists the sentences
 * of the reference page and the tests that prove them.
 */

#include "api/api.h"
#include "api/validate_buffer.h"
#include "api/validate_command.h"
#include "api/validate_region.h"
#include "core/mapping.h"

#define MAP_WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)
#define MAP_ALL    (CL_MAP_READ | MAP_WRITES)

cl_int
trf_validate_map_flags(cl_map_flags flags)
{
   /*
    * "A bit-field with the following supported values."  At least one: a map
    * for nothing is not described.
    */
   if (flags == 0 || (flags & ~(cl_map_flags)MAP_ALL))
      return trf_error(CL_INVALID_VALUE, "map_flags 0x%lx",
                       (unsigned long)flags);
   /* "CL_MAP_READ or CL_MAP_WRITE and CL_MAP_WRITE_INVALIDATE_REGION are
    * mutually exclusive." */
   if ((flags & CL_MAP_WRITE_INVALIDATE_REGION) &&
       (flags & (CL_MAP_READ | CL_MAP_WRITE)))
      return trf_error(CL_INVALID_VALUE,
                       "CL_MAP_WRITE_INVALIDATE_REGION excludes others");
   return CL_SUCCESS;
}

static cl_int
validate_host_access(const struct trf_mem *mem, cl_map_flags flags)
{
   cl_int error = CL_SUCCESS;
   /* CL_INVALID_OPERATION if created with HOST_WRITE_ONLY or HOST_NO_ACCESS
    * and mapped for reading … */
   if (flags & CL_MAP_READ)
      error = trf_validate_host_reads(mem);
   /* … or HOST_READ_ONLY or HOST_NO_ACCESS and mapped for writing. */
   if (!error && (flags & MAP_WRITES))
      error = trf_validate_host_writes(mem);
   return error;
}

static const char *
map_error_reason(cl_int error)
{
   switch (error) {
   case CL_INVALID_OPERATION:
      return "the region is mapped for writing already";
   case CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST:
      return "an event of the wait list ended with an error";
   default:
      return "the map could not be made";
   }
}

/* The last step of both maps. */
static cl_int
enqueue_map(struct trf_queue *queue, struct trf_map_args *args, cl_uint count,
            const cl_event *events, cl_event *event,
            struct trf_map_result *result)
{
   struct trf_waits waits;
   cl_int error =
      trf_waits_init(&waits, trf_queue_context(queue), count, events);
   if (error)
      return error;

   args->waits = waits.list;
   args->want_event = event != NULL;
   error = trf_map_enqueue(queue, args, result);
   trf_waits_finish(&waits);
   if (error)
      return trf_error(error, "%s", map_error_reason(error));
   trf_return_event(event, result->event);
   return CL_SUCCESS;
}

CL_API_ENTRY void *CL_API_CALL
trf_clEnqueueMapBuffer(cl_command_queue queue_handle, cl_mem buffer_handle,
                       cl_bool blocking, cl_map_flags flags, size_t offset,
                       size_t size, cl_uint count, const cl_event *events,
                       cl_event *event, cl_int *errcode_ret)
{
   struct trf_queue *queue = trf_queue_from_handle(queue_handle);
   struct trf_mem *buffer = trf_mem_from_handle(buffer_handle);
   struct trf_map_result result = {0};
   cl_int error = CL_SUCCESS;

   if (!queue)
      error = trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   else if (!buffer || trf_mem_is_image(buffer))
      error = trf_error(CL_INVALID_MEM_OBJECT, "not a buffer");
   if (!error)
      error = trf_validate_same_context(queue, buffer);
   if (!error)
      error = trf_validate_buffer_range(buffer, offset, size);
   /* 5.2.4: "... or if size is 0". */
   if (!error && size == 0)
      error = trf_error(CL_INVALID_VALUE, "size is 0");
   if (!error)
      error = trf_validate_map_flags(flags);
   if (!error)
      error = validate_host_access(buffer, flags);
   if (!error)
      error =
         trf_validate_sub_buffer_alignment(buffer, trf_queue_device(queue));
   if (!error) {
      struct trf_map_args args = {.flags = flags, .blocking = blocking};
      trf_view_range(&args.view, buffer, offset, size);
      error = enqueue_map(queue, &args, count, events, event, &result);
   }

   trf_return_code(errcode_ret, error);
   return result.pointer;
}

/* Arguments of clEnqueueMapImage that need no queue, in the spec's order. */
static cl_int
validate_map_image(const struct trf_mem *image, cl_map_flags flags,
                   const size_t *origin, const size_t *region,
                   const size_t *row_pitch, const size_t *slice_pitch,
                   struct trf_image_region *resolved)
{
   cl_int error = trf_validate_image_region(image, origin, region, resolved);
   if (error)
      return error;
   error = trf_validate_map_flags(flags);
   if (error)
      return error;
   /* "This must be a non-NULL value." */
   if (!row_pitch)
      return trf_error(CL_INVALID_VALUE, "image_row_pitch is NULL");
   /* "For a 3D image, 1D, and 2D image array, image_slice_pitch must be a
    * non-NULL value." */
   if (!slice_pitch && trf_image_has_slices(image->type))
      return trf_error(CL_INVALID_VALUE, "image_slice_pitch is NULL");
   return validate_host_access(image, flags);
}

CL_API_ENTRY void *CL_API_CALL
trf_clEnqueueMapImage(cl_command_queue queue_handle, cl_mem image_handle,
                      cl_bool blocking, cl_map_flags flags,
                      const size_t *origin, const size_t *region,
                      size_t *row_pitch, size_t *slice_pitch, cl_uint count,
                      const cl_event *events, cl_event *event,
                      cl_int *errcode_ret)
{
   struct trf_queue *queue = trf_queue_from_handle(queue_handle);
   struct trf_mem *image = trf_mem_from_handle(image_handle);
   struct trf_image_region resolved;
   struct trf_map_result result = {0};
   cl_int error = CL_SUCCESS;

   if (!queue)
      error = trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   else if (!image || !trf_mem_is_image(image))
      error = trf_error(CL_INVALID_MEM_OBJECT, "not an image");
   if (!error)
      error = trf_validate_same_context(queue, image);
   if (!error)
      error = validate_map_image(image, flags, origin, region, row_pitch,
                                 slice_pitch, &resolved);
   if (!error)
      error = trf_validate_image_on_device(image, trf_queue_device(queue));
   if (!error) {
      struct trf_map_args args = {.flags = flags, .blocking = blocking};
      trf_view_image(&args.view, image, &resolved);
      error = enqueue_map(queue, &args, count, events, event, &result);
   }
   if (!error) {
      *row_pitch = result.row_pitch;
      if (slice_pitch)
         *slice_pitch = result.slice_pitch;
   }

   trf_return_code(errcode_ret, error);
   return result.pointer;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueUnmapMemObject(cl_command_queue queue_handle, cl_mem mem_handle,
                            void *pointer, cl_uint count,
                            const cl_event *events, cl_event *event)
{
   struct trf_queue *queue = trf_queue_from_handle(queue_handle);
   struct trf_mem *mem = trf_mem_from_handle(mem_handle);

   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   if (!mem)
      return trf_error(CL_INVALID_MEM_OBJECT, "not a memory object");
   cl_int error = trf_validate_same_context(queue, mem);
   if (error)
      return error;

   struct trf_waits waits;
   error = trf_waits_init(&waits, trf_queue_context(queue), count, events);
   if (error)
      return error;

   struct trf_event *command = NULL;
   error = trf_unmap_enqueue(queue, mem, pointer, &waits.list, event != NULL,
                             &command);
   trf_waits_finish(&waits);
   if (error)
      return trf_error(error, "%p is not mapped", pointer);
   trf_return_event(event, command);
   return CL_SUCCESS;
}
