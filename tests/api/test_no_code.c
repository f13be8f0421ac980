/* SPDX-License-Identifier: MIT */

/*
 * Kernels that a Vulkan driver cannot compile, which shows when they are
 * launched: TREFOIL_DEBUG=nocode makes all such.
 */

#include "kernels.h"

#include <stdio.h>

enum { ITEMS = 64 };

static cl_kernel
counting_kernel(const char *attribute)
{
   char source[256];

   snprintf(source, sizeof(source),
            "kernel %s void test(global int *out) {\n"
            "   out[get_global_id(0)] += 1 + get_local_id(0);\n"
            "}\n",
            attribute);
   return build_kernel(source, NULL);
}

/* Launches, again and again, and whatever waits for a launch. */
static void
check_launches(cl_kernel kernel, cl_command_queue queue)
{
   const size_t global = ITEMS, local = 16;
   cl_int data[ITEMS] = {1, 2, 3}, got[ITEMS];
   cl_mem out = buffer_of(data, sizeof(data));

   SET_ARG(kernel, 0, out);
   for (unsigned i = 0; i < 3; i++) {
      cl_event launch, dependent;
      CHECK_OK(clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local,
                                      0, NULL, &launch));
      CHECK_OK(clEnqueueMarkerWithWaitList(queue, 1, &launch, &dependent));
      clFinish(queue);
      assert_int_equal(event_status(launch), CL_OUT_OF_RESOURCES);
      assert_true(event_status(dependent) < 0);
      CHECK_OK(clReleaseEvent(dependent));
      CHECK_OK(clReleaseEvent(launch));
   }

   /* Nothing ran, and the queue goes on. */
   CHECK_OK(clEnqueueReadBuffer(queue, out, CL_TRUE, 0, sizeof(got), got, 0,
                                NULL, NULL));
   assert_memory_equal(got, data, sizeof(data));
   data[5] = 77;
   CHECK_OK(clEnqueueWriteBuffer(queue, out, CL_TRUE, 0, sizeof(data), data,
                                 0, NULL, NULL));
   CHECK_OK(clEnqueueReadBuffer(queue, out, CL_TRUE, 0, sizeof(got), got, 0,
                                NULL, NULL));
   assert_memory_equal(got, data, sizeof(data));
   CHECK_OK(clReleaseMemObject(out));
}

static void
launches_fail(void **state)
{
   need_kernels();
   cl_kernel kernel = counting_kernel("");
   check_launches(kernel, client.queue);
   check_launches(kernel, client.ooo);
   CHECK_OK(clReleaseKernel(kernel));
}

/* Of a fixed size zink compiles them on a thread of its own, too. */
static void
launches_of_a_fixed_size_fail(void **state)
{
   need_kernels();
   cl_kernel kernel =
      counting_kernel("__attribute__((reqd_work_group_size(16, 1, 1)))");
   check_launches(kernel, client.queue);
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(launches_fail),
      cmocka_unit_test(launches_of_a_fixed_size_fail),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
