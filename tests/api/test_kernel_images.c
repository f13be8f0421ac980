/* SPDX-License-Identifier: MIT */

/* Images in kernels: reading, writing, sampling, asking. */

#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { W = 13, H = 7, D = 5 };

static const cl_image_format rgba32i = {CL_RGBA, CL_SIGNED_INT32};
static const cl_image_format rgba16u = {CL_RGBA, CL_UNSIGNED_INT16};
static const cl_image_format r32f = {CL_R, CL_FLOAT};

/* How OpenCL C names an image of a type, and a pixel's place in it. */
static const struct {
   const char *type, *position;
} names[TYPE_COUNT] = {
   [TYPE_1D] = {"image1d_t", "x"},
   [TYPE_1D_BUFFER] = {"image1d_buffer_t", "x"},
   [TYPE_1D_ARRAY] = {"image1d_array_t", "(int2)(x, y)"},
   [TYPE_2D] = {"image2d_t", "(int2)(x, y)"},
   [TYPE_2D_ARRAY] = {"image2d_array_t", "(int4)(x, y, z, 0)"},
   [TYPE_3D] = {"image3d_t", "(int4)(x, y, z, 0)"},
};

#define PLACE                                                                 \
   "   int x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);" \
   "\n   int at = (z * get_global_size(1) + y) * get_global_size(0) + x;\n"

static void
extent_of(unsigned type, size_t extent[3])
{
   extent[0] = W;
   extent[1] = H;
   extent[2] = D;
   clip_to_axes(type, extent);
}

static cl_mem
image_of(unsigned type, const cl_image_format *format, cl_mem_flags flags)
{
   size_t extent[3];
   extent_of(type, extent);
   return new_image(type, format, flags, extent[0], extent[1], extent[2], 0);
}

static void
write_image(cl_mem image, const size_t extent[3], const void *pixels)
{
   const size_t origin[3] = {0, 0, 0};
   CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, origin, extent,
                                0, 0, pixels, 0, NULL, NULL));
}

static void
read_image(cl_mem image, const size_t extent[3], void *pixels)
{
   const size_t origin[3] = {0, 0, 0};
   CHECK_OK(clEnqueueReadImage(client.queue, image, CL_TRUE, origin, extent,
                               0, 0, pixels, 0, NULL, NULL));
}

static cl_kernel
kernel_of(unsigned type, const char *body)
{
   char source[1024];
   snprintf(source, sizeof(source), "#define IMAGE %s\n#define AT %s\n%s",
            names[type].type, names[type].position, body);
   return build_kernel(source, "-cl-std=CL3.0");
}

/* Every pixel of every type comes out as it went in. */
static void
reads_all_types(void **state)
{
   need_kernels();
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_int in[W * H * D][4], out[W * H * D][4];
      size_t extent[3];
      print_message("# %s\n", image_types[type].name);
      extent_of(type, extent);
      const size_t count = extent[0] * extent[1] * extent[2];
      for (unsigned i = 0; i < count * 4; i++)
         in[i / 4][i % 4] = (cl_int)i * 77777 - 5;

      cl_kernel kernel =
         kernel_of(type, "kernel void test(read_only IMAGE image,\n"
                         "                 global int4 *out) {\n" PLACE
                         "   out[at] = read_imagei(image, AT);\n}\n");
      cl_mem image = image_of(type, &rgba32i, CL_MEM_READ_ONLY);
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);
      write_image(image, extent, in);
      SET_ARG(kernel, 0, image);
      SET_ARG(kernel, 1, buffer);
      run_kernel(kernel, 3, extent, NULL);
      read_buffer(buffer, out, count * sizeof(*out));
      assert_memory_equal(out, in, count * sizeof(*out));
      CHECK_OK(clReleaseMemObject(buffer));
      CHECK_OK(clReleaseMemObject(image));
      CHECK_OK(clReleaseKernel(kernel));
   }
}

static void
writes_all_types(void **state)
{
   need_kernels();
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_ushort out[W * H * D][4];
      size_t extent[3];
      if (type == TYPE_3D && !has_extension("cl_khr_3d_image_writes")) {
         print_message("# no 3D\n");
         continue;
      }
      print_message("# %s\n", image_types[type].name);
      extent_of(type, extent);
      const size_t count = extent[0] * extent[1] * extent[2];

      cl_kernel kernel =
         kernel_of(type, "kernel void test(write_only IMAGE image) {\n" PLACE
                         "   write_imageui(image, AT,\n"
                         "                 (uint4)(x, y, z, at + 1));\n}\n");
      cl_mem image = image_of(type, &rgba16u, CL_MEM_WRITE_ONLY);
      SET_ARG(kernel, 0, image);
      run_kernel(kernel, 3, extent, NULL);
      read_image(image, extent, out);
      for (unsigned i = 0; i < count; i++) {
         assert_int_equal(out[i][0], i % extent[0]);
         assert_int_equal(out[i][1], i / extent[0] % extent[1]);
         assert_int_equal(out[i][2], i / extent[0] / extent[1]);
         assert_int_equal(out[i][3], i + 1);
      }
      CHECK_OK(clReleaseMemObject(image));
      CHECK_OK(clReleaseKernel(kernel));
   }
}

static void
reads_and_writes_one_image(void **state)
{
   need_kernels();
   need_images();
   if (!device_uint(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS))
      skip_test("no read_write images");
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_int in[W * H * D][4], out[W * H * D][4];
      size_t extent[3];
      print_message("# %s\n", image_types[type].name);
      extent_of(type, extent);
      const size_t count = extent[0] * extent[1] * extent[2];
      for (unsigned i = 0; i < count * 4; i++)
         in[i / 4][i % 4] = (cl_int)i - 100;

      cl_kernel kernel =
         kernel_of(type, "kernel void test(read_write IMAGE image) {\n" PLACE
                         "   int4 v = read_imagei(image, AT);\n"
                         "   write_imagei(image, AT, v * 3 + at);\n}\n");
      cl_mem image = image_of(type, &rgba32i, CL_MEM_READ_WRITE);
      write_image(image, extent, in);
      SET_ARG(kernel, 0, image);
      run_kernel(kernel, 3, extent, NULL);
      run_kernel(kernel, 3, extent, NULL);
      read_image(image, extent, out);
      for (cl_int i = 0; i < (cl_int)count * 4; i++)
         assert_int_equal(out[i / 4][i % 4],
                          (in[i / 4][i % 4] * 3 + i / 4) * 3 + i / 4);
      CHECK_OK(clReleaseMemObject(image));
      CHECK_OK(clReleaseKernel(kernel));
   }
}

/* A format, a pixel as it is stored, and as a kernel reads it. */
struct pixel {
   cl_image_format format;
   unsigned size;
   cl_uchar stored[16];
   cl_float4 read;
};

static const struct pixel pixels[] = {
   {{CL_RGBA, CL_UNORM_INT8}, 4, {0, 51, 255, 102}, {{0, 0.2f, 1, 0.4f}}},
   {{CL_BGRA, CL_UNORM_INT8}, 4, {0, 51, 255, 102}, {{1, 0.2f, 0, 0.4f}}},
   {{CL_RGBA, CL_SNORM_INT8}, 4, {127, 0x81, 0, 0x80}, {{1, -1, 0, -1}}},
   {{CL_R, CL_UNORM_INT8}, 1, {51}, {{0.2f, 0, 0, 1}}},
   {{CL_RG, CL_UNORM_INT8}, 2, {51, 255}, {{0.2f, 1, 0, 1}}},
   {{CL_RGBA, CL_UNORM_INT16},
    8,
    {255, 255, 0, 0, 51, 51, 102, 102},
    {{1, 0, 0.2f, 0.4f}}},
   {{CL_R, CL_FLOAT}, 4, {0, 0, 0x40, 0xc0}, {{-3, 0, 0, 1}}},
   {{CL_RGBA, CL_HALF_FLOAT},
    8,
    {0, 0x3c, 0, 0xc0, 0, 0x38, 0, 0},
    {{1, -2, 0.5f, 0}}},
};

static bool
supports(const cl_image_format *format, cl_mem_flags flags)
{
   cl_image_format list[256];
   cl_uint count = 0;

   CHECK_OK(clGetSupportedImageFormats(client.context, flags,
                                       CL_MEM_OBJECT_IMAGE2D, COUNT(list),
                                       list, &count));
   for (cl_uint i = 0; i < count && i < COUNT(list); i++) {
      if (!memcmp(&list[i], format, sizeof(*format)))
         return true;
   }
   return false;
}

static bool
close_to(cl_float a, cl_float b)
{
   return fabsf(a - b) <= 1e-3f;
}

static void
check_pixel(const cl_float4 *got, const cl_float4 *wanted)
{
   for (unsigned i = 0; i < 4; i++)
      assert_true(close_to(got->s[i], wanted->s[i]));
}

static void
formats_mean_colours(void **state)
{
   need_kernels();
   need_images();
   cl_kernel reader = build_kernel(
      "kernel void test(read_only image2d_t image, global float4 *out)\n"
      "{ *out = read_imagef(image, (int2)(1, 2)); }\n",
      NULL);
   cl_kernel writer = build_kernel(
      "kernel void test(write_only image2d_t image, float4 value)\n"
      "{ write_imagef(image, (int2)(1, 2), value); }\n",
      NULL);
   const size_t origin[3] = {1, 2, 0}, region[3] = {1, 1, 1};
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(cl_float4), NULL);

   for (unsigned i = 0; i < COUNT(pixels); i++) {
      const struct pixel *pixel = &pixels[i];
      cl_float4 got;
      cl_uchar stored[16];
      if (!supports(&pixel->format, CL_MEM_READ_WRITE))
         continue;
      print_message("# 0x%x 0x%x\n", pixel->format.image_channel_order,
                    pixel->format.image_channel_data_type);
      cl_mem image =
         new_image(TYPE_2D, &pixel->format, CL_MEM_READ_WRITE, 4, 4, 1, 0);
      CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, origin,
                                   region, 0, 0, pixel->stored, 0, NULL,
                                   NULL));
      SET_ARG(reader, 0, image);
      SET_ARG(reader, 1, buffer);
      run_1d(reader, 1);
      read_buffer(buffer, &got, sizeof(got));
      check_pixel(&got, &pixel->read);

      SET_ARG(writer, 0, image);
      SET_ARG(writer, 1, pixel->read);
      run_1d(writer, 1);
      CHECK_OK(clEnqueueReadImage(client.queue, image, CL_TRUE, origin,
                                  region, 0, 0, stored, 0, NULL, NULL));
      /* -128 and -127 are both -1. */
      for (unsigned k = 0; k < pixel->size; k++)
         assert_true(stored[k] == pixel->stored[k] ||
                     (stored[k] == 0x81 && pixel->stored[k] == 0x80));
      CHECK_OK(clReleaseMemObject(image));
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(writer));
   CHECK_OK(clReleaseKernel(reader));
}

static double
to_srgb(double linear)
{
   const double c = linear < 0.0031308 ? 12.92 * linear
                                       : 1.055 * pow(linear, 1 / 2.4) - 0.055;
   return 255 * c;
}

/*
 * 8.3.5: "The resulting floating-point value, if converted back to an sRGB
 * value without rounding to a 8-bit unsigned integer value, must be within
 * 0.5 ulp of the original sRGB value."
 */
static void
srgb_is_linear_in_kernels(void **state)
{
   enum { ALL = 256 };
   const cl_image_format srgba = {CL_sRGBA, CL_UNORM_INT8};

   need_kernels();
   need_images();
   if (!supports(&srgba, CL_MEM_READ_ONLY))
      skip_test("no sRGB images");
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_t image, global float4 *out)\n"
      "{ int i = get_global_id(0); out[i] = read_imagef(image, (int2)(i, 0)); "
      "}\n",
      NULL);
   const size_t extent[3] = {ALL, 1, 1};
   cl_uchar stored[ALL][4];
   cl_float got[ALL][4];
   cl_mem image = new_image(TYPE_2D, &srgba, CL_MEM_READ_ONLY, ALL, 1, 1, 0);
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(got), NULL);

   for (unsigned i = 0; i < ALL; i++)
      for (unsigned c = 0; c < 4; c++)
         stored[i][c] = i + 50 * c;
   write_image(image, extent, stored);
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, buffer);
   run_1d(kernel, ALL);
   read_buffer(buffer, got, sizeof(got));
   for (unsigned i = 0; i < ALL; i++) {
      for (unsigned c = 0; c < 3; c++)
         assert_true(fabs(to_srgb(got[i][c]) - stored[i][c]) <= 0.5);
      /* Alpha is linear as it is stored. */
      assert_true(close_to(got[i][3], stored[i][3] / 255.0f));
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
depth_is_one_float(void **state)
{
   const cl_image_format depth = {CL_DEPTH, CL_FLOAT};

   need_kernels();
   need_images();
   need_extension("cl_khr_depth_images");
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_depth_t in,\n"
      "                 write_only image2d_depth_t out) {\n"
      "   int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
      "   write_imagef(out, at, 1.0f - read_imagef(in, at));\n"
      "}\n",
      "-cl-std=CL3.0");
   cl_float pixels_in[W * H], pixels_out[W * H];
   const size_t extent[3] = {W, H, 1};
   cl_mem in = new_image(TYPE_2D, &depth, CL_MEM_READ_ONLY, W, H, 1, 0);
   cl_mem out = new_image(TYPE_2D, &depth, CL_MEM_WRITE_ONLY, W, H, 1, 0);

   for (unsigned i = 0; i < W * H; i++)
      pixels_in[i] = i / (float)(W * H);
   write_image(in, extent, pixels_in);
   SET_ARG(kernel, 0, in);
   SET_ARG(kernel, 1, out);
   run_kernel(kernel, 2, extent, NULL);
   read_image(out, extent, pixels_out);
   for (unsigned i = 0; i < W * H; i++)
      assert_true(pixels_out[i] == 1 - pixels_in[i]);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseKernel(kernel));
}

/* An image's size, format and so on, as a kernel sees them. */
static void
images_tell_their_size(void **state)
{
   static const char *const sizes[TYPE_COUNT] = {
      [TYPE_1D] = "(int4)(get_image_width(i), 1, 1, 0)",
      [TYPE_1D_BUFFER] = "(int4)(get_image_width(i), 1, 1, 0)",
      [TYPE_1D_ARRAY] = "(int4)(get_image_width(i),\n"
                        "       (int)get_image_array_size(i), 1, 0)",
      [TYPE_2D] = "(int4)(get_image_dim(i), 1, get_image_height(i))",
      [TYPE_2D_ARRAY] = "(int4)(get_image_dim(i),\n"
                        "       (int)get_image_array_size(i),\n"
                        "       get_image_height(i))",
      [TYPE_3D] = "(int4)(get_image_dim(i).xyz, get_image_depth(i))",
   };

   need_kernels();
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned writes = 0; writes < 2; writes++) {
         char source[512];
         cl_int out[8];
         size_t extent[3];
         if (type == TYPE_3D && writes &&
             !has_extension("cl_khr_3d_image_writes"))
            continue;
         print_message("# %s %s\n", image_types[type].name,
                       writes ? "write_only" : "read_only");
         snprintf(source, sizeof(source),
                  "kernel void test(%s %s i, global int4 *out) {\n"
                  "   out[0] = %s;\n"
                  "   out[1].x = get_image_channel_data_type(i) -\n"
                  "              CLK_UNSIGNED_INT16;\n"
                  "   out[1].y = get_image_channel_order(i) - CLK_RGBA;\n"
                  "}\n",
                  writes ? "write_only" : "read_only", names[type].type,
                  sizes[type]);
         cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
         cl_mem image = image_of(type, &rgba16u, CL_MEM_READ_WRITE);
         cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);
         extent_of(type, extent);
         SET_ARG(kernel, 0, image);
         SET_ARG(kernel, 1, buffer);
         run_1d(kernel, 1);
         read_buffer(buffer, out, sizeof(out));
         assert_int_equal(out[0], extent[0]);
         assert_int_equal(out[1], extent[1]);
         assert_int_equal(out[2], extent[2]);
         if (type == TYPE_3D)
            assert_int_equal(out[3], extent[2]);
         else if (type == TYPE_2D || type == TYPE_2D_ARRAY)
            assert_int_equal(out[3], extent[1]);
         assert_int_equal(out[4], 0);
         assert_int_equal(out[5], 0);
         CHECK_OK(clReleaseMemObject(buffer));
         CHECK_OK(clReleaseMemObject(image));
         CHECK_OK(clReleaseKernel(kernel));
      }
   }
}

/* The formula of OpenCL C, 8.2: where an address falls, or -1: the border. */
static int
address(cl_addressing_mode mode, int i, int size)
{
   switch (mode) {
   case CL_ADDRESS_CLAMP_TO_EDGE:
      return i < 0 ? 0 : i >= size ? size - 1 : i;
   case CL_ADDRESS_REPEAT:
      return ((i % size) + size) % size;
   case CL_ADDRESS_MIRRORED_REPEAT: {
      const int period = ((i % (2 * size)) + 2 * size) % (2 * size);
      return period < size ? period : 2 * size - 1 - period;
   }
   default:
      return i < 0 || i >= size ? -1 : i;
   }
}

static float
texel(const float *image, cl_addressing_mode mode, int x, int y)
{
   const int u = address(mode, x, W), v = address(mode, y, H);
   return u < 0 || v < 0 ? 0 : image[v * W + u];
}

/* x and y in pixels, edges at whole numbers. */
static float
sample(const float *image, cl_addressing_mode mode, bool linear, float x,
       float y)
{
   if (!linear)
      return texel(image, mode, (int)floorf(x), (int)floorf(y));

   const float fx = x - 0.5f - floorf(x - 0.5f);
   const float fy = y - 0.5f - floorf(y - 0.5f);
   const int u = (int)floorf(x - 0.5f), v = (int)floorf(y - 0.5f);
   return (1 - fx) * (1 - fy) * texel(image, mode, u, v) +
          fx * (1 - fy) * texel(image, mode, u + 1, v) +
          (1 - fx) * fy * texel(image, mode, u, v + 1) +
          fx * fy * texel(image, mode, u + 1, v + 1);
}

enum { SAMPLES = 200 };

static void
fill_coordinates(cl_float2 coordinates[SAMPLES])
{
   /* Away from the edges of pixels, where rounding would decide. */
   for (unsigned i = 0; i < SAMPLES; i++) {
      coordinates[i].s[0] =
         (int)(i * 37 % (3 * W)) - W + 0.1f + 0.8f * (i % 7) / 7;
      coordinates[i].s[1] =
         (int)(i * 53 % (3 * H)) - H + 0.1f + 0.8f * (i % 5) / 5;
   }
}

static void
check_samples(const float *image, const cl_float2 *coordinates,
              const cl_float4 *got, cl_addressing_mode mode, bool linear)
{
   for (unsigned i = 0; i < SAMPLES; i++) {
      const float x = coordinates[i].s[0], y = coordinates[i].s[1];
      const float wanted = sample(image, mode, linear, x, y);
      /* Weights may be rounded to 8 bits. */
      if (fabsf(got[i].s[0] - wanted) > (linear ? 0.02f : 1e-6f)) {
         print_message("# (%g, %g): %g, not %g\n", x, y, got[i].s[0], wanted);
         fail();
      }
   }
}

static void
try_sampler(cl_kernel kernel, cl_mem image, const float *pixels_in,
            const cl_float2 *coordinates, bool normalized,
            cl_addressing_mode mode, bool linear)
{
   cl_float2 scaled[SAMPLES];
   cl_float4 got[SAMPLES];
   cl_sampler sampler = CREATED(
      clCreateSampler(client.context, normalized, mode,
                      linear ? CL_FILTER_LINEAR : CL_FILTER_NEAREST, &code));

   memcpy(scaled, coordinates, sizeof(scaled));
   for (unsigned i = 0; normalized && i < SAMPLES; i++) {
      scaled[i].s[0] /= W;
      scaled[i].s[1] /= H;
   }
   cl_mem in = buffer_of(scaled, sizeof(scaled));
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(got), NULL);
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, sampler);
   SET_ARG(kernel, 2, in);
   SET_ARG(kernel, 3, out);
   run_1d(kernel, SAMPLES);
   read_buffer(out, got, sizeof(got));
   check_samples(pixels_in, coordinates, got, mode, linear);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseSampler(sampler));
}

static void
fill_pixels(float pixels_in[W * H])
{
   for (unsigned i = 0; i < W * H; i++)
      pixels_in[i] = 0.1f + (i * 31 % 97) / 100.0f;
}

static void
samplers_filter_and_address(void **state)
{
   static const struct {
      cl_addressing_mode mode;
      const char *name;
      bool normalized_only;
   } modes[] = {
      {CL_ADDRESS_CLAMP, "clamp", false},
      {CL_ADDRESS_CLAMP_TO_EDGE, "clamp to edge", false},
      {CL_ADDRESS_REPEAT, "repeat", true},
      {CL_ADDRESS_MIRRORED_REPEAT, "mirrored repeat", true},
   };

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_t image, sampler_t s,\n"
      "                 global const float2 *at, global float4 *out)\n"
      "{ size_t i = get_global_id(0);\n"
      "  out[i] = read_imagef(image, s, at[i]); }\n",
      NULL);
   const cl_image_format format = {CL_RGBA, CL_FLOAT};
   float pixels_in[W * H];
   cl_float4 colours[W * H];
   cl_float2 coordinates[SAMPLES];
   const size_t extent[3] = {W, H, 1};
   cl_mem image = new_image(TYPE_2D, &format, CL_MEM_READ_ONLY, W, H, 1, 0);

   fill_pixels(pixels_in);
   for (unsigned i = 0; i < W * H; i++)
      colours[i] = (cl_float4){{pixels_in[i], 0.5f, 0.25f, 1}};
   fill_coordinates(coordinates);
   write_image(image, extent, colours);
   for (unsigned m = 0; m < COUNT(modes); m++) {
      for (unsigned linear = 0; linear < 2; linear++) {
         for (unsigned normalized = 0; normalized < 2; normalized++) {
            if (modes[m].normalized_only && !normalized)
               continue;
            print_message("# %s, %s, %s\n", modes[m].name,
                          linear ? "linear" : "nearest",
                          normalized ? "normalized" : "pixels");
            try_sampler(kernel, image, pixels_in, coordinates, normalized,
                        modes[m].mode, linear);
         }
      }
   }
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Samplers that the source defines, at program scope and in a function. */
static void
samplers_of_the_source(void **state)
{
   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(
      "constant sampler_t edge = CLK_NORMALIZED_COORDS_FALSE |\n"
      "   CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_NEAREST;\n"
      "kernel void test(read_only image2d_t image, global float *out) {\n"
      "   const sampler_t border = CLK_NORMALIZED_COORDS_FALSE |\n"
      "      CLK_ADDRESS_CLAMP | CLK_FILTER_NEAREST;\n"
      "   const sampler_t wrap = CLK_NORMALIZED_COORDS_TRUE |\n"
      "      CLK_ADDRESS_REPEAT | CLK_FILTER_LINEAR;\n"
      "   out[0] = read_imagef(image, edge, (int2)(-5, 100)).x;\n"
      "   out[1] = read_imagef(image, border, (int2)(-5, 100)).x;\n"
      "   out[2] = read_imagef(image, border, (float2)(2.5f, 3.5f)).x;\n"
      "   out[3] = read_imagef(image, wrap, (float2)(1.0f, 1.0f)).x;\n"
      "}\n",
      NULL);
   float pixels_in[W * H], got[4];
   const size_t extent[3] = {W, H, 1};
   cl_mem image = new_image(TYPE_2D, &r32f, CL_MEM_READ_ONLY, W, H, 1, 0);
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(got), NULL);

   fill_pixels(pixels_in);
   write_image(image, extent, pixels_in);
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, 1);
   read_buffer(out, got, sizeof(got));
   assert_true(close_to(got[0], pixels_in[(H - 1) * W]));
   assert_true(close_to(got[1], 0));
   assert_true(close_to(got[2], pixels_in[3 * W + 2]));
   assert_true(fabsf(got[3] - sample(pixels_in, CL_ADDRESS_REPEAT, true, W,
                                     H)) < 0.02f);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Layers are chosen by rounding, and clamped whatever the sampler does. */
static void
layers_are_rounded_and_clamped(void **state)
{
   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_array_t image, sampler_t s,\n"
      "                 global float *out) {\n"
      "   out[0] = read_imagef(image, s, (float4)(0.5f, 0.5f, 1.4f, 0)).x;\n"
      "   out[1] = read_imagef(image, s, (float4)(0.5f, 0.5f, 1.6f, 0)).x;\n"
      "   out[2] = read_imagef(image, s, (float4)(0.5f, 0.5f, 99.f, 0)).x;\n"
      "   out[3] = read_imagef(image, s, (float4)(0.5f, 0.5f, -3.f, 0)).x;\n"
      "}\n",
      NULL);
   float layers[D], got[4];
   const size_t extent[3] = {1, 1, D};
   cl_mem image =
      new_image(TYPE_2D_ARRAY, &r32f, CL_MEM_READ_ONLY, 1, 1, D, 0);
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(got), NULL);
   cl_sampler sampler = CREATED(clCreateSampler(
      client.context, CL_TRUE, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &code));

   for (unsigned i = 0; i < D; i++)
      layers[i] = i * 10;
   write_image(image, extent, layers);
   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, sampler);
   SET_ARG(kernel, 2, out);
   run_1d(kernel, 1);
   read_buffer(out, got, sizeof(got));
   assert_true(got[0] == 10);
   assert_true(got[1] == 20);
   assert_true(got[2] == (D - 1) * 10);
   assert_true(got[3] == 0);
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

/* An image that is a buffer: both see what the other wrote. */
static void
buffers_show_through_1d_images(void **state)
{
   need_kernels();
   need_images();
   enum { SIZE = 1000 };
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image1d_buffer_t in,\n"
      "                 write_only image1d_buffer_t out) {\n"
      "   int i = get_global_id(0);\n"
      "   write_imageui(out, i, read_imageui(in, i) + (uint4)(i));\n"
      "}\n",
      "-cl-std=CL3.0");
   const cl_image_format format = {CL_R, CL_UNSIGNED_INT32};
   const size_t align = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   const size_t size = ((SIZE * 4 + align - 1) / align) * align;
   cl_uint values[SIZE];
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 2 * size, NULL);
   cl_mem half = new_sub_buffer(buffer, size, size);
   cl_image_desc desc = {.image_type = CL_MEM_OBJECT_IMAGE1D_BUFFER,
                         .image_width = SIZE};

   desc.buffer = buffer;
   cl_mem in = CREATED(clCreateImage(client.context, CL_MEM_READ_WRITE,
                                     &format, &desc, NULL, &code));
   desc.buffer = half;
   cl_mem out = CREATED(clCreateImage(client.context, CL_MEM_READ_WRITE,
                                      &format, &desc, NULL, &code));
   for (cl_uint i = 0; i < SIZE; i++)
      values[i] = i * 3;
   write_buffer(buffer, values, sizeof(values));
   SET_ARG(kernel, 0, in);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, SIZE);
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, size,
                                sizeof(values), values, 0, NULL, NULL));
   for (cl_uint i = 0; i < SIZE; i++)
      assert_int_equal(values[i], i * 4);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseMemObject(half));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
buffers_show_through_2d_images(void **state)
{
   need_kernels();
   need_images();
   need_extension("cl_khr_image2d_from_buffer");
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_t in, write_only image2d_t out,\n"
      "                 sampler_t s) {\n"
      "   int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
      "   int2 flipped = get_image_dim(in) - 1 - at;\n"
      "   write_imagef(out, at, read_imagef(in, s, flipped));\n"
      "}\n",
      NULL);
   const size_t align = device_uint(CL_DEVICE_IMAGE_PITCH_ALIGNMENT) * 4;
   const size_t pitch = ((W * 4 + align - 1) / align + 1) * align;
   cl_image_desc desc = {.image_type = CL_MEM_OBJECT_IMAGE2D,
                         .image_width = W,
                         .image_height = H,
                         .image_row_pitch = pitch};
   cl_uchar *bytes = malloc(pitch * H), *back = malloc(pitch * H);
   assert_non_null(bytes);
   assert_non_null(back);
   fill_bytes(bytes, pitch * H, 9);
   cl_mem buffers[2] = {buffer_of(bytes, pitch * H),
                        buffer_of(bytes, pitch * H)};
   desc.buffer = buffers[0];
   cl_mem in = CREATED(clCreateImage(client.context, CL_MEM_READ_ONLY, &rgba8,
                                     &desc, NULL, &code));
   desc.buffer = buffers[1];
   cl_mem out = CREATED(clCreateImage(client.context, CL_MEM_WRITE_ONLY,
                                      &rgba8, &desc, NULL, &code));
   cl_sampler sampler = CREATED(clCreateSampler(
      client.context, CL_FALSE, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &code));
   const size_t extent[3] = {W, H, 1};

   SET_ARG(kernel, 0, in);
   SET_ARG(kernel, 1, out);
   SET_ARG(kernel, 2, sampler);
   run_kernel(kernel, 2, extent, NULL);
   read_buffer(buffers[1], back, pitch * H);
   for (unsigned y = 0; y < H; y++) {
      for (unsigned x = 0; x < W; x++)
         assert_memory_equal(back + y * pitch + x * 4,
                             bytes + (H - 1 - y) * pitch + (W - 1 - x) * 4,
                             4);
      /* What lies between the rows is nobody's. */
      assert_memory_equal(back + y * pitch + W * 4, bytes + y * pitch + W * 4,
                          pitch - W * 4);
   }
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseMemObject(buffers[0]));
   CHECK_OK(clReleaseMemObject(buffers[1]));
   CHECK_OK(clReleaseKernel(kernel));
   free(bytes);
   free(back);
}

/* Several images of each kind in one kernel, some of which it ignores. */
static void
many_images_keep_their_places(void **state)
{
   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_t a, write_only image2d_t b,\n"
      "                 read_only image2d_t unused, read_only image1d_t c,\n"
      "                 global uint *sum, write_only image2d_t d) {\n"
      "   int2 at = (int2)(get_global_id(0), 0);\n"
      "   uint4 x = read_imageui(a, at), y = read_imageui(c, at.x);\n"
      "   write_imageui(b, at, x + y);\n"
      "   write_imageui(d, at, x - y);\n"
      "   atomic_add(sum, x.x);\n"
      "}\n",
      NULL);
   const cl_image_format format = {CL_R, CL_UNSIGNED_INT32};
   cl_uint x[W], y[W], got[W], sum = 0, all = 0;
   const size_t extent[3] = {W, 1, 1};
   cl_mem images[5];

   for (unsigned i = 0; i < 5; i++)
      images[i] = new_image(i == 3 ? TYPE_1D : TYPE_2D, &format,
                            CL_MEM_READ_WRITE, W, 1, 1, 0);
   cl_mem total = buffer_of(&sum, sizeof(sum));
   for (cl_uint i = 0; i < W; i++) {
      x[i] = 1000 + i;
      y[i] = i * i;
      all += x[i];
   }
   write_image(images[0], extent, x);
   write_image(images[3], extent, y);
   for (cl_uint i = 0; i < 4; i++)
      SET_ARG(kernel, i, images[i]);
   SET_ARG(kernel, 4, total);
   SET_ARG(kernel, 5, images[4]);
   run_1d(kernel, W);
   read_image(images[1], extent, got);
   for (unsigned i = 0; i < W; i++)
      assert_int_equal(got[i], x[i] + y[i]);
   read_image(images[4], extent, got);
   for (unsigned i = 0; i < W; i++)
      assert_int_equal(got[i], x[i] - y[i]);
   read_buffer(total, &sum, sizeof(sum));
   assert_int_equal(sum, all);
   for (unsigned i = 0; i < 5; i++)
      CHECK_OK(clReleaseMemObject(images[i]));
   CHECK_OK(clReleaseMemObject(total));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Maps around launches on images: what the frame loop of a player does. */
static void
maps_see_what_kernels_wrote(void **state)
{
   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_t in, write_only image2d_t out) {\n"
      "   int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
      "   write_imagef(out, at, 1.0f - read_imagef(in, at));\n"
      "}\n",
      NULL);
   const size_t origin[3] = {0, 0, 0}, extent[3] = {W, H, 1};
   cl_mem in = new_image(TYPE_2D, &rgba8, CL_MEM_READ_ONLY, W, H, 1, 0);
   cl_mem out = new_image(TYPE_2D, &rgba8, CL_MEM_WRITE_ONLY, W, H, 1, 0);
   size_t pitch;

   SET_ARG(kernel, 0, in);
   SET_ARG(kernel, 1, out);
   for (unsigned frame = 0; frame < 4; frame++) {
      cl_uchar *map = CREATED(clEnqueueMapImage(
         client.queue, in, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION, origin,
         extent, &pitch, NULL, 0, NULL, NULL, &code));
      for (unsigned y = 0; y < H; y++)
         for (unsigned x = 0; x < W * 4; x++)
            map[y * pitch + x] = y * 16 + x + frame;
      CHECK_OK(clEnqueueUnmapMemObject(client.queue, in, map, 0, NULL, NULL));
      CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 2, NULL, extent,
                                      NULL, 0, NULL, NULL));
      map = CREATED(clEnqueueMapImage(client.queue, out, CL_TRUE, CL_MAP_READ,
                                      origin, extent, &pitch, NULL, 0, NULL,
                                      NULL, &code));
      for (unsigned y = 0; y < H; y++)
         for (unsigned x = 0; x < W * 4; x++)
            assert_int_equal(map[y * pitch + x], 255 - (y * 16 + x + frame));
      CHECK_OK(
         clEnqueueUnmapMemObject(client.queue, out, map, 0, NULL, NULL));
   }
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseKernel(kernel));
}

/* More than the driver has would be bound past what it has. */
static void
too_many_samplers_are_refused(void **state)
{
   const cl_uint most = device_uint(CL_DEVICE_MAX_SAMPLERS);
   const size_t room = 128 + 96 * (size_t)(most + 1);
   char *source = malloc(room);
   size_t at = 0;

   need_kernels();
   need_images();
   assert_non_null(source);
   at += snprintf(source + at, room - at, "kernel void test(");
   for (cl_uint i = 0; i <= most; i++)
      at += snprintf(source + at, room - at, "sampler_t s%u, ", i);
   at += snprintf(source + at, room - at,
                  "read_only image2d_t p, global float4 *out) {\n");
   for (cl_uint i = 0; i <= most; i++)
      at += snprintf(source + at, room - at,
                     "out[%u] = read_imagef(p, s%u, (float2)(0));\n", i, i);
   snprintf(source + at, room - at, "}\n");

   cl_program program = build_program(source, NULL);
   REFUSED(CL_OUT_OF_RESOURCES, clCreateKernel(program, "test", &code));
   CHECK_OK(clReleaseProgram(program));
   free(source);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_all_types),
      cmocka_unit_test(writes_all_types),
      cmocka_unit_test(reads_and_writes_one_image),
      cmocka_unit_test(formats_mean_colours),
      cmocka_unit_test(srgb_is_linear_in_kernels),
      cmocka_unit_test(depth_is_one_float),
      cmocka_unit_test(images_tell_their_size),
      cmocka_unit_test(samplers_filter_and_address),
      cmocka_unit_test(samplers_of_the_source),
      cmocka_unit_test(layers_are_rounded_and_clamped),
      cmocka_unit_test(buffers_show_through_1d_images),
      cmocka_unit_test(buffers_show_through_2d_images),
      cmocka_unit_test(many_images_keep_their_places),
      cmocka_unit_test(too_many_samplers_are_refused),
      cmocka_unit_test(maps_see_what_kernels_wrote),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
