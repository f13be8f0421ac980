/* SPDX-License-Identifier: MIT */

/* A platform in the race, and the process that runs it (see worker.h). */

#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
   MAX_CONTENDERS = 8,
   REASON_SIZE = 160,
};

enum contender_kind {
   CONTENDER_TREFOIL,
   CONTENDER_RUSTICL,
   CONTENDER_POCL,
   CONTENDER_OTHER,
};

struct contender {
   char label[64];     /* empty until it said who it is */
   char vendors[1024]; /* for OCL_ICD_VENDORS: a folder or an .icd file */
   char settings[512]; /* more of its environment: NAME=VALUE,... */
   enum contender_kind kind;
   char platform[128], version[128], device[128], driver[128];

   pid_t process; /* 0: none */
   int socket;
   char answer[1024]; /* what came of it and was not yet taken */
   size_t answer_size;
};

/*
 * The platforms that TREFOIL_BENCH_PLATFORMS names, as
 * "label=vendors[,NAME=VALUE...];...", or else one for each .icd file where
 * the ICD loader would look. Trefoil comes first. Those that have no device
 * are left out with a word on stderr. Returns how many there are.
 */
unsigned contenders_find(struct contender *list);

/*
 * All these fill `reason` and return false if the platform fails or dies.
 * This one starts its process, if it has none.
 */
bool contender_start(struct contender *c, char *reason);

/* Prepares a figure, runs it for a while, and clears up after it. */
bool contender_begin(struct contender *c, const char *figure, char *reason);
bool contender_sample(struct contender *c, double seconds, double *median,
                      double *best, char *reason);
bool contender_end(struct contender *c, char *reason);

void contender_stop(struct contender *c);

#endif
