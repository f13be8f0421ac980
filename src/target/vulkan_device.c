/*
 * SPDX-License-Identifier: MIT
 *
 * zink takes the first device that Vulkan names, or the first that is the
 * host's processor where the environment says so. While a screen is made
 * Vulkan names it the one device that is wanted, and no environment is asked.
 *
 * The linker puts these functions before Mesa's own (--wrap).
 */

#include "vulkan_device.h"

#ifdef GALLIUM_ZINK

#include <string.h>

#define VK_NO_PROTOTYPES
#include "gallium/vulkan.h"
#include "vulkan/vulkan_core.h"

struct vk_instance_uncompacted_dispatch_table;

/* What zink calls, and its own: the linker's names. */
typedef void load(struct vk_instance_uncompacted_dispatch_table *table,
                  PFN_vkGetInstanceProcAddr get, VkInstance instance);
load __real_vk_instance_uncompacted_dispatch_table_load,
   __wrap_vk_instance_uncompacted_dispatch_table_load;

static _Thread_local const struct trf_vulkan_device *wanted;

/* The loader's, which serves all instances. */
static PFN_vkGetInstanceProcAddr get_proc;

void
trf_target_want_vulkan(const struct trf_vulkan_device *device)
{
   wanted = device;
}

const struct trf_vulkan_device *
trf_target_wanted_vulkan(void)
{
   return wanted;
}

/* Of those with the UUID, the one that has as many before it. */
static VkPhysicalDevice
find_wanted(VkInstance instance, const VkPhysicalDevice *devices,
            uint32_t count)
{
   PFN_vkGetPhysicalDeviceProperties2 get_properties =
      (PFN_vkGetPhysicalDeviceProperties2)get_proc(
         instance, "vkGetPhysicalDeviceProperties2");
   unsigned twins = 0;

   for (uint32_t i = 0; get_properties && i < count; i++) {
      VkPhysicalDeviceIDProperties id = {
         .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES,
      };
      VkPhysicalDeviceProperties2 properties = {
         .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
         .pNext = &id,
      };
      get_properties(devices[i], &properties);
      if (!memcmp(id.deviceUUID, wanted->uuid, sizeof(wanted->uuid)) &&
          twins++ == wanted->twins_before)
         return devices[i];
   }
   return VK_NULL_HANDLE;
}

static VKAPI_ATTR VkResult VKAPI_CALL
name_wanted(VkInstance instance, uint32_t *count, VkPhysicalDevice *devices)
{
   PFN_vkEnumeratePhysicalDevices enumerate =
      (PFN_vkEnumeratePhysicalDevices)get_proc(instance,
                                               "vkEnumeratePhysicalDevices");
   VkPhysicalDevice all[TRF_MAX_VULKAN_DEVICES];
   uint32_t all_count = TRF_MAX_VULKAN_DEVICES;

   if (!wanted)
      return enumerate(instance, count, devices);

   const VkResult result = enumerate(instance, &all_count, all);
   if (result < VK_SUCCESS)
      return result;
   const VkPhysicalDevice found = find_wanted(instance, all, all_count);
   if (devices && *count && found)
      devices[0] = found;
   *count = found ? 1 : 0;
   return VK_SUCCESS;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
get_instance_proc(VkInstance instance, const char *name)
{
   if (!strcmp(name, "vkEnumeratePhysicalDevices"))
      return (PFN_vkVoidFunction)name_wanted;
   return get_proc(instance, name);
}

void
__wrap_vk_instance_uncompacted_dispatch_table_load(
   struct vk_instance_uncompacted_dispatch_table *table,
   PFN_vkGetInstanceProcAddr get, VkInstance instance)
{
   get_proc = get;
   __real_vk_instance_uncompacted_dispatch_table_load(
      table, get_instance_proc, instance);
}

#endif
