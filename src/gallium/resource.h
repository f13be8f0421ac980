/* SPDX-License-Identifier: MIT */

/* Storage on one device: a pipe_resource and what is known about it. */

#ifndef TRF_GALLIUM_RESOURCE_H
#define TRF_GALLIUM_RESOURCE_H

#include "gallium/screen.h"
#include "util/trf_region.h"

struct pipe_resource;
struct trf_resource;

struct trf_resource_desc {
   enum trf_target target;
   enum pipe_format format; /* PIPE_FORMAT_R8_UINT for buffers */
   size_t width;            /* bytes for buffers, else pixels */
   size_t height, depth;    /* 1 where the target has none */
   size_t layers;           /* 1 unless an array */
   unsigned levels;         /* >= 1 */
   unsigned uses;           /* enum trf_format_use mask; images only */
   bool host_visible;       /* ALLOC_HOST_PTR: linear, cached, mappable */
   bool staging;            /* transfers only: no client's kernel binds it */
   bool internal;           /* no client's: TREFOIL_DEBUG leaves it alone */
};

/*
 * A pointer to memory of the resource itself, and its pitches.  The layers
 * of a 1D array are its rows: row and slice both lead from one to the next.
 */
struct trf_direct {
   uint8_t *pointer;
   struct trf_layout layout;
};

/* NULL if the driver refuses: too large, unsupported, out of memory. */
struct trf_resource *
trf_resource_create(struct trf_screen *screen,
                    const struct trf_resource_desc *desc);

/* A buffer of so many bytes, nobody's but our own if `internal`. */
struct trf_resource *trf_resource_create_buffer(struct trf_screen *screen,
                                                size_t bytes, bool internal);

/*
 * Makes the client's memory itself the storage.  NULL unless the driver
 * takes it with exactly these pitches (layout ignored for buffers; rows of a
 * 1D array are its layers) and at this alignment.  One level only.
 */
struct trf_resource *trf_resource_wrap(struct trf_screen *screen,
                                       const struct trf_resource_desc *desc,
                                       void *memory,
                                       const struct trf_layout *layout);

/* No queue may still use it.  NULL is accepted. */
void trf_resource_destroy(struct trf_resource *resource);

/*
 * The first pixel of a level, where the driver gives a pointer that is
 * stable until the resource dies and coherent with what the device does.
 * False where it has none, and always under TREFOIL_DEBUG=staging (except
 * for wrapped, staging and internal ones).  Cheap: worked out once per level.
 */
bool trf_resource_direct(struct trf_resource *resource, unsigned level,
                         struct trf_direct *direct);

/* Whether the client's memory is the storage. */
bool trf_resource_is_wrapped(const struct trf_resource *resource);

const struct trf_resource_desc *
trf_resource_desc(const struct trf_resource *resource);
struct pipe_resource *trf_resource_pipe(const struct trf_resource *resource);
struct trf_screen *trf_resource_screen(const struct trf_resource *resource);

#endif
