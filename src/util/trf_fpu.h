/* SPDX-License-Identifier: MIT */

/*
 * Kernels, and the folding of their constants, want the default float
 * environment, where they run on a client's thread too: to nearest, without
 * traps, subnormal numbers kept.  What the client has set is put back.
 */

#ifndef TRF_UTIL_FPU_H
#define TRF_UTIL_FPU_H

#include "util/u_math.h"

/* x86's control word of vectors: all exceptions masked, nothing else. */
#define TRF_FPU_DEFAULT 0x1f80

static inline unsigned
trf_fpu_enter(void)
{
   const unsigned client = util_fpstate_get();
   if (client != TRF_FPU_DEFAULT)
      util_fpstate_set(TRF_FPU_DEFAULT);
   return client;
}

/* Exceptions that were raised in between are none of the client's. */
static inline void
trf_fpu_leave(unsigned client)
{
   if (util_fpstate_get() != client)
      util_fpstate_set(client);
}

#endif
