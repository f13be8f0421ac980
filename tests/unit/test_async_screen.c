/* SPDX-License-Identifier: MIT */

/* What is for drivers that work behind the caller's back. */

#include "gallium_screens.h"

#include "gallium/staging.h"

static struct trf_screen *simgpu;

static int
setup(void **state)
{
   struct trf_screen **screens;

   if (trf_loader_probe("simgpu", &screens) != 1)
      return -1;
   simgpu = screens[0];
   free(screens);
   return 0;
}

static int
teardown(void **state)
{
   trf_screen_destroy(simgpu);
   return 0;
}

static struct trf_resource *
create(bool host_visible, unsigned levels)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);
   desc.width = 50;
   desc.height = 40;
   desc.levels = levels;
   desc.host_visible = host_visible;

   struct trf_resource *resource = trf_resource_create(simgpu, &desc);
   assert_non_null(resource);
   return resource;
}

static void
direct_is_for_host_visible_storage(void **state)
{
   struct trf_direct direct;

   struct trf_resource *hidden = create(false, 1);
   assert_false(trf_resource_direct(hidden, 0, &direct));
   assert_false(trf_resource_direct(hidden, 0, &direct));
   trf_resource_destroy(hidden);

   struct trf_resource *visible = create(true, 6);
   for (unsigned level = 0; level < 6; level++) {
      const struct trf_box box = level_box(trf_resource_desc(visible), level);
      assert_true(trf_resource_direct(visible, level, &direct));
      fill_pattern(direct.pointer, &direct.layout, &box, level, 1);
   }
   for (unsigned level = 0; level < 6; level++) {
      const struct trf_box box = level_box(trf_resource_desc(visible), level);
      assert_true(trf_resource_direct(visible, level, &direct));
      assert_true(
         has_pattern(direct.pointer, &direct.layout, &box, level, 1));
   }
   trf_resource_destroy(visible);
}

static void
sync_waits_and_fences_signal(void **state)
{
   struct trf_resource *dst = create(true, 1), *src = create(true, 1);
   const struct trf_box box = {.width = 50, .height = 40, .depth = 1};
   struct trf_gpu *gpu = trf_gpu_create(simgpu);
   struct trf_fence *fence = NULL;
   struct trf_direct direct;

   assert_true(trf_resource_direct(src, 0, &direct));
   fill_pattern(direct.pointer, &direct.layout, &box, 0, 1);
   trf_gpu_copy_image(gpu, dst, 0, &box, src, 0, &box);
   assert_true(trf_resource_direct(dst, 0, &direct));
   assert_false(has_pattern(direct.pointer, &direct.layout, &box, 0, 1));
   assert_true(trf_gpu_sync(gpu, dst, true));
   assert_true(has_pattern(direct.pointer, &direct.layout, &box, 0, 1));

   trf_gpu_flush(gpu, &fence);
   assert_non_null(fence);
   assert_true(trf_fence_wait(simgpu, fence, UINT64_MAX));
   assert_true(trf_fence_wait(simgpu, fence, 0));
   trf_fence_release(simgpu, fence);
   trf_gpu_flush(gpu, NULL);

   trf_gpu_destroy(gpu);
   trf_resource_destroy(src);
   trf_resource_destroy(dst);
}

static void
buffers_sync_and_stage(void **state)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT);
   const struct trf_box box = {
      .x = 300, .width = 5000, .height = 1, .depth = 1};
   struct trf_gpu *gpu = trf_gpu_create(simgpu);
   struct trf_fence *fence = NULL;
   desc.width = 10000;

   struct trf_resource *buffer = trf_resource_create(simgpu, &desc);
   struct trf_staging *in =
      trf_staging_acquire(simgpu, &desc, box.width, 1, 1);
   struct trf_staging *out =
      trf_staging_acquire(simgpu, &desc, box.width, 1, 1);

   fill_pattern(in->pointer, &in->layout, &box, 0, 1);
   trf_staging_store(gpu, in, buffer, 0, &box);
   assert_true(trf_gpu_sync(gpu, buffer, false));
   trf_staging_fetch(gpu, out, buffer, 0, &box);
   trf_gpu_flush(gpu, &fence);
   assert_true(trf_fence_wait(simgpu, fence, UINT64_MAX));
   trf_fence_release(simgpu, fence);
   assert_true(has_pattern(out->pointer, &out->layout, &box, 0, 1));

   trf_staging_release(simgpu, out);
   trf_staging_release(simgpu, in);
   trf_resource_destroy(buffer);
   trf_gpu_destroy(gpu);
}

static void
wrapped_memory_is_its_own_pointer(void **state)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT);
   const struct trf_layout layout = {1, 2048, 2048};
   uint8_t *memory = aligned_alloc(256, 4096);
   struct trf_direct direct;
   desc.width = 2048;

   struct trf_resource *wrapped =
      trf_resource_wrap(simgpu, &desc, memory, &layout);
   assert_non_null(wrapped);
   assert_true(trf_resource_direct(wrapped, 0, &direct));
   assert_ptr_equal(direct.pointer, memory);
   trf_resource_destroy(wrapped);

   /* The driver wants it aligned, and no images. */
   assert_null(trf_resource_wrap(simgpu, &desc, memory + 64, &layout));
   desc = describe(TRF_TARGET_2D, PIPE_FORMAT_R8_UINT);
   assert_null(trf_resource_wrap(simgpu, &desc, memory, &layout));
   free(memory);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(direct_is_for_host_visible_storage),
      cmocka_unit_test(sync_waits_and_fences_signal),
      cmocka_unit_test(buffers_sync_and_stage),
      cmocka_unit_test(wrapped_memory_is_its_own_pointer),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
