/* SPDX-License-Identifier: MIT */

/* From OpenCL's boxes to Gallium's: the layers of 1D arrays are y there. */

#ifndef TRF_GALLIUM_BOX_H
#define TRF_GALLIUM_BOX_H

#include "gallium/screen.h"
#include "util/box.h"
#include "util/trf_region.h"

static inline void
trf_pipe_box(enum trf_target target, const struct trf_box *box,
             struct pipe_box *out)
{
   if (target == TRF_TARGET_1D_ARRAY)
      u_box_3d(box->x, 0, box->y, box->width, 1, box->height, out);
   else
      u_box_3d(box->x, box->y, box->z, box->width, box->height, box->depth,
               out);
}

#endif
