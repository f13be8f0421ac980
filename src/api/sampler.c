/* SPDX-License-Identifier: MIT */

/* Samplers: 5.7. */

#include "api/api.h"

#include <float.h>
#include <string.h>

#include "core/device.h"
#include "core/sampler.h"

/* 5.7, table "List of supported sampler creation properties". */
static const struct trf_sampler_args defaults = {
   .normalized = CL_TRUE,
   .addressing = CL_ADDRESS_CLAMP,
   .filter = CL_FILTER_NEAREST,
   .mip_filter = CL_FILTER_NEAREST, /* this and below: cl_khr_mipmap_image */
   .lod_min = 0.0f,
   .lod_max = FLT_MAX,
};

static bool
is_filter(cl_filter_mode mode)
{
   return mode == CL_FILTER_NEAREST || mode == CL_FILTER_LINEAR;
}

/* CL_INVALID_VALUE if an argument or their combination is not valid. */
static cl_int
validate_args(const struct trf_sampler_args *args)
{
   if (args->normalized != CL_TRUE && args->normalized != CL_FALSE)
      return trf_error(CL_INVALID_VALUE, "normalized coordinates: %u",
                       args->normalized);
   if (args->addressing < CL_ADDRESS_NONE ||
       args->addressing > CL_ADDRESS_MIRRORED_REPEAT)
      return trf_error(CL_INVALID_VALUE, "addressing mode 0x%x",
                       args->addressing);
   if (!is_filter(args->filter))
      return trf_error(CL_INVALID_VALUE, "filter mode 0x%x", args->filter);
   if (!is_filter(args->mip_filter))
      return trf_error(CL_INVALID_VALUE, "mip filter mode 0x%x",
                       args->mip_filter);

   /* OpenCL C, 6.15.15.1: the repeating modes need normalised coordinates. */
   if (!args->normalized && (args->addressing == CL_ADDRESS_REPEAT ||
                             args->addressing == CL_ADDRESS_MIRRORED_REPEAT))
      return trf_error(CL_INVALID_VALUE,
                       "a repeating mode without normalized coordinates");

   /* Not a number compares as false, so this asks for what is wanted. */
   if (!(args->lod_min >= 0.0f && args->lod_min <= args->lod_max))
      return trf_error(CL_INVALID_VALUE, "levels of detail %g to %g",
                       (double)args->lod_min, (double)args->lod_max);
   return CL_SUCCESS;
}

/* A cl_float is the property's low 32 bits, as clients store it. */
static float
property_float(cl_sampler_properties value)
{
   const uint32_t bits = (uint32_t)value;
   float number;

   memcpy(&number, &bits, sizeof(number));
   return number;
}

/* Values that 32 bits cannot hold are none that is valid. */
static cl_uint
property_enum(cl_sampler_properties value)
{
   return value <= CL_UINT_MAX ? (cl_uint)value : CL_UINT_MAX;
}

static cl_int
set_property(struct trf_sampler_args *args, cl_sampler_properties name,
             cl_sampler_properties value)
{
   switch (name) {
   case CL_SAMPLER_NORMALIZED_COORDS:
      args->normalized = property_enum(value);
      return CL_SUCCESS;
   case CL_SAMPLER_ADDRESSING_MODE:
      args->addressing = property_enum(value);
      return CL_SUCCESS;
   case CL_SAMPLER_FILTER_MODE:
      args->filter = property_enum(value);
      return CL_SUCCESS;
   case CL_SAMPLER_MIP_FILTER_MODE:
      args->mip_filter = property_enum(value);
      return CL_SUCCESS;
   case CL_SAMPLER_LOD_MIN:
      args->lod_min = property_float(value);
      return CL_SUCCESS;
   case CL_SAMPLER_LOD_MAX:
      args->lod_max = property_float(value);
      return CL_SUCCESS;
   default:
      return trf_error(CL_INVALID_VALUE, "sampler property 0x%llx",
                       (unsigned long long)name);
   }
}

/*
 * CL_INVALID_VALUE if a name is not supported or given more than once, or a
 * value is not valid.
 */
static cl_int
parse_properties(const cl_sampler_properties *properties,
                 struct trf_sampler_args *args)
{
   *args = defaults;
   args->properties = properties;

   for (const cl_sampler_properties *p = properties; p && *p; p += 2) {
      const cl_int code = set_property(args, p[0], p[1]);
      if (code)
         return code;

      for (const cl_sampler_properties *q = properties; q < p; q += 2) {
         if (q[0] == p[0])
            return trf_error(CL_INVALID_VALUE,
                             "sampler property 0x%llx is given twice",
                             (unsigned long long)p[0]);
      }
   }
   return CL_SUCCESS;
}

/* CL_INVALID_OPERATION if no device of the context supports images. */
static cl_int
validate_images(const struct trf_context *context)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      if (context->devices[i]->image_support)
         return CL_SUCCESS;
   }
   return trf_error(CL_INVALID_OPERATION, "no device supports images");
}

static cl_sampler
create_sampler(struct trf_context *context,
               const struct trf_sampler_args *args, cl_int *errcode_ret)
{
   struct trf_sampler *sampler = NULL;
   cl_int code = validate_args(args);

   if (!code)
      code = validate_images(context);
   if (!code) {
      sampler = trf_sampler_create(context, args);
      if (!sampler || !trf_object_publish(&sampler->base, TRF_TYPE_SAMPLER))
         code = trf_error(CL_OUT_OF_HOST_MEMORY, "the sampler");
   }

   const cl_sampler handle = code ? NULL : (cl_sampler)sampler->base.handle;

   /* The handle, if there is one, has a reference of its own. */
   trf_sampler_unref(sampler);
   trf_return_code(errcode_ret, code);
   return handle;
}

CL_API_ENTRY cl_sampler CL_API_CALL
trf_clCreateSampler(cl_context context_id, cl_bool normalized_coords,
                    cl_addressing_mode addressing_mode,
                    cl_filter_mode filter_mode, cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_id);
   struct trf_sampler_args args = defaults;

   if (!context) {
      trf_return_code(errcode_ret,
                      trf_error(CL_INVALID_CONTEXT, "not a context"));
      return NULL;
   }
   args.normalized = normalized_coords;
   args.addressing = addressing_mode;
   args.filter = filter_mode;
   return create_sampler(context, &args, errcode_ret);
}

CL_API_ENTRY cl_sampler CL_API_CALL
trf_clCreateSamplerWithProperties(
   cl_context context_id, const cl_sampler_properties *sampler_properties,
   cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_id);
   struct trf_sampler_args args;
   cl_int code = CL_SUCCESS;

   if (!context)
      code = trf_error(CL_INVALID_CONTEXT, "not a context");
   if (!code)
      code = parse_properties(sampler_properties, &args);
   if (code) {
      trf_return_code(errcode_ret, code);
      return NULL;
   }
   return create_sampler(context, &args, errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainSampler(cl_sampler sampler_id)
{
   struct trf_sampler *sampler = trf_sampler_from_handle(sampler_id);

   if (!sampler || !trf_object_api_retain(&sampler->base))
      return trf_error(CL_INVALID_SAMPLER, "not a sampler");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseSampler(cl_sampler sampler_id)
{
   struct trf_sampler *sampler = trf_sampler_from_handle(sampler_id);

   if (!sampler || !trf_object_api_release(&sampler->base))
      return trf_error(CL_INVALID_SAMPLER, "not a sampler");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetSamplerInfo(cl_sampler sampler_id, cl_sampler_info param_name,
                     size_t param_value_size, void *param_value,
                     size_t *param_value_size_ret)
{
   const struct trf_sampler *sampler = trf_sampler_from_handle(sampler_id);

   if (!sampler)
      return trf_error(CL_INVALID_SAMPLER, "not a sampler");
   return trf_info_query(&trf_sampler_info_table, sampler, param_name,
                         param_value_size, param_value, param_value_size_ret);
}
