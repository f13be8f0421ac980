/* SPDX-License-Identifier: MIT */

/* Markers, barriers and waits in a queue: 5.12. */

#include "api/api.h"

static cl_int
enqueue(cl_command_queue handle, cl_command_type type, cl_uint count,
        const cl_event *events, cl_event *event)
{
   struct trf_queue *queue = trf_queue_from_handle(handle);
   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");

   struct trf_waits waits;
   cl_int error =
      trf_waits_init(&waits, trf_queue_context(queue), count, events);
   if (error)
      return error;

   struct trf_event *command = NULL;
   error =
      trf_queue_marker(queue, type, &waits.list, event != NULL, &command);
   trf_waits_finish(&waits);
   trf_return_event(event, command);
   return error;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueMarkerWithWaitList(cl_command_queue queue, cl_uint count,
                                const cl_event *events, cl_event *event)
{
   return enqueue(queue, CL_COMMAND_MARKER, count, events, event);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueBarrierWithWaitList(cl_command_queue queue, cl_uint count,
                                 const cl_event *events, cl_event *event)
{
   return enqueue(queue, CL_COMMAND_BARRIER, count, events, event);
}

/* The deprecated three of 1.1. */

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueMarker(cl_command_queue queue, cl_event *event)
{
   if (!trf_queue_from_handle(queue))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   if (!event)
      return trf_error(CL_INVALID_VALUE, "no place for the event");
   return enqueue(queue, CL_COMMAND_MARKER, 0, NULL, event);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueBarrier(cl_command_queue queue)
{
   return enqueue(queue, CL_COMMAND_BARRIER, 0, NULL, NULL);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueWaitForEvents(cl_command_queue queue, cl_uint count,
                           const cl_event *events)
{
   if (!trf_queue_from_handle(queue))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   if (count == 0 || !events)
      return trf_error(CL_INVALID_VALUE, "no events");

   const cl_int error =
      enqueue(queue, CL_COMMAND_BARRIER, count, events, NULL);
   return error == CL_INVALID_EVENT_WAIT_LIST
             ? trf_error(CL_INVALID_EVENT, "not an event")
             : error;
}
