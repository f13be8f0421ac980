/* SPDX-License-Identifier: MIT */

/* The front half: OpenCL C to SPIR-V. */

#include <stdlib.h>
#include <string.h>

#include "compiler/cache.h"
#include "compiler/clang.h"
#include "compiler/clc/clc_helpers.h"
#include "compiler/compiler_private.h"
#include "compiler/dependencies.h"
#include "compiler/dialect.h"
#include "compiler/mipmap_functions.h"
#include "compiler/text.h"
#include "util/blob.h"
#include "util/hash_table.h"
#include "util/macros.h"
#include "util/set.h"

/* What diagnostics call a source. */
#define SOURCE_NAME "input.cl"

bool
trf_spirv_copy(struct trf_spirv *spirv, const void *data, size_t size)
{
   spirv->data = malloc(size ? size : 1);
   spirv->size = size;
   if (!spirv->data)
      return false;
   memcpy(spirv->data, data, size);
   return true;
}

void
trf_spirv_free(struct trf_spirv *spirv)
{
   free(spirv->data);
   *spirv = (struct trf_spirv){0};
}

/*
 * Everything that the result depends on, each part with its length, so that
 * no two lists of parts look alike; but for files that are included by path,
 * which the entry knows.
 */
static void
write_key(struct blob *key, const struct trf_dialect *dialect,
          const struct trf_source *source)
{
   blob_write_string(key, "source");
   blob_write_uint32(key, dialect->count);
   for (unsigned i = 0; i < dialect->count; i++)
      blob_write_string(key, dialect->words[i]);
   blob_write_uint32(key, source->option_count);
   for (unsigned i = 0; i < source->option_count; i++)
      blob_write_string(key, source->options[i]);
   blob_write_uint32(key, source->header_count);
   for (unsigned i = 0; i < source->header_count; i++) {
      blob_write_string(key, source->headers[i].name);
      blob_write_string(key, source->headers[i].source);
   }
   blob_write_string(key, source->text);
}

/* A cached entry is what was included, the log, then the SPIR-V. */
static bool
read_cached(struct disk_cache *cache, const cache_key key,
            struct trf_spirv *out, struct trf_text *log)
{
   size_t size;
   void *entry = trf_cache_get(cache, key, &size);
   if (!entry)
      return false;

   struct blob_reader reader;
   blob_reader_init(&reader, entry, size);
   bool found = trf_dependencies_match(&reader);
   if (found) {
      const char *text = blob_read_string(&reader);
      const uint32_t bytes = blob_read_uint32(&reader);
      const void *words = blob_read_bytes(&reader, bytes);
      found = !reader.overrun && trf_spirv_copy(out, words, bytes);
      if (found)
         trf_text_append(log, text);
   }
   free(entry);

   /* Or it would be in the way of what comes out now. */
   if (!found)
      disk_cache_remove(cache, key);
   return found;
}

static void
write_cached(struct disk_cache *cache, const cache_key key,
             const struct set *included, time_t started,
             const struct trf_spirv *spirv, const char *log)
{
   struct blob entry;
   blob_init(&entry);
   const bool known = trf_dependencies_write(&entry, included, started);
   blob_write_string(&entry, log);
   blob_write_uint32(&entry, spirv->size);
   blob_write_bytes(&entry, spirv->data, spirv->size);
   if (known)
      trf_cache_put(cache, key, &entry);
   blob_finish(&entry);
}

/* The language first: the client's -cl-std comes after ours, and counts. */
static const char **
join_words(const struct trf_dialect *dialect, const struct trf_source *source)
{
   const char **words =
      calloc(dialect->count + source->option_count, sizeof(*words));
   if (!words)
      return NULL;
   memcpy(words, dialect->words, dialect->count * sizeof(*words));
   for (unsigned i = 0; i < source->option_count; i++)
      words[dialect->count + i] = source->options[i];
   return words;
}

static bool
compile(const struct trf_compiler *compiler,
        const struct trf_dialect *dialect, const struct trf_source *source,
        struct set *included, struct trf_spirv *out, struct trf_text *log)
{
   const char **words = join_words(dialect, source);
   struct trf_text text = {0};
   if (!words)
      return false;

   trf_add_mipmap_functions(&compiler->features, source, &text);
   trf_text_append(&text, source->text);
   const struct trf_clang_job job = {
      .name = SOURCE_NAME,
      .text = trf_text_get(&text),
      .headers = source->headers,
      .header_count = source->header_count,
      .words = words,
      .word_count = dialect->count + source->option_count,
      .split_mad = compiler->features.through_spirv,
   };
   const bool compiled =
      !text.truncated && trf_clang_compile(&job, included, out, log);
   _mesa_set_remove_key(included, SOURCE_NAME);
   trf_text_clear(&text);
   free(words);
   return compiled;
}

/* Compiles, and keeps the result where the key says. */
static bool
compile_and_cache(struct trf_compiler *compiler,
                  const struct trf_dialect *dialect,
                  const struct trf_source *source, const cache_key key,
                  struct trf_spirv *out, struct trf_text *log)
{
   struct set *included =
      _mesa_set_create(NULL, _mesa_hash_string, _mesa_key_string_equal);
   if (!included)
      return false;

   /* A log of its own, to be kept with the result. */
   struct trf_text messages = {0};
   const time_t started = time(NULL);
   const bool compiled =
      compile(compiler, dialect, source, included, out, &messages);
   if (compiled && compiler->cache)
      write_cached(compiler->cache, key, included, started, out,
                   trf_text_get(&messages));
   trf_text_append(log, trf_text_get(&messages));
   trf_text_clear(&messages);
   _mesa_set_destroy(included, NULL);
   return compiled;
}

static bool
find_or_compile(struct trf_compiler *compiler,
                const struct trf_dialect *dialect,
                const struct trf_source *source, struct trf_spirv *out,
                struct trf_text *log)
{
   cache_key key = {0};

   if (compiler->cache) {
      struct blob parts;
      blob_init(&parts);
      write_key(&parts, dialect, source);
      const bool known = trf_cache_key(compiler->cache, &parts, key);
      blob_finish(&parts);
      if (!known)
         return false;
      if (read_cached(compiler->cache, key, out, log))
         return true;
   }
   return compile_and_cache(compiler, dialect, source, key, out, log);
}

bool
trf_compile_source(struct trf_compiler *compiler,
                   const struct trf_source *source, struct trf_spirv *out,
                   struct trf_text *log)
{
   struct trf_dialect dialect;
   if (!trf_dialect_init(&dialect, &compiler->features))
      return false;
   const bool compiled =
      find_or_compile(compiler, &dialect, source, out, log);
   trf_dialect_finish(&dialect);
   return compiled;
}

bool
trf_validate_spirv(struct trf_compiler *compiler,
                   const struct trf_spirv *spirv, struct trf_text *log)
{
   const struct clc_logger logger = trf_clc_logger(log);
   const struct clc_binary binary = {
      .data = spirv->data,
      .size = spirv->size,
   };
   const struct clc_validator_options options = {
      .limit_max_function_arg = compiler->features.max_parameter_size,
   };
   return clc_validate_spirv(&binary, &logger, &options);
}
