/* SPDX-License-Identifier: MIT */

/*
 * Warnings of sources that compile.
 *
 * Mesa's clc drops what clang said unless it failed.  clang can write its
 * diagnostics to a file as well, as a property list.
 */

#ifndef TRF_COMPILER_DIAGNOSTICS_H
#define TRF_COMPILER_DIAGNOSTICS_H

#include <stdbool.h>

struct trf_text;

/* A file in memory and the path by which clang finds it. */
struct trf_diagnostics {
   int fd; /* -1: there is none */
   char path[32];
};

void trf_diagnostics_init(struct trf_diagnostics *diagnostics);

/* Appends what was written to it, and closes it. */
void trf_diagnostics_finish(struct trf_diagnostics *diagnostics,
                            struct trf_text *log);

/* The part of it that reads: "file:line:column: level: message" lines. */
void trf_diagnostics_parse(const char *list, struct trf_text *log);

#endif
