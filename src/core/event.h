/* SPDX-License-Identifier: MIT */

/*
 * Events, and the commands behind them.  A command is an event with work: its
 * struct embeds trf_event first.  A user event has no queue and no work.
 *
 *    QUEUED -> SUBMITTED -> RUNNING -> COMPLETE or a negative status
 *
 * Dependencies are counted: an event that completes tells its dependents,
 * and one whose count falls to zero is ready to run.  A negative status
 * fails the dependents that named the event in their wait lists, and nothing
 * else.
 */

#ifndef TRF_CORE_EVENT_H
#define TRF_CORE_EVENT_H

#include <CL/cl.h>

#include "core/context.h"
#include "util/list.h"
#include "util/simple_mtx.h"
#include "util/trf_info.h"
#include "util/trf_object.h"

struct trf_event;
struct trf_fence;
struct trf_gpu;
struct trf_interval;
struct trf_queue;

struct trf_command_ops {
   /*
    * It is in the queue's list, under the queue's lock: what is enqueued from
    * now on follows it.  Not called if it is run at once.  May be NULL.
    */
   void (*queued)(struct trf_event *event);

   /*
    * Does the work, under the queue's execution lock.  Returns CL_SUCCESS or
    * the negative status with which the event ends.
    */
   cl_int (*run)(struct trf_event *event, struct trf_gpu *gpu);

   /*
    * The device is done with the command, or it never ran; `status` is
    * CL_COMPLETE or negative.  Called once, before anyone sees the end, with
    * no lock of an object held: what others may ask for must be true after
    * it.  May be NULL.
    */
   void (*ended)(struct trf_event *event, cl_int status);

   /*
    * Drops the command's references; after waiters were told, under no lock
    * at all, since the last reference may run a client's callback.  May be
    * NULL.
    */
   void (*release)(struct trf_event *event);
};

/* In ns, where the queue profiles; by whose clock, profiling.c knows. */
struct trf_times {
   cl_ulong queued, submitted, started, ended;
};

struct trf_event {
   struct trf_object base;
   struct trf_context *context; /* strong */
   struct trf_queue *queue;     /* strong; NULL for user events */
   cl_command_type type;
   const struct trf_command_ops *ops;

   /* Atomic: CL_QUEUED … CL_COMPLETE, or negative. */
   cl_int status;

   simple_mtx_t lock; /* guards the lists, and changes of the status */
   struct trf_event **dependents; /* strong */
   unsigned dependent_count, dependent_space;
   struct trf_event_callback *callbacks;

   /* Of commands. */
   uint32_t pending;      /* atomic: dependencies that have not ended */
   cl_int wait_error;     /* atomic: a failed dependency's status, or 0 */
   struct list_head link; /* in the queue's list, under the queue's lock */
   uint64_t number;       /* in the order of enqueuing */
   bool started;          /* taken from the list to run; queue's lock */
   bool waits_for_all;    /* a marker or barrier without a wait list */
   bool is_barrier;       /* out-of-order: later commands wait for it */
   bool cheap;            /* so short that any caller's thread may run it */
   bool host_only;        /* leaves the device no work behind */

   /* Commands sent to the device together are a batch: see schedule.c. */
   struct trf_event *next_issued; /* in its batch */
   struct list_head batch;        /* of the first: in the queue's list */
   struct trf_fence *fence; /* of the first: NULL if nothing is to wait for */

   struct trf_times times;
   struct trf_interval *interval; /* what the device times; or NULL */
};

TRF_DECLARE_REF(trf_event)

/* A resolved wait list: `count` may be 0, the events are of one context. */
struct trf_wait_list {
   struct trf_event *const *events;
   unsigned count;
};

static inline bool
trf_event_ended(const struct trf_event *event)
{
   return __atomic_load_n(&event->status, __ATOMIC_ACQUIRE) <= CL_COMPLETE;
}

/* NULL without memory. */
struct trf_event *trf_user_event_create(struct trf_context *context);

/* CL_INVALID_OPERATION if its status was set before. */
cl_int trf_user_event_set(struct trf_event *event, cl_int status);

/*
 * Waits until all have ended, helping their queues along.  Returns
 * CL_SUCCESS, or CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST if one ended
 * negatively.
 */
cl_int trf_events_wait(const struct trf_wait_list *list);

/*
 * Registers a callback; it is called at once if the status was reached.
 * Callbacks run on the thread that noticed the change, under no lock.
 */
cl_int trf_event_set_callback(struct trf_event *event, cl_int status,
                              void(CL_CALLBACK *function)(cl_event, cl_int,
                                                          void *),
                              void *user_data);

/*
 * The status to report.  Wakes the queue of an event that was not flushed,
 * so that a client that polls gets to see the end.
 */
cl_int trf_event_poll(struct trf_event *event);

extern const struct trf_info_table trf_event_info_table;
extern const struct trf_info_table trf_event_profiling_table;

/*
 * For the queue.  An event ends in two steps, so that the second can be
 * taken when no lock is held: set_ended stores the status and wakes who
 * waits; notify then tells dependents, runs callbacks, and releases.
 */
void trf_event_init(struct trf_event *event, struct trf_context *context,
                    struct trf_queue *queue, cl_command_type type,
                    void (*destroy)(struct trf_object *object));
void trf_event_fini(struct trf_event *event);
void trf_event_set_ended(struct trf_event *event, cl_int status);
void trf_event_notify(struct trf_event *event);

/* Reached CL_SUBMITTED or CL_RUNNING; callbacks wait for notify_reached. */
void trf_event_set_reached(struct trf_event *event, cl_int status);
void trf_event_notify_reached(struct trf_event *event);

/*
 * Makes `dependent` wait for `event`: counts it in dependent->pending unless
 * the event has ended; a negative end is noted.  False without memory.
 */
bool trf_event_add_dependent(struct trf_event *event,
                             struct trf_event *dependent);

#endif
