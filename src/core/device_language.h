/* SPDX-License-Identifier: MIT */

/* What a device says of the languages and the arithmetic of its kernels. */

#ifndef TRF_CORE_DEVICE_LANGUAGE_H
#define TRF_CORE_DEVICE_LANGUAGE_H

#include <stdbool.h>

#include <CL/cl.h>

#include "util/trf_info.h"

struct trf_device;

/* OpenCL C, by its number in -cl-std: 100, 110, 120, 200 or 300. */
bool trf_device_has_language(const struct trf_device *device,
                             unsigned c_version);

cl_device_fp_config
trf_device_single_fp_config(const struct trf_device *device);

/* Getters for the table of device queries. */
cl_int trf_device_get_compiler(const void *device, struct trf_info_out *out);
cl_int trf_device_get_c_version(const void *device, struct trf_info_out *out);
cl_int trf_device_get_c_numeric_version(const void *device,
                                        struct trf_info_out *out);
cl_int trf_device_get_c_versions(const void *device,
                                 struct trf_info_out *out);
cl_int trf_device_get_c_features(const void *device,
                                 struct trf_info_out *out);
cl_int trf_device_get_il_version(const void *device,
                                 struct trf_info_out *out);
cl_int trf_device_get_ils(const void *device, struct trf_info_out *out);
cl_int trf_device_get_dot_product(const void *device,
                                  struct trf_info_out *out);
cl_int trf_device_get_generic(const void *device, struct trf_info_out *out);
cl_int trf_device_get_globals_size(const void *device,
                                   struct trf_info_out *out);
cl_int trf_device_get_single_fp(const void *device, struct trf_info_out *out);
cl_int trf_device_get_double_fp(const void *device, struct trf_info_out *out);
cl_int trf_device_get_half_fp(const void *device, struct trf_info_out *out);
cl_int trf_device_get_collectives(const void *object,
                                  struct trf_info_out *out);
cl_int trf_device_get_sub_groups(const void *object,
                                 struct trf_info_out *out);
cl_int trf_device_get_double_width(const void *device,
                                   struct trf_info_out *out);
cl_int trf_device_get_half_width(const void *device,
                                 struct trf_info_out *out);
cl_int trf_device_get_printf_buffer(const void *device,
                                    struct trf_info_out *out);
cl_int trf_device_get_parameter_size(const void *device,
                                     struct trf_info_out *out);

#endif
