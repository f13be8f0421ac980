/* SPDX-License-Identifier: MIT */

#include "report.h"

#include <stdio.h>

#include "goals.h"

static void
print_contenders(const struct race *race)
{
   for (unsigned c = 0; c < race->contender_count; c++) {
      const struct contender *one = &race->contenders[c];
      printf("%s: %s (driver %s), %s%s%s\n", one->label, one->version,
             one->driver, one->device, one->settings[0] ? "; " : "",
             one->settings);
   }
}

static void
print_head(const struct race *race)
{
   printf("\n%-46s ", "blocking calls; maps with unmap and finish");
   for (unsigned c = 0; c < race->contender_count; c++)
      printf(" %15s", race->contenders[c].label);
   for (unsigned c = 1; c < race->contender_count; c++) {
      char head[160];
      snprintf(head, sizeof(head), "%s/%s", race->contenders[c].label,
               race->contenders[0].label);
      printf(" %16s", head);
   }
   putchar('\n');
}

static void
print_value(const struct figure *figure, const struct result *result)
{
   if (!result_is_valid(result)) {
      printf(" %15s", "failed");
      return;
   }
   const double value = figure_value(figure, result->stats.median);
   printf(" %*.*f \302\261%3.0f%%", 9,
          figure->unit == FIGURE_GIGABYTES ? 2 : 1 + (value < 10), value,
          stats_spread(&result->stats) * 100);
}

static void
print_ratio(const struct result *peer, const struct result *own)
{
   if (!result_is_valid(peer) || !result_is_valid(own)) {
      printf(" %16s", "-");
      return;
   }
   const double ratio = peer->stats.median / own->stats.median;
   printf(" %16.*f", ratio < 100 ? 2 : 0, ratio);
}

static void
print_failures(const struct race *race)
{
   for (unsigned f = 0; f < race->figure_count; f++) {
      for (unsigned c = 0; c < race->contender_count; c++) {
         if (!result_is_valid(&race->results[f][c]))
            printf("%s, %s: %s\n", race->contenders[c].label,
                   race->figures[f]->title, race->results[f][c].reason);
      }
   }
}

void
report_table(const struct race *race)
{
   print_contenders(race);
   print_head(race);
   for (unsigned f = 0; f < race->figure_count; f++) {
      const struct figure *figure = race->figures[f];
      const struct result *results = race->results[f];
      printf("%-38s %8s", figure->title, figure_unit_name(figure));
      for (unsigned c = 0; c < race->contender_count; c++)
         print_value(figure, &results[c]);
      for (unsigned c = 1; c < race->contender_count; c++)
         print_ratio(&results[c], &results[0]);
      putchar('\n');
   }
   printf("Medians of %u rounds, \302\261 half of what lies between the "
          "quartiles.\n",
          race->rounds);
   if (race->contender_count > 1)
      printf("Ratios are of times: above 1, %s is faster.\n",
             race->contenders[0].label);
   if (race->load > 1)
      printf("The machine was busy (load %.1f): compare the best of each, in "
             "the JSON.\n",
             race->load);
   print_failures(race);
}

static void
print_goal(const struct goal *goal, enum verdict verdict, double measured)
{
   char limit[32], value[32] = "-";
   snprintf(limit, sizeof(limit), "%s %gx",
            goal->other != NULL ? "<=" : ">=", goal->factor);
   if (verdict != GOAL_NOT_MEASURED)
      snprintf(value, sizeof(value), "%.*fx", measured < 100 ? 2 : 0,
               measured);
   printf("%-50s %9s  %10s  %s\n", goal->text, limit, value,
          verdict_name(verdict));
}

bool
report_goals(const struct race *race)
{
   bool reached = true, headed = false;
   for (unsigned i = 0; i < goal_count; i++) {
      if (race_result(race, goals[i].figure, CONTENDER_TREFOIL) == NULL)
         continue;
      if (!headed)
         printf("\n%-50s %9s  %10s\n", "goal", "", "measured");
      headed = true;

      double measured;
      const enum verdict verdict = goal_verdict(&goals[i], race, &measured);
      print_goal(&goals[i], verdict, measured);
      reached = reached && verdict != GOAL_MISSED;
   }
   return reached;
}
