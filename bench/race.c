/* SPDX-License-Identifier: MIT */

#include "race.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
result_is_valid(const struct result *result)
{
   return result != NULL && result->count > 0 && result->reason[0] == '\0';
}

bool
race_is_complete(const struct race *race)
{
   for (unsigned f = 0; f < race->figure_count; f++) {
      if (!result_is_valid(&race->results[f][0]))
         return false;
   }
   return true;
}

const struct result *
race_result(const struct race *race, const char *figure,
            enum contender_kind kind)
{
   for (unsigned f = 0; f < race->figure_count; f++) {
      if (strcmp(race->figures[f]->name, figure) != 0)
         continue;
      for (unsigned c = 0; c < race->contender_count; c++) {
         if (race->contenders[c].kind == kind)
            return &race->results[f][c];
      }
   }
   return NULL;
}

static void
take_sample(struct race *race, unsigned f, unsigned c)
{
   struct result *result = &race->results[f][c];
   double median, best;
   if (result->reason[0] != '\0' ||
       !contender_sample(&race->contenders[c], race->sample_seconds, &median,
                         &best, result->reason))
      return;

   result->best[result->count] = best;
   result->seconds[result->count++] = median;
}

static void
finish(struct result *result)
{
   if (!result_is_valid(result))
      return;

   /* The samples themselves keep their order for whoever reads the JSON. */
   double sorted[MAX_ROUNDS];
   memcpy(sorted, result->best, sizeof(sorted));
   const double best = stats_of(sorted, result->count).best;

   memcpy(sorted, result->seconds, sizeof(sorted));
   result->stats = stats_of(sorted, result->count);
   result->stats.best = best;
}

static void
run_figure(struct race *race, unsigned f)
{
   const unsigned count = race->contender_count;
   char reason[REASON_SIZE];

   for (unsigned c = 0; c < count; c++)
      contender_begin(&race->contenders[c], race->figures[f]->name,
                      race->results[f][c].reason);

   /* Each round begins with another one: none always runs second. */
   for (unsigned round = 0; round < race->rounds; round++) {
      for (unsigned i = 0; i < count; i++)
         take_sample(race, f, (round + i) % count);
   }

   for (unsigned c = 0; c < count; c++) {
      contender_end(&race->contenders[c], reason);
      finish(&race->results[f][c]);
   }
}

void
race_run(struct race *race)
{
   if (getloadavg(&race->load, 1) != 1)
      race->load = 0;

   const bool terminal = isatty(STDERR_FILENO);
   for (unsigned f = 0; f < race->figure_count; f++) {
      if (terminal)
         fprintf(stderr, "\r\033[K%u/%u %s", f + 1, race->figure_count,
                 race->figures[f]->title);
      run_figure(race, f);
   }
   if (terminal)
      fputs("\r\033[K", stderr);
}
