/* SPDX-License-Identifier: MIT */

/*
 * Kernels that call functions too large to be inlined for their size: what
 * such a function may be given and may do.
 */

#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>

enum { N = 64, GROUP = 16 };

/* Enough blocks and values that no compiler takes it for small. */
#define LARGE                                                                 \
   "   for (uint i = 0; i < n; i++) {\n"                                      \
   "      for (uint j = 0; j < i; j++) {\n"                                   \
   "         if (sum > 1000) sum -= 17 * j; else sum += i ^ (j << 2);\n"      \
   "         if (sum & 4) sum = (sum << 3) + rotate(sum, j) % (i + 1);\n"     \
   "         else sum = (sum & 0xffffff) * 3 - clz(sum) + popcount(sum);\n"         \
   "      }\n"                                                                \
   "   }\n"

static cl_uint
rotate_left(cl_uint value, cl_uint by)
{
   by %= 32;
   return by ? value << by | value >> (32 - by) : value;
}

/* What LARGE does. */
static cl_uint
large(cl_uint sum, cl_uint n)
{
   for (cl_uint i = 0; i < n; i++) {
      for (cl_uint j = 0; j < i; j++) {
         sum = sum > 1000 ? sum - 17 * j : sum + (i ^ (j << 2));
         if (sum & 4) {
            sum = (sum << 3) + rotate_left(sum, j) % (i + 1);
         } else {
            const cl_uint low = sum & 0xffffff;
            sum = low * 3 - (sum ? __builtin_clz(sum) : 32) +
                  __builtin_popcount(sum);
         }
      }
   }
   return sum;
}

/* Runs `test(out, n)` over N work-items, with n = 5. */
static void
run_uints(const char *source, cl_uint out[N])
{
   const size_t global = N, local = GROUP;
   const cl_uint n = 5;

   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   memset(out, 0, N * sizeof(*out));
   cl_mem buffer = buffer_of(out, N * sizeof(*out));
   SET_ARG(kernel, 0, buffer);
   SET_ARG(kernel, 1, n);
   run_kernel(kernel, 1, &global, &local);
   read_buffer(buffer, out, N * sizeof(*out));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* The second build finds its kernel in the cache. */
static void
are_called_from_the_cache_too(void **state)
{
   const char *source = "uint work(uint sum, uint n)\n"
                        "{\n" LARGE "   return sum;\n"
                        "}\n"
                        "kernel void test(global uint *out, uint n)\n"
                        "{\n"
                        "   uint x = get_global_id(0);\n"
                        "   out[x] = work(x, n);\n"
                        "   out[x] ^= work(out[x], n + 1);\n"
                        "}\n";
   cl_uint out[N];

   need_kernels();
   for (unsigned turn = 0; turn < 2; turn++) {
      run_uints(source, out);
      for (cl_uint x = 0; x < N; x++) {
         const cl_uint once = large(x, 5);
         assert_int_equal(out[x], once ^ large(once, 6));
      }
   }
}

static void
take_many_arguments(void **state)
{
   enum { ARGUMENTS = 40 };
   char source[8192], *end = source;
   cl_uint out[N];

   need_kernels();
   end += sprintf(end, "uint work(uint n");
   for (unsigned i = 0; i < ARGUMENTS; i++)
      end += sprintf(end, ", uint a%u", i);
   end += sprintf(end, ")\n{\n   uint sum = 0;\n%s", LARGE);
   for (unsigned i = 0; i < ARGUMENTS; i++)
      end += sprintf(end, "   sum += a%u * %u;\n", i, i + 1);
   end += sprintf(end, "   return sum;\n}\n"
                       "kernel void test(global uint *out, uint n)\n{\n"
                       "   uint x = get_global_id(0);\n"
                       "   out[x] = 0;\n"
                       "   for (uint k = 0; k < 2; k++)\n"
                       "      out[x] += work(n + k");
   for (unsigned i = 0; i < ARGUMENTS; i++)
      end += sprintf(end, ", x + %u", i);
   sprintf(end, ");\n}\n");

   run_uints(source, out);
   for (cl_uint x = 0; x < N; x++) {
      cl_uint wanted = large(0, 5) + large(0, 6);
      for (unsigned i = 0; i < ARGUMENTS; i++)
         wanted += 2 * (x + i) * (i + 1);
      assert_int_equal(out[x], wanted);
   }
}

/* A barrier in a function that a large one calls. */
static void
wait_at_barriers(void **state)
{
   const char *source =
      "void wait(local uint *table)\n"
      "{\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   if (get_local_id(0) == 0) table[16] = 7;\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "}\n"
      "uint work(local uint *table, uint sum, uint n)\n"
      "{\n" LARGE "   table[get_local_id(0)] = sum;\n"
      "   wait(table);\n"
      "   return table[15 - get_local_id(0)] + table[16];\n"
      "}\n"
      "kernel void test(global uint *out, uint n)\n"
      "{\n"
      "   local uint table[17];\n"
      "   out[get_global_id(0)] = work(table, get_global_id(0), n);\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   out[get_global_id(0)] += work(table, get_local_id(0), n);\n"
      "}\n";
   cl_uint out[N];

   need_kernels();
   run_uints(source, out);
   for (cl_uint x = 0; x < N; x++) {
      const cl_uint other = GROUP - 1 - x % GROUP;
      const cl_uint first = large(x - x % GROUP + other, 5) + 7;
      assert_int_equal(out[x], first + large(other, 5) + 7);
   }
}

/* Images and samplers pass through two functions. */
static void
take_images_and_samplers(void **state)
{
   const char *source =
      "uint4 sample(read_only image2d_t image, sampler_t s, int x, uint n)\n"
      "{\n"
      "   uint sum = read_imageui(image, s, (int2)(x, 0)).x;\n" LARGE
      "   return (uint4)(sum) + read_imageui(image, s, (int2)(x + 1, 1));\n"
      "}\n"
      "uint work(read_only image2d_t image, sampler_t s, int x, uint n)\n"
      "{\n"
      "   uint sum = sample(image, s, x, n).x;\n" LARGE "   return sum;\n"
      "}\n"
      "kernel void test(global uint *out, uint n, read_only image2d_t a,\n"
      "                 read_only image2d_t b, sampler_t s)\n"
      "{\n"
      "   int x = get_global_id(0);\n"
      "   out[x] = work(a, s, x, n) + 3 * work(b, s, x, n);\n"
      "}\n";
   const cl_image_format format = {CL_R, CL_UNSIGNED_INT32};
   const size_t origin[3] = {0}, region[3] = {N, 2, 1}, global = N;
   cl_uint pixels[2][2 * N], out[N];
   const cl_uint n = 5;
   cl_mem images[2];
   cl_int error;

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   for (unsigned i = 0; i < 2; i++) {
      for (unsigned k = 0; k < 2 * N; k++)
         pixels[i][k] = k * (i + 3);
      images[i] = new_image(TYPE_2D, &format, CL_MEM_READ_ONLY, N, 2, 1, 0);
      CHECK_OK(clEnqueueWriteImage(client.queue, images[i], CL_TRUE, origin,
                                   region, 0, 0, pixels[i], 0, NULL, NULL));
      SET_ARG(kernel, 2 + i, images[i]);
   }
   cl_sampler sampler =
      clCreateSampler(client.context, CL_FALSE, CL_ADDRESS_CLAMP_TO_EDGE,
                      CL_FILTER_NEAREST, &error);
   CHECK_OK(error);
   SET_ARG(kernel, 4, sampler);
   SET_ARG(kernel, 1, n);
   memset(out, 0, sizeof(out));
   cl_mem buffer = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, global);
   read_buffer(buffer, out, sizeof(out));

   for (cl_uint x = 0; x < N; x++) {
      const unsigned next = x + 1 < N ? x + 1 : N - 1;
      cl_uint wanted[2];
      for (unsigned i = 0; i < 2; i++)
         wanted[i] = large(large(pixels[i][x], n) + pixels[i][N + next], n);
      assert_int_equal(out[x], wanted[0] + 3 * wanted[1]);
   }

   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseMemObject(images[0]));
   CHECK_OK(clReleaseMemObject(images[1]));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(are_called_from_the_cache_too),
      cmocka_unit_test(take_many_arguments),
      cmocka_unit_test(wait_at_barriers),
      cmocka_unit_test(take_images_and_samplers),
   };

   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
