/* SPDX-License-Identifier: MIT */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contender.h"
#include "race.h"
#include "report.h"
#include "worker.h"

struct options {
   const struct figure_group *group; /* NULL: all */
   const char *json;
   const char *only; /* a part of the names of the figures to run */
   unsigned rounds;
   double sample_seconds;
   bool check;
};

/* clang-format off */
static const char usage_text[] =
"usage: trefoil-bench [map|kernel] [--quick] [--only NAME] [--rounds N]\n"
"                     [--json FILE] [--check] [--list]\n"
"\n"
"Compares the OpenCL platforms of this machine, by turns.\n"
"  --quick      a look in seconds instead of a measurement\n"
"  --only NAME  only the figures with NAME in their name\n"
"  --rounds N   how often each platform has its turn at a figure\n"
"  --json FILE  write all there is to know there (-: the screen)\n"
"  --check      exit status 1 if a goal is missed\n"
"  --list       the figures and their names\n"
"\n"
"TREFOIL_BENCH_PLATFORMS=\"label=vendors[,NAME=VALUE...];...\" names the\n"
"platforms: for each what OCL_ICD_VENDORS is, and more of its environment.\n"
"Without it, each .icd file of OCL_ICD_VENDORS or /etc/OpenCL/vendors is one.\n";
/* clang-format on */

static void
list_figures(void)
{
   for (unsigned g = 0; g < figure_group_count; g++) {
      const struct figure_group *group = &figure_groups[g];
      for (unsigned i = 0; i < *group->count; i++)
         printf("%-7s %-22s %s\n", group->name, group->figures[i].name,
                group->figures[i].title);
   }
}

static const struct figure_group *
find_group(const char *name)
{
   for (unsigned i = 0; i < figure_group_count; i++) {
      if (strcmp(figure_groups[i].name, name) == 0)
         return &figure_groups[i];
   }
   return NULL;
}

static void
parse_rounds(const char *text, struct options *options)
{
   char *end;
   const unsigned long rounds = strtoul(text, &end, 10);
   if (*end != '\0' || rounds < 1 || rounds > MAX_ROUNDS) {
      fprintf(stderr, "trefoil-bench: rounds are 1 to %d\n", MAX_ROUNDS);
      exit(2);
   }
   options->rounds = (unsigned)rounds;
}

static struct options
parse_options(int argc, char **argv)
{
   static const struct option names[] = {
      {"quick", no_argument, NULL, 'q'},
      {"only", required_argument, NULL, 'o'},
      {"rounds", required_argument, NULL, 'r'},
      {"json", required_argument, NULL, 'j'},
      {"check", no_argument, NULL, 'c'},
      {"list", no_argument, NULL, 'l'},
      {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0},
   };
   struct options options = {.rounds = 9, .sample_seconds = 0.15};
   int option;

   while ((option = getopt_long(argc, argv, "h", names, NULL)) != -1) {
      switch (option) {
      case 'q':
         options.rounds = 3;
         options.sample_seconds = 0.03;
         break;
      case 'o':
         options.only = optarg;
         break;
      case 'r':
         parse_rounds(optarg, &options);
         break;
      case 'j':
         options.json = optarg;
         break;
      case 'c':
         options.check = true;
         break;
      case 'l':
         list_figures();
         exit(EXIT_SUCCESS);
      case 'h':
         fputs(usage_text, stdout);
         exit(EXIT_SUCCESS);
      default:
         fputs(usage_text, stderr);
         exit(2);
      }
   }

   if (optind < argc && (options.group = find_group(argv[optind])) != NULL)
      optind++;
   if (optind < argc) {
      fputs(usage_text, stderr);
      exit(2);
   }
   return options;
}

static void
choose_of_group(struct race *race, const struct figure_group *group,
                const char *only)
{
   for (unsigned i = 0; i < *group->count; i++) {
      const struct figure *figure = &group->figures[i];
      if (only == NULL || strstr(figure->name, only) != NULL)
         race->figures[race->figure_count++] = figure;
   }
}

static void
choose_figures(struct race *race, const struct options *options)
{
   for (unsigned i = 0; i < figure_group_count; i++) {
      if (options->group == NULL || options->group == &figure_groups[i])
         choose_of_group(race, &figure_groups[i], options->only);
   }
}

int
main(int argc, char **argv)
{
   if (argc == 3 && strcmp(argv[1], "--worker") == 0)
      return worker_main(atoi(argv[2]));

   static struct race race;
   const struct options options = parse_options(argc, argv);
   race.rounds = options.rounds;
   race.sample_seconds = options.sample_seconds;
   choose_figures(&race, &options);
   race.contender_count = contenders_find(race.contenders);
   if (race.contender_count == 0 || race.figure_count == 0) {
      fprintf(stderr, "trefoil-bench: there is no %s to measure\n",
              race.figure_count == 0 ? "such figure" : "OpenCL device");
      return 2;
   }

   race_run(&race);
   for (unsigned c = 0; c < race.contender_count; c++)
      contender_stop(&race.contenders[c]);

   report_table(&race);
   const bool reached = report_goals(&race);
   if (options.json != NULL && !report_json(&race, options.json)) {
      perror(options.json);
      return 2;
   }
   if (race.contenders[0].kind != CONTENDER_TREFOIL) {
      fputs("trefoil-bench: Trefoil was not among them\n", stderr);
      return EXIT_FAILURE;
   }
   if (!race_is_complete(&race))
      return EXIT_FAILURE;
   return options.check && !reached ? EXIT_FAILURE : EXIT_SUCCESS;
}
