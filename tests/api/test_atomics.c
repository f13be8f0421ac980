/* SPDX-License-Identifier: MIT */

/* Atomics of OpenCL C 3.0, of 64 bits, and of floats. */

#include "kernels.h"

#include <math.h>
#include <stdio.h>

enum { N = 2048, GROUP = 64, OPERATIONS = 7 };

#define C11(type)                                                             \
   "#define ADD(p, v) atomic_fetch_add_explicit(p, v, ORDER, SCOPE)\n"       \
   "#define SUB(p, v) atomic_fetch_sub_explicit(p, v, ORDER, SCOPE)\n"       \
   "#define AND(p, v) atomic_fetch_and_explicit(p, v, ORDER, SCOPE)\n"       \
   "#define OR(p, v) atomic_fetch_or_explicit(p, v, ORDER, SCOPE)\n"         \
   "#define XOR(p, v) atomic_fetch_xor_explicit(p, v, ORDER, SCOPE)\n"       \
   "#define MIN(p, v) atomic_fetch_min_explicit(p, v, ORDER, SCOPE)\n"       \
   "#define MAX(p, v) atomic_fetch_max_explicit(p, v, ORDER, SCOPE)\n"       \
   "typedef atomic_" type " A;\n"                                            \
   "typedef " type " T;\n"

/* cl_khr_int64_*_atomics, of OpenCL C 1.x. */
#define ATOM(type)                                                            \
   "#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable\n"           \
   "#pragma OPENCL EXTENSION cl_khr_int64_extended_atomics : enable\n"       \
   "#define ADD atom_add\n"                                                  \
   "#define SUB atom_sub\n"                                                  \
   "#define AND atom_and\n"                                                  \
   "#define OR atom_or\n"                                                    \
   "#define XOR atom_xor\n"                                                  \
   "#define MIN atom_min\n"                                                  \
   "#define MAX atom_max\n"                                                  \
   "typedef " type " A;\n"                                                   \
   "typedef " type " T;\n"

/* Each work-item's value; some are negative. */
#define VALUE(i) (((i) * 0x9e3779b97f4a7c15ull) >> 7)

static const char fold_source[] =
   "T value(size_t i) { return (T)((i * 0x9e3779b97f4a7c15ul) >> 7); }\n"
   "kernel void in_global(global A *to) {\n"
   "   T v = value(get_global_id(0));\n"
   "   ADD(&to[0], v); SUB(&to[1], v); AND(&to[2], v); OR(&to[3], v);\n"
   "   XOR(&to[4], v); MIN(&to[5], v); MAX(&to[6], v);\n"
   "}\n"
   "kernel void in_local(global A *to, local A *own, global T *from) {\n"
   "   size_t i = get_local_id(0);\n"
   "   if (i < 7) *(local T *)&own[i] = from[i];\n"
   "   barrier(CLK_LOCAL_MEM_FENCE);\n"
   "   T v = value(get_global_id(0));\n"
   "   ADD(&own[0], v); SUB(&own[1], v); AND(&own[2], v); OR(&own[3], v);\n"
   "   XOR(&own[4], v); MIN(&own[5], v); MAX(&own[6], v);\n"
   "   barrier(CLK_LOCAL_MEM_FENCE);\n"
   "   if (i == 0) {\n"
   "      local T *got = (local T *)own;\n"
   "      ADD(&to[0], got[0]); ADD(&to[1], got[1]); AND(&to[2], got[2]);\n"
   "      OR(&to[3], got[3]); XOR(&to[4], got[4]); MIN(&to[5], got[5]);\n"
   "      MAX(&to[6], got[6]);\n"
   "   }\n"
   "}\n";

struct type {
   const char *prelude;
   const char *options;
   unsigned size;
   bool is_signed;
};

static int64_t
extend(uint64_t value, const struct type *type)
{
   if (type->size == 8)
      return value;
   return type->is_signed ? (int64_t)(int32_t)value
                          : (int64_t)(uint32_t)value;
}

static bool
is_less(uint64_t a, uint64_t b, const struct type *type)
{
   const int64_t left = extend(a, type), right = extend(b, type);
   return type->is_signed ? left < right : (uint64_t)left < (uint64_t)right;
}

static const uint64_t initial[OPERATIONS] = {
   0, 0, ~0ull, 0, 0, 0x7fffffff, 1,
};

static void
fold_on_host(uint64_t wanted[OPERATIONS], const struct type *type)
{
   memcpy(wanted, initial, sizeof(initial));
   for (uint64_t i = 0; i < N; i++) {
      const uint64_t v = VALUE(i);
      wanted[0] += v;
      wanted[1] -= v;
      wanted[2] &= v;
      wanted[3] |= v;
      wanted[4] ^= v;
      wanted[5] = is_less(v, wanted[5], type) ? v : wanted[5];
      wanted[6] = is_less(wanted[6], v, type) ? v : wanted[6];
   }
}

static cl_mem
buffer_of_type(const uint64_t *values, const struct type *type)
{
   uint32_t narrow[OPERATIONS];
   for (unsigned i = 0; i < OPERATIONS; i++)
      narrow[i] = values[i];
   return type->size == 8 ? buffer_of(values, OPERATIONS * sizeof(*values))
                          : buffer_of(narrow, sizeof(narrow));
}

static void
check_buffer(cl_mem buffer, const uint64_t *wanted, const struct type *type)
{
   uint64_t wide[OPERATIONS] = {0};
   uint32_t narrow[OPERATIONS] = {0};

   read_buffer(buffer, type->size == 8 ? (void *)wide : narrow,
               OPERATIONS * type->size);
   for (unsigned i = 0; i < OPERATIONS; i++) {
      const uint64_t got = type->size == 8 ? wide[i] : narrow[i];
      const uint64_t right =
         type->size == 8 ? wanted[i] : (uint32_t)wanted[i];
      if (got != right)
         fail_msg("operation %u: %#llx, not %#llx\n%s", i,
                  (unsigned long long)got, (unsigned long long)right,
                  type->prelude);
   }
}

static void
check_type(const struct type *type)
{
   static const uint64_t zero[OPERATIONS];
   const size_t global = N, local = GROUP;
   char source[4096];
   uint64_t wanted[OPERATIONS];

   snprintf(source, sizeof(source), "%s%s", type->prelude, fold_source);
   cl_program program = build_program(source, type->options);
   fold_on_host(wanted, type);

   cl_mem to = buffer_of_type(initial, type);
   cl_kernel kernel = CREATED(clCreateKernel(program, "in_global", &code));
   SET_ARG(kernel, 0, to);
   run_kernel(kernel, 1, &global, NULL);
   check_buffer(to, wanted, type);
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseKernel(kernel));

   to = buffer_of_type(initial, type);
   cl_mem from = buffer_of_type(initial, type);
   kernel = CREATED(clCreateKernel(program, "in_local", &code));
   SET_ARG(kernel, 0, to);
   CHECK_OK(clSetKernelArg(kernel, 1, sizeof(zero), NULL));
   SET_ARG(kernel, 2, from);
   run_kernel(kernel, 1, &global, &local);
   check_buffer(to, wanted, type);
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseMemObject(from));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static bool
has_feature(const char *name)
{
   cl_name_version list[64];
   size_t size;

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_OPENCL_C_FEATURES,
                            sizeof(list), list, &size));
   for (unsigned i = 0; i < size / sizeof(*list); i++) {
      if (!strcmp(list[i].name, name))
         return true;
   }
   return false;
}

#define RELAXED                                                               \
   "-cl-std=CL3.0 -DORDER=memory_order_relaxed "                             \
   "-DSCOPE=memory_scope_work_group"
#define ACQ_REL                                                               \
   "-cl-std=CL3.0 -DORDER=memory_order_acq_rel -DSCOPE=memory_scope_device"
#define SEQ_CST                                                               \
   "-cl-std=CL3.0 -DORDER=memory_order_seq_cst -DSCOPE=memory_scope_device"

static void
atomics_of_32_bits_lose_nothing(void **state)
{
   need_kernels();
   check_type(&(struct type){C11("int"), ACQ_REL, 4, true});
   check_type(&(struct type){C11("uint"), ACQ_REL, 4, false});
   if (has_feature("__opencl_c_atomic_order_seq_cst"))
      check_type(&(struct type){C11("int"), SEQ_CST, 4, true});
}

static void
atomics_of_64_bits_lose_nothing(void **state)
{
   need_kernels();
   need_extension("cl_khr_int64_base_atomics");
   need_extension("cl_khr_int64_extended_atomics");
   check_type(&(struct type){C11("long"), ACQ_REL, 8, true});
   check_type(&(struct type){C11("ulong"), ACQ_REL, 8, false});
}

static void
extensions_of_64_bits_lose_nothing(void **state)
{
   need_kernels();
   need_extension("cl_khr_int64_base_atomics");
   need_extension("cl_khr_int64_extended_atomics");
   check_type(&(struct type){ATOM("long"), NULL, 8, true});
   check_type(&(struct type){ATOM("ulong"), NULL, 8, false});
}

/* Work-items take turns: each takes the number that was there. */
static void
exchanges_pass_values_on(void **state)
{
   static const char source[] =
      "#define HOW memory_order_relaxed, memory_scope_device\n"
      "kernel void test(global atomic_uint *p, global uint *seen) {\n"
      "   uint me = get_global_id(0) + 1;\n"
      "   seen[me] = atomic_exchange_explicit(&p[0], me, HOW);\n"
      "   uint old = atomic_load_explicit(&p[1], HOW);\n"
      "   while (!atomic_compare_exchange_strong_explicit(&p[1], &old,\n"
      "             old * 3 + 1, memory_order_relaxed, HOW))\n"
      "      ;\n"
      "   old = atomic_load_explicit(&p[2], HOW);\n"
      "   while (!atomic_compare_exchange_weak_explicit(&p[2], &old,\n"
      "             old + 1, memory_order_relaxed, HOW))\n"
      "      ;\n"
      "   uint wrong = 7;\n"
      "   if (atomic_compare_exchange_strong_explicit(&p[3], &wrong, 1,\n"
      "          memory_order_relaxed, HOW) || wrong != 5)\n"
      "      atomic_store_explicit(&p[4], 1, HOW);\n"
      "}\n";
   static cl_uint seen[N + 1];
   cl_uint values[5] = {0, 0, 0, 5, 0}, wanted = 0;

   need_kernels();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem p = buffer_of(values, sizeof(values));
   cl_mem order = buffer_of(seen, sizeof(seen));
   SET_ARG(kernel, 0, p);
   SET_ARG(kernel, 1, order);
   run_1d(kernel, N);
   read_buffer(p, values, sizeof(values));
   read_buffer(order, seen, sizeof(seen));

   /* From the last back to the first it goes through all of them. */
   cl_uint at = values[0];
   for (unsigned i = 1; i < N; i++) {
      assert_in_range(at, 1, N);
      at = seen[at];
   }
   assert_int_equal(seen[at], 0);
   for (unsigned i = 0; i < N; i++)
      wanted = wanted * 3 + 1;
   assert_int_equal(values[1], wanted);
   assert_int_equal(values[2], N);
   assert_int_equal(values[3], 5);
   assert_int_equal(values[4], 0);
   CHECK_OK(clReleaseMemObject(p));
   CHECK_OK(clReleaseMemObject(order));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
flags_are_set_once(void **state)
{
   static const char source[] =
      "#define HOW memory_order_relaxed, memory_scope_device\n"
      "kernel void test(global atomic_flag *flags, global int *won) {\n"
      "   size_t i = get_global_id(0);\n"
      "   won[i] = !atomic_flag_test_and_set_explicit(&flags[i / 16], HOW);\n"
      "   if (i % 16 == 0)\n"
      "      atomic_flag_clear_explicit(&flags[N / 16 + i / 16], HOW);\n"
      "}\n";
   static cl_int flags[N / 8], won[N];
   char options[64];

   need_kernels();
   for (unsigned i = N / 16; i < N / 8; i++)
      flags[i] = 1;
   snprintf(options, sizeof(options), "-cl-std=CL3.0 -DN=%d", N);
   cl_kernel kernel = build_kernel(source, options);
   cl_mem set = buffer_of(flags, sizeof(flags));
   cl_mem out = buffer_of(won, sizeof(won));
   SET_ARG(kernel, 0, set);
   SET_ARG(kernel, 1, out);
   run_1d(kernel, N);
   read_buffer(set, flags, sizeof(flags));
   read_buffer(out, won, sizeof(won));

   for (unsigned i = 0; i < N / 16; i++) {
      int winners = 0;
      for (unsigned k = 0; k < 16; k++)
         winners += won[i * 16 + k];
      assert_int_equal(winners, 1);
      assert_int_not_equal(flags[i], 0);
      assert_int_equal(flags[N / 16 + i], 0);
   }
   CHECK_OK(clReleaseMemObject(set));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

/* What was written before the release is there after the acquire. */
static void
fences_and_barriers_have_scopes(void **state)
{
   static const char source[] =
      "kernel void test(global int *out) {\n"
      "   local int table[64];\n"
      "   local atomic_int count;\n"
      "   size_t i = get_local_id(0);\n"
      "   if (i == 0) atomic_init(&count, 0);\n"
      "   work_group_barrier(CLK_LOCAL_MEM_FENCE,\n"
      "                      memory_scope_work_group);\n"
      "   table[i] = i;\n"
      "   atomic_work_item_fence(CLK_LOCAL_MEM_FENCE, memory_order_release,\n"
      "                          memory_scope_work_group);\n"
      "   atomic_fetch_add_explicit(&count, 1, memory_order_relaxed,\n"
      "                             memory_scope_work_group);\n"
      "   work_group_barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE,\n"
      "                      memory_scope_device);\n"
      "   int all = atomic_load_explicit(&count, memory_order_acquire,\n"
      "                                  memory_scope_work_group);\n"
      "   out[get_global_id(0)] = all * 1000 + table[63 - i];\n"
      "}\n";
   static cl_int out[N];
   const size_t global = N, local = GROUP;

   need_kernels();
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = buffer_of(out, sizeof(out));
   SET_ARG(kernel, 0, buffer);
   run_kernel(kernel, 1, &global, &local);
   read_buffer(buffer, out, sizeof(out));
   for (int i = 0; i < N; i++)
      assert_int_equal(out[i], 64 * 1000 + 63 - i % 64);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Without an order it is seq_cst, without a scope the device's. */
static void
short_forms_need_their_features(void **state)
{
   static const char source[] =
      "kernel void test(global atomic_int *p) {\n"
      "   atomic_fetch_add(&p[0], 2);\n"
      "   atomic_store(&p[1], atomic_load(&p[2]) + 1);\n"
      "   atomic_exchange(&p[3], 9);\n"
      "}\n";
   cl_int values[4] = {40, 0, 5, 0};

   need_kernels();
   if (!has_feature("__opencl_c_atomic_order_seq_cst") ||
       !has_feature("__opencl_c_atomic_scope_device"))
      skip_test("the device has no order for all");
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = buffer_of(values, sizeof(values));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, values, sizeof(values));
   assert_int_equal(values[0], 42);
   assert_int_equal(values[1], 6);
   assert_int_equal(values[3], 9);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
memory_of_all_devices_is_known(void **state)
{
   static const char source[] =
      "kernel void test(global atomic_int *p) {\n"
      "   atomic_fetch_add_explicit(&p[0], 2, memory_order_acq_rel,\n"
      "                             memory_scope_all_svm_devices);\n"
      "   atomic_work_item_fence(CLK_GLOBAL_MEM_FENCE,\n"
      "                          memory_order_acq_rel,\n"
      "                          memory_scope_all_devices);\n"
      "   int old = atomic_load_explicit(&p[0], memory_order_acquire,\n"
      "                                  memory_scope_all_devices);\n"
      "   work_group_barrier(CLK_GLOBAL_MEM_FENCE,\n"
      "                      memory_scope_all_devices);\n"
      "   atomic_store_explicit(&p[1], old, memory_order_release,\n"
      "                         memory_scope_all_svm_devices);\n"
      "   atomic_init(&p[2], 0);\n"
      "}\n";
   cl_int values[3] = {40, 0, 5};

   need_kernels();
   if (!has_feature("__opencl_c_atomic_scope_all_devices"))
      skip_test("the device's memory is its own");
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_mem buffer = buffer_of(values, sizeof(values));
   SET_ARG(kernel, 0, buffer);
   run_1d(kernel, 1);
   read_buffer(buffer, values, sizeof(values));
   assert_int_equal(values[0], 42);
   assert_int_equal(values[1], 42);
   assert_int_equal(values[2], 0);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* The kernel waits for the host, which waits for the kernel. */
static void
host_and_kernel_talk(void **state)
{
   static const char source[] =
      "#define HOW memory_order_relaxed, memory_scope_all_svm_devices\n"
      "kernel void test(global atomic_int *flags, global int *data) {\n"
      "   data[0] = 11;\n"
      "   atomic_store_explicit(&flags[0], 1, memory_order_release,\n"
      "                         memory_scope_all_svm_devices);\n"
      "   while (atomic_load_explicit(&flags[1], HOW) == 0)\n"
      "      ;\n"
      "   atomic_work_item_fence(CLK_GLOBAL_MEM_FENCE,\n"
      "      memory_order_acquire, memory_scope_all_svm_devices);\n"
      "   data[1] = data[2] + atomic_fetch_add_explicit(&flags[2], 5, HOW);\n"
      "}\n";
   const cl_svm_mem_flags flags = CL_MEM_SVM_FINE_GRAIN_BUFFER;
   const size_t one = 1;

   need_kernels();
   if (!(device_ulong(CL_DEVICE_SVM_CAPABILITIES) & CL_DEVICE_SVM_ATOMICS))
      skip_test("kernels share no atomics with the host");
   cl_kernel kernel = build_kernel(source, "-cl-std=CL3.0");
   cl_int *shared =
      clSVMAlloc(client.context, flags | CL_MEM_SVM_ATOMICS, 64, 0);
   cl_int *data = clSVMAlloc(client.context, flags, 64, 0);
   assert_non_null(shared);
   assert_non_null(data);
   memset(shared, 0, 64);
   shared[2] = 30;

   CHECK_OK(clSetKernelArgSVMPointer(kernel, 0, shared));
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 1, data));
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &one, NULL,
                                   0, NULL, NULL));
   CHECK_OK(clFlush(client.queue));
   while (__atomic_load_n(&shared[0], __ATOMIC_ACQUIRE) == 0)
      ;
   assert_int_equal(data[0], 11);
   data[2] = 100;
   __atomic_store_n(&shared[1], 1, __ATOMIC_RELEASE);
   CHECK_OK(clFinish(client.queue));
   assert_int_equal(data[1], 130);
   assert_int_equal(shared[2], 35);
   clSVMFree(client.context, shared);
   clSVMFree(client.context, data);
   CHECK_OK(clReleaseKernel(kernel));
}

static const char float_source[] =
   "#define HOW memory_order_relaxed, memory_scope_device\n"
   "kernel void test(global A *to, local A *own) {\n"
   "   T v = (T)((int)get_global_id(0) - 1000) / 4;\n"
   "   if (get_local_id(0) == 0) {\n"
   "      for (int i = 0; i < 3; i++) atomic_init(&own[i], (T)0);\n"
   "   }\n"
   "   barrier(CLK_LOCAL_MEM_FENCE);\n"
   "   atomic_fetch_add_explicit(&to[0], v, HOW);\n"
   "   atomic_fetch_min_explicit(&to[1], v, HOW);\n"
   "   atomic_fetch_max_explicit(&to[2], v, HOW);\n"
   "   atomic_fetch_add_explicit(&own[0], v, HOW);\n"
   "   atomic_fetch_min_explicit(&own[1], v, HOW);\n"
   "   atomic_fetch_max_explicit(&own[2], v, HOW);\n"
   "   barrier(CLK_LOCAL_MEM_FENCE);\n"
   "   if (get_local_id(0) == 0) {\n"
   "      T got = atomic_load_explicit(&own[0], HOW);\n"
   "      atomic_fetch_add_explicit(&to[3], got, HOW);\n"
   "      got = atomic_load_explicit(&own[1], HOW);\n"
   "      atomic_fetch_min_explicit(&to[4], got, HOW);\n"
   "      got = atomic_load_explicit(&own[2], HOW);\n"
   "      atomic_fetch_max_explicit(&to[5], got, HOW);\n"
   "   }\n"
   "}\n";

/* Quarters: sums are exact in any order. */
static void
check_floats(const char *type, unsigned size)
{
   char options[96];
   cl_double wide[6] = {0};
   cl_float narrow[6] = {0};
   void *values = size == 8 ? (void *)wide : narrow;
   const size_t global = N, local = GROUP;
   double sum = 0;

   for (int i = 0; i < N; i++)
      sum += (i - 1000) / 4.0;
   snprintf(options, sizeof(options), "-cl-std=CL3.0 -DT=%s -DA=atomic_%s",
            type, type);
   cl_kernel kernel = build_kernel(float_source, options);
   cl_mem to = buffer_of(values, 6 * size);
   SET_ARG(kernel, 0, to);
   CHECK_OK(clSetKernelArg(kernel, 1, 3 * size, NULL));
   run_kernel(kernel, 1, &global, &local);
   read_buffer(to, values, 6 * size);
   for (unsigned i = 0; i < 6; i++) {
      const double wanted[] = {sum, -1000 / 4.0, (N - 1001) / 4.0};
      const double got = size == 8 ? wide[i] : narrow[i];
      assert_true(got == wanted[i % 3]);
   }
   CHECK_OK(clReleaseMemObject(to));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
atomics_of_floats_lose_nothing(void **state)
{
   need_kernels();
   need_extension("cl_ext_float_atomics");
   if (device_ulong(CL_DEVICE_SINGLE_FP_ATOMIC_CAPABILITIES_EXT))
      check_floats("float", 4);
   if (device_ulong(CL_DEVICE_DOUBLE_FP_ATOMIC_CAPABILITIES_EXT))
      check_floats("double", 8);
}

/* Capabilities, features and macros say the same. */
static void
capabilities_are_features(void **state)
{
   static const struct {
      const char *name;
      cl_device_atomic_capabilities bit;
   } known[] = {
      {"__opencl_c_atomic_order_acq_rel", CL_DEVICE_ATOMIC_ORDER_ACQ_REL},
      {"__opencl_c_atomic_order_seq_cst", CL_DEVICE_ATOMIC_ORDER_SEQ_CST},
      {"__opencl_c_atomic_scope_device", CL_DEVICE_ATOMIC_SCOPE_DEVICE},
      {"__opencl_c_atomic_scope_all_devices",
       CL_DEVICE_ATOMIC_SCOPE_ALL_DEVICES},
   };

   need_kernels();
   const cl_device_atomic_capabilities memory =
      device_ulong(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES);
   const cl_device_atomic_capabilities fence =
      device_ulong(CL_DEVICE_ATOMIC_FENCE_CAPABILITIES);
   assert_true(memory & CL_DEVICE_ATOMIC_ORDER_RELAXED);
   assert_true(memory & CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP);
   assert_true(fence & CL_DEVICE_ATOMIC_ORDER_ACQ_REL);
   assert_false(memory & CL_DEVICE_ATOMIC_SCOPE_WORK_ITEM);
   for (unsigned i = 0; i < COUNT(known); i++) {
      char source[256];
      const bool has = has_feature(known[i].name);

      assert_int_equal(has, (memory & known[i].bit) != 0);
      snprintf(source, sizeof(source),
               "#%s %s\n#error it is not so\n#endif\n"
               "kernel void test(void) {}\n",
               has ? "ifndef" : "ifdef", known[i].name);
      CHECK_OK(clReleaseKernel(build_kernel(source, "-cl-std=CL3.0")));
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(atomics_of_32_bits_lose_nothing),
      cmocka_unit_test(atomics_of_64_bits_lose_nothing),
      cmocka_unit_test(extensions_of_64_bits_lose_nothing),
      cmocka_unit_test(exchanges_pass_values_on),
      cmocka_unit_test(flags_are_set_once),
      cmocka_unit_test(fences_and_barriers_have_scopes),
      cmocka_unit_test(short_forms_need_their_features),
      cmocka_unit_test(memory_of_all_devices_is_known),
      cmocka_unit_test(host_and_kernel_talk),
      cmocka_unit_test(atomics_of_floats_lose_nothing),
      cmocka_unit_test(capabilities_are_features),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
