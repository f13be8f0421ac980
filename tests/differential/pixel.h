/* SPDX-License-Identifier: MIT */

/*
 * What a pixel of an image format is, from the OpenCL specification alone:
 * its size, and whether bytes are a right encoding of a fill colour.
 */

#ifndef DIFFERENTIAL_PIXEL_H
#define DIFFERENTIAL_PIXEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <CL/cl.h>

#include "rng.h"

/* Bytes of a pixel; 0 for an order or a type that we do not know. */
size_t pixel_size(const cl_image_format *format);

const char *pixel_order_name(cl_channel_order order);
const char *pixel_type_name(cl_channel_type type);

/* The order in which an image of an image may show the same bytes, or 0. */
cl_channel_order pixel_other_view(const cl_image_format *format);

union color {
   cl_float f[4];
   cl_int i[4];
   cl_uint u[4];
};

/* A colour for clEnqueueFillImage, of the kind that the format wants. */
void pixel_random_color(const cl_image_format *format, struct rng *rng,
                        union color *color);

/*
 * Whether the bytes are the colour: integers saturated and exact, floats
 * exact, half floats rounded either way, normalised codes within one.
 */
bool pixel_is_color(const cl_image_format *format, const union color *color,
                    const uint8_t *bytes, char *why, size_t why_size);

#endif
