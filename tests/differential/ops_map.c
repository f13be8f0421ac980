/* SPDX-License-Identifier: MIT */

/* Maps, what clients do through them, and unmaps. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "ops.h"
#include "verify.h"

static const cl_map_flags write_flags =
   CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION;

static struct mapping *
free_mapping(struct world *world)
{
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      if (!world->mappings[i].live)
         return &world->mappings[i];
   }
   return NULL;
}

typedef bool mapping_filter(const struct mapping *mapping);

static struct mapping *
pick_mapping(struct world *world, struct rng *rng, mapping_filter *filter)
{
   size_t start = rng_below(rng, MAX_MAPPINGS);

   for (size_t i = 0; i < MAX_MAPPINGS; i++) {
      struct mapping *mapping = &world->mappings[(start + i) % MAX_MAPPINGS];
      if (mapping->live && (!filter || filter(mapping)))
         return mapping;
   }
   return NULL;
}

static bool
is_writable(const struct mapping *mapping)
{
   return mapping->span.write && !mapping->frozen;
}

static bool
is_readable(const struct mapping *mapping)
{
   return !mapping->stale && !mapping->frozen;
}

static cl_map_flags
random_flags(struct rng *rng)
{
   static const cl_map_flags flags[] = {CL_MAP_READ,
                                        CL_MAP_READ,
                                        CL_MAP_WRITE,
                                        CL_MAP_READ | CL_MAP_WRITE,
                                        CL_MAP_WRITE_INVALIDATE_REGION,
                                        CL_MAP_WRITE_INVALIDATE_REGION};
   return flags[rng_below(rng, sizeof(flags) / sizeof(flags[0]))];
}

static bool
host_forbids(const struct object *object, cl_map_flags flags)
{
   return ((flags & CL_MAP_READ) && !object_can_read(object)) ||
          ((flags & write_flags) && !object_can_write(object));
}

/* The map call itself. */
static uint8_t *
call_map(struct issue *issue, const struct object *object, unsigned level,
         const struct box *box, cl_map_flags flags, size_t *row,
         size_t *slice, cl_int *code)
{
   size_t origin[4], region[3];
   bool slices = object->type == CL_MEM_OBJECT_IMAGE1D_ARRAY ||
                 object->type == CL_MEM_OBJECT_IMAGE2D_ARRAY ||
                 object->type == CL_MEM_OBJECT_IMAGE3D;
   bool no_slice = rng_chance(issue->rng, 50) && !slices;

   if (object_is_buffer(object)) {
      return clEnqueueMapBuffer(issue->queue->handle, object->mem,
                                issue->blocking, flags, box->x, box->width,
                                issue->wait_count, issue_waits(issue),
                                &issue->event, code);
   }
   fill_origin(object, level, box, origin, region);
   *slice = no_slice ? 0 : 12345;
   return clEnqueueMapImage(issue->queue->handle, object->mem,
                            issue->blocking, flags, origin, region, row,
                            no_slice ? NULL : slice, issue->wait_count,
                            issue_waits(issue), &issue->event, code);
}

static void
describe_map(struct world *world, const struct issue *issue,
             const struct object *object, unsigned level,
             const struct box *box, cl_map_flags flags)
{
   char text[160], where[96];

   describe(world, "%s level %u %s%s%s%s queue %u%s",
            object_text(object, text, sizeof(text)), level,
            box_text(box, where, sizeof(where)),
            flags & CL_MAP_READ ? " READ" : "",
            flags & CL_MAP_WRITE ? " WRITE" : "",
            flags & CL_MAP_WRITE_INVALIDATE_REGION ? " INVALIDATE" : "",
            (unsigned)(issue->queue - world->queues),
            issue->blocking ? ", blocking" : "");
}

/* Enqueues a map that must succeed, and enters it. */
static void
map(struct world *world, struct rng *rng, struct object *object,
    unsigned level, const struct box *box, cl_map_flags flags)
{
   struct mapping *mapping = free_mapping(world);
   bool writes = flags & write_flags;
   size_t row = 0, slice = 0;
   struct issue issue;
   cl_int code = 1;

   issue_init(&issue, world, rng,
              object_is_buffer(object) ? CL_COMMAND_MAP_BUFFER
                                       : CL_COMMAND_MAP_IMAGE);
   issue_span(&issue, object_span(object, level, box, writes));
   describe_map(world, &issue, object, level, box, flags);
   issue_prepare(&issue);
   uint8_t *pointer =
      call_map(&issue, object, level, box, flags, &row, &slice, &code);
   struct command *command = issue_done(&issue, code, NULL);
   verify_map_layout(world, object, box, pointer, row, slice);

   *mapping = (struct mapping){
      .live = true,
      .object = object,
      .serial = world->map_serial++,
      .level = level,
      .span = issue.spans[0],
      .flags = flags,
      .pointer = pointer,
      .host = map_layout(object, box, row, slice),
      .command = command,
   };
   if (flags & CL_MAP_WRITE_INVALIDATE_REGION)
      model_forget(object->storage, &object->level[level], box);
   issue_finish(&issue, command);
   if (issue.blocking && !(flags & CL_MAP_WRITE_INVALIDATE_REGION)) {
      verify_region(world, object, level, box, pointer, &mapping->host,
                    "a blocking map");
   }
}

bool
op_map(struct world *world, struct rng *rng)
{
   struct object *object = world_pick(world, rng, NULL);
   cl_map_flags flags = random_flags(rng);
   struct box box;

   if (!object || !free_mapping(world))
      return false;
   unsigned level = (unsigned)rng_below(rng, object->levels);
   if (host_forbids(object, flags) ||
       !random_free_box(world, rng, object, level, flags & write_flags, &box))
      return false;
   map(world, rng, object, level, &box, flags);
   return true;
}

/* Another map for writing of bytes that are mapped for writing: an error. */
bool
op_map_overlap(struct world *world, struct rng *rng)
{
   struct mapping *mapping = pick_mapping(world, rng, is_writable);
   struct object *object;
   struct issue issue;
   struct box box = {0};
   size_t row = 0, slice = 0;
   unsigned level = 0;
   bool found = false;
   cl_int code = 0;

   if (!mapping)
      return false;
   /* Through the same object, or another that shares its bytes. */
   object = world_pick(world, rng, NULL);
   if (object->storage != mapping->object->storage)
      object = mapping->object;
   if (!object_can_write(object))
      return false;
   for (unsigned i = 0; i < 8 && !found; i++) {
      level = object == mapping->object
                 ? mapping->level
                 : (unsigned)rng_below(rng, object->levels);
      box = random_box(rng, &object->level[level]);
      found = model_overlap(&object->level[level], &box,
                            &mapping->span.layout, &mapping->span.box);
   }
   if (!found)
      return false;

   cl_map_flags flags =
      rng_chance(rng, 50) ? CL_MAP_WRITE : CL_MAP_WRITE_INVALIDATE_REGION;
   issue_init(&issue, world, rng, CL_COMMAND_MAP_IMAGE);
   describe_map(world, &issue, object, level, &box, flags);
   issue.may_wait_user = false;
   issue_prepare(&issue);
   uint8_t *pointer =
      call_map(&issue, object, level, &box, flags, &row, &slice, &code);
   expect_code(world, "the overlapping write map", code,
               CL_INVALID_OPERATION);
   if (pointer || issue.event)
      fail(world, "a failed map returned a pointer or an event");
   return true;
}

/* A map for writing over one for reading, which then is not looked at. */
bool
op_remap(struct world *world, struct rng *rng)
{
   struct mapping *mapping = pick_mapping(world, rng, is_readable);
   struct span span;

   if (!mapping || mapping->span.write || !free_mapping(world) ||
       world->device_count > 1 || !object_can_write(mapping->object))
      return false;
   span = mapping->span;
   span.write = true;
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *other = &world->mappings[i];
      if (other->live && other->span.write &&
          other->span.storage == span.storage &&
          model_overlap(&other->span.layout, &other->span.box, &span.layout,
                        &span.box))
         return false;
   }
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      struct mapping *other = &world->mappings[i];
      if (other->live && other->span.storage == span.storage &&
          model_overlap(&other->span.layout, &other->span.box, &span.layout,
                        &span.box))
         other->stale = true;
   }
   map(world, rng, mapping->object, mapping->level, &span.box, CL_MAP_WRITE);
   return true;
}

static void
await_mapping(struct world *world, struct mapping *mapping)
{
   if (mapping->command)
      world_wait(world, mapping->command);
}

static void
describe_mapping(struct world *world, const struct mapping *mapping)
{
   char text[160], where[96];

   describe(world, "map %u of %s level %u %s at %p", mapping->serial,
            object_text(mapping->object, text, sizeof(text)), mapping->level,
            box_text(&mapping->span.box, where, sizeof(where)),
            (void *)mapping->pointer);
}

static void
check_mapping(struct world *world, const struct mapping *mapping)
{
   verify_region(world, mapping->object, mapping->level, &mapping->span.box,
                 mapping->pointer, &mapping->host, "map");
}

bool
op_check_mapped(struct world *world, struct rng *rng)
{
   struct mapping *mapping = pick_mapping(world, rng, is_readable);

   if (!mapping)
      return false;
   describe_mapping(world, mapping);
   await_mapping(world, mapping);
   check_mapping(world, mapping);
   return true;
}

/* A part of a mapped region: in the object's pixels, and from the pointer. */
struct part {
   struct box box;
   uint8_t *pointer;
};

static struct part
random_part(struct rng *rng, const struct mapping *mapping, bool whole)
{
   struct layout inside = mapping->host;
   const struct box *region = &mapping->span.box;
   struct part part;

   part.box = whole ? layout_all(&inside) : random_box(rng, &inside);
   part.pointer = mapping->pointer + layout_row(&inside, &part.box, 0, 0);
   part.box.x += region->x;
   part.box.y += region->y;
   part.box.z += region->z;
   return part;
}

static void
write_rows(struct rng *rng, const struct part *part,
           const struct layout *host)
{
   struct box box = {
      0, 0, 0, part->box.width, part->box.height, part->box.depth};

   for (size_t z = 0; z < box.depth; z++) {
      for (size_t y = 0; y < box.height; y++) {
         rng_fill(rng, part->pointer + layout_row(host, &box, y, z),
                  box.width * host->element);
      }
   }
}

bool
op_write_mapped(struct world *world, struct rng *rng)
{
   struct mapping *mapping = pick_mapping(world, rng, is_writable);
   bool whole = rng_chance(rng, 70);

   if (!mapping)
      return false;
   describe_mapping(world, mapping);
   await_mapping(world, mapping);
   check_mapping(world, mapping);

   struct part part = random_part(rng, mapping, whole);
   write_rows(rng, &part, &mapping->host);
   model_put(mapping->span.storage, &mapping->span.layout, &part.box,
             part.pointer, &mapping->host);
   return true;
}

static bool
share_address(const struct mapping *a, const struct mapping *b)
{
   return a->live && b->live && a->object == b->object &&
          a->pointer == b->pointer;
}

/*
 * Among maps at one address we cannot say which an unmap undoes: where one
 * of them writes, the bytes stay locked until that is the last, and nobody
 * looks through the others any more.
 */
static struct mapping *
settle_sharers(struct world *world, struct mapping *mapping)
{
   struct mapping *first = mapping;
   bool writes = false;

   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      struct mapping *other = &world->mappings[i];
      if (!share_address(mapping, other))
         continue;
      writes |= other->span.write;
      if (!other->span.write)
         first = other;
   }
   for (unsigned i = 0; i < MAX_MAPPINGS && writes; i++) {
      struct mapping *other = &world->mappings[i];
      if (other != mapping && share_address(mapping, other))
         mapping->frozen = other->frozen = true;
   }
   return first;
}

/*
 * Where a read and a write map share an address, either unmap may be the
 * one that writes back: both must wait for, and be waited for, as writers.
 */
static void
note_sharers(struct issue *issue, const struct mapping *mapping)
{
   struct world *world = issue->world;

   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *other = &world->mappings[i];
      if (share_address(mapping, other)) {
         if (other->command)
            issue_after(issue, other->command);
         if (other->span.write && other != mapping &&
             issue->span_count < MAX_SPANS)
            issue_span(issue, other->span);
      }
   }
}

bool
op_unmap(struct world *world, struct rng *rng)
{
   struct mapping *mapping = pick_mapping(world, rng, NULL);
   struct command *command;
   struct issue issue;
   cl_int code;

   if (!mapping)
      return false;
   mapping = settle_sharers(world, mapping);
   issue_init(&issue, world, rng, CL_COMMAND_UNMAP_MEM_OBJECT);
   issue.blocking = false;
   issue_span(&issue, mapping->span);
   describe_mapping(world, mapping);
   note_sharers(&issue, mapping);
   issue_prepare(&issue);
   code = clEnqueueUnmapMemObject(issue.queue->handle, mapping->object->mem,
                                  mapping->pointer, issue.wait_count,
                                  issue_waits(&issue), &issue.event);
   command = issue_done(&issue, code, NULL);
   mapping->live = false;
   issue_finish(&issue, command);
   return true;
}

/* An object and a region in it that are the part's size, in whole pixels. */
static bool
find_partner(struct world *world, struct rng *rng,
             const struct mapping *mapping, bool write, struct part *part,
             struct object **partner, unsigned *level, struct box *box)
{
   struct object *object =
      world_pick(world, rng, write ? object_can_write : object_can_read);
   const struct box *b = &part->box;

   if (!object || object->level[0].element != mapping->host.element)
      return false;
   *partner = object;
   *level = (unsigned)rng_below(rng, object->levels);
   const struct layout *l = &object->level[*level];
   if (b->width > l->width || b->height > l->height || b->depth > l->depth)
      return false;
   /* A slice pitch cannot stand for a row pitch: only two dimensions. */
   if (b->depth > 1 ||
       (b->height > 1 && mapping->object->type != object->type))
      return false;
   if (b->height > 1 && object->type == CL_MEM_OBJECT_IMAGE1D_ARRAY)
      return false;

   *box = *b;
   box->x = rng_below(rng, l->width - b->width + 1);
   box->y = rng_below(rng, l->height - b->height + 1);
   box->z = rng_below(rng, l->depth);
   struct span span = object_span(object, *level, box, write);
   return !world_locked(world, &span);
}

/* A blocking read or write whose `ptr` lies in a mapped region. */
static void
transfer_mapped(struct issue *issue, struct object *object, unsigned level,
                const struct box *box, const struct mapping *mapping,
                const struct part *part, bool to_object)
{
   cl_command_queue queue = issue->queue->handle;
   size_t origin[4], region[3];
   size_t row = box->height > 1 ? mapping->host.row : 0;
   cl_int code;

   if (object_is_buffer(object)) {
      code = to_object
                ? clEnqueueWriteBuffer(queue, object->mem, CL_TRUE, box->x,
                                       box->width, part->pointer,
                                       issue->wait_count, issue_waits(issue),
                                       &issue->event)
                : clEnqueueReadBuffer(queue, object->mem, CL_TRUE, box->x,
                                      box->width, part->pointer,
                                      issue->wait_count, issue_waits(issue),
                                      &issue->event);
   } else {
      fill_origin(object, level, box, origin, region);
      code =
         to_object
            ? clEnqueueWriteImage(queue, object->mem, CL_TRUE, origin, region,
                                  row, 0, part->pointer, issue->wait_count,
                                  issue_waits(issue), &issue->event)
            : clEnqueueReadImage(queue, object->mem, CL_TRUE, origin, region,
                                 row, 0, part->pointer, issue->wait_count,
                                 issue_waits(issue), &issue->event);
   }
   issue_finish(issue, issue_done(issue, code, NULL));
}

static bool
through_mapped(struct world *world, struct rng *rng, bool to_object)
{
   struct mapping *mapping =
      pick_mapping(world, rng, to_object ? is_readable : is_writable);
   struct object *object;
   struct issue issue;
   struct part part;
   struct box box;
   unsigned level;

   bool found = false;
   for (unsigned i = 0; i < 12 && mapping && !found; i++) {
      part = random_part(rng, mapping, false);
      found = find_partner(world, rng, mapping, to_object, &part, &object,
                           &level, &box);
   }
   if (!found)
      return false;

   cl_command_type type =
      object_is_buffer(object)
         ? (to_object ? CL_COMMAND_WRITE_BUFFER : CL_COMMAND_READ_BUFFER)
         : (to_object ? CL_COMMAND_WRITE_IMAGE : CL_COMMAND_READ_IMAGE);
   issue_init(&issue, world, rng, type);
   issue.blocking = true;
   issue_span(&issue, object_span(object, level, &box, to_object));
   describe_mapping(world, mapping);
   await_mapping(world, mapping);
   issue_prepare(&issue);
   transfer_mapped(&issue, object, level, &box, mapping, &part, to_object);
   if (to_object) {
      model_copy(object->storage, &object->level[level], &box,
                 mapping->span.storage, &mapping->span.layout, &part.box);
   } else {
      model_copy(mapping->span.storage, &mapping->span.layout, &part.box,
                 object->storage, &object->level[level], &box);
      check_mapping(world, mapping);
   }
   return true;
}

bool
op_read_to_mapped(struct world *world, struct rng *rng)
{
   return through_mapped(world, rng, false);
}

bool
op_write_from_mapped(struct world *world, struct rng *rng)
{
   return through_mapped(world, rng, true);
}
