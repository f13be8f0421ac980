/* SPDX-License-Identifier: MIT */

/* clang and the LLVM-SPIRV translator, which speak C++; for spirv.c. */

#ifndef TRF_COMPILER_CLANG_H
#define TRF_COMPILER_CLANG_H

#include "compiler/compiler.h"

struct set;

struct trf_clang_job {
   const char *name; /* by which diagnostics call the source */
   const char *text;
   const struct trf_named_source *headers;
   unsigned header_count;
   const char *const *words; /* arguments of clang's compiler proper */
   unsigned word_count;
   bool split_mad; /* the device has no instruction for mad() */
};

/*
 * Diagnostics, warnings too, are appended to the log.  `included` receives
 * the paths of all that was read, as strings of its own.
 */
bool trf_clang_compile(const struct trf_clang_job *job, struct set *included,
                       struct trf_spirv *out, struct trf_text *log);

/*
 * A function of each library that has a part in it: another version of one
 * makes something else of the same source.
 */
#define TRF_CLANG_LIBRARIES 3
void trf_clang_libraries(void *functions[TRF_CLANG_LIBRARIES]);

#endif
