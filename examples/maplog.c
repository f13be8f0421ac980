/* SPDX-License-Identifier: MIT */

#include "maplog.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *log_file;

/* Where the environment names no file: one of our own, while we run. */
static char own_name[] = "/tmp/trefoil-map-XXXXXX";
static bool own;
static bool echo_maps;

static void
close_log(void)
{
   if (log_file == NULL)
      return;
   maplog_path(0); /* for what is still to be echoed */
   fclose(log_file);
   if (own)
      unlink(own_name);
}

void
maplog_open(void)
{
   char topics[256] = "map";
   const char *set = getenv("TREFOIL_DEBUG");
   if (set != NULL && set[0] != '\0') {
      echo_maps = strstr(set, "map") != NULL || strstr(set, "all") != NULL;
      snprintf(topics, sizeof(topics), "%s,map", set);
   }

   const char *name = getenv("TREFOIL_LOG");
   if (name != NULL && name[0] != '\0') {
      log_file = fopen(name, "a+");
      if (log_file != NULL)
         fseek(log_file, 0, SEEK_END);
   } else {
      int fd = mkstemp(own_name);
      if (fd < 0)
         return;
      own = true;
      log_file = fdopen(fd, "r");
      setenv("TREFOIL_LOG", own_name, 1);
   }
   setenv("TREFOIL_DEBUG", topics, 1);
   atexit(close_log);
}

/* Takes the word behind `key` out of a line; false if it has none. */
static bool
find_word(const char *line, const char *key, char *word, size_t size)
{
   const char *at = strstr(line, key);
   if (at == NULL)
      return false;
   at += strlen(key);

   size_t length = strcspn(at, " \n");
   if (length == 0 || length >= size)
      return false;
   memcpy(word, at, length);
   word[length] = '\0';
   return true;
}

/* What the user asked to see on stderr is not lost in a file of ours. */
static void
echo(const char *line)
{
   const bool map = strncmp(line, "trefoil: map:", 13) == 0 ||
                    strncmp(line, "trefoil: unmap:", 15) == 0;
   if (own && (echo_maps || !map))
      fputs(line, stderr);
}

const char *
maplog_path(unsigned level)
{
   static char path[32];
   strcpy(path, "-");
   if (log_file == NULL)
      return path;

   /* Each call reads on from where the last one came to the end. */
   char line[1200], word[32];
   clearerr(log_file);
   while (fgets(line, sizeof(line), log_file) != NULL) {
      echo(line);
      if (strncmp(line, "trefoil: map:", 13) == 0 &&
          find_word(line, " level ", word, sizeof(word)) &&
          strtoul(word, NULL, 10) == level)
         find_word(line, " path ", path, sizeof(path));
   }
   return path;
}
