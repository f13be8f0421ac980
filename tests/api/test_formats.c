/* SPDX-License-Identifier: MIT */

/* Chapters 5.3.1.1 and 5.3.2: image formats. */

#include <stdlib.h>

#include "common.h"

#define MOST 256

static const cl_mem_flags accesses[] = {CL_MEM_READ_WRITE, CL_MEM_READ_ONLY,
                                        CL_MEM_WRITE_ONLY,
                                        CL_MEM_KERNEL_READ_AND_WRITE};

static cl_uint
list_formats(cl_mem_flags flags, unsigned type, cl_image_format formats[MOST])
{
   cl_uint count = 0;
   CHECK_OK(clGetSupportedImageFormats(
      client.context, flags, image_types[type].type, MOST, formats, &count));
   assert_true(count <= MOST);
   return count;
}

static bool
listed(cl_mem_flags flags, unsigned type, const cl_image_format *format)
{
   cl_image_format formats[MOST];
   const cl_uint count = list_formats(flags, type, formats);

   for (cl_uint i = 0; i < count; i++) {
      if (memcmp(&formats[i], format, sizeof(*format)) == 0)
         return true;
   }
   return false;
}

static void
lists_agree_with_their_counts(void **state)
{
   need_images();
   for (unsigned a = 0; a < COUNT(accesses); a++)
      for (unsigned type = 0; type < TYPE_COUNT; type++) {
         cl_image_format formats[MOST];
         cl_uint count = 0;
         const cl_uint all = list_formats(accesses[a], type, formats);

         CHECK_OK(clGetSupportedImageFormats(client.context, accesses[a],
                                             image_types[type].type, 0, NULL,
                                             &count));
         assert_int_equal(count, all);
         for (cl_uint i = 0; i < all; i++)
            for (cl_uint j = 0; j < i; j++)
               assert_memory_not_equal(&formats[i], &formats[j],
                                       sizeof(formats[i]));
      }
}

static void
list_is_cut_at_num_entries(void **state)
{
   cl_image_format formats[3];
   const cl_image_format untouched = {UNTOUCHED, UNTOUCHED};

   need_images();
   formats[2] = untouched;
   CHECK_OK(clGetSupportedImageFormats(client.context, CL_MEM_READ_ONLY,
                                       CL_MEM_OBJECT_IMAGE2D, 2, formats,
                                       NULL));
   assert_memory_equal(&formats[2], &untouched, sizeof(untouched));
}

static void
refuses_bad_arguments(void **state)
{
   cl_image_format formats[4];
   cl_uint count = 77;

   need_images();
   CHECK_HANDLE(
      CL_INVALID_CONTEXT,
      clGetSupportedImageFormats((cl_context)client.queue, CL_MEM_READ_ONLY,
                                 CL_MEM_OBJECT_IMAGE2D, 4, formats, &count));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetSupportedImageFormats(
                 client.context, CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY,
                 CL_MEM_OBJECT_IMAGE2D, 4, formats, &count));
   CHECK_CODE(
      CL_INVALID_VALUE,
      clGetSupportedImageFormats(client.context, (cl_mem_flags)1 << 40,
                                 CL_MEM_OBJECT_IMAGE2D, 4, formats, &count));
   CHECK_CODE(CL_INVALID_VALUE, clGetSupportedImageFormats(
                                   client.context, CL_MEM_READ_ONLY,
                                   CL_MEM_OBJECT_BUFFER, 4, formats, &count));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetSupportedImageFormats(client.context, CL_MEM_READ_ONLY,
                                         0x7777, 4, formats, &count));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetSupportedImageFormats(client.context, CL_MEM_READ_ONLY,
                                         CL_MEM_OBJECT_IMAGE2D, 0, formats,
                                         &count));
   assert_int_equal(count, 77);
}

static const cl_channel_type mandatory_types[] = {
   CL_UNORM_INT8,     CL_UNORM_INT16,    CL_SNORM_INT8,   CL_SNORM_INT16,
   CL_SIGNED_INT8,    CL_SIGNED_INT16,   CL_SIGNED_INT32, CL_UNSIGNED_INT8,
   CL_UNSIGNED_INT16, CL_UNSIGNED_INT32, CL_HALF_FLOAT,   CL_FLOAT};

static void
check_listed(cl_mem_flags flags, unsigned type, cl_channel_order order,
             cl_channel_type channel)
{
   const cl_image_format format = {order, channel};
   if (listed(flags, type, &format))
      return;
   print_error("%s, flags 0x%llx: 0x%x 0x%x is missing\n",
               image_types[type].name, (unsigned long long)flags, order,
               channel);
   fail();
}

/* 5.3.2.1: what can be read, and what can be written. */
static void
mandatory_formats_are_there(void **state)
{
   static const cl_channel_order orders[] = {CL_R, CL_RG, CL_RGBA};

   need_images();
   for (unsigned a = 1; a < 3; a++)
      for (unsigned type = 0; type < TYPE_COUNT; type++) {
         if (type == TYPE_3D && accesses[a] == CL_MEM_WRITE_ONLY &&
             !has_extension("cl_khr_3d_image_writes"))
            continue;
         for (unsigned o = 0; o < COUNT(orders); o++)
            for (unsigned i = 0; i < COUNT(mandatory_types); i++)
               check_listed(accesses[a], type, orders[o], mandatory_types[i]);
         check_listed(accesses[a], type, CL_BGRA, CL_UNORM_INT8);
      }
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      if (type != TYPE_1D_BUFFER)
         check_listed(CL_MEM_READ_ONLY, type, CL_sRGBA, CL_UNORM_INT8);
   }
   for (unsigned a = 1; a < 3; a++) {
      check_listed(accesses[a], TYPE_2D, CL_DEPTH, CL_UNORM_INT16);
      check_listed(accesses[a], TYPE_2D, CL_DEPTH, CL_FLOAT);
      check_listed(accesses[a], TYPE_2D_ARRAY, CL_DEPTH, CL_UNORM_INT16);
      check_listed(accesses[a], TYPE_2D_ARRAY, CL_DEPTH, CL_FLOAT);
   }
}

/* 5.3.2.1: the table of formats read and written by one kernel. */
static void
mandatory_read_write_formats_are_there(void **state)
{
   static const cl_image_format wanted[] = {{CL_R, CL_UNORM_INT8},
                                            {CL_R, CL_SIGNED_INT8},
                                            {CL_R, CL_SIGNED_INT16},
                                            {CL_R, CL_SIGNED_INT32},
                                            {CL_R, CL_UNSIGNED_INT8},
                                            {CL_R, CL_UNSIGNED_INT16},
                                            {CL_R, CL_UNSIGNED_INT32},
                                            {CL_R, CL_HALF_FLOAT},
                                            {CL_R, CL_FLOAT},
                                            {CL_RGBA, CL_UNORM_INT8},
                                            {CL_RGBA, CL_SIGNED_INT8},
                                            {CL_RGBA, CL_SIGNED_INT16},
                                            {CL_RGBA, CL_SIGNED_INT32},
                                            {CL_RGBA, CL_UNSIGNED_INT8},
                                            {CL_RGBA, CL_UNSIGNED_INT16},
                                            {CL_RGBA, CL_UNSIGNED_INT32},
                                            {CL_RGBA, CL_HALF_FLOAT},
                                            {CL_RGBA, CL_FLOAT}};

   need_images();
   if (device_uint(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS) == 0)
      skip_test("no read_write images");
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      if (type == TYPE_3D)
         continue;
      for (unsigned i = 0; i < COUNT(wanted); i++)
         check_listed(CL_MEM_KERNEL_READ_AND_WRITE, type,
                      wanted[i].image_channel_order,
                      wanted[i].image_channel_data_type);
   }
}

/* 5.3.1.1: the table of channel orders, and what types it gives them. */
static bool
goes_with(cl_channel_order order, cl_channel_type type)
{
   const bool packed =
      type >= CL_UNORM_SHORT_565 && type <= CL_UNORM_INT_101010;

   switch (order) {
   case CL_RGB:
      return packed;
   case CL_RGBx: /* bytes: the counterpart of CL_sRGBx */
      return packed || type == CL_UNORM_INT8;
   case CL_INTENSITY:
   case CL_LUMINANCE:
      return type <= CL_UNORM_INT16 || type == CL_HALF_FLOAT ||
             type == CL_FLOAT;
   case CL_DEPTH:
      return type == CL_UNORM_INT16 || type == CL_FLOAT;
   case CL_sRGB:
   case CL_sRGBx:
   case CL_sRGBA:
   case CL_sBGRA:
      return type == CL_UNORM_INT8;
   case CL_ARGB:
   case CL_BGRA:
   case CL_ABGR:
      return type == CL_UNORM_INT8 || type == CL_SNORM_INT8 ||
             type == CL_SIGNED_INT8 || type == CL_UNSIGNED_INT8;
   case CL_RGBA:
      return !packed;
   default:
      return !packed && type != CL_UNORM_INT_101010_2;
   }
}

static void
orders_have_their_types(void **state)
{
   need_images();
   for (unsigned a = 0; a < COUNT(accesses); a++)
      for (unsigned type = 0; type < TYPE_COUNT; type++) {
         cl_image_format formats[MOST];
         const cl_uint count = list_formats(accesses[a], type, formats);

         for (cl_uint i = 0; i < count; i++) {
            const cl_image_format *format = &formats[i];
            if (goes_with(format->image_channel_order,
                          format->image_channel_data_type))
               continue;
            print_error("%s: 0x%x with 0x%x\n", image_types[type].name,
                        format->image_channel_order,
                        format->image_channel_data_type);
            fail();
         }
      }
}

static size_t
channel_bytes(cl_channel_type type)
{
   switch (type) {
   case CL_UNORM_INT8:
   case CL_SNORM_INT8:
   case CL_SIGNED_INT8:
   case CL_UNSIGNED_INT8:
      return 1;
   case CL_SIGNED_INT32:
   case CL_UNSIGNED_INT32:
   case CL_FLOAT:
      return 4;
   default:
      return 2;
   }
}

/* Bytes of a pixel, from 5.3.1.1's two tables. */
static size_t
element_bytes(const cl_image_format *format)
{
   switch (format->image_channel_data_type) {
   case CL_UNORM_SHORT_565:
   case CL_UNORM_SHORT_555:
      return 2;
   case CL_UNORM_INT_101010:
   case CL_UNORM_INT_101010_2:
      return 4;
   default:
      break;
   }
   const size_t bytes = channel_bytes(format->image_channel_data_type);
   switch (format->image_channel_order) {
   case CL_R:
   case CL_A:
   case CL_INTENSITY:
   case CL_LUMINANCE:
   case CL_DEPTH:
   case CL_Rx:
      return bytes;
   case CL_RG:
   case CL_RA:
   case CL_RGx:
      return 2 * bytes;
   case CL_RGB:
   case CL_sRGB:
      return 3 * bytes;
   default:
      return 4 * bytes;
   }
}

/* Every format that is listed makes an image that keeps its bytes. */
static void
listed_formats_work(void **state)
{
   static const size_t origin[3] = {1, 0, 0};
   static unsigned char data[16 * 4 * 3 * 16], back[sizeof(data)];
   unsigned done = 0;

   need_images();
   for (unsigned a = 0; a < COUNT(accesses); a++)
      for (unsigned type = 0; type < TYPE_COUNT; type++) {
         cl_image_format formats[MOST];
         const cl_uint count = list_formats(accesses[a], type, formats);
         const cl_mem_flags flags =
            accesses[a] == CL_MEM_KERNEL_READ_AND_WRITE ? CL_MEM_READ_WRITE
                                                        : accesses[a];
         size_t region[3] = {12, 4, 3};

         clip_to_axes(type, region);
         for (cl_uint i = 0; i < count; i++, done++) {
            const size_t element = element_bytes(&formats[i]);
            const size_t bytes = element * region[0] * region[1] * region[2];

            print_message("# %s, flags 0x%llx: 0x%x 0x%x\n",
                          image_types[type].name,
                          (unsigned long long)accesses[a],
                          formats[i].image_channel_order,
                          formats[i].image_channel_data_type);
            cl_mem image = new_image(type, &formats[i], flags, 16, 4, 3, 1);
            assert_int_equal(image_size(image, CL_IMAGE_ELEMENT_SIZE),
                             element);
            fill_bytes(data, bytes, i);
            memset(back, 0, bytes);
            CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, origin,
                                         region, 0, 0, data, 0, NULL, NULL));
            CHECK_OK(clEnqueueReadImage(client.queue, image, CL_TRUE, origin,
                                        region, 0, 0, back, 0, NULL, NULL));
            assert_memory_equal(back, data, bytes);
            CHECK_OK(clReleaseMemObject(image));
         }
      }
   assert_true(done > 0);
}

/* A format that no list has is refused with its own code. */
static void
unlisted_formats_are_refused(void **state)
{
   static const cl_channel_order orders[] = {
      CL_R, CL_A, CL_RG, CL_RA, CL_RGBA, CL_LUMINANCE, CL_INTENSITY};
   static const cl_channel_type types[] = {
      CL_UNORM_INT8, CL_UNORM_INT16, CL_SNORM_INT8, CL_HALF_FLOAT, CL_FLOAT};
   const cl_image_desc desc = image_desc(TYPE_2D, 16, 16, 1);
   unsigned refused = 0;

   need_images();
   for (unsigned o = 0; o < COUNT(orders); o++)
      for (unsigned i = 0; i < COUNT(types); i++) {
         const cl_image_format format = {orders[o], types[i]};
         if (listed(CL_MEM_WRITE_ONLY, TYPE_2D, &format))
            continue;
         print_message("# 0x%x 0x%x\n", orders[o], types[i]);
         REFUSED(CL_IMAGE_FORMAT_NOT_SUPPORTED,
                 clCreateImage(client.context, CL_MEM_WRITE_ONLY, &format,
                               &desc, NULL, &code));
         refused++;
      }
   if (refused == 0)
      skip_test("every format is listed");
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_agree_with_their_counts),
      cmocka_unit_test(list_is_cut_at_num_entries),
      cmocka_unit_test(refuses_bad_arguments),
      cmocka_unit_test(mandatory_formats_are_there),
      cmocka_unit_test(mandatory_read_write_formats_are_there),
      cmocka_unit_test(orders_have_their_types),
      cmocka_unit_test(listed_formats_work),
      cmocka_unit_test(unlisted_formats_are_refused),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
