/* SPDX-License-Identifier: MIT */

#include "pixel.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#ifndef CL_UNORM_INT_2_101010_EXT
#define CL_UNORM_INT_2_101010_EXT 0x10E5
#endif

/* Channel of the colour that each stored component holds; -1 is padding. */
struct order {
   cl_channel_order order;
   const char *name;
   unsigned count;
   int source[4];
   bool srgb;
};

static const struct order orders[] = {
   {CL_R, "R", 1, {0}, false},
   {CL_A, "A", 1, {3}, false},
   {CL_RG, "RG", 2, {0, 1}, false},
   {CL_RA, "RA", 2, {0, 3}, false},
   {CL_RGB, "RGB", 3, {0, 1, 2}, false},
   {CL_RGBA, "RGBA", 4, {0, 1, 2, 3}, false},
   {CL_BGRA, "BGRA", 4, {2, 1, 0, 3}, false},
   {CL_ARGB, "ARGB", 4, {3, 0, 1, 2}, false},
   {CL_ABGR, "ABGR", 4, {3, 2, 1, 0}, false},
   {CL_INTENSITY, "INTENSITY", 1, {0}, false},
   {CL_LUMINANCE, "LUMINANCE", 1, {0}, false},
   {CL_Rx, "Rx", 2, {0, -1}, false},
   {CL_RGx, "RGx", 3, {0, 1, -1}, false},
   {CL_RGBx, "RGBx", 4, {0, 1, 2, -1}, false},
   {CL_DEPTH, "DEPTH", 1, {0}, false},
   {CL_sRGB, "sRGB", 3, {0, 1, 2}, true},
   {CL_sRGBx, "sRGBx", 4, {0, 1, 2, -1}, true},
   {CL_sRGBA, "sRGBA", 4, {0, 1, 2, 3}, true},
   {CL_sBGRA, "sBGRA", 4, {2, 1, 0, 3}, true},
};

enum kind {
   KIND_UNORM,
   KIND_SNORM,
   KIND_SINT,
   KIND_UINT,
   KIND_HALF,
   KIND_FLOAT
};

struct type {
   cl_channel_type type;
   const char *name;
   enum kind kind;
   unsigned bytes; /* of a component; of the pixel if packed */
   bool packed;
   unsigned bits[4]; /* packed: of red, green, blue, alpha */
   unsigned shift[4];
};

static const struct type types[] = {
   {CL_SNORM_INT8, "SNORM_INT8", KIND_SNORM, 1, false, {0}, {0}},
   {CL_SNORM_INT16, "SNORM_INT16", KIND_SNORM, 2, false, {0}, {0}},
   {CL_UNORM_INT8, "UNORM_INT8", KIND_UNORM, 1, false, {0}, {0}},
   {CL_UNORM_INT16, "UNORM_INT16", KIND_UNORM, 2, false, {0}, {0}},
   {CL_SIGNED_INT8, "SIGNED_INT8", KIND_SINT, 1, false, {0}, {0}},
   {CL_SIGNED_INT16, "SIGNED_INT16", KIND_SINT, 2, false, {0}, {0}},
   {CL_SIGNED_INT32, "SIGNED_INT32", KIND_SINT, 4, false, {0}, {0}},
   {CL_UNSIGNED_INT8, "UNSIGNED_INT8", KIND_UINT, 1, false, {0}, {0}},
   {CL_UNSIGNED_INT16, "UNSIGNED_INT16", KIND_UINT, 2, false, {0}, {0}},
   {CL_UNSIGNED_INT32, "UNSIGNED_INT32", KIND_UINT, 4, false, {0}, {0}},
   {CL_HALF_FLOAT, "HALF_FLOAT", KIND_HALF, 2, false, {0}, {0}},
   {CL_FLOAT, "FLOAT", KIND_FLOAT, 4, false, {0}, {0}},
   {CL_UNORM_SHORT_565,
    "UNORM_SHORT_565",
    KIND_UNORM,
    2,
    true,
    {5, 6, 5, 0},
    {11, 5, 0, 0}},
   {CL_UNORM_SHORT_555,
    "UNORM_SHORT_555",
    KIND_UNORM,
    2,
    true,
    {5, 5, 5, 0},
    {10, 5, 0, 0}},
   {CL_UNORM_INT_101010,
    "UNORM_INT_101010",
    KIND_UNORM,
    4,
    true,
    {10, 10, 10, 0},
    {20, 10, 0, 0}},
   {CL_UNORM_INT_101010_2,
    "UNORM_INT_101010_2",
    KIND_UNORM,
    4,
    true,
    {10, 10, 10, 2},
    {22, 12, 2, 0}},
   {CL_UNORM_INT_2_101010_EXT,
    "UNORM_INT_2_101010",
    KIND_UNORM,
    4,
    true,
    {10, 10, 10, 2},
    {20, 10, 0, 30}},
};

static const struct order *
find_order(cl_channel_order order)
{
   for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
      if (orders[i].order == order)
         return &orders[i];
   }
   return NULL;
}

static const struct type *
find_type(cl_channel_type type)
{
   for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
      if (types[i].type == type)
         return &types[i];
   }
   return NULL;
}

size_t
pixel_size(const cl_image_format *format)
{
   const struct order *order = find_order(format->image_channel_order);
   const struct type *type = find_type(format->image_channel_data_type);

   if (!order || !type)
      return 0;
   return type->packed ? type->bytes : type->bytes * order->count;
}

const char *
pixel_order_name(cl_channel_order order)
{
   const struct order *found = find_order(order);
   return found ? found->name : "order?";
}

const char *
pixel_type_name(cl_channel_type type)
{
   const struct type *found = find_type(type);
   return found ? found->name : "type?";
}

cl_channel_order
pixel_other_view(const cl_image_format *format)
{
   static const cl_channel_order pairs[][2] = {
      {CL_RGBA, CL_sRGBA}, {CL_BGRA, CL_sBGRA}, {CL_RGB, CL_sRGB},
      {CL_RGBx, CL_sRGBx}, {CL_R, CL_DEPTH},
   };
   cl_channel_type type = format->image_channel_data_type;

   for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
      bool depth = pairs[i][1] == CL_DEPTH;
      if (depth ? type != CL_FLOAT && type != CL_UNORM_INT16
                : type != CL_UNORM_INT8)
         continue;
      if (pairs[i][0] == format->image_channel_order)
         return pairs[i][1];
      /* Depth from red, but not the other way: 5.3.1, the table of orders. */
      if (pairs[i][1] == format->image_channel_order && !depth)
         return pairs[i][0];
   }
   return 0;
}

static cl_float
random_float(struct rng *rng)
{
   static const cl_float special[] = {0.0f,       1.0f,    0.5f,   -1.0f,
                                      2.0f,       -0.25f,  1.5e9f, -3.0e9f,
                                      0.0031308f, 65504.0f};
   if (rng_chance(rng, 30))
      return special[rng_below(rng, sizeof(special) / sizeof(special[0]))];
   return (cl_float)rng_below(rng, 1 << 20) / (cl_float)(1 << 20) * 1.5f -
          0.25f;
}

void
pixel_random_color(const cl_image_format *format, struct rng *rng,
                   union color *color)
{
   const struct type *type = find_type(format->image_channel_data_type);
   bool integer = type->kind == KIND_SINT || type->kind == KIND_UINT;

   for (unsigned i = 0; i < 4; i++) {
      if (!integer)
         color->f[i] = random_float(rng);
      else if (rng_chance(rng, 50))
         color->u[i] = (cl_uint)rng_next(rng);
      else
         color->i[i] = (cl_int)rng_between(rng, 0, 400) - 200;
   }
}

static double
srgb_encode(double value)
{
   if (value <= 0.0031308)
      return 12.92 * value;
   return 1.055 * pow(value, 1.0 / 2.4) - 0.055;
}

static double
clamp(double value, double low, double high)
{
   return value < low ? low : value > high ? high : value;
}

static double
half_value(unsigned half)
{
   int exponent = (half >> 10) & 0x1f;
   double fraction = half & 0x3ff;
   double value;

   if (exponent == 0x1f)
      value = fraction != 0 ? NAN : INFINITY;
   else if (exponent == 0)
      value = ldexp(fraction, -24);
   else
      value = ldexp(fraction + 1024, exponent - 25);
   return half & 0x8000 ? -value : value;
}

/* Whether a half float is one of the two that enclose the value. */
static bool
is_half_of(unsigned half, double value)
{
   double got = half_value(half);
   double up, down;

   if (got == value)
      return true;
   if (isnan(got))
      return false;
   /* Beyond the largest: that one, or infinity. */
   if (fabs(value) > 65504)
      return signbit(got) == signbit(value) && fabs(got) >= 65504;

   up = half_value(half + 1);
   down = half & 0x7fff ? half_value(half - 1) : -half_value(1);
   return up > down ? value > down && value < up : value > up && value < down;
}

static uint64_t
little_endian(const uint8_t *bytes, unsigned count)
{
   uint64_t value = 0;

   for (unsigned i = 0; i < count; i++)
      value |= (uint64_t)bytes[i] << (8 * i);
   return value;
}

static int64_t
sign_extend(uint64_t value, unsigned bits)
{
   uint64_t sign = UINT64_C(1) << (bits - 1);
   return (int64_t)((value ^ sign) - sign);
}

static bool
component_matches(enum kind kind, unsigned bits, bool srgb, uint64_t code,
                  const union color *color, int channel)
{
   double value = color->f[channel];
   double max = (double)((UINT64_C(1) << bits) - 1);
   double top = (double)((UINT64_C(1) << (bits - 1)) - 1);
   cl_float exact;

   switch (kind) {
   case KIND_UNORM:
      value = clamp(value, 0, 1);
      value = (srgb && channel != 3 ? srgb_encode(value) : value) * max;
      return fabs((double)code - value) <= 1.0;
   case KIND_SNORM:
      value = clamp(value, -1, 1) * top;
      return fabs((double)sign_extend(code, bits) - value) <= 1.0;
   case KIND_SINT:
      value = clamp(color->i[channel], -top - 1, top);
      return (double)sign_extend(code, bits) == value;
   case KIND_UINT:
      return (double)code == clamp(color->u[channel], 0, max);
   case KIND_HALF:
      return is_half_of((unsigned)code, value);
   case KIND_FLOAT:
      exact = color->f[channel];
      return memcmp(&code, &exact, sizeof(exact)) == 0;
   }
   return false;
}

bool
pixel_is_color(const cl_image_format *format, const union color *color,
               const uint8_t *bytes, char *why, size_t why_size)
{
   const struct order *order = find_order(format->image_channel_order);
   const struct type *type = find_type(format->image_channel_data_type);
   unsigned count = type->packed ? 4 : order->count;

   for (unsigned i = 0; i < count; i++) {
      int channel = type->packed ? (int)i : order->source[i];
      unsigned bits = type->packed ? type->bits[i] : 8 * type->bytes;
      uint64_t code;

      if (channel < 0 || bits == 0)
         continue;
      if (type->packed) {
         code = little_endian(bytes, type->bytes) >> type->shift[i];
         code &= (UINT64_C(1) << bits) - 1;
      } else {
         code = little_endian(bytes + i * type->bytes, type->bytes);
      }
      if (!component_matches(type->kind, bits, order->srgb, code, color,
                             channel)) {
         snprintf(why, why_size,
                  "component %u holds 0x%llx, colour %d is %a = 0x%x", i,
                  (unsigned long long)code, channel,
                  (double)color->f[channel], color->u[channel]);
         return false;
      }
   }
   return true;
}
