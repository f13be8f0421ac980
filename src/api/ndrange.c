/* SPDX-License-Identifier: MIT */

/* Running kernels: 5.10, and the local size that would be chosen (5.9.4). */

#include "api/api.h"
#include "api/kernel_device.h"
#include "api/validate_arg.h"
#include "api/validate_ndrange.h"
#include "core/device.h"
#include "core/kernel.h"
#include "util/macros.h"
#include "util/u_math.h"

/* A kernel about to run on a queue. */
struct launch {
   struct trf_queue *queue;
   struct trf_kernel *kernel;
   struct trf_kernel_code *code;
   struct trf_ndrange range;
};

static cl_int
resolve_handles(struct launch *launch, cl_command_queue queue_handle,
                cl_kernel kernel_handle)
{
   launch->queue = trf_queue_from_handle(queue_handle);
   launch->kernel = trf_kernel_from_handle(kernel_handle);

   /* "Not a valid host command-queue", "not a valid kernel." */
   if (!launch->queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   if (!launch->kernel)
      return trf_error(CL_INVALID_KERNEL, "not a kernel");
   /* "The context associated with command_queue and kernel are not the
    * same": before the next, which would be true of most such. */
   if (trf_queue_context(launch->queue) != launch->kernel->program->context)
      return trf_error(CL_INVALID_CONTEXT,
                       "queue and kernel are of different contexts");
   /* "No successfully built program executable available for the device." */
   launch->code =
      trf_kernel_code_for(launch->kernel, trf_queue_device(launch->queue));
   if (!launch->code)
      return trf_error(CL_INVALID_PROGRAM_EXECUTABLE,
                       "the program is not built for the queue's device");
   return CL_SUCCESS;
}

static void
fill_limits(const struct launch *launch, struct trf_ndrange_limits *limits)
{
   const struct trf_device_limits *device = &launch->code->device->limits;

   *limits = (struct trf_ndrange_limits){
      .max_index = device->address_bits < 64
                      ? ((size_t)1 << device->address_bits) - 1
                      : SIZE_MAX,
      .work_group_size = trf_kernel_work_group_size(launch->code),
   };
   for (unsigned i = 0; i < 3; i++) {
      limits->work_item_sizes[i] = device->work_item_sizes[i];
      limits->required[i] = launch->kernel->decl->required_local_size[i];
   }
}

static cl_int
validate_sub_groups(const struct launch *launch)
{
   const size_t *local = launch->range.local;
   const size_t wanted = launch->code->ir->sub_groups;

   if (!wanted)
      return CL_SUCCESS;
   if (!local[0])
      return trf_kernel_local_for_sub_groups(launch->code, wanted)
                ? CL_SUCCESS
                : trf_error(CL_OUT_OF_RESOURCES,
                            "no work-group has %zu sub-groups", wanted);

   const size_t size = trf_kernel_sub_group_size(launch->code, local);
   if (!size)
      return trf_error(CL_OUT_OF_RESOURCES, "the driver does not answer");
   /* "… is not consistent with the required number of sub-groups for kernel
    * in the program source." */
   if (DIV_ROUND_UP(local[0] * local[1] * local[2], size) != wanted)
      return trf_error(CL_INVALID_WORK_GROUP_SIZE,
                       "the kernel requires %zu sub-groups", wanted);
   return CL_SUCCESS;
}

static cl_int
resolve_range(struct launch *launch, const struct trf_ndrange_args *args)
{
   struct trf_ndrange_limits limits;

   fill_limits(launch, &limits);
   const cl_int error = trf_validate_ndrange(args, &limits, &launch->range);
   if (error)
      return error;

   /* "… if the work-group size must be uniform, and if the global_work_size
    * is not evenly divisible by the local_work_size." */
   if (!trf_ndrange_is_uniform(&launch->range) && launch->code->uniform)
      return trf_error(CL_INVALID_WORK_GROUP_SIZE,
                       "global_work_size is no multiple of local_work_size");
   return validate_sub_groups(launch);
}

static cl_int
resolve_launch(struct launch *launch, cl_command_queue queue_handle,
               cl_kernel kernel_handle, const struct trf_ndrange_args *args)
{
   cl_int error = resolve_handles(launch, queue_handle, kernel_handle);
   if (!error)
      error = trf_validate_args_for_launch(launch->kernel, launch->code);
   return error ? error : resolve_range(launch, args);
}

static cl_int
enqueue(const struct launch *launch, cl_command_type type, cl_uint count,
        const cl_event *events, cl_event *event)
{
   struct trf_event *command = NULL;
   struct trf_waits waits;
   cl_int error =
      trf_waits_init(&waits, trf_queue_context(launch->queue), count, events);
   if (error)
      return error;

   error = trf_kernel_enqueue(launch->queue, launch->kernel, &launch->range,
                              type, &waits.list, event != NULL, &command);
   trf_waits_finish(&waits);
   if (error)
      return trf_error(error, "the kernel was not enqueued");
   trf_return_event(event, command);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueNDRangeKernel(cl_command_queue queue_handle,
                           cl_kernel kernel_handle, cl_uint work_dim,
                           const size_t *global_work_offset,
                           const size_t *global_work_size,
                           const size_t *local_work_size, cl_uint count,
                           const cl_event *events, cl_event *event)
{
   const struct trf_ndrange_args args = {
      .dims = work_dim,
      .offset = global_work_offset,
      .global = global_work_size,
      .local = local_work_size,
   };
   struct launch launch;
   const cl_int error =
      resolve_launch(&launch, queue_handle, kernel_handle, &args);

   return error ? error
                : enqueue(&launch, CL_COMMAND_NDRANGE_KERNEL, count, events,
                          event);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueTask(cl_command_queue queue_handle, cl_kernel kernel_handle,
                  cl_uint count, const cl_event *events, cl_event *event)
{
   /* "Equivalent to calling clEnqueueNDRangeKernel with …": a required size
    * other than 1,1,1 is refused there. */
   const size_t one = 1;
   const struct trf_ndrange_args args = {
      .dims = 1,
      .global = &one,
      .local = &one,
   };
   struct launch launch;
   const cl_int error =
      resolve_launch(&launch, queue_handle, kernel_handle, &args);

   return error ? error
                : enqueue(&launch, CL_COMMAND_TASK, count, events, event);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetKernelSuggestedLocalWorkSizeKHR(cl_command_queue queue_handle,
                                         cl_kernel kernel_handle,
                                         cl_uint work_dim,
                                         const size_t *global_work_offset,
                                         const size_t *global_work_size,
                                         size_t *suggested_local_work_size)
{
   const struct trf_ndrange_args args = {
      .dims = work_dim,
      .offset = global_work_offset,
      .global = global_work_size,
   };
   struct launch launch;
   const cl_int error =
      resolve_launch(&launch, queue_handle, kernel_handle, &args);
   if (error)
      return error;

   /* Here "global_work_size is NULL" and "… are zero" are errors … */
   for (unsigned i = 0; i < work_dim; i++) {
      if (launch.range.global[i] == 0)
         return trf_error(CL_INVALID_GLOBAL_WORK_SIZE,
                          "global_work_size[%u] is 0", i);
   }
   /* … and "suggested_local_work_size is NULL." */
   if (!suggested_local_work_size)
      return trf_error(CL_INVALID_VALUE, "suggested_local_work_size is NULL");

   size_t *local = launch.range.local; /* of what the source requires */
   if (!local[0])
      trf_kernel_suggest_local(launch.code, launch.range.global, local);
   for (unsigned i = 0; i < work_dim; i++)
      suggested_local_work_size[i] = local[i];
   return CL_SUCCESS;
}
