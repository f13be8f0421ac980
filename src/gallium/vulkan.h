/* SPDX-License-Identifier: MIT */

/*
 * What Vulkan says of this machine, asked before zink is: zink takes any
 * device that it is given and cannot say which GPU that is.
 */

#ifndef TRF_GALLIUM_VULKAN_H
#define TRF_GALLIUM_VULKAN_H

#include <stdbool.h>
#include <stdint.h>

#define TRF_MAX_VULKAN_DEVICES 64

struct trf_vulkan_device {
   char name[256];
   bool is_cpu;
   uint32_t vendor_id, device_id;
   uint8_t uuid[16];
   unsigned twins_before; /* devices with the same UUID before it */
   bool has_pci;
   uint32_t pci_domain, pci_bus, pci_device, pci_function;
   bool local_layouts;     /* of local memory there may be several */
   uint32_t compute_units; /* 0: it does not say */
   uint32_t subgroup_size; /* of all kernels; 0: they differ, or have none */
   bool calibrated_timestamps;
   const char *missing; /* what zink or kernels want; NULL if nothing */
};

struct trf_vulkan;

/*
 * Loads Vulkan's loader and its drivers.  NULL, and silence, where there are
 * none.  While it is open the drivers stay loaded.
 */
struct trf_vulkan *trf_vulkan_open(void);
void trf_vulkan_close(struct trf_vulkan *vulkan);

/* In the order that zink sees.  The devices belong to `vulkan`. */
unsigned trf_vulkan_devices(const struct trf_vulkan *vulkan,
                            const struct trf_vulkan_device **devices);

/* "NVIDIA Corporation" for 0x10de; NULL for a vendor that is not known. */
const char *trf_vulkan_vendor_name(uint32_t vendor_id);

#endif
