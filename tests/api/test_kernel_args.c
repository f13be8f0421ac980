/* SPDX-License-Identifier: MIT */

/* Arguments of kernels (5.9.2): every error, and each kind of value. */

#include "kernels.h"

#include <stdio.h>

static cl_kernel
new_kernel(void)
{
   need_kernels();
   return build_kernel(
      "kernel void test(global int *out, constant int *table,\n"
      "                 local int *scratch, int i, char c, float4 v)\n"
      "{\n"
      "   scratch[0] = i + c + (int)v.w;\n"
      "   out[0] = scratch[0] + (table ? table[0] : 0);\n"
      "}\n",
      NULL);
}

static cl_sampler
new_sampler(cl_context context)
{
   return CREATED(clCreateSampler(context, CL_FALSE, CL_ADDRESS_CLAMP,
                                  CL_FILTER_NEAREST, &code));
}

static void
refuses_bad_kernels_and_indices(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_int value = 0;

   CHECK_CODE(CL_INVALID_KERNEL,
              clSetKernelArg(NULL, 0, sizeof(value), &value));
   CHECK_HANDLE(CL_INVALID_KERNEL, clSetKernelArg((cl_kernel)client.queue, 0,
                                                  sizeof(value), &value));
   CHECK_CODE(CL_INVALID_ARG_INDEX,
              clSetKernelArg(kernel, 6, sizeof(value), &value));
   CHECK_CODE(CL_INVALID_ARG_INDEX,
              clSetKernelArg(kernel, ~0u, sizeof(value), &value));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
values_have_their_size(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_int values[8] = {0};
   static const struct {
      cl_uint index;
      size_t size;
   } arguments[] = {{3, 4}, {4, 1}, {5, 16}};

   for (unsigned i = 0; i < COUNT(arguments); i++) {
      const cl_uint index = arguments[i].index;
      const size_t size = arguments[i].size;
      CHECK_OK(clSetKernelArg(kernel, index, size, values));
      CHECK_CODE(CL_INVALID_ARG_SIZE,
                 clSetKernelArg(kernel, index, size + 1, values));
      CHECK_CODE(CL_INVALID_ARG_SIZE,
                 clSetKernelArg(kernel, index, size / 2, values));
      CHECK_CODE(CL_INVALID_ARG_SIZE,
                 clSetKernelArg(kernel, index, 0, values));
      CHECK_CODE(CL_INVALID_ARG_SIZE,
                 clSetKernelArg(kernel, index, SIZE_MAX, values));
      if (client.is_trefoil)
         CHECK_CODE(CL_INVALID_ARG_VALUE,
                    clSetKernelArg(kernel, index, size, NULL));
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
local_memory_has_a_size_and_no_value(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_int value = 0;

   CHECK_OK(clSetKernelArg(kernel, 2, 64, NULL));
   CHECK_OK(clSetKernelArg(kernel, 2, 3, NULL));
   CHECK_CODE(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 2, 0, NULL));
   CHECK_CODE(CL_INVALID_ARG_VALUE,
              clSetKernelArg(kernel, 2, sizeof(value), &value));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
pointers_take_buffers(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 256, NULL);
   cl_mem sub_buffer = new_sub_buffer(buffer, 128, 64);
   cl_mem none = NULL,
          foreign = CREATED(clCreateBuffer(client.stranger, CL_MEM_READ_WRITE,
                                           64, NULL, &code));

   for (cl_uint index = 0; index < 2; index++) {
      CHECK_OK(clSetKernelArg(kernel, index, sizeof(buffer), &buffer));
      CHECK_OK(clSetKernelArg(kernel, index, sizeof(buffer), &sub_buffer));
      CHECK_OK(clSetKernelArg(kernel, index, sizeof(buffer), &none));
      CHECK_OK(clSetKernelArg(kernel, index, sizeof(buffer), NULL));
      CHECK_CODE(CL_INVALID_ARG_SIZE,
                 clSetKernelArg(kernel, index, 2 * sizeof(buffer), &buffer));
      CHECK_CODE(CL_INVALID_ARG_SIZE,
                 clSetKernelArg(kernel, index, sizeof(buffer) / 2, &buffer));
      if (client.is_trefoil)
         CHECK_CODE(CL_INVALID_CONTEXT,
                    clSetKernelArg(kernel, index, sizeof(foreign), &foreign));
      CHECK_HANDLE(
         CL_INVALID_MEM_OBJECT,
         clSetKernelArg(kernel, index, sizeof(buffer), &client.queue));
      for (unsigned i = 0; client.is_trefoil && i < GARBAGE_COUNT; i++) {
         void *handle = garbage(i);
         if (handle)
            CHECK_CODE(
               CL_INVALID_MEM_OBJECT,
               clSetKernelArg(kernel, index, sizeof(handle), &handle));
      }
   }
   CHECK_OK(clReleaseMemObject(foreign));
   CHECK_OK(clReleaseMemObject(sub_buffer));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
pointers_take_no_images(void **state)
{
   need_images();
   cl_kernel kernel = new_kernel();
   cl_mem image = new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 8, 8, 1, 0);
   cl_sampler sampler = new_sampler(client.context);

   CHECK_HANDLE(CL_INVALID_MEM_OBJECT,
                clSetKernelArg(kernel, 0, sizeof(image), &image));
   CHECK_HANDLE(CL_INVALID_MEM_OBJECT,
                clSetKernelArg(kernel, 1, sizeof(sampler), &sampler));
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseKernel(kernel));
}

static cl_kernel
image_kernel(const char *access, const char *type, const char *position)
{
   char source[512];
   const bool reads = strcmp(access, "write_only") != 0;

   if (reads)
      snprintf(source, sizeof(source),
               "kernel void test(%s %s image, sampler_t s, global int *out)\n"
               "{ *out = (int)read_imagei(image, %s%s).x; }\n",
               access, type, strcmp(access, "read_only") ? "" : "s, ",
               position);
   else
      snprintf(source, sizeof(source),
               "kernel void test(%s %s image, sampler_t s, global int *out)\n"
               "{ write_imagei(image, %s, (int4)(*out)); }\n",
               access, type, position);
   return build_kernel(source, "-cl-std=CL3.0");
}

static const struct {
   const char *type, *position;
} image_args[TYPE_COUNT] = {
   [TYPE_1D] = {"image1d_t", "0"},
   [TYPE_1D_BUFFER] = {"image1d_buffer_t", "0"},
   [TYPE_1D_ARRAY] = {"image1d_array_t", "(int2)(0)"},
   [TYPE_2D] = {"image2d_t", "(int2)(0)"},
   [TYPE_2D_ARRAY] = {"image2d_array_t", "(int4)(0)"},
   [TYPE_3D] = {"image3d_t", "(int4)(0)"},
};

static const cl_image_format rgba32i = {CL_RGBA, CL_SIGNED_INT32};

static void
check_image_argument(cl_kernel kernel, unsigned type)
{
   for (unsigned other = 0; other < TYPE_COUNT; other++) {
      cl_mem image = new_image(other, &rgba32i, CL_MEM_READ_WRITE, 4,
                               image_types[other].axes > 1 ? 4 : 1,
                               image_types[other].axes > 2 ? 4 : 1, 0);
      if (other == type)
         CHECK_OK(clSetKernelArg(kernel, 0, sizeof(image), &image));
      else if (client.is_trefoil)
         CHECK_CODE(CL_INVALID_MEM_OBJECT,
                    clSetKernelArg(kernel, 0, sizeof(image), &image));
      CHECK_OK(clReleaseMemObject(image));
   }
}

/* "If the kernel argument is a 1D image, then …": each type takes its own. */
static void
images_take_their_own_type(void **state)
{
   need_kernels();
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      cl_kernel kernel =
         type == TYPE_1D_BUFFER
            ? image_kernel("write_only", image_args[type].type,
                           image_args[type].position)
            : image_kernel("read_only", image_args[type].type,
                           image_args[type].position);
      print_message("# %s\n", image_types[type].name);
      check_image_argument(kernel, type);
      CHECK_OK(clReleaseKernel(kernel));
   }
}

static void
images_take_nothing_else(void **state)
{
   need_kernels();
   need_images();
   cl_kernel kernel = image_kernel("read_only", "image2d_t", "(int2)(0)");
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 64, NULL), none = NULL;
   cl_mem image = new_image(TYPE_2D, &rgba32i, CL_MEM_READ_WRITE, 4, 4, 1, 0);
   cl_sampler sampler = new_sampler(client.context);

   CHECK_CODE(CL_INVALID_MEM_OBJECT,
              clSetKernelArg(kernel, 0, sizeof(buffer), &buffer));
   CHECK_CODE(CL_INVALID_MEM_OBJECT,
              clSetKernelArg(kernel, 0, sizeof(none), &none));
   CHECK_CODE(CL_INVALID_MEM_OBJECT,
              clSetKernelArg(kernel, 0, sizeof(none), NULL));
   CHECK_HANDLE(CL_INVALID_MEM_OBJECT,
                clSetKernelArg(kernel, 0, sizeof(sampler), &sampler));
   CHECK_CODE(CL_INVALID_ARG_SIZE,
              clSetKernelArg(kernel, 0, sizeof(image) + 1, &image));
   CHECK_OK(clSetKernelArg(kernel, 0, sizeof(image), &image));
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseMemObject(image));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
image_access_must_fit_the_flags(void **state)
{
   need_kernels();
   need_images();
   const bool read_write = device_uint(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS);
   static const struct {
      const char *access;
      cl_int reading, writing; /* of images that may be read, or written */
   } cases[] = {
      {"read_only", CL_SUCCESS, CL_INVALID_ARG_VALUE},
      {"write_only", CL_INVALID_ARG_VALUE, CL_SUCCESS},
      {"read_write", CL_INVALID_ARG_VALUE, CL_INVALID_ARG_VALUE},
   };
   cl_mem readable =
      new_image(TYPE_2D, &rgba32i, CL_MEM_READ_ONLY, 4, 4, 1, 0);
   cl_mem writable =
      new_image(TYPE_2D, &rgba32i, CL_MEM_WRITE_ONLY, 4, 4, 1, 0);
   cl_mem both = new_image(TYPE_2D, &rgba32i, CL_MEM_READ_WRITE, 4, 4, 1, 0);

   for (unsigned i = 0; i < COUNT(cases); i++) {
      /* What a read_write argument refuses is our reading of it. */
      if (!strcmp(cases[i].access, "read_write") &&
          (!read_write || !client.is_trefoil))
         continue;
      cl_kernel kernel =
         image_kernel(cases[i].access, "image2d_t", "(int2)(0)");
      CHECK_CODE(cases[i].reading,
                 clSetKernelArg(kernel, 0, sizeof(readable), &readable));
      CHECK_CODE(cases[i].writing,
                 clSetKernelArg(kernel, 0, sizeof(writable), &writable));
      CHECK_OK(clSetKernelArg(kernel, 0, sizeof(both), &both));
      CHECK_OK(clReleaseKernel(kernel));
   }
   CHECK_OK(clReleaseMemObject(both));
   CHECK_OK(clReleaseMemObject(writable));
   CHECK_OK(clReleaseMemObject(readable));
}

static void
depth_arguments_take_depth_images(void **state)
{
   need_kernels();
   need_images();
   need_extension("cl_khr_depth_images");
   const cl_image_format depth = {CL_DEPTH, CL_FLOAT};
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_depth_t image, global float *out)\n"
      "{ *out = read_imagef(image, (int2)(0)); }\n",
      "-cl-std=CL3.0");
   cl_mem right = new_image(TYPE_2D, &depth, CL_MEM_READ_WRITE, 4, 4, 1, 0);
   cl_mem wrong = new_image(TYPE_2D, &rgba32f, CL_MEM_READ_WRITE, 4, 4, 1, 0);

   CHECK_OK(clSetKernelArg(kernel, 0, sizeof(right), &right));
   if (client.is_trefoil)
      CHECK_CODE(CL_INVALID_MEM_OBJECT,
                 clSetKernelArg(kernel, 0, sizeof(wrong), &wrong));
   CHECK_OK(clReleaseMemObject(wrong));
   CHECK_OK(clReleaseMemObject(right));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
samplers_take_samplers(void **state)
{
   need_kernels();
   need_images();
   cl_kernel kernel = image_kernel("read_only", "image2d_t", "(int2)(0)");
   cl_sampler sampler = new_sampler(client.context), none = NULL;
   cl_sampler foreign = new_sampler(client.stranger);
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 64, NULL);

   CHECK_OK(clSetKernelArg(kernel, 1, sizeof(sampler), &sampler));
   CHECK_CODE(CL_INVALID_SAMPLER,
              clSetKernelArg(kernel, 1, sizeof(none), &none));
   CHECK_CODE(CL_INVALID_SAMPLER,
              clSetKernelArg(kernel, 1, sizeof(none), NULL));
   CHECK_HANDLE(CL_INVALID_SAMPLER,
                clSetKernelArg(kernel, 1, sizeof(buffer), &buffer));
   CHECK_CODE(CL_INVALID_ARG_SIZE,
              clSetKernelArg(kernel, 1, sizeof(sampler) * 2, &sampler));
   CHECK_CODE(CL_INVALID_ARG_SIZE,
              clSetKernelArg(kernel, 1, sizeof(sampler) / 2, &sampler));
   if (client.is_trefoil)
      CHECK_CODE(CL_INVALID_CONTEXT,
                 clSetKernelArg(kernel, 1, sizeof(foreign), &foreign));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseSampler(foreign));
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
svm_needs_svm(void **state)
{
   cl_kernel kernel = new_kernel();
   void *const pointer = &kernel;
   const cl_bool no = CL_FALSE, yes = CL_TRUE;

   CHECK_CODE(CL_INVALID_KERNEL, clSetKernelArgSVMPointer(NULL, 0, pointer));
   CHECK_CODE(CL_INVALID_KERNEL,
              clSetKernelExecInfo(NULL, CL_KERNEL_EXEC_INFO_SVM_PTRS,
                                  sizeof(pointer), &pointer));
   CHECK_CODE(
      CL_INVALID_VALUE,
      clSetKernelExecInfo(kernel, CL_KERNEL_NUM_ARGS, sizeof(no), &no));
   if (device_ulong(CL_DEVICE_SVM_CAPABILITIES) == 0) {
      CHECK_CODE(CL_INVALID_OPERATION,
                 clSetKernelArgSVMPointer(kernel, 0, pointer));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clSetKernelExecInfo(kernel, CL_KERNEL_EXEC_INFO_SVM_PTRS,
                                     sizeof(pointer), &pointer));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clSetKernelExecInfo(
                    kernel, CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM,
                    sizeof(yes), &yes));
      CHECK_OK(clSetKernelExecInfo(
         kernel, CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM, sizeof(no), &no));
      CHECK_CODE(
         CL_INVALID_VALUE,
         clSetKernelExecInfo(
            kernel, CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM, 1, &no));
   }
   CHECK_OK(clReleaseKernel(kernel));
}

static void
set_all(cl_kernel kernel, cl_mem out, cl_mem table)
{
   const cl_int i = 1000;
   const cl_char c = -3;
   const cl_float4 v = {{0, 0, 0, 40}};

   SET_ARG(kernel, 0, out);
   SET_ARG(kernel, 1, table);
   CHECK_OK(clSetKernelArg(kernel, 2, 16, NULL));
   SET_ARG(kernel, 3, i);
   SET_ARG(kernel, 4, c);
   SET_ARG(kernel, 5, v);
}

static void
errors_leave_the_value(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_int got = 0, entry = 7, wrong[2] = {0, 0};
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_mem table = buffer_of(&entry, sizeof(entry));

   set_all(kernel, out, table);
   CHECK_CODE(CL_INVALID_ARG_SIZE,
              clSetKernelArg(kernel, 3, sizeof(wrong), wrong));
   CHECK_CODE(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 2, 0, NULL));
   CHECK_CODE(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 1, 1, &table));
   run_1d(kernel, 1);
   read_buffer(out, &got, sizeof(got));
   assert_int_equal(got, 1000 - 3 + 40 + 7);
   CHECK_OK(clReleaseMemObject(table));
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
null_buffers_are_null(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_int got = 0;
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, 4, NULL);

   set_all(kernel, out, NULL);
   run_1d(kernel, 1);
   read_buffer(out, &got, sizeof(got));
   assert_int_equal(got, 1000 - 3 + 40);
   CHECK_OK(clSetKernelArg(kernel, 1, sizeof(cl_mem), NULL));
   run_1d(kernel, 1);
   read_buffer(out, &got, sizeof(got));
   assert_int_equal(got, 1000 - 3 + 40);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

/* The value is copied, and stays until it is set again. */
static void
values_are_copied(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *out, int at, int value)\n"
                   "{ out[at] = value; }\n",
                   NULL);
   cl_int got[16] = {0};
   cl_mem out = buffer_of(got, sizeof(got));
   cl_event gate = new_user_event();
   const size_t one = 1;

   SET_ARG(kernel, 0, out);
   for (cl_int i = 0; i < 16; i++) {
      cl_int value = i * 3;
      SET_ARG(kernel, 1, i);
      SET_ARG(kernel, 2, value);
      CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &one,
                                      NULL, i == 0 ? 1 : 0,
                                      i == 0 ? &gate : NULL, NULL));
      value = -1;
   }
   complete_user_event(gate);
   read_buffer(out, got, sizeof(got));
   for (cl_int i = 0; i < 16; i++)
      assert_int_equal(got[i], i * 3);
   CHECK_OK(clReleaseMemObject(out));
   CHECK_OK(clReleaseKernel(kernel));
}

static void
sub_buffers_begin_at_their_origin(void **state)
{
   need_kernels();
   cl_kernel kernel =
      build_kernel("kernel void test(global int *out)\n"
                   "{ out[get_global_id(0)] = get_global_id(0) + 1; }\n",
                   NULL);
   const size_t align = device_uint(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   cl_int got[4];
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4 * align, NULL);
   cl_mem sub_buffer = new_sub_buffer(buffer, 2 * align, align);

   SET_ARG(kernel, 0, sub_buffer);
   run_1d(kernel, 4);
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 2 * align,
                                sizeof(got), got, 0, NULL, NULL));
   for (cl_int i = 0; i < 4; i++)
      assert_int_equal(got[i], i + 1);
   CHECK_OK(clReleaseMemObject(sub_buffer));
   CHECK_OK(clReleaseMemObject(buffer));
   CHECK_OK(clReleaseKernel(kernel));
}

/* Kernels hold no references to what is set (5.9.2). */
static void
arguments_are_not_held(void **state)
{
   cl_kernel kernel = new_kernel();
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   const size_t one = 1;

   set_all(kernel, out, NULL);
   assert_int_equal(mem_uint(out, CL_MEM_REFERENCE_COUNT), 1);
   CHECK_OK(clReleaseMemObject(out));
   if (client.is_trefoil)
      CHECK_CODE(CL_INVALID_KERNEL_ARGS,
                 clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &one,
                                        NULL, 0, NULL, NULL));
   CHECK_OK(clReleaseKernel(kernel));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_bad_kernels_and_indices),
      cmocka_unit_test(values_have_their_size),
      cmocka_unit_test(local_memory_has_a_size_and_no_value),
      cmocka_unit_test(pointers_take_buffers),
      cmocka_unit_test(pointers_take_no_images),
      cmocka_unit_test(images_take_their_own_type),
      cmocka_unit_test(images_take_nothing_else),
      cmocka_unit_test(image_access_must_fit_the_flags),
      cmocka_unit_test(depth_arguments_take_depth_images),
      cmocka_unit_test(samplers_take_samplers),
      cmocka_unit_test(svm_needs_svm),
      cmocka_unit_test(errors_leave_the_value),
      cmocka_unit_test(null_buffers_are_null),
      cmocka_unit_test(values_are_copied),
      cmocka_unit_test(sub_buffers_begin_at_their_origin),
      cmocka_unit_test(arguments_are_not_held),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
