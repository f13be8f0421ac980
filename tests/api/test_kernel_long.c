/* SPDX-License-Identifier: MIT */

/* Kernels of so many accesses that they are compiled in another way. */

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>

enum { ITEMS = 20, STEPS = 300 };

static const char head[] =
   "kernel void test(global const TYPE *in, global TYPE *out) {\n"
   "   int g = get_global_id(0);\n";

static const char step[] =
   "   if (g != %u) out[%u + g * 7 %% 20] = in[(g * 3 + %u) %% 20] + %u;\n";

/* What one step of one work-item reads and adds. */
static int
wanted_at(unsigned i, unsigned item)
{
   return (int)((item * 3 + i) % ITEMS) * 5 + (int)(i % 64);
}

static char *
long_source(void)
{
   const size_t room = sizeof(head) + STEPS * (sizeof(step) + 32) + 4;
   char *source = malloc(room);
   size_t at;

   assert_non_null(source);
   at = snprintf(source, room, "%s", head);
   for (unsigned i = 0; i < STEPS; i++)
      at +=
         snprintf(source + at, room - at, step, i % 23, i * ITEMS, i, i % 64);
   snprintf(source + at, room - at, "}\n");
   return source;
}

static int
element(const void *data, size_t bytes, size_t i)
{
   switch (bytes) {
   case 1:
      return ((const cl_uchar *)data)[i];
   case 2:
      return ((const cl_ushort *)data)[i];
   default:
      return ((const cl_int *)data)[i];
   }
}

static void
check_type(const char *options, size_t bytes)
{
   char *source = long_source();
   unsigned char in[ITEMS * 4] = {0};
   unsigned char *got = calloc(STEPS * ITEMS, bytes);

   assert_non_null(got);
   for (unsigned i = 0; i < ITEMS; i++)
      in[i * bytes] = i * 5; /* the lowest byte */
   cl_kernel kernel = build_kernel(source, options);
   cl_mem from = buffer_of(in, ITEMS * bytes);
   cl_mem out = buffer_of(got, STEPS * ITEMS * bytes);
   SET_ARG(kernel, 0, from);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, ITEMS);
   read_buffer(out, got, STEPS * ITEMS * bytes);

   for (unsigned i = 0; i < STEPS; i++)
      for (unsigned item = 0; item < ITEMS; item++) {
         const int wanted = item == i % 23 ? 0 : wanted_at(i, item);
         assert_int_equal(element(got, bytes, i * ITEMS + item * 7 % ITEMS),
                          wanted);
      }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(from));
   CHECK_OK(clReleaseKernel(kernel));
   free(got);
   free(source);
}

static void
every_access_is_right(void **state)
{
   need_kernels();
   check_type("-DTYPE=uchar", 1);
   check_type("-DTYPE=ushort", 2);
   check_type("-DTYPE=int", 4);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_access_is_right),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
