/* SPDX-License-Identifier: MIT */

#include "sim_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/u_debug.h"

static struct pipe_screen *
real(struct pipe_screen *screen)
{
   return sim_screen(screen)->real;
}

static const char *
get_name(struct pipe_screen *screen)
{
   return sim_screen(screen)->name;
}

static const char *
get_vendor(struct pipe_screen *screen)
{
   return "Trefoil's tests";
}

static int
get_shader_param(struct pipe_screen *screen, enum pipe_shader_type type,
                 enum pipe_shader_cap param)
{
   return real(screen)->get_shader_param(real(screen), type, param);
}

static int
get_compute_param(struct pipe_screen *screen, enum pipe_shader_ir ir,
                  enum pipe_compute_cap param, void *value)
{
   const int size =
      real(screen)->get_compute_param(real(screen), ir, param, value);

   if (param == PIPE_COMPUTE_CAP_MAX_SUBGROUPS && value &&
       !sim_screen(screen)->sub_groups)
      memset(value, 0, size);
   /* Others are for the driver to choose; it always has the widest. */
   if (param == PIPE_COMPUTE_CAP_SUBGROUP_SIZES && value)
      *(uint32_t *)value |= *(uint32_t *)value / 2;
   return size;
}

static bool
is_format_supported(struct pipe_screen *screen, enum pipe_format format,
                    enum pipe_texture_target target, unsigned samples,
                    unsigned storage_samples, unsigned bind)
{
   if (!sim_screen(screen)->raw_formats && format == PIPE_FORMAT_R32_UINT &&
       target == PIPE_TEXTURE_3D && (bind & PIPE_BIND_SHADER_IMAGE))
      return false;
   return real(screen)->is_format_supported(real(screen), format, target,
                                            samples, storage_samples, bind);
}

static const void *
get_compiler_options(struct pipe_screen *screen, enum pipe_shader_ir ir,
                     enum pipe_shader_type type)
{
   return real(screen)->get_compiler_options(real(screen), ir, type);
}

static char *
finalize_nir(struct pipe_screen *screen, struct nir_shader *nir)
{
   return real(screen)->finalize_nir(real(screen), nir);
}

static struct disk_cache *
get_disk_shader_cache(struct pipe_screen *screen)
{
   return real(screen)->get_disk_shader_cache(real(screen));
}

static void
destroy(struct pipe_screen *screen)
{
   struct sim_screen *sim = sim_screen(screen);

   sim->real->destroy(sim->real);
   simple_mtx_destroy(&sim->lock);
   simple_mtx_destroy(&sim->hardware);
   free(sim);
}

static void
fill_caps(struct sim_screen *sim)
{
   struct pipe_caps caps = sim->real->caps;

   caps.uma = false;
   caps.system_svm = false;
   caps.resource_from_user_memory = true;
   caps.device_reset_status_query = true;
   caps.query_timestamp = true;
   caps.timer_resolution = SIMGPU_TIMER_RESOLUTION;
   /* Constant for everyone but the driver that makes it. */
   memcpy((void *)(uintptr_t)&sim->base.caps, &caps, sizeof(caps));
}

struct pipe_screen *
sim_screen_create(struct pipe_screen *llvmpipe, const char *name,
                  bool sub_groups)
{
   struct sim_screen *sim = llvmpipe ? calloc(1, sizeof(*sim)) : NULL;
   if (!sim)
      goto fail;

   sim->real = llvmpipe;
   sim->sub_groups = sub_groups;
   sim->eager = debug_get_bool_option("SIMGPU_EAGER", false);
   sim->raw_formats = debug_get_bool_option("SIMGPU_RAW_FORMATS", true);
   snprintf(sim->name, sizeof(sim->name), "%s", name);
   simple_mtx_init(&sim->hardware, mtx_plain);
   simple_mtx_init(&sim->lock, mtx_plain);
   list_inithead(&sim->engines);
   fill_caps(sim);

   struct pipe_screen *screen = &sim->base;
   screen->destroy = destroy;
   screen->get_name = get_name;
   screen->get_vendor = get_vendor;
   screen->get_device_vendor = get_vendor;
   screen->get_shader_param = get_shader_param;
   screen->get_compute_param = get_compute_param;
   screen->is_format_supported = is_format_supported;
   screen->get_compiler_options = get_compiler_options;
   screen->finalize_nir = finalize_nir;
   screen->get_disk_shader_cache = get_disk_shader_cache;
   screen->context_create = sim_context_create;
   sim_init_resources(sim);
   sim_init_fences(sim);
   sim_init_clock(sim);
   return screen;

fail:
   if (llvmpipe)
      llvmpipe->destroy(llvmpipe);
   return NULL;
}
