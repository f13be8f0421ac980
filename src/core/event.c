/* SPDX-License-Identifier: MIT */

#include "core/event.h"

#include <assert.h>
#include <stdlib.h>

#include "c11/threads.h"
#include "core/profiling.h"
#include "core/queue.h"
#include "util/macros.h"
#include "util/u_atomic.h"

struct trf_event_callback {
   struct trf_event_callback *next;
   cl_int status;
   void(CL_CALLBACK *function)(cl_event, cl_int, void *);
   void *user_data;
};

/* Waiting for a user event is rare: one condition serves them all. */
static struct {
   once_flag once;
   mtx_t lock;
   cnd_t ended;
} user_events = {.once = ONCE_FLAG_INIT};

static void
init_user_events(void)
{
   mtx_init(&user_events.lock, mtx_plain);
   cnd_init(&user_events.ended);
}

void
trf_event_init(struct trf_event *event, struct trf_context *context,
               struct trf_queue *queue, cl_command_type type,
               void (*destroy)(struct trf_object *object))
{
   trf_object_init(&event->base, destroy);
   event->context = trf_context_ref(context);
   event->queue = queue ? trf_queue_ref(queue) : NULL;
   event->type = type;
   event->status = queue ? CL_QUEUED : CL_SUBMITTED;
   simple_mtx_init(&event->lock, mtx_plain);
   list_inithead(&event->link);
}

void
trf_event_fini(struct trf_event *event)
{
   assert(!event->dependents && !event->callbacks);
   simple_mtx_destroy(&event->lock);
   trf_context_unref(event->context);
   if (event->queue)
      trf_queue_unref(event->queue);
}

bool
trf_event_add_dependent(struct trf_event *event, struct trf_event *dependent)
{
   bool stored = true;

   simple_mtx_lock(&event->lock);
   if (trf_event_ended(event)) {
      if (event->status < 0)
         p_atomic_set(&dependent->wait_error, event->status);
      simple_mtx_unlock(&event->lock);
      return true;
   }

   if (event->dependent_count == event->dependent_space) {
      const unsigned space = MAX2(4, event->dependent_space * 2);
      struct trf_event **grown =
         realloc(event->dependents, space * sizeof(*grown));
      stored = grown != NULL;
      if (stored) {
         event->dependents = grown;
         event->dependent_space = space;
      }
   }
   if (stored) {
      event->dependents[event->dependent_count++] = trf_event_ref(dependent);
      p_atomic_inc(&dependent->pending);
   }
   simple_mtx_unlock(&event->lock);
   return stored;
}

/* Takes the callbacks that `status` satisfies, in the order of arrival. */
static struct trf_event_callback *
take_callbacks_locked(struct trf_event *event, cl_int status)
{
   struct trf_event_callback *taken = NULL, **end = &taken;
   struct trf_event_callback **link = &event->callbacks;

   while (*link) {
      struct trf_event_callback *callback = *link;
      if (status <= callback->status) {
         /* Others look here for any at all, without the lock. */
         p_atomic_set(link, callback->next);
         callback->next = NULL;
         *end = callback;
         end = &callback->next;
      } else {
         link = &callback->next;
      }
   }
   return taken;
}

/* Each callback was given a hold on the handle when it was registered. */
static void
run_callbacks(struct trf_event *event, struct trf_event_callback *callbacks,
              cl_int status)
{
   while (callbacks) {
      struct trf_event_callback *callback = callbacks;
      callbacks = callback->next;
      callback->function((cl_event)event->base.handle,
                         status < 0 ? status : callback->status,
                         callback->user_data);
      trf_object_drop_handle(&event->base);
      free(callback);
   }
}

void
trf_event_set_reached(struct trf_event *event, cl_int status)
{
   /*
    * No lock: a callback registered at this very moment may be told late,
    * but trf_event_set_ended() takes the lock, so it is told.
    */
   p_atomic_set(&event->status, status);
}

void
trf_event_notify_reached(struct trf_event *event)
{
   /* Most events never have a callback: no lock for them. */
   if (!p_atomic_read(&event->callbacks))
      return;

   simple_mtx_lock(&event->lock);
   const cl_int status = p_atomic_read(&event->status);
   struct trf_event_callback *callbacks =
      take_callbacks_locked(event, status);
   simple_mtx_unlock(&event->lock);
   run_callbacks(event, callbacks, status);
}

void
trf_event_set_ended(struct trf_event *event, cl_int status)
{
   assert(status <= CL_COMPLETE);
   if (event->queue && trf_queue_has_profiling(event->queue))
      trf_profile_close(event->queue, event);
   if (event->ops && event->ops->ended)
      event->ops->ended(event, status);

   simple_mtx_lock(&event->lock);
   p_atomic_set(&event->status, status);
   simple_mtx_unlock(&event->lock);
}

static void
notify_dependents(struct trf_event *event)
{
   /* Nothing is added any more: the status says that the event ended. */
   const cl_int status = event->status;
   struct trf_event **dependents = event->dependents;
   const unsigned count = event->dependent_count;

   event->dependents = NULL;
   event->dependent_count = event->dependent_space = 0;

   for (unsigned i = 0; i < count; i++) {
      struct trf_event *waiting = dependents[i];
      if (status < 0)
         p_atomic_set(&waiting->wait_error, status);
      if (p_atomic_dec_zero(&waiting->pending))
         trf_queue_kick(waiting->queue);
      trf_event_unref(waiting);
   }
   free(dependents);
}

void
trf_event_notify(struct trf_event *event)
{
   if (event->dependent_count)
      notify_dependents(event);
   free(event->dependents);
   event->dependents = NULL;

   trf_event_notify_reached(event);
   if (event->ops && event->ops->release)
      event->ops->release(event);
}

static void
user_event_destroy(struct trf_object *object)
{
   struct trf_event *event = (struct trf_event *)object;

   /*
    * Released before its status was set: commands that waited would wait for
    * ever.  They hold no reference to it, and fail now.
    */
   if (!trf_event_ended(event)) {
      event->status = CL_INVALID_EVENT;
      trf_event_notify(event);
   }
   trf_event_fini(event);
   free(event);
}

struct trf_event *
trf_user_event_create(struct trf_context *context)
{
   struct trf_event *event = calloc(1, sizeof(*event));
   if (!event)
      return NULL;
   trf_event_init(event, context, NULL, CL_COMMAND_USER, user_event_destroy);
   return event;
}

cl_int
trf_user_event_set(struct trf_event *event, cl_int status)
{
   assert(!event->queue && status <= CL_COMPLETE);

   simple_mtx_lock(&event->lock);
   const bool first = !trf_event_ended(event);
   if (first)
      p_atomic_set(&event->status, status);
   simple_mtx_unlock(&event->lock);
   if (!first)
      return CL_INVALID_OPERATION;

   call_once(&user_events.once, init_user_events);
   mtx_lock(&user_events.lock);
   cnd_broadcast(&user_events.ended);
   mtx_unlock(&user_events.lock);

   trf_event_notify(event);
   return CL_SUCCESS;
}

static void
wait_for_user_event(const struct trf_event *event)
{
   if (trf_event_ended(event))
      return;

   call_once(&user_events.once, init_user_events);
   mtx_lock(&user_events.lock);
   while (!trf_event_ended(event))
      cnd_wait(&user_events.ended, &user_events.lock);
   mtx_unlock(&user_events.lock);
}

cl_int
trf_events_wait(const struct trf_wait_list *list)
{
   cl_int result = CL_SUCCESS;

   /* All queues but the first work while this thread runs the first. */
   for (unsigned i = 1; i < list->count; i++) {
      struct trf_event *event = list->events[i];
      if (event->queue && event->queue != list->events[0]->queue &&
          !trf_event_ended(event))
         trf_queue_flush(event->queue);
   }

   for (unsigned i = 0; i < list->count; i++) {
      struct trf_event *event = list->events[i];
      if (event->queue)
         trf_queue_wait(event->queue, event);
      else
         wait_for_user_event(event);
      if (p_atomic_read(&event->status) < 0)
         result = CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST;
   }
   return result;
}

cl_int
trf_event_set_callback(struct trf_event *event, cl_int status,
                       void(CL_CALLBACK *function)(cl_event, cl_int, void *),
                       void *user_data)
{
   struct trf_event_callback *callback = malloc(sizeof(*callback));
   if (!callback)
      return CL_OUT_OF_HOST_MEMORY;
   *callback = (struct trf_event_callback){
      .status = status,
      .function = function,
      .user_data = user_data,
   };
   trf_object_hold_handle(&event->base);

   simple_mtx_lock(&event->lock);
   const cl_int now = p_atomic_read(&event->status);
   const bool reached = now <= status;
   if (!reached) {
      struct trf_event_callback **end = &event->callbacks;
      while (*end)
         end = &(*end)->next;
      p_atomic_set(end, callback);
   }
   simple_mtx_unlock(&event->lock);

   if (reached)
      run_callbacks(event, callback, now);
   else if (event->queue)
      /* Nobody may ever wait for it: the callback is how the client does. */
      trf_queue_flush(event->queue);
   return CL_SUCCESS;
}

cl_int
trf_event_poll(struct trf_event *event)
{
   const cl_int status = p_atomic_read(&event->status);
   if (status > CL_COMPLETE && event->queue)
      trf_queue_flush(event->queue);
   return status;
}

/* CL_EVENT_* (5.11, table "clGetEventInfo parameter queries"). */

static cl_int
get_queue(const void *object, struct trf_info_out *out)
{
   const struct trf_event *event = object;
   return trf_info_pointer(
      out, event->queue ? trf_queue_object(event->queue)->handle : NULL);
}

static cl_int
get_context(const void *object, struct trf_info_out *out)
{
   const struct trf_event *event = object;
   return trf_info_pointer(out, event->context->base.handle);
}

static cl_int
get_status(const void *object, struct trf_info_out *out)
{
   struct trf_event *event = (struct trf_event *)(uintptr_t)object;
   return trf_info_u32(out, trf_event_poll(event));
}

static const struct trf_info_row event_rows[] = {
   TRF_INFO_GET(CL_EVENT_COMMAND_QUEUE, get_queue),
   TRF_INFO_GET(CL_EVENT_CONTEXT, get_context),
   TRF_INFO_FIELD(CL_EVENT_COMMAND_TYPE, struct trf_event, type),
   TRF_INFO_GET(CL_EVENT_COMMAND_EXECUTION_STATUS, get_status),
   TRF_INFO_FIELD(CL_EVENT_REFERENCE_COUNT, struct trf_event, base.api_refs),
};

const struct trf_info_table trf_event_info_table = TRF_INFO_TABLE(event_rows);

/* CL_PROFILING_COMMAND_* (5.14); validity is the entry point's to check. */

static const struct trf_info_row profiling_rows[] = {
   TRF_INFO_FIELD(CL_PROFILING_COMMAND_QUEUED, struct trf_event,
                  times.queued),
   TRF_INFO_FIELD(CL_PROFILING_COMMAND_SUBMIT, struct trf_event,
                  times.submitted),
   TRF_INFO_FIELD(CL_PROFILING_COMMAND_START, struct trf_event,
                  times.started),
   TRF_INFO_FIELD(CL_PROFILING_COMMAND_END, struct trf_event, times.ended),
   /* No command enqueues others: complete when it ends. */
   TRF_INFO_FIELD(CL_PROFILING_COMMAND_COMPLETE, struct trf_event,
                  times.ended),
};

const struct trf_info_table trf_event_profiling_table =
   TRF_INFO_TABLE(profiling_rows);
