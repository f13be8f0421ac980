/* SPDX-License-Identifier: MIT */

/* What the creation of buffers and of images shares. */

#ifndef TRF_API_MEMORY_H
#define TRF_API_MEMORY_H

#include "api/api.h"

/* CL_INVALID_VALUE (5.2.1, "Memory Flags"). */
cl_int trf_validate_mem_flags(cl_mem_flags flags);

/* CL_INVALID_VALUE for flags that widen what the parent's allow. */
cl_int trf_validate_child_flags(const struct trf_mem *parent,
                                cl_mem_flags flags);

/* CL_INVALID_PROPERTY for anything in the list. */
cl_int trf_validate_mem_properties(const cl_mem_properties *properties);

/* CL_INVALID_HOST_PTR where pointer and flags disagree. */
cl_int trf_validate_host_ptr(cl_mem_flags flags, const void *host_ptr);

/* The flags to report: with the default access, or with what is inherited. */
cl_mem_flags trf_complete_mem_flags(cl_mem_flags flags,
                                    const struct trf_mem *parent);

/*
 * Hands a new object to the client: gives it a handle and drops the caller's
 * reference.  With an error `mem` is ignored.
 */
cl_mem trf_return_mem(struct trf_mem *mem, cl_int error, cl_int *errcode_ret);

extern const struct trf_info_table trf_mem_info;
extern const struct trf_info_table trf_image_info;

#endif
