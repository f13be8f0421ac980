/* SPDX-License-Identifier: MIT */

/* The front half: OpenCL C to SPIR-V. */

#include <stdlib.h>
#include <string.h>

#include "compiler/clc/clc_helpers.h"
#include "compiler/compiler_private.h"
#include "compiler/dependencies.h"
#include "compiler/diagnostics.h"
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

/* Takes over what clc made: its memory is malloc's too, but not by contract. */
static bool
adopt_binary(struct clc_binary *binary, struct trf_spirv *out)
{
   const bool copied = trf_spirv_copy(out, binary->data, binary->size);
   clc_free_spirv(binary);
   return copied;
}

static struct clc_optional_features
clc_features(const struct trf_compiler_features *features)
{
   return (struct clc_optional_features){
      .fp16 = features->fp16,
      .fp64 = features->fp64,
      .int64 = features->int64,
      .images = features->images,
      .images_depth = features->depth_images,
      .images_mipmap = features->mipmaps,
      .images_mipmap_writes = features->mipmap_writes,
      .images_read_write = features->read_write_images,
      .images_write_3d = features->write_3d_images,
      .subgroups = features->subgroups,
   };
}

/*
 * Everything that the result depends on, each part with its length, so that
 * no two lists of parts look alike; but for files that are included by path,
 * which the entry knows.
 */
static void
write_key(struct blob *key, const struct trf_compiler *compiler,
          const struct trf_source *source)
{
   const struct clc_optional_features features =
      clc_features(&compiler->features);

   blob_write_string(key, "source");
   blob_write_bytes(key, &features, sizeof(features));
   blob_write_uint32(key, compiler->features.address_bits);
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
   void *entry = disk_cache_get(cache, key, &size);
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
   if (known && !entry.out_of_memory)
      disk_cache_put(cache, key, entry.data, entry.size, NULL);
   blob_finish(&entry);
}

static bool
compile_words(struct trf_compiler *compiler, const struct trf_source *source,
              const char *const *words, unsigned word_count,
              struct set *included, struct trf_spirv *out,
              struct trf_text *log)
{
   static const char *const extensions[] = {
      "SPV_EXT_shader_atomic_float_add",
      "SPV_EXT_shader_atomic_float_min_max",
      "SPV_KHR_expect_assume",
      "SPV_KHR_float_controls",
      "SPV_KHR_integer_dot_product",
      "SPV_KHR_no_integer_wrap_decoration",
      NULL,
   };

   struct clc_named_value *headers =
      calloc(MAX2(source->header_count, 1), sizeof(*headers));
   if (!headers)
      return false;
   for (unsigned i = 0; i < source->header_count; i++) {
      headers[i].name = source->headers[i].name;
      headers[i].value = source->headers[i].source;
   }

   const struct clc_logger logger = trf_clc_logger(log);
   const struct clc_compile_args args = {
      .headers = headers,
      .num_headers = source->header_count,
      .source = {.name = SOURCE_NAME, .value = source->text},
      .args = words,
      .num_args = word_count,
      .features = clc_features(&compiler->features),
      /* Later versions cannot be linked with earlier: see link.c. */
      .spirv_version = CLC_SPIRV_VERSION_1_3,
      .allowed_spirv_extensions = extensions,
      .address_bits = compiler->features.address_bits,
   };
   struct clc_binary binary = {0};
   const bool compiled =
      clc_compile_c_to_spirv(&args, &logger, &binary, included);
   free(headers);
   return compiled && adopt_binary(&binary, out);
}

/* If it fails, clc gives the diagnostics itself. */
static bool
compile(struct trf_compiler *compiler, const struct trf_source *source,
        struct set *included, struct trf_spirv *out, struct trf_text *log)
{
   const char **words = calloc(source->option_count + 2, sizeof(*words));
   unsigned count = source->option_count;
   struct trf_text warnings = {0};
   struct trf_diagnostics diagnostics;

   if (!words)
      return false;
   for (unsigned i = 0; i < count; i++)
      words[i] = source->options[i];
   trf_diagnostics_init(&diagnostics);
   if (diagnostics.fd >= 0) {
      words[count++] = "-diagnostic-log-file";
      words[count++] = diagnostics.path;
   }

   const bool compiled =
      compile_words(compiler, source, words, count, included, out, log);
   _mesa_set_remove_key(included, SOURCE_NAME);
   trf_diagnostics_finish(&diagnostics, &warnings);
   if (compiled)
      trf_text_append(log, trf_text_get(&warnings));
   trf_text_clear(&warnings);
   free(words);
   return compiled;
}

/* Compiles, and keeps the result where the key says. */
static bool
compile_and_cache(struct trf_compiler *compiler,
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
   const bool compiled = compile(compiler, source, included, out, &messages);
   if (compiled && compiler->cache)
      write_cached(compiler->cache, key, included, started, out,
                   trf_text_get(&messages));
   trf_text_append(log, trf_text_get(&messages));
   trf_text_clear(&messages);
   _mesa_set_destroy(included, NULL);
   return compiled;
}

bool
trf_compile_source(struct trf_compiler *compiler,
                   const struct trf_source *source, struct trf_spirv *out,
                   struct trf_text *log)
{
   cache_key key = {0};

   if (compiler->cache) {
      struct blob parts;
      blob_init(&parts);
      write_key(&parts, compiler, source);
      const bool known = !parts.out_of_memory;
      if (known)
         disk_cache_compute_key(compiler->cache, parts.data, parts.size, key);
      blob_finish(&parts);
      if (!known)
         return false;
      if (read_cached(compiler->cache, key, out, log))
         return true;
   }
   return compile_and_cache(compiler, source, key, out, log);
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
