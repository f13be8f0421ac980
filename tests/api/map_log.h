/* SPDX-License-Identifier: MIT */

/* What TREFOIL_DEBUG=map says of the maps that a test makes. */

#ifndef TESTS_API_MAP_LOG_H
#define TESTS_API_MAP_LOG_H

#include <stddef.h>

/*
 * map_setup() with a log, before the first call of OpenCL, which reads the
 * environment; and what undoes it.
 */
int map_log_setup(void **state);
int map_log_teardown(void **state);

/*
 * The path of the last line of a topic, "map" or "unmap"; returns the bytes
 * that were moved, SIZE_MAX if there is no such line.
 */
size_t last_map(const char *topic, char path[32]);

#endif
