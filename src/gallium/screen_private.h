/* SPDX-License-Identifier: MIT */

/* The screen as src/gallium sees it. */

#ifndef TRF_GALLIUM_SCREEN_PRIVATE_H
#define TRF_GALLIUM_SCREEN_PRIVATE_H

#include "gallium/screen.h"
#include "pipe/p_defines.h"
#include "util/simple_mtx.h"

struct pipe_context;
struct pipe_loader_device;
struct trf_staging_pool;

struct trf_screen {
   struct pipe_screen *pipe;
   struct pipe_screen *serial; /* a twin without threads; NULL if none */
   struct pipe_loader_device *device; /* outlives pipe; NULL if software */
   char *driver;
   char *name;
   char *vendor;
   struct trf_screen_caps caps;
   struct trf_staging_pool *staging;

   /* Atomic: how far the device's clock is ahead, and when that was seen. */
   int64_t clock_offset;
   uint64_t clock_seen; /* 0: never */

   /*
    * The innermost lock: nothing but driver calls happens under it.  It
    * guards a context that only finds and keeps direct pointers, made on
    * first use.
    */
   simple_mtx_t map_lock;
   struct pipe_context *map_context;

   simple_mtx_t turn; /* innermost, with map_lock: see below */
};

/*
 * Reads everything that `driver`, at screen->pipe, says of itself, and for
 * zink what it does not pass on.
 */
void trf_screen_fill_caps(struct trf_screen *screen,
                          const struct trf_vulkan_device *vulkan);

/* NULL if the driver cannot. */
struct pipe_context *trf_screen_create_context(struct trf_screen *screen,
                                               unsigned flags);

/*
 * Around each call that may send what a context has recorded, and there are
 * more than flush(): where caps.contexts_take_turns, no two contexts of a
 * screen may do so at a time.  Nothing but driver calls happens between.
 */
static inline void
trf_screen_take_turn(struct trf_screen *screen)
{
   if (screen->caps.contexts_take_turns)
      simple_mtx_lock(&screen->turn);
}

static inline void
trf_screen_end_turn(struct trf_screen *screen)
{
   if (screen->caps.contexts_take_turns)
      simple_mtx_unlock(&screen->turn);
}

/* The map context, made if need be; NULL if the driver cannot. */
struct pipe_context *trf_screen_map_context_locked(struct trf_screen *screen);

enum pipe_texture_target trf_pipe_target(enum trf_target target);

struct trf_staging_pool *trf_staging_pool_create(void);
void trf_staging_pool_destroy(struct trf_staging_pool *pool);

#endif
