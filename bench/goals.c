/* SPDX-License-Identifier: MIT */

#include "goals.h"

#define TREFOIL CONTENDER_TREFOIL
#define RUSTICL CONTENDER_RUSTICL
#define POCL    CONTENDER_POCL

/* clang-format off */
const struct goal goals[] = {
   {"map 4096x4096 READ: 1/20 of PoCL's time",
    "map-full-read", POCL, NULL, 20},
   {"map 4096x4096 READ: 1/5000 of Rusticl's time",
    "map-full-read", RUSTICL, NULL, 5000},
   {"map 4096x4096 WRITE: 1/20 of PoCL's time",
    "map-full-write", POCL, NULL, 20},
   {"map 4096x4096 WRITE: 1/5000 of Rusticl's time",
    "map-full-write", RUSTICL, NULL, 5000},
   {"map 4096x4096 READ|WRITE: 1/20 of PoCL's time",
    "map-full-read-write", POCL, NULL, 20},
   {"map 4096x4096 READ|WRITE: 1/5000 of Rusticl's time",
    "map-full-read-write", RUSTICL, NULL, 5000},
   {"map 4096x4096 INVALIDATE: 1/20 of PoCL's time",
    "map-full-invalidate", POCL, NULL, 20},
   {"map 4096x4096 INVALIDATE: 1/5000 of Rusticl's time",
    "map-full-invalidate", RUSTICL, NULL, 5000},
   {"map 64x64 within 2x of 4096x4096, READ",
    "map-tile-read", TREFOIL, "map-full-read", 2},
   {"map 64x64 within 2x of 4096x4096, WRITE",
    "map-tile-write", TREFOIL, "map-full-write", 2},
   {"map 64x64 within 2x of 4096x4096, INVALIDATE",
    "map-tile-invalidate", TREFOIL, "map-full-invalidate", 2},
   {"map, fill, unmap: PoCL's bandwidth",
    "map-fill", POCL, NULL, 1},
   {"WriteImage 4096x4096: Rusticl's bandwidth",
    "write-image-full", RUSTICL, NULL, 1},
   {"ReadImage 4096x4096: Rusticl's bandwidth",
    "read-image-full", RUSTICL, NULL, 1},
   {"WriteImage 64x64: Rusticl's bandwidth",
    "write-image-tile", RUSTICL, NULL, 1},
   {"ReadImage 64x64: Rusticl's bandwidth",
    "read-image-tile", RUSTICL, NULL, 1},
   {"empty kernel x1000: 1/15 of Rusticl's time",
    "launch-1000", RUSTICL, NULL, 15},
   {"build a new program: Rusticl's time",
    "build-new", RUSTICL, NULL, 1},
   {"frame: 0.65 of Rusticl's time",
    "frame", RUSTICL, NULL, 1 / 0.65},
};
/* clang-format on */
const unsigned goal_count = sizeof(goals) / sizeof(goals[0]);

/*
 * The machine's other work takes time from whom it likes. The quickest of many
 * runs had least of it; where two of them differ by less than this, they
 * are equal.
 */
#define NOISE 0.05

static enum verdict
against_peer(const struct goal *goal, const struct stats *own,
             const struct stats *peer, double *measured)
{
   *measured = peer->median / own->median;
   if (*measured >= goal->factor)
      return GOAL_MET;
   return peer->best / own->best >= goal->factor * (1 - NOISE)
             ? GOAL_WITHIN_NOISE
             : GOAL_MISSED;
}

static double
apart(double a, double b)
{
   return a > b ? a / b : b / a;
}

static enum verdict
against_itself(const struct goal *goal, const struct stats *one,
               const struct stats *other, double *measured)
{
   *measured = apart(one->median, other->median);
   if (*measured <= goal->factor)
      return GOAL_MET;
   return apart(one->best, other->best) <= goal->factor * (1 + NOISE)
             ? GOAL_WITHIN_NOISE
             : GOAL_MISSED;
}

enum verdict
goal_verdict(const struct goal *goal, const struct race *race,
             double *measured)
{
   const struct result *own = race_result(race, goal->figure, TREFOIL);
   const struct result *other = race_result(
      race, goal->other != NULL ? goal->other : goal->figure, goal->peer);

   *measured = 0;
   if (!result_is_valid(own) || !result_is_valid(other))
      return GOAL_NOT_MEASURED;
   if (goal->other != NULL)
      return against_itself(goal, &own->stats, &other->stats, measured);
   return against_peer(goal, &own->stats, &other->stats, measured);
}

const char *
verdict_name(enum verdict verdict)
{
   switch (verdict) {
   case GOAL_MET:
      return "met";
   case GOAL_WITHIN_NOISE:
      return "within noise";
   case GOAL_MISSED:
      return "missed";
   default:
      return "not measured";
   }
}
