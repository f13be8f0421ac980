/* SPDX-License-Identifier: MIT */

/*
 * The operations.  Each draws all its choices from its own generator and
 * from the world's state, so that it stays valid whatever ran before it:
 * that is what lets the shrinker drop any of them.
 */

#ifndef DIFFERENTIAL_OPS_H
#define DIFFERENTIAL_OPS_H

#include "world.h"

/* False if there was nothing that it could be done to. */
typedef bool op_function(struct world *world, struct rng *rng);

struct op {
   const char *name;
   op_function *run;
   unsigned weight;
   bool strict; /* only where --require-all is given */
};

extern const struct op ops[];
extern const unsigned op_count;

/* The index of a random operation, by weight; of that name, or -1. */
unsigned op_choose(struct rng *rng);
int op_find(const char *name);

/* How often an implementation refused to create something. */
extern unsigned refusals;

op_function op_create_buffer, op_create_sub_buffer, op_create_image,
   op_create_image_buffer, op_create_image_from_buffer,
   op_create_image_from_image;

op_function op_map, op_map_overlap, op_write_mapped, op_check_mapped,
   op_unmap, op_read_to_mapped, op_write_from_mapped, op_remap;

op_function op_read_buffer, op_write_buffer, op_read_rect, op_write_rect,
   op_copy_buffer, op_copy_rect, op_fill_buffer;

op_function op_read_image, op_write_image, op_copy_image, op_fill_image,
   op_image_to_buffer, op_buffer_to_image;

op_function op_migrate, op_marker, op_barrier, op_finish, op_flush, op_poll,
   op_wait, op_set_user, op_settle, op_release, op_retain, op_verify,
   op_failed_event;

op_function op_bad_buffer_range, op_bad_image_region, op_bad_level,
   op_bad_map, op_bad_unmap, op_bad_pitch, op_bad_waits, op_bad_copy,
   op_bad_fill, op_bad_create, op_bad_handle, op_bad_access, op_bad_relation;

#endif
