/* SPDX-License-Identifier: MIT */

/* What Trefoil has set out to reach, and whether it did. */

#ifndef BENCH_GOALS_H
#define BENCH_GOALS_H

#include <stdbool.h>

#include "race.h"

enum verdict {
   GOAL_MET,
   GOAL_WITHIN_NOISE, /* what the medians miss, the quickest runs reach */
   GOAL_MISSED,
   GOAL_NOT_MEASURED,
};

struct goal {
   const char *text;
   const char *figure;
   enum contender_kind peer; /* CONTENDER_TREFOIL: see `other` */
   const char *other;        /* another figure of Trefoil itself */
   double factor;
};

extern const struct goal goals[];
extern const unsigned goal_count;

/*
 * `measured` is how often Trefoil's time goes into the peer's, which is to
 * be at least `factor`; or, of two figures of its own, how far they are
 * apart, which is to be at most that.
 */
enum verdict goal_verdict(const struct goal *goal, const struct race *race,
                          double *measured);

const char *verdict_name(enum verdict verdict);

#endif
