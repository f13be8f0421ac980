/* SPDX-License-Identifier: MIT */

/* Build, compile and link options: what is taken, what clang is given. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/options.h"
#include "util/macros.h"

/* After the words of the options; CL1.2 stands for what -cl-std says. */
#define DEFAULTS(version)                                                     \
   "-cl-std=CL" version "|-D__OPENCL_VERSION__=300|-cl-kernel-arg-info|"

static void
check_words(const struct trf_options *options, const char *expected)
{
   char joined[4096] = "";

   for (unsigned i = 0; i < options->count; i++) {
      strcat(joined, options->words[i]);
      strcat(joined, "|");
   }
   assert_string_equal(joined, expected);
}

static void
check_valid(enum trf_options_stage stage, const char *string,
            const char *expected)
{
   struct trf_options options;
   char *offender;

   assert_int_equal(trf_options_parse(&options, stage, string, &offender),
                    TRF_OPTIONS_OK);
   assert_null(offender);
   check_words(&options, expected);
   trf_options_free(&options);
   assert_int_equal(options.count, 0);
}

static void
check_invalid(enum trf_options_stage stage, const char *string,
              const char *expected)
{
   struct trf_options options;
   char *offender;

   assert_int_equal(trf_options_parse(&options, stage, string, &offender),
                    TRF_OPTIONS_INVALID);
   assert_non_null(offender);
   assert_string_equal(offender, expected);
   assert_int_equal(options.count, 0);
   free(offender);
}

static void
each_option_becomes_its_word(void **state)
{
   static const struct {
      const char *string;
      const char *words; /* before the defaults */
   } cases[] = {
      {"", ""},
      {" \t\n ", ""},
      {"-DA", "-DA|"},
      {"-D A", "-DA|"},
      {"-DA=1", "-DA=1|"},
      {"-D A=1 -DB", "-DA=1|-DB|"},
      {"-D F(x)=#x", "-DF(x)=#x|"},
      {"-Idir", "-Idir|"},
      {"-I dir", "-Idir|"},
      {"-I .", "-I.|"},
      {"-cl-single-precision-constant", "-cl-single-precision-constant|"},
      {"-cl-denorms-are-zero", "-fdenormal-fp-math=positive-zero|"},
      {"-cl-fp32-correctly-rounded-divide-sqrt",
       "-cl-fp32-correctly-rounded-divide-sqrt|"},
      {"-cl-opt-disable", "-cl-opt-disable|"},
      {"-cl-strict-aliasing", ""},
      {"-cl-uniform-work-group-size", "-cl-uniform-work-group-size|"},
      {"-cl-no-subgroup-ifp", ""},
      {"-cl-mad-enable", "-cl-mad-enable|"},
      {"-cl-no-signed-zeros", "-cl-no-signed-zeros|"},
      {"-cl-unsafe-math-optimizations", "-cl-unsafe-math-optimizations|"},
      {"-cl-finite-math-only", "-cl-finite-math-only|"},
      {"-cl-fast-relaxed-math", "-cl-fast-relaxed-math|"},
      {"-w", "-w|"},
      {"-Werror", "-Werror|"},
      {"-cl-kernel-arg-info", ""},
      {"-g", ""},
      {"-x cl", ""},
      {"  -w\t-Werror\n-DA ", "-w|-Werror|-DA|"},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
      char expected[512];

      snprintf(expected, sizeof(expected), "%s" DEFAULTS("1.2"),
               cases[i].words);
      check_valid(TRF_OPTIONS_BUILD, cases[i].string, expected);
      check_valid(TRF_OPTIONS_COMPILE, cases[i].string, expected);
   }
}

static void
the_last_dialect_counts(void **state)
{
   static const struct {
      const char *string;
      const char *words;
      unsigned version;
   } cases[] = {
      {"-w", "-w|" DEFAULTS("1.2"), 120},
      {"-cl-std=CL1.0", DEFAULTS("1.0"), 100},
      {"-cl-std=CL1.1", DEFAULTS("1.1"), 110},
      {"-cl-std=CL1.2", DEFAULTS("1.2"), 120},
      {"-cl-std=CL2.0", DEFAULTS("2.0"), 200},
      {"-cl-std=CL3.0", DEFAULTS("3.0"), 300},
      {"-cl-std=CL3.0 -cl-std=CL1.1", DEFAULTS("1.1"), 110},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
      struct trf_options options;
      char *offender;

      assert_int_equal(trf_options_parse(&options, TRF_OPTIONS_BUILD,
                                         cases[i].string, &offender),
                       TRF_OPTIONS_OK);
      assert_int_equal(options.c_version, cases[i].version);
      check_words(&options, cases[i].words);
      trf_options_free(&options);
   }
}

static void
quotes_and_backslashes_keep_characters(void **state)
{
   static const struct {
      const char *string;
      const char *words;
   } cases[] = {
      {"-D \"A=b c\"", "-DA=b c|"},
      {"-D'A=b c'", "-DA=b c|"},
      {"-DA=\"b c\"d", "-DA=b cd|"},
      {"-DA=\\\"text\\\"", "-DA=\"text\"|"},
      {"-DA=\"\\\"b c\\\"\"", "-DA=\"b c\"|"},
      {"-DA='\"'", "-DA=\"|"},
      {"-DA=\"'\"", "-DA='|"},
      {"-I \"/with space/dir\"", "-I/with space/dir|"},
      {"-I/with\\ space", "-I/with space|"},
      {"-DA=b\\\\c", "-DA=b\\c|"},
      {"-DA=b\\", "-DA=b\\|"}, /* nothing follows it */
      {"\"-w\"", "-w|"},
      {"-D \"\"", "-D|"},
      {"-D \"-w\"", "-D-w|"},
      {"-DA=\xc3\xa4\xff", "-DA=\xc3\xa4\xff|"},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
      char expected[512];

      snprintf(expected, sizeof(expected), "%s" DEFAULTS("1.2"),
               cases[i].words);
      check_valid(TRF_OPTIONS_BUILD, cases[i].string, expected);
   }
}

static void
what_is_no_option_is_named(void **state)
{
   static const struct {
      const char *string;
      const char *offender;
   } cases[] = {
      {"-foo", "-foo"},
      {"foo", "foo"},
      {"-w -foo -bar", "-foo"},
      {"-", "-"},
      {"--", "--"},
      {"-D", "-D"},
      {"-w -I ", "-I"},
      {"-W", "-W"},
      {"-ww", "-ww"},
      {"-Wall", "-Wall"},
      {"-O3", "-O3"},
      {"-gg", "-gg"},
      {"-cl-std", "-cl-std"},
      {"-cl-std=", "-cl-std="},
      {"-cl-std=CL1.3", "-cl-std=CL1.3"},
      {"-cl-std=CL2.1", "-cl-std=CL2.1"},
      {"-cl-std=cl1.2", "-cl-std=cl1.2"},
      {"-cl-std=CL1.2x", "-cl-std=CL1.2x"},
      {"-cl-std=CLC++", "-cl-std=CLC++"},
      {"-cl-mad-enabled", "-cl-mad-enabled"},
      {"-cl-mad-enable=1", "-cl-mad-enable=1"},
      {"-cl-no-signed-zeroes", "-cl-no-signed-zeroes"},
      {"-x spir", "-x"},
      {"-x", "-x"},
      {"-create-library", "-create-library"},
      {"-enable-link-options", "-enable-link-options"},
      {"-include /etc/passwd", "-include"},
      {"-load plugin.so", "-load"},
      {"-o file", "-o"},
      {"-diagnostic-log-file x", "-diagnostic-log-file"},
      {"@file", "@file"},
      {"\"", ""},
      {"-w \"-D A", "-D A"},
      {"'", ""},
      {"-DA='x", "-DA=x"},
      {"\"\"", ""},
      {"-w \\", "\\"},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
      check_invalid(TRF_OPTIONS_BUILD, cases[i].string, cases[i].offender);
      check_invalid(TRF_OPTIONS_COMPILE, cases[i].string, cases[i].offender);
   }
}

static void
linking_has_its_own_options(void **state)
{
   static const char *const valid[] = {
      "",
      "-create-library",
      "-create-library -enable-link-options",
      "-enable-link-options -create-library",
      "-cl-denorms-are-zero",
      "-cl-no-signed-zeros",
      "-cl-no-signed-zeroes",
      "-cl-unsafe-math-optimizations",
      "-cl-finite-math-only",
      "-cl-fast-relaxed-math",
      "-cl-no-subgroup-ifp",
   };
   static const struct {
      const char *string;
      const char *offender;
   } invalid[] = {
      {"-enable-link-options", "-enable-link-options"},
      {"-DA", "-DA"},
      {"-I.", "-I."},
      {"-w", "-w"},
      {"-g", "-g"},
      {"-cl-std=CL1.2", "-cl-std=CL1.2"},
      {"-cl-mad-enable", "-cl-mad-enable"},
      {"-cl-opt-disable", "-cl-opt-disable"},
      {"-create-librar", "-create-librar"},
   };

   /* SPIR-V is linked, so clang has no words. */
   for (unsigned i = 0; i < ARRAY_SIZE(valid); i++)
      check_valid(TRF_OPTIONS_LINK, valid[i], "");
   for (unsigned i = 0; i < ARRAY_SIZE(invalid); i++)
      check_invalid(TRF_OPTIONS_LINK, invalid[i].string, invalid[i].offender);
}

static void
flags_are_found(void **state)
{
   struct trf_options options;
   char *offender;

   assert_int_equal(trf_options_parse(&options, TRF_OPTIONS_LINK,
                                      "-enable-link-options -create-library",
                                      &offender),
                    TRF_OPTIONS_OK);
   assert_true(options.create_library);
   assert_true(options.enable_link_options);
   assert_false(options.correctly_rounded);
   trf_options_free(&options);

   assert_int_equal(
      trf_options_parse(&options, TRF_OPTIONS_BUILD,
                        "-cl-fp32-correctly-rounded-divide-sqrt", &offender),
      TRF_OPTIONS_OK);
   assert_true(options.correctly_rounded);
   assert_false(options.create_library);
   trf_options_free(&options);
}

/* Nothing that a client may hand in goes astray; sanitizers watch. */
static void
any_string_is_read_to_its_end(void **state)
{
   static const char *const pieces[] = {
      "-D",         "-I",   " ",    "\"",      "'",
      "\\",         "\t",   "=",    "-w",      "-x",
      "-cl-std=CL", "1.2",  "\xff", "-",       "A",
      "-cl",        "-cl-", "std",  "-cl-std", "-create-library",
   };
   uint32_t seed = 1;

   for (unsigned round = 0; round < 20000; round++) {
      char string[256] = "";
      struct trf_options options;
      char *offender;

      const unsigned count = round % 13;
      for (unsigned i = 0; i < count; i++) {
         seed = seed * 1664525 + 1013904223;
         strcat(string, pieces[(seed >> 16) % ARRAY_SIZE(pieces)]);
      }

      const enum trf_options_stage stage = round % 3;
      const enum trf_options_result result =
         trf_options_parse(&options, stage, string, &offender);
      assert_int_not_equal(result, TRF_OPTIONS_NO_MEMORY);
      assert_int_equal(result == TRF_OPTIONS_OK, offender == NULL);
      for (unsigned i = 0; i < options.count; i++)
         assert_int_equal(options.words[i][0], '-');
      trf_options_free(&options);
      free(offender);
   }
}

static void
long_strings_are_no_trouble(void **state)
{
   const size_t size = 1 << 20;
   char *string = malloc(size + 1);
   struct trf_options options;
   char *offender;

   assert_non_null(string);
   memset(string, 'a', size);
   memcpy(string, "-D", 2);
   string[size] = '\0';
   assert_int_equal(
      trf_options_parse(&options, TRF_OPTIONS_BUILD, string, &offender),
      TRF_OPTIONS_OK);
   assert_string_equal(options.words[0], string);
   trf_options_free(&options);

   for (size_t i = 0; i + 4 <= size; i += 4)
      memcpy(string + i, "-w  ", 4);
   assert_int_equal(
      trf_options_parse(&options, TRF_OPTIONS_BUILD, string, &offender),
      TRF_OPTIONS_OK);
   assert_int_equal(options.count, size / 4 + 3);
   trf_options_free(&options);
   free(string);
}

static void
options_may_demand_uniform_groups(void **state)
{
   assert_false(trf_options_demand_uniform(""));
   assert_false(trf_options_demand_uniform("-cl-std=CL3.0 -DA"));
   assert_true(trf_options_demand_uniform("-cl-uniform-work-group-size"));
   assert_true(trf_options_demand_uniform(
      "-cl-std=CL3.0 -cl-uniform-work-group-size -DA"));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_option_becomes_its_word),
      cmocka_unit_test(the_last_dialect_counts),
      cmocka_unit_test(quotes_and_backslashes_keep_characters),
      cmocka_unit_test(what_is_no_option_is_named),
      cmocka_unit_test(linking_has_its_own_options),
      cmocka_unit_test(flags_are_found),
      cmocka_unit_test(any_string_is_read_to_its_end),
      cmocka_unit_test(long_strings_are_no_trouble),
      cmocka_unit_test(options_may_demand_uniform_groups),
   };
   return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
