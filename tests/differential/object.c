/* SPDX-License-Identifier: MIT */

/* Objects of a world: finding, naming and addressing them. */

#include <string.h>

#include "pixel.h"
#include "world.h"

bool
object_is_buffer(const struct object *object)
{
   return object->type == CL_MEM_OBJECT_BUFFER;
}

bool
object_is_image(const struct object *object)
{
   return object->type != CL_MEM_OBJECT_BUFFER;
}

bool
object_can_read(const struct object *object)
{
   return !(object->flags & (CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS));
}

bool
object_can_write(const struct object *object)
{
   return !(object->flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS));
}

/*
 * By slot and not by rank, so that most operations still mean the same
 * objects when the shrinker drops others.
 */
struct object *
world_pick(struct world *world, struct rng *rng, object_filter *filter)
{
   size_t start = rng_below(rng, MAX_OBJECTS);

   for (size_t i = 0; i < MAX_OBJECTS; i++) {
      struct object *object = &world->objects[(start + i) % MAX_OBJECTS];
      if (object->live && (!filter || filter(object)))
         return object;
   }
   return NULL;
}

const char *
object_text(const struct object *object, char *text, size_t size)
{
   const struct layout *l = &object->level[0];
   int used;

   if (object_is_buffer(object)) {
      snprintf(text, size, "#%u %sbuffer of %zu bytes%s", object->serial,
               object->sub ? "sub-" : "", l->width,
               object->host_ptr ? " in client's memory" : "");
      return text;
   }
   used = snprintf(text, size, "#%u %s %s %s %zux%zux%zu", object->serial,
                   image_type_name(object->type),
                   pixel_order_name(object->format.image_channel_order),
                   pixel_type_name(object->format.image_channel_data_type),
                   l->width, l->height, l->depth);
   if (used > 0 && (size_t)used < size && object->mipmapped) {
      used += snprintf(text + used, size - (size_t)used, " of %u levels",
                       object->levels);
   }
   if (used > 0 && (size_t)used < size) {
      snprintf(text + used, size - (size_t)used, "%s%s",
               object->sub ? " of another object" : "",
               object->host_ptr ? " in client's memory" : "");
   }
   return text;
}

const char *
box_text(const struct box *box, char *text, size_t size)
{
   snprintf(text, size, "(%zu,%zu,%zu)+(%zu,%zu,%zu)", box->x, box->y, box->z,
            box->width, box->height, box->depth);
   return text;
}

struct span
object_span(const struct object *object, unsigned level,
            const struct box *box, bool write)
{
   return (struct span){object->storage, object->mem, object->level[level],
                        *box, write};
}

static void
random_range(struct rng *rng, size_t extent, size_t *start, size_t *length)
{
   bool whole = rng_chance(rng, 35);
   size_t a = rng_below(rng, extent);
   size_t b = rng_between(rng, 1, extent - a);

   *start = whole ? 0 : a;
   *length = whole ? extent : b;
}

struct box
random_box(struct rng *rng, const struct layout *layout)
{
   struct box box;

   random_range(rng, layout->width, &box.x, &box.width);
   random_range(rng, layout->height, &box.y, &box.height);
   random_range(rng, layout->depth, &box.z, &box.depth);
   return box;
}

bool
world_locked(const struct world *world, const struct span *span)
{
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      const struct mapping *mapping = &world->mappings[i];

      if (!mapping->live || mapping->span.storage != span->storage)
         continue;
      if (!mapping->span.write && !span->write)
         continue;
      /*
       * What one device maps for writing, another must leave alone as a
       * whole: 5.4.3 speaks of the memory object and not of the region.
       */
      if (world->device_count > 1)
         return true;
      if (model_overlap(&mapping->span.layout, &mapping->span.box,
                        &span->layout, &span->box))
         return true;
   }
   return false;
}

bool
random_free_box(struct world *world, struct rng *rng,
                const struct object *object, unsigned level, bool write,
                struct box *box)
{
   for (unsigned i = 0; i < 6; i++) {
      *box = random_box(rng, &object->level[level]);
      struct span span = object_span(object, level, box, write);
      if (!world_locked(world, &span))
         return true;
   }
   return false;
}

void
fill_origin(const struct object *object, unsigned level,
            const struct box *box, size_t origin[4], size_t region[3])
{
   origin[0] = box->x;
   origin[1] = box->y;
   origin[2] = box->z;
   region[0] = box->width;
   region[1] = box->height;
   region[2] = box->depth;

   /* Clients of images without levels may pass three elements only. */
   origin[3] = object->mipmapped ? 0 : (size_t)0xdeadbeef;
   if (!object->mipmapped)
      return;

   switch (object->type) {
   case CL_MEM_OBJECT_IMAGE1D:
      origin[1] = level;
      break;
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
   case CL_MEM_OBJECT_IMAGE2D:
      origin[2] = level;
      break;
   default:
      origin[3] = level;
      break;
   }
}
