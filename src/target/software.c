/* SPDX-License-Identifier: MIT */

#include "gallium/target.h"

#include <stddef.h>

/* softpipe runs no kernels. */
const struct trf_sw_driver trf_target_sw_drivers[] = {
   {"llvmpipe", trf_target_create_sw_screen, .hidden = false},
   {"softpipe", trf_target_create_sw_screen, .hidden = true},
   {NULL},
};
