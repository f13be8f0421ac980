/* SPDX-License-Identifier: MIT */

/* What a device can take of images: for creation and for its validation. */

#ifndef TRF_CORE_IMAGE_H
#define TRF_CORE_IMAGE_H

#include "core/memory.h"

/* Whether `type` is one of the six image types. */
bool trf_image_type_valid(cl_mem_object_type type);

bool trf_image_is_array(cl_mem_object_type type);

/* What a driver calls an image of this type. */
enum trf_target trf_image_target(cl_mem_object_type type);

/*
 * The uses that access flags ask for: an enum trf_format_use mask.  Those of
 * CL_MEM_KERNEL_READ_AND_WRITE are all three.
 */
unsigned trf_image_wanted_uses(cl_mem_flags flags);

/* The uses that a device offers for images of this format and type. */
unsigned trf_device_image_uses(const struct trf_device *device,
                               const struct trf_format *format,
                               cl_mem_object_type type);

/* Whether the extent is within the device's limits; never for zeros. */
bool trf_device_image_fits(const struct trf_device *device,
                           const cl_image_desc *desc);

/* Levels down to one pixel: floor(log2(largest side)) + 1. */
unsigned trf_image_max_levels(const cl_image_desc *desc);

/* The two above for an image's own format, type and extent, and its flags. */
bool trf_device_takes_image(const struct trf_device *device,
                            const struct trf_mem *image);

#endif
