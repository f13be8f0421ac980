/* SPDX-License-Identifier: MIT */

#include "core/sampler.h"

#include <stdlib.h>

#include "util/trf_properties.h"

static void
destroy_sampler(struct trf_object *object)
{
   struct trf_sampler *sampler = (struct trf_sampler *)object;

   trf_context_unref(sampler->context);
   free(sampler->properties);
   free(sampler);
}

struct trf_sampler *
trf_sampler_create(struct trf_context *context,
                   const struct trf_sampler_args *args)
{
   struct trf_sampler *sampler = calloc(1, sizeof(*sampler));
   if (!sampler)
      return NULL;

   trf_object_init(&sampler->base, destroy_sampler);
   sampler->context = trf_context_ref(context);
   sampler->args = *args;
   sampler->properties = trf_properties_copy(
      args->properties, sizeof(*args->properties), &sampler->properties_size);
   if (sampler->properties_size && !sampler->properties) {
      trf_sampler_unref(sampler);
      return NULL;
   }
   sampler->args.properties = sampler->properties;
   return sampler;
}

static cl_int
get_context(const void *object, struct trf_info_out *out)
{
   const struct trf_sampler *sampler = object;
   return trf_info_pointer(out, sampler->context->base.handle);
}

static cl_int
get_properties(const void *object, struct trf_info_out *out)
{
   const struct trf_sampler *sampler = object;
   return trf_info_bytes(out, sampler->properties, sampler->properties_size);
}

#define ARG(param, field)                                                     \
   TRF_INFO_FIELD(param, struct trf_sampler, args.field)

static const struct trf_info_row sampler_rows[] = {
   TRF_INFO_FIELD(CL_SAMPLER_REFERENCE_COUNT, struct trf_sampler,
                  base.api_refs),
   TRF_INFO_GET(CL_SAMPLER_CONTEXT, get_context),
   ARG(CL_SAMPLER_NORMALIZED_COORDS, normalized),
   ARG(CL_SAMPLER_ADDRESSING_MODE, addressing),
   ARG(CL_SAMPLER_FILTER_MODE, filter),
   ARG(CL_SAMPLER_MIP_FILTER_MODE, mip_filter),
   ARG(CL_SAMPLER_LOD_MIN, lod_min),
   ARG(CL_SAMPLER_LOD_MAX, lod_max),
   TRF_INFO_GET(CL_SAMPLER_PROPERTIES, get_properties),
};

const struct trf_info_table trf_sampler_info_table =
   TRF_INFO_TABLE(sampler_rows);
