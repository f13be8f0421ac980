/* SPDX-License-Identifier: MIT */

/*
 * cl_khr_mipmap_image in OpenCL C before 2.0, where clang declares none of
 * its functions.  A program has to name the extension in a pragma.
 */

#ifndef TRF_COMPILER_MIPMAP_FUNCTIONS_H
#define TRF_COMPILER_MIPMAP_FUNCTIONS_H

#include "compiler/compiler.h"

/* Appends declarations to stand before the source, if it asks for them. */
void trf_add_mipmap_functions(const struct trf_compiler_features *features,
                              const struct trf_source *source,
                              struct trf_text *text);

#endif
