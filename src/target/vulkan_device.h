/* SPDX-License-Identifier: MIT */

#ifndef TRF_TARGET_VULKAN_DEVICE_H
#define TRF_TARGET_VULKAN_DEVICE_H

#include "gallium/target.h"

struct trf_vulkan_device;

/* The device that this thread wants a screen of; NULL: none. */
void trf_target_want_vulkan(const struct trf_vulkan_device *device);
const struct trf_vulkan_device *trf_target_wanted_vulkan(void);

#endif
