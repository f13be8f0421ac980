/* SPDX-License-Identifier: MIT */

/*
 * Kernels on a pipe driver.  A trf_shader is a kernel's code for one screen;
 * a trf_launcher, one a context, turns it into the driver's state object once
 * and keeps it, with everything else that is bound, so that a launch with
 * unchanged state costs next to nothing.
 *
 * A launcher is used under the lock of its context.
 */

#ifndef TRF_GALLIUM_LAUNCH_H
#define TRF_GALLIUM_LAUNCH_H

#include "gallium/context.h"

struct nir_shader;
struct trf_launcher;
struct trf_shader;

struct trf_shader_info {
   uint32_t max_threads;  /* of a work-group */
   uint32_t simd_size;    /* preferred multiple of a work-group's size */
   uint32_t simd_sizes;   /* mask of those supported */
   uint32_t private_size; /* bytes of a work-item */
};

/* Copies the NIR.  NULL without memory. */
struct trf_shader *trf_shader_create(struct trf_screen *screen,
                                     const struct nir_shader *nir);
/* No launch may still use it. */
void trf_shader_destroy(struct trf_shader *shader);

/*
 * What the driver says of the compiled code: compiles it on `gpu`, whose
 * lock the caller holds, unless that was done.  False if it cannot be.
 */
bool trf_shader_get_info(struct trf_shader *shader, struct trf_gpu *gpu,
                         struct trf_shader_info *info);

/*
 * The size of sub-groups in work-groups of a size, where info has several;
 * 0 if the driver does not say.  Compiles the code, on `gpu` as above.
 */
uint32_t trf_shader_subgroup_size(struct trf_shader *shader,
                                  struct trf_gpu *gpu,
                                  const uint32_t block[3]);

/* A resource's address, to be put into the input. */
struct trf_global_binding {
   struct trf_resource *resource;
   uint32_t input_offset; /* where the byte offset stands, to be added to */
   bool writable;
};

/* An image as a kernel sees it. */
struct trf_image_binding {
   struct trf_resource *resource;
   enum pipe_format format;
   bool rows_of_buffer;     /* a 2D image whose storage is a buffer */
   unsigned level;          /* of images that are written */
   unsigned levels;         /* of textures */
   bool readable, writable; /* of images */
   /* Of buffer storage, in pixels. */
   uint32_t offset, width, height, row_pitch;
};

struct trf_sampler_binding {
   bool normalized;
   bool linear;
   bool mip_linear;
   uint32_t addressing; /* CL_ADDRESS_* */
   float min_lod, max_lod;
};

struct trf_launch {
   struct trf_shader *shader;
   void *input; /* patched by the launch */
   uint32_t input_size;
   const struct trf_global_binding *globals;
   const struct trf_image_binding *textures;
   const struct trf_image_binding *images;
   const struct trf_sampler_binding *samplers;
   unsigned global_count, texture_count, image_count, sampler_count;
   unsigned work_dim;
   uint32_t block[3], grid[3];
   uint32_t variable_shared; /* bytes of __local arguments */
};

/* For trf_gpu_launcher(), whose context has but one. */
struct trf_launcher *trf_launcher_create(struct trf_gpu *gpu);
void trf_launcher_destroy(struct trf_launcher *launcher);

/*
 * Launches; global handles in the input are resolved for each launch.
 * CL_OUT_OF_RESOURCES if the driver cannot compile or bind.
 */
int trf_launcher_run(struct trf_launcher *launcher,
                     const struct trf_launch *launch);

/*
 * No launch follows for now: drops what is bound, so that no image lives
 * for a binding's sake.
 */
void trf_launcher_rest(struct trf_launcher *launcher);

/*
 * Before the launches of one kernel, with all that they bind: a barrier, if
 * what kernels before it did is in its way.
 */
void trf_launcher_order(struct trf_launcher *launcher,
                        const struct trf_launch *launch);

#endif
