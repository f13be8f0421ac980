/* SPDX-License-Identifier: MIT */

/* A context: devices, the client's properties and callbacks. */

#ifndef TRF_CORE_CONTEXT_H
#define TRF_CORE_CONTEXT_H

#include <CL/cl.h>

#include "util/rb_tree.h"
#include "util/simple_mtx.h"
#include "util/trf_info.h"
#include "util/trf_object.h"

struct trf_device;

typedef void(CL_CALLBACK *trf_context_notify)(const char *message,
                                              const void *private_info,
                                              size_t size, void *user_data);

struct trf_context {
   struct trf_object base;
   struct trf_device **devices;
   unsigned device_count;
   cl_context_properties *properties; /* as given, with the closing 0 */
   size_t properties_size;            /* bytes; 0 if NULL was given */
   trf_context_notify notify;
   void *notify_data;

   simple_mtx_t queues_lock;
   struct trf_queue *only_queue; /* weak; under queues_lock */
   unsigned queue_count;         /* likewise */
   uint32_t many_queues;         /* atomic: several at a time, once */
   uint32_t deferred_count;      /* atomic: see core/deferred.c */

   simple_mtx_t lock;                  /* guards all below */
   struct trf_destructor *destructors; /* run last registered first */
   struct rb_tree svm;                 /* see core/svm.c */
};

TRF_DECLARE_REF(trf_context)

extern const struct trf_info_table trf_context_info_table;

/* A stack of clSet*DestructorCallback: memory objects have one too. */
struct trf_destructor {
   struct trf_destructor *next;
   void(CL_CALLBACK *function)(void *handle, void *user_data);
   void *user_data;
};

/* Pushes; CL_OUT_OF_HOST_MEMORY without memory. */
cl_int trf_destructor_push(struct trf_destructor **stack, simple_mtx_t *lock,
                           void(CL_CALLBACK *function)(void *, void *),
                           void *user_data);
/* Calls them, last first, with the dead handle, and frees the stack. */
void trf_destructor_run(struct trf_destructor **stack, void *handle);

/* Devices are unique and of one platform.  NULL without memory. */
struct trf_context *
trf_context_create(struct trf_device *const *devices, unsigned count,
                   const cl_context_properties *properties,
                   trf_context_notify notify, void *notify_data);

bool trf_context_has_device(const struct trf_context *context,
                            const struct trf_device *device);

/* Tells the client's notify callback, if any.  No lock may be held. */
void trf_context_report(struct trf_context *context, const char *message);

#endif
