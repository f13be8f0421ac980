/* SPDX-License-Identifier: MIT */

/* Events, queues, lifetimes, and looking at what is there. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "ops.h"
#include "verify.h"

bool
op_migrate(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   struct issue issue;
   struct box box;
   cl_int code;

   if (!object)
      return false;
   /* A migration counts as a command that may move all of the bytes. */
   box = layout_all(&object->level[0]);
   for (unsigned i = 0; i < object->levels; i++) {
      struct box all = layout_all(&object->level[i]);
      struct span span = object_span(object, i, &all, true);
      if (world_locked(world, &span))
         return false;
   }
   bool to_host = rng_chance(rng, 40);
   struct span span = object_span(object, 0, &box, true);
   /* All levels are meant: as bytes, from the first to the last. */
   span.layout = (struct layout){
      0, 1, object->storage->size, 0, object->storage->size, 1, 1};
   span.box = layout_all(&span.layout);

   issue_init(&issue, world, rng, CL_COMMAND_MIGRATE_MEM_OBJECTS);
   issue.blocking = false;
   issue_span(&issue, span);
   describe(world, "#%u%s queue %u", object->serial,
            to_host ? " to the host" : "",
            (unsigned)(issue.queue - world->queues));
   issue_prepare(&issue);
   code = clEnqueueMigrateMemObjects(issue.queue->handle, 1, &object->mem,
                                     to_host ? CL_MIGRATE_MEM_OBJECT_HOST : 0,
                                     issue.wait_count, issue_waits(&issue),
                                     &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   issue_finish(&issue, command);
   return true;
}

/* A marker or a barrier behind all of a queue, or behind a wait list. */
static bool
synchronise(struct world *world, struct rng *rng, bool barrier)
{
   bool all = rng_chance(rng, 60);
   struct issue issue;
   cl_int code;

   issue_init(&issue, world, rng,
              barrier ? CL_COMMAND_BARRIER : CL_COMMAND_MARKER);
   issue.blocking = false;
   issue.may_wait_user = !all;
   for (struct command *c = world->commands; c; c = c->next) {
      if (all && &world->queues[c->queue] == issue.queue)
         issue.users |= c->users;
      else if (!all && rng_chance(rng, 20))
         issue_after(&issue, c);
   }
   describe(world, "queue %u, %s", (unsigned)(issue.queue - world->queues),
            all ? "all before it" : "a wait list");
   issue_prepare(&issue);
   /* With no wait list it is about all that was enqueued before. */
   all = issue.wait_count == 0;
   code =
      barrier
         ? clEnqueueBarrierWithWaitList(issue.queue->handle, issue.wait_count,
                                        issue_waits(&issue), &issue.event)
         : clEnqueueMarkerWithWaitList(issue.queue->handle, issue.wait_count,
                                       issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   if (all) {
      for (struct command *c = world->commands; c; c = c->next) {
         if (c->queue == command->queue)
            command->users |= c->users;
      }
      world_cover(world, command, barrier);
   } else if (barrier) {
      issue.queue->users |= command->users;
   }
   return true;
}

bool
op_marker(struct world *world, struct rng *rng)
{
   return synchronise(world, rng, false);
}

bool
op_barrier(struct world *world, struct rng *rng)
{
   return synchronise(world, rng, true);
}

bool
op_finish(struct world *world, struct rng *rng)
{
   unsigned at = (unsigned)rng_below(rng, world->queue_count);
   struct queue *queue = &world->queues[at];

   describe(world, "queue %u", at);
   for (struct command *c = world->commands; c; c = c->next) {
      if (c->queue == at)
         world_set_users(world, c->users);
   }
   /* Its commands may wait for others that nobody has flushed yet. */
   for (unsigned i = 0; i < world->queue_count; i++)
      expect_success(world, "clFlush", clFlush(world->queues[i].handle));
   expect_success(world, "clFinish", clFinish(queue->handle));
   for (struct command *c = world->commands; c; c = c->next) {
      if (c->queue == at)
         world_wait(world, c);
   }
   return true;
}

bool
op_flush(struct world *world, struct rng *rng)
{
   unsigned at = (unsigned)rng_below(rng, world->queue_count);

   describe(world, "queue %u", at);
   expect_success(world, "clFlush", clFlush(world->queues[at].handle));
   world->queues[at].flushed = true;
   return true;
}

bool
op_poll(struct world *world, struct rng *rng)
{
   return world_poll(world, rng);
}

bool
op_wait(struct world *world, struct rng *rng)
{
   size_t at = rng_below(rng, world->command_count);
   struct command *command = world->commands;

   while (at-- && command)
      command = command->next;
   if (!command || command->done)
      return false;
   describe(world, "for operation %u (%s)", command->op, command->op_name);
   world_wait(world, command);
   return true;
}

bool
op_set_user(struct world *world, struct rng *rng)
{
   size_t start = rng_below(rng, MAX_USERS);

   for (size_t i = 0; i < MAX_USERS; i++) {
      size_t at = (start + i) % MAX_USERS;
      if (!world->users[at].live)
         continue;
      describe(world, "user event %zu", at);
      world_set_users(world, UINT32_C(1) << at);
      return true;
   }
   return false;
}

bool
op_settle(struct world *world, struct rng *rng)
{
   describe(world, "all queues");
   world_settle(world);
   for (unsigned i = 0; i < MAX_OBJECTS; i++) {
      if (world->objects[i].live)
         verify_info(world, &world->objects[i]);
   }
   (void)rng;
   return true;
}

/* A write map of bytes that others still see would die with its object. */
static bool
can_release(const struct world *world, const struct object *object)
{
   if (object->storage->users == 1)
      return true;
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *mapping = &world->mappings[i];
      if (mapping->live && mapping->object == object && mapping->span.write)
         return false;
   }
   return true;
}

bool
op_release(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   bool settled = rng_chance(rng, 10);
   char text[160];

   if (!object || !can_release(world, object))
      return false;
   describe(world, "%s", object_text(object, text, sizeof(text)));
   if (settled)
      world_settle(world);
   world_release_object(world, object);
   return true;
}

/* References of all that has them, there and back. */
bool
op_retain(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   size_t which = rng_below(rng, 4);
   cl_command_queue queue = world->queues[0].handle;
   cl_uint count = 0;

   describe(world, "kind %zu", which);
   if (which == 0) {
      if (!object)
         return false;
      expect_success(world, "clRetainMemObject",
                     clRetainMemObject(object->mem));
      expect_success(world, "clGetMemObjectInfo",
                     clGetMemObjectInfo(object->mem, CL_MEM_REFERENCE_COUNT,
                                        sizeof(count), &count, NULL));
      if (count < 2)
         fail(world, "reference count %u after a retain", count);
      expect_success(world, "clReleaseMemObject",
                     clReleaseMemObject(object->mem));
   } else if (which == 1) {
      if (!world->commands)
         return false;
      expect_success(world, "clRetainEvent",
                     clRetainEvent(world->commands->event));
      expect_success(world, "clReleaseEvent",
                     clReleaseEvent(world->commands->event));
   } else if (which == 2) {
      expect_success(world, "clRetainCommandQueue",
                     clRetainCommandQueue(queue));
      expect_success(world, "clReleaseCommandQueue",
                     clReleaseCommandQueue(queue));
   } else {
      expect_success(world, "clRetainContext",
                     clRetainContext(world->context));
      expect_success(world, "clReleaseContext",
                     clReleaseContext(world->context));
   }
   return true;
}

bool
op_verify(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   char text[160];

   if (!object)
      return false;
   describe(world, "%s", object_text(object, text, sizeof(text)));
   world_settle(world);
   verify_info(world, object);
   verify_object(world, rng, object);
   return true;
}

/* Enqueues a write or a map that waits for an event that will fail. */
static uint8_t *
enqueue_doomed(struct world *world, struct object *object,
               const struct box *box, bool map, cl_event *user,
               cl_command_queue queue, uint8_t *bytes, cl_event *event)
{
   size_t origin[4], region[3], row, slice;
   bool image = object_is_image(object);
   uint8_t *pointer = NULL;
   cl_int code;

   fill_origin(object, 0, box, origin, region);
   if (map && image) {
      pointer =
         clEnqueueMapImage(queue, object->mem, CL_FALSE, CL_MAP_WRITE, origin,
                           region, &row, &slice, 1, user, event, &code);
   } else if (map) {
      pointer = clEnqueueMapBuffer(queue, object->mem, CL_FALSE, CL_MAP_WRITE,
                                   box->x, box->width, 1, user, event, &code);
   } else if (image) {
      code = clEnqueueWriteImage(queue, object->mem, CL_FALSE, origin, region,
                                 0, 0, bytes, 1, user, event);
   } else {
      code = clEnqueueWriteBuffer(queue, object->mem, CL_FALSE, box->x,
                                  box->width, bytes, 1, user, event);
   }
   expect_success(world, "the enqueue", code);
   return pointer;
}

static bool
address_in_use(const struct world *world, const struct object *object,
               const uint8_t *pointer)
{
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *mapping = &world->mappings[i];
      if (mapping->live && mapping->object == object &&
          mapping->pointer == pointer)
         return true;
   }
   return false;
}

/*
 * A command whose wait list fails must not run, its event must report so,
 * and the queue must go on as if it had never been.
 */
bool
op_failed_event(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, object_can_write);
   unsigned at = (unsigned)rng_below(rng, world->queue_count);
   bool map = rng_chance(rng, 40);
   cl_event user, event = NULL;
   cl_int code, status = 0;
   struct box box;

   if (!object || !random_free_box(world, rng, object, 0, true, &box))
      return false;
   describe(world, "a %s of #%u on queue %u", map ? "map" : "write",
            object->serial, at);
   world_settle(world);
   size_t size =
      box.width * box.height * box.depth * object->level[0].element;
   uint8_t *bytes = malloc(size);
   assert(bytes);
   rng_fill(rng, bytes, size);
   user = clCreateUserEvent(world->context, &code);
   expect_success(world, "clCreateUserEvent", code);
   uint8_t *pointer = enqueue_doomed(world, object, &box, map, &user,
                                     world->queues[at].handle, bytes, &event);
   expect_success(world, "clSetUserEventStatus",
                  clSetUserEventStatus(user, -1234));
   expect_code(world, "clWaitForEvents", clWaitForEvents(1, &event),
               CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
   expect_success(world, "clGetEventInfo",
                  clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                 sizeof(status), &status, NULL));
   if (status >= 0)
      fail(world, "status %d of a command whose wait list failed", status);
   clReleaseEvent(event);
   clReleaseEvent(user);
   if (map && !address_in_use(world, object, pointer)) {
      expect_code(world, "the unmap of a failed map",
                  clEnqueueUnmapMemObject(world->queues[at].handle,
                                          object->mem, pointer, 0, NULL,
                                          NULL),
                  CL_INVALID_VALUE);
   }
   expect_success(world, "clFinish", clFinish(world->queues[at].handle));
   free(bytes);
   verify_info(world, object);
   verify_object(world, rng, object);
   return true;
}
