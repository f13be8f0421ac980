/* SPDX-License-Identifier: MIT */

/* Chapters 5.3.3 to 5.3.7: reading, writing, copying, filling images. */

#include "maps.h"

#include <stdlib.h>

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};

static cl_int
read_image(cl_mem image, const size_t *origin, const size_t *region,
           size_t row, size_t slice, void *ptr)
{
   return clEnqueueReadImage(client.queue, image, CL_TRUE, origin, region,
                             row, slice, ptr, 0, NULL, NULL);
}

static cl_int
write_image(cl_mem image, const size_t *origin, const size_t *region,
            size_t row, size_t slice, const void *ptr)
{
   return clEnqueueWriteImage(client.queue, image, CL_TRUE, origin, region,
                              row, slice, ptr, 0, NULL, NULL);
}

static cl_int
copy_image(cl_mem src, cl_mem dst, const size_t *from, const size_t *to,
           const size_t *region)
{
   return clEnqueueCopyImage(client.queue, src, dst, from, to, region, 0,
                             NULL, NULL);
}

static cl_int
fill_image(cl_mem image, const void *color, const size_t *origin,
           const size_t *region)
{
   return clEnqueueFillImage(client.queue, image, color, origin, region, 0,
                             NULL, NULL);
}

/* Any region, with pitches of the host's own. */
static void
reads_and_writes_with_pitches(void **state)
{
   static unsigned char host[32 * 1024], before[sizeof(host)];

   need_images();
   for (unsigned i = 0; i < TYPE_COUNT * 3; i++) {
      const unsigned type = i % TYPE_COUNT, kind = i / TYPE_COUNT;
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, i);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      const bool layers_1d = type == TYPE_1D_ARRAY;
      const size_t tight = region[0] * 4;
      const size_t row = kind == 0 ? tight : tight + 20;
      size_t slice = layers_1d ? row : row * region[1];
      if (kind == 2 && image_types[type].slices)
         slice += layers_1d ? 12 : 2 * row;
      const size_t given_row = kind == 0 ? 0 : row;
      const size_t given_slice =
         kind == 2 && image_types[type].slices ? slice : 0;
      const size_t step = layers_1d ? slice : row;

      print_message("# %s, kind %u\n", image_types[type].name, kind);
      fill_bytes(host, sizeof(host), i + 20);
      CHECK_OK(
         write_image(p.image, origin, region, given_row, given_slice, host));
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++)
            memcpy(picture_at(&p, origin[0], origin[1] + y, origin[2] + z),
                   host + z * slice + y * step, tight);
      check_picture(&p);

      fill_bytes(host, sizeof(host), i + 40);
      memcpy(before, host, sizeof(host));
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++)
            memcpy(before + z * slice + y * step,
                   picture_at(&p, origin[0], origin[1] + y, origin[2] + z),
                   tight);
      CHECK_OK(
         read_image(p.image, origin, region, given_row, given_slice, host));
      assert_memory_equal(host, before, sizeof(host));
      picture_free(&p);
   }
}

/* Every command that takes origin and region checks them alike. */

typedef cl_int (*region_command)(cl_mem image, const size_t *origin,
                                 const size_t *region);

static unsigned char scratch[1 << 16];
static cl_mem scratch_buffer, scratch_image;

static cl_int
try_read(cl_mem image, const size_t *origin, const size_t *region)
{
   return read_image(image, origin, region, 0, 0, scratch);
}

static cl_int
try_write(cl_mem image, const size_t *origin, const size_t *region)
{
   return write_image(image, origin, region, 0, 0, scratch);
}

static cl_int
try_copy_from(cl_mem image, const size_t *origin, const size_t *region)
{
   return copy_image(image, scratch_image, origin, zero, region);
}

static cl_int
try_copy_to(cl_mem image, const size_t *origin, const size_t *region)
{
   return copy_image(scratch_image, image, zero, origin, region);
}

static cl_int
try_to_buffer(cl_mem image, const size_t *origin, const size_t *region)
{
   return clEnqueueCopyImageToBuffer(client.queue, image, scratch_buffer,
                                     origin, region, 0, 0, NULL, NULL);
}

static cl_int
try_from_buffer(cl_mem image, const size_t *origin, const size_t *region)
{
   return clEnqueueCopyBufferToImage(client.queue, scratch_buffer, image, 0,
                                     origin, region, 0, NULL, NULL);
}

static cl_int
try_fill(cl_mem image, const size_t *origin, const size_t *region)
{
   static const float color[4];
   return fill_image(image, color, origin, region);
}

static const struct {
   const char *name;
   region_command run;
   bool image_to_image;
} region_commands[] = {
   {"read", try_read},
   {"write", try_write},
   {"copy from", try_copy_from, true},
   {"copy to", try_copy_to, true},
   {"to buffer", try_to_buffer},
   {"from buffer", try_from_buffer},
   {"fill", try_fill},
};

static void
scratch_init(unsigned type)
{
   scratch_buffer = new_buffer(0, sizeof(scratch), NULL);
   scratch_image = new_image(type, &rgba8, 0, 64, 64, 64, 1);
}

static void
scratch_finish(void)
{
   CHECK_OK(clReleaseMemObject(scratch_buffer));
   CHECK_OK(clReleaseMemObject(scratch_image));
}

static void
check_region(cl_mem image, const size_t *origin, const size_t *region)
{
   for (unsigned i = 0; i < COUNT(region_commands); i++) {
      print_message("# %s\n", region_commands[i].name);
      CHECK_CODE(CL_INVALID_VALUE,
                 region_commands[i].run(image, origin, region));
   }
}

static void
regions_must_be_inside(void **state)
{
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, 0, 1);

      scratch_init(type);
      for (unsigned axis = 0; axis < image_types[type].axes; axis++) {
         const size_t n = p.extent[axis];
         const size_t cases[][2] = {{0, n + 1},    {n, 1},           {1, n},
                                    {n + 1, 1},    {SIZE_MAX, 2},    {0, 0},
                                    {0, SIZE_MAX}, {SIZE_MAX - 1, 3}};
         for (unsigned i = 0; i < COUNT(cases); i++) {
            size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};
            origin[axis] = cases[i][0];
            region[axis] = cases[i][1];
            print_message("# %s axis %u: %zu + %zu\n", image_types[type].name,
                          axis, origin[axis], region[axis]);
            check_region(p.image, origin, region);
         }
      }
      for (unsigned axis = image_types[type].axes; axis < 3; axis++) {
         size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};
         origin[axis] = 1;
         print_message("# %s has no axis %u\n", image_types[type].name, axis);
         check_region(p.image, origin, one);
         region[axis] = 2;
         check_region(p.image, zero, region);
         region[axis] = 0;
         check_region(p.image, zero, region);
      }
      check_region(p.image, NULL, one);
      check_region(p.image, zero, NULL);
      CHECK_OK(clFinish(client.queue));
      check_picture(&p);
      scratch_finish();
      picture_free(&p);
   }
}

static void
pitches_must_be_right(void **state)
{
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, 0, 1);
      const size_t row = p.extent[0] * 4;

      print_message("# %s\n", image_types[type].name);
      CHECK_CODE(CL_INVALID_VALUE,
                 read_image(p.image, zero, p.extent, row - 1, 0, scratch));
      CHECK_CODE(CL_INVALID_VALUE,
                 write_image(p.image, zero, p.extent, row - 1, 0, scratch));
      CHECK_CODE(CL_INVALID_VALUE,
                 read_image(p.image, zero, p.extent, row - 1, 0, scratch));
      if (!image_types[type].slices) {
         /* "… must be 0 if image is a 1D or 2D image." */
         CHECK_CODE(CL_INVALID_VALUE, read_image(p.image, zero, p.extent, row,
                                                 row * 64, scratch));
         CHECK_CODE(CL_INVALID_VALUE, write_image(p.image, zero, p.extent,
                                                  row, row * 64, scratch));
      } else {
         CHECK_CODE(CL_INVALID_VALUE, read_image(p.image, zero, p.extent, row,
                                                 row - 1, scratch));
         CHECK_CODE(CL_INVALID_VALUE, write_image(p.image, zero, p.extent,
                                                  row, row - 1, scratch));
      }
      CHECK_CODE(CL_INVALID_VALUE,
                 read_image(p.image, zero, p.extent, 0, 0, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 write_image(p.image, zero, p.extent, 0, 0, NULL));
      check_picture(&p);
      picture_free(&p);
   }
}

static void
only_images_will_do(void **state)
{
   need_images();
   cl_mem bad[GARBAGE_COUNT + 2];
   unsigned count = 0;
   cl_mem buffer = new_buffer(0, 4096, NULL);

   scratch_init(TYPE_2D);
   bad[count++] = buffer;
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++)
      bad[count++] = garbage(i);
   if (client.is_trefoil)
      bad[count++] = (cl_mem)client.queue;
   for (unsigned i = 0; i < count; i++)
      for (unsigned c = 0; c < COUNT(region_commands); c++) {
         print_message("# %s, %u\n", region_commands[c].name, i);
         CHECK_CODE(CL_INVALID_MEM_OBJECT,
                    region_commands[c].run(bad[i], zero, one));
      }
   /* And a buffer where a buffer is wanted. */
   CHECK_CODE(CL_INVALID_MEM_OBJECT,
              clEnqueueCopyImageToBuffer(client.queue, scratch_image,
                                         scratch_image, zero, one, 0, 0, NULL,
                                         NULL));
   CHECK_CODE(CL_INVALID_MEM_OBJECT,
              clEnqueueCopyBufferToImage(client.queue, scratch_image,
                                         scratch_image, 0, zero, one, 0, NULL,
                                         NULL));
   scratch_finish();
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
host_flags_are_respected(void **state)
{
   need_images();
   scratch_init(TYPE_2D);
   for (unsigned i = 0; i < HOST_ACCESSES; i++) {
      const struct host_access *access = &host_accesses[i];
      cl_mem image = new_image(TYPE_2D, &rgba8, access->flags, 8, 8, 1, 1);
      CHECK_CODE(allowed(access->read), try_read(image, zero, one));
      CHECK_CODE(allowed(access->write), try_write(image, zero, one));
      CHECK_OK(try_fill(image, zero, one));
      CHECK_OK(try_copy_from(image, zero, one));
      CHECK_OK(try_copy_to(image, zero, one));
      CHECK_OK(try_to_buffer(image, zero, one));
      CHECK_OK(try_from_buffer(image, zero, one));
      CHECK_OK(clFinish(client.queue));
      CHECK_OK(clReleaseMemObject(image));
   }
   scratch_finish();
}

/* Any type to any other, where the region fits both. */
static void
copies_between_all_types(void **state)
{
   need_images();
   for (unsigned i = 0; i < TYPE_COUNT * TYPE_COUNT; i++) {
      const unsigned from = i / TYPE_COUNT, to = i % TYPE_COUNT;
      struct picture src = picture_new(from, &rgba8, 0, i);
      struct picture dst = picture_new(to, &rgba8, 0, i + 100);
      size_t region[3] = {11, 4, 3};
      size_t src_origin[3] = {5, 1, 2}, dst_origin[3] = {2, 3, 1};

      clip_to_axes(from, region);
      clip_to_axes(to, region);
      for (unsigned axis = 0; axis < 3; axis++) {
         if (axis >= image_types[from].axes)
            src_origin[axis] = 0;
         if (axis >= image_types[to].axes)
            dst_origin[axis] = 0;
      }
      print_message("# %s to %s\n", image_types[from].name,
                    image_types[to].name);
      CHECK_OK(
         copy_image(src.image, dst.image, src_origin, dst_origin, region));
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++)
            memcpy(picture_at(&dst, dst_origin[0], dst_origin[1] + y,
                              dst_origin[2] + z),
                   picture_at(&src, src_origin[0], src_origin[1] + y,
                              src_origin[2] + z),
                   region[0] * 4);
      check_picture(&dst);
      picture_free(&src);
      picture_free(&dst);
   }
}

static void
copies_want_one_format(void **state)
{
   static const cl_image_format others[] = {{CL_RGBA, CL_UNSIGNED_INT8},
                                            {CL_BGRA, CL_UNORM_INT8},
                                            {CL_R, CL_UNORM_INT8},
                                            {CL_RGBA, CL_FLOAT}};

   need_images();
   cl_mem a = new_image(TYPE_2D, &rgba8, 0, 8, 8, 1, 1);
   for (unsigned i = 0; i < COUNT(others); i++) {
      cl_mem b = new_image(TYPE_2D, &others[i], 0, 8, 8, 1, 1);
      CHECK_CODE(CL_IMAGE_FORMAT_MISMATCH, copy_image(a, b, zero, zero, one));
      CHECK_CODE(CL_IMAGE_FORMAT_MISMATCH, copy_image(b, a, zero, zero, one));
      CHECK_OK(clReleaseMemObject(b));
   }
   CHECK_OK(clReleaseMemObject(a));
}

static void
overlapping_copies_are_refused(void **state)
{
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, 0, type);
      size_t region[3] = {4, 2, 2};

      clip_to_axes(type, region);
      CHECK_CODE(CL_MEM_COPY_OVERLAP,
                 copy_image(p.image, p.image, zero, zero, region));
      for (unsigned axis = 0; axis < image_types[type].axes; axis++) {
         size_t to[3] = {0, 0, 0};
         to[axis] = region[axis] - 1;
         CHECK_CODE(CL_MEM_COPY_OVERLAP,
                    copy_image(p.image, p.image, zero, to, region));
         CHECK_CODE(CL_MEM_COPY_OVERLAP,
                    copy_image(p.image, p.image, to, zero, region));
         to[axis] = region[axis];
         CHECK_OK(copy_image(p.image, p.image, zero, to, region));
         for (size_t z = 0; z < region[2]; z++)
            for (size_t y = 0; y < region[1]; y++)
               memcpy(picture_at(&p, to[0], to[1] + y, to[2] + z),
                      picture_at(&p, 0, y, z), region[0] * 4);
      }
      check_picture(&p);
      picture_free(&p);
   }
}

static void
copies_to_and_from_buffers(void **state)
{
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, 0, type);
      size_t origin[3], region[3];
      unsigned char data[4096], back[4096];

      inner_region(type, origin, region);
      const size_t bytes = region[0] * region[1] * region[2] * 4;
      fill_bytes(data, sizeof(data), type + 5);
      cl_mem buffer = new_buffer(CL_MEM_COPY_HOST_PTR, sizeof(data), data);
      /* Any offset will do, not only whole pixels. */
      CHECK_OK(clEnqueueCopyImageToBuffer(client.queue, p.image, buffer,
                                          origin, region, 7, 0, NULL, NULL));
      unsigned char *at = data + 7;
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++, at += region[0] * 4)
            memcpy(at,
                   picture_at(&p, origin[0], origin[1] + y, origin[2] + z),
                   region[0] * 4);
      CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0,
                                   sizeof(back), back, 0, NULL, NULL));
      assert_memory_equal(back, data, sizeof(data));

      CHECK_OK(clEnqueueCopyBufferToImage(client.queue, buffer, p.image,
                                          sizeof(data) - bytes, origin,
                                          region, 0, NULL, NULL));
      at = data + sizeof(data) - bytes;
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++, at += region[0] * 4)
            memcpy(picture_at(&p, origin[0], origin[1] + y, origin[2] + z),
                   at, region[0] * 4);
      check_picture(&p);

      /* The buffer's bounds. */
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueCopyImageToBuffer(
                    client.queue, p.image, buffer, origin, region,
                    sizeof(data) - bytes + 1, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueCopyBufferToImage(client.queue, buffer, p.image,
                                            SIZE_MAX - bytes + 2, origin,
                                            region, 0, NULL, NULL));
      CHECK_OK(clReleaseMemObject(buffer));
      picture_free(&p);
   }
}

static void
commands_stay_in_their_context(void **state)
{
   need_images();
   const cl_image_desc desc = image_desc(TYPE_2D, 8, 8, 1);
   cl_mem image = new_image(TYPE_2D, &rgba8, 0, 8, 8, 1, 1);
   cl_mem other_image =
      CREATED(clCreateImage(client.stranger, 0, &rgba8, &desc, NULL, &code));
   cl_mem other_buffer =
      CREATED(clCreateBuffer(client.stranger, 0, 4096, NULL, &code));

   CHECK_CODE(CL_INVALID_CONTEXT,
              copy_image(image, other_image, zero, zero, one));
   CHECK_CODE(CL_INVALID_CONTEXT,
              copy_image(other_image, image, zero, zero, one));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueCopyImageToBuffer(client.queue, image, other_buffer,
                                         zero, one, 0, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueCopyBufferToImage(client.queue, other_buffer, image, 0,
                                         zero, one, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(other_image));
   CHECK_OK(clReleaseMemObject(other_buffer));
}

/* Fills: the colour is converted to the image's format. */

static void
check_fill(const cl_image_format *format, const void *color,
           const void *pixel)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, format, 0, type);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      CHECK_OK(fill_image(p.image, color, origin, region));
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++)
            for (size_t x = 0; x < region[0]; x++)
               memcpy(
                  picture_at(&p, origin[0] + x, origin[1] + y, origin[2] + z),
                  pixel, p.element);
      check_picture(&p);
      picture_free(&p);
   }
}

static void
fills_convert_the_color(void **state)
{
   static const cl_image_format rgba8ui = {CL_RGBA, CL_UNSIGNED_INT8};
   static const cl_image_format rgba16i = {CL_RGBA, CL_SIGNED_INT16};
   static const cl_image_format bgra8 = {CL_BGRA, CL_UNORM_INT8};
   static const float color[4] = {0.0f, 1.0f, 0.5f, 2.0f};
   static const cl_uint ucolor[4] = {1, 255, 300, 0};
   static const cl_int icolor[4] = {-1, 32767, -40000, 5};

   need_images();
   check_fill(&rgba8, color, (const unsigned char[]){0, 255, 128, 255});
   check_fill(&bgra8, color, (const unsigned char[]){128, 255, 0, 255});
   check_fill(&r8, color, (const unsigned char[]){0});
   check_fill(&rgba32f, color, color);
   check_fill(&rgba8ui, ucolor, (const unsigned char[]){1, 255, 255, 0});
   check_fill(&rgba16i, icolor, (const cl_short[]){-1, 32767, -32768, 5});
}

static void
fill_refuses_no_color(void **state)
{
   need_images();
   cl_mem image = new_image(TYPE_2D, &rgba8, 0, 8, 8, 1, 1);
   CHECK_CODE(CL_INVALID_VALUE, fill_image(image, NULL, zero, one));
   CHECK_OK(clReleaseMemObject(image));
}

/* The colour and the host's data are taken at the call. */
static void
arguments_may_change_after_the_call(void **state)
{
   need_images();
   struct picture p = picture_new(TYPE_2D, &rgba8, 0, 3);
   float color[4] = {1, 1, 1, 1};
   size_t origin[3] = {1, 1, 0}, region[3] = {2, 2, 1};
   cl_event gate = new_user_event(), event;

   CHECK_OK(clEnqueueFillImage(client.queue, p.image, color, origin, region,
                               1, &gate, &event));
   memset(color, 0, sizeof(color));
   memset(origin, 0xff, sizeof(origin));
   memset(region, 0xff, sizeof(region));
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   for (unsigned y = 1; y < 3; y++)
      memset(picture_at(&p, 1, y, 0), 0xff, 8);
   check_picture(&p);
   picture_free(&p);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_and_writes_with_pitches),
      cmocka_unit_test(regions_must_be_inside),
      cmocka_unit_test(pitches_must_be_right),
      cmocka_unit_test(only_images_will_do),
      cmocka_unit_test(host_flags_are_respected),
      cmocka_unit_test(copies_between_all_types),
      cmocka_unit_test(copies_want_one_format),
      cmocka_unit_test(overlapping_copies_are_refused),
      cmocka_unit_test(copies_to_and_from_buffers),
      cmocka_unit_test(commands_stay_in_their_context),
      cmocka_unit_test(fills_convert_the_color),
      cmocka_unit_test(fill_refuses_no_color),
      cmocka_unit_test(arguments_may_change_after_the_call),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
