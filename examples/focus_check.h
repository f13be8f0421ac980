/* SPDX-License-Identifier: MIT */

/* The arithmetic of focus.cl on the host. */

#ifndef FOCUS_CHECK_H
#define FOCUS_CHECK_H

#include "common.h"

/* What `focus` makes of the levels, its first argument. */
void focus_on_host(const struct pixels *levels, unsigned count, float clear,
                   float steep, const struct pixels *to);

/* What `blur` makes of an image. */
void blur_on_host(const struct pixels *from, const struct pixels *to);

/*
 * Prints how far two images are from each other; true if no channel of any
 * pixel is off by more than two codes of its 255. Devices filter with weights
 * of few bits, so they need not agree to the last one.
 */
bool compare_pixels(const char *name, const struct pixels *got,
                    const struct pixels *expected);

#endif
