/* SPDX-License-Identifier: MIT */

#include "core/access.h"

#include <assert.h>

#include "core/copy.h"
#include "core/deferred.h"
#include "core/device.h"
#include "gallium/context.h"
#include "gallium/staging.h"
#include "util/trf_copy.h"

#define MAP_WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)

enum trf_path
trf_path_choose(const struct trf_path_facts *facts)
{
   if (facts->use_host_ptr)
      return facts->wrapped ? TRF_PATH_HOST_STORAGE : TRF_PATH_HOST_COPY;
   return facts->direct ? TRF_PATH_DIRECT : TRF_PATH_STAGING;
}

const char *
trf_path_name(enum trf_path path)
{
   static const char *const names[] = {
      [TRF_PATH_DIRECT] = "direct",
      [TRF_PATH_HOST_STORAGE] = "host-storage",
      [TRF_PATH_HOST_COPY] = "host-copy",
      [TRF_PATH_STAGING] = "staging",
   };
   return names[path];
}

void
trf_view_image(struct trf_view *view, struct trf_mem *image,
               const struct trf_image_region *region)
{
   view->mem = image;
   view->region = *region;
   view->offset = trf_mem_root_offset(image);
   trf_image_host_layout(image, &view->layout);
}

void
trf_view_range(struct trf_view *view, struct trf_mem *buffer, size_t offset,
               size_t size)
{
   view->mem = buffer;
   view->region = (struct trf_image_region){
      .box = {.width = size, .height = 1, .depth = 1},
   };
   view->offset = trf_mem_root_offset(buffer) + offset;
   view->layout =
      (struct trf_layout){.element = 1, .row = size, .slice = size};
}

/* Where a view of buffer storage begins in the root, in bytes. */
static size_t
linear_start(const struct trf_view *view)
{
   return view->offset + trf_layout_offset(&view->layout, &view->region.box);
}

size_t
trf_view_bytes(const struct trf_view *view)
{
   const struct trf_box *box = &view->region.box;
   return box->width * box->height * box->depth * view->layout.element;
}

void
trf_view_byte_rows(const struct trf_view *view, struct trf_byte_rows *rows)
{
   assert(view->region.box.depth == 1);
   *rows = (struct trf_byte_rows){
      .offset = linear_start(view),
      .row_bytes = view->region.box.width * view->layout.element,
      .pitch = view->layout.row,
      .rows = view->region.box.height,
   };
}

static bool
is_wrapped_on(const struct trf_mem *root, const struct trf_device *device)
{
   return root->wrapped && root->context->devices[0] == device;
}

/* Points into memory that holds the whole object. */
static void
point_into(struct trf_access *access, uint8_t *base,
           const struct trf_layout *layout, bool buffer_backed)
{
   if (buffer_backed) {
      access->pointer = base + linear_start(&access->view);
      access->layout = access->view.layout;
   } else {
      access->pointer =
         base + trf_layout_offset(layout, &access->view.region.box);
      access->layout = *layout;
   }
}

void
trf_view_contents(const struct trf_view *view, uint64_t version,
                  struct trf_contents *contents)
{
   const struct trf_layout *layout = &view->layout;
   struct trf_box *box = &contents->box;
   size_t span;

   *contents = (struct trf_contents){
      .object = view->mem->root->id,
      .version = version,
      .level = view->region.level,
      .box = view->region.box,
   };
   if (!trf_mem_is_buffer_backed(view->mem))
      return;

   /* Of buffers: bytes without gaps, or rows and slices some way apart. */
   *box = (struct trf_box){.x = linear_start(view)};
   if (trf_layout_span(layout, &view->region.box, &span) &&
       span == trf_view_bytes(view)) {
      box->width = span;
   } else {
      box->y = layout->row;
      box->z = layout->slice;
      box->width = view->region.box.width * layout->element;
      box->height = view->region.box.height;
      box->depth = view->region.box.depth;
   }
}

static bool
point_at_staging(struct trf_access *access, struct trf_resource *resource,
                 bool buffer_backed)
{
   const struct trf_view *view = &access->view;
   const struct trf_box *box = &view->region.box;
   struct trf_screen *screen = access->device->screen;
   const struct trf_resource_desc *desc = trf_resource_desc(resource);
   struct trf_contents wanted;

   trf_view_contents(view, p_atomic_read(&view->mem->root->version), &wanted);
   if (buffer_backed)
      access->staging = trf_staging_acquire_like(
         screen, desc, trf_view_bytes(view), 1, 1, &wanted);
   else
      access->staging = trf_staging_acquire_like(
         screen, desc, box->width, box->height, box->depth, &wanted);
   if (!access->staging)
      return false;

   access->shown = access->staging->contents;
   access->staging->contents = (struct trf_contents){0};
   access->unstored = access->flags & MAP_WRITES;
   access->pointer = access->staging->pointer;
   access->layout = access->staging->layout;
   if (buffer_backed)
      trf_layout_tight(view->layout.element, box, &access->layout);
   return true;
}

cl_int
trf_access_prepare(struct trf_access *access, const struct trf_view *view,
                   struct trf_device *device, cl_map_flags flags,
                   bool host_pointer)
{
   struct trf_mem *root = view->mem->root;
   const bool buffer_backed = trf_mem_is_buffer_backed(view->mem);

   *access = (struct trf_access){
      .view = *view,
      .device = device,
      .flags = flags,
   };

   struct trf_resource *resource = trf_mem_storage(root, device);
   if (!resource)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;

   struct trf_direct direct = {0};
   const struct trf_path_facts facts = {
      .use_host_ptr = host_pointer && root->host_ptr,
      .wrapped = is_wrapped_on(root, device),
      .direct = trf_resource_direct(resource, view->region.level, &direct),
   };
   access->path = trf_path_choose(&facts);

   switch (access->path) {
   case TRF_PATH_DIRECT:
      point_into(access, direct.pointer, &direct.layout, buffer_backed);
      break;
   case TRF_PATH_HOST_STORAGE:
   case TRF_PATH_HOST_COPY:
      point_into(access, root->host_ptr, &view->layout, buffer_backed);
      break;
   case TRF_PATH_STAGING:
      if (!point_at_staging(access, resource, buffer_backed))
         return CL_OUT_OF_RESOURCES;
      break;
   }
   return CL_SUCCESS;
}

/* Rows of a buffer, and their place in staging, where they are tight. */
static void
staging_places(const struct trf_access *access, struct trf_resource *resource,
               struct trf_place *rows, struct trf_place *tight)
{
   const struct trf_view *view = &access->view;

   trf_place_view(rows, view, resource);
   trf_place_tight(tight, access->staging->resource, view->layout.element,
                   &view->region.box);
}

static cl_int
staging_fetch(struct trf_access *access, struct trf_resource *resource,
              struct trf_gpu *gpu)
{
   const struct trf_view *view = &access->view;
   struct trf_place rows, tight;

   if (trf_mem_is_buffer_backed(view->mem)) {
      staging_places(access, resource, &rows, &tight);
      return trf_copy(access->device, gpu, &tight, &rows, &view->region.box);
   }
   trf_staging_fetch(gpu, access->staging, resource, view->region.level,
                     &view->region.box);
   return CL_SUCCESS;
}

cl_int
trf_access_copy_out(const struct trf_access *access,
                    struct trf_resource *resource, struct trf_gpu *gpu)
{
   const struct trf_view *view = &access->view;
   struct trf_place rows, tight;

   if (trf_mem_is_buffer_backed(view->mem)) {
      staging_places(access, resource, &rows, &tight);
      return trf_copy(access->device, gpu, &rows, &tight, &view->region.box);
   }
   trf_staging_store(gpu, access->staging, resource, view->region.level,
                     &view->region.box);
   return CL_SUCCESS;
}

/*
 * Maps for reading may overlap: on two queues they may be here at once, and
 * the client may read meanwhile what another one brought.  Whoever comes
 * writes the same bytes to the same place.
 */
static void
refresh_host_ptr(const struct trf_access *access,
                 const struct trf_access *storage)
{
   const struct trf_box *box = &access->view.region.box;

   trf_copy_box(access->pointer, &access->layout, storage->pointer,
                &storage->layout, box->width, box->height, box->depth);
}

/*
 * Between host_ptr and storage that is elsewhere: through a second access
 * to that storage, by region.
 */
static cl_int
host_copy(struct trf_access *access, struct trf_gpu *gpu, bool to_host)
{
   const struct trf_box *box = &access->view.region.box;
   struct trf_access storage;

   cl_int error = trf_access_prepare(
      &storage, &access->view, access->device,
      to_host ? CL_MAP_READ : CL_MAP_WRITE_INVALIDATE_REGION, false);
   if (error)
      return error;

   error = trf_access_fetch(&storage, gpu);
   if (!error && to_host) {
      refresh_host_ptr(access, &storage);
   } else if (!error) {
      trf_copy_box(storage.pointer, &storage.layout, access->pointer,
                   &access->layout, box->width, box->height, box->depth);
      error = trf_access_store(&storage, gpu);
      /* Its staging goes back to the pool here, so the device must be done. */
      if (!error && storage.staging)
         error = trf_gpu_finish(gpu);
   }
   access->moved += trf_view_bytes(&access->view);
   trf_access_release(&storage);
   return error;
}

static bool
needs_contents(const struct trf_access *access)
{
   return !(access->flags & CL_MAP_WRITE_INVALIDATE_REGION);
}

/* What a command of `gpu` would find, if that can be known. */
static bool
current_contents(const struct trf_access *access, struct trf_gpu *gpu,
                 struct trf_contents *contents)
{
   uint64_t version;

   if (!trf_mem_version(access->view.mem->root, gpu, &version))
      return false;
   trf_view_contents(&access->view, version, contents);
   return true;
}

static bool
is_current(const struct trf_access *access, struct trf_gpu *gpu)
{
   struct trf_contents now;

   return current_contents(access, gpu, &now) &&
          trf_contents_equal(&access->shown, &now);
}

void
trf_access_spoil(struct trf_access *access)
{
   access->shown = (struct trf_contents){0};
}

void
trf_access_note_current(struct trf_access *access, struct trf_gpu *gpu)
{
   if (!current_contents(access, gpu, &access->shown))
      trf_access_spoil(access);
}

/*
 * INVALIDATE covers the region, not the object: contents that are current
 * elsewhere only must come here all the same.  Staging is not the storage
 * yet.
 */
static struct trf_resource *
current_storage(const struct trf_access *access, struct trf_gpu *gpu)
{
   const bool writes = (access->flags & MAP_WRITES) && !access->staging;

   return trf_mem_resource(access->view.mem->root, access->device, gpu,
                           TRF_USE_READ | (writes ? TRF_USE_WRITE : 0));
}

cl_int
trf_access_begin_fetch(struct trf_access *access, struct trf_gpu *gpu)
{
   struct trf_resource *resource = current_storage(access, gpu);

   assert(access->path == TRF_PATH_STAGING);
   if (!resource)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;
   if (is_current(access, gpu))
      return CL_SUCCESS;
   access->moved += trf_view_bytes(&access->view);
   trf_access_note_current(access, gpu);
   return staging_fetch(access, resource, gpu);
}

static cl_int
fetch_staging(struct trf_access *access, struct trf_gpu *gpu)
{
   struct trf_contents now;

   if (!needs_contents(access))
      return CL_SUCCESS;
   if (current_contents(access, gpu, &now) &&
       (trf_contents_equal(&access->shown, &now) ||
        trf_deferred_show(access, &now)))
      return CL_SUCCESS;

   cl_int error = trf_access_begin_fetch(access, gpu);
   if (!error)
      error = trf_gpu_finish(gpu);
   if (error)
      trf_access_spoil(access);
   return error;
}

cl_int
trf_access_fetch(struct trf_access *access, struct trf_gpu *gpu)
{
   if (access->path == TRF_PATH_STAGING)
      return fetch_staging(access, gpu);

   struct trf_resource *resource = current_storage(access, gpu);
   if (!resource)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;
   if (access->path == TRF_PATH_HOST_COPY)
      return needs_contents(access) ? host_copy(access, gpu, true)
                                    : CL_SUCCESS;
   return trf_gpu_sync(gpu, resource, access->flags & MAP_WRITES)
             ? CL_SUCCESS
             : CL_OUT_OF_RESOURCES;
}

/*
 * What the client wrote is in the device's storage.  Another device may have
 * become the current one meanwhile: all but what is mapped here comes back.
 */
static cl_int
take_over(const struct trf_access *access, struct trf_gpu *gpu)
{
   return trf_mem_resource(access->view.mem->root, access->device, gpu,
                           TRF_USE_READ | TRF_USE_WRITE)
             ? CL_SUCCESS
             : CL_MEM_OBJECT_ALLOCATION_FAILURE;
}

static cl_int
store_staging(struct trf_access *access, struct trf_gpu *gpu)
{
   const struct trf_view *view = &access->view;

   if (trf_store_defer(access, gpu))
      return CL_SUCCESS;

   struct trf_resource *resource = trf_mem_resource(
      view->mem->root, access->device, gpu, TRF_USE_READ | TRF_USE_WRITE);
   if (!resource)
      return CL_MEM_OBJECT_ALLOCATION_FAILURE;
   access->moved += trf_view_bytes(view);
   const cl_int error = trf_access_copy_out(access, resource, gpu);
   if (!error) {
      trf_access_note_current(access, gpu);
      access->unstored = false;
   }
   return error;
}

static cl_int
store(struct trf_access *access, struct trf_gpu *gpu)
{
   switch (access->path) {
   case TRF_PATH_DIRECT:
   case TRF_PATH_HOST_STORAGE:
      return take_over(access, gpu);
   case TRF_PATH_HOST_COPY:
      return host_copy(access, gpu, false);
   case TRF_PATH_STAGING:
      return store_staging(access, gpu);
   }
   return CL_SUCCESS;
}

/*
 * What was mapped on one device and is unmapped on another's queue.  Not
 * with the device's helper: migration may want that one, under a lock.
 */
static cl_int
store_elsewhere(struct trf_access *access)
{
   struct trf_gpu *gpu = trf_gpu_create(access->device->screen);
   if (!gpu)
      return CL_OUT_OF_RESOURCES;

   cl_int error = store(access, gpu);
   if (!error)
      error = trf_gpu_finish(gpu);
   trf_gpu_destroy(gpu);
   return error;
}

cl_int
trf_access_store(struct trf_access *access, struct trf_gpu *gpu)
{
   if (!(access->flags & MAP_WRITES))
      return CL_SUCCESS;
   return trf_gpu_screen(gpu) == access->device->screen
             ? store(access, gpu)
             : store_elsewhere(access);
}

void
trf_access_release(struct trf_access *access)
{
   if (!access->staging)
      return;
   access->staging->contents =
      access->unstored ? (struct trf_contents){0} : access->shown;
   trf_staging_release(access->device->screen, access->staging);
   access->staging = NULL;
}

bool
trf_access_is_free(const struct trf_access *access)
{
   return access->device->caps->synchronous &&
          access->view.mem->context->device_count == 1 &&
          (access->path == TRF_PATH_DIRECT ||
           access->path == TRF_PATH_HOST_STORAGE);
}
