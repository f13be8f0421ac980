/* SPDX-License-Identifier: MIT */

/* The device's clock, and timestamps of it in the stream of commands. */

#include "sim_private.h"

#include <stdlib.h>

#include "util/os_time.h"
#include "util/u_atomic.h"

/* Where the device writes the time: a query has another each time. */
struct stamp {
   uint32_t refs;
   uint64_t time; /* atomic; 0: it did not get there */
};

struct sim_query {
   struct stamp *stamp; /* NULL: never used */
};

struct stamp_command {
   struct sim_command base;
   struct stamp *stamp;
   struct sim_screen *screen;
};

static int64_t turned; /* atomic */

static uint64_t
get_timestamp(struct pipe_screen *pipe)
{
   struct sim_screen *screen = sim_screen(pipe);

   return os_time_get_nano() + SIMGPU_CLOCK_AHEAD + p_atomic_read(&turned) +
          p_atomic_read(&screen->clock_moved);
}

void
sim_turn_clocks(int64_t ns)
{
   p_atomic_add(&turned, ns);
}

void
sim_clock_move(struct sim_screen *screen, uint64_t ns)
{
   p_atomic_add(&screen->clock_moved, ns);
}

static void
stamp_unref(struct stamp *stamp)
{
   if (stamp && p_atomic_dec_zero(&stamp->refs))
      sim_free(stamp);
}

static void
run_stamp(struct sim_command *command, struct pipe_context **real)
{
   struct stamp_command *stamp = (struct stamp_command *)command;

   p_atomic_set(&stamp->stamp->time, get_timestamp(&stamp->screen->base));
}

static void
destroy_stamp(struct sim_command *command)
{
   stamp_unref(((struct stamp_command *)command)->stamp);
}

static struct pipe_query *
create_query(struct pipe_context *pipe, unsigned type, unsigned index)
{
   if (type != PIPE_QUERY_TIMESTAMP || index)
      sim_refuse("a query that is not simulated");
   if (sim_fails(SIMGPU_FAIL_QUERY))
      return NULL;

   struct sim_query *query = calloc(1, sizeof(*query));
   if (query)
      sim_count(1);
   return (struct pipe_query *)query;
}

static void
destroy_query(struct pipe_context *pipe, struct pipe_query *handle)
{
   struct sim_query *query = (struct sim_query *)handle;

   stamp_unref(query->stamp);
   free(query);
   sim_count(-1);
}

static bool
begin_query(struct pipe_context *pipe, struct pipe_query *handle)
{
   sim_refuse("a timestamp that begins");
}

static bool
end_query(struct pipe_context *pipe, struct pipe_query *handle)
{
   struct sim_query *query = (struct sim_query *)handle;

   if (sim_fails(SIMGPU_FAIL_QUERY))
      return false;

   stamp_unref(query->stamp);
   query->stamp = sim_alloc(sizeof(*query->stamp));
   query->stamp->refs = 2;
   struct stamp_command *command =
      sim_command_create(sizeof(*command), NULL, 0, run_stamp);
   command->base.destroy = destroy_stamp;
   command->base.harmless = true;
   command->stamp = query->stamp;
   command->screen = sim_screen(pipe->screen);
   sim_note("time");
   sim_record(sim_context(pipe), &command->base);
   return true;
}

static bool
get_query_result(struct pipe_context *pipe, struct pipe_query *handle,
                 bool wait, union pipe_query_result *result)
{
   const struct sim_query *query = (struct sim_query *)handle;

   if (wait)
      sim_refuse("a wait for a query");
   if (!query->stamp)
      sim_refuse("a query that was never made");
   result->u64 = p_atomic_read(&query->stamp->time);
   return result->u64 && !sim_fails(SIMGPU_FAIL_QUERY);
}

void
sim_init_clock(struct sim_screen *screen)
{
   screen->base.get_timestamp = get_timestamp;
}

void
sim_init_queries(struct sim_context *context)
{
   struct pipe_context *pipe = &context->base;

   pipe->create_query = create_query;
   pipe->destroy_query = destroy_query;
   pipe->begin_query = begin_query;
   pipe->end_query = end_query;
   pipe->get_query_result = get_query_result;
}
