/* SPDX-License-Identifier: MIT */

/*
 * Copies and fills that a device makes by itself, the host sees nothing of
 * them: by the driver's own copies where those can do it in a few calls, else
 * by kernels of ours.
 */

#ifndef TRF_CORE_COPY_H
#define TRF_CORE_COPY_H

#include "core/access.h"

struct trf_copy_kernel;
struct trf_device;
struct trf_gpu;

/* Where a copy begins, and how its elements lie. */
struct trf_place {
   struct trf_resource *resource;
   /* Of images. */
   unsigned level;
   struct trf_box box; /* x, y and z are the position */
   /* Of buffers, in bytes. */
   size_t start;
   struct trf_layout layout;
};

/* A view's place, in this storage of its. */
void trf_place_view(struct trf_place *place, const struct trf_view *view,
                    struct trf_resource *resource);

/* Tight rows in a buffer. */
void trf_place_tight(struct trf_place *place, struct trf_resource *buffer,
                     size_t element, const struct trf_box *extent);

/* Whether the device can copy so, or fill one. */
bool trf_copies_alone(const struct trf_device *device, bool dst_is_buffer,
                      bool src_is_buffer);
bool trf_fills_alone(const struct trf_device *device, bool is_buffer,
                     size_t bytes);

/*
 * Recorded in `gpu`, a context of the device's.  Elements are of one size on
 * both sides; of the extent only width, height and depth count.
 * CL_OUT_OF_RESOURCES or CL_OUT_OF_HOST_MEMORY.
 */
cl_int trf_copy(struct trf_device *device, struct trf_gpu *gpu,
                const struct trf_place *dst, const struct trf_place *src,
                const struct trf_box *extent);

/* `pattern` is one element: of a buffer's layout, or a pixel. */
cl_int trf_fill(struct trf_device *device, struct trf_gpu *gpu,
                const struct trf_place *dst, const struct trf_box *extent,
                const uint8_t *pattern);

/* With the device: no copy may follow. */
void trf_copy_kernels_free(struct trf_copy_kernel *kernels);

#endif
