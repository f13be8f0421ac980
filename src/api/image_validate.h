/* SPDX-License-Identifier: MIT */

#ifndef TRF_API_IMAGE_VALIDATE_H
#define TRF_API_IMAGE_VALIDATE_H

#include "api/api.h"

/* What a client gave to clCreateImage and its kin, unseen. */
struct trf_image_request {
   const cl_mem_properties *properties;
   cl_mem_flags flags;
   const cl_image_format *format;
   const cl_image_desc *desc;
   void *host_ptr;
};

/*
 * Checks a request (5.3.1) and resolves it: formats and parents are looked
 * up, flags and pitches completed.
 */
cl_int trf_validate_image(const struct trf_context *context,
                          const struct trf_image_request *request,
                          struct trf_image_args *args);

/* Whether any device of the context has images at all. */
bool trf_context_has_images(const struct trf_context *context);

#endif
