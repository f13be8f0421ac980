/* SPDX-License-Identifier: MIT */

/* cl_image_format and the pipe_format that stores it: one table. */

#ifndef TRF_CORE_FORMAT_H
#define TRF_CORE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include <CL/cl.h>

#include "util/format/u_formats.h"

struct trf_format {
   cl_image_format cl;
   enum pipe_format pipe;
   unsigned element; /* bytes of a pixel */
   bool srgb;
   bool depth;
   bool integer; /* unnormalised */
};

/* The whole table: for unit tests and for clGetSupportedImageFormats. */
const struct trf_format *trf_formats(unsigned *count);

/* NULL for formats that no driver can store. */
const struct trf_format *trf_format_find(const cl_image_format *format);

/*
 * CL_INVALID_IMAGE_FORMAT_DESCRIPTOR for combinations of order and type that
 * the specification does not allow (5.3.1.1, tables "Image Channel Order"
 * and "Image Channel Data Type"); CL_SUCCESS for those that it does, whether
 * or not a driver has them.
 */
cl_int trf_format_validate(const cl_image_format *format);

/*
 * Packs clEnqueueFillImage's colour (four floats, ints or unsigned ints, one
 * float for depth; see 5.3.5) into one pixel of the format: normalised types
 * clamp and round, sRGB encodes, integers saturate.
 */
void trf_format_pack_color(const struct trf_format *format, const void *color,
                           void *pixel);

/* Whether an image of `a` may be made from an image of `b` (5.3.1, sRGB). */
bool trf_format_compatible_views(const struct trf_format *a,
                                 const struct trf_format *b);

#endif
