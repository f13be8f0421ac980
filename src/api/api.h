/* SPDX-License-Identifier: MIT */

/*
 * What all entry points share.  An entry point: converts handles, validates
 * (pure functions on resolved arguments, each check under the sentence of
 * the specification that it enforces), makes one core call, returns the
 * code.
 */

#ifndef TRF_API_H
#define TRF_API_H

#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <CL/cl_icd.h>

#include "core/context.h"
#include "core/event.h"
#include "core/memory.h"
#include "core/queue.h"
#include "util/trf_handle.h"
#include "util/trf_info.h"
#include "util/trf_log.h"

struct trf_kernel;
struct trf_platform;
struct trf_program;
struct trf_sampler;

/* NULL for anything but a live handle of that type. */
#define TRF_DECLARE_FROM_HANDLE(name, TYPE, handle_type)                      \
   static inline struct name *name##_from_handle(handle_type handle)          \
   {                                                                          \
      return trf_handle_get(handle, TRF_TYPE_##TYPE);                         \
   }

TRF_DECLARE_FROM_HANDLE(trf_platform, PLATFORM, cl_platform_id)
TRF_DECLARE_FROM_HANDLE(trf_device, DEVICE, cl_device_id)
TRF_DECLARE_FROM_HANDLE(trf_context, CONTEXT, cl_context)
TRF_DECLARE_FROM_HANDLE(trf_queue, QUEUE, cl_command_queue)
TRF_DECLARE_FROM_HANDLE(trf_mem, MEM, cl_mem)
TRF_DECLARE_FROM_HANDLE(trf_sampler, SAMPLER, cl_sampler)
TRF_DECLARE_FROM_HANDLE(trf_event, EVENT, cl_event)
TRF_DECLARE_FROM_HANDLE(trf_program, PROGRAM, cl_program)
TRF_DECLARE_FROM_HANDLE(trf_kernel, KERNEL, cl_kernel)

/* errcode_ret may be NULL. */
static inline void
trf_return_code(cl_int *errcode_ret, cl_int code)
{
   if (errcode_ret)
      *errcode_ret = code;
}

/*
 * A client's wait list, resolved.  `inline_events` serves short lists.
 * Use: trf_waits_init(); on CL_SUCCESS, trf_waits_finish() later.
 */
struct trf_waits {
   struct trf_wait_list list;
   struct trf_event *inline_events[8];
   struct trf_event **allocated;
};

/*
 * CL_INVALID_EVENT_WAIT_LIST if the pointer and the count disagree or an
 * event is not valid, CL_INVALID_CONTEXT if one is of another context,
 * CL_OUT_OF_HOST_MEMORY.
 */
cl_int trf_waits_init(struct trf_waits *waits,
                      const struct trf_context *context, cl_uint count,
                      const cl_event *events);
void trf_waits_finish(struct trf_waits *waits);

/*
 * Hands an event from core to the client: its handle goes to *event, and
 * core's reference is dropped.  `command` may be NULL where none was wanted.
 */
void trf_return_event(cl_event *event, struct trf_event *command);

/* Every entry point, for the dispatch table: defined across src/api. */
#include "api/entrypoints.h"

#endif
