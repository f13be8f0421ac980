/* SPDX-License-Identifier: MIT */

/*
 * What kernels have read and written since the last barrier of a context.
 * Drivers let kernels overlap; a barrier is wanted where one needs what
 * another wrote, or writes what another reads, and nowhere else.
 */

#ifndef TRF_GALLIUM_HAZARD_H
#define TRF_GALLIUM_HAZARD_H

#include <stdbool.h>

struct pipe_resource;

#define TRF_HAZARD_RESOURCES 32

/* The resources are never looked into: they may be gone. */
struct trf_hazards {
   struct {
      const struct pipe_resource *resource;
      bool written;
   } uses[TRF_HAZARD_RESOURCES];
   unsigned count;
   bool full; /* there were more: anything may have been used */
};

/* Whether a use must wait for what is noted. */
bool trf_hazards_meet(const struct trf_hazards *hazards,
                      const struct pipe_resource *resource, bool writes);
void trf_hazards_note(struct trf_hazards *hazards,
                      const struct pipe_resource *resource, bool writes);
void trf_hazards_clear(struct trf_hazards *hazards);

/* Whether nothing is noted. */
bool trf_hazards_are_none(const struct trf_hazards *hazards);

#endif
