/* SPDX-License-Identifier: MIT */

/*
 * The errors of image commands that name the queue's device.  On one device
 * creation refuses the same images, so a client cannot get there: here the
 * image is described and the device changed.
 */

#include "api/validate_command.h"
#include "core/device.h"
#include "core/format.h"
#include "core/image.h"
#include "gallium_screens.h"

static struct trf_device
described_device(struct trf_screen *screen)
{
   struct trf_device device = {.screen = screen, .image_support = true};

   trf_device_limits_init(&device.limits, trf_screen_caps(screen));
   return device;
}

static struct trf_mem
described_image(cl_mem_flags flags, const struct trf_format *format)
{
   /* Only what kind of object the storage belongs to is asked of a root. */
   static struct trf_mem root = {.type = CL_MEM_OBJECT_IMAGE2D};
   /* Where a context has one device, its images are known to suit it. */
   static struct trf_context context = {.device_count = 2};

   return (struct trf_mem){
      .root = &root,
      .context = &context,
      .type = CL_MEM_OBJECT_IMAGE2D,
      .flags = flags,
      .image =
         {
            .format = format,
            .desc = {.image_type = CL_MEM_OBJECT_IMAGE2D,
                     .image_width = 64,
                     .image_height = 32},
         },
   };
}

static const struct trf_format *
rgba8(void)
{
   return trf_format_find(&(cl_image_format){CL_RGBA, CL_UNORM_INT8});
}

static void
takes_what_it_supports(void **state)
{
   const struct trf_device device = described_device(llvmpipe);
   const struct trf_mem image = described_image(CL_MEM_READ_WRITE, rgba8());

   assert_int_equal(trf_validate_image_on_device(&image, &device),
                    CL_SUCCESS);
}

static void
a_device_without_images_is_an_invalid_operation(void **state)
{
   struct trf_device device = described_device(llvmpipe);
   const struct trf_mem image = described_image(CL_MEM_READ_WRITE, rgba8());

   device.image_support = false;
   assert_int_equal(trf_validate_image_on_device(&image, &device),
                    CL_INVALID_OPERATION);
}

static void
larger_than_the_device_takes_is_an_invalid_size(void **state)
{
   const struct trf_mem image = described_image(CL_MEM_READ_WRITE, rgba8());
   struct trf_device narrow = described_device(llvmpipe);
   struct trf_device low = described_device(llvmpipe);

   narrow.limits.image_2d_width = 63;
   assert_int_equal(trf_validate_image_on_device(&image, &narrow),
                    CL_INVALID_IMAGE_SIZE);
   low.limits.image_2d_height = 31;
   assert_int_equal(trf_validate_image_on_device(&image, &low),
                    CL_INVALID_IMAGE_SIZE);
}

/* Every format, against what the driver says that it can store. */
static void
a_format_it_lacks_is_not_supported(void **state)
{
   const struct trf_device device = described_device(llvmpipe);
   unsigned count, refused = 0;
   const struct trf_format *formats = trf_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      const struct trf_mem image =
         described_image(CL_MEM_WRITE_ONLY, &formats[i]);
      const bool stored =
         trf_screen_format_uses(llvmpipe, formats[i].pipe, TRF_TARGET_2D) &
         TRF_FORMAT_STORED;

      assert_int_equal(trf_validate_image_on_device(&image, &device),
                       stored ? CL_SUCCESS : CL_IMAGE_FORMAT_NOT_SUPPORTED);
      refused += !stored;
   }
   assert_true(refused > 0);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_what_it_supports),
      cmocka_unit_test(a_device_without_images_is_an_invalid_operation),
      cmocka_unit_test(larger_than_the_device_takes_is_an_invalid_size),
      cmocka_unit_test(a_format_it_lacks_is_not_supported),
   };
   return cmocka_run_group_tests(tests, make_screens, destroy_screens);
}
