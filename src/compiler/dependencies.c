/* SPDX-License-Identifier: MIT */

#include "compiler/dependencies.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/blob.h"
#include "util/mesa-sha1.h"
#include "util/os_file.h"
#include "util/set.h"

/*
 * All zeros for what is not there: headers of clCompileProgram have paths,
 * but no files.
 */
static void
hash_file(const char *path, uint8_t digest[SHA1_DIGEST_LENGTH])
{
   size_t size = 0;
   char *data = os_read_file(path, &size);

   memset(digest, 0, SHA1_DIGEST_LENGTH);
   if (data)
      _mesa_sha1_compute(data, size, digest);
   free(data);
}

/* In the very second of the start, who knows which came first. */
static bool
is_older(const char *path, time_t started)
{
   struct stat info;
   return stat(path, &info) != 0 || info.st_mtime < started;
}

bool
trf_dependencies_write(struct blob *blob, const struct set *paths,
                       time_t started)
{
   blob_write_uint32(blob, paths->entries);
   set_foreach(paths, entry)
   {
      const char *path = entry->key;
      uint8_t digest[SHA1_DIGEST_LENGTH];

      if (!is_older(path, started))
         return false;
      hash_file(path, digest);
      blob_write_string(blob, path);
      blob_write_bytes(blob, digest, sizeof(digest));
   }
   return true;
}

bool
trf_dependencies_match(struct blob_reader *reader)
{
   const uint32_t count = blob_read_uint32(reader);

   for (uint32_t i = 0; i < count && !reader->overrun; i++) {
      const char *path = blob_read_string(reader);
      const void *expected = blob_read_bytes(reader, SHA1_DIGEST_LENGTH);
      uint8_t digest[SHA1_DIGEST_LENGTH];

      if (reader->overrun)
         return false;
      hash_file(path, digest);
      if (memcmp(digest, expected, sizeof(digest)) != 0)
         return false;
   }
   return !reader->overrun;
}
