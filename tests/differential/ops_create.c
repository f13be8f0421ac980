/* SPDX-License-Identifier: MIT */

/* Creation of buffers, sub-buffers and images. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "ops.h"
#include "pixel.h"

unsigned refusals;

static const cl_mem_flags host_accesses =
   CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS;

/* One of CL_MEM_READ_WRITE and its like, and perhaps a CL_MEM_HOST_*. */
static cl_mem_flags
random_access(struct rng *rng, unsigned *access)
{
   static const cl_mem_flags hosts[] = {
      CL_MEM_HOST_WRITE_ONLY, CL_MEM_HOST_READ_ONLY, CL_MEM_HOST_NO_ACCESS};
   static const cl_mem_flags kinds[] = {CL_MEM_READ_WRITE, CL_MEM_READ_ONLY,
                                        CL_MEM_WRITE_ONLY};
   bool special = rng_chance(rng, 25);
   size_t kind = rng_below(rng, 3);
   bool restricted = rng_chance(rng, 12);
   cl_mem_flags host = hosts[rng_below(rng, 3)];

   *access = special ? (unsigned)kind : 0;
   return kinds[*access] | (restricted ? host : 0);
}

enum host_use { HOST_NONE, HOST_USE, HOST_COPY, HOST_ALLOC, HOST_ALLOC_COPY };

static cl_mem_flags
random_host_use(struct rng *rng, enum host_use *use)
{
   static const struct {
      enum host_use use;
      cl_mem_flags flags;
   } uses[] = {
      {HOST_NONE, 0},
      {HOST_NONE, 0},
      {HOST_NONE, 0},
      {HOST_USE, CL_MEM_USE_HOST_PTR},
      {HOST_USE, CL_MEM_USE_HOST_PTR},
      {HOST_COPY, CL_MEM_COPY_HOST_PTR},
      {HOST_ALLOC, CL_MEM_ALLOC_HOST_PTR},
      {HOST_ALLOC_COPY, CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR},
   };
   size_t at = rng_below(rng, sizeof(uses) / sizeof(uses[0]));

   *use = uses[at].use;
   return uses[at].flags;
}

/*
 * Client's memory at an address of some alignment: a page, a cache line, or
 * no more than the element's own.  `*base` is what to free.
 */
static uint8_t *
random_memory(struct rng *rng, size_t size, size_t element, uint8_t **base)
{
   static const size_t aligns[] = {4096, 64, 0};
   size_t align = aligns[rng_below(rng, 3)];
   size_t shift = align ? 0 : element * rng_below(rng, 4);
   void *memory = NULL;

   if (posix_memalign(&memory, align ? align : 64, size + shift))
      abort();
   *base = memory;
   rng_fill(rng, *base + shift, size);
   return *base + shift;
}

/* Writes the whole of a new object, so that there is something to compare. */
static void
initialise(struct world *world, struct rng *rng, struct object *object)
{
   for (unsigned level = 0; level < object->levels; level++) {
      struct box box = layout_all(&object->level[level]);
      struct layout host = layout_tight(object->level[level].element, &box);
      size_t size = host.slice * box.depth;
      struct issue issue;
      struct command *command;
      cl_int code;

      issue_init(&issue, world, rng,
                 object_is_buffer(object) ? CL_COMMAND_WRITE_BUFFER
                                          : CL_COMMAND_WRITE_IMAGE);
      issue_span(&issue, object_span(object, level, &box, true));
      uint8_t *bytes = malloc(size);
      assert(bytes);
      rng_fill(rng, bytes, size);
      issue_prepare(&issue);
      if (object_is_buffer(object)) {
         code = clEnqueueWriteBuffer(
            issue.queue->handle, object->mem, issue.blocking, 0, size, bytes,
            issue.wait_count, issue_waits(&issue), &issue.event);
      } else {
         size_t origin[4], region[3];
         fill_origin(object, level, &box, origin, region);
         code = clEnqueueWriteImage(
            issue.queue->handle, object->mem, issue.blocking, origin, region,
            0, 0, bytes, issue.wait_count, issue_waits(&issue), &issue.event);
      }
      command = issue_done(&issue, code, bytes);
      model_put(object->storage, &object->level[level], &box, bytes, &host);
      issue_finish(&issue, command);
   }
}

static void
maybe_initialise(struct world *world, struct rng *rng, struct object *object)
{
   bool wanted = rng_chance(rng, 85);

   if (wanted && object_can_write(object))
      initialise(world, rng, object);
}

/* False, after counting it, if the implementation refused. */
static bool
created(struct world *world, const struct object *object, cl_int code)
{
   if (code == CL_SUCCESS && object->mem)
      return true;
   if (options.require_all || code == CL_SUCCESS)
      expect_success(world, "the creation", code ? code : CL_INVALID_VALUE);
   if (options.verbose)
      fprintf(stderr, "      refused: %s\n", error_name(code));
   refusals++;
   return false;
}

static struct object *
new_object(struct world *world)
{
   struct object *object = world_free_object(world);

   if (object) {
      memset(object, 0, sizeof(*object));
      object->levels = 1;
      object->serial = world->serial++;
   }
   return object;
}

static size_t
random_buffer_size(struct rng *rng, const struct world *world)
{
   size_t align = world->limits.base_align;

   switch (rng_below(rng, 4)) {
   case 0:
      return rng_between(rng, 1, 70);
   case 1:
      return rng_between(rng, 1, 8) * align;
   case 2:
      return rng_between(rng, 200, 5000);
   default:
      return rng_between(rng, 1, 16) * 1024;
   }
}

static void
set_buffer_layout(struct object *object, size_t offset, size_t size)
{
   object->level[0] = (struct layout){offset, 1, size, size, size, 1, 1};
}

bool
op_create_buffer(struct world *world, struct rng *rng)
{
   struct object *object = new_object(world);
   size_t size = random_buffer_size(rng, world);
   enum host_use use;
   unsigned access;
   uint8_t *base = NULL, *host = NULL;
   cl_int code;

   if (!object)
      return false;
   object->type = CL_MEM_OBJECT_BUFFER;
   object->flags = random_access(rng, &access) | random_host_use(rng, &use);
   if (use == HOST_USE || use == HOST_COPY || use == HOST_ALLOC_COPY)
      host = random_memory(rng, size, 1, &base);
   set_buffer_layout(object, 0, size);

   describe(world, "#%u of %zu bytes, flags 0x%llx, host_ptr %p",
            object->serial, size, (unsigned long long)object->flags,
            (void *)host);
   object->mem =
      clCreateBuffer(world->context, object->flags, size, host, &code);
   if (!created(world, object, code)) {
      free(base);
      return true;
   }
   object->storage = storage_create(size);
   if (host) {
      struct box box = layout_all(&object->level[0]);
      model_put(object->storage, &object->level[0], &box, host,
                &object->level[0]);
   }
   if (use == HOST_USE) {
      object->host_ptr = host;
      object->host = object->level[0];
   } else if (base) {
      memset(host, 0xee, size);
      free(base);
      base = NULL;
   }
   world_adopt(world, object, base);
   if (!host)
      maybe_initialise(world, rng, object);
   return true;
}

/* Fills in what every view of another object's bytes has. */
static void
adopt_view(struct world *world, struct object *object, struct object *parent)
{
   object->sub = true;
   object->parent = parent->mem;
   object->storage = parent->storage;
   object->storage->users++;
   world_adopt(world, object, NULL);
}

static bool
can_have_sub_buffers(const struct object *object)
{
   return object_is_buffer(object) && !object->sub;
}

bool
op_create_sub_buffer(struct world *world, struct rng *rng)
{
   struct object *parent = world_pick(world, rng, can_have_sub_buffers);
   struct object *object = new_object(world);
   size_t align = world->limits.base_align;
   cl_buffer_region region;
   cl_int code;

   if (!parent || !object)
      return false;
   size_t size = parent->level[0].width;
   region.origin = rng_below(rng, (size + align - 1) / align) * align;
   region.size = rng_between(rng, 1, size - region.origin);

   object->type = CL_MEM_OBJECT_BUFFER;
   object->flags = parent->flags;
   set_buffer_layout(object, region.origin, region.size);
   describe(world, "#%u of #%u: %zu bytes from %zu", object->serial,
            parent->serial, region.size, region.origin);
   object->mem = clCreateSubBuffer(
      parent->mem, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
   if (!created(world, object, code))
      return true;
   if (parent->host_ptr) {
      object->host_ptr = parent->host_ptr + region.origin;
      object->host = object->level[0];
      object->host.offset = 0;
   }
   adopt_view(world, object, parent);
   return true;
}

static bool
choose_format(struct world *world, struct rng *rng, unsigned access,
              cl_mem_object_type type, cl_image_format *format)
{
   const struct format_list *list =
      &world->limits.formats[access][image_type_index(type)];
   bool common = rng_chance(rng, 75);
   size_t which = rng_below(rng, world->palette_count);
   size_t any = rng_below(rng, list->count);

   if (!list->count)
      return false;
   *format = list->formats[any];
   if (!common || !world->palette_count)
      return true;
   for (cl_uint i = 0; i < list->count; i++) {
      if (!memcmp(&list->formats[i], &world->palette[which], sizeof(*format)))
         *format = list->formats[i];
   }
   return true;
}

static size_t
random_extent(struct rng *rng, size_t usual, size_t rare, size_t limit)
{
   bool large = rng_chance(rng, 6);
   size_t extent = rng_between(rng, 1, large ? rare : usual);

   return extent < limit ? extent : limit;
}

/* The extent in OpenCL's terms, layers being y (1D array) or z. */
static void
choose_extent(struct rng *rng, const struct device *limits,
              cl_image_desc *desc, struct box *extent)
{
   size_t w = random_extent(rng, 19, 300, limits->max_2d_width);
   size_t h = random_extent(rng, 17, 200, limits->max_2d_height);
   size_t layers = random_extent(rng, 7, 20, limits->max_layers);
   size_t d = random_extent(rng, 9, 24, limits->max_3d);

   *extent = (struct box){0, 0, 0, w, 1, 1};
   desc->image_width = w;
   switch (desc->image_type) {
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      extent->height = desc->image_array_size = layers;
      break;
   case CL_MEM_OBJECT_IMAGE2D:
      extent->height = desc->image_height = h;
      break;
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      extent->height = desc->image_height = h;
      extent->depth = desc->image_array_size = layers;
      break;
   case CL_MEM_OBJECT_IMAGE3D:
      extent->height = desc->image_height = h < 24 ? h : 24;
      extent->depth = desc->image_depth = d;
      break;
   default:
      break;
   }
}

static size_t
minify(size_t size, unsigned level)
{
   return size >> level ? size >> level : 1;
}

/* Levels one after the other, each without padding. */
static size_t
lay_out_levels(struct object *object, const struct box *extent,
               size_t element)
{
   bool y_is_layer = object->type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
   bool z_is_layer = object->type == CL_MEM_OBJECT_IMAGE2D_ARRAY;
   size_t size = 0;

   for (unsigned i = 0; i < object->levels; i++) {
      struct box box = {0};

      box.width = minify(extent->width, i);
      box.height = y_is_layer ? extent->height : minify(extent->height, i);
      box.depth = z_is_layer ? extent->depth : minify(extent->depth, i);
      object->level[i] = layout_tight(element, &box);
      object->level[i].offset = size;
      size += object->level[i].slice * box.depth;
   }
   return size;
}

static unsigned
max_levels(const struct object *object, const struct box *extent)
{
   size_t largest = extent->width;
   unsigned levels = 1;

   if (object->type != CL_MEM_OBJECT_IMAGE1D_ARRAY &&
       extent->height > largest)
      largest = extent->height;
   if (object->type == CL_MEM_OBJECT_IMAGE3D && extent->depth > largest)
      largest = extent->depth;
   while (largest >>= 1)
      levels++;
   return levels;
}

/*
 * Pitches for host_ptr: none (tight), padded by whole pixels, or padded to a
 * cache line; returns the bytes that host_ptr must have.
 */
static size_t
choose_host_pitches(struct rng *rng, const struct box *extent, size_t element,
                    cl_image_desc *desc, struct layout *host)
{
   size_t style = rng_below(rng, 3);
   size_t pad = rng_below(rng, 5);
   size_t rows = rng_below(rng, 3);
   bool array = desc->image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY;

   *host = layout_tight(element, extent);
   if (style == 1) {
      host->row = (extent->width + pad) * element;
   } else if (style == 2) {
      while (host->row % 64)
         host->row += element;
   }
   host->slice = host->row * extent->height;
   if (style == 0)
      return host->slice * extent->depth;

   desc->image_row_pitch = host->row;
   if (array) {
      /* What separates layers is the slice pitch. */
      host->row *= 1 + rows;
      desc->image_slice_pitch = host->row;
      host->slice = host->row * extent->height;
   } else if (desc->image_type == CL_MEM_OBJECT_IMAGE2D_ARRAY ||
              desc->image_type == CL_MEM_OBJECT_IMAGE3D) {
      host->slice += host->row * rows;
      desc->image_slice_pitch = host->slice;
   }
   return host->slice * extent->depth;
}

static void
image_storage(struct world *world, struct object *object, size_t size,
              enum host_use use, uint8_t *host, uint8_t *base,
              const struct layout *host_layout)
{
   object->storage = storage_create(size);
   if (host) {
      struct box box = layout_all(&object->level[0]);
      model_put(object->storage, &object->level[0], &box, host, host_layout);
   }
   if (use == HOST_USE) {
      object->host_ptr = host;
      object->host = *host_layout;
   } else {
      free(base);
      base = NULL;
   }
   world_adopt(world, object, base);
}

static void
choose_levels(struct rng *rng, struct object *object,
              const struct box *extent, cl_image_desc *desc)
{
   bool mipmapped = rng_chance(rng, 40);
   unsigned levels =
      (unsigned)rng_between(rng, 1, max_levels(object, extent));

   /* cl_khr_mipmap_image: depth images have no levels. */
   if (mipmapped && levels <= MAX_LEVELS &&
       object->format.image_channel_order != CL_DEPTH) {
      desc->num_mip_levels = levels;
      object->levels = levels;
      object->levels_given = true;
      object->mipmapped = levels > 1;
   }
}

bool
op_create_image(struct world *world, struct rng *rng)
{
   static const cl_mem_object_type own[] = {
      CL_MEM_OBJECT_IMAGE1D,       CL_MEM_OBJECT_IMAGE1D_ARRAY,
      CL_MEM_OBJECT_IMAGE2D,       CL_MEM_OBJECT_IMAGE2D,
      CL_MEM_OBJECT_IMAGE2D_ARRAY, CL_MEM_OBJECT_IMAGE3D};
   struct object *object = new_object(world);
   cl_image_desc desc = {0};
   uint8_t *base = NULL, *host = NULL;
   struct layout host_layout;
   struct box extent;
   enum host_use use;
   unsigned access;
   char text[160];
   cl_int code;

   if (!object)
      return false;
   object->type = desc.image_type = own[rng_below(rng, 6)];
   object->flags = random_access(rng, &access) | random_host_use(rng, &use);
   if (!choose_format(world, rng, access, object->type, &object->format))
      return false;
   choose_extent(rng, &world->limits, &desc, &extent);
   size_t element = pixel_size(&object->format);
   if (use == HOST_USE || use == HOST_COPY || use == HOST_ALLOC_COPY) {
      size_t bytes =
         choose_host_pitches(rng, &extent, element, &desc, &host_layout);
      host = random_memory(rng, bytes, element, &base);
   } else {
      choose_levels(rng, object, &extent, &desc);
   }
   size_t size = lay_out_levels(object, &extent, element);

   describe(world,
            "%s, num_mip_levels %u, flags 0x%llx, host_ptr %p, "
            "pitches %zu %zu",
            object_text(object, text, sizeof(text)), desc.num_mip_levels,
            (unsigned long long)object->flags, (void *)host,
            desc.image_row_pitch, desc.image_slice_pitch);
   object->mem = clCreateImage(world->context, object->flags, &object->format,
                               &desc, host, &code);
   if (!created(world, object, code)) {
      free(base);
      return true;
   }
   image_storage(world, object, size, use, host, base, &host_layout);
   if (!host)
      maybe_initialise(world, rng, object);
   return true;
}

static bool
can_hold_images(const struct object *object)
{
   return object_is_buffer(object) && object->level[0].width >= 16;
}

/* A format of the type, of pixels that fit. */
static bool
choose_view(struct world *world, struct rng *rng, struct object *object,
            const struct object *parent)
{
   unsigned access = parent->flags & CL_MEM_READ_ONLY    ? 1
                     : parent->flags & CL_MEM_WRITE_ONLY ? 2
                                                         : 0;

   if (!choose_format(world, rng, access, object->type, &object->format))
      return false;
   object->flags = parent->flags & (host_accesses | CL_MEM_READ_ONLY |
                                    CL_MEM_WRITE_ONLY | CL_MEM_READ_WRITE);
   return true;
}

static bool
create_view(struct world *world, struct object *object, struct object *parent,
            cl_image_desc *desc)
{
   char text[160];
   cl_int code;

   desc->image_type = object->type;
   desc->mem_object = parent->mem;
   describe(world, "%s from #%u, row pitch %zu",
            object_text(object, text, sizeof(text)), parent->serial,
            desc->image_row_pitch);
   object->mem =
      clCreateImage(world->context, 0, &object->format, desc, NULL, &code);
   if (!created(world, object, code))
      return false;
   if (parent->host_ptr) {
      object->host_ptr = parent->host_ptr;
      object->host = object->level[0];
      object->host.offset = 0;
   }
   adopt_view(world, object, parent);
   return true;
}

bool
op_create_image_buffer(struct world *world, struct rng *rng)
{
   struct object *parent = world_pick(world, rng, can_hold_images);
   struct object *object = new_object(world);
   cl_image_desc desc = {0};

   if (!parent || !object)
      return false;
   object->type = CL_MEM_OBJECT_IMAGE1D_BUFFER;
   if (!choose_view(world, rng, object, parent))
      return false;
   size_t element = pixel_size(&object->format);
   size_t limit = parent->level[0].width / element;
   if (limit > world->limits.max_buffer_image)
      limit = world->limits.max_buffer_image;
   if (!limit || parent->level[0].offset % element)
      return false;

   size_t width = rng_between(rng, 1, limit);
   desc.image_width = width;
   object->level[0] = (struct layout){parent->level[0].offset,
                                      element,
                                      width * element,
                                      width * element,
                                      width,
                                      1,
                                      1};
   create_view(world, object, parent, &desc);
   return true;
}

bool
op_create_image_from_buffer(struct world *world, struct rng *rng)
{
   struct object *parent = world_pick(world, rng, can_hold_images);
   struct object *object = new_object(world);
   const struct device *limits = &world->limits;
   cl_image_desc desc = {0};

   if (!parent || !object || !limits->pitch_align)
      return false;
   object->type = CL_MEM_OBJECT_IMAGE2D;
   if (!choose_view(world, rng, object, parent))
      return false;
   size_t element = pixel_size(&object->format);
   size_t size = parent->level[0].width;
   size_t align = limits->pitch_align * element;
   size_t address = limits->address_align * element;
   if (size < align || (address && parent->level[0].offset % address) ||
       (parent->host_ptr && address && (uintptr_t)parent->host_ptr % address))
      return false;

   size_t steps = rng_between(rng, 1, size / align < 8 ? size / align : 8);
   size_t row = steps * align;
   size_t most = size / row < 20 ? size / row : 20;
   size_t width = rng_between(rng, 1, row / element);
   size_t height = rng_between(rng, 1, most);
   if (width > limits->max_2d_width)
      width = limits->max_2d_width;
   desc.image_width = width;
   desc.image_height = height;
   desc.image_row_pitch = row;
   object->level[0] = (struct layout){
      parent->level[0].offset, element, row, row * height, width, height, 1};
   create_view(world, object, parent, &desc);
   return true;
}

static bool
can_be_seen_otherwise(const struct object *object)
{
   return object->type == CL_MEM_OBJECT_IMAGE2D && !object->sub &&
          !object->levels_given && pixel_other_view(&object->format) != 0;
}

static bool
has_format(const struct format_list *list, const cl_image_format *format)
{
   for (cl_uint i = 0; i < list->count; i++) {
      if (!memcmp(&list->formats[i], format, sizeof(*format)))
         return true;
   }
   return false;
}

bool
op_create_image_from_image(struct world *world, struct rng *rng)
{
   struct object *parent = world_pick(world, rng, can_be_seen_otherwise);
   struct object *object = new_object(world);
   cl_image_desc desc = {0};

   if (!parent || !object)
      return false;
   object->type = CL_MEM_OBJECT_IMAGE2D;
   object->format = parent->format;
   object->format.image_channel_order = pixel_other_view(&parent->format);
   object->flags = parent->flags;
   unsigned access = parent->flags & CL_MEM_READ_ONLY    ? 1
                     : parent->flags & CL_MEM_WRITE_ONLY ? 2
                                                         : 0;
   if (!has_format(&world->limits.formats[access][image_type_index(
                      CL_MEM_OBJECT_IMAGE2D)],
                   &object->format))
      return false;

   object->level[0] = parent->level[0];
   desc.image_width = parent->level[0].width;
   desc.image_height = parent->level[0].height;
   if (create_view(world, object, parent, &desc) && parent->host_ptr)
      object->host = parent->host;
   return true;
}
