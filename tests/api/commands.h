/* SPDX-License-Identifier: MIT */

/*
 * Every clEnqueue* that needs no kernel, with arguments that are good: for
 * what must hold of all of them (queues, wait lists, events, contexts).
 */

#ifndef TESTS_API_COMMANDS_H
#define TESTS_API_COMMANDS_H

#include "common.h"

/* What the commands work on: two buffers and two images of one context. */
struct props {
   cl_mem src, dst;             /* buffers of PROP_BYTES */
   cl_mem src_image, dst_image; /* 2D, 16 × 16, RGBA8 */
   void *mapped;                /* of unmap: where dst is mapped */
   unsigned char host[4096];
};

#define PROP_BYTES 4096

void props_init(struct props *props);
void props_finish(struct props *props);

struct command {
   const char *name;
   cl_command_type type;
   bool images;
   bool can_block;
   bool uses_mem; /* false: markers and barriers */
   cl_int (*enqueue)(struct props *props, cl_command_queue queue,
                     cl_bool blocking, cl_uint count, const cl_event *waits,
                     cl_event *event);
   /* What the call leaves behind must be undone. */
   void (*undo)(struct props *props);
   /* What must be there before it. */
   void (*prepare)(struct props *props);
};

extern const struct command commands[];
extern const unsigned command_count;

/* Whether the device can do it. */
bool command_usable(const struct command *command);

#endif
