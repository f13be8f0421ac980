/*
 * SPDX-License-Identifier: MIT
 *
 * The drivers of this library. Mesa's target helpers define, in whichever
 * file includes them, one entry for each driver that the build enables
 * (GALLIUM_*) and a stub for each that it does not; the static pipe loader
 * finds them by name. So exactly one file may include them: this one.
 */

#include "gallium/target.h"

#include <stdlib.h>
#include <string.h>

#include "c11/threads.h"
#ifdef GALLIUM_LLVMPIPE
#include "gallivm/lp_bld_debug.h"
#include "gallivm/lp_bld_init.h"
#include "llvmpipe/lp_context.h"
#include "llvmpipe/lp_screen.h"
#endif
#ifdef GALLIUM_ZINK
#include "gallium/vulkan.h"
#include "pipe/p_screen.h"
#include "util/driconf.h"
#include "vulkan_device.h"
#endif
#include "sw/null/null_sw_winsys.h"
#include "target-helpers/drm_helper.h"
#include "target-helpers/sw_helper.h"
#include "util/macros.h"

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
trf_target_create_threaded_screen(const char *driver, unsigned threads)
{
#ifdef GALLIUM_LLVMPIPE
   if (strcmp(driver, "llvmpipe"))
      return NULL;

   /* Its threads start with its first context. */
   struct pipe_screen *pipe = trf_target_create_sw_screen(driver);
   if (pipe)
      llvmpipe_screen(pipe)->num_threads = MIN2(threads, LP_MAX_THREADS);
   return pipe;
#else
   return NULL;
#endif
}

unsigned
trf_target_count_compiled(struct pipe_context *serial)
{
#ifdef GALLIUM_LLVMPIPE
   return llvmpipe_context(serial)->nr_cs_variants;
#else
   return 0;
#endif
}

#ifdef GALLIUM_ZINK

static const driOptionDescription zink_options[] = {
#include "pipe-loader/driinfo_gallium.h"
#include "zink/driinfo_zink.h"
};

/* A linker that does not know --wrap leaves it to zink. */
static bool
is_on(struct pipe_screen *pipe, const struct trf_vulkan_device *device)
{
   char uuid[PIPE_UUID_SIZE];

   STATIC_ASSERT(sizeof(uuid) == sizeof(device->uuid));
   pipe->get_device_uuid(pipe, uuid);
   return !memcmp(uuid, device->uuid, sizeof(uuid));
}

bool
trf_target_has_zink(void)
{
   return true;
}

struct pipe_screen *
trf_target_create_zink_screen(const struct trf_vulkan_device *device)
{
   driOptionCache info = {0}, cache = {0};

   /* zink reads the configuration files into the cache by itself. */
   driParseOptionInfo(&info, zink_options, ARRAY_SIZE(zink_options));
   const struct pipe_screen_config config = {
      .options_info = &info,
      .options = &cache,
      .driver_name_is_inferred = true, /* no words on stderr */
   };
   trf_target_want_vulkan(device);
   struct pipe_screen *pipe = zink_create_screen(NULL, &config);
   trf_target_want_vulkan(NULL);
   driDestroyOptionCache(&cache);
   driDestroyOptionInfo(&info);
   if (pipe && !is_on(pipe, device)) {
      pipe->destroy(pipe);
      pipe = NULL;
   }
   return pipe;
}

#else

bool
trf_target_has_zink(void)
{
   return false;
}

struct pipe_screen *
trf_target_create_zink_screen(const struct trf_vulkan_device *device)
{
   return NULL;
}

#endif
