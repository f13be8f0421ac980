/* SPDX-License-Identifier: MIT */

/* From a driver's caps to what clGetDeviceInfo reports. */

#include "core/device_limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "gallium/screen.h"

static struct trf_screen_caps
usual_caps(void)
{
   return (struct trf_screen_caps){
      .images = true,
      .read_write_images = true,
      .address_bits = 64,
      .max_image_2d = 16384,
      .max_image_3d = 2048,
      .max_image_layers = 2048,
      .max_texel_buffer = 1 << 27,
      .max_buffer_size = 1 << 30,
      .global_memory = (size_t)4 << 30,
      .local_memory = 32768,
      .max_constant_buffer = 65536,
      .linear_pitch_alignment = 16,
      .linear_base_alignment = 64,
      .max_read_images = 128,
      .max_write_images = 64,
      .max_samplers = 16,
      .compute_units = 8,
      .max_threads_per_block = 1024,
      .max_block = {1024, 1024, 64},
      .subgroup_sizes = 8 | 32,
   };
}

static void
caps_are_reported(void **state)
{
   const struct trf_screen_caps caps = usual_caps();
   struct trf_device_limits limits;

   trf_device_limits_init(&limits, &caps);
   assert_int_equal(limits.compute_units, 8);
   assert_int_equal(limits.work_group_size, 1024);
   assert_int_equal(limits.work_item_sizes[2], 64);
   assert_int_equal(limits.work_group_multiple, 32);
   assert_int_equal(limits.allocation, 1 << 30);
   assert_int_equal(limits.local_memory_type, CL_LOCAL);
   assert_int_equal(limits.unified_memory, CL_FALSE);
   assert_int_equal(limits.image_2d_height, 16384);
   assert_int_equal(limits.image_3d_depth, 2048);
   assert_int_equal(limits.read_write_images, 64);
   assert_int_equal(limits.image_pitch_alignment, 16);
   assert_int_equal(limits.image_base_alignment, 64);
}

static void
one_allocation_fits_the_memory(void **state)
{
   struct trf_screen_caps caps = usual_caps();
   struct trf_device_limits limits;

   caps.global_memory = 1 << 20;
   trf_device_limits_init(&limits, &caps);
   assert_int_equal(limits.allocation, 1 << 20);
}

static void
no_images_no_limits(void **state)
{
   struct trf_screen_caps caps = usual_caps();
   struct trf_device_limits limits;

   caps.images = false;
   trf_device_limits_init(&limits, &caps);
   assert_int_equal(limits.read_images, 0);
   assert_int_equal(limits.samplers, 0);
   assert_int_equal(limits.image_2d_width, 0);
   assert_int_equal(limits.image_pitch_alignment, 0);
}

static void
alignments_come_together_or_not(void **state)
{
   struct trf_screen_caps caps = usual_caps();
   struct trf_device_limits limits;

   caps.linear_base_alignment = 0;
   trf_device_limits_init(&limits, &caps);
   assert_int_equal(limits.image_pitch_alignment, 0);
   assert_int_equal(limits.image_base_alignment, 0);
}

static void
a_driver_that_says_little_is_not_empty(void **state)
{
   const struct trf_screen_caps caps = {.is_cpu = true};
   struct trf_device_limits limits;

   trf_device_limits_init(&limits, &caps);
   assert_int_equal(limits.compute_units, 1);
   assert_int_equal(limits.work_group_size, 1);
   assert_int_equal(limits.work_item_sizes[0], 1);
   assert_int_equal(limits.work_group_multiple, 1);
   assert_int_equal(limits.local_memory_type, CL_GLOBAL);
   assert_int_equal(limits.unified_memory, CL_TRUE);
   /* A cache has a size, or there is none. */
   assert_int_equal(limits.cache_type == CL_NONE, limits.cache_size == 0);
}

static void
few_images_make_an_embedded_profile(void **state)
{
   struct trf_screen_caps caps = usual_caps();
   struct trf_device_limits limits;

   trf_device_limits_init(&limits, &caps);
   assert_false(limits.embedded_profile);
   caps.max_read_images = 32;
   trf_device_limits_init(&limits, &caps);
   assert_true(limits.embedded_profile);
   caps.images = false;
   trf_device_limits_init(&limits, &caps);
   assert_false(limits.embedded_profile);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(caps_are_reported),
      cmocka_unit_test(one_allocation_fits_the_memory),
      cmocka_unit_test(no_images_no_limits),
      cmocka_unit_test(alignments_come_together_or_not),
      cmocka_unit_test(few_images_make_an_embedded_profile),
      cmocka_unit_test(a_driver_that_says_little_is_not_empty),
   };
   return cmocka_run_group_tests_name("device limits", tests, NULL, NULL);
}
