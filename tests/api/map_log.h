/* SPDX-License-Identifier: MIT */

/* What TREFOIL_DEBUG=map says of the maps that a test makes. */

#ifndef TESTS_API_MAP_LOG_H
#define TESTS_API_MAP_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* Before the first call of OpenCL, which reads the environment. */
bool map_log_open(void);
void map_log_close(void);

/*
 * The path of the last line of a topic, "map" or "unmap"; returns the bytes
 * that were moved, SIZE_MAX if there is no such line.
 */
size_t last_map(const char *topic, char path[32]);

#endif
