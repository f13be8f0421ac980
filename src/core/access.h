/* SPDX-License-Identifier: MIT */

/*
 * A pointer through which the host reads or writes a region of a memory
 * object: what maps, and the transfers without a device path, are made of.
 *
 *    prepare   at enqueue or later: picks the path, finds the pointer
 *    fetch     in the queue: makes the pointer's contents current
 *    store     in the queue: brings what the host wrote to the device
 *    release   gives staging memory back
 *
 * Which of fetch and store do anything follows from path and flags.
 */

#ifndef TRF_CORE_ACCESS_H
#define TRF_CORE_ACCESS_H

#include <CL/cl.h>

#include "core/memory.h"
#include "gallium/staging.h"
#include "util/trf_region.h"

struct trf_gpu;

enum trf_path {
   TRF_PATH_DIRECT,       /* the driver's own pointer: no copy */
   TRF_PATH_HOST_STORAGE, /* host_ptr is the storage: no copy */
   TRF_PATH_HOST_COPY,    /* host_ptr, brought up to date by region */
   TRF_PATH_STAGING,      /* pooled staging, device copies */
};

/* What decides the path: pure facts, so that a unit test can name them all. */
struct trf_path_facts {
   bool use_host_ptr; /* the root has a host_ptr that maps derive from */
   bool wrapped;      /* and it is this device's storage */
   bool direct;       /* the driver has a stable, coherent pointer */
};

enum trf_path trf_path_choose(const struct trf_path_facts *facts);

/* Which part of a memory object, in the terms of its storage. */
struct trf_view {
   struct trf_mem *mem;
   struct trf_image_region region; /* pixels; of buffers: elements */
   /*
    * Of buffer storage (buffers and images made from them): where element
    * 0,0,0 lies in the root and how the others follow.
    */
   size_t offset;
   struct trf_layout layout;
};

/* The view of a region of an image, or of a range of a buffer's bytes. */
void trf_view_image(struct trf_view *view, struct trf_mem *image,
                    const struct trf_image_region *region);
void trf_view_range(struct trf_view *view, struct trf_mem *buffer,
                    size_t offset, size_t size);

/*
 * The bytes of the root that a view of buffer storage covers.  Nothing made
 * from a buffer has slices.
 */
void trf_view_byte_rows(const struct trf_view *view,
                        struct trf_byte_rows *rows);

size_t trf_view_bytes(const struct trf_view *view);

/* What staging holds when it holds this region, in a version of the root. */
void trf_view_contents(const struct trf_view *view, uint64_t version,
                       struct trf_contents *contents);

struct trf_access {
   struct trf_view view; /* its memory object is held by the command */
   struct trf_device *device;
   cl_map_flags flags;
   enum trf_path path;
   uint8_t *pointer; /* the region's first pixel or byte */
   struct trf_layout layout;
   struct trf_staging *staging;
   struct trf_contents shown; /* by staging, but for what the host wrote */
   bool unstored; /* the host may have written, and no store yet */
   size_t moved;  /* bytes copied so far, for the log */
};

/*
 * With `host_pointer`, objects of USE_HOST_PTR give pointers into host_ptr,
 * as maps must; without, any path will do.
 * CL_MEM_OBJECT_ALLOCATION_FAILURE or CL_OUT_OF_RESOURCES; nothing is to be
 * released then.  Does not wait.
 */
cl_int trf_access_prepare(struct trf_access *access,
                          const struct trf_view *view,
                          struct trf_device *device, cl_map_flags flags,
                          bool host_pointer);

/* On return of fetch the contents are current: it waits for the device. */
cl_int trf_access_fetch(struct trf_access *access, struct trf_gpu *gpu);

/*
 * A fetch through staging that does not wait: the contents are current when
 * what the context was told so far is done.
 */
cl_int trf_access_begin_fetch(struct trf_access *access, struct trf_gpu *gpu);

/* Its staging shows the region, as far as `gpu` has been told of it. */
void trf_access_note_current(struct trf_access *access, struct trf_gpu *gpu);

/* Has the device copy the region from staging to the storage. */
cl_int trf_access_copy_out(const struct trf_access *access,
                           struct trf_resource *resource,
                           struct trf_gpu *gpu);

/* A fetch that was begun came to nothing. */
void trf_access_spoil(struct trf_access *access);

/*
 * What the host wrote is the device's from here on, in the order of the
 * context; staging must not be released before the device is done.
 */
cl_int trf_access_store(struct trf_access *access, struct trf_gpu *gpu);
void trf_access_release(struct trf_access *access);

/* Whether fetch and store take no time that depends on the region. */
bool trf_access_is_free(const struct trf_access *access);

const char *trf_path_name(enum trf_path path);

#endif
