/* SPDX-License-Identifier: MIT */

/*
 * Validation of regions of images, and of pitches of host memory that holds
 * them, for the commands that read, write, copy, fill and map.  Pure: nothing
 * is written on an error.
 */

#ifndef TRF_VALIDATE_REGION_H
#define TRF_VALIDATE_REGION_H

#include <CL/cl.h>
#include <CL/cl_ext.h>

#include "core/memory.h"
#include "util/trf_region.h"

/*
 * Resolves `origin` and `region` of a command on an image (5.3.3 and the
 * sections after it).  An image of more than one level names the level in
 * `origin`; of any other, origin[3] is not read.  CL_INVALID_VALUE or
 * CL_INVALID_MIP_LEVEL.
 */
cl_int trf_validate_image_region(const struct trf_mem *image,
                                 const size_t *origin, const size_t *region,
                                 struct trf_image_region *resolved);

/*
 * The same with the place of a 2D image's level as an argument: 2 is the
 * extension's, 3 that of the reference page (TREFOIL_MIP_ORIGIN_2D=3).
 */
cl_int trf_resolve_image_region(const struct trf_mem *image,
                                unsigned level_place_2d, const size_t *origin,
                                const size_t *region,
                                struct trf_image_region *resolved);

/*
 * Resolves the pitches of host memory that holds a region of an image: 0
 * means tight.  In the layout of a 1D array the rows are the layers.
 */
cl_int trf_validate_host_pitches(const struct trf_mem *image,
                                 const struct trf_image_region *region,
                                 size_t row_pitch, size_t slice_pitch,
                                 struct trf_layout *layout);

/* Pitches as clients give them, 0: tight.  CL_INVALID_VALUE if too small. */
cl_int trf_validate_row_pitch(size_t given, size_t row_bytes, size_t *pitch);
cl_int trf_validate_slice_pitch(size_t given, size_t row_pitch, size_t rows,
                                size_t *pitch);

/* The layout and bytes of a region of pixels packed tightly. */
cl_int trf_validate_packed_region(const struct trf_mem *image,
                                  const struct trf_image_region *region,
                                  struct trf_layout *layout, size_t *bytes);

#endif
