/* SPDX-License-Identifier: MIT */

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "goals.h"

static void
read_processor(char *name, size_t size)
{
   char line[256];
   snprintf(name, size, "unknown");
   FILE *file = fopen("/proc/cpuinfo", "r");
   if (file == NULL)
      return;
   while (fgets(line, sizeof(line), file) != NULL) {
      const char *value = strchr(line, ':');
      if (strncmp(line, "model name", 10) == 0 && value != NULL) {
         snprintf(name, size, "%s", value + 2);
         name[strcspn(name, "\n")] = '\0';
         break;
      }
   }
   fclose(file);
}

static cJSON *
machine_json(void)
{
   char processor[256];
   read_processor(processor, sizeof(processor));
   cJSON *json = cJSON_CreateObject();
   cJSON_AddStringToObject(json, "processor", processor);
   cJSON_AddNumberToObject(json, "cores", sysconf(_SC_NPROCESSORS_ONLN));
   return json;
}

static cJSON *
contender_json(const struct contender *c)
{
   cJSON *json = cJSON_CreateObject();
   cJSON_AddStringToObject(json, "label", c->label);
   cJSON_AddStringToObject(json, "platform", c->platform);
   cJSON_AddStringToObject(json, "version", c->version);
   cJSON_AddStringToObject(json, "device", c->device);
   cJSON_AddStringToObject(json, "driver", c->driver);
   cJSON_AddStringToObject(json, "settings", c->settings);
   return json;
}

static cJSON *
result_json(const struct figure *figure, const struct result *result)
{
   cJSON *json = cJSON_CreateObject();
   if (!result_is_valid(result)) {
      cJSON_AddStringToObject(json, "failure", result->reason);
      return json;
   }
   cJSON_AddNumberToObject(json, "value",
                           figure_value(figure, result->stats.median));
   cJSON_AddNumberToObject(json, "best",
                           figure_value(figure, result->stats.best));
   cJSON_AddNumberToObject(json, "spread", stats_spread(&result->stats));
   cJSON_AddItemToObject(
      json, "seconds",
      cJSON_CreateDoubleArray(result->seconds, (int)result->count));
   return json;
}

static cJSON *
figure_json(const struct race *race, unsigned f)
{
   const struct figure *figure = race->figures[f];
   cJSON *json = cJSON_CreateObject();
   cJSON_AddStringToObject(json, "name", figure->name);
   cJSON_AddStringToObject(json, "title", figure->title);
   cJSON_AddStringToObject(json, "unit", figure_unit_name(figure));
   cJSON *results = cJSON_AddObjectToObject(json, "results");
   for (unsigned c = 0; c < race->contender_count; c++)
      cJSON_AddItemToObject(results, race->contenders[c].label,
                            result_json(figure, &race->results[f][c]));
   return json;
}

static cJSON *
goal_json(const struct goal *goal, const struct race *race)
{
   double measured;
   const enum verdict verdict = goal_verdict(goal, race, &measured);
   cJSON *json = cJSON_CreateObject();
   cJSON_AddStringToObject(json, "goal", goal->text);
   cJSON_AddNumberToObject(json, goal->other != NULL ? "at_most" : "at_least",
                           goal->factor);
   if (verdict != GOAL_NOT_MEASURED)
      cJSON_AddNumberToObject(json, "measured", measured);
   cJSON_AddStringToObject(json, "verdict", verdict_name(verdict));
   return json;
}

static bool
write_file(const char *name, const char *text)
{
   FILE *file = strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
   if (file == NULL)
      return false;
   const bool written = fprintf(file, "%s\n", text) >= 0;
   return file == stdout ? written : fclose(file) == 0 && written;
}

bool
report_json(const struct race *race, const char *file)
{
   cJSON *json = cJSON_CreateObject();
   cJSON_AddItemToObject(json, "machine", machine_json());
   cJSON_AddNumberToObject(json, "load", race->load);
   cJSON_AddNumberToObject(json, "rounds", race->rounds);

   cJSON *platforms = cJSON_AddArrayToObject(json, "platforms");
   for (unsigned c = 0; c < race->contender_count; c++)
      cJSON_AddItemToArray(platforms, contender_json(&race->contenders[c]));

   cJSON *figures = cJSON_AddArrayToObject(json, "figures");
   for (unsigned f = 0; f < race->figure_count; f++)
      cJSON_AddItemToArray(figures, figure_json(race, f));

   cJSON *goal_list = cJSON_AddArrayToObject(json, "goals");
   for (unsigned i = 0; i < goal_count; i++)
      cJSON_AddItemToArray(goal_list, goal_json(&goals[i], race));

   char *text = cJSON_Print(json);
   const bool written = text != NULL && write_file(file, text);
   free(text);
   cJSON_Delete(json);
   return written;
}
