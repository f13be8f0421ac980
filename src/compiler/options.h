/* SPDX-License-Identifier: MIT */

/*
 * The options of clBuildProgram, clCompileProgram and clLinkProgram (5.8.6
 * "Compiler Options", 5.8.7 "Linker Options").
 *
 * Pure: a string goes in, the words that clang is to be given come out.
 */

#ifndef TRF_COMPILER_OPTIONS_H
#define TRF_COMPILER_OPTIONS_H

#include <stdbool.h>

enum trf_options_stage {
   TRF_OPTIONS_BUILD,
   TRF_OPTIONS_COMPILE,
   TRF_OPTIONS_LINK,
};

struct trf_options {
   char **words; /* for clang, the defaults included; one word each */
   unsigned count;
   unsigned c_version;     /* of -cl-std: 100, 110, 120, 200 or 300 */
   bool correctly_rounded; /* fp32 divide and sqrt */
   bool create_library;
   bool enable_link_options;
};

enum trf_options_result {
   TRF_OPTIONS_OK,
   TRF_OPTIONS_INVALID,
   TRF_OPTIONS_NO_MEMORY,
};

/*
 * Words are separated by white space.  Quotes, single or double, keep it,
 * and a backslash keeps the character that follows.
 *
 * If the options are invalid, *offender is the word that is, to free() (it
 * may be NULL without memory).  Only after TRF_OPTIONS_OK there is something
 * to give to trf_options_free().
 */
enum trf_options_result trf_options_parse(struct trf_options *options,
                                          enum trf_options_stage stage,
                                          const char *string,
                                          char **offender);
void trf_options_free(struct trf_options *options);

/* Whether a program built with these options has work-groups of one size. */
bool trf_options_demand_uniform(const char *options);

#endif
