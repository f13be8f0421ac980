/* SPDX-License-Identifier: MIT */

#include "compiler/mipmap_functions.h"

#include <string.h>

#include "compiler/text.h"

/*
 * What is declared here hides clang's own functions of the same names, so
 * all of them are here, with a level and without.  whole: the type of integer
 * coordinates, point: of others, slope: of gradients.
 */
static const char declarations[] =
   "#if __OPENCL_C_VERSION__ < 200\n"
   /* clang does not know the extension's name then, either. */
   "#pragma clang diagnostic ignored \"-Wignored-pragmas\"\n"
   "#define cl_khr_mipmap_image 1\n"
   "#define __TRF_READ __attribute__((overloadable, pure))\n"
   "#define __TRF_WRITE __attribute__((overloadable))\n"

   "#define __TRF_READ_AS(T, read, image, whole, point, slope) \\\n"
   "   __TRF_READ T read(read_only image, sampler_t, whole); \\\n"
   "   __TRF_READ T read(read_only image, sampler_t, point); \\\n"
   "   __TRF_READ T read(read_only image, sampler_t, point, float); \\\n"
   "   __TRF_READ T read(read_only image, sampler_t, point, slope, slope); \\\n"
   "   __TRF_READ T read(read_only image, whole);\n"

   "#ifdef __TRF_LEVEL_WRITES\n"
   "#define cl_khr_mipmap_image_writes 1\n"
   "#define __TRF_WRITE_AS(T, write, image, whole) \\\n"
   "   __TRF_WRITE void write(write_only image, whole, T); \\\n"
   "   __TRF_WRITE void write(write_only image, whole, int, T);\n"
   "#else\n"
   "#define __TRF_WRITE_AS(T, write, image, whole) \\\n"
   "   __TRF_WRITE void write(write_only image, whole, T);\n"
   "#endif\n"

   "#define __TRF_LEVELS(image) \\\n"
   "   __TRF_READ int get_image_num_mip_levels(read_only image); \\\n"
   "   __TRF_READ int get_image_num_mip_levels(write_only image);\n"

   "#define __TRF_READ_ALL(image, whole, point, slope) \\\n"
   "   __TRF_READ_AS(float4, read_imagef, image, whole, point, slope) \\\n"
   "   __TRF_READ_AS(int4, read_imagei, image, whole, point, slope) \\\n"
   "   __TRF_READ_AS(uint4, read_imageui, image, whole, point, slope)\n"
   "#define __TRF_WRITE_ALL(image, whole) \\\n"
   "   __TRF_WRITE_AS(float4, write_imagef, image, whole) \\\n"
   "   __TRF_WRITE_AS(int4, write_imagei, image, whole) \\\n"
   "   __TRF_WRITE_AS(uint4, write_imageui, image, whole)\n"

   "__TRF_READ_ALL(image1d_t, int, float, float)\n"
   "__TRF_READ_ALL(image1d_array_t, int2, float2, float)\n"
   "__TRF_READ_ALL(image2d_t, int2, float2, float2)\n"
   "__TRF_READ_ALL(image2d_array_t, int4, float4, float2)\n"
   "__TRF_READ_ALL(image3d_t, int4, float4, float4)\n"
   "__TRF_READ float4 read_imagef(read_only image1d_buffer_t, int);\n"
   "__TRF_READ int4 read_imagei(read_only image1d_buffer_t, int);\n"
   "__TRF_READ uint4 read_imageui(read_only image1d_buffer_t, int);\n"

   "__TRF_WRITE_ALL(image1d_t, int)\n"
   "__TRF_WRITE_ALL(image1d_array_t, int2)\n"
   "__TRF_WRITE_ALL(image2d_t, int2)\n"
   "__TRF_WRITE_ALL(image2d_array_t, int4)\n"
   "__TRF_WRITE void write_imagef(write_only image1d_buffer_t, int, float4);\n"
   "__TRF_WRITE void write_imagei(write_only image1d_buffer_t, int, int4);\n"
   "__TRF_WRITE void write_imageui(write_only image1d_buffer_t, int, uint4);\n"

   "__TRF_READ int get_image_num_mip_levels(read_only image3d_t);\n"
   "__TRF_LEVELS(image1d_t)\n"
   "__TRF_LEVELS(image1d_array_t)\n"
   "__TRF_LEVELS(image2d_t)\n"
   "__TRF_LEVELS(image2d_array_t)\n"

   "#ifdef cl_khr_3d_image_writes\n"
   "__TRF_WRITE_ALL(image3d_t, int4)\n"
   "__TRF_READ int get_image_num_mip_levels(write_only image3d_t);\n"
   "#endif\n"
   "#ifdef cl_khr_depth_images\n"
   "__TRF_READ_AS(float, read_imagef, image2d_depth_t, int2, float2, float2)\n"
   "__TRF_READ_AS(float, read_imagef, image2d_array_depth_t, int4, float4,\n"
   "              float2)\n"
   "__TRF_WRITE_AS(float, write_imagef, image2d_depth_t, int2)\n"
   "__TRF_WRITE_AS(float, write_imagef, image2d_array_depth_t, int4)\n"
   "__TRF_LEVELS(image2d_depth_t)\n"
   "__TRF_LEVELS(image2d_array_depth_t)\n"
   "#endif\n"

   "#undef __TRF_LEVELS\n"
   "#undef __TRF_LEVEL_WRITES\n"
   "#undef __TRF_READ\n"
   "#undef __TRF_READ_ALL\n"
   "#undef __TRF_READ_AS\n"
   "#undef __TRF_WRITE\n"
   "#undef __TRF_WRITE_ALL\n"
   "#undef __TRF_WRITE_AS\n"
   "#endif\n";

static bool
asks(const char *text)
{
   return strstr(text, "cl_khr_mipmap_image") != NULL;
}

void
trf_add_mipmap_functions(const struct trf_compiler_features *features,
                         const struct trf_source *source,
                         struct trf_text *text)
{
   bool asked = asks(source->text);
   for (unsigned i = 0; i < source->header_count; i++)
      asked |= asks(source->headers[i].source);
   if (!asked || !features->mipmaps)
      return;

   if (features->mipmap_writes)
      trf_text_append(text, "#define __TRF_LEVEL_WRITES\n");
   trf_text_append(text, declarations);
   /* What comes before is not the client's. */
   trf_text_append(text, "#line 1\n");
}
