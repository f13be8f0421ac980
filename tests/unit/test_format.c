/* SPDX-License-Identifier: MIT */

/* The table of image formats: what it says, and the pixels it packs. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/format.h"
#include "util/format/u_format.h"
#include "util/macros.h"
#include "util/u_math.h"

static const struct trf_format *
find(cl_channel_order order, cl_channel_type type)
{
   const cl_image_format format = {order, type};
   return trf_format_find(&format);
}

static cl_int
validate(cl_channel_order order, cl_channel_type type)
{
   const cl_image_format format = {order, type};
   return trf_format_validate(&format);
}

static void
table_agrees_with_mesa(void **state)
{
   unsigned count;
   const struct trf_format *formats = trf_formats(&count);

   assert_true(count > 90);
   for (unsigned i = 0; i < count; i++) {
      const struct trf_format *format = &formats[i];
      const enum pipe_format pipe = format->pipe;

      assert_int_equal(format->element, util_format_get_blocksize(pipe));
      assert_true(util_is_power_of_two_nonzero(format->element));
      assert_int_equal(format->srgb, util_format_is_srgb(pipe));
      assert_int_equal(format->integer, util_format_is_pure_integer(pipe));
      assert_int_equal(format->depth,
                       format->cl.image_channel_order == CL_DEPTH);
   }
}

static void
table_has_each_format_once(void **state)
{
   unsigned count;
   const struct trf_format *formats = trf_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      assert_int_equal(trf_format_validate(&formats[i].cl), CL_SUCCESS);
      assert_ptr_equal(trf_format_find(&formats[i].cl), &formats[i]);
   }
}

/* 5.3.2.1, "Minimum List of Supported Image Formats". */
static void
table_has_the_mandatory_formats(void **state)
{
   static const cl_channel_order orders[] = {CL_R, CL_RG, CL_RGBA};
   static const cl_channel_type types[] = {
      CL_UNORM_INT8,     CL_UNORM_INT16,    CL_SNORM_INT8,   CL_SNORM_INT16,
      CL_SIGNED_INT8,    CL_SIGNED_INT16,   CL_SIGNED_INT32, CL_UNSIGNED_INT8,
      CL_UNSIGNED_INT16, CL_UNSIGNED_INT32, CL_HALF_FLOAT,   CL_FLOAT,
   };

   for (unsigned i = 0; i < ARRAY_SIZE(orders); i++) {
      for (unsigned j = 0; j < ARRAY_SIZE(types); j++)
         assert_non_null(find(orders[i], types[j]));
   }
   assert_non_null(find(CL_BGRA, CL_UNORM_INT8));
   assert_non_null(find(CL_sRGBA, CL_UNORM_INT8));
   assert_non_null(find(CL_DEPTH, CL_UNORM_INT16));
   assert_non_null(find(CL_DEPTH, CL_FLOAT));
}

static void
validate_accepts_what_no_driver_has(void **state)
{
   assert_int_equal(validate(CL_Rx, CL_UNORM_INT8), CL_SUCCESS);
   assert_int_equal(validate(CL_ARGB, CL_FLOAT), CL_SUCCESS);
   assert_null(find(CL_Rx, CL_UNORM_INT8));
   assert_null(find(CL_ARGB, CL_FLOAT));
}

static void
validate_refuses(void **state)
{
   static const cl_image_format bad[] = {
      {0, CL_UNORM_INT8},
      {CL_RGBA, 0},
      {CL_RGBA, CL_RGBA},
      {CL_UNORM_INT8, CL_UNORM_INT8},
      {0xffffffff, 0xffffffff},
      {0x10BE /* CL_DEPTH_STENCIL */, CL_FLOAT},
      {CL_R, 0x10DF /* CL_UNORM_INT24 */},
      {CL_RGBA, CL_UNORM_SHORT_565},
      {CL_RGBA, CL_UNORM_SHORT_555},
      {CL_RGBA, CL_UNORM_INT_101010},
      {CL_BGRA, CL_UNORM_INT_101010_2},
      {CL_RGB, CL_UNORM_INT_101010_2},
      {CL_RGB, CL_UNORM_INT8},
      {CL_RGB, CL_FLOAT},
      {CL_RGx, CL_UNORM_INT16},
      {CL_sRGB, CL_UNORM_INT8},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
      assert_int_equal(trf_format_validate(&bad[i]),
                       CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
}

struct pack_case {
   cl_channel_order order;
   cl_channel_type type;
   union {
      float f[4];
      int32_t i[4];
      uint32_t u[4];
   } color;
   uint8_t pixel[16];
};

static const struct pack_case pack_cases[] = {
   /* Where each channel of a colour goes. */
   {CL_RGBA, CL_UNORM_INT8, {.f = {1, 0, 0.2f, 0.4f}}, {255, 0, 51, 102}},
   {CL_BGRA, CL_UNORM_INT8, {.f = {1, 0, 0.2f, 0.4f}}, {51, 0, 255, 102}},
   {CL_ARGB, CL_UNORM_INT8, {.f = {1, 0, 0.2f, 0.4f}}, {102, 255, 0, 51}},
   {CL_ABGR, CL_UNORM_INT8, {.f = {1, 0, 0.2f, 0.4f}}, {102, 51, 0, 255}},
   {CL_R, CL_UNORM_INT8, {.f = {1, 0, 0, 0}}, {255}},
   {CL_A, CL_UNORM_INT8, {.f = {1, 0, 0, 0.2f}}, {51}},
   {CL_INTENSITY, CL_UNORM_INT8, {.f = {0.2f, 1, 1, 1}}, {51}},
   {CL_LUMINANCE, CL_UNORM_INT8, {.f = {0.2f, 1, 1, 1}}, {51}},
   {CL_RG, CL_UNORM_INT8, {.f = {0.2f, 0.4f, 1, 1}}, {51, 102}},
   {CL_RA, CL_UNORM_INT8, {.f = {0.2f, 1, 1, 0.4f}}, {51, 102}},
   {CL_RGBx, CL_UNORM_INT8, {.f = {0.2f, 0.4f, 1, 1}}, {51, 102, 255, 255}},
   {CL_ARGB, CL_SIGNED_INT8, {.i = {1, 2, 3, 4}}, {4, 1, 2, 3}},
   {CL_ABGR, CL_UNSIGNED_INT8, {.u = {1, 2, 3, 4}}, {4, 3, 2, 1}},
   {CL_RA, CL_UNSIGNED_INT16, {.u = {1, 2, 3, 4}}, {1, 0, 4, 0}},

   /* Packed types: the first channel has the highest bits. */
   {CL_RGB, CL_UNORM_SHORT_565, {.f = {1, 0, 0, 1}}, {0x00, 0xf8}},
   {CL_RGB, CL_UNORM_SHORT_565, {.f = {0, 1, 0, 1}}, {0xe0, 0x07}},
   {CL_RGBx, CL_UNORM_SHORT_565, {.f = {0, 0, 1, 1}}, {0x1f, 0x00}},
   {CL_RGB, CL_UNORM_SHORT_555, {.f = {1, 0, 0, 1}}, {0x00, 0x7c}},
   {CL_RGB, CL_UNORM_SHORT_555, {.f = {0, 1, 0, 1}}, {0xe0, 0x03}},
   {CL_RGB, CL_UNORM_INT_101010, {.f = {1, 0, 0, 1}}, {0, 0, 0xf0, 0x3f}},
   {CL_RGB, CL_UNORM_INT_101010, {.f = {0, 0, 1, 1}}, {0xff, 0x03, 0, 0}},
   {CL_RGBA, CL_UNORM_INT_101010_2, {.f = {1, 0, 0, 0}}, {0, 0, 0xc0, 0xff}},
   {CL_RGBA, CL_UNORM_INT_101010_2, {.f = {0, 0, 1, 1}}, {0xff, 0x0f, 0, 0}},

   /* Normalised types clamp and round; what is no number becomes zero. */
   {CL_RGBA, CL_UNORM_INT8, {.f = {-1, 2, 0.501f, NAN}}, {0, 255, 128, 0}},
   {CL_RGBA, CL_UNORM_INT8, {.f = {INFINITY, -INFINITY, 0, 0}}, {255}},
   {CL_RG, CL_UNORM_INT16, {.f = {2, 0.5f, 0, 0}}, {255, 255, 0x00, 0x80}},
   {CL_RG, CL_SNORM_INT8, {.f = {-2, 2, 0, 0}}, {0x81, 0x7f}},
   {CL_RG, CL_SNORM_INT16, {.f = {-1, 1, 0, 0}}, {0x01, 0x80, 0xff, 0x7f}},

   /* Integers saturate. */
   {CL_RG, CL_UNSIGNED_INT8, {.u = {300, UINT32_MAX, 0, 0}}, {255, 255}},
   {CL_R, CL_UNSIGNED_INT16, {.u = {70000, 0, 0, 0}}, {255, 255}},
   {CL_RG, CL_SIGNED_INT8, {.i = {-300, 300, 0, 0}}, {0x80, 0x7f}},
   {CL_R, CL_SIGNED_INT16, {.i = {-70000, 0, 0, 0}}, {0x00, 0x80}},
   {CL_R, CL_SIGNED_INT32, {.i = {INT32_MIN, 0, 0, 0}}, {0, 0, 0, 0x80}},
   {CL_R, CL_UNSIGNED_INT32, {.u = {UINT32_MAX, 0}}, {255, 255, 255, 255}},

   /* Floating types hold what they can. */
   {CL_R, CL_HALF_FLOAT, {.f = {1, 0, 0, 0}}, {0x00, 0x3c}},
   {CL_A, CL_HALF_FLOAT, {.f = {0, 0, 0, -2}}, {0x00, 0xc0}},
   {CL_R, CL_FLOAT, {.f = {-2, 0, 0, 0}}, {0, 0, 0, 0xc0}},

   /* What has bytes to itself is written, what shares them is zero. */
   {CL_RGBx, CL_UNORM_SHORT_555, {.f = {0, 0, 1, 1}}, {0x1f, 0x00}},
   {CL_sRGBx, CL_UNORM_INT8, {.f = {0.5f, 0, 1, 0.2f}}, {188, 0, 255, 51}},

   /* sRGB encodes the colours, not alpha. */
   {CL_sRGBA, CL_UNORM_INT8, {.f = {0.5f, 0, 1, 0.2f}}, {188, 0, 255, 51}},
   {CL_sBGRA, CL_UNORM_INT8, {.f = {0.5f, 0, 1, 0.2f}}, {255, 0, 188, 51}},
};

static void
pack_puts_channels_in_place(void **state)
{
   for (unsigned i = 0; i < ARRAY_SIZE(pack_cases); i++) {
      const struct pack_case *c = &pack_cases[i];
      const struct trf_format *format = find(c->order, c->type);
      uint8_t pixel[17];

      assert_non_null(format);
      memset(pixel, 0xee, sizeof(pixel));
      trf_format_pack_color(format, &c->color, pixel);
      if (memcmp(pixel, c->pixel, format->element))
         print_error("order 0x%x type 0x%x\n", c->order, c->type);
      assert_memory_equal(pixel, c->pixel, format->element);
      assert_int_equal(pixel[format->element], 0xee);
   }
}

/* The client need not own more than one float. */
static void
pack_reads_one_float_for_depth(void **state)
{
   const struct {
      float depth;
   } color = {0.5f};
   uint16_t unorm;
   float depth;

   trf_format_pack_color(find(CL_DEPTH, CL_UNORM_INT16), &color, &unorm);
   assert_int_equal(unorm, 0x8000);
   trf_format_pack_color(find(CL_DEPTH, CL_FLOAT), &color, &depth);
   assert_true(depth == 0.5f);
}

/* What was packed reads back as what it was, within the type's precision. */
static void
pack_round_trips_in_every_format(void **state)
{
   static const float color[4] = {0.25f, 0.5f, 0.75f, 1.0f};
   static const uint32_t integers[4] = {1, 2, 3, 1};
   unsigned count;
   const struct trf_format *formats = trf_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      const struct trf_format *format = &formats[i];
      uint8_t pixel[16], again[16];
      uint32_t back[4];

      trf_format_pack_color(
         format, format->integer ? (const void *)integers : color, pixel);
      util_format_unpack_rgba(format->pipe, back, pixel, 1);
      trf_format_pack_color(format, back, again);
      assert_memory_equal(pixel, again, format->element);
   }
}

static void
views_pair_srgb_with_linear(void **state)
{
   const struct trf_format *rgba = find(CL_RGBA, CL_UNORM_INT8);
   const struct trf_format *srgba = find(CL_sRGBA, CL_UNORM_INT8);
   const struct trf_format *bgra = find(CL_BGRA, CL_UNORM_INT8);
   const struct trf_format *sbgra = find(CL_sBGRA, CL_UNORM_INT8);
   const struct trf_format *r = find(CL_R, CL_FLOAT);
   const struct trf_format *depth = find(CL_DEPTH, CL_FLOAT);

   assert_true(trf_format_compatible_views(rgba, srgba));
   assert_true(trf_format_compatible_views(srgba, rgba));
   assert_true(trf_format_compatible_views(bgra, sbgra));
   assert_true(trf_format_compatible_views(sbgra, bgra));
   assert_true(trf_format_compatible_views(depth, r));

   assert_false(trf_format_compatible_views(r, depth));
   assert_false(trf_format_compatible_views(rgba, bgra));
   assert_false(trf_format_compatible_views(srgba, bgra));
   assert_false(
      trf_format_compatible_views(depth, find(CL_R, CL_UNORM_INT16)));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(table_agrees_with_mesa),
      cmocka_unit_test(table_has_each_format_once),
      cmocka_unit_test(table_has_the_mandatory_formats),
      cmocka_unit_test(validate_accepts_what_no_driver_has),
      cmocka_unit_test(validate_refuses),
      cmocka_unit_test(pack_puts_channels_in_place),
      cmocka_unit_test(pack_reads_one_float_for_depth),
      cmocka_unit_test(pack_round_trips_in_every_format),
      cmocka_unit_test(views_pair_srgb_with_linear),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
