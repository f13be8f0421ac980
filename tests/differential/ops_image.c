/* SPDX-License-Identifier: MIT */

/* Commands on images. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "ops.h"
#include "pixel.h"

static uint8_t *
allocate(size_t size)
{
   uint8_t *bytes = malloc(size);

   assert(bytes);
   return bytes;
}

static bool
readable_image(const struct object *object)
{
   return object_is_image(object) && object_can_read(object);
}

static bool
writable_image(const struct object *object)
{
   return object_is_image(object) && object_can_write(object);
}

static void
describe_image(struct world *world, const struct issue *issue,
               const struct object *object, unsigned level,
               const struct box *box, const char *more)
{
   char text[160], where[96];

   describe(world, "%s level %u %s queue %u%s%s",
            object_text(object, text, sizeof(text)), level,
            box_text(box, where, sizeof(where)),
            (unsigned)(issue->queue - world->queues),
            issue->blocking ? ", blocking" : "", more);
}

/* A random level and a box of it that no map forbids. */
static bool
random_region(struct world *world, struct rng *rng,
              const struct object *object, bool write, unsigned *level,
              struct box *box)
{
   *level = (unsigned)rng_below(rng, object->levels);
   return random_free_box(world, rng, object, *level, write, box);
}

/* Client's memory of a read or a write: zero pitches are the tight ones. */
struct host_side {
   struct layout layout;
   size_t row, slice;
   size_t size;
};

static void
random_host_side(struct rng *rng, const struct object *object,
                 const struct box *box, struct host_side *side)
{
   bool tight = rng_chance(rng, 40);
   bool odd = rng_chance(rng, 30);
   size_t pad = rng_below(rng, 4) * (odd ? 1 : object->level[0].element);
   size_t extra = rng_below(rng, 3);
   struct box all = {0, 0, 0, box->width, box->height, box->depth};

   side->layout = layout_tight(object->level[0].element, box);
   side->row = side->slice = 0;
   if (!tight) {
      side->layout.row += pad;
      side->row = side->layout.row;
      switch (object->type) {
      case CL_MEM_OBJECT_IMAGE1D_ARRAY:
         side->layout.row += extra * side->row;
         side->slice = side->layout.row;
         break;
      case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      case CL_MEM_OBJECT_IMAGE3D:
         side->slice =
            side->row * box->height + extra * (odd ? 3 : side->row);
         break;
      default:
         break;
      }
      side->layout.slice =
         side->slice ? side->slice : side->row * box->height;
      if (object->type == CL_MEM_OBJECT_IMAGE1D_ARRAY)
         side->layout.slice = side->slice * box->height;
   }
   side->size = layout_end(&side->layout, &all);
}

bool
op_read_image(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, readable_image);
   size_t origin[4], region[3];
   struct host_side side;
   struct issue issue;
   struct box box;
   unsigned level;
   char more[96];

   if (!object || !random_region(world, rng, object, false, &level, &box))
      return false;
   random_host_side(rng, object, &box, &side);
   issue_init(&issue, world, rng, CL_COMMAND_READ_IMAGE);
   issue_span(&issue, object_span(object, level, &box, false));
   snprintf(more, sizeof(more), " pitches %zu %zu", side.row, side.slice);
   describe_image(world, &issue, object, level, &box, more);

   uint8_t *bytes = allocate(side.size), *expected = allocate(side.size),
           *known = allocate(side.size);
   memset(bytes, 0xcd, side.size);
   memset(expected, 0xcd, side.size);
   memset(known, 0xff, side.size);
   model_get(object->storage, &object->level[level], &box, expected, known,
             &side.layout);
   fill_origin(object, level, &box, origin, region);
   issue_prepare(&issue);
   cl_int code =
      clEnqueueReadImage(issue.queue->handle, object->mem, issue.blocking,
                         origin, region, side.row, side.slice, bytes,
                         issue.wait_count, issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, bytes);
   command_expect(command, expected, known, side.size, &side.layout,
                  world->what);
   issue_finish(&issue, command);
   return true;
}

bool
op_write_image(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, writable_image);
   size_t origin[4], region[3];
   struct host_side side;
   struct issue issue;
   struct box box;
   unsigned level;
   char more[96];

   if (!object || !random_region(world, rng, object, true, &level, &box))
      return false;
   random_host_side(rng, object, &box, &side);
   issue_init(&issue, world, rng, CL_COMMAND_WRITE_IMAGE);
   issue_span(&issue, object_span(object, level, &box, true));
   snprintf(more, sizeof(more), " pitches %zu %zu", side.row, side.slice);
   describe_image(world, &issue, object, level, &box, more);

   uint8_t *bytes = allocate(side.size);
   rng_fill(rng, bytes, side.size);
   fill_origin(object, level, &box, origin, region);
   issue_prepare(&issue);
   cl_int code = clEnqueueWriteImage(issue.queue->handle, object->mem,
                                     issue.blocking, origin, region, side.row,
                                     side.slice, bytes, issue.wait_count,
                                     issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, bytes);
   model_put(object->storage, &object->level[level], &box, bytes,
             &side.layout);
   issue_finish(&issue, command);
   return true;
}

static bool
same_format(const struct object *a, const struct object *b)
{
   return a->format.image_channel_order == b->format.image_channel_order &&
          a->format.image_channel_data_type ==
             b->format.image_channel_data_type;
}

/* Another image of the format, or the image itself. */
static struct object *
pick_same_format(struct world *world, struct rng *rng,
                 const struct object *like)
{
   size_t start = rng_below(rng, MAX_OBJECTS);

   for (size_t i = 0; i < MAX_OBJECTS; i++) {
      struct object *object = &world->objects[(start + i) % MAX_OBJECTS];
      if (object->live && object_is_image(object) &&
          same_format(object, like))
         return object;
   }
   return NULL;
}

/* The same handle overlaps by pixels; others that share bytes, by those. */
static bool
copy_allowed(const struct world *world, const struct span *in,
             const struct span *out)
{
   if (world_locked(world, in) || world_locked(world, out))
      return false;
   return in->storage != out->storage ||
          !model_overlap(&in->layout, &in->box, &out->layout, &out->box);
}

static size_t
least(size_t a, size_t b)
{
   return a < b ? a : b;
}

bool
op_copy_image(struct world *world, struct rng *rng)
{
   struct object *src = world_pick(world, rng, object_is_image);
   struct object *dst = src ? pick_same_format(world, rng, src) : NULL;
   size_t from_origin[4], to_origin[4], region[3];
   struct box from, to;
   struct issue issue;
   char more[160], text[120];

   if (!dst)
      return false;
   unsigned a = (unsigned)rng_below(rng, src->levels);
   unsigned b = (unsigned)rng_below(rng, dst->levels);
   const struct layout *la = &src->level[a], *lb = &dst->level[b];
   from = (struct box){.width = least(la->width, lb->width),
                       .height = least(la->height, lb->height),
                       .depth = least(la->depth, lb->depth)};
   from.width = rng_between(rng, 1, from.width);
   from.height = rng_between(rng, 1, from.height);
   from.depth = rng_between(rng, 1, from.depth);
   to = from;
   from.x = rng_below(rng, la->width - from.width + 1);
   from.y = rng_below(rng, la->height - from.height + 1);
   from.z = rng_below(rng, la->depth - from.depth + 1);
   to.x = rng_below(rng, lb->width - to.width + 1);
   to.y = rng_below(rng, lb->height - to.height + 1);
   to.z = rng_below(rng, lb->depth - to.depth + 1);
   struct span in = object_span(src, a, &from, false);
   struct span out = object_span(dst, b, &to, true);
   if (!copy_allowed(world, &in, &out))
      return false;

   issue_init(&issue, world, rng, CL_COMMAND_COPY_IMAGE);
   issue.blocking = false;
   issue_span(&issue, in);
   issue_span(&issue, out);
   snprintf(more, sizeof(more), " to %s level %u at (%zu,%zu,%zu)",
            object_text(dst, text, sizeof(text)), b, to.x, to.y, to.z);
   describe_image(world, &issue, src, a, &from, more);
   fill_origin(src, a, &from, from_origin, region);
   fill_origin(dst, b, &to, to_origin, region);
   issue_prepare(&issue);
   cl_int code = clEnqueueCopyImage(
      issue.queue->handle, src->mem, dst->mem, from_origin, to_origin, region,
      issue.wait_count, issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   model_copy(out.storage, &out.layout, &to, in.storage, &in.layout, &from);
   issue_finish(&issue, command);
   return true;
}

/*
 * How the implementation packs the colour: asked of an image of one pixel,
 * judged by our own conversion, and then what every fill must give.
 */
static void
pack_color(struct world *world, const struct object *like,
           const union color *color, uint8_t *pixel, size_t element)
{
   cl_image_desc desc = {.image_type = CL_MEM_OBJECT_IMAGE2D,
                         .image_width = 1,
                         .image_height = 1};
   const size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};
   cl_mem_flags access = like->flags & (CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY);
   char why[160];
   cl_int code;
   cl_mem image;

   image = clCreateImage(world->context, access, &like->format, &desc, NULL,
                         &code);
   expect_success(world, "clCreateImage of one pixel", code);
   expect_success(world, "clEnqueueFillImage of one pixel",
                  clEnqueueFillImage(world->scratch, image, color, origin,
                                     region, 0, NULL, NULL));
   memset(pixel, 0, element);
   expect_success(world, "clEnqueueReadImage of one pixel",
                  clEnqueueReadImage(world->scratch, image, CL_TRUE, origin,
                                     region, 0, 0, pixel, 0, NULL, NULL));
   clReleaseMemObject(image);
   if (!pixel_is_color(&like->format, color, pixel, why, sizeof(why)))
      fail(world, "the fill colour is packed wrong for %s %s: %s",
           pixel_order_name(like->format.image_channel_order),
           pixel_type_name(like->format.image_channel_data_type), why);
}

bool
op_fill_image(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, object_is_image);
   size_t origin[4], region[3];
   uint8_t pixel[16];
   union color color;
   struct issue issue;
   struct box box;
   unsigned level;

   if (!object || !random_region(world, rng, object, true, &level, &box))
      return false;
   pixel_random_color(&object->format, rng, &color);
   issue_init(&issue, world, rng, CL_COMMAND_FILL_IMAGE);
   issue.blocking = false;
   issue_span(&issue, object_span(object, level, &box, true));
   describe_image(world, &issue, object, level, &box, "");
   pack_color(world, object, &color, pixel, object->level[0].element);
   fill_origin(object, level, &box, origin, region);
   issue_prepare(&issue);
   cl_int code = clEnqueueFillImage(issue.queue->handle, object->mem, &color,
                                    origin, region, issue.wait_count,
                                    issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   memset(&color, 0xaa, sizeof(color));
   model_fill(object->storage, &object->level[level], &box, pixel);
   issue_finish(&issue, command);
   return true;
}

static bool
image_and_buffer(struct world *world, struct rng *rng, bool to_image)
{
   struct object *image = world_pick(world, rng, object_is_image);
   struct object *buffer = world_pick(world, rng, object_is_buffer);
   size_t origin[4], region[3];
   struct box box, range = {0, 0, 0, 0, 1, 1};
   struct issue issue;
   unsigned level;
   char more[96];
   cl_int code;

   if (!image || !buffer ||
       !random_region(world, rng, image, to_image, &level, &box))
      return false;
   /* Between the two that are so related it is CL_INVALID_MEM_OBJECT. */
   if (image->type == CL_MEM_OBJECT_IMAGE1D_BUFFER &&
       image->parent == buffer->mem)
      return false;
   range.width = box.width * box.height * box.depth * image->level[0].element;
   if (range.width > buffer->level[0].width)
      return false;
   range.x = rng_below(rng, buffer->level[0].width - range.width + 1);
   struct span pixels = object_span(image, level, &box, to_image);
   struct span bytes = object_span(buffer, 0, &range, !to_image);
   if (!copy_allowed(world, &pixels, &bytes))
      return false;

   issue_init(&issue, world, rng,
              to_image ? CL_COMMAND_COPY_BUFFER_TO_IMAGE
                       : CL_COMMAND_COPY_IMAGE_TO_BUFFER);
   issue.blocking = false;
   issue_span(&issue, pixels);
   issue_span(&issue, bytes);
   snprintf(more, sizeof(more), " %s buffer #%u at %zu",
            to_image ? "from" : "to", buffer->serial, range.x);
   describe_image(world, &issue, image, level, &box, more);
   fill_origin(image, level, &box, origin, region);
   issue_prepare(&issue);
   if (to_image) {
      code = clEnqueueCopyBufferToImage(
         issue.queue->handle, buffer->mem, image->mem, range.x, origin,
         region, issue.wait_count, issue_waits(&issue), &issue.event);
   } else {
      code = clEnqueueCopyImageToBuffer(
         issue.queue->handle, image->mem, buffer->mem, origin, region,
         range.x, issue.wait_count, issue_waits(&issue), &issue.event);
   }
   struct command *command = issue_done(&issue, code, NULL);
   if (to_image) {
      model_copy(pixels.storage, &pixels.layout, &box, bytes.storage,
                 &bytes.layout, &range);
   } else {
      model_copy(bytes.storage, &bytes.layout, &range, pixels.storage,
                 &pixels.layout, &box);
   }
   issue_finish(&issue, command);
   return true;
}

bool
op_image_to_buffer(struct world *world, struct rng *rng)
{
   return image_and_buffer(world, rng, false);
}

bool
op_buffer_to_image(struct world *world, struct rng *rng)
{
   return image_and_buffer(world, rng, true);
}
