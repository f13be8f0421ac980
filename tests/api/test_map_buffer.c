/* SPDX-License-Identifier: MIT */

/* Chapter 5.2.4 and 5.5.2: mapping buffers, and unmapping. */

#include "common.h"

#include <stdlib.h>

#define SIZE 4096
#define WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)

static const cl_map_flags all_flags[] = {CL_MAP_READ, CL_MAP_WRITE,
                                         CL_MAP_READ | CL_MAP_WRITE,
                                         CL_MAP_WRITE_INVALIDATE_REGION};

static const cl_mem_flags all_kinds[] = {0, CL_MEM_ALLOC_HOST_PTR,
                                         CL_MEM_USE_HOST_PTR};

/* Memory for USE_HOST_PTR, not aligned to anything. */
static unsigned char memory_[SIZE + 8];
#define MEMORY (memory_ + 3)

static cl_mem
new_kind(cl_mem_flags kind, size_t size)
{
   return new_buffer(kind, size, kind & CL_MEM_USE_HOST_PTR ? MEMORY : NULL);
}

static void *
map(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
    cl_map_flags flags, size_t offset, size_t size)
{
   return clEnqueueMapBuffer(queue, buffer, blocking, flags, offset, size, 0,
                             NULL, NULL, &code);
}

static void
unmap(cl_mem mem, void *pointer)
{
   cl_event event;
   CHECK_OK(
      clEnqueueUnmapMemObject(client.queue, mem, pointer, 0, NULL, &event));
   end_event(event, CL_COMPLETE);
}

static void
write_all(cl_mem buffer, unsigned char bytes[SIZE], unsigned seed)
{
   fill_bytes(bytes, SIZE, seed);
   CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_TRUE, 0, SIZE,
                                 bytes, 0, NULL, NULL));
}

static void
check_all(cl_mem buffer, const unsigned char bytes[SIZE])
{
   unsigned char back[SIZE];
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, SIZE, back,
                                0, NULL, NULL));
   assert_memory_equal(back, bytes, SIZE);
}

static void
maps_show_and_take_the_bytes(void **state)
{
   static const struct {
      size_t offset, size;
   } ranges[] = {{0, SIZE}, {0, 1}, {SIZE - 1, 1}, {3, 333}, {64, 1024}};
   unsigned char bytes[SIZE];

   for (unsigned k = 0; k < COUNT(all_kinds); k++) {
      cl_mem buffer = new_kind(all_kinds[k], SIZE);
      for (unsigned i = 0; i < COUNT(ranges) * COUNT(all_flags) * 2; i++) {
         const cl_map_flags flags = all_flags[i % COUNT(all_flags)];
         const size_t offset = ranges[i / COUNT(all_flags) / 2].offset;
         const size_t size = ranges[i / COUNT(all_flags) / 2].size;
         const cl_bool blocking = i / COUNT(all_flags) % 2;

         write_all(buffer, bytes, i);
         unsigned char *pointer =
            CREATED(map(client.queue, buffer, blocking, flags, offset, size));
         CHECK_OK(clFinish(client.queue));
         if (flags != CL_MAP_WRITE_INVALIDATE_REGION)
            assert_memory_equal(pointer, bytes + offset, size);
         if (flags & WRITES) {
            fill_bytes(bytes + offset, size, i + 1000);
            memcpy(pointer, bytes + offset, size);
         }
         unmap(buffer, pointer);
         check_all(buffer, bytes);
      }
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

static void
pointer_derives_from_host_ptr(void **state)
{
   unsigned char bytes[SIZE];
   cl_mem buffer = new_kind(CL_MEM_USE_HOST_PTR, SIZE);

   for (unsigned i = 0; i < COUNT(all_flags); i++) {
      unsigned char *pointer =
         CREATED(map(client.queue, buffer, CL_TRUE, all_flags[i], 77, 100));
      assert_ptr_equal(pointer, MEMORY + 77);
      unmap(buffer, pointer);
   }
   /* And host_ptr holds the latest bits in the region. */
   write_all(buffer, bytes, 5);
   void *pointer =
      CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_READ, 50, 500));
   assert_memory_equal(MEMORY + 50, bytes + 50, 500);
   unmap(buffer, pointer);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
sub_buffers_derive_from_host_ptr(void **state)
{
   const size_t unit = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   cl_mem buffer = new_kind(CL_MEM_USE_HOST_PTR, SIZE);
   cl_mem sub = new_sub_buffer(buffer, unit, 256);
   void *pointer =
      CREATED(map(client.queue, sub, CL_TRUE, CL_MAP_READ, 5, 10));

   assert_ptr_equal(pointer, MEMORY + unit + 5);
   unmap(sub, pointer);
   CHECK_OK(clReleaseMemObject(sub));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
non_blocking_map_returns_at_once(void **state)
{
   unsigned char bytes[SIZE];

   for (unsigned k = 0; k < COUNT(all_kinds); k++) {
      cl_mem buffer = new_kind(all_kinds[k], SIZE);
      cl_event gate = new_user_event(), event;

      fill_bytes(bytes, SIZE, k);
      CHECK_OK(clEnqueueWriteBuffer(client.queue, buffer, CL_FALSE, 0, SIZE,
                                    bytes, 1, &gate, NULL));
      void *pointer = CREATED(clEnqueueMapBuffer(
         client.queue, buffer, CL_FALSE, CL_MAP_READ | CL_MAP_WRITE, 0, SIZE,
         0, NULL, &event, &code));
      CHECK_OK(clFlush(client.queue));
      assert_true(event_status(event) > CL_COMPLETE);
      complete_user_event(gate);
      end_event(event, CL_COMPLETE);
      assert_memory_equal(pointer, bytes, SIZE);
      fill_bytes(bytes, SIZE, k + 9);
      memcpy(pointer, bytes, SIZE);
      unmap(buffer, pointer);
      check_all(buffer, bytes);
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

static void
refuses_bad_ranges(void **state)
{
   static const struct {
      size_t offset, size;
   } bad[] = {{0, SIZE + 1}, {1, SIZE}, {SIZE, 1}, {SIZE_MAX, 1},
              {1, SIZE_MAX}, {0, 0},    {SIZE, 0}, {SIZE_MAX, 2}};
   cl_mem buffer = new_buffer(0, SIZE, NULL);

   for (unsigned i = 0; i < COUNT(bad); i++) {
      print_message("# case %u\n", i);
      for (cl_bool blocking = CL_FALSE; blocking <= CL_TRUE; blocking++)
         REFUSED(CL_INVALID_VALUE,
                 map(client.queue, buffer, blocking, CL_MAP_READ,
                     bad[i].offset, bad[i].size));
   }
   assert_int_equal(map_count(buffer), 0);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
refuses_bad_flags(void **state)
{
   static const cl_map_flags bad[] = {
      CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION,
      CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION, 1 << 3,
      (cl_map_flags)1 << 63};
   cl_mem buffer = new_buffer(0, SIZE, NULL);

   for (unsigned i = 0; i < COUNT(bad); i++)
      REFUSED(CL_INVALID_VALUE,
              map(client.queue, buffer, CL_TRUE, bad[i], 0, 16));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
refuses_bad_handles(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL);

   REFUSED(CL_INVALID_CONTEXT,
           map(client.stranger_queue, buffer, CL_TRUE, CL_MAP_READ, 0, 16));
   REFUSED_HANDLE(CL_INVALID_COMMAND_QUEUE,
                  map((cl_command_queue)client.context, buffer, CL_TRUE,
                      CL_MAP_READ, 0, 16));
   REFUSED_HANDLE(
      CL_INVALID_MEM_OBJECT,
      map(client.queue, (cl_mem)client.context, CL_TRUE, CL_MAP_READ, 0, 16));
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++)
      REFUSED(CL_INVALID_MEM_OBJECT,
              map(client.queue, garbage(i), CL_TRUE, CL_MAP_READ, 0, 16));
   if (client.images) {
      cl_mem image = new_image(TYPE_2D, &rgba8, 0, 8, 8, 1, 1);
      REFUSED(CL_INVALID_MEM_OBJECT,
              map(client.queue, image, CL_TRUE, CL_MAP_READ, 0, 16));
      CHECK_OK(clReleaseMemObject(image));
   }
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
host_flags_are_respected(void **state)
{
   for (unsigned i = 0; i < HOST_ACCESSES; i++) {
      const struct host_access *access = &host_accesses[i];
      cl_mem buffer = new_buffer(access->flags, SIZE, NULL);
      for (unsigned f = 0; f < COUNT(all_flags); f++) {
         const bool allowed =
            (access->read || !(all_flags[f] & CL_MAP_READ)) &&
            (access->write || !(all_flags[f] & WRITES));
         if (allowed)
            unmap(buffer, CREATED(map(client.queue, buffer, CL_TRUE,
                                      all_flags[f], 0, 16)));
         else
            REFUSED(CL_INVALID_OPERATION,
                    map(client.queue, buffer, CL_TRUE, all_flags[f], 0, 16));
      }
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

static void
overlapping_write_maps_are_refused(void **state)
{
   static const struct {
      size_t offset, size;
      bool meets;
   } others[] = {{0, 100, false},  {0, 101, true}, {199, 1, true},
                 {200, 10, false}, {100, 1, true}, {120, 10, true},
                 {0, SIZE, true},  {50, 50, false}};

   need_trefoil("others do not say so");
   for (unsigned k = 0; k < COUNT(all_kinds); k++) {
      cl_mem buffer = new_kind(all_kinds[k], SIZE);
      void *first =
         CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_WRITE, 100, 100));
      for (unsigned i = 0; i < COUNT(others); i++) {
         print_message("# case %u\n", i);
         for (unsigned f = 1; f < COUNT(all_flags); f++) {
            if (others[i].meets)
               REFUSED(CL_INVALID_OPERATION,
                       map(client.ooo, buffer, f & 1, all_flags[f],
                           others[i].offset, others[i].size));
            else
               unmap(buffer,
                     CREATED(map(client.queue, buffer, CL_TRUE, all_flags[f],
                                 others[i].offset, others[i].size)));
         }
         unmap(buffer, CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_READ,
                                   others[i].offset, others[i].size)));
      }
      assert_int_equal(map_count(buffer), 1);
      unmap(buffer, first);
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

/* The parent and two sub-buffers, each in the others' way by its bytes. */
static void
overlap_is_seen_through_sub_buffers(void **state)
{
   const size_t unit = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;

   need_trefoil("others do not say so");
   cl_mem buffer = new_buffer(0, 8 * unit, NULL);
   cl_mem low = new_sub_buffer(buffer, 0, 4 * unit);
   cl_mem high = new_sub_buffer(buffer, 2 * unit, 4 * unit);
   void *first =
      CREATED(map(client.queue, low, CL_TRUE, CL_MAP_WRITE, 3 * unit, unit));

   REFUSED(CL_INVALID_OPERATION,
           map(client.queue, high, CL_TRUE, CL_MAP_WRITE, 0, unit + 1));
   REFUSED(CL_INVALID_OPERATION,
           map(client.queue, buffer, CL_TRUE, CL_MAP_WRITE, 4 * unit - 1, 1));
   void *beside =
      CREATED(map(client.queue, high, CL_TRUE, CL_MAP_WRITE, 0, unit));
   void *above = CREATED(
      map(client.queue, buffer, CL_TRUE, CL_MAP_WRITE, 4 * unit, unit));
   assert_int_equal(map_count(low), 1);
   assert_int_equal(map_count(high), 1);
   assert_int_equal(map_count(buffer), 1);
   /* Another object's pointer is unknown to this one. */
   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueUnmapMemObject(client.queue, buffer, first, 0, NULL, NULL));
   unmap(buffer, above);
   unmap(high, beside);
   unmap(low, first);
   CHECK_OK(clReleaseMemObject(low));
   CHECK_OK(clReleaseMemObject(high));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* What is written through the parent's map shows in the sub-buffer's. */
static void
maps_of_relatives_show_the_same_bytes(void **state)
{
   const size_t unit = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;

   for (unsigned k = 0; k < COUNT(all_kinds); k++) {
      cl_mem buffer = new_kind(all_kinds[k], SIZE);
      cl_mem sub = new_sub_buffer(buffer, unit, 1024);
      unsigned char bytes[1024];
      void *pointer = CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_WRITE,
                                  unit, sizeof(bytes)));

      fill_bytes(bytes, sizeof(bytes), k);
      memcpy(pointer, bytes, sizeof(bytes));
      unmap(buffer, pointer);
      pointer = CREATED(
         map(client.queue, sub, CL_TRUE, CL_MAP_READ, 0, sizeof(bytes)));
      assert_memory_equal(pointer, bytes, sizeof(bytes));
      unmap(sub, pointer);
      CHECK_OK(clReleaseMemObject(sub));
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

static void
counts_and_unknown_pointers(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   void *a = CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_READ, 0, 16));
   void *b = CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_READ, 0, 16));

   assert_int_equal(map_count(buffer), 2);
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(client.queue, buffer, (char *)a + 1, 0,
                                      NULL, NULL));
   unmap(buffer, a);
   assert_int_equal(map_count(buffer), 1);
   unmap(buffer, b);
   assert_int_equal(map_count(buffer), 0);
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueUnmapMemObject(client.queue, buffer,
                                                        a, 0, NULL, NULL));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
failed_map_leaves_no_record(void **state)
{
   need_trefoil("others differ in the status");
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   cl_event gate = new_user_event(), event;
   void *pointer =
      CREATED(clEnqueueMapBuffer(client.ooo, buffer, CL_FALSE, CL_MAP_WRITE,
                                 0, SIZE, 1, &gate, &event, &code));

   assert_int_equal(map_count(buffer), 1);
   CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
   end_event(event, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
   assert_int_equal(map_count(buffer), 0);
   CHECK_CODE(
      CL_INVALID_VALUE,
      clEnqueueUnmapMemObject(client.queue, buffer, pointer, 0, NULL, NULL));
   REFUSED(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
           clEnqueueMapBuffer(client.ooo, buffer, CL_TRUE, CL_MAP_WRITE, 0,
                              SIZE, 1, &gate, NULL, &code));
   unmap(buffer,
         CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_WRITE, 0, SIZE)));
   CHECK_OK(clReleaseEvent(gate));
   CHECK_OK(clReleaseMemObject(buffer));
}

/* Aligned as much as any type wants (appendix on alignment of data). */
static void
pointers_are_aligned(void **state)
{
   cl_mem buffer = new_buffer(0, SIZE, NULL);
   void *pointer =
      CREATED(map(client.queue, buffer, CL_TRUE, CL_MAP_READ, 0, SIZE));

   assert_int_equal((uintptr_t)pointer % 128, 0);
   unmap(buffer, pointer);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
mapped_pointer_as_ptr_of_commands(void **state)
{
   unsigned char bytes[SIZE], other_bytes[SIZE];
   cl_mem buffer = new_buffer(0, SIZE, NULL),
          other = new_buffer(0, SIZE, NULL);

   write_all(buffer, bytes, 1);
   write_all(other, other_bytes, 2);
   unsigned char *pointer = CREATED(map(client.queue, buffer, CL_TRUE,
                                        CL_MAP_READ | CL_MAP_WRITE, 0, SIZE));
   CHECK_OK(clEnqueueWriteBuffer(client.queue, other, CL_TRUE, 0, 1000,
                                 pointer, 0, NULL, NULL));
   memcpy(other_bytes, bytes, 1000);
   CHECK_OK(clEnqueueReadBuffer(client.queue, other, CL_TRUE, 2000, 1000,
                                pointer + 1000, 0, NULL, NULL));
   memcpy(bytes + 1000, other_bytes + 2000, 1000);
   unmap(buffer, pointer);
   check_all(buffer, bytes);
   check_all(other, other_bytes);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseMemObject(other));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(maps_show_and_take_the_bytes),
      cmocka_unit_test(pointer_derives_from_host_ptr),
      cmocka_unit_test(sub_buffers_derive_from_host_ptr),
      cmocka_unit_test(non_blocking_map_returns_at_once),
      cmocka_unit_test(refuses_bad_ranges),
      cmocka_unit_test(refuses_bad_flags),
      cmocka_unit_test(refuses_bad_handles),
      cmocka_unit_test(host_flags_are_respected),
      cmocka_unit_test(overlapping_write_maps_are_refused),
      cmocka_unit_test(overlap_is_seen_through_sub_buffers),
      cmocka_unit_test(maps_of_relatives_show_the_same_bytes),
      cmocka_unit_test(counts_and_unknown_pointers),
      cmocka_unit_test(failed_map_leaves_no_record),
      cmocka_unit_test(pointers_are_aligned),
      cmocka_unit_test(mapped_pointer_as_ptr_of_commands),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
