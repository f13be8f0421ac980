/* SPDX-License-Identifier: MIT */

/* Contexts: 4.4. */

#include "api/api.h"

#include "api/device_type.h"
#include "api/dispatch.h"
#include "core/device.h"
#include "core/platform.h"

/* 4.4, table "List of supported context creation properties". */
static cl_int
validate_property(cl_context_properties name, cl_context_properties value)
{
   switch (name) {
   case CL_CONTEXT_PLATFORM:
      /* CL_INVALID_PLATFORM if the value is not a valid platform. */
      if (!trf_platform_from_handle((cl_platform_id)value))
         return trf_error(CL_INVALID_PLATFORM,
                          "CL_CONTEXT_PLATFORM: not a platform");
      return CL_SUCCESS;
   case CL_CONTEXT_INTEROP_USER_SYNC:
      /* CL_INVALID_PROPERTY if the value of a supported name is not valid. */
      if (value != CL_TRUE && value != CL_FALSE)
         return trf_error(CL_INVALID_PROPERTY,
                          "CL_CONTEXT_INTEROP_USER_SYNC: %lld",
                          (long long)value);
      return CL_SUCCESS;
   default:
      return trf_error(CL_INVALID_PROPERTY,
                       "context property 0x%llx is not known",
                       (unsigned long long)name);
   }
}

static cl_int
validate_properties(const cl_context_properties *properties)
{
   for (const cl_context_properties *p = properties; p && *p; p += 2) {
      const cl_int code = validate_property(p[0], p[1]);
      if (code)
         return code;

      /* CL_INVALID_PROPERTY if the same name is given more than once. */
      for (const cl_context_properties *q = properties; q < p; q += 2) {
         if (q[0] == p[0])
            return trf_error(CL_INVALID_PROPERTY,
                             "context property 0x%llx is given twice",
                             (unsigned long long)p[0]);
      }
   }
   return CL_SUCCESS;
}

static cl_context
create_context(const cl_context_properties *properties,
               struct trf_device *const *devices, unsigned count,
               trf_context_notify notify, void *user_data,
               cl_int *errcode_ret)
{
   struct trf_context *context =
      trf_context_create(devices, count, properties, notify, user_data);

   if (!context || !trf_object_publish(&context->base, TRF_TYPE_CONTEXT)) {
      trf_context_unref(context);
      trf_return_code(errcode_ret,
                      trf_error(CL_OUT_OF_HOST_MEMORY, "the context"));
      return NULL;
   }

   /* The handle's reference keeps it from here on. */
   trf_context_unref(context);
   trf_return_code(errcode_ret, CL_SUCCESS);
   return (cl_context)context->base.handle;
}

struct device_list {
   struct trf_device *devices[TRF_MAX_DEVICES];
   unsigned count;
};

/* "Duplicate devices are ignored". */
static cl_int
resolve_devices(cl_uint count, const cl_device_id *handles,
                struct device_list *list)
{
   for (cl_uint i = 0; i < count; i++) {
      struct trf_device *device = trf_device_from_handle(handles[i]);
      bool known = false;

      if (!device)
         return trf_error(CL_INVALID_DEVICE, "devices[%u]: not a device", i);
      for (unsigned j = 0; j < list->count; j++)
         known |= list->devices[j] == device;
      if (known)
         continue;
      if (list->count == TRF_MAX_DEVICES)
         return trf_error(CL_OUT_OF_RESOURCES, "more than %u devices",
                          TRF_MAX_DEVICES);
      list->devices[list->count++] = device;
   }
   return CL_SUCCESS;
}

static cl_int
find_devices(cl_device_type type, struct device_list *list)
{
   const struct trf_platform *platform = trf_dispatch_platform();

   for (unsigned i = 0; platform && i < platform->device_count; i++) {
      if (trf_device_type_matches(platform->devices[i], type))
         list->devices[list->count++] = platform->devices[i];
   }
   if (!list->count)
      return trf_error(CL_DEVICE_NOT_FOUND, "no device of type 0x%llx",
                       (unsigned long long)type);
   return CL_SUCCESS;
}

static cl_int
validate_create(const cl_context_properties *properties, cl_uint num_devices,
                const cl_device_id *devices, trf_context_notify notify,
                const void *user_data)
{
   const cl_int code = validate_properties(properties);

   if (code)
      return code;
   if (!devices)
      return trf_error(CL_INVALID_VALUE, "devices is NULL");
   if (num_devices == 0)
      return trf_error(CL_INVALID_VALUE, "num_devices is 0");
   if (!notify && user_data)
      return trf_error(CL_INVALID_VALUE, "user_data without pfn_notify");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_context CL_API_CALL
trf_clCreateContext(const cl_context_properties *properties,
                    cl_uint num_devices, const cl_device_id *devices,
                    void(CL_CALLBACK *pfn_notify)(const char *, const void *,
                                                  size_t, void *),
                    void *user_data, cl_int *errcode_ret)
{
   struct device_list list = {.count = 0};
   cl_int code = validate_create(properties, num_devices, devices, pfn_notify,
                                 user_data);

   if (!code)
      code = resolve_devices(num_devices, devices, &list);
   if (code) {
      trf_return_code(errcode_ret, code);
      return NULL;
   }
   return create_context(properties, list.devices, list.count, pfn_notify,
                         user_data, errcode_ret);
}

static cl_int
validate_create_from_type(const cl_context_properties *properties,
                          cl_device_type type, trf_context_notify notify,
                          const void *user_data)
{
   const cl_int code = validate_properties(properties);

   if (code)
      return code;
   if (!notify && user_data)
      return trf_error(CL_INVALID_VALUE, "user_data without pfn_notify");
   if (!trf_device_type_valid(type))
      return trf_error(CL_INVALID_DEVICE_TYPE, "device type 0x%llx",
                       (unsigned long long)type);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_context CL_API_CALL
trf_clCreateContextFromType(
   const cl_context_properties *properties, cl_device_type device_type,
   void(CL_CALLBACK *pfn_notify)(const char *, const void *, size_t, void *),
   void *user_data, cl_int *errcode_ret)
{
   struct device_list list = {.count = 0};
   cl_int code = validate_create_from_type(properties, device_type,
                                           pfn_notify, user_data);

   if (!code)
      code = find_devices(device_type, &list);
   if (code) {
      trf_return_code(errcode_ret, code);
      return NULL;
   }
   return create_context(properties, list.devices, list.count, pfn_notify,
                         user_data, errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainContext(cl_context context_id)
{
   struct trf_context *context = trf_context_from_handle(context_id);

   if (!context || !trf_object_api_retain(&context->base))
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseContext(cl_context context_id)
{
   struct trf_context *context = trf_context_from_handle(context_id);

   if (!context || !trf_object_api_release(&context->base))
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetContextInfo(cl_context context_id, cl_context_info param_name,
                     size_t param_value_size, void *param_value,
                     size_t *param_value_size_ret)
{
   const struct trf_context *context = trf_context_from_handle(context_id);

   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   return trf_info_query(&trf_context_info_table, context, param_name,
                         param_value_size, param_value, param_value_size_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetContextDestructorCallback(
   cl_context context_id,
   void(CL_CALLBACK *pfn_notify)(cl_context context, void *user_data),
   void *user_data)
{
   struct trf_context *context = trf_context_from_handle(context_id);

   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "not a context");
   if (!pfn_notify)
      return trf_error(CL_INVALID_VALUE, "pfn_notify is NULL");
   return trf_destructor_push(&context->destructors, &context->lock,
                              (void(CL_CALLBACK *)(void *, void *))pfn_notify,
                              user_data);
}
