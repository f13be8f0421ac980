/* SPDX-License-Identifier: MIT */

#include "gallium/staging.h"

#include <assert.h>
#include <stdlib.h>

#include "gallium/screen_private.h"
#include "util/format/u_format.h"
#include "util/list.h"
#include "util/trf_log.h"
#include "util/u_math.h"

/* Free memory beyond this goes back to the driver, least recently used. */
#define MAX_FREE_BYTES ((size_t)256 << 20)

/* So that a search stays shorter than the map it is for. */
#define MAX_FREE_COUNT 128

#define SMALLEST_BUFFER 4096

struct entry {
   struct trf_staging base;
   struct trf_resource_desc desc; /* rounded up: what makes entries alike */
   size_t bytes;
   struct list_head link; /* in the pool, while free */
};

struct trf_staging_pool {
   simple_mtx_t lock;
   struct list_head free; /* last released first */
   struct trf_staging_stats stats;
};

struct trf_staging_pool *
trf_staging_pool_create(void)
{
   struct trf_staging_pool *pool = calloc(1, sizeof(*pool));
   if (!pool)
      return NULL;

   simple_mtx_init(&pool->lock, mtx_plain);
   list_inithead(&pool->free);
   return pool;
}

static void
entry_destroy(struct entry *entry)
{
   trf_resource_destroy(entry->base.resource);
   free(entry);
}

static void
remove_locked(struct trf_staging_pool *pool, struct entry *entry)
{
   list_del(&entry->link);
   pool->stats.free_count--;
   pool->stats.free_bytes -= entry->bytes;
}

/* Moves entries to `evicted` until no more than this is left free. */
static void
trim_locked(struct trf_staging_pool *pool, size_t bytes, unsigned count,
            struct list_head *evicted)
{
   while (pool->stats.free_bytes > bytes || pool->stats.free_count > count) {
      struct entry *oldest = list_last_entry(&pool->free, struct entry, link);
      remove_locked(pool, oldest);
      list_add(&oldest->link, evicted);
   }
}

static void
destroy_list(struct list_head *list)
{
   list_for_each_entry_safe(struct entry, entry, list, link)
      entry_destroy(entry);
}

static void
empty(struct trf_staging_pool *pool)
{
   struct list_head evicted;

   list_inithead(&evicted);
   simple_mtx_lock(&pool->lock);
   trim_locked(pool, 0, 0, &evicted);
   simple_mtx_unlock(&pool->lock);
   destroy_list(&evicted);
}

void
trf_staging_pool_destroy(struct trf_staging_pool *pool)
{
   empty(pool);
   simple_mtx_destroy(&pool->lock);
   free(pool);
}

/*
 * Rounds up to one of eight steps between powers of two, so that sizes that
 * differ a little share an entry and an eighth at most is wasted.
 */
static size_t
round_extent(size_t value, size_t limit)
{
   if (value <= 8)
      return value;

   const size_t step = (size_t)1 << (util_logbase2_64(value) - 3);
   return MIN2(align_uintptr(value, step), MAX2(limit, value));
}

static bool
is_buffer(const struct trf_resource *resource)
{
   return trf_resource_desc(resource)->target == TRF_TARGET_BUFFER;
}

/* Whether regions of images lie in buffers here, in tight rows. */
static bool
stages_in_buffers(const struct trf_screen *screen,
                  const struct trf_resource_desc *like)
{
   return screen->caps.copies_buffer_image &&
          like->target != TRF_TARGET_BUFFER;
}

/* What to allocate for just this region of a resource like that. */
static void
describe(const struct trf_screen *screen,
         const struct trf_resource_desc *like, size_t width, size_t height,
         size_t depth, struct trf_resource_desc *desc)
{
   if (stages_in_buffers(screen, like)) {
      *desc = (struct trf_resource_desc){
         .target = TRF_TARGET_BUFFER,
         .format = PIPE_FORMAT_R8_UINT,
         .width =
            width * height * depth * util_format_get_blocksize(like->format),
         .height = 1,
         .depth = 1,
         .layers = 1,
         .levels = 1,
         .staging = true,
      };
      return;
   }

   *desc = (struct trf_resource_desc){
      .target = like->target,
      .format = like->format,
      .width = width,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .staging = true,
   };

   switch (like->target) {
   case TRF_TARGET_BUFFER:
   case TRF_TARGET_1D:
      assert(height == 1 && depth == 1);
      break;
   case TRF_TARGET_1D_ARRAY:
      assert(depth == 1);
      desc->layers = height;
      break;
   case TRF_TARGET_2D:
      assert(depth == 1);
      desc->height = height;
      break;
   case TRF_TARGET_2D_ARRAY:
      desc->height = height;
      desc->layers = depth;
      break;
   case TRF_TARGET_3D:
      desc->height = height;
      desc->depth = depth;
      break;
   }
}

/* Widens it to what others can use too. */
static void
round_up(const struct trf_screen_caps *caps, struct trf_resource_desc *desc)
{
   if (desc->target == TRF_TARGET_BUFFER) {
      desc->width = round_extent(MAX2(desc->width, SMALLEST_BUFFER),
                                 caps->max_buffer_size);
      return;
   }

   const size_t limit =
      desc->target == TRF_TARGET_3D ? caps->max_image_3d : caps->max_image_2d;
   desc->width = round_extent(desc->width, limit);
   desc->height = round_extent(desc->height, limit);
   desc->depth = round_extent(desc->depth, limit);
   desc->layers = round_extent(desc->layers, caps->max_image_layers);
}

static bool
alike(const struct trf_resource_desc *a, const struct trf_resource_desc *b)
{
   return a->target == b->target && a->format == b->format &&
          a->width == b->width && a->height == b->height &&
          a->depth == b->depth && a->layers == b->layers;
}

/* Bytes that the host can reach, which is near to what is allocated. */
static size_t
bytes_of(const struct trf_resource_desc *desc,
         const struct trf_layout *layout)
{
   switch (desc->target) {
   case TRF_TARGET_BUFFER:
      return desc->width;
   case TRF_TARGET_1D:
   case TRF_TARGET_2D:
      return layout->row * desc->height;
   case TRF_TARGET_1D_ARRAY:
      return layout->row * desc->layers;
   case TRF_TARGET_2D_ARRAY:
   case TRF_TARGET_3D:
      return layout->slice * desc->depth * desc->layers;
   }
   return 0;
}

bool
trf_contents_equal(const struct trf_contents *a, const struct trf_contents *b)
{
   return a->object && a->object == b->object && a->version == b->version &&
          a->level == b->level && trf_boxes_equal(&a->box, &b->box);
}

static struct entry *
find_free_locked(struct trf_staging_pool *pool,
                 const struct trf_resource_desc *desc,
                 const struct trf_contents *contents)
{
   struct entry *found = NULL;

   list_for_each_entry(struct entry, entry, &pool->free, link) {
      if (!alike(&entry->desc, desc))
         continue;
      if (!found)
         found = entry;
      if (!contents->object)
         break;
      if (trf_contents_equal(&entry->base.contents, contents))
         return entry;
   }
   return found;
}

static struct entry *
take_free(struct trf_staging_pool *pool, const struct trf_resource_desc *desc,
          const struct trf_contents *contents)
{
   simple_mtx_lock(&pool->lock);
   struct entry *found = find_free_locked(pool, desc, contents);
   if (found) {
      remove_locked(pool, found);
      pool->stats.reused++;
   }
   simple_mtx_unlock(&pool->lock);
   return found;
}

static struct entry *
create(struct trf_screen *screen, const struct trf_resource_desc *desc)
{
   struct entry *entry = calloc(1, sizeof(*entry));
   if (!entry)
      return NULL;

   entry->base.resource = trf_resource_create(screen, desc);
   if (!entry->base.resource)
      goto fail_resource;

   struct trf_direct direct;
   if (!trf_resource_direct(entry->base.resource, 0, &direct))
      goto fail_direct;

   entry->base.pointer = direct.pointer;
   entry->base.layout = direct.layout;
   entry->desc = *desc;
   entry->bytes = bytes_of(desc, &direct.layout);

   simple_mtx_lock(&screen->staging->lock);
   screen->staging->stats.created++;
   simple_mtx_unlock(&screen->staging->lock);
   return entry;

fail_direct:
   trf_resource_destroy(entry->base.resource);
fail_resource:
   free(entry);
   return NULL;
}

struct trf_staging *
trf_staging_acquire(struct trf_screen *screen,
                    const struct trf_resource_desc *like, size_t width,
                    size_t height, size_t depth)
{
   static const struct trf_contents any;
   struct trf_staging *staging =
      trf_staging_acquire_like(screen, like, width, height, depth, &any);

   if (staging)
      staging->contents = any;
   return staging;
}

struct trf_staging *
trf_staging_acquire_like(struct trf_screen *screen,
                         const struct trf_resource_desc *like, size_t width,
                         size_t height, size_t depth,
                         const struct trf_contents *contents)
{
   struct trf_resource_desc exact;
   describe(screen, like, width, height, depth, &exact);
   struct trf_resource_desc desc = exact;
   round_up(&screen->caps, &desc);

   struct entry *entry = take_free(screen->staging, &desc, contents);
   if (!entry)
      entry = create(screen, &desc);
   if (!entry) {
      /* What the pool keeps for later may be what is missing now. */
      empty(screen->staging);
      entry = create(screen, &exact);
   }
   if (!entry) {
      trf_log_error("no staging of %zux%zux%zu in %s", width, height, depth,
                    screen->name);
      return NULL;
   }

   entry->base.box =
      (struct trf_box){.width = width, .height = height, .depth = depth};
   /* A buffer may have served something else before. */
   if (is_buffer(entry->base.resource)) {
      const size_t element = like->target == TRF_TARGET_BUFFER
                                ? 1
                                : util_format_get_blocksize(like->format);
      entry->base.layout = (struct trf_layout){
         .element = element,
         .row = width * element,
         .slice = width * height * element,
      };
   }
   return &entry->base;
}

void
trf_staging_release(struct trf_screen *screen, struct trf_staging *staging)
{
   struct trf_staging_pool *pool = screen->staging;
   struct entry *entry = container_of(staging, struct entry, base);
   struct list_head evicted;

   list_inithead(&evicted);
   simple_mtx_lock(&pool->lock);
   list_add(&entry->link, &pool->free);
   pool->stats.free_count++;
   pool->stats.free_bytes += entry->bytes;
   trim_locked(pool, MAX_FREE_BYTES, MAX_FREE_COUNT, &evicted);
   simple_mtx_unlock(&pool->lock);
   destroy_list(&evicted);
}

static void
copy(struct trf_gpu *gpu, struct trf_resource *dst, unsigned dst_level,
     const struct trf_box *dst_box, struct trf_resource *src,
     unsigned src_level, const struct trf_box *src_box)
{
   if (is_buffer(src))
      trf_gpu_copy_buffer(gpu, dst, dst_box->x, src, src_box->x,
                          src_box->width);
   else
      trf_gpu_copy_image(gpu, dst, dst_level, dst_box, src, src_level,
                         src_box);
}

void
trf_staging_fetch(struct trf_gpu *gpu, struct trf_staging *staging,
                  struct trf_resource *resource, unsigned level,
                  const struct trf_box *box)
{
   const struct trf_box at_origin = {
      .width = box->width, .height = box->height, .depth = box->depth};

   if (is_buffer(staging->resource) && !is_buffer(resource))
      trf_gpu_copy_image_to_buffer(gpu, staging->resource, 0, resource, level,
                                   box);
   else
      copy(gpu, staging->resource, 0, &at_origin, resource, level, box);
}

void
trf_staging_store(struct trf_gpu *gpu, struct trf_staging *staging,
                  struct trf_resource *resource, unsigned level,
                  const struct trf_box *box)
{
   const struct trf_box from_origin = {
      .width = box->width, .height = box->height, .depth = box->depth};

   if (is_buffer(staging->resource) && !is_buffer(resource))
      trf_gpu_copy_buffer_to_image(gpu, resource, level, box,
                                   staging->resource, 0);
   else
      copy(gpu, resource, level, box, staging->resource, 0, &from_origin);
}

void
trf_staging_get_stats(struct trf_screen *screen,
                      struct trf_staging_stats *stats)
{
   simple_mtx_lock(&screen->staging->lock);
   *stats = screen->staging->stats;
   simple_mtx_unlock(&screen->staging->lock);
}
