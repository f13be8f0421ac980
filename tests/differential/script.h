/* SPDX-License-Identifier: MIT */

/* A world's operations as data: generated, run, saved, replayed, shrunk. */

#ifndef DIFFERENTIAL_SCRIPT_H
#define DIFFERENTIAL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct step {
   unsigned op;
   uint64_t seed;
};

struct script {
   uint64_t seed; /* of the world */
   struct step *steps;
   size_t count;
};

/* The n-th world of a run. */
void script_generate(struct script *script, uint64_t run_seed, uint64_t n);
void script_free(struct script *script);

/*
 * Runs it; does not return if something does not match.  Adds to `done`,
 * which has op_count elements, what was executed; returns the sum.
 */
size_t script_run(const struct script *script, size_t *done);

bool script_save(const struct script *script, const char *path);
bool script_load(struct script *script, const char *path);

/* Whether the script at that path still fails, in a process of its own. */
typedef bool script_fails(const char *path, void *data);

/*
 * Drops operations as long as what is left still fails.  `path` is where
 * each try is written, and holds the result in the end.
 */
void script_shrink(struct script *script, const char *path,
                   script_fails *fails, void *data, unsigned seconds);

#endif
