/* SPDX-License-Identifier: MIT */

/*
 * Everything that clGetDeviceInfo answers (4.2 "Querying Devices", and the
 * chapters of the extensions that the device reports).
 *
 * What a device cannot do is reported as absent where OpenCL 3.0 makes it
 * optional, and as the least that the full profile allows where it does not.
 */

#include "core/device.h"

#include <string.h>

#include "core/device_atomics.h"
#include "core/device_language.h"
#include "core/platform.h"
#include "core/sub_device.h"
#include "core/svm.h"
#include "gallium/screen.h"
#include "util/detect_arch.h"
#include "util/trf_version.h"

static cl_int
get_image_support(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_u32(out, device->image_support);
}

static cl_int
get_svm(const void *object, struct trf_info_out *out)
{
   return trf_info_u64(out, trf_device_svm(object));
}

static cl_int
get_vendor(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_string(out, trf_screen_vendor(device->screen));
}

static cl_int
get_platform(const void *object, struct trf_info_out *out)
{
   return trf_info_pointer(out, trf_platform_get()->base.handle);
}

static cl_int
get_extensions_with_version(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_bytes(out, device->extension_versions,
                         device->extension_count *
                            sizeof(*device->extension_versions));
}

static cl_int
get_uuid(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_bytes(out, device->caps->uuid, CL_UUID_SIZE_KHR);
}

static cl_int
get_driver_uuid(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_bytes(out, device->caps->driver_uuid, CL_UUID_SIZE_KHR);
}

static cl_int
get_luid_valid(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_u32(out, device->caps->has_luid);
}

static cl_int
get_luid(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_bytes(out, device->caps->luid, CL_LUID_SIZE_KHR);
}

static cl_int
get_node_mask(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_u32(out, device->caps->node_mask);
}

static cl_int
get_pci_bus_info(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   const struct trf_screen_caps *caps = device->caps;

   /* A parameter of an extension that this device does not report. */
   if (!caps->has_pci)
      return CL_INVALID_VALUE;

   const cl_device_pci_bus_info_khr info = {
      .pci_domain = caps->pci_domain,
      .pci_bus = caps->pci_bus,
      .pci_device = caps->pci_device,
      .pci_function = caps->pci_function,
   };
   void *copy = trf_info_alloc(out, sizeof(info));
   if (!copy)
      return CL_OUT_OF_HOST_MEMORY;
   memcpy(copy, &info, sizeof(info));
   return CL_SUCCESS;
}

static cl_int
get_timer_resolution(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_size(out, device->caps->timer_resolution);
}

static cl_int
get_profile(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_string(out, device->limits.embedded_profile
                                  ? "EMBEDDED_PROFILE"
                                  : "FULL_PROFILE");
}

static cl_int
get_parent(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_pointer(out, device->parent ? device->parent->base.handle
                                               : NULL);
}

static cl_int
get_max_sub_devices(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_u32(
      out, trf_device_can_divide(device) ? device->limits.compute_units : 0);
}

/* Lists: where there is nothing to say, a 0 alone. */
static const cl_device_partition_property no_partition;

static cl_int
get_partition_schemes(const void *object, struct trf_info_out *out)
{
   static const cl_device_partition_property schemes[] = {
      CL_DEVICE_PARTITION_EQUALLY,
      CL_DEVICE_PARTITION_BY_COUNTS,
   };

   if (trf_device_can_divide(object))
      return trf_info_bytes(out, schemes, sizeof(schemes));
   return trf_info_bytes(out, &no_partition, sizeof(no_partition));
}

static cl_int
get_partition_type(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;

   if (device->partition)
      return trf_info_bytes(out, device->partition, device->partition_size);
   return trf_info_bytes(out, &no_partition, sizeof(no_partition));
}

#define LIMIT(param, field)                                                   \
   TRF_INFO_FIELD(param, struct trf_device, limits.field)
#define BOOL(param, value)   TRF_INFO_CONSTANT(param, cl_bool, value)
#define U32(param, value)    TRF_INFO_CONSTANT(param, cl_uint, value)
#define U64(param, value)    TRF_INFO_CONSTANT(param, cl_ulong, value)
#define SIZE(param, value)   TRF_INFO_CONSTANT(param, size_t, value)
#define STRING(param, value)                                                  \
   TRF_INFO_CONSTANT(param, char[sizeof(value)], value)
#define NOTHING(param)                                                        \
   {                                                                          \
      (param), TRF_INFO_KIND_CONSTANT, 0, 0, NULL, ""                         \
   }

static const struct trf_info_row device_rows[] = {
   /* What it is. */
   TRF_INFO_FIELD(CL_DEVICE_TYPE, struct trf_device, type),
   TRF_INFO_STRING(CL_DEVICE_NAME, struct trf_device, name),
   TRF_INFO_GET(CL_DEVICE_VENDOR, get_vendor),
   LIMIT(CL_DEVICE_VENDOR_ID, vendor_id),
   STRING(CL_DRIVER_VERSION, TRF_VERSION_STRING),
   TRF_INFO_GET(CL_DEVICE_PROFILE, get_profile),
   STRING(CL_DEVICE_VERSION, "OpenCL 3.0 Trefoil"),
   U32(CL_DEVICE_NUMERIC_VERSION, CL_MAKE_VERSION(3, 0, 0)),
   STRING(CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED, "v0000-01-01-00"),
   TRF_INFO_STRING(CL_DEVICE_EXTENSIONS, struct trf_device, extensions),
   TRF_INFO_GET(CL_DEVICE_EXTENSIONS_WITH_VERSION,
                get_extensions_with_version),
   TRF_INFO_GET(CL_DEVICE_PLATFORM, get_platform),
   BOOL(CL_DEVICE_AVAILABLE, CL_TRUE),
   TRF_INFO_FIELD(CL_DEVICE_REFERENCE_COUNT, struct trf_device,
                  base.api_refs),

   /* Compiling and running. */
   TRF_INFO_GET(CL_DEVICE_COMPILER_AVAILABLE, trf_device_get_compiler),
   TRF_INFO_GET(CL_DEVICE_LINKER_AVAILABLE, trf_device_get_compiler),
   TRF_INFO_GET(CL_DEVICE_OPENCL_C_VERSION, trf_device_get_c_version),
   TRF_INFO_GET(CL_DEVICE_OPENCL_C_NUMERIC_VERSION_KHR,
                trf_device_get_c_numeric_version),
   TRF_INFO_GET(CL_DEVICE_OPENCL_C_ALL_VERSIONS, trf_device_get_c_versions),
   TRF_INFO_GET(CL_DEVICE_OPENCL_C_FEATURES, trf_device_get_c_features),
   TRF_INFO_GET(CL_DEVICE_IL_VERSION, trf_device_get_il_version),
   TRF_INFO_GET(CL_DEVICE_ILS_WITH_VERSION, trf_device_get_ils),
   STRING(CL_DEVICE_BUILT_IN_KERNELS, ""),
   NOTHING(CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION),
   U64(CL_DEVICE_EXECUTION_CAPABILITIES,
       CL_EXEC_KERNEL | CL_EXEC_NATIVE_KERNEL),
   TRF_INFO_GET(CL_DEVICE_PRINTF_BUFFER_SIZE, trf_device_get_printf_buffer),
   TRF_INFO_GET(CL_DEVICE_MAX_PARAMETER_SIZE, trf_device_get_parameter_size),
   U32(CL_DEVICE_MAX_CONSTANT_ARGS, 8),
   TRF_INFO_GET(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE,
                trf_device_get_globals_size),
   TRF_INFO_GET(CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE,
                trf_device_get_globals_size),
   TRF_INFO_GET(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT,
                trf_device_get_generic),
   TRF_INFO_GET(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES,
                trf_device_get_atomic_memory),
   TRF_INFO_GET(CL_DEVICE_ATOMIC_FENCE_CAPABILITIES,
                trf_device_get_atomic_fence),
   U32(CL_DEVICE_PREFERRED_PLATFORM_ATOMIC_ALIGNMENT, 0),
   U32(CL_DEVICE_PREFERRED_GLOBAL_ATOMIC_ALIGNMENT, 0),
   U32(CL_DEVICE_PREFERRED_LOCAL_ATOMIC_ALIGNMENT, 0),

   /* Work-items, work-groups, sub-groups. */
   LIMIT(CL_DEVICE_MAX_COMPUTE_UNITS, compute_units),
   LIMIT(CL_DEVICE_MAX_CLOCK_FREQUENCY, clock_mhz),
   LIMIT(CL_DEVICE_ADDRESS_BITS, address_bits),
   U32(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS, 3),
   LIMIT(CL_DEVICE_MAX_WORK_ITEM_SIZES, work_item_sizes),
   LIMIT(CL_DEVICE_MAX_WORK_GROUP_SIZE, work_group_size),
   LIMIT(CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, work_group_multiple),
   /* Parts of a range are launches of their own: see ndrange.c. */
   TRF_INFO_GET(CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT,
                trf_device_get_compiler),
   TRF_INFO_GET(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT,
                trf_device_get_collectives),
   TRF_INFO_GET(CL_DEVICE_MAX_NUM_SUB_GROUPS, trf_device_get_sub_groups),
   BOOL(CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS, CL_FALSE),

   /* Arithmetic. */
   TRF_INFO_GET(CL_DEVICE_SINGLE_FP_CONFIG, trf_device_get_single_fp),
   TRF_INFO_GET(CL_DEVICE_DOUBLE_FP_CONFIG, trf_device_get_double_fp),
   TRF_INFO_GET(CL_DEVICE_HALF_FP_CONFIG, trf_device_get_half_fp),
   U32(CL_DEVICE_PREFERRED_VECTOR_WIDTH_CHAR, 1),
   U32(CL_DEVICE_PREFERRED_VECTOR_WIDTH_SHORT, 1),
   U32(CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT, 1),
   U32(CL_DEVICE_PREFERRED_VECTOR_WIDTH_LONG, 1),
   U32(CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT, 1),
   TRF_INFO_GET(CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE,
                trf_device_get_double_width),
   TRF_INFO_GET(CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF,
                trf_device_get_half_width),
   U32(CL_DEVICE_NATIVE_VECTOR_WIDTH_CHAR, 1),
   U32(CL_DEVICE_NATIVE_VECTOR_WIDTH_SHORT, 1),
   U32(CL_DEVICE_NATIVE_VECTOR_WIDTH_INT, 1),
   U32(CL_DEVICE_NATIVE_VECTOR_WIDTH_LONG, 1),
   U32(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, 1),
   TRF_INFO_GET(CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE,
                trf_device_get_double_width),
   TRF_INFO_GET(CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF,
                trf_device_get_half_width),
   BOOL(CL_DEVICE_ENDIAN_LITTLE, UTIL_ARCH_LITTLE_ENDIAN),

   /* Memory. */
   LIMIT(CL_DEVICE_GLOBAL_MEM_SIZE, global_memory),
   LIMIT(CL_DEVICE_MAX_MEM_ALLOC_SIZE, allocation),
   LIMIT(CL_DEVICE_GLOBAL_MEM_CACHE_TYPE, cache_type),
   LIMIT(CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE, cache_line),
   LIMIT(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, cache_size),
   LIMIT(CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE, constant_buffer),
   LIMIT(CL_DEVICE_LOCAL_MEM_TYPE, local_memory_type),
   LIMIT(CL_DEVICE_LOCAL_MEM_SIZE, local_memory),
   LIMIT(CL_DEVICE_HOST_UNIFIED_MEMORY, unified_memory),
   BOOL(CL_DEVICE_ERROR_CORRECTION_SUPPORT, CL_FALSE),
   U32(CL_DEVICE_MEM_BASE_ADDR_ALIGN, TRF_MEM_BASE_ALIGNMENT * 8),
   U32(CL_DEVICE_MIN_DATA_TYPE_ALIGN_SIZE, TRF_MEM_BASE_ALIGNMENT),
   TRF_INFO_GET(CL_DEVICE_SVM_CAPABILITIES, get_svm),

   /* Images. */
   TRF_INFO_GET(CL_DEVICE_IMAGE_SUPPORT, get_image_support),
   LIMIT(CL_DEVICE_MAX_READ_IMAGE_ARGS, read_images),
   LIMIT(CL_DEVICE_MAX_WRITE_IMAGE_ARGS, write_images),
   LIMIT(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS, read_write_images),
   LIMIT(CL_DEVICE_MAX_SAMPLERS, samplers),
   LIMIT(CL_DEVICE_IMAGE2D_MAX_WIDTH, image_2d_width),
   LIMIT(CL_DEVICE_IMAGE2D_MAX_HEIGHT, image_2d_height),
   LIMIT(CL_DEVICE_IMAGE3D_MAX_WIDTH, image_3d_width),
   LIMIT(CL_DEVICE_IMAGE3D_MAX_HEIGHT, image_3d_height),
   LIMIT(CL_DEVICE_IMAGE3D_MAX_DEPTH, image_3d_depth),
   LIMIT(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE, image_buffer),
   LIMIT(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE, image_layers),
   LIMIT(CL_DEVICE_IMAGE_PITCH_ALIGNMENT, image_pitch_alignment),
   LIMIT(CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT, image_base_alignment),

   /* Queues and pipes. */
   U64(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES,
       CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE),
   TRF_INFO_GET(CL_DEVICE_PROFILING_TIMER_RESOLUTION, get_timer_resolution),
   U64(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES, 0),
   U64(CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES, 0),
   U32(CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE, 0),
   U32(CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE, 0),
   U32(CL_DEVICE_MAX_ON_DEVICE_QUEUES, 0),
   U32(CL_DEVICE_MAX_ON_DEVICE_EVENTS, 0),
   BOOL(CL_DEVICE_PIPE_SUPPORT, CL_FALSE),
   U32(CL_DEVICE_MAX_PIPE_ARGS, 0),
   U32(CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS, 0),
   U32(CL_DEVICE_PIPE_MAX_PACKET_SIZE, 0),

   /* Partitions; no driver says which units share a cache. */
   TRF_INFO_GET(CL_DEVICE_PARENT_DEVICE, get_parent),
   TRF_INFO_GET(CL_DEVICE_PARTITION_MAX_SUB_DEVICES, get_max_sub_devices),
   TRF_INFO_GET(CL_DEVICE_PARTITION_PROPERTIES, get_partition_schemes),
   U64(CL_DEVICE_PARTITION_AFFINITY_DOMAIN, 0),
   TRF_INFO_GET(CL_DEVICE_PARTITION_TYPE, get_partition_type),
   BOOL(CL_DEVICE_PREFERRED_INTEROP_USER_SYNC, CL_TRUE),

   /* cl_khr_integer_dot_product: what drivers have for it is not asked. */
   TRF_INFO_GET(CL_DEVICE_INTEGER_DOT_PRODUCT_CAPABILITIES_KHR,
                trf_device_get_dot_product),
   TRF_INFO_CONSTANT(
      CL_DEVICE_INTEGER_DOT_PRODUCT_ACCELERATION_PROPERTIES_8BIT_KHR,
      cl_device_integer_dot_product_acceleration_properties_khr, CL_FALSE),
   TRF_INFO_CONSTANT(
      CL_DEVICE_INTEGER_DOT_PRODUCT_ACCELERATION_PROPERTIES_4x8BIT_PACKED_KHR,
      cl_device_integer_dot_product_acceleration_properties_khr, CL_FALSE),

   /* cl_ext_float_atomics; no halves. */
   TRF_INFO_GET(CL_DEVICE_SINGLE_FP_ATOMIC_CAPABILITIES_EXT,
                trf_device_get_single_fp_atomics),
   TRF_INFO_GET(CL_DEVICE_DOUBLE_FP_ATOMIC_CAPABILITIES_EXT,
                trf_device_get_double_fp_atomics),
   U64(CL_DEVICE_HALF_FP_ATOMIC_CAPABILITIES_EXT, 0),

   /* cl_khr_device_uuid, cl_khr_pci_bus_info. */
   TRF_INFO_GET(CL_DEVICE_UUID_KHR, get_uuid),
   TRF_INFO_GET(CL_DRIVER_UUID_KHR, get_driver_uuid),
   TRF_INFO_GET(CL_DEVICE_LUID_VALID_KHR, get_luid_valid),
   TRF_INFO_GET(CL_DEVICE_LUID_KHR, get_luid),
   TRF_INFO_GET(CL_DEVICE_NODE_MASK_KHR, get_node_mask),
   TRF_INFO_GET(CL_DEVICE_PCI_BUS_INFO_KHR, get_pci_bus_info),
};

const struct trf_info_table trf_device_info_table =
   TRF_INFO_TABLE(device_rows);
