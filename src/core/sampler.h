/* SPDX-License-Identifier: MIT */

/* Samplers: what a kernel will read images through. */

#ifndef TRF_CORE_SAMPLER_H
#define TRF_CORE_SAMPLER_H

#include <CL/cl.h>

#include "core/context.h"
#include "util/trf_info.h"
#include "util/trf_object.h"

struct trf_sampler_args {
   cl_bool normalized;
   cl_addressing_mode addressing;
   cl_filter_mode filter;
   cl_filter_mode mip_filter;
   cl_float lod_min, lod_max;
   const cl_sampler_properties *properties; /* as given, or NULL */
};

struct trf_sampler {
   struct trf_object base;
   struct trf_context *context;       /* strong */
   struct trf_sampler_args args;      /* properties: a copy of our own */
   cl_sampler_properties *properties; /* with the closing 0 */
   size_t properties_size;            /* bytes; 0 if NULL was given */
};

TRF_DECLARE_REF(trf_sampler)

extern const struct trf_info_table trf_sampler_info_table;

/* NULL without memory. */
struct trf_sampler *trf_sampler_create(struct trf_context *context,
                                       const struct trf_sampler_args *args);

#endif
