/* SPDX-License-Identifier: MIT */

#ifndef BENCH_STATS_H
#define BENCH_STATS_H

/* A machine's other work only ever adds time: quartiles show how much. */
struct stats {
   double best;              /* the least */
   double low, median, high; /* first, second, third quartile */
};

/* Sorts the values; there is at least one. */
struct stats stats_of(double *values, unsigned count);

/* Half the way from the first to the third quartile, of the median. */
double stats_spread(const struct stats *stats);

#endif
