/* SPDX-License-Identifier: MIT */

#include "gallium/resource.h"

#include <assert.h>
#include <stdlib.h>

#include "gallium/pages.h"
#include "gallium/resource_private.h"
#include "gallium/screen_private.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/format/u_format.h"
#include "util/u_atomic.h"
#include "util/u_inlines.h"
#include "util/u_math.h"

#define BUFFER_BIND                                                           \
   (PIPE_BIND_GLOBAL | PIPE_BIND_SHADER_BUFFER | PIPE_BIND_SAMPLER_VIEW |     \
    PIPE_BIND_SHADER_IMAGE)

static bool
in_range(size_t value, size_t limit)
{
   return value >= 1 && value <= limit;
}

/* Whether each extent is what the target has, and no more than is allowed. */
static bool
extent_fits(const struct trf_screen_caps *caps,
            const struct trf_resource_desc *desc)
{
   size_t width = caps->max_image_2d, height = 1, depth = 1, layers = 1;

   switch (desc->target) {
   case TRF_TARGET_BUFFER:
      width = caps->max_buffer_size;
      break;
   case TRF_TARGET_1D:
      break;
   case TRF_TARGET_1D_ARRAY:
      layers = caps->max_image_layers;
      break;
   case TRF_TARGET_2D:
      height = caps->max_image_2d;
      break;
   case TRF_TARGET_2D_ARRAY:
      height = caps->max_image_2d;
      layers = caps->max_image_layers;
      break;
   case TRF_TARGET_3D:
      width = height = depth = caps->max_image_3d;
      break;
   }
   return in_range(desc->width, width) && in_range(desc->height, height) &&
          in_range(desc->depth, depth) && in_range(desc->layers, layers);
}

static bool
levels_fit(const struct trf_resource_desc *desc)
{
   const size_t longest = MAX3(desc->width, desc->height, desc->depth);
   const unsigned most =
      desc->target == TRF_TARGET_BUFFER ? 1 : util_logbase2_64(longest) + 1;
   return in_range(desc->levels, most);
}

/*
 * Images where the host can map them.  zink's are in memory that is slow to
 * read, and not the device's own: staging serves both sides better.
 */
bool
trf_resource_in_host_memory(const struct trf_screen *screen,
                            const struct trf_resource_desc *desc)
{
   if (desc->staging)
      return true;
   return desc->host_visible &&
          (desc->target == TRF_TARGET_BUFFER || screen->caps.uma ||
           !screen->caps.copies_buffer_image);
}

static unsigned
bind_of(const struct trf_screen *screen, const struct trf_resource_desc *desc)
{
   unsigned bind = 0;

   if (desc->target == TRF_TARGET_BUFFER)
      return BUFFER_BIND;
   if (trf_resource_in_host_memory(screen, desc))
      bind |= PIPE_BIND_LINEAR;
   if (desc->staging)
      return bind;
   /*
    * Copies look at pixels through views of other formats.  For such a view
    * radeonsi takes compression away from a texture, and in a context
    * without graphics what was compressed with it: rather none at all.
    */
   if (screen->caps.copies_by_stores)
      bind |= PIPE_BIND_CONST_BW;
   if (screen->caps.pixel_kernels || (desc->uses & TRF_FORMAT_SAMPLED))
      bind |= PIPE_BIND_SAMPLER_VIEW;
   if (screen->caps.pixel_kernels ||
       (desc->uses & (TRF_FORMAT_STORED | TRF_FORMAT_LOADED)))
      bind |= PIPE_BIND_SHADER_IMAGE;
   return bind;
}

/* What llvmpipe does not need, and would spend a page a mip level on. */
static unsigned
map_flags(const struct trf_screen *screen)
{
   if (screen->caps.synchronous)
      return 0;
   return PIPE_RESOURCE_FLAG_MAP_PERSISTENT | PIPE_RESOURCE_FLAG_MAP_COHERENT;
}

/*
 * Shaders store no pixels of 5 and 6 bits, so radeonsi, which copies with
 * shaders here, would leave such textures as they are and only say so on
 * stderr.  Their storage is of a format that can be copied; kernels look at
 * it through views of the right one.
 */
static enum pipe_format
storage_format(const struct trf_screen *screen, enum pipe_format format)
{
   switch (format) {
   case PIPE_FORMAT_B5G6R5_UNORM:
   case PIPE_FORMAT_B5G5R5X1_UNORM:
      return screen->caps.copies_by_stores ? PIPE_FORMAT_R16_UINT : format;
   default:
      return format;
   }
}

/* False where the driver's limits or Gallium's own fields are too small. */
static bool
fill_template(const struct trf_screen *screen,
              const struct trf_resource_desc *desc,
              struct pipe_resource *templ)
{
   if (!extent_fits(&screen->caps, desc) || !levels_fit(desc))
      return false;

   *templ = (struct pipe_resource){
      .target = trf_pipe_target(desc->target),
      .format = storage_format(screen, desc->format),
      .width0 = desc->width,
      .height0 = desc->height,
      .depth0 = desc->depth,
      .array_size = desc->layers,
      .last_level = desc->levels - 1,
      .bind = bind_of(screen, desc),
      .usage = PIPE_USAGE_DEFAULT,
   };

   if (trf_resource_in_host_memory(screen, desc)) {
      templ->usage = PIPE_USAGE_STAGING;
      templ->flags = map_flags(screen);
   }

   struct pipe_screen *pipe = screen->pipe;
   return !pipe->can_create_resource ||
          pipe->can_create_resource(pipe, templ);
}

static struct trf_resource *
resource_new(struct trf_screen *screen, const struct trf_resource_desc *desc)
{
   struct trf_resource *resource =
      calloc(1, sizeof(*resource) + desc->levels * sizeof(struct trf_level));
   if (!resource)
      return NULL;

   resource->screen = screen;
   resource->desc = *desc;
   return resource;
}

/*
 * llvmpipe clears what it allocates, page by page.  Large storage is rather
 * made on pages of our own, which it takes like a client's memory.  NULL if
 * that is not to be had, or not worth it.
 */
static struct pipe_resource *
create_on_pages(struct trf_resource *resource,
                const struct pipe_resource *templ)
{
   struct trf_screen *screen = resource->screen;
   struct pipe_screen *pipe = screen->pipe;
   uint64_t bytes = 0;

   if (!screen->caps.synchronous || !screen->caps.user_memory ||
       !pipe->resource_create_unbacked)
      return NULL;

   struct pipe_resource *unbacked =
      pipe->resource_create_unbacked(pipe, templ, &bytes);
   pipe_resource_reference(&unbacked, NULL);
   if (bytes < TRF_PAGES_MIN || bytes > INT32_MAX)
      return NULL;

   resource->pages_size = bytes;
   resource->pages = trf_pages_alloc(&resource->pages_size);
   if (!resource->pages)
      return NULL;
   return pipe->resource_from_user_memory(pipe, templ, resource->pages);
}

struct trf_resource *
trf_resource_create(struct trf_screen *screen,
                    const struct trf_resource_desc *asked)
{
   struct pipe_screen *pipe = screen->pipe;
   struct trf_resource_desc described = *asked;
   const struct trf_resource_desc *desc = &described;
   struct pipe_resource templ;

   /* Where host and device share one memory, no buffer need be hidden. */
   if (screen->caps.uma && !screen->caps.synchronous &&
       desc->target == TRF_TARGET_BUFFER)
      described.host_visible = true;
   if (!fill_template(screen, desc, &templ))
      return NULL;

   struct trf_resource *resource = resource_new(screen, desc);
   if (!resource)
      return NULL;

   resource->pipe = create_on_pages(resource, &templ);
   if (!resource->pipe)
      resource->pipe = pipe->resource_create(pipe, &templ);
   if (!resource->pipe)
      goto fail_pipe;

   /*
    * While it is idle a driver maps linear storage as it lies; later it
    * might hand out a copy.
    */
   struct trf_direct direct;
   if (trf_resource_in_host_memory(screen, desc) &&
       !screen->caps.synchronous) {
      for (unsigned level = 0; level < desc->levels; level++)
         trf_resource_direct(resource, level, &direct);
   }
   return resource;

fail_pipe:
   trf_pages_free(resource->pages, resource->pages_size);
   free(resource);
   return NULL;
}

struct trf_resource *
trf_resource_create_buffer(struct trf_screen *screen, size_t bytes,
                           bool internal)
{
   const struct trf_resource_desc desc = {
      .target = TRF_TARGET_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .width = bytes,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .internal = internal,
   };

   return trf_resource_create(screen, &desc);
}

/*
 * Code that llvmpipe makes loads whole pixels and takes them to be aligned
 * to their size: it would trap on others.  A buffer may get a view of any
 * format.  Other drivers look for themselves.
 */
static bool
aligned_enough(const struct trf_screen *screen,
               const struct trf_resource_desc *desc, const void *memory)
{
   uintptr_t alignment = 16;

   if (!screen->caps.synchronous)
      return true;
   if (desc->target != TRF_TARGET_BUFFER)
      alignment = util_format_get_blocksize(desc->format);
   return (uintptr_t)memory % alignment == 0;
}

/* A buffer's direct pointer is the client's own, wherever else it may be. */
static void
point_at_memory(struct trf_resource *resource, void *memory)
{
   const size_t size = resource->desc.width;

   resource->levels[0].direct = (struct trf_direct){
      .pointer = memory,
      .layout = {.element = 1, .row = size, .slice = size},
   };
   p_atomic_set(&resource->levels[0].state, TRF_DIRECT_FOUND);
}

/*
 * Gallium has no way to tell a driver the pitches of user memory: each takes
 * those that it likes.  What it took shows in a direct pointer.
 */
static bool
took_it_as_it_lies(struct trf_resource *resource, const void *memory,
                   const struct trf_layout *layout)
{
   const struct trf_resource_desc *desc = &resource->desc;
   struct trf_direct direct;

   if (!trf_resource_direct(resource, 0, &direct) || direct.pointer != memory)
      return false;

   const bool array_1d = desc->target == TRF_TARGET_1D_ARRAY;
   const size_t rows = array_1d ? desc->layers : desc->height;
   const size_t slices = array_1d ? 1 : MAX2(desc->depth, desc->layers);

   return (rows == 1 || direct.layout.row == layout->row) &&
          (slices == 1 || direct.layout.slice == layout->slice);
}

struct trf_resource *
trf_resource_wrap(struct trf_screen *screen,
                  const struct trf_resource_desc *desc, void *memory,
                  const struct trf_layout *layout)
{
   struct pipe_screen *pipe = screen->pipe;
   struct pipe_resource templ;

   if (!screen->caps.user_memory || desc->levels != 1 ||
       !aligned_enough(screen, desc, memory) ||
       !fill_template(screen, desc, &templ))
      return NULL;

   struct trf_resource *resource = resource_new(screen, desc);
   if (!resource)
      return NULL;

   resource->wrapped = true;
   templ.flags |= map_flags(screen);
   resource->pipe = pipe->resource_from_user_memory(pipe, &templ, memory);
   if (!resource->pipe)
      goto fail_pipe;

   if (desc->target == TRF_TARGET_BUFFER)
      point_at_memory(resource, memory);
   else if (!took_it_as_it_lies(resource, memory, layout))
      goto fail_layout;
   return resource;

fail_layout:
   trf_resource_destroy(resource);
   return NULL;
fail_pipe:
   free(resource);
   return NULL;
}

void
trf_resource_destroy(struct trf_resource *resource)
{
   if (!resource)
      return;

   trf_resource_forget_direct(resource);
   pipe_resource_reference(&resource->pipe, NULL);
   trf_pages_free(resource->pages, resource->pages_size);
   free(resource);
}

bool
trf_resource_is_wrapped(const struct trf_resource *resource)
{
   return resource->wrapped;
}

const struct trf_resource_desc *
trf_resource_desc(const struct trf_resource *resource)
{
   return &resource->desc;
}

struct pipe_resource *
trf_resource_pipe(const struct trf_resource *resource)
{
   return resource->pipe;
}

struct trf_screen *
trf_resource_screen(const struct trf_resource *resource)
{
   return resource->screen;
}
