/* SPDX-License-Identifier: MIT */

#include "figure.h"

#define FLOATS (16.0 * 1024 * 1024)
#define MADS   (256 * 1024)
#define SIDE   2048

/* clang-format off */
const struct figure kernel_figures[] = {
   {.name = "launch", .title = "empty kernel, launch and finish",
    .unit = FIGURE_MICROSECONDS, .operations = &launch_operations,
    .width = 1, .repeats = 1},
   {.name = "launch-1000", .title = "empty kernel x1000 and finish, each",
    .unit = FIGURE_MICROSECONDS, .operations = &launch_operations,
    .width = 1, .repeats = 1000},
   {.name = "build-new", .title = "build a new program",
    .unit = FIGURE_MICROSECONDS, .operations = &build_new_operations},
   {.name = "build-again", .title = "build a program built before",
    .unit = FIGURE_MICROSECONDS, .operations = &build_again_operations},
   /* Two are read, one is written. */
   {.name = "saxpy", .title = "saxpy, 16 Mi floats",
    .unit = FIGURE_GIGABYTES, .operations = &saxpy_operations,
    .width = (size_t)FLOATS, .work = 3 * sizeof(float) * FLOATS},
   {.name = "mad", .title = "mad loop, 256 Ki work-items",
    .unit = FIGURE_GIGAFLOPS, .operations = &mad_operations,
    .width = MADS, .work = 2.0 * 4 * MAD_TURNS * MADS},
   {.name = "blur", .title = "3x3 blur, 2048x2048",
    .unit = FIGURE_MEGAPIXELS, .operations = &blur_operations,
    .width = SIDE, .height = SIDE, .work = (double)SIDE * SIDE},
   {.name = "frame", .title = "frame: map-write, blur, map-read",
    .unit = FIGURE_MICROSECONDS, .operations = &frame_operations,
    .width = SIDE, .height = SIDE},
};
/* clang-format on */
const unsigned kernel_figure_count =
   sizeof(kernel_figures) / sizeof(kernel_figures[0]);
