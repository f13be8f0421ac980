/* SPDX-License-Identifier: MIT */

/*
 * The files that a source included by path.  What was compiled from them is
 * good for as long as they hold what they held then.
 */

#ifndef TRF_COMPILER_DEPENDENCIES_H
#define TRF_COMPILER_DEPENDENCIES_H

#include <stdbool.h>
#include <time.h>

struct blob;
struct blob_reader;
struct set;

/*
 * Writes paths and digests.  False if a file has changed since the compiler
 * was started: nobody knows what it read.
 */
bool trf_dependencies_write(struct blob *blob, const struct set *paths,
                            time_t started);

/* Reads what was written; whether all files are as they were. */
bool trf_dependencies_match(struct blob_reader *reader);

#endif
