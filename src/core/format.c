/* SPDX-License-Identifier: MIT */

#include "core/format.h"

#include <assert.h>
#include <string.h>

#include "util/format/u_format.h"
#include "util/macros.h"
#include "util/trf_log.h"

/*
 * Depth images are stored in colour formats of the same bits.  OpenCL never
 * compares depths, it reads and writes one float, and drivers that cannot
 * store to their depth formats can store to these.
 *
 * CL_Rx and CL_RGx are missing: their pixels have one size in the current
 * specification and another in OpenCL 1.2, where clients have them from.
 * Orders of three channels that are not packed are missing because their
 * size is no power of two.  CL_RGBx is for packed types too; its bytes are
 * what CL_sRGBx may be another view of.
 */
#define FORMAT(order, type, format, bytes, ...)                               \
   {                                                                          \
      .cl = {CL_##order, CL_##type}, .pipe = PIPE_FORMAT_##format,            \
      .element = (bytes), __VA_ARGS__                                         \
   }

#define INTEGER .integer = true

/* Every type that is not packed, for `n` channels named as in "R#G#". */
#define NORMALISED(order, n, f8, f16)                                         \
   FORMAT(order, SNORM_INT8, f8##_SNORM, (n)),                                \
   FORMAT(order, SNORM_INT16, f16##_SNORM, 2 * (n)),                          \
   FORMAT(order, UNORM_INT8, f8##_UNORM, (n)),                                \
   FORMAT(order, UNORM_INT16, f16##_UNORM, 2 * (n))

#define FLOATING(order, n, f16, f32)                                          \
   FORMAT(order, HALF_FLOAT, f16##_FLOAT, 2 * (n)),                           \
   FORMAT(order, FLOAT, f32##_FLOAT, 4 * (n))

#define INTEGERS(order, n, f8, f16, f32)                                      \
   FORMAT(order, SIGNED_INT8, f8##_SINT, (n), INTEGER),                       \
   FORMAT(order, SIGNED_INT16, f16##_SINT, 2 * (n), INTEGER),                 \
   FORMAT(order, SIGNED_INT32, f32##_SINT, 4 * (n), INTEGER),                 \
   FORMAT(order, UNSIGNED_INT8, f8##_UINT, (n), INTEGER),                     \
   FORMAT(order, UNSIGNED_INT16, f16##_UINT, 2 * (n), INTEGER),               \
   FORMAT(order, UNSIGNED_INT32, f32##_UINT, 4 * (n), INTEGER)

#define EVERY_TYPE(order, n, f8, f16, f32)                                    \
   NORMALISED(order, n, f8, f16), INTEGERS(order, n, f8, f16, f32),           \
   FLOATING(order, n, f16, f32)

#define BYTES(order, f8)                                                      \
   FORMAT(order, SNORM_INT8, f8##_SNORM, 4),                                  \
   FORMAT(order, UNORM_INT8, f8##_UNORM, 4),                                  \
   FORMAT(order, SIGNED_INT8, f8##_SINT, 4, INTEGER),                         \
   FORMAT(order, UNSIGNED_INT8, f8##_UINT, 4, INTEGER)

#define PACKED_TYPES(order)                                                   \
   FORMAT(order, UNORM_SHORT_565, B5G6R5_UNORM, 2),                           \
   FORMAT(order, UNORM_SHORT_555, B5G5R5X1_UNORM, 2),                         \
   FORMAT(order, UNORM_INT_101010, B10G10R10X2_UNORM, 4)

static const struct trf_format formats[] = {
   EVERY_TYPE(RGBA, 4, R8G8B8A8, R16G16B16A16, R32G32B32A32),
   FORMAT(RGBA, UNORM_INT_101010_2, A2B10G10R10_UNORM, 4),
   EVERY_TYPE(R, 1, R8, R16, R32),
   EVERY_TYPE(RG, 2, R8G8, R16G16, R32G32),
   BYTES(BGRA, B8G8R8A8),
   BYTES(ARGB, A8R8G8B8),
   BYTES(ABGR, A8B8G8R8),
   FORMAT(sRGBA, UNORM_INT8, R8G8B8A8_SRGB, 4, .srgb = true),
   FORMAT(sBGRA, UNORM_INT8, B8G8R8A8_SRGB, 4, .srgb = true),
   FORMAT(sRGBx, UNORM_INT8, R8G8B8X8_SRGB, 4, .srgb = true),
   FORMAT(DEPTH, UNORM_INT16, R16_UNORM, 2, .depth = true),
   FORMAT(DEPTH, FLOAT, R32_FLOAT, 4, .depth = true),
   EVERY_TYPE(A, 1, A8, A16, A32),
   EVERY_TYPE(RA, 2, R8A8, R16A16, R32A32),
   FORMAT(RGBx, UNORM_INT8, R8G8B8X8_UNORM, 4),
   PACKED_TYPES(RGB),
   PACKED_TYPES(RGBx),

   /* OpenCL 2.2 and before have these two without integer types. */
   NORMALISED(INTENSITY, 1, I8, I16),
   FLOATING(INTENSITY, 1, I16, I32),
   NORMALISED(LUMINANCE, 1, L8, L16),
   FLOATING(LUMINANCE, 1, L16, L32),
};

const struct trf_format *
trf_formats(unsigned *count)
{
   *count = ARRAY_SIZE(formats);
   return formats;
}

const struct trf_format *
trf_format_find(const cl_image_format *format)
{
   for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
      const cl_image_format *cl = &formats[i].cl;
      if (cl->image_channel_order == format->image_channel_order &&
          cl->image_channel_data_type == format->image_channel_data_type)
         return &formats[i];
   }
   return NULL;
}

/* Channels that take room in memory, ignored ones too; 0 for no order. */
static unsigned
order_channels(cl_channel_order order)
{
   switch (order) {
   case CL_R:
   case CL_A:
   case CL_DEPTH:
   case CL_LUMINANCE:
   case CL_INTENSITY:
      return 1;
   case CL_RG:
   case CL_RA:
   case CL_Rx:
      return 2;
   case CL_RGB:
   case CL_RGx:
   case CL_sRGB:
      return 3;
   case CL_RGBA:
   case CL_ARGB:
   case CL_BGRA:
   case CL_ABGR:
   case CL_RGBx:
   case CL_sRGBA:
   case CL_sBGRA:
   case CL_sRGBx:
      return 4;
   default:
      return 0;
   }
}

static bool
type_is_packed(cl_channel_type type)
{
   return type == CL_UNORM_SHORT_565 || type == CL_UNORM_SHORT_555 ||
          type == CL_UNORM_INT_101010 || type == CL_UNORM_INT_101010_2;
}

/* Bytes of one channel; 0 for packed types and for no type. */
static unsigned
type_bytes(cl_channel_type type)
{
   switch (type) {
   case CL_SNORM_INT8:
   case CL_UNORM_INT8:
   case CL_SIGNED_INT8:
   case CL_UNSIGNED_INT8:
      return 1;
   case CL_SNORM_INT16:
   case CL_UNORM_INT16:
   case CL_SIGNED_INT16:
   case CL_UNSIGNED_INT16:
   case CL_HALF_FLOAT:
      return 2;
   case CL_SIGNED_INT32:
   case CL_UNSIGNED_INT32:
   case CL_FLOAT:
      return 4;
   default:
      return 0;
   }
}

static bool
packed_allows(cl_channel_type type, cl_channel_order order)
{
   if (type == CL_UNORM_INT_101010_2)
      return order == CL_RGBA;
   return order == CL_RGB || order == CL_RGBx;
}

cl_int
trf_format_validate(const cl_image_format *format)
{
   const cl_channel_order order = format->image_channel_order;
   const cl_channel_type type = format->image_channel_data_type;
   const unsigned channels = order_channels(order);

   /* 5.3.1.1: the order is one of the table of channel orders. */
   if (!channels)
      return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                       "image_channel_order 0x%x is unknown", order);

   /* 5.3.1.1: packed types name the orders that they go with. */
   if (type_is_packed(type)) {
      if (!packed_allows(type, order))
         return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                          "packed type 0x%x does not go with order 0x%x",
                          type, order);
      return CL_SUCCESS;
   }

   /* 5.3.1.1: the type is one of the table of channel data types. */
   if (!type_bytes(type))
      return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                       "image_channel_data_type 0x%x is unknown", type);

   /* 5.3.1.1: the bits of an element are a power of two. */
   if (channels == 3)
      return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                       "order 0x%x needs a packed type, not 0x%x", order,
                       type);

   return CL_SUCCESS;
}

/*
 * A channel x that has its bytes to itself takes the colour's last component
 * rather than zero: what reads the memory as four channels finds four.
 */
static enum pipe_format
packing_format(const struct trf_format *format)
{
   return util_format_description(format->pipe)->is_array
             ? util_format_rgbx_to_rgba(format->pipe)
             : format->pipe;
}

void
trf_format_pack_color(const struct trf_format *format, const void *color,
                      void *pixel)
{
   /* The colour of a depth image is one float: the client has no more. */
   uint32_t rgba[4] = {0};
   const size_t given = format->depth ? sizeof(float) : sizeof(rgba);
   memcpy(rgba, color, given);

   assert(util_format_get_blocksize(format->pipe) == format->element);
   util_format_pack_rgba(packing_format(format), pixel, rgba, 1);
}

/* Pairs of 5.3.1.2, "Compatible Image Channel Orders": view and parent. */
static const struct {
   cl_channel_order view, parent;
} compatible_orders[] = {
   {CL_sBGRA, CL_BGRA}, {CL_BGRA, CL_sBGRA}, {CL_sRGBA, CL_RGBA},
   {CL_RGBA, CL_sRGBA}, {CL_sRGB, CL_RGB},   {CL_RGB, CL_sRGB},
   {CL_sRGBx, CL_RGBx}, {CL_RGBx, CL_sRGBx}, {CL_DEPTH, CL_R},
};

bool
trf_format_compatible_views(const struct trf_format *a,
                            const struct trf_format *b)
{
   if (a->cl.image_channel_data_type != b->cl.image_channel_data_type)
      return false;

   for (unsigned i = 0; i < ARRAY_SIZE(compatible_orders); i++) {
      if (compatible_orders[i].view == a->cl.image_channel_order &&
          compatible_orders[i].parent == b->cl.image_channel_order)
         return true;
   }
   return false;
}
