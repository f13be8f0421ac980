/* SPDX-License-Identifier: MIT */

/*
 * Measures figures on all platforms by turns, so that all of them see the
 * same moods of the machine.
 */

#ifndef BENCH_RACE_H
#define BENCH_RACE_H

#include "contender.h"
#include "figure.h"
#include "stats.h"

enum {
   MAX_FIGURES = 64,
   MAX_ROUNDS = 64,
};

/* A figure on a platform. */
struct result {
   double seconds[MAX_ROUNDS]; /* of the median run, round by round */
   double best[MAX_ROUNDS];    /* of the quickest */
   unsigned count;
   struct stats stats;       /* of these; but `best` is of all runs */
   char reason[REASON_SIZE]; /* why there are none; else empty */
};

struct race {
   struct contender contenders[MAX_CONTENDERS];
   unsigned contender_count;
   const struct figure *figures[MAX_FIGURES];
   unsigned figure_count;
   unsigned rounds;
   double sample_seconds;
   double load; /* how many processes wanted to run before it began */
   struct result results[MAX_FIGURES][MAX_CONTENDERS];
};

void race_run(struct race *race);

/* Whether the first platform has a result for each figure. */
bool race_is_complete(const struct race *race);

bool result_is_valid(const struct result *result);

/* The result of that figure on the first platform of that kind, or NULL. */
const struct result *race_result(const struct race *race, const char *figure,
                                 enum contender_kind kind);

#endif
