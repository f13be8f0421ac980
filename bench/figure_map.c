/* SPDX-License-Identifier: MIT */

/* Maps: blocking map, unmap, finish. */

#include "figure.h"

#include <stdint.h>
#include <string.h>

static void *
map_image(struct figure_run *run, cl_map_flags flags, size_t *pitch,
          cl_int *error)
{
   const size_t origin[3] = {0};
   const size_t region[3] = {run->figure->width, run->figure->height, 1};
   void *pointer =
      clEnqueueMapImage(run->device->queue, run->memory, CL_TRUE, flags,
                        origin, region, pitch, NULL, 0, NULL, NULL, error);
   called(run, *error, "clEnqueueMapImage");
   return pointer;
}

static cl_int
unmap_and_finish(struct figure_run *run, void *pointer)
{
   cl_int error = clEnqueueUnmapMemObject(run->device->queue, run->memory,
                                          pointer, 0, NULL, NULL);
   if (error != CL_SUCCESS)
      return called(run, error, "clEnqueueUnmapMemObject");
   return called(run, clFinish(run->device->queue), "clFinish");
}

static cl_int
map_image_once(struct figure_run *run)
{
   size_t pitch;
   cl_int error;
   void *pointer = map_image(run, run->figure->flags, &pitch, &error);
   if (error != CL_SUCCESS)
      return error;
   return unmap_and_finish(run, pointer);
}

const struct figure_operations image_map_operations = {
   .begin = create_image,
   .once = map_image_once,
   .end = release_memory,
};

static cl_int
map_buffer_once(struct figure_run *run)
{
   cl_int error;
   void *pointer = clEnqueueMapBuffer(
      run->device->queue, run->memory, CL_TRUE, run->figure->flags, 0,
      run->figure->width, 0, NULL, NULL, &error);
   if (error != CL_SUCCESS)
      return called(run, error, "clEnqueueMapBuffer");
   return unmap_and_finish(run, pointer);
}

const struct figure_operations buffer_map_operations = {
   .begin = create_buffer,
   .once = map_buffer_once,
   .end = release_memory,
};

#define FILL_BYTE 0x5a

static cl_int
fill_once(struct figure_run *run)
{
   size_t pitch;
   cl_int error;
   uint8_t *pixels = map_image(run, run->figure->flags, &pitch, &error);
   if (error != CL_SUCCESS)
      return error;
   for (size_t y = 0; y < run->figure->height; y++)
      memset(pixels + y * pitch, FILL_BYTE, run->figure->width * PIXEL);
   return unmap_and_finish(run, pixels);
}

/* The last pixel is enough: a lost write loses it too. */
static bool
fill_arrived(struct figure_run *run)
{
   const size_t origin[3] = {run->figure->width - 1, run->figure->height - 1};
   const size_t region[3] = {1, 1, 1};
   uint32_t pixel = 0;
   return clEnqueueReadImage(run->device->queue, run->memory, CL_TRUE, origin,
                             region, 0, 0, &pixel, 0, NULL,
                             NULL) == CL_SUCCESS &&
          pixel == FILL_BYTE * 0x01010101u;
}

const struct figure_operations image_fill_operations = {
   .begin = create_image,
   .once = fill_once,
   .right = fill_arrived,
   .end = release_memory,
};
