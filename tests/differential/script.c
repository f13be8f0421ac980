/* SPDX-License-Identifier: MIT */

#include "script.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops.h"

void
script_generate(struct script *script, uint64_t run_seed, uint64_t n)
{
   struct rng rng = {rng_derive(run_seed, n)};

   script->seed = rng_next(&rng);
   script->count = rng_between(&rng, 20, 140);
   script->steps = calloc(script->count, sizeof(*script->steps));
   assert(script->steps);
   for (size_t i = 0; i < script->count; i++) {
      script->steps[i].op = op_choose(&rng);
      script->steps[i].seed = rng_next(&rng);
   }
}

void
script_free(struct script *script)
{
   free(script->steps);
   script->steps = NULL;
   script->count = 0;
}

size_t
script_run(const struct script *script, size_t *done)
{
   static struct world world;
   size_t sum = 0;

   world_create(&world, script->seed);
   for (size_t i = 0; i < script->count; i++) {
      const struct step *step = &script->steps[i];
      struct rng rng = {step->seed};

      world.op = (unsigned)i;
      world.op_name = ops[step->op].name;
      world.what[0] = '\0';
      if (ops[step->op].run(&world, &rng)) {
         done[step->op]++;
         sum++;
      }
   }
   struct rng rng = {rng_derive(script->seed, 1)};
   world_destroy(&world, &rng);
   return sum;
}

bool
script_save(const struct script *script, const char *path)
{
   FILE *file = fopen(path, "w");

   if (!file)
      return false;
   fprintf(file, "# random_ops --replay THIS --verbose\n");
   fprintf(file, "world 0x%016" PRIx64 "\n", script->seed);
   for (size_t i = 0; i < script->count; i++) {
      fprintf(file, "%s 0x%016" PRIx64 "\n", ops[script->steps[i].op].name,
              script->steps[i].seed);
   }
   return fclose(file) == 0;
}

static bool
load_line(struct script *script, const char *line)
{
   char name[32];
   uint64_t seed;

   if (line[0] == '#' || line[0] == '\n')
      return true;
   if (sscanf(line, "%31s 0x%" SCNx64, name, &seed) != 2)
      return false;
   if (!strcmp(name, "world")) {
      script->seed = seed;
      return true;
   }
   int op = op_find(name);
   if (op < 0)
      return false;
   script->steps =
      realloc(script->steps, (script->count + 1) * sizeof(*script->steps));
   assert(script->steps);
   script->steps[script->count++] = (struct step){(unsigned)op, seed};
   return true;
}

bool
script_load(struct script *script, const char *path)
{
   FILE *file = fopen(path, "r");
   char line[256];
   bool good = true;

   memset(script, 0, sizeof(*script));
   if (!file)
      return false;
   while (good && fgets(line, sizeof(line), file))
      good = load_line(script, line);
   fclose(file);
   return good;
}

/* The script without `length` steps from `first` on. */
static struct script
without(const struct script *script, size_t first, size_t length)
{
   struct script less = {.seed = script->seed};

   less.steps = calloc(script->count, sizeof(*less.steps));
   assert(less.steps);
   for (size_t i = 0; i < script->count; i++) {
      if (i < first || i >= first + length)
         less.steps[less.count++] = script->steps[i];
   }
   return less;
}

/* One pass with pieces of that size; true if any could go. */
static bool
shrink_pass(struct script *script, size_t length, const char *path,
            script_fails *fails, void *data, time_t end)
{
   bool any = false;
   size_t first = 0;

   while (first < script->count && time(NULL) < end) {
      struct script less = without(script, first, length);
      if (script_save(&less, path) && fails(path, data)) {
         script_free(script);
         *script = less;
         any = true;
      } else {
         script_free(&less);
         first += length;
      }
   }
   return any;
}

void
script_shrink(struct script *script, const char *path, script_fails *fails,
              void *data, unsigned seconds)
{
   time_t end = time(NULL) + seconds;
   size_t length = (script->count + 1) / 2;

   while (length && time(NULL) < end) {
      bool any = shrink_pass(script, length, path, fails, data, end);
      if (!any || length > 1)
         length /= 2;
   }
   script_save(script, path);
}
