/* SPDX-License-Identifier: MIT */

#include "gallium/screen.h"

#include <stdlib.h>
#include <string.h>

#include "gallium/screen_private.h"
#include "gallium/target.h"
#include "gallium/vulkan.h"
#include "pipe-loader/pipe_loader.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "util/format/u_format.h"
#include "util/os_time.h"
#include "util/trf_fpu.h"
#include "util/u_atomic.h"

static char *
copy_string(const char *string)
{
   return strdup(string ? string : "");
}

static const char *
vendor_of(struct pipe_screen *pipe, const struct trf_vulkan_device *vulkan)
{
   /* zink knows no vendor's name, only numbers. */
   const char *name =
      vulkan ? trf_vulkan_vendor_name(vulkan->vendor_id) : NULL;

   if (name)
      return name;
   return pipe->get_device_vendor ? pipe->get_device_vendor(pipe)
                                  : pipe->get_vendor(pipe);
}

struct trf_screen *
trf_screen_create(struct pipe_screen *pipe, const char *driver,
                  const struct trf_vulkan_device *vulkan)
{
   struct trf_screen *screen = calloc(1, sizeof(*screen));
   if (!screen)
      goto fail_screen;

   screen->pipe = pipe;
   screen->driver = copy_string(driver);
   screen->name = copy_string(pipe->get_name(pipe));
   screen->vendor = copy_string(vendor_of(pipe, vulkan));
   if (!screen->driver || !screen->name || !screen->vendor)
      goto fail_strings;

   screen->staging = trf_staging_pool_create();
   if (!screen->staging)
      goto fail_strings;

   simple_mtx_init(&screen->map_lock, mtx_plain);
   simple_mtx_init(&screen->turn, mtx_plain);
   trf_screen_fill_caps(screen, vulkan);
   return screen;

fail_strings:
   free(screen->vendor);
   free(screen->name);
   free(screen->driver);
   free(screen);
fail_screen:
   pipe->destroy(pipe);
   return NULL;
}

struct trf_screen *
trf_screen_create_part(const struct trf_screen *whole, unsigned units)
{
   struct pipe_screen *pipe =
      trf_target_create_threaded_screen(whole->driver, units);
   if (!pipe)
      return NULL;

   struct trf_screen *part = trf_screen_create(pipe, whole->driver, NULL);
   if (!part)
      return NULL;
   part->caps.compute_units = units;
   part->serial = trf_target_create_threaded_screen(whole->driver, 0);
   return part;
}

void
trf_screen_destroy(struct trf_screen *screen)
{
   trf_staging_pool_destroy(screen->staging);
   if (screen->map_context)
      screen->map_context->destroy(screen->map_context);
   simple_mtx_destroy(&screen->turn);
   simple_mtx_destroy(&screen->map_lock);

   if (screen->serial)
      screen->serial->destroy(screen->serial);
   screen->pipe->destroy(screen->pipe);
   if (screen->device)
      pipe_loader_release(&screen->device, 1);

   free(screen->vendor);
   free(screen->name);
   free(screen->driver);
   free(screen);
}

/* The first of llvmpipe's starts threads, whose float environment is ours. */
struct pipe_context *
trf_screen_create_context(struct trf_screen *screen, unsigned flags)
{
   const unsigned client_fpu = trf_fpu_enter();
   struct pipe_context *context =
      screen->pipe->context_create(screen->pipe, NULL, flags);
   trf_fpu_leave(client_fpu);
   return context;
}

struct pipe_context *
trf_screen_map_context_locked(struct trf_screen *screen)
{
   if (!screen->map_context)
      screen->map_context =
         trf_screen_create_context(screen, PIPE_CONTEXT_COMPUTE_ONLY);
   return screen->map_context;
}

const struct trf_screen_caps *
trf_screen_caps(const struct trf_screen *screen)
{
   return &screen->caps;
}

const char *
trf_screen_name(const struct trf_screen *screen)
{
   return screen->name;
}

const char *
trf_screen_vendor(const struct trf_screen *screen)
{
   return screen->vendor;
}

const char *
trf_screen_driver(const struct trf_screen *screen)
{
   return screen->driver;
}

struct pipe_screen *
trf_screen_pipe(const struct trf_screen *screen)
{
   return screen->pipe;
}

enum pipe_texture_target
trf_pipe_target(enum trf_target target)
{
   static const enum pipe_texture_target targets[] = {
      [TRF_TARGET_BUFFER] = PIPE_BUFFER,
      [TRF_TARGET_1D] = PIPE_TEXTURE_1D,
      [TRF_TARGET_1D_ARRAY] = PIPE_TEXTURE_1D_ARRAY,
      [TRF_TARGET_2D] = PIPE_TEXTURE_2D,
      [TRF_TARGET_2D_ARRAY] = PIPE_TEXTURE_2D_ARRAY,
      [TRF_TARGET_3D] = PIPE_TEXTURE_3D,
   };
   return targets[target];
}

static bool
ignores_a_channel(enum pipe_format format)
{
   const struct util_format_description *desc =
      util_format_description(format);

   for (unsigned i = 0; i < desc->nr_channels; i++) {
      if (desc->channel[i].type == UTIL_FORMAT_TYPE_VOID)
         return true;
   }
   return false;
}

static bool
supports(const struct trf_screen *screen, enum pipe_format format,
         enum trf_target target, unsigned bind)
{
   struct pipe_screen *pipe = screen->pipe;
   return pipe->is_format_supported(pipe, format, trf_pipe_target(target), 0,
                                    0, bind);
}

enum pipe_format
trf_raw_format(unsigned bytes)
{
   switch (bytes) {
   case 1:
      return PIPE_FORMAT_R8_UINT;
   case 2:
      return PIPE_FORMAT_R16_UINT;
   case 4:
      return PIPE_FORMAT_R32_UINT;
   case 8:
      return PIPE_FORMAT_R32G32_UINT;
   default:
      return PIPE_FORMAT_R32G32B32A32_UINT;
   }
}

unsigned
trf_screen_format_uses(const struct trf_screen *screen,
                       enum pipe_format format, enum trf_target target)
{
   const struct pipe_caps *caps = &screen->pipe->caps;
   const bool shows_too_much =
      screen->caps.plain_views && ignores_a_channel(format);
   unsigned uses = 0;

   if (!screen->caps.images)
      return 0;
   if (target == TRF_TARGET_BUFFER && !caps->texture_buffer_objects)
      return 0;

   if (supports(screen, format, target, PIPE_BIND_SAMPLER_VIEW) &&
       !(shows_too_much && target == TRF_TARGET_BUFFER))
      uses |= TRF_FORMAT_SAMPLED;

   /* Kernels do not name the format of what they load and store. */
   if (supports(screen, format, target, PIPE_BIND_SHADER_IMAGE)) {
      if (caps->image_store_formatted)
         uses |= TRF_FORMAT_STORED;
      if (caps->image_store_formatted && caps->image_load_formatted &&
          !shows_too_much)
         uses |= TRF_FORMAT_LOADED;
   }
   return uses;
}

uint64_t
trf_host_time(void)
{
   return os_time_get_nano();
}

bool
trf_screen_clocks(const struct trf_screen *screen, uint64_t *device,
                  uint64_t *host)
{
   struct pipe_screen *pipe = screen->pipe;
   const uint64_t before = trf_host_time();

   *device = screen->caps.device_clock ? pipe->get_timestamp(pipe) : 0;
   *host = before + (trf_host_time() - before) / 2;
   if (*device)
      return true;
   *device = *host;
   return false;
}

/* Within this long two clocks drift apart by less than a microsecond. */
#define OFFSET_AGE_NS 10000000

int64_t
trf_screen_clock_offset(struct trf_screen *screen)
{
   if (!screen->caps.device_clock)
      return 0;

   const uint64_t seen = p_atomic_read(&screen->clock_seen);
   if (!seen || trf_host_time() - seen > OFFSET_AGE_NS) {
      uint64_t device, host;
      trf_screen_clocks(screen, &device, &host);
      p_atomic_set(&screen->clock_offset, (int64_t)(device - host));
      p_atomic_set(&screen->clock_seen, host);
   }
   return p_atomic_read(&screen->clock_offset);
}
