/* SPDX-License-Identifier: MIT */

/*
 * Storage of memory objects: one trf_resource a device, made when first
 * needed, and brought up to date from the device that last wrote.
 *
 * New storage is not cleared here.  The specification leaves its contents
 * undefined; nothing of another process can show, since the operating system
 * hands out cleared pages; and clearing would touch each of them at creation,
 * at about 2 GB/s where memcpy makes 10.
 *
 * Migration runs Gallium calls under mem->lock: two queues that want the
 * object at once must find it moved once.  Locks taken inside are the other
 * device's helper lock and the staging pools', which wait for nothing else.
 */

#include "core/storage.h"

#include <assert.h>
#include <stdlib.h>

#include "core/deferred.h"
#include "core/device.h"
#include "core/image.h"
#include "core/mapping.h"
#include "gallium/staging.h"
#include "util/macros.h"
#include "util/trf_copy.h"
#include "util/trf_log.h"
#include "util/trf_slabs.h"
#include "util/u_atomic.h"

/* Staging for one step of an upload or a migration takes no more. */
#define SLAB_BYTES ((size_t)16 << 20)

static unsigned
device_index(const struct trf_context *context,
             const struct trf_device *device)
{
   unsigned index = 0;
   while (context->devices[index] != device) {
      index++;
      assert(index < context->device_count);
   }
   return index;
}

static bool
device_takes(const struct trf_device *device, const struct trf_mem *root)
{
   if (trf_mem_is_image(root))
      return trf_device_takes_image(device, root);
   return root->size <= device->limits.allocation;
}

static void
describe_image(const struct trf_mem *root, const struct trf_device *device,
               struct trf_resource_desc *desc)
{
   const struct trf_image_info *info = &root->image;

   desc->target = trf_image_target(root->type);
   desc->format = info->format->pipe;
   desc->width = info->width;
   desc->height = info->height;
   desc->depth = info->depth;
   desc->levels = info->levels;

   if (root->type == CL_MEM_OBJECT_IMAGE1D_ARRAY) {
      desc->layers = info->height;
      desc->height = 1;
   } else if (root->type == CL_MEM_OBJECT_IMAGE2D_ARRAY) {
      desc->layers = info->depth;
      desc->depth = 1;
   }

   /* A read_write argument is not asked for at creation: whatever might
    * become one is made fit for it.
    */
   desc->uses = trf_image_wanted_uses(root->flags);
   if ((root->flags & (CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY)) == 0)
      desc->uses |= TRF_FORMAT_LOADED;
   desc->uses &= trf_device_image_uses(device, info->format, root->type);
}

static void
describe(const struct trf_mem *root, const struct trf_device *device,
         struct trf_resource_desc *desc)
{
   *desc = (struct trf_resource_desc){
      .target = TRF_TARGET_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .width = root->size,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .host_visible = (root->flags & CL_MEM_ALLOC_HOST_PTR) != 0,
   };
   if (trf_mem_is_image(root))
      describe_image(root, device, desc);
}

/* Extent and pixel size of a level; of buffers in bytes. */
static size_t
level_extent(const struct trf_mem *root, unsigned level,
             struct trf_box *extent)
{
   if (trf_mem_is_image(root)) {
      trf_image_level_extent(root, level, extent);
      return root->image.format->element;
   }
   *extent = (struct trf_box){
      .width = root->size,
      .height = 1,
      .depth = 1,
   };
   return 1;
}

static void
host_layout(const struct trf_mem *root, struct trf_layout *layout)
{
   if (trf_mem_is_image(root)) {
      trf_image_host_layout(root, layout);
   } else {
      layout->element = 1;
      layout->row = root->size;
      layout->slice = root->size;
   }
}

/* Linear memory that holds a slab of a level: a driver's or the client's. */
struct window {
   uint8_t *pointer;
   struct trf_layout layout;
   struct trf_staging *staging; /* NULL where the pointer is direct */
};

static bool
window_direct(struct window *window, struct trf_resource *resource,
              unsigned level, const struct trf_box *slab)
{
   struct trf_direct direct;
   if (!trf_resource_direct(resource, level, &direct))
      return false;

   window->pointer = direct.pointer + trf_layout_offset(&direct.layout, slab);
   window->layout = direct.layout;
   window->staging = NULL;
   return true;
}

static bool
window_staging(struct window *window, struct trf_resource *resource,
               const struct trf_box *slab)
{
   window->staging = trf_staging_acquire(
      trf_resource_screen(resource), trf_resource_desc(resource), slab->width,
      slab->height, slab->depth);
   if (!window->staging)
      return false;

   window->pointer = window->staging->pointer;
   window->layout = window->staging->layout;
   return true;
}

static void
window_release(struct window *window, struct trf_resource *resource)
{
   if (window->staging)
      trf_staging_release(trf_resource_screen(resource), window->staging);
}

/* Writes a slab from linear memory.  The caller holds the lock of `gpu`. */
static bool
write_slab(struct trf_gpu *gpu, struct trf_resource *resource, unsigned level,
           const struct trf_box *slab, const void *src,
           const struct trf_layout *src_layout)
{
   struct window window;

   const bool direct = window_direct(&window, resource, level, slab);
   if (!direct && !window_staging(&window, resource, slab))
      return false;

   bool done = !direct || trf_gpu_sync(gpu, resource, true);
   if (done)
      trf_copy_box(window.pointer, &window.layout, src, src_layout,
                   slab->width, slab->height, slab->depth);
   if (done && !direct) {
      trf_staging_store(gpu, window.staging, resource, level, slab);
      done = trf_gpu_finish(gpu) == CL_SUCCESS;
   }
   window_release(&window, resource);
   return done;
}

/* A window through which a slab's current contents can be read. */
static bool
open_slab(struct trf_device *device, struct trf_resource *resource,
          unsigned level, const struct trf_box *slab, struct window *window)
{
   const bool direct = window_direct(window, resource, level, slab);
   if (!direct && !window_staging(window, resource, slab))
      return false;

   struct trf_gpu *helper = trf_device_helper_lock(device);
   if (!helper)
      goto fail_window;

   bool done = true;
   if (direct)
      done = trf_gpu_sync(helper, resource, false);
   else
      trf_staging_fetch(helper, window->staging, resource, level, slab);
   if (!direct)
      done = trf_gpu_finish(helper) == CL_SUCCESS;
   trf_device_helper_unlock(device);
   if (done)
      return true;

fail_window:
   window_release(window, resource);
   return false;
}

/* The contents of host_ptr: of one level only, mip maps have none. */
static bool
upload(struct trf_mem *root, struct trf_device *device,
       struct trf_resource *resource, const void *host_ptr)
{
   struct trf_gpu *helper = trf_device_helper_lock(device);
   if (!helper)
      return false;

   struct trf_layout layout;
   struct trf_box extent;
   struct trf_slab_walk walk;
   const size_t element = level_extent(root, 0, &extent);
   host_layout(root, &layout);
   trf_slabs_begin(&walk, &extent, element, SLAB_BYTES);

   bool done = true;
   while (done && trf_slabs_next(&walk)) {
      const uint8_t *src =
         (const uint8_t *)host_ptr + trf_layout_offset(&layout, &walk.slab);
      done = write_slab(helper, resource, 0, &walk.slab, src, &layout);
   }

   trf_device_helper_unlock(device);
   return done;
}

/*
 * Brings a slab to storage of which clients hold parts mapped: row by row,
 * around those parts.  There are such parts only in storage with a direct
 * pointer.
 */
static bool
write_around_maps(const struct trf_mem *root, struct trf_device *to,
                  struct trf_gpu *gpu, struct trf_resource *dst,
                  unsigned level, const struct trf_box *slab,
                  const struct window *src)
{
   const size_t limit = slab->x + slab->width;
   struct window window;

   if (!window_direct(&window, dst, level, slab) ||
       !trf_gpu_sync(gpu, dst, true))
      return false;

   for (size_t z = 0; z < slab->depth; z++) {
      for (size_t y = 0; y < slab->height; y++) {
         for (size_t x = slab->x, start, end; x < limit; x = end) {
            if (!trf_mappings_span_locked(root, to, level, x, slab->y + y,
                                          slab->z + z, &start, &end))
               start = end = limit;
            start = MIN2(start, limit);
            if (start <= x)
               continue;
            const struct trf_box at = {.x = x - slab->x, .y = y, .z = z};
            trf_copy_box(window.pointer +
                            trf_layout_offset(&window.layout, &at),
                         &window.layout,
                         src->pointer + trf_layout_offset(&src->layout, &at),
                         &src->layout, start - x, 1, 1);
         }
      }
   }
   return true;
}

static bool
migrate_level(struct trf_mem *root, unsigned level, struct trf_device *from,
              struct trf_resource *src, struct trf_device *to,
              struct trf_gpu *gpu, struct trf_resource *dst)
{
   const bool mapped = trf_mappings_lead_into_locked(root, to);
   struct trf_box extent;
   struct trf_slab_walk walk;
   const size_t element = level_extent(root, level, &extent);

   trf_slabs_begin(&walk, &extent, element, SLAB_BYTES);
   while (trf_slabs_next(&walk)) {
      struct window window;
      if (!open_slab(from, src, level, &walk.slab, &window))
         return false;
      const bool done = mapped ? write_around_maps(root, to, gpu, dst, level,
                                                   &walk.slab, &window)
                               : write_slab(gpu, dst, level, &walk.slab,
                                            window.pointer, &window.layout);
      window_release(&window, src);
      if (!done)
         return false;
   }
   return true;
}

/* Copies from a device whose storage is current; `gpu` is the other's. */
static bool
migrate_locked(struct trf_mem *root, unsigned index, struct trf_gpu *gpu)
{
   /* Written nowhere yet: any contents will do. */
   if (!root->valid)
      return true;

   const unsigned from = __builtin_ctz(root->valid);
   const unsigned levels = trf_mem_is_image(root) ? root->image.levels : 1;

   for (unsigned level = 0; level < levels; level++) {
      if (!migrate_level(root, level, root->context->devices[from],
                         root->resources[from], root->context->devices[index],
                         gpu, root->resources[index]))
         return false;
   }
   return true;
}

static struct trf_resource *
storage_locked(struct trf_mem *root, unsigned index)
{
   if (root->resources[index])
      return root->resources[index];

   struct trf_device *device = root->context->devices[index];
   if (!device_takes(device, root))
      return NULL;

   struct trf_resource_desc desc;
   describe(root, device, &desc);
   struct trf_resource *resource = trf_resource_create(device->screen, &desc);
   p_atomic_set(&root->resources[index], resource);
   return resource;
}

/*
 * Takes host_ptr for the storage if the driver can.  Not while the staging
 * path is forced: then nothing is to be seen of the client's memory but what
 * is copied there.
 */
static bool
wrap_host_ptr(struct trf_mem *root, unsigned index, void *host_ptr)
{
   if (index != 0 || (trf_debug_flags() & TRF_DEBUG_STAGING))
      return false;

   struct trf_device *device = root->context->devices[index];
   struct trf_resource_desc desc;
   struct trf_layout layout;
   describe(root, device, &desc);
   host_layout(root, &layout);
   root->resources[index] =
      trf_resource_wrap(device->screen, &desc, host_ptr, &layout);
   root->wrapped = root->resources[index] != NULL;
   return root->wrapped;
}

cl_int
trf_storage_init(struct trf_mem *root, void *host_ptr)
{
   const struct trf_context *context = root->context;
   static uint64_t last_id;

   assert(root->root == root);
   root->id = p_atomic_inc_return(&last_id);
   assert(context->device_count <= 8 * sizeof(root->valid));

   root->resources = calloc(context->device_count, sizeof(*root->resources));
   if (!root->resources)
      return CL_OUT_OF_HOST_MEMORY;

   unsigned first = 0;
   while (!device_takes(context->devices[first], root)) {
      first++;
      assert(first < context->device_count);
   }

   if ((root->flags & CL_MEM_USE_HOST_PTR) &&
       wrap_host_ptr(root, first, host_ptr)) {
      root->valid = 1u << first;
      return CL_SUCCESS;
   }

   struct trf_resource *resource = storage_locked(root, first);
   if (!resource)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;

   if (host_ptr) {
      if (!upload(root, context->devices[first], resource, host_ptr))
         return CL_MEM_OBJECT_ALLOCATION_FAILURE;
      root->valid = 1u << first;
   }
   return CL_SUCCESS;
}

void
trf_storage_finish(struct trf_mem *root)
{
   if (!root->resources)
      return;

   trf_deferred_free(root);
   for (unsigned i = 0; i < root->context->device_count; i++)
      trf_resource_destroy(root->resources[i]);
   free(root->resources);
}

struct trf_resource *
trf_mem_storage(struct trf_mem *mem, struct trf_device *device)
{
   struct trf_mem *root = mem->root;
   const unsigned index = device_index(root->context, device);

   struct trf_resource *resource = p_atomic_read(&root->resources[index]);
   if (resource)
      return resource;

   simple_mtx_lock(&root->lock);
   resource = storage_locked(root, index);
   simple_mtx_unlock(&root->lock);
   return resource;
}

/* Whether a use needs neither copy nor bookkeeping. */
static bool
ready_for(const struct trf_mem *root, unsigned index, unsigned use)
{
   const uint32_t bit = 1u << index;
   const uint32_t valid = p_atomic_read(&root->valid);
   return (use & TRF_USE_WRITE) ? valid == bit : (valid & bit) != 0;
}

void
trf_mem_note_write(struct trf_mem *root, struct trf_gpu *gpu)
{
   struct trf_gpu *writer = p_atomic_read(&root->writer);

   if (!writer)
      writer = p_atomic_cmpxchg_ptr(&root->writer, NULL, gpu);
   if (writer && writer != gpu)
      p_atomic_set(&root->many_writers, 1);
   p_atomic_inc(&root->version);
}

bool
trf_mem_version(const struct trf_mem *root, const struct trf_gpu *gpu,
                uint64_t *version)
{
   *version = p_atomic_read(&root->version);
   const struct trf_gpu *writer = p_atomic_read(&root->writer);
   return (!writer || writer == gpu) && !p_atomic_read(&root->many_writers) &&
          !(trf_debug_flags() & TRF_DEBUG_FORGET);
}

struct trf_resource *
trf_mem_resource(struct trf_mem *mem, struct trf_device *device,
                 struct trf_gpu *gpu, unsigned use)
{
   struct trf_mem *root = mem->root;
   const unsigned index = device_index(root->context, device);

   if (use & TRF_USE_WRITE)
      trf_mem_note_write(root, gpu);

   struct trf_resource *resource = p_atomic_read(&root->resources[index]);
   if (resource && ready_for(root, index, use) &&
       !p_atomic_read(&root->store_waits))
      return resource;

   const uint32_t bit = 1u << index;
   simple_mtx_lock(&root->lock);
   resource = storage_locked(root, index);
   if (resource && !(root->valid & bit) && !migrate_locked(root, index, gpu))
      resource = NULL;
   if (resource && !trf_store_deferred_locked(root, gpu))
      resource = NULL;
   if (resource)
      p_atomic_set(&root->valid,
                   (use & TRF_USE_WRITE) ? bit : root->valid | bit);
   simple_mtx_unlock(&root->lock);
   return resource;
}
