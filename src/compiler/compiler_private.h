/* SPDX-License-Identifier: MIT */

/* Shared by the files of src/compiler. */

#ifndef TRF_COMPILER_PRIVATE_H
#define TRF_COMPILER_PRIVATE_H

#include "compiler/compiler.h"

#include "compiler/clc/clc.h"
#include "compiler/spirv/nir_spirv.h"
#include "compiler/spirv/spirv_info.h"
#include "nir.h"
#include "util/disk_cache.h"
#include "util/simple_mtx.h"

struct trf_compiler {
   struct pipe_screen *pipe;
   struct nir_shader_compiler_options nir_options; /* the driver's, mostly */
   struct trf_compiler_features features;
   struct disk_cache *cache; /* NULL where there is none */
   bool images_as_deref, samplers_as_deref;

   simple_mtx_t lock;
   nir_shader *libclc; /* loaded for the first kernel; then never changed */
};

/* The library of OpenCL C's built-in functions; NULL if it is not found. */
const nir_shader *trf_compiler_libclc(struct trf_compiler *compiler);

/*
 * What pointers are.  Where any may be generic, those to local and private
 * memory say in their uppermost bits which they are; else they are offsets.
 */
struct trf_addresses {
   nir_address_format global, local;
};

struct trf_addresses
trf_compiler_addresses(const struct trf_compiler *compiler, bool generic);

void trf_compiler_spirv_options(const struct trf_compiler *compiler,
                                const nir_shader *libclc, bool generic,
                                struct spirv_capabilities *capabilities,
                                struct spirv_to_nir_options *options);

/* A clc logger that appends to the text. */
struct clc_logger trf_clc_logger(struct trf_text *log);

#endif
