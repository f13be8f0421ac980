/* SPDX-License-Identifier: MIT */

/* The table of operations. */

#include "ops.h"

#include <string.h>

const struct op ops[] = {
#define OP(name, weight) {#name, op_##name, weight, false}
#define STRICT(name, weight) {#name, op_##name, weight, true}
   OP(create_buffer, 40),
   OP(create_sub_buffer, 20),
   OP(create_image, 110),
   OP(create_image_buffer, 20),
   OP(create_image_from_buffer, 20),
   OP(create_image_from_image, 60),
   OP(map, 140),
   STRICT(map_overlap, 35),
   OP(remap, 30),
   OP(write_mapped, 110),
   OP(check_mapped, 50),
   OP(unmap, 110),
   OP(read_to_mapped, 20),
   OP(write_from_mapped, 20),
   OP(read_buffer, 25),
   OP(write_buffer, 25),
   OP(read_rect, 25),
   OP(write_rect, 25),
   OP(copy_buffer, 45),
   OP(copy_rect, 30),
   OP(fill_buffer, 25),
   OP(read_image, 60),
   OP(write_image, 60),
   OP(copy_image, 80),
   OP(fill_image, 50),
   OP(image_to_buffer, 40),
   OP(buffer_to_image, 40),
   OP(migrate, 15),
   OP(marker, 20),
   OP(barrier, 30),
   OP(finish, 5),
   OP(flush, 20),
   OP(poll, 20),
   OP(wait, 25),
   OP(set_user, 25),
   OP(settle, 4),
   OP(release, 45),
   OP(retain, 10),
   OP(verify, 12),
   STRICT(failed_event, 6),
   STRICT(bad_buffer_range, 10),
   STRICT(bad_image_region, 15),
   STRICT(bad_level, 25),
   STRICT(bad_map, 10),
   STRICT(bad_unmap, 10),
   STRICT(bad_pitch, 8),
   STRICT(bad_waits, 8),
   STRICT(bad_copy, 10),
   STRICT(bad_relation, 6),
   STRICT(bad_fill, 6),
   STRICT(bad_create, 10),
   STRICT(bad_handle, 6),
   STRICT(bad_access, 10),
#undef OP
#undef STRICT
};

const unsigned op_count = sizeof(ops) / sizeof(ops[0]);

/* Whether a comma-separated list has the name. */
static bool
listed(const char *list, const char *name)
{
   size_t length = strlen(name);

   while (list && *list) {
      if (!strncmp(list, name, length) &&
          (list[length] == ',' || !list[length]))
         return true;
      list = strchr(list, ',');
      list = list ? list + 1 : NULL;
   }
   return false;
}

static unsigned
weight(const struct op *op)
{
   if (op->strict && !options.require_all)
      return 0;
   return listed(options.without, op->name) ? 0 : op->weight;
}

unsigned
op_choose(struct rng *rng)
{
   size_t total = 0;

   for (unsigned i = 0; i < op_count; i++)
      total += weight(&ops[i]);
   size_t at = rng_below(rng, total);
   for (unsigned i = 0; i < op_count; i++) {
      if (at < weight(&ops[i]))
         return i;
      at -= weight(&ops[i]);
   }
   return 0;
}

int
op_find(const char *name)
{
   for (unsigned i = 0; i < op_count; i++) {
      if (!strcmp(ops[i].name, name))
         return (int)i;
   }
   return -1;
}
