/* SPDX-License-Identifier: MIT */

/* Chapter 5.8: compiling with headers, linking, libraries. */

#include "kernels.h"

#include <stdlib.h>

static const char *const caller =
   "int helper(int a);\n"
   "kernel void test(global int *a) { *a = helper(*a); }\n";
static const char *const helper = "int helper(int a) { return a * 3 + 1; }\n";

static cl_program
from_source(const char *source)
{
   need_kernels();
   return CREATED(
      clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
}

static cl_int
compile(cl_program program, const char *options)
{
   return clCompileProgram(program, 0, NULL, options, 0, NULL, NULL, NULL,
                           NULL);
}

static cl_program
compiled(const char *source)
{
   cl_program program = from_source(source);
   CHECK_OK(compile(program, NULL));
   return program;
}

static cl_program
link_with(const char *options, cl_uint count, const cl_program *inputs)
{
   return clLinkProgram(client.context, 0, NULL, options, count, inputs, NULL,
                        NULL, &code);
}

static void
check_type(cl_program program, cl_program_binary_type type)
{
   assert_int_equal(build_int(program, CL_PROGRAM_BUILD_STATUS),
                    CL_BUILD_SUCCESS);
   assert_int_equal(build_int(program, CL_PROGRAM_BINARY_TYPE), type);
}

static void
objects_are_compiled(void **state)
{
   cl_program program = compiled(caller);
   size_t size;

   check_type(program, CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT);
   /* It is no executable, and a build of it alone fails. */
   CHECK_CODE(CL_INVALID_PROGRAM_EXECUTABLE,
              clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof(size),
                               &size, NULL));
   REFUSED(CL_INVALID_PROGRAM_EXECUTABLE,
           clCreateKernel(program, "test", &code));
   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE,
              clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   assert_int_equal(build_int(program, CL_PROGRAM_BUILD_STATUS),
                    CL_BUILD_ERROR);
   CHECK_OK(clReleaseProgram(program));
}

static void
objects_are_linked(void **state)
{
   cl_program inputs[] = {compiled(caller), compiled(helper)};
   char names[32];

   cl_program program = CREATED(link_with(NULL, 2, inputs));
   check_type(program, CL_PROGRAM_BINARY_TYPE_EXECUTABLE);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, sizeof(names),
                             names, NULL));
   assert_string_equal(names, "test");
   CHECK_OK(clReleaseProgram(inputs[0]));
   CHECK_OK(clReleaseProgram(inputs[1]));
   check_result(program, 5, 16);
   CHECK_OK(clReleaseProgram(program));
}

static void
libraries_are_linked(void **state)
{
   cl_program object = compiled(helper);
   cl_program library = CREATED(link_with("-create-library", 1, &object));
   check_type(library, CL_PROGRAM_BINARY_TYPE_LIBRARY);

   cl_program inputs[] = {compiled(caller), library};
   cl_program program = CREATED(
      link_with("-cl-fast-relaxed-math -cl-denorms-are-zero", 2, inputs));
   check_type(program, CL_PROGRAM_BINARY_TYPE_EXECUTABLE);
   check_result(program, 7, 22);

   /* A library of a library, with options for those who link it. */
   cl_program nested =
      CREATED(link_with("-create-library -enable-link-options", 1, &library));
   check_type(nested, CL_PROGRAM_BINARY_TYPE_LIBRARY);
   CHECK_OK(clReleaseProgram(nested));
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseProgram(inputs[0]));
   CHECK_OK(clReleaseProgram(library));
   CHECK_OK(clReleaseProgram(object));
}

/* "CL_LINK_PROGRAM_FAILURE", with a program for its log. */
static void
failed_links_have_a_log(void **state)
{
   cl_program object = compiled(caller);
   char log[1024];

   code = CL_SUCCESS;
   cl_program program = link_with(NULL, 1, &object);
   CHECK_CODE(CL_LINK_PROGRAM_FAILURE, code);
   assert_non_null(program);
   assert_int_equal(build_int(program, CL_PROGRAM_BUILD_STATUS),
                    CL_BUILD_ERROR);
   CHECK_OK(clGetProgramBuildInfo(
      program, client.device, CL_PROGRAM_BUILD_LOG, sizeof(log), log, NULL));
   assert_non_null(strstr(log, "helper"));
   CHECK_OK(clReleaseProgram(program));

   /* Twice the same is one too many. */
   cl_program twins[] = {compiled(helper), compiled(helper)};
   program = link_with(NULL, 2, twins);
   CHECK_CODE(CL_LINK_PROGRAM_FAILURE, code);
   assert_non_null(program);
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseProgram(twins[0]));
   CHECK_OK(clReleaseProgram(twins[1]));
   CHECK_OK(clReleaseProgram(object));
}

/* 5.8.5: only clBuildProgram's programs can be built again. */
static void
linked_programs_are_not_built(void **state)
{
   cl_program inputs[] = {compiled(caller), compiled(helper)};
   cl_program program = CREATED(link_with(NULL, 2, inputs));

   CHECK_CODE(CL_INVALID_OPERATION,
              clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_OPERATION, compile(program, NULL));
   /* Nor are executables linked. */
   REFUSED(CL_INVALID_OPERATION, link_with(NULL, 1, &program));
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseProgram(inputs[0]));
   CHECK_OK(clReleaseProgram(inputs[1]));
}

static void
headers_are_found_by_name(void **state)
{
   const char *names[] = {"one.h", "dir/two.h", "one.h"};
   cl_program program =
      from_source("#include \"one.h\"\n#include \"dir/two.h\"\n"
                  "kernel void test(global int *a) { *a = ONE + TWO; }\n");
   cl_program headers[] = {from_source("#define ONE 30\n"),
                           from_source("#define TWO 4\n"),
                           from_source("#error the first one counts\n")};

   CHECK_OK(clCompileProgram(program, 0, NULL, NULL, 3, headers, names, NULL,
                             NULL));
   for (unsigned i = 0; i < COUNT(headers); i++)
      CHECK_OK(clReleaseProgram(headers[i]));
   cl_program linked = CREATED(link_with(NULL, 1, &program));
   check_result(linked, 0, 34);
   CHECK_OK(clReleaseProgram(linked));

   /* Another header of that name is another program. */
   cl_program other[] = {from_source("#define ONE 500\n"),
                         from_source("#define TWO 5\n")};
   CHECK_OK(
      clCompileProgram(program, 0, NULL, NULL, 2, other, names, NULL, NULL));
   linked = CREATED(link_with(NULL, 1, &program));
   check_result(linked, 0, 505);
   CHECK_OK(clReleaseProgram(linked));
   CHECK_OK(clReleaseProgram(other[0]));
   CHECK_OK(clReleaseProgram(other[1]));

   CHECK_CODE(CL_COMPILE_PROGRAM_FAILURE, compile(program, NULL));
   CHECK_OK(clReleaseProgram(program));
}

static void
compile_arguments_are_checked(void **state)
{
   cl_program program = from_source(helper);
   cl_program header = from_source("");
   cl_program none = NULL;
   const char *name = "a.h", *no_name = NULL;
   int data;

#define COMPILE(devices, list, count, headers, names, notify, user)          \
   clCompileProgram(program, devices, list, NULL, count, headers, names,     \
                    notify, user)
   CHECK_CODE(CL_INVALID_PROGRAM, compile(NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, COMPILE(1, NULL, 0, NULL, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              COMPILE(0, &client.device, 0, NULL, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              COMPILE(0, NULL, 0, &header, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, COMPILE(0, NULL, 0, NULL, &name, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, COMPILE(0, NULL, 1, NULL, &name, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              COMPILE(0, NULL, 1, &header, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE, COMPILE(0, NULL, 0, NULL, NULL, NULL, &data));
   CHECK_CODE(CL_INVALID_PROGRAM,
              COMPILE(0, NULL, 1, &none, &name, NULL, NULL));
   if (client.is_trefoil)
      CHECK_CODE(CL_INVALID_VALUE,
                 COMPILE(0, NULL, 1, &header, &no_name, NULL, NULL));
#undef COMPILE
   assert_int_equal(build_int(program, CL_PROGRAM_BUILD_STATUS),
                    CL_BUILD_NONE);
   CHECK_OK(clReleaseProgram(header));
   CHECK_OK(clReleaseProgram(program));
}

static void
link_arguments_are_checked(void **state)
{
   cl_program object = compiled(helper);
   cl_program source = from_source(helper);
   cl_program mixed[] = {object, source}, broken[] = {object, NULL};
   cl_device_id none = NULL;
   int data;

   REFUSED(CL_INVALID_CONTEXT,
           clLinkProgram(NULL, 0, NULL, NULL, 1, &object, NULL, NULL, &code));
   REFUSED(CL_INVALID_VALUE, clLinkProgram(client.context, 1, NULL, NULL, 1,
                                           &object, NULL, NULL, &code));
   REFUSED(CL_INVALID_VALUE,
           clLinkProgram(client.context, 0, &client.device, NULL, 1, &object,
                         NULL, NULL, &code));
   REFUSED(CL_INVALID_DEVICE, clLinkProgram(client.context, 1, &none, NULL, 1,
                                            &object, NULL, NULL, &code));
   REFUSED(CL_INVALID_VALUE, clLinkProgram(client.context, 0, NULL, NULL, 1,
                                           &object, NULL, &data, &code));
   REFUSED(CL_INVALID_VALUE, link_with(NULL, 0, NULL));
   REFUSED(CL_INVALID_VALUE, link_with(NULL, 1, NULL));
   REFUSED(CL_INVALID_VALUE, link_with(NULL, 0, &object));
   REFUSED(CL_INVALID_PROGRAM, link_with(NULL, 2, broken));
   REFUSED(CL_INVALID_LINKER_OPTIONS, link_with("-foo", 1, &object));
   REFUSED(CL_INVALID_LINKER_OPTIONS, link_with("-DA", 1, &object));
   REFUSED(CL_INVALID_LINKER_OPTIONS,
           link_with("-enable-link-options", 1, &object));
   /* All inputs have a binary for a device, or none has. */
   REFUSED(CL_INVALID_OPERATION, link_with(NULL, 2, mixed));
   REFUSED(CL_INVALID_OPERATION, link_with(NULL, 1, &source));
   CHECK_OK(clReleaseProgram(source));
   CHECK_OK(clReleaseProgram(object));
}

static void
callbacks_tell_of_the_end(void **state)
{
   cl_program inputs[] = {from_source(caller), compiled(helper)};
   struct told compile_told = {0}, link_told = {0};

   CHECK_OK(clCompileProgram(inputs[0], 0, NULL, NULL, 0, NULL, NULL, tell,
                             &compile_told));
   assert_true(wait_until(was_told, &compile_told));
   assert_ptr_equal(compile_told.program, inputs[0]);
   assert_int_equal(compile_told.status, CL_BUILD_SUCCESS);

   cl_program program = CREATED(clLinkProgram(
      client.context, 0, NULL, NULL, 2, inputs, tell, &link_told, &code));
   CHECK_OK(clReleaseProgram(inputs[0]));
   CHECK_OK(clReleaseProgram(inputs[1]));
   assert_true(wait_until(was_told, &link_told));
   assert_ptr_equal(link_told.program, program);
   check_type(program, CL_PROGRAM_BINARY_TYPE_EXECUTABLE);
   check_result(program, 1, 4);
   CHECK_OK(clReleaseProgram(program));
}

/* With a callback, even a link that fails has begun well. */
static void
callbacks_find_failed_links(void **state)
{
   cl_program object = compiled(caller);
   struct told told = {0};

   cl_program program = CREATED(clLinkProgram(
      client.context, 0, NULL, NULL, 1, &object, tell, &told, &code));
   assert_true(wait_until(was_told, &told));
   assert_int_equal(told.status, CL_BUILD_ERROR);
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseProgram(object));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(objects_are_compiled),
      cmocka_unit_test(objects_are_linked),
      cmocka_unit_test(libraries_are_linked),
      cmocka_unit_test(failed_links_have_a_log),
      cmocka_unit_test(linked_programs_are_not_built),
      cmocka_unit_test(headers_are_found_by_name),
      cmocka_unit_test(compile_arguments_are_checked),
      cmocka_unit_test(link_arguments_are_checked),
      cmocka_unit_test(callbacks_tell_of_the_end),
      cmocka_unit_test(callbacks_find_failed_links),
   };
   return cmocka_run_group_tests_name("program_link", tests, client_setup,
                                      client_teardown);
}
