/* SPDX-License-Identifier: MIT */

/*
 * Memory objects: buffers, sub-buffers and images.
 *
 * An object that shares another's bytes (sub-buffer, 1D image buffer, 2D
 * image from buffer, image from image) has no storage of its own: `root` is
 * the object that has.  Storage is one trf_resource a device of the context,
 * made when first needed (for the context's first device at creation, so
 * that allocation failure shows there).
 */

#ifndef TRF_CORE_MEMORY_H
#define TRF_CORE_MEMORY_H

#include <CL/cl.h>
#include <CL/cl_ext.h>

#include "core/context.h"
#include "core/format.h"
#include "gallium/resource.h"
#include "util/list.h"
#include "util/simple_mtx.h"
#include "util/trf_object.h"

struct trf_deferred;
struct trf_device;
struct trf_gpu;

#define TRF_MAX_LEVELS 16

struct trf_image_info {
   const struct trf_format *format;
   cl_image_desc desc; /* as given; levels in num_mip_levels (0: one) */
   size_t row_pitch;   /* what CL_IMAGE_ROW_PITCH reports, and host_ptr's */
   size_t slice_pitch;
   unsigned levels; /* >= 1 */
   /* The extent in OpenCL's terms: layers are y (1D array) or z. */
   size_t width, height, depth;
};

struct trf_mem {
   struct trf_object base;
   struct trf_context *context;
   cl_mem_object_type type;
   cl_mem_flags flags;            /* as reported: inherited ones included */
   size_t size;                   /* bytes: CL_MEM_SIZE */
   size_t offset;                 /* bytes: of a sub-buffer in its parent */
   void *host_ptr;                /* as reported: USE_HOST_PTR only */
   cl_mem_properties *properties; /* with the closing 0 */
   size_t properties_size;        /* bytes; 0 if NULL was given */
   struct trf_mem *parent;        /* CL_MEM_ASSOCIATED_MEMOBJECT; strong */
   struct trf_mem *root; /* who owns storage and mappings; may be itself */
   struct trf_image_info image; /* images only */

   simple_mtx_t lock; /* guards all below */
   struct trf_destructor *destructors;
   unsigned map_count; /* CL_MEM_MAP_COUNT, of this very object */

   /* Of roots only. */
   struct list_head mappings;       /* struct trf_mapping */
   struct trf_resource **resources; /* by index in context->devices */
   bool wrapped;   /* the first resource is host_ptr itself */
   uint32_t valid; /* mask of resources with current contents */

   /* Of roots, atomic: what tells one state of the contents from others. */
   uint64_t id;            /* never used again */
   uint64_t version;       /* commands that were told to change them */
   struct trf_gpu *writer; /* which context told them; NULL: none yet */
   uint32_t many_writers;  /* several did */
   uint32_t store_waits;   /* atomic: `deferred` holds one */
   struct trf_deferred *deferred; /* see core/deferred.h; under lock */
};

TRF_DECLARE_REF(trf_mem)

static inline bool
trf_mem_is_image(const struct trf_mem *mem)
{
   return mem->type != CL_MEM_OBJECT_BUFFER;
}

/* Whether the storage of an image is a buffer's (1D buffer, 2D from one). */
static inline bool
trf_mem_is_buffer_backed(const struct trf_mem *mem)
{
   return mem->root->type == CL_MEM_OBJECT_BUFFER;
}

/* Offset of a sub-buffer or buffer-backed image in its root, in bytes. */
size_t trf_mem_root_offset(const struct trf_mem *mem);

/* Number of coordinates: 1, 2 or 3; the level follows them in origin[]. */
unsigned trf_image_coordinates(cl_mem_object_type type);

/* Whether slices or layers exist, that is whether a slice pitch does. */
bool trf_image_has_slices(cl_mem_object_type type);

/* Extent of a level; layers are not minified. */
void trf_image_level_extent(const struct trf_mem *image, unsigned level,
                            struct trf_box *extent);

/* The layout in which a buffer-backed image or host_ptr holds its pixels. */
void trf_image_host_layout(const struct trf_mem *image,
                           struct trf_layout *layout);

struct trf_buffer_args {
   cl_mem_flags flags; /* complete: defaults filled in */
   size_t size;
   void *host_ptr;
   const cl_mem_properties *properties;
};

/*
 * All arguments are valid.  CL_MEM_OBJECT_ALLOCATION_FAILURE or
 * CL_OUT_OF_HOST_MEMORY; nothing stays behind an error.
 */
cl_int trf_buffer_create(struct trf_context *context,
                         const struct trf_buffer_args *args,
                         struct trf_mem **out);
cl_int trf_sub_buffer_create(struct trf_mem *parent, cl_mem_flags flags,
                             size_t origin, size_t size,
                             struct trf_mem **out);

struct trf_image_args {
   cl_mem_flags flags;
   const struct trf_format *format;
   cl_image_desc desc;
   struct trf_mem *parent; /* desc.mem_object; NULL if none */
   void *host_ptr;
   size_t row_pitch, slice_pitch; /* resolved, never 0 where they exist */
   const cl_mem_properties *properties;
};

cl_int trf_image_create(struct trf_context *context,
                        const struct trf_image_args *args,
                        struct trf_mem **out);

enum trf_use {
   TRF_USE_READ = 1 << 0,  /* contents are read */
   TRF_USE_WRITE = 1 << 1, /* contents are changed in part or whole */
};

/*
 * The root's storage on a device, current there: made and migrated if need
 * be.  `gpu` is a context of that device whose lock the caller holds.  With
 * TRF_USE_WRITE the copies on other devices become stale.  NULL when the
 * storage cannot be had (CL_MEM_OBJECT_ALLOCATION_FAILURE).
 */
struct trf_resource *trf_mem_resource(struct trf_mem *mem,
                                      struct trf_device *device,
                                      struct trf_gpu *gpu, unsigned use);

/*
 * The version of the contents that the next command of `gpu` would find, if
 * it can be known: commands of one context follow each other.  Then the same
 * number says that nothing was written since.
 */
void trf_mem_note_write(struct trf_mem *root, struct trf_gpu *gpu);
bool trf_mem_version(const struct trf_mem *root, const struct trf_gpu *gpu,
                     uint64_t *version);

/*
 * The root's storage without migration or lock, for a map's pointer at enqueue: the
 * storage on that device, made if need be but perhaps stale.
 */
struct trf_resource *trf_mem_storage(struct trf_mem *mem,
                                     struct trf_device *device);

#endif
