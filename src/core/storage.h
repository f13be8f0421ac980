/* SPDX-License-Identifier: MIT */

/*
 * What memory.c, buffer.c and image.c share: an object's life, and the
 * storage of the objects that have their own.
 */

#ifndef TRF_CORE_STORAGE_H
#define TRF_CORE_STORAGE_H

#include "core/memory.h"

/*
 * A memory object without storage, with one reference; its own root unless
 * `parent` is given.  NULL without memory.
 */
struct trf_mem *trf_mem_new(struct trf_context *context,
                            cl_mem_object_type type, cl_mem_flags flags,
                            const cl_mem_properties *properties,
                            struct trf_mem *parent);

/*
 * Makes a root's first storage, on the first device of its context that can
 * have it.  `host_ptr` (NULL if there is none) is taken as the storage
 * itself or copied, as the flags say.  CL_MEM_OBJECT_ALLOCATION_FAILURE or
 * CL_OUT_OF_HOST_MEMORY; trf_mem_unref() cleans up.
 */
cl_int trf_storage_init(struct trf_mem *root, void *host_ptr);

void trf_storage_finish(struct trf_mem *root);

#endif
