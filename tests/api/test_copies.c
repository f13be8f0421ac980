/* SPDX-License-Identifier: MIT */

/*
 * Copies and fills, byte for byte: every format, type, level and size of an
 * element, from and to places in buffers that nothing is aligned to.
 */

#include "maps.h"

#include <stdlib.h>

#include "kernels.h"

#define GUARD 16 /* bytes before and after that must stay */

/* A buffer and what it should hold. */
struct bytes {
   cl_mem buffer;
   size_t size;
   unsigned char *data;
};

static struct bytes
bytes_new(size_t size, unsigned seed)
{
   struct bytes bytes = {.size = size, .data = malloc(size)};

   assert_non_null(bytes.data);
   fill_bytes(bytes.data, size, seed);
   bytes.buffer = buffer_of(bytes.data, size);
   return bytes;
}

static void
bytes_check(const struct bytes *bytes)
{
   unsigned char *got = malloc(bytes->size);

   assert_non_null(got);
   read_buffer(bytes->buffer, got, bytes->size);
   assert_memory_equal(got, bytes->data, bytes->size);
   free(got);
}

static void
bytes_free(struct bytes *bytes)
{
   CHECK_OK(clReleaseMemObject(bytes->buffer));
   free(bytes->data);
}

static size_t
region_bytes(const size_t region[3], size_t element)
{
   return region[0] * region[1] * region[2] * element;
}

/* To and from a buffer, where the rows of a region begin at an offset. */
static void
copy_both_ways(struct picture *p, const size_t *origin, const size_t *region,
               size_t offset)
{
   const size_t row = region[0] * p->element;
   const size_t size = region_bytes(region, p->element);
   struct bytes from = bytes_new(offset + size + GUARD, 5);
   struct bytes to = bytes_new(offset + size + GUARD, 6);

   CHECK_OK(clEnqueueCopyBufferToImage(client.queue, from.buffer, p->image,
                                       offset, origin, region, 0, NULL,
                                       NULL));
   for (size_t z = 0; z < region[2]; z++)
      for (size_t y = 0; y < region[1]; y++)
         memcpy(picture_at(p, origin[0], origin[1] + y, origin[2] + z),
                from.data + offset + (z * region[1] + y) * row, row);
   CHECK_OK(clEnqueueCopyImageToBuffer(client.queue, p->image, to.buffer,
                                       origin, region, offset, 0, NULL,
                                       NULL));
   memcpy(to.data + offset, from.data + offset, size);
   check_picture(p);
   bytes_check(&from);
   bytes_check(&to);
   bytes_free(&from);
   bytes_free(&to);
}

/* Of what a fill leaves, all pixels are the same, and others stay. */
static void
check_fill(struct picture *p, const size_t *origin, const size_t *region)
{
   static const cl_uint color[4] = {0x3e800000, 1, 0x3f000000, 7};
   const size_t size = region_bytes(region, p->element);
   unsigned char *got = malloc(size);

   assert_non_null(got);
   CHECK_OK(clEnqueueFillImage(client.queue, p->image, color, origin, region,
                               0, NULL, NULL));
   CHECK_OK(clEnqueueReadImage(client.queue, p->image, CL_TRUE, origin,
                               region, 0, 0, got, 0, NULL, NULL));
   for (size_t i = 0; i < region[0] * region[1] * region[2]; i++) {
      const size_t x = i % region[0], y = i / region[0] % region[1];
      assert_memory_equal(got + i * p->element, got, p->element);
      memcpy(picture_at(p, origin[0] + x, origin[1] + y,
                        origin[2] + i / region[0] / region[1]),
             got, p->element);
   }
   check_picture(p);
   free(got);
}

static void
every_format_keeps_its_bytes(void **state)
{
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_image_format formats[256];
      cl_uint count;

      CHECK_OK(clGetSupportedImageFormats(client.context, CL_MEM_READ_ONLY,
                                          image_types[type].type,
                                          COUNT(formats), formats, &count));
      assert_in_range(count, 1, COUNT(formats));
      print_message("# %s: %u formats\n", image_types[type].name, count);
      for (cl_uint i = 0; i < count; i++) {
         struct picture p =
            picture_new(type, &formats[i], CL_MEM_READ_ONLY, i);
         size_t origin[3], region[3];

         inner_region(type, origin, region);
         copy_both_ways(&p, origin, region, p.element);
         /* Each alignment has a kernel of its own: see the next test. */
         if (i == 0)
            copy_both_ways(&p, origin, region, 3);
         check_fill(&p, origin, region);
         picture_free(&p);
      }
   }
}

static void
every_alignment_will_do(void **state)
{
   static const cl_image_format formats[] = {
      {CL_R, CL_UNSIGNED_INT8},     {CL_RG, CL_UNORM_INT8},
      {CL_RGBA, CL_UNORM_INT8},     {CL_RGBA, CL_HALF_FLOAT},
      {CL_RGBA, CL_UNSIGNED_INT32},
   };

   need_images();
   for (unsigned i = 0; i < COUNT(formats); i++) {
      struct picture p =
         picture_new(TYPE_2D, &formats[i], CL_MEM_READ_WRITE, i);
      size_t origin[3], region[3];

      inner_region(TYPE_2D, origin, region);
      for (size_t offset = 0; offset < 2 * p.element; offset++)
         copy_both_ways(&p, origin, region, offset);
      picture_free(&p);
   }
}

/* Each level, with and without room around the region. */
static void
every_level_is_reached(void **state)
{
   need_images();
   if (getenv("TREFOIL_MIP_ORIGIN_2D"))
      skip_test("levels are elsewhere");
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      const unsigned axis = image_types[type].level_axis;
      if (!axis)
         continue;
      cl_mem image =
         new_image(type, &rgba8, CL_MEM_READ_WRITE, 37, 22, 11, 4);

      for (size_t level = 0; level < 4; level++) {
         size_t origin[4] = {0}, region[3] = {37, 22, 11};
         for (unsigned i = 0; i < 3; i++) {
            const bool layers =
               i + 1 == image_types[type].axes &&
               (type == TYPE_1D_ARRAY || type == TYPE_2D_ARRAY);
            if (!layers)
               region[i] = region[i] >> level;
         }
         clip_to_axes(type, region);
         origin[axis] = level;

         struct bytes from = bytes_new(region_bytes(region, 4) + 8, level);
         struct bytes to = bytes_new(region_bytes(region, 4) + 8, level + 9);
         CHECK_OK(clEnqueueCopyBufferToImage(client.queue, from.buffer, image,
                                             1, origin, region, 0, NULL,
                                             NULL));
         CHECK_OK(clEnqueueCopyImageToBuffer(client.queue, image, to.buffer,
                                             origin, region, 3, 0, NULL,
                                             NULL));
         memcpy(to.data + 3, from.data + 1, region_bytes(region, 4));
         bytes_check(&to);
         bytes_free(&from);
         bytes_free(&to);
      }
      CHECK_OK(clReleaseMemObject(image));
   }
}

/* Many layers become rows, and rows layers. */
static void
layers_and_rows_change_places(void **state)
{
   static const unsigned pairs[][2] = {
      {TYPE_1D_ARRAY, TYPE_2D}, {TYPE_2D, TYPE_1D_ARRAY},
      {TYPE_2D_ARRAY, TYPE_3D}, {TYPE_3D, TYPE_2D_ARRAY},
      {TYPE_3D, TYPE_1D_ARRAY}, {TYPE_1D_ARRAY, TYPE_2D_ARRAY},
   };

   need_images();
   for (unsigned i = 0; i < COUNT(pairs); i++) {
      struct picture src = picture_new(pairs[i][0], &rgba8, 0, i);
      struct picture dst = picture_new(pairs[i][1], &rgba8, 0, i + 50);
      size_t region[3] = {11, 7, 5};
      const size_t from[3] = {5, 0, 0}, to[3] = {2, 0, 0};

      clip_to_axes(pairs[i][0], region);
      clip_to_axes(pairs[i][1], region);
      CHECK_OK(clEnqueueCopyImage(client.queue, src.image, dst.image, from,
                                  to, region, 0, NULL, NULL));
      for (size_t z = 0; z < region[2]; z++)
         for (size_t y = 0; y < region[1]; y++)
            memcpy(picture_at(&dst, to[0], y, z),
                   picture_at(&src, from[0], y, z), region[0] * 4);
      check_picture(&dst);
      picture_free(&src);
      picture_free(&dst);
   }
}

/* A rectangle of bytes: where it begins, and what its pitches are. */
struct rect {
   size_t origin[3], row, slice;
};

static size_t
rect_at(const struct rect *rect, size_t y, size_t z)
{
   return rect->origin[0] + (rect->origin[1] + y) * rect->row +
          (rect->origin[2] + z) * rect->slice;
}

static void
copy_rect(struct bytes *dst, const struct rect *to, struct bytes *src,
          const struct rect *from, const size_t *region)
{
   CHECK_OK(clEnqueueCopyBufferRect(
      client.queue, src->buffer, dst->buffer, from->origin, to->origin,
      region, from->row, from->slice, to->row, to->slice, 0, NULL, NULL));
   for (size_t z = 0; z < region[2]; z++)
      for (size_t y = 0; y < region[1]; y++)
         memmove(dst->data + rect_at(to, y, z),
                 src->data + rect_at(from, y, z), region[0]);
}

static void
rectangles_of_any_shape(void **state)
{
   static const struct {
      size_t region[3];
      struct rect to, from;
   } cases[] = {
      /* One row, few rows, many rows; tight, and in one buffer of them. */
      {{100, 1, 1}, {{1, 0, 0}, 0, 0}, {{2, 0, 0}, 0, 0}},
      {{31, 3, 1}, {{1, 2, 0}, 37, 0}, {{5, 1, 0}, 41, 0}},
      {{32, 20, 1}, {{0, 1, 0}, 64, 0}, {{16, 0, 0}, 48, 0}},
      {{32, 20, 1}, {{4, 1, 0}, 68, 0}, {{16, 0, 0}, 48, 0}},
      {{34, 20, 1}, {{2, 1, 0}, 70, 0}, {{6, 0, 0}, 46, 0}},
      {{33, 20, 1}, {{3, 1, 0}, 67, 0}, {{5, 0, 0}, 41, 0}},
      {{64, 20, 1}, {{0, 1, 0}, 64, 0}, {{0, 0, 0}, 64, 0}},
      {{64, 5, 4}, {{0, 0, 1}, 64, 320}, {{0, 0, 0}, 64, 320}},
      {{64, 5, 4}, {{0, 0, 1}, 64, 384}, {{0, 0, 0}, 64, 320}},
      {{24, 5, 4}, {{8, 1, 1}, 48, 480}, {{4, 0, 2}, 36, 360}},
      {{7, 5, 9}, {{1, 1, 1}, 13, 91}, {{3, 0, 0}, 11, 77}},
      {{1, 100, 1}, {{1, 0, 0}, 13, 0}, {{3, 0, 0}, 17, 0}},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      struct bytes dst = bytes_new(4096, i), src = bytes_new(4096, i + 30);

      copy_rect(&dst, &cases[i].to, &src, &cases[i].from, cases[i].region);
      bytes_check(&dst);
      bytes_check(&src);
      bytes_free(&dst);
      bytes_free(&src);
   }
}

/* Columns of one buffer change places, the rows between them stay. */
static void
rectangles_within_a_buffer(void **state)
{
   static const size_t region[3] = {24, 30, 1};
   static const struct rect left = {{0, 0, 0}, 100, 0};
   static const struct rect right = {{60, 1, 0}, 100, 0};
   struct bytes bytes = bytes_new(4096, 1);

   copy_rect(&bytes, &right, &bytes, &left, region);
   bytes_check(&bytes);
   bytes_free(&bytes);
}

/* More rows than some drivers launch work-groups along an axis. */
static void
rectangles_of_very_many_rows(void **state)
{
   enum { ROWS = 70000 };
   static const size_t region[3] = {61, ROWS, 1};
   static const struct rect to = {{1, 0, 0}, 63, 0};
   static const struct rect from = {{0, 0, 0}, 62, 0};
   struct bytes dst = bytes_new(ROWS * 63, 1), src = bytes_new(ROWS * 62, 2);

   copy_rect(&dst, &to, &src, &from, region);
   bytes_check(&dst);
   bytes_free(&dst);
   bytes_free(&src);
}

/* A client's memory is aligned to nothing but its own elements. */
static void
host_memory_may_be_misaligned(void **state)
{
   static const size_t region[3] = {32, 20, 1}, zero[3] = {0, 0, 0};
   unsigned char *memory = malloc(4096 + 1), expected[4096], got[4096];

   assert_non_null(memory);
   struct bytes src = bytes_new(4096, 2);
   memset(memory, 0x33, 4096 + 1);
   memset(expected, 0x33, sizeof(expected));
   cl_mem dst =
      new_buffer(CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, 4096, memory + 1);
   CHECK_OK(clEnqueueCopyBufferRect(client.queue, src.buffer, dst, zero, zero,
                                    region, 48, 0, 64, 0, 0, NULL, NULL));
   for (size_t y = 0; y < region[1]; y++)
      memcpy(expected + y * 64, src.data + y * 48, region[0]);
   CHECK_OK(clEnqueueFillBuffer(client.queue, dst, src.data, 32, 2048, 1024,
                                0, NULL, NULL));
   for (size_t at = 2048; at < 2048 + 1024; at += 32)
      memcpy(expected + at, src.data, 32);
   read_buffer(dst, got, sizeof(got));
   assert_memory_equal(got, expected, sizeof(got));
   CHECK_OK(clReleaseMemObject(dst));
   bytes_free(&src);
   free(memory);
}

/* Of any length, at any place, parts of buffers too. */
static void
fills_of_any_length(void **state)
{
   for (size_t pattern = 1; pattern <= 128; pattern *= 2) {
      for (unsigned i = 0; i < 12; i++) {
         struct bytes bytes = bytes_new(8192, i);
         const bool part = i % 2;
         cl_mem sub = part ? new_sub_buffer(bytes.buffer, 1024, 6000) : NULL;
         const size_t offset = i * pattern, size = (3 * i + 1) * pattern;
         unsigned char *filled = bytes.data + (part ? 1024 : 0) + offset;
         unsigned char value[128];

         fill_bytes(value, sizeof(value), i + 70);
         CHECK_OK(clEnqueueFillBuffer(client.queue, part ? sub : bytes.buffer,
                                      value, pattern, offset, size, 0, NULL,
                                      NULL));
         for (size_t at = 0; at < size; at++)
            filled[at] = value[at % pattern];
         bytes_check(&bytes);
         if (part)
            CHECK_OK(clReleaseMemObject(sub));
         bytes_free(&bytes);
      }
   }
}

/* A client's kernel between copies has what it bound, and they theirs. */
static void
kernels_keep_what_they_bound(void **state)
{
   const char *source =
      "kernel void test(read_only image2d_t in, write_only image2d_t out,"
      "                 global uint *sum)"
      "{ int2 at = (int2)(get_global_id(0), get_global_id(1));"
      "  uint4 pixel = read_imageui(in, at);"
      "  write_imageui(out, at, pixel + 1u);"
      "  if (at.x == 0 && at.y == 0) sum[0] += pixel.x; }";
   const cl_image_format format = {CL_RGBA, CL_UNSIGNED_INT8};
   const size_t global[2] = {16, 8}, zero[3] = {0, 0, 0},
                region[3] = {16, 8, 1};
   cl_uint sum = 0, nothing = 0;
   unsigned char pixels[16 * 8 * 4 + 1], got[sizeof(pixels)] = {0};

   need_kernels();
   need_images();
   cl_mem in = new_image(TYPE_2D, &format, CL_MEM_READ_ONLY, 16, 8, 1, 1);
   cl_mem out = new_image(TYPE_2D, &format, CL_MEM_WRITE_ONLY, 16, 8, 1, 1);
   cl_mem count = buffer_of(&nothing, sizeof(nothing));
   cl_kernel kernel = build_kernel(source, NULL);
   SET_ARG(kernel, 0, in);
   SET_ARG(kernel, 1, out);
   SET_ARG(kernel, 2, count);

   for (unsigned round = 0; round < 4; round++) {
      memset(pixels, 10 * round, sizeof(pixels));
      cl_mem from = buffer_of(pixels, sizeof(pixels));
      cl_mem to = buffer_of(got, sizeof(got));

      CHECK_OK(clEnqueueCopyBufferToImage(client.queue, from, in, 1, zero,
                                          region, 0, NULL, NULL));
      CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 2, NULL, global,
                                      NULL, 0, NULL, NULL));
      CHECK_OK(clEnqueueCopyImageToBuffer(client.queue, out, to, zero, region,
                                          1, 0, NULL, NULL));
      read_buffer(to, got, sizeof(got));
      for (unsigned i = 1; i < sizeof(got); i++)
         assert_int_equal(got[i], 10 * round + 1);
      sum += 10 * round;
      CHECK_OK(clReleaseMemObject(from));
      CHECK_OK(clReleaseMemObject(to));
   }
   assert_int_equal(first_uint(count), sum);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(count));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseMemObject(out));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_format_keeps_its_bytes),
      cmocka_unit_test(every_alignment_will_do),
      cmocka_unit_test(every_level_is_reached),
      cmocka_unit_test(layers_and_rows_change_places),
      cmocka_unit_test(rectangles_of_any_shape),
      cmocka_unit_test(rectangles_within_a_buffer),
      cmocka_unit_test(rectangles_of_very_many_rows),
      cmocka_unit_test(host_memory_may_be_misaligned),
      cmocka_unit_test(fills_of_any_length),
      cmocka_unit_test(kernels_keep_what_they_bound),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
