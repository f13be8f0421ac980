/* SPDX-License-Identifier: MIT */

/*
 * What the driver is not asked to do: fetch what staging memory holds
 * already, and store small regions before anybody needs them.
 */

#include "device.h"

#define SIZE 4096

static cl_context context;
static cl_command_queue queue;

/* The calls since begin(), but for those that make staging memory. */
static void
check_calls(const char *wanted)
{
   char noted[1024], calls[1024] = "", *rest = noted;

   simgpu->noted(noted, sizeof(noted));
   for (char *word; (word = strtok_r(rest, " ", &rest));) {
      if (strcmp(word, "create") && strcmp(word, "map"))
         strcat(strcat(calls, word), " ");
   }
   assert_string_equal(calls, wanted);
}

/* On a context with one queue, and after its commands. */
static void
begin(void)
{
   CHECK_OK(clFinish(queue));
   simgpu->note();
}

static cl_mem
buffer_new(void)
{
   return CREATED(
      clCreateBuffer(context, CL_MEM_READ_WRITE, SIZE, NULL, &code));
}

static void
map_once(cl_mem buffer, cl_map_flags flags, size_t at, size_t size)
{
   void *map = CREATED(clEnqueueMapBuffer(queue, buffer, CL_TRUE, flags, at,
                                          size, 0, NULL, NULL, &code));

   CHECK_OK(clEnqueueUnmapMemObject(queue, buffer, map, 0, NULL, NULL));
   CHECK_OK(clFinish(queue));
}

static void
copy_once(cl_mem from, cl_mem to)
{
   CHECK_OK(clEnqueueCopyBuffer(queue, from, to, 0, 0, SIZE, 0, NULL, NULL));
   CHECK_OK(clFinish(queue));
}

static void
what_is_held_is_not_fetched(void **state)
{
   cl_mem buffer = buffer_new();

   begin();
   map_once(buffer, CL_MAP_READ, 0, SIZE);
   check_calls("copy flush wait ");
   begin();
   map_once(buffer, CL_MAP_READ, 0, SIZE);
   check_calls("");
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
small_stores_wait_for_a_command(void **state)
{
   cl_mem buffer = buffer_new(), other = buffer_new();

   map_once(buffer, CL_MAP_WRITE_INVALIDATE_REGION, 0, 256);
   begin();
   for (unsigned i = 0; i < 3; i++) {
      map_once(buffer, CL_MAP_WRITE_INVALIDATE_REGION, 0, 256);
      map_once(buffer, CL_MAP_WRITE, 0, 256);
      map_once(buffer, CL_MAP_READ, 0, 256);
   }
   check_calls("");
   /* Of all that only the last is stored, and once. */
   begin();
   copy_once(buffer, other);
   check_calls("copy copy flush wait ");
   begin();
   copy_once(buffer, other);
   check_calls("copy flush wait ");
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseMemObject(other));
}

/* One region waits; the one before it is stored then. */
static void
another_region_makes_the_first_go(void **state)
{
   cl_mem buffer = buffer_new();

   map_once(buffer, CL_MAP_WRITE_INVALIDATE_REGION, 0, 256);
   begin();
   map_once(buffer, CL_MAP_WRITE_INVALIDATE_REGION, 128, 256);
   check_calls("copy flush wait ");
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
a_second_queue_ends_the_waiting(void **state)
{
   cl_mem buffer = buffer_new();

   map_once(buffer, CL_MAP_WRITE_INVALIDATE_REGION, 0, 256);
   cl_command_queue second = CREATED(clCreateCommandQueueWithProperties(
      context, client.device, NULL, &code));
   /* What waited is complete before another queue's command. */
   begin();
   map_once(buffer, CL_MAP_WRITE_INVALIDATE_REGION, 0, 256);
   check_calls("copy flush wait copy flush wait ");
   CHECK_OK(clReleaseCommandQueue(second));
   CHECK_OK(clReleaseMemObject(buffer));
}

static int
setup(void **state)
{
   if (simgpu_setup(state))
      return -1;
   context = clCreateContext(NULL, 1, &client.device, NULL, NULL, NULL);
   queue =
      clCreateCommandQueueWithProperties(context, client.device, NULL, NULL);
   return context && queue ? 0 : -1;
}

static int
teardown(void **state)
{
   clReleaseCommandQueue(queue);
   clReleaseContext(context);
   return client_teardown(state);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_held_is_not_fetched),
      cmocka_unit_test(small_stores_wait_for_a_command),
      cmocka_unit_test(another_region_makes_the_first_go),
      cmocka_unit_test(a_second_queue_ends_the_waiting),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
