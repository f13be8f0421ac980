/* SPDX-License-Identifier: MIT */

#include "gallium/vulkan.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define VK_NO_PROTOTYPES
#include "util/macros.h"
#include "vulkan/vulkan_core.h"

#define LOADER_NAME "libvulkan.so.1"

/* The functions of an instance that are used here. */
struct functions {
   PFN_vkDestroyInstance DestroyInstance;
   PFN_vkEnumeratePhysicalDevices EnumeratePhysicalDevices;
   PFN_vkEnumerateDeviceExtensionProperties
      EnumerateDeviceExtensionProperties;
   PFN_vkGetPhysicalDeviceProperties2 GetPhysicalDeviceProperties2;
   PFN_vkGetPhysicalDeviceFeatures2 GetPhysicalDeviceFeatures2;
   PFN_vkGetPhysicalDeviceQueueFamilyProperties
      GetPhysicalDeviceQueueFamilyProperties;
};

struct trf_vulkan {
   void *library;
   VkInstance instance;
   struct functions vk;
   unsigned count;
   struct trf_vulkan_device devices[TRF_MAX_VULKAN_DEVICES];
};

/* The extensions of a device, asked for once. */
struct extensions {
   VkExtensionProperties *list;
   uint32_t count;
};

static void
extensions_init(struct extensions *extensions, const struct functions *vk,
                VkPhysicalDevice device)
{
   *extensions = (struct extensions){0};
   if (vk->EnumerateDeviceExtensionProperties(
          device, NULL, &extensions->count, NULL) != VK_SUCCESS)
      extensions->count = 0;
   extensions->list =
      calloc(MAX2(extensions->count, 1), sizeof(*extensions->list));
   if (!extensions->list ||
       vk->EnumerateDeviceExtensionProperties(
          device, NULL, &extensions->count, extensions->list) < VK_SUCCESS)
      extensions->count = 0;
}

static bool
has(const struct extensions *extensions, const char *name)
{
   for (uint32_t i = 0; i < extensions->count; i++) {
      if (!strcmp(extensions->list[i].extensionName, name))
         return true;
   }
   return false;
}

/* Adds a struct that is only legal with its extension. */
static void
chain(VkPhysicalDeviceProperties2 *properties, void *more)
{
   VkBaseOutStructure *link = more;

   link->pNext = properties->pNext;
   properties->pNext = more;
}

/* What OpenCL calls a compute unit, as each vendor counts it. */
struct unit_counts {
   VkPhysicalDeviceShaderSMBuiltinsPropertiesNV nv;
   VkPhysicalDeviceShaderCorePropertiesAMD amd;
   VkPhysicalDeviceShaderCoreBuiltinsPropertiesARM arm;
};

static void
ask_for_units(VkPhysicalDeviceProperties2 *properties,
              const struct extensions *extensions, struct unit_counts *counts)
{
   *counts = (struct unit_counts){
      .nv.sType =
         VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_SM_BUILTINS_PROPERTIES_NV,
      .amd.sType =
         VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_CORE_PROPERTIES_AMD,
      .arm.sType =
         VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_CORE_BUILTINS_PROPERTIES_ARM,
   };
   if (has(extensions, VK_NV_SHADER_SM_BUILTINS_EXTENSION_NAME))
      chain(properties, &counts->nv);
   if (has(extensions, VK_AMD_SHADER_CORE_PROPERTIES_EXTENSION_NAME))
      chain(properties, &counts->amd);
   if (has(extensions, VK_ARM_SHADER_CORE_BUILTINS_EXTENSION_NAME))
      chain(properties, &counts->arm);
}

static uint32_t
units(const struct unit_counts *counts)
{
   const uint32_t amd = counts->amd.shaderEngineCount *
                        counts->amd.shaderArraysPerEngineCount *
                        counts->amd.computeUnitsPerShaderArray;
   if (counts->nv.shaderSMCount)
      return counts->nv.shaderSMCount;
   return amd ? amd : counts->arm.shaderCoreCount;
}

struct subgroups {
   VkPhysicalDeviceSubgroupProperties any;
   VkPhysicalDeviceSubgroupSizeControlPropertiesEXT sizes;
};

static void
ask_for_subgroups(VkPhysicalDeviceProperties2 *properties,
                  const struct extensions *extensions,
                  struct subgroups *subgroups)
{
   *subgroups = (struct subgroups){
      .any.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES,
      .sizes.sType =
         VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES_EXT,
   };
   chain(properties, &subgroups->any);
   if (has(extensions, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME))
      chain(properties, &subgroups->sizes);
}

/* zink lets the driver choose, and writes these operations only. */
static uint32_t
only_subgroup_size(const struct subgroups *subgroups)
{
   const VkSubgroupFeatureFlags wanted = VK_SUBGROUP_FEATURE_BASIC_BIT |
                                         VK_SUBGROUP_FEATURE_VOTE_BIT |
                                         VK_SUBGROUP_FEATURE_BALLOT_BIT;
   const uint32_t size = subgroups->any.subgroupSize;

   if (!(subgroups->any.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) ||
       (subgroups->any.supportedOperations & wanted) != wanted)
      return 0;
   return subgroups->sizes.minSubgroupSize == size &&
                subgroups->sizes.maxSubgroupSize == size
             ? size
             : 0;
}

static void
read_properties(const struct functions *vk, VkPhysicalDevice physical,
                const struct extensions *extensions,
                struct trf_vulkan_device *device)
{
   VkPhysicalDevicePCIBusInfoPropertiesEXT pci = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT,
   };
   VkPhysicalDeviceIDProperties id = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES,
   };
   VkPhysicalDeviceProperties2 properties = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
      .pNext = &id,
   };
   struct unit_counts counts;
   struct subgroups subgroups;

   device->has_pci = has(extensions, VK_EXT_PCI_BUS_INFO_EXTENSION_NAME);
   if (device->has_pci)
      chain(&properties, &pci);
   ask_for_units(&properties, extensions, &counts);
   ask_for_subgroups(&properties, extensions, &subgroups);
   vk->GetPhysicalDeviceProperties2(physical, &properties);

   const VkPhysicalDeviceProperties *base = &properties.properties;
   STATIC_ASSERT(sizeof(device->name) == sizeof(base->deviceName));
   memcpy(device->name, base->deviceName, sizeof(device->name));
   device->is_cpu = base->deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
   device->vendor_id = base->vendorID;
   device->device_id = base->deviceID;
   memcpy(device->uuid, id.deviceUUID, sizeof(device->uuid));
   device->pci_domain = pci.pciDomain;
   device->pci_bus = pci.pciBus;
   device->pci_device = pci.pciDevice;
   device->pci_function = pci.pciFunction;
   device->compute_units = units(&counts);
   device->subgroup_size = only_subgroup_size(&subgroups);
   device->local_layouts =
      has(extensions, VK_KHR_WORKGROUP_MEMORY_EXPLICIT_LAYOUT_EXTENSION_NAME);
}

static bool
has_graphics_queue(const struct functions *vk, VkPhysicalDevice physical)
{
   VkQueueFamilyProperties families[32];
   uint32_t count = ARRAY_SIZE(families);

   vk->GetPhysicalDeviceQueueFamilyProperties(physical, &count, families);
   for (uint32_t i = 0; i < count; i++) {
      if (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT)
         return true;
   }
   return false;
}

/*
 * zink goes without nothing of this: it refuses the device, or takes it and
 * kernels have no pointers.  Images are another matter (see enough_for_images
 * in screen_caps.c).
 */
static const char *
find_missing(const struct functions *vk, VkPhysicalDevice physical,
             const struct extensions *extensions)
{
   VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
   };
   VkPhysicalDeviceBufferDeviceAddressFeatures address = {
      .sType =
         VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES,
      .pNext = &timeline,
   };
   VkPhysicalDeviceFeatures2 features = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
      .pNext = &address,
   };

   vk->GetPhysicalDeviceFeatures2(physical, &features);
   if (!timeline.timelineSemaphore)
      return "timeline semaphores";
   if (!address.bufferDeviceAddress)
      return "buffer device addresses";
   if (!features.features.shaderInt64)
      return "64-bit integers in shaders";
   if (!has_graphics_queue(vk, physical))
      return "a queue for graphics";
   return NULL;
}

static unsigned
count_twins(const struct trf_vulkan_device *devices, unsigned count,
            const uint8_t uuid[16])
{
   unsigned twins = 0;

   for (unsigned i = 0; i < count; i++) {
      if (!memcmp(devices[i].uuid, uuid, sizeof(devices[i].uuid)))
         twins++;
   }
   return twins;
}

static void
read_device(struct trf_vulkan *vulkan, VkPhysicalDevice physical)
{
   struct trf_vulkan_device *device = &vulkan->devices[vulkan->count];
   struct extensions extensions;

   extensions_init(&extensions, &vulkan->vk, physical);
   read_properties(&vulkan->vk, physical, &extensions, device);
   device->calibrated_timestamps =
      has(&extensions, VK_EXT_CALIBRATED_TIMESTAMPS_EXTENSION_NAME);
   device->missing = find_missing(&vulkan->vk, physical, &extensions);
   device->twins_before =
      count_twins(vulkan->devices, vulkan->count++, device->uuid);
   free(extensions.list);
}

static void
read_devices(struct trf_vulkan *vulkan)
{
   VkPhysicalDevice list[TRF_MAX_VULKAN_DEVICES];
   uint32_t count = ARRAY_SIZE(list);

   if (vulkan->vk.EnumeratePhysicalDevices(vulkan->instance, &count, list) <
       VK_SUCCESS)
      return;
   for (uint32_t i = 0; i < count; i++)
      read_device(vulkan, list[i]);
}

static bool
load_functions(struct trf_vulkan *vulkan, PFN_vkGetInstanceProcAddr get)
{
   struct functions *vk = &vulkan->vk;
   bool complete = true;

#define LOAD(name)                                                            \
   vk->name = (PFN_vk##name)get(vulkan->instance, "vk" #name);                \
   complete = complete && vk->name
   LOAD(DestroyInstance);
   LOAD(EnumeratePhysicalDevices);
   LOAD(EnumerateDeviceExtensionProperties);
   LOAD(GetPhysicalDeviceProperties2);
   LOAD(GetPhysicalDeviceFeatures2);
   LOAD(GetPhysicalDeviceQueueFamilyProperties);
#undef LOAD
   return complete;
}

static bool
create_instance(struct trf_vulkan *vulkan, PFN_vkGetInstanceProcAddr get)
{
   const VkApplicationInfo application = {
      .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
      .apiVersion = VK_API_VERSION_1_2,
   };
   const VkInstanceCreateInfo info = {
      .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
      .pApplicationInfo = &application,
   };
   PFN_vkCreateInstance create =
      (PFN_vkCreateInstance)get(NULL, "vkCreateInstance");

   /* Vulkan 1.0 has no vkEnumerateInstanceVersion, and would refuse 1.2. */
   return create && get(NULL, "vkEnumerateInstanceVersion") &&
          create(&info, NULL, &vulkan->instance) == VK_SUCCESS;
}

struct trf_vulkan *
trf_vulkan_open(void)
{
   struct trf_vulkan *vulkan = calloc(1, sizeof(*vulkan));
   if (!vulkan)
      return NULL;

   vulkan->library = dlopen(LOADER_NAME, RTLD_NOW | RTLD_LOCAL);
   if (!vulkan->library)
      goto fail_library;

   PFN_vkGetInstanceProcAddr get = (PFN_vkGetInstanceProcAddr)dlsym(
      vulkan->library, "vkGetInstanceProcAddr");
   if (!get || !create_instance(vulkan, get))
      goto fail_instance;
   if (!load_functions(vulkan, get))
      goto fail_functions;

   read_devices(vulkan);
   return vulkan;

fail_functions:
   if (vulkan->vk.DestroyInstance)
      vulkan->vk.DestroyInstance(vulkan->instance, NULL);
fail_instance:
   dlclose(vulkan->library);
fail_library:
   free(vulkan);
   return NULL;
}

void
trf_vulkan_close(struct trf_vulkan *vulkan)
{
   vulkan->vk.DestroyInstance(vulkan->instance, NULL);
   dlclose(vulkan->library);
   free(vulkan);
}

unsigned
trf_vulkan_devices(const struct trf_vulkan *vulkan,
                   const struct trf_vulkan_device **devices)
{
   *devices = vulkan->devices;
   return vulkan->count;
}

const char *
trf_vulkan_vendor_name(uint32_t vendor_id)
{
   static const struct {
      uint32_t id;
      const char *name;
   } vendors[] = {
      {0x1002, "Advanced Micro Devices, Inc."},
      {0x1010, "Imagination Technologies"},
      {0x106b, "Apple"},
      {0x10de, "NVIDIA Corporation"},
      {0x13b5, "Arm"},
      {0x14e4, "Broadcom"},
      {0x5143, "Qualcomm"},
      {0x8086, "Intel Corporation"},
      {VK_VENDOR_ID_MESA, "Mesa"},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(vendors); i++) {
      if (vendors[i].id == vendor_id)
         return vendors[i].name;
   }
   return NULL;
}
