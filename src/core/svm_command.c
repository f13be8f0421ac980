/* SPDX-License-Identifier: MIT */

/*
 * The commands of shared virtual memory.  All run on the host: that is where
 * the memory is.
 */

#include <assert.h>
#include <string.h>

#include "core/svm.h"
#include "util/macros.h"
#include "util/trf_checked.h"
#include "util/trf_copy.h"

struct svm_command {
   struct trf_event event;
   void *dst;
   const void *src;
   size_t size;
   uint8_t pattern[128];
   size_t pattern_size;
   trf_svm_free_func free_func;
   void *user_data;
   cl_uint count;
   void *pointers[];
};

static cl_int
copy_run(struct trf_event *event, UNUSED struct trf_gpu *gpu)
{
   const struct svm_command *command = (struct svm_command *)event;

   memcpy(command->dst, command->src, command->size);
   return CL_SUCCESS;
}

static cl_int
fill_run(struct trf_event *event, UNUSED struct trf_gpu *gpu)
{
   const struct svm_command *command = (struct svm_command *)event;
   const struct trf_layout layout = {
      .element = command->pattern_size,
      .row = command->size,
      .slice = command->size,
   };

   trf_fill_box(command->dst, &layout, command->pattern,
                command->size / command->pattern_size, 1, 1);
   return CL_SUCCESS;
}

static cl_int
free_run(struct trf_event *event, UNUSED struct trf_gpu *gpu)
{
   struct svm_command *command = (struct svm_command *)event;
   struct trf_object *queue = trf_queue_object(event->queue);

   if (command->free_func) {
      command->free_func((cl_command_queue)queue->handle, command->count,
                         command->pointers, command->user_data);
      return CL_SUCCESS;
   }
   for (cl_uint i = 0; i < command->count; i++)
      trf_svm_free(event->context, command->pointers[i]);
   return CL_SUCCESS;
}

static const struct trf_command_ops copy_ops = {.run = copy_run};
static const struct trf_command_ops fill_ops = {.run = fill_run};
static const struct trf_command_ops free_ops = {.run = free_run};
/* Memory that is always mapped, on a device that is where the host is. */
static const struct trf_command_ops nothing_ops = {0};

static const struct trf_command_ops *
ops_of(cl_command_type type)
{
   switch (type) {
   case CL_COMMAND_SVM_MEMCPY:
      return &copy_ops;
   case CL_COMMAND_SVM_MEMFILL:
      return &fill_ops;
   case CL_COMMAND_SVM_FREE:
      return &free_ops;
   default:
      return &nothing_ops;
   }
}

static struct svm_command *
create_command(struct trf_queue *queue, const struct trf_svm_args *args)
{
   size_t size;
   if (!trf_mul(args->count, sizeof(void *), &size) ||
       !trf_add(size, sizeof(struct svm_command), &size))
      return NULL;
   return trf_command_create(queue, args->type, size, ops_of(args->type),
                             args->want_event);
}

cl_int
trf_svm_enqueue(struct trf_queue *queue, const struct trf_svm_args *args,
                struct trf_event **event)
{
   struct svm_command *command = create_command(queue, args);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   command->dst = args->dst;
   command->src = args->src;
   command->size = args->size;
   command->pattern_size = args->pattern_size;
   assert(args->pattern_size <= sizeof(command->pattern));
   if (args->pattern_size)
      memcpy(command->pattern, args->src, args->pattern_size);
   command->free_func = args->free_func;
   command->user_data = args->user_data;
   command->count = args->count;
   if (args->count)
      memcpy(command->pointers, args->pointers,
             args->count * sizeof(*command->pointers));
   command->event.cheap = ops_of(args->type) == &nothing_ops;
   command->event.host_only = true;
   return trf_command_enqueue(&command->event, &args->waits, args->blocking,
                              args->want_event ? event : NULL);
}
