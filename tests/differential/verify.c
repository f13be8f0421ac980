/* SPDX-License-Identifier: MIT */

#include "verify.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

void
verify_region(const struct world *world, const struct object *object,
              unsigned level, const struct box *box, const uint8_t *host,
              const struct layout *host_layout, const char *route)
{
   struct difference d;
   char text[160], where[96];

   if (model_compare(object->storage, &object->level[level], box, host,
                     host_layout, &d))
      return;
   fail(world,
        "%s of %s, level %u, region %s: %zu bytes differ; first at pixel "
        "(%zu, %zu, %zu), byte %zu of it: expected 0x%02x, got 0x%02x",
        route, object_text(object, text, sizeof(text)), level,
        box_text(box, where, sizeof(where)), d.count, box->x + d.x,
        box->y + d.y, box->z + d.z, d.byte, d.expected, d.actual);
}

/* The coordinate that the slice pitch belongs to. */
static bool
slices_are_rows(const struct object *object)
{
   return object->type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
}

struct layout
map_layout(const struct object *object, const struct box *box, size_t row,
           size_t slice)
{
   struct layout host = layout_tight(object->level[0].element, box);

   if (object_is_buffer(object))
      return host;
   host.row = slices_are_rows(object) ? slice : row;
   host.slice = slice;
   return host;
}

static void
check_pitches(const struct world *world, const struct object *object,
              const struct box *box, size_t row, size_t slice)
{
   size_t bytes = box->width * object->level[0].element;

   if (row < bytes)
      fail(world, "row pitch %zu is less than the region's %zu bytes", row,
           bytes);
   switch (object->type) {
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      if (slice < bytes)
         fail(world, "slice pitch %zu is less than a layer", slice);
      break;
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
   case CL_MEM_OBJECT_IMAGE3D:
      if (slice < row * (box->height - 1) + bytes)
         fail(world, "slice pitch %zu is less than a slice", slice);
      break;
   default:
      if (slice)
         fail(world, "slice pitch %zu for an image without slices", slice);
      break;
   }
}

void
verify_map_layout(const struct world *world, const struct object *object,
                  const struct box *box, const uint8_t *pointer, size_t row,
                  size_t slice)
{
   if (!pointer)
      fail(world, "the map returned NULL");
   if (object_is_image(object))
      check_pitches(world, object, box, row, slice);
   if (!object->host_ptr)
      return;

   const uint8_t *wanted =
      object->host_ptr + layout_row(&object->host, box, 0, 0);
   if (pointer != wanted)
      fail(world, "map at %p, but host_ptr (%p) and the origin make %p",
           (const void *)pointer, (const void *)object->host_ptr,
           (const void *)wanted);

   struct layout lies = map_layout(object, box, row, slice);
   if (box->height > 1 && lies.row != object->host.row)
      fail(world, "rows are %zu bytes apart, in host_ptr %zu", lies.row,
           object->host.row);
   if (box->depth > 1 && lies.slice != object->host.slice)
      fail(world, "slices are %zu bytes apart, in host_ptr %zu", lies.slice,
           object->host.slice);
}

static cl_command_queue
any_queue(struct world *world, struct rng *rng)
{
   return world->queues[rng_below(rng, world->queue_count)].handle;
}

static void
verify_by_read(struct world *world, struct rng *rng, struct object *object,
               unsigned level, const struct box *box)
{
   struct layout host = layout_tight(object->level[level].element, box);
   size_t size = layout_end(
      &host, &(struct box){0, 0, 0, box->width, box->height, box->depth});
   uint8_t *bytes = malloc(size);
   size_t origin[4], region[3];
   cl_int code;

   assert(bytes);
   if (object_is_buffer(object)) {
      code = clEnqueueReadBuffer(any_queue(world, rng), object->mem, CL_TRUE,
                                 box->x, box->width, bytes, 0, NULL, NULL);
   } else {
      fill_origin(object, level, box, origin, region);
      code = clEnqueueReadImage(any_queue(world, rng), object->mem, CL_TRUE,
                                origin, region, 0, 0, bytes, 0, NULL, NULL);
   }
   expect_success(world, "the verifying read", code);
   verify_region(world, object, level, box, bytes, &host, "read");
   free(bytes);
}

static void
verify_by_map(struct world *world, struct rng *rng, struct object *object,
              unsigned level, const struct box *box)
{
   cl_command_queue queue = any_queue(world, rng);
   size_t origin[4], region[3], row = 0, slice = 0;
   uint8_t *pointer;
   cl_int code;

   if (object_is_buffer(object)) {
      pointer = clEnqueueMapBuffer(queue, object->mem, CL_TRUE, CL_MAP_READ,
                                   box->x, box->width, 0, NULL, NULL, &code);
   } else {
      fill_origin(object, level, box, origin, region);
      pointer =
         clEnqueueMapImage(queue, object->mem, CL_TRUE, CL_MAP_READ, origin,
                           region, &row, &slice, 0, NULL, NULL, &code);
   }
   expect_success(world, "the verifying map", code);
   verify_map_layout(world, object, box, pointer, row, slice);

   struct layout host = map_layout(object, box, row, slice);
   verify_region(world, object, level, box, pointer, &host,
                 "map for reading");
   expect_success(
      world, "the unmap",
      clEnqueueUnmapMemObject(queue, object->mem, pointer, 0, NULL, NULL));
   expect_success(world, "clFinish", clFinish(queue));
}

static void
verify_by_copy(struct world *world, struct object *object, unsigned level,
               const struct box *box)
{
   struct layout host = layout_tight(object->level[level].element, box);
   size_t size = host.slice * box->depth;
   cl_command_queue queue = world->scratch;
   uint8_t *bytes = malloc(size);
   size_t origin[4], region[3];
   cl_mem buffer;
   cl_int code;

   assert(bytes);
   buffer =
      clCreateBuffer(world->context, CL_MEM_READ_WRITE, size, NULL, &code);
   expect_success(world, "clCreateBuffer", code);
   if (object_is_buffer(object)) {
      code = clEnqueueCopyBuffer(queue, object->mem, buffer, box->x, 0, size,
                                 0, NULL, NULL);
   } else {
      fill_origin(object, level, box, origin, region);
      code = clEnqueueCopyImageToBuffer(queue, object->mem, buffer, origin,
                                        region, 0, 0, NULL, NULL);
   }
   expect_success(world, "the verifying copy", code);
   expect_success(world, "the read of the copy",
                  clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size, bytes,
                                      0, NULL, NULL));
   verify_region(world, object, level, box, bytes, &host, "copy to a buffer");
   clReleaseMemObject(buffer);
   free(bytes);
}

void
verify_object(struct world *world, struct rng *rng, struct object *object)
{
   unsigned first = (unsigned)rng_below(rng, 3);

   for (unsigned level = 0; level < object->levels; level++) {
      struct box box = layout_all(&object->level[level]);
      struct span span = object_span(object, level, &box, false);

      if (world_locked(world, &span))
         continue;
      for (unsigned i = 0; i < 3; i++) {
         unsigned route = (first + i) % 3;
         if (route == 0 && object_can_read(object))
            verify_by_read(world, rng, object, level, &box);
         else if (route == 1 && object_can_read(object))
            verify_by_map(world, rng, object, level, &box);
         else if (route == 2)
            verify_by_copy(world, object, level, &box);
      }
   }
}

static unsigned
count_maps(const struct world *world, const struct object *object)
{
   unsigned count = 0;

   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      if (world->mappings[i].live && world->mappings[i].object == object)
         count++;
   }
   return count;
}

void
verify_info(struct world *world, struct object *object)
{
   cl_uint maps = 1000, references = 0;
   cl_mem parent = NULL;
   size_t element = 0;

   expect_success(world, "clGetMemObjectInfo",
                  clGetMemObjectInfo(object->mem, CL_MEM_MAP_COUNT,
                                     sizeof(maps), &maps, NULL));
   if (maps != count_maps(world, object))
      fail(world, "CL_MEM_MAP_COUNT of #%u is %u, not %u", object->serial,
           maps, count_maps(world, object));

   expect_success(world, "clGetMemObjectInfo",
                  clGetMemObjectInfo(object->mem, CL_MEM_REFERENCE_COUNT,
                                     sizeof(references), &references, NULL));
   if (options.require_all && references != 1)
      fail(world, "CL_MEM_REFERENCE_COUNT of #%u is %u", object->serial,
           references);

   expect_success(world, "clGetMemObjectInfo",
                  clGetMemObjectInfo(object->mem, CL_MEM_ASSOCIATED_MEMOBJECT,
                                     sizeof(cl_mem), (void *)&parent, NULL));
   if (parent != object->parent)
      fail(world, "CL_MEM_ASSOCIATED_MEMOBJECT of #%u is wrong",
           object->serial);

   if (object_is_image(object)) {
      expect_success(world, "clGetImageInfo",
                     clGetImageInfo(object->mem, CL_IMAGE_ELEMENT_SIZE,
                                    sizeof(element), &element, NULL));
      if (element != object->level[0].element)
         fail(world, "CL_IMAGE_ELEMENT_SIZE of #%u is %zu, not %zu",
              object->serial, element, object->level[0].element);
   }
}
