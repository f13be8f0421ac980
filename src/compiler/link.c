/* SPDX-License-Identifier: MIT */

/* Linking SPIR-V. */

#include <stdlib.h>
#include <string.h>

#include "compiler/compiler_private.h"
#include "compiler/text.h"
#include "compiler/words.h"
#include "util/hash_table.h"
#include "util/set.h"

#define VERSION_1_3   0x00010300
#define version_of(m) (((const uint32_t *)(m)->data)[1])

/*
 * The linker wants modules of one version, and the translator gives each the
 * least that it needs.  Up to 1.3 a module is a module of a later version
 * too; in 1.4 the interfaces of entry points came to mean something else.
 */
static uint32_t
common_version(const struct trf_spirv *const *modules, unsigned count)
{
   uint32_t version = 0;

   for (unsigned i = 0; i < count; i++) {
      if (version_of(modules[i]) <= VERSION_1_3 &&
          version_of(modules[i]) > version)
         version = version_of(modules[i]);
   }
   return version;
}

/* Adds one version's module to the list; `copy` is its memory if need be. */
static bool
raise_version(const struct trf_spirv *module, uint32_t version,
              struct trf_spirv *copy, struct clc_binary *binary)
{
   binary->data = module->data;
   binary->size = module->size;
   if (version_of(module) >= version)
      return true;

   if (!trf_spirv_copy(copy, module->data, module->size))
      return false;
   ((uint32_t *)copy->data)[1] = version;
   binary->data = copy->data;
   return true;
}

/* Whether an instruction exports, or imports, something. */
static bool
is_linkage(const struct trf_instruction *instruction, SpvLinkageType type)
{
   const uint32_t *words = instruction->words;
   const unsigned count = instruction->count;

   return instruction->op == SpvOpDecorate && count >= 5 &&
          words[2] == SpvDecorationLinkageAttributes &&
          words[count - 1] == (uint32_t)type;
}

/* The name that an instruction exports; NULL if it is another. */
static const char *
exported_name(const struct trf_instruction *instruction)
{
   if (!is_linkage(instruction, SpvLinkageTypeExport))
      return NULL;

   /* The string ends before the last word, or the module is not valid. */
   const char *name = (const char *)&instruction->words[3];
   const size_t size = (instruction->count - 4) * sizeof(uint32_t);
   return memchr(name, 0, size) ? name : NULL;
}

/* A program as it stands: the linker would find nothing to do. */
static bool
is_linked(const struct trf_spirv *module)
{
   struct trf_instruction instruction;
   size_t at = 0;

   while (trf_spirv_next(module, &at, &instruction)) {
      if (is_linkage(&instruction, SpvLinkageTypeImport))
         return false;
   }
   return true;
}

/*
 * The linker takes the first of several functions of one name, where
 * nothing says which of them is meant.
 */
static bool
check_exports(const struct trf_spirv *module, struct set *names,
              struct trf_text *log)
{
   struct trf_instruction instruction;
   size_t at = 0;
   bool unique = true;

   while (trf_spirv_next(module, &at, &instruction)) {
      const char *name = exported_name(&instruction);
      if (name && _mesa_set_search(names, name)) {
         trf_text_printf(log, "error: '%s' is defined more than once\n",
                         name);
         unique = false;
      } else if (name) {
         _mesa_set_add(names, name);
      }
   }
   return unique;
}

static bool
exports_are_unique(const struct trf_spirv *const *modules, unsigned count,
                   struct trf_text *log)
{
   struct set *names =
      _mesa_set_create(NULL, _mesa_hash_string, _mesa_key_string_equal);
   bool unique = names != NULL;

   for (unsigned i = 0; names && i < count; i++)
      unique &= check_exports(modules[i], names, log);
   _mesa_set_destroy(names, NULL);
   return unique;
}

static bool
link_binaries(const struct clc_binary *binaries, unsigned count, bool library,
              struct trf_spirv *out, struct trf_text *log)
{
   const struct clc_logger logger = trf_clc_logger(log);
   const struct clc_binary **list = calloc(count, sizeof(*list));
   if (!list)
      return false;

   for (unsigned i = 0; i < count; i++)
      list[i] = &binaries[i];
   const struct clc_linker_args args = {
      .in_objs = list,
      .num_in_objs = count,
      .create_library = library,
   };
   struct clc_binary binary = {0};
   const bool linked = clc_link_spirv(&args, &logger, &binary) &&
                       trf_spirv_copy(out, binary.data, binary.size);
   clc_free_spirv(&binary);
   free(list);
   return linked;
}

bool
trf_link_spirv(const struct trf_spirv *const *modules, unsigned count,
               bool library, struct trf_spirv *out, struct trf_text *log)
{
   if (!exports_are_unique(modules, count, log))
      return false;

   if (count == 1 && !library && is_linked(modules[0]))
      return trf_spirv_copy(out, modules[0]->data, modules[0]->size);

   const uint32_t version = common_version(modules, count);
   struct clc_binary *binaries = calloc(count, sizeof(*binaries));
   struct trf_spirv *copies = calloc(count, sizeof(*copies));
   bool ready = binaries && copies;

   for (unsigned i = 0; ready && i < count; i++)
      ready = raise_version(modules[i], version, &copies[i], &binaries[i]);
   const bool linked =
      ready && link_binaries(binaries, count, library, out, log);

   for (unsigned i = 0; copies && i < count; i++)
      trf_spirv_free(&copies[i]);
   free(copies);
   free(binaries);
   return linked;
}
