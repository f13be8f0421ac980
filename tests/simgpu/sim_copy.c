/* SPDX-License-Identifier: MIT */

/* Copies and fills, by the device. */

#include "sim_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/box.h"

struct copy {
   struct sim_command base; /* uses: dst, src */
   unsigned dst_level, src_level;
   int x, y, z;
   struct pipe_box box;
};

static void
run_copy(struct sim_command *command, struct pipe_context **real)
{
   const struct copy *copy = (struct copy *)command;
   const struct pipe_box *box = &copy->box;
   struct sim_storage *dst = command->uses[0];
   const struct sim_storage *src = command->uses[1];
   const size_t row = (size_t)box->width * src->block;
   uint8_t *memory = malloc(row * box->height * box->depth);
   if (!memory)
      sim_refuse("no memory for a copy");

   struct pipe_box to;
   u_box_3d(copy->x, copy->y, copy->z, box->width, box->height, box->depth,
            &to);
   sim_read(src, copy->src_level, box, memory, row, row * box->height);
   sim_write(dst, copy->dst_level, &to, memory, row, row * box->height);
   free(memory);
}

static void
resource_copy_region(struct pipe_context *pipe, struct pipe_resource *dst,
                     unsigned dst_level, unsigned x, unsigned y, unsigned z,
                     struct pipe_resource *src, unsigned src_level,
                     const struct pipe_box *box)
{
   struct sim_storage *uses[] = {sim_storage_of(dst), sim_storage_of(src)};
   struct pipe_box to;

   u_box_3d(x, y, z, box->width, box->height, box->depth, &to);
   if ((dst->target == PIPE_BUFFER) != (src->target == PIPE_BUFFER))
      sim_refuse("a copy between a buffer and a texture");
   if (uses[0]->block != uses[1]->block)
      sim_refuse("a copy between pixels of different sizes");
   sim_check_box(uses[0], dst_level, &to);
   sim_check_box(uses[1], src_level, box);
   sim_expect_barrier(sim_context(pipe), uses[0]);
   sim_expect_barrier(sim_context(pipe), uses[1]);

   struct copy *copy = sim_command_create(sizeof(*copy), uses, 2, run_copy);
   copy->dst_level = dst_level;
   copy->src_level = src_level;
   copy->x = x;
   copy->y = y;
   copy->z = z;
   copy->box = *box;
   sim_note("copy");
   sim_record(sim_context(pipe), &copy->base);
   sim_storage_unref(uses[0]);
   sim_storage_unref(uses[1]);
}

struct fill {
   struct sim_command base;
   unsigned level;
   struct pipe_box box;
   unsigned element; /* bytes */
   uint8_t pattern[16];
};

static void
run_fill(struct sim_command *command, struct pipe_context **real)
{
   const struct fill *fill = (struct fill *)command;
   const struct pipe_box *box = &fill->box;
   struct sim_storage *storage = command->uses[0];
   const size_t row = (size_t)box->width * storage->block;
   uint8_t *memory = malloc(row);
   if (!memory)
      sim_refuse("no memory for a fill");

   for (size_t at = 0; at < row; at++)
      memory[at] = fill->pattern[at % fill->element];
   for (int z = 0; z < box->depth; z++) {
      for (int y = 0; y < box->height; y++) {
         struct pipe_box line;
         u_box_3d(box->x, box->y + y, box->z + z, box->width, 1, 1, &line);
         sim_write(storage, fill->level, &line, memory, row, row);
      }
   }
   free(memory);
}

static void
record_fill(struct pipe_context *pipe, struct pipe_resource *resource,
            unsigned level, const struct pipe_box *box, const void *pattern,
            unsigned element)
{
   struct sim_storage *storage = sim_storage_of(resource);
   struct fill *fill =
      sim_command_create(sizeof(*fill), &storage, 1, run_fill);

   sim_check_box(storage, level, box);
   sim_expect_barrier(sim_context(pipe), storage);
   if (element > sizeof(fill->pattern))
      sim_refuse("a fill with too large a pattern");
   fill->level = level;
   fill->box = *box;
   fill->element = element;
   memcpy(fill->pattern, pattern, element);
   sim_note("fill");
   sim_record(sim_context(pipe), &fill->base);
   sim_storage_unref(storage);
}

static void
clear_buffer(struct pipe_context *pipe, struct pipe_resource *resource,
             unsigned offset, unsigned size, const void *value, int bytes)
{
   struct pipe_box box;

   u_box_1d(offset, size, &box);
   record_fill(pipe, resource, 0, &box, value, bytes);
}

static void
clear_texture(struct pipe_context *pipe, struct pipe_resource *resource,
              unsigned level, const struct pipe_box *box, const void *pixel)
{
   struct sim_storage *storage = sim_storage_of(resource);
   const unsigned block = storage->block;

   sim_storage_unref(storage);
   record_fill(pipe, resource, level, box, pixel, block);
}

void
sim_init_copies(struct sim_context *context)
{
   context->base.resource_copy_region = resource_copy_region;
   context->base.clear_buffer = clear_buffer;
   context->base.clear_texture = clear_texture;
}
