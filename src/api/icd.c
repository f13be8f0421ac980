/* SPDX-License-Identifier: MIT */

/*
 * What an ICD loader looks for in the library (cl_khr_icd).  All else it
 * reaches through the dispatch table.
 */

#include "api/api.h"

#include "api/dispatch.h"
#include "core/platform.h"
#include "util/macros.h"

CL_API_ENTRY cl_int CL_API_CALL
trf_clIcdGetPlatformIDsKHR(cl_uint num_entries, cl_platform_id *platforms,
                           cl_uint *num_platforms)
{
   /* Both as for clGetPlatformIDs, 4.1. */
   if (platforms && num_entries == 0)
      return trf_error(CL_INVALID_VALUE, "platforms given, num_entries is 0");
   if (!platforms && !num_platforms)
      return trf_error(CL_INVALID_VALUE,
                       "neither platforms nor num_platforms given");

   const struct trf_platform *platform = trf_dispatch_platform();
   if (num_platforms)
      *num_platforms = platform ? 1 : 0;
   if (!platform)
      return trf_error(CL_PLATFORM_NOT_FOUND_KHR, "no device");

   if (platforms)
      platforms[0] = (cl_platform_id)platform->base.handle;
   return CL_SUCCESS;
}

PUBLIC CL_API_ENTRY cl_int CL_API_CALL
clIcdGetPlatformIDsKHR(cl_uint num_entries, cl_platform_id *platforms,
                       cl_uint *num_platforms)
{
   return trf_clIcdGetPlatformIDsKHR(num_entries, platforms, num_platforms);
}

PUBLIC CL_API_ENTRY cl_int CL_API_CALL
clGetPlatformInfo(cl_platform_id platform, cl_platform_info param_name,
                  size_t param_value_size, void *param_value,
                  size_t *param_value_size_ret)
{
   return trf_clGetPlatformInfo(platform, param_name, param_value_size,
                                param_value, param_value_size_ret);
}

PUBLIC CL_API_ENTRY void *CL_API_CALL
clGetExtensionFunctionAddress(const char *function_name)
{
   return trf_clGetExtensionFunctionAddress(function_name);
}
