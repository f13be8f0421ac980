/* SPDX-License-Identifier: MIT */

#include "core/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "core/queue_private.h"
#include "gallium/context.h"
#include "gallium/timer.h"
#include "util/u_atomic.h"

/*
 * With a second queue, what the first was told so far is waited for: see
 * core/deferred.h.
 */
static void
join_context(struct trf_queue *queue)
{
   struct trf_context *context = queue->context;

   simple_mtx_lock(&context->queues_lock);
   struct trf_queue *other = context->only_queue;
   context->only_queue = context->queue_count++ ? NULL : queue;
   if (context->queue_count > 1)
      p_atomic_set(&context->many_queues, 1);
   if (other && !other->synchronous) {
      mtx_lock(&other->exec);
      trf_gpu_finish(other->gpu);
      mtx_unlock(&other->exec);
   }
   simple_mtx_unlock(&context->queues_lock);
}

static void
leave_context(struct trf_queue *queue)
{
   struct trf_context *context = queue->context;

   simple_mtx_lock(&context->queues_lock);
   context->queue_count--;
   if (context->only_queue == queue)
      context->only_queue = NULL;
   simple_mtx_unlock(&context->queues_lock);
}

static void
queue_destroy(struct trf_object *object)
{
   struct trf_queue *queue = (struct trf_queue *)object;

   /* Commands hold the queue: none is left. */
   assert(list_is_empty(&queue->commands) && !queue->issued);
   leave_context(queue);
   trf_queue_stop_worker(queue);
   trf_timer_destroy(queue->timer);
   trf_gpu_destroy(queue->gpu);
   cnd_destroy(&queue->work);
   cnd_destroy(&queue->progress);
   mtx_destroy(&queue->lock);
   mtx_destroy(&queue->retire);
   mtx_destroy(&queue->exec);
   free(queue->properties);
   trf_device_unref(queue->device);
   trf_context_unref(queue->context);
   free(queue);
}

/* Copies the list with its closing 0; NULL stays NULL (5.1, queue info). */
static bool
copy_properties(struct trf_queue *queue, const cl_queue_properties *list)
{
   if (!list)
      return true;

   size_t count = 0;
   while (list[count])
      count += 2;
   queue->properties_size = (count + 1) * sizeof(*list);
   queue->properties = malloc(queue->properties_size);
   if (!queue->properties)
      return false;
   memcpy(queue->properties, list, queue->properties_size);
   return true;
}

cl_int
trf_queue_create(struct trf_context *context, struct trf_device *device,
                 const struct trf_queue_args *args, struct trf_queue **out)
{
   cl_int error = CL_OUT_OF_HOST_MEMORY;
   struct trf_queue *queue = calloc(1, sizeof(*queue));
   if (!queue)
      return error;
   if (!copy_properties(queue, args->properties))
      goto fail_properties;

   queue->gpu = trf_gpu_create(device->screen);
   if (!queue->gpu) {
      error = CL_OUT_OF_RESOURCES;
      goto fail_gpu;
   }
   if (mtx_init(&queue->exec, mtx_plain) != thrd_success)
      goto fail_exec;
   if (mtx_init(&queue->retire, mtx_plain) != thrd_success)
      goto fail_retire;
   if (mtx_init(&queue->lock, mtx_plain) != thrd_success)
      goto fail_lock;
   if (cnd_init(&queue->progress) != thrd_success)
      goto fail_progress;
   if (cnd_init(&queue->work) != thrd_success)
      goto fail_work;

   trf_object_init(&queue->base, queue_destroy);
   trf_object_keep_handle(&queue->base);
   queue->context = trf_context_ref(context);
   queue->device = trf_device_ref(device);
   queue->flags = args->flags;
   queue->in_order = !(args->flags & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
   queue->profiling = args->flags & CL_QUEUE_PROFILING_ENABLE;
   queue->synchronous = device->caps->synchronous;
   queue->issued_end = &queue->issued;
   list_inithead(&queue->commands);
   list_inithead(&queue->batches);
   /* Without it the host's clock has to do. */
   if (queue->profiling)
      queue->timer = trf_timer_create(queue->gpu);
   join_context(queue);
   *out = queue;
   return CL_SUCCESS;

fail_work:
   cnd_destroy(&queue->progress);
fail_progress:
   mtx_destroy(&queue->lock);
fail_lock:
   mtx_destroy(&queue->retire);
fail_retire:
   mtx_destroy(&queue->exec);
fail_exec:
   trf_gpu_destroy(queue->gpu);
fail_gpu:
   free(queue->properties);
fail_properties:
   free(queue);
   return error;
}

struct trf_object *
trf_queue_object(struct trf_queue *queue)
{
   return &queue->base;
}

struct trf_queue *
trf_queue_ref(struct trf_queue *queue)
{
   trf_object_ref(&queue->base);
   return queue;
}

void
trf_queue_unref(struct trf_queue *queue)
{
   trf_object_unref(&queue->base);
}

struct trf_context *
trf_queue_context(const struct trf_queue *queue)
{
   return queue->context;
}

struct trf_device *
trf_queue_device(const struct trf_queue *queue)
{
   return queue->device;
}

bool
trf_queue_has_profiling(const struct trf_queue *queue)
{
   return queue->profiling;
}

cl_int
trf_queue_finish(struct trf_queue *queue)
{
   trf_queue_wait(queue, NULL);
   return trf_gpu_is_lost(queue->gpu) ? CL_OUT_OF_RESOURCES : CL_SUCCESS;
}

static void
command_destroy(struct trf_object *object)
{
   struct trf_event *event = (struct trf_event *)object;
   trf_event_fini(event);
   free(event);
}

void *
trf_command_create(struct trf_queue *queue, cl_command_type type, size_t size,
                   const struct trf_command_ops *ops, bool with_handle)
{
   assert(size >= sizeof(struct trf_event));
   struct trf_event *event = calloc(1, size);
   if (!event)
      return NULL;

   trf_event_init(event, queue->context, queue, type, command_destroy);
   event->ops = ops;
   if (queue->profiling)
      event->times.queued = trf_host_time();

   if (with_handle && !trf_object_publish(&event->base, TRF_TYPE_EVENT)) {
      event->ops = NULL;
      trf_event_unref(event);
      return NULL;
   }
   return event;
}

void
trf_command_discard(struct trf_event *command)
{
   trf_event_set_ended(command, CL_OUT_OF_HOST_MEMORY);
   trf_event_notify(command);
   if (command->base.handle)
      trf_object_api_release(&command->base);
   trf_event_unref(command);
}

static const struct trf_command_ops marker_ops = {0};

cl_int
trf_queue_marker(struct trf_queue *queue, cl_command_type type,
                 const struct trf_wait_list *waits, bool want_event,
                 struct trf_event **event)
{
   struct trf_event *command = trf_command_create(
      queue, type, sizeof(*command), &marker_ops, want_event);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   command->waits_for_all = waits->count == 0;
   command->is_barrier = type == CL_COMMAND_BARRIER;
   command->cheap = true;
   command->host_only = true;
   return trf_command_enqueue(command, waits, false,
                              want_event ? event : NULL);
}

/* CL_QUEUE_* (5.1, table "List of supported param_names"). */

static cl_int
get_context(const void *object, struct trf_info_out *out)
{
   const struct trf_queue *queue = object;
   return trf_info_pointer(out, queue->context->base.handle);
}

static cl_int
get_device(const void *object, struct trf_info_out *out)
{
   const struct trf_queue *queue = object;
   return trf_info_pointer(out, queue->device->base.handle);
}

static cl_int
get_default(const void *object, struct trf_info_out *out)
{
   /* There are no device queues, so no default one. */
   return trf_info_pointer(out, NULL);
}

static cl_int
get_size(const void *object, struct trf_info_out *out)
{
   /* "If command_queue is not a device queue": 5.1, CL_QUEUE_SIZE. */
   return CL_INVALID_COMMAND_QUEUE;
}

static cl_int
get_properties(const void *object, struct trf_info_out *out)
{
   const struct trf_queue *queue = object;
   return trf_info_bytes(out, queue->properties, queue->properties_size);
}

static const struct trf_info_row queue_rows[] = {
   TRF_INFO_GET(CL_QUEUE_CONTEXT, get_context),
   TRF_INFO_GET(CL_QUEUE_DEVICE, get_device),
   TRF_INFO_FIELD(CL_QUEUE_REFERENCE_COUNT, struct trf_queue, base.api_refs),
   TRF_INFO_FIELD(CL_QUEUE_PROPERTIES, struct trf_queue, flags),
   TRF_INFO_GET(CL_QUEUE_SIZE, get_size),
   TRF_INFO_GET(CL_QUEUE_DEVICE_DEFAULT, get_default),
   TRF_INFO_GET(CL_QUEUE_PROPERTIES_ARRAY, get_properties),
};

const struct trf_info_table trf_queue_info_table = TRF_INFO_TABLE(queue_rows);
