/* SPDX-License-Identifier: MIT */

/*
 * The buffer that a kernel's printf() writes to.  It exists only for the
 * launches of kernels that print; what was printed goes to stdout when the
 * launch has run.
 */

#ifndef TRF_CORE_KERNEL_PRINTF_H
#define TRF_CORE_KERNEL_PRINTF_H

#include "core/kernel.h"

struct trf_printf {
   const struct trf_kernel_code *code;
   struct trf_resource *buffer;
};

/* CL_OUT_OF_RESOURCES if there is no memory for it. */
cl_int trf_printf_begin(struct trf_printf *printf,
                        const struct trf_kernel_code *code);

/* Waits for the device, prints (if `print`), frees the buffer. */
cl_int trf_printf_end(struct trf_printf *printf, struct trf_gpu *gpu,
                      bool print);

#endif
