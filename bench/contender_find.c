/* SPDX-License-Identifier: MIT */

#include "contender.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds it if there is a device behind it. */
static unsigned
add(struct contender *list, unsigned count, const struct contender *c)
{
   char reason[REASON_SIZE];
   if (count == MAX_CONTENDERS) {
      fprintf(stderr, "trefoil-bench: %s: too many platforms\n", c->vendors);
      return count;
   }
   list[count] = *c;
   if (contender_start(&list[count], reason))
      return count + 1;
   fprintf(stderr, "trefoil-bench: left out %s: %s\n", c->vendors, reason);
   return count;
}

static unsigned
find_named(struct contender *list, char *names)
{
   unsigned count = 0;
   char *rest = NULL;
   for (char *one = strtok_r(names, ";", &rest); one != NULL;
        one = strtok_r(NULL, ";", &rest)) {
      struct contender c = {0};
      if (sscanf(one, "%63[^=]=%1023[^,],%511[^\n]", c.label, c.vendors,
                 c.settings) >= 2)
         count = add(list, count, &c);
      else
         fprintf(stderr, "trefoil-bench: cannot read \"%s\"\n", one);
   }
   return count;
}

static int
is_icd_file(const struct dirent *entry)
{
   const size_t length = strlen(entry->d_name);
   return length > 4 && strcmp(entry->d_name + length - 4, ".icd") == 0;
}

static unsigned
find_installed(struct contender *list)
{
   const char *vendors = getenv("OCL_ICD_VENDORS");
   if (vendors == NULL || vendors[0] == '\0')
      vendors = "/etc/OpenCL/vendors";

   struct dirent **files;
   const int file_count = scandir(vendors, &files, is_icd_file, alphasort);
   struct contender c = {0};
   if (file_count < 0) {
      /* No folder, but perhaps the file itself. */
      snprintf(c.vendors, sizeof(c.vendors), "%s", vendors);
      return add(list, 0, &c);
   }

   unsigned count = 0;
   for (int i = 0; i < file_count; i++) {
      snprintf(c.vendors, sizeof(c.vendors), "%s/%s", vendors,
               files[i]->d_name);
      count = add(list, count, &c);
      free(files[i]);
   }
   free(files);
   return count;
}

static int
compare_kinds(const void *left, const void *right)
{
   const struct contender *a = left, *b = right;
   return (int)a->kind - (int)b->kind;
}

unsigned
contenders_find(struct contender *list)
{
   const char *set = getenv("TREFOIL_BENCH_PLATFORMS");
   unsigned count;
   if (set != NULL && set[0] != '\0') {
      char names[4096];
      snprintf(names, sizeof(names), "%s", set);
      count = find_named(list, names);
   } else {
      count = find_installed(list);
   }
   qsort(list, count, sizeof(*list), compare_kinds);
   return count;
}
