/* SPDX-License-Identifier: MIT */

/* Functions of extensions, which a client asks for by name. */

#include "api/api.h"

#include <string.h>

#include "util/macros.h"

/* Any function: the client casts it to what its name stands for. */
typedef void (*function_pointer)(void);

static const struct {
   const char *name;
   function_pointer function;
} functions[] = {
#define FUNCTION(name, function) {name, (function_pointer)(function)}
   /* cl_khr_icd; loaders ask for the second where it is not exported. */
   FUNCTION("clIcdGetPlatformIDsKHR", trf_clIcdGetPlatformIDsKHR),
   FUNCTION("clGetPlatformInfo", trf_clGetPlatformInfo),
   /* cl_khr_create_command_queue: the same types by other names. */
   FUNCTION("clCreateCommandQueueWithPropertiesKHR",
            trf_clCreateCommandQueueWithProperties),
   /* cl_khr_il_program: likewise. */
   FUNCTION("clCreateProgramWithILKHR", trf_clCreateProgramWithIL),
   /* cl_khr_suggested_local_work_size */
   FUNCTION("clGetKernelSuggestedLocalWorkSizeKHR",
            trf_clGetKernelSuggestedLocalWorkSizeKHR),
#undef FUNCTION
};

CL_API_ENTRY void *CL_API_CALL
trf_clGetExtensionFunctionAddress(const char *function_name)
{
   for (unsigned i = 0; function_name && i < ARRAY_SIZE(functions); i++) {
      if (!strcmp(function_name, functions[i].name))
         return (void *)functions[i].function;
   }
   return NULL;
}

CL_API_ENTRY void *CL_API_CALL
trf_clGetExtensionFunctionAddressForPlatform(cl_platform_id platform,
                                             const char *function_name)
{
   /* NULL if the platform is not valid. */
   if (!trf_platform_from_handle(platform))
      return NULL;
   return trf_clGetExtensionFunctionAddress(function_name);
}
