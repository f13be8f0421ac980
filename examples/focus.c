/* SPDX-License-Identifier: MIT */

#include "focus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CL/cl_ext.h>

#include "common.h"
#include "focus_check.h"

#ifndef FOCUS_SOURCE
#define FOCUS_SOURCE "focus.cl"
#endif

/* See focus.cl. */
static const cl_float clear = 0.25f, steep = 4;

struct focus {
   cl_context context;
   cl_device_id device;
   cl_command_queue queue;
   size_t width, height;
   cl_program program;
   cl_mem focused, blurred;
};

/* Whether a list of words between spaces has this one. */
static bool
has_word(const char *list, const char *word)
{
   const size_t length = strlen(word);
   for (; (list = strstr(list, word)) != NULL; list += length) {
      if (list[length] == ' ' || list[length] == '\0')
         return true;
   }
   return false;
}

/* Why the device cannot go on from the pyramid; NULL if it can. */
static const char *
what_is_missing(cl_device_id device)
{
   cl_bool compiler = CL_FALSE;
   check(clGetDeviceInfo(device, CL_DEVICE_COMPILER_AVAILABLE,
                         sizeof(compiler), &compiler, NULL),
         "clGetDeviceInfo");
   if (!compiler)
      return "compiler";

   size_t size;
   check(clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, 0, NULL, &size),
         "clGetDeviceInfo");
   char *extensions = malloc(size);
   if (extensions == NULL)
      fail("memory", "there is not enough");
   check(
      clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, size, extensions, NULL),
      "clGetDeviceInfo");
   const bool mipmaps = has_word(extensions, "cl_khr_mipmap_image");
   free(extensions);
   return mipmaps ? NULL : "cl_khr_mipmap_image";
}

static char *
load_text(const char *name)
{
   FILE *file = fopen(name, "rb");
   if (file == NULL)
      fail(name, "cannot be opened");

   enum { MAX_TEXT = 1 << 16 };
   char *text = calloc(1, MAX_TEXT);
   if (text == NULL)
      fail("memory", "there is not enough");
   if (fread(text, 1, MAX_TEXT, file) == MAX_TEXT || ferror(file))
      fail(name, "cannot be read, or is too long");
   fclose(file);
   return text;
}

static void
print_build_log(cl_program program, cl_device_id device)
{
   static char log[1 << 14];
   if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG,
                             sizeof(log) - 1, log, NULL) == CL_SUCCESS)
      fputs(log, stderr);
}

static cl_program
build_program(const struct focus *focus)
{
   char *source = load_text(FOCUS_SOURCE);
   const char *strings[] = {source};
   cl_int error;
   cl_program program =
      clCreateProgramWithSource(focus->context, 1, strings, NULL, &error);
   check(error, "clCreateProgramWithSource");
   free(source);

   const double start = now_us();
   error =
      clBuildProgram(program, 1, &focus->device, "-cl-std=CL3.0", NULL, NULL);
   if (error != CL_SUCCESS)
      print_build_log(program, focus->device);
   check(error, "clBuildProgram");
   printf("\nThe kernels were built in %.1f ms.\n", (now_us() - start) / 1e3);
   return program;
}

static cl_mem
create_image(const struct focus *focus)
{
   const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = focus->width,
      .image_height = focus->height,
   };
   cl_int error;
   cl_mem image = clCreateImage(focus->context, CL_MEM_READ_WRITE, &format,
                                &desc, NULL, &error);
   check(error, "clCreateImage");
   return image;
}

static void
open_focus(struct focus *focus, cl_mem pyramid)
{
   check(clGetCommandQueueInfo(focus->queue, CL_QUEUE_CONTEXT,
                               sizeof(focus->context), &focus->context, NULL),
         "clGetCommandQueueInfo");
   check(clGetImageInfo(pyramid, CL_IMAGE_WIDTH, sizeof(focus->width),
                        &focus->width, NULL),
         "clGetImageInfo");
   check(clGetImageInfo(pyramid, CL_IMAGE_HEIGHT, sizeof(focus->height),
                        &focus->height, NULL),
         "clGetImageInfo");
   focus->program = build_program(focus);
   focus->focused = create_image(focus);
   focus->blurred = create_image(focus);
}

static void
close_focus(const struct focus *focus)
{
   clReleaseMemObject(focus->blurred);
   clReleaseMemObject(focus->focused);
   clReleaseProgram(focus->program);
}

/* Filters within a level and between levels. */
static cl_sampler
create_trilinear(cl_context context)
{
   const cl_sampler_properties properties[] = {
      CL_SAMPLER_NORMALIZED_COORDS,
      CL_TRUE,
      CL_SAMPLER_ADDRESSING_MODE,
      CL_ADDRESS_CLAMP_TO_EDGE,
      CL_SAMPLER_FILTER_MODE,
      CL_FILTER_LINEAR,
      CL_SAMPLER_MIP_FILTER_MODE_KHR,
      CL_FILTER_LINEAR,
      0,
   };
   cl_int error;
   cl_sampler sampler =
      clCreateSamplerWithProperties(context, properties, &error);
   check(error, "clCreateSamplerWithProperties");
   return sampler;
}

static cl_kernel
create_kernel(const struct focus *focus, const char *name)
{
   cl_int error;
   cl_kernel kernel = clCreateKernel(focus->program, name, &error);
   check(error, "clCreateKernel");
   return kernel;
}

static void
set_arg(cl_kernel kernel, cl_uint index, size_t size, const void *value)
{
   check(clSetKernelArg(kernel, index, size, value), "clSetKernelArg");
}

/* One work-item a pixel. A command keeps its kernel, so we need not. */
static void
enqueue_and_release(const struct focus *focus, cl_kernel kernel)
{
   const size_t global[] = {focus->width, focus->height};
   check(clEnqueueNDRangeKernel(focus->queue, kernel, 2, NULL, global, NULL,
                                0, NULL, NULL),
         "clEnqueueNDRangeKernel");
   check(clReleaseKernel(kernel), "clReleaseKernel");
}

static void
enqueue_focus(const struct focus *focus, cl_mem pyramid)
{
   cl_kernel kernel = create_kernel(focus, "focus");
   cl_sampler trilinear = create_trilinear(focus->context);
   set_arg(kernel, 0, sizeof(pyramid), &pyramid);
   set_arg(kernel, 1, sizeof(trilinear), &trilinear);
   set_arg(kernel, 2, sizeof(clear), &clear);
   set_arg(kernel, 3, sizeof(steep), &steep);
   set_arg(kernel, 4, sizeof(focus->focused), &focus->focused);
   enqueue_and_release(focus, kernel);
   check(clReleaseSampler(trilinear), "clReleaseSampler");
}

static void
enqueue_blur(const struct focus *focus)
{
   cl_kernel kernel = create_kernel(focus, "blur");
   set_arg(kernel, 0, sizeof(focus->focused), &focus->focused);
   set_arg(kernel, 1, sizeof(focus->blurred), &focus->blurred);
   enqueue_and_release(focus, kernel);
}

/* Waits for what was enqueued before. */
static struct pixels
map_image(cl_command_queue queue, cl_mem image, unsigned level, size_t width,
          size_t height)
{
   const size_t origin[] = {0, 0, level}, region[] = {width, height, 1};
   struct pixels mapped = {NULL, width, height, 0};
   cl_int error;
   mapped.data =
      clEnqueueMapImage(queue, image, CL_TRUE, CL_MAP_READ, origin, region,
                        &mapped.pitch, NULL, 0, NULL, NULL, &error);
   check(error, "clEnqueueMapImage");
   return mapped;
}

static void
unmap_image(cl_command_queue queue, cl_mem image, const struct pixels *mapped)
{
   check(clEnqueueUnmapMemObject(queue, image, mapped->data, 0, NULL, NULL),
         "clEnqueueUnmapMemObject");
}

static bool
check_focus(const struct focus *focus, cl_mem pyramid, unsigned count,
            const struct pixels *focused)
{
   struct pixels levels[MAX_LEVELS];
   size_t width = focus->width, height = focus->height;
   for (unsigned i = 0; i < count; i++) {
      levels[i] = map_image(focus->queue, pyramid, i, width, height);
      width = width > 1 ? width / 2 : 1;
      height = height > 1 ? height / 2 : 1;
   }

   struct pixels expected = pixels_create(focus->width, focus->height);
   focus_on_host(levels, count, clear, steep, &expected);
   const bool right = compare_pixels("focus", focused, &expected);

   free(expected.data);
   for (unsigned i = 0; i < count; i++)
      unmap_image(focus->queue, pyramid, &levels[i]);
   return right;
}

/* Of what the device has made so far, so that errors don't add up. */
static bool
check_blur(const struct pixels *focused, const struct pixels *blurred)
{
   struct pixels expected = pixels_create(blurred->width, blurred->height);
   blur_on_host(focused, &expected);
   const bool right = compare_pixels("blur", blurred, &expected);
   free(expected.data);
   return right;
}

/* sheet.png becomes sheet-focus.png. */
static void
save_beside(const char *sheet_name, const struct pixels *image)
{
   size_t length = strlen(sheet_name);
   if (length > 4 && strcmp(sheet_name + length - 4, ".png") == 0)
      length -= 4;

   char name[4096];
   const int needed =
      snprintf(name, sizeof(name), "%.*s-focus.png", (int)length, sheet_name);
   if (needed < 0 || (size_t)needed >= sizeof(name))
      fail(sheet_name, "the name is too long");
   png_save(name, image);
   printf("The picture in focus is in %s.\n", name);
}

bool
focus_picture(cl_command_queue queue, cl_mem pyramid, unsigned levels,
              const char *sheet_name)
{
   struct focus focus = {.queue = queue};
   check(clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof(focus.device),
                               &focus.device, NULL),
         "clGetCommandQueueInfo");
   const char *missing = what_is_missing(focus.device);
   if (missing != NULL) {
      printf("The device has no %s, so no kernel goes on from here.\n",
             missing);
      return true;
   }

   open_focus(&focus, pyramid);
   enqueue_focus(&focus, pyramid);
   enqueue_blur(&focus);

   struct pixels focused =
      map_image(queue, focus.focused, 0, focus.width, focus.height);
   struct pixels blurred =
      map_image(queue, focus.blurred, 0, focus.width, focus.height);
   bool right = check_focus(&focus, pyramid, levels, &focused);
   right = check_blur(&focused, &blurred) && right;
   save_beside(sheet_name, &blurred);

   unmap_image(queue, focus.blurred, &blurred);
   unmap_image(queue, focus.focused, &focused);
   check(clFinish(queue), "clFinish");
   close_focus(&focus);
   return right;
}
