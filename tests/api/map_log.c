/* SPDX-License-Identifier: MIT */

#include "map_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "maps.h"

static FILE *map_log;
static char map_log_path[] = "/tmp/trefoil-map-log-XXXXXX";

static bool
open_log(void)
{
   char debug[256];
   const char *given = getenv("TREFOIL_DEBUG");
   const int file = mkstemp(map_log_path);

   if (file < 0)
      return false;
   snprintf(debug, sizeof(debug), "%s%smap", given ? given : "",
            given && *given ? "," : "");
   setenv("TREFOIL_DEBUG", debug, 1);
   setenv("TREFOIL_LOG", map_log_path, 1);
   map_log = fdopen(file, "r");
   return map_log != NULL;
}

int
map_log_setup(void **state)
{
   return open_log() ? map_setup(state) : -1;
}

int
map_log_teardown(void **state)
{
   fclose(map_log);
   unlink(map_log_path);
   return client_teardown(state);
}

size_t
last_map(const char *topic, char path[32])
{
   char line[1024], prefix[64];
   size_t moved = SIZE_MAX;

   snprintf(prefix, sizeof(prefix), "trefoil: %s: ", topic);
   rewind(map_log);
   while (fgets(line, sizeof(line), map_log)) {
      const char *at = strstr(line, " path ");
      const char *bytes = strstr(line, " moved ");
      if (strncmp(line, prefix, strlen(prefix)) != 0 || !at || !bytes)
         continue;
      sscanf(at, " path %31s", path);
      sscanf(bytes, " moved %zu", &moved);
   }
   return moved;
}
