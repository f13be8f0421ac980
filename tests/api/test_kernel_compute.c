/* SPDX-License-Identifier: MIT */

/* What kernels compute: memories, barriers, atomics, types, arithmetic. */

#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 1024 };

/* Runs over N work-items in groups of `local`; gives N uints back. */
static void
run_uints(cl_kernel kernel, cl_uint arg, size_t local, cl_uint out[N])
{
   const size_t global = N;
   memset(out, 0, N * sizeof(*out));
   cl_mem buffer = buffer_of(out, N * sizeof(*out));

   CHECK_OK(clSetKernelArg(kernel, arg, sizeof(buffer), &buffer));
   run_kernel(kernel, 1, &global, local ? &local : NULL);
   read_buffer(buffer, out, N * sizeof(*out));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
check_uints(const char *source, size_t local, cl_uint (*wanted)(cl_uint))
{
   cl_uint out[N];

   need_kernels();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   run_uints(kernel, 0, local, out);
   for (cl_uint i = 0; i < N; i++)
      assert_int_equal(out[i], wanted(i));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Groups of 16: each reads what its mirror image wrote. */
static cl_uint
mirrored(cl_uint i)
{
   return (i & ~15u) + 15 - i % 16 + 1;
}

static void
barriers_separate_writes_from_reads(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   local uint table[16];\n"
               "   uint i = get_local_id(0);\n"
               "   table[i] = get_global_id(0) + 1;\n"
               "   barrier(CLK_LOCAL_MEM_FENCE);\n"
               "   out[get_global_id(0)] = table[15 - i];\n"
               "}\n",
               16, mirrored);
}

static void
global_memory_is_seen_behind_barriers(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   uint i = get_global_id(0);\n"
               "   out[i] = i + 1;\n"
               "   barrier(CLK_GLOBAL_MEM_FENCE);\n"
               "   uint other = out[(i & ~15u) + 15 - i % 16];\n"
               "   barrier(CLK_GLOBAL_MEM_FENCE);\n"
               "   out[i] = other;\n"
               "}\n",
               16, mirrored);
}

static void
local_arguments_are_apart(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global uint *out, local uint *a, local ushort *b,\n"
      "                 local ulong *c) {\n"
      "   local uint own[32];\n"
      "   uint i = get_local_id(0), n = get_local_size(0);\n"
      "   a[i] = i; b[i] = i * 2; c[i] = i * 3; own[i] = i * 4;\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   uint k = n - 1 - i;\n"
      "   out[get_global_id(0)] = a[k] + b[k] * 100 + c[k] * 10000 +\n"
      "                           own[k] * 1000000;\n"
      "}\n",
      NULL);
   cl_uint out[N];

   CHECK_OK(clSetKernelArg(kernel, 1, 32 * 4, NULL));
   CHECK_OK(clSetKernelArg(kernel, 2, 32 * 2, NULL));
   CHECK_OK(clSetKernelArg(kernel, 3, 32 * 8, NULL));
   run_uints(kernel, 0, 32, out);
   for (cl_uint i = 0; i < N; i++) {
      const cl_uint k = 31 - i % 32;
      assert_int_equal(out[i],
                       k + k * 2 * 100 + k * 3 * 10000 + k * 4 * 1000000);
   }
   CHECK_OK(clReleaseKernel(kernel));
}

/* A reduction in each group: log2 of barriers in a loop. */
static void
reductions_add_up(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global uint *out, local uint *sums) {\n"
      "   uint i = get_local_id(0);\n"
      "   sums[i] = get_global_id(0);\n"
      "   for (uint step = get_local_size(0) / 2; step > 0; step /= 2) {\n"
      "      barrier(CLK_LOCAL_MEM_FENCE);\n"
      "      if (i < step)\n"
      "         sums[i] += sums[i + step];\n"
      "   }\n"
      "   if (i == 0)\n"
      "      out[get_group_id(0)] = sums[0];\n"
      "}\n",
      NULL);
   cl_uint out[N];

   CHECK_OK(clSetKernelArg(kernel, 1, 128 * 4, NULL));
   run_uints(kernel, 0, 128, out);
   for (cl_uint group = 0; group < N / 128; group++)
      assert_int_equal(out[group], 128 * (128 * group) + 127 * 64);
   CHECK_OK(clReleaseKernel(kernel));
}

static void
constant_buffers_are_read(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global uint *out, constant uint *a,\n"
                   "                 constant float4 *b)\n"
                   "{ uint i = get_global_id(0);\n"
                   "  out[i] = a[i % 8] + (uint)b[i % 4].z; }\n",
                   NULL);
   const cl_uint a[8] = {3, 1, 4, 1, 5, 9, 2, 6};
   const cl_float4 b[4] = {
      {{0, 0, 10}}, {{0, 0, 20}}, {{0, 0, 30}}, {{0, 0, 40}}};
   cl_mem buffers[2] = {buffer_of(a, sizeof(a)), buffer_of(b, sizeof(b))};
   cl_uint out[N];

   SET_ARG(kernel, 1, buffers[0]);
   SET_ARG(kernel, 2, buffers[1]);
   run_uints(kernel, 0, 0, out);
   for (cl_uint i = 0; i < N; i++)
      assert_int_equal(out[i], a[i % 8] + (i % 4 + 1) * 10);
   CHECK_OK(clReleaseMemObject(buffers[0]));
   CHECK_OK(clReleaseMemObject(buffers[1]));
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_uint
from_tables(cl_uint i)
{
   static const cl_uint primes[] = {2, 3, 5, 7, 11, 13, 17, 19};
   return primes[i % 8] * 1000 + "trefoil"[i % 7];
}

static void
program_scope_constants_are_read(void **state)
{
   check_uints("constant uint primes[] = {2, 3, 5, 7, 11, 13, 17, 19};\n"
               "constant char text[] = \"trefoil\";\n"
               "constant struct { uint factor; uchar pad[3]; } s = {1000};\n"
               "kernel void test(global uint *out) {\n"
               "   uint i = get_global_id(0);\n"
               "   out[i] = primes[i % 8] * s.factor + text[i % 7];\n"
               "}\n",
               0, from_tables);
}

/* Private arrays with indices that are known at run time only. */
static cl_uint
from_private(cl_uint i)
{
   return (i % 16) * (i % 16) + i;
}

static void
private_arrays_are_indexed(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   uint squares[16];\n"
               "   for (uint k = 0; k < 16; k++)\n"
               "      squares[k] = k * k;\n"
               "   uint i = get_global_id(0);\n"
               "   out[i] = squares[i % 16] + i;\n"
               "}\n",
               0, from_private);
}

static void
global_atomics_lose_nothing(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *x) {\n"
                   "   int i = get_global_id(0);\n"
                   "   atomic_add(&x[0], i);\n"
                   "   atomic_sub(&x[1], 2);\n"
                   "   atomic_inc(&x[2]);\n"
                   "   atomic_dec(&x[3]);\n"
                   "   atomic_min(&x[4], i - 500);\n"
                   "   atomic_max(&x[5], i);\n"
                   "   atomic_and(&x[6], ~(1 << (i & 31)) | 1);\n"
                   "   atomic_or(&x[7], 1 << (i & 31));\n"
                   "   atomic_xor(&x[8], i);\n"
                   "   if (atomic_xchg(&x[9], 1) == 0)\n"
                   "      atomic_inc(&x[10]);\n"
                   "   int old;\n"
                   "   do old = x[11];\n"
                   "   while (atomic_cmpxchg(&x[11], old, old + 3) != old);\n"
                   "}\n",
                   NULL);
   cl_int x[12] = {0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0}, all = 0;
   cl_mem buffer = buffer_of(x, sizeof(x));

   for (cl_int i = 0; i < N; i++)
      all ^= i;
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, N);
   read_buffer(buffer, x, sizeof(x));
   assert_int_equal(x[0], N * (N - 1) / 2);
   assert_int_equal(x[1], -2 * N);
   assert_int_equal(x[2], N);
   assert_int_equal(x[3], -N);
   assert_int_equal(x[4], -500);
   assert_int_equal(x[5], N - 1);
   assert_int_equal(x[6], 1);
   assert_int_equal(x[7], -1);
   assert_int_equal(x[8], all);
   assert_int_equal(x[9], 1);
   assert_int_equal(x[10], 1);
   assert_int_equal(x[11], 3 * N);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_uint
group_sum(cl_uint i)
{
   return 64 * (i & ~63u) + 63 * 32;
}

static void
local_atomics_lose_nothing(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   local uint sum;\n"
               "   if (get_local_id(0) == 0)\n"
               "      sum = 0;\n"
               "   barrier(CLK_LOCAL_MEM_FENCE);\n"
               "   atomic_add(&sum, (uint)get_global_id(0));\n"
               "   barrier(CLK_LOCAL_MEM_FENCE);\n"
               "   out[get_global_id(0)] = sum;\n"
               "}\n",
               64, group_sum);
}

static cl_uint
next_after(cl_uint i)
{
   return i + 1;
}

/* What an atomic reads was stored just before, and is stored to behind it. */
static void
atomics_read_what_was_stored(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   global uint *own = out + get_global_id(0);\n"
               "   *own = get_global_id(0);\n"
               "   uint old = atomic_add(own, 5u);\n"
               "   *own = old + 1;\n"
               "}\n",
               0, next_after);
}

/* Every turn of a loop stores to one struct and copies it. */
static void
struct_copies_are_read(void **state)
{
   check_uints("typedef struct { uint2 x, y; } pair;\n"
               "kernel void test(global uint *out) {\n"
               "   global pair *to = (global pair *)out;\n"
               "   uint i = get_global_id(0);\n"
               "   if (i % 8)\n"
               "      return;\n"
               "#pragma unroll\n"
               "   for (uint turn = 0; turn < 2; turn++) {\n"
               "      pair result;\n"
               "      result.x.x = i + turn * 4 + 1;\n"
               "      result.x.y = i + turn * 4 + 2;\n"
               "      result.y.x = i + turn * 4 + 3;\n"
               "      result.y.y = i + turn * 4 + 4;\n"
               "      to[i / 4 + turn] = result;\n"
               "   }\n"
               "}\n",
               0, next_after);
}

struct record {
   cl_char small;
   cl_float4 vector;
   cl_int numbers[5];
   cl_short pair[2];
   cl_long large;
};

/* Structs by value have the layout of the host's compiler. */
static void
structs_pass_by_value(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "struct record { char small; float4 vector; int numbers[5];\n"
      "                short pair[2]; long large; };\n"
      "kernel void test(global float *out, struct record r, int at)\n"
      "{ out[0] = r.small; out[1] = r.vector.w; out[2] = r.numbers[at];\n"
      "  out[3] = r.pair[1]; out[4] = r.large; out[5] = sizeof(r); }\n",
      NULL);
   const struct record record = {.small = -7,
                                 .vector = {{1, 2, 3, 4}},
                                 .numbers = {10, 11, 12, 13, 14},
                                 .pair = {100, 200},
                                 .large = 1 << 20};
   const cl_int at = 3;
   cl_float out[6];
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);

   SET_ARG(kernel, 0, buffer);
   CHECK_CODE(CL_INVALID_ARG_SIZE,
              clSetKernelArg(kernel, 1, sizeof(record) - 1, &record));
   SET_ARG(kernel, 1, record);
   SET_ARG(kernel, 2, at);
   run_1d(kernel, 1);
   read_buffer(buffer, out, sizeof(out));
   assert_true(out[0] == -7 && out[1] == 4 && out[2] == 13);
   assert_true(out[3] == 200 && out[4] == 1 << 20);
   assert_true(out[5] == sizeof(record));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Vectors of each width, 3 with the size of 4, as arguments and in memory. */
static void
vectors_have_their_width(void **state)
{
   static const cl_uint widths[] = {2, 3, 4, 8, 16};

   need_kernels();
   for (unsigned i = 0; i < COUNT(widths); i++) {
      char options[64];
      const cl_uint width = widths[i], room = width == 3 ? 4 : width;
      cl_int in[16], out[16] = {0};

      snprintf(options, sizeof(options), "-DTYPE=int%u", width);
      cl_kernel kernel = build_kernel(
         "kernel void test(global TYPE *out, TYPE a, constant TYPE *b)\n"
         "{ out[0] = a * 3 + b[0]; }\n",
         options);
      for (cl_int k = 0; k < 16; k++)
         in[k] = k + 1;
      cl_mem buffer = buffer_of(out, sizeof(out));
      cl_mem table = buffer_of(in, sizeof(in));
      SET_ARG(kernel, 0, buffer);
      CHECK_OK(clSetKernelArg(kernel, 1, room * sizeof(*in), in));
      SET_ARG(kernel, 2, table);
      run_1d(kernel, 1);
      read_buffer(buffer, out, sizeof(out));
      for (cl_uint k = 0; k < width; k++)
         assert_int_equal(out[k], (cl_int)(k + 1) * 4);
      CHECK_OK(clReleaseMemObject(table));
      CHECK_OK(clReleaseMemObject(buffer));
      CHECK_OK(clReleaseKernel(kernel));
   }
}

static cl_uint
swizzled(cl_uint i)
{
   return (i + 1) * 1000 + (i + 2) * 100 + (i + 3) * 10 + i + 4;
}

static void
vectors_are_swizzled_and_stored(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   uint i = get_global_id(0);\n"
               "   uint4 v = (uint4)(i) + (uint4)(1, 2, 3, 4);\n"
               "   uint temp[7];\n"
               "   vstore3(v.wzy, 0, temp + 1);\n"
               "   uint3 back = vload3(0, temp + 1);\n"
               "   out[i] = v.x * 1000 + back.z * 100 + back.y * 10 +\n"
               "            back.s0;\n"
               "}\n",
               0, swizzled);
}

static cl_uint
wide(cl_uint i)
{
   const cl_ulong product = (cl_ulong)i * 0x123456789abcdefull;
   return (cl_uint)(product >> 32) ^ (cl_uint)(product / (i + 7)) ^
          (cl_uint)((cl_long)product % -12345);
}

static void
integers_of_64_bits(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   uint i = get_global_id(0);\n"
               "   ulong product = (ulong)i * 0x123456789abcdefUL;\n"
               "   out[i] = (uint)(product >> 32) ^\n"
               "            (uint)(product / (i + 7)) ^\n"
               "            (uint)((long)product % -12345);\n"
               "}\n",
               0, wide);
}

static cl_uint
narrow(cl_uint i)
{
   const cl_char c = (cl_char)(i * 7);
   const cl_short s = (cl_short)(i * 1009);
   const cl_int sum = c + 100;
   return (cl_uchar)(sum > 127 ? 127 : sum) + (cl_ushort)(s >> 3);
}

static void
integers_of_8_and_16_bits(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   uint i = get_global_id(0);\n"
               "   char c = (char)(i * 7);\n"
               "   short s = (short)(i * 1009);\n"
               "   out[i] = (uchar)add_sat(c, (char)100) +\n"
               "            (ushort)(s >> 3);\n"
               "}\n",
               0, narrow);
}

static void
functions_of_the_library(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global float *out) {\n"
      "   float x = get_global_id(0) * 0.01f + 0.01f;\n"
      "   out[get_global_id(0)] = sin(x) * sin(x) + cos(x) * cos(x) +\n"
      "      exp(log(x)) - x + pow(x, 2.0f) - x * x +\n"
      "      sqrt(x * x) - fabs(-x) + fmax(x, -1.0f) - fmin(x, 1e9f) +\n"
      "      length((float3)(3 * x, 4 * x, 0)) / (5 * x) +\n"
      "      (float)clamp(5, 1, 3) + mad(x, 2.0f, -2 * x);\n"
      "}\n",
      NULL);
   cl_float out[N];
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);

   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, N);
   read_buffer(buffer, out, sizeof(out));
   for (unsigned i = 0; i < N; i++)
      assert_true(fabsf(out[i] - 5) < 1e-3f);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
doubles_are_exact(void **state)
{
   need_kernels();
   need_extension("cl_khr_fp64");
   cl_kernel kernel = build_kernel(
      "kernel void test(global double *out, double x, double2 v) {\n"
      "   uint i = get_global_id(0);\n"
      "   out[i] = fma(x, (double)i, v.y) / 3.0 + sqrt((double)i * i);\n"
      "}\n",
      NULL);
   const cl_double x = 1.0 / 7;
   const cl_double2 v = {{1, 1e-9}};
   cl_double out[N];
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);

   SET_ARG(kernel, 0, buffer);
   SET_ARG(kernel, 1, x);
   SET_ARG(kernel, 2, v);
   run_1d(kernel, N);
   read_buffer(buffer, out, sizeof(out));
   for (unsigned i = 0; i < N; i++) {
      const double wanted = (x * i + 1e-9) / 3 + i;
      assert_true(fabs(out[i] - wanted) <= 1e-15 * wanted);
   }
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
halves_are_stored_and_loaded(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global float *out, global half *memory) {\n"
      "   uint i = get_global_id(0);\n"
      "   vstore_half(i * 0.5f, i, memory);\n"
      "   out[i] = vload_half(i, memory);\n"
      "}\n",
      NULL);
   cl_float out[N];
   cl_half halves[N];
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, sizeof(out), NULL);
   cl_mem memory = new_buffer(CL_MEM_READ_WRITE, sizeof(halves), NULL);

   SET_ARG(kernel, 0, buffer);
   SET_ARG(kernel, 1, memory);
   run_1d(kernel, N);
   read_buffer(buffer, out, sizeof(out));
   read_buffer(memory, halves, sizeof(halves));
   for (unsigned i = 0; i < N; i++)
      assert_true(out[i] == i * 0.5f);
   assert_int_equal(halves[2], 0x3c00);
   CHECK_OK(clReleaseMemObject(memory));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Helper functions, recursion of none, pointers among private memory. */
static cl_uint
collatz(cl_uint i)
{
   cl_uint steps = 0;
   for (cl_uint x = i + 1; x != 1 && steps < 200; steps++)
      x = x % 2 ? 3 * x + 1 : x / 2;
   return steps;
}

static void
control_flow_diverges(void **state)
{
   check_uints("uint next(uint x) { return x % 2 ? 3 * x + 1 : x / 2; }\n"
               "void step(uint *x, uint *steps)\n"
               "{ *x = next(*x); (*steps)++; }\n"
               "kernel void test(global uint *out) {\n"
               "   uint x = get_global_id(0) + 1, steps = 0;\n"
               "   while (x != 1 && steps < 200)\n"
               "      step(&x, &steps);\n"
               "   switch (steps) {\n"
               "   case 0: out[get_global_id(0)] = 0; break;\n"
               "   default: out[get_global_id(0)] = steps;\n"
               "   }\n"
               "}\n",
               0, collatz);
}

/* Two buffers and their sum, large enough for all units of the device. */
static void
large_ranges_are_complete(void **state)
{
   need_kernels();
   enum { LARGE = 1 << 20 };
   cl_kernel kernel = build_kernel(
      "kernel void test(global float *y, global const float *x, float a)\n"
      "{ size_t i = get_global_id(0); y[i] = a * x[i] + y[i]; }\n",
      NULL);
   cl_float *x = malloc(LARGE * sizeof(*x)), *y = malloc(LARGE * sizeof(*y));
   const cl_float a = 0.5f;

   assert_non_null(x);
   assert_non_null(y);
   for (unsigned i = 0; i < LARGE; i++) {
      x[i] = i % 1000;
      y[i] = i % 77;
   }
   cl_mem buffers[2] = {buffer_of(y, LARGE * sizeof(*y)),
                        buffer_of(x, LARGE * sizeof(*x))};
   SET_ARG(kernel, 0, buffers[0]);
   SET_ARG(kernel, 1, buffers[1]);
   SET_ARG(kernel, 2, a);
   run_1d(kernel, LARGE);
   read_buffer(buffers[0], y, LARGE * sizeof(*y));
   for (unsigned i = 0; i < LARGE; i++)
      assert_true(y[i] == 0.5f * (i % 1000) + i % 77);
   CHECK_OK(clReleaseMemObject(buffers[0]));
   CHECK_OK(clReleaseMemObject(buffers[1]));
   CHECK_OK(clReleaseKernel(kernel));
   free(x);
   free(y);
}

/* USE_HOST_PTR: what a kernel writes is there behind a map. */
static void
host_memory_is_written(void **state)
{
   need_kernels();
   static cl_uint memory[N] __attribute__((aligned(4096)));
   cl_kernel kernel =
      build_kernel("kernel void test(global uint *x)\n"
                   "{ x[get_global_id(0)] += get_global_id(0) * 2; }\n",
                   NULL);
   for (cl_uint i = 0; i < N; i++)
      memory[i] = 1;
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR,
                              sizeof(memory), memory);

   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, N);
   cl_uint *map =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_READ,
                                 0, sizeof(memory), 0, NULL, NULL, &code));
   assert_ptr_equal(map, memory);
   for (cl_uint i = 0; i < N; i++)
      assert_int_equal(memory[i], i * 2 + 1);
   CHECK_OK(
      clEnqueueUnmapMemObject(client.queue, buffer, map, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* cl_khr_integer_dot_product; the values of its specification's table. */
static void
integers_have_dot_products(void **state)
{
   static const char source[] =
      "kernel void test(global int *out) {\n"
      "   char4 s = (char4)(-128, 127, -1, 2);\n"
      "   uchar4 u = (uchar4)(255, 1, 2, 3);\n"
      "   out[0] = dot(s, s); out[1] = dot(u, u);\n"
      "   out[2] = dot(s, u); out[3] = dot(u, s);\n"
      "   out[4] = dot_acc_sat(s, s, 0x7fffffff);\n"
      "   out[5] = dot_acc_sat(u, u, 0xfffffff0u);\n"
      "   out[6] = dot_acc_sat(s, u, -5);\n"
      "   out[7] = dot_4x8packed_ss_int(as_uint(s), as_uint(s));\n"
      "   out[8] = dot_4x8packed_uu_uint(as_uint(u), as_uint(u));\n"
      "   out[9] = dot_4x8packed_su_int(as_uint(s), as_uint(u));\n"
      "   out[10] = dot_acc_sat_4x8packed_us_int(as_uint(u), as_uint(s),\n"
      "                                          1);\n"
      "}\n";
   const cl_int ss = 128 * 128 + 127 * 127 + 1 + 4;
   const cl_int uu = 255 * 255 + 1 + 4 + 9;
   const cl_int su = -128 * 255 + 127 - 2 + 6;
   const cl_int wanted[] = {ss,     uu, su, su, 0x7fffffff, -1,
                            su - 5, ss, uu, su, su + 1};
   cl_int out[COUNT(wanted)] = {0};

   need_kernels();
   need_extension("cl_khr_integer_dot_product");
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, out, sizeof(out));
   for (unsigned i = 0; i < COUNT(wanted); i++)
      assert_int_equal(out[i], wanted[i]);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* A box out of the middle of a global one, and back into another. */
static void
boxes_are_copied_by_groups(void **state)
{
   static const char source[] =
      "kernel void test(global const short *in, global short *out) {\n"
      "   local short box[2 * 3 * 8];\n"
      "   event_t e = async_work_group_copy_3D3D(box, 1, in, 2 * 50 + 10 + 3,\n"
      "      sizeof(short), 5, 3, 2, 10, 50, 8, 24, 0);\n"
      "   wait_group_events(1, &e);\n"
      "   e = async_work_group_copy_2D2D(out, 2, box, 1 + 24,\n"
      "      sizeof(short), 5, 3, 8, 6, 0);\n"
      "   e = async_work_group_copy_3D3D(out, 30, box, 1, sizeof(short), 5,\n"
      "      3, 2, 8, 24, 5, 15, e);\n"
      "   wait_group_events(1, &e);\n"
      "}\n";
   cl_short in[4 * 50], out[64];
   const size_t size = 7;

   need_kernels();
   need_extension("cl_khr_extended_async_copies");
   for (int i = 0; i < (int)COUNT(in); i++)
      in[i] = i;
   memset(out, 0xff, sizeof(out));
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem from = buffer_of(in, sizeof(in)), to = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 0, from);
   SET_ARG(kernel, 1, to);
   run_kernel(kernel, 1, &size, &size);
   read_buffer(to, out, sizeof(out));

   for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 6; x++)
         assert_int_equal(out[2 + y * 6 + x],
                          x < 5 ? 3 * 50 + (y + 1) * 10 + 3 + x : -1);
      for (int z = 0; z < 2; z++) {
         for (int x = 0; x < 5; x++)
            assert_int_equal(out[30 + z * 15 + y * 5 + x],
                             (z + 2) * 50 + (y + 1) * 10 + 3 + x);
      }
   }
   assert_int_equal(out[0], -1);
   assert_int_equal(out[60], -1);
   CHECK_OK(clReleaseMemObject(from));
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseKernel(kernel));
}

/* cl_khr_expect_assume changes nothing but speed. */
static void
expectations_change_nothing(void **state)
{
   check_uints("kernel void test(global uint *out) {\n"
               "   uint i = get_global_id(0);\n"
               "   __builtin_assume(i < 4096);\n"
               "   out[i] = __builtin_expect(i == 7, 1) ? 9 :\n"
               "      (i & ~15u) + 15 - i % 16 + 1;\n"
               "}\n",
               16, mirrored);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(barriers_separate_writes_from_reads),
      cmocka_unit_test(global_memory_is_seen_behind_barriers),
      cmocka_unit_test(local_arguments_are_apart),
      cmocka_unit_test(reductions_add_up),
      cmocka_unit_test(constant_buffers_are_read),
      cmocka_unit_test(program_scope_constants_are_read),
      cmocka_unit_test(private_arrays_are_indexed),
      cmocka_unit_test(global_atomics_lose_nothing),
      cmocka_unit_test(local_atomics_lose_nothing),
      cmocka_unit_test(atomics_read_what_was_stored),
      cmocka_unit_test(struct_copies_are_read),
      cmocka_unit_test(structs_pass_by_value),
      cmocka_unit_test(vectors_have_their_width),
      cmocka_unit_test(vectors_are_swizzled_and_stored),
      cmocka_unit_test(integers_of_64_bits),
      cmocka_unit_test(integers_of_8_and_16_bits),
      cmocka_unit_test(functions_of_the_library),
      cmocka_unit_test(doubles_are_exact),
      cmocka_unit_test(halves_are_stored_and_loaded),
      cmocka_unit_test(control_flow_diverges),
      cmocka_unit_test(large_ranges_are_complete),
      cmocka_unit_test(host_memory_is_written),
      cmocka_unit_test(integers_have_dot_products),
      cmocka_unit_test(boxes_are_copied_by_groups),
      cmocka_unit_test(expectations_change_nothing),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
