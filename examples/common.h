/* SPDX-License-Identifier: MIT */

/* What the demo's parts share: errors, pixels in memory, PNG files. */

#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <CL/cl.h>

enum {
   PIXEL = 4,       /* bytes of an RGBA8 pixel */
   MAX_LEVELS = 32, /* more than any size needs */
};

/* Pixels in memory, whoever owns it: rows lie `pitch` bytes apart. */
struct pixels {
   uint8_t *data;
   size_t width, height, pitch;
};

/* Ends the program where an OpenCL call has failed. */
void check(cl_int error, const char *call);

/* Ends the program. */
_Noreturn void fail(const char *what, const char *why);

double now_us(void);

/* Black and transparent; free() the data. */
struct pixels pixels_create(size_t width, size_t height);

void copy_pixels(const struct pixels *to, const struct pixels *from);
bool same_pixels(const struct pixels *a, const struct pixels *b);

struct pixels png_load(const char *name);
void png_save(const char *name, const struct pixels *image);

#endif
