/* SPDX-License-Identifier: MIT */

/* Which calls the driver gets for a command, and in what order. */

#include "device.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/kernels.h"
#include "api/maps.h"

static const size_t origin[3] = {0, 0, 0};

/* Each test's commands are noted, not what made its objects. */
static void
begin(void)
{
   CHECK_OK(clFinish(client.queue));
   simgpu->note();
}

struct counts {
   unsigned copies, launches, barriers, flushes, waits, others;
};

static struct counts
count_noted(void)
{
   struct counts counts = {0};
   char noted[16384], *rest = noted;

   simgpu->noted(noted, sizeof(noted));
   for (char *word; (word = strtok_r(rest, " ", &rest));) {
      if (!strcmp(word, "copy"))
         counts.copies++;
      else if (!strcmp(word, "launch"))
         counts.launches++;
      else if (!strcmp(word, "barrier"))
         counts.barriers++;
      else if (!strcmp(word, "flush"))
         counts.flushes++;
      else if (!strcmp(word, "wait"))
         counts.waits++;
      else
         counts.others++;
   }
   return counts;
}

/* Of each type: mapped once before, so that the pool has staging for it. */
static struct picture
mapped_before(unsigned type)
{
   struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
   struct map map =
      map_now(client.queue, p.image, type, CL_MAP_READ, origin, p.extent);

   unmap_now(client.queue, p.image, map.pointer);
   return p;
}

static void
read_map_is_one_copy(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = mapped_before(type);

      begin();
      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_READ, origin, p.extent);
      CHECK_NOTED("copy flush wait ");
      check_map(&map, &p, origin, p.extent);

      begin();
      unmap_now(client.queue, p.image, map.pointer);
      CHECK_NOTED("");
      picture_free(&p);
   }
}

static void
invalidate_map_is_a_copy_at_unmap(void **state)
{
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = mapped_before(type);

      begin();
      struct map map =
         map_now(client.queue, p.image, type, CL_MAP_WRITE_INVALIDATE_REGION,
                 origin, p.extent);
      CHECK_NOTED("");
      write_map(&map, &p, origin, p.extent, 3);
      unmap_now(client.queue, p.image, map.pointer);
      CHECK_NOTED("copy flush wait ");
      check_picture(&p);
      picture_free(&p);
   }
}

static void
write_map_is_a_copy_each_way(void **state)
{
   struct picture p = mapped_before(TYPE_2D);

   begin();
   struct map map =
      map_now(client.queue, p.image, TYPE_2D, CL_MAP_WRITE, origin, p.extent);
   CHECK_NOTED("copy flush wait ");
   begin();
   write_map(&map, &p, origin, p.extent, 3);
   unmap_now(client.queue, p.image, map.pointer);
   CHECK_NOTED("copy flush wait ");
   check_picture(&p);
   picture_free(&p);
}

static void
buffer_maps_are_copies_too(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);

   for (unsigned i = 0; i < 2; i++) {
      begin();
      void *map = CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE,
                                             CL_MAP_READ, 0, 4096, 0, NULL,
                                             NULL, &code));
      if (i)
         CHECK_NOTED("copy flush wait ");
      begin();
      unmap_now(client.queue, buffer, map);
      CHECK_NOTED("");
   }
   CHECK_OK(clReleaseMemObject(buffer));
}

/* What the host sees has its pointer; nothing is waited for when idle. */
static void
host_memory_is_mapped_without_copies(void **state)
{
   cl_mem buffer =
      new_buffer(CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, 4096, NULL);

   begin();
   void *map =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE,
                                 0, 4096, 0, NULL, NULL, &code));
   unmap_now(client.queue, buffer, map);
   const struct counts counts = count_noted();
   assert_int_equal(counts.copies, 0);
   assert_int_equal(counts.waits, 0);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
nothing_happens_at_a_call_that_does_not_block(void **state)
{
   struct picture p = mapped_before(TYPE_2D);
   cl_mem to = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);
   cl_mem from = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);

   begin();
   CHECK_OK(
      clEnqueueCopyBuffer(client.queue, from, to, 0, 0, 4096, 0, NULL, NULL));
   struct map map = map_later(client.queue, p.image, TYPE_2D, CL_MAP_READ,
                              origin, p.extent, 0, NULL, NULL);
   CHECK_NOTED("");
   CHECK_OK(clFinish(client.queue));
   check_map(&map, &p, origin, p.extent);
   CHECK_OK(clEnqueueUnmapMemObject(client.queue, p.image, map.pointer, 0,
                                    NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   picture_free(&p);
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseMemObject(from));
}

/* All is sent before anything is waited for. */
static void
commands_are_pipelined(void **state)
{
   enum { COPIES = 200 };
   cl_mem a = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);
   cl_mem b = new_buffer(CL_MEM_READ_WRITE, 4096, NULL);
   char noted[4096];

   begin();
   for (unsigned i = 0; i < COPIES; i++)
      CHECK_OK(clEnqueueCopyBuffer(client.queue, i % 2 ? b : a, i % 2 ? a : b,
                                   0, 0, 4096, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));

   simgpu->noted(noted, sizeof(noted));
   const char *wait = strstr(noted, "wait");
   assert_non_null(wait);
   assert_null(strstr(wait, "copy"));
   assert_null(strstr(wait, "flush"));
   const struct counts counts = count_noted();
   assert_int_equal(counts.copies, COPIES);
   assert_in_range(counts.flushes, 1, COPIES / 32);
   assert_int_equal(counts.waits, counts.flushes);
   assert_int_equal(counts.others, 0);
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

/* Between images, and between buffers, the host sees nothing of a copy. */
static void
copies_stay_on_the_device(void **state)
{
   struct picture p = picture_new(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 1);
   cl_mem other = new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, p.extent[0],
                            p.extent[1], 1, 0);

   begin();
   CHECK_OK(clEnqueueCopyImage(client.queue, p.image, other, origin, origin,
                               p.extent, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("copy flush wait ");
   CHECK_OK(clReleaseMemObject(other));
   picture_free(&p);
}

/* What copies are between. */
#define ROWS 16

struct copy_props {
   cl_mem a, b;         /* buffers */
   cl_mem image, other; /* of the types 2D and 1D array */
};

static void
copy_props_init(struct copy_props *props)
{
   props->a = new_buffer(CL_MEM_READ_WRITE, 1 << 16, NULL);
   props->b = new_buffer(CL_MEM_READ_WRITE, 1 << 16, NULL);
   props->image =
      new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 64, ROWS, 1, 1);
   props->other =
      new_image(TYPE_1D_ARRAY, &rgba8, CL_MEM_READ_ONLY, 64, ROWS, 1, 1);
}

static void
copy_props_finish(struct copy_props *props)
{
   CHECK_OK(clReleaseMemObject(props->a));
   CHECK_OK(clReleaseMemObject(props->b));
   CHECK_OK(clReleaseMemObject(props->image));
   CHECK_OK(clReleaseMemObject(props->other));
}

static const size_t part[3] = {61, ROWS, 1};

static cl_int
buffer_to_image(const struct copy_props *props)
{
   return clEnqueueCopyBufferToImage(client.queue, props->a, props->image, 5,
                                     origin, part, 0, NULL, NULL);
}

static cl_int
image_to_buffer(const struct copy_props *props)
{
   return clEnqueueCopyImageToBuffer(client.queue, props->image, props->a,
                                     origin, part, 5, 0, NULL, NULL);
}

static cl_int
image_to_layers(const struct copy_props *props)
{
   return clEnqueueCopyImage(client.queue, props->image, props->other, origin,
                             origin, part, 0, NULL, NULL);
}

static cl_int
fill_image(const struct copy_props *props)
{
   static const cl_float color[4] = {0.25f};
   return clEnqueueFillImage(client.queue, props->image, color, origin, part,
                             0, NULL, NULL);
}

static cl_int
fill_buffer(const struct copy_props *props)
{
   return clEnqueueFillBuffer(client.queue, props->a, "abc", 4, 4, 4000, 0,
                              NULL, NULL);
}

static cl_int
many_rows(const struct copy_props *props)
{
   return clEnqueueCopyBufferRect(client.queue, props->a, props->b, origin,
                                  origin, part, 100, 0, 99, 0, 0, NULL, NULL);
}

static cl_int
few_rows(const struct copy_props *props)
{
   static const size_t few[3] = {61, 2, 1};
   return clEnqueueCopyBufferRect(client.queue, props->a, props->b, origin,
                                  origin, few, 100, 0, 99, 0, 0, NULL, NULL);
}

static cl_int
tight_rows(const struct copy_props *props)
{
   return clEnqueueCopyBufferRect(client.queue, props->a, props->b, origin,
                                  origin, part, part[0], 0, part[0], 0, 0,
                                  NULL, NULL);
}

static cl_int
whole_range(const struct copy_props *props)
{
   return clEnqueueCopyBuffer(client.queue, props->a, props->b, 3, 1, 4000, 0,
                              NULL, NULL);
}

static const struct {
   const char *name, *calls;
   cl_int (*enqueue)(const struct copy_props *props);
} copies[] = {
   {"buffer to image", "launch flush wait ", buffer_to_image},
   {"image to buffer", "launch flush wait ", image_to_buffer},
   {"image to layers", "launch flush wait ", image_to_layers},
   {"image filled", "launch flush wait ", fill_image},
   {"buffer filled", "launch flush wait ", fill_buffer},
   {"many rows", "launch flush wait ", many_rows},
   {"few rows", "copy copy flush wait ", few_rows},
   {"tight rows", "copy flush wait ", tight_rows},
   {"whole range", "copy flush wait ", whole_range},
};

/*
 * No map, no staging, nobody waits before the end: where the driver has no
 * such copy, a kernel does it.
 */
static void
copies_and_fills_are_the_devices(void **state)
{
   struct copy_props props;

   copy_props_init(&props);
   for (unsigned i = 0; i < COUNT(copies); i++) {
      print_message("# %s\n", copies[i].name);
      /* What ran before left the objects idle, but not forgotten. */
      CHECK_OK(clEnqueueReadBuffer(client.queue, props.a, CL_TRUE, 0, 4,
                                   &(cl_uint){0}, 0, NULL, NULL));
      begin();
      CHECK_OK(copies[i].enqueue(&props));
      CHECK_OK(clFinish(client.queue));
      CHECK_NOTED(copies[i].calls);
   }
   copy_props_finish(&props);
}

/* Memory that the host reaches, too, is copied by the device. */
static void
host_memory_is_copied_by_the_device(void **state)
{
   const cl_mem_flags flags = CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR;
   const struct copy_props props = {
      .a = new_buffer(flags, 1 << 16, NULL),
      .b = new_buffer(flags, 1 << 16, NULL),
   };

   begin();
   CHECK_OK(whole_range(&props));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("copy flush wait ");
   begin();
   CHECK_OK(many_rows(&props));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("launch flush wait ");
   begin();
   CHECK_OK(fill_buffer(&props));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("barrier launch flush wait ");
   CHECK_OK(clReleaseMemObject(props.a));
   CHECK_OK(clReleaseMemObject(props.b));
}

/* A copy by a kernel is one kernel more among those that may meet. */
static void
copies_wait_for_what_they_need(void **state)
{
   struct copy_props props;

   copy_props_init(&props);
   begin();
   CHECK_OK(fill_buffer(&props));
   CHECK_OK(fill_image(&props));
   CHECK_OK(buffer_to_image(&props));
   CHECK_OK(image_to_layers(&props));
   CHECK_OK(whole_range(&props));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("launch launch barrier launch barrier launch barrier copy "
               "flush wait ");
   copy_props_finish(&props);
}

static cl_kernel
adding_kernel(cl_mem to, cl_mem from)
{
   cl_kernel kernel =
      build_kernel("kernel void test(global uint *to, constant uint *from)"
                   "{ to[get_global_id(0)] = from[get_global_id(0)] + 1; }",
                   NULL);

   SET_ARG(kernel, 0, to);
   SET_ARG(kernel, 1, from);
   return kernel;
}

#define ITEMS 16

static void
launch(cl_kernel kernel)
{
   const size_t global = ITEMS;
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &global,
                                   NULL, 0, NULL, NULL));
}

/* Between two kernels only where one needs what the other did. */
static void
barriers_are_where_kernels_meet(void **state)
{
   const cl_uint zeroes[ITEMS] = {0};
   cl_uint got[ITEMS];

   need_kernels();
   cl_mem a = buffer_of(zeroes, sizeof(zeroes));
   cl_mem b = buffer_of(zeroes, sizeof(zeroes));
   cl_mem c = buffer_of(zeroes, sizeof(zeroes));
   cl_kernel a_to_b = adding_kernel(b, a), a_to_c = adding_kernel(c, a);
   cl_kernel b_to_c = adding_kernel(c, b), c_to_a = adding_kernel(a, c);

   /* Both read the same, and write elsewhere. */
   begin();
   launch(a_to_b);
   launch(a_to_c);
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("launch launch flush wait ");

   /*
    * Each reads what the one before wrote, the first writes what was read:
    * a batch's end is no barrier.
    */
   begin();
   launch(a_to_b);
   launch(b_to_c);
   launch(c_to_a);
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("barrier launch barrier launch barrier launch flush wait ");
   read_buffer(a, got, sizeof(got));
   assert_int_equal(got[ITEMS - 1], 3);

   /* The copy wants what the kernel wrote. */
   begin();
   launch(a_to_b);
   CHECK_OK(clEnqueueCopyBuffer(client.queue, b, c, 0, 0, sizeof(got), 0,
                                NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_NOTED("launch barrier copy flush wait ");
   read_buffer(c, got, sizeof(got));
   assert_int_equal(got[0], 4);

   CHECK_OK(clReleaseKernel(a_to_b));
   CHECK_OK(clReleaseKernel(a_to_c));
   CHECK_OK(clReleaseKernel(b_to_c));
   CHECK_OK(clReleaseKernel(c_to_a));
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
   CHECK_OK(clReleaseMemObject(c));
}

/* Timestamps would be among the calls: test_times.c is about them. */
static int
setup(void **state)
{
   if (simgpu_setup(state) || clReleaseCommandQueue(client.queue))
      return -1;
   client.queue = clCreateCommandQueueWithProperties(
      client.context, client.device, NULL, NULL);
   return client.queue ? 0 : -1;
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(read_map_is_one_copy),
      cmocka_unit_test(invalidate_map_is_a_copy_at_unmap),
      cmocka_unit_test(write_map_is_a_copy_each_way),
      cmocka_unit_test(buffer_maps_are_copies_too),
      cmocka_unit_test(host_memory_is_mapped_without_copies),
      cmocka_unit_test(nothing_happens_at_a_call_that_does_not_block),
      cmocka_unit_test(commands_are_pipelined),
      cmocka_unit_test(copies_stay_on_the_device),
      cmocka_unit_test(copies_and_fills_are_the_devices),
      cmocka_unit_test(host_memory_is_copied_by_the_device),
      cmocka_unit_test(copies_wait_for_what_they_need),
      cmocka_unit_test(barriers_are_where_kernels_meet),
   };
   return cmocka_run_group_tests(tests, setup, client_teardown);
}
