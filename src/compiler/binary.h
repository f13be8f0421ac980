/* SPDX-License-Identifier: MIT */

/*
 * What CL_PROGRAM_BINARIES hands out and clCreateProgramWithBinary takes
 * back: SPIR-V with its kind and options, in a container that tells whether
 * it is whole and was made for the same kind of device.
 */

#ifndef TRF_COMPILER_BINARY_H
#define TRF_COMPILER_BINARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <CL/cl.h>

#include "compiler/compiler.h"

#define TRF_BINARY_ID_SIZE 20

/* What kernels of a device may look like; equal for equal devices. */
struct trf_binary_id {
   uint8_t bytes[TRF_BINARY_ID_SIZE];
};

void trf_binary_id_init(struct trf_binary_id *id,
                        const struct trf_compiler_features *features,
                        const uint8_t *device_uuid, size_t uuid_size);

struct trf_binary {
   cl_program_binary_type type; /* object, library or executable */
   char *options;               /* of the build; never NULL */
   struct trf_spirv spirv;
};

/* The size of what trf_binary_write() writes. */
size_t trf_binary_size(const struct trf_binary *binary);
void trf_binary_write(const struct trf_binary *binary,
                      const struct trf_binary_id *id, void *data);

enum trf_binary_result {
   TRF_BINARY_OK,
   TRF_BINARY_INVALID, /* not ours, not whole, or of another device */
   TRF_BINARY_NO_MEMORY,
};

/* `data` may hold anything.  TRF_BINARY_OK: free with trf_binary_free(). */
enum trf_binary_result trf_binary_read(struct trf_binary *binary,
                                       const struct trf_binary_id *id,
                                       const void *data, size_t size);
void trf_binary_free(struct trf_binary *binary);

#endif
