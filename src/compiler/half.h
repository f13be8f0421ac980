/* SPDX-License-Identifier: MIT */

/* Functions of halves that libclc lacks. */

#ifndef TRF_COMPILER_HALF_H
#define TRF_COMPILER_HALF_H

struct nir_shader;

/*
 * Adds to libclc a function of halves for each of floats that has none: it
 * converts, calls that and converts back, which is as exact as halves are.
 * Pointers are left out: none of those that are missing takes one.
 */
void trf_nir_add_half_functions(struct nir_shader *libclc);

#endif
