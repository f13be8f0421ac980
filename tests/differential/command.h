/* SPDX-License-Identifier: MIT */

/* Commands: what they wait for, and what they must have done. */

#ifndef DIFFERENTIAL_COMMAND_H
#define DIFFERENTIAL_COMMAND_H

#include "world.h"

#define MAX_SPANS 2
#define MAX_WAITS 96
#define MAX_IN_FLIGHT 48

struct command {
   struct command *next;
   cl_event event;
   cl_command_type type;
   unsigned queue;
   unsigned op;
   char op_name[24];
   uint32_t users; /* unset user events that it waits for */
   struct span spans[MAX_SPANS];
   unsigned span_count;
   struct command *cover; /* a later marker that waits for this one */
   bool done;

   /* A read's memory, with what it must hold when the command is complete. */
   uint8_t *host;
   uint8_t *expected, *known;
   size_t host_size;
   struct layout host_layout;
   char text[200];
};

/* A command about to be enqueued. */
struct issue {
   struct world *world;
   struct rng *rng;
   struct queue *queue;
   cl_command_type type;
   bool blocking;
   bool may_wait_user; /* whether a user event may be thrown in */
   struct span spans[MAX_SPANS];
   unsigned span_count;
   cl_event waits[MAX_WAITS];
   cl_uint wait_count;
   uint32_t users;
   cl_event event;
};

/* A random queue; blocking or not. */
void issue_init(struct issue *issue, struct world *world, struct rng *rng,
                cl_command_type type);
void issue_span(struct issue *issue, struct span span);

/* An explicit dependency beside those that the spans make. */
void issue_after(struct issue *issue, struct command *command);

/*
 * Gathers the wait list; a blocking command's user events are set first.
 * To be called when nothing but the enqueue is left to do.
 */
void issue_prepare(struct issue *issue);
const cl_event *issue_waits(const struct issue *issue);

/*
 * The enqueue's code must be CL_SUCCESS.  Takes the event over; `host`,
 * which may be NULL, is freed when the command is complete.
 */
struct command *issue_done(struct issue *issue, cl_int code, uint8_t *host);

/* A read's host memory must be `expected` where `known`: both taken over. */
void command_expect(struct command *command, uint8_t *expected,
                    uint8_t *known, size_t size, const struct layout *layout,
                    const char *text);

/* Call after command_expect(): a blocking command is complete. */
void issue_finish(struct issue *issue, struct command *command);

/* Sets the user events of this mask. */
void world_set_users(struct world *world, uint32_t users);

/* Waits for a command, setting the user events that it needs. */
void world_wait(struct world *world, struct command *command);

/* Waits for everything, and checks and forgets all commands. */
void world_settle(struct world *world);

/* A marker or a barrier was enqueued: later commands may rely on it. */
void world_cover(struct world *world, struct command *command, bool barrier);

/* Checks a random command's status against the user events. */
bool world_poll(struct world *world, struct rng *rng);

/* The event of a user event, new or old, not set yet. */
int world_user(struct world *world, struct rng *rng);

#endif
