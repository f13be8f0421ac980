/* SPDX-License-Identifier: MIT */

/* 5.2.1 "Creating Buffer Objects" and 5.5 "Memory Objects". */

#include "api/memory.h"

#include "core/device.h"
#include "core/mapping.h"
#include "core/svm.h"
#include "util/trf_checked.h"

#define ACCESS_FLAGS (CL_MEM_READ_WRITE | CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY)
#define HOST_PTR_FLAGS                                                        \
   (CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR)
#define HOST_ACCESS_FLAGS                                                     \
   (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS)

static bool
more_than_one(cl_mem_flags flags)
{
   return (flags & (flags - 1)) != 0;
}

cl_int
trf_validate_mem_flags(cl_mem_flags flags)
{
   /* 5.2.1, "Memory Flags": CL_MEM_KERNEL_READ_AND_WRITE is for
    * clGetSupportedImageFormats alone.
    */
   if (flags &
       ~(cl_mem_flags)(ACCESS_FLAGS | HOST_PTR_FLAGS | HOST_ACCESS_FLAGS))
      return trf_error(CL_INVALID_VALUE, "unknown flags in 0x%llx",
                       (unsigned long long)flags);

   /* The same: the three kinds of access exclude each other. */
   if (more_than_one(flags & ACCESS_FLAGS))
      return trf_error(CL_INVALID_VALUE, "more than one kind of access");

   /* The same: USE_HOST_PTR excludes ALLOC_HOST_PTR and COPY_HOST_PTR. */
   if ((flags & CL_MEM_USE_HOST_PTR) &&
       (flags & (CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR)))
      return trf_error(CL_INVALID_VALUE,
                       "CL_MEM_USE_HOST_PTR with ALLOC or COPY_HOST_PTR");

   /* The same: the three kinds of host access exclude each other. */
   if (more_than_one(flags & HOST_ACCESS_FLAGS))
      return trf_error(CL_INVALID_VALUE, "more than one kind of host access");

   return CL_SUCCESS;
}

cl_int
trf_validate_child_flags(const struct trf_mem *parent, cl_mem_flags flags)
{
   /* 5.2.1 and 5.3.1: where the parent is write-only, the child is not to
    * be read, and the other way round.
    */
   if (((parent->flags & CL_MEM_WRITE_ONLY) &&
        (flags & (CL_MEM_READ_WRITE | CL_MEM_READ_ONLY))) ||
       ((parent->flags & CL_MEM_READ_ONLY) &&
        (flags & (CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY))))
      return trf_error(CL_INVALID_VALUE, "more access than the parent gives");

   /* The same: these are inherited and cannot be asked for. */
   if (flags & HOST_PTR_FLAGS)
      return trf_error(CL_INVALID_VALUE,
                       "a CL_MEM_*_HOST_PTR flag with a parent");

   /* The same, for the host's access. */
   if (((parent->flags & CL_MEM_HOST_WRITE_ONLY) &&
        (flags & CL_MEM_HOST_READ_ONLY)) ||
       ((parent->flags & CL_MEM_HOST_READ_ONLY) &&
        (flags & CL_MEM_HOST_WRITE_ONLY)) ||
       ((parent->flags & CL_MEM_HOST_NO_ACCESS) &&
        (flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY))))
      return trf_error(CL_INVALID_VALUE,
                       "more host access than the parent gives");

   return CL_SUCCESS;
}

cl_int
trf_validate_mem_properties(const cl_mem_properties *properties)
{
   /* 5.2.1, 5.3.1: the core specification defines no property. */
   if (properties && properties[0])
      return trf_error(CL_INVALID_PROPERTY, "unknown property 0x%llx",
                       (unsigned long long)properties[0]);
   return CL_SUCCESS;
}

cl_int
trf_validate_host_ptr(cl_mem_flags flags, const void *host_ptr)
{
   const bool wanted =
      (flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0;

   /* 5.2.1, 5.3.1: these two flags need a pointer. */
   if (wanted && !host_ptr)
      return trf_error(CL_INVALID_HOST_PTR, "host_ptr is NULL");

   /* The same: and a pointer needs one of the flags. */
   if (!wanted && host_ptr)
      return trf_error(CL_INVALID_HOST_PTR,
                       "host_ptr without CL_MEM_USE or COPY_HOST_PTR");
   return CL_SUCCESS;
}

cl_mem_flags
trf_complete_mem_flags(cl_mem_flags flags, const struct trf_mem *parent)
{
   if (!parent)
      return (flags & ACCESS_FLAGS) ? flags : flags | CL_MEM_READ_WRITE;

   if (!(flags & ACCESS_FLAGS))
      flags |= parent->flags & ACCESS_FLAGS;
   if (!(flags & HOST_ACCESS_FLAGS))
      flags |= parent->flags & HOST_ACCESS_FLAGS;
   return flags | (parent->flags & HOST_PTR_FLAGS);
}

cl_mem
trf_return_mem(struct trf_mem *mem, cl_int error, cl_int *errcode_ret)
{
   if (error) {
      trf_return_code(errcode_ret, error);
      return NULL;
   }

   cl_mem handle = NULL;
   if (trf_object_publish(&mem->base, TRF_TYPE_MEM))
      handle = (cl_mem)mem->base.handle;
   else
      error = CL_OUT_OF_HOST_MEMORY;

   trf_mem_unref(mem);
   trf_return_code(errcode_ret, error);
   return handle;
}

static bool
some_device_takes(const struct trf_context *context, size_t size)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      if (size <= context->devices[i]->limits.allocation)
         return true;
   }
   return false;
}

static cl_int
validate_buffer(struct trf_context *context,
                const struct trf_buffer_args *args)
{
   cl_int error = trf_validate_mem_properties(args->properties);
   if (error)
      return error;

   error = trf_validate_mem_flags(args->flags);
   if (error)
      return error;

   /* 5.2.1: a size of zero. */
   if (args->size == 0)
      return trf_error(CL_INVALID_BUFFER_SIZE, "size is 0");

   /* 5.2.1: more than CL_DEVICE_MAX_MEM_ALLOC_SIZE of every device. */
   if (!some_device_takes(context, args->size))
      return trf_error(CL_INVALID_BUFFER_SIZE, "%zu bytes are too much",
                       args->size);

   const cl_int host_error =
      trf_validate_host_ptr(args->flags, args->host_ptr);
   if (host_error)
      return host_error;

   /* 5.2.1: host_ptr is of clSVMAlloc, and the allocation is smaller. */
   if ((args->flags & CL_MEM_USE_HOST_PTR) &&
       trf_svm_contains(context, args->host_ptr, 0) &&
       !trf_svm_contains(context, args->host_ptr, args->size))
      return trf_error(CL_INVALID_BUFFER_SIZE,
                       "%zu bytes exceed the SVM allocation", args->size);
   return CL_SUCCESS;
}

static cl_mem
create_buffer(cl_context context_handle, struct trf_buffer_args args,
              cl_int *errcode_ret)
{
   struct trf_mem *mem = NULL;
   cl_int error;

   /* 5.2.1: the context must be valid. */
   struct trf_context *context = trf_context_from_handle(context_handle);
   if (!context)
      error = trf_error(CL_INVALID_CONTEXT, "context is not valid");
   else
      error = validate_buffer(context, &args);

   if (!error) {
      args.flags = trf_complete_mem_flags(args.flags, NULL);
      error = trf_buffer_create(context, &args, &mem);
   }
   return trf_return_mem(mem, error, errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size,
                   void *host_ptr, cl_int *errcode_ret)
{
   const struct trf_buffer_args args = {
      .flags = flags,
      .size = size,
      .host_ptr = host_ptr,
   };
   return create_buffer(context, args, errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateBufferWithProperties(cl_context context,
                                 const cl_mem_properties *properties,
                                 cl_mem_flags flags, size_t size,
                                 void *host_ptr, cl_int *errcode_ret)
{
   const struct trf_buffer_args args = {
      .flags = flags,
      .size = size,
      .host_ptr = host_ptr,
      .properties = properties,
   };
   return create_buffer(context, args, errcode_ret);
}

static cl_int
validate_sub_buffer(const struct trf_mem *buffer, cl_mem_flags flags,
                    cl_buffer_create_type type, const void *info)
{
   /* 5.2.1: a buffer that is no sub-buffer. */
   if (!buffer || buffer->type != CL_MEM_OBJECT_BUFFER || buffer->parent)
      return trf_error(CL_INVALID_MEM_OBJECT,
                       "buffer is no buffer, or itself a sub-buffer");

   cl_int error = trf_validate_mem_flags(flags);
   if (error)
      return error;
   error = trf_validate_child_flags(buffer, flags);
   if (error)
      return error;

   /* 5.2.1: the one creation type there is. */
   if (type != CL_BUFFER_CREATE_TYPE_REGION)
      return trf_error(CL_INVALID_VALUE, "buffer_create_type is 0x%x", type);

   /* 5.2.1: its description. */
   const cl_buffer_region *region = info;
   if (!region)
      return trf_error(CL_INVALID_VALUE, "buffer_create_info is NULL");

   /* 5.2.1: a size of zero. */
   if (region->size == 0)
      return trf_error(CL_INVALID_BUFFER_SIZE, "region's size is 0");

   /* 5.2.1: out of bounds. */
   if (!trf_fits(region->origin, region->size, buffer->size))
      return trf_error(CL_INVALID_VALUE,
                       "%zu bytes at %zu exceed the buffer's %zu",
                       region->size, region->origin, buffer->size);

   /* 5.2.1: aligned to CL_DEVICE_MEM_BASE_ADDR_ALIGN of some device. */
   if (region->origin % TRF_MEM_BASE_ALIGNMENT)
      return trf_error(CL_MISALIGNED_SUB_BUFFER_OFFSET,
                       "origin %zu is no multiple of %u", region->origin,
                       TRF_MEM_BASE_ALIGNMENT);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateSubBuffer(cl_mem buffer_handle, cl_mem_flags flags,
                      cl_buffer_create_type buffer_create_type,
                      const void *buffer_create_info, cl_int *errcode_ret)
{
   struct trf_mem *buffer = trf_mem_from_handle(buffer_handle);
   struct trf_mem *mem = NULL;

   cl_int error = validate_sub_buffer(buffer, flags, buffer_create_type,
                                      buffer_create_info);
   if (!error) {
      const cl_buffer_region *region = buffer_create_info;
      error =
         trf_sub_buffer_create(buffer, trf_complete_mem_flags(flags, buffer),
                               region->origin, region->size, &mem);
   }
   return trf_return_mem(mem, error, errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clRetainMemObject(cl_mem memobj)
{
   /* 5.5.1: a valid memory object. */
   struct trf_mem *mem = trf_mem_from_handle(memobj);
   if (!mem || !trf_object_api_retain(&mem->base))
      return trf_error(CL_INVALID_MEM_OBJECT, "memobj is not valid");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clReleaseMemObject(cl_mem memobj)
{
   /* 5.5.1: a valid memory object. */
   struct trf_mem *mem = trf_mem_from_handle(memobj);
   if (!mem || !trf_object_api_release(&mem->base))
      return trf_error(CL_INVALID_MEM_OBJECT, "memobj is not valid");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clSetMemObjectDestructorCallback(cl_mem memobj,
                                     void(CL_CALLBACK *pfn_notify)(cl_mem,
                                                                   void *),
                                     void *user_data)
{
   /* 5.5.1: a valid memory object. */
   struct trf_mem *mem = trf_mem_from_handle(memobj);
   if (!mem)
      return trf_error(CL_INVALID_MEM_OBJECT, "memobj is not valid");

   /* 5.5.1: a function to call. */
   if (!pfn_notify)
      return trf_error(CL_INVALID_VALUE, "pfn_notify is NULL");

   return trf_destructor_push(&mem->destructors, &mem->lock,
                              (void(CL_CALLBACK *)(void *, void *))pfn_notify,
                              user_data);
}

/* Counting takes the object's lock: no change that a client could see. */
static cl_int
get_map_count(const void *object, struct trf_info_out *out)
{
   struct trf_mem *mem = (struct trf_mem *)(uintptr_t)object;
   return trf_info_u32(out, trf_mem_map_count(mem));
}

static cl_int
get_context(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *mem = object;
   return trf_info_pointer(out, mem->context->base.handle);
}

static cl_int
get_parent(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *mem = object;
   return trf_info_pointer(out,
                           mem->parent ? mem->parent->base.handle : NULL);
}

/* "… a buffer object … or … a sub-buffer", but no image. */
static cl_int
get_uses_svm_pointer(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *mem = object;
   return trf_info_u32(
      out, !trf_mem_is_image(mem) && mem->host_ptr &&
              trf_svm_contains(mem->context, mem->host_ptr, mem->size));
}

static cl_int
get_properties(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *mem = object;
   return trf_info_bytes(out, mem->properties, mem->properties_size);
}

static const struct trf_info_row mem_info_rows[] = {
   TRF_INFO_FIELD(CL_MEM_TYPE, struct trf_mem, type),
   TRF_INFO_FIELD(CL_MEM_FLAGS, struct trf_mem, flags),
   TRF_INFO_FIELD(CL_MEM_SIZE, struct trf_mem, size),
   TRF_INFO_FIELD(CL_MEM_HOST_PTR, struct trf_mem, host_ptr),
   TRF_INFO_GET(CL_MEM_MAP_COUNT, get_map_count),
   TRF_INFO_FIELD(CL_MEM_REFERENCE_COUNT, struct trf_mem, base.api_refs),
   TRF_INFO_GET(CL_MEM_CONTEXT, get_context),
   TRF_INFO_GET(CL_MEM_ASSOCIATED_MEMOBJECT, get_parent),
   TRF_INFO_FIELD(CL_MEM_OFFSET, struct trf_mem, offset),
   TRF_INFO_GET(CL_MEM_USES_SVM_POINTER, get_uses_svm_pointer),
   TRF_INFO_GET(CL_MEM_PROPERTIES, get_properties),
};

const struct trf_info_table trf_mem_info = TRF_INFO_TABLE(mem_info_rows);

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetMemObjectInfo(cl_mem memobj, cl_mem_info param_name,
                       size_t param_value_size, void *param_value,
                       size_t *param_value_size_ret)
{
   /* 5.5.5: a valid memory object. */
   const struct trf_mem *mem = trf_mem_from_handle(memobj);
   if (!mem)
      return trf_error(CL_INVALID_MEM_OBJECT, "memobj is not valid");

   return trf_info_query(&trf_mem_info, mem, param_name, param_value_size,
                         param_value, param_value_size_ret);
}
