/* SPDX-License-Identifier: MIT */

/*
 * The programs of the tests, for others to compile: with
 * TREFOIL_TEST_CORPUS=FOLDER whatever clBuildProgram() takes, and has kernels,
 * is left there, once each, its options in the first line.  The linker puts this between
 * the tests and the ICD loader (--wrap).
 */

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CL/cl.h>

cl_int __real_clBuildProgram(cl_program program, cl_uint device_count,
                             const cl_device_id *devices, const char *options,
                             void(CL_CALLBACK *notify)(cl_program, void *),
                             void *user_data);
cl_int __wrap_clBuildProgram(cl_program program, cl_uint device_count,
                             const cl_device_id *devices, const char *options,
                             void(CL_CALLBACK *notify)(cl_program, void *),
                             void *user_data);

static uint64_t
hash_text(uint64_t hash, const char *text)
{
   for (; *text; text++)
      hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
   return hash;
}

static void
keep(const char *folder, const char *options, const char *source)
{
   char path[4096];
   const uint64_t hash =
      hash_text(hash_text(0xcbf29ce484222325u, options), source);

   snprintf(path, sizeof(path), "%s/%016" PRIx64 ".cl", folder, hash);
   FILE *file = fopen(path, "w");
   if (!file)
      return;
   fprintf(file, "// %s\n%s", options, source);
   fclose(file);
}

cl_int
__wrap_clBuildProgram(cl_program program, cl_uint device_count,
                      const cl_device_id *devices, const char *options,
                      void(CL_CALLBACK *notify)(cl_program, void *),
                      void *user_data)
{
   const char *folder = getenv("TREFOIL_TEST_CORPUS");
   const cl_int built = __real_clBuildProgram(program, device_count, devices,
                                              options, notify, user_data);
   cl_uint kernels = 0;
   size_t size = 0;

   if (!folder || built != CL_SUCCESS || notify ||
       clCreateKernelsInProgram(program, 0, NULL, &kernels) != CL_SUCCESS ||
       clGetProgramInfo(program, CL_PROGRAM_SOURCE, 0, NULL, &size) !=
          CL_SUCCESS ||
       size < 2)
      return built;

   char *source = malloc(size);
   if (source &&
       clGetProgramInfo(program, CL_PROGRAM_SOURCE, size, source, NULL) ==
          CL_SUCCESS &&
       /*
        * Headers are gone with the test that wrote them; an #error is about
        * the macros of this device.
        */
       !strstr(source, "#include") && !strstr(source, "#error"))
      keep(folder, options ? options : "", source);
   free(source);
   return built;
}
