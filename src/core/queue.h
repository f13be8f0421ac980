/* SPDX-License-Identifier: MIT */

/*
 * Command queues.  A queue owns one pipe_context and a list of commands that
 * were enqueued and not run.  Who runs them:
 *
 * - the caller's own thread, when it must wait anyway (blocking commands,
 *   clFinish, clWaitForEvents), or when the queue is idle and the command is
 *   cheap: no hand-over to another thread;
 * - the queue's worker, when clFlush or a completed dependency asks for it:
 *   started on first use.
 *
 * Both drain the list under the execution lock, in order for in-order
 * queues, what is ready first for out-of-order ones.
 */

#ifndef TRF_CORE_QUEUE_H
#define TRF_CORE_QUEUE_H

#include <CL/cl.h>

#include "core/event.h"

struct trf_device;
struct trf_queue;

struct trf_queue_args {
   cl_command_queue_properties flags;
   const cl_queue_properties *properties; /* as given, or NULL */
};

/* CL_OUT_OF_RESOURCES or CL_OUT_OF_HOST_MEMORY. */
cl_int trf_queue_create(struct trf_context *context,
                        struct trf_device *device,
                        const struct trf_queue_args *args,
                        struct trf_queue **out);

struct trf_object *trf_queue_object(struct trf_queue *queue);
struct trf_queue *trf_queue_ref(struct trf_queue *queue);
void trf_queue_unref(struct trf_queue *queue);
struct trf_context *trf_queue_context(const struct trf_queue *queue);
struct trf_device *trf_queue_device(const struct trf_queue *queue);

bool trf_queue_has_profiling(const struct trf_queue *queue);

extern const struct trf_info_table trf_queue_info_table;

/*
 * Allocates a command: `size` bytes that begin with struct trf_event, the
 * rest zeroed.  The caller fills in the rest, then enqueues it or drops it
 * with trf_command_discard().  With `with_handle` the event has a handle
 * already, so that enqueuing cannot fail half-way for want of one.
 * NULL without memory.
 */
void *trf_command_create(struct trf_queue *queue, cl_command_type type,
                         size_t size, const struct trf_command_ops *ops,
                         bool with_handle);

/* Drops a command that was never enqueued: calls ended(CL_OUT_OF_HOST_MEMORY). */
void trf_command_discard(struct trf_event *command);

/*
 * Enqueues, and takes over the caller's reference.  `out` is non-NULL for
 * commands with a handle and receives another reference.  On an error the
 * handle is dead and *out is NULL:
 *
 *    CL_OUT_OF_HOST_MEMORY if the wait list cannot be recorded; the command
 *    was discarded, never enqueued.
 *
 * and, with `blocking`, which returns after the command's end:
 *
 *    CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, or the command's own.
 */
cl_int trf_command_enqueue(struct trf_event *command,
                           const struct trf_wait_list *waits, bool blocking,
                           struct trf_event **out);

/* A marker or barrier (by type); `waits` empty: all before it. */
cl_int trf_queue_marker(struct trf_queue *queue, cl_command_type type,
                        const struct trf_wait_list *waits, bool want_event,
                        struct trf_event **event);

void trf_queue_flush(struct trf_queue *queue);

/* CL_OUT_OF_RESOURCES once the queue's device was lost. */
cl_int trf_queue_finish(struct trf_queue *queue);

/*
 * Runs what is ready on the caller's thread and waits until `event` has
 * ended, or, if NULL, until the queue has nothing left.
 */
void trf_queue_wait(struct trf_queue *queue, struct trf_event *event);

/* A command of the queue has become ready: whoever runs them looks again. */
void trf_queue_kick(struct trf_queue *queue);

#endif
