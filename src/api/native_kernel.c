/* SPDX-License-Identifier: MIT */

/* Native kernels: 5.10. */

#include "api/api.h"

#include <stdlib.h>

#include "api/validate_command.h"
#include "core/native.h"
#include "util/macros.h"

/* The client's parameters. */
struct native {
   void(CL_CALLBACK *function)(void *);
   const uint8_t *args;
   size_t size;
   cl_uint count;
   const cl_mem *mems;
   const void **locations;
};

static cl_int
validate_native(const struct native *native)
{
   /* "… if user_func is NULL." */
   if (!native->function)
      return trf_error(CL_INVALID_VALUE, "user_func is NULL");
   /* "… args is a NULL value and cb_args > 0, or … num_mem_objects > 0." */
   if (!native->args && (native->size || native->count))
      return trf_error(CL_INVALID_VALUE, "args is NULL");
   /* "… args is not NULL and cb_args is 0." */
   if (native->args && !native->size)
      return trf_error(CL_INVALID_VALUE, "cb_args is 0");
   /* "… num_mem_objects > 0 and mem_list or args_mem_loc are NULL." */
   if (native->count && (!native->mems || !native->locations))
      return trf_error(CL_INVALID_VALUE, "mem_list or args_mem_loc is NULL");
   /* "… num_mem_objects = 0 and mem_list or args_mem_loc are not NULL." */
   if (!native->count && (native->mems || native->locations))
      return trf_error(CL_INVALID_VALUE, "num_mem_objects is 0");
   return CL_SUCCESS;
}

static cl_int
resolve_place(const struct trf_queue *queue, const struct native *native,
              cl_uint index, struct trf_native_place *place)
{
   /* "… valid buffer objects", or NULL. */
   struct trf_mem *mem = trf_mem_from_handle(native->mems[index]);
   if (native->mems[index] && (!mem || trf_mem_is_image(mem)))
      return trf_error(CL_INVALID_MEM_OBJECT, "mem_list[%u] is no buffer",
                       index);
   if (mem) {
      const cl_int error = trf_validate_same_context(queue, mem);
      if (error)
         return error;
   }

   /* "… locations that args points to." */
   const uintptr_t offset =
      (uintptr_t)native->locations[index] - (uintptr_t)native->args;
   if (native->size < sizeof(void *) ||
       offset > native->size - sizeof(void *))
      return trf_error(CL_INVALID_VALUE,
                       "args_mem_loc[%u] is not within args", index);

   *place = (struct trf_native_place){.buffer = mem, .offset = offset};
   return CL_SUCCESS;
}

static cl_int
submit(struct trf_queue *queue, struct trf_native_args *args, cl_uint count,
       const cl_event *events, cl_event *event)
{
   struct trf_event *command = NULL;
   struct trf_waits waits;
   cl_int error =
      trf_waits_init(&waits, trf_queue_context(queue), count, events);
   if (error)
      return error;

   args->waits = waits.list;
   args->want_event = event != NULL;
   error = trf_native_enqueue(queue, args, &command);
   trf_waits_finish(&waits);
   if (error)
      return trf_error(error, "the native kernel was not enqueued");
   trf_return_event(event, command);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueNativeKernel(cl_command_queue queue_handle,
                          void(CL_CALLBACK *user_func)(void *), void *args,
                          size_t cb_args, cl_uint num_mem_objects,
                          const cl_mem *mem_list, const void **args_mem_loc,
                          cl_uint count, const cl_event *events,
                          cl_event *event)
{
   const struct native native = {
      .function = user_func,
      .args = args,
      .size = cb_args,
      .count = num_mem_objects,
      .mems = mem_list,
      .locations = args_mem_loc,
   };
   struct trf_queue *queue = trf_queue_from_handle(queue_handle);

   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   cl_int error = validate_native(&native);
   if (error)
      return error;

   struct trf_native_place *places =
      calloc(MAX2(num_mem_objects, 1), sizeof(*places));
   if (!places)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "%u memory objects",
                       num_mem_objects);
   for (cl_uint i = 0; i < num_mem_objects && !error; i++)
      error = resolve_place(queue, &native, i, &places[i]);
   if (!error) {
      struct trf_native_args resolved = {
         .function = user_func,
         .args = args,
         .size = cb_args,
         .places = places,
         .place_count = num_mem_objects,
      };
      error = submit(queue, &resolved, count, events, event);
   }
   free(places);
   return error;
}
