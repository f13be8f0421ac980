/* SPDX-License-Identifier: MIT */

/*
 * Calls with one fault each.  They must return the documented error, no
 * event and no pointer, and change nothing: the model stays as it is.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "ops.h"

static uint8_t junk[4096];

/* A call of each kind that takes an image's region. */
enum image_call {
   CALL_READ,
   CALL_WRITE,
   CALL_MAP,
   CALL_FILL,
   CALL_TO_BUFFER,
   CALL_FROM_BUFFER,
   CALL_COPY,
   CALL_COUNT
};

static const char *const call_names[] = {
   "read", "write", "map", "fill", "copy to buffer", "copy from buffer",
   "copy"};

struct call {
   cl_command_queue queue;
   cl_mem image, buffer;
   size_t origin[4], region[3];
   size_t row, slice;
   cl_uint wait_count;
   const cl_event *waits;
};

static cl_command_queue
any_queue(struct world *world, struct rng *rng)
{
   return world->queues[rng_below(rng, world->queue_count)].handle;
}

static cl_int
make_call(struct world *world, enum image_call which, const struct call *c)
{
   static const cl_uint color[4] = {1, 2, 3, 4};
   size_t row = 0, slice = 0;
   cl_event event = NULL;
   void *pointer = NULL;
   cl_int code = 0;

   switch (which) {
   case CALL_READ:
      code = clEnqueueReadImage(c->queue, c->image, CL_FALSE, c->origin,
                                c->region, c->row, c->slice, junk,
                                c->wait_count, c->waits, &event);
      break;
   case CALL_WRITE:
      code = clEnqueueWriteImage(c->queue, c->image, CL_FALSE, c->origin,
                                 c->region, c->row, c->slice, junk,
                                 c->wait_count, c->waits, &event);
      break;
   case CALL_MAP:
      pointer = clEnqueueMapImage(c->queue, c->image, CL_FALSE, CL_MAP_READ,
                                  c->origin, c->region, &row, &slice,
                                  c->wait_count, c->waits, &event, &code);
      break;
   case CALL_FILL:
      code = clEnqueueFillImage(c->queue, c->image, color, c->origin,
                                c->region, c->wait_count, c->waits, &event);
      break;
   case CALL_TO_BUFFER:
      code = clEnqueueCopyImageToBuffer(c->queue, c->image, c->buffer,
                                        c->origin, c->region, 0,
                                        c->wait_count, c->waits, &event);
      break;
   case CALL_FROM_BUFFER:
      code = clEnqueueCopyBufferToImage(c->queue, c->buffer, c->image, 0,
                                        c->origin, c->region, c->wait_count,
                                        c->waits, &event);
      break;
   case CALL_COPY:
   case CALL_COUNT:
      code = clEnqueueCopyImage(c->queue, c->image, c->image, c->origin,
                                c->origin, c->region, c->wait_count, c->waits,
                                &event);
      break;
   }
   if (code != CL_SUCCESS && (event || pointer))
      fail(world, "a call that failed returned an event or a pointer");
   return code;
}

/* Objects whose flags forbid nothing. */
static bool
open_image(const struct object *object)
{
   return object_is_image(object) && object_can_read(object) &&
          object_can_write(object);
}

static bool
open_buffer(const struct object *object)
{
   return object_is_buffer(object) && object_can_read(object) &&
          object_can_write(object);
}

/* A valid call on one pixel, to be spoilt; NULL if there is no object. */
static struct object *
prepare_call(struct world *world, struct rng *rng, struct call *call,
             enum image_call *which)
{
   struct object *image = world_pick(world, rng, open_image);
   struct object *buffer = world_pick(world, rng, open_buffer);
   struct box box = {0, 0, 0, 1, 1, 1};

   *which = (enum image_call)rng_below(rng, CALL_COUNT);
   memset(call, 0, sizeof(*call));
   call->queue = any_queue(world, rng);
   if (!image)
      return NULL;
   /* It must hold the pixel, and not be the image, lest that be the fault. */
   if ((*which == CALL_TO_BUFFER || *which == CALL_FROM_BUFFER) &&
       (!buffer || buffer->level[0].width < 16 ||
        buffer->storage == image->storage))
      return NULL;
   call->image = image->mem;
   call->buffer = buffer ? buffer->mem : NULL;
   fill_origin(image, 0, &box, call->origin, call->region);
   return image;
}

bool
op_bad_image_region(struct world *world, struct rng *rng)
{
   enum image_call which;
   struct call call;
   struct object *image = prepare_call(world, rng, &call, &which);
   size_t fault = rng_below(rng, 5);

   if (!image)
      return false;
   const struct layout *l = &image->level[0];
   size_t extent[3] = {l->width, l->height, l->depth};
   size_t axis = rng_below(rng, 3);

   describe(world, "%s of #%u, fault %zu, axis %zu", call_names[which],
            image->serial, fault, axis);
   switch (fault) {
   case 0:
      call.region[axis] = 0;
      break;
   case 1:
      call.region[axis] = extent[axis] + 1;
      break;
   case 2:
      /* Elsewhere it may be a level. */
      call.origin[0] = l->width;
      break;
   case 3:
      /* Origin and region overflow to something small. */
      call.origin[0] = SIZE_MAX;
      call.region[0] = 2;
      break;
   default:
      call.origin[0] = 1;
      call.region[0] = SIZE_MAX;
      break;
   }
   expect_code(world, "the call", make_call(world, which, &call),
               CL_INVALID_VALUE);
   return true;
}

static bool
open_mipmap(const struct object *object)
{
   return open_image(object) && object->mipmapped;
}

bool
op_bad_level(struct world *world, struct rng *rng)
{
   struct object *image = world_pick(world, rng, open_mipmap);
   enum image_call which;
   struct call call;
   struct box box = {0, 0, 0, 1, 1, 1};

   if (!prepare_call(world, rng, &call, &which) || !image)
      return false;
   call.image = image->mem;
   bool far = rng_chance(rng, 30);
   unsigned level = far ? 0x7fffffff : image->levels;
   fill_origin(image, level, &box, call.origin, call.region);
   describe(world, "%s of #%u, level %u", call_names[which], image->serial,
            level);
   expect_code(world, "the call", make_call(world, which, &call),
               CL_INVALID_MIP_LEVEL);

   /* A level that is there has bounds of its own. */
   if (image->levels > 1 && image->level[0].width > 1) {
      fill_origin(image, 1, &box, call.origin, call.region);
      call.region[0] = image->level[1].width + 1;
      expect_code(world, "the call on level 1",
                  make_call(world, which, &call), CL_INVALID_VALUE);
   }
   return true;
}

bool
op_bad_pitch(struct world *world, struct rng *rng)
{
   enum image_call which;
   struct call call;
   struct object *image = prepare_call(world, rng, &call, &which);
   bool map = rng_chance(rng, 30);
   size_t row = 0, slice = 0;
   cl_event event = NULL;
   cl_int code = 0;

   if (!image)
      return false;
   size_t bytes = image->level[0].width * image->level[0].element;
   call.region[0] = image->level[0].width;
   describe(world, "%s of #%u", map ? "map" : "transfer", image->serial);
   if (map) {
      bool no_row = image->type == CL_MEM_OBJECT_IMAGE1D ||
                    image->type == CL_MEM_OBJECT_IMAGE1D_BUFFER ||
                    image->type == CL_MEM_OBJECT_IMAGE2D ||
                    rng_chance(rng, 50);
      void *pointer =
         clEnqueueMapImage(call.queue, image->mem, CL_FALSE, CL_MAP_READ,
                           call.origin, call.region, no_row ? NULL : &row,
                           no_row ? &slice : NULL, 0, NULL, &event, &code);
      if (pointer || event)
         fail(world, "a map that failed returned a pointer or an event");
      expect_code(world, "a map without a place for a pitch", code,
                  CL_INVALID_VALUE);
      return true;
   }
   if (bytes < 2)
      return false;
   call.row = rng_between(rng, 1, bytes - 1);
   expect_code(
      world, "a row pitch less than a row",
      make_call(world, rng_chance(rng, 50) ? CALL_READ : CALL_WRITE, &call),
      CL_INVALID_VALUE);
   return true;
}

bool
op_bad_waits(struct world *world, struct rng *rng)
{
   enum image_call which;
   struct call call;
   struct object *image = prepare_call(world, rng, &call, &which);
   cl_event event = NULL;
   size_t fault = rng_below(rng, 3);

   if (!image)
      return false;
   describe(world, "%s of #%u, fault %zu", call_names[which], image->serial,
            fault);
   /* A call that would be an error anyhow must not hide this one. */
   if (which == CALL_COPY)
      which = CALL_READ;
   call.wait_count = fault == 1 ? 0 : 1;
   call.waits = fault == 0 ? NULL : &event;
   expect_code(world, "the call", make_call(world, which, &call),
               CL_INVALID_EVENT_WAIT_LIST);
   return true;
}

bool
op_bad_buffer_range(struct world *world, struct rng *rng)
{
   struct object *buffer = world_pick(world, rng, open_buffer);
   cl_command_queue queue = any_queue(world, rng);
   size_t kind = rng_below(rng, 6);
   bool overflow = rng_chance(rng, 40);
   cl_event event = NULL;
   cl_int code = 0;

   if (!buffer)
      return false;
   size_t size = buffer->level[0].width;
   size_t offset = overflow ? SIZE_MAX - 3 : size - rng_below(rng, 4) % size;
   size_t bytes = 8;
   if (kind == 2 && rng_chance(rng, 30))
      bytes = 0;
   describe(world, "kind %zu of #%u, %zu bytes from 0x%zx", kind,
            buffer->serial, bytes, offset);
   switch (kind) {
   case 0:
      code = clEnqueueReadBuffer(queue, buffer->mem, CL_FALSE, offset, bytes,
                                 junk, 0, NULL, &event);
      break;
   case 1:
      code = clEnqueueWriteBuffer(queue, buffer->mem, CL_FALSE, offset, bytes,
                                  junk, 0, NULL, &event);
      break;
   case 2:
      clEnqueueMapBuffer(queue, buffer->mem, CL_FALSE, CL_MAP_READ, offset,
                         bytes, 0, NULL, &event, &code);
      break;
   case 3:
      code = clEnqueueFillBuffer(queue, buffer->mem, junk, 4,
                                 offset & ~(size_t)3, bytes, 0, NULL, &event);
      break;
   case 4:
      code = clEnqueueCopyBuffer(queue, buffer->mem, buffer->mem, offset, 0,
                                 bytes, 0, NULL, &event);
      break;
   default: {
      size_t origin[3] = {overflow ? SIZE_MAX : size, 0, 0};
      size_t host[3] = {0, 0, 0}, region[3] = {1, 1, 1};
      code =
         clEnqueueReadBufferRect(queue, buffer->mem, CL_FALSE, origin, host,
                                 region, 0, 0, 0, 0, junk, 0, NULL, &event);
      break;
   }
   }
   expect_code(world, "the call", code, CL_INVALID_VALUE);
   if (event)
      fail(world, "a call that failed returned an event");
   return true;
}

bool
op_bad_map(struct world *world, struct rng *rng)
{
   static const cl_map_flags flags[] = {
      CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION,
      CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION, 1 << 10,
      CL_MAP_READ | 1 << 5};
   struct object *object =
      world_pick(world, rng, rng_chance(rng, 50) ? open_image : open_buffer);
   cl_map_flags bad = flags[rng_below(rng, 4)];
   size_t origin[4], region[3], row, slice;
   struct box box = {0, 0, 0, 1, 1, 1};
   cl_event event = NULL;
   void *pointer;
   cl_int code = 0;

   if (!object)
      return false;
   describe(world, "#%u with flags 0x%llx", object->serial,
            (unsigned long long)bad);
   fill_origin(object, 0, &box, origin, region);
   if (object_is_image(object)) {
      pointer = clEnqueueMapImage(any_queue(world, rng), object->mem,
                                  CL_FALSE, bad, origin, region, &row, &slice,
                                  0, NULL, &event, &code);
   } else {
      pointer =
         clEnqueueMapBuffer(any_queue(world, rng), object->mem, CL_FALSE, bad,
                            0, 1, 0, NULL, &event, &code);
   }
   expect_code(world, "the map", code, CL_INVALID_VALUE);
   if (pointer || event)
      fail(world, "a map that failed returned a pointer or an event");
   return true;
}

/* Pointers of nobody, of another object, or not the start of a map. */
bool
op_bad_unmap(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   size_t start = rng_below(rng, MAX_MAPPINGS);
   bool inside = rng_chance(rng, 40);
   void *pointer = rng_chance(rng, 20) ? NULL : junk;
   cl_event event = NULL;

   if (!object)
      return false;
   for (size_t i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *m = &world->mappings[(start + i) % MAX_MAPPINGS];
      if (m->live && (inside || m->object != object)) {
         pointer = m->pointer + (inside ? 1 : 0);
         break;
      }
   }
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *m = &world->mappings[i];
      if (m->live && m->object == object && m->pointer == pointer)
         return false;
   }
   describe(world, "#%u at %p", object->serial, pointer);
   expect_code(world, "clEnqueueUnmapMemObject",
               clEnqueueUnmapMemObject(any_queue(world, rng), object->mem,
                                       pointer, 0, NULL, &event),
               CL_INVALID_VALUE);
   if (event)
      fail(world, "an unmap that failed returned an event");
   return true;
}

static bool
is_image_buffer(const struct object *object)
{
   return object->type == CL_MEM_OBJECT_IMAGE1D_BUFFER;
}

/* Between a 1D image buffer and the very buffer that it was made from. */
bool
op_bad_relation(struct world *world, struct rng *rng)
{
   struct object *image = world_pick(world, rng, is_image_buffer);
   const size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};
   cl_event event = NULL;
   cl_int code;

   /* The buffer may be gone from our hands: then so may be its handle. */
   for (unsigned i = 0; image && i < MAX_OBJECTS; i++) {
      struct object *buffer = &world->objects[i];
      if (!buffer->live || buffer->mem != image->parent ||
          buffer->storage != image->storage)
         continue;
      describe(world, "#%u and #%u", image->serial, buffer->serial);
      if (rng_chance(rng, 50)) {
         code = clEnqueueCopyBufferToImage(any_queue(world, rng), buffer->mem,
                                           image->mem, 0, origin, region, 0,
                                           NULL, &event);
      } else {
         code = clEnqueueCopyImageToBuffer(any_queue(world, rng), image->mem,
                                           buffer->mem, origin, region, 0, 0,
                                           NULL, &event);
      }
      expect_code(world, "the copy", code, CL_INVALID_MEM_OBJECT);
      return true;
   }
   return false;
}

bool
op_bad_copy(struct world *world, struct rng *rng)
{
   struct object *src = world_pick(world, rng, object_is_image);
   struct object *dst = world_pick(world, rng, object_is_image);
   struct object *buffer = world_pick(world, rng, object_is_buffer);
   struct box box = {0, 0, 0, 1, 1, 1};
   size_t from[4], to[4], region[3];
   cl_event event = NULL;
   cl_int code, wanted;

   if (!src || !dst || !buffer)
      return false;
   cl_command_queue queue = any_queue(world, rng);
   bool of_buffer = rng_chance(rng, 40);
   size_t size = buffer->level[0].width;
   if (of_buffer) {
      if (size < 3)
         return false;
      describe(world, "#%u onto itself", buffer->serial);
      code = clEnqueueCopyBuffer(queue, buffer->mem, buffer->mem, 0, 1,
                                 size - 1, 0, NULL, &event);
      wanted = CL_MEM_COPY_OVERLAP;
   } else {
      fill_origin(src, 0, &box, from, region);
      fill_origin(dst, 0, &box, to, region);
      bool same = !memcmp(&src->format, &dst->format, sizeof(src->format));
      if (same && src != dst)
         return false;
      wanted = same ? CL_MEM_COPY_OVERLAP : CL_IMAGE_FORMAT_MISMATCH;
      describe(world, "#%u to #%u", src->serial, dst->serial);
      code = clEnqueueCopyImage(queue, src->mem, dst->mem, from, to, region,
                                0, NULL, &event);
   }
   expect_code(world, "the copy", code, wanted);
   if (event)
      fail(world, "a call that failed returned an event");
   return true;
}

bool
op_bad_fill(struct world *world, struct rng *rng)
{
   struct object *buffer = world_pick(world, rng, open_buffer);
   static const struct {
      size_t pattern, offset, size;
   } faults[] = {{3, 0, 3}, {0, 0, 4}, {256, 0, 256}, {4, 2, 4}, {4, 0, 6}};
   size_t at = rng_below(rng, 5);
   bool no_pattern = rng_chance(rng, 20);
   cl_event event = NULL;

   if (!buffer || buffer->level[0].width < 256)
      return false;
   describe(world, "#%u, fault %zu%s", buffer->serial, at,
            no_pattern ? " and no pattern" : "");
   expect_code(world, "clEnqueueFillBuffer",
               clEnqueueFillBuffer(any_queue(world, rng), buffer->mem,
                                   no_pattern ? NULL : junk,
                                   faults[at].pattern, faults[at].offset,
                                   faults[at].size, 0, NULL, &event),
               CL_INVALID_VALUE);
   if (event)
      fail(world, "a fill that failed returned an event");
   return true;
}

static cl_int
create_bad_sub_buffer(struct world *world, const struct object *buffer,
                      size_t fault, cl_int *wanted)
{
   size_t align = world->limits.base_align;
   cl_buffer_region region = {0, 1};
   cl_int code = 0;

   *wanted = CL_INVALID_VALUE;
   if (buffer->sub) {
      *wanted = CL_INVALID_MEM_OBJECT;
   } else if (fault == 0) {
      region.size = buffer->level[0].width + 1;
   } else if (fault == 1) {
      region.size = 0;
      *wanted = CL_INVALID_BUFFER_SIZE;
   } else if (fault == 2) {
      region.origin = SIZE_MAX - align + 1;
      region.size = 2 * align;
   } else if (buffer->level[0].width > 2 && align > 1) {
      region.origin = 1;
      *wanted = CL_MISALIGNED_SUB_BUFFER_OFFSET;
   } else {
      region.size = buffer->level[0].width + 1;
   }
   clCreateSubBuffer(buffer->mem, 0, CL_BUFFER_CREATE_TYPE_REGION, &region,
                     &code);
   return code;
}

static cl_int
create_bad_image(struct world *world, size_t fault, cl_int *wanted)
{
   cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   cl_image_desc desc = {.image_type = CL_MEM_OBJECT_IMAGE2D,
                         .image_width = 4,
                         .image_height = 4};
   cl_mem_flags flags = CL_MEM_READ_WRITE;
   void *host = NULL;
   cl_int code = 0;

   *wanted = CL_INVALID_IMAGE_SIZE;
   switch (fault) {
   case 0:
      desc.image_width = SIZE_MAX;
      break;
   case 1:
      desc.image_type = CL_MEM_OBJECT_BUFFER;
      *wanted = CL_INVALID_IMAGE_DESCRIPTOR;
      break;
   case 2:
      desc.image_row_pitch = 64; /* but no host_ptr */
      *wanted = CL_INVALID_IMAGE_DESCRIPTOR;
      break;
   case 3:
      format.image_channel_data_type = CL_UNORM_SHORT_565;
      *wanted = CL_INVALID_IMAGE_FORMAT_DESCRIPTOR;
      break;
   case 4:
      flags |= CL_MEM_READ_ONLY;
      *wanted = CL_INVALID_VALUE;
      break;
   case 5:
      host = junk; /* but no flag for it */
      *wanted = CL_INVALID_HOST_PTR;
      break;
   default:
      flags |= CL_MEM_USE_HOST_PTR;
      *wanted = CL_INVALID_HOST_PTR;
      break;
   }
   clCreateImage(world->context, flags, &format, &desc, host, &code);
   return code;
}

bool
op_bad_create(struct world *world, struct rng *rng)
{
   struct object *buffer = world_pick(world, rng, object_is_buffer);
   size_t fault = rng_below(rng, 7);
   bool image = rng_chance(rng, 50);
   cl_int code = 0, wanted = CL_INVALID_VALUE;

   describe(world, "%s, fault %zu", image ? "an image" : "a buffer", fault);
   if (image) {
      code = create_bad_image(world, fault, &wanted);
   } else if (buffer && fault < 4) {
      code = create_bad_sub_buffer(world, buffer, fault, &wanted);
   } else if (fault == 4) {
      clCreateBuffer(world->context, CL_MEM_READ_WRITE, 0, NULL, &code);
      wanted = CL_INVALID_BUFFER_SIZE;
   } else if (fault == 5) {
      clCreateBuffer(world->context,
                     CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR, 4, junk,
                     &code);
   } else {
      clCreateBuffer(world->context, CL_MEM_COPY_HOST_PTR, 4, NULL, &code);
      wanted = CL_INVALID_HOST_PTR;
   }
   expect_code(world, "the creation", code, wanted);
   return true;
}

/* Handles of the wrong type; the loader itself looks at NULL ones. */
bool
op_bad_handle(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   struct object *image = world_pick(world, rng, object_is_image);
   cl_command_queue queue = any_queue(world, rng);
   size_t kind = rng_below(rng, 5);
   cl_event event = NULL;

   if (!object || !image)
      return false;
   describe(world, "kind %zu, #%u", kind, object->serial);
   switch (kind) {
   case 0:
      expect_code(world, "a read of a queue",
                  clEnqueueReadBuffer(queue, (cl_mem)queue, CL_FALSE, 0, 1,
                                      junk, 0, NULL, &event),
                  CL_INVALID_MEM_OBJECT);
      break;
   case 1:
      expect_code(world, "an unmap on a memory object",
                  clEnqueueUnmapMemObject((cl_command_queue)object->mem,
                                          object->mem, junk, 0, NULL, &event),
                  CL_INVALID_COMMAND_QUEUE);
      break;
   case 2:
      expect_code(world, "a buffer's read of an image",
                  clEnqueueReadBuffer(queue, image->mem, CL_FALSE, 0, 1, junk,
                                      0, NULL, &event),
                  CL_INVALID_MEM_OBJECT);
      break;
   case 3:
      expect_code(world, "clReleaseMemObject of a context",
                  clReleaseMemObject((cl_mem)world->context),
                  CL_INVALID_MEM_OBJECT);
      break;
   default: {
      cl_event wrong = (cl_event)object->mem;
      expect_code(world, "clWaitForEvents for a memory object",
                  clWaitForEvents(1, &wrong), CL_INVALID_EVENT);
      break;
   }
   }
   if (event)
      fail(world, "a call that failed returned an event");
   return true;
}

static bool
closed(const struct object *object)
{
   return !object_can_read(object) || !object_can_write(object);
}

/* What CL_MEM_HOST_* forbids. */
bool
op_bad_access(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, closed);
   cl_command_queue queue = any_queue(world, rng);
   size_t origin[4], region[3], row = 0, slice = 0;
   struct box box = {0, 0, 0, 1, 1, 1};
   bool map = rng_chance(rng, 50);
   cl_event event = NULL;
   cl_int code = 0;

   if (!object)
      return false;
   bool read = !object_can_read(object);
   bool image = object_is_image(object);
   describe(world, "%s of #%u",
            map    ? "map"
            : read ? "read"
                   : "write",
            object->serial);
   fill_origin(object, 0, &box, origin, region);
   if (map && image) {
      clEnqueueMapImage(queue, object->mem, CL_FALSE,
                        read ? CL_MAP_READ : CL_MAP_WRITE, origin, region,
                        &row, &slice, 0, NULL, &event, &code);
   } else if (map) {
      clEnqueueMapBuffer(queue, object->mem, CL_FALSE,
                         read ? CL_MAP_READ : CL_MAP_WRITE_INVALIDATE_REGION,
                         0, 1, 0, NULL, &event, &code);
   } else if (image) {
      code = read ? clEnqueueReadImage(queue, object->mem, CL_FALSE, origin,
                                       region, 0, 0, junk, 0, NULL, &event)
                  : clEnqueueWriteImage(queue, object->mem, CL_FALSE, origin,
                                        region, 0, 0, junk, 0, NULL, &event);
   } else {
      code = read ? clEnqueueReadBuffer(queue, object->mem, CL_FALSE, 0, 1,
                                        junk, 0, NULL, &event)
                  : clEnqueueWriteBuffer(queue, object->mem, CL_FALSE, 0, 1,
                                         junk, 0, NULL, &event);
   }
   expect_code(world, "the call", code, CL_INVALID_OPERATION);
   if (event)
      fail(world, "a call that failed returned an event");
   return true;
}
