/* SPDX-License-Identifier: MIT */

/* Resources whose storage is the client's own memory. */

#include "gallium_screens.h"

#include "gallium/context.h"

/*
 * What the client sees at its pointers is what the driver reads.  The region
 * of `memory` is one that llvmpipe lays out itself just so.
 */
static void
check_wrapped(const struct trf_resource_desc *desc, uint8_t *memory,
              const struct trf_layout *layout)
{
   const struct trf_box box = level_box(desc, 0);
   struct trf_direct direct, copied;

   struct trf_resource *wrapped =
      trf_resource_wrap(llvmpipe, desc, memory, layout);
   assert_non_null(wrapped);
   assert_true(trf_resource_direct(wrapped, 0, &direct));
   assert_ptr_equal(direct.pointer, memory);

   struct trf_resource *copy = trf_resource_create(llvmpipe, desc);
   struct trf_gpu *gpu = trf_gpu_create(llvmpipe);
   fill_pattern(memory, layout, &box, 0, 2);
   trf_gpu_copy_image(gpu, copy, 0, &box, wrapped, 0, &box);
   assert_true(trf_resource_direct(copy, 0, &copied));
   assert_true(has_pattern(copied.pointer, &copied.layout, &box, 0, 2));

   trf_gpu_destroy(gpu);
   trf_resource_destroy(copy);
   trf_resource_destroy(wrapped);
}

static void
wrap_takes_images_as_they_lie(void **state)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);
   uint8_t *memory = aligned_alloc(64, 256 * 64);
   assert_non_null(memory);

   desc.width = 64;
   desc.height = 13;
   check_wrapped(&desc, memory, &(struct trf_layout){4, 256, 0});

   /* One row has no pitch. */
   desc.height = 1;
   check_wrapped(&desc, memory, &(struct trf_layout){4, 17, 0});
   desc.target = TRF_TARGET_1D;
   check_wrapped(&desc, memory, &(struct trf_layout){4, 0, 0});

   desc.target = TRF_TARGET_1D_ARRAY;
   desc.layers = 7;
   check_wrapped(&desc, memory, &(struct trf_layout){4, 256, 256});

   desc.target = TRF_TARGET_2D_ARRAY;
   desc.layers = 3;
   desc.height = 4;
   check_wrapped(&desc, memory, &(struct trf_layout){4, 256, 1024});

   desc.target = TRF_TARGET_3D;
   desc.layers = 1;
   desc.depth = 3;
   desc.height = 3;
   check_wrapped(&desc, memory, &(struct trf_layout){4, 256, 1024});

   /* Any pixel is a place to begin at. */
   desc = describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);
   desc.width = 64;
   desc.height = 5;
   check_wrapped(&desc, memory + 4, &(struct trf_layout){4, 256, 0});
   free(memory);
}

static void
wrap_refuses_other_pitches(void **state)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8G8B8A8_UNORM);
   uint8_t *memory = aligned_alloc(64, 256 * 64);
   desc.width = 64;
   desc.height = 13;

   const struct trf_layout wide = {4, 320, 0}, right = {4, 256, 0};
   assert_null(trf_resource_wrap(llvmpipe, &desc, memory, &wide));

   /* Not at a pixel's own alignment. */
   assert_null(trf_resource_wrap(llvmpipe, &desc, memory + 2, &right));

   /* Levels are the driver's to place. */
   desc.levels = 2;
   assert_null(trf_resource_wrap(llvmpipe, &desc, memory, &right));
   desc.levels = 1;

   /* llvmpipe pads slices to four rows. */
   const struct trf_layout tight = {4, 256, 3 * 256};
   desc.target = TRF_TARGET_3D;
   desc.height = 3;
   desc.depth = 2;
   assert_null(trf_resource_wrap(llvmpipe, &desc, memory, &tight));

   assert_null(trf_resource_wrap(softpipe, &desc, memory, &right));
   free(memory);
}

static void
wrap_takes_buffers(void **state)
{
   struct trf_resource_desc desc =
      describe(TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT);
   uint8_t *memory = aligned_alloc(64, 1024);
   struct trf_direct direct;
   desc.width = 1000;

   struct trf_resource *buffer =
      trf_resource_wrap(llvmpipe, &desc, memory, NULL);
   assert_non_null(buffer);
   assert_true(trf_resource_direct(buffer, 0, &direct));
   assert_ptr_equal(direct.pointer, memory);
   trf_resource_destroy(buffer);

   /* A view of it could have pixels of 16 bytes. */
   assert_null(trf_resource_wrap(llvmpipe, &desc, memory + 8, NULL));
   assert_null(trf_resource_wrap(softpipe, &desc, memory, NULL));
   free(memory);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(wrap_takes_images_as_they_lie),
      cmocka_unit_test(wrap_refuses_other_pitches),
      cmocka_unit_test(wrap_takes_buffers),
   };
   return cmocka_run_group_tests(tests, make_screens, destroy_screens);
}
