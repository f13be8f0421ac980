/* SPDX-License-Identifier: MIT */

/* Chapter 5.3.1: creation of images, and what they say of themselves. */

#include <stdlib.h>

#include "common.h"

static const size_t zero[3] = {0, 0, 0};

static cl_mem
create(const cl_image_desc *desc, cl_mem_flags flags, void *host_ptr)
{
   return clCreateImage(client.context, flags, &rgba8, desc, host_ptr, &code);
}

static cl_image_desc
good_desc(unsigned type)
{
   size_t extent[3];
   type_extent(type, extent);
   return image_desc(type, extent[0], extent[1], extent[2]);
}

static void
describes_itself(void **state)
{
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      const struct image_type *t = &image_types[type];
      size_t extent[3];
      cl_image_format format;
      cl_mem_object_type got_type;
      cl_uint value;

      type_extent(type, extent);
      print_message("# %s\n", t->name);
      cl_mem image = new_image(type, &rgba8, CL_MEM_READ_WRITE, extent[0],
                               extent[1], extent[2], 1);
      const bool rows = type >= TYPE_2D;
      const bool array = type == TYPE_1D_ARRAY || type == TYPE_2D_ARRAY;

      CHECK_OK(clGetMemObjectInfo(image, CL_MEM_TYPE, sizeof(got_type),
                                  &got_type, NULL));
      assert_int_equal(got_type, t->type);
      CHECK_OK(clGetImageInfo(image, CL_IMAGE_FORMAT, sizeof(format), &format,
                              NULL));
      assert_memory_equal(&format, &rgba8, sizeof(format));
      assert_int_equal(image_size(image, CL_IMAGE_ELEMENT_SIZE), 4);
      assert_int_equal(image_size(image, CL_IMAGE_WIDTH), extent[0]);
      assert_int_equal(image_size(image, CL_IMAGE_HEIGHT),
                       rows ? extent[1] : 0);
      assert_int_equal(image_size(image, CL_IMAGE_DEPTH),
                       type == TYPE_3D ? extent[2] : 0);
      assert_int_equal(image_size(image, CL_IMAGE_ARRAY_SIZE),
                       array ? extent[t->axes - 1] : 0);
      assert_true(image_size(image, CL_IMAGE_ROW_PITCH) >= 4 * extent[0]);
      if (t->slices)
         assert_true(image_size(image, CL_IMAGE_SLICE_PITCH) >=
                     image_size(image, CL_IMAGE_ROW_PITCH) *
                        (rows ? extent[1] : 1));
      else
         assert_int_equal(image_size(image, CL_IMAGE_SLICE_PITCH), 0);
      CHECK_OK(clGetImageInfo(image, CL_IMAGE_NUM_SAMPLES, sizeof(value),
                              &value, NULL));
      assert_int_equal(value, 0);
      CHECK_OK(clGetImageInfo(image, CL_IMAGE_NUM_MIP_LEVELS, sizeof(value),
                              &value, NULL));
      assert_int_equal(value, 0);
      assert_int_equal(mem_flags(image), CL_MEM_READ_WRITE);
      assert_int_equal(map_count(image), 0);
      CHECK_OK(clReleaseMemObject(image));
   }
}

static void
all_good_flags(void **state)
{
   static const cl_mem_flags accesses[] = {
      CL_MEM_READ_WRITE, CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY};
   static const cl_mem_flags hosts[] = {0, CL_MEM_HOST_READ_ONLY,
                                        CL_MEM_HOST_WRITE_ONLY,
                                        CL_MEM_HOST_NO_ACCESS};
   static const cl_mem_flags pointers[] = {
      0, CL_MEM_USE_HOST_PTR, CL_MEM_ALLOC_HOST_PTR, CL_MEM_COPY_HOST_PTR,
      CL_MEM_COPY_HOST_PTR | CL_MEM_ALLOC_HOST_PTR};
   static unsigned char data[19 * 7 * 5 * 4];

   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      if (type == TYPE_1D_BUFFER)
         continue;
      const cl_image_desc desc = good_desc(type);
      for (unsigned i = 0; i < 3 * 4 * 5; i++) {
         const cl_mem_flags flags =
            accesses[i % 3] | hosts[i / 3 % 4] | pointers[i / 12];
         const bool takes =
            flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR);
         cl_mem image = CREATED(create(&desc, flags, takes ? data : NULL));
         void *host_ptr;

         assert_int_equal(mem_flags(image), flags);
         CHECK_OK(clGetMemObjectInfo(image, CL_MEM_HOST_PTR, sizeof(host_ptr),
                                     &host_ptr, NULL));
         assert_ptr_equal(host_ptr,
                          flags & CL_MEM_USE_HOST_PTR ? data : NULL);
         CHECK_OK(clReleaseMemObject(image));
      }
   }
}

static void
flags_have_a_default(void **state)
{
   const cl_image_desc desc = good_desc(TYPE_2D);

   need_images();
   cl_mem image = CREATED(create(&desc, 0, NULL));
   assert_true(mem_flags(image) & CL_MEM_READ_WRITE);
   CHECK_OK(clReleaseMemObject(image));
}

static void
refuses_bad_flags(void **state)
{
   static unsigned char data[19 * 7 * 4];
   const cl_image_desc desc = good_desc(TYPE_2D);

   need_images();
   for (unsigned i = 0; i < BAD_MEM_FLAGS; i++) {
      print_message("# flags 0x%llx\n", (unsigned long long)bad_mem_flags[i]);
      REFUSED(CL_INVALID_VALUE, create(&desc, bad_mem_flags[i], data));
   }
}

static void
refuses_bad_host_ptr(void **state)
{
   static unsigned char data[19 * 7 * 5 * 4];

   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      if (type == TYPE_1D_BUFFER)
         continue;
      const cl_image_desc desc = good_desc(type);
      REFUSED(CL_INVALID_HOST_PTR, create(&desc, CL_MEM_USE_HOST_PTR, NULL));
      REFUSED(CL_INVALID_HOST_PTR, create(&desc, CL_MEM_COPY_HOST_PTR, NULL));
      REFUSED(CL_INVALID_HOST_PTR, create(&desc, CL_MEM_READ_WRITE, data));
      REFUSED(CL_INVALID_HOST_PTR,
              create(&desc, CL_MEM_ALLOC_HOST_PTR, data));
   }
}

static void
refuses_missing_arguments(void **state)
{
   const cl_image_desc desc = good_desc(TYPE_2D);

   need_images();
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(NULL, 0, NULL));
   REFUSED(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
           clCreateImage(client.context, 0, NULL, &desc, NULL, &code));
   REFUSED_HANDLE(
      CL_INVALID_CONTEXT,
      clCreateImage((cl_context)client.queue, 0, &rgba8, &desc, NULL, &code));
   assert_null(clCreateImage(client.context, 0, NULL, &desc, NULL, NULL));
}

static void
refuses_bad_formats(void **state)
{
   static const cl_image_format bad[] = {
      {0, CL_UNORM_INT8},
      {CL_RGBA, 0},
      {CL_RGBA, 0x7777},
      {0x7777, CL_UNORM_INT8},
      {CL_RGBA, CL_UNORM_SHORT_565},
      {CL_RGBA, CL_UNORM_SHORT_555},
      {CL_RGBA, CL_UNORM_INT_101010},
      {CL_R, CL_UNORM_SHORT_565},
      {CL_RGB, CL_UNORM_INT8},
      {CL_RGB, CL_FLOAT},
   };
   const cl_image_desc desc = good_desc(TYPE_2D);

   need_images();
   for (unsigned i = 0; i < COUNT(bad); i++) {
      print_message("# format %u: 0x%x 0x%x\n", i, bad[i].image_channel_order,
                    bad[i].image_channel_data_type);
      REFUSED(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
              clCreateImage(client.context, CL_MEM_READ_WRITE, &bad[i], &desc,
                            NULL, &code));
   }
}

static void
refuses_bad_types(void **state)
{
   static const cl_mem_object_type bad[] = {0, CL_MEM_OBJECT_BUFFER,
                                            CL_MEM_OBJECT_PIPE, 0x7777};
   cl_image_desc desc = good_desc(TYPE_2D);

   need_images();
   for (unsigned i = 0; i < COUNT(bad); i++) {
      desc.image_type = bad[i];
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   }
}

/* Zero and too large, along each axis that the type has. */
static void
refuses_bad_sizes(void **state)
{
   need_images();
   const size_t most_2d = device_size(CL_DEVICE_IMAGE2D_MAX_WIDTH);
   const size_t most_2d_rows = device_size(CL_DEVICE_IMAGE2D_MAX_HEIGHT);
   const size_t most_layers = device_size(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE);
   const size_t most_3d[3] = {device_size(CL_DEVICE_IMAGE3D_MAX_WIDTH),
                              device_size(CL_DEVICE_IMAGE3D_MAX_HEIGHT),
                              device_size(CL_DEVICE_IMAGE3D_MAX_DEPTH)};
   const size_t most[TYPE_COUNT][3] = {
      [TYPE_1D] = {most_2d},
      [TYPE_1D_ARRAY] = {most_2d, most_layers},
      [TYPE_2D] = {most_2d, most_2d_rows},
      [TYPE_2D_ARRAY] = {most_2d, most_2d_rows, most_layers},
      [TYPE_3D] = {most_3d[0], most_3d[1], most_3d[2]},
   };

   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned axis = 0; axis < image_types[type].axes; axis++) {
         if (type == TYPE_1D_BUFFER)
            continue;
         const size_t sizes[] = {0, most[type][axis] + 1, SIZE_MAX,
                                 SIZE_MAX / 4 + 2};
         for (unsigned i = 0; i < COUNT(sizes); i++) {
            size_t e[3] = {1, 1, 1};
            e[axis] = sizes[i];
            const cl_image_desc desc = image_desc(type, e[0], e[1], e[2]);
            print_message("# %s axis %u size %zu\n", image_types[type].name,
                          axis, sizes[i]);
            code = UNTOUCHED;
            assert_null(create(&desc, 0, NULL));
            /* A size of 0 may be a bad descriptor as well. */
            if (sizes[i] == 0)
               CHECK_EITHER(CL_INVALID_IMAGE_SIZE,
                            CL_INVALID_IMAGE_DESCRIPTOR, code);
            else
               CHECK_CODE(CL_INVALID_IMAGE_SIZE, code);
         }
      }
   }
}

static void
refuses_samples_and_bad_levels(void **state)
{
   cl_image_desc desc = good_desc(TYPE_2D);

   need_images();
   desc.num_samples = 1;
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   desc.num_samples = 0;
   desc.num_mip_levels = 33;
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
}

static void
refuses_bad_pitches(void **state)
{
   static unsigned char data[19 * 7 * 5 * 4 * 4];

   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      const cl_image_desc good = good_desc(type);
      const size_t rows = type == TYPE_1D_ARRAY ? 1 : 7;
      cl_image_desc desc = good;

      if (type == TYPE_1D_BUFFER)
         continue;
      print_message("# %s\n", image_types[type].name);
      /* Without host_ptr, pitches must be 0. */
      desc.image_row_pitch = 19 * 4;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
      /* With it, no less than a row, and whole pixels. */
      desc.image_row_pitch = 19 * 4 - 4;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR,
              create(&desc, CL_MEM_COPY_HOST_PTR, data));
      desc.image_row_pitch = 19 * 4 + 2;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR,
              create(&desc, CL_MEM_COPY_HOST_PTR, data));
      if (!image_types[type].slices)
         continue;
      desc = good;
      desc.image_slice_pitch = 19 * 4 * rows;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
      desc.image_row_pitch = 20 * 4;
      desc.image_slice_pitch = 20 * 4 * rows - 20 * 4;
      if (rows > 1)
         REFUSED(CL_INVALID_IMAGE_DESCRIPTOR,
                 create(&desc, CL_MEM_COPY_HOST_PTR, data));
      desc.image_slice_pitch = 20 * 4 * rows + 4;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR,
              create(&desc, CL_MEM_COPY_HOST_PTR, data));
   }
}

/* host_ptr with pitches of its own, read back without them. */
static void
host_ptr_pitches_are_followed(void **state)
{
   static const cl_mem_flags kinds[] = {
      CL_MEM_COPY_HOST_PTR, CL_MEM_COPY_HOST_PTR | CL_MEM_ALLOC_HOST_PTR,
      CL_MEM_USE_HOST_PTR};
   static unsigned char data[64 * 1024], back[19 * 7 * 5 * 4];

   need_images();
   for (unsigned i = 0; i < TYPE_COUNT * COUNT(kinds) * 2; i++) {
      const unsigned type = i % TYPE_COUNT;
      const cl_mem_flags flags = kinds[i / TYPE_COUNT % COUNT(kinds)];
      const bool tight = i / TYPE_COUNT / COUNT(kinds);
      size_t extent[3];

      if (type == TYPE_1D_BUFFER)
         continue;
      type_extent(type, extent);
      cl_image_desc desc = good_desc(type);
      const bool layers_1d = type == TYPE_1D_ARRAY;
      const size_t row = tight ? 19 * 4 : 27 * 4;
      size_t slice = row * (layers_1d ? 1 : extent[1] + (tight ? 0 : 2));
      if (!tight) {
         desc.image_row_pitch = row;
         if (layers_1d)
            slice = 2 * row;
         if (image_types[type].slices)
            desc.image_slice_pitch = slice;
      }
      print_message("# %s, flags 0x%llx, tight %d\n", image_types[type].name,
                    (unsigned long long)flags, tight);
      fill_bytes(data, sizeof(data), i);
      cl_mem image = CREATED(create(&desc, flags, data));
      memset(back, 0, sizeof(back));
      CHECK_OK(clEnqueueReadImage(client.queue, image, CL_TRUE, zero, extent,
                                  0, 0, back, 0, NULL, NULL));
      const unsigned char *at = back;
      for (size_t z = 0; z < extent[2]; z++)
         for (size_t y = 0; y < extent[1]; y++, at += 19 * 4)
            assert_memory_equal(
               at, data + z * slice + y * (layers_1d ? slice : row), 19 * 4);
      CHECK_OK(clReleaseMemObject(image));
   }
}

/* The letter of 5.3.1.2 wants 0 here; OpenCL-CTS gives the row's bytes. */
static void
image_buffer_takes_the_pitch_of_its_row(void **state)
{
   need_images();
   cl_mem buffer = new_buffer(0, 64, NULL);
   cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 16, 1, 1);
   desc.mem_object = buffer;
   desc.image_row_pitch = 16 * 4;
   cl_mem image = CREATED(create(&desc, 0, NULL));
   CHECK_OK(clReleaseMemObject(image));
   desc.image_row_pitch = 15 * 4;
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
buffer_image_describes_its_buffer(void **state)
{
   cl_mem got = NULL;
   cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 16, 1, 1);

   need_images();
   desc.mem_object = new_buffer(CL_MEM_READ_WRITE, 256, NULL);
   desc.buffer = desc.mem_object;
   cl_mem image = CREATED(create(&desc, 0, NULL));
   CHECK_OK(clGetMemObjectInfo(image, CL_MEM_ASSOCIATED_MEMOBJECT,
                               sizeof(got), &got, NULL));
   assert_ptr_equal(got, desc.mem_object);
   got = NULL;
   CHECK_OK(clGetImageInfo(image, CL_IMAGE_BUFFER, sizeof(got), &got, NULL));
   assert_ptr_equal(got, desc.mem_object);
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(desc.mem_object));

   image = new_image(TYPE_2D, &rgba8, 0, 4, 4, 1, 1);
   CHECK_OK(clGetImageInfo(image, CL_IMAGE_BUFFER, sizeof(got), &got, NULL));
   assert_null(got);
   CHECK_OK(clReleaseMemObject(image));
}

static void
buffer_image_refusals(void **state)
{
   static unsigned char data[256];
   cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 16, 1, 1);

   need_images();
   /* Without a buffer, with something else, with one too small. */
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   if (client.is_trefoil) {
      for (unsigned i = 1; i < GARBAGE_COUNT; i++) {
         desc.mem_object = garbage(i);
         REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
      }
      desc.mem_object = (cl_mem)client.queue;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   }
   desc.mem_object = new_image(TYPE_2D, &rgba8, 0, 16, 16, 1, 1);
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   CHECK_OK(clReleaseMemObject(desc.mem_object));

   desc.mem_object = new_buffer(CL_MEM_READ_WRITE, 63, NULL);
   code = UNTOUCHED;
   assert_null(create(&desc, 0, NULL));
   CHECK_EITHER(CL_INVALID_IMAGE_SIZE, CL_INVALID_IMAGE_DESCRIPTOR, code);
   CHECK_OK(clReleaseMemObject(desc.mem_object));

   desc.mem_object = new_buffer(CL_MEM_READ_WRITE, 256, NULL);
   REFUSED(CL_INVALID_HOST_PTR, create(&desc, CL_MEM_READ_WRITE, data));
   code = UNTOUCHED;
   assert_null(create(&desc, CL_MEM_USE_HOST_PTR, data));
   CHECK_EITHER(CL_INVALID_VALUE, CL_INVALID_HOST_PTR, code);
   desc.image_width = 0;
   code = UNTOUCHED;
   assert_null(create(&desc, 0, NULL));
   CHECK_EITHER(CL_INVALID_IMAGE_SIZE, CL_INVALID_IMAGE_DESCRIPTOR, code);
   desc.image_width = SIZE_MAX / 4 + 2;
   REFUSED(CL_INVALID_IMAGE_SIZE, create(&desc, 0, NULL));
   CHECK_OK(clReleaseMemObject(desc.mem_object));

   /* Another context's buffer. */
   desc.image_width = 16;
   desc.mem_object = CREATED(
      clCreateBuffer(client.stranger, CL_MEM_READ_WRITE, 256, NULL, &code));
   code = UNTOUCHED;
   assert_null(create(&desc, 0, NULL));
   CHECK_EITHER(CL_INVALID_IMAGE_DESCRIPTOR, CL_INVALID_CONTEXT, code);
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* Only 1D image buffers and 2D images are made from another object. */
static void
other_types_take_no_mem_object(void **state)
{
   need_images();
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 1 << 16, NULL);

   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_image_desc desc = good_desc(type);
      if (type == TYPE_1D_BUFFER || type == TYPE_2D)
         continue;
      desc.mem_object = buffer;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   }
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
children_inherit_flags(void **state)
{
   static const struct {
      cl_mem_flags parent, given, got; /* got 0: refused */
   } cases[] = {
      {CL_MEM_READ_WRITE, 0, CL_MEM_READ_WRITE},
      {CL_MEM_READ_ONLY, 0, CL_MEM_READ_ONLY},
      {CL_MEM_READ_WRITE, CL_MEM_WRITE_ONLY, CL_MEM_WRITE_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_READ_ONLY, 0,
       CL_MEM_READ_WRITE | CL_MEM_HOST_READ_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, 0,
       CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR},
      {CL_MEM_READ_ONLY, CL_MEM_READ_WRITE, 0},
      {CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY, 0},
      {CL_MEM_WRITE_ONLY, CL_MEM_READ_ONLY, 0},
      {CL_MEM_HOST_WRITE_ONLY, CL_MEM_HOST_READ_ONLY, 0},
      {CL_MEM_HOST_READ_ONLY, CL_MEM_HOST_WRITE_ONLY, 0},
      {CL_MEM_HOST_NO_ACCESS, CL_MEM_HOST_READ_ONLY, 0},
      {CL_MEM_READ_WRITE, CL_MEM_ALLOC_HOST_PTR, 0},
   };

   need_images();
   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 16, 1, 1);

      print_message("# case %u\n", i);
      desc.mem_object = new_buffer(cases[i].parent, 256, NULL);
      if (cases[i].got) {
         cl_mem image = CREATED(create(&desc, cases[i].given, NULL));
         assert_int_equal(mem_flags(image), cases[i].got);
         CHECK_OK(clReleaseMemObject(image));
      } else {
         REFUSED(CL_INVALID_VALUE, create(&desc, cases[i].given, NULL));
      }
      CHECK_OK(clReleaseMemObject(desc.mem_object));
   }
}

static void
buffer_image_shares_bytes(void **state)
{
   static const size_t region[3] = {16, 1, 1};
   unsigned char data[64], back[64];

   need_images();
   const size_t unit = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   for (unsigned with_sub = 0; with_sub < 2; with_sub++) {
      cl_image_desc desc = image_desc(TYPE_1D_BUFFER, 16, 1, 1);
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4 * unit, NULL);
      const size_t offset = with_sub ? unit : 0;

      desc.mem_object =
         with_sub ? new_sub_buffer(buffer, unit, unit) : buffer;
      cl_mem image = CREATED(create(&desc, 0, NULL));
      fill_bytes(data, sizeof(data), with_sub);
      CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, zero, region,
                                   0, 0, data, 0, NULL, NULL));
      CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, offset,
                                   sizeof(back), back, 0, NULL, NULL));
      assert_memory_equal(back, data, sizeof(data));
      fill_bytes(data, sizeof(data), with_sub + 10);
      CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, offset,
                                    sizeof(data), data, 0, NULL, NULL));
      CHECK_OK(clEnqueueReadImage(client.queue, image, CL_TRUE, zero, region,
                                  0, 0, back, 0, NULL, NULL));
      assert_memory_equal(back, data, sizeof(data));
      CHECK_OK(clReleaseMemObject(image));
      if (with_sub)
         CHECK_OK(clReleaseMemObject(desc.mem_object));
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

/* cl_khr_image2d_from_buffer, core in 3.0 where the alignment is not 0. */
static void
image_from_buffer_shares_bytes(void **state)
{
   static const size_t region[3] = {20, 6, 1};
   static unsigned char data[20 * 6 * 4], back[1 << 16];

   need_images();
   const cl_uint align = device_uint(CL_DEVICE_IMAGE_PITCH_ALIGNMENT);
   if (align == 0)
      skip_test("no 2D images from buffers");
   cl_image_desc desc = image_desc(TYPE_2D, 20, 6, 1);
   const size_t pitch = (20 + align - 1) / align * align * 4 + align * 4;
   assert_true(pitch * 6 <= sizeof(back));
   desc.image_row_pitch = pitch;
   desc.mem_object = new_buffer(CL_MEM_READ_WRITE, sizeof(back), NULL);
   cl_mem image = CREATED(create(&desc, 0, NULL));
   assert_int_equal(image_size(image, CL_IMAGE_ROW_PITCH), pitch);
   fill_bytes(data, sizeof(data), 5);
   CHECK_OK(clEnqueueWriteImage(client.queue, image, CL_TRUE, zero, region, 0,
                                0, data, 0, NULL, NULL));
   CHECK_OK(clEnqueueReadBuffer(client.queue, desc.mem_object, CL_TRUE, 0,
                                sizeof(back), back, 0, NULL, NULL));
   for (unsigned y = 0; y < 6; y++)
      assert_memory_equal(back + y * pitch, data + y * 80, 80);
   CHECK_OK(clReleaseMemObject(image));

   if (align > 1) {
      desc.image_row_pitch = pitch + 4;
      REFUSED(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR, create(&desc, 0, NULL));
   }
   desc.image_row_pitch = pitch;
   desc.image_height = sizeof(back) / pitch + 1;
   code = UNTOUCHED;
   assert_null(create(&desc, 0, NULL));
   CHECK_EITHER(CL_INVALID_IMAGE_SIZE, CL_INVALID_IMAGE_DESCRIPTOR, code);
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* Where the alignment is 0, that is an operation the device has not. */
static void
image_from_buffer_is_refused(void **state)
{
   need_images();
   if (device_uint(CL_DEVICE_IMAGE_PITCH_ALIGNMENT) != 0)
      skip_test("2D images from buffers");
   cl_image_desc desc = image_desc(TYPE_2D, 20, 6, 1);
   desc.mem_object = new_buffer(CL_MEM_READ_WRITE, 1 << 16, NULL);
   REFUSED(CL_INVALID_OPERATION, create(&desc, 0, NULL));
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* 5.3.1.2: another view of an image's pixels, as sRGB. */
static void
image_from_image_shares_bytes(void **state)
{
   static const cl_image_format srgba8 = {CL_sRGBA, CL_UNORM_INT8};
   static const size_t region[3] = {20, 6, 1};
   static unsigned char data[20 * 6 * 4], back[20 * 6 * 4];
   cl_image_desc desc = image_desc(TYPE_2D, 20, 6, 1);

   need_images();
   desc.mem_object =
      new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 20, 6, 1, 1);
   cl_mem view = clCreateImage(client.context, CL_MEM_READ_ONLY, &srgba8,
                               &desc, NULL, &code);
   if (!view && !client.is_trefoil)
      skip_test("no images from images");
   CHECK_OK(code);
   fill_bytes(data, sizeof(data), 5);
   CHECK_OK(clEnqueueWriteImage(client.queue, desc.mem_object, CL_TRUE, zero,
                                region, 0, 0, data, 0, NULL, NULL));
   CHECK_OK(clEnqueueReadImage(client.queue, view, CL_TRUE, zero, region, 0,
                               0, back, 0, NULL, NULL));
   assert_memory_equal(back, data, sizeof(data));
   CHECK_OK(clReleaseMemObject(view));

   /* Another size or another format is another image. */
   desc.image_width = 19;
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR, create(&desc, 0, NULL));
   desc.image_width = 20;
   REFUSED(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
           clCreateImage(client.context, 0, &r8, &desc, NULL, &code));
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

static void
with_properties(void **state)
{
   const cl_mem_properties none[] = {0};
   const cl_mem_properties unknown[] = {0x7777, 1, 0};
   const cl_image_desc desc = good_desc(TYPE_2D);
   size_t size = 99;

   need_images();
   cl_mem image = CREATED(clCreateImageWithProperties(
      client.context, none, CL_MEM_READ_ONLY, &rgba8, &desc, NULL, &code));
   CHECK_OK(clGetMemObjectInfo(image, CL_MEM_PROPERTIES, 0, NULL, &size));
   assert_int_equal(size, sizeof(none));
   CHECK_OK(clReleaseMemObject(image));
   image = CREATED(clCreateImageWithProperties(
      client.context, NULL, CL_MEM_READ_ONLY, &rgba8, &desc, NULL, &code));
   CHECK_OK(clGetMemObjectInfo(image, CL_MEM_PROPERTIES, 0, NULL, &size));
   assert_int_equal(size, 0);
   CHECK_OK(clReleaseMemObject(image));
   REFUSED(CL_INVALID_PROPERTY, clCreateImageWithProperties(
                                   client.context, unknown, CL_MEM_READ_ONLY,
                                   &rgba8, &desc, NULL, &code));
}

/* 1.1's functions, which some clients still call. */
static void
old_functions(void **state)
{
   need_images();
   cl_mem image = CREATED(clCreateImage2D(client.context, CL_MEM_READ_WRITE,
                                          &rgba8, 8, 4, 0, NULL, &code));
   assert_int_equal(image_size(image, CL_IMAGE_HEIGHT), 4);
   CHECK_OK(clReleaseMemObject(image));
   image = CREATED(clCreateImage3D(client.context, CL_MEM_READ_WRITE, &rgba8,
                                   8, 4, 2, 0, 0, NULL, &code));
   assert_int_equal(image_size(image, CL_IMAGE_DEPTH), 2);
   CHECK_OK(clReleaseMemObject(image));
   REFUSED(CL_INVALID_IMAGE_SIZE,
           clCreateImage2D(client.context, CL_MEM_READ_WRITE, &rgba8, 0, 4, 0,
                           NULL, &code));
   REFUSED(CL_INVALID_IMAGE_SIZE,
           clCreateImage3D(client.context, CL_MEM_READ_WRITE, &rgba8, 8, 4, 0,
                           0, 0, NULL, &code));
   REFUSED(CL_INVALID_HOST_PTR,
           clCreateImage2D(client.context, CL_MEM_COPY_HOST_PTR, &rgba8, 8, 4,
                           0, NULL, &code));
}

static void
image_info_refuses_what_is_no_image(void **state)
{
   size_t value;
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 64, NULL);

   CHECK_CODE(
      CL_INVALID_MEM_OBJECT,
      clGetImageInfo(buffer, CL_IMAGE_WIDTH, sizeof(value), &value, NULL));
   CHECK_HANDLE(CL_INVALID_MEM_OBJECT,
                clGetImageInfo((cl_mem)client.queue, CL_IMAGE_WIDTH,
                               sizeof(value), &value, NULL));
   CHECK_OK(clReleaseMemObject(buffer));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(describes_itself),
      cmocka_unit_test(all_good_flags),
      cmocka_unit_test(flags_have_a_default),
      cmocka_unit_test(refuses_bad_flags),
      cmocka_unit_test(refuses_bad_host_ptr),
      cmocka_unit_test(refuses_missing_arguments),
      cmocka_unit_test(refuses_bad_formats),
      cmocka_unit_test(refuses_bad_types),
      cmocka_unit_test(refuses_bad_sizes),
      cmocka_unit_test(refuses_samples_and_bad_levels),
      cmocka_unit_test(refuses_bad_pitches),
      cmocka_unit_test(image_buffer_takes_the_pitch_of_its_row),
      cmocka_unit_test(host_ptr_pitches_are_followed),
      cmocka_unit_test(buffer_image_describes_its_buffer),
      cmocka_unit_test(buffer_image_refusals),
      cmocka_unit_test(other_types_take_no_mem_object),
      cmocka_unit_test(children_inherit_flags),
      cmocka_unit_test(buffer_image_shares_bytes),
      cmocka_unit_test(image_from_buffer_shares_bytes),
      cmocka_unit_test(image_from_buffer_is_refused),
      cmocka_unit_test(image_from_image_shares_bytes),
      cmocka_unit_test(with_properties),
      cmocka_unit_test(old_functions),
      cmocka_unit_test(image_info_refuses_what_is_no_image),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
