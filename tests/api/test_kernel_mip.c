/* SPDX-License-Identifier: MIT */

/*
 * cl_khr_mipmap_image and cl_khr_mipmap_image_writes in kernels: stores to a
 * level, sampling at a level of detail, queries.
 */

#include "kernels.h"

#include <stdio.h>

#define SIZE   64
#define LEVELS 7

static cl_mem
create_pyramid(void)
{
   const cl_image_format format = {CL_RGBA, CL_FLOAT};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = SIZE,
      .image_height = SIZE,
      .num_mip_levels = LEVELS,
   };
   return CREATED(clCreateImage(client.context, CL_MEM_READ_WRITE, &format,
                                &desc, NULL, &code));
}

static void
run_2d(cl_kernel kernel, size_t side)
{
   const size_t global[] = {side, side};
   run_kernel(kernel, 2, global, NULL);
}

/* Each level gets its number and the pixel's place. */
static void
fill_pyramid(cl_mem image)
{
   cl_kernel kernel = build_kernel(
      "#pragma OPENCL EXTENSION cl_khr_mipmap_image_writes : enable\n"
      "kernel void test(write_only image2d_t image, int level)\n"
      "{\n"
      "   const int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
      "   write_imagef(image, at, level, (float4)(level, at.x, at.y, 1));\n"
      "}\n",
      "-cl-std=CL3.0");

   SET_ARG(kernel, 0, image);
   for (cl_int level = 0; level < LEVELS; level++) {
      SET_ARG(kernel, 1, level);
      run_2d(kernel, SIZE >> level);
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
stores_reach_their_level(void **state)
{
   need_extension("cl_khr_mipmap_image_writes");
   cl_mem image = create_pyramid();

   fill_pyramid(image);
   for (size_t level = 0; level < LEVELS; level++) {
      const size_t last = (SIZE >> level) - 1;
      const size_t origin[] = {last, 0, level};
      const size_t region[] = {1, 1, 1};
      float pixel[4];
      CHECK_OK(clEnqueueReadImage(client.queue, image, CL_TRUE, origin,
                                  region, 0, 0, pixel, 0, NULL, NULL));
      assert_float_equal(pixel[0], level, 0);
      assert_float_equal(pixel[1], last, 0);
      assert_float_equal(pixel[2], 0, 0);
   }
   CHECK_OK(clReleaseMemObject(image));
}

/* Reads the pyramid's middle at each half level; pixel.x is the level. */
static void
check_samples(cl_mem image, cl_filter_mode mip_filter)
{
   const cl_sampler_properties properties[] = {
      CL_SAMPLER_NORMALIZED_COORDS,
      CL_TRUE,
      CL_SAMPLER_FILTER_MODE,
      CL_FILTER_NEAREST,
      CL_SAMPLER_ADDRESSING_MODE,
      CL_ADDRESS_CLAMP_TO_EDGE,
      CL_SAMPLER_MIP_FILTER_MODE,
      mip_filter,
      0,
   };
   cl_sampler sampler = CREATED(
      clCreateSamplerWithProperties(client.context, properties, &code));
   cl_kernel kernel = build_kernel(
      "#pragma OPENCL EXTENSION cl_khr_mipmap_image : enable\n"
      "kernel void test(read_only image2d_t image, sampler_t sampler,\n"
      "                 float lod, global float *out)\n"
      "{\n"
      "   *out = read_imagef(image, sampler, (float2)(0.5f), lod).x;\n"
      "}\n",
      "-cl-std=CL3.0");
   float got = -1;
   cl_mem out = buffer_of(&got, sizeof(got));

   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, sampler);
   SET_ARG(kernel, 3, out);
   for (float lod = 0; lod <= LEVELS - 1; lod += 0.25f) {
      SET_ARG(kernel, 2, lod);
      run_1d(kernel, 1);
      read_buffer(out, &got, sizeof(got));
      if (mip_filter == CL_FILTER_LINEAR) {
         assert_float_equal(got, lod, 0.01);
      } else {
         /* Half way, either level will do. */
         const float distance = got > lod ? got - lod : lod - got;
         assert_true(distance <= 0.5f);
         assert_float_equal(got, (int)got, 0);
      }
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseSampler(sampler));
}

static void
samplers_filter_between_levels(void **state)
{
   need_extension("cl_khr_mipmap_image");
   cl_mem image = create_pyramid();

   fill_pyramid(image);
   check_samples(image, CL_FILTER_LINEAR);
   check_samples(image, CL_FILTER_NEAREST);
   CHECK_OK(clReleaseMemObject(image));
}

static void
check_queries(const char *access)
{
   char source[512];
   snprintf(source, sizeof(source),
            "#pragma OPENCL EXTENSION cl_khr_mipmap_image : enable\n"
            "kernel void test(%s image2d_t image, global int *out)\n"
            "{\n"
            "   out[0] = get_image_num_mip_levels(image);\n"
            "   out[1] = get_image_channel_data_type(image);\n"
            "   out[2] = get_image_channel_order(image);\n"
            "   out[3] = get_image_width(image);\n"
            "}\n",
            access);
   cl_mem image = create_pyramid();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_int got[4] = {0};
   cl_mem out = buffer_of(got, sizeof(got));

   SET_ARG(kernel, 0, image);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, 1);
   read_buffer(out, got, sizeof(got));
   assert_int_equal(got[0], LEVELS);
   assert_int_equal(got[1], CL_FLOAT);
   assert_int_equal(got[2], CL_RGBA);
   assert_int_equal(got[3], SIZE);

   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(image));
}

static void
queries_know_the_image(void **state)
{
   need_extension("cl_khr_mipmap_image");
   check_queries("read_only");
   check_queries("write_only");
}

/*
 * Before 2.0 clang declares none of the extension's functions: all of them
 * by every image, beside those that were always there.
 */
static void
old_programs_have_the_functions(void **state)
{
   static const char *const source =
      "#pragma OPENCL EXTENSION cl_khr_mipmap_image : enable\n"
      "kernel void test(read_only image2d_t image, sampler_t sampler,\n"
      "                 global float *out)\n"
      "{\n"
      "   const float2 middle = (float2)(0.5f), step = (float2)(0.0625f, 0);\n"
      "   out[0] = get_image_num_mip_levels(image);\n"
      "   out[1] = read_imagef(image, sampler, middle, 3.0f).x;\n"
      "   out[2] = read_imagef(image, sampler, middle, step, step.yx).x;\n"
      "   out[3] = read_imagef(image, sampler, middle).y;\n"
      "   out[4] = read_imagef(image, (int2)(5, 6)).z;\n"
      "   out[5] = __LINE__;\n"
      "}\n"
      "kernel void others(read_only image1d_t a, read_only image3d_t b,\n"
      "                   read_only image1d_array_t c,\n"
      "                   read_only image2d_array_t d,\n"
      "                   read_only image1d_buffer_t e, sampler_t s,\n"
      "                   write_only image2d_array_t f, global int4 *out)\n"
      "{\n"
      "   out[0] = read_imagei(a, s, 0.5f, 1.0f) + read_imagei(a, s, 1);\n"
      "   out[1] = read_imagei(b, s, (float4)(0.5f), 1.0f);\n"
      "   out[2] = read_imagei(c, s, (float2)(0.5f), 1.0f, 1.0f);\n"
      "   out[3] = read_imagei(d, s, (float4)(0.5f), 1.0f);\n"
      "   out[4] = read_imagei(e, 1);\n"
      "   write_imagei(f, (int4)(0), out[5]);\n"
      "}\n";
   static const char *const options[] = {NULL, "-cl-std=CL1.2 -Werror",
                                         "-cl-std=CL3.0"};
   const cl_sampler_properties properties[] = {
      CL_SAMPLER_NORMALIZED_COORDS,
      CL_TRUE,
      CL_SAMPLER_ADDRESSING_MODE,
      CL_ADDRESS_CLAMP_TO_EDGE,
      CL_SAMPLER_FILTER_MODE,
      CL_FILTER_NEAREST,
      0,
   };
   float got[6] = {0};

   need_extension("cl_khr_mipmap_image");
   cl_mem image = create_pyramid();
   cl_mem out = buffer_of(got, sizeof(got));
   cl_sampler sampler = CREATED(
      clCreateSamplerWithProperties(client.context, properties, &code));
   fill_pyramid(image);
   for (unsigned i = 0; i < COUNT(options); i++) {
      cl_kernel kernel = build_kernel(source, options[i]);
      SET_ARG(kernel, 0, image);
      SET_ARG(kernel, 1, sampler);
      SET_ARG(kernel, 2, out);
      run_1d(kernel, 1);
      read_buffer(out, got, sizeof(got));
      assert_float_equal(got[0], LEVELS, 0);
      assert_float_equal(got[1], 3, 0);
      /* A pixel of the third level is 1/16 wide. */
      assert_float_equal(got[2], 2, 0);
      assert_float_equal(got[3], SIZE / 2, 0);
      assert_float_equal(got[4], 6, 0);
      assert_float_equal(got[5], 11, 0);
      CHECK_OK(clReleaseKernel(kernel));
   }
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(image));
}

/* The pragma of the extension gives the stores too. */
static void
old_programs_store_to_levels(void **state)
{
   need_extension("cl_khr_mipmap_image_writes");
   CHECK_OK(clReleaseProgram(build_program(
      "#pragma OPENCL EXTENSION cl_khr_mipmap_image_writes : enable\n"
      "kernel void test(write_only image2d_t image, int level)\n"
      "{ write_imagef(image, (int2)(0), level, (float4)(0)); }\n",
      "-cl-std=CL1.2")));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(stores_reach_their_level),
      cmocka_unit_test(samplers_filter_between_levels),
      cmocka_unit_test(queries_know_the_image),
      cmocka_unit_test(old_programs_have_the_functions),
      cmocka_unit_test(old_programs_store_to_levels),
   };
   return cmocka_run_group_tests_name("kernel mip levels", tests,
                                      client_setup, client_teardown);
}
