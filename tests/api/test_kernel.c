/* SPDX-License-Identifier: MIT */

/* Kernel objects: making, copying, counting and asking them (5.9). */

#include "kernels.h"

#include <stdio.h>

static const char *const two_kernels =
   "kernel void first(global int *out, int value) { *out = value; }\n"
   "__attribute__((reqd_work_group_size(4, 2, 1)))\n"
   "kernel void second(global const float *in, constant int *table,\n"
   "                   local char *scratch, float4 v,\n"
   "                   global volatile uint *restrict out)\n"
   "{ scratch[0] = 1; *out = (uint)(*in + v.x) + table[0] + scratch[0]; }\n";

static cl_program
new_program(void)
{
   need_kernels();
   return build_program(two_kernels, "-cl-kernel-arg-info");
}

static cl_uint
kernel_uint(cl_kernel kernel, cl_kernel_info param)
{
   cl_uint value = 0;
   CHECK_OK(clGetKernelInfo(kernel, param, sizeof(value), &value, NULL));
   return value;
}

static cl_uint
references(cl_kernel kernel)
{
   return kernel_uint(kernel, CL_KERNEL_REFERENCE_COUNT);
}

static void
check_name(cl_kernel kernel, const char *wanted)
{
   char name[64];
   size_t size = 0;
   CHECK_OK(clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof(name),
                            name, &size));
   assert_string_equal(name, wanted);
   assert_int_equal(size, strlen(wanted) + 1);
}

static void
creates_by_name(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "second", &code));

   check_name(kernel, "second");
   assert_int_equal(references(kernel), 1);
   CHECK_OK(clReleaseKernel(kernel));
   kernel = clCreateKernel(program, "first", NULL);
   assert_non_null(kernel);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
create_refuses(void **state)
{
   cl_program program = new_program();
   const char *source = "kernel void test(void) {}";
   cl_program unbuilt = CREATED(
      clCreateProgramWithSource(client.context, 1, &source, NULL, &code));

   REFUSED(CL_INVALID_PROGRAM, clCreateKernel(NULL, "first", &code));
   REFUSED_HANDLE(CL_INVALID_PROGRAM,
                  clCreateKernel((cl_program)client.queue, "first", &code));
   REFUSED(CL_INVALID_PROGRAM_EXECUTABLE,
           clCreateKernel(unbuilt, "test", &code));
   REFUSED(CL_INVALID_VALUE, clCreateKernel(program, NULL, &code));
   REFUSED(CL_INVALID_KERNEL_NAME, clCreateKernel(program, "third", &code));
   REFUSED(CL_INVALID_KERNEL_NAME, clCreateKernel(program, "", &code));
   CHECK_OK(clReleaseProgram(unbuilt));
   CHECK_OK(clReleaseProgram(program));
}

static void
creates_all_of_a_program(void **state)
{
   cl_program program = new_program();
   cl_kernel kernels[3] = {NULL, NULL, NULL};
   cl_uint count = 0;

   CHECK_OK(clCreateKernelsInProgram(program, 0, NULL, &count));
   assert_int_equal(count, 2);
   CHECK_OK(clCreateKernelsInProgram(program, 3, kernels, &count));
   assert_int_equal(count, 2);
   assert_non_null(kernels[0]);
   assert_non_null(kernels[1]);
   assert_null(kernels[2]);
   assert_int_equal(kernel_uint(kernels[0], CL_KERNEL_NUM_ARGS) +
                       kernel_uint(kernels[1], CL_KERNEL_NUM_ARGS),
                    7);
   CHECK_OK(clReleaseKernel(kernels[0]));
   CHECK_OK(clReleaseKernel(kernels[1]));
   CHECK_OK(clReleaseProgram(program));
}

static void
create_all_refuses(void **state)
{
   cl_program program = new_program();
   const char *source = "kernel void test(void) {}";
   cl_program unbuilt = CREATED(
      clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
   cl_kernel kernels[2] = {NULL, NULL};
   cl_uint count = 99;

   CHECK_CODE(CL_INVALID_PROGRAM,
              clCreateKernelsInProgram(NULL, 0, NULL, &count));
   CHECK_CODE(CL_INVALID_PROGRAM_EXECUTABLE,
              clCreateKernelsInProgram(unbuilt, 2, kernels, &count));
   CHECK_CODE(CL_INVALID_VALUE,
              clCreateKernelsInProgram(program, 1, kernels, &count));
   assert_int_equal(count, 99);
   assert_null(kernels[0]);
   CHECK_OK(clReleaseProgram(unbuilt));
   CHECK_OK(clReleaseProgram(program));
}

static void
references_are_counted(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));

   CHECK_OK(clRetainKernel(kernel));
   assert_int_equal(references(kernel), 2);
   CHECK_OK(clReleaseKernel(kernel));
   assert_int_equal(references(kernel), 1);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));

   CHECK_HANDLE(CL_INVALID_KERNEL, clRetainKernel((cl_kernel)client.queue));
   CHECK_HANDLE(CL_INVALID_KERNEL, clReleaseKernel((cl_kernel)client.queue));
   CHECK_HANDLE(CL_INVALID_KERNEL, clReleaseKernel(kernel));
}

/* 5.8.1: "… all kernel objects associated with program have been deleted." */
static void
kernels_keep_their_program(void **state)
{
   cl_int value = 77, got = 0;
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(value), NULL);
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));

   CHECK_OK(clReleaseProgram(program));
   SET_ARG(kernel, 0, out);
   SET_ARG(kernel, 1, value);
   run_1d(kernel, 1);
   read_buffer(out, &got, sizeof(got));
   assert_int_equal(got, value);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseMemObject(out));
}

/* A kernel is needed no more once it is enqueued: commands hold it. */
static void
commands_keep_their_kernel(void **state)
{
   cl_int value = 78, got = 0;
   cl_event gate = new_user_event();
   cl_mem out = new_buffer(CL_MEM_READ_WRITE, sizeof(value), NULL);
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));
   const size_t one = 1;

   SET_ARG(kernel, 0, out);
   SET_ARG(kernel, 1, value);
   CHECK_OK(clEnqueueNDRangeKernel(client.queue, kernel, 1, NULL, &one, NULL,
                                   1, &gate, NULL));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
   complete_user_event(gate);
   read_buffer(out, &got, sizeof(got));
   assert_int_equal(got, value);
   CHECK_OK(clReleaseMemObject(out));
}

static void
clones_have_their_own_arguments(void **state)
{
   cl_int one = 1, two = 2, got[2] = {0, 0};
   cl_program program = new_program();
   cl_mem outs[2] = {new_buffer(CL_MEM_READ_WRITE, 4, NULL),
                     new_buffer(CL_MEM_READ_WRITE, 4, NULL)};
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));

   SET_ARG(kernel, 0, outs[0]);
   SET_ARG(kernel, 1, one);
   CHECK_OK(clRetainKernel(kernel));
   cl_kernel clone = CREATED(clCloneKernel(kernel, &code));
   assert_ptr_not_equal(clone, kernel);
   assert_int_equal(references(clone), 1);
   assert_int_equal(references(kernel), 2);
   check_name(clone, "first");

   /* Complete as it is, then changed by itself. */
   run_1d(clone, 1);
   read_buffer(outs[0], &got[0], 4);
   assert_int_equal(got[0], 1);
   SET_ARG(clone, 0, outs[1]);
   SET_ARG(clone, 1, two);
   run_1d(clone, 1);
   run_1d(kernel, 1);
   read_buffer(outs[0], &got[0], 4);
   read_buffer(outs[1], &got[1], 4);
   assert_int_equal(got[0], 1);
   assert_int_equal(got[1], 2);

   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseKernel(kernel));
   run_1d(clone, 1);
   CHECK_OK(clReleaseKernel(clone));
   CHECK_OK(clReleaseMemObject(outs[0]));
   CHECK_OK(clReleaseMemObject(outs[1]));
   CHECK_OK(clReleaseProgram(program));
}

static void
clone_refuses(void **state)
{
   need_kernels();
   REFUSED(CL_INVALID_KERNEL, clCloneKernel(NULL, &code));
   REFUSED_HANDLE(CL_INVALID_KERNEL,
                  clCloneKernel((cl_kernel)client.queue, &code));
}

static void
info_names_program_and_context(void **state)
{
   cl_program program = new_program(), got_program = NULL;
   cl_kernel kernel = CREATED(clCreateKernel(program, "second", &code));
   cl_context context = NULL;
   char attributes[128];

   assert_int_equal(kernel_uint(kernel, CL_KERNEL_NUM_ARGS), 5);
   CHECK_OK(clGetKernelInfo(kernel, CL_KERNEL_CONTEXT, sizeof(context),
                            &context, NULL));
   assert_ptr_equal(context, client.context);
   CHECK_OK(clGetKernelInfo(kernel, CL_KERNEL_PROGRAM, sizeof(program),
                            &got_program, NULL));
   assert_ptr_equal(got_program, program);
   CHECK_OK(clGetKernelInfo(kernel, CL_KERNEL_ATTRIBUTES, sizeof(attributes),
                            attributes, NULL));
   assert_non_null(strstr(attributes, "reqd_work_group_size(4,2,1)"));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

/* 5.9.4: "the attributes specified … in the program source". */
static void
info_has_the_type_hint_of_the_source(void **state)
{
   static const struct {
      const char *type, *wanted;
   } hints[] = {
      {"uint4", "vec_type_hint(uint4)"}, {"int4", "vec_type_hint(int4)"},
      {"uchar", "vec_type_hint(uchar)"}, {"float2", "vec_type_hint(float2)"},
      {"long8", "vec_type_hint(long8)"},
   };
   char source[256], attributes[128];

   need_kernels();
   for (unsigned i = 0; i < COUNT(hints); i++) {
      snprintf(source, sizeof(source),
               "kernel void __attribute__((vec_type_hint(%s)))\n"
               "test(global int *out) { *out = 1; }\n",
               hints[i].type);
      cl_kernel kernel = build_kernel(source, NULL);
      CHECK_OK(clGetKernelInfo(kernel, CL_KERNEL_ATTRIBUTES,
                               sizeof(attributes), attributes, NULL));
      assert_non_null(strstr(attributes, hints[i].wanted));
      CHECK_OK(clReleaseKernel(kernel));
   }
}

static void
info_refuses(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));
   char name[4];
   cl_uint number;

   CHECK_CODE(CL_INVALID_KERNEL,
              clGetKernelInfo(NULL, CL_KERNEL_NUM_ARGS, sizeof(number),
                              &number, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelInfo(kernel, CL_QUEUE_CONTEXT, sizeof(number),
                              &number, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelInfo(kernel, CL_KERNEL_NUM_ARGS, sizeof(number) - 1,
                              &number, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof(name),
                              name, NULL));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

struct argument {
   cl_kernel_arg_address_qualifier address;
   cl_kernel_arg_access_qualifier access;
   cl_kernel_arg_type_qualifier type;
   const char *type_name, *name;
};

static void
check_arg(cl_kernel kernel, cl_uint index, const struct argument *wanted)
{
   cl_kernel_arg_address_qualifier address;
   cl_kernel_arg_access_qualifier access;
   cl_kernel_arg_type_qualifier type;
   char type_name[64], name[64];

   CHECK_OK(clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_ADDRESS_QUALIFIER,
                               sizeof(address), &address, NULL));
   CHECK_OK(clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_ACCESS_QUALIFIER,
                               sizeof(access), &access, NULL));
   CHECK_OK(clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_TYPE_QUALIFIER,
                               sizeof(type), &type, NULL));
   CHECK_OK(clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_TYPE_NAME,
                               sizeof(type_name), type_name, NULL));
   CHECK_OK(clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_NAME,
                               sizeof(name), name, NULL));
   assert_int_equal(address, wanted->address);
   assert_int_equal(access, wanted->access);
   assert_int_equal(type, wanted->type);
   assert_string_equal(type_name, wanted->type_name);
   assert_string_equal(name, wanted->name);
}

static void
arg_info_tells_the_declaration(void **state)
{
   static const struct argument wanted[] = {
      {CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_ACCESS_NONE,
       CL_KERNEL_ARG_TYPE_CONST, "float*", "in"},
      {CL_KERNEL_ARG_ADDRESS_CONSTANT, CL_KERNEL_ARG_ACCESS_NONE,
       CL_KERNEL_ARG_TYPE_CONST, "int*", "table"},
      {CL_KERNEL_ARG_ADDRESS_LOCAL, CL_KERNEL_ARG_ACCESS_NONE,
       CL_KERNEL_ARG_TYPE_NONE, "char*", "scratch"},
      {CL_KERNEL_ARG_ADDRESS_PRIVATE, CL_KERNEL_ARG_ACCESS_NONE,
       CL_KERNEL_ARG_TYPE_NONE, "float4", "v"},
      {CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_ACCESS_NONE,
       CL_KERNEL_ARG_TYPE_VOLATILE | CL_KERNEL_ARG_TYPE_RESTRICT, "uint*",
       "out"},
   };
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "second", &code));

   for (cl_uint i = 0; i < COUNT(wanted); i++)
      check_arg(kernel, i, &wanted[i]);
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
arg_info_tells_image_access(void **state)
{
   static const struct argument wanted[] = {
      {CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_ACCESS_READ_ONLY,
       CL_KERNEL_ARG_TYPE_NONE, "image2d_t", "a"},
      {CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_ACCESS_WRITE_ONLY,
       CL_KERNEL_ARG_TYPE_NONE, "image1d_buffer_t", "b"},
      {CL_KERNEL_ARG_ADDRESS_PRIVATE, CL_KERNEL_ARG_ACCESS_NONE,
       CL_KERNEL_ARG_TYPE_NONE, "sampler_t", "s"},
   };

   need_kernels();
   need_images();
   cl_kernel kernel = build_kernel(
      "kernel void test(read_only image2d_t a,\n"
      "                 write_only image1d_buffer_t b, sampler_t s)\n"
      "{ write_imagef(b, 0, read_imagef(a, s, (float2)(0))); }\n",
      "-cl-kernel-arg-info");
   for (cl_uint i = 0; i < COUNT(wanted); i++)
      check_arg(kernel, i, &wanted[i]);
   CHECK_OK(clReleaseKernel(kernel));
}

static void
arg_info_refuses(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));
   char name[2];

   CHECK_CODE(CL_INVALID_KERNEL,
              clGetKernelArgInfo(NULL, 0, CL_KERNEL_ARG_NAME, sizeof(name),
                                 name, NULL));
   CHECK_CODE(CL_INVALID_ARG_INDEX,
              clGetKernelArgInfo(kernel, 2, CL_KERNEL_ARG_NAME, sizeof(name),
                                 name, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelArgInfo(kernel, 0, CL_KERNEL_NUM_ARGS, sizeof(name),
                                 name, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelArgInfo(kernel, 0, CL_KERNEL_ARG_NAME, sizeof(name),
                                 name, NULL));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
group_info(cl_kernel kernel, cl_kernel_work_group_info param, void *value,
           size_t size)
{
   size_t got = 0;
   CHECK_OK(clGetKernelWorkGroupInfo(kernel, client.device, param, size,
                                     value, &got));
   assert_int_equal(got, size);
}

static void
work_group_info_is_sane(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "second", &code));
   size_t size = 0, compiled[3], multiple = 0, alone = 0;
   cl_ulong local = 99, private = 0;

   group_info(kernel, CL_KERNEL_WORK_GROUP_SIZE, &size, sizeof(size));
   assert_true(size >= 8);
   assert_true(size <= device_size(CL_DEVICE_MAX_WORK_GROUP_SIZE));
   group_info(kernel, CL_KERNEL_COMPILE_WORK_GROUP_SIZE, compiled,
              sizeof(compiled));
   assert_int_equal(compiled[0], 4);
   assert_int_equal(compiled[1], 2);
   assert_int_equal(compiled[2], 1);
   group_info(kernel, CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, &multiple,
              sizeof(multiple));
   assert_true(multiple >= 1);
   assert_true(multiple <= device_size(CL_DEVICE_MAX_WORK_GROUP_SIZE));
   group_info(kernel, CL_KERNEL_PRIVATE_MEM_SIZE, &private, sizeof(private));
   /* An argument that is not set counts as 0; then with its size. */
   group_info(kernel, CL_KERNEL_LOCAL_MEM_SIZE, &local, sizeof(local));
   const cl_ulong before = local;
   CHECK_OK(clSetKernelArg(kernel, 2, 512, NULL));
   group_info(kernel, CL_KERNEL_LOCAL_MEM_SIZE, &local, sizeof(local));
   assert_true(local >= before + 512);
   assert_true(local <= device_ulong(CL_DEVICE_LOCAL_MEM_SIZE));
   CHECK_OK(clReleaseKernel(kernel));

   kernel = CREATED(clCreateKernel(program, "first", &code));
   group_info(kernel, CL_KERNEL_COMPILE_WORK_GROUP_SIZE, compiled,
              sizeof(compiled));
   assert_int_equal(compiled[0] + compiled[1] + compiled[2], 0);
   /* One device: NULL will do. */
   CHECK_OK(clGetKernelWorkGroupInfo(kernel, NULL, CL_KERNEL_WORK_GROUP_SIZE,
                                     sizeof(alone), &alone, NULL));
   assert_int_equal(alone, work_group_size(kernel));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
local_memory_counts_variables(void **state)
{
   need_kernels();
   cl_kernel kernel = build_kernel(
      "kernel void test(global int *out) {\n"
      "   local int table[100];\n"
      "   table[get_local_id(0)] = get_global_id(0);\n"
      "   barrier(CLK_LOCAL_MEM_FENCE);\n"
      "   out[get_global_id(0)] = table[get_local_size(0) - 1 -\n"
      "                                 get_local_id(0)];\n"
      "}\n",
      NULL);
   cl_ulong local = 0;

   group_info(kernel, CL_KERNEL_LOCAL_MEM_SIZE, &local, sizeof(local));
   assert_true(local >= 400);
   CHECK_OK(clReleaseKernel(kernel));
}

static void
work_group_info_refuses(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));
   size_t sizes[3];

   CHECK_CODE(CL_INVALID_KERNEL,
              clGetKernelWorkGroupInfo(NULL, client.device,
                                       CL_KERNEL_WORK_GROUP_SIZE,
                                       sizeof(sizes), sizes, NULL));
   CHECK_HANDLE(CL_INVALID_DEVICE,
                clGetKernelWorkGroupInfo(kernel, (cl_device_id)client.queue,
                                         CL_KERNEL_WORK_GROUP_SIZE,
                                         sizeof(sizes), sizes, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clGetKernelWorkGroupInfo(
                                   kernel, client.device, CL_KERNEL_NUM_ARGS,
                                   sizeof(sizes), sizes, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelWorkGroupInfo(kernel, client.device,
                                       CL_KERNEL_WORK_GROUP_SIZE, 1, sizes,
                                       NULL));
   /* "… and kernel is not a built-in kernel." */
   CHECK_CODE(CL_INVALID_VALUE,
              clGetKernelWorkGroupInfo(kernel, client.device,
                                       CL_KERNEL_GLOBAL_WORK_SIZE,
                                       sizeof(sizes), sizes, NULL));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static cl_int
sub_group_info(cl_kernel kernel, cl_kernel_sub_group_info param,
               size_t input_size, const size_t *input, size_t size,
               size_t *value)
{
   return clGetKernelSubGroupInfo(kernel, client.device, param, input_size,
                                  input, size, value, NULL);
}

static void
sub_group_info_is_consistent(void **state)
{
   cl_program program = new_program();
   cl_kernel kernel = CREATED(clCreateKernel(program, "first", &code));
   const size_t local[2] = {16, 2}, wanted = 1, too_many = 1 << 20;
   size_t size = 0, count = 0, max = 0, compiled = 99, sizes[3];

   if (!device_uint(CL_DEVICE_MAX_NUM_SUB_GROUPS)) {
      CHECK_CODE(CL_INVALID_OPERATION,
                 sub_group_info(kernel, CL_KERNEL_MAX_NUM_SUB_GROUPS, 0, NULL,
                                sizeof(max), &max));
      CHECK_OK(clReleaseKernel(kernel));
      CHECK_OK(clReleaseProgram(program));
      return;
   }

   CHECK_OK(sub_group_info(kernel, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE,
                           sizeof(local), local, sizeof(size), &size));
   CHECK_OK(sub_group_info(kernel, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE,
                           sizeof(local), local, sizeof(count), &count));
   assert_true(size * count >= 32);
   assert_true(size * (count - 1) < 32);
   CHECK_OK(sub_group_info(kernel, CL_KERNEL_MAX_NUM_SUB_GROUPS, 0, NULL,
                           sizeof(max), &max));
   assert_true(max >= count);
   CHECK_OK(sub_group_info(kernel, CL_KERNEL_COMPILE_NUM_SUB_GROUPS, 0, NULL,
                           sizeof(compiled), &compiled));
   assert_int_equal(compiled, 0);
   CHECK_OK(sub_group_info(kernel, CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT,
                           sizeof(wanted), &wanted, sizeof(sizes), sizes));
   assert_int_equal(sizes[0], size);
   assert_int_equal(sizes[1], 1);
   assert_int_equal(sizes[2], 1);
   CHECK_OK(sub_group_info(kernel, CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT,
                           sizeof(too_many), &too_many, sizeof(sizes),
                           sizes));
   assert_int_equal(sizes[0], 0);

   CHECK_CODE(CL_INVALID_VALUE,
              sub_group_info(kernel, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE,
                             sizeof(local), NULL, sizeof(count), &count));
   CHECK_CODE(CL_INVALID_VALUE,
              sub_group_info(kernel, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, 3,
                             local, sizeof(count), &count));
   CHECK_CODE(CL_INVALID_VALUE, sub_group_info(kernel, CL_KERNEL_NUM_ARGS, 0,
                                               NULL, sizeof(count), &count));
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(clReleaseProgram(program));
}

static void
sub_group_info_refuses(void **state)
{
   size_t value;

   CHECK_CODE(CL_INVALID_KERNEL,
              sub_group_info(NULL, CL_KERNEL_MAX_NUM_SUB_GROUPS, 0, NULL,
                             sizeof(value), &value));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(creates_by_name),
      cmocka_unit_test(create_refuses),
      cmocka_unit_test(creates_all_of_a_program),
      cmocka_unit_test(create_all_refuses),
      cmocka_unit_test(references_are_counted),
      cmocka_unit_test(kernels_keep_their_program),
      cmocka_unit_test(commands_keep_their_kernel),
      cmocka_unit_test(clones_have_their_own_arguments),
      cmocka_unit_test(clone_refuses),
      cmocka_unit_test(info_names_program_and_context),
      cmocka_unit_test(info_has_the_type_hint_of_the_source),
      cmocka_unit_test(info_refuses),
      cmocka_unit_test(arg_info_tells_the_declaration),
      cmocka_unit_test(arg_info_tells_image_access),
      cmocka_unit_test(arg_info_refuses),
      cmocka_unit_test(work_group_info_is_sane),
      cmocka_unit_test(local_memory_counts_variables),
      cmocka_unit_test(work_group_info_refuses),
      cmocka_unit_test(sub_group_info_is_consistent),
      cmocka_unit_test(sub_group_info_refuses),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
