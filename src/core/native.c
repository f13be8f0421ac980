/* SPDX-License-Identifier: MIT */

#include "core/native.h"

#include <stdlib.h>
#include <string.h>

#include "core/access.h"
#include "util/macros.h"
#include "util/u_math.h"

/* The whole storage of one or more of the buffers. */
struct opened {
   struct trf_mem *root; /* not held: its buffers are */
   struct trf_access access;
};

struct native_command {
   struct trf_event event;
   void(CL_CALLBACK *function)(void *args);
   void *args;                      /* our copy */
   struct trf_native_place *places; /* buffers are held */
   struct opened *opened;
   unsigned place_count, opened_count;
};

static cl_int
open_root(struct native_command *command, struct trf_mem *root,
          struct trf_gpu *gpu)
{
   struct opened *opened = &command->opened[command->opened_count];
   struct trf_view view;

   trf_view_range(&view, root, 0, root->size);
   cl_int error = trf_access_prepare(&opened->access, &view,
                                     trf_queue_device(command->event.queue),
                                     CL_MAP_READ | CL_MAP_WRITE, false);
   if (error)
      return error;
   opened->root = root;
   command->opened_count++;
   return trf_access_fetch(&opened->access, gpu);
}

/*
 * Buffers that share bytes must share a pointer too, or one would undo what
 * was written through the other: so it is roots that are opened.
 */
static struct opened *
find_opened(struct native_command *command, const struct trf_mem *root)
{
   for (unsigned i = 0; i < command->opened_count; i++) {
      if (command->opened[i].root == root)
         return &command->opened[i];
   }
   return NULL;
}

static cl_int
place_pointer(struct native_command *command,
              const struct trf_native_place *place, struct trf_gpu *gpu)
{
   uint8_t *pointer = NULL;

   if (place->buffer) {
      struct trf_mem *root = place->buffer->root;
      if (!find_opened(command, root)) {
         const cl_int error = open_root(command, root, gpu);
         if (error)
            return error;
      }
      pointer = find_opened(command, root)->access.pointer +
                trf_mem_root_offset(place->buffer);
   }
   memcpy((uint8_t *)command->args + place->offset, &pointer,
          sizeof(pointer));
   return CL_SUCCESS;
}

static cl_int
native_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct native_command *command = (struct native_command *)event;
   cl_int error = CL_SUCCESS;

   for (unsigned i = 0; i < command->place_count && !error; i++)
      error = place_pointer(command, &command->places[i], gpu);
   if (error)
      return error;

   command->function(command->args);
   for (unsigned i = 0; i < command->opened_count && !error; i++)
      error = trf_access_store(&command->opened[i].access, gpu);
   return error;
}

static void
native_ended(struct trf_event *event, cl_int status)
{
   struct native_command *command = (struct native_command *)event;
   for (unsigned i = 0; i < command->opened_count; i++)
      trf_access_release(&command->opened[i].access);
}

static void
native_release(struct trf_event *event)
{
   struct native_command *command = (struct native_command *)event;
   for (unsigned i = 0; i < command->place_count; i++)
      trf_mem_unref(command->places[i].buffer);
}

static const struct trf_command_ops native_ops = {
   .run = native_run,
   .ended = native_ended,
   .release = native_release,
};

/* One allocation for the command and its arrays; 0 if it would wrap. */
static size_t
command_size(const struct trf_native_args *args, size_t *places,
             size_t *opened, size_t *copy)
{
   const size_t count = args->place_count;

   *places = align_uintptr(sizeof(struct native_command), 16);
   *opened =
      align_uintptr(*places + count * sizeof(struct trf_native_place), 16);
   *copy = align_uintptr(*opened + count * sizeof(struct opened), 16);
   return args->size <= SIZE_MAX - *copy ? *copy + args->size : 0;
}

static struct native_command *
create_command(struct trf_queue *queue, const struct trf_native_args *args)
{
   size_t places, opened, copy;
   const size_t size = command_size(args, &places, &opened, &copy);
   if (!size)
      return NULL;

   struct native_command *command = trf_command_create(
      queue, CL_COMMAND_NATIVE_KERNEL, size, &native_ops, args->want_event);
   if (!command)
      return NULL;
   uint8_t *base = (uint8_t *)command;
   command->places = (struct trf_native_place *)(base + places);
   command->opened = (struct opened *)(base + opened);
   command->args = args->args ? base + copy : NULL;
   return command;
}

cl_int
trf_native_enqueue(struct trf_queue *queue,
                   const struct trf_native_args *args,
                   struct trf_event **event)
{
   struct native_command *command = create_command(queue, args);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   command->function = args->function;
   if (args->args)
      memcpy(command->args, args->args, args->size);
   command->place_count = args->place_count;
   for (unsigned i = 0; i < args->place_count; i++) {
      command->places[i] = args->places[i];
      trf_mem_ref(args->places[i].buffer);
   }
   return trf_command_enqueue(&command->event, &args->waits, false,
                              args->want_event ? event : NULL);
}
