/* SPDX-License-Identifier: MIT */

#include "gallium/hazard.h"

bool
trf_hazards_meet(const struct trf_hazards *hazards,
                 const struct pipe_resource *resource, bool writes)
{
   if (hazards->full)
      return true;
   for (unsigned i = 0; i < hazards->count; i++) {
      if (hazards->uses[i].resource == resource)
         return writes || hazards->uses[i].written;
   }
   return false;
}

void
trf_hazards_note(struct trf_hazards *hazards,
                 const struct pipe_resource *resource, bool writes)
{
   for (unsigned i = 0; i < hazards->count; i++) {
      if (hazards->uses[i].resource == resource) {
         hazards->uses[i].written |= writes;
         return;
      }
   }
   if (hazards->count == TRF_HAZARD_RESOURCES) {
      hazards->full = true;
      return;
   }
   hazards->uses[hazards->count].resource = resource;
   hazards->uses[hazards->count].written = writes;
   hazards->count++;
}

void
trf_hazards_clear(struct trf_hazards *hazards)
{
   hazards->count = 0;
   hazards->full = false;
}

bool
trf_hazards_are_none(const struct trf_hazards *hazards)
{
   return !hazards->count;
}
