/* SPDX-License-Identifier: MIT */

/* What the demo's second part runs; focus_check.c does the same in C. */

#pragma OPENCL EXTENSION cl_khr_mipmap_image : enable

/* Within `clear` of the middle, level 0; then `steep` levels a unit. */
kernel void
focus(read_only image2d_t pyramid, sampler_t trilinear, float clear,
      float steep, write_only image2d_t out)
{
   const int2 pixel = (int2)(get_global_id(0), get_global_id(1));
   const float2 size = convert_float2(get_image_dim(out));
   const float2 coord = (convert_float2(pixel) + 0.5f) / size;

   /* 0 in the middle, 1 where the nearest edges are. */
   const float distance = length(2 * coord - 1);
   const float lod = steep * fmax(distance - clear, 0.0f);

   write_imagef(out, pixel, read_imagef(pyramid, trilinear, coord, lod));
}

constant sampler_t edge =
   CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE |
   CLK_FILTER_NEAREST;

/* Weighs 1 2 1 in both directions. */
kernel void
blur(read_only image2d_t in, write_only image2d_t out)
{
   const int2 pixel = (int2)(get_global_id(0), get_global_id(1));
   float4 sum = 0;

   for (int y = -1; y <= 1; y++) {
      for (int x = -1; x <= 1; x++) {
         const float weight = (2 - abs(x)) * (2 - abs(y)) / 16.0f;
         sum += weight * read_imagef(in, edge, pixel + (int2)(x, y));
      }
   }
   write_imagef(out, pixel, sum);
}
