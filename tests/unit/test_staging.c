/* SPDX-License-Identifier: MIT */

/* Device copies, and the pool of staging memory. */

#include "gallium_screens.h"

#include "c11/threads.h"
#include "gallium/staging.h"

#define RGBA PIPE_FORMAT_R8G8B8A8_UNORM

static struct trf_resource *
create(struct trf_screen *screen, enum trf_target target, size_t width,
       size_t height, size_t depth, size_t layers, unsigned levels)
{
   struct trf_resource_desc desc = describe(target, RGBA);
   if (target == TRF_TARGET_BUFFER)
      desc.format = PIPE_FORMAT_R8_UINT;
   desc.width = width;
   desc.height = height;
   desc.depth = depth;
   desc.layers = layers;
   desc.levels = levels;

   struct trf_resource *resource = trf_resource_create(screen, &desc);
   assert_non_null(resource);
   return resource;
}

static void
fill(struct trf_resource *resource, unsigned seed)
{
   const struct trf_resource_desc *desc = trf_resource_desc(resource);

   for (unsigned level = 0; level < desc->levels; level++) {
      const struct trf_box box = level_box(desc, level);
      struct trf_direct direct;
      assert_true(trf_resource_direct(resource, level, &direct));
      fill_pattern(direct.pointer, &direct.layout, &box, level, seed);
   }
}

static uint8_t
byte_at(struct trf_resource *resource, unsigned level, size_t x, size_t y,
        size_t z)
{
   const struct trf_box at = {.x = x, .y = y, .z = z};
   struct trf_direct direct;
   assert_true(trf_resource_direct(resource, level, &direct));
   return direct.pointer[trf_layout_offset(&direct.layout, &at)];
}

static bool
inside(const struct trf_box *box, size_t x, size_t y, size_t z)
{
   return x - box->x < box->width && y - box->y < box->height &&
          z - box->z < box->depth;
}

/* Copies a box and looks at every pixel of the destination's level. */
static void
check_copy(struct trf_screen *screen, struct trf_resource *dst,
           unsigned dst_level, struct trf_box to, struct trf_resource *src,
           unsigned src_level, struct trf_box from)
{
   struct trf_gpu *gpu = trf_gpu_create(screen);
   to.width = from.width;
   to.height = from.height;
   to.depth = from.depth;

   fill(src, 3);
   fill(dst, 4);
   trf_gpu_copy_image(gpu, dst, dst_level, &to, src, src_level, &from);
   assert_true(trf_gpu_sync(gpu, dst, false));

   const struct trf_box all = level_box(trf_resource_desc(dst), dst_level);
   for (size_t z = 0; z < all.depth; z++) {
      for (size_t y = 0; y < all.height; y++) {
         for (size_t x = 0; x < all.width; x++) {
            const uint8_t expected =
               inside(&to, x, y, z)
                  ? pixel_byte(3, src_level, x - to.x + from.x,
                               y - to.y + from.y, z - to.z + from.z, 0)
                  : pixel_byte(4, dst_level, x, y, z, 0);
            assert_int_equal(byte_at(dst, dst_level, x, y, z), expected);
         }
      }
   }
   assert_int_equal(trf_gpu_status(gpu), 0);
   trf_gpu_destroy(gpu);
   trf_resource_destroy(src);
   trf_resource_destroy(dst);
}

static void
copies_between_like_images(void **state)
{
   struct trf_screen *s = *(struct trf_screen **)*state;

   check_copy(s, create(s, TRF_TARGET_1D, 30, 1, 1, 1, 1), 0,
              (struct trf_box){5}, create(s, TRF_TARGET_1D, 64, 1, 1, 1, 3),
              2, (struct trf_box){3, 0, 0, 12, 1, 1});
   check_copy(s, create(s, TRF_TARGET_1D_ARRAY, 30, 1, 1, 9, 1), 0,
              (struct trf_box){5, 4},
              create(s, TRF_TARGET_1D_ARRAY, 40, 1, 1, 6, 2), 1,
              (struct trf_box){3, 1, 0, 12, 5, 1});
   check_copy(s, create(s, TRF_TARGET_2D, 40, 30, 1, 1, 2), 1,
              (struct trf_box){5, 4},
              create(s, TRF_TARGET_2D, 33, 17, 1, 1, 1), 0,
              (struct trf_box){3, 1, 0, 12, 5, 1});
   check_copy(s, create(s, TRF_TARGET_2D_ARRAY, 40, 30, 1, 5, 1), 0,
              (struct trf_box){5, 4, 1},
              create(s, TRF_TARGET_2D_ARRAY, 33, 17, 1, 4, 1), 0,
              (struct trf_box){3, 1, 2, 12, 5, 2});
   check_copy(s, create(s, TRF_TARGET_3D, 20, 18, 16, 1, 2), 1,
              (struct trf_box){2, 3, 4},
              create(s, TRF_TARGET_3D, 9, 9, 9, 1, 1), 0,
              (struct trf_box){1, 2, 3, 7, 6, 4});
}

static void
copies_between_unlike_images(void **state)
{
   struct trf_screen *s = *(struct trf_screen **)*state;

   check_copy(s, create(s, TRF_TARGET_2D, 30, 12, 1, 1, 1), 0,
              (struct trf_box){5, 3},
              create(s, TRF_TARGET_1D_ARRAY, 40, 1, 1, 6, 1), 0,
              (struct trf_box){3, 1, 0, 12, 5, 1});
   check_copy(s, create(s, TRF_TARGET_1D_ARRAY, 40, 1, 1, 8, 1), 0,
              (struct trf_box){3, 1},
              create(s, TRF_TARGET_2D_ARRAY, 30, 12, 1, 3, 1), 0,
              (struct trf_box){5, 3, 2, 12, 5, 1});
   check_copy(s, create(s, TRF_TARGET_2D, 30, 12, 1, 1, 1), 0,
              (struct trf_box){5, 3},
              create(s, TRF_TARGET_3D, 30, 12, 6, 1, 1), 0,
              (struct trf_box){1, 2, 3, 12, 5, 1});
   check_copy(s, create(s, TRF_TARGET_3D, 30, 12, 6, 1, 1), 0,
              (struct trf_box){5, 3, 1},
              create(s, TRF_TARGET_2D_ARRAY, 30, 12, 1, 5, 1), 0,
              (struct trf_box){1, 2, 2, 12, 5, 3});
   check_copy(s, create(s, TRF_TARGET_2D, 30, 12, 1, 1, 1), 0,
              (struct trf_box){5, 3},
              create(s, TRF_TARGET_1D, 30, 1, 1, 1, 1), 0,
              (struct trf_box){1, 0, 0, 12, 1, 1});
}

static void
copies_between_buffers(void **state)
{
   struct trf_screen *s = *(struct trf_screen **)*state;
   struct trf_resource *dst = create(s, TRF_TARGET_BUFFER, 500, 1, 1, 1, 1);
   struct trf_resource *src = create(s, TRF_TARGET_BUFFER, 300, 1, 1, 1, 1);
   struct trf_gpu *gpu = trf_gpu_create(s);
   struct trf_fence *fence = NULL;

   fill(dst, 4);
   fill(src, 3);
   trf_gpu_copy_buffer(gpu, dst, 77, src, 13, 111);
   trf_gpu_flush(gpu, &fence);
   assert_true(trf_fence_wait(s, fence, UINT64_MAX));
   trf_fence_release(s, fence);

   for (size_t x = 0; x < 500; x++) {
      const uint8_t expected = x >= 77 && x < 77 + 111
                                  ? pixel_byte(3, 0, x - 77 + 13, 0, 0, 0)
                                  : pixel_byte(4, 0, x, 0, 0, 0);
      assert_int_equal(byte_at(dst, 0, x, 0, 0), expected);
   }
   trf_gpu_destroy(gpu);
   trf_resource_destroy(src);
   trf_resource_destroy(dst);
}

/* Out of an image into staging, and from there into another. */
static void
check_staging(struct trf_screen *screen, struct trf_resource *src,
              unsigned level, struct trf_box box)
{
   const struct trf_resource_desc *desc = trf_resource_desc(src);
   struct trf_resource *dst = trf_resource_create(screen, desc);
   struct trf_gpu *gpu = trf_gpu_create(screen);
   struct trf_staging *staging =
      trf_staging_acquire(screen, desc, box.width, box.height, box.depth);

   assert_non_null(staging);
   assert_int_equal(staging->box.width, box.width);
   assert_int_equal(staging->box.height, box.height);
   assert_int_equal(staging->box.depth, box.depth);

   fill(src, 3);
   fill(dst, 4);
   trf_staging_fetch(gpu, staging, src, level, &box);
   assert_true(
      has_pattern(staging->pointer, &staging->layout, &box, level, 3));

   trf_staging_store(gpu, staging, dst, level, &box);
   const struct trf_box all = level_box(desc, level);
   for (size_t z = 0; z < all.depth; z++) {
      for (size_t y = 0; y < all.height; y++) {
         for (size_t x = 0; x < all.width; x++)
            assert_int_equal(
               byte_at(dst, level, x, y, z),
               pixel_byte(inside(&box, x, y, z) ? 3 : 4, level, x, y, z, 0));
      }
   }

   trf_staging_release(screen, staging);
   trf_gpu_destroy(gpu);
   trf_resource_destroy(dst);
   trf_resource_destroy(src);
}

static void
staging_carries_regions(void **state)
{
   struct trf_screen *s = *(struct trf_screen **)*state;

   check_staging(s, create(s, TRF_TARGET_BUFFER, 9000, 1, 1, 1, 1), 0,
                 (struct trf_box){100, 0, 0, 7777, 1, 1});
   check_staging(s, create(s, TRF_TARGET_1D, 100, 1, 1, 1, 2), 1,
                 (struct trf_box){10, 0, 0, 39, 1, 1});
   check_staging(s, create(s, TRF_TARGET_1D_ARRAY, 100, 1, 1, 20, 2), 1,
                 (struct trf_box){10, 3, 0, 39, 17, 1});
   check_staging(s, create(s, TRF_TARGET_2D, 100, 90, 1, 1, 3), 1,
                 (struct trf_box){10, 3, 0, 39, 17, 1});
   check_staging(s, create(s, TRF_TARGET_2D_ARRAY, 50, 40, 1, 7, 2), 0,
                 (struct trf_box){10, 3, 2, 39, 17, 5});
   check_staging(s, create(s, TRF_TARGET_3D, 50, 40, 30, 1, 2), 1,
                 (struct trf_box){1, 3, 2, 20, 17, 13});
}

static struct trf_staging_stats
stats_of(struct trf_screen *screen)
{
   struct trf_staging_stats stats;
   trf_staging_get_stats(screen, &stats);
   return stats;
}

static void
contents_are_found_again(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   const struct trf_resource_desc like = describe(TRF_TARGET_2D, RGBA);
   const struct trf_contents one = {.object = 1, .version = 4, .level = 2},
                             two = {.object = 2}, none = {0};
   struct trf_staging *a = trf_staging_acquire(screen, &like, 77, 77, 1);
   struct trf_staging *b = trf_staging_acquire(screen, &like, 77, 77, 1);

   assert_false(trf_contents_equal(&none, &none));
   a->contents = one;
   b->contents = two;
   trf_staging_release(screen, a);
   trf_staging_release(screen, b);

   /* Not the one that was given back last, but the one that was asked for. */
   assert_ptr_equal(trf_staging_acquire_like(screen, &like, 77, 77, 1, &one),
                    a);
   assert_true(trf_contents_equal(&a->contents, &one));
   struct trf_contents later = one;
   later.version++;
   assert_false(trf_contents_equal(&a->contents, &later));
   trf_staging_release(screen, a);

   /* Whoever does not ask is told nothing. */
   a = trf_staging_acquire(screen, &like, 77, 77, 1);
   b = trf_staging_acquire(screen, &like, 77, 77, 1);
   assert_int_equal(a->contents.object, 0);
   assert_int_equal(b->contents.object, 0);
   trf_staging_release(screen, a);
   trf_staging_release(screen, b);
}

static void
staging_is_reused(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   struct trf_resource_desc like = describe(TRF_TARGET_2D, RGBA);
   const struct trf_staging_stats before = stats_of(screen);

   /* Sizes near to each other share memory; unlike formats do not. */
   struct trf_staging *first =
      trf_staging_acquire(screen, &like, 1000, 1000, 1);
   const uint8_t *pointer = first->pointer;
   trf_staging_release(screen, first);
   first = trf_staging_acquire(screen, &like, 1010, 990, 1);
   assert_ptr_equal(first->pointer, pointer);
   assert_int_equal(first->box.width, 1010);

   struct trf_staging *second =
      trf_staging_acquire(screen, &like, 1000, 1000, 1);
   assert_ptr_not_equal(second->pointer, pointer);
   trf_staging_release(screen, second);

   like.format = PIPE_FORMAT_R8G8B8A8_UINT;
   struct trf_staging *other =
      trf_staging_acquire(screen, &like, 1000, 1000, 1);

   const struct trf_staging_stats after = stats_of(screen);
   assert_int_equal(after.created - before.created, 3);
   assert_int_equal(after.reused - before.reused, 1);

   trf_staging_release(screen, other);
   trf_staging_release(screen, first);
   assert_true(stats_of(screen).free_bytes >= 3 * 1000 * 1000 * 4);
}

static void
staging_wastes_little(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   const struct trf_resource_desc like = describe(TRF_TARGET_2D, RGBA);

   for (size_t size = 1; size < 3000; size = size * 5 / 4 + 1) {
      struct trf_staging *staging =
         trf_staging_acquire(screen, &like, size, 1, 1);
      assert_true(staging->layout.row >= size * 4);
      assert_true(staging->layout.row <= size * 4 * 9 / 8 + 64);
      trf_staging_release(screen, staging);
   }
}

static void
staging_pool_has_limits(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   struct trf_resource_desc like =
      describe(TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT);
   struct trf_staging *held[200];

   for (unsigned i = 0; i < 200; i++) {
      held[i] = trf_staging_acquire(screen, &like, 100, 1, 1);
      assert_non_null(held[i]);
   }
   for (unsigned i = 0; i < 200; i++)
      trf_staging_release(screen, held[i]);
   assert_true(stats_of(screen).free_count <= 128);

   for (unsigned i = 0; i < 3; i++)
      held[i] = trf_staging_acquire(screen, &like, 100 << 20, 1, 1);
   const uint8_t *last = held[2]->pointer;
   for (unsigned i = 0; i < 3; i++)
      trf_staging_release(screen, held[i]);
   const struct trf_staging_stats stats = stats_of(screen);
   assert_true(stats.free_bytes <= 256 << 20);
   assert_true(stats.free_bytes >= 100 << 20);

   /* The last released is the first to be used again. */
   held[0] = trf_staging_acquire(screen, &like, 100 << 20, 1, 1);
   assert_ptr_equal(held[0]->pointer, last);
   trf_staging_release(screen, held[0]);
}

static void
staging_can_fail(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   const struct trf_resource_desc like =
      describe(TRF_TARGET_3D, PIPE_FORMAT_R32G32B32A32_FLOAT);

   assert_null(trf_staging_acquire(screen, &like, 2048, 2048, 2048));
}

static int
hammer(void *data)
{
   struct trf_screen *screen = data;
   struct trf_resource_desc like = describe(TRF_TARGET_2D, RGBA);

   for (size_t i = 0; i < 2000; i++) {
      const size_t width = 100 + i * 7 % 50;
      struct trf_staging *staging =
         trf_staging_acquire(screen, &like, width, 3, 1);
      if (!staging)
         return 1;
      memset(staging->pointer, (int)i, width * 4);
      trf_staging_release(screen, staging);
   }
   return 0;
}

static void
threads_share_the_pool(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   thrd_t threads[4];

   for (unsigned i = 0; i < 4; i++)
      thrd_create(&threads[i], hammer, screen);
   for (unsigned i = 0; i < 4; i++) {
      int result;
      thrd_join(threads[i], &result);
      assert_int_equal(result, 0);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      ON_BOTH(copies_between_like_images),
      ON_BOTH(copies_between_unlike_images),
      ON_BOTH(copies_between_buffers),
      ON_BOTH(staging_carries_regions),
      ON_BOTH(contents_are_found_again),
      ON_BOTH(staging_is_reused),
      ON_BOTH(staging_wastes_little),
      ON_BOTH(staging_pool_has_limits),
      ON_BOTH(staging_can_fail),
      ON_BOTH(threads_share_the_pool),
   };
   return cmocka_run_group_tests(tests, make_screens, destroy_screens);
}
