/* SPDX-License-Identifier: MIT */

#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "figure.h"
#include "stats.h"

enum {
   MAX_PLATFORMS = 16,
   MAX_RUNS = 20000,
   MIN_RUNS = 3,
};

#define WARM_UP_SECONDS 0.05

static double
now(void)
{
   struct timespec time;
   clock_gettime(CLOCK_MONOTONIC, &time);
   return time.tv_sec + time.tv_nsec / 1e9;
}

static bool
has_images(cl_device_id device)
{
   cl_bool images = CL_FALSE;
   clGetDeviceInfo(device, CL_DEVICE_IMAGE_SUPPORT, sizeof(images), &images,
                   NULL);
   return images;
}

/* Why there is none, or NULL. */
static const char *
find_device(struct bench_device *device)
{
   cl_platform_id platforms[MAX_PLATFORMS];
   cl_uint count = 0;
   clGetPlatformIDs(MAX_PLATFORMS, platforms, &count);
   if (count == 0)
      return "the loader finds no platform";

   for (cl_uint i = 0; i < count && i < MAX_PLATFORMS; i++) {
      if (clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 1, &device->id,
                         NULL) == CL_SUCCESS &&
          has_images(device->id)) {
         device->platform = platforms[i];
         return NULL;
      }
   }
   return "no device with images";
}

static const char *
open_device(struct bench_device *device)
{
   cl_int error;
   const char *failed = find_device(device);
   if (failed != NULL)
      return failed;
   device->context =
      clCreateContext(NULL, 1, &device->id, NULL, NULL, &error);
   if (error != CL_SUCCESS)
      return "clCreateContext";
   device->queue = clCreateCommandQueueWithProperties(
      device->context, device->id, NULL, &error);
   return error == CL_SUCCESS ? NULL : "clCreateCommandQueueWithProperties";
}

static void
introduce(FILE *out, const struct bench_device *device)
{
   char platform[256] = "", version[256] = "", name[256] = "",
        driver[256] = "";
   clGetPlatformInfo(device->platform, CL_PLATFORM_NAME, sizeof(platform),
                     platform, NULL);
   clGetPlatformInfo(device->platform, CL_PLATFORM_VERSION, sizeof(version),
                     version, NULL);
   clGetDeviceInfo(device->id, CL_DEVICE_NAME, sizeof(name), name, NULL);
   clGetDeviceInfo(device->id, CL_DRIVER_VERSION, sizeof(driver), driver,
                   NULL);
   fprintf(out, "ready\t%s\t%s\t%s\t%s\n", platform, version, name, driver);
}

/* Runs until the time is up; what they say of one run. */
static cl_int
sample(struct figure_run *run, double seconds, struct stats *stats)
{
   static double runs[MAX_RUNS];
   unsigned count = 0;
   const double begin = now();
   double last = begin;

   while (count < MAX_RUNS && (count < MIN_RUNS || last - begin < seconds)) {
      const double start = now();
      const cl_int error = run->figure->operations->once(run);
      if (error != CL_SUCCESS)
         return error;
      last = now();
      runs[count++] = last - start;
   }
   *stats = stats_of(runs, count);
   return CL_SUCCESS;
}

static void
say_failed(FILE *out, const struct figure_run *run, cl_int error)
{
   fprintf(out, "fail %s: error %d\n", run->failed, error);
}

static void
begin(FILE *out, struct figure_run *run, const struct bench_device *device,
      const char *name)
{
   *run = (struct figure_run){.device = device, .figure = figure_find(name)};
   if (run->figure == NULL) {
      fprintf(out, "fail no such figure\n");
      return;
   }

   struct stats stats;
   cl_int error = run->figure->operations->begin(run);
   if (error == CL_SUCCESS)
      error = sample(run, WARM_UP_SECONDS, &stats);
   if (error != CL_SUCCESS)
      say_failed(out, run, error);
   else if (run->figure->operations->right != NULL &&
            !run->figure->operations->right(run))
      fprintf(out, "fail wrong data\n");
   else
      fprintf(out, "ok\n");
}

static void
obey(FILE *out, struct figure_run *run, const struct bench_device *device,
     char *line)
{
   line[strcspn(line, "\n")] = '\0';
   if (strncmp(line, "begin ", 6) == 0) {
      begin(out, run, device, line + 6);
   } else if (strncmp(line, "sample ", 7) == 0 && run->figure != NULL) {
      struct stats stats;
      const cl_int error = sample(run, strtod(line + 7, NULL), &stats);
      if (error == CL_SUCCESS)
         fprintf(out, "sample %.9g %.9g\n", stats.median, stats.best);
      else
         say_failed(out, run, error);
   } else if (strcmp(line, "end") == 0) {
      if (run->figure != NULL)
         run->figure->operations->end(run);
      run->figure = NULL;
      fprintf(out, "ok\n");
   } else {
      fprintf(out, "fail not understood\n");
   }
}

int
worker_main(int socket)
{
   FILE *in = fdopen(socket, "r");
   FILE *out = fdopen(dup(socket), "w");
   if (in == NULL || out == NULL)
      return EXIT_FAILURE;
   setvbuf(out, NULL, _IOLBF, 0);

   struct bench_device device = {0};
   const char *failed = open_device(&device);
   if (failed != NULL) {
      fprintf(out, "fail %s\n", failed);
      return EXIT_FAILURE;
   }
   introduce(out, &device);

   char line[256];
   struct figure_run run = {0};
   while (fgets(line, sizeof(line), in) != NULL)
      obey(out, &run, &device, line);

   clReleaseCommandQueue(device.queue);
   clReleaseContext(device.context);
   return EXIT_SUCCESS;
}
