/* SPDX-License-Identifier: MIT */

/* Chapter 4.1: platforms. */

#include <stdlib.h>

#include "common.h"

static char *
platform_string(cl_platform_info param)
{
   size_t size = 0;
   CHECK_OK(clGetPlatformInfo(client.platform, param, 0, NULL, &size));
   assert_true(size > 0);
   char *text = malloc(size);
   assert_non_null(text);
   CHECK_OK(clGetPlatformInfo(client.platform, param, size, text, NULL));
   assert_int_equal(strlen(text) + 1, size);
   return text;
}

static void
names_itself(void **state)
{
   char *profile = platform_string(CL_PLATFORM_PROFILE);
   char *version = platform_string(CL_PLATFORM_VERSION);
   char *name = platform_string(CL_PLATFORM_NAME);
   char *vendor = platform_string(CL_PLATFORM_VENDOR);
   char *suffix = platform_string(CL_PLATFORM_ICD_SUFFIX_KHR);

   assert_string_equal(profile, "FULL_PROFILE");
   assert_memory_equal(version, "OpenCL 3.0 ", 11);
   assert_true(strlen(vendor) > 0);
   if (client.is_trefoil) {
      assert_string_equal(name, "Trefoil");
      assert_string_equal(suffix, "TRFL");
   }
   free(profile);
   free(version);
   free(name);
   free(vendor);
   free(suffix);
}

static void
numeric_version_agrees_with_text(void **state)
{
   char *text = platform_string(CL_PLATFORM_VERSION);
   cl_version version;
   unsigned major, minor;

   CHECK_OK(clGetPlatformInfo(client.platform, CL_PLATFORM_NUMERIC_VERSION,
                              sizeof(version), &version, NULL));
   major = strtoul(text + strlen("OpenCL "), NULL, 10);
   minor = strtoul(strchr(text, '.') + 1, NULL, 10);
   assert_int_equal(CL_VERSION_MAJOR(version), major);
   assert_int_equal(CL_VERSION_MINOR(version), minor);
   free(text);
}

/* The list with versions holds each name of the text, and no other. */
static void
extension_lists_agree(void **state)
{
   char *text = platform_string(CL_PLATFORM_EXTENSIONS);
   size_t size, words = 0;
   cl_name_version *list;

   CHECK_OK(clGetPlatformInfo(
      client.platform, CL_PLATFORM_EXTENSIONS_WITH_VERSION, 0, NULL, &size));
   assert_int_equal(size % sizeof(*list), 0);
   list = malloc(size + 1);
   assert_non_null(list);
   CHECK_OK(clGetPlatformInfo(client.platform,
                              CL_PLATFORM_EXTENSIONS_WITH_VERSION, size, list,
                              NULL));
   assert_non_null(strstr(text, "cl_khr_icd"));

   for (char *save, *word = strtok_r(text, " ", &save); word;
        word = strtok_r(NULL, " ", &save)) {
      bool found = false;
      for (size_t i = 0; i < size / sizeof(*list); i++)
         found |= strcmp(list[i].name, word) == 0;
      assert_true(found);
      words++;
   }
   assert_int_equal(words, size / sizeof(*list));
   free(list);
   free(text);
}

/* "CL_INVALID_PLATFORM if platform is not a valid platform." */
static void
info_refuses_other_handles(void **state)
{
   char text[256];
   CHECK_HANDLE(CL_INVALID_PLATFORM,
                clGetPlatformInfo((cl_platform_id)client.device,
                                  CL_PLATFORM_NAME, sizeof(text), text,
                                  NULL));
}

/* Both or neither, on each device: 4.1 and 4.2, host timers. */
static void
timers_go_together(void **state)
{
   cl_ulong resolution, host = 0, device = 0, later = 0;

   CHECK_OK(clGetPlatformInfo(client.platform,
                              CL_PLATFORM_HOST_TIMER_RESOLUTION,
                              sizeof(resolution), &resolution, NULL));
   if (resolution == 0) {
      CHECK_CODE(CL_INVALID_OPERATION, clGetHostTimer(client.device, &host));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clGetDeviceAndHostTimer(client.device, &device, &host));
      return;
   }

   CHECK_OK(clGetDeviceAndHostTimer(client.device, &device, &host));
   CHECK_OK(clGetHostTimer(client.device, &later));
   assert_true(later >= host);
   assert_true(device > 0);
}

static void
timers_refuse_bad_arguments(void **state)
{
   cl_ulong resolution, time = 42;

   CHECK_OK(clGetPlatformInfo(client.platform,
                              CL_PLATFORM_HOST_TIMER_RESOLUTION,
                              sizeof(resolution), &resolution, NULL));
   CHECK_HANDLE(CL_INVALID_DEVICE,
                clGetHostTimer((cl_device_id)client.context, &time));
   CHECK_HANDLE(
      CL_INVALID_DEVICE,
      clGetDeviceAndHostTimer((cl_device_id)client.context, &time, &time));
   assert_int_equal(time, 42);
   if (resolution == 0)
      return;
   /* "CL_INVALID_VALUE if host_timestamp or device_timestamp is NULL." */
   CHECK_CODE(CL_INVALID_VALUE, clGetHostTimer(client.device, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetDeviceAndHostTimer(client.device, NULL, &time));
   CHECK_CODE(CL_INVALID_VALUE,
              clGetDeviceAndHostTimer(client.device, &time, NULL));
   assert_int_equal(time, 42);
}

static void
compiler_can_be_unloaded(void **state)
{
   CHECK_OK(clUnloadPlatformCompiler(client.platform));
   CHECK_HANDLE(CL_INVALID_PLATFORM,
                clUnloadPlatformCompiler((cl_platform_id)client.device));
}

/* The loader lists the platform for every call in the same way. */
static void
stays_the_same(void **state)
{
   cl_platform_id platforms[16];
   cl_uint count;
   bool found = false;

   CHECK_OK(clGetPlatformIDs(COUNT(platforms), platforms, &count));
   for (cl_uint i = 0; i < count && i < COUNT(platforms); i++)
      found |= platforms[i] == client.platform;
   assert_true(found);
   CHECK_CODE(CL_INVALID_VALUE, clGetPlatformIDs(0, platforms, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clGetPlatformIDs(0, NULL, NULL));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_itself),
      cmocka_unit_test(numeric_version_agrees_with_text),
      cmocka_unit_test(extension_lists_agree),
      cmocka_unit_test(info_refuses_other_handles),
      cmocka_unit_test(timers_go_together),
      cmocka_unit_test(timers_refuse_bad_arguments),
      cmocka_unit_test(compiler_can_be_unloaded),
      cmocka_unit_test(stays_the_same),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
