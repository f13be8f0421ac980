/* SPDX-License-Identifier: MIT */

/*
 * Global memory as kernels walk through it: a driver may take what lies side
 * by side in one go, but not what does not, or where some work-items take no
 * part.  And local memory, whose bytes are the same whatever type is read.
 */

#include "kernels.h"

#include <stdio.h>

/* No whole number of vectors, but of groups of 5. */
enum { N = 1000 };

typedef cl_uint (*walk)(cl_uint i);

static cl_uint
forward(cl_uint i)
{
   return i;
}

static cl_uint
backward(cl_uint i)
{
   return N - 1 - i;
}

static cl_uint
swapped(cl_uint i)
{
   return i ^ 1;
}

static cl_uint
scattered(cl_uint i)
{
   return i * 7 % N;
}

static cl_uint
same(cl_uint i)
{
   return 77;
}

static cl_uint
in_eights(cl_uint i)
{
   return i / 8;
}

static cl_uint
all(cl_uint i)
{
   return 1;
}

static cl_uint
all_but_first(cl_uint i)
{
   return i % 8 != 0;
}

static cl_uint
some(cl_uint i)
{
   return i % 3 != 1 || i > 900;
}

static const walk reads[] = {forward,   backward, swapped,
                             scattered, same,     in_eights};
/* To each place once. */
static const walk writes[] = {forward, backward, swapped, scattered};
static const walk parts[] = {all, all_but_first, some};

struct bench {
   cl_kernel kernel;
   unsigned size; /* bytes of an element */
   cl_mem out, in, from, to, taken;
};

static void
fill(cl_mem buffer, walk at)
{
   cl_uint values[N];
   for (cl_uint i = 0; i < N; i++)
      values[i] = at(i);
   write_buffer(buffer, values, sizeof(values));
}

static cl_ulong
element(const cl_uchar *data, unsigned size, cl_uint i)
{
   cl_ulong value = 0;
   memcpy(&value, data + i * size, size);
   return value;
}

/* What element i holds before, all bytes of it. */
static cl_ulong
initial(unsigned size, cl_uint i)
{
   const cl_ulong value = (i + 1) * 0x9e3779b97f4a7c15ull;
   return size == 8 ? value : value & ((1ull << 8 * size) - 1);
}

static void
check(const struct bench *bench, walk read, walk write, walk part,
      size_t local)
{
   const size_t global = N, bytes = N * bench->size;
   cl_uchar data[N * 8], wanted[N * 8];

   for (cl_uint i = 0; i < N; i++) {
      const cl_ulong value = initial(bench->size, i);
      memcpy(data + i * bench->size, &value, bench->size);
   }
   memset(wanted, 0xee, bytes);
   for (cl_uint i = 0; i < N; i++) {
      const cl_ulong value = element(data, bench->size, read(i)) + 1;
      if (part(i))
         memcpy(wanted + write(i) * bench->size, &value, bench->size);
   }

   write_buffer(bench->in, data, bytes);
   memset(data, 0xee, bytes);
   write_buffer(bench->out, data, bytes);
   fill(bench->from, read);
   fill(bench->to, write);
   fill(bench->taken, part);
   run_kernel(bench->kernel, 1, &global, local ? &local : NULL);
   read_buffer(bench->out, data, bytes);
   assert_memory_equal(data, wanted, bytes);
}

static void
check_walks(const char *type, unsigned size)
{
   char source[512];

   need_kernels();
   snprintf(source, sizeof(source),
            "kernel void test(global %s *out, global const %s *in,\n"
            "                 global const uint *from,\n"
            "                 global const uint *to,\n"
            "                 global const uint *taken) {\n"
            "   uint i = get_global_id(0);\n"
            "   if (taken[i])\n"
            "      out[to[i]] = in[from[i]] + (%s)1;\n"
            "}\n",
            type, type, type);
   struct bench bench = {
      .kernel = build_kernel(source, NULL),
      .size = size,
      .out = new_buffer(CL_MEM_READ_WRITE, N * size, NULL),
      .in = new_buffer(CL_MEM_READ_WRITE, N * size, NULL),
      .from = new_buffer(CL_MEM_READ_WRITE, N * sizeof(cl_uint), NULL),
      .to = new_buffer(CL_MEM_READ_WRITE, N * sizeof(cl_uint), NULL),
      .taken = new_buffer(CL_MEM_READ_WRITE, N * sizeof(cl_uint), NULL),
   };
   SET_ARG(bench.kernel, 0, bench.out);
   SET_ARG(bench.kernel, 1, bench.in);
   SET_ARG(bench.kernel, 2, bench.from);
   SET_ARG(bench.kernel, 3, bench.to);
   SET_ARG(bench.kernel, 4, bench.taken);

   for (unsigned r = 0; r < COUNT(reads); r++)
      for (unsigned w = 0; w < COUNT(writes); w++)
         for (unsigned p = 0; p < COUNT(parts); p++)
            check(&bench, reads[r], writes[w], parts[p], w % 2 ? 5 : 0);

   CHECK_OK(clReleaseMemObject(bench.taken));
   CHECK_OK(clReleaseMemObject(bench.to));
   CHECK_OK(clReleaseMemObject(bench.from));
   CHECK_OK(clReleaseMemObject(bench.in));
   CHECK_OK(clReleaseMemObject(bench.out));
   CHECK_OK(clReleaseKernel(bench.kernel));
}

static void
bytes_are_walked(void **state)
{
   check_walks("uchar", 1);
}

static void
shorts_are_walked(void **state)
{
   check_walks("ushort", 2);
}

static void
ints_are_walked(void **state)
{
   check_walks("uint", 4);
}

static void
longs_are_walked(void **state)
{
   check_walks("ulong", 8);
}

/* The elements of a vector lie side by side, work-items' are apart. */
static void
vectors_are_walked(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global uint4 *out, global uint3 *in) {\n"
                   "   uint i = get_global_id(0);\n"
                   "   out[i] = in[i].zyxx + (uint4)(0, 1, 2, 3);\n"
                   "}\n",
                   NULL);
   cl_uint data[4 * N];

   for (cl_uint i = 0; i < 4 * N; i++)
      data[i] = i * 2654435761u;
   cl_mem in = buffer_of(data, sizeof(data));
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(data), NULL);
   SET_ARG(kernel, 0, out);
   SET_ARG(kernel, 1, in);
   run_1d(kernel, N);
   read_buffer(out, data, sizeof(data));
   for (cl_uint i = 0; i < 4 * N; i++) {
      const cl_uint from[] = {2, 1, 0, 0}, c = i % 4;
      assert_int_equal(data[i], (i - c + from[c]) * 2654435761u + c);
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(in));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Vectors whose elements are smaller than what a driver takes in one go. */
static void
small_vectors_are_walked(void **state)
{
   static const char source[] =
      "kernel void test(global uchar4 *bytes, global ushort4 *shorts,\n"
      "                 global char3 *threes, global uchar *out) {\n"
      "   uint i = get_global_id(0);\n"
      "   uchar4 b = bytes[i];\n"
      "   ushort4 s = shorts[i];\n"
      "   char3 t = threes[i];\n"
      "   bytes[i] = b.wzyx;\n"
      "   shorts[i].yz = s.zy;\n"
      "   threes[i] = t.zxy;\n"
      "   vstore3(b.xyz, i, out);\n"
      "}\n";
   enum { ITEMS = 100 };
   cl_uchar bytes[4 * ITEMS], threes[4 * ITEMS], out[3 * ITEMS] = {0};
   cl_ushort shorts[4 * ITEMS];

   need_kernels();
   cl_kernel kernel = build_kernel(source, NULL);
   for (unsigned i = 0; i < 4 * ITEMS; i++) {
      bytes[i] = threes[i] = i * 37;
      shorts[i] = i * 40503;
   }
   cl_mem buffers[] = {
      buffer_of(bytes, sizeof(bytes)),
      buffer_of(shorts, sizeof(shorts)),
      buffer_of(threes, sizeof(threes)),
      buffer_of(out, sizeof(out)),
   };
   for (unsigned i = 0; i < COUNT(buffers); i++)
      SET_ARG(kernel, i, buffers[i]);
   run_1d(kernel, ITEMS);
   read_buffer(buffers[0], bytes, sizeof(bytes));
   read_buffer(buffers[1], shorts, sizeof(shorts));
   read_buffer(buffers[2], threes, sizeof(threes));
   read_buffer(buffers[3], out, sizeof(out));
   for (unsigned i = 0; i < 4 * ITEMS; i++) {
      static const unsigned back[] = {3, 2, 1, 0}, middle[] = {0, 2, 1, 3};
      static const unsigned three[] = {2, 0, 1};
      const unsigned first = i & ~3u, c = i & 3;
      assert_int_equal(bytes[i], (first + back[c]) * 37 & 0xff);
      assert_int_equal(shorts[i], (first + middle[c]) * 40503 & 0xffff);
      if (c < 3) {
         assert_int_equal(threes[i], (first + three[c]) * 37 & 0xff);
         assert_int_equal(out[first / 4 * 3 + c], i * 37 & 0xff);
      }
   }
   for (unsigned i = 0; i < COUNT(buffers); i++)
      CHECK_OK(clReleaseMemObject(buffers[i]));
   CHECK_OK(clReleaseKernel(kernel));
}

/*
 * Each kind is written by work-items whose neighbours write beside it, and
 * all are read as bytes.
 */
static void
local_memory_is_bytes(void **state)
{
   static const char source[] =
      "kernel void test(global uchar *out, local ulong *memory) {\n"
      "   uint i = get_local_id(0);\n"
      "   local uchar *bytes = (local uchar *)memory;\n"
      "   local ushort *shorts = (local ushort *)(bytes + 64);\n"
      "   local uint *ints = (local uint *)(bytes + 192);\n"
      "   local ulong *longs = (local ulong *)(bytes + 448);\n"
      "   bytes[i] = i;\n"
      "   shorts[i] = 1000 * i;\n"
      "   ints[i] = 100000000 * i;\n"
      "   longs[i] = 0x123456789abcdef * i;\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   uint before = atomic_add(&ints[63 - i], 1);\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   for (int k = 0; k < 15; k++)\n"
      "      out[15 * i + k] = bytes[15 * i + k];\n"
      "   ints = (local uint *)memory;\n"
      "   ulong sum = before;\n"
      "   for (int k = 0; k < 120; k++)\n"
      "      sum += memory[k] + (ulong)ints[k] + shorts[k];\n"
      "   vstore8(as_uchar8(sum), i, out + 960);\n"
      "}\n";
   enum { ITEMS = 64, BYTES = 960 };
   static cl_uchar got[BYTES + 8 * ITEMS], wanted[BYTES];

   need_kernels();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, out);
   CHECK_OK(clSetKernelArg(kernel, 1, BYTES, NULL));
   const size_t size = ITEMS;
   run_kernel(kernel, 1, &size, &size);
   read_buffer(out, got, sizeof(got));

   cl_ulong sum = 0;
   for (cl_uint i = 0; i < ITEMS; i++) {
      const cl_uchar byte = i;
      const cl_ushort two = 1000 * i;
      const cl_uint four = 100000000 * i + 1;
      const cl_ulong eight = 0x123456789abcdef * i;
      memcpy(wanted + i, &byte, 1);
      memcpy(wanted + 64 + 2 * i, &two, 2);
      memcpy(wanted + 192 + 4 * i, &four, 4);
      memcpy(wanted + 448 + 8 * i, &eight, 8);
   }
   assert_memory_equal(got, wanted, BYTES);
   for (cl_uint k = 0; k < 120; k++)
      sum += element(wanted, 8, k) + element(wanted, 4, k) +
             element(wanted + 64, 2, k);
   for (cl_uint i = 0; i < ITEMS; i++)
      assert_true(element(got + BYTES, 8, i) == sum + 100000000u * (63 - i));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

/* To the last byte, however few there are. */
static void
local_memory_is_whole(void **state)
{
   static const char source[] =
      "kernel void test(global uchar *out, local uchar *seven) {\n"
      "   local uchar one;\n"
      "   uint i = get_local_id(0);\n"
      "   if (i == 0)\n"
      "      one = 42;\n"
      "   seven[i] = 3 * i;\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   out[i] = one + seven[6 - i];\n"
      "}\n";
   const size_t size = 7;
   cl_uchar got[7] = {0};

   need_kernels();
   cl_kernel kernel = build_kernel(source, NULL);
   cl_mem out = buffer_of(got, sizeof(got));
   SET_ARG(kernel, 0, out);
   CHECK_OK(clSetKernelArg(kernel, 1, size, NULL));
   run_kernel(kernel, 1, &size, &size);
   read_buffer(out, got, sizeof(got));
   for (unsigned i = 0; i < size; i++)
      assert_int_equal(got[i], 42 + 3 * (6 - i));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Private memory is bytes, too, at places that no compiler knows. */
static void
private_memory_is_bytes(void **state)
{
   static const char source[] =
      "kernel void test(global uint *out, global const uchar *in) {\n"
      "   uint i = get_global_id(0);\n"
      "   union { uchar bytes[20]; ushort shorts[10]; uint ints[5]; } u;\n"
      "   ulong longs[3];\n"
      "   for (int k = 0; k < 5; k++)\n"
      "      u.ints[k] = 0;\n"
      "   for (int k = 0; k < 20; k++)\n"
      "      u.bytes[in[k] % 20] += k + i;\n"
      "   u.shorts[in[i % 20] % 10] ^= 0x1234;\n"
      "   for (int k = 0; k < 3; k++)\n"
      "      longs[in[k] % 3] = u.ints[k] * 0x100000001ul;\n"
      "   for (int k = 0; k < 5; k++)\n"
      "      out[8 * i + k] = u.ints[k];\n"
      "   for (int k = 0; k < 3; k++)\n"
      "      out[8 * i + 5 + k] = longs[k] >> 20;\n"
      "}\n";
   enum { ITEMS = 40 };
   cl_uchar in[20];
   cl_uint got[ITEMS][8];

   need_kernels();
   cl_kernel kernel = build_kernel(source, NULL);
   for (unsigned k = 0; k < COUNT(in); k++)
      in[k] = k * 7;
   cl_mem places = buffer_of(in, sizeof(in));
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(got), NULL);
   SET_ARG(kernel, 0, out);
   SET_ARG(kernel, 1, places);
   run_1d(kernel, ITEMS);
   read_buffer(out, got, sizeof(got));
   for (unsigned i = 0; i < ITEMS; i++) {
      union {
         cl_uchar bytes[20];
         cl_ushort shorts[10];
         cl_uint ints[5];
      } wanted = {{0}};
      cl_ulong longs[3] = {0};
      for (unsigned k = 0; k < COUNT(in); k++)
         wanted.bytes[in[k] % 20] += k + i;
      wanted.shorts[in[i % 20] % 10] ^= 0x1234;
      for (unsigned k = 0; k < 3; k++)
         longs[in[k] % 3] = wanted.ints[k] * 0x100000001ul;
      assert_memory_equal(got[i], wanted.ints, sizeof(wanted.ints));
      for (unsigned k = 0; k < 3; k++)
         assert_int_equal(got[i][5 + k], (cl_uint)(longs[k] >> 20));
   }
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseMemObject(places));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_are_walked),
      cmocka_unit_test(shorts_are_walked),
      cmocka_unit_test(ints_are_walked),
      cmocka_unit_test(longs_are_walked),
      cmocka_unit_test(vectors_are_walked),
      cmocka_unit_test(small_vectors_are_walked),
      cmocka_unit_test(local_memory_is_bytes),
      cmocka_unit_test(local_memory_is_whole),
      cmocka_unit_test(private_memory_is_bytes),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
