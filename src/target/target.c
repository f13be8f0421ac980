/*
 * SPDX-License-Identifier: MIT
 *
 * The drivers of this library. Mesa's target helpers define, in whichever
 * file includes them, one entry for each driver that the build enables
 * (GALLIUM_*) and a stub for each that it does not; the static pipe loader
 * finds them by name. So exactly one file may include them: this one.
 */

#include "gallium/target.h"

#include <string.h>

#include "c11/threads.h"
#ifdef GALLIUM_LLVMPIPE
#include "gallivm/lp_bld_debug.h"
#include "gallivm/lp_bld_init.h"
#include "llvmpipe/lp_screen.h"
#endif
#include "sw/null/null_sw_winsys.h"
#include "target-helpers/drm_helper.h"
#include "target-helpers/sw_helper.h"

bool
trf_target_has_drm_driver(const char *driver)
{
   static const char *const built[] = {
#ifdef GALLIUM_IRIS
      "iris",
#endif
#ifdef GALLIUM_RADEONSI
      "radeonsi",
#endif
      NULL,
   };

   for (unsigned i = 0; built[i]; i++) {
      if (!strcmp(built[i], driver))
         return true;
   }
   return false;
}

/*
 * Software screens want a window system and never destroy it. One without
 * windows has no state, so all of them share it, for the process's life.
 */
static struct sw_winsys *null_winsys;

/*
 * llvmpipe's short way through textures of 8 bits, or less, weighs and rounds
 * in 8 bits: too coarse for linear filters here, and not what a read without
 * a sampler gives. The switch is this library's own copy of gallivm's, whose
 * start, once for all screens, sets it from the environment.
 */
static void
ask_for_precise_sampling(void)
{
#ifdef GALLIUM_LLVMPIPE
   if (lp_build_init())
      gallivm_perf |= GALLIVM_PERF_NO_AOS_SAMPLING;
#endif
}

static void
start_software(void)
{
   null_winsys = null_sw_create();
   ask_for_precise_sampling();
}

struct pipe_screen *
trf_target_create_sw_screen(const char *driver)
{
   static once_flag once = ONCE_FLAG_INIT;

   call_once(&once, start_software);
   if (!null_winsys)
      return NULL;
   return sw_screen_create_named(null_winsys, NULL, driver);
}

struct pipe_screen *
trf_target_create_serial_twin(const char *driver)
{
#ifdef GALLIUM_LLVMPIPE
   if (strcmp(driver, "llvmpipe"))
      return NULL;

   /* Its threads start with its first context: say that it has none. */
   struct pipe_screen *twin = trf_target_create_sw_screen(driver);
   if (twin)
      llvmpipe_screen(twin)->num_threads = 0;
   return twin;
#else
   return NULL;
#endif
}
