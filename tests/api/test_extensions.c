/* SPDX-License-Identifier: MIT */

/* What is reported, and what is found by name. */

#include "common.h"

#include <stdio.h>
#include <stdlib.h>

static char *
info_text(bool of_device)
{
   size_t size;
   char *text;

   if (of_device)
      CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_EXTENSIONS, 0, NULL,
                               &size));
   else
      CHECK_OK(clGetPlatformInfo(client.platform, CL_PLATFORM_EXTENSIONS, 0,
                                 NULL, &size));
   text = malloc(size);
   assert_non_null(text);
   if (of_device)
      CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_EXTENSIONS, size,
                               text, NULL));
   else
      CHECK_OK(clGetPlatformInfo(client.platform, CL_PLATFORM_EXTENSIONS,
                                 size, text, NULL));
   return text;
}

/* Names apart by one space, none at the ends, none twice. */
static void
lists_are_well_formed(void **state)
{
   for (unsigned i = 0; i < 2; i++) {
      char *text = info_text(i);
      char *copy = strdup(text);

      assert_null(strstr(text, "  "));
      assert_true(text[0] != ' ');
      for (char *save, *word = strtok_r(copy, " ", &save); word;
           word = strtok_r(NULL, " ", &save)) {
         unsigned found = 0;
         const size_t length = strlen(word);
         /* One name of the embedded profile's begins with more. */
         if (strcmp(word, "cles_khr_int64"))
            assert_memory_equal(word, "cl_", 3);
         for (const char *at = text; (at = strstr(at, word)); at += length) {
            if ((at == text || at[-1] == ' ') &&
                (at[length] == ' ' || at[length] == '\0'))
               found++;
         }
         assert_int_equal(found, 1);
      }
      free(copy);
      free(text);
   }
}

static void
device_lists_agree(void **state)
{
   char *text = info_text(true);
   size_t size, words = 0;

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_EXTENSIONS_WITH_VERSION,
                            0, NULL, &size));
   cl_name_version *list = malloc(size + 1);
   assert_non_null(list);
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_EXTENSIONS_WITH_VERSION,
                            size, list, NULL));
   for (char *save, *word = strtok_r(text, " ", &save); word;
        word = strtok_r(NULL, " ", &save)) {
      bool found = false;
      for (size_t i = 0; i < size / sizeof(*list); i++)
         found |= strcmp(list[i].name, word) == 0;
      if (!found)
         print_error("%s has no version\n", word);
      assert_true(found);
      words++;
   }
   assert_int_equal(words, size / sizeof(*list));
   free(list);
   free(text);
}

/* "Extensions … must be supported by all devices associated with it." */
static void
platform_list_is_in_every_device(void **state)
{
   char *text = info_text(false);
   for (char *save, *word = strtok_r(text, " ", &save); word;
        word = strtok_r(NULL, " ", &save)) {
      if (!has_extension(word))
         print_error("the device does not list %s\n", word);
      assert_true(has_extension(word));
   }
   free(text);
}

/* What 3.0 makes of old extensions: still listed, for old clients. */
static void
listed_what_full_profile_needs(void **state)
{
   static const char *const names[] = {
      "cl_khr_byte_addressable_store",
      "cl_khr_global_int32_base_atomics",
      "cl_khr_global_int32_extended_atomics",
      "cl_khr_local_int32_base_atomics",
      "cl_khr_local_int32_extended_atomics",
   };
   if (!device_bool(CL_DEVICE_COMPILER_AVAILABLE))
      skip_test("nothing is compiled");
   for (unsigned i = 0; i < COUNT(names); i++) {
      if (!has_extension(names[i]))
         print_error("%s is missing\n", names[i]);
      assert_true(has_extension(names[i]));
   }
}

static void
functions_are_found_by_name(void **state)
{
   static const char *const none[] = {"", "clNoSuchFunction", "cl",
                                      "clCreateBuffer "};
   for (unsigned i = 0; i < COUNT(none); i++)
      assert_null(
         clGetExtensionFunctionAddressForPlatform(client.platform, none[i]));
   if (client.is_trefoil) {
      assert_null(
         clGetExtensionFunctionAddressForPlatform(client.platform, NULL));
      assert_null(clGetExtensionFunctionAddressForPlatform(
         (cl_platform_id)client.device, "clIcdGetPlatformIDsKHR"));
   }
}

/* A listed extension with functions has them all. */
static void
functions_of_listed_extensions_exist(void **state)
{
   static const struct {
      const char *extension, *function;
   } functions[] = {
      {"cl_khr_create_command_queue",
       "clCreateCommandQueueWithPropertiesKHR"},
      {"cl_khr_subgroups", "clGetKernelSubGroupInfoKHR"},
      {"cl_khr_il_program", "clCreateProgramWithILKHR"},
      {"cl_khr_suggested_local_work_size",
       "clGetKernelSuggestedLocalWorkSizeKHR"},
      {"cl_khr_terminate_context", "clTerminateContextKHR"},
      {"cl_khr_semaphore", "clCreateSemaphoreWithPropertiesKHR"},
      {"cl_khr_semaphore", "clEnqueueWaitSemaphoresKHR"},
      {"cl_khr_command_buffer", "clCreateCommandBufferKHR"},
      {"cl_khr_external_memory", "clEnqueueAcquireExternalMemObjectsKHR"},
      {"cl_khr_external_memory", "clEnqueueReleaseExternalMemObjectsKHR"},
   };
   for (unsigned i = 0; i < COUNT(functions); i++) {
      void *function = clGetExtensionFunctionAddressForPlatform(
         client.platform, functions[i].function);
      if (has_extension(functions[i].extension) && !function)
         print_error("%s is missing\n", functions[i].function);
      assert_true(!has_extension(functions[i].extension) || function);
   }
}

/* What the feature queries say goes with what is listed. */
static void
queries_agree_with_the_list(void **state)
{
   if (has_extension("cl_khr_fp64"))
      assert_true(device_ulong(CL_DEVICE_DOUBLE_FP_CONFIG) != 0);
   if (has_extension("cl_khr_image2d_from_buffer"))
      assert_true(device_uint(CL_DEVICE_IMAGE_PITCH_ALIGNMENT) > 0);
   if (client.images && device_uint(CL_DEVICE_IMAGE_PITCH_ALIGNMENT) > 0)
      assert_true(device_uint(CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT) > 0);
   if (has_extension("cl_khr_subgroups"))
      assert_true(device_uint(CL_DEVICE_MAX_NUM_SUB_GROUPS) > 0);
   if (!device_bool(CL_DEVICE_PIPE_SUPPORT))
      assert_int_equal(device_uint(CL_DEVICE_MAX_PIPE_ARGS), 0);
   if (device_ulong(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES) == 0)
      assert_int_equal(device_uint(CL_DEVICE_MAX_ON_DEVICE_QUEUES), 0);
}

/* cl_khr_device_uuid and cl_khr_pci_bus_info, where they are listed. */
static void
identities_are_told(void **state)
{
   cl_uchar uuid[CL_UUID_SIZE_KHR], again[CL_UUID_SIZE_KHR];
   cl_bool has_luid = 7;

   if (!has_extension("cl_khr_device_uuid"))
      skip_test("no cl_khr_device_uuid");
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_UUID_KHR, sizeof(uuid),
                            uuid, NULL));
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_UUID_KHR, sizeof(again),
                            again, NULL));
   assert_memory_equal(uuid, again, sizeof(uuid));
   CHECK_OK(clGetDeviceInfo(client.device, CL_DRIVER_UUID_KHR, sizeof(uuid),
                            uuid, NULL));
   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_LUID_VALID_KHR,
                            sizeof(has_luid), &has_luid, NULL));
   assert_true(has_luid == CL_TRUE || has_luid == CL_FALSE);
}

/* Optional features that are not there: each entry point has its error. */
static void
absent_features_are_refused(void **state)
{
   if (!device_bool(CL_DEVICE_PIPE_SUPPORT))
      REFUSED(CL_INVALID_OPERATION,
              clCreatePipe(client.context, 0, 4, 4, NULL, &code));
   if (device_ulong(CL_DEVICE_SVM_CAPABILITIES) == 0) {
      cl_event event = (cl_event)&code;
      void *pointer = &code;
      const void *const_pointer = pointer;

      assert_null(clSVMAlloc(client.context, CL_MEM_READ_WRITE, 64, 0));
      clSVMFree(client.context, NULL);
      CHECK_CODE(CL_INVALID_OPERATION,
                 clEnqueueSVMMap(client.queue, CL_TRUE, CL_MAP_READ, &code, 4,
                                 0, NULL, &event));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clEnqueueSVMUnmap(client.queue, &code, 0, NULL, &event));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clEnqueueSVMMemcpy(client.queue, CL_TRUE, &pointer, &code, 4,
                                    0, NULL, &event));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clEnqueueSVMMemFill(client.queue, &code, &code, 4, 4, 0,
                                     NULL, &event));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clEnqueueSVMFree(client.queue, 1, &pointer, NULL, NULL, 0,
                                  NULL, &event));
      CHECK_CODE(CL_INVALID_OPERATION,
                 clEnqueueSVMMigrateMem(client.queue, 1, &const_pointer, NULL,
                                        0, 0, NULL, &event));
      assert_ptr_equal(event, &code);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_are_well_formed),
      cmocka_unit_test(device_lists_agree),
      cmocka_unit_test(platform_list_is_in_every_device),
      cmocka_unit_test(listed_what_full_profile_needs),
      cmocka_unit_test(functions_are_found_by_name),
      cmocka_unit_test(functions_of_listed_extensions_exist),
      cmocka_unit_test(queries_agree_with_the_list),
      cmocka_unit_test(identities_are_told),
      cmocka_unit_test(absent_features_are_refused),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
