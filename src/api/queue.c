/* SPDX-License-Identifier: MIT */

/* Command queues: 5.1, and flush and finish: 5.15. */

#include "api/api.h"

#include "core/device.h"

#define HOST_FLAGS                                                            \
   (CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE)
#define DEVICE_FLAGS (CL_QUEUE_ON_DEVICE | CL_QUEUE_ON_DEVICE_DEFAULT)

static cl_int
validate_flags(cl_command_queue_properties flags)
{
   /* 5.1: CL_INVALID_VALUE for values that are not valid. */
   if (flags & ~(cl_command_queue_properties)(HOST_FLAGS | DEVICE_FLAGS))
      return trf_error(CL_INVALID_VALUE, "unknown queue property bits 0x%lx",
                       (unsigned long)flags);
   /* CL_QUEUE_ON_DEVICE_DEFAULT may only be used with CL_QUEUE_ON_DEVICE,
    * which in turn needs out-of-order execution. */
   if ((flags & CL_QUEUE_ON_DEVICE_DEFAULT) && !(flags & CL_QUEUE_ON_DEVICE))
      return trf_error(CL_INVALID_VALUE, "CL_QUEUE_ON_DEVICE_DEFAULT without "
                                         "CL_QUEUE_ON_DEVICE");
   if ((flags & CL_QUEUE_ON_DEVICE) &&
       !(flags & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE))
      return trf_error(CL_INVALID_VALUE,
                       "CL_QUEUE_ON_DEVICE without "
                       "CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE");
   /* CL_INVALID_QUEUE_PROPERTIES for valid ones that no device here has. */
   if (flags & DEVICE_FLAGS)
      return trf_error(CL_INVALID_QUEUE_PROPERTIES,
                       "queues on the device are not supported");
   return CL_SUCCESS;
}

/* Reads a list of name and value pairs, each name at most once. */
static cl_int
parse_properties(const cl_queue_properties *list,
                 cl_command_queue_properties *flags)
{
   bool seen_flags = false, seen_size = false;

   *flags = 0;
   for (; list && list[0]; list += 2) {
      bool *seen;
      switch (list[0]) {
      case CL_QUEUE_PROPERTIES:
         *flags = list[1];
         seen = &seen_flags;
         break;
      case CL_QUEUE_SIZE:
         seen = &seen_size;
         break;
      default:
         return trf_error(CL_INVALID_VALUE, "unknown queue property 0x%lx",
                          (unsigned long)list[0]);
      }
      if (*seen)
         return trf_error(CL_INVALID_VALUE, "queue property 0x%lx twice",
                          (unsigned long)list[0]);
      *seen = true;
   }

   const cl_int error = validate_flags(*flags);
   if (error)
      return error;
   /* CL_QUEUE_SIZE may only be given for a queue on the device. */
   if (seen_size)
      return trf_error(CL_INVALID_VALUE, "CL_QUEUE_SIZE for a host queue");
   return CL_SUCCESS;
}

static cl_command_queue
create_queue(struct trf_context *context, struct trf_device *device,
             const struct trf_queue_args *args, cl_int *errcode_ret)
{
   struct trf_queue *queue;
   cl_int error = trf_queue_create(context, device, args, &queue);
   if (error) {
      trf_return_code(errcode_ret, error);
      return NULL;
   }

   struct trf_object *object = trf_queue_object(queue);
   if (!trf_object_publish(object, TRF_TYPE_QUEUE))
      error = CL_OUT_OF_HOST_MEMORY;
   cl_command_queue handle = (cl_command_queue)object->handle;
   trf_queue_unref(queue);
   trf_return_code(errcode_ret, error);
   return error ? NULL : handle;
}

static cl_int
validate_owner(const struct trf_context *context,
               const struct trf_device *device)
{
   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   if (!device)
      return trf_error(CL_INVALID_DEVICE, "not a device");
   if (!trf_context_has_device(context, device))
      return trf_error(CL_INVALID_DEVICE, "the context lacks the device");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_command_queue CL_API_CALL
trf_clCreateCommandQueue(cl_context context_handle,
                         cl_device_id device_handle,
                         cl_command_queue_properties properties,
                         cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_handle);
   struct trf_device *device = trf_device_from_handle(device_handle);
   const struct trf_queue_args args = {.flags = properties};

   cl_int error = validate_owner(context, device);
   if (!error)
      error = validate_flags(properties);
   if (error) {
      trf_return_code(errcode_ret, error);
      return NULL;
   }
   return create_queue(context, device, &args, errcode_ret);
}

CL_API_ENTRY cl_command_queue CL_API_CALL
trf_clCreateCommandQueueWithProperties(cl_context context_handle,
                                       cl_device_id device_handle,
                                       const cl_queue_properties *properties,
                                       cl_int *errcode_ret)
{
   struct trf_context *context = trf_context_from_handle(context_handle);
   struct trf_device *device = trf_device_from_handle(device_handle);
   struct trf_queue_args args = {.properties = properties};

   cl_int error = validate_owner(context, device);
   if (!error)
      error = parse_properties(properties, &args.flags);
   if (error) {
      trf_return_code(errcode_ret, error);
      return NULL;
   }
   return create_queue(context, device, &args, errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainCommandQueue(cl_command_queue handle)
{
   struct trf_queue *queue = trf_queue_from_handle(handle);
   if (!queue || !trf_object_api_retain(trf_queue_object(queue)))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseCommandQueue(cl_command_queue handle)
{
   struct trf_queue *queue = trf_queue_from_handle(handle);
   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");

   /* 5.1: "performs an implicit flush"; what was enqueued will be done. */
   trf_queue_flush(queue);
   if (!trf_object_api_release(trf_queue_object(queue)))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "released before");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetCommandQueueInfo(cl_command_queue handle,
                          cl_command_queue_info param, size_t size,
                          void *value, size_t *size_ret)
{
   const struct trf_queue *queue = trf_queue_from_handle(handle);
   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   return trf_info_query(&trf_queue_info_table, queue, param, size, value,
                         size_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetCommandQueueProperty(cl_command_queue handle,
                              cl_command_queue_properties properties,
                              cl_bool enable,
                              cl_command_queue_properties *old_properties)
{
   if (!trf_queue_from_handle(handle))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   /* Deprecated by 1.1, which lets an implementation refuse. */
   return trf_error(CL_INVALID_OPERATION,
                    "queue properties are fixed at creation");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetDefaultDeviceCommandQueue(cl_context context_handle,
                                   cl_device_id device_handle,
                                   cl_command_queue handle)
{
   const cl_int error =
      validate_owner(trf_context_from_handle(context_handle),
                     trf_device_from_handle(device_handle));
   if (error)
      return error;
   /* 5.1: no device has a replaceable default queue, whatever is given. */
   return trf_error(CL_INVALID_OPERATION,
                    "queues on the device are not supported");
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clFlush(cl_command_queue handle)
{
   struct trf_queue *queue = trf_queue_from_handle(handle);
   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   trf_queue_flush(queue);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clFinish(cl_command_queue handle)
{
   struct trf_queue *queue = trf_queue_from_handle(handle);
   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");

   /*
    * "CL_OUT_OF_RESOURCES if there is a failure to allocate resources
    * required by the OpenCL implementation on the device."
    */
   if (trf_queue_finish(queue))
      return trf_error(CL_OUT_OF_RESOURCES, "the device was lost");
   return CL_SUCCESS;
}
