/* SPDX-License-Identifier: MIT */

/*
 * SPIR-V records the type of a kernel's vec_type_hint without its sign, where
 * CL_KERNEL_ATTRIBUTES wants the attribute as the source has it.  So the
 * source is asked for that one bit.
 *
 * Pure: no macro is expanded.
 */

#ifndef TRF_COMPILER_HINT_H
#define TRF_COMPILER_HINT_H

#include <stdbool.h>

/* Whether the source (NULL: no) says vec_type_hint(TYPE) of a kernel. */
bool trf_hint_in_source(const char *source, const char *kernel,
                        const char *type);

#endif
