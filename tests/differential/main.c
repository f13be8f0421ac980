/* SPDX-License-Identifier: MIT */

/*
 * Random operations through the ICD loader, against plain memory.
 *
 * The work is done by a second process, so that a crash or a hang is a
 * finding like any other: this one notes in which world it happened, shrinks
 * that world's operations, and writes them to a file for --replay.
 */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

#include "ops.h"
#include "script.h"

#define SECONDS_A_WORLD 60
#define SECONDS_A_TRY 15
#define SECONDS_TO_SHRINK 90

extern char **environ;

struct options options;

struct arguments {
   uint64_t seed;
   size_t ops;
   const char *replay, *out;
   unsigned patience; /* seconds that a world may take */
   int worker; /* where to tell the world's number; -1 in the first process */
};

static const struct option long_options[] = {
   {"seed", required_argument, NULL, 's'},
   {"ops", required_argument, NULL, 'n'},
   {"replay", required_argument, NULL, 'r'},
   {"out", required_argument, NULL, 'o'},
   {"platform", required_argument, NULL, 'p'},
   {"without", required_argument, NULL, 'x'},
   {"require-all", no_argument, NULL, 'a'},
   {"verbose", no_argument, NULL, 'v'},
   {"list-ops", no_argument, NULL, 'l'},
   {"patience", required_argument, NULL, 't'},
   {"worker", required_argument, NULL, 'w'},
   {"help", no_argument, NULL, 'h'},
   {NULL, 0, NULL, 0},
};

static void
usage(FILE *to)
{
   fprintf(
      to, "random_ops [options]\n"
          "  --seed S        the run's seed ($TREFOIL_TEST_SEED; else the "
          "time)\n"
          "  --ops N         operations ($TREFOIL_TEST_OPS; else 10000)\n"
          "  --replay FILE   run the operations of a failure\n"
          "  --out FILE      where to write those of a failure\n"
          "  --platform NAME of several platforms, the one named so\n"
          "  --without A,B   leave those operations out\n"
          "  --require-all   what may be refused or judged in more than one\n"
          "                  way is a failure too\n"
          "  --patience S    seconds that a world may take (60)\n"
          "  --verbose       say each operation\n"
          "  --list-ops      list the operations\n");
}

static uint64_t
number(const char *text)
{
   char *end;
   uint64_t value;

   errno = 0;
   value = strtoull(text, &end, 0);
   if (errno || *end || end == text) {
      fprintf(stderr, "not a number: %s\n", text);
      exit(2);
   }
   return value;
}

static void
list_ops(void)
{
   for (unsigned i = 0; i < op_count; i++) {
      printf("%-26s weight %3u%s\n", ops[i].name, ops[i].weight,
             ops[i].strict ? ", with --require-all" : "");
   }
}

static void
parse(struct arguments *arguments, int argc, char **argv)
{
   const char *seed = getenv("TREFOIL_TEST_SEED");
   const char *count = getenv("TREFOIL_TEST_OPS");
   int option;

   arguments->seed = seed && *seed ? number(seed) : (uint64_t)time(NULL);
   arguments->ops = count && *count ? number(count) : 10000;
   arguments->worker = -1;
   arguments->patience = SECONDS_A_WORLD;
   while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
      switch (option) {
      case 's':
         arguments->seed = number(optarg);
         break;
      case 'n':
         arguments->ops = number(optarg);
         break;
      case 'r':
         arguments->replay = optarg;
         break;
      case 'o':
         arguments->out = optarg;
         break;
      case 'p':
         options.platform = optarg;
         break;
      case 'x':
         options.without = optarg;
         break;
      case 'a':
         options.require_all = true;
         break;
      case 'v':
         options.verbose = true;
         break;
      case 't':
         arguments->patience = (unsigned)number(optarg);
         break;
      case 'w':
         arguments->worker = (int)number(optarg);
         break;
      case 'l':
         list_ops();
         exit(0);
      case 'h':
         usage(stdout);
         exit(0);
      default:
         usage(stderr);
         exit(2);
      }
   }
   if (optind != argc) {
      usage(stderr);
      exit(2);
   }
}

static void
print_summary(const size_t *done, size_t sum, uint64_t worlds)
{
   printf("%zu operations in %" PRIu64 " worlds on %u devices:\n", sum,
          worlds, device_count);
   for (unsigned i = 0; i < op_count; i++) {
      if (done[i])
         printf("  %-26s %8zu\n", ops[i].name, done[i]);
   }
   printf("refused %u, mismatches 0\n", refusals);
}

static int
work(const struct arguments *arguments)
{
   size_t *done = calloc(op_count, sizeof(*done));
   struct script script;
   uint64_t world, worlds;
   size_t sum = 0;

   devices_init();
   for (worlds = 0; sum < arguments->ops; worlds++) {
      world = worlds;
      if (write(arguments->worker, &world, sizeof(world)) !=
          (ssize_t)sizeof(world))
         return 2;
      alarm(arguments->patience);
      script_generate(&script, arguments->seed, world);
      sum += script_run(&script, done);
      script_free(&script);
   }
   alarm(0);
   world = UINT64_MAX;
   if (write(arguments->worker, &world, sizeof(world)) !=
       (ssize_t)sizeof(world))
      return 2;
   print_summary(done, sum, worlds);
   free(done);
   return 0;
}

static int
replay(const struct arguments *arguments)
{
   size_t *done = calloc(op_count, sizeof(*done));
   struct script script;

   if (!script_load(&script, arguments->replay)) {
      fprintf(stderr, "%s: cannot be read\n", arguments->replay);
      return 2;
   }
   devices_init();
   alarm(arguments->patience);
   size_t sum = script_run(&script, done);
   alarm(0);
   print_summary(done, sum, 1);
   script_free(&script);
   free(done);
   return 0;
}

/* Runs this program again; `last_world` is what it last told, if wanted. */
static int
run_self(const char *const *more, bool quiet, uint64_t *last_world)
{
   const char *argv[16] = {"random_ops"};
   posix_spawn_file_actions_t actions;
   int pipes[2], status = 0;
   char fd[16];
   unsigned n = 1;
   pid_t pid;

   if (pipe(pipes))
      exit(2);
   snprintf(fd, sizeof(fd), "%d", pipes[1]);
   while (*more)
      argv[n++] = *more++;
   if (last_world) {
      argv[n++] = "--worker";
      argv[n++] = fd;
   }
   if (options.require_all)
      argv[n++] = "--require-all";
   if (options.platform) {
      argv[n++] = "--platform";
      argv[n++] = options.platform;
   }
   if (options.without) {
      argv[n++] = "--without";
      argv[n++] = options.without;
   }
   if (options.verbose && !quiet)
      argv[n++] = "--verbose";

   posix_spawn_file_actions_init(&actions);
   posix_spawn_file_actions_addclose(&actions, pipes[0]);
   if (quiet) {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
   }
   char *arguments[16];
   memcpy(arguments, argv, sizeof(argv));
   if (posix_spawn(&pid, "/proc/self/exe", &actions, NULL, arguments,
                   environ)) {
      perror("posix_spawn");
      exit(2);
   }
   posix_spawn_file_actions_destroy(&actions);
   close(pipes[1]);
   if (last_world) {
      uint64_t world;
      while (read(pipes[0], &world, sizeof(world)) == (ssize_t)sizeof(world))
         *last_world = world;
   }
   close(pipes[0]);
   while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
      ;
   return status;
}

static bool
replay_fails(const char *path, void *data)
{
   const char *const more[] = {"--replay", path, "--patience",
                               (const char *)data, NULL};

   return run_self(more, true, NULL) != 0;
}

static void
report(const struct arguments *arguments, int status, uint64_t world)
{
   char patience[16];
   struct script script;
   char path[256];

   snprintf(patience, sizeof(patience), "%u",
            arguments->patience < SECONDS_A_TRY ? arguments->patience
                                                : SECONDS_A_TRY);
   if (WIFSIGNALED(status)) {
      fprintf(stderr, "%s in world %" PRIu64 "\n",
              WTERMSIG(status) == SIGALRM ? "TIMEOUT"
                                          : strsignal(WTERMSIG(status)),
              world);
   }
   if (arguments->out)
      snprintf(path, sizeof(path), "%s", arguments->out);
   else
      snprintf(path, sizeof(path), "random_ops-%" PRIu64 "-%" PRIu64 ".txt",
               arguments->seed, world);
   script_generate(&script, arguments->seed, world);
   if (!script_save(&script, path)) {
      perror(path);
      script_free(&script);
      return;
   }
   fprintf(stderr, "shrinking %zu operations...\n", script.count);
   if (!replay_fails(path, patience) && !replay_fails(path, patience) &&
       !replay_fails(path, patience)) {
      fprintf(stderr, "the world alone did not fail again; it is in %s\n",
              path);
      script_free(&script);
      return;
   }
   script_shrink(&script, path, replay_fails, patience, SECONDS_TO_SHRINK);
   fprintf(stderr, "%zu operations are left, in %s:\n", script.count, path);
   script_free(&script);

   const char *const more[] = {"--replay", path,        "--patience",
                               patience,   "--verbose", NULL};
   run_self(more, false, NULL);
}

int
main(int argc, char **argv)
{
   struct arguments arguments = {0};
   uint64_t world = 0;
   char seed[32], count[32], patience[16];

   parse(&arguments, argc, argv);
   if (arguments.worker >= 0)
      return work(&arguments);
   if (arguments.replay)
      return replay(&arguments);

   printf("seed %" PRIu64 "\n", arguments.seed);
   fflush(stdout);
   snprintf(seed, sizeof(seed), "%" PRIu64, arguments.seed);
   snprintf(count, sizeof(count), "%zu", arguments.ops);
   snprintf(patience, sizeof(patience), "%u", arguments.patience);
   const char *const more[] = {"--seed",     seed,     "--ops", count,
                               "--patience", patience, NULL};
   int status = run_self(more, false, &world);
   if (status == 0)
      return 0;
   /* No platform, and the like: nothing to shrink. */
   if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
      return 2;
   if (world == UINT64_MAX) {
      fprintf(stderr, "all worlds passed, but the process failed at its "
                      "end\n");
      return 1;
   }
   report(&arguments, status, world);
   return 1;
}
