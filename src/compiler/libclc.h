/* SPDX-License-Identifier: MIT */

/* What libclc gets wrong. */

#ifndef TRF_COMPILER_LIBCLC_H
#define TRF_COMPILER_LIBCLC_H

struct nir_shader;

/* ldexp() of doubles makes numbers of what is none, and adds beyond 2^31. */
void trf_nir_mend_libclc(struct nir_shader *libclc);

#endif
