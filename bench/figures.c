/* SPDX-License-Identifier: MIT */

#include "figure.h"

#include <string.h>

#define FULL   IMAGE_WIDTH, IMAGE_HEIGHT
#define TILE   64, 64
#define SIZE(n) (n), 1
#define KIB    ((size_t)1024)
#define MIB    (1024 * KIB)

#define READ       CL_MAP_READ
#define WRITE      CL_MAP_WRITE
#define READ_WRITE (CL_MAP_READ | CL_MAP_WRITE)
#define INVALIDATE CL_MAP_WRITE_INVALIDATE_REGION

#define US FIGURE_MICROSECONDS
#define GB FIGURE_GIGABYTES

/* clang-format off */
const struct figure map_figures[] = {
   {"map-full-read", "map image 4096x4096 READ", US,
    &image_map_operations, READ, FULL},
   {"map-full-write", "map image 4096x4096 WRITE", US,
    &image_map_operations, WRITE, FULL},
   {"map-full-read-write", "map image 4096x4096 READ|WRITE", US,
    &image_map_operations, READ_WRITE, FULL},
   {"map-full-invalidate", "map image 4096x4096 INVALIDATE", US,
    &image_map_operations, INVALIDATE, FULL},
   {"map-tile-read", "map image 64x64 READ", US,
    &image_map_operations, READ, TILE},
   {"map-tile-write", "map image 64x64 WRITE", US,
    &image_map_operations, WRITE, TILE},
   {"map-tile-read-write", "map image 64x64 READ|WRITE", US,
    &image_map_operations, READ_WRITE, TILE},
   {"map-tile-invalidate", "map image 64x64 INVALIDATE", US,
    &image_map_operations, INVALIDATE, TILE},
   {"map-buffer-64m", "map buffer 64 MiB READ|WRITE", US,
    &buffer_map_operations, READ_WRITE, SIZE(64 * MIB)},
   {"map-buffer-4k", "map buffer 4 KiB READ|WRITE", US,
    &buffer_map_operations, READ_WRITE, SIZE(4 * KIB)},
   {"map-fill", "map INVALIDATE, fill, unmap 4096x4096", GB,
    &image_fill_operations, INVALIDATE, FULL},
   {"write-image-full", "WriteImage 4096x4096", GB,
    &image_write_operations, 0, FULL},
   {"read-image-full", "ReadImage 4096x4096", GB,
    &image_read_operations, 0, FULL},
   {"write-image-tile", "WriteImage 64x64", GB,
    &image_write_operations, 0, TILE},
   {"read-image-tile", "ReadImage 64x64", GB,
    &image_read_operations, 0, TILE},
   {"write-buffer-64m", "WriteBuffer 64 MiB", GB,
    &buffer_write_operations, 0, SIZE(64 * MIB)},
   {"read-buffer-64m", "ReadBuffer 64 MiB", GB,
    &buffer_read_operations, 0, SIZE(64 * MIB)},
};
/* clang-format on */
const unsigned map_figure_count =
   sizeof(map_figures) / sizeof(map_figures[0]);

const struct figure_group figure_groups[] = {
   {"map", map_figures, &map_figure_count},
   {"kernel", kernel_figures, &kernel_figure_count},
};
const unsigned figure_group_count =
   sizeof(figure_groups) / sizeof(figure_groups[0]);

const struct figure *
figure_find(const char *name)
{
   for (unsigned g = 0; g < figure_group_count; g++) {
      const struct figure_group *group = &figure_groups[g];
      for (unsigned i = 0; i < *group->count; i++) {
         if (strcmp(group->figures[i].name, name) == 0)
            return &group->figures[i];
      }
   }
   return NULL;
}

static bool
is_buffer(const struct figure *figure)
{
   return figure->height == 1;
}

double
figure_bytes(const struct figure *figure)
{
   if (is_buffer(figure))
      return figure->width;
   return (double)figure->width * figure->height * PIXEL;
}

double
figure_value(const struct figure *figure, double seconds)
{
   const double work = figure->work > 0 ? figure->work : figure_bytes(figure);

   switch (figure->unit) {
   case FIGURE_MICROSECONDS:
      return seconds * 1e6 / (figure->repeats > 0 ? figure->repeats : 1);
   case FIGURE_MEGAPIXELS:
      return work / seconds / 1e6;
   default:
      return work / seconds / 1e9;
   }
}

const char *
figure_unit_name(const struct figure *figure)
{
   switch (figure->unit) {
   case FIGURE_MICROSECONDS:
      return "us";
   case FIGURE_GIGAFLOPS:
      return "GFLOP/s";
   case FIGURE_MEGAPIXELS:
      return "Mpixel/s";
   default:
      return "GB/s";
   }
}

cl_int
create_image(struct figure_run *run)
{
   const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = IMAGE_WIDTH,
      .image_height = IMAGE_HEIGHT,
   };
   cl_int error;
   run->memory = clCreateImage(run->device->context, CL_MEM_READ_WRITE,
                               &format, &desc, NULL, &error);
   if (error != CL_SUCCESS)
      return called(run, error, "clCreateImage");

   /* Pages that were never touched would make the first runs slow. */
   const cl_uint colour[4] = {0, 0, 0, 0};
   const size_t origin[3] = {0};
   const size_t region[3] = {IMAGE_WIDTH, IMAGE_HEIGHT, 1};
   error = clEnqueueFillImage(run->device->queue, run->memory, colour, origin,
                              region, 0, NULL, NULL);
   if (error != CL_SUCCESS)
      return called(run, error, "clEnqueueFillImage");
   return called(run, clFinish(run->device->queue), "clFinish");
}

cl_int
create_buffer(struct figure_run *run)
{
   cl_int error;
   run->memory = clCreateBuffer(run->device->context, CL_MEM_READ_WRITE,
                                run->figure->width, NULL, &error);
   if (error != CL_SUCCESS)
      return called(run, error, "clCreateBuffer");

   const cl_uint zero = 0;
   error =
      clEnqueueFillBuffer(run->device->queue, run->memory, &zero,
                          sizeof(zero), 0, run->figure->width, 0, NULL, NULL);
   if (error != CL_SUCCESS)
      return called(run, error, "clEnqueueFillBuffer");
   return called(run, clFinish(run->device->queue), "clFinish");
}

void
release_memory(struct figure_run *run)
{
   if (run->memory != NULL)
      clReleaseMemObject(run->memory);
   run->memory = NULL;
}
