/* SPDX-License-Identifier: MIT */

#include "api/validate_arg.h"

#include <string.h>

#include "api/validate_command.h"
#include "core/device.h"
#include "core/image.h"
#include "core/sampler.h"
#include "util/trf_checked.h"

static bool
is_buffer_kind(enum trf_arg_kind kind)
{
   return kind == TRF_ARG_GLOBAL || kind == TRF_ARG_CONSTANT;
}

static cl_int
validate_context(const struct trf_kernel *kernel,
                 const struct trf_context *context)
{
   /* "All OpenCL objects set as kernel arguments must be created from the
    * same context as the kernel object." */
   if (context != kernel->program->context)
      return trf_error(CL_INVALID_CONTEXT,
                       "the argument is of another context");
   return CL_SUCCESS;
}

static bool
is_depth_arg(const struct trf_kernel *kernel, unsigned index)
{
   return strstr(kernel->decl->args[index].type_name, "depth_t") != NULL;
}

static bool
is_depth_image(const struct trf_mem *image)
{
   const cl_channel_order order = image->image.format->cl.image_channel_order;
   return order == CL_DEPTH || order == CL_DEPTH_STENCIL;
}

static cl_int
validate_image_type(const struct trf_kernel *kernel, unsigned index,
                    const struct trf_kernel_arg *arg,
                    const struct trf_mem *image)
{
   /* "If the kernel argument is a 1D image …": each type of argument takes
    * one type of image. */
   if (image->type != arg->image_type)
      return trf_error(CL_INVALID_MEM_OBJECT,
                       "argument %u takes memory objects of type 0x%x, not "
                       "0x%x",
                       index, arg->image_type, image->type);
   /* "… 2D depth image …: image channel order CL_DEPTH." */
   if (is_depth_arg(kernel, index) && !is_depth_image(image))
      return trf_error(CL_INVALID_MEM_OBJECT, "argument %u is a depth image",
                       index);
   return CL_SUCCESS;
}

static cl_int
validate_image_access(enum trf_arg_kind kind, cl_mem_flags flags)
{
   /* "… read_only … an image object created with CL_MEM_WRITE_ONLY"; one that
    * is read_write is read as well. */
   if (kind != TRF_ARG_IMAGE && (flags & CL_MEM_WRITE_ONLY))
      return trf_error(CL_INVALID_ARG_VALUE,
                       "a CL_MEM_WRITE_ONLY image would be read");
   /* "… write_only … CL_MEM_READ_ONLY", likewise. */
   if (kind != TRF_ARG_TEXTURE && (flags & CL_MEM_READ_ONLY))
      return trf_error(CL_INVALID_ARG_VALUE,
                       "a CL_MEM_READ_ONLY image would be written");
   return CL_SUCCESS;
}

static cl_int
validate_mem(const struct trf_kernel *kernel, unsigned index,
             const struct trf_kernel_arg *arg, cl_mem handle,
             struct trf_object **object)
{
   const bool takes_buffer = is_buffer_kind(arg->kind);
   struct trf_mem *mem = trf_mem_from_handle(handle);

   /* "If arg_value is NULL or points to NULL, then the kernel argument will
    * be set to NULL", buffers only. */
   if (!handle && takes_buffer) {
      *object = NULL;
      return CL_SUCCESS;
   }
   /* "… does not point to a valid memory object", or to one that "is not
    * valid for the kernel argument." */
   if (!mem || trf_mem_is_image(mem) == takes_buffer)
      return trf_error(CL_INVALID_MEM_OBJECT, "argument %u takes %s", index,
                       takes_buffer ? "a buffer" : "an image");

   cl_int error = validate_context(kernel, mem->context);
   if (!error && !takes_buffer)
      error = validate_image_type(kernel, index, arg, mem);
   if (!error && !takes_buffer)
      error = validate_image_access(arg->kind, mem->flags);
   if (!error)
      *object = &mem->base;
   return error;
}

static cl_int
validate_sampler(const struct trf_kernel *kernel, unsigned index,
                 cl_sampler handle, struct trf_object **object)
{
   struct trf_sampler *sampler = trf_sampler_from_handle(handle);

   /* "… is a sampler, but arg_value does not point to a valid sampler." */
   if (!sampler)
      return trf_error(CL_INVALID_SAMPLER, "argument %u takes a sampler",
                       index);

   const cl_int error = validate_context(kernel, sampler->context);
   if (!error)
      *object = &sampler->base;
   return error;
}

cl_int
trf_validate_arg_object(const struct trf_kernel *kernel, unsigned index,
                        size_t size, const void *value,
                        struct trf_object **object)
{
   const struct trf_kernel_arg *arg = &trf_kernel_args(kernel)[index];
   void *handle = NULL;

   /* "… arg_size is not equal to sizeof(cl_mem)", or to that of cl_sampler;
    * before the value is looked at, which may be shorter than it should. */
   if (value && size != sizeof(handle))
      return trf_error(CL_INVALID_ARG_SIZE, "arg_size is %zu of %zu", size,
                       sizeof(handle));
   if (value)
      memcpy(&handle, value, sizeof(handle));

   return arg->kind == TRF_ARG_SAMPLER
             ? validate_sampler(kernel, index, handle, object)
             : validate_mem(kernel, index, arg, handle, object);
}

cl_int
trf_validate_arg_local(size_t size, const void *value)
{
   /* "… local address space, then arg_value must be NULL." */
   if (value)
      return trf_error(CL_INVALID_ARG_VALUE,
                       "arg_value of local memory is not NULL");
   /* "… local address space and arg_size is zero." */
   if (size == 0)
      return trf_error(CL_INVALID_ARG_SIZE, "no bytes of local memory");
   return CL_SUCCESS;
}

cl_int
trf_validate_arg_value(const struct trf_kernel_arg *arg, size_t size,
                       const void *value)
{
   /* "… arg_size does not match the size of the data type." */
   if (size != arg->size)
      return trf_error(CL_INVALID_ARG_SIZE, "arg_size is %zu of %u", size,
                       arg->size);
   /* "… arg_value points to the data." */
   if (!value)
      return trf_error(CL_INVALID_ARG_VALUE, "arg_value is NULL");
   return CL_SUCCESS;
}

/* The memory object of an argument; NULL once the client has released it. */
static const struct trf_mem *
live_mem(const struct trf_arg_value *value)
{
   const void *object = trf_handle_get(value->handle, TRF_TYPE_MEM);
   return object == value->object ? object : NULL;
}

static enum trf_format_use
use_of(enum trf_arg_kind kind)
{
   switch (kind) {
   case TRF_ARG_TEXTURE:
      return TRF_FORMAT_SAMPLED;
   case TRF_ARG_IMAGE:
      return TRF_FORMAT_STORED;
   default:
      return TRF_FORMAT_LOADED;
   }
}

static cl_int
validate_image_for_launch(const struct trf_kernel_arg *arg,
                          const struct trf_mem *image,
                          const struct trf_device *device)
{
   const cl_int error = trf_validate_image_on_device(image, device);
   if (error)
      return error;
   /* "… the format of the image … not supported by the device." */
   if (!(trf_device_image_uses(device, image->image.format, image->type) &
         use_of(arg->kind)))
      return trf_error(CL_IMAGE_FORMAT_NOT_SUPPORTED,
                       "the device cannot use the image's format so");
   return CL_SUCCESS;
}

static cl_int
validate_arg_for_launch(unsigned index, const struct trf_kernel_arg *arg,
                        const struct trf_arg_value *value,
                        const struct trf_device *device)
{
   /* "… if any kernel arguments have not been set." */
   if (!value->set)
      return trf_error(CL_INVALID_KERNEL_ARGS, "argument %u is not set",
                       index);
   /* Samplers, values, local memory and NULL buffers go anywhere. */
   if (!value->object || arg->kind == TRF_ARG_SAMPLER)
      return CL_SUCCESS;

   const struct trf_mem *mem = live_mem(value);
   if (!mem)
      return trf_error(CL_INVALID_KERNEL_ARGS,
                       "the memory object of argument %u is gone", index);
   return is_buffer_kind(arg->kind)
             ? trf_validate_sub_buffer_alignment(mem, device)
             : validate_image_for_launch(arg, mem, device);
}

static size_t
local_bytes_locked(const struct trf_kernel *kernel,
                   const struct trf_kernel_code *code)
{
   size_t bytes = code->ir->shared_size;
   for (unsigned i = 0; i < code->ir->arg_count; i++) {
      if (code->ir->args[i].kind == TRF_ARG_LOCAL &&
          !trf_add(bytes, kernel->values[i].local_size, &bytes))
         return SIZE_MAX;
   }
   return bytes;
}

size_t
trf_kernel_local_bytes(struct trf_kernel *kernel,
                       const struct trf_kernel_code *code)
{
   simple_mtx_lock(&kernel->lock);
   const size_t bytes = local_bytes_locked(kernel, code);
   simple_mtx_unlock(&kernel->lock);
   return bytes;
}

static cl_int
validate_args_locked(const struct trf_kernel *kernel,
                     const struct trf_kernel_code *code)
{
   for (unsigned i = 0; i < code->ir->arg_count; i++) {
      const cl_int error = validate_arg_for_launch(
         i, &code->ir->args[i], &kernel->values[i], code->device);
      if (error)
         return error;
   }

   /* "… insufficient resources such as registers or local memory." */
   const size_t bytes = local_bytes_locked(kernel, code);
   if (bytes > code->device->limits.local_memory)
      return trf_error(CL_OUT_OF_RESOURCES, "%zu bytes of local memory",
                       bytes);
   return CL_SUCCESS;
}

cl_int
trf_validate_args_for_launch(struct trf_kernel *kernel,
                             const struct trf_kernel_code *code)
{
   simple_mtx_lock(&kernel->lock);
   const cl_int error = validate_args_locked(kernel, code);
   simple_mtx_unlock(&kernel->lock);
   return error;
}
