/* SPDX-License-Identifier: MIT */

/* Lists of extensions, as cl_name_version arrays and as one string. */

#ifndef TRF_CORE_EXTENSIONS_H
#define TRF_CORE_EXTENSIONS_H

#include <stdbool.h>

#include <CL/cl.h>

/* The names with a space between them, to free(); NULL without memory. */
char *trf_extensions_join(const cl_name_version *list, unsigned count);

bool trf_extensions_have(const cl_name_version *list, unsigned count,
                         const char *name);

#endif
