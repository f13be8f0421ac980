/* SPDX-License-Identifier: MIT */

/* What tests do to the device, and what they see of it. */

#include "sim_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/u_atomic.h"

#define MAX_NOTES 65536

static struct {
   simple_mtx_t lock;
   unsigned fail_kinds, fail_in, failures;
   bool fail_for_good;
   unsigned alive;
   enum simgpu_loss loss;
   unsigned lose_in;
   bool notes;
   size_t length;
   char text[MAX_NOTES];
} state = {.lock = SIMPLE_MTX_INITIALIZER};

bool
sim_fails(enum simgpu_fault kind)
{
   simple_mtx_lock(&state.lock);
   const bool fails =
      (state.fail_kinds & kind) && state.fail_in && --state.fail_in == 0;
   if (fails) {
      state.failures++;
      state.fail_in = state.fail_for_good;
   }
   simple_mtx_unlock(&state.lock);
   return fails;
}

bool
sim_loses(enum simgpu_loss *loss)
{
   simple_mtx_lock(&state.lock);
   const bool loses = state.lose_in && --state.lose_in == 0;
   *loss = state.loss;
   simple_mtx_unlock(&state.lock);
   return loses;
}

void
sim_count(int change)
{
   p_atomic_add(&state.alive, change);
}

void
sim_note(const char *word)
{
   const size_t length = strlen(word);

   simple_mtx_lock(&state.lock);
   if (state.notes && state.length + length + 2 <= sizeof(state.text)) {
      memcpy(state.text + state.length, word, length);
      state.length += length;
      state.text[state.length++] = ' ';
   }
   simple_mtx_unlock(&state.lock);
}

void
sim_refuse(const char *reason)
{
   fprintf(stderr, "simgpu: %s\n", reason);
   abort();
}

static void
inject(unsigned kinds, unsigned nth, bool for_good)
{
   simple_mtx_lock(&state.lock);
   state.fail_kinds = kinds;
   state.fail_in = nth;
   state.fail_for_good = for_good;
   state.failures = 0;
   simple_mtx_unlock(&state.lock);
}

static unsigned
failures(void)
{
   simple_mtx_lock(&state.lock);
   const unsigned count = state.failures;
   simple_mtx_unlock(&state.lock);
   return count;
}

static unsigned
alive(void)
{
   return p_atomic_read(&state.alive);
}

static void
lose(enum simgpu_loss loss, unsigned nth)
{
   simple_mtx_lock(&state.lock);
   state.loss = loss;
   state.lose_in = nth;
   simple_mtx_unlock(&state.lock);
}

static void
note(void)
{
   simple_mtx_lock(&state.lock);
   state.notes = true;
   state.length = 0;
   simple_mtx_unlock(&state.lock);
}

static void
noted(char *text, size_t size)
{
   simple_mtx_lock(&state.lock);
   snprintf(text, size, "%.*s", (int)state.length, state.text);
   simple_mtx_unlock(&state.lock);
}

PUBLIC extern const struct simgpu trf_simgpu;

const struct simgpu trf_simgpu = {
   .inject = inject,
   .failures = failures,
   .alive = alive,
   .lose = lose,
   .note = note,
   .noted = noted,
   .turn_clocks = sim_turn_clocks,
};
