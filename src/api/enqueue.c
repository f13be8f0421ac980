/* SPDX-License-Identifier: MIT */

#include "api/enqueue.h"

#include "api/validate_command.h"

static bool
is_kind(const struct trf_mem *mem, enum trf_kind kind)
{
   return kind == TRF_KIND_IMAGE ? trf_mem_is_image(mem)
                                 : mem->type == CL_MEM_OBJECT_BUFFER;
}

static cl_int
resolve_operand(struct trf_operand *operand)
{
   operand->mem = trf_mem_from_handle(operand->handle);
   if (!operand->mem || !is_kind(operand->mem, operand->kind)) {
      return trf_error(
         CL_INVALID_MEM_OBJECT, "%p is not %s", (void *)operand->handle,
         operand->kind == TRF_KIND_IMAGE ? "an image" : "a buffer");
   }
   return CL_SUCCESS;
}

cl_int
trf_resolve_operands(cl_command_queue handle, struct trf_queue **queue,
                     struct trf_operand *operands, unsigned count)
{
   cl_int error = CL_SUCCESS;

   /* "Not a valid host command-queue." */
   *queue = trf_queue_from_handle(handle);
   if (!*queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");

   /* "Not a valid buffer object", "not a valid image object." */
   for (unsigned i = 0; i < count && !error; i++)
      error = resolve_operand(&operands[i]);

   /* "The context of queue and memory object are not the same." */
   for (unsigned i = 0; i < count && !error; i++)
      error = trf_validate_same_context(*queue, operands[i].mem);

   return error;
}

static void
set_range(struct trf_side *side, size_t size)
{
   side->region.box =
      (struct trf_box){.width = size, .height = 1, .depth = 1};
   side->layout =
      (struct trf_layout){.element = 1, .row = size, .slice = size};
}

struct trf_side
trf_side_range(struct trf_mem *buffer, size_t offset, size_t size)
{
   struct trf_side side = {.mem = buffer, .offset = offset};
   set_range(&side, size);
   return side;
}

/* Sides are for both directions, so that they lose the client's const. */
static void *
host_memory(const void *host)
{
   return (void *)(uintptr_t)host;
}

struct trf_side
trf_side_host_range(const void *host, size_t size)
{
   struct trf_side side = {.host = host_memory(host)};
   set_range(&side, size);
   return side;
}

struct trf_side
trf_side_box(struct trf_mem *buffer, const struct trf_box *box,
             const struct trf_layout *layout)
{
   return (struct trf_side){
      .mem = buffer,
      .region = {.box = *box},
      .layout = *layout,
   };
}

struct trf_side
trf_side_host_box(const void *host, const struct trf_box *box,
                  const struct trf_layout *layout)
{
   return (struct trf_side){
      .host = host_memory(host),
      .region = {.box = *box},
      .layout = *layout,
   };
}

struct trf_side
trf_side_image(struct trf_mem *image, const struct trf_image_region *region)
{
   return (struct trf_side){.mem = image, .region = *region};
}

static cl_int
start_waits(struct trf_waits *waits, const struct trf_queue *queue,
            const struct trf_sync *sync)
{
   return trf_waits_init(waits, trf_queue_context(queue), sync->count,
                         sync->events);
}

static cl_int
finish_waits(struct trf_waits *waits, cl_int error,
             const struct trf_sync *sync, struct trf_event *command)
{
   trf_waits_finish(waits);
   if (error)
      return trf_error(error, "the command was not enqueued or failed");
   trf_return_event(sync->event, command);
   return CL_SUCCESS;
}

cl_int
trf_submit_transfer(struct trf_queue *queue, struct trf_transfer_args *args,
                    const struct trf_sync *sync)
{
   struct trf_event *command = NULL;
   struct trf_waits waits;
   cl_int error = start_waits(&waits, queue, sync);
   if (error)
      return error;

   args->blocking = sync->blocking;
   args->waits = waits.list;
   args->want_event = sync->event != NULL;
   error = trf_transfer_enqueue(queue, args, &command);
   return finish_waits(&waits, error, sync, command);
}

cl_int
trf_submit_fill(struct trf_queue *queue, struct trf_fill_args *args,
                const struct trf_sync *sync)
{
   struct trf_event *command = NULL;
   struct trf_waits waits;
   cl_int error = start_waits(&waits, queue, sync);
   if (error)
      return error;

   args->waits = waits.list;
   args->want_event = sync->event != NULL;
   error = trf_fill_enqueue(queue, args, &command);
   return finish_waits(&waits, error, sync, command);
}

cl_int
trf_submit_migrate(struct trf_queue *queue, struct trf_migrate_args *args,
                   const struct trf_sync *sync)
{
   struct trf_event *command = NULL;
   struct trf_waits waits;
   cl_int error = start_waits(&waits, queue, sync);
   if (error)
      return error;

   args->waits = waits.list;
   args->want_event = sync->event != NULL;
   error = trf_migrate_enqueue(queue, args, &command);
   return finish_waits(&waits, error, sync, command);
}
