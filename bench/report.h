/* SPDX-License-Identifier: MIT */

#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "race.h"

void report_table(const struct race *race);

/* The goals of what ran: wanted, measured, met; false if one was missed. */
bool report_goals(const struct race *race);

/* All of it, each sample too; false if the file cannot be written. */
bool report_json(const struct race *race, const char *file);

#endif
