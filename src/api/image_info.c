/* SPDX-License-Identifier: MIT */

/* 5.3.2 "Querying List of Supported Image Formats" and 5.3.7 "Image Object
 * Queries".
 */

#include "api/image_validate.h"
#include "api/memory.h"
#include "core/image.h"

static bool
context_supports(const struct trf_context *context,
                 const struct trf_format *format, cl_mem_object_type type,
                 unsigned wanted)
{
   /* The union over the devices: one of them is enough. */
   for (unsigned i = 0; i < context->device_count; i++) {
      const unsigned uses =
         trf_device_image_uses(context->devices[i], format, type);
      if ((uses & wanted) == wanted)
         return true;
   }
   return false;
}

static cl_int
validate_formats_query(const struct trf_context *context, cl_mem_flags flags,
                       cl_mem_object_type type, cl_uint num_entries,
                       const cl_image_format *formats)
{
   /* 5.3.2: the context must be valid. */
   if (!context)
      return trf_error(CL_INVALID_CONTEXT, "context is not valid");

   /* 5.3.2: flags; reading and writing in one kernel instance may be asked
    * for beside READ_WRITE, which it implies.
    */
   const cl_mem_flags both = CL_MEM_KERNEL_READ_AND_WRITE;
   if ((flags & both) && (flags & (CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY)))
      return trf_error(CL_INVALID_VALUE,
                       "CL_MEM_KERNEL_READ_AND_WRITE with half an access");
   const cl_int error = trf_validate_mem_flags(flags & ~both);
   if (error)
      return error;

   /* 5.3.2: one of the six types. */
   if (!trf_image_type_valid(type))
      return trf_error(CL_INVALID_VALUE, "image_type is 0x%x", type);

   /* 5.3.2: room for entries. */
   if (num_entries == 0 && formats)
      return trf_error(CL_INVALID_VALUE, "num_entries is 0");
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetSupportedImageFormats(cl_context context_handle, cl_mem_flags flags,
                               cl_mem_object_type image_type,
                               cl_uint num_entries,
                               cl_image_format *image_formats,
                               cl_uint *num_image_formats)
{
   const struct trf_context *context =
      trf_context_from_handle(context_handle);
   const cl_int error = validate_formats_query(context, flags, image_type,
                                               num_entries, image_formats);
   if (error)
      return error;

   const unsigned wanted = trf_image_wanted_uses(flags);
   unsigned table_count;
   const struct trf_format *table = trf_formats(&table_count);
   cl_uint count = 0;
   for (unsigned i = 0; i < table_count; i++) {
      if (!context_supports(context, &table[i], image_type, wanted))
         continue;
      if (image_formats && count < num_entries)
         image_formats[count] = table[i].cl;
      count++;
   }

   if (num_image_formats)
      *num_image_formats = count;
   return CL_SUCCESS;
}

static cl_int
get_format(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *image = object;
   return trf_info_bytes(out, &image->image.format->cl,
                         sizeof(image->image.format->cl));
}

static cl_int
get_element_size(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *image = object;
   return trf_info_size(out, image->image.format->element);
}

/* Dimensions that a type lacks are reported as 0. */
static cl_int
get_height(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *image = object;
   const bool has_height = image->type == CL_MEM_OBJECT_IMAGE2D ||
                           image->type == CL_MEM_OBJECT_IMAGE2D_ARRAY ||
                           image->type == CL_MEM_OBJECT_IMAGE3D;
   return trf_info_size(out, has_height ? image->image.height : 0);
}

static cl_int
get_depth(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *image = object;
   const bool has_depth = image->type == CL_MEM_OBJECT_IMAGE3D;
   return trf_info_size(out, has_depth ? image->image.depth : 0);
}

static cl_int
get_array_size(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *image = object;
   const bool is_array = trf_image_is_array(image->type);
   return trf_info_size(out,
                        is_array ? image->image.desc.image_array_size : 0);
}

static cl_int
get_buffer(const void *object, struct trf_info_out *out)
{
   const struct trf_mem *image = object;
   const bool of_buffer =
      image->parent && image->parent->type == CL_MEM_OBJECT_BUFFER;
   return trf_info_pointer(out,
                           of_buffer ? image->parent->base.handle : NULL);
}

static const struct trf_info_row image_info_rows[] = {
   TRF_INFO_GET(CL_IMAGE_FORMAT, get_format),
   TRF_INFO_GET(CL_IMAGE_ELEMENT_SIZE, get_element_size),
   TRF_INFO_FIELD(CL_IMAGE_ROW_PITCH, struct trf_mem, image.row_pitch),
   TRF_INFO_FIELD(CL_IMAGE_SLICE_PITCH, struct trf_mem, image.slice_pitch),
   TRF_INFO_FIELD(CL_IMAGE_WIDTH, struct trf_mem, image.width),
   TRF_INFO_GET(CL_IMAGE_HEIGHT, get_height),
   TRF_INFO_GET(CL_IMAGE_DEPTH, get_depth),
   TRF_INFO_GET(CL_IMAGE_ARRAY_SIZE, get_array_size),
   TRF_INFO_GET(CL_IMAGE_BUFFER, get_buffer),
   TRF_INFO_FIELD(CL_IMAGE_NUM_MIP_LEVELS, struct trf_mem,
                  image.desc.num_mip_levels),
   TRF_INFO_FIELD(CL_IMAGE_NUM_SAMPLES, struct trf_mem,
                  image.desc.num_samples),
};

const struct trf_info_table trf_image_info = TRF_INFO_TABLE(image_info_rows);

CL_API_ENTRY cl_int CL_API_CALL
trf_clGetImageInfo(cl_mem image_handle, cl_image_info param_name,
                   size_t param_value_size, void *param_value,
                   size_t *param_value_size_ret)
{
   /* 5.3.7: a valid image object. */
   const struct trf_mem *image = trf_mem_from_handle(image_handle);
   if (!image || !trf_mem_is_image(image))
      return trf_error(CL_INVALID_MEM_OBJECT, "image is not valid");

   return trf_info_query(&trf_image_info, image, param_name, param_value_size,
                         param_value, param_value_size_ret);
}
