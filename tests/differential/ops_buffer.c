/* SPDX-License-Identifier: MIT */

/* Commands on buffers. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "ops.h"

static uint8_t *
allocate(size_t size)
{
   uint8_t *bytes = malloc(size);

   assert(bytes);
   return bytes;
}

static bool
readable_buffer(const struct object *object)
{
   return object_is_buffer(object) && object_can_read(object);
}

static bool
writable_buffer(const struct object *object)
{
   return object_is_buffer(object) && object_can_write(object);
}

static void
describe_buffer(struct world *world, const struct issue *issue,
                const struct object *object, const struct box *box)
{
   char text[160], where[96];

   describe(world, "%s %s queue %u%s",
            object_text(object, text, sizeof(text)),
            box_text(box, where, sizeof(where)),
            (unsigned)(issue->queue - world->queues),
            issue->blocking ? ", blocking" : "");
}

/*
 * Host memory that a read goes to, filled with a pattern, and what it must
 * hold then: the model's bytes in the box, the pattern elsewhere.
 */
static void
expect_read(struct command *command, const struct span *span, size_t size,
            const struct layout *host, const char *text)
{
   uint8_t *expected = allocate(size), *known = allocate(size);

   memset(expected, 0xcd, size);
   memset(known, 0xff, size);
   model_get(span->storage, &span->layout, &span->box, expected, known, host);
   command_expect(command, expected, known, size, host, text);
}

bool
op_read_buffer(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, readable_buffer);
   struct issue issue;
   struct box box;
   cl_int code;

   if (!object || !random_free_box(world, rng, object, 0, false, &box))
      return false;
   issue_init(&issue, world, rng, CL_COMMAND_READ_BUFFER);
   issue_span(&issue, object_span(object, 0, &box, false));
   describe_buffer(world, &issue, object, &box);
   uint8_t *bytes = allocate(box.width);
   memset(bytes, 0xcd, box.width);

   /* What it will find is what the model holds now. */
   struct layout host = layout_tight(1, &box);
   uint8_t *expected = allocate(box.width), *known = allocate(box.width);
   model_get(object->storage, &object->level[0], &box, expected, known,
             &host);
   issue_prepare(&issue);
   code = clEnqueueReadBuffer(
      issue.queue->handle, object->mem, issue.blocking, box.x, box.width,
      bytes, issue.wait_count, issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, bytes);
   command_expect(command, expected, known, box.width, &host, world->what);
   issue_finish(&issue, command);
   return true;
}

bool
op_write_buffer(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, writable_buffer);
   struct issue issue;
   struct box box;
   cl_int code;

   if (!object || !random_free_box(world, rng, object, 0, true, &box))
      return false;
   issue_init(&issue, world, rng, CL_COMMAND_WRITE_BUFFER);
   issue_span(&issue, object_span(object, 0, &box, true));
   describe_buffer(world, &issue, object, &box);
   uint8_t *bytes = allocate(box.width);
   struct layout host = layout_tight(1, &box);
   rng_fill(rng, bytes, box.width);
   issue_prepare(&issue);
   code = clEnqueueWriteBuffer(
      issue.queue->handle, object->mem, issue.blocking, box.x, box.width,
      bytes, issue.wait_count, issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, bytes);
   model_put(object->storage, &object->level[0], &box, bytes, &host);
   issue_finish(&issue, command);
   return true;
}

/* A rectangle: its pitches and its origin in units of them. */
struct rect {
   struct layout layout;
   struct box box;
   size_t row, slice; /* as passed: zero for the tight ones */
   size_t origin[3], region[3];
   size_t size; /* bytes that it needs from its start */
};

/* A random rectangle of that extent, with room before it. */
static void
random_rect(struct rng *rng, const struct box *extent, struct rect *rect)
{
   bool tight = rng_chance(rng, 25);
   size_t pad = rng_below(rng, 12);
   size_t rows = rng_below(rng, 3);
   struct box box = *extent;

   box.x = rng_below(rng, pad + 1);
   box.y = rng_below(rng, 3);
   box.z = rng_below(rng, 3);
   rect->layout = layout_tight(1, extent);
   rect->row = rect->slice = 0;
   if (tight) {
      box.x = 0;
      box.y = extent->depth > 1 ? 0 : box.y;
   } else {
      /* Rows of one slice must not lie in the next. */
      box.y = box.y < rows ? box.y : rows;
      rect->row = rect->layout.row = extent->width + pad;
      rect->layout.slice = rect->row * (extent->height + rows);
      rect->slice = rect->layout.slice;
   }
   rect->box = box;
   rect->origin[0] = box.x;
   rect->origin[1] = box.y;
   rect->origin[2] = box.z;
   rect->region[0] = box.width;
   rect->region[1] = box.height;
   rect->region[2] = box.depth;
   rect->size = layout_end(&rect->layout, &box);
}

static struct box
random_rect_extent(struct rng *rng)
{
   struct box box = {0};

   box.width = rng_between(rng, 1, 20);
   box.height = rng_between(rng, 1, 8);
   box.depth = rng_between(rng, 1, 4);
   return box;
}

/* The rectangle's bytes in a buffer; false if it does not fit. */
static bool
rect_span(struct world *world, const struct object *object,
          const struct rect *rect, bool write, struct span *span)
{
   if (rect->size > object->level[0].width)
      return false;
   *span = (struct span){object->storage, object->mem, rect->layout,
                         rect->box, write};
   span->layout.offset = object->level[0].offset;
   return !world_locked(world, span);
}

static cl_int
call_rect(struct issue *issue, const struct object *object, bool write,
          const struct rect *rect, const struct rect *host, uint8_t *bytes)
{
   cl_command_queue queue = issue->queue->handle;

   if (write) {
      return clEnqueueWriteBufferRect(
         queue, object->mem, issue->blocking, rect->origin, host->origin,
         rect->region, rect->row, rect->slice, host->row, host->slice, bytes,
         issue->wait_count, issue_waits(issue), &issue->event);
   }
   return clEnqueueReadBufferRect(
      queue, object->mem, issue->blocking, rect->origin, host->origin,
      rect->region, rect->row, rect->slice, host->row, host->slice, bytes,
      issue->wait_count, issue_waits(issue), &issue->event);
}

static bool
transfer_rect(struct world *world, struct rng *rng, bool write)
{
   struct object *object =
      world_pick(world, rng, write ? writable_buffer : readable_buffer);
   struct box extent = random_rect_extent(rng);
   struct rect rect, host;
   struct issue issue;
   struct span span;
   cl_int code;

   random_rect(rng, &extent, &rect);
   random_rect(rng, &extent, &host);
   if (!object || !rect_span(world, object, &rect, write, &span))
      return false;
   issue_init(&issue, world, rng,
              write ? CL_COMMAND_WRITE_BUFFER_RECT
                    : CL_COMMAND_READ_BUFFER_RECT);
   issue_span(&issue, span);
   describe_buffer(world, &issue, object, &rect.box);

   uint8_t *bytes = allocate(host.size);
   /* Where the region's first byte lies in it. */
   struct layout inside = host.layout;
   inside.offset = layout_row(&host.layout, &host.box, 0, 0);
   if (write)
      rng_fill(rng, bytes, host.size);
   else
      memset(bytes, 0xcd, host.size);
   issue_prepare(&issue);
   code = call_rect(&issue, object, write, &rect, &host, bytes);
   struct command *command = issue_done(&issue, code, bytes);
   if (write)
      model_put(span.storage, &span.layout, &span.box, bytes, &inside);
   else
      expect_read(command, &span, host.size, &inside, world->what);
   issue_finish(&issue, command);
   return true;
}

bool
op_read_rect(struct world *world, struct rng *rng)
{
   return transfer_rect(world, rng, false);
}

bool
op_write_rect(struct world *world, struct rng *rng)
{
   return transfer_rect(world, rng, true);
}

/* Within one object or two that share bytes, apart by bounding ranges. */
static bool
far_apart(const struct span *a, const struct span *b)
{
   if (a->storage != b->storage)
      return true;
   return layout_row(&a->layout, &a->box, 0, 0) >=
             layout_end(&b->layout, &b->box) ||
          layout_row(&b->layout, &b->box, 0, 0) >=
             layout_end(&a->layout, &a->box);
}

bool
op_copy_buffer(struct world *world, struct rng *rng)
{
   struct object *src = world_pick(world, rng, object_is_buffer);
   struct object *dst = world_pick(world, rng, object_is_buffer);
   struct box from = {0, 0, 0, 0, 1, 1}, to;
   struct issue issue;
   cl_int code;

   if (!src || !dst)
      return false;
   size_t a = src->level[0].width, b = dst->level[0].width;
   from.width = rng_between(rng, 1, a < b ? a : b);
   to = from;
   from.x = rng_below(rng, a - from.width + 1);
   to.x = rng_below(rng, b - from.width + 1);
   struct span in = object_span(src, 0, &from, false);
   struct span out = object_span(dst, 0, &to, true);
   if (world_locked(world, &in) || world_locked(world, &out) ||
       !far_apart(&in, &out))
      return false;

   issue_init(&issue, world, rng, CL_COMMAND_COPY_BUFFER);
   issue.blocking = false;
   issue_span(&issue, in);
   issue_span(&issue, out);
   describe(world, "#%u from %zu to #%u at %zu, %zu bytes", src->serial,
            from.x, dst->serial, to.x, from.width);
   issue_prepare(&issue);
   code = clEnqueueCopyBuffer(issue.queue->handle, src->mem, dst->mem, from.x,
                              to.x, from.width, issue.wait_count,
                              issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   model_copy(out.storage, &out.layout, &to, in.storage, &in.layout, &from);
   issue_finish(&issue, command);
   return true;
}

bool
op_copy_rect(struct world *world, struct rng *rng)
{
   struct object *src = world_pick(world, rng, object_is_buffer);
   struct object *dst = world_pick(world, rng, object_is_buffer);
   struct box extent = random_rect_extent(rng);
   struct rect from, to;
   struct issue issue;
   struct span in, out;
   cl_int code;

   random_rect(rng, &extent, &from);
   random_rect(rng, &extent, &to);
   if (!src || !dst)
      return false;
   if (src == dst) {
      /* The pitches must be the same then. */
      size_t shift = rng_below(rng, 20) * to.layout.slice;
      from = to;
      from.origin[2] += shift / to.layout.slice;
      from.box.z = from.origin[2];
      from.size += shift;
   }
   if (!rect_span(world, src, &from, false, &in) ||
       !rect_span(world, dst, &to, true, &out) || !far_apart(&in, &out))
      return false;

   issue_init(&issue, world, rng, CL_COMMAND_COPY_BUFFER_RECT);
   issue.blocking = false;
   issue_span(&issue, in);
   issue_span(&issue, out);
   describe(world, "#%u to #%u, %zux%zux%zu, pitches %zu %zu and %zu %zu",
            src->serial, dst->serial, extent.width, extent.height,
            extent.depth, from.row, from.slice, to.row, to.slice);
   issue_prepare(&issue);
   code = clEnqueueCopyBufferRect(
      issue.queue->handle, src->mem, dst->mem, from.origin, to.origin,
      to.region, from.row, from.slice, to.row, to.slice, issue.wait_count,
      issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   model_copy(out.storage, &out.layout, &out.box, in.storage, &in.layout,
              &in.box);
   issue_finish(&issue, command);
   return true;
}

bool
op_fill_buffer(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, object_is_buffer);
   size_t size = (size_t)1 << rng_below(rng, 8);
   uint8_t pattern[128];
   struct issue issue;
   cl_int code;

   if (!object)
      return false;
   size_t count = object->level[0].width / size;
   if (!count)
      return false;
   size_t first = rng_below(rng, count);
   size_t number = rng_between(rng, 1, count - first);
   struct box box = {first, 0, 0, number, 1, 1};
   struct span span = object_span(object, 0, &box, true);
   span.layout.element = size;
   if (world_locked(world, &span))
      return false;

   rng_fill(rng, pattern, sizeof(pattern));
   issue_init(&issue, world, rng, CL_COMMAND_FILL_BUFFER);
   issue.blocking = false;
   issue_span(&issue, span);
   describe(world, "#%u from %zu, %zu bytes, pattern of %zu", object->serial,
            first * size, number * size, size);
   issue_prepare(&issue);
   code = clEnqueueFillBuffer(issue.queue->handle, object->mem, pattern, size,
                              first * size, number * size, issue.wait_count,
                              issue_waits(&issue), &issue.event);
   struct command *command = issue_done(&issue, code, NULL);
   memset(pattern + size, 0, sizeof(pattern) - size);
   model_fill(span.storage, &span.layout, &box, pattern);
   memset(pattern, 0xaa, sizeof(pattern));
   issue_finish(&issue, command);
   return true;
}
