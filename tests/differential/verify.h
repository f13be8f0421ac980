/* SPDX-License-Identifier: MIT */

#ifndef DIFFERENTIAL_VERIFY_H
#define DIFFERENTIAL_VERIFY_H

#include "world.h"

/*
 * Reads the whole object (what no map forbids of it) by every way that its
 * flags allow, and compares it with the model.
 */
void verify_object(struct world *world, struct rng *rng,
                   struct object *object);

/* CL_MEM_MAP_COUNT and the like; everything is settled. */
void verify_info(struct world *world, struct object *object);

/* Compares a region with client's memory. */
void verify_region(const struct world *world, const struct object *object,
                   unsigned level, const struct box *box, const uint8_t *host,
                   const struct layout *host_layout, const char *route);

/* Fails unless the object's map or read at that address is this size. */
void verify_map_layout(const struct world *world, const struct object *object,
                       const struct box *box, const uint8_t *pointer,
                       size_t row, size_t slice);

/* How pixels lie under a map's pointer. */
struct layout map_layout(const struct object *object, const struct box *box,
                         size_t row, size_t slice);

#endif
