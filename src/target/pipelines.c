/* SPDX-License-Identifier: MIT */

/*
 * zink launches a kernel whether or not the Vulkan driver could compile it,
 * and a pipeline that is not there ends the process.  So zink is given a
 * vkCreateComputePipelines that never fails within a launch: in place of
 * what cannot be compiled it makes a pipeline that does nothing, and the
 * launch is told.  The linker puts the function here before Mesa's
 * (`--wrap`), whose source stays as it is.
 */

#include "gallium/target.h"

#ifdef GALLIUM_ZINK

#include <string.h>

#define VK_NO_PROTOTYPES
#include "util/trf_log.h"
#include "vulkan/vulkan_core.h"

struct vk_device_uncompacted_dispatch_table;

void __real_vk_device_uncompacted_dispatch_table_load(
   struct vk_device_uncompacted_dispatch_table *table,
   PFN_vkGetDeviceProcAddr get, VkDevice device);
void __wrap_vk_device_uncompacted_dispatch_table_load(
   struct vk_device_uncompacted_dispatch_table *table,
   PFN_vkGetDeviceProcAddr get, VkDevice device);

/* The loader's, which serves all devices. */
static PFN_vkGetDeviceProcAddr get_proc;

/* Whether this thread is in a launch, and what came of it. */
static _Thread_local bool launching, failed;

#define OP(opcode, count) (opcode | count << 16)

/* A kernel "main" of one work-item, which returns. */
static const uint32_t empty_kernel[] = {
   0x07230203, 0x10000, 0,
   5,          0,          /* version 1.0, five identifiers */
   OP(17, 2),  1,          /* OpCapability Shader */
   OP(14, 3),  0,       1, /* OpMemoryModel Logical GLSL450 */
   OP(15, 5),  5,       1,
   0x6e69616d, 0, /* OpEntryPoint GLCompute %1 main */
   OP(16, 6),  1,       17,
   1,          1,       1, /* OpExecutionMode LocalSize */
   OP(19, 2),  2,          /* %2 = OpTypeVoid */
   OP(33, 3),  3,       2, /* %3 = OpTypeFunction %2 */
   OP(54, 5),  2,       1,
   0,          3, /* %1 = OpFunction %2 %3 */
   OP(248, 2), 4,       OP(253, 1),
   OP(56, 1), /* OpLabel, OpReturn, the end */
};

static VkResult
create_real(VkDevice device, VkPipelineCache cache,
            const VkComputePipelineCreateInfo *info,
            const VkAllocationCallbacks *allocator, VkPipeline *pipeline)
{
   PFN_vkCreateComputePipelines create =
      (PFN_vkCreateComputePipelines)get_proc(device,
                                             "vkCreateComputePipelines");
   /* A shader may already have been too much for the driver. */
   if (!info->stage.module)
      return VK_ERROR_INITIALIZATION_FAILED;
   return create(device, cache, 1, info, allocator, pipeline);
}

static VkResult
create_empty(VkDevice device, VkPipelineCache cache,
             const VkComputePipelineCreateInfo *info,
             const VkAllocationCallbacks *allocator, VkPipeline *pipeline)
{
   PFN_vkCreateShaderModule create_module =
      (PFN_vkCreateShaderModule)get_proc(device, "vkCreateShaderModule");
   PFN_vkDestroyShaderModule destroy_module =
      (PFN_vkDestroyShaderModule)get_proc(device, "vkDestroyShaderModule");
   const VkShaderModuleCreateInfo module_info = {
      .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
      .codeSize = sizeof(empty_kernel),
      .pCode = empty_kernel,
   };
   VkComputePipelineCreateInfo empty = *info;
   VkResult result =
      create_module(device, &module_info, allocator, &empty.stage.module);

   if (result != VK_SUCCESS)
      return result;
   empty.stage.pSpecializationInfo = NULL;
   result = create_real(device, cache, &empty, allocator, pipeline);
   destroy_module(device, empty.stage.module, allocator);
   return result;
}

/* zink makes one at a time. */
static VKAPI_ATTR VkResult VKAPI_CALL
create_pipelines(VkDevice device, VkPipelineCache cache, uint32_t count,
                 const VkComputePipelineCreateInfo *infos,
                 const VkAllocationCallbacks *allocator,
                 VkPipeline *pipelines)
{
   VkResult result = VK_ERROR_UNKNOWN;

   if (!(trf_debug_flags() & TRF_DEBUG_NOCODE))
      result = create_real(device, cache, infos, allocator, pipelines);
   if (result == VK_SUCCESS || !launching)
      return result;

   trf_log_error("the Vulkan driver cannot compile a kernel: %d", result);
   failed = true;
   return create_empty(device, cache, infos, allocator, pipelines);
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
get_device_proc(VkDevice device, const char *name)
{
   if (!strcmp(name, "vkCreateComputePipelines"))
      return (PFN_vkVoidFunction)create_pipelines;
   return get_proc(device, name);
}

void
__wrap_vk_device_uncompacted_dispatch_table_load(
   struct vk_device_uncompacted_dispatch_table *table,
   PFN_vkGetDeviceProcAddr get, VkDevice device)
{
   get_proc = get;
   __real_vk_device_uncompacted_dispatch_table_load(table, get_device_proc,
                                                    device);
}

void
trf_target_begin_launch(void)
{
   launching = true;
   failed = false;
}

bool
trf_target_end_launch(void)
{
   launching = false;
   return !failed;
}

#else

void
trf_target_begin_launch(void)
{
}

bool
trf_target_end_launch(void)
{
   return true;
}

#endif
