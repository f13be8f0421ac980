/* SPDX-License-Identifier: MIT */

#include "compiler/options.h"

#include <stdlib.h>
#include <string.h>

#include "util/macros.h"

/* CL_DEVICE_VERSION of all our devices, whatever C the source is in. */
#define OPENCL_VERSION "300"

/* An option may stand in these stages. */
#define COMPILING (1 << TRF_OPTIONS_BUILD | 1 << TRF_OPTIONS_COMPILE)
#define LINKING   (1 << TRF_OPTIONS_LINK)

enum action {
   PASS,  /* clang's compiler proper knows it by the same name */
   SPELL, /* it knows it as `spelling`; NULL: it has no use for it */
   TEXT,  /* goes on in this word, or is the next: passed as one word */
   DIALECT,
   ROUNDED,
   LANGUAGE,
   LIBRARY,
   LINK_OPTIONS,
};

static const struct {
   const char *name;
   unsigned stages;
   enum action action;
   const char *spelling;
} known[] = {
   /* Preprocessor */
   {"-D", COMPILING, TEXT},
   {"-I", COMPILING, TEXT},
   /* Math intrinsics */
   {"-cl-single-precision-constant", COMPILING, PASS},
   {"-cl-denorms-are-zero", COMPILING, SPELL,
    "-fdenormal-fp-math=positive-zero"},
   {"-cl-denorms-are-zero", LINKING, SPELL},
   {"-cl-fp32-correctly-rounded-divide-sqrt", COMPILING, ROUNDED},
   /* Optimization.  Aliasing is for 1.0 and would warn in all others. */
   {"-cl-opt-disable", COMPILING, PASS},
   {"-cl-strict-aliasing", COMPILING, SPELL},
   {"-cl-uniform-work-group-size", COMPILING, PASS},
   {"-cl-no-subgroup-ifp", COMPILING | LINKING, SPELL},
   {"-cl-mad-enable", COMPILING, PASS},
   {"-cl-no-signed-zeros", COMPILING, PASS},
   {"-cl-no-signed-zeros", LINKING, SPELL},
   {"-cl-no-signed-zeroes", LINKING, SPELL}, /* 5.8.7 spells it so */
   {"-cl-unsafe-math-optimizations", COMPILING, PASS},
   {"-cl-unsafe-math-optimizations", LINKING, SPELL},
   {"-cl-finite-math-only", COMPILING, PASS},
   {"-cl-finite-math-only", LINKING, SPELL},
   {"-cl-fast-relaxed-math", COMPILING, PASS},
   {"-cl-fast-relaxed-math", LINKING, SPELL},
   /* Warnings */
   {"-w", COMPILING, PASS},
   {"-Werror", COMPILING, PASS},
   /* The language, what is kept of the source */
   {"-cl-std", COMPILING, DIALECT},
   {"-x", COMPILING, LANGUAGE},
   {"-cl-kernel-arg-info", COMPILING, SPELL}, /* always on */
   {"-g", COMPILING, SPELL},                  /* there is no debugger */
   /* Linking */
   {"-create-library", LINKING, LIBRARY},
   {"-enable-link-options", LINKING, LINK_OPTIONS},
};

/* A list of strings of its own memory; `failed` when that ran out. */
struct words {
   char **list;
   unsigned count;
   unsigned space; /* of the list */
   bool failed;
};

static void
free_words(struct words *words)
{
   for (unsigned i = 0; i < words->count; i++)
      free(words->list[i]);
   free(words->list);
   *words = (struct words){0};
}

/* Takes over `word`, which may be NULL: memory ran out before. */
static void
add_word(struct words *words, char *word)
{
   if (word && words->count == words->space) {
      const unsigned space = words->space ? 2 * words->space : 16;
      char **grown = realloc(words->list, space * sizeof(*grown));
      if (grown) {
         words->list = grown;
         words->space = space;
      }
   }
   if (!word || words->count == words->space) {
      free(word);
      words->failed = true;
      return;
   }
   words->list[words->count++] = word;
}

static char *
join(const char *first, const char *second)
{
   const size_t length = strlen(first);
   char *word = malloc(length + strlen(second) + 1);
   if (word) {
      memcpy(word, first, length);
      strcpy(word + length, second);
   }
   return word;
}

static bool
is_space(char c)
{
   return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Reads the word at *string into `word`, which has room for all of it.
 * False if a quote is not closed.
 */
static bool
read_word(const char **string, char *word)
{
   const char *p = *string;
   char quote = 0;

   for (; *p && (quote || !is_space(*p)); p++) {
      if (*p == quote)
         quote = 0;
      else if (!quote && (*p == '"' || *p == '\''))
         quote = *p;
      else if (*p == '\\' && p[1])
         *word++ = *++p;
      else
         *word++ = *p;
   }
   *word = '\0';
   *string = p;
   return !quote;
}

/* False, with the offender last in the list, if a quote is not closed. */
static bool
split(const char *string, struct words *words)
{
   char *word = malloc(strlen(string) + 1);
   bool closed = true;

   words->failed = !word;
   while (closed && !words->failed) {
      while (is_space(*string))
         string++;
      if (!*string)
         break;
      closed = read_word(&string, word);
      add_word(words, strdup(word));
   }
   free(word);
   return closed;
}

static bool
is_named(const char *word, unsigned index)
{
   const char *name = known[index].name;

   switch (known[index].action) {
   case TEXT:
      return strncmp(word, name, strlen(name)) == 0;
   case DIALECT:
      return strncmp(word, name, strlen(name)) == 0 &&
             word[strlen(name)] == '=';
   default:
      return strcmp(word, name) == 0;
   }
}

/* The number of an option, or -1. */
static int
find_option(const char *word, enum trf_options_stage stage)
{
   for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
      if ((known[i].stages & (1 << stage)) && is_named(word, i))
         return i;
   }
   return -1;
}

/* 5.8.6.5: CL2.0 is a known word, even where a device lacks the language. */
static unsigned
dialect(const char *word)
{
   static const struct {
      const char *name;
      unsigned version;
   } dialects[] = {
      {"CL1.0", 100}, {"CL1.1", 110}, {"CL1.2", 120},
      {"CL2.0", 200}, {"CL3.0", 300},
   };
   const char *name = strchr(word, '=') + 1;

   for (unsigned i = 0; i < ARRAY_SIZE(dialects); i++) {
      if (strcmp(name, dialects[i].name) == 0)
         return dialects[i].version;
   }
   return 0;
}

/*
 * Reads one option, of `left` words.  Gives the number of words that it
 * took; 0 if it is not valid.
 */
static unsigned
read_option(struct trf_options *options, enum trf_options_stage stage,
            char *const *words, unsigned left, struct words *out)
{
   const int index = find_option(words[0], stage);
   if (index < 0)
      return 0;

   const char *name = known[index].name;
   const char *text = words[0] + strlen(name);
   switch (known[index].action) {
   case PASS:
      add_word(out, strdup(name));
      return 1;
   case SPELL:
      if (known[index].spelling)
         add_word(out, strdup(known[index].spelling));
      return 1;
   case TEXT:
      if (!*text && left < 2)
         return 0;
      add_word(out, join(name, *text ? text : words[1]));
      return *text ? 1 : 2;
   case DIALECT:
      options->c_version = dialect(words[0]);
      return options->c_version != 0;
   case ROUNDED:
      options->correctly_rounded = true;
      add_word(out, strdup(name));
      return 1;
   case LANGUAGE:
      /* "spir" belongs to cl_khr_spir, which no device has. */
      return left >= 2 && strcmp(words[1], "cl") == 0 ? 2 : 0;
   case LIBRARY:
      options->create_library = true;
      return 1;
   case LINK_OPTIONS:
      options->enable_link_options = true;
      return 1;
   }
   return 0;
}

/*
 * 5.8.6.5: without -cl-std the highest OpenCL C 1.x is meant.  clang's
 * compiler proper is told the device's version by nobody else, and argument
 * names are wanted by argument checks too.
 */
static void
add_defaults(const struct trf_options *options, struct words *out)
{
   char dialect_word[] = "-cl-std=CLx.y";

   dialect_word[sizeof(dialect_word) - 4] = '0' + options->c_version / 100;
   dialect_word[sizeof(dialect_word) - 2] =
      '0' + options->c_version / 10 % 10;
   add_word(out, strdup(dialect_word));
   add_word(out, strdup("-D__OPENCL_VERSION__=" OPENCL_VERSION));
   add_word(out, strdup("-cl-kernel-arg-info"));
}

/* NULL, or the word that makes the options invalid. */
static const char *
read_options(struct trf_options *options, enum trf_options_stage stage,
             const struct words *in, struct words *out)
{
   for (unsigned i = 0; i < in->count;) {
      const unsigned taken =
         read_option(options, stage, in->list + i, in->count - i, out);
      if (!taken)
         return in->list[i];
      i += taken;
   }

   /* 5.8.7.1: -enable-link-options "must be specified" with the library. */
   if (options->enable_link_options && !options->create_library)
      return "-enable-link-options";
   if (stage != TRF_OPTIONS_LINK)
      add_defaults(options, out);
   return NULL;
}

enum trf_options_result
trf_options_parse(struct trf_options *options, enum trf_options_stage stage,
                  const char *string, char **offender)
{
   struct words in = {0}, out = {0};
   const char *bad = NULL;

   *options = (struct trf_options){.c_version = 120};
   *offender = NULL;

   if (!split(string, &in))
      bad = in.count ? in.list[in.count - 1] : "\"";
   else if (!in.failed)
      bad = read_options(options, stage, &in, &out);

   enum trf_options_result result = TRF_OPTIONS_OK;
   if (in.failed || out.failed)
      result = TRF_OPTIONS_NO_MEMORY;
   else if (bad)
      result = TRF_OPTIONS_INVALID;

   if (result == TRF_OPTIONS_INVALID)
      *offender = strdup(bad);
   if (result == TRF_OPTIONS_OK) {
      options->words = out.list;
      options->count = out.count;
   } else {
      free_words(&out);
   }
   free_words(&in);
   return result;
}

void
trf_options_free(struct trf_options *options)
{
   for (unsigned i = 0; i < options->count; i++)
      free(options->words[i]);
   free(options->words);
   *options = (struct trf_options){0};
}

bool
trf_options_demand_uniform(const char *options)
{
   return strstr(options, "-cl-uniform-work-group-size") != NULL;
}
