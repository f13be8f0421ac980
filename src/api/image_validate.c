/* SPDX-License-Identifier: MIT */

/* What 5.3.1 "Creating Image Objects" demands of its arguments. */

#include "api/image_validate.h"

#include "api/memory.h"
#include "core/device.h"
#include "core/image.h"
#include "util/macros.h"
#include "util/trf_checked.h"

bool
trf_context_has_images(const struct trf_context *context)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      if (context->devices[i]->image_support)
         return true;
   }
   return false;
}

static bool
is_buffer(const struct trf_mem *mem)
{
   return mem && mem->type == CL_MEM_OBJECT_BUFFER;
}

/* Of the devices that have images: the strictest, in pixels; 0: none can. */
static uint32_t
pitch_alignment(const struct trf_context *context)
{
   uint32_t alignment = 0;
   for (unsigned i = 0; i < context->device_count; i++) {
      const struct trf_device *device = context->devices[i];
      if (device->image_support)
         alignment = MAX2(alignment, device->limits.image_pitch_alignment);
   }
   return alignment;
}

static uint32_t
base_alignment(const struct trf_context *context)
{
   uint32_t alignment = 1;
   for (unsigned i = 0; i < context->device_count; i++) {
      const struct trf_device *device = context->devices[i];
      if (device->image_support)
         alignment = MAX2(alignment, device->limits.image_base_alignment);
   }
   return alignment;
}

static cl_int
validate_flags(const struct trf_mem *parent, cl_mem_flags flags)
{
   const cl_int error = trf_validate_mem_flags(flags);
   if (error || !parent)
      return error;
   return trf_validate_child_flags(parent, flags);
}

static cl_int
validate_format(const cl_image_format *format)
{
   /* 5.3.1: there must be a format. */
   if (!format)
      return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                       "image_format is NULL");
   return trf_format_validate(format);
}

/* 5.3.1.2, mem_object. */
static cl_int
validate_parent(const struct trf_context *context, const cl_image_desc *desc,
                const struct trf_mem *parent)
{
   const cl_mem_object_type type = desc->image_type;

   if (!desc->mem_object) {
      /* An image buffer is made from a buffer. */
      if (type == CL_MEM_OBJECT_IMAGE1D_BUFFER)
         return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                          "an image buffer without a buffer");
      return CL_SUCCESS;
   }

   /* A valid memory object of this context. */
   if (!parent || parent->context != context)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "mem_object is not valid in this context");

   /* A buffer for image buffers. */
   if (is_buffer(parent) && type == CL_MEM_OBJECT_IMAGE1D_BUFFER)
      return CL_SUCCESS;

   /* And for 2D images. Appendix "Optionality", "Creating a 2D Image from a
    * Buffer": an invalid operation where no device can.
    */
   if (is_buffer(parent) && type == CL_MEM_OBJECT_IMAGE2D)
      return pitch_alignment(context)
                ? CL_SUCCESS
                : trf_error(CL_INVALID_OPERATION,
                            "no device has 2D images from buffers");

   /* A 2D image for 2D images; nothing for anything else. */
   if (type == CL_MEM_OBJECT_IMAGE2D && parent->type == CL_MEM_OBJECT_IMAGE2D)
      return CL_SUCCESS;

   return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                    "no image 0x%x can be made from mem_object", type);
}

/* 5.3.1.2, num_mip_levels and num_samples; cl_khr_mipmap_image. */
static cl_int
validate_levels(const cl_image_desc *desc, const struct trf_mem *parent,
                const struct trf_format *format)
{
   /* num_samples must be 0. */
   if (desc->num_samples)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR, "num_samples is %u",
                       desc->num_samples);

   /* One level, whether it is called 0 or 1, is always good. */
   if (desc->num_mip_levels <= 1)
      return CL_SUCCESS;

   /* No mip maps for image buffers, nor for what lies in a buffer. */
   if (desc->image_type == CL_MEM_OBJECT_IMAGE1D_BUFFER || is_buffer(parent))
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR, "mip levels in a buffer");

   /* No mip maps for depth images. */
   if (format && format->depth)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "mip levels of a depth image");

   /* Each level halves the one before, down to one pixel. */
   if (desc->num_mip_levels > trf_image_max_levels(desc))
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "num_mip_levels is %u, the image has %u at most",
                       desc->num_mip_levels, trf_image_max_levels(desc));
   return CL_SUCCESS;
}

/* 5.3.1.2: an image of an image has the descriptor of that image. */
static cl_int
validate_same_desc(const cl_image_desc *desc, const struct trf_mem *parent)
{
   const struct trf_image_info *info = &parent->image;

   if (desc->image_width != info->width || desc->image_height != info->height)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "%zu x %zu is not the parent's %zu x %zu",
                       desc->image_width, desc->image_height, info->width,
                       info->height);

   if (desc->num_mip_levels != info->desc.num_mip_levels)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "num_mip_levels is not the parent's");

   /* Pitches: the parent's as created or as reported. */
   if ((desc->image_row_pitch != info->desc.image_row_pitch &&
        desc->image_row_pitch != info->row_pitch &&
        desc->image_row_pitch != 0) ||
       (desc->image_slice_pitch != info->desc.image_slice_pitch &&
        desc->image_slice_pitch != 0))
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "pitches are not the parent's");
   return CL_SUCCESS;
}

/* 5.3.1.2, image_row_pitch. */
static cl_int
resolve_row_pitch(const struct trf_image_request *request,
                  const struct trf_mem *parent, size_t element,
                  size_t *row_pitch)
{
   const cl_image_desc *desc = request->desc;

   /*
    * Only where there is memory of the client's to describe.  Of an image
    * buffer's one row the pitch says nothing: the letter forbids it, and the
    * conformance tests give it.
    */
   if (desc->image_row_pitch && !request->host_ptr && !is_buffer(parent))
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "image_row_pitch without host_ptr");

   /* No image can be as wide as that. */
   size_t tight;
   if (!trf_mul(desc->image_width, element, &tight))
      return trf_error(CL_INVALID_IMAGE_SIZE, "image_width is %zu",
                       desc->image_width);

   *row_pitch = desc->image_row_pitch ? desc->image_row_pitch : tight;

   /* No less than a row of pixels, and whole pixels. */
   if (*row_pitch < tight || *row_pitch % element)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "image_row_pitch %zu for rows of %zu bytes",
                       *row_pitch, tight);
   return CL_SUCCESS;
}

/* 5.3.1.2, image_slice_pitch. */
static cl_int
resolve_slice_pitch(const struct trf_image_request *request, size_t row_pitch,
                    size_t *slice_pitch)
{
   const cl_image_desc *desc = request->desc;

   /* Only where there is memory of the client's to describe. */
   if (desc->image_slice_pitch && !request->host_ptr)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "image_slice_pitch without host_ptr");

   *slice_pitch = 0;
   if (!trf_image_has_slices(desc->image_type))
      return CL_SUCCESS;

   const size_t rows = desc->image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY
                          ? 1
                          : desc->image_height;
   size_t tight;
   if (!trf_mul(row_pitch, rows, &tight))
      return trf_error(CL_INVALID_IMAGE_SIZE, "image_height is %zu", rows);

   *slice_pitch = desc->image_slice_pitch ? desc->image_slice_pitch : tight;

   /* No less than a slice's rows, and whole rows. */
   if (*slice_pitch < tight || (row_pitch && *slice_pitch % row_pitch))
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR,
                       "image_slice_pitch %zu for slices of %zu bytes",
                       *slice_pitch, tight);
   return CL_SUCCESS;
}

/* 5.3.1 and 5.3.1.2, for a 2D image from a buffer. */
static cl_int
validate_buffer_alignment(const struct trf_context *context,
                          const struct trf_mem *buffer, size_t row_pitch,
                          size_t element)
{
   /* Whole multiples of CL_DEVICE_IMAGE_PITCH_ALIGNMENT pixels. */
   if (row_pitch % (pitch_alignment(context) * element))
      return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                       "row pitch %zu is no multiple of %u pixels", row_pitch,
                       pitch_alignment(context));

   /* Memory of the client's is aligned to
    * CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT; a part of a buffer no less.
    */
   const size_t alignment = base_alignment(context) * element;
   if ((uintptr_t)buffer->host_ptr % alignment || buffer->offset % alignment)
      return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                       "the buffer is not aligned to %zu bytes", alignment);
   return CL_SUCCESS;
}

static bool
some_device_fits(const struct trf_context *context, const cl_image_desc *desc)
{
   for (unsigned i = 0; i < context->device_count; i++) {
      const struct trf_device *device = context->devices[i];
      if (device->image_support && trf_device_image_fits(device, desc))
         return true;
   }
   return false;
}

/* 5.3.1, CL_INVALID_IMAGE_SIZE. */
static cl_int
validate_size(const struct trf_context *context, const cl_image_desc *desc,
              const struct trf_mem *parent, size_t row_pitch)
{
   /* No zeros, and within the limits of some device. */
   if (!some_device_fits(context, desc))
      return trf_error(CL_INVALID_IMAGE_SIZE,
                       "%zu x %zu x %zu, %zu layers: 0 or too large",
                       desc->image_width, desc->image_height,
                       desc->image_depth, desc->image_array_size);

   /* 5.3.1.2: what is made from a buffer fits into it. */
   const size_t rows =
      desc->image_type == CL_MEM_OBJECT_IMAGE2D ? desc->image_height : 1;
   size_t bytes;
   if (is_buffer(parent) &&
       (!trf_mul(row_pitch, rows, &bytes) || bytes > parent->size))
      return trf_error(CL_INVALID_IMAGE_SIZE,
                       "%zu rows of %zu bytes exceed the buffer's %zu", rows,
                       row_pitch, parent->size);
   return CL_SUCCESS;
}

static cl_int
validate_image_host_ptr(const struct trf_image_request *request)
{
   const cl_int error =
      trf_validate_host_ptr(request->flags, request->host_ptr);
   if (error)
      return error;

   /* cl_khr_mipmap_image: mip-mapped images have no host_ptr. */
   if (request->desc->num_mip_levels > 1 && request->host_ptr)
      return trf_error(CL_INVALID_HOST_PTR, "host_ptr with mip levels");
   return CL_SUCCESS;
}

/* 5.3.1, CL_IMAGE_FORMAT_NOT_SUPPORTED: some device takes it all. */
static cl_int
validate_support(const struct trf_context *context,
                 const struct trf_image_args *args)
{
   const unsigned wanted = trf_image_wanted_uses(args->flags);

   for (unsigned i = 0; args->format && i < context->device_count; i++) {
      const struct trf_device *device = context->devices[i];
      const unsigned uses =
         trf_device_image_uses(device, args->format, args->desc.image_type);
      if ((uses & wanted) == wanted &&
          trf_device_image_fits(device, &args->desc))
         return CL_SUCCESS;
   }
   return trf_error(CL_IMAGE_FORMAT_NOT_SUPPORTED,
                    "no device has the format for flags 0x%llx",
                    (unsigned long long)args->flags);
}

/* 5.3.1.2 "Image Descriptor" as a whole; fills in the pitches. */
static cl_int
validate_desc(const struct trf_context *context,
              const struct trf_image_request *request,
              struct trf_image_args *args)
{
   const cl_image_desc *desc = request->desc;
   const struct trf_mem *parent = args->parent;

   /* There must be one. */
   if (!desc)
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR, "image_desc is NULL");

   /* One of the six types. */
   if (!trf_image_type_valid(desc->image_type))
      return trf_error(CL_INVALID_IMAGE_DESCRIPTOR, "image_type is 0x%x",
                       desc->image_type);

   cl_int error = validate_parent(context, desc, parent);
   if (error)
      return error;

   error = validate_levels(desc, parent, args->format);
   if (error)
      return error;

   if (parent && !is_buffer(parent)) {
      args->row_pitch = parent->image.row_pitch;
      args->slice_pitch = parent->image.slice_pitch;
      return validate_same_desc(desc, parent);
   }

   /* A format that no driver stores has no pixel size; the request is
    * refused for that in the end.
    */
   const size_t element = args->format ? args->format->element : 1;
   error = resolve_row_pitch(request, parent, element, &args->row_pitch);
   if (error)
      return error;
   error = resolve_slice_pitch(request, args->row_pitch, &args->slice_pitch);
   if (error)
      return error;

   if (is_buffer(parent) && desc->image_type == CL_MEM_OBJECT_IMAGE2D)
      return validate_buffer_alignment(context, parent, args->row_pitch,
                                       element);
   return CL_SUCCESS;
}

/* 5.3.1.2: sRGB and linear views of the same pixels, and depth of one. */
static cl_int
validate_view_format(const struct trf_image_args *args)
{
   if (!args->parent || is_buffer(args->parent) || !args->format ||
       trf_format_compatible_views(args->format, args->parent->image.format))
      return CL_SUCCESS;
   return trf_error(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR,
                    "no view of the parent's format");
}

cl_int
trf_validate_image(const struct trf_context *context,
                   const struct trf_image_request *request,
                   struct trf_image_args *args)
{
   struct trf_mem *parent =
      request->desc ? trf_mem_from_handle(request->desc->mem_object) : NULL;

   /* 5.3.1: some device has images. */
   if (!trf_context_has_images(context))
      return trf_error(CL_INVALID_OPERATION, "no device has images");

   cl_int error = trf_validate_mem_properties(request->properties);
   if (error)
      return error;

   error = validate_flags(parent, request->flags);
   if (error)
      return error;

   error = validate_format(request->format);
   if (error)
      return error;

   *args = (struct trf_image_args){
      .flags = trf_complete_mem_flags(request->flags, parent),
      .format = trf_format_find(request->format),
      .parent = parent,
      .host_ptr = request->host_ptr,
      .properties = request->properties,
   };

   error = validate_desc(context, request, args);
   if (error)
      return error;
   args->desc = *request->desc;

   error = validate_view_format(args);
   if (error)
      return error;

   error = validate_size(context, request->desc, parent, args->row_pitch);
   if (error)
      return error;

   error = validate_image_host_ptr(request);
   if (error)
      return error;

   return validate_support(context, args);
}
