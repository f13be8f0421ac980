/* SPDX-License-Identifier: MIT */

/* Event arguments of the enqueuing entry points: wait lists and results. */

#include "api/api.h"

#include <stdlib.h>

#include "util/macros.h"

cl_int
trf_waits_init(struct trf_waits *waits, const struct trf_context *context,
               cl_uint count, const cl_event *events)
{
   waits->allocated = NULL;
   waits->list.events = NULL;
   waits->list.count = 0;

   /* 5.x: CL_INVALID_EVENT_WAIT_LIST if event_wait_list is NULL and
    * num_events_in_wait_list > 0, or the other way round. */
   if (!events != !count)
      return trf_error(CL_INVALID_EVENT_WAIT_LIST,
                       "%u events in a list at %p", count,
                       (const void *)events);
   if (!count)
      return CL_SUCCESS;

   struct trf_event **list = waits->inline_events;
   if (count > ARRAY_SIZE(waits->inline_events)) {
      list = waits->allocated = calloc(count, sizeof(*list));
      if (!list)
         return trf_error(CL_OUT_OF_HOST_MEMORY, "a list of %u events",
                          count);
   }

   cl_int code = CL_SUCCESS;
   for (cl_uint i = 0; !code && i < count; i++) {
      list[i] = trf_event_from_handle(events[i]);
      /* ... or if events in it are not valid. */
      if (!list[i])
         code =
            trf_error(CL_INVALID_EVENT_WAIT_LIST, "[%u]: not an event", i);
      /* CL_INVALID_CONTEXT if the contexts are not the same. */
      else if (list[i]->context != context)
         code = trf_error(CL_INVALID_CONTEXT,
                          "event [%u] is of another context", i);
   }
   if (code) {
      trf_waits_finish(waits);
      return code;
   }

   waits->list.events = list;
   waits->list.count = count;
   return CL_SUCCESS;
}

void
trf_waits_finish(struct trf_waits *waits)
{
   free(waits->allocated);
   waits->allocated = NULL;
}

void
trf_return_event(cl_event *event, struct trf_event *command)
{
   if (!command)
      return;

   /* The handle has a reference of its own: now the client's. */
   *event = (cl_event)command->base.handle;
   trf_event_unref(command);
}
