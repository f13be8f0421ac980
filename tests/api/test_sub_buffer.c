/* SPDX-License-Identifier: MIT */

/* Chapter 5.2.1: sub-buffers. */

#include "common.h"

/* Parents are this many alignment units long. */
#define UNITS 8

static size_t
unit(void)
{
   return device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
}

static cl_mem
create(cl_mem parent, cl_mem_flags flags, size_t origin, size_t size)
{
   const cl_buffer_region region = {origin, size};
   return clCreateSubBuffer(parent, flags, CL_BUFFER_CREATE_TYPE_REGION,
                            &region, &code);
}

static void
describes_itself(void **state)
{
   static unsigned char data[1 << 16];
   cl_mem parent = new_buffer(CL_MEM_USE_HOST_PTR, UNITS * unit(), data);
   cl_mem sub = CREATED(create(parent, 0, 2 * unit(), 100));
   cl_mem got_parent;
   size_t value;
   void *host_ptr;
   cl_mem_object_type type;

   assert_true(UNITS * unit() <= sizeof(data));
   CHECK_OK(clGetMemObjectInfo(sub, CL_MEM_TYPE, sizeof(type), &type, NULL));
   assert_int_equal(type, CL_MEM_OBJECT_BUFFER);
   CHECK_OK(
      clGetMemObjectInfo(sub, CL_MEM_SIZE, sizeof(value), &value, NULL));
   assert_int_equal(value, 100);
   CHECK_OK(
      clGetMemObjectInfo(sub, CL_MEM_OFFSET, sizeof(value), &value, NULL));
   assert_int_equal(value, 2 * unit());
   CHECK_OK(clGetMemObjectInfo(sub, CL_MEM_ASSOCIATED_MEMOBJECT,
                               sizeof(got_parent), &got_parent, NULL));
   assert_ptr_equal(got_parent, parent);
   /* "… host_ptr + origin" for sub-buffers of USE_HOST_PTR. */
   CHECK_OK(clGetMemObjectInfo(sub, CL_MEM_HOST_PTR, sizeof(host_ptr),
                               &host_ptr, NULL));
   assert_ptr_equal(host_ptr, data + 2 * unit());
   assert_true(mem_flags(sub) & CL_MEM_USE_HOST_PTR);
   CHECK_OK(clReleaseMemObject(sub));
   CHECK_OK(clReleaseMemObject(parent));
}

static void
inherits_flags(void **state)
{
   static const struct {
      cl_mem_flags parent, given, got;
   } cases[] = {
      {CL_MEM_READ_WRITE, 0, CL_MEM_READ_WRITE},
      {CL_MEM_READ_ONLY, 0, CL_MEM_READ_ONLY},
      {CL_MEM_WRITE_ONLY, 0, CL_MEM_WRITE_ONLY},
      {CL_MEM_READ_WRITE, CL_MEM_READ_ONLY, CL_MEM_READ_ONLY},
      {CL_MEM_READ_WRITE, CL_MEM_WRITE_ONLY, CL_MEM_WRITE_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_READ_ONLY, 0,
       CL_MEM_READ_WRITE | CL_MEM_HOST_READ_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_READ_ONLY, CL_MEM_HOST_NO_ACCESS,
       CL_MEM_READ_WRITE | CL_MEM_HOST_NO_ACCESS},
      {CL_MEM_READ_WRITE, CL_MEM_HOST_WRITE_ONLY,
       CL_MEM_READ_WRITE | CL_MEM_HOST_WRITE_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, CL_MEM_READ_ONLY,
       CL_MEM_READ_ONLY | CL_MEM_ALLOC_HOST_PTR},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_mem parent = new_buffer(cases[i].parent, UNITS * unit(), NULL);
      cl_mem sub = CREATED(create(parent, cases[i].given, 0, unit()));
      print_message("# case %u\n", i);
      assert_int_equal(mem_flags(sub), cases[i].got);
      CHECK_OK(clReleaseMemObject(sub));
      CHECK_OK(clReleaseMemObject(parent));
   }
}

static void
refuses_flags_that_contradict(void **state)
{
   static const struct {
      cl_mem_flags parent, given;
   } cases[] = {
      {CL_MEM_WRITE_ONLY, CL_MEM_READ_WRITE},
      {CL_MEM_WRITE_ONLY, CL_MEM_READ_ONLY},
      {CL_MEM_READ_ONLY, CL_MEM_READ_WRITE},
      {CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_WRITE_ONLY, CL_MEM_HOST_READ_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_READ_ONLY, CL_MEM_HOST_WRITE_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_NO_ACCESS, CL_MEM_HOST_READ_ONLY},
      {CL_MEM_READ_WRITE | CL_MEM_HOST_NO_ACCESS, CL_MEM_HOST_WRITE_ONLY},
      {CL_MEM_READ_WRITE, CL_MEM_USE_HOST_PTR},
      {CL_MEM_READ_WRITE, CL_MEM_ALLOC_HOST_PTR},
      {CL_MEM_READ_WRITE, CL_MEM_COPY_HOST_PTR},
      {CL_MEM_READ_WRITE, CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY},
      {CL_MEM_READ_WRITE, (cl_mem_flags)1 << 40},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_mem parent = new_buffer(cases[i].parent, UNITS * unit(), NULL);
      print_message("# case %u\n", i);
      REFUSED(CL_INVALID_VALUE, create(parent, cases[i].given, 0, unit()));
      CHECK_OK(clReleaseMemObject(parent));
   }
}

static void
refuses_bad_regions(void **state)
{
   const size_t size = UNITS * unit();
   cl_mem parent = new_buffer(CL_MEM_READ_WRITE, size, NULL);
   const cl_buffer_region good = {0, unit()};

   REFUSED(CL_INVALID_BUFFER_SIZE, create(parent, 0, 0, 0));
   REFUSED(CL_INVALID_VALUE, create(parent, 0, 0, size + 1));
   REFUSED(CL_INVALID_VALUE, create(parent, 0, size, 1));
   REFUSED(CL_INVALID_VALUE, create(parent, 0, unit(), size));
   REFUSED(CL_INVALID_VALUE, create(parent, 0, unit(), SIZE_MAX));
   REFUSED(CL_INVALID_VALUE,
           create(parent, 0, SIZE_MAX - unit() + 1, 2 * unit()));
   /* "CL_MISALIGNED_SUB_BUFFER_OFFSET if there are no devices …" */
   REFUSED(CL_MISALIGNED_SUB_BUFFER_OFFSET, create(parent, 0, 1, 16));
   REFUSED(CL_MISALIGNED_SUB_BUFFER_OFFSET,
           create(parent, 0, unit() - 1, 16));
   REFUSED(CL_INVALID_VALUE,
           clCreateSubBuffer(parent, 0, CL_BUFFER_CREATE_TYPE_REGION, NULL,
                             &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateSubBuffer(parent, 0, 0x7777, &good, &code));
   CHECK_OK(clReleaseMemObject(parent));
}

static void
refuses_what_is_no_buffer(void **state)
{
   const cl_buffer_region good = {0, unit()};
   cl_mem parent = new_buffer(CL_MEM_READ_WRITE, UNITS * unit(), NULL);
   cl_mem sub = CREATED(create(parent, 0, 0, 2 * unit()));

   /* "… or is a sub-buffer object." */
   REFUSED(CL_INVALID_MEM_OBJECT, create(sub, 0, 0, unit()));
   REFUSED_HANDLE(CL_INVALID_MEM_OBJECT,
                  clCreateSubBuffer((cl_mem)client.queue, 0,
                                    CL_BUFFER_CREATE_TYPE_REGION, &good,
                                    &code));
   if (client.images) {
      cl_mem image =
         new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 64, 64, 1, 1);
      REFUSED(CL_INVALID_MEM_OBJECT, create(image, 0, 0, unit()));
      CHECK_OK(clReleaseMemObject(image));
   }
   CHECK_OK(clReleaseMemObject(sub));
   CHECK_OK(clReleaseMemObject(parent));
}

/* Bytes written through one are read through the other. */
static void
shares_bytes_with_its_parent(void **state)
{
   static const cl_mem_flags kinds[] = {0, CL_MEM_ALLOC_HOST_PTR,
                                        CL_MEM_USE_HOST_PTR};
   static unsigned char memory[1 << 16];
   unsigned char data[300], back[300];

   for (unsigned i = 0; i < COUNT(kinds); i++) {
      cl_mem parent =
         new_buffer(kinds[i], UNITS * unit(),
                    kinds[i] & CL_MEM_USE_HOST_PTR ? memory : NULL);
      cl_mem sub = new_sub_buffer(parent, 3 * unit(), 4 * unit());

      fill_bytes(data, sizeof(data), i);
      CHECK_OK(clEnqueueWriteBuffer(client.queue, sub, CL_TRUE, 7,
                                    sizeof(data), data, 0, NULL, NULL));
      CHECK_OK(clEnqueueReadBuffer(client.queue, parent, CL_TRUE,
                                   3 * unit() + 7, sizeof(back), back, 0,
                                   NULL, NULL));
      assert_memory_equal(back, data, sizeof(data));
      fill_bytes(data, sizeof(data), i + 100);
      CHECK_OK(clEnqueueWriteBuffer(client.queue, parent, CL_TRUE,
                                    3 * unit() + 7, sizeof(data), data, 0,
                                    NULL, NULL));
      CHECK_OK(clEnqueueReadBuffer(client.queue, sub, CL_TRUE, 7,
                                   sizeof(back), back, 0, NULL, NULL));
      assert_memory_equal(back, data, sizeof(data));
      CHECK_OK(clReleaseMemObject(sub));
      CHECK_OK(clReleaseMemObject(parent));
   }
}

static void
outlives_its_parents_handle(void **state)
{
   cl_mem parent = new_buffer(CL_MEM_READ_WRITE, UNITS * unit(), NULL);
   cl_mem sub = new_sub_buffer(parent, unit(), unit());
   const cl_uint value = 0x12345678;
   cl_uint back = 0;

   CHECK_OK(clReleaseMemObject(parent));
   CHECK_OK(clEnqueueWriteBuffer(client.queue, sub, CL_TRUE, 0, 4, &value, 0,
                                 NULL, NULL));
   CHECK_OK(clEnqueueReadBuffer(client.queue, sub, CL_TRUE, 0, 4, &back, 0,
                                NULL, NULL));
   assert_int_equal(back, value);
   CHECK_OK(clReleaseMemObject(sub));
}

/* Commands are bounded by the sub-buffer, not by its parent. */
static void
bounds_are_its_own(void **state)
{
   cl_mem parent = new_buffer(CL_MEM_READ_WRITE, UNITS * unit(), NULL);
   cl_mem sub = new_sub_buffer(parent, unit(), unit());
   unsigned char byte = 0;

   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueReadBuffer(client.queue, sub, CL_TRUE, unit(), 1,
                                  &byte, 0, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueWriteBuffer(client.queue, sub, CL_TRUE, unit() - 1, 2,
                                   &byte, 0, NULL, NULL));
   REFUSED(CL_INVALID_VALUE,
           clEnqueueMapBuffer(client.queue, sub, CL_TRUE, CL_MAP_READ, 1,
                              unit(), 0, NULL, NULL, &code));
   CHECK_OK(clReleaseMemObject(sub));
   CHECK_OK(clReleaseMemObject(parent));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(describes_itself),
      cmocka_unit_test(inherits_flags),
      cmocka_unit_test(refuses_flags_that_contradict),
      cmocka_unit_test(refuses_bad_regions),
      cmocka_unit_test(refuses_what_is_no_buffer),
      cmocka_unit_test(shares_bytes_with_its_parent),
      cmocka_unit_test(outlives_its_parents_handle),
      cmocka_unit_test(bounds_are_its_own),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
