/* SPDX-License-Identifier: MIT */

/* The software drivers of the test-only library: see src/target/software.c. */

#include <string.h>

#include "gallium/target.h"
#include "llvmpipe/lp_screen.h"
#include "sim_private.h"

static struct pipe_screen *
create_simgpu(const char *name)
{
   struct pipe_screen *llvmpipe = trf_target_create_sw_screen("llvmpipe");

   /* The simulated device has threads of its own. */
   if (llvmpipe)
      llvmpipe_screen(llvmpipe)->num_threads = 0;
   return sim_screen_create(llvmpipe, name, strcmp(name, "simgpu2"));
}

/* Two devices that are alike but for sub-groups, and llvmpipe. */
const struct trf_sw_driver trf_target_sw_drivers[] = {
   {"simgpu", create_simgpu, .hidden = false},
   {"simgpu2", create_simgpu, .hidden = true},
   {"llvmpipe", trf_target_create_sw_screen, .hidden = true},
   {NULL},
};
