/* SPDX-License-Identifier: MIT */

/* A resource as src/gallium sees it. */

#ifndef TRF_GALLIUM_RESOURCE_PRIVATE_H
#define TRF_GALLIUM_RESOURCE_PRIVATE_H

#include "gallium/resource.h"

struct pipe_transfer;

enum trf_direct_state {
   TRF_DIRECT_UNKNOWN,
   TRF_DIRECT_NONE,
   TRF_DIRECT_FOUND,
};

struct trf_level {
   uint32_t state; /* atomic: once it is known, the rest is constant */
   struct trf_direct direct;
   struct pipe_transfer *transfer; /* NULL if `direct` needs no map */
};

struct trf_resource {
   struct trf_screen *screen;
   struct pipe_resource *pipe;
   struct trf_resource_desc desc;
   bool wrapped;         /* the client's memory */
   uint32_t copied_into; /* atomic: see settle_copies() in context.c */
   void *pages; /* of our own that `pipe` lies on; NULL if the driver's */
   size_t pages_size;
   struct trf_level levels[];
};

/* Whether storage is made where the host can map it for good. */
bool trf_resource_in_host_memory(const struct trf_screen *screen,
                                 const struct trf_resource_desc *desc);

/* Unmaps what finding direct pointers left mapped. */
void trf_resource_forget_direct(struct trf_resource *resource);

#endif
