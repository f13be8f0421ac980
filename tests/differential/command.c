/* SPDX-License-Identifier: MIT */

#include "command.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
issue_init(struct issue *issue, struct world *world, struct rng *rng,
           cl_command_type type)
{
   if (world->command_count >= MAX_IN_FLIGHT)
      world_settle(world);

   memset(issue, 0, sizeof(*issue));
   issue->world = world;
   issue->rng = rng;
   issue->queue = &world->queues[rng_below(rng, world->queue_count)];
   issue->type = type;
   issue->blocking = rng_chance(rng, 20);
   issue->may_wait_user = true;
}

void
issue_span(struct issue *issue, struct span span)
{
   assert(issue->span_count < MAX_SPANS);
   issue->spans[issue->span_count++] = span;
}

static void
wait_on_event(struct issue *issue, cl_event event)
{
   for (cl_uint i = 0; i < issue->wait_count; i++) {
      if (issue->waits[i] == event)
         return;
   }
   assert(issue->wait_count < MAX_WAITS);
   issue->waits[issue->wait_count++] = event;
}

/* Whether the queue alone orders a command before all new ones. */
static bool
ordered_by_queue(const struct issue *issue, const struct command *command)
{
   const struct queue *queue = issue->queue;

   if (&issue->world->queues[command->queue] != queue)
      return false;
   if (!queue->out_of_order)
      return true;
   return command->cover && queue->barrier == command->cover;
}

void
issue_after(struct issue *issue, struct command *command)
{
   struct world *world = issue->world;

   if (command->done || ordered_by_queue(issue, command))
      return;

   /* A marker behind it will do as well. */
   if (command->cover && !command->cover->done && rng_chance(issue->rng, 50))
      command = command->cover;

   issue->users |= command->users;
   wait_on_event(issue, command->event);

   /* Events of another queue are only waited for once that is flushed. */
   struct queue *other = &world->queues[command->queue];
   if (other != issue->queue && !other->flushed) {
      expect_success(world, "clFlush", clFlush(other->handle));
      other->flushed = true;
   }
}

/*
 * Through one handle, different bytes are independent.  Between handles that
 * share a storage the specification wants more care: see 5.2.1, "concurrent
 * reading from, writing to and copying".
 */
static bool
conflict(const struct world *world, const struct span *a,
         const struct span *b)
{
   if (a->storage != b->storage || !(a->write || b->write))
      return false;
   /* Two devices may each have a copy of the whole. */
   return world->device_count > 1 || a->handle != b->handle ||
          model_overlap(&a->layout, &a->box, &b->layout, &b->box);
}

static bool
must_follow(const struct issue *issue, const struct command *command)
{
   for (unsigned i = 0; i < issue->span_count; i++) {
      for (unsigned k = 0; k < command->span_count; k++) {
         if (conflict(issue->world, &issue->spans[i], &command->spans[k]))
            return true;
      }
   }
   return false;
}

void
issue_prepare(struct issue *issue)
{
   struct world *world = issue->world;

   for (struct command *c = world->commands; c; c = c->next) {
      if (must_follow(issue, c))
         issue_after(issue, c);
   }
   issue->users |= issue->queue->users;

   if (issue->blocking) {
      world_set_users(world, issue->users);
   } else if (issue->may_wait_user && rng_chance(issue->rng, 30)) {
      int user = world_user(world, issue->rng);
      if (user >= 0) {
         wait_on_event(issue, world->users[user].event);
         issue->users |= UINT32_C(1) << user;
      }
   }

   /* Those that were set meanwhile no longer hold anything up. */
   for (unsigned i = 0; i < MAX_USERS; i++) {
      if (!world->users[i].live)
         issue->users &= ~(UINT32_C(1) << i);
   }
}

const cl_event *
issue_waits(const struct issue *issue)
{
   return issue->wait_count ? issue->waits : NULL;
}

static void CL_CALLBACK
count_callback(cl_event event, cl_int status, void *data)
{
   struct world *world = data;

   (void)event;
   /* A wrong status is made to show as a wrong count. */
   atomic_fetch_add(&world->callbacks_seen, status == CL_COMPLETE ? 1 : 1000);
}

static void
check_event(struct world *world, const struct command *command)
{
   cl_command_type type = 0;
   cl_command_queue queue = NULL;

   expect_success(world, "clGetEventInfo",
                  clGetEventInfo(command->event, CL_EVENT_COMMAND_TYPE,
                                 sizeof(type), &type, NULL));
   if (type != command->type)
      fail(world, "event reports command 0x%x instead of 0x%x", type,
           command->type);
   expect_success(world, "clGetEventInfo",
                  clGetEventInfo(command->event, CL_EVENT_COMMAND_QUEUE,
                                 sizeof(queue), (void *)&queue, NULL));
   if (queue != world->queues[command->queue].handle)
      fail(world, "event reports another queue");
}

struct command *
issue_done(struct issue *issue, cl_int code, uint8_t *host)
{
   struct world *world = issue->world;
   struct queue *queue = issue->queue;
   struct command *command;

   expect_success(world, "the enqueue", code);
   if (!issue->event)
      fail(world, "the enqueue returned no event");

   command = calloc(1, sizeof(*command));
   assert(command);
   command->event = issue->event;
   command->type = issue->type;
   command->queue = (unsigned)(queue - world->queues);
   command->op = world->op;
   snprintf(command->op_name, sizeof(command->op_name), "%s", world->op_name);
   command->users = issue->users;
   memcpy(command->spans, issue->spans, sizeof(command->spans));
   command->span_count = issue->span_count;
   command->host = host;

   *world->commands_end = command;
   world->commands_end = &command->next;
   world->command_count++;

   queue->flushed = false;
   if (!queue->out_of_order)
      queue->users |= issue->users;
   if (rng_chance(issue->rng, 10))
      check_event(world, command);
   if (rng_chance(issue->rng, 5)) {
      atomic_fetch_add(&world->callbacks_wanted, 1);
      expect_success(world, "clSetEventCallback",
                     clSetEventCallback(command->event, CL_COMPLETE,
                                        count_callback, world));
   }
   return command;
}

void
command_expect(struct command *command, uint8_t *expected, uint8_t *known,
               size_t size, const struct layout *layout, const char *text)
{
   command->expected = expected;
   command->known = known;
   command->host_size = size;
   command->host_layout = *layout;
   snprintf(command->text, sizeof(command->text), "%s", text);
}

static void
report_read(struct world *world, const struct command *command, size_t at,
            size_t count)
{
   const struct layout *l = &command->host_layout;
   size_t z = l->slice ? at / l->slice : 0;
   size_t y = l->row ? at % l->slice / l->row : 0;
   size_t x = l->row ? at % l->slice % l->row / l->element : 0;

   fail(world,
        "operation %u (%s) read wrong data: %s\n"
        "  %zu bytes of %zu differ; first at byte %zu, pixel (%zu, %zu, %zu) "
        "of the region%s: expected 0x%02x, got 0x%02x",
        command->op, command->op_name, command->text, count,
        command->host_size, at, x, y, z,
        x >= l->width || y >= l->height || z >= l->depth
           ? ", which is padding that must stay untouched"
           : "",
        command->expected[at], command->host[at]);
}

static void
check_read(struct world *world, const struct command *command)
{
   size_t first = 0, count = 0;

   for (size_t i = 0; i < command->host_size; i++) {
      if ((command->host[i] ^ command->expected[i]) & command->known[i]) {
         if (!count++)
            first = i;
      }
   }
   if (count)
      report_read(world, command, first, count);
}

/* Its event is complete: looks at what it did. */
static void
complete(struct world *world, struct command *command)
{
   cl_int status = 1;

   if (command->done)
      return;
   expect_success(world, "clGetEventInfo",
                  clGetEventInfo(command->event,
                                 CL_EVENT_COMMAND_EXECUTION_STATUS,
                                 sizeof(status), &status, NULL));
   if (status != CL_COMPLETE)
      fail(world, "operation %u (%s): status %d after the wait for it",
           command->op, command->op_name, status);
   if (command->expected)
      check_read(world, command);
   command->done = true;

   free(command->host);
   free(command->expected);
   free(command->known);
   command->host = command->expected = command->known = NULL;
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      if (world->mappings[i].command == command)
         world->mappings[i].command = NULL;
   }
}

void
issue_finish(struct issue *issue, struct command *command)
{
   if (issue->blocking)
      complete(issue->world, command);
   else if (rng_chance(issue->rng, 6))
      world_wait(issue->world, command);
}

void
world_set_users(struct world *world, uint32_t users)
{
   for (unsigned i = 0; i < MAX_USERS; i++) {
      uint32_t bit = UINT32_C(1) << i;

      if (!(users & bit) || !world->users[i].live)
         continue;
      expect_success(
         world, "clSetUserEventStatus",
         clSetUserEventStatus(world->users[i].event, CL_COMPLETE));
      clReleaseEvent(world->users[i].event);
      world->users[i].live = false;

      for (struct command *c = world->commands; c; c = c->next)
         c->users &= ~bit;
      for (unsigned k = 0; k < world->queue_count; k++)
         world->queues[k].users &= ~bit;
   }
}

int
world_user(struct world *world, struct rng *rng)
{
   unsigned at = (unsigned)rng_below(rng, MAX_USERS);
   struct user *user = &world->users[at];
   cl_int code;

   if (!user->live) {
      user->event = clCreateUserEvent(world->context, &code);
      expect_success(world, "clCreateUserEvent", code);
      user->live = true;
   }
   return (int)at;
}

void
world_wait(struct world *world, struct command *command)
{
   if (command->done)
      return;
   world_set_users(world, command->users);

   /* What it waits for may sit, unflushed, in other queues. */
   for (unsigned i = 0; i < world->queue_count; i++) {
      if (!world->queues[i].flushed) {
         expect_success(world, "clFlush", clFlush(world->queues[i].handle));
         world->queues[i].flushed = true;
      }
   }
   expect_success(world, "clWaitForEvents",
                  clWaitForEvents(1, &command->event));
   complete(world, command);
}

void
world_settle(struct world *world)
{
   struct command *next;

   world_set_users(world, UINT32_MAX);
   for (unsigned i = 0; i < world->queue_count; i++)
      expect_success(world, "clFlush", clFlush(world->queues[i].handle));
   for (unsigned i = 0; i < world->queue_count; i++) {
      expect_success(world, "clFinish", clFinish(world->queues[i].handle));
      world->queues[i].flushed = true;
      world->queues[i].barrier = NULL;
      world->queues[i].users = 0;
   }

   for (struct command *c = world->commands; c; c = next) {
      next = c->next;
      complete(world, c);
      expect_success(world, "clReleaseEvent", clReleaseEvent(c->event));
      free(c);
   }
   world->commands = NULL;
   world->commands_end = &world->commands;
   world->command_count = 0;
}

void
world_cover(struct world *world, struct command *command, bool barrier)
{
   struct queue *queue = &world->queues[command->queue];

   for (struct command *c = world->commands; c; c = c->next) {
      if (c == command || c->queue != command->queue || c->done)
         continue;
      /* What an earlier barrier ordered, a later one does too. */
      if (barrier || !c->cover || c->cover != queue->barrier)
         c->cover = command;
   }
   if (barrier) {
      command->cover = command;
      queue->barrier = command;
      queue->users |= command->users;
   }
}

bool
world_poll(struct world *world, struct rng *rng)
{
   size_t at = rng_below(rng, world->command_count);
   struct command *command = world->commands;
   cl_int status = 1;

   while (at-- && command)
      command = command->next;
   if (!command)
      return false;

   expect_success(world, "clGetEventInfo",
                  clGetEventInfo(command->event,
                                 CL_EVENT_COMMAND_EXECUTION_STATUS,
                                 sizeof(status), &status, NULL));
   describe(world, "status of operation %u (%s) is %d", command->op,
            command->op_name, status);
   if (status < 0)
      fail(world, "operation %u (%s) failed: %s", command->op,
           command->op_name, error_name(status));
   if (status <= CL_RUNNING && command->users)
      fail(world,
           "operation %u (%s) ran before a user event that it waits "
           "for was set",
           command->op, command->op_name);
   if (status == CL_COMPLETE)
      complete(world, command);
   return true;
}
