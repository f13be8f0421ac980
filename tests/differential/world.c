/* SPDX-License-Identifier: MIT */

#include "world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "pixel.h"
#include "verify.h"

static size_t
smaller(size_t a, size_t b)
{
   return a < b ? a : b;
}

static size_t
larger(size_t a, size_t b)
{
   return a > b ? a : b;
}

static void
intersect_formats(struct format_list *list, const struct format_list *other)
{
   cl_uint kept = 0;

   for (cl_uint i = 0; i < list->count; i++) {
      for (cl_uint k = 0; k < other->count; k++) {
         if (!memcmp(&list->formats[i], &other->formats[k],
                     sizeof(list->formats[i]))) {
            list->formats[kept++] = list->formats[i];
            break;
         }
      }
   }
   list->count = kept;
}

/* What both devices can do. */
static void
intersect_device(struct device *a, const struct device *b)
{
   a->max_2d_width = smaller(a->max_2d_width, b->max_2d_width);
   a->max_2d_height = smaller(a->max_2d_height, b->max_2d_height);
   a->max_3d = smaller(a->max_3d, b->max_3d);
   a->max_layers = smaller(a->max_layers, b->max_layers);
   a->max_buffer_image = smaller(a->max_buffer_image, b->max_buffer_image);
   a->base_align = larger(a->base_align, b->base_align);
   a->pitch_align = a->pitch_align && b->pitch_align
                       ? (cl_uint)larger(a->pitch_align, b->pitch_align)
                       : 0;
   a->address_align = (cl_uint)larger(a->address_align, b->address_align);
   for (unsigned i = 0; i < ACCESS_COUNT; i++) {
      for (unsigned t = 0; t < TYPE_COUNT; t++)
         intersect_formats(&a->formats[i][t], &b->formats[i][t]);
   }
}

static void
choose_devices(struct world *world, struct rng *rng)
{
   unsigned first = (unsigned)rng_below(rng, device_count);
   bool two = rng_chance(rng, 25) && device_count > 1;

   world->devices[0] = first;
   world->device_count = 1;
   world->limits = devices[first];
   if (two) {
      unsigned second = (first + 1) % device_count;
      world->devices[1] = second;
      world->device_count = 2;
      intersect_device(&world->limits, &devices[second]);
   }
}

static cl_command_queue
create_queue(struct world *world, cl_device_id device, bool out_of_order)
{
   cl_queue_properties properties[] = {
      CL_QUEUE_PROPERTIES,
      CL_QUEUE_PROFILING_ENABLE |
         (out_of_order ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0),
      0};
   cl_command_queue queue;
   cl_int code;

   queue = clCreateCommandQueueWithProperties(world->context, device,
                                              properties, &code);
   expect_success(world, "clCreateCommandQueueWithProperties", code);
   return queue;
}

static void
create_queues(struct world *world, struct rng *rng)
{
   world->queue_count = (unsigned)rng_between(rng, 1, MAX_QUEUES);
   for (unsigned i = 0; i < world->queue_count; i++) {
      struct queue *queue = &world->queues[i];
      unsigned which = (unsigned)rng_below(rng, world->device_count);
      const struct device *device = &devices[world->devices[which]];

      queue->device = world->devices[which];
      queue->out_of_order = rng_chance(rng, 45) && device->out_of_order;
      queue->flushed = true;
      queue->handle = create_queue(world, device->id, queue->out_of_order);
   }
   world->scratch = create_queue(world, devices[world->devices[0]].id, false);
}

/* Few formats a world, so that copies between images find partners. */
static void
choose_palette(struct world *world, struct rng *rng)
{
   const struct format_list *list =
      &world->limits.formats[0][image_type_index(CL_MEM_OBJECT_IMAGE2D)];

   /* Those that can be seen as others (see op_create_image_from_image). */
   static const cl_image_format viewable[] = {{CL_RGBA, CL_UNORM_INT8},
                                              {CL_sRGBA, CL_UNORM_INT8},
                                              {CL_BGRA, CL_UNORM_INT8},
                                              {CL_R, CL_FLOAT},
                                              {CL_R, CL_UNORM_INT16}};

   for (unsigned i = 0; i < 3; i++) {
      cl_image_format *format = &world->palette[world->palette_count];
      bool special = rng_chance(rng, 35);
      size_t which = rng_below(rng, 5);
      size_t at = rng_below(rng, list->count);

      if (special)
         *format = viewable[which];
      else if (list->count)
         *format = list->formats[at];
      else
         continue;
      world->palette_count++;
   }
}

void
world_create(struct world *world, uint64_t seed)
{
   struct rng rng = {seed};
   cl_device_id ids[MAX_DEVICES];
   cl_int code;

   memset(world, 0, sizeof(*world));
   world->seed = seed;
   world->commands_end = &world->commands;
   world->op_name = "world_create";
   choose_devices(world, &rng);
   for (unsigned i = 0; i < world->device_count; i++)
      ids[i] = devices[world->devices[i]].id;
   world->context =
      clCreateContext(NULL, world->device_count, ids, NULL, NULL, &code);
   expect_success(world, "clCreateContext", code);
   create_queues(world, &rng);
   choose_palette(world, &rng);

   if (options.verbose) {
      fprintf(stderr, "world 0x%016llx: devices", (unsigned long long)seed);
      for (unsigned i = 0; i < world->device_count; i++)
         fprintf(stderr, " %u", world->devices[i]);
      fprintf(stderr, "; queues");
      for (unsigned i = 0; i < world->queue_count; i++) {
         fprintf(stderr, " %s/%u",
                 world->queues[i].out_of_order ? "unordered" : "ordered",
                 world->queues[i].device);
      }
      fprintf(stderr, "\n");
   }
}

struct object *
world_free_object(struct world *world)
{
   for (unsigned i = 0; i < MAX_OBJECTS; i++) {
      if (!world->objects[i].live)
         return &world->objects[i];
   }
   return NULL;
}

static void CL_CALLBACK
note_destroyed(cl_mem mem, void *data)
{
   struct corpse *corpse = data;

   (void)mem;
   atomic_fetch_add(&corpse->destroyed, 1);
}

void
world_adopt(struct world *world, struct object *object, uint8_t *host_memory)
{
   struct corpse *corpse = calloc(1, sizeof(*corpse));

   assert(corpse);
   corpse->host_memory = host_memory;
   corpse->serial = object->serial;
   corpse->next = world->corpses;
   world->corpses = corpse;
   object->corpse = corpse;
   object->live = true;
   expect_success(
      world, "clSetMemObjectDestructorCallback",
      clSetMemObjectDestructorCallback(object->mem, note_destroyed, corpse));
}

void
world_release_object(struct world *world, struct object *object)
{
   for (unsigned i = 0; i < MAX_MAPPINGS; i++) {
      struct mapping *mapping = &world->mappings[i];

      if (!mapping->live || mapping->object != object)
         continue;
      if (mapping->span.write)
         model_forget(object->storage, &mapping->span.layout,
                      &mapping->span.box);
      mapping->live = false;
   }
   if (atomic_load(&object->corpse->destroyed))
      fail(world, "destructor callback of #%u came before its release",
           object->serial);
   object->corpse->released = true;
   expect_success(world, "clReleaseMemObject",
                  clReleaseMemObject(object->mem));
   storage_unref(object->storage);
   object->live = false;
}

static void
pause_a_little(void)
{
   struct timespec time = {0, 1000000};
   nanosleep(&time, NULL);
}

/* Callbacks may come from other threads after the call that made them due. */
static void
await_callbacks(struct world *world)
{
   int wanted = atomic_load(&world->callbacks_wanted);

   for (unsigned i = 0; i < 10000; i++) {
      if (atomic_load(&world->callbacks_seen) >= wanted)
         break;
      pause_a_little();
   }
   if (atomic_load(&world->callbacks_seen) != wanted)
      fail(world, "%d event callbacks instead of %d",
           atomic_load(&world->callbacks_seen), wanted);
}

static void
await_corpses(struct world *world)
{
   unsigned patience = options.require_all ? 5000 : 50;
   struct corpse *next;

   for (struct corpse *corpse = world->corpses; corpse; corpse = next) {
      next = corpse->next;
      for (unsigned i = 0; i < patience; i++) {
         if (atomic_load(&corpse->destroyed))
            break;
         pause_a_little();
      }
      /* One that leaks is left alone, with its client's memory. */
      if (!atomic_load(&corpse->destroyed) && !options.require_all)
         continue;
      if (atomic_load(&corpse->destroyed) != 1)
         fail(world,
              "#%u was released, its destructor callback called %d "
              "times: it leaks or dies twice",
              corpse->serial, atomic_load(&corpse->destroyed));
      free(corpse->host_memory);
      free(corpse);
   }
   world->corpses = NULL;
}

static void
release_queues(struct world *world)
{
   for (unsigned i = 0; i < world->queue_count; i++)
      clReleaseCommandQueue(world->queues[i].handle);
   clReleaseCommandQueue(world->scratch);
}

void
world_destroy(struct world *world, struct rng *rng)
{
   bool context_first = rng_chance(rng, 30);
   bool queues_first = rng_chance(rng, 30);
   bool keep_maps = rng_chance(rng, 30);
   struct object *object;

   world->op_name = "world_destroy";
   describe(world, "read back everything");
   world_settle(world);
   for (unsigned i = 0; i < MAX_OBJECTS; i++) {
      if (!world->objects[i].live)
         continue;
      verify_info(world, &world->objects[i]);
      verify_object(world, rng, &world->objects[i]);
   }

   for (unsigned i = 0; i < MAX_MAPPINGS && !keep_maps; i++) {
      struct mapping *mapping = &world->mappings[i];
      if (!mapping->live)
         continue;
      mapping->live = false;
      expect_success(
         world, "clEnqueueUnmapMemObject",
         clEnqueueUnmapMemObject(world->scratch, mapping->object->mem,
                                 mapping->pointer, 0, NULL, NULL));
   }
   expect_success(world, "clFinish", clFinish(world->scratch));
   for (unsigned i = 0; i < MAX_OBJECTS && !keep_maps; i++) {
      if (!world->objects[i].live)
         continue;
      verify_info(world, &world->objects[i]);
      verify_object(world, rng, &world->objects[i]);
   }

   describe(world, "release everything");
   await_callbacks(world);
   if (context_first)
      clReleaseContext(world->context);
   if (queues_first)
      release_queues(world);
   while ((object = world_pick(world, rng, NULL)))
      world_release_object(world, object);
   if (!queues_first)
      release_queues(world);
   if (!context_first)
      clReleaseContext(world->context);
   await_corpses(world);
}
