/* SPDX-License-Identifier: MIT */

/* Chapters 5.2.2, 5.2.3 and 5.5.4: reading, writing, copying, filling. */

#include <stdlib.h>

#include "common.h"

#define SIZE 4096

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};

/* A buffer and what it should hold. */
struct model {
   cl_mem buffer;
   unsigned char bytes[SIZE];
};

static void
model_init(struct model *model, cl_mem_flags flags, unsigned seed)
{
   fill_bytes(model->bytes, SIZE, seed);
   model->buffer =
      new_buffer(flags | CL_MEM_COPY_HOST_PTR, SIZE, model->bytes);
}

static void
model_finish(struct model *model)
{
   unsigned char back[SIZE];

   CHECK_OK(clEnqueueReadBuffer(client.queue, model->buffer, CL_TRUE, 0, SIZE,
                                back, 0, NULL, NULL));
   assert_memory_equal(back, model->bytes, SIZE);
   CHECK_OK(clReleaseMemObject(model->buffer));
}

static void
reads_and_writes_any_range(void **state)
{
   static const struct {
      size_t offset, size;
   } ranges[] = {{0, SIZE}, {0, 1},     {SIZE - 1, 1}, {1, 2},
                 {3, 333},  {64, 1024}, {2048, 2048}};
   struct model m;
   unsigned char data[SIZE], back[SIZE];

   model_init(&m, CL_MEM_READ_WRITE, 1);
   for (unsigned i = 0; i < COUNT(ranges) * 2; i++) {
      const size_t offset = ranges[i / 2].offset, size = ranges[i / 2].size;
      cl_event event;

      fill_bytes(data, size, i + 10);
      CHECK_OK(clEnqueueWriteBuffer(client.queue, m.buffer, i & 1, offset,
                                    size, data, 0, NULL, &event));
      end_event(event, CL_COMPLETE);
      memcpy(m.bytes + offset, data, size);
      memset(back, 0, size);
      CHECK_OK(clEnqueueReadBuffer(client.queue, m.buffer, i & 1, offset,
                                   size, back, 0, NULL, &event));
      end_event(event, CL_COMPLETE);
      assert_memory_equal(back, data, size);
   }
   model_finish(&m);
}

/* A blocking write lets go of ptr; the memory may change at once. */
static void
blocking_write_takes_its_data(void **state)
{
   struct model m;
   unsigned char data[SIZE];

   model_init(&m, CL_MEM_READ_WRITE, 1);
   for (unsigned i = 0; i < 20; i++) {
      fill_bytes(data, SIZE, i);
      CHECK_OK(clEnqueueWriteBuffer(client.queue, m.buffer, CL_TRUE, 0, SIZE,
                                    data, 0, NULL, NULL));
      memcpy(m.bytes, data, SIZE);
      memset(data, 0xff, SIZE);
   }
   model_finish(&m);
}

static void
ranges_must_be_inside(void **state)
{
   static const struct {
      size_t offset, size;
   } bad[] = {{0, SIZE + 1}, {1, SIZE},         {SIZE, 1},
              {SIZE + 1, 1}, {SIZE_MAX, 1},     {1, SIZE_MAX},
              {SIZE_MAX, 2}, {SIZE_MAX - 1, 4}, {SIZE, SIZE_MAX - SIZE + 1}};
   unsigned char data[2];
   const unsigned char pattern = 1;
   cl_mem a = new_buffer(0, SIZE, NULL), b = new_buffer(0, 2 * SIZE, NULL);

   for (unsigned i = 0; i < COUNT(bad); i++) {
      const size_t offset = bad[i].offset, size = bad[i].size;
      print_message("# case %u\n", i);
      for (cl_bool blocking = CL_FALSE; blocking <= CL_TRUE; blocking++) {
         CHECK_CODE(CL_INVALID_VALUE,
                    clEnqueueReadBuffer(client.queue, a, blocking, offset,
                                        size, data, 0, NULL, NULL));
         CHECK_CODE(CL_INVALID_VALUE,
                    clEnqueueWriteBuffer(client.queue, a, blocking, offset,
                                         size, data, 0, NULL, NULL));
      }
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueFillBuffer(client.queue, a, &pattern, 1, offset,
                                     size, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueCopyBuffer(client.queue, a, b, offset, 0, size, 0,
                                     NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueCopyBuffer(client.queue, b, a, 0, offset, size, 0,
                                     NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

static void
ptr_must_be_there(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL);

   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, 4, NULL,
                                  0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 0, 4, NULL,
                                   0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueReadBufferRect(
                                   client.queue, buffer, CL_TRUE, zero, zero,
                                   one, 0, 0, 0, 0, NULL, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueWriteBufferRect(
                                   client.queue, buffer, CL_TRUE, zero, zero,
                                   one, 0, 0, 0, 0, NULL, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
only_buffers_will_do(void **state)
{
   unsigned char data[64];
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_mem bad[GARBAGE_COUNT + 2];
   unsigned count = 0;

   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++)
      bad[count++] = garbage(i);
   if (client.is_trefoil)
      bad[count++] = (cl_mem)client.context;
   cl_mem image = NULL;
   if (client.images)
      bad[count++] = image = new_image(TYPE_2D, &rgba8, 0, 8, 8, 1, 1);

   for (unsigned i = 0; i < count; i++) {
      print_message("# %u\n", i);
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueReadBuffer(client.queue, bad[i], CL_TRUE, 0, 1,
                                     data, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueWriteBuffer(client.queue, bad[i], CL_TRUE, 0, 1,
                                      data, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueReadBufferRect(client.queue, bad[i], CL_TRUE, zero,
                                         zero, one, 0, 0, 0, 0, data, 0, NULL,
                                         NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueWriteBufferRect(client.queue, bad[i], CL_TRUE, zero,
                                          zero, one, 0, 0, 0, 0, data, 0,
                                          NULL, NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueCopyBuffer(client.queue, bad[i], buffer, 0, 0, 1, 0,
                                     NULL, NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueCopyBuffer(client.queue, buffer, bad[i], 0, 0, 1, 0,
                                     NULL, NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueCopyBufferRect(client.queue, bad[i], buffer, zero,
                                         zero, one, 0, 0, 0, 0, 0, NULL,
                                         NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueCopyBufferRect(client.queue, buffer, bad[i], zero,
                                         zero, one, 0, 0, 0, 0, 0, NULL,
                                         NULL));
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clEnqueueFillBuffer(client.queue, bad[i], data, 1, 0, 1, 0,
                                     NULL, NULL));
   }
   if (image)
      CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
host_flags_are_respected(void **state)
{
   unsigned char data[64] = {0};

   for (unsigned i = 0; i < HOST_ACCESSES; i++) {
      const struct host_access *access = &host_accesses[i];
      cl_mem buffer = new_buffer(access->flags, SIZE, NULL);
      cl_mem other = new_buffer(0, SIZE, NULL);

      CHECK_CODE(allowed(access->read),
                 clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, 64,
                                     data, 0, NULL, NULL));
      CHECK_CODE(allowed(access->read),
                 clEnqueueReadBufferRect(client.queue, buffer, CL_TRUE, zero,
                                         zero, one, 0, 0, 0, 0, data, 0, NULL,
                                         NULL));
      CHECK_CODE(allowed(access->write),
                 clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 0, 64,
                                      data, 0, NULL, NULL));
      CHECK_CODE(allowed(access->write),
                 clEnqueueWriteBufferRect(client.queue, buffer, CL_TRUE, zero,
                                          zero, one, 0, 0, 0, 0, data, 0,
                                          NULL, NULL));
      /* What the device does is not the host's access. */
      CHECK_OK(clEnqueueFillBuffer(client.queue, buffer, data, 4, 0, 64, 0,
                                   NULL, NULL));
      CHECK_OK(clEnqueueCopyBuffer(client.queue, buffer, other, 0, 0, 64, 0,
                                   NULL, NULL));
      CHECK_OK(clEnqueueCopyBuffer(client.queue, other, buffer, 0, 0, 64, 0,
                                   NULL, NULL));
      CHECK_OK(clFinish(client.queue));
      CHECK_OK(clReleaseMemObject(buffer));
      CHECK_OK(clReleaseMemObject(other));
   }
}

/* Rectangles */

struct rect {
   size_t buffer_origin[3], host_origin[3], region[3];
   size_t buffer_row, buffer_slice, host_row, host_slice;
};

static const struct rect good_rects[] = {
   {{0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0},
   {{0, 0, 0}, {0, 0, 0}, {16, 4, 3}, 0, 0, 0, 0},
   {{5, 2, 1}, {3, 1, 2}, {16, 4, 3}, 40, 0, 32, 0},
   {{5, 2, 1}, {3, 1, 2}, {16, 4, 3}, 40, 400, 32, 320},
   {{0, 3, 0}, {7, 0, 0}, {9, 5, 1}, 33, 0, 21, 0},
   {{1, 0, 2}, {0, 0, 0}, {63, 2, 2}, 64, 128, 0, 0},
};

static size_t
rect_offset(const size_t origin[3], const struct rect *rect, size_t row,
            size_t slice, size_t x, size_t y, size_t z)
{
   row = row ? row : rect->region[0];
   slice = slice ? slice : row * rect->region[1];
   return (origin[2] + z) * slice + (origin[1] + y) * row + origin[0] + x;
}

static size_t
in_buffer(const struct rect *r, size_t y, size_t z)
{
   return rect_offset(r->buffer_origin, r, r->buffer_row, r->buffer_slice, 0,
                      y, z);
}

static size_t
in_host(const struct rect *r, size_t y, size_t z)
{
   return rect_offset(r->host_origin, r, r->host_row, r->host_slice, 0, y, z);
}

static void
reads_and_writes_rectangles(void **state)
{
   unsigned char host[SIZE], wanted[SIZE];
   struct model m;

   model_init(&m, CL_MEM_READ_WRITE, 1);
   for (unsigned i = 0; i < COUNT(good_rects) * 2; i++) {
      const struct rect *r = &good_rects[i / 2];
      cl_event event;

      print_message("# rect %u\n", i / 2);
      fill_bytes(host, SIZE, i + 50);
      CHECK_OK(clEnqueueWriteBufferRect(
         client.queue, m.buffer, i & 1, r->buffer_origin, r->host_origin,
         r->region, r->buffer_row, r->buffer_slice, r->host_row,
         r->host_slice, host, 0, NULL, &event));
      end_event(event, CL_COMPLETE);
      for (size_t z = 0; z < r->region[2]; z++)
         for (size_t y = 0; y < r->region[1]; y++)
            memcpy(m.bytes + in_buffer(r, y, z), host + in_host(r, y, z),
                   r->region[0]);

      fill_bytes(host, SIZE, i + 90);
      memcpy(wanted, host, SIZE);
      for (size_t z = 0; z < r->region[2]; z++)
         for (size_t y = 0; y < r->region[1]; y++)
            memcpy(wanted + in_host(r, y, z), m.bytes + in_buffer(r, y, z),
                   r->region[0]);
      CHECK_OK(clEnqueueReadBufferRect(
         client.queue, m.buffer, i & 1, r->buffer_origin, r->host_origin,
         r->region, r->buffer_row, r->buffer_slice, r->host_row,
         r->host_slice, host, 0, NULL, &event));
      end_event(event, CL_COMPLETE);
      assert_memory_equal(host, wanted, SIZE);
   }
   model_finish(&m);
}

static void
copies_rectangles(void **state)
{
   struct model a, b;

   model_init(&a, CL_MEM_READ_WRITE, 1);
   model_init(&b, CL_MEM_READ_WRITE, 2);
   for (unsigned i = 0; i < COUNT(good_rects); i++) {
      const struct rect *r = &good_rects[i];

      print_message("# rect %u\n", i);
      CHECK_OK(clEnqueueCopyBufferRect(
         client.queue, a.buffer, b.buffer, r->host_origin, r->buffer_origin,
         r->region, r->host_row, r->host_slice, r->buffer_row,
         r->buffer_slice, 0, NULL, NULL));
      for (size_t z = 0; z < r->region[2]; z++)
         for (size_t y = 0; y < r->region[1]; y++)
            memcpy(b.bytes + in_buffer(r, y, z), a.bytes + in_host(r, y, z),
                   r->region[0]);
   }
   model_finish(&b);
   model_finish(&a);
}

/* Each way in which a rectangle can be wrong, in all three commands. */
static void
rectangles_must_be_right(void **state)
{
   static const struct {
      size_t origin[3], region[3], row, slice;
   } bad[] = {
      {{0, 0, 0}, {0, 1, 1}, 0, 0},
      {{0, 0, 0}, {1, 0, 1}, 0, 0},
      {{0, 0, 0}, {1, 1, 0}, 0, 0},
      {{0, 0, 0}, {SIZE + 1, 1, 1}, 0, 0},
      {{0, 0, 0}, {64, 65, 1}, 0, 0},
      {{0, 0, 0}, {64, 8, 9}, 0, 0},
      {{1, 0, 0}, {SIZE, 1, 1}, 0, 0},
      {{0, 64, 0}, {64, 1, 1}, 64, 0},
      {{0, 0, 4}, {16, 1, 1}, 32, 1024},
      {{SIZE_MAX, 0, 0}, {2, 1, 1}, 0, 0},
      {{0, SIZE_MAX, 0}, {2, 2, 1}, 0, 0},
      {{0, 0, SIZE_MAX}, {2, 2, 2}, 0, 0},
      {{0, 0, 0}, {SIZE_MAX, 2, 2}, 0, 0},
      {{0, 0, 0}, {16, 4, 2}, 15, 0},  /* row < region[0] */
      {{0, 0, 0}, {16, 4, 2}, 16, 63}, /* slice < region[1] rows */
      {{0, 0, 0}, {16, 4, 2}, 16, 72}, /* slice no whole rows */
      {{0, 0, 0}, {2, 2, 2}, SIZE_MAX, 0},
      {{0, 0, 0}, {2, 2, 2}, 4, SIZE_MAX - 3},
   };
   unsigned char host[SIZE];
   cl_mem a = new_buffer(0, SIZE, NULL), big = new_buffer(0, 1 << 20, NULL);

   for (unsigned i = 0; i < COUNT(bad); i++) {
      print_message("# rect %u\n", i);
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueReadBufferRect(client.queue, a, CL_TRUE,
                                         bad[i].origin, zero, bad[i].region,
                                         bad[i].row, bad[i].slice, 0, 0, host,
                                         0, NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueWriteBufferRect(client.queue, a, CL_TRUE,
                                          bad[i].origin, zero, bad[i].region,
                                          bad[i].row, bad[i].slice, 0, 0,
                                          host, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueCopyBufferRect(client.queue, a, big, bad[i].origin,
                                         zero, bad[i].region, bad[i].row,
                                         bad[i].slice, 0, 0, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueCopyBufferRect(
                    client.queue, big, a, zero, bad[i].origin, bad[i].region,
                    0, 0, bad[i].row, bad[i].slice, 0, NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(big));
}

/* The host's pitches follow the same rules. */
static void
host_pitches_must_be_right(void **state)
{
   static const size_t region[3] = {16, 4, 2};
   static const struct {
      size_t row, slice;
   } bad[] = {{15, 0}, {1, 0}, {16, 63}, {16, 72}, {0, 63}};
   unsigned char host[SIZE];
   cl_mem a = new_buffer(0, SIZE, NULL);

   for (unsigned i = 0; i < COUNT(bad); i++) {
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueReadBufferRect(client.queue, a, CL_TRUE, zero, zero,
                                         region, 0, 0, bad[i].row,
                                         bad[i].slice, host, 0, NULL, NULL));
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueWriteBufferRect(client.queue, a, CL_TRUE, zero,
                                          zero, region, 0, 0, bad[i].row,
                                          bad[i].slice, host, 0, NULL, NULL));
   }
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueReadBufferRect(
                                   client.queue, a, CL_TRUE, NULL, zero,
                                   region, 0, 0, 0, 0, host, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueReadBufferRect(
                                   client.queue, a, CL_TRUE, zero, NULL,
                                   region, 0, 0, 0, 0, host, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueWriteBufferRect(
                                   client.queue, a, CL_TRUE, zero, zero, NULL,
                                   0, 0, 0, 0, host, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(a));
}

/* Copies */

static void
copies_any_range(void **state)
{
   static const struct {
      size_t from, to, size;
   } ranges[] = {{0, 0, SIZE}, {1, 2, 3},    {100, 7, 1000},
                 {4095, 0, 1}, {0, 4095, 1}, {2048, 0, 2048}};
   struct model a, b;

   model_init(&a, CL_MEM_READ_WRITE, 1);
   model_init(&b, CL_MEM_READ_WRITE, 2);
   for (unsigned i = 0; i < COUNT(ranges); i++) {
      CHECK_OK(clEnqueueCopyBuffer(client.queue, a.buffer, b.buffer,
                                   ranges[i].from, ranges[i].to,
                                   ranges[i].size, 0, NULL, NULL));
      memcpy(b.bytes + ranges[i].to, a.bytes + ranges[i].from,
             ranges[i].size);
   }
   model_finish(&b);
   /* Within one buffer, side by side. */
   CHECK_OK(clEnqueueCopyBuffer(client.queue, a.buffer, a.buffer, 0, 100, 100,
                                0, NULL, NULL));
   memcpy(a.bytes + 100, a.bytes, 100);
   CHECK_OK(clEnqueueCopyBuffer(client.queue, a.buffer, a.buffer, 300, 200,
                                100, 0, NULL, NULL));
   memcpy(a.bytes + 200, a.bytes + 300, 100);
   model_finish(&a);
}

static void
overlapping_copies_are_refused(void **state)
{
   static const size_t region[3] = {16, 4, 2}, beside[3] = {16, 0, 0};
   static const size_t inside[3] = {15, 3, 1};
   const size_t unit = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   cl_mem a = new_buffer(0, 8 * unit + SIZE, NULL);
   cl_mem low = new_sub_buffer(a, 0, 4 * unit);
   cl_mem high = new_sub_buffer(a, 2 * unit, 4 * unit);

   CHECK_CODE(CL_MEM_COPY_OVERLAP, clEnqueueCopyBuffer(client.queue, a, a, 0,
                                                       0, 1, 0, NULL, NULL));
   CHECK_CODE(
      CL_MEM_COPY_OVERLAP,
      clEnqueueCopyBuffer(client.queue, a, a, 0, 99, 100, 0, NULL, NULL));
   CHECK_CODE(
      CL_MEM_COPY_OVERLAP,
      clEnqueueCopyBuffer(client.queue, a, a, 99, 0, 100, 0, NULL, NULL));
   /* Sub-buffers of one parent. */
   CHECK_CODE(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBuffer(client.queue, low, high, 2 * unit, 0, 1, 0,
                                  NULL, NULL));
   CHECK_OK(clEnqueueCopyBuffer(client.queue, low, high, 0, 0, 2 * unit, 0,
                                NULL, NULL));
   /* Rectangles, by the bytes that they hold. */
   CHECK_CODE(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBufferRect(client.queue, a, a, zero, inside,
                                      region, 32, 256, 32, 256, 0, NULL,
                                      NULL));
   CHECK_OK(clEnqueueCopyBufferRect(client.queue, a, a, zero, beside, region,
                                    32, 256, 32, 256, 0, NULL, NULL));
   /* "… if src_buffer and dst_buffer are the same: the pitches too." */
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueCopyBufferRect(
                                   client.queue, a, a, zero, beside, region,
                                   32, 256, 64, 256, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueCopyBufferRect(
                                   client.queue, a, a, zero, beside, region,
                                   32, 256, 32, 512, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(low));
   CHECK_OK(clReleaseMemObject(high));
   CHECK_OK(clReleaseMemObject(a));
}

/* "CL_INVALID_CONTEXT if the context associated with … are not the same." */
static void
copies_stay_in_their_context(void **state)
{
   cl_mem a = new_buffer(0, SIZE, NULL);
   cl_mem other =
      CREATED(clCreateBuffer(client.stranger, 0, SIZE, NULL, &code));

   CHECK_CODE(
      CL_INVALID_CONTEXT,
      clEnqueueCopyBuffer(client.queue, a, other, 0, 0, 1, 0, NULL, NULL));
   CHECK_CODE(
      CL_INVALID_CONTEXT,
      clEnqueueCopyBuffer(client.queue, other, a, 0, 0, 1, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_CONTEXT,
              clEnqueueCopyBufferRect(client.queue, a, other, zero, zero, one,
                                      0, 0, 0, 0, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(other));
}

/* Fills */

static void
fills_with_every_pattern(void **state)
{
   struct model m;

   model_init(&m, CL_MEM_READ_WRITE, 1);
   for (size_t size = 1; size <= 128; size *= 2) {
      unsigned char pattern[128];

      fill_bytes(pattern, size, size);
      CHECK_OK(clEnqueueFillBuffer(client.queue, m.buffer, pattern, size,
                                   2 * size, 6 * size, 0, NULL, NULL));
      for (unsigned i = 0; i < 6; i++)
         memcpy(m.bytes + (2 + i) * size, pattern, size);
      /* The pattern may change after the call. */
      memset(pattern, 0, sizeof(pattern));
   }
   model_finish(&m);
}

static void
fills_must_be_right(void **state)
{
   static const struct {
      size_t pattern, offset, size;
   } bad[] = {{0, 0, 16},  {3, 0, 3},    {5, 0, 20}, {256, 0, 256},
              {12, 0, 12}, {4, 2, 8},    {4, 0, 6},  {16, 8, 16},
              {16, 0, 24}, {129, 0, 129}};
   unsigned char pattern[256] = {0};
   cl_mem buffer = new_buffer(0, SIZE, NULL);

   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueFillBuffer(client.queue, buffer, NULL, 4, 0, 16, 0,
                                  NULL, NULL));
   for (unsigned i = 0; i < COUNT(bad); i++) {
      print_message("# case %u\n", i);
      CHECK_CODE(CL_INVALID_VALUE,
                 clEnqueueFillBuffer(client.queue, buffer, pattern,
                                     bad[i].pattern, bad[i].offset,
                                     bad[i].size, 0, NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(buffer));
}

/* Migration */

static void
migrates(void **state)
{
   static const cl_mem_migration_flags flags[] = {
      0, CL_MIGRATE_MEM_OBJECT_HOST, CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED,
      CL_MIGRATE_MEM_OBJECT_HOST | CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED};
   struct model m;

   model_init(&m, CL_MEM_READ_WRITE, 1);
   cl_mem other = new_buffer(0, SIZE, NULL);
   for (unsigned i = 0; i < COUNT(flags); i++) {
      /* Contents that are declared undefined are of no concern. */
      CHECK_OK(clEnqueueMigrateMemObjects(client.queue, 1, &other, flags[i],
                                          0, NULL, NULL));
      if (!(flags[i] & CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED))
         CHECK_OK(clEnqueueMigrateMemObjects(client.queue, 1, &m.buffer,
                                             flags[i], 0, NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(other));
   model_finish(&m);
}

static void
migration_must_be_right(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_mem other =
      CREATED(clCreateBuffer(client.stranger, 0, SIZE, NULL, &code));
   const cl_mem mixed[] = {buffer, other};

   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueMigrateMemObjects(client.queue, 0, &buffer, 0, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueMigrateMemObjects(
                                   client.queue, 1, NULL, 0, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueMigrateMemObjects(client.queue, 1, &buffer, 1 << 10, 0,
                                         NULL, NULL));
   CHECK_CODE(
      CL_INVALID_CONTEXT,
      clEnqueueMigrateMemObjects(client.queue, 2, mixed, 0, 0, NULL, NULL));
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++) {
      const cl_mem bad[] = {buffer, garbage(i)};
      CHECK_CODE(
         CL_INVALID_MEM_OBJECT,
         clEnqueueMigrateMemObjects(client.queue, 2, bad, 0, 0, NULL, NULL));
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseMemObject(other));
}

/* A buffer over the client's memory is read and written like others. */
static void
host_ptr_buffers_work_alike(void **state)
{
   static unsigned char memory[SIZE];
   unsigned char data[SIZE], back[SIZE];
   const cl_uint pattern = 0xabcdef01;
   cl_mem buffer = new_buffer(CL_MEM_USE_HOST_PTR, SIZE, memory);

   fill_bytes(data, SIZE, 3);
   CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 0, SIZE, data,
                                 0, NULL, NULL));
   CHECK_OK(clEnqueueFillBuffer(client.queue, buffer, &pattern, 4, 64, 64, 0,
                                NULL, NULL));
   for (unsigned i = 0; i < 16; i++)
      memcpy(data + 64 + 4 * i, &pattern, 4);
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, SIZE, back,
                                0, NULL, NULL));
   assert_memory_equal(back, data, SIZE);
   CHECK_OK(clReleaseMemObject(buffer));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_and_writes_any_range),
      cmocka_unit_test(blocking_write_takes_its_data),
      cmocka_unit_test(ranges_must_be_inside),
      cmocka_unit_test(ptr_must_be_there),
      cmocka_unit_test(only_buffers_will_do),
      cmocka_unit_test(host_flags_are_respected),
      cmocka_unit_test(reads_and_writes_rectangles),
      cmocka_unit_test(copies_rectangles),
      cmocka_unit_test(rectangles_must_be_right),
      cmocka_unit_test(host_pitches_must_be_right),
      cmocka_unit_test(copies_any_range),
      cmocka_unit_test(overlapping_copies_are_refused),
      cmocka_unit_test(copies_stay_in_their_context),
      cmocka_unit_test(fills_with_every_pattern),
      cmocka_unit_test(fills_must_be_right),
      cmocka_unit_test(migrates),
      cmocka_unit_test(migration_must_be_right),
      cmocka_unit_test(host_ptr_buffers_work_alike),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
