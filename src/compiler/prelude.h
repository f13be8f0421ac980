/* SPDX-License-Identifier: MIT */

/* Built-in functions in OpenCL C, for what neither clang nor libclc has. */

#ifndef TRF_COMPILER_PRELUDE_H
#define TRF_COMPILER_PRELUDE_H

/* Included before every source. */
#define TRF_PRELUDE_NAME "trefoil-prelude.h"
extern const char trf_prelude[];

#endif
