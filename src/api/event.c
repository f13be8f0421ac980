/* SPDX-License-Identifier: MIT */

/* Event objects: 5.11, profiling: 5.14. */

#include "api/api.h"

CL_API_ENTRY cl_event CL_API_CALL
trf_clCreateUserEvent(cl_context context_handle, cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_handle);
   if (!context) {
      trf_return_code(errcode_ret,
                      trf_error(CL_INVALID_CONTEXT, "not a context"));
      return NULL;
   }

   struct trf_event *event = trf_user_event_create(context);
   if (!event || !trf_object_publish(&event->base, TRF_TYPE_EVENT)) {
      trf_event_unref(event);
      trf_return_code(errcode_ret, CL_OUT_OF_HOST_MEMORY);
      return NULL;
   }
   cl_event handle = (cl_event)event->base.handle;
   trf_event_unref(event);
   trf_return_code(errcode_ret, CL_SUCCESS);
   return handle;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetUserEventStatus(cl_event handle, cl_int status)
{
   struct trf_event *event = trf_event_from_handle(handle);
   if (!event || event->queue)
      return trf_error(CL_INVALID_EVENT, "not a user event");
   if (status > CL_COMPLETE)
      return trf_error(CL_INVALID_VALUE,
                       "status %d is neither CL_COMPLETE nor negative",
                       status);

   /* A dependent's callback may release the event. */
   trf_event_ref(event);
   const cl_int error = trf_user_event_set(event, status);
   trf_event_unref(event);
   return error ? trf_error(error, "the status was set before") : CL_SUCCESS;
}

/* All valid and of one context (5.11). */
static cl_int
validate_events(cl_uint count, const cl_event *handles)
{
   if (count == 0 || !handles)
      return trf_error(CL_INVALID_VALUE, "no events");

   const struct trf_event *first = NULL;
   for (cl_uint i = 0; i < count; i++) {
      const struct trf_event *event = trf_event_from_handle(handles[i]);
      if (!event)
         return trf_error(CL_INVALID_EVENT, "event %u is not one", i);
      if (!first)
         first = event;
      if (event->context != first->context)
         return trf_error(CL_INVALID_CONTEXT,
                          "event %u is of another context", i);
   }
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clWaitForEvents(cl_uint count, const cl_event *handles)
{
   cl_int error = validate_events(count, handles);
   if (error)
      return error;

   struct trf_waits waits;
   error = trf_waits_init(&waits, trf_event_from_handle(handles[0])->context,
                          count, handles);
   if (error)
      return error;
   error = trf_events_wait(&waits.list);
   trf_waits_finish(&waits);
   return error ? trf_error(error, "an event ended with an error")
                : CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetEventInfo(cl_event handle, cl_event_info param, size_t size,
                   void *value, size_t *size_ret)
{
   const struct trf_event *event = trf_event_from_handle(handle);
   if (!event)
      return trf_error(CL_INVALID_EVENT, "not an event");
   return trf_info_query(&trf_event_info_table, event, param, size, value,
                         size_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainEvent(cl_event handle)
{
   struct trf_event *event = trf_event_from_handle(handle);
   if (!event || !trf_object_api_retain(&event->base))
      return trf_error(CL_INVALID_EVENT, "not an event");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseEvent(cl_event handle)
{
   struct trf_event *event = trf_event_from_handle(handle);
   if (!event || !trf_object_api_release(&event->base))
      return trf_error(CL_INVALID_EVENT, "not an event");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetEventCallback(cl_event handle, cl_int type,
                       void(CL_CALLBACK *function)(cl_event, cl_int, void *),
                       void *user_data)
{
   struct trf_event *event = trf_event_from_handle(handle);
   if (!event)
      return trf_error(CL_INVALID_EVENT, "not an event");
   if (!function)
      return trf_error(CL_INVALID_VALUE, "no callback function");
   if (type != CL_SUBMITTED && type != CL_RUNNING && type != CL_COMPLETE)
      return trf_error(CL_INVALID_VALUE, "no callbacks for status %d", type);
   return trf_event_set_callback(event, type, function, user_data);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetEventProfilingInfo(cl_event handle, cl_profiling_info param,
                            size_t size, void *value, size_t *size_ret)
{
   const struct trf_event *event = trf_event_from_handle(handle);
   if (!event)
      return trf_error(CL_INVALID_EVENT, "not an event");
   /* 5.14: not for user events, without the queue's flag, or too early. */
   if (!event->queue || !trf_queue_has_profiling(event->queue))
      return trf_error(CL_PROFILING_INFO_NOT_AVAILABLE,
                       "the queue does not profile");
   if (__atomic_load_n(&event->status, __ATOMIC_ACQUIRE) != CL_COMPLETE)
      return trf_error(CL_PROFILING_INFO_NOT_AVAILABLE,
                       "the command is not complete");
   return trf_info_query(&trf_event_profiling_table, event, param, size,
                         value, size_ret);
}
