/* SPDX-License-Identifier: MIT */

/*
 * What a pipe_screen says of itself, asked in the way of Mesa 25.0.  These
 * questions became fields later (see docs/in-tree.md): a newer tree answers
 * them here, and nowhere else.
 */

#ifndef TRF_GALLIUM_MESA_H
#define TRF_GALLIUM_MESA_H

#include <stdint.h>
#include <string.h>

#include "pipe/p_defines.h"
#include "pipe/p_screen.h"
#include "util/macros.h"

struct nir_shader_compiler_options;

/* The stage of all that is bound and launched. */
#define TRF_MESA_STAGE PIPE_SHADER_COMPUTE

/* NULL where the driver takes no NIR. */
static inline const struct nir_shader_compiler_options *
trf_mesa_nir_options(struct pipe_screen *pipe)
{
   return pipe->get_compiler_options
             ? pipe->get_compiler_options(pipe, PIPE_SHADER_IR_NIR,
                                          TRF_MESA_STAGE)
             : NULL;
}

static inline unsigned
trf_mesa_shader_cap(struct pipe_screen *pipe, enum pipe_shader_cap cap)
{
   return MAX2(pipe->get_shader_param(pipe, TRF_MESA_STAGE, cap), 0);
}

/* A value of either width; zero where the driver has none. */
static inline uint64_t
trf_mesa_compute_cap(struct pipe_screen *pipe, enum pipe_compute_cap cap)
{
   union {
      uint32_t u32;
      uint64_t u64;
      uint64_t room[4];
   } value = {.room = {0}};

   const int size =
      pipe->get_compute_param(pipe, PIPE_SHADER_IR_NIR, cap, &value);
   return size == sizeof(value.u32) ? value.u32 : value.u64;
}

/* One of three dimensions. */
static inline void
trf_mesa_compute_cap3(struct pipe_screen *pipe, enum pipe_compute_cap cap,
                      uint64_t value[3])
{
   memset(value, 0, 3 * sizeof(*value));
   pipe->get_compute_param(pipe, PIPE_SHADER_IR_NIR, cap, value);
}

#endif
