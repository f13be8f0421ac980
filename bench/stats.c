/* SPDX-License-Identifier: MIT */

#include "stats.h"

#include <stdlib.h>

static int
compare(const void *left, const void *right)
{
   const double a = *(const double *)left, b = *(const double *)right;
   return (a > b) - (a < b);
}

/* Between two values the way that `part` of the sorted row points at. */
static double
quantile(const double *sorted, unsigned count, double part)
{
   const double at = part * (count - 1);
   const unsigned below = (unsigned)at;
   if (below + 1 >= count)
      return sorted[count - 1];
   return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

struct stats
stats_of(double *values, unsigned count)
{
   qsort(values, count, sizeof(*values), compare);
   return (struct stats){
      .best = values[0],
      .low = quantile(values, count, 0.25),
      .median = quantile(values, count, 0.5),
      .high = quantile(values, count, 0.75),
   };
}

double
stats_spread(const struct stats *stats)
{
   return (stats->high - stats->low) / 2 / stats->median;
}
