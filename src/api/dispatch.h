/* SPDX-License-Identifier: MIT */

/* The table through which an ICD loader reaches us. */

#ifndef TRF_DISPATCH_H
#define TRF_DISPATCH_H

struct trf_platform;

/*
 * The platform, whose handle and its devices' point at the dispatch table.
 * NULL if there is no device, or no memory.
 */
struct trf_platform *trf_dispatch_platform(void);

#endif
