/* SPDX-License-Identifier: MIT */

#include "core/profiling.h"

#include "core/device.h"
#include "core/event.h"
#include "core/queue_private.h"
#include "gallium/screen.h"
#include "gallium/timer.h"
#include "util/macros.h"

void
trf_profile_run(struct trf_queue *queue, struct trf_event *event)
{
   event->times.submitted = event->times.started = trf_host_time();
   if (queue->timer && event->ops->run && !event->host_only)
      trf_timer_start(queue->timer);
}

void
trf_profile_ran(struct trf_queue *queue, struct trf_event *event,
                cl_int status)
{
   if (!queue->timer)
      return;
   event->interval = trf_timer_stop(queue->timer);
   if (event->interval && status < 0) {
      trf_timer_drop(queue->timer, event->interval);
      event->interval = NULL;
   }
}

void
trf_profile_collect(struct trf_queue *queue, struct trf_event *first,
                    cl_int status)
{
   if (!queue->timer)
      return;

   mtx_lock(&queue->exec);
   for (struct trf_event *event = first; event; event = event->next_issued) {
      struct trf_interval *interval = event->interval;
      uint64_t start, end;

      event->interval = NULL;
      if (!interval) {
         continue;
      } else if (status < 0) {
         trf_timer_drop(queue->timer, interval);
      } else if (trf_timer_read(queue->timer, interval, &start, &end)) {
         event->times.started = start;
         event->times.ended = end;
      }
   }
   mtx_unlock(&queue->exec);
}

/* A time by the host's clock, by the device's. */
static cl_ulong
moved(cl_ulong time, int64_t offset)
{
   const int64_t sum = (int64_t)time + offset;
   return MAX2(sum, 0);
}

void
trf_profile_close(struct trf_queue *queue, struct trf_event *event)
{
   struct trf_times *times = &event->times;
   const int64_t offset = trf_screen_clock_offset(queue->device->screen);

   if (!times->ended) {
      times->started = moved(times->started, offset);
      times->ended = moved(trf_host_time(), offset);
   }
   /* Two clocks are never quite together: the device's goes first. */
   times->ended = MAX2(times->ended, times->started);
   times->submitted = MIN2(moved(times->submitted, offset), times->started);
   times->queued = MIN2(moved(times->queued, offset), times->submitted);
}
