/* SPDX-License-Identifier: MIT */

/* What a queue is made of: for queue.c, schedule.c and profiling.c only. */

#ifndef TRF_CORE_QUEUE_PRIVATE_H
#define TRF_CORE_QUEUE_PRIVATE_H

#include "c11/threads.h"
#include "core/queue.h"

struct trf_queue {
   struct trf_object base;
   struct trf_context *context; /* strong */
   struct trf_device *device;   /* strong */
   cl_command_queue_properties flags;
   cl_queue_properties *properties;
   size_t properties_size; /* bytes */
   bool in_order;
   bool profiling;
   bool synchronous; /* what was run is done */

   /* The execution lock: who holds it runs commands and uses `gpu`. */
   mtx_t exec;
   struct trf_gpu *gpu;
   struct trf_timer *timer;  /* NULL: the host's clock times all */
   struct trf_event *issued; /* run, and not in a batch yet */
   struct trf_event **issued_end;
   unsigned issued_count;

   /* Held by the one who waits for the oldest batch: batches end in order. */
   mtx_t retire;

   mtx_t lock;                /* guards all below */
   struct list_head commands; /* enqueued and not ended, in order */
   uint64_t next_number;
   unsigned waiting;         /* of the commands, those not started */
   struct trf_event *next;   /* in order: the first of those; NULL if none */
   struct list_head batches; /* sent and not ended: the first of each */
   cnd_t progress;           /* a command ended, or has become ready */
   unsigned waiters;         /* threads asleep on `progress` */
   unsigned drainers; /* threads that will look at the list once more */

   /* The worker: holds a reference to the queue only while `work_wanted`. */
   cnd_t work;
   bool work_wanted;
   bool exit;
   bool has_worker;
   thrd_t worker;
};

/* In trf_queue_destroy(): ends the worker, which may be this very thread. */
void trf_queue_stop_worker(struct trf_queue *queue);

#endif
