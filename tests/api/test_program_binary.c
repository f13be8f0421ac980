/* SPDX-License-Identifier: MIT */

/* Chapter 5.8: programs from binaries and from SPIR-V. */

#include "kernels.h"

#include <stdlib.h>

static const char *const source =
   "kernel void test(global int *a) { *a = *a * 3 + 1; }\n";

struct binary {
   unsigned char *data; /* to free() */
   size_t size;
};

static struct binary
get_binary(cl_program program)
{
   struct binary binary;
   size_t size = 0;

   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES,
                             sizeof(binary.size), &binary.size, &size));
   assert_int_equal(size, sizeof(binary.size));
   assert_true(binary.size > 0);
   binary.data = malloc(binary.size);
   assert_non_null(binary.data);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_BINARIES,
                             sizeof(binary.data), &binary.data, &size));
   assert_int_equal(size, sizeof(binary.data));
   return binary;
}

static cl_program
load(const struct binary *binary, cl_int *status)
{
   const unsigned char *data = binary->data;
   return clCreateProgramWithBinary(client.context, 1, &client.device,
                                    &binary->size, &data, status, &code);
}

static cl_program
loaded(const struct binary *binary)
{
   cl_int status = UNTOUCHED;
   cl_program program = CREATED(load(binary, &status));
   assert_int_equal(status, CL_SUCCESS);
   return program;
}

static void
executables_come_back(void **state)
{
   need_kernels();
   cl_program program = build_program(source, "-DUNUSED -cl-mad-enable");
   struct binary binary = get_binary(program);
   CHECK_OK(clReleaseProgram(program));

   program = loaded(&binary);
   assert_int_equal(build_int(program, CL_PROGRAM_BUILD_STATUS),
                    CL_BUILD_NONE);
   assert_int_equal(build_int(program, CL_PROGRAM_BINARY_TYPE),
                    CL_PROGRAM_BINARY_TYPE_EXECUTABLE);
   REFUSED(CL_INVALID_PROGRAM_EXECUTABLE,
           clCreateKernel(program, "test", &code));
   CHECK_CODE(
      CL_INVALID_OPERATION,
      clCompileProgram(program, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL));

   /* Twice: what was loaded stays. */
   for (unsigned i = 0; i < 2; i++) {
      CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
      check_result(program, 4, 13);
   }
   struct binary again = get_binary(program);
   CHECK_OK(clReleaseProgram(program));
   program = loaded(&again);
   CHECK_OK(clBuildProgram(program, 1, &client.device, "", NULL, NULL));
   check_result(program, 5, 16);
   CHECK_OK(clReleaseProgram(program));
   free(again.data);
   free(binary.data);
}

static void
binaries_have_no_source(void **state)
{
   need_kernels();
   cl_program program = build_program(source, NULL);
   struct binary binary = get_binary(program);
   char text[8];
   size_t size;

   CHECK_OK(clReleaseProgram(program));
   program = loaded(&binary);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_SOURCE, sizeof(text), text,
                             &size));
   assert_int_equal(size, 1);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_IL, 0, NULL, &size));
   assert_int_equal(size, 0);
   CHECK_OK(clReleaseProgram(program));
   free(binary.data);
}

/* "If an entry value in the array is NULL", nothing is copied. */
static void
unwanted_binaries_are_skipped(void **state)
{
   need_kernels();
   cl_program program = build_program(source, NULL);
   unsigned char *nowhere = NULL;
   size_t size = 0;

   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof(nowhere),
                             &nowhere, &size));
   assert_int_equal(size, sizeof(nowhere));
   assert_null(nowhere);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_BINARIES, 0, NULL, &size));
   assert_int_equal(size, sizeof(nowhere));
   CHECK_OK(clReleaseProgram(program));
}

static void
objects_and_libraries_come_back(void **state)
{
   const char *parts[] = {
      "int helper(int); kernel void test(global int *a) { *a = helper(*a); }",
      "int helper(int a) { return a + 8; }",
   };
   cl_program inputs[2];

   need_kernels();
   for (unsigned i = 0; i < 2; i++) {
      cl_program program = CREATED(clCreateProgramWithSource(
         client.context, 1, &parts[i], NULL, &code));
      CHECK_OK(
         clCompileProgram(program, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL));
      if (i == 1) {
         cl_program object = program;
         program =
            CREATED(clLinkProgram(client.context, 0, NULL, "-create-library",
                                  1, &object, NULL, NULL, &code));
         CHECK_OK(clReleaseProgram(object));
      }
      struct binary binary = get_binary(program);
      CHECK_OK(clReleaseProgram(program));
      inputs[i] = loaded(&binary);
      free(binary.data);
   }
   assert_int_equal(build_int(inputs[0], CL_PROGRAM_BINARY_TYPE),
                    CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT);
   assert_int_equal(build_int(inputs[1], CL_PROGRAM_BINARY_TYPE),
                    CL_PROGRAM_BINARY_TYPE_LIBRARY);

   cl_program linked = CREATED(clLinkProgram(client.context, 0, NULL, NULL, 2,
                                             inputs, NULL, NULL, &code));
   check_result(linked, 2, 10);
   CHECK_OK(clReleaseProgram(linked));
   CHECK_OK(clReleaseProgram(inputs[0]));
   CHECK_OK(clReleaseProgram(inputs[1]));
}

/* An object that lacks nothing is linked by a build. */
static void
objects_are_built(void **state)
{
   const char *strings[] = {source};

   need_kernels();
   cl_program program = CREATED(
      clCreateProgramWithSource(client.context, 1, strings, NULL, &code));
   CHECK_OK(
      clCompileProgram(program, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL));
   struct binary binary = get_binary(program);
   CHECK_OK(clReleaseProgram(program));

   program = loaded(&binary);
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   check_result(program, 1, 4);
   CHECK_OK(clReleaseProgram(program));
   free(binary.data);
}

static void
check_refused_binary(const struct binary *binary)
{
   cl_int status = UNTOUCHED;
   REFUSED(CL_INVALID_BINARY, load(binary, &status));
   assert_int_equal(status, CL_INVALID_BINARY);
   REFUSED(CL_INVALID_BINARY, load(binary, NULL));
}

static void
damaged_binaries_are_refused(void **state)
{
   need_kernels();
   need_trefoil("others may crash");

   cl_program program = build_program(source, NULL);
   struct binary binary = get_binary(program);
   CHECK_OK(clReleaseProgram(program));

   for (size_t i = 0; i < binary.size; i += 1 + i / 7) {
      binary.data[i] ^= 0x40;
      check_refused_binary(&binary);
      binary.data[i] ^= 0x40;
   }
   for (size_t size = 1; size < binary.size; size += 1 + size / 5) {
      struct binary cut = {malloc(size), size};
      assert_non_null(cut.data);
      memcpy(cut.data, binary.data, size);
      check_refused_binary(&cut);
      free(cut.data);
   }
   program = loaded(&binary);
   CHECK_OK(clReleaseProgram(program));
   free(binary.data);
}

static void
foreign_binaries_are_refused(void **state)
{
   static unsigned char elf[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\76\0";
   static unsigned char text[] = "kernel void test(global int *a) {}";
   const struct binary binaries[] = {
      {elf, sizeof(elf)}, {text, sizeof(text)}, {text, 1}};

   need_kernels();
   for (unsigned i = 0; i < COUNT(binaries); i++)
      check_refused_binary(&binaries[i]);
}

static void
binary_arguments_are_checked(void **state)
{
   need_kernels();
   cl_program program = build_program(source, NULL);
   struct binary binary = get_binary(program);
   const unsigned char *data = binary.data, *nothing = NULL;
   const size_t zero = 0;
   cl_device_id none = NULL;
   cl_int status = UNTOUCHED;

#define LOAD(context, count, devices, sizes, list)                           \
   clCreateProgramWithBinary(context, count, devices, sizes, list, &status,  \
                             &code)
   REFUSED(CL_INVALID_CONTEXT,
           LOAD(NULL, 1, &client.device, &binary.size, &data));
   REFUSED(CL_INVALID_VALUE,
           LOAD(client.context, 0, &client.device, &binary.size, &data));
   REFUSED(CL_INVALID_VALUE,
           LOAD(client.context, 1, NULL, &binary.size, &data));
   REFUSED(CL_INVALID_DEVICE,
           LOAD(client.context, 1, &none, &binary.size, &data));
   REFUSED(CL_INVALID_VALUE,
           LOAD(client.context, 1, &client.device, NULL, &data));
   REFUSED(CL_INVALID_VALUE,
           LOAD(client.context, 1, &client.device, &binary.size, NULL));
   assert_int_equal(status, UNTOUCHED);
   REFUSED(CL_INVALID_VALUE,
           LOAD(client.context, 1, &client.device, &zero, &data));
   assert_int_equal(status, CL_INVALID_VALUE);
   status = UNTOUCHED;
   REFUSED(CL_INVALID_VALUE,
           LOAD(client.context, 1, &client.device, &binary.size, &nothing));
   assert_int_equal(status, CL_INVALID_VALUE);
#undef LOAD
   CHECK_OK(clReleaseProgram(program));
   free(binary.data);
}

/*
 * OpCapability Addresses, Kernel, Int64
 * OpMemoryModel Physical64 OpenCL
 * OpEntryPoint Kernel %fn "test"
 * %spec = OpSpecConstant %uint 5         SpecId 7
 * %flag = OpSpecConstantTrue %bool       SpecId 9
 * %wide = OpSpecConstant %ulong 6        SpecId 11
 * %fn = OpFunction, one CrossWorkgroup pointer %out
 * OpStore %out (OpSelect %flag %spec (OpUConvert %wide))
 */
static const cl_uint module[] = {
   0x07230203, 0x00010000, 0x00000000, 0x0000000f, 0x00000000, 0x00020011,
   0x00000004, 0x00020011, 0x00000006, 0x00020011, 0x0000000b, 0x0003000e,
   0x00000002, 0x00000002, 0x0005000f, 0x00000006, 0x00000001, 0x74736574,
   0x00000000, 0x00040047, 0x00000002, 0x00000001, 0x00000007, 0x00040047,
   0x00000003, 0x00000001, 0x00000009, 0x00040047, 0x00000004, 0x00000001,
   0x0000000b, 0x00020013, 0x00000005, 0x00020014, 0x00000006, 0x00040015,
   0x00000007, 0x00000020, 0x00000000, 0x00040015, 0x00000008, 0x00000040,
   0x00000000, 0x00040020, 0x00000009, 0x00000005, 0x00000007, 0x00040032,
   0x00000007, 0x00000002, 0x00000005, 0x00030030, 0x00000006, 0x00000003,
   0x00050032, 0x00000008, 0x00000004, 0x00000006, 0x00000000, 0x00040021,
   0x0000000a, 0x00000005, 0x00000009, 0x00050036, 0x00000005, 0x00000001,
   0x00000000, 0x0000000a, 0x00030037, 0x00000009, 0x0000000b, 0x000200f8,
   0x0000000c, 0x00040071, 0x00000007, 0x0000000d, 0x00000004, 0x000600a9,
   0x00000007, 0x0000000e, 0x00000003, 0x00000002, 0x0000000d, 0x0005003e,
   0x0000000b, 0x0000000e, 0x00000002, 0x00000004, 0x000100fd, 0x00010038,
};

static void
need_il(void)
{
   char versions[256];

   need_kernels();
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_IL_VERSION,
                            sizeof(versions), versions, NULL));
   if (!strstr(versions, "SPIR-V") ||
       device_uint(CL_DEVICE_ADDRESS_BITS) != 64)
      skip_test("the device does not take this SPIR-V");
}

static cl_program
from_il(void)
{
   need_il();
   return CREATED(
      clCreateProgramWithIL(client.context, module, sizeof(module), &code));
}

static void
spirv_is_built(void **state)
{
   cl_program program = from_il();
   unsigned char words[sizeof(module)];
   char text[4];
   size_t size;

   CHECK_OK(
      clGetProgramInfo(program, CL_PROGRAM_IL, sizeof(words), words, &size));
   assert_int_equal(size, sizeof(module));
   assert_memory_equal(words, module, sizeof(module));
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_SOURCE, sizeof(text), text,
                             &size));
   assert_int_equal(size, 1);
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   check_result(program, 0, 5);
   CHECK_OK(clReleaseProgram(program));
}

static void
every_reported_version_is_taken(void **state)
{
   cl_name_version versions[16];
   cl_uint words[COUNT(module)];
   size_t size;

   need_il();
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_ILS_WITH_VERSION,
                            sizeof(versions), versions, &size));
   assert_true(size > 0);
   memcpy(words, module, sizeof(module));
   for (unsigned i = 0; i < size / sizeof(versions[0]); i++) {
      words[1] = CL_VERSION_MAJOR(versions[i].version) << 16 |
                 CL_VERSION_MINOR(versions[i].version) << 8;
      cl_program program = CREATED(
         clCreateProgramWithIL(client.context, words, sizeof(words), &code));
      CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
      check_result(program, 0, 5);
      CHECK_OK(clReleaseProgram(program));
   }
}

/* SPIR-V, universal limits: "a module is a stream of words", of any order. */
static void
byte_order_does_not_matter(void **state)
{
   cl_uint words[COUNT(module)];

   need_il();
   need_trefoil("others may not swap");
   for (unsigned i = 0; i < COUNT(module); i++)
      words[i] = __builtin_bswap32(module[i]);
   cl_program program = CREATED(
      clCreateProgramWithIL(client.context, words, sizeof(words), &code));
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   check_result(program, 0, 5);
   CHECK_OK(clReleaseProgram(program));
}

static void
constants_are_specialized(void **state)
{
   cl_program program = from_il();
   const cl_uint spec = 70;
   const cl_ulong wide = 90;
   const cl_uchar no = 0;

   CHECK_OK(
      clSetProgramSpecializationConstant(program, 7, sizeof(spec), &spec));
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   check_result(program, 0, 70);

   /* The next build is another, also if its values are set twice. */
   CHECK_OK(clSetProgramSpecializationConstant(program, 9, sizeof(no), &no));
   CHECK_OK(clSetProgramSpecializationConstant(program, 11, sizeof(wide),
                                               &(cl_ulong){1}));
   CHECK_OK(
      clSetProgramSpecializationConstant(program, 11, sizeof(wide), &wide));
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));

   /* Values that came too late do not count. */
   CHECK_OK(clSetProgramSpecializationConstant(program, 11, sizeof(wide),
                                               &(cl_ulong){2}));
   check_result(program, 0, 90);

   /* Binaries have them in them. */
   struct binary binary = get_binary(program);
   CHECK_OK(clReleaseProgram(program));
   program = loaded(&binary);
   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
   check_result(program, 0, 90);
   CHECK_OK(clReleaseProgram(program));
   free(binary.data);
}

static void
constant_arguments_are_checked(void **state)
{
   cl_program program = from_il();
   const cl_ulong value = 0;

   CHECK_CODE(CL_INVALID_PROGRAM,
              clSetProgramSpecializationConstant(NULL, 7, 4, &value));
   CHECK_CODE(CL_INVALID_SPEC_ID,
              clSetProgramSpecializationConstant(program, 8, 4, &value));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetProgramSpecializationConstant(program, 7, 8, &value));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetProgramSpecializationConstant(program, 7, 0, &value));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetProgramSpecializationConstant(program, 7, 4, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetProgramSpecializationConstant(program, 11, 4, &value));
   CHECK_OK(clReleaseProgram(program));
}

static void
spirv_is_compiled_and_linked(void **state)
{
   cl_program object = from_il();

   CHECK_OK(
      clCompileProgram(object, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL));
   assert_int_equal(build_int(object, CL_PROGRAM_BINARY_TYPE),
                    CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT);
   cl_program linked = CREATED(clLinkProgram(client.context, 0, NULL, NULL, 1,
                                             &object, NULL, NULL, &code));
   check_result(linked, 0, 5);
   CHECK_OK(clReleaseProgram(linked));
   CHECK_OK(clReleaseProgram(object));
}

static void
bad_spirv_is_refused(void **state)
{
   static const char text[] = "kernel void test(global int *a) {}  ";
   cl_uint words[COUNT(module)];

   need_il();
   REFUSED(CL_INVALID_CONTEXT,
           clCreateProgramWithIL(NULL, module, sizeof(module), &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithIL(client.context, NULL, 8, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithIL(client.context, module, 0, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithIL(client.context, text, sizeof(text), &code));
   for (size_t size = 1; size < sizeof(module); size += 5)
      REFUSED(CL_INVALID_VALUE,
              clCreateProgramWithIL(client.context, module, size, &code));
   memcpy(words, module, sizeof(module));
   words[COUNT(module) - 1] = 0;
   REFUSED(CL_INVALID_VALUE, clCreateProgramWithIL(client.context, words,
                                                   sizeof(words), &code));
}

/*
 * Words changed at random: mostly refused, and what is taken may fail to
 * build, but nothing else happens.
 */
static void
hostile_spirv_does_no_harm(void **state)
{
   cl_uint words[COUNT(module)];
   cl_uint seed = 3, taken = 0;

   need_il();
   need_trefoil("others may crash");
   for (unsigned round = 0; round < 3000; round++) {
      memcpy(words, module, sizeof(module));
      for (unsigned i = 0; i <= round % 3; i++) {
         seed = seed * 1664525 + 1013904223;
         cl_uint *word = &words[5 + (seed >> 8) % (COUNT(words) - 5)];
         seed = seed * 1664525 + 1013904223;
         *word ^= round % 2 ? 1u << (seed >> 27) : (seed >> 24) % 16;
      }
      cl_program program =
         clCreateProgramWithIL(client.context, words, sizeof(words), &code);
      if (!program) {
         CHECK_CODE(CL_INVALID_VALUE, code);
         continue;
      }
      taken++;
      clBuildProgram(program, 0, NULL, NULL, NULL, NULL);
      CHECK_OK(clReleaseProgram(program));
   }
   assert_true(taken > 0);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(executables_come_back),
      cmocka_unit_test(binaries_have_no_source),
      cmocka_unit_test(unwanted_binaries_are_skipped),
      cmocka_unit_test(objects_and_libraries_come_back),
      cmocka_unit_test(objects_are_built),
      cmocka_unit_test(damaged_binaries_are_refused),
      cmocka_unit_test(foreign_binaries_are_refused),
      cmocka_unit_test(binary_arguments_are_checked),
      cmocka_unit_test(spirv_is_built),
      cmocka_unit_test(every_reported_version_is_taken),
      cmocka_unit_test(byte_order_does_not_matter),
      cmocka_unit_test(constants_are_specialized),
      cmocka_unit_test(constant_arguments_are_checked),
      cmocka_unit_test(spirv_is_compiled_and_linked),
      cmocka_unit_test(bad_spirv_is_refused),
      cmocka_unit_test(hostile_spirv_does_no_harm),
   };
   return cmocka_run_group_tests_name("program_binary", tests, client_setup,
                                      client_teardown);
}
