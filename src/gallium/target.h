/* SPDX-License-Identifier: MIT */

/*
 * What the target, the one place that knows which drivers were built, tells
 * the loader.  Defined in src/target.
 */

#ifndef TRF_GALLIUM_TARGET_H
#define TRF_GALLIUM_TARGET_H

#include <stdbool.h>

struct pipe_context;
struct pipe_screen;
struct trf_vulkan_device;

/* Whether a driver for kernel devices ("iris", "radeonsi") was built. */
bool trf_target_has_drm_driver(const char *driver);

/* A driver that needs no device node. */
struct trf_sw_driver {
   const char *name;
   struct pipe_screen *(*create)(const char *name);
   bool hidden; /* offered only when TREFOIL_DEVICES names it */
};

/* Ends with one that has no name.  Some may not have been built. */
extern const struct trf_sw_driver trf_target_sw_drivers[];

/*
 * A new screen of a software driver ("llvmpipe", "softpipe"); NULL if it was
 * not built or will not start.
 */
struct pipe_screen *trf_target_create_sw_screen(const char *driver);

/*
 * Whether zink was built, and a new screen of it on a device of Vulkan's;
 * NULL if it will not start.
 */
bool trf_target_has_zink(void);
struct pipe_screen *
trf_target_create_zink_screen(const struct trf_vulkan_device *device);

/*
 * For llvmpipe: a screen whose contexts run kernels on so many threads, or on
 * the caller's alone for 0.  They take the resources of any other.  NULL for
 * other drivers.
 */
struct pipe_screen *trf_target_create_threaded_screen(const char *driver,
                                                      unsigned threads);

/*
 * How many kernels a context of such a twin has code for: a launch that
 * changes it has waited for the compiler.
 */
unsigned trf_target_count_compiled(struct pipe_context *serial);

/*
 * For zink, around a launch: false if its kernel has no code, and nothing
 * was run.
 */
void trf_target_begin_launch(void);
bool trf_target_end_launch(void);

#endif
