/* SPDX-License-Identifier: MIT */

/* 6.15.15.2: what kernels read of channels that a format has not. */

#include "kernels.h"

#include <stdio.h>
#include <string.h>

enum { W = 16, KINDS = 3 };

/* How pixels are read. */
struct reading {
   unsigned type;
   cl_mem_flags flags;
   const char *options;
};

/* Of a kind of numbers: read_imagef, read_imagei, read_imageui. */
static const char *const kinds[KINDS] = {"f", "i", "ui"};

static unsigned
kind_of(const cl_image_format *format)
{
   switch (format->image_channel_data_type) {
   case CL_SIGNED_INT8:
   case CL_SIGNED_INT16:
   case CL_SIGNED_INT32:
      return 1;
   case CL_UNSIGNED_INT8:
   case CL_UNSIGNED_INT16:
   case CL_UNSIGNED_INT32:
      return 2;
   default:
      return 0;
   }
}

/* Channels that are 0 and 1, as letters; any other is a pixel's. */
static const char *
channels_of(cl_channel_order order)
{
   switch (order) {
   case CL_R:
      return "r001";
   case CL_A:
      return "000a";
   case CL_RG:
      return "rg01";
   case CL_RA:
      return "r00a";
   case CL_RGB:
   case CL_RGBx:
   case CL_sRGBx:
      return "rgb1";
   case CL_LUMINANCE:
      return "lll1";
   case CL_INTENSITY:
      return "iiii";
   default:
      return "rgba";
   }
}

static void
check_channels(const cl_image_format *format, cl_uint got[W][4])
{
   const char *channels = channels_of(format->image_channel_order);
   const cl_uint one = kind_of(format) ? 1 : 0x3f800000; /* 1.0f */

   for (unsigned i = 0; i < W; i++)
      for (unsigned c = 0; c < 4; c++) {
         if (channels[c] == '0')
            assert_int_equal(got[i][c], 0);
         if (channels[c] == '1')
            assert_int_equal(got[i][c], one);
         if (c && channels[c] == channels[0])
            assert_int_equal(got[i][c], got[i][0]);
      }
}

static void
read_pixels(cl_kernel kernel, cl_mem image, cl_uint got[W][4])
{
   memset(got, 0xcd, W * sizeof(*got));
   cl_mem out = buffer_of(got, W * sizeof(*got));

   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, W);
   read_buffer(out, got, W * sizeof(*got));
   CHECK_OK(clReleaseMemObject(out));
}

static cl_mem
image_of(const struct reading *how, const cl_image_format *format,
         const void *pixels)
{
   static const size_t origin[3] = {0, 0, 0}, region[3] = {W, 1, 1};
   cl_mem image = new_image(
      how->type, format,
      how->flags == CL_MEM_READ_ONLY ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE,
      W, 1, 1, 0);

   CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, origin, region,
                                0, 0, pixels, 0, NULL, NULL));
   return image;
}

static void
check_format(const struct reading *how, cl_kernel kernel,
             const cl_image_format *format)
{
   unsigned char pixels[W * 16];
   cl_uint got[W][4];

   for (unsigned i = 0; i < sizeof(pixels); i++)
      pixels[i] = 1 + i * 7 % 119; /* neither an infinity nor a NaN */
   cl_mem image = image_of(how, format, pixels);
   read_pixels(kernel, image, got);
   check_channels(format, got);
   CHECK_OK(clReleaseMemObject(image));
}

static void
build_kernels(const struct reading *how, cl_kernel kernel[KINDS])
{
   static const char source[] =
      "kernel void test(ACCESS IMAGE image, global uint4 *out) {\n"
      "   int i = get_global_id(0);\n"
      "   out[i] = as_uint4(READ(image, AT));\n"
      "}\n";

   for (unsigned k = 0; k < KINDS; k++) {
      char options[160];
      snprintf(options, sizeof(options), "%s -D READ=read_image%s",
               how->options, kinds[k]);
      kernel[k] = build_kernel(source, options);
   }
}

static void
check_formats(const struct reading *how)
{
   cl_kernel kernel[KINDS];
   cl_image_format formats[128];
   cl_uint count;

   need_kernels();
   need_images();
   CHECK_OK(clGetSupportedImageFormats(client.context, how->flags,
                                       image_types[how->type].type,
                                       COUNT(formats), formats, &count));
   if (!count && how->flags == CL_MEM_KERNEL_READ_AND_WRITE)
      skip_test("no images that kernels read and write");
   assert_in_range(count, 1, COUNT(formats));
   build_kernels(how, kernel);
   for (cl_uint i = 0; i < count; i++) {
      print_message("# order 0x%x type 0x%x\n",
                    formats[i].image_channel_order,
                    formats[i].image_channel_data_type);
      if (formats[i].image_channel_order != CL_DEPTH)
         check_format(how, kernel[kind_of(&formats[i])], &formats[i]);
   }
   for (unsigned k = 0; k < KINDS; k++)
      CHECK_OK(clReleaseKernel(kernel[k]));
}

static void
absent_channels(void **state)
{
   static const struct reading how = {
      TYPE_2D, CL_MEM_READ_ONLY,
      "-D ACCESS=read_only -D IMAGE=image2d_t -D AT=(int2)(i,0)"};
   check_formats(&how);
}

static void
absent_channels_of_image_buffers(void **state)
{
   static const struct reading how = {
      TYPE_1D_BUFFER, CL_MEM_READ_ONLY,
      "-D ACCESS=read_only -D IMAGE=image1d_buffer_t -D AT=i"};
   check_formats(&how);
}

static void
absent_channels_of_images_to_read_and_write(void **state)
{
   static const struct reading how = {
      TYPE_2D, CL_MEM_KERNEL_READ_AND_WRITE,
      "-cl-std=CL3.0 -D ACCESS=read_write -D IMAGE=image2d_t "
      "-D AT=(int2)(i,0)"};
   check_formats(&how);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(absent_channels),
      cmocka_unit_test(absent_channels_of_image_buffers),
      cmocka_unit_test(absent_channels_of_images_to_read_and_write),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
