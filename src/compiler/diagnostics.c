/* SPDX-License-Identifier: MIT */

#include "compiler/diagnostics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/text.h"
#include "util/anon_file.h"
#include "util/macros.h"

void
trf_diagnostics_init(struct trf_diagnostics *diagnostics)
{
   diagnostics->fd = os_create_anonymous_file(0, "trefoil diagnostics");
   if (diagnostics->fd < 0)
      return;

   /* Where /proc is not there, clang would complain about the path. */
   snprintf(diagnostics->path, sizeof(diagnostics->path), "/proc/self/fd/%d",
            diagnostics->fd);
   if (access(diagnostics->path, W_OK) != 0) {
      close(diagnostics->fd);
      diagnostics->fd = -1;
   }
}

/* The whole file as a string; NULL if there is nothing in it. */
static char *
read_file(int fd)
{
   const off_t size = lseek(fd, 0, SEEK_END);
   if (size <= 0)
      return NULL;

   char *list = malloc(size + 1);
   if (!list)
      return NULL;
   off_t done = 0;
   while (done < size) {
      const ssize_t got = pread(fd, list + done, size - done, done);
      if (got <= 0)
         break;
      done += got;
   }
   list[done] = '\0';
   return list;
}

void
trf_diagnostics_finish(struct trf_diagnostics *diagnostics,
                       struct trf_text *log)
{
   if (diagnostics->fd < 0)
      return;

   char *list = read_file(diagnostics->fd);
   if (list)
      trf_diagnostics_parse(list, log);
   free(list);
   close(diagnostics->fd);
   diagnostics->fd = -1;
}

/* Replaces a property list's entities, in place. */
static void
unescape(char *text)
{
   static const struct {
      const char *entity;
      char character;
   } entities[] = {
      {"&amp;", '&'},   {"&lt;", '<'},   {"&gt;", '>'},
      {"&apos;", '\''}, {"&quot;", '"'},
   };
   char *out = text;

   while (*text) {
      unsigned i = 0;
      while (i < ARRAY_SIZE(entities) &&
             strncmp(text, entities[i].entity, strlen(entities[i].entity)))
         i++;
      if (i < ARRAY_SIZE(entities)) {
         *out++ = entities[i].character;
         text += strlen(entities[i].entity);
      } else {
         *out++ = *text++;
      }
   }
   *out = '\0';
}

/*
 * The value of a key between `entry` and `end`, to free(); NULL if it is not
 * there, as the place of a diagnostic that has none.
 */
static char *
find_value(const char *entry, const char *end, const char *key)
{
   char tag[32];

   snprintf(tag, sizeof(tag), "<key>%s</key>", key);
   const char *found = strstr(entry, tag);
   if (!found || found >= end)
      return NULL;

   /* <string> or <integer>, and its text up to the next tag. */
   const char *open = strchr(found + strlen(tag), '<');
   const char *start = open ? strchr(open, '>') : NULL;
   const char *close = start ? strchr(start, '<') : NULL;
   if (!close || close > end)
      return NULL;

   char *value = strndup(start + 1, close - start - 1);
   if (value)
      unescape(value);
   return value;
}

static void
parse_entry(const char *entry, const char *end, struct trf_text *log)
{
   char *level = find_value(entry, end, "level");
   char *file = find_value(entry, end, "filename");
   char *line = find_value(entry, end, "line");
   char *column = find_value(entry, end, "column");
   char *message = find_value(entry, end, "message");
   char *option = find_value(entry, end, "WarningOption");

   if (file && line && column)
      trf_text_printf(log, "%s:%s:%s: ", file, line, column);
   if (level && message)
      trf_text_printf(log, "%s: %s", level, message);
   if (option)
      trf_text_printf(log, " [-W%s]", option);
   trf_text_append(log, "\n");

   free(level);
   free(file);
   free(line);
   free(column);
   free(message);
   free(option);
}

void
trf_diagnostics_parse(const char *list, struct trf_text *log)
{
   /* The first key belongs to the list, all others to entries. */
   for (;;) {
      const char *entry = strstr(list, "<key>level</key>");
      const char *end = entry ? strstr(entry, "</dict>") : NULL;
      if (!end)
         return;
      parse_entry(entry, end, log);
      list = end;
   }
}
