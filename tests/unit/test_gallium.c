/* SPDX-License-Identifier: MIT */

/* Screens, and resources with their direct pointers. */

#include "gallium_screens.h"

#include "core/format.h"
#include "gallium/screen.h"
#include "llvmpipe/lp_screen.h"
#include "c11/threads.h"

static unsigned
probe(const char *selection, const char *first)
{
   struct trf_screen **screens;
   const unsigned count = trf_loader_probe(selection, &screens);

   if (count && first)
      assert_string_equal(trf_screen_driver(screens[0]), first);
   if (!count)
      assert_null(screens);
   for (unsigned i = 0; i < count; i++)
      trf_screen_destroy(screens[i]);
   free(screens);
   return count;
}

static void
loader_takes_what_is_selected(void **state)
{
   assert_true(probe(NULL, NULL) >= 1);
   assert_true(probe("", NULL) >= 1);
   assert_int_equal(probe("llvmpipe", "llvmpipe"), 1);
   assert_int_equal(probe("softpipe", "softpipe"), 1);
   assert_int_equal(probe("LLVMpipe", "llvmpipe"), 1);
   assert_int_equal(probe(" nothing ,,  (llvm ", "llvmpipe"), 1);
   assert_int_equal(probe("softpipe,llvmpipe", "llvmpipe"), 2);
   assert_int_equal(probe("no such device", NULL), 0);
   assert_int_equal(probe(",", NULL), 0);
   /* softpipe's name must be whole. */
   assert_int_equal(probe("softpip", NULL), 0);
}

/* Whatever the environment holds: no more than nothing is found. */
static void
loader_takes_any_selection(void **state)
{
   static const char *const odd[] = {
      " ",
      "\t,\t",
      ",,,,,,,,",
      "%s%n%s%n",
      "\n",
      "\xff\xfe\x80",
      "llvmpipellvmpipe",
      "*",
      "../../llvmpipe",
      "llvm\npipe",
   };
   const size_t length = 1 << 20;
   char *text = malloc(length + 1);

   for (unsigned i = 0; i < ARRAY_SIZE(odd); i++)
      assert_int_equal(probe(odd[i], NULL), 0);

   assert_non_null(text);
   memset(text, 'l', length);
   text[length] = '\0';
   assert_int_equal(probe(text, NULL), 0);
   memset(text, ',', length);
   assert_int_equal(probe(text, NULL), 0);
   memcpy(text + length - 8, "llvmpipe", 8);
   assert_int_equal(probe(text, "llvmpipe"), 1);
   memset(text, ' ', length - 8);
   assert_int_equal(probe(text, "llvmpipe"), 1);
   free(text);
}

static void
screen_has_names(void **state)
{
   const struct trf_screen *screen = *(struct trf_screen **)*state;

   assert_true(strlen(trf_screen_name(screen)) > 0);
   assert_true(strlen(trf_screen_vendor(screen)) > 0);
   assert_non_null(trf_screen_pipe(screen));
   uint64_t device = 0, host = 0;
   assert_false(trf_screen_clocks(screen, &device, &host));
   assert_true(device > 0 && device == host);
   const uint64_t before = trf_host_time();
   assert_true(trf_host_time() >= before);
}

static void
screen_says_what_it_can(void **state)
{
   const struct trf_screen_caps *lp = trf_screen_caps(llvmpipe);
   const struct trf_screen_caps *sp = trf_screen_caps(softpipe);

   assert_true(lp->is_cpu && lp->synchronous && lp->uma && lp->compute);
   assert_true(lp->images && lp->read_write_images && lp->user_memory);
   assert_true(sp->is_cpu && sp->synchronous && sp->images);
   assert_false(sp->compute);
   assert_false(sp->user_memory);
   assert_false(lp->has_pci || sp->has_pci);

   /* 4.2, the full profile's least. */
   assert_true(lp->max_image_2d >= 16384);
   assert_true(lp->max_image_3d >= 2048);
   assert_true(lp->max_image_layers >= 2048);
   assert_true(lp->max_texel_buffer >= 65536);
   assert_true(lp->max_read_images >= 128);
   assert_true(lp->max_write_images >= 64);
   assert_true(lp->max_samplers >= 16);
   assert_true(lp->max_constant_buffer >= 64 << 10);
   assert_true(lp->local_memory >= 32 << 10);
   assert_true(lp->max_buffer_size <= INT32_MAX);
   assert_true(lp->max_buffer_size <= lp->global_memory);
   assert_true(sp->max_buffer_size <= (size_t)1 << 30);

   assert_memory_not_equal(lp->uuid, sp->uuid, sizeof(lp->uuid));
   assert_memory_not_equal(lp->driver_uuid, sp->driver_uuid,
                           sizeof(lp->driver_uuid));
}

static void
format_uses_follow_the_driver(void **state)
{
   const unsigned all =
      TRF_FORMAT_SAMPLED | TRF_FORMAT_STORED | TRF_FORMAT_LOADED;

   assert_int_equal(trf_screen_format_uses(
                       llvmpipe, PIPE_FORMAT_R8G8B8A8_UNORM, TRF_TARGET_2D),
                    all);
   assert_int_equal(trf_screen_format_uses(llvmpipe, PIPE_FORMAT_R32_FLOAT,
                                           TRF_TARGET_BUFFER),
                    all);
   assert_int_equal(trf_screen_format_uses(
                       llvmpipe, PIPE_FORMAT_R8G8B8A8_SRGB, TRF_TARGET_2D),
                    TRF_FORMAT_SAMPLED);
   assert_int_equal(
      trf_screen_format_uses(llvmpipe, PIPE_FORMAT_ASTC_4x4, TRF_TARGET_2D),
      0);
}

/* Odd extents with every mip level, for each target. */
static const struct trf_resource_desc shapes[] = {
   {TRF_TARGET_1D, 0, 37, 1, 1, 1, 6, TRF_FORMAT_SAMPLED, false, false},
   {TRF_TARGET_1D_ARRAY, 0, 37, 1, 1, 5, 6, TRF_FORMAT_SAMPLED, false, false},
   {TRF_TARGET_2D, 0, 37, 13, 1, 1, 6, TRF_FORMAT_SAMPLED, false, false},
   {TRF_TARGET_2D_ARRAY, 0, 19, 7, 1, 3, 5, TRF_FORMAT_SAMPLED, false, false},
   {TRF_TARGET_3D, 0, 11, 7, 9, 1, 4, TRF_FORMAT_SAMPLED, false, false},
   {TRF_TARGET_2D, 0, 20, 20, 1, 1, 1, TRF_FORMAT_SAMPLED, true, false},
   {TRF_TARGET_2D, 0, 20, 20, 1, 1, 1, 0, false, true},
};

/* Fills all levels, then looks: no pixel may have landed on another. */
static void
check_levels(struct trf_resource *resource)
{
   const struct trf_resource_desc *desc = trf_resource_desc(resource);
   const unsigned element = util_format_get_blocksize(desc->format);
   struct trf_direct direct, again;

   for (unsigned level = 0; level < desc->levels; level++) {
      const struct trf_box box = level_box(desc, level);
      assert_true(trf_resource_direct(resource, level, &direct));
      assert_int_equal(direct.layout.element, element);
      assert_true(direct.layout.row >= box.width * element);
      fill_pattern(direct.pointer, &direct.layout, &box, level, 1);
   }

   for (unsigned level = 0; level < desc->levels; level++) {
      const struct trf_box box = level_box(desc, level);
      assert_true(trf_resource_direct(resource, level, &direct));
      assert_true(trf_resource_direct(resource, level, &again));
      assert_memory_equal(&direct, &again, sizeof(direct));
      assert_true(
         has_pattern(direct.pointer, &direct.layout, &box, level, 1));
   }
}

static void
direct_pointers_address_each_pixel(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   unsigned count, created = 0;
   const struct trf_format *formats = trf_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      for (unsigned j = 0; j < ARRAY_SIZE(shapes); j++) {
         struct trf_resource_desc desc = shapes[j];
         desc.format = formats[i].pipe;
         if (!trf_screen_format_uses(screen, desc.format, desc.target))
            continue;

         struct trf_resource *resource = trf_resource_create(screen, &desc);
         assert_non_null(resource);
         assert_ptr_equal(trf_resource_screen(resource), screen);
         check_levels(resource);
         trf_resource_destroy(resource);
         created++;
      }
   }
   assert_true(created > 300);
}

static void
direct_pointer_of_a_buffer(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   struct trf_resource_desc desc =
      describe(TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT);
   struct trf_direct direct;
   desc.width = 1000;

   struct trf_resource *buffer = trf_resource_create(screen, &desc);
   assert_non_null(buffer);
   assert_true(trf_resource_direct(buffer, 0, &direct));
   assert_int_equal(direct.layout.element, 1);
   assert_int_equal(
      (uintptr_t)direct.pointer % trf_screen_caps(screen)->map_alignment, 0);
   memset(direct.pointer, 1, desc.width);
   trf_resource_destroy(buffer);
}

static void
create_refuses_what_does_not_fit(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   const struct trf_screen_caps *caps = trf_screen_caps(screen);
   const size_t wide = caps->max_image_2d + 1;
   const size_t deep = caps->max_image_3d + 1;
   const size_t many = caps->max_image_layers + 1;
   const enum pipe_format f = PIPE_FORMAT_R8_UNORM;
   const struct trf_resource_desc bad[] = {
      {TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT, 0, 1, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT, caps->max_buffer_size + 1, 1,
       1, 1, 1, 0, 0, 0},
      {TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT, SIZE_MAX, 1, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_BUFFER, PIPE_FORMAT_R8_UINT, 64, 1, 1, 1, 2, 0, 0, 0},
      {TRF_TARGET_1D, f, 0, 1, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_1D, f, wide, 1, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_1D, f, 16, 2, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_1D_ARRAY, f, 16, 1, 1, many, 1, 0, 0, 0},
      {TRF_TARGET_1D_ARRAY, f, 16, 1, 1, 0, 1, 0, 0, 0},
      {TRF_TARGET_2D, f, 1, wide, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_2D, f, (size_t)1 << 32 | 1, 1, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_2D, f, 16, (size_t)1 << 16 | 1, 1, 1, 1, 0, 0, 0},
      {TRF_TARGET_2D, f, 16, 8, 1, 1, 6, 0, 0, 0},
      {TRF_TARGET_2D, f, 16, 8, 1, 1, 0, 0, 0, 0},
      {TRF_TARGET_2D_ARRAY, f, 16, 8, 1, many, 1, 0, 0, 0},
      {TRF_TARGET_2D_ARRAY, f, 16, 8, 2, 2, 1, 0, 0, 0},
      {TRF_TARGET_3D, f, 16, 8, deep, 1, 1, 0, 0, 0},
      {TRF_TARGET_3D, f, deep, 8, 1, 1, 1, 0, 0, 0},
      /* Each extent fits, but not all of them together. */
      {TRF_TARGET_3D, PIPE_FORMAT_R32G32B32A32_FLOAT, 2048, 2048, 2048, 1, 1,
       0, 0, 0},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
      assert_null(trf_resource_create(screen, &bad[i]));
   trf_resource_destroy(NULL);
}

#define RACES 200

struct race {
   struct trf_resource *resources[RACES];
   struct trf_direct found[RACES];
};

static int
find_all(void *data)
{
   struct race *race = data;
   for (unsigned i = 0; i < RACES; i++) {
      if (!trf_resource_direct(race->resources[i], 0, &race->found[i]))
         return 1;
   }
   return 0;
}

static void
threads_find_the_same_pointer(void **state)
{
   struct trf_screen *screen = *(struct trf_screen **)*state;
   const struct trf_resource_desc desc =
      describe(TRF_TARGET_2D, PIPE_FORMAT_R8_UNORM);
   static struct race races[4];
   thrd_t threads[4];

   for (unsigned i = 0; i < RACES; i++) {
      struct trf_resource *resource = trf_resource_create(screen, &desc);
      assert_non_null(resource);
      for (unsigned t = 0; t < 4; t++)
         races[t].resources[i] = resource;
   }
   for (unsigned t = 0; t < 4; t++)
      thrd_create(&threads[t], find_all, &races[t]);
   for (unsigned t = 0; t < 4; t++) {
      int result;
      thrd_join(threads[t], &result);
      assert_int_equal(result, 0);
   }
   for (unsigned i = 0; i < RACES; i++) {
      for (unsigned t = 1; t < 4; t++)
         assert_memory_equal(&races[t].found[i], &races[0].found[i],
                             sizeof(struct trf_direct));
      trf_resource_destroy(races[0].resources[i]);
   }
}

/* A part of a device has as many threads as it says, and no more. */
static void
parts_have_their_threads(void **state)
{
   assert_true(trf_screen_caps(llvmpipe)->divisible);
   assert_false(trf_screen_caps(softpipe)->divisible);
   for (unsigned units = 1; units <= 3; units++) {
      struct trf_screen *part = trf_screen_create_part(llvmpipe, units);

      assert_non_null(part);
      assert_int_equal(trf_screen_caps(part)->compute_units, units);
      assert_int_equal(llvmpipe_screen(trf_screen_pipe(part))->num_threads,
                       units);
      assert_string_equal(trf_screen_name(part), trf_screen_name(llvmpipe));
      trf_screen_destroy(part);
   }
   assert_null(trf_screen_create_part(softpipe, 1));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(loader_takes_what_is_selected),
      cmocka_unit_test(loader_takes_any_selection),
      ON_BOTH(screen_has_names),
      cmocka_unit_test(screen_says_what_it_can),
      cmocka_unit_test(format_uses_follow_the_driver),
      ON_BOTH(direct_pointers_address_each_pixel),
      ON_BOTH(direct_pointer_of_a_buffer),
      ON_BOTH(create_refuses_what_does_not_fit),
      ON_BOTH(threads_find_the_same_pointer),
      cmocka_unit_test(parts_have_their_threads),
   };
   return cmocka_run_group_tests(tests, make_screens, destroy_screens);
}
