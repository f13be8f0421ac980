/* SPDX-License-Identifier: MIT */

/* Shared virtual memory: 5.6. */

#include "kernels.h"

#include <stdlib.h>

enum { N = 1000 };

static void
need_svm(void)
{
   if (device_ulong(CL_DEVICE_SVM_CAPABILITIES) == 0)
      skip_test("the device has no SVM");
}

static void
need_system_svm(void)
{
   if (!(device_ulong(CL_DEVICE_SVM_CAPABILITIES) &
         CL_DEVICE_SVM_FINE_GRAIN_SYSTEM))
      skip_test("the device has no system SVM");
}

static void *
svm_alloc(size_t size)
{
   void *pointer = clSVMAlloc(client.context, CL_MEM_READ_WRITE, size, 0);
   assert_non_null(pointer);
   return pointer;
}

static void
capabilities_are_nested(void **state)
{
   const cl_ulong svm = device_ulong(CL_DEVICE_SVM_CAPABILITIES);

   if (svm & ~(cl_ulong)CL_DEVICE_SVM_COARSE_GRAIN_BUFFER)
      assert_true(svm & CL_DEVICE_SVM_COARSE_GRAIN_BUFFER);
   if (svm & CL_DEVICE_SVM_FINE_GRAIN_SYSTEM)
      assert_true(svm & CL_DEVICE_SVM_FINE_GRAIN_BUFFER);
}

static void
allocations_are_aligned_and_apart(void **state)
{
   static const cl_svm_mem_flags flags[] = {
      0,
      CL_MEM_READ_WRITE,
      CL_MEM_READ_ONLY,
      CL_MEM_WRITE_ONLY,
   };
   unsigned char *all[COUNT(flags)][8];

   need_svm();
   for (unsigned f = 0; f < COUNT(flags); f++) {
      for (unsigned i = 0; i < 8; i++) {
         const size_t size = i == 7 ? (size_t)3 << 20 : 100 + i;
         all[f][i] = clSVMAlloc(client.context, flags[f], size, 1u << i);
         assert_non_null(all[f][i]);
         assert_int_equal((uintptr_t)all[f][i] % (1u << i), 0);
         memset(all[f][i], f * 8 + i, size);
      }
   }
   for (unsigned f = 0; f < COUNT(flags); f++) {
      for (unsigned i = 0; i < 8; i++) {
         assert_int_equal(all[f][i][0], f * 8 + i);
         assert_int_equal(all[f][i][99], f * 8 + i);
         clSVMFree(client.context, all[f][i]);
      }
   }
   void *largest = svm_alloc(1);
   assert_int_equal((uintptr_t)largest % 128, 0);
   clSVMFree(client.context, largest);
   clSVMFree(client.context, NULL);
}

static void
bad_allocations_are_refused(void **state)
{
   const cl_ulong most = device_ulong(CL_DEVICE_MAX_MEM_ALLOC_SIZE);
   const cl_ulong svm = device_ulong(CL_DEVICE_SVM_CAPABILITIES);
   cl_context context = client.context;

   need_svm();
   assert_null(clSVMAlloc(NULL, CL_MEM_READ_WRITE, 64, 0));
   if (client.is_trefoil)
      assert_null(
         clSVMAlloc((cl_context)client.queue, CL_MEM_READ_WRITE, 64, 0));
   assert_null(
      clSVMAlloc(context, CL_MEM_READ_WRITE | CL_MEM_READ_ONLY, 64, 0));
   assert_null(
      clSVMAlloc(context, CL_MEM_WRITE_ONLY | CL_MEM_READ_ONLY, 64, 0));
   assert_null(
      clSVMAlloc(context, CL_MEM_WRITE_ONLY | CL_MEM_READ_WRITE, 64, 0));
   assert_null(clSVMAlloc(context, CL_MEM_USE_HOST_PTR, 64, 0));
   assert_null(
      clSVMAlloc(context, CL_MEM_READ_WRITE | CL_MEM_SVM_ATOMICS, 64, 0));
   if (!(svm & CL_DEVICE_SVM_ATOMICS))
      assert_null(clSVMAlloc(
         context, CL_MEM_SVM_FINE_GRAIN_BUFFER | CL_MEM_SVM_ATOMICS, 64, 0));
   assert_null(clSVMAlloc(context, CL_MEM_READ_WRITE, 0, 0));
   assert_null(clSVMAlloc(context, CL_MEM_READ_WRITE, most + 1, 0));
   assert_null(clSVMAlloc(context, CL_MEM_READ_WRITE, SIZE_MAX, 0));
   assert_null(clSVMAlloc(context, CL_MEM_READ_WRITE, 64, 3));
   assert_null(clSVMAlloc(context, CL_MEM_READ_WRITE, 64, 256));
   assert_null(clSVMAlloc(context, CL_MEM_READ_WRITE, 64, 1u << 31));
}

/* Freeing what is none, twice, or in another context changes nothing. */
static void
stray_frees_are_harmless(void **state)
{
   int on_stack = 5;

   need_svm();
   need_trefoil("others need not notice");
   int *mine = svm_alloc(64);
   *mine = 1;
   clSVMFree(client.stranger, mine);
   clSVMFree(client.context, mine + 1);
   clSVMFree(client.context, &on_stack);
   clSVMFree(NULL, mine);
   assert_int_equal(*mine, 1);
   clSVMFree(client.context, mine);
   clSVMFree(client.context, mine);
}

static void
kernels_use_the_hosts_pointers(void **state)
{
   need_svm();
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *out, constant int *in) {\n"
                   "   size_t i = get_global_id(0);\n"
                   "   out[i] = in[i] * 3;\n"
                   "}\n",
                   NULL);
   cl_int *in = svm_alloc(N * sizeof(*in)), *out = svm_alloc(N * sizeof(*in));

   for (cl_int i = 0; i < N; i++)
      in[i] = i + 7;
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 0, out));
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 1, in));
   run_1d(kernel, N);
   for (cl_int i = 0; i < N; i++)
      assert_int_equal(out[i], (i + 7) * 3);

   /* Pointers into the middle. */
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 0, out + 500));
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 1, in + 10));
   run_1d(kernel, 100);
   for (cl_int i = 0; i < 100; i++) {
      assert_int_equal(out[i], (i + 7) * 3);
      assert_int_equal(out[500 + i], (i + 17) * 3);
   }
   clSVMFree(client.context, in);
   clSVMFree(client.context, out);
   CHECK_OK(clReleaseKernel(kernel));
}

/* What was set last counts, also in a clone. */
static void
buffers_and_pointers_replace_each_other(void **state)
{
   need_svm();
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *out, int value) {\n"
                   "   if (out)\n"
                   "      out[0] = value;\n"
                   "}\n",
                   NULL);
   cl_int *out = svm_alloc(sizeof(*out)), value = 1, got = 0;
   cl_mem buffer = buffer_of(&got, sizeof(got));

   *out = 0;
   SET_ARG(kernel, 0, buffer);
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 0, out));
   SET_ARG(kernel, 1, value);
   run_1d(kernel, 1);
   assert_int_equal(*out, 1);
   cl_kernel clone = CREATED(clCloneKernel(kernel, &code));

   SET_ARG(kernel, 0, buffer);
   value = 2;
   SET_ARG(kernel, 1, value);
   run_1d(kernel, 1);
   read_buffer(buffer, &got, sizeof(got));
   assert_int_equal(got, 2);
   assert_int_equal(*out, 1);

   value = 3;
   SET_ARG(clone, 1, value);
   run_1d(clone, 1);
   assert_int_equal(*out, 3);

   /* NULL, both ways. */
   CHECK_OK(clSetKernelArgSVMPointer(clone, 0, NULL));
   run_1d(clone, 1);
   CHECK_OK(clSetKernelArgSVMPointer(clone, 0, out));
   CHECK_OK(clSetKernelArg(clone, 0, sizeof(cl_mem), NULL));
   value = 4;
   SET_ARG(clone, 1, value);
   run_1d(clone, 1);
   assert_int_equal(*out, 3);
   read_buffer(buffer, &got, sizeof(got));
   assert_int_equal(got, 2);

   clSVMFree(client.context, out);
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(clone));
   CHECK_OK(clReleaseKernel(kernel));
}

struct node {
   struct node *next;
   cl_int value;
};

static const char sum_source[] =
   "struct node { global struct node *next; int value; };\n"
   "kernel void test(global struct node *node, global int *sum) {\n"
   "   int total = 0;\n"
   "   for (; node; node = node->next) {\n"
   "      total += node->value;\n"
   "      node->value = -node->value;\n"
   "   }\n"
   "   *sum = total;\n"
   "}\n";

static void
check_list(cl_kernel kernel, struct node *const *nodes, cl_int *sum)
{
   for (cl_int i = 0; i < N; i++) {
      nodes[i]->value = i;
      nodes[i]->next = i + 1 < N ? nodes[i + 1] : NULL;
   }
   *sum = 0;
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 0, nodes[0]));
   CHECK_OK(clSetKernelArgSVMPointer(kernel, 1, sum));
   run_1d(kernel, 1);
   assert_int_equal(*sum, N * (N - 1) / 2);
   for (cl_int i = 0; i < N; i++)
      assert_int_equal(nodes[i]->value, -i);
}

static void
kernels_follow_pointers(void **state)
{
   struct node *nodes[N];

   need_svm();
   need_kernels();
   cl_kernel kernel = build_kernel(sum_source, NULL);
   cl_int *sum = svm_alloc(sizeof(*sum));
   for (unsigned i = 0; i < N; i++)
      nodes[i] = svm_alloc(sizeof(struct node));
   CHECK_OK(clSetKernelExecInfo(kernel, CL_KERNEL_EXEC_INFO_SVM_PTRS,
                                sizeof(nodes), nodes));
   check_list(kernel, nodes, sum);

   for (unsigned i = 0; i < N; i += 2)
      clSVMFree(client.context, nodes[i]);
   for (unsigned i = 1; i < N; i += 2)
      clSVMFree(client.context, nodes[i]);
   clSVMFree(client.context, sum);
   CHECK_OK(clReleaseKernel(kernel));
}

static void
kernels_follow_any_pointer(void **state)
{
   struct node *nodes[N];
   cl_int sum;
   const cl_bool yes = CL_TRUE;

   need_system_svm();
   need_kernels();
   cl_kernel kernel = build_kernel(sum_source, NULL);
   for (unsigned i = 0; i < N; i++) {
      nodes[i] = malloc(sizeof(struct node));
      assert_non_null(nodes[i]);
   }
   CHECK_OK(clSetKernelExecInfo(
      kernel, CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM, sizeof(yes), &yes));
   check_list(kernel, nodes, &sum);
   for (unsigned i = 0; i < N; i++)
      free(nodes[i]);
   CHECK_OK(clReleaseKernel(kernel));
}

static void
copies_and_fills(void **state)
{
   cl_event event;

   need_svm();
   unsigned char *a = svm_alloc(4096), *b = svm_alloc(4096), host[4096];
   unsigned char pattern[128];

   fill_bytes(host, sizeof(host), 1);
   CHECK_OK(clEnqueueSVMMemcpy(client.queue, CL_TRUE, a, host, sizeof(host),
                               0, NULL, NULL));
   assert_memory_equal(a, host, sizeof(host));
   CHECK_OK(clEnqueueSVMMemcpy(client.queue, CL_FALSE, b + 5, a, 1000, 0,
                               NULL, &event));
   assert_int_equal(event_type(event), CL_COMMAND_SVM_MEMCPY);
   end_event(event, CL_COMPLETE);
   assert_memory_equal(b + 5, host, 1000);
   /* Neighbours within one allocation. */
   CHECK_OK(clEnqueueSVMMemcpy(client.queue, CL_TRUE, a + 2048, a, 2048, 0,
                               NULL, NULL));
   assert_memory_equal(a + 2048, host, 2048);

   for (size_t size = 1; size <= 128; size *= 2) {
      fill_bytes(pattern, size, 2);
      memset(a, 0, 4096);
      CHECK_OK(clEnqueueSVMMemFill(client.queue, a + 128, pattern, size, 1024,
                                   0, NULL, &event));
      memset(pattern, 0, 1);
      assert_int_equal(event_type(event), CL_COMMAND_SVM_MEMFILL);
      end_event(event, CL_COMPLETE);
      fill_bytes(pattern, size, 2);
      for (size_t i = 0; i < 4096; i++)
         assert_int_equal(a[i],
                          i >= 128 && i < 128 + 1024 ? pattern[i % size] : 0);
   }
   clSVMFree(client.context, a);
   clSVMFree(client.context, b);
}

static void
maps_and_migrates(void **state)
{
   static const cl_map_flags flags[] = {
      CL_MAP_READ,
      CL_MAP_WRITE,
      CL_MAP_READ | CL_MAP_WRITE,
      CL_MAP_WRITE_INVALIDATE_REGION,
   };
   cl_event event;

   need_svm();
   char *memory = svm_alloc(4096);
   for (unsigned i = 0; i < COUNT(flags); i++) {
      CHECK_OK(clEnqueueSVMMap(client.queue, CL_TRUE, flags[i], memory, 4096,
                               0, NULL, &event));
      assert_int_equal(event_type(event), CL_COMMAND_SVM_MAP);
      assert_int_equal(event_status(event), CL_COMPLETE);
      CHECK_OK(clReleaseEvent(event));
      memset(memory, 'a' + i, 4096);
      CHECK_OK(clEnqueueSVMUnmap(client.queue, memory, 0, NULL, &event));
      assert_int_equal(event_type(event), CL_COMMAND_SVM_UNMAP);
      end_event(event, CL_COMPLETE);
   }

   const void *pointers[] = {memory, memory + 100};
   const size_t sizes[] = {0, 3996};
   CHECK_OK(clEnqueueSVMMigrateMem(client.queue, 2, pointers, sizes, 0, 0,
                                   NULL, &event));
   assert_int_equal(event_type(event), CL_COMMAND_SVM_MIGRATE_MEM);
   end_event(event, CL_COMPLETE);
   CHECK_OK(clEnqueueSVMMigrateMem(client.queue, 2, pointers, NULL,
                                   CL_MIGRATE_MEM_OBJECT_HOST, 0, NULL,
                                   NULL));
   CHECK_OK(clFinish(client.queue));
   assert_int_equal(memory[4095], 'a' + COUNT(flags) - 1);
   clSVMFree(client.context, memory);
}

struct freed {
   cl_command_queue queue;
   void *pointers[2];
   unsigned calls;
};

static void CL_CALLBACK
note_free(cl_command_queue queue, cl_uint count, void *pointers[], void *data)
{
   struct freed *freed = data;

   freed->queue = queue;
   freed->calls++;
   for (cl_uint i = 0; i < count && i < 2; i++) {
      freed->pointers[i] = pointers[i];
      clSVMFree(client.context, pointers[i]);
   }
}

static void
frees_in_order(void **state)
{
   struct freed freed = {0};
   cl_event event;

   need_svm();
   void *pointers[] = {svm_alloc(64), svm_alloc((size_t)2 << 20)};
   void *const first = pointers[0], *const second = pointers[1];
   cl_event gate = new_user_event();
   CHECK_OK(clEnqueueSVMFree(client.queue, 2, pointers, note_free, &freed, 1,
                             &gate, &event));
   memset(pointers, 0, sizeof(pointers));
   assert_int_equal(event_type(event), CL_COMMAND_SVM_FREE);
   CHECK_OK(clFlush(client.queue));
   sleep_ms(20);
   assert_int_equal(freed.calls, 0);
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
   assert_int_equal(freed.calls, 1);
   assert_ptr_equal(freed.queue, client.queue);
   assert_ptr_equal(freed.pointers[0], first);
   assert_ptr_equal(freed.pointers[1], second);

   /* Without a callback, with a NULL pointer, and with none. */
   void *more[] = {svm_alloc(64), NULL};
   CHECK_OK(
      clEnqueueSVMFree(client.queue, 2, more, NULL, NULL, 0, NULL, &event));
   end_event(event, CL_COMPLETE);
   CHECK_OK(
      clEnqueueSVMFree(client.queue, 0, NULL, NULL, NULL, 0, NULL, &event));
   end_event(event, CL_COMPLETE);
}

static void
waits_for_events(void **state)
{
   need_svm();
   cl_event gate = new_user_event(), filled, copied;
   cl_int *a = svm_alloc(64), *b = svm_alloc(64), value = 9;

   *a = *b = 0;
   CHECK_OK(clEnqueueSVMMemFill(client.ooo, a, &value, sizeof(value), 64, 1,
                                &gate, &filled));
   CHECK_OK(clEnqueueSVMMemcpy(client.ooo, CL_FALSE, b, a, 64, 1, &filled,
                               &copied));
   CHECK_OK(clFlush(client.ooo));
   sleep_ms(20);
   assert_int_equal(*a, 0);
   assert_int_equal(*b, 0);
   complete_user_event(gate);
   end_event(copied, CL_COMPLETE);
   end_event(filled, CL_COMPLETE);
   assert_int_equal(*b, 9);

   /* A failed event: the blocking command says so and does nothing. */
   gate = new_user_event();
   CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
   *b = 1;
   CHECK_CODE(
      CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
      clEnqueueSVMMemcpy(client.queue, CL_TRUE, b, a, 64, 1, &gate, NULL));
   CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clEnqueueSVMMap(client.queue, CL_TRUE, CL_MAP_READ, b, 64, 1,
                              &gate, NULL));
   assert_int_equal(*b, 1);
   CHECK_OK(clReleaseEvent(gate));
   clSVMFree(client.context, a);
   clSVMFree(client.context, b);
}

static void
buffers_lie_in_svm(void **state)
{
   cl_bool svm = 9;
   cl_int *mapped;

   need_svm();
   const size_t align = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   cl_int *memory = svm_alloc(2 * align);
   memory[0] = 77;
   cl_mem buffer = new_buffer(CL_MEM_USE_HOST_PTR, 2 * align, memory);
   cl_mem part = new_sub_buffer(buffer, align, align);

   assert_int_equal(mem_uint(buffer, CL_MEM_USES_SVM_POINTER), CL_TRUE);
   assert_int_equal(mem_uint(part, CL_MEM_USES_SVM_POINTER), CL_TRUE);
   mapped =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_READ,
                                 0, 4, 0, NULL, NULL, &code));
   assert_ptr_equal(mapped, memory);
   assert_int_equal(*mapped, 77);
   CHECK_OK(
      clEnqueueUnmapMemObject(client.queue, buffer, mapped, 0, NULL, NULL));
   CHECK_OK(clFinish(client.queue));
   REFUSED(CL_INVALID_BUFFER_SIZE,
           clCreateBuffer(client.context, CL_MEM_USE_HOST_PTR, 2 * align + 1,
                          memory, &code));
   CHECK_OK(clReleaseMemObject(part));
   CHECK_OK(clReleaseMemObject(buffer));

   cl_mem other = new_buffer(CL_MEM_COPY_HOST_PTR, align, memory);
   CHECK_OK(clGetMemObjectInfo(other, CL_MEM_USES_SVM_POINTER, sizeof(svm),
                               &svm, NULL));
   assert_int_equal(svm, CL_FALSE);
   CHECK_OK(clReleaseMemObject(other));
   clSVMFree(client.context, memory);
}

/* Memory that the client forgot goes with the context. */
static void
contexts_free_what_is_left(void **state)
{
   need_svm();
   cl_context context =
      CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
   for (unsigned i = 0; i < 100; i++)
      assert_non_null(
         clSVMAlloc(context, CL_MEM_READ_WRITE, (size_t)1 << (i % 22), 0));
   CHECK_OK(clReleaseContext(context));
}

/* Checks what all commands check: `call` uses `queue`, `count`, `waits`. */
#define CHECK_COMMON(call)                                                    \
   do {                                                                       \
      cl_command_queue queue = NULL;                                          \
      cl_uint count = 0;                                                      \
      const cl_event *waits = NULL;                                           \
      CHECK_CODE(CL_INVALID_COMMAND_QUEUE, call);                             \
      queue = (cl_command_queue)client.context;                               \
      CHECK_HANDLE(CL_INVALID_COMMAND_QUEUE, call);                           \
      queue = client.queue;                                                   \
      count = 1;                                                              \
      CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST, call);                           \
      waits = &none;                                                          \
      CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST, call);                           \
      count = 0;                                                              \
      CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST, call);                           \
      count = 1;                                                              \
      waits = &foreign;                                                       \
      CHECK_CODE(CL_INVALID_CONTEXT, call);                                   \
   } while (0)

static void
bad_commands_are_refused(void **state)
{
   need_svm();
   cl_event event = (cl_event)&code, none = NULL;
   cl_event foreign = CREATED(clCreateUserEvent(client.stranger, &code));
   char *a = svm_alloc(256), *b = svm_alloc(256);
   void *pointers[] = {a};
   const void *froms[] = {a};
   const cl_int pattern = 3;

   CHECK_COMMON(
      clEnqueueSVMFree(queue, 1, pointers, NULL, NULL, count, waits, &event));
   CHECK_COMMON(
      clEnqueueSVMMemcpy(queue, CL_TRUE, a, b, 64, count, waits, &event));
   CHECK_COMMON(
      clEnqueueSVMMemFill(queue, a, &pattern, 4, 64, count, waits, &event));
   CHECK_COMMON(clEnqueueSVMMap(queue, CL_TRUE, CL_MAP_READ, a, 64, count,
                                waits, &event));
   CHECK_COMMON(clEnqueueSVMUnmap(queue, a, count, waits, &event));
   CHECK_COMMON(
      clEnqueueSVMMigrateMem(queue, 1, froms, NULL, 0, count, waits, &event));

#define FREE(count, list)                                                     \
   clEnqueueSVMFree(client.queue, (count), (list), NULL, NULL, 0, NULL, &event)
#define COPY(to, from, size)                                                  \
   clEnqueueSVMMemcpy(client.queue, CL_TRUE, (to), (from), (size), 0, NULL,   \
                      &event)
#define FILL(to, pattern, step, size)                                         \
   clEnqueueSVMMemFill(client.queue, (to), (pattern), (step), (size), 0,      \
                       NULL, &event)
#define MAP(flags, at, size)                                                  \
   clEnqueueSVMMap(client.queue, CL_TRUE, (flags), (at), (size), 0, NULL,     \
                   &event)
#define MIGRATE(count, list, sizes, flags)                                    \
   clEnqueueSVMMigrateMem(client.queue, (count), (list), (sizes), (flags), 0, \
                          NULL, &event)
   CHECK_CODE(CL_INVALID_VALUE, FREE(0, pointers));
   CHECK_CODE(CL_INVALID_VALUE, FREE(1, NULL));

   CHECK_CODE(CL_INVALID_VALUE, COPY(NULL, b, 64));
   CHECK_CODE(CL_INVALID_VALUE, COPY(a, NULL, 64));
   CHECK_CODE(CL_MEM_COPY_OVERLAP, COPY(a, a, 64));
   CHECK_CODE(CL_MEM_COPY_OVERLAP, COPY(a, a + 63, 64));
   CHECK_CODE(CL_MEM_COPY_OVERLAP, COPY(a + 63, a, 64));

   CHECK_CODE(CL_INVALID_VALUE, FILL(NULL, &pattern, 4, 64));
   CHECK_CODE(CL_INVALID_VALUE, FILL(a + 2, &pattern, 4, 64));
   CHECK_CODE(CL_INVALID_VALUE, FILL(a, NULL, 4, 64));
   CHECK_CODE(CL_INVALID_VALUE, FILL(a, &pattern, 0, 64));
   CHECK_CODE(CL_INVALID_VALUE, FILL(a, &pattern, 3, 63));
   CHECK_CODE(CL_INVALID_VALUE, FILL(a, b, 256, 256));
   CHECK_CODE(CL_INVALID_VALUE, FILL(a, &pattern, 4, 63));

   CHECK_CODE(CL_INVALID_VALUE, MAP(CL_MAP_READ, NULL, 64));
   CHECK_CODE(CL_INVALID_VALUE, MAP(CL_MAP_READ, a, 0));
   CHECK_CODE(CL_INVALID_VALUE, MAP(1 << 10, a, 64));
   CHECK_CODE(CL_INVALID_VALUE,
              MAP(CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION, a, 64));
   CHECK_CODE(CL_INVALID_VALUE,
              clEnqueueSVMUnmap(client.queue, NULL, 0, NULL, &event));

   const size_t beyond = 257;
   const void *strange[] = {&pattern};
   CHECK_CODE(CL_INVALID_VALUE, MIGRATE(0, froms, NULL, 0));
   CHECK_CODE(CL_INVALID_VALUE, MIGRATE(1, NULL, NULL, 0));
   CHECK_CODE(CL_INVALID_VALUE, MIGRATE(1, froms, &beyond, 0));
   CHECK_CODE(CL_INVALID_VALUE, MIGRATE(1, strange, NULL, 0));
   CHECK_CODE(CL_INVALID_VALUE, MIGRATE(1, froms, NULL, 1 << 10));

   assert_ptr_equal(event, &code);
   clSVMFree(client.context, a);
   clSVMFree(client.context, b);
   CHECK_OK(clReleaseEvent(foreign));
}

static void
bad_arguments_are_refused(void **state)
{
   need_svm();
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global int *out, local int *l, int value) {\n"
      "   *out = *l = value;\n"
      "}\n",
      NULL);
   const cl_bool no = CL_FALSE;
   void *memory = svm_alloc(64);

   CHECK_CODE(CL_INVALID_KERNEL, clSetKernelArgSVMPointer(NULL, 0, memory));
   CHECK_CODE(CL_INVALID_ARG_INDEX,
              clSetKernelArgSVMPointer(kernel, 3, memory));
   CHECK_CODE(CL_INVALID_ARG_VALUE,
              clSetKernelArgSVMPointer(kernel, 1, memory));
   CHECK_CODE(CL_INVALID_ARG_VALUE,
              clSetKernelArgSVMPointer(kernel, 2, memory));

#define INFO(name, size, value)                                               \
   clSetKernelExecInfo(kernel, (name), (size), (value))
   CHECK_CODE(CL_INVALID_KERNEL,
              clSetKernelExecInfo(NULL, CL_KERNEL_EXEC_INFO_SVM_PTRS,
                                  sizeof(memory), &memory));
   CHECK_CODE(CL_INVALID_VALUE, INFO(CL_KERNEL_NUM_ARGS, 8, &memory));
   CHECK_CODE(CL_INVALID_VALUE, INFO(CL_KERNEL_EXEC_INFO_SVM_PTRS, 8, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              INFO(CL_KERNEL_EXEC_INFO_SVM_PTRS, 0, &memory));
   CHECK_CODE(CL_INVALID_VALUE,
              INFO(CL_KERNEL_EXEC_INFO_SVM_PTRS, 7, &memory));
   CHECK_CODE(CL_INVALID_VALUE,
              INFO(CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM, 1, &no));
   CHECK_CODE(
      CL_INVALID_VALUE,
      INFO(CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM, sizeof(no), NULL));
   CHECK_OK(INFO(CL_KERNEL_EXEC_INFO_SVM_PTRS, sizeof(memory), &memory));
   CHECK_OK(INFO(CL_KERNEL_EXEC_INFO_SVM_PTRS, 0, NULL));
   CHECK_OK(INFO(CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM, sizeof(no), &no));
   clSVMFree(client.context, memory);
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(capabilities_are_nested),
      cmocka_unit_test(allocations_are_aligned_and_apart),
      cmocka_unit_test(bad_allocations_are_refused),
      cmocka_unit_test(stray_frees_are_harmless),
      cmocka_unit_test(kernels_use_the_hosts_pointers),
      cmocka_unit_test(buffers_and_pointers_replace_each_other),
      cmocka_unit_test(kernels_follow_pointers),
      cmocka_unit_test(kernels_follow_any_pointer),
      cmocka_unit_test(copies_and_fills),
      cmocka_unit_test(maps_and_migrates),
      cmocka_unit_test(frees_in_order),
      cmocka_unit_test(waits_for_events),
      cmocka_unit_test(buffers_lie_in_svm),
      cmocka_unit_test(contexts_free_what_is_left),
      cmocka_unit_test(bad_commands_are_refused),
      cmocka_unit_test(bad_arguments_are_refused),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
