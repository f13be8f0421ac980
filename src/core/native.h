/* SPDX-License-Identifier: MIT */

/* Native kernels: a client's function, run as a command of a queue. */

#ifndef TRF_CORE_NATIVE_H
#define TRF_CORE_NATIVE_H

#include "core/memory.h"
#include "core/queue.h"

/* Where in the arguments a buffer's pointer goes. */
struct trf_native_place {
   struct trf_mem *buffer; /* NULL: a NULL pointer */
   size_t offset;          /* in bytes; fits */
};

struct trf_native_args {
   void(CL_CALLBACK *function)(void *args);
   const void *args; /* copied; NULL if there are none */
   size_t size;
   const struct trf_native_place *places;
   unsigned place_count;
   struct trf_wait_list waits;
   bool want_event;
};

/* What trf_command_enqueue() returns, and CL_OUT_OF_HOST_MEMORY. */
cl_int trf_native_enqueue(struct trf_queue *queue,
                          const struct trf_native_args *args,
                          struct trf_event **event);

#endif
