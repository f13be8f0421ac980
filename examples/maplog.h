/* SPDX-License-Identifier: MIT */

/*
 * OpenCL tells a client where an image is mapped, not how it came there.
 * Trefoil's log of maps does; this reads it. On other implementations every
 * path is "-", and nothing else changes.
 */

#ifndef MAPLOG_H
#define MAPLOG_H

/*
 * Turns the log on. Trefoil reads the environment once, so this comes before
 * the first OpenCL call. What the environment already asks for stays on. The
 * log is a temporary file until the program exits.
 */
void maplog_open(void);

/* The path of the map that was made last, of that mip level. */
const char *maplog_path(unsigned level);

#endif
