/* SPDX-License-Identifier: MIT */

/* Kernels: their launch, their build, and what they get done. */

#include "figure.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct kernel_state {
   cl_program program;
   cl_kernel kernel;
   cl_mem memory[2];
   unsigned builds; /* so far */
};

static struct kernel_state *
state_of(const struct figure_run *run)
{
   return run->state;
}

static cl_int
begin_state(struct figure_run *run)
{
   run->state = calloc(1, sizeof(struct kernel_state));
   return called(run, run->state ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY,
                 "calloc");
}

static void
release_kernel(struct kernel_state *state)
{
   if (state->kernel)
      clReleaseKernel(state->kernel);
   if (state->program)
      clReleaseProgram(state->program);
   state->kernel = NULL;
   state->program = NULL;
}

static void
end(struct figure_run *run)
{
   struct kernel_state *state = run->state;
   if (!state)
      return;
   release_kernel(state);
   for (unsigned i = 0; i < 2; i++) {
      if (state->memory[i])
         clReleaseMemObject(state->memory[i]);
   }
   free(state);
   run->state = NULL;
}

static cl_int
build(struct figure_run *run, const char *source)
{
   struct kernel_state *state = run->state;
   cl_int error;

   state->program = clCreateProgramWithSource(run->device->context, 1,
                                              &source, NULL, &error);
   if (error != CL_SUCCESS)
      return called(run, error, "clCreateProgramWithSource");
   error =
      clBuildProgram(state->program, 1, &run->device->id, NULL, NULL, NULL);
   if (error != CL_SUCCESS)
      return called(run, error, "clBuildProgram");
   state->kernel = clCreateKernel(state->program, "figure", &error);
   return called(run, error, "clCreateKernel");
}

static cl_int
begin_kernel(struct figure_run *run, const char *source)
{
   const cl_int error = begin_state(run);
   return error != CL_SUCCESS ? error : build(run, source);
}

static cl_int
set_mem(struct figure_run *run, cl_uint index, cl_mem memory)
{
   return called(
      run,
      clSetKernelArg(state_of(run)->kernel, index, sizeof(memory), &memory),
      "clSetKernelArg");
}

static cl_int
enqueue(struct figure_run *run, cl_uint dims)
{
   const size_t global[2] = {run->figure->width, run->figure->height};
   return called(run,
                 clEnqueueNDRangeKernel(run->device->queue,
                                        state_of(run)->kernel, dims, NULL,
                                        global, NULL, 0, NULL, NULL),
                 "clEnqueueNDRangeKernel");
}

static cl_int
finish(struct figure_run *run)
{
   return called(run, clFinish(run->device->queue), "clFinish");
}

static cl_int
run_1d_once(struct figure_run *run)
{
   const cl_int error = enqueue(run, 1);
   return error != CL_SUCCESS ? error : finish(run);
}

/* Launches. */

static cl_int
begin_launch(struct figure_run *run)
{
   return begin_kernel(run, "kernel void figure(void) {}");
}

static cl_int
launch_once(struct figure_run *run)
{
   cl_int error = CL_SUCCESS;
   for (unsigned i = 0; i < run->figure->repeats && error == CL_SUCCESS; i++)
      error = enqueue(run, 1);
   return error != CL_SUCCESS ? error : finish(run);
}

const struct figure_operations launch_operations = {
   .begin = begin_launch,
   .once = launch_once,
   .end = end,
};

/* Builds, up to a kernel that could be launched. */

#define SMALL_PROGRAM                                                         \
   "float square(float x) { return x * x; }\n"                                \
   "kernel void figure(global float *out, global const float *in, int n) {\n" \
   "   int i = get_global_id(0);\n"                                           \
   "   if (i < n)\n"                                                          \
   "      out[i] = square(in[i]) + sin(in[i]) * (n ^ SALT);\n"                      \
   "}\n"

static cl_int
build_salted(struct figure_run *run, uint32_t salt)
{
   char source[1024];
   snprintf(source, sizeof(source), "#define SALT %u\n%s", salt,
            SMALL_PROGRAM);
   release_kernel(run->state);
   return build(run, source);
}

static cl_int
build_new_once(struct figure_run *run)
{
   struct timespec time;
   clock_gettime(CLOCK_REALTIME, &time);
   /* No cache has seen it, of this process or another. */
   return build_salted(run, (uint32_t)time.tv_sec * 1000000007 +
                               (uint32_t)time.tv_nsec +
                               state_of(run)->builds++);
}

static cl_int
build_again_once(struct figure_run *run)
{
   return build_salted(run, 3);
}

const struct figure_operations build_new_operations = {
   .begin = begin_state,
   .once = build_new_once,
   .end = end,
};

const struct figure_operations build_again_operations = {
   .begin = begin_state,
   .once = build_again_once,
   .end = end,
};

/* Buffers of floats. */

static cl_int
create_floats(struct figure_run *run, unsigned index, cl_uint arg,
              float value)
{
   struct kernel_state *state = run->state;
   const size_t size = run->figure->width * sizeof(float);
   cl_int error;

   state->memory[index] = clCreateBuffer(
      run->device->context, CL_MEM_READ_WRITE, size, NULL, &error);
   if (error != CL_SUCCESS)
      return called(run, error, "clCreateBuffer");
   error = clEnqueueFillBuffer(run->device->queue, state->memory[index],
                               &value, sizeof(value), 0, size, 0, NULL, NULL);
   if (error != CL_SUCCESS)
      return called(run, error, "clEnqueueFillBuffer");
   return set_mem(run, arg, state->memory[index]);
}

static float
last_float(struct figure_run *run)
{
   float value = -1;
   clEnqueueReadBuffer(run->device->queue, state_of(run)->memory[0], CL_TRUE,
                       (run->figure->width - 1) * sizeof(value),
                       sizeof(value), &value, 0, NULL, NULL);
   return value;
}

static cl_int
begin_saxpy(struct figure_run *run)
{
   cl_int error = begin_kernel(
      run, "kernel void figure(global float *y, global const float *x)\n"
           "{ size_t i = get_global_id(0); y[i] = 0.5f * x[i] + y[i]; }\n");
   if (error == CL_SUCCESS)
      error = create_floats(run, 0, 0, 0);
   if (error == CL_SUCCESS)
      error = create_floats(run, 1, 1, 2);
   return error;
}

/* Each run adds 1. */
static bool
saxpy_arrived(struct figure_run *run)
{
   const float value = last_float(run);
   return value >= 1 && value == (float)(int)value;
}

const struct figure_operations saxpy_operations = {
   .begin = begin_saxpy,
   .once = run_1d_once,
   .right = saxpy_arrived,
   .end = end,
};

static cl_int
begin_mad(struct figure_run *run)
{
   char source[512];
   snprintf(source, sizeof(source),
            "kernel void figure(global float *out) {\n"
            "   float a = get_global_id(0), b = 1, c = 2, d = 3;\n"
            "   for (int i = 0; i < %d; i++) {\n"
            "      a = mad(a, 0.99f, b); b = mad(b, 0.99f, c);\n"
            "      c = mad(c, 0.99f, d); d = mad(d, 0.99f, a);\n"
            "   }\n"
            "   out[get_global_id(0)] = a + b + c + d;\n"
            "}\n",
            MAD_TURNS);
   const cl_int error = begin_kernel(run, source);
   return error != CL_SUCCESS ? error : create_floats(run, 0, 0, 0);
}

static bool
mad_arrived(struct figure_run *run)
{
   return last_float(run) > 0;
}

const struct figure_operations mad_operations = {
   .begin = begin_mad,
   .once = run_1d_once,
   .right = mad_arrived,
   .end = end,
};

/* Images: a blur with the weights 1 2 1, 2 4 2, 1 2 1. */

#define GREY 0x50

static const char blur_source[] =
   "constant sampler_t edge = CLK_NORMALIZED_COORDS_FALSE |\n"
   "   CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_NEAREST;\n"
   "kernel void figure(write_only image2d_t out, read_only image2d_t in) {\n"
   "   int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
   "   float4 sum = 0;\n"
   "   for (int y = -1; y <= 1; y++)\n"
   "      for (int x = -1; x <= 1; x++)\n"
   "         sum += read_imagef(in, edge, at + (int2)(x, y)) *\n"
   "                (float)((2 - abs(x)) * (2 - abs(y)));\n"
   "   write_imagef(out, at, sum / 16.0f);\n"
   "}\n";

static cl_int
create_picture(struct figure_run *run, unsigned index)
{
   const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
   const cl_image_desc desc = {
      .image_type = CL_MEM_OBJECT_IMAGE2D,
      .image_width = run->figure->width,
      .image_height = run->figure->height,
   };
   const float grey[4] = {GREY / 255.0f, GREY / 255.0f, GREY / 255.0f, 1};
   const size_t origin[3] = {0};
   const size_t region[3] = {run->figure->width, run->figure->height, 1};
   struct kernel_state *state = run->state;
   cl_int error;

   state->memory[index] = clCreateImage(
      run->device->context, CL_MEM_READ_WRITE, &format, &desc, NULL, &error);
   if (error != CL_SUCCESS)
      return called(run, error, "clCreateImage");
   error = clEnqueueFillImage(run->device->queue, state->memory[index], grey,
                              origin, region, 0, NULL, NULL);
   if (error != CL_SUCCESS)
      return called(run, error, "clEnqueueFillImage");
   return set_mem(run, index, state->memory[index]);
}

static cl_int
begin_blur(struct figure_run *run)
{
   cl_int error = begin_kernel(run, blur_source);
   for (unsigned i = 0; i < 2 && error == CL_SUCCESS; i++)
      error = create_picture(run, i);
   return error;
}

static cl_int
blur_once(struct figure_run *run)
{
   const cl_int error = enqueue(run, 2);
   return error != CL_SUCCESS ? error : finish(run);
}

static bool
blur_arrived(struct figure_run *run)
{
   const size_t origin[3] = {run->figure->width - 1, run->figure->height - 1,
                             0};
   const size_t region[3] = {1, 1, 1};
   uint8_t pixel[4] = {0};
   clEnqueueReadImage(run->device->queue, state_of(run)->memory[0], CL_TRUE,
                      origin, region, 0, 0, pixel, 0, NULL, NULL);
   return abs(pixel[0] - GREY) <= 1;
}

const struct figure_operations blur_operations = {
   .begin = begin_blur,
   .once = blur_once,
   .right = blur_arrived,
   .end = end,
};

static void *
map(struct figure_run *run, unsigned index, cl_map_flags flags, size_t *pitch,
    cl_int *error)
{
   const size_t origin[3] = {0};
   const size_t region[3] = {run->figure->width, run->figure->height, 1};
   void *pointer = clEnqueueMapImage(
      run->device->queue, state_of(run)->memory[index], CL_TRUE, flags,
      origin, region, pitch, NULL, 0, NULL, NULL, error);
   called(run, *error, "clEnqueueMapImage");
   return pointer;
}

static cl_int
unmap(struct figure_run *run, unsigned index, void *pointer)
{
   return called(run,
                 clEnqueueUnmapMemObject(run->device->queue,
                                         state_of(run)->memory[index],
                                         pointer, 0, NULL, NULL),
                 "clEnqueueUnmapMemObject");
}

/* What a player does: new pixels in, a filter, the result looked at. */
static cl_int
frame_once(struct figure_run *run)
{
   size_t pitch;
   cl_int error;
   uint8_t *pixels =
      map(run, 1, CL_MAP_WRITE_INVALIDATE_REGION, &pitch, &error);
   if (error != CL_SUCCESS)
      return error;
   for (size_t y = 0; y < run->figure->height; y++)
      memset(pixels + y * pitch, GREY, run->figure->width * PIXEL);
   error = unmap(run, 1, pixels);
   if (error == CL_SUCCESS)
      error = enqueue(run, 2);
   if (error != CL_SUCCESS)
      return error;

   pixels = map(run, 0, CL_MAP_READ, &pitch, &error);
   if (error != CL_SUCCESS)
      return error;
   uint32_t sum = 0;
   for (size_t y = 0; y < run->figure->height; y++)
      sum += pixels[y * pitch];
   error = unmap(run, 0, pixels);
   if (error == CL_SUCCESS)
      error = finish(run);
   if (error == CL_SUCCESS && sum == 0)
      return called(run, CL_INVALID_VALUE, "blur");
   return error;
}

const struct figure_operations frame_operations = {
   .begin = begin_blur,
   .once = frame_once,
   .right = blur_arrived,
   .end = end,
};
