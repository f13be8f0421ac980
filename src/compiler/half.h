/* SPDX-License-Identifier: MIT */

/* Functions of halves that libclc lacks. */

#ifndef TRF_COMPILER_HALF_H
#define TRF_COMPILER_HALF_H

struct nir_shader;

/*
 * Adds to libclc a function of halves for each of floats that has none, or a
 * wrong one: it converts, calls that and converts back, which is as exact as
 * halves are.  Those with pointers to floats are left out: none is missing.
 */
void trf_nir_add_half_functions(struct nir_shader *libclc);

#endif
