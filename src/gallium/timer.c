/* SPDX-License-Identifier: MIT */

#include "gallium/timer.h"

#include <assert.h>
#include <stdlib.h>

#include "gallium/context.h"
#include "gallium/screen_private.h"
#include "pipe/p_context.h"
#include "pipe/p_state.h"

enum progress {
   NOTHING_YET, /* was recorded */
   STARTED,
   SPOILT, /* the device cannot tell when it began or ended */
};

struct trf_interval {
   struct trf_interval *next; /* in the pool */
   struct pipe_query *start, *end;
   enum progress progress;
};

struct trf_timer {
   struct trf_gpu *gpu;
   struct pipe_context *pipe;
   const struct trf_screen_caps *caps;
   struct trf_interval *pool;
   struct trf_interval *current; /* between _start() and _stop() */
};

struct trf_timer *
trf_timer_create(struct trf_gpu *gpu)
{
   struct trf_screen *screen = trf_gpu_screen(gpu);
   uint64_t device, host;

   if (!trf_screen_clocks(screen, &device, &host))
      return NULL;

   struct trf_timer *timer = calloc(1, sizeof(*timer));
   if (!timer)
      return NULL;
   timer->gpu = gpu;
   timer->pipe = trf_gpu_pipe(gpu);
   timer->caps = trf_screen_caps(screen);
   trf_gpu_set_timer(gpu, timer);
   return timer;
}

static void
interval_destroy(struct pipe_context *pipe, struct trf_interval *interval)
{
   pipe->destroy_query(pipe, interval->end);
   pipe->destroy_query(pipe, interval->start);
   free(interval);
}

void
trf_timer_destroy(struct trf_timer *timer)
{
   if (!timer)
      return;

   assert(!timer->current);
   trf_gpu_set_timer(timer->gpu, NULL);
   while (timer->pool) {
      struct trf_interval *interval = timer->pool;
      timer->pool = interval->next;
      interval_destroy(timer->pipe, interval);
   }
   free(timer);
}

static struct trf_interval *
interval_create(struct pipe_context *pipe)
{
   struct trf_interval *interval = malloc(sizeof(*interval));
   if (!interval)
      return NULL;

   interval->start = pipe->create_query(pipe, PIPE_QUERY_TIMESTAMP, 0);
   if (!interval->start)
      goto fail_start;
   interval->end = pipe->create_query(pipe, PIPE_QUERY_TIMESTAMP, 0);
   if (!interval->end)
      goto fail_end;
   return interval;

fail_end:
   pipe->destroy_query(pipe, interval->start);
fail_start:
   free(interval);
   return NULL;
}

void
trf_timer_start(struct trf_timer *timer)
{
   struct trf_interval *interval = timer->pool;

   assert(!timer->current);
   /* As many are made as are under way at once, ever. */
   if (interval)
      timer->pool = interval->next;
   else
      interval = interval_create(timer->pipe);
   if (interval)
      interval->progress = NOTHING_YET;
   timer->current = interval;
}

struct trf_interval *
trf_timer_stop(struct trf_timer *timer)
{
   struct trf_interval *interval = timer->current;

   if (!interval)
      return NULL;
   timer->current = NULL;
   if (interval->progress == STARTED &&
       timer->pipe->end_query(timer->pipe, interval->end))
      return interval;
   trf_timer_drop(timer, interval);
   return NULL;
}

/* Timestamps have no beginning: end_query() is all there is to them. */
void
trf_timer_work(struct trf_timer *timer, enum trf_work work)
{
   struct trf_interval *interval = timer->current;
   struct pipe_context *pipe = timer->pipe;

   if (!interval)
      return;
   if (work == TRF_WORK_LAUNCH && !timer->caps->timestamps_launches)
      interval->progress = SPOILT;
   if (interval->progress != NOTHING_YET)
      return;
   interval->progress =
      pipe->end_query(pipe, interval->start) ? STARTED : SPOILT;
   /* Or the copy would be made before all of its batch, this included. */
   if (work == TRF_WORK_COPY && timer->caps->copies_overtake) {
      trf_screen_take_turn(trf_gpu_screen(timer->gpu));
      pipe->flush(pipe, NULL, 0);
      trf_screen_end_turn(trf_gpu_screen(timer->gpu));
   }
}

void
trf_timer_interrupt(struct trf_timer *timer)
{
   if (timer->current)
      timer->current->progress = SPOILT;
}

static bool
read_query(struct pipe_context *pipe, struct pipe_query *query,
           uint64_t *time)
{
   union pipe_query_result result = {0};

   /* A device that never got there has left a zero. */
   if (!pipe->get_query_result(pipe, query, false, &result) || !result.u64)
      return false;
   *time = result.u64;
   return true;
}

bool
trf_timer_read(struct trf_timer *timer, struct trf_interval *interval,
               uint64_t *start, uint64_t *end)
{
   struct trf_screen *screen = trf_gpu_screen(timer->gpu);

   trf_screen_take_turn(screen);
   const bool known = read_query(timer->pipe, interval->start, start) &&
                      read_query(timer->pipe, interval->end, end);
   trf_screen_end_turn(screen);

   trf_timer_drop(timer, interval);
   return known;
}

void
trf_timer_drop(struct trf_timer *timer, struct trf_interval *interval)
{
   interval->next = timer->pool;
   timer->pool = interval;
}
