/* SPDX-License-Identifier: MIT */

/* Our NIR passes and their order; for kernel_ir.c. */

#ifndef TRF_COMPILER_LOWER_H
#define TRF_COMPILER_LOWER_H

#include "compiler/compiler_private.h"
#include "compiler/globals.h"
#include "compiler/kernel_ir.h"
#include "nir_builder.h"

/* Not an image, texture or sampler: those keep their places, used or not. */
bool trf_nir_is_plain(nir_variable *var, void *unused);

/*
 * fma() stays one operation; but for that of halves and of doubles where
 * the driver's is not fused.
 */
bool trf_nir_lower_fma(nir_shader *nir, bool halves, bool doubles);

/* Atomics of floats become loops, where the driver has none. */
bool trf_nir_lower_float_atomics(nir_shader *nir);

/* Atomic loads and stores happen; `fence`: the driver is LLVM's. */
bool trf_nir_keep_atomic_accesses(nir_shader *nir, bool fence);

/* Saturating dot products of unsigned integers. */
bool trf_nir_lower_dot(nir_shader *nir);

/* As spirv_to_nir leaves it, get_fence() is always 0. */
bool trf_nir_mend_get_fence(nir_shader *nir);

/*
 * What may point anywhere may point into those kinds of memory that there
 * are.
 */
bool trf_nir_narrow_generic(nir_shader *nir, bool has_local_argument);

/* Atomics that may be on private memory are on private memory or not. */
bool trf_nir_split_generic_atomics(nir_shader *nir);

/*
 * Right after spirv_to_nir; false if that has other variables than those of
 * trf_globals_strip().
 */
bool trf_nir_lower_globals(nir_shader *nir,
                           const struct trf_globals *globals);
bool trf_nir_lower_globals_base(nir_shader *nir, struct trf_kernel_ir *ir);

/* Inlines all but what a driver can call. */
bool trf_nir_inline_functions(nir_shader *nir);

/* From spirv_to_nir's output to one kernel, and what it may call. */
void trf_nir_inline(const struct trf_compiler *compiler, nir_shader *nir,
                    const nir_shader *libclc);

/* Functions of work-groups, which trf_spirv_rewrite() has marked. */
bool trf_nir_lower_collectives(nir_shader *nir,
                               struct trf_compiler *compiler);

/*
 * Gives images, textures and samplers their bindings, and counts them.
 * False without memory, or if the driver has too few.
 */
bool trf_nir_lower_images(const struct trf_compiler *compiler,
                          nir_shader *nir, struct trf_kernel_ir *ir);

/* Doubles that become halves and floats are rounded once, as told. */
bool trf_nir_lower_doubles(nir_shader *nir);

/*
 * Floats that become halves are rounded as told; with `arithmetic`, so are
 * quotients and roots of halves.
 */
bool trf_nir_lower_halves(nir_shader *nir, bool arithmetic);

/* Samplers that repeat take the coordinates' fractions in floats. */
bool trf_nir_lower_repeat(nir_shader *nir);

/*
 * Accesses to memory are as wide as they can be; those to local memory are
 * of words, if told so.
 */
bool trf_nir_widen_accesses(nir_shader *nir, bool local_words);

/* Those that their addresses are not aligned for come apart. */
bool trf_nir_align_accesses(nir_shader *nir);

/* The last of all passes for zink: what it would write wrong SPIR-V of. */
bool trf_nir_lower_zink(nir_shader *nir);

/*
 * Unnormalised coordinates of other images than 1D and 2D are normalised.
 * Their samplers' bindings are added to *normalized.
 */
bool trf_nir_lower_unnormalized(nir_shader *nir, uint32_t *normalized);

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
 * For a driver that fills vectors of so many lanes in order: it would divide
 * for each lane.
 */
bool trf_nir_lower_local_id(nir_shader *nir, unsigned lanes);

/* Replaces what only a launch knows by loads from the header. */
bool trf_nir_lower_header(nir_shader *nir);

/*
 * What spirv_to_nir has no system value for, and trf_spirv_rewrite() gave
 * another's name.  True if there was any.
 */
bool trf_nir_lower_group_values(nir_shader *nir,
                                const struct trf_compiler *compiler,
                                struct trf_kernel_ir *ir);

/* Leaves nothing of sub-groups but what all drivers that have them know. */
bool trf_nir_lower_subgroups(nir_shader *nir,
                             const struct trf_compiler_features *features);

/* The work-items of a work-group of a size. */
nir_def *trf_nir_product(nir_builder *b, nir_def *size);

/* Loads from the input. */
nir_def *trf_nir_load_input(nir_builder *b, unsigned components,
                            unsigned bits, size_t offset);

/* Loads of the input become loads of constant buffer 0. */
bool trf_nir_lower_input(nir_shader *nir, uint32_t input_size);

#endif
