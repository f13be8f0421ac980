/* SPDX-License-Identifier: MIT */

#include "contender.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* No answer takes that long unless it never comes. */
#define TIMEOUT_MS 120000

static void
apply_settings(const struct contender *c)
{
   setenv("OCL_ICD_VENDORS", c->vendors, 1);
   /* Rusticl shows no device that it was not told to show. */
   setenv("RUSTICL_ENABLE", "llvmpipe", 0);

   char settings[sizeof(c->settings)];
   strcpy(settings, c->settings);
   char *rest = NULL;
   for (char *one = strtok_r(settings, ",", &rest); one != NULL;
        one = strtok_r(NULL, ",", &rest)) {
      char *value = strchr(one, '=');
      if (value == NULL)
         continue;
      *value = '\0';
      setenv(one, value + 1, 1);
   }
}

static bool
spawn(struct contender *c)
{
   int pair[2];
   if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
      return false;

   fflush(NULL);
   c->process = fork();
   if (c->process == 0) {
      char number[16];
      fcntl(pair[1], F_SETFD, 0);
      snprintf(number, sizeof(number), "%d", pair[1]);
      apply_settings(c);
      execl("/proc/self/exe", "trefoil-bench", "--worker", number,
            (char *)NULL);
      _exit(127);
   }

   close(pair[1]);
   if (c->process < 0) {
      close(pair[0]);
      c->process = 0;
      return false;
   }
   c->socket = pair[0];
   c->answer_size = 0;
   return true;
}

void
contender_stop(struct contender *c)
{
   if (c->process == 0)
      return;
   close(c->socket);

   /* It leaves by itself when its socket closes, unless it hangs. */
   for (unsigned i = 0; i < 100; i++) {
      if (waitpid(c->process, NULL, WNOHANG) != 0) {
         c->process = 0;
         return;
      }
      usleep(20000);
   }
   kill(c->process, SIGKILL);
   waitpid(c->process, NULL, 0);
   c->process = 0;
}

/* Gives it up: what it says from now on would answer an older question. */
static bool
lost(struct contender *c, const char *why, char *reason)
{
   snprintf(reason, REASON_SIZE, "%s", why);
   kill(c->process, SIGKILL);
   contender_stop(c);
   return false;
}

/* Takes a line of the answer, without its end. */
static bool
take_line(struct contender *c, char *line, size_t size)
{
   char *end = memchr(c->answer, '\n', c->answer_size);
   if (end == NULL)
      return false;

   *end = '\0';
   snprintf(line, size, "%s", c->answer);
   const size_t taken = end + 1 - c->answer;
   memmove(c->answer, c->answer + taken, c->answer_size - taken);
   c->answer_size -= taken;
   return true;
}

static bool
receive(struct contender *c, char *line, size_t size, char *reason)
{
   while (!take_line(c, line, size)) {
      struct pollfd poller = {.fd = c->socket, .events = POLLIN};
      if (poll(&poller, 1, TIMEOUT_MS) != 1)
         return lost(c, "hangs", reason);

      const size_t room = sizeof(c->answer) - c->answer_size;
      const ssize_t got =
         room > 0 ? read(c->socket, c->answer + c->answer_size, room) : 0;
      if (got <= 0)
         return lost(c, "crashed", reason);
      c->answer_size += got;
   }

   if (strncmp(line, "fail ", 5) != 0)
      return true;
   snprintf(reason, REASON_SIZE, "%s", line + 5);
   return false;
}

static bool __attribute__((format(printf, 5, 6)))
ask(struct contender *c, char *line, size_t size, char *reason,
    const char *format, ...)
{
   char request[256];
   va_list args;
   va_start(args, format);
   const int length = vsnprintf(request, sizeof(request), format, args);
   va_end(args);

   if (send(c->socket, request, length, MSG_NOSIGNAL) != length)
      return lost(c, "crashed", reason);
   return receive(c, line, size, reason);
}

static const struct {
   const char *platform, *label;
   enum contender_kind kind;
} known[] = {
   {"Trefoil", "Trefoil", CONTENDER_TREFOIL},
   {"rusticl", "Rusticl", CONTENDER_RUSTICL},
   {"Portable Computing Language", "PoCL", CONTENDER_POCL},
};

static void
recognise(struct contender *c)
{
   const char *label = c->platform;
   c->kind = CONTENDER_OTHER;
   for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
      if (strcasecmp(c->platform, known[i].platform) == 0) {
         c->kind = known[i].kind;
         label = known[i].label;
      }
   }
   if (c->label[0] == '\0')
      snprintf(c->label, sizeof(c->label), "%.*s", (int)sizeof(c->label) - 1,
               label);
}

bool
contender_start(struct contender *c, char *reason)
{
   char line[1024];
   if (c->process != 0)
      return true;
   if (!spawn(c)) {
      snprintf(reason, REASON_SIZE, "cannot start a process");
      return false;
   }
   if (!receive(c, line, sizeof(line), reason)) {
      contender_stop(c);
      return false;
   }
   if (sscanf(line, "ready\t%127[^\t]\t%127[^\t]\t%127[^\t]\t%127[^\t]",
              c->platform, c->version, c->device, c->driver) != 4)
      return lost(c, "says something strange", reason);
   recognise(c);
   return true;
}

bool
contender_begin(struct contender *c, const char *figure, char *reason)
{
   char line[256];
   return contender_start(c, reason) &&
          ask(c, line, sizeof(line), reason, "begin %s\n", figure);
}

bool
contender_sample(struct contender *c, double seconds, double *median,
                 double *best, char *reason)
{
   char line[256];
   if (!ask(c, line, sizeof(line), reason, "sample %g\n", seconds))
      return false;
   if (sscanf(line, "sample %lf %lf", median, best) != 2)
      return lost(c, "says something strange", reason);
   return true;
}

bool
contender_end(struct contender *c, char *reason)
{
   char line[256];
   return c->process == 0 || ask(c, line, sizeof(line), reason, "end\n");
}
