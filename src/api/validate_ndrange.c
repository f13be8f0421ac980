/* SPDX-License-Identifier: MIT */

#include "api/validate_ndrange.h"

#include "util/trf_checked.h"
#include "util/trf_log.h"

static bool
is_empty(const size_t global[3])
{
   return !global[0] || !global[1] || !global[2];
}

static bool
is_set(const size_t local[3])
{
   return local[0] || local[1] || local[2];
}

static cl_int
validate_global(const struct trf_ndrange_args *args,
                const struct trf_ndrange_limits *limits,
                struct trf_ndrange *range)
{
   for (unsigned i = 0; i < 3; i++) {
      const bool used = i < args->dims;
      range->offset[i] = used && args->offset ? args->offset[i] : 0;
      range->global[i] = !used ? 1 : args->global ? args->global[i] : 0;

      /* "… global_work_size plus the corresponding value in
       * global_work_offset … is greater than the maximum value." */
      size_t end;
      if (!trf_add(range->offset[i], range->global[i], &end) ||
          (end > limits->max_index && range->global[i] <= limits->max_index))
         return trf_error(CL_INVALID_GLOBAL_OFFSET,
                          "global_work_offset[%u] is %zu, size %zu", i,
                          range->offset[i], range->global[i]);
      /* "… exceed the maximum value representable by size_t on the
       * device." */
      if (range->global[i] > limits->max_index)
         return trf_error(CL_INVALID_GLOBAL_WORK_SIZE,
                          "global_work_size[%u] is %zu", i, range->global[i]);
   }
   return CL_SUCCESS;
}

static cl_int
validate_required(const size_t local[3], const size_t required[3])
{
   /* "… does not match the required work-group size for kernel." */
   for (unsigned i = 0; i < 3; i++) {
      if (local[i] != required[i])
         return trf_error(CL_INVALID_WORK_GROUP_SIZE,
                          "the kernel requires groups of %zu,%zu,%zu",
                          required[0], required[1], required[2]);
   }
   return CL_SUCCESS;
}

static cl_int
validate_group(const size_t local[3], const struct trf_ndrange_limits *limits)
{
   size_t items = 1;

   /* "… the total number of work-items in the work-group is zero." */
   if (!local[0] || !local[1] || !local[2])
      return trf_error(CL_INVALID_WORK_GROUP_SIZE, "local_work_size has a 0");
   /* "… in any dimension … is greater than the corresponding value": before
    * the product, which would hide it. */
   for (unsigned i = 0; i < 3; i++) {
      if (local[i] > limits->work_item_sizes[i])
         return trf_error(CL_INVALID_WORK_ITEM_SIZE,
                          "local_work_size[%u] is %zu of %zu", i, local[i],
                          limits->work_item_sizes[i]);
   }
   /* "… is greater than the maximum work-group size supported." */
   for (unsigned i = 0; i < 3; i++) {
      if (!trf_mul(items, local[i], &items) ||
          items > limits->work_group_size)
         return trf_error(CL_INVALID_WORK_GROUP_SIZE,
                          "work-groups of %zu,%zu,%zu, more than %zu",
                          local[0], local[1], local[2],
                          limits->work_group_size);
   }
   return CL_SUCCESS;
}

static cl_int
validate_local(const struct trf_ndrange_args *args,
               const struct trf_ndrange_limits *limits,
               struct trf_ndrange *range)
{
   /* NULL: ours to choose, unless the source has chosen. */
   for (unsigned i = 0; i < 3; i++)
      range->local[i] = !args->local     ? limits->required[i]
                        : i < args->dims ? args->local[i]
                                         : 1;

   if (args->local && is_set(limits->required)) {
      const cl_int error = validate_required(range->local, limits->required);
      if (error)
         return error;
   }
   if (args->local || is_set(limits->required))
      return validate_group(range->local, limits);
   return CL_SUCCESS;
}

cl_int
trf_validate_ndrange(const struct trf_ndrange_args *args,
                     const struct trf_ndrange_limits *limits,
                     struct trf_ndrange *range)
{
   struct trf_ndrange resolved = {.dims = args->dims};

   /* "work_dim must be greater than zero and less than or equal to
    * CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS." */
   if (args->dims < 1 || args->dims > 3)
      return trf_error(CL_INVALID_WORK_DIMENSION, "work_dim is %u",
                       args->dims);

   cl_int error = validate_global(args, limits, &resolved);
   if (!error)
      error = validate_local(args, limits, &resolved);
   if (!error)
      *range = resolved;
   return error;
}

bool
trf_ndrange_is_uniform(const struct trf_ndrange *range)
{
   if (is_empty(range->global) || !is_set(range->local))
      return true;
   for (unsigned i = 0; i < 3; i++) {
      if (range->global[i] % range->local[i])
         return false;
   }
   return true;
}
