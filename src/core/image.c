/* SPDX-License-Identifier: MIT */

#include "core/image.h"

#include <assert.h>

#include "core/device.h"
#include "core/storage.h"
#include "util/macros.h"
#include "util/trf_checked.h"
#include "util/u_math.h"

bool
trf_image_type_valid(cl_mem_object_type type)
{
   switch (type) {
   case CL_MEM_OBJECT_IMAGE1D:
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
   case CL_MEM_OBJECT_IMAGE1D_BUFFER:
   case CL_MEM_OBJECT_IMAGE2D:
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
   case CL_MEM_OBJECT_IMAGE3D:
      return true;
   default:
      return false;
   }
}

bool
trf_image_is_array(cl_mem_object_type type)
{
   return type == CL_MEM_OBJECT_IMAGE1D_ARRAY ||
          type == CL_MEM_OBJECT_IMAGE2D_ARRAY;
}

enum trf_target
trf_image_target(cl_mem_object_type type)
{
   switch (type) {
   case CL_MEM_OBJECT_IMAGE1D:
      return TRF_TARGET_1D;
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return TRF_TARGET_1D_ARRAY;
   case CL_MEM_OBJECT_IMAGE2D:
      return TRF_TARGET_2D;
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      return TRF_TARGET_2D_ARRAY;
   case CL_MEM_OBJECT_IMAGE3D:
      return TRF_TARGET_3D;
   default:
      assert(type == CL_MEM_OBJECT_IMAGE1D_BUFFER);
      return TRF_TARGET_BUFFER;
   }
}

unsigned
trf_image_coordinates(cl_mem_object_type type)
{
   switch (type) {
   case CL_MEM_OBJECT_IMAGE1D:
   case CL_MEM_OBJECT_IMAGE1D_BUFFER:
      return 1;
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
   case CL_MEM_OBJECT_IMAGE2D:
      return 2;
   default:
      assert(trf_image_type_valid(type));
      return 3;
   }
}

bool
trf_image_has_slices(cl_mem_object_type type)
{
   return trf_image_is_array(type) || type == CL_MEM_OBJECT_IMAGE3D;
}

unsigned
trf_image_wanted_uses(cl_mem_flags flags)
{
   if (flags & CL_MEM_KERNEL_READ_AND_WRITE)
      return TRF_FORMAT_SAMPLED | TRF_FORMAT_STORED | TRF_FORMAT_LOADED;
   if (flags & CL_MEM_READ_ONLY)
      return TRF_FORMAT_SAMPLED;
   if (flags & CL_MEM_WRITE_ONLY)
      return TRF_FORMAT_STORED;
   return TRF_FORMAT_SAMPLED | TRF_FORMAT_STORED;
}

unsigned
trf_device_image_uses(const struct trf_device *device,
                      const struct trf_format *format,
                      cl_mem_object_type type)
{
   if (!device->image_support)
      return 0;

   /* OpenCL C has image2d_depth_t and image2d_array_depth_t, no others. */
   if (format->depth && type != CL_MEM_OBJECT_IMAGE2D &&
       type != CL_MEM_OBJECT_IMAGE2D_ARRAY)
      return 0;

   return trf_screen_format_uses(device->screen, format->pipe,
                                 trf_image_target(type));
}

static bool
side_fits(size_t size, size_t max)
{
   return size >= 1 && size <= max;
}

bool
trf_device_image_fits(const struct trf_device *device,
                      const cl_image_desc *desc)
{
   const struct trf_device_limits *limits = &device->limits;
   const bool layers_fit =
      !trf_image_is_array(desc->image_type) ||
      side_fits(desc->image_array_size, limits->image_layers);

   switch (desc->image_type) {
   case CL_MEM_OBJECT_IMAGE1D_BUFFER:
      return side_fits(desc->image_width, limits->image_buffer);
   case CL_MEM_OBJECT_IMAGE1D:
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return side_fits(desc->image_width, limits->image_2d_width) &&
             layers_fit;
   case CL_MEM_OBJECT_IMAGE2D:
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      return side_fits(desc->image_width, limits->image_2d_width) &&
             side_fits(desc->image_height, limits->image_2d_height) &&
             layers_fit;
   default:
      assert(desc->image_type == CL_MEM_OBJECT_IMAGE3D);
      return side_fits(desc->image_width, limits->image_3d_width) &&
             side_fits(desc->image_height, limits->image_3d_height) &&
             side_fits(desc->image_depth, limits->image_3d_depth);
   }
}

/* The extent in OpenCL's terms; members that the type lacks are ignored. */
static void
desc_extent(const cl_image_desc *desc, struct trf_box *extent)
{
   *extent = (struct trf_box){
      .width = desc->image_width,
      .height = 1,
      .depth = 1,
   };

   switch (desc->image_type) {
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      extent->height = desc->image_array_size;
      break;
   case CL_MEM_OBJECT_IMAGE2D:
      extent->height = desc->image_height;
      break;
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      extent->height = desc->image_height;
      extent->depth = desc->image_array_size;
      break;
   case CL_MEM_OBJECT_IMAGE3D:
      extent->height = desc->image_height;
      extent->depth = desc->image_depth;
      break;
   default:
      break;
   }
}

unsigned
trf_image_max_levels(const cl_image_desc *desc)
{
   struct trf_box extent;
   desc_extent(desc, &extent);

   size_t side = extent.width;
   if (desc->image_type != CL_MEM_OBJECT_IMAGE1D_ARRAY)
      side = MAX2(side, extent.height);
   if (desc->image_type == CL_MEM_OBJECT_IMAGE3D)
      side = MAX2(side, extent.depth);
   return MIN2(util_logbase2_64(side) + 1, TRF_MAX_LEVELS);
}

bool
trf_device_takes_image(const struct trf_device *device,
                       const struct trf_mem *image)
{
   const unsigned wanted = trf_image_wanted_uses(image->flags);
   const unsigned uses =
      trf_device_image_uses(device, image->image.format, image->type);
   return (uses & wanted) == wanted &&
          trf_device_image_fits(device, &image->image.desc);
}

void
trf_image_level_extent(const struct trf_mem *image, unsigned level,
                       struct trf_box *extent)
{
   const struct trf_image_info *info = &image->image;
   assert(level < info->levels);

   *extent = (struct trf_box){
      .width = trf_minify(info->width, level),
      .height = info->height,
      .depth = info->depth,
   };
   if (image->type != CL_MEM_OBJECT_IMAGE1D_ARRAY)
      extent->height = trf_minify(info->height, level);
   if (image->type != CL_MEM_OBJECT_IMAGE2D_ARRAY)
      extent->depth = trf_minify(info->depth, level);
}

void
trf_image_host_layout(const struct trf_mem *image, struct trf_layout *layout)
{
   const struct trf_image_info *info = &image->image;

   layout->element = info->format->element;
   layout->row = info->row_pitch;
   layout->slice = info->slice_pitch;

   /* The layer of a 1D array is y: from row to row is from layer to layer.
    * Where there are no slices, what lies behind the last row is one.
    */
   if (image->type == CL_MEM_OBJECT_IMAGE1D_ARRAY)
      layout->row = info->slice_pitch;
   else if (!trf_image_has_slices(image->type))
      layout->slice = info->row_pitch * info->height;
}

/*
 * CL_MEM_SIZE: the pixels of all levels, or the part of a buffer that they
 * take.  Padding is the driver's own affair.  False on overflow.
 */
static bool
image_size(const struct trf_mem *image, size_t *size)
{
   struct trf_layout layout;
   struct trf_box extent;

   if (image->parent && trf_mem_is_image(image->parent)) {
      *size = image->parent->size;
      return true;
   }
   if (image->parent) {
      trf_image_host_layout(image, &layout);
      trf_image_level_extent(image, 0, &extent);
      return trf_layout_span(&layout, &extent, size);
   }

   *size = 0;
   for (unsigned level = 0; level < image->image.levels; level++) {
      size_t bytes;
      trf_image_level_extent(image, level, &extent);
      if (!trf_layout_tight(image->image.format->element, &extent, &layout) ||
          !trf_layout_span(&layout, &extent, &bytes) ||
          !trf_add(*size, bytes, size))
         return false;
   }
   return true;
}

static void
image_info_init(struct trf_image_info *info,
                const struct trf_image_args *args)
{
   struct trf_box extent;
   desc_extent(&args->desc, &extent);

   info->format = args->format;
   info->desc = args->desc;
   info->row_pitch = args->row_pitch;
   info->slice_pitch = args->slice_pitch;
   info->levels = MAX2(args->desc.num_mip_levels, 1);
   info->width = extent.width;
   info->height = extent.height;
   info->depth = extent.depth;
}

cl_int
trf_image_create(struct trf_context *context,
                 const struct trf_image_args *args, struct trf_mem **out)
{
   assert(trf_image_type_valid(args->desc.image_type));
   assert(!args->parent || !args->host_ptr);

   struct trf_mem *mem =
      trf_mem_new(context, args->desc.image_type, args->flags,
                  args->properties, args->parent);
   if (!mem)
      return CL_OUT_OF_HOST_MEMORY;

   image_info_init(&mem->image, args);
   if (args->flags & CL_MEM_USE_HOST_PTR)
      mem->host_ptr = args->host_ptr;

   cl_int error = CL_MEM_OBJECT_ALLOCATION_FAILURE;
   if (!image_size(mem, &mem->size))
      goto fail_mem;

   if (!args->parent) {
      error = trf_storage_init(mem, args->host_ptr);
      if (error)
         goto fail_mem;
   }

   *out = mem;
   return CL_SUCCESS;

fail_mem:
   trf_mem_unref(mem);
   return error;
}
