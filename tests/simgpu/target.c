/*
 * SPDX-License-Identifier: MIT
 *
 * The drivers of the test-only library: in the place of src/target/target.c.
 * See there why just one file includes Mesa's target helpers.
 */

#include "gallium/target.h"

#include <string.h>

#include "c11/threads.h"
#include "gallivm/lp_bld_debug.h"
#include "gallivm/lp_bld_init.h"
#include "llvmpipe/lp_screen.h"
#include "sim_private.h"
#include "sw/null/null_sw_winsys.h"
#include "target-helpers/drm_helper.h"
#include "target-helpers/sw_helper.h"

/* Two devices that are alike, and llvmpipe, each only when named. */
const struct trf_sw_driver trf_target_sw_drivers[] = {
   {.name = "simgpu"},
   {.name = "simgpu2", .hidden = true},
   {.name = "llvmpipe", .hidden = true},
   {.name = NULL},
};

bool
trf_target_has_drm_driver(const char *driver)
{
   return false;
}

static struct sw_winsys *null_winsys;

static void
start_software(void)
{
   null_winsys = null_sw_create();
   if (lp_build_init())
      gallivm_perf |= GALLIVM_PERF_NO_AOS_SAMPLING;
}

static struct pipe_screen *
create_llvmpipe(void)
{
   static once_flag once = ONCE_FLAG_INIT;

   call_once(&once, start_software);
   return null_winsys ? sw_screen_create_named(null_winsys, NULL, "llvmpipe")
                      : NULL;
}

struct pipe_screen *
trf_target_create_sw_screen(const char *driver)
{
   struct pipe_screen *llvmpipe = create_llvmpipe();
   if (!llvmpipe || !strcmp(driver, "llvmpipe"))
      return llvmpipe;

   /* The simulated device has threads of its own. */
   llvmpipe_screen(llvmpipe)->num_threads = 0;
   return sim_screen_create(llvmpipe, driver);
}

struct pipe_screen *
trf_target_create_serial_twin(const char *driver)
{
   return NULL;
}

struct pipe_screen *
trf_target_create_zink_screen(bool cpu)
{
   return NULL;
}
