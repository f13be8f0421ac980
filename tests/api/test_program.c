/* SPDX-License-Identifier: MIT */

/* Chapter 5.8: programs from source: creating, building, asking. */

#include "kernels.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const good = "kernel void one(global int *a) { *a = 1; }\n"
                                "kernel void two(global int *a) { *a = 2; }";
static const char *const bad = "kernel void one(global int *a)\n"
                               "{\n"
                               "   *a = nowhere;\n"
                               "}\n";

static cl_program
from_source(const char *source)
{
   need_kernels();
   return CREATED(
      clCreateProgramWithSource(client.context, 1, &source, NULL, &code));
}

static cl_int
build(cl_program program, const char *options)
{
   return clBuildProgram(program, 0, NULL, options, NULL, NULL);
}

static cl_build_status
build_status(cl_program program)
{
   cl_build_status status;
   CHECK_OK(clGetProgramBuildInfo(program, client.device,
                                  CL_PROGRAM_BUILD_STATUS, sizeof(status),
                                  &status, NULL));
   return status;
}

static cl_program_binary_type
binary_type(cl_program program)
{
   cl_program_binary_type type;
   CHECK_OK(clGetProgramBuildInfo(program, client.device,
                                  CL_PROGRAM_BINARY_TYPE, sizeof(type), &type,
                                  NULL));
   return type;
}

/* To free(). */
static char *
build_string(cl_program program, cl_program_build_info param)
{
   size_t size = 0;
   CHECK_OK(
      clGetProgramBuildInfo(program, client.device, param, 0, NULL, &size));
   assert_true(size >= 1);
   char *string = malloc(size);
   assert_non_null(string);
   CHECK_OK(clGetProgramBuildInfo(program, client.device, param, size, string,
                                  NULL));
   assert_int_equal(strlen(string), size - 1);
   return string;
}

static void
check_log(cl_program program, const char *expected)
{
   char *log = build_string(program, CL_PROGRAM_BUILD_LOG);
   if (!strstr(log, expected))
      fail_msg("no \"%s\" in the log:\n%s", expected, log);
   free(log);
}

static void
check_names(cl_program program, const char *expected)
{
   char names[256];
   size_t count = 0;

   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, sizeof(names),
                             names, NULL));
   assert_string_equal(names, expected);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof(count),
                             &count, NULL));

   size_t separators = 0;
   for (const char *p = names; *p; p++)
      separators += *p == ';';
   assert_int_equal(count, *names ? separators + 1 : 0);
}

static void
strings_are_concatenated(void **state)
{
   const char *strings[] = {"kernel void o", "ne(global int *a)XXX",
                            "{ *a = 1;", " }\0XX"};
   const size_t lengths[] = {0, 17, 0, 5};
   char source[128];
   size_t size;

   cl_program program = CREATED(
      clCreateProgramWithSource(client.context, 4, strings, lengths, &code));
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_SOURCE, sizeof(source),
                             source, &size));
   assert_string_equal(source, "kernel void one(global int *a){ *a = 1; }");
   assert_int_equal(size, strlen(source) + 1);
   CHECK_OK(build(program, NULL));
   check_names(program, "one");
   CHECK_OK(clReleaseProgram(program));

   /* errcode_ret may be NULL. */
   program =
      clCreateProgramWithSource(client.context, 1, strings, NULL, NULL);
   assert_non_null(program);
   CHECK_OK(clReleaseProgram(program));
}

static void
sources_must_be_there(void **state)
{
   const char *strings[] = {good, NULL};

   REFUSED(CL_INVALID_CONTEXT,
           clCreateProgramWithSource(NULL, 1, strings, NULL, &code));
   REFUSED_HANDLE(CL_INVALID_CONTEXT,
                  clCreateProgramWithSource((cl_context)client.queue, 1,
                                            strings, NULL, &code));
   REFUSED(CL_INVALID_VALUE, clCreateProgramWithSource(client.context, 0,
                                                       strings, NULL, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithSource(client.context, 1, NULL, NULL, &code));
   REFUSED(CL_INVALID_VALUE, clCreateProgramWithSource(client.context, 2,
                                                       strings, NULL, &code));
}

static void
references_are_counted(void **state)
{
   cl_program program = from_source(good);
   cl_uint count;

   CHECK_OK(clRetainProgram(program));
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_REFERENCE_COUNT,
                             sizeof(count), &count, NULL));
   assert_int_equal(count, 2);
   CHECK_OK(clReleaseProgram(program));
   CHECK_OK(clReleaseProgram(program));
   CHECK_HANDLE(CL_INVALID_PROGRAM, clReleaseProgram(program));
   CHECK_HANDLE(CL_INVALID_PROGRAM, clRetainProgram(program));
   CHECK_CODE(CL_INVALID_PROGRAM, clRetainProgram(NULL));
   CHECK_CODE(CL_INVALID_PROGRAM, clReleaseProgram(NULL));
   CHECK_HANDLE(CL_INVALID_PROGRAM,
                clReleaseProgram((cl_program)client.context));
}

static void
programs_tell_where_they_belong(void **state)
{
   cl_program program = from_source(good);
   cl_context context;
   cl_device_id device;
   cl_uint count;
   cl_bool present;
   size_t size;

   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_CONTEXT, sizeof(context),
                             &context, NULL));
   assert_ptr_equal(context, client.context);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_NUM_DEVICES, sizeof(count),
                             &count, NULL));
   assert_int_equal(count, 1);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_DEVICES, sizeof(device),
                             &device, &size));
   assert_int_equal(size, sizeof(device));
   assert_ptr_equal(device, client.device);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_IL, 0, NULL, &size));
   assert_int_equal(size, 0);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT,
                             sizeof(present), &present, NULL));
   assert_false(present);
   CHECK_OK(clReleaseProgram(program));
}

static void
nothing_is_built_at_first(void **state)
{
   cl_program program = from_source(good);
   size_t size = 99;

   assert_int_equal(build_status(program), CL_BUILD_NONE);
   assert_int_equal(binary_type(program), CL_PROGRAM_BINARY_TYPE_NONE);
   char *options = build_string(program, CL_PROGRAM_BUILD_OPTIONS);
   assert_string_equal(options, "");
   free(options);
   check_log(program, "");
   CHECK_CODE(CL_INVALID_PROGRAM_EXECUTABLE,
              clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof(size),
                               &size, NULL));
   CHECK_CODE(
      CL_INVALID_PROGRAM_EXECUTABLE,
      clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, 0, NULL, &size));
   assert_int_equal(size, 99);
   CHECK_OK(clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof(size),
                             &size, NULL));
   assert_int_equal(size, 0);
   CHECK_OK(clReleaseProgram(program));
}

static void
builds_make_executables(void **state)
{
   cl_program program = from_source(good);
   size_t size;

   CHECK_OK(build(program, "-cl-mad-enable -DX"));
   assert_int_equal(build_status(program), CL_BUILD_SUCCESS);
   assert_int_equal(binary_type(program), CL_PROGRAM_BINARY_TYPE_EXECUTABLE);
   check_names(program, "one;two");
   char *options = build_string(program, CL_PROGRAM_BUILD_OPTIONS);
   assert_string_equal(options, "-cl-mad-enable -DX");
   free(options);
   CHECK_OK(clGetProgramBuildInfo(program, client.device,
                                  CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE,
                                  sizeof(size), &size, NULL));
   assert_int_equal(size, 0);

   /* For one device by name, and again. */
   CHECK_OK(clBuildProgram(program, 1, &client.device, NULL, NULL, NULL));
   CHECK_OK(clReleaseProgram(program));
}

/* A source without kernels is a program too. */
static void
programs_may_be_empty(void **state)
{
   cl_program program = from_source("");

   CHECK_OK(build(program, NULL));
   check_names(program, "");
   CHECK_OK(clReleaseProgram(program));
}

static void
errors_are_in_the_log(void **state)
{
   cl_program program = from_source(bad);
   size_t size;

   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE, build(program, NULL));
   assert_int_equal(build_status(program), CL_BUILD_ERROR);
   assert_int_equal(binary_type(program), CL_PROGRAM_BINARY_TYPE_NONE);
   check_log(program, "nowhere");
   check_log(program, ":3:9: error:");
   CHECK_CODE(CL_INVALID_PROGRAM_EXECUTABLE,
              clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof(size),
                               &size, NULL));

   /* What fails now may build later, and the other way round. */
   CHECK_OK(build(program, "-Dnowhere=3"));
   check_names(program, "one");
   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE, build(program, NULL));
   CHECK_CODE(
      CL_INVALID_PROGRAM_EXECUTABLE,
      clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, 0, NULL, &size));
   CHECK_OK(clReleaseProgram(program));
}

static void
warnings_are_in_the_log(void **state)
{
   need_trefoil("a log of what compiles is not asked for");

   cl_program program = from_source("#warning look here\n");
   /* The second time from the cache, if there is one. */
   for (unsigned i = 0; i < 2; i++) {
      CHECK_OK(build(program, NULL));
      check_log(program, ":1:2: warning: look here");
   }
   CHECK_OK(build(program, "-w"));
   char *log = build_string(program, CL_PROGRAM_BUILD_LOG);
   assert_string_equal(log, "");
   free(log);
   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE, build(program, "-Werror"));
   check_log(program, "error: look here");
   CHECK_OK(clReleaseProgram(program));
}

/* What the program sees of options and of the device. */
static void
options_reach_the_source(void **state)
{
   static const struct {
      const char *condition;
      const char *options;
   } cases[] = {
      {"__OPENCL_VERSION__ == 300", NULL},
      {"__OPENCL_C_VERSION__ == 120", NULL},
      {"__OPENCL_C_VERSION__ == 120", ""},
      {"__OPENCL_C_VERSION__ == 110", "-cl-std=CL1.1"},
      {"__OPENCL_C_VERSION__ == 300", "-cl-std=CL3.0"},
      {"__OPENCL_VERSION__ == 300", "-cl-std=CL1.0"},
      {"CL_VERSION_1_2 == 120 && CL_VERSION_3_0 == 300", NULL},
      {"defined(__ENDIAN_LITTLE__)", NULL},
      {"!defined(__FAST_RELAXED_MATH__)", NULL},
      {"defined(__FAST_RELAXED_MATH__)", "-cl-fast-relaxed-math"},
      {"A == 1", "-D A"},
      {"A == 2", "-DA=2"},
      {"A == 1 && B == 4", "-D A=1 -D \"B=2 + 2\""},
      {"F(3) == 4", "-D F(x)=x+1"},
      {"1", "-cl-opt-disable"},
      {"1", "-cl-denorms-are-zero -cl-single-precision-constant"},
      {"1", "-cl-strict-aliasing -cl-no-signed-zeros -g"},
      {"1", "-cl-unsafe-math-optimizations -cl-finite-math-only"},
      {"1", "-cl-uniform-work-group-size"},
      {"1", "-cl-kernel-arg-info -cl-mad-enable"},
      {"defined(cl_khr_byte_addressable_store)", NULL},
      {"defined(cl_khr_global_int32_base_atomics)", NULL},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      char source[256];

      snprintf(source, sizeof(source),
               "#if !(%s)\n#error no\n#endif\n"
               "kernel void one(global float *a) { *a = a[1] / 3; }\n",
               cases[i].condition);
      cl_program program = from_source(source);
      const cl_int result = build(program, cases[i].options);
      if (result)
         fail_msg("%s with %s: %s", cases[i].condition, cases[i].options,
                  code_name(result));
      CHECK_OK(clReleaseProgram(program));
   }
}

/* What a device says of its language, its compiler says too. */
static void
reported_features_are_defined(void **state)
{
   cl_name_version features[64];
   size_t size;

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_OPENCL_C_FEATURES,
                            sizeof(features), features, &size));
   for (unsigned i = 0; i < size / sizeof(features[0]); i++) {
      char source[256];

      snprintf(source, sizeof(source), "#ifndef %s\n#error no\n#endif\n",
               features[i].name);
      cl_program program = from_source(source);
      CHECK_OK(build(program, "-cl-std=CL3.0"));
      CHECK_OK(clReleaseProgram(program));
   }
}

static void
reported_kernel_extensions_are_defined(void **state)
{
   /* Mip levels came with 2.0; earlier languages do not know them. */
   static const struct {
      const char *name;
      const char *options;
   } cases[] = {
      {"cl_khr_3d_image_writes", NULL},
      {"cl_khr_byte_addressable_store", NULL},
      {"cl_khr_depth_images", NULL},
      {"cl_khr_fp16", NULL},
      {"cl_khr_fp64", NULL},
      {"cl_khr_global_int32_base_atomics", NULL},
      {"cl_khr_global_int32_extended_atomics", NULL},
      {"cl_khr_local_int32_base_atomics", NULL},
      {"cl_khr_local_int32_extended_atomics", NULL},
      {"cl_khr_mipmap_image", "-cl-std=CL3.0"},
      {"cl_khr_mipmap_image_writes", "-cl-std=CL3.0"},
   };

   for (unsigned i = 0; i < COUNT(cases); i++) {
      char source[256];

      snprintf(source, sizeof(source), "#if%s %s\n#error no\n#endif\n",
               has_extension(cases[i].name) ? "ndef" : "def", cases[i].name);
      cl_program program = from_source(source);
      CHECK_OK(build(program, cases[i].options));
      CHECK_OK(clReleaseProgram(program));
   }
}

static void
languages_are_those_reported(void **state)
{
   cl_name_version versions[16];
   size_t size;

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_OPENCL_C_ALL_VERSIONS,
                            sizeof(versions), versions, &size));
   assert_true(size > 0);
   for (unsigned i = 0; i < size / sizeof(versions[0]); i++) {
      char options[64];

      assert_string_equal(versions[i].name, "OpenCL C");
      snprintf(options, sizeof(options), "-cl-std=CL%u.%u",
               CL_VERSION_MAJOR(versions[i].version),
               CL_VERSION_MINOR(versions[i].version));
      cl_program program = from_source(good);
      CHECK_OK(build(program, options));
      CHECK_OK(clReleaseProgram(program));
   }
}

static void
lacking_languages_fail_the_build(void **state)
{
   need_trefoil("others may have OpenCL C 2.0");

   cl_program program = from_source(good);
   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE, build(program, "-cl-std=CL2.0"));
   check_log(program, "OpenCL C 2.0");
   CHECK_OK(clReleaseProgram(program));
}

/* A header that looks as if it had been there for a while. */
static void
write_header(const char *path, const char *text)
{
   const struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
   FILE *file = fopen(path, "w");

   assert_non_null(file);
   assert_true(fputs(text, file) >= 0);
   assert_int_equal(fclose(file), 0);
   assert_int_equal(utimensat(AT_FDCWD, path, past, 0), 0);
}

/* Whatever keeps what was built before: a changed file is another program. */
static void
included_files_are_read_anew(void **state)
{
   char folder[] = "/tmp/trefoil-test-XXXXXX";
   char path[64], options[64];
   cl_program program = from_source("#include \"name.h\"\n"
                                    "kernel void NAME(global int *a) {}\n");

   assert_non_null(mkdtemp(folder));
   snprintf(path, sizeof(path), "%s/name.h", folder);
   snprintf(options, sizeof(options), "-I %s", folder);
   for (unsigned i = 0; i < 4; i++) {
      const char *name = i % 2 ? "odd" : "even";
      char text[64];

      snprintf(text, sizeof(text), "#define NAME %s\n", name);
      write_header(path, text);
      CHECK_OK(build(program, options));
      check_names(program, name);
      CHECK_OK(build(program, options));
      check_names(program, name);
   }
   assert_int_equal(remove(path), 0);
   CHECK_CODE(CL_BUILD_PROGRAM_FAILURE, build(program, options));
   check_log(program, "name.h");
   assert_int_equal(rmdir(folder), 0);
   CHECK_OK(clReleaseProgram(program));
}

/* 5.8.6.2: compilation fails where the device does not round like that. */
static void
rounding_is_checked(void **state)
{
   const cl_ulong rounded = CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
   const char *options = "-cl-fp32-correctly-rounded-divide-sqrt";
   cl_program program = from_source(good);

   if (device_ulong(CL_DEVICE_SINGLE_FP_CONFIG) & rounded)
      CHECK_OK(build(program, options));
   else
      CHECK_CODE(CL_BUILD_PROGRAM_FAILURE, build(program, options));
   CHECK_OK(clReleaseProgram(program));
}

static void
invalid_options_are_refused(void **state)
{
   static const char *const invalid[] = {
      "-no-such-option", "-D",     "-w -I",           "file.cl",
      "-cl-std=CL9.9",   "\"-D A", "-create-library", "-cl-std",
   };
   cl_program program = from_source(good);

   for (unsigned i = 0; i < COUNT(invalid); i++) {
      CHECK_CODE(CL_INVALID_BUILD_OPTIONS, build(program, invalid[i]));
      CHECK_CODE(CL_INVALID_COMPILER_OPTIONS,
                 clCompileProgram(program, 0, NULL, invalid[i], 0, NULL, NULL,
                                  NULL, NULL));
   }
   check_log(program, "-cl-std");
   assert_int_equal(build_status(program), CL_BUILD_ERROR);
   CHECK_OK(build(program, NULL));
   CHECK_OK(clReleaseProgram(program));
}

static void
build_arguments_are_checked(void **state)
{
   cl_program program = from_source(good);
   cl_device_id devices[] = {client.device, NULL};
   int data;

   CHECK_CODE(CL_INVALID_PROGRAM, build(NULL, NULL));
   CHECK_HANDLE(CL_INVALID_PROGRAM, build((cl_program)client.context, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clBuildProgram(program, 1, NULL, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clBuildProgram(program, 0, &client.device, NULL, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clBuildProgram(program, 0, NULL, NULL, NULL, &data));
   CHECK_CODE(CL_INVALID_DEVICE,
              clBuildProgram(program, 2, devices, NULL, NULL, NULL));
   assert_int_equal(build_status(program), CL_BUILD_NONE);
   devices[1] = client.device;
   CHECK_OK(clBuildProgram(program, 2, devices, NULL, NULL, NULL));
   CHECK_OK(clReleaseProgram(program));
}

static void
queries_check_their_arguments(void **state)
{
   cl_program program = from_source(good);
   cl_uint value = 7;
   size_t size = 99;

   CHECK_CODE(CL_INVALID_PROGRAM,
              clGetProgramInfo(NULL, CL_PROGRAM_NUM_DEVICES, sizeof(value),
                               &value, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetProgramInfo(program, 0, sizeof(value), &value, &size));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetProgramInfo(program, CL_PROGRAM_NUM_DEVICES,
                               sizeof(value) - 1, &value, &size));
   CHECK_CODE(CL_INVALID_VALUE, clGetProgramInfo(program, CL_PROGRAM_BINARIES,
                                                 1, &value, &size));
   CHECK_CODE(CL_INVALID_PROGRAM,
              clGetProgramBuildInfo(NULL, client.device,
                                    CL_PROGRAM_BUILD_STATUS, sizeof(value),
                                    &value, NULL));
   CHECK_CODE(CL_INVALID_DEVICE,
              clGetProgramBuildInfo(program, NULL, CL_PROGRAM_BUILD_STATUS,
                                    sizeof(value), &value, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetProgramBuildInfo(program, client.device, 0, sizeof(value),
                                    &value, &size));
   CHECK_CODE(CL_INVALID_VALUE, clGetProgramBuildInfo(program, client.device,
                                                      CL_PROGRAM_BUILD_STATUS,
                                                      1, &value, &size));
   assert_int_equal(value, 7);
   assert_int_equal(size, 99);
   CHECK_OK(clReleaseProgram(program));
}

/* "CL_INVALID_OPERATION if there are kernel objects attached to program." */
static void
kernels_keep_their_program(void **state)
{
   cl_program program = from_source(good);

   CHECK_OK(build(program, NULL));
   cl_kernel kernel = CREATED(clCreateKernel(program, "one", &code));
   CHECK_CODE(CL_INVALID_OPERATION, build(program, NULL));
   CHECK_CODE(
      CL_INVALID_OPERATION,
      clCompileProgram(program, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL));
   check_names(program, "one;two");
   CHECK_OK(clReleaseKernel(kernel));
   CHECK_OK(build(program, NULL));
   CHECK_OK(clReleaseProgram(program));
}

static void
callbacks_tell_of_the_end(void **state)
{
   static const struct {
      const char *const *source;
      cl_build_status status;
   } cases[] = {{&good, CL_BUILD_SUCCESS}, {&bad, CL_BUILD_ERROR}};

   for (unsigned i = 0; i < COUNT(cases); i++) {
      cl_program program = from_source(*cases[i].source);
      struct told told = {0};

      CHECK_OK(clBuildProgram(program, 0, NULL, "-DN=1", tell, &told));
      assert_true(wait_until(was_told, &told));
      assert_ptr_equal(told.program, program);
      assert_int_equal(told.status, cases[i].status);
      assert_int_equal(build_status(program), cases[i].status);
      assert_int_equal(told.times, 1);
      CHECK_OK(clReleaseProgram(program));
   }
}

/* Nobody is told of what was refused. */
static void
refused_builds_call_nobody(void **state)
{
   cl_program program = from_source(good);
   struct told told = {0};

   CHECK_CODE(CL_INVALID_BUILD_OPTIONS,
              clBuildProgram(program, 0, NULL, "-foo", tell, &told));
   sleep_ms(20);
   assert_int_equal(told.times, 0);
   CHECK_OK(clReleaseProgram(program));
}

static void
callbacks_may_release_the_program(void **state)
{
   for (unsigned i = 0; i < 20; i++) {
      cl_program program = from_source(good);
      struct told told = {.release = true};

      CHECK_OK(clBuildProgram(program, 0, NULL, NULL, tell, &told));
      assert_true(wait_until(was_told, &told));
      assert_int_equal(told.status, CL_BUILD_SUCCESS);
   }
}

/* Released before it is built: the callback has a program still. */
static void
builds_outlive_their_handles(void **state)
{
   struct told told[8] = {0};

   for (unsigned i = 0; i < COUNT(told); i++) {
      char options[32];
      cl_program program = from_source(good);

      snprintf(options, sizeof(options), "-DN=%u", i + 100);
      CHECK_OK(clBuildProgram(program, 0, NULL, options, tell, &told[i]));
      CHECK_OK(clReleaseProgram(program));
   }
   for (unsigned i = 0; i < COUNT(told); i++) {
      assert_true(wait_until(was_told, &told[i]));
      assert_int_equal(told[i].status, CL_BUILD_SUCCESS);
   }
}

/* A source that takes a moment. */
static char *
long_source(unsigned kernels)
{
   char *source = malloc(kernels * 160 + 1);
   char *end = source;

   assert_non_null(source);
   for (unsigned i = 0; i < kernels; i++)
      end += sprintf(end,
                     "kernel void k%u(global float *a) { for (int i = 0; "
                     "i < %u; i++) a[i] = sin(a[i]) + cos(a[i + 1]); }\n",
                     i, i);
   return source;
}

static void
one_build_at_a_time(void **state)
{
   char *source = long_source(80);
   cl_program program = from_source(source);
   struct told told = {0};

   CHECK_OK(clBuildProgram(program, 0, NULL, NULL, tell, &told));
   /* It may be through already, on a fast machine. */
   if (build_status(program) == CL_BUILD_IN_PROGRESS) {
      size_t size;

      CHECK_EITHER(CL_INVALID_OPERATION, CL_SUCCESS, build(program, NULL));
      CHECK_EITHER(CL_INVALID_PROGRAM_EXECUTABLE, CL_SUCCESS,
                   clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS,
                                    sizeof(size), &size, NULL));
   }
   assert_true(wait_until(was_told, &told));
   assert_int_equal(build_status(program), CL_BUILD_SUCCESS);
   CHECK_OK(clReleaseProgram(program));
   free(source);
}

static void
there_are_no_built_in_kernels(void **state)
{
   need_trefoil("others may have some");

   REFUSED(CL_INVALID_CONTEXT, clCreateProgramWithBuiltInKernels(
                                  NULL, 1, &client.device, "a", &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithBuiltInKernels(client.context, 0,
                                             &client.device, "a", &code));
   REFUSED(CL_INVALID_VALUE, clCreateProgramWithBuiltInKernels(
                                client.context, 1, NULL, "a", &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithBuiltInKernels(client.context, 1,
                                             &client.device, NULL, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateProgramWithBuiltInKernels(client.context, 1,
                                             &client.device, "a", &code));
}

static void CL_CALLBACK
never_called(cl_program program, void *data)
{
   fail();
}

static void
there_are_no_release_callbacks(void **state)
{
   need_trefoil("the entry is deprecated");

   cl_program program = from_source(good);
   CHECK_CODE(CL_INVALID_PROGRAM,
              clSetProgramReleaseCallback(NULL, never_called, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetProgramReleaseCallback(program, NULL, NULL));
   CHECK_CODE(CL_INVALID_OPERATION,
              clSetProgramReleaseCallback(program, never_called, NULL));
   CHECK_CODE(CL_INVALID_PROGRAM,
              clSetProgramSpecializationConstant(program, 0, 4, "abcd"));
   CHECK_OK(clReleaseProgram(program));
}

static void
compilers_may_be_unloaded(void **state)
{
   CHECK_OK(clUnloadPlatformCompiler(client.platform));
   CHECK_OK(clUnloadCompiler());
   CHECK_HANDLE(CL_INVALID_PLATFORM,
                clUnloadPlatformCompiler((cl_platform_id)client.device));

   cl_program program = from_source(good);
   CHECK_OK(build(program, NULL));
   CHECK_OK(clReleaseProgram(program));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_are_concatenated),
      cmocka_unit_test(sources_must_be_there),
      cmocka_unit_test(references_are_counted),
      cmocka_unit_test(programs_tell_where_they_belong),
      cmocka_unit_test(nothing_is_built_at_first),
      cmocka_unit_test(builds_make_executables),
      cmocka_unit_test(programs_may_be_empty),
      cmocka_unit_test(errors_are_in_the_log),
      cmocka_unit_test(warnings_are_in_the_log),
      cmocka_unit_test(options_reach_the_source),
      cmocka_unit_test(reported_features_are_defined),
      cmocka_unit_test(reported_kernel_extensions_are_defined),
      cmocka_unit_test(languages_are_those_reported),
      cmocka_unit_test(lacking_languages_fail_the_build),
      cmocka_unit_test(included_files_are_read_anew),
      cmocka_unit_test(rounding_is_checked),
      cmocka_unit_test(invalid_options_are_refused),
      cmocka_unit_test(build_arguments_are_checked),
      cmocka_unit_test(queries_check_their_arguments),
      cmocka_unit_test(kernels_keep_their_program),
      cmocka_unit_test(callbacks_tell_of_the_end),
      cmocka_unit_test(refused_builds_call_nobody),
      cmocka_unit_test(callbacks_may_release_the_program),
      cmocka_unit_test(builds_outlive_their_handles),
      cmocka_unit_test(one_build_at_a_time),
      cmocka_unit_test(there_are_no_built_in_kernels),
      cmocka_unit_test(there_are_no_release_callbacks),
      cmocka_unit_test(compilers_may_be_unloaded),
   };
   return cmocka_run_group_tests_name("program", tests, client_setup,
                                      client_teardown);
}
