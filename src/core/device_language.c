/* SPDX-License-Identifier: MIT */

#include "core/device_language.h"

#include <string.h>

#include "compiler/globals.h"
#include "core/device.h"
#include "gallium/screen.h"
#include "util/macros.h"

/* Where a device runs no kernels (5.8: no compiler is needed then). */
static const struct trf_compiler_features no_features;

static const struct trf_compiler_features *
features_of(const struct trf_device *device)
{
   return device->caps->compute ? &device->features : &no_features;
}

bool
trf_device_has_language(const struct trf_device *device, unsigned c_version)
{
   /* 2.0 is in one piece: pipes, device queues and all. */
   return device->caps->compute && c_version != 200;
}

cl_int
trf_device_get_compiler(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_u32(out, device->caps->compute);
}

/* 4.2: "OpenCL<space>C<space><major.minor><space><vendor-specific>". */
cl_int
trf_device_get_c_version(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_string(out, device->caps->compute ? "OpenCL C 1.2 " : "");
}

cl_int
trf_device_get_c_numeric_version(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   return trf_info_u32(out,
                       device->caps->compute ? CL_MAKE_VERSION(1, 2, 0) : 0);
}

cl_int
trf_device_get_c_versions(const void *object, struct trf_info_out *out)
{
   static const cl_name_version versions[] = {
      {CL_MAKE_VERSION(3, 0, 0), "OpenCL C"},
      {CL_MAKE_VERSION(1, 2, 0), "OpenCL C"},
      {CL_MAKE_VERSION(1, 1, 0), "OpenCL C"},
      {CL_MAKE_VERSION(1, 0, 0), "OpenCL C"},
   };
   const struct trf_device *device = object;

   return trf_info_bytes(out, versions,
                         device->caps->compute ? sizeof(versions) : 0);
}

cl_int
trf_device_get_c_features(const void *object, struct trf_info_out *out)
{
   const struct trf_device *device = object;
   const struct trf_compiler_features *has = features_of(device);
   const bool compute = device->caps->compute;
   const struct {
      bool offered;
      cl_name_version feature;
   } known[] = {
      {has->images && has->write_3d_images,
       {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_3d_image_writes"}},
      {compute,
       {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_atomic_order_acq_rel"}},
      {has->atomic_seq_cst,
       {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_atomic_order_seq_cst"}},
      {has->atomic_all_devices,
       {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_atomic_scope_all_devices"}},
      {compute, {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_atomic_scope_device"}},
      {has->fp64, {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_fp64"}},
      {has->generic_addresses,
       {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_generic_address_space"}},
      {has->images, {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_images"}},
      {has->int64, {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_int64"}},
      {compute,
       {CL_MAKE_VERSION(3, 0, 0),
        "__opencl_c_integer_dot_product_input_4x8bit"}},
      {compute,
       {CL_MAKE_VERSION(3, 0, 0),
        "__opencl_c_integer_dot_product_input_4x8bit_packed"}},
      {has->global_variables,
       {CL_MAKE_VERSION(3, 0, 0),
        "__opencl_c_program_scope_global_variables"}},
      {has->images && has->read_write_images,
       {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_read_write_images"}},
      {has->subgroups, {CL_MAKE_VERSION(3, 0, 0), "__opencl_c_subgroups"}},
      {has->collectives,
       {CL_MAKE_VERSION(3, 0, 0),
        "__opencl_c_work_group_collective_functions"}},
   };
   cl_name_version *list =
      trf_info_alloc(out, ARRAY_SIZE(known) * sizeof(*list));
   if (!list)
      return CL_OUT_OF_HOST_MEMORY;

   unsigned count = 0;
   for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
      if (known[i].offered)
         list[count++] = known[i].feature;
   }
   out->size = count * sizeof(*list);
   return CL_SUCCESS;
}

/* What the front end's validator goes up to. */
#define SPIRV_VERSIONS(V) V(5) V(4) V(3) V(2) V(1) V(0)

cl_int
trf_device_get_il_version(const void *object, struct trf_info_out *out)
{
#define NAME(minor) "SPIR-V_1." #minor " "
   static const char names[] = SPIRV_VERSIONS(NAME);
#undef NAME
   const struct trf_device *device = object;

   /* Without the space after the last. */
   if (!device->caps->compute)
      return trf_info_string(out, "");
   char *copy = trf_info_alloc(out, sizeof(names) - 1);
   if (!copy)
      return CL_OUT_OF_HOST_MEMORY;
   memcpy(copy, names, sizeof(names) - 2);
   copy[sizeof(names) - 2] = '\0';
   return CL_SUCCESS;
}

cl_int
trf_device_get_ils(const void *object, struct trf_info_out *out)
{
#define VERSION(minor) {CL_MAKE_VERSION(1, minor, 0), "SPIR-V"},
   static const cl_name_version versions[] = {SPIRV_VERSIONS(VERSION)};
#undef VERSION
   const struct trf_device *device = object;

   return trf_info_bytes(out, versions,
                         device->caps->compute ? sizeof(versions) : 0);
}

cl_int
trf_device_get_dot_product(const void *object, struct trf_info_out *out)
{
   const cl_device_integer_dot_product_capabilities_khr all =
      CL_DEVICE_INTEGER_DOT_PRODUCT_INPUT_4x8BIT_PACKED_KHR |
      CL_DEVICE_INTEGER_DOT_PRODUCT_INPUT_4x8BIT_KHR;
   const struct trf_device *device = object;

   return trf_info_u64(out, device->caps->compute ? all : 0);
}

cl_int
trf_device_get_generic(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out, features_of(object)->generic_addresses);
}

cl_int
trf_device_get_globals_size(const void *object, struct trf_info_out *out)
{
   return trf_info_size(
      out, features_of(object)->global_variables ? TRF_GLOBALS_MAX_BYTES : 0);
}

cl_device_fp_config
trf_device_single_fp_config(const struct trf_device *device)
{
   cl_device_fp_config config = CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN;

   /* Else libclc does it in integers: right, but for denormals, and slow. */
   if (device->caps->fma32)
      config |= CL_FP_FMA;

   /*
    * The host's processor divides and takes roots as IEEE 754 wants it; GPUs
    * multiply by a reciprocal.  It keeps denormals too, but libclc's
    * functions do not.
    */
   if (device->caps->is_cpu)
      config |= CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
   return config;
}

cl_int
trf_device_get_single_fp(const void *object, struct trf_info_out *out)
{
   return trf_info_u64(out, trf_device_single_fp_config(object));
}

/* 4.2: doubles have all of this or are not there. */
cl_int
trf_device_get_double_fp(const void *object, struct trf_info_out *out)
{
   const cl_device_fp_config all = CL_FP_FMA | CL_FP_ROUND_TO_NEAREST |
                                   CL_FP_ROUND_TO_ZERO | CL_FP_ROUND_TO_INF |
                                   CL_FP_INF_NAN | CL_FP_DENORM;

   return trf_info_u64(out, features_of(object)->fp64 ? all : 0);
}

cl_int
trf_device_get_half_fp(const void *object, struct trf_info_out *out)
{
   const cl_device_fp_config all =
      CL_FP_FMA | CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN;

   return trf_info_u64(out, features_of(object)->fp16 ? all : 0);
}

/*
 * Widths: drivers vectorize over work-items, so that a scalar is as good as
 * any vector; 0 says that the type is not there.
 */
cl_int
trf_device_get_double_width(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out, features_of(object)->fp64);
}

cl_int
trf_device_get_half_width(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out, features_of(object)->fp16);
}

cl_int
trf_device_get_collectives(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out, features_of(object)->collectives);
}

cl_int
trf_device_get_sub_groups(const void *object, struct trf_info_out *out)
{
   return trf_info_u32(out, features_of(object)->max_subgroups);
}

/* Minimum values hold where there is no compiler too. */
cl_int
trf_device_get_printf_buffer(const void *object, struct trf_info_out *out)
{
   return trf_info_size(
      out, MAX2(features_of(object)->printf_buffer_size, 1u << 20));
}

cl_int
trf_device_get_parameter_size(const void *object, struct trf_info_out *out)
{
   return trf_info_size(out,
                        MAX2(features_of(object)->max_parameter_size, 1024u));
}
