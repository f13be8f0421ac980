/* SPDX-License-Identifier: MIT */

/*
 * How commands get run.  See queue.h for who runs them; the rules for when
 * are in take_ready().
 */

#include <assert.h>

#include "core/device.h"
#include "core/profiling.h"
#include "core/queue_private.h"
#include "gallium/context.h"
#include "gallium/launch.h"
#include "util/macros.h"
#include "util/os_time.h"
#include "util/trf_log.h"
#include "util/u_atomic.h"

/* Commands issued before the device is told: keeps it busy meanwhile. */
#define FLUSH_EVERY 64

/* Commands that may lie about before the worker is woken unasked. */
#define LAZY_LIMIT 256

/*
 * In order, only the first command that was not started may start, when what
 * it waits for has ended.  Out of order, any may, but none past a barrier
 * that has not ended; a marker or barrier without a wait list waits until
 * everything before it has ended.
 */
static struct trf_event *
find_ready_locked(struct trf_queue *queue)
{
   bool first = true;

   if (queue->in_order)
      return queue->next && p_atomic_read(&queue->next->pending) == 0
                ? queue->next
                : NULL;

   list_for_each_entry(struct trf_event, event, &queue->commands, link) {
      if (!event->started && p_atomic_read(&event->pending) == 0 &&
          (first || !event->waits_for_all))
         return event;
      if (event->is_barrier)
         return NULL;
      first = false;
   }
   return NULL;
}

/* In order, commands start in the order of the list. */
static void
mark_started_locked(struct trf_queue *queue, struct trf_event *event)
{
   event->started = true;
   queue->waiting--;
   if (queue->in_order)
      queue->next = event->link.next == &queue->commands
                       ? NULL
                       : list_entry(event->link.next, struct trf_event, link);
}

/* The next command to run.  NULL, and one drainer less, if there is none. */
static struct trf_event *
take_ready(struct trf_queue *queue)
{
   mtx_lock(&queue->lock);
   struct trf_event *event = queue->waiting ? find_ready_locked(queue) : NULL;
   if (event) {
      mark_started_locked(queue, event);
   } else {
      queue->drainers--;
   }
   mtx_unlock(&queue->lock);
   return event;
}

static void
end_command(struct trf_queue *queue, struct trf_event *event, cl_int status)
{
   trf_log_queue("end %p type 0x%x status %d", (void *)event, event->type,
                 status);
   trf_event_set_ended(event, status);

   mtx_lock(&queue->lock);
   list_del(&event->link);
   if (queue->waiters)
      cnd_broadcast(&queue->progress);
   mtx_unlock(&queue->lock);
}

/* Tells those who wait, and drops the list's reference.  Under no lock. */
static void
after_end(struct trf_event *event)
{
   trf_event_notify(event);
   trf_event_unref(event);
}

/* Whether all commands before it have ended. */
static bool
is_oldest(struct trf_queue *queue, const struct trf_event *event)
{
   mtx_lock(&queue->lock);
   const bool oldest = queue->commands.next == &event->link;
   mtx_unlock(&queue->lock);
   return oldest;
}

/* Under the execution lock: the status with which the command ends. */
static cl_int
run(struct trf_queue *queue, struct trf_event *event)
{
   cl_int status = CL_COMPLETE;

   if (queue->profiling)
      trf_profile_run(queue, event);
   trf_event_set_reached(event, CL_RUNNING);
   trf_log_queue("run %p type 0x%x", (void *)event, event->type);

   if (p_atomic_read(&event->wait_error) < 0)
      status = CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST;
   else if (trf_gpu_is_lost(queue->gpu))
      status = CL_OUT_OF_RESOURCES;
   else if (event->ops->run)
      status = event->ops->run(event, queue->gpu);
   if (queue->profiling)
      trf_profile_ran(queue, event, status);
   return status;
}

/* Under the execution lock.  Whether the command has ended already. */
static bool
execute(struct trf_queue *queue, struct trf_event *event)
{
   const cl_int status = run(queue, event);

   /*
    * What left no work to the device has ended, unless earlier commands have
    * not: an in-order queue's events end in order.
    */
   const bool done = status < 0 || queue->synchronous ||
                     (event->host_only && is_oldest(queue, event));
   if (done) {
      end_command(queue, event, status);
   } else {
      event->next_issued = NULL;
      *queue->issued_end = event;
      queue->issued_end = &event->next_issued;
      queue->issued_count++;
   }
   return done;
}

/*
 * Under the execution lock: sends what was issued, as one batch.  Its first
 * event speaks for it, so that this allocates nothing and cannot fail.
 */
static void
flush_issued(struct trf_queue *queue)
{
   struct trf_event *first = queue->issued;

   if (!first)
      return;
   trf_gpu_flush(queue->gpu, &first->fence);
   queue->issued = NULL;
   queue->issued_end = &queue->issued;
   queue->issued_count = 0;

   /* From here on another thread may end it. */
   mtx_lock(&queue->lock);
   list_addtail(&first->batch, &queue->batches);
   mtx_unlock(&queue->lock);
}

/* Runs what is ready, after another thread that may be at it. */
static void
drain(struct trf_queue *queue)
{
   mtx_lock(&queue->lock);
   queue->drainers++;
   mtx_unlock(&queue->lock);

   for (;;) {
      mtx_lock(&queue->exec);
      struct trf_event *event = take_ready(queue);
      struct trf_event *running = NULL;
      bool ended = false;
      if (event)
         ended = execute(queue, event);
      /* Once it is sent, another thread may end and free it. */
      if (event && !ended && p_atomic_read(&event->callbacks))
         running = trf_event_ref(event);
      if (!event || queue->issued_count >= FLUSH_EVERY)
         flush_issued(queue);
      if (!event)
         trf_gpu_rest(queue->gpu);
      mtx_unlock(&queue->exec);

      if (!event)
         return;
      if (ended)
         after_end(event);
      if (running) {
         trf_event_notify_reached(running);
         trf_event_unref(running);
      }
   }
}

/* So long a wait is shorter than a pause. */
#define EAGER_NS 100000

#define MAX_PAUSE_US 200

/*
 * zink's fence is a record of the context, which may become that of another
 * batch at any time: a wait beside the context's use may end the new batch
 * in place of the old.  So whoever waits looks now and then, while nobody
 * else uses the context.
 */
static cl_int
poll_batch(struct trf_queue *queue, struct trf_fence *fence)
{
   const struct trf_screen_caps *caps = queue->device->caps;
   const uint64_t eager_end = trf_host_time() + (caps->is_cpu ? 0 : EAGER_NS);
   int64_t pause_us = 10;

   for (;;) {
      mtx_lock(&queue->exec);
      const bool done = trf_fence_wait(queue->device->screen, fence, 0);
      const cl_int status = done ? trf_gpu_wait(queue->gpu, fence) : 0;
      mtx_unlock(&queue->exec);
      if (done)
         return status;
      if (trf_host_time() < eager_end) {
         thrd_yield();
      } else {
         os_time_sleep(pause_us);
         pause_us = MIN2(2 * pause_us, MAX_PAUSE_US);
      }
   }
}

static cl_int
wait_for_batch(struct trf_queue *queue, struct trf_fence *fence)
{
   return queue->device->caps->fences_are_reused
             ? poll_batch(queue, fence)
             : trf_gpu_wait(queue->gpu, fence);
}

/* Waits for the oldest batch and ends its commands.  False if none is. */
static bool
retire_oldest(struct trf_queue *queue)
{
   mtx_lock(&queue->retire);
   mtx_lock(&queue->lock);
   struct trf_event *first =
      list_is_empty(&queue->batches)
         ? NULL
         : list_first_entry(&queue->batches, struct trf_event, batch);
   mtx_unlock(&queue->lock);
   if (!first) {
      mtx_unlock(&queue->retire);
      return false;
   }

   const cl_int status = wait_for_batch(queue, first->fence);
   trf_profile_collect(queue, first, status);
   mtx_lock(&queue->lock);
   list_del(&first->batch);
   mtx_unlock(&queue->lock);
   for (struct trf_event *event = first; event; event = event->next_issued)
      end_command(queue, event, status);
   mtx_unlock(&queue->retire);

   /* The list's references, which keep them until here. */
   for (struct trf_event *event = first, *next; event; event = next) {
      next = event->next_issued;
      after_end(event);
   }
   return true;
}

/* What a worker does, and in its place others where there can be none. */
static void
work_off(struct trf_queue *queue)
{
   do
      drain(queue);
   while (retire_oldest(queue));
}

/* Set by the worker's own last unref: the queue is gone. */
static _Thread_local bool own_queue_destroyed;

static int
worker_main(void *data)
{
   struct trf_queue *queue = data;

   mtx_lock(&queue->lock);
   for (;;) {
      while (!queue->work_wanted && !queue->exit)
         cnd_wait(&queue->work, &queue->lock);
      if (queue->exit)
         break;
      queue->work_wanted = false;
      mtx_unlock(&queue->lock);

      work_off(queue);
      trf_queue_unref(queue);
      if (own_queue_destroyed)
         return 0;
      mtx_lock(&queue->lock);
   }
   mtx_unlock(&queue->lock);
   return 0;
}

void
trf_queue_stop_worker(struct trf_queue *queue)
{
   if (!queue->has_worker)
      return;

   if (thrd_equal(queue->worker, thrd_current())) {
      own_queue_destroyed = true;
      thrd_detach(queue->worker);
      return;
   }

   mtx_lock(&queue->lock);
   queue->exit = true;
   cnd_signal(&queue->work);
   mtx_unlock(&queue->lock);
   thrd_join(queue->worker, NULL);
}

/* False if there is no worker and none can be started. */
static bool
wake_worker_locked(struct trf_queue *queue)
{
   if (!queue->has_worker) {
      if (thrd_create(&queue->worker, worker_main, queue) != thrd_success)
         return false;
      queue->has_worker = true;
   }
   if (!queue->work_wanted) {
      trf_queue_ref(queue);
      queue->work_wanted = true;
      cnd_signal(&queue->work);
   }
   return true;
}

void
trf_queue_kick(struct trf_queue *queue)
{
   bool served = true;

   mtx_lock(&queue->lock);
   if (queue->waiters)
      cnd_broadcast(&queue->progress);
   else if (!queue->drainers)
      served = wake_worker_locked(queue);
   mtx_unlock(&queue->lock);

   if (!served)
      work_off(queue);
}

void
trf_queue_flush(struct trf_queue *queue)
{
   bool served = true;

   mtx_lock(&queue->lock);
   if (queue->waiting || !list_is_empty(&queue->batches))
      served = wake_worker_locked(queue);
   mtx_unlock(&queue->lock);

   if (!served)
      work_off(queue);
}

/* Whether the event, or all that is older than `number`, has ended. */
static bool
is_over_locked(struct trf_queue *queue, const struct trf_event *event,
               uint64_t number)
{
   if (event)
      return trf_event_ended(event);
   return list_is_empty(&queue->commands) ||
          list_first_entry(&queue->commands, struct trf_event, link)
                ->number >= number;
}

/*
 * Batches that this thread sent, and does not wait for, end all the same:
 * others may wait for their commands.
 */
static void
leave_to_worker(struct trf_queue *queue)
{
   bool served = true;

   if (queue->synchronous)
      return;
   mtx_lock(&queue->lock);
   if (!list_is_empty(&queue->batches))
      served = wake_worker_locked(queue);
   mtx_unlock(&queue->lock);
   if (!served)
      work_off(queue);
}

static void
wait_for(struct trf_queue *queue, struct trf_event *event)
{
   if (event && trf_event_ended(event))
      return;

   /* Not for what other threads enqueue from now on. */
   mtx_lock(&queue->lock);
   const uint64_t number = queue->next_number;
   const bool over = is_over_locked(queue, event, number);
   mtx_unlock(&queue->lock);
   if (over)
      return;

   for (;;) {
      drain(queue);
      if (event && trf_event_ended(event))
         return;
      if (retire_oldest(queue))
         continue;

      /* What is left waits for others: another queue, or a user event. */
      mtx_lock(&queue->lock);
      if (is_over_locked(queue, event, number)) {
         mtx_unlock(&queue->lock);
         return;
      }
      if (list_is_empty(&queue->batches) && !find_ready_locked(queue)) {
         queue->waiters++;
         cnd_wait(&queue->progress, &queue->lock);
         queue->waiters--;
      }
      mtx_unlock(&queue->lock);
   }
}

void
trf_queue_wait(struct trf_queue *queue, struct trf_event *event)
{
   wait_for(queue, event);
   leave_to_worker(queue);
}

/* Adds the command to the list.  Whether it is one of too many there. */
static bool
append(struct trf_queue *queue, struct trf_event *command)
{
   mtx_lock(&queue->lock);
   list_addtail(&command->link, &queue->commands);
   if (command->ops && command->ops->queued)
      command->ops->queued(command);
   command->number = queue->next_number++;
   if (queue->in_order && !queue->next)
      queue->next = command;
   queue->waiting++;
   const bool crowded = queue->waiting >= LAZY_LIMIT;
   p_atomic_dec(&command->pending);
   mtx_unlock(&queue->lock);
   return crowded;
}

static bool
record_waits(struct trf_event *command, const struct trf_wait_list *waits)
{
   for (unsigned i = 0; i < waits->count; i++) {
      struct trf_event *event = waits->events[i];
      if (!trf_event_add_dependent(event, command))
         return false;
      /* Its queue may never be flushed by the client: see 5.13, clFlush. */
      if (event->queue && event->queue != command->queue &&
          !trf_event_ended(event))
         trf_queue_flush(event->queue);
   }
   return true;
}

static void
forget_event(struct trf_event **out)
{
   if (!out)
      return;
   trf_object_api_release(&(*out)->base);
   trf_event_unref(*out);
   *out = NULL;
}

/*
 * The shortest way: an idle queue, nothing to wait for, and a command that
 * its caller would wait for anyway or that is cheap.  It never gets into the
 * list.  Who enqueues or finishes meanwhile is not ordered with a call that
 * has not returned.  False if the way is not free.
 */
static bool
run_alone(struct trf_queue *queue, struct trf_event *command)
{
   if (!queue->synchronous || p_atomic_read(&command->pending) != 1 ||
       (trf_debug_flags() & TRF_DEBUG_NOINLINE) ||
       mtx_trylock(&queue->exec) != thrd_success)
      return false;

   mtx_lock(&queue->lock);
   const bool idle = list_is_empty(&queue->commands);
   mtx_unlock(&queue->lock);
   if (idle)
      trf_event_set_ended(command, run(queue, command));
   mtx_unlock(&queue->exec);
   if (idle)
      after_end(command);
   return idle;
}

static cl_int
result_of(const struct trf_event *command, bool blocking)
{
   return blocking ? MIN2(p_atomic_read(&command->status), CL_SUCCESS)
                   : CL_SUCCESS;
}

cl_int
trf_command_enqueue(struct trf_event *command,
                    const struct trf_wait_list *waits, bool blocking,
                    struct trf_event **out)
{
   struct trf_queue *queue = command->queue;
   /* Kept while this thread may look at it, also if another ends it. */
   struct trf_event *kept = trf_event_ref(command);

   if (out)
      *out = trf_event_ref(command);

   command->pending = 1; /* ours, until it is in the list */
   if (waits->count && !record_waits(command, waits)) {
      forget_event(out);
      trf_command_discard(command);
      trf_event_unref(kept);
      return CL_OUT_OF_HOST_MEMORY;
   }

   trf_log_queue("enqueue %p type 0x%x", (void *)command, command->type);
   if (!(blocking || command->cheap) || !run_alone(queue, command)) {
      const bool crowded = append(queue, command);
      if (blocking)
         trf_queue_wait(queue, command);
      else if (crowded)
         trf_queue_flush(queue);
   }

   const cl_int result = result_of(command, blocking);
   if (result < 0)
      forget_event(out);
   trf_event_unref(kept);
   return result;
}
