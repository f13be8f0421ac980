/* SPDX-License-Identifier: MIT */

/*
 * A figure is one number of the benchmark: something that a client does, of
 * which the time is measured. figures.c lists them all; to add one, add a
 * line there, and a file with its operations if none does already what it
 * needs.
 */

#ifndef BENCH_FIGURE_H
#define BENCH_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include <CL/cl.h>

struct bench_device {
   cl_platform_id platform;
   cl_device_id id;
   cl_context context;
   cl_command_queue queue;
};

struct figure;

/* A figure on one device, between begin and end. */
struct figure_run {
   const struct bench_device *device;
   const struct figure *figure;
   cl_mem memory;
   void *host;
   void *state;        /* more, of a figure's own */
   const char *failed; /* the call that returned the error */
};

/*
 * Each returns an OpenCL error code, and names the call in run->failed.
 * `end` undoes what `begin` did, also a half of it.
 */
struct figure_operations {
   cl_int (*begin)(struct figure_run *run);
   cl_int (*once)(struct figure_run *run); /* what is timed */
   bool (*right)(struct figure_run *run);  /* did it do its work? or NULL */
   void (*end)(struct figure_run *run);
};

enum figure_unit {
   FIGURE_MICROSECONDS,
   FIGURE_GIGABYTES, /* a second, as those below: `work` over the time */
   FIGURE_GIGAFLOPS,
   FIGURE_MEGAPIXELS,
};

struct figure {
   const char *name; /* in JSON, and for --only */
   const char *title;
   enum figure_unit unit;
   const struct figure_operations *operations;
   cl_map_flags flags;
   size_t width, height; /* of the region; a buffer has its size in width */
   double work;          /* of a run, in units; 0: the region's bytes */
   unsigned repeats;     /* in a run, of which one is meant; 0: one */
};

/* What is measured together: the first argument of trefoil-bench. */
struct figure_group {
   const char *name;
   const struct figure *figures;
   const unsigned *count;
};

extern const struct figure_group figure_groups[];
extern const unsigned figure_group_count;

extern const struct figure map_figures[];
extern const unsigned map_figure_count;
extern const struct figure kernel_figures[];
extern const unsigned kernel_figure_count;

const struct figure *figure_find(const char *name);

/* The bytes that one run moves. */
double figure_bytes(const struct figure *figure);

/* What the table shows, of the time of one run. */
double figure_value(const struct figure *figure, double seconds);
const char *figure_unit_name(const struct figure *figure);

extern const struct figure_operations image_map_operations;
extern const struct figure_operations image_fill_operations;
extern const struct figure_operations buffer_map_operations;
extern const struct figure_operations image_write_operations;
extern const struct figure_operations image_read_operations;
extern const struct figure_operations buffer_write_operations;
extern const struct figure_operations buffer_read_operations;
extern const struct figure_operations launch_operations;
extern const struct figure_operations build_new_operations;
extern const struct figure_operations build_again_operations;
extern const struct figure_operations saxpy_operations;
extern const struct figure_operations mad_operations;
extern const struct figure_operations blur_operations;
extern const struct figure_operations frame_operations;

/* Turns of the mad kernel's loop, each four multiply-adds. */
enum { MAD_TURNS = 128 };

/* Images are always of this size, whatever region a figure takes of them. */
enum {
   IMAGE_WIDTH = 4096,
   IMAGE_HEIGHT = 4096,
   PIXEL = 4,
};

cl_int create_image(struct figure_run *run);
cl_int create_buffer(struct figure_run *run);
void release_memory(struct figure_run *run);

/* Notes which call it was if it failed. */
static inline cl_int
called(struct figure_run *run, cl_int error, const char *call)
{
   if (error != CL_SUCCESS)
      run->failed = call;
   return error;
}

#endif
