/* SPDX-License-Identifier: MIT */

/* Storage of what a program brings along: constants and variables. */

#ifndef TRF_CORE_PROGRAM_DATA_H
#define TRF_CORE_PROGRAM_DATA_H

#include <stddef.h>

struct trf_device;
struct trf_globals;
struct trf_resource;

/* A buffer with a copy of the data; NULL without memory. */
struct trf_resource *trf_data_create(struct trf_device *device,
                                     const void *data, size_t size);

/* Likewise, with the addresses that only the storage has. */
struct trf_resource *trf_globals_create(struct trf_device *device,
                                        const struct trf_globals *globals);

#endif
