/* SPDX-License-Identifier: MIT */

/* Platforms: 4.1. */

#include "api/api.h"

#include "core/platform.h"

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetPlatformIDs(cl_uint num_entries, cl_platform_id *platforms,
                     cl_uint *num_platforms)
{
   return trf_clIcdGetPlatformIDsKHR(num_entries, platforms, num_platforms);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetPlatformInfo(cl_platform_id platform_id, cl_platform_info param_name,
                      size_t param_value_size, void *param_value,
                      size_t *param_value_size_ret)
{
   const struct trf_platform *platform =
      trf_platform_from_handle(platform_id);

   /* What NULL means is the implementation's choice: it is no platform. */
   if (!platform)
      return trf_error(CL_INVALID_PLATFORM, "not a platform");
   return trf_info_query(&trf_platform_info_table, platform, param_name,
                         param_value_size, param_value, param_value_size_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clUnloadCompiler(void)
{
   /* Deprecated by OpenCL 1.2; a hint. */
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clUnloadPlatformCompiler(cl_platform_id platform)
{
   if (!trf_platform_from_handle(platform))
      return trf_error(CL_INVALID_PLATFORM, "not a platform");
   return CL_SUCCESS;
}
