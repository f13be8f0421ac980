/* SPDX-License-Identifier: MIT */

/*
 * One device's pipe_screen, and what is asked of it.
 *
 * src/gallium is the only user of pipe_screen and pipe_context: core sees
 * the plain structs below.
 */

#ifndef TRF_GALLIUM_SCREEN_H
#define TRF_GALLIUM_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/format/u_formats.h"

struct pipe_screen;
struct trf_screen;
struct trf_vulkan_device;

/* Read once when the screen is made; never changes. */
struct trf_screen_caps {
   bool is_cpu;      /* the device runs on the host's processor */
   bool synchronous; /* what a context is told to do is done on return */
   bool divisible; /* parts of it can be screens: trf_screen_create_part() */
   bool uma;
   bool copies_buffer_image; /* between the two, with resource_copy_region */
   bool fences_are_reused; /* not to be waited for beside the context's use */
   bool contexts_take_turns; /* see trf_screen_take_turn() */
   bool user_memory;         /* resource_from_user_memory */
   bool images;              /* sampler views and shader images for compute */
   bool compute;             /* NIR kernels with global pointers */
   bool fp64, fp16, int64;
   bool fma32, fma64; /* NIR's ffma, if asked for, is fused */
   bool int64_atomics;
   bool shareable_shaders;
   bool read_write_images;
   bool through_spirv;        /* kernels become SPIR-V again: zink's */
   bool local_words;          /* local memory is kept by size of access */
   bool ordered_lanes;        /* a work-group's items fill vectors in order */
   bool exact_repeat;         /* samplers wrap coordinates without rounding */
   bool flat_unnormalized;    /* coordinates only in plain 1D and 2D images */
   bool plain_views;          /* of buffers and for loads: whole pixels */
   bool copies_by_stores;     /* textures, with compute shaders */
   bool copy_kernels;         /* ours may copy and fill buffers */
   bool pixel_kernels;        /* and images' pixels, as whole numbers */
   bool device_clock;         /* besides the host's, with timestamps in it */
   bool timestamps_launches;  /* these are in order with launches */
   bool copies_overtake;      /* what was recorded before them in a batch */
   uint32_t timer_resolution; /* ns */
   bool system_svm;
   unsigned address_bits;

   uint32_t vendor_id;
   uint32_t device_id;
   bool has_pci;
   uint32_t pci_domain, pci_bus, pci_device, pci_function;

   size_t max_image_2d;     /* width and height in pixels, 1D width too */
   size_t max_image_3d;     /* each axis */
   size_t max_image_layers; /* array layers */
   size_t max_texel_buffer; /* pixels of a 1D image buffer */
   size_t max_buffer_size;  /* bytes of one allocation */
   size_t global_memory;    /* bytes */
   size_t local_memory;     /* bytes per work-group */
   size_t max_constant_buffer;
   uint32_t linear_pitch_alignment; /* pixels, images from buffers; 0: none */
   uint32_t linear_base_alignment;  /* pixels */
   uint32_t map_alignment; /* bytes: what any map's base is aligned to */

   uint32_t max_read_images, max_write_images, max_samplers;
   uint32_t compute_units;
   uint32_t clock_mhz;
   uint32_t max_threads_per_block;
   size_t max_block[3];
   uint64_t max_grid[3];
   uint32_t subgroup_sizes; /* bit mask of the sizes offered */
   uint32_t max_subgroups;

   uint8_t uuid[16]; /* device */
   uint8_t driver_uuid[16];
   bool has_luid;
   uint8_t luid[8];
   uint32_t node_mask;
};

/*
 * Takes over `pipe`, which dies with the screen.  `driver` is copied, and so
 * is what is used of `vulkan`: the device that zink drives, else NULL.
 */
struct trf_screen *trf_screen_create(struct pipe_screen *pipe,
                                     const char *driver,
                                     const struct trf_vulkan_device *vulkan);
void trf_screen_destroy(struct trf_screen *screen);

/*
 * Another screen of a divisible one's driver, whose kernels run on no more
 * than `units` compute units.  Its resources are its own.  NULL if it will
 * not start.
 */
struct trf_screen *trf_screen_create_part(const struct trf_screen *whole,
                                          unsigned units);

const struct trf_screen_caps *
trf_screen_caps(const struct trf_screen *screen);
const char *trf_screen_name(const struct trf_screen *screen);
const char *trf_screen_vendor(const struct trf_screen *screen);
const char *trf_screen_driver(const struct trf_screen *screen);
struct pipe_screen *trf_screen_pipe(const struct trf_screen *screen);

enum trf_target {
   TRF_TARGET_BUFFER,
   TRF_TARGET_1D,
   TRF_TARGET_1D_ARRAY,
   TRF_TARGET_2D,
   TRF_TARGET_2D_ARRAY,
   TRF_TARGET_3D,
};

/* What a kernel may do with an image of a format. */
enum trf_format_use {
   TRF_FORMAT_SAMPLED = 1 << 0, /* read_only */
   TRF_FORMAT_STORED = 1 << 1,  /* write_only */
   TRF_FORMAT_LOADED = 1 << 2,  /* read_write, with STORED */
};

/* Whole numbers of 1, 2, 4, 8 or 16 bytes. */
enum pipe_format trf_raw_format(unsigned bytes);

/* The uses that the driver offers for a format and target: a bit mask. */
unsigned trf_screen_format_uses(const struct trf_screen *screen,
                                enum pipe_format format,
                                enum trf_target target);

/* The host's clock, in ns. */
uint64_t trf_host_time(void);

/*
 * The device's clock and the host's at the same moment, in ns.  False if the
 * device has none, or does not tell: both are the host's then.
 */
bool trf_screen_clocks(const struct trf_screen *screen, uint64_t *device,
                       uint64_t *host);

/* What the device's clock is ahead of the host's, as of a moment ago. */
int64_t trf_screen_clock_offset(struct trf_screen *screen);

#endif
