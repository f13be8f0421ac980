/* SPDX-License-Identifier: MIT */

/* Blocking reads and writes, from and to ordinary memory of the client. */

#include "figure.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HOST_BYTE   0x6b
#define DEVICE_BYTE 0x00 /* what create_image() and create_buffer() fill */

static cl_int
create_host(struct figure_run *run)
{
   const size_t size = figure_bytes(run->figure);
   run->host = malloc(size);
   if (run->host == NULL)
      return called(run, CL_OUT_OF_HOST_MEMORY, "malloc");
   memset(run->host, HOST_BYTE, size);
   return CL_SUCCESS;
}

static cl_int
begin_image(struct figure_run *run)
{
   cl_int error = create_host(run);
   return error != CL_SUCCESS ? error : create_image(run);
}

static cl_int
begin_buffer(struct figure_run *run)
{
   cl_int error = create_host(run);
   return error != CL_SUCCESS ? error : create_buffer(run);
}

static void
end(struct figure_run *run)
{
   release_memory(run);
   free(run->host);
   run->host = NULL;
}

static uint8_t
last_host_byte(const struct figure_run *run)
{
   const uint8_t *bytes = run->host;
   return bytes[(size_t)figure_bytes(run->figure) - 1];
}

static bool
read_arrived(struct figure_run *run)
{
   return last_host_byte(run) == DEVICE_BYTE;
}

static cl_int
write_image_once(struct figure_run *run)
{
   const size_t origin[3] = {0};
   const size_t region[3] = {run->figure->width, run->figure->height, 1};
   return called(run,
                 clEnqueueWriteImage(run->device->queue, run->memory, CL_TRUE,
                                     origin, region, 0, 0, run->host, 0, NULL,
                                     NULL),
                 "clEnqueueWriteImage");
}

static cl_int
read_image_once(struct figure_run *run)
{
   const size_t origin[3] = {0};
   const size_t region[3] = {run->figure->width, run->figure->height, 1};
   return called(run,
                 clEnqueueReadImage(run->device->queue, run->memory, CL_TRUE,
                                    origin, region, 0, 0, run->host, 0, NULL,
                                    NULL),
                 "clEnqueueReadImage");
}

/* Reads back over zeros what was written. */
static bool
image_write_arrived(struct figure_run *run)
{
   memset(run->host, 0, figure_bytes(run->figure));
   return read_image_once(run) == CL_SUCCESS &&
          last_host_byte(run) == HOST_BYTE;
}

const struct figure_operations image_write_operations = {
   .begin = begin_image,
   .once = write_image_once,
   .right = image_write_arrived,
   .end = end,
};

const struct figure_operations image_read_operations = {
   .begin = begin_image,
   .once = read_image_once,
   .right = read_arrived,
   .end = end,
};

static cl_int
write_buffer_once(struct figure_run *run)
{
   return called(run,
                 clEnqueueWriteBuffer(run->device->queue, run->memory,
                                      CL_TRUE, 0, run->figure->width,
                                      run->host, 0, NULL, NULL),
                 "clEnqueueWriteBuffer");
}

static cl_int
read_buffer_once(struct figure_run *run)
{
   return called(run,
                 clEnqueueReadBuffer(run->device->queue, run->memory, CL_TRUE,
                                     0, run->figure->width, run->host, 0,
                                     NULL, NULL),
                 "clEnqueueReadBuffer");
}

static bool
buffer_write_arrived(struct figure_run *run)
{
   memset(run->host, 0, figure_bytes(run->figure));
   return read_buffer_once(run) == CL_SUCCESS &&
          last_host_byte(run) == HOST_BYTE;
}

const struct figure_operations buffer_write_operations = {
   .begin = begin_buffer,
   .once = write_buffer_once,
   .right = buffer_write_arrived,
   .end = end,
};

const struct figure_operations buffer_read_operations = {
   .begin = begin_buffer,
   .once = read_buffer_once,
   .right = read_arrived,
   .end = end,
};
