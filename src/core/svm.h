/* SPDX-License-Identifier: MIT */

/*
 * Shared virtual memory (5.6), for devices whose kernels use the host's own
 * addresses: an SVM pointer is a host pointer, and nothing is ever moved.
 */

#ifndef TRF_CORE_SVM_H
#define TRF_CORE_SVM_H

#include <CL/cl.h>

#include "core/context.h"
#include "core/queue.h"

struct trf_device;

/* CL_DEVICE_SVM_CAPABILITIES; of a context, what some device has. */
cl_device_svm_capabilities trf_device_svm(const struct trf_device *device);
cl_device_svm_capabilities trf_context_svm(const struct trf_context *context);

/*
 * Allocations belong to a context and end with it.  All are aligned to
 * TRF_MEM_BASE_ALIGNMENT.  NULL without memory.
 */
void *trf_svm_alloc(struct trf_context *context, size_t size);

/* Anything but the start of a live allocation is ignored. */
void trf_svm_free(struct trf_context *context, void *pointer);
void trf_svm_free_all(struct trf_context *context);

/* Whether one allocation has all of these bytes, or the address if none. */
bool trf_svm_contains(struct trf_context *context, const void *pointer,
                      size_t size);

typedef void(CL_CALLBACK *trf_svm_free_func)(cl_command_queue queue,
                                             cl_uint count, void *pointers[],
                                             void *user_data);

/* A command; only what its type needs is looked at. */
struct trf_svm_args {
   cl_command_type type; /* CL_COMMAND_SVM_* */

   void *dst;       /* of a copy or fill */
   const void *src; /* of a copy; the pattern of a fill */
   size_t size;
   size_t pattern_size; /* of a fill; at most 128 */

   void *const *pointers; /* to free; copied */
   cl_uint count;
   trf_svm_free_func free_func; /* NULL: they are freed here */
   void *user_data;

   bool blocking;
   struct trf_wait_list waits;
   bool want_event;
};

/* What trf_command_enqueue() returns, and CL_OUT_OF_HOST_MEMORY. */
cl_int trf_svm_enqueue(struct trf_queue *queue,
                       const struct trf_svm_args *args,
                       struct trf_event **event);

#endif
