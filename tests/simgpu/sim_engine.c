/* SPDX-License-Identifier: MIT */

/*
 * Works off what contexts have sent: a thread for each, which by default
 * runs a command only once somebody waits for its fence or for its storage.
 * So whoever looks without having waited sees what was there before.
 */

#include "sim_private.h"

#include <fenv.h>
#include <stdlib.h>
#include <time.h>

#include "util/os_time.h"
#include "util/u_atomic.h"

/* A client that polls gets to see the end, too. */
#define MOST_POLLS 8

struct pipe_context *
sim_real_context(struct sim_screen *screen, struct pipe_context **real)
{
   if (!*real)
      *real = screen->real->context_create(screen->real, NULL,
                                           PIPE_CONTEXT_COMPUTE_ONLY);
   if (!*real)
      sim_refuse("llvmpipe has no context");
   return *real;
}

struct sim_engine *
sim_engine_create(struct sim_screen *screen)
{
   struct sim_engine *engine = calloc(1, sizeof(*engine));
   if (!engine)
      return NULL;

   engine->refs = 1;
   engine->screen = screen;
   mtx_init(&engine->lock, mtx_plain);
   cnd_init(&engine->work);
   cnd_init(&engine->progress);
   list_inithead(&engine->commands);

   simple_mtx_lock(&screen->lock);
   list_addtail(&engine->link, &screen->engines);
   simple_mtx_unlock(&screen->lock);
   return engine;
}

void
sim_engine_unref(struct sim_engine *engine)
{
   if (!p_atomic_dec_zero(&engine->refs))
      return;
   cnd_destroy(&engine->progress);
   cnd_destroy(&engine->work);
   mtx_destroy(&engine->lock);
   free(engine);
}

static void
lose(struct sim_engine *engine, enum simgpu_loss loss)
{
   struct sim_screen *screen = engine->screen;

   p_atomic_set(&engine->lost, true);
   if (loss == SIMGPU_LOSE_CONTEXT)
      return;
   simple_mtx_lock(&screen->lock);
   list_for_each_entry(struct sim_engine, other, &screen->engines, link)
      p_atomic_set(&other->lost, true);
   simple_mtx_unlock(&screen->lock);
}

/* Runs a command, and gives up what it held. */
static void
execute(struct sim_engine *engine, struct sim_command *command)
{
   enum simgpu_loss loss;

   if (!command->harmless && sim_loses(&loss))
      lose(engine, loss);
   if (!p_atomic_read(&engine->lost)) {
      simple_mtx_lock(&engine->screen->hardware);
      command->run(command, &engine->real);
      simple_mtx_unlock(&engine->screen->hardware);
   }

   for (unsigned i = 0; i < command->use_count; i++) {
      p_atomic_dec(&command->uses[i]->pending);
      sim_storage_unref(command->uses[i]);
   }
   sim_free(command->uses);
   if (command->destroy)
      command->destroy(command);
}

static struct sim_command *
first_locked(struct sim_engine *engine)
{
   return list_is_empty(&engine->commands)
             ? NULL
             : list_first_entry(&engine->commands, struct sim_command, link);
}

/* The flushes all of whose commands have been run. */
static void
count_done_locked(struct sim_engine *engine)
{
   const struct sim_command *first = first_locked(engine);

   engine->done = first ? first->sequence - 1 : engine->sent;
   cnd_broadcast(&engine->progress);
}

static bool
may_run_locked(struct sim_engine *engine)
{
   const struct sim_command *first = first_locked(engine);

   return first && (engine->exit || engine->screen->eager ||
                    first->sequence <= engine->wanted);
}

static int
engine_main(void *data)
{
   struct sim_engine *engine = data;

   /* Not that of the client's thread which happened to start this one. */
   fesetenv(FE_DFL_ENV);

   mtx_lock(&engine->lock);
   for (;;) {
      while (!may_run_locked(engine) && !engine->exit)
         cnd_wait(&engine->work, &engine->lock);
      if (!may_run_locked(engine))
         break;

      struct sim_command *command = first_locked(engine);
      mtx_unlock(&engine->lock);
      execute(engine, command);
      mtx_lock(&engine->lock);
      list_del(&command->link);
      count_done_locked(engine);
      sim_free(command);
   }
   mtx_unlock(&engine->lock);
   return 0;
}

void
sim_engine_stop(struct sim_engine *engine)
{
   struct sim_screen *screen = engine->screen;

   mtx_lock(&engine->lock);
   engine->exit = true;
   cnd_signal(&engine->work);
   mtx_unlock(&engine->lock);
   if (engine->has_thread)
      thrd_join(engine->thread, NULL);

   simple_mtx_lock(&screen->lock);
   list_del(&engine->link);
   simple_mtx_unlock(&screen->lock);
   if (engine->real) {
      simple_mtx_lock(&screen->hardware);
      engine->real->destroy(engine->real);
      simple_mtx_unlock(&screen->hardware);
   }
}

uint64_t
sim_engine_send(struct sim_engine *engine, struct list_head *commands)
{
   mtx_lock(&engine->lock);
   const uint64_t sequence = ++engine->sent;
   list_for_each_entry(struct sim_command, command, commands, link)
      command->sequence = sequence;
   list_splicetail(commands, &engine->commands);
   list_inithead(commands);

   if (!engine->has_thread && first_locked(engine)) {
      if (thrd_create(&engine->thread, engine_main, engine) != thrd_success)
         sim_refuse("no thread");
      engine->has_thread = true;
   }
   count_done_locked(engine);
   cnd_signal(&engine->work);
   mtx_unlock(&engine->lock);
   return sequence;
}

bool
sim_engine_wait(struct sim_engine *engine, uint64_t sequence,
                uint64_t timeout_ns)
{
   struct timespec until;
   int result = thrd_success;

   timespec_get(&until, TIME_UTC);
   until.tv_sec += MIN2(timeout_ns / 1000000000, 1 << 20);
   until.tv_nsec += timeout_ns % 1000000000;
   if (until.tv_nsec >= 1000000000) {
      until.tv_sec++;
      until.tv_nsec -= 1000000000;
   }

   mtx_lock(&engine->lock);
   engine->wanted = MAX2(engine->wanted, sequence);
   cnd_signal(&engine->work);
   while (engine->done < sequence && result == thrd_success) {
      if (timeout_ns == OS_TIMEOUT_INFINITE)
         cnd_wait(&engine->progress, &engine->lock);
      else
         result = cnd_timedwait(&engine->progress, &engine->lock, &until);
   }
   const bool done = engine->done >= sequence;
   mtx_unlock(&engine->lock);
   return done;
}

void *
sim_command_create(size_t size, struct sim_storage *const *uses,
                   unsigned use_count,
                   void (*run)(struct sim_command *command,
                               struct pipe_context **real))
{
   struct sim_command *command = sim_alloc(size);
   struct sim_storage **held = sim_alloc(use_count * sizeof(*held));

   for (unsigned i = 0; i < use_count; i++) {
      held[i] = uses[i];
      sim_storage_ref(uses[i]);
      p_atomic_inc(&uses[i]->pending);
   }
   command->uses = held;
   command->use_count = use_count;
   command->run = run;
   return command;
}

void
sim_record(struct sim_context *context, struct sim_command *command)
{
   list_addtail(&command->link, &context->recorded);
}

/* The engines of a screen that have work, each with a reference. */
static unsigned
busy_engines(struct sim_screen *screen, struct sim_engine **engines,
             unsigned room)
{
   unsigned count = 0;

   simple_mtx_lock(&screen->lock);
   list_for_each_entry(struct sim_engine, engine, &screen->engines, link) {
      mtx_lock(&engine->lock);
      if (first_locked(engine) && count < room) {
         p_atomic_inc(&engine->refs);
         engines[count++] = engine;
      }
      mtx_unlock(&engine->lock);
   }
   simple_mtx_unlock(&screen->lock);
   return count;
}

void
sim_wait_idle(struct sim_storage *storage)
{
   struct sim_engine *engines[64];

   if (!p_atomic_read(&storage->pending))
      return;

   sim_note("stall");
   const unsigned count =
      busy_engines(storage->screen, engines, ARRAY_SIZE(engines));
   for (unsigned i = 0; i < count; i++) {
      mtx_lock(&engines[i]->lock);
      const uint64_t sent = engines[i]->sent;
      mtx_unlock(&engines[i]->lock);
      sim_engine_wait(engines[i], sent, OS_TIMEOUT_INFINITE);
      sim_engine_unref(engines[i]);
   }
}

struct sim_fence *
sim_fence_create(struct sim_engine *engine, uint64_t sequence)
{
   struct sim_fence *fence = sim_alloc(sizeof(*fence));

   fence->refs = 1;
   fence->sequence = sequence;
   fence->engine = engine;
   p_atomic_inc(&engine->refs);
   sim_count(1);
   return fence;
}

static void
fence_reference(struct pipe_screen *screen, struct pipe_fence_handle **handle,
                struct pipe_fence_handle *new)
{
   struct sim_fence *old = (struct sim_fence *)*handle;

   if (new)
      p_atomic_inc(&((struct sim_fence *)new)->refs);
   if (old && p_atomic_dec_zero(&old->refs)) {
      sim_engine_unref(old->engine);
      sim_free(old);
      sim_count(-1);
   }
   *handle = new;
}

static bool
fence_finish(struct pipe_screen *screen, struct pipe_context *context,
             struct pipe_fence_handle *handle, uint64_t timeout_ns)
{
   struct sim_fence *fence = (struct sim_fence *)handle;
   struct sim_engine *engine = fence->engine;

   mtx_lock(&engine->lock);
   const bool done = engine->done >= fence->sequence;
   mtx_unlock(&engine->lock);

   /* However often it is asked, a wait is one wait, and fails as one. */
   const uint32_t asked = p_atomic_inc_return(&fence->asked);
   if (asked == 1 && sim_fails(SIMGPU_FAIL_WAIT)) {
      p_atomic_set(&fence->fails, true);
      p_atomic_set(&engine->lost, true);
   }
   if (asked == 1 && !done)
      sim_note("wait");
   if (done || p_atomic_read(&fence->fails))
      return !p_atomic_read(&fence->fails);

   if (timeout_ns == 0 && asked < MOST_POLLS)
      return false;
   return sim_engine_wait(engine, fence->sequence, timeout_ns);
}

void
sim_init_fences(struct sim_screen *screen)
{
   screen->base.fence_reference = fence_reference;
   screen->base.fence_finish = fence_finish;
}
