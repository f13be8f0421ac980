/* SPDX-License-Identifier: MIT */

/*
 * Every program that the API tests build, compiled to the GPU's code: the
 * folder that TREFOIL_TEST_CORPUS names holds them (see tests/api/corpus.c).
 */

#include "shim.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "../api/kernels.h"

static unsigned programs, kernels, refused;

static char *
read_text(const char *folder, const char *name)
{
   char path[4096];
   snprintf(path, sizeof(path), "%s/%s", folder, name);

   FILE *file = fopen(path, "r");
   assert_non_null(file);
   fseek(file, 0, SEEK_END);
   const long size = ftell(file);
   rewind(file);
   char *text = calloc(1, size + 1);
   assert_non_null(text);
   assert_int_equal(fread(text, 1, size, file), size);
   fclose(file);
   return text;
}

/* What this GPU cannot do, a program may not be built with. */
static bool
wants_what_is_missing(const char *options, const char *source)
{
   const bool doubles = strstr(source, "double") || strstr(options, "double");
   const bool halves = strstr(source, "typedef half ") != NULL;
   const bool read_write = strstr(source, "read_write ") != NULL;
   const bool rounding =
      strstr(options, "-cl-fp32-correctly-rounded-divide-sqrt") != NULL;

   return (rounding && !(device_ulong(CL_DEVICE_SINGLE_FP_CONFIG) &
                         CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT)) ||
          (doubles && !has_extension("cl_khr_fp64")) ||
          (halves && !has_extension("cl_khr_fp16")) ||
          (read_write &&
           device_uint(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS) == 0);
}

/* The driver has compiled a kernel when it knows its work-groups. */
static void
check_kernels(cl_program program, const char *name)
{
   cl_uint count = 0;

   CHECK_OK(clCreateKernelsInProgram(program, 0, NULL, &count));
   cl_kernel *list = calloc(count, sizeof(*list));
   assert_non_null(list);
   const cl_int created =
      clCreateKernelsInProgram(program, count, list, NULL);
   if (created != CL_SUCCESS)
      fail_msg("%s: the driver compiles not: %s", name, code_name(created));

   for (cl_uint i = 0; i < count; i++) {
      const size_t limit = device_size(CL_DEVICE_MAX_WORK_GROUP_SIZE);
      const size_t size = work_group_size(list[i]);
      assert_in_range(size, 1, limit);
      CHECK_OK(clReleaseKernel(list[i]));
      kernels++;
   }
   free(list);
}

static void
check_program(const char *folder, const char *name)
{
   char *text = read_text(folder, name);
   char *source = strchr(text, '\n');

   assert_memory_equal(text, "// ", 3);
   assert_non_null(source);
   *source++ = '\0';

   const char *options = text + 3;
   if (wants_what_is_missing(options, source)) {
      const char *string = source;
      cl_program program = CREATED(
         clCreateProgramWithSource(client.context, 1, &string, NULL, &code));
      assert_int_not_equal(
         clBuildProgram(program, 0, NULL, options, NULL, NULL), CL_SUCCESS);
      CHECK_OK(clReleaseProgram(program));
      refused++;
   } else {
      print_message("# %s, %s\n", name, options);
      cl_program program = build_program(source, options);
      check_kernels(program, name);
      CHECK_OK(clReleaseProgram(program));
      programs++;
   }
   free(text);
}

static void
every_program_compiles(void **state)
{
   const char *folder = getenv("TREFOIL_TEST_CORPUS");
   assert_non_null(folder);
   DIR *dir = opendir(folder);
   assert_non_null(dir);

   for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
      if (strstr(entry->d_name, ".cl"))
         check_program(folder, entry->d_name);
   }
   closedir(dir);
   print_message("# %u programs with %u kernels compiled, %u refused\n",
                 programs, kernels, refused);
   assert_true(programs >= 100);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_program_compiles),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
