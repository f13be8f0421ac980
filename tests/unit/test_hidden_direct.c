/* SPDX-License-Identifier: MIT */

/* TREFOIL_DEBUG=staging, which is read once a process. */

#include "gallium_screens.h"

#include "gallium/staging.h"

static void
debug_flag_hides_direct_pointers(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   struct trf_resource_desc desc =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);
   struct trf_direct direct;
   desc.width = 64;

   struct trf_resource *resource = trf_resource_create(screen, &desc);
   assert_false(trf_resource_direct(resource, 0, &direct));
   trf_resource_destroy(resource);

   desc.host_visible = true;
   resource = trf_resource_create(screen, &desc);
   assert_false(trf_resource_direct(resource, 0, &direct));
   trf_resource_destroy(resource);
}

static void
staging_stays_visible(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   const struct trf_resource_desc like =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);

   struct trf_staging *staging =
      trf_staging_acquire(screen, &like, 30, 20, 1);
   assert_non_null(staging);
   assert_non_null(staging->pointer);
   trf_staging_release(screen, staging);
}

static void
wrapped_memory_stays_visible(void **state)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);
   const struct trf_layout layout = {4, 256, 0};
   void *memory = aligned_alloc(64, 256 * 8);
   desc.width = 64;
   desc.height = 8;

   struct trf_resource *wrapped =
      trf_resource_wrap(llvmpipe, &desc, memory, &layout);
   assert_non_null(wrapped);
   trf_resource_destroy(wrapped);
   free(memory);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      ON_BOTH(debug_flag_hides_direct_pointers),
      ON_BOTH(staging_stays_visible),
      cmocka_unit_test(wrapped_memory_stays_visible),
   };

   setenv("TREFOIL_DEBUG", "staging", 1);
   return cmocka_run_group_tests(tests, make_screens, destroy_screens);
}
