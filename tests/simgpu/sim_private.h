/* SPDX-License-Identifier: MIT */

/*
 * A simulated GPU, for tests: a pipe driver that behaves as those of
 * discrete GPUs do and has llvmpipe run its kernels.
 *
 * - What a context is told to do is recorded, sent by flush and done on a
 *   thread of its own, by default only once somebody waits for it.
 * - Each resource has storage of the simulation's own, with its own pitches:
 *   tiled unless it is for the host.  llvmpipe's textures are filled from it
 *   before a kernel runs and read back after.
 * - Tiled and device memory is mapped through private copies.
 * - Storage is replaced when all of it is discarded while it is busy.
 * - Calls can be made to fail, devices to be lost (simgpu.h).
 *
 * Misuse that a real driver would answer with a hang ends the process.
 */

#ifndef TRF_TESTS_SIM_PRIVATE_H
#define TRF_TESTS_SIM_PRIVATE_H

#include "c11/threads.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "simgpu.h"
#include "util/list.h"
#include "util/macros.h"
#include "util/simple_mtx.h"

#define SIM_MAX_LEVELS 16
#define SIM_ROW        256 /* what rows, levels and buffers are aligned to */

/* A client's memory is taken only if it is aligned to this. */
#define SIM_USER_ALIGNMENT 256

#define SIM_MAX_GLOBALS  1024
#define SIM_MAX_VIEWS    128
#define SIM_MAX_IMAGES   64
#define SIM_MAX_SAMPLERS 32

struct sim_screen {
   struct pipe_screen base;
   struct pipe_screen *real;
   char name[32];
   bool eager;           /* commands are run as soon as they are sent */
   bool raw_formats;     /* kernels may store whole numbers, in 3D too */
   uint64_t clock_moved; /* atomic, ns: see sim_clock_move() */
   bool sub_groups;      /* that kernels may use */

   /* Held while the device does something: llvmpipe, and all storage. */
   simple_mtx_t hardware;

   simple_mtx_t lock;
   struct list_head engines; /* of all contexts */
};

struct sim_level {
   size_t offset, row, slice; /* a row is one of tiles where it is tiled */
   unsigned width, height, depth;
};

/* Memory: what commands use.  A resource may change to another. */
struct sim_storage {
   uint32_t refs;
   uint32_t pending; /* commands that use it and have not been run */
   struct sim_screen *screen;
   uint8_t *memory;
   size_t size;
   bool owned; /* not the client's */
   bool tiled;
   unsigned block; /* bytes of a pixel */
   struct sim_level levels[SIM_MAX_LEVELS];
   struct pipe_resource templ;
   struct pipe_resource *real; /* llvmpipe's; made for the first kernel */
};

struct sim_resource {
   struct pipe_resource base;
   bool for_host; /* linear, visible to the host, cached there */
   simple_mtx_t lock;
   struct sim_storage *storage; /* under lock; see sim_storage_of() */
};

/* What an engine is to do.  Storage that it uses is held. */
struct sim_command {
   struct list_head link;
   uint64_t sequence; /* of the flush that sent it */
   struct sim_storage **uses;
   unsigned use_count;
   bool harmless; /* never where the device is lost */
   void (*run)(struct sim_command *command, struct pipe_context **real);
   void (*destroy)(struct sim_command *command);
};

/* What works off the commands of one context; fences outlive it. */
struct sim_engine {
   uint32_t refs;
   struct sim_screen *screen;
   struct list_head link;     /* in the screen */
   struct pipe_context *real; /* llvmpipe's, under the hardware lock */
   bool lost;                 /* atomic */

   mtx_t lock;
   cnd_t work, progress;
   struct list_head commands;   /* sent and not run */
   uint64_t sent, done, wanted; /* numbers of flushes */
   bool exit;
   bool has_thread;
   thrd_t thread;
};

struct sim_fence {
   uint32_t refs;
   struct sim_engine *engine;
   uint64_t sequence;
   uint32_t asked; /* how often */
   bool fails;     /* atomic: to be waited for */
};

struct sim_cso {
   uint32_t refs;
   struct sim_engine *engine;
   void *state;
};

struct sim_context {
   struct pipe_context base;
   struct sim_engine *engine;
   struct list_head recorded;

   struct sim_cso *cso;
   struct pipe_sampler_view *views[SIM_MAX_VIEWS];
   struct pipe_image_view images[SIM_MAX_IMAGES];
   const struct pipe_sampler_state *samplers[SIM_MAX_SAMPLERS];
   struct pipe_resource *globals[SIM_MAX_GLOBALS];
   unsigned view_count, image_count, sampler_count, global_count;
   uint8_t *input;
   unsigned input_size;

   /*
    * What kernels may have written since the last barrier.  Recorded
    * commands hold it: a flush forgets it.
    */
   const struct sim_storage *written[SIM_MAX_GLOBALS];
   unsigned written_count;
};

static inline struct sim_screen *
sim_screen(struct pipe_screen *screen)
{
   return (struct sim_screen *)screen;
}

static inline struct sim_resource *
sim_resource(struct pipe_resource *resource)
{
   return (struct sim_resource *)resource;
}

static inline struct sim_context *
sim_context(struct pipe_context *context)
{
   return (struct sim_context *)context;
}

/* sim_screen.c: NULL without llvmpipe, which it takes over. */
struct pipe_screen *sim_screen_create(struct pipe_screen *real,
                                      const char *name, bool sub_groups);

/* sim_storage.c */
struct sim_storage *sim_storage_create(struct sim_screen *screen,
                                       const struct pipe_resource *templ,
                                       bool tiled, void *user_memory);
void sim_storage_ref(struct sim_storage *storage);
void sim_storage_unref(struct sim_storage *storage);
/* A reference to what the resource has now. */
struct sim_storage *sim_storage_of(struct pipe_resource *resource);
size_t sim_pixel_offset(const struct sim_storage *storage, unsigned level,
                        unsigned x, unsigned y, unsigned z);
/* Between storage and linear memory. */
void sim_read(const struct sim_storage *storage, unsigned level,
              const struct pipe_box *box, uint8_t *memory, size_t row,
              size_t slice);
void sim_write(struct sim_storage *storage, unsigned level,
               const struct pipe_box *box, const uint8_t *memory, size_t row,
               size_t slice);
void sim_check_box(const struct sim_storage *storage, unsigned level,
                   const struct pipe_box *box);

/* sim_resource.c */
void sim_init_resources(struct sim_screen *screen);
/* New storage if the old one is busy; its contents are undefined. */
void sim_resource_discard(struct pipe_resource *resource);

/* sim_engine.c */
struct sim_engine *sim_engine_create(struct sim_screen *screen);
/* Runs what was sent, and stops. */
void sim_engine_stop(struct sim_engine *engine);
void sim_engine_unref(struct sim_engine *engine);
/* Sends commands, and empties the list.  The number of the flush. */
uint64_t sim_engine_send(struct sim_engine *engine,
                         struct list_head *commands);
bool sim_engine_wait(struct sim_engine *engine, uint64_t sequence,
                     uint64_t timeout_ns);
void sim_init_fences(struct sim_screen *screen);
struct sim_fence *sim_fence_create(struct sim_engine *engine,
                                   uint64_t sequence);
/* Waits until all that was sent with this storage has been done. */
void sim_wait_idle(struct sim_storage *storage);
/* Made with zeroes, takes references to `uses`. */
void *sim_command_create(size_t size, struct sim_storage *const *uses,
                         unsigned use_count,
                         void (*run)(struct sim_command *command,
                                     struct pipe_context **real));
void sim_record(struct sim_context *context, struct sim_command *command);
/* Under the hardware lock; llvmpipe makes it on first use. */
struct pipe_context *sim_real_context(struct sim_screen *screen,
                                      struct pipe_context **real);

/* sim_context.c */
struct pipe_context *sim_context_create(struct pipe_screen *screen,
                                        void *data, unsigned flags);
/* Whether something recorded, and not sent, uses the storage. */
bool sim_context_uses(const struct sim_context *context,
                      const struct sim_storage *storage);
void sim_context_flush(struct sim_context *context);

/* Ends the process if a kernel may have written this, and no barrier came. */
void sim_expect_barrier(const struct sim_context *context,
                        const struct sim_storage *storage);

/* sim_query.c */
void sim_init_clock(struct sim_screen *screen);
void sim_init_queries(struct sim_context *context);
/* Time goes by on the device. */
void sim_clock_move(struct sim_screen *screen, uint64_t ns);
void sim_turn_clocks(int64_t ns);

/* sim_transfer.c, sim_copy.c, sim_launch.c */
void sim_init_transfers(struct sim_context *context);
void sim_init_copies(struct sim_context *context);
void sim_init_launches(struct sim_context *context);
void sim_finish_launches(struct sim_context *context);

/*
 * sim_memory.c: zeroed memory for what has no way to fail.  It never runs
 * out, also where a test refuses its thread all memory.
 */
void *sim_alloc(size_t size);
void sim_free(void *memory);

/* sim_fault.c: whether this call is to fail. */
bool sim_fails(enum simgpu_fault kind);
/* Whether the command that is to be run next is where the device is lost. */
bool sim_loses(enum simgpu_loss *loss);
void sim_note(const char *word);
/* An object more, or less. */
void sim_count(int change);
/* Ends the process: no driver would take this. */
void sim_refuse(const char *reason) NORETURN;

#endif
