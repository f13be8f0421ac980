/* SPDX-License-Identifier: MIT */

#include "core/context.h"

#include <stdlib.h>

#include "core/device.h"
#include "core/svm.h"
#include "util/trf_properties.h"

cl_int
trf_destructor_push(struct trf_destructor **stack, simple_mtx_t *lock,
                    void(CL_CALLBACK *function)(void *, void *),
                    void *user_data)
{
   struct trf_destructor *entry = malloc(sizeof(*entry));
   if (!entry)
      return CL_OUT_OF_HOST_MEMORY;

   entry->function = function;
   entry->user_data = user_data;
   simple_mtx_lock(lock);
   entry->next = *stack;
   *stack = entry;
   simple_mtx_unlock(lock);
   return CL_SUCCESS;
}

void
trf_destructor_run(struct trf_destructor **stack, void *handle)
{
   /* The object is dying: nobody else sees the stack. */
   while (*stack) {
      struct trf_destructor *entry = *stack;

      *stack = entry->next;
      entry->function(handle, entry->user_data);
      free(entry);
   }
}

static void
free_context(struct trf_context *context)
{
   trf_svm_free_all(context);
   for (unsigned i = 0; i < context->device_count; i++)
      trf_device_unref(context->devices[i]);
   simple_mtx_destroy(&context->lock);
   simple_mtx_destroy(&context->queues_lock);
   free(context->devices);
   free(context->properties);
   free(context);
}

static void
destroy_context(struct trf_object *object)
{
   struct trf_context *context = (struct trf_context *)object;

   trf_destructor_run(&context->destructors, context->base.handle);
   free_context(context);
}

struct trf_context *
trf_context_create(struct trf_device *const *devices, unsigned count,
                   const cl_context_properties *properties,
                   trf_context_notify notify, void *notify_data)
{
   struct trf_context *context = calloc(1, sizeof(*context));
   if (!context)
      return NULL;

   trf_object_init(&context->base, destroy_context);
   trf_object_keep_handle(&context->base);
   simple_mtx_init(&context->queues_lock, mtx_plain);
   simple_mtx_init(&context->lock, mtx_plain);
   rb_tree_init(&context->svm);
   context->notify = notify;
   context->notify_data = notify_data;

   context->devices = calloc(count, sizeof(*context->devices));
   context->properties = trf_properties_copy(properties, sizeof(*properties),
                                             &context->properties_size);
   if (!context->devices ||
       (context->properties_size && !context->properties)) {
      free_context(context);
      return NULL;
   }

   for (unsigned i = 0; i < count; i++)
      context->devices[i] = trf_device_ref(devices[i]);
   context->device_count = count;
   return context;
}

bool
trf_context_has_device(const struct trf_context *context,
                       const struct trf_device *device)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      if (context->devices[i] == device)
         return true;
   }
   return false;
}

void
trf_context_report(struct trf_context *context, const char *message)
{
   if (context->notify)
      context->notify(message, NULL, 0, context->notify_data);
}

static cl_int
get_devices(const void *object, struct trf_info_out *out)
{
   const struct trf_context *context = object;
   cl_device_id *handles =
      trf_info_alloc(out, context->device_count * sizeof(*handles));
   if (!handles)
      return CL_OUT_OF_HOST_MEMORY;

   for (unsigned i = 0; i < context->device_count; i++)
      handles[i] = (cl_device_id)context->devices[i]->base.handle;
   return CL_SUCCESS;
}

static cl_int
get_properties(const void *object, struct trf_info_out *out)
{
   const struct trf_context *context = object;
   return trf_info_bytes(out, context->properties, context->properties_size);
}

static const struct trf_info_row context_rows[] = {
   TRF_INFO_FIELD(CL_CONTEXT_REFERENCE_COUNT, struct trf_context,
                  base.api_refs),
   TRF_INFO_FIELD(CL_CONTEXT_NUM_DEVICES, struct trf_context, device_count),
   TRF_INFO_GET(CL_CONTEXT_DEVICES, get_devices),
   TRF_INFO_GET(CL_CONTEXT_PROPERTIES, get_properties),
};

const struct trf_info_table trf_context_info_table =
   TRF_INFO_TABLE(context_rows);
