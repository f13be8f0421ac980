/* SPDX-License-Identifier: MIT */

/* 8.2 and 8.3: how exact what a sampler returns is. */

#include "kernels.h"

#include <math.h>
#include <stdlib.h>

enum { W = 64 };

/* A row of pixels, W at most. */
static cl_mem
row_of(const cl_image_format *format, size_t width, const void *pixels)
{
   const size_t origin[3] = {0, 0, 0}, region[3] = {width, 1, 1};
   cl_mem image =
      new_image(TYPE_2D, format, CL_MEM_READ_ONLY, width, 1, 1, 0);
   CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, origin, region,
                                0, 0, pixels, 0, NULL, NULL));
   return image;
}

static cl_sampler
linear_sampler(cl_bool normalized, cl_addressing_mode mode)
{
   const cl_sampler_properties properties[] = {CL_SAMPLER_NORMALIZED_COORDS,
                                               normalized,
                                               CL_SAMPLER_ADDRESSING_MODE,
                                               mode,
                                               CL_SAMPLER_FILTER_MODE,
                                               CL_FILTER_LINEAR,
                                               0};
   return CREATED(
      clCreateSamplerWithProperties(client.context, properties, &code));
}

/*
 * Between neighbours that differ by one step: with weights of 8 bits nothing
 * but the two of them could come out.
 */
static void
linear_filter_is_finer_than_the_pixels(void **state)
{
   static const char source[] =
      "kernel void test(read_only image2d_t image, sampler_t s,\n"
      "                 global float4 *out, float scale) {\n"
      "   int i = get_global_id(0);\n"
      "   float x = (1.5f + i / 64.0f) * scale;\n"
      "   out[i] = read_imagef(image, s, (float2)(x, 0.5f));\n"
      "}\n";
   static const struct {
      cl_bool normalized;
      cl_addressing_mode mode;
   } samplers[] = {
      {CL_FALSE, CL_ADDRESS_CLAMP_TO_EDGE},  {CL_FALSE, CL_ADDRESS_CLAMP},
      {CL_TRUE, CL_ADDRESS_CLAMP_TO_EDGE},   {CL_TRUE, CL_ADDRESS_REPEAT},
      {CL_TRUE, CL_ADDRESS_MIRRORED_REPEAT},
   };
   const unsigned char pixels[4][4] = {
      {0}, {7, 20, 128, 254}, {8, 21, 129, 255}, {0}};

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem image = row_of(&rgba8, 4, pixels);
   float got[W][4] = {{0}};
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 2, out);

   for (unsigned i = 0; i < COUNT(samplers); i++) {
      const cl_float scale = samplers[i].normalized ? 0.25f : 1.0f;
      cl_sampler sampler =
         linear_sampler(samplers[i].normalized, samplers[i].mode);
      SET_ARG(kernel, 1, sampler);
      SET_ARG(kernel, 3, scale);
      run_1d(kernel, W);
      read_buffer(out, got, sizeof(got));
      for (unsigned x = 0; x < W; x++)
         for (unsigned c = 0; c < 4; c++) {
            const float wanted = (pixels[1][c] + x / 64.0f) / 255;
            assert_true(fabsf(got[x][c] - wanted) < 1e-5f);
         }
      CHECK_OK(clReleaseSampler(sampler));
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_sampler
nearest_repeating_sampler(void)
{
   const cl_sampler_properties properties[] = {CL_SAMPLER_NORMALIZED_COORDS,
                                               CL_TRUE,
                                               CL_SAMPLER_ADDRESSING_MODE,
                                               CL_ADDRESS_REPEAT,
                                               CL_SAMPLER_FILTER_MODE,
                                               CL_FILTER_NEAREST,
                                               0};
   return CREATED(
      clCreateSamplerWithProperties(client.context, properties, &code));
}

/* 8.2, for CL_FILTER_NEAREST, in floats. */
static int
repeated_pixel(float s, int width)
{
   const float fraction = s - floorf(s);
   const int i = (int)floorf(fraction * width);
   return i > width - 1 ? i - width : i;
}

/* Outside of the image there is the border, which is 0. */
static int
clamped_pixel(float s, int width)
{
   const float i = floorf(s * width);
   return i < 0 || i >= width ? -1 : (int)i;
}

/*
 * 8.2: for normalized coordinates "the relative error or precision of the
 * addressing mode calculations and the image filter operation are not
 * defined".  Processors take them as they are.  Of other devices a pixel is
 * asked for that is no farther than a tenth of one, which is what
 * OpenCL-CTS asks.
 */
static bool
is_pixel_at(int got, float s, int width, const unsigned char *pixels,
            int (*pixel_at)(float s, int width))
{
   const float far = device_type() == CL_DEVICE_TYPE_CPU ? 0 : 0.1f / width;

   for (int step = -1; step <= 1; step++) {
      const int i = pixel_at(s + step * far, width);
      if (got == (i < 0 ? 0 : pixels[i]))
         return true;
   }
   return false;
}

/* Just below a whole number the fraction is one, and the pixel the first. */
static void
repeat_takes_the_fraction_in_floats(void **state)
{
   static const char source[] =
      "constant sampler_t fixed = CLK_FILTER_NEAREST | CLK_ADDRESS_REPEAT\n"
      "                           | CLK_NORMALIZED_COORDS_TRUE;\n"
      "constant sampler_t edge = CLK_FILTER_NEAREST | CLK_ADDRESS_CLAMP\n"
      "                           | CLK_NORMALIZED_COORDS_TRUE;\n"
      "kernel void test(read_only image2d_t image, sampler_t s,\n"
      "                 global float *at, global int4 *out) {\n"
      "   int i = get_global_id(0);\n"
      "   float2 p = (float2)(at[i], 0.5f);\n"
      "   out[i] = (int4)(read_imageui(image, s, p).x,\n"
      "                   read_imageui(image, fixed, p).x,\n"
      "                   read_imageui(image, edge, p).x, i);\n"
      "}\n";
   static const float at[] = {
      -0x1p-33f, -0x1p-25f,     -0x1p-24f, 0x1p-33f, 1 - 0x1p-24f, -1e-38f,
      -0.5f,     -1 - 0x1p-23f, 7.3f,      0.0f,     1.0f,         -3.999f};
   static const cl_image_format r8ui = {CL_R, CL_UNSIGNED_INT8};
   const unsigned char pixels[8] = {10, 11, 12, 13, 14, 15, 16, 17};
   int got[COUNT(at)][4] = {{0}};

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_sampler sampler = nearest_repeating_sampler();
   cl_mem places = buffer_of(at, sizeof(at));
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 1, sampler);
   SET_ARG(kernel, 2, places);
   SET_ARG(kernel, 3, out);
   for (int width = 6; width <= 8; width += 2) {
      cl_mem image = row_of(&r8ui, width, pixels);
      SET_ARG(kernel, 0, image);
      run_1d(kernel, COUNT(at));
      read_buffer(out, got, sizeof(got));
      for (unsigned i = 0; i < COUNT(at); i++) {
         print_message("# %a, width %d: %d, %d, %d\n", at[i], width,
                       got[i][0], got[i][1], got[i][2]);
         assert_true(
            is_pixel_at(got[i][0], at[i], width, pixels, repeated_pixel));
         assert_true(
            is_pixel_at(got[i][1], at[i], width, pixels, repeated_pixel));
         assert_true(
            is_pixel_at(got[i][2], at[i], width, pixels, clamped_pixel));
      }
      CHECK_OK(clReleaseMemObject(image));
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(places));
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseKernel(kernel));
}

static bool
reads_as_float(const cl_image_format *format)
{
   switch (format->image_channel_data_type) {
   case CL_SIGNED_INT8:
   case CL_SIGNED_INT16:
   case CL_SIGNED_INT32:
   case CL_UNSIGNED_INT8:
   case CL_UNSIGNED_INT16:
   case CL_UNSIGNED_INT32:
      return false;
   default:
      return format->image_channel_order != CL_DEPTH;
   }
}

static void
compare_reads(cl_kernel kernel, const cl_image_format *format)
{
   unsigned char pixels[W * 16];
   float got[2][W][4];

   for (unsigned i = 0; i < sizeof(pixels); i++)
      pixels[i] = rand() % 120; /* neither an infinity nor a NaN */
   cl_mem image = row_of(format, W, pixels);
   cl_mem out = buffer_of(pixels, sizeof(pixels));
   cl_mem bare = buffer_of(pixels, sizeof(pixels));
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, out);
   SET_ARG(kernel, 2, bare);
   run_1d(kernel, W);
   read_buffer(out, got[0], sizeof(got[0]));
   read_buffer(bare, got[1], sizeof(got[1]));
   if (memcmp(got[0], got[1], sizeof(got[0])))
      print_error("order 0x%x type 0x%x\n", format->image_channel_order,
                  format->image_channel_data_type);
   assert_memory_equal(got[0], got[1], sizeof(got[0]));
   CHECK_OK(clReleaseMemObject(bare));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(image));
}

/* "The sampler-less read image functions behave exactly as …" (6.15.15.3). */
static void
reads_without_sampler_are_the_same(void **state)
{
   static const char source[] =
      "constant sampler_t s = CLK_FILTER_NEAREST | CLK_ADDRESS_CLAMP_TO_EDGE\n"
      "                       | CLK_NORMALIZED_COORDS_FALSE;\n"
      "kernel void test(read_only image2d_t image, global float4 *out,\n"
      "                 global float4 *bare) {\n"
      "   int i = get_global_id(0);\n"
      "   out[i] = read_imagef(image, s, (int2)(i, 0));\n"
      "   bare[i] = read_imagef(image, (int2)(i, 0));\n"
      "}\n";
   cl_image_format formats[128];
   cl_uint count;

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(source, NULL);
   CHECK_OK(clGetSupportedImageFormats(client.context, CL_MEM_READ_ONLY,
                                       CL_MEM_OBJECT_IMAGE2D, COUNT(formats),
                                       formats, &count));
   assert_in_range(count, 1, COUNT(formats));
   for (cl_uint i = 0; i < count; i++)
      if (reads_as_float(&formats[i]))
         compare_reads(kernel, &formats[i]);
   CHECK_OK(clReleaseKernel(kernel));
}

/* Samplers that a kernel uses for an image of many layers and a flat one. */
static const char unnormalized_source[] =
   "constant sampler_t fixed = CLK_FILTER_NEAREST | CLK_ADDRESS_CLAMP\n"
   "                           | CLK_NORMALIZED_COORDS_FALSE;\n"
   "kernel void test(read_only IMAGE image, read_only image2d_t flat,\n"
   "                 sampler_t s, global float4 *out) {\n"
   "   int i = get_global_id(0);\n"
   "   float x = (i - 8) / 4.0f;\n"
   "   out[i] = (float4)(read_imagef(image, s, PLACE(x)).x,\n"
   "                     read_imagef(image, fixed, PLACE(x)).x,\n"
   "                     read_imagef(flat, s, (float2)(x, 0.5f)).x,\n"
   "                     read_imagef(image, fixed, WHOLE(i - 8)).x);\n"
   "}\n";

enum { LAYERED_W = 11, LAYERED_H = 3, LAYERED_D = 2 };

/* The pixels of a row are 1, 2, 3 and so on, more than those of its border. */
static float
expected_pixel(float x, bool linear)
{
   const float at = linear ? x - 0.5f : floorf(x);
   return fminf(fmaxf(at, 0), LAYERED_W - 1) + 1;
}

static float
expected_in_border(float x)
{
   return x >= 0 && x < LAYERED_W ? expected_pixel(x, false) : 0;
}

static void
read_unnormalized(cl_kernel kernel, bool linear, float row)
{
   float got[W][4] = {{0}};
   const cl_sampler_properties properties[] = {CL_SAMPLER_NORMALIZED_COORDS,
                                               CL_FALSE,
                                               CL_SAMPLER_ADDRESSING_MODE,
                                               CL_ADDRESS_CLAMP_TO_EDGE,
                                               CL_SAMPLER_FILTER_MODE,
                                               linear ? CL_FILTER_LINEAR
                                                      : CL_FILTER_NEAREST,
                                               0};
   cl_sampler sampler = CREATED(
      clCreateSamplerWithProperties(client.context, properties, &code));
   cl_mem out = buffer_of(got, sizeof(got));

   SET_ARG(kernel, 2, sampler);
   SET_ARG(kernel, 3, out);
   run_1d(kernel, W);
   read_buffer(out, got, sizeof(got));
   for (int i = 0; i < W; i++) {
      const float x = (i - 8) / 4.0f;
      const float tolerance = linear ? 0.01f : 0; /* a GPU's weights */
      const float pixel = expected_pixel(x, linear);
      const float inside = expected_in_border(x);
      const float whole = expected_in_border(i - 8);
      assert_true(fabsf(got[i][0] - row - pixel) <= tolerance);
      assert_true(got[i][1] == (inside ? row + inside : 0));
      assert_true(fabsf(got[i][2] - pixel) <= tolerance);
      assert_true(got[i][3] == (whole ? row + whole : 0));
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseSampler(sampler));
}

/* All types of images take them, whatever a driver's samplers can (8.2). */
static void
coordinates_in_pixels(void **state)
{
   static const struct {
      unsigned type;
      const char *options;
      size_t size[3];
      float row; /* of the kernel's place, added to its pixels */
   } cases[] = {
      {TYPE_1D_ARRAY,
       "-D IMAGE=image1d_array_t -D PLACE(x)=(float2)((x),1.0f) "
       "-D WHOLE(x)=(int2)((x),1)",
       {LAYERED_W, LAYERED_H, 1},
       100},
      {TYPE_2D_ARRAY,
       "-D IMAGE=image2d_array_t -D PLACE(x)=(float4)((x),1.5f,1.0f,0) "
       "-D WHOLE(x)=(int4)((x),1,1,0)",
       {LAYERED_W, LAYERED_H, LAYERED_D},
       1100},
      {TYPE_3D,
       "-D IMAGE=image3d_t -D PLACE(x)=(float4)((x),1.5f,1.5f,0) "
       "-D WHOLE(x)=(int4)((x),1,1,0)",
       {LAYERED_W, LAYERED_H, LAYERED_D},
       1100},
   };
   static const size_t origin[3] = {0, 0, 0};
   static float pixels[LAYERED_D][LAYERED_H][LAYERED_W][4];

   need_kernels();
   need_images();
   for (unsigned z = 0; z < LAYERED_D; z++)
      for (unsigned y = 0; y < LAYERED_H; y++)
         for (unsigned x = 0; x < LAYERED_W; x++)
            pixels[z][y][x][0] = 1000 * z + 100 * y + x + 1;
   cl_mem flat = row_of(&rgba32f, LAYERED_W, pixels);

   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_kernel kernel = build_kernel(unnormalized_source, cases[i].options);
      cl_mem image =
         new_image(cases[i].type, &rgba32f, CL_MEM_READ_ONLY,
                   cases[i].size[0], cases[i].size[1], cases[i].size[2], 0);
      CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, origin,
                                   cases[i].size, 0, 0, pixels, 0, NULL,
                                   NULL));
      SET_ARG(kernel, 0, image);
      SET_ARG(kernel, 1, flat);
      read_unnormalized(kernel, false, cases[i].row);
      read_unnormalized(kernel, true, cases[i].row);
      CHECK_OK(clReleaseMemObject(image));
      CHECK_OK(clReleaseKernel(kernel));
   }
   CHECK_OK(clReleaseMemObject(flat));
}

/*
 * 6.15.15.1: without normalized coordinates a repeating mode "may generate
 * image coordinates that are undefined".  Whatever is read, the launch ends.
 */
static void
repeat_without_normalized_coordinates(void **state)
{
   static const char source[] =
      "constant sampler_t s = CLK_FILTER_NEAREST | CLK_ADDRESS_REPEAT\n"
      "                       | CLK_NORMALIZED_COORDS_FALSE;\n"
      "constant sampler_t m = CLK_FILTER_LINEAR\n"
      "                       | CLK_ADDRESS_MIRRORED_REPEAT\n"
      "                       | CLK_NORMALIZED_COORDS_FALSE;\n"
      "kernel void test(read_only image2d_t image, global float4 *out) {\n"
      "   int i = get_global_id(0);\n"
      "   float2 p = (float2)(i - 8, 0.5f);\n"
      "   out[i] = read_imagef(image, s, p) + read_imagef(image, m, p);\n"
      "}\n";
   static float pixels[W][4];

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem image = row_of(&rgba32f, W, pixels);
   cl_mem out = buffer_of(pixels, sizeof(pixels));
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, W);
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_filter_is_finer_than_the_pixels),
      cmocka_unit_test(repeat_takes_the_fraction_in_floats),
      cmocka_unit_test(reads_without_sampler_are_the_same),
      cmocka_unit_test(coordinates_in_pixels),
      cmocka_unit_test(repeat_without_normalized_coordinates),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
