/* SPDX-License-Identifier: MIT */

/* 5.3.1 "Creating Image Objects". */

#include "api/image_validate.h"
#include "api/memory.h"

static cl_int
create_image(cl_context context_handle,
             const struct trf_image_request *request, struct trf_mem **mem)
{
   /* 5.3.1: the context must be valid. */
   struct trf_context *context = trf_context_from_handle(context_handle);
   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "context is not valid");

   struct trf_image_args args;
   const cl_int error = trf_validate_image(context, request, &args);
   if (error)
      return error;
   return trf_image_create(context, &args, mem);
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateImage(cl_context context, cl_mem_flags flags,
                  const cl_image_format *image_format,
                  const cl_image_desc *image_desc, void *host_ptr,
                  cl_int *errcode_ret)
{
   return trf_clCreateImageWithProperties(context, NULL, flags, image_format,
                                          image_desc, host_ptr, errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateImageWithProperties(cl_context context,
                                const cl_mem_properties *properties,
                                cl_mem_flags flags,
                                const cl_image_format *image_format,
                                const cl_image_desc *image_desc,
                                void *host_ptr, cl_int *errcode_ret)
{
   const struct trf_image_request request = {
      .properties = properties,
      .flags = flags,
      .format = image_format,
      .desc = image_desc,
      .host_ptr = host_ptr,
   };
   struct trf_mem *mem = NULL;
   const cl_int error = create_image(context, &request, &mem);
   return trf_return_mem(mem, error, errcode_ret);
}

/*
 * The functions of OpenCL 1.0 know no image descriptor: a pitch that breaks
 * the rules is CL_INVALID_IMAGE_SIZE there.
 */
static cl_mem
create_from_desc(cl_context context, cl_mem_flags flags,
                 const cl_image_format *format, const cl_image_desc *desc,
                 void *host_ptr, cl_int *errcode_ret)
{
   const struct trf_image_request request = {
      .flags = flags,
      .format = format,
      .desc = desc,
      .host_ptr = host_ptr,
   };
   struct trf_mem *mem = NULL;
   cl_int error = create_image(context, &request, &mem);
   if (error == CL_INVALID_IMAGE_DESCRIPTOR)
      error = CL_INVALID_IMAGE_SIZE;
   return trf_return_mem(mem, error, errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateImage2D(cl_context context, cl_mem_flags flags,
                    const cl_image_format *image_format, size_t image_width,
                    size_t image_height, size_t image_row_pitch,
                    void *host_ptr, cl_int *errcode_ret)
{
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = image_width,
      .image_height = image_height,
      .image_row_pitch = image_row_pitch,
   };
   return create_from_desc(context, flags, image_format, &desc, host_ptr,
                           errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
trf_clCreateImage3D(cl_context context, cl_mem_flags flags,
                    const cl_image_format *image_format, size_t image_width,
                    size_t image_height, size_t image_depth,
                    size_t image_row_pitch, size_t image_slice_pitch,
                    void *host_ptr, cl_int *errcode_ret)
{
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE3D,
      .image_width = image_width,
      .image_height = image_height,
      /* 5.3.1, clCreateImage3D: a depth of 1 is as wrong as one of 0. */
      .image_depth = image_depth > 1 ? image_depth : 0,
      .image_row_pitch = image_row_pitch,
      .image_slice_pitch = image_slice_pitch,
   };
   return create_from_desc(context, flags, image_format, &desc, host_ptr,
                           errcode_ret);
}
