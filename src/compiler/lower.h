/* SPDX-License-Identifier: MIT */

/* Our NIR passes and their order; for kernel_ir.c. */

#ifndef TRF_COMPILER_LOWER_H
#define TRF_COMPILER_LOWER_H

#include "compiler/compiler_private.h"
#include "compiler/kernel_ir.h"

/* From spirv_to_nir's output to one function without calls. */
void trf_nir_inline(const struct trf_compiler *compiler, nir_shader *nir,
                    const nir_shader *libclc);

/* Gives images, textures and samplers their bindings. */
void trf_nir_lower_images(const struct trf_compiler *compiler,
                          nir_shader *nir);

/*
 * Lowers memory, system values and the rest to what the driver takes, and
 * fills in the sizes and offsets of `ir`.
 */
void trf_nir_finish(const struct trf_compiler *compiler, nir_shader *nir,
                    struct trf_kernel_ir *ir);

/*
 * A grid may be launched in parts, of other work-group sizes even: a
 * work-item's place is counted from where its part starts.
 */
bool trf_nir_lower_global_id(nir_shader *nir);

/*
 * Replaces what only a launch knows by loads from the header and the image
 * data of the input.
 */
bool trf_nir_lower_header(nir_shader *nir, const struct trf_kernel_ir *ir);

/* Loads of the input become loads of constant buffer 0. */
bool trf_nir_lower_input(nir_shader *nir, uint32_t input_size);

#endif
