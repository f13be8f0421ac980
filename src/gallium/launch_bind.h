/* SPDX-License-Identifier: MIT */

/*
 * What is bound for kernels: views, images, samplers, input.  Compared with
 * what a launch wants, so that only changes reach the driver.
 */

#ifndef TRF_GALLIUM_LAUNCH_BIND_H
#define TRF_GALLIUM_LAUNCH_BIND_H

#include "gallium/launch.h"

struct pipe_resource;
struct pipe_sampler_view;

#define TRF_MAX_GLOBALS  1024
#define TRF_MAX_TEXTURES 128
#define TRF_MAX_IMAGES   64
#define TRF_MAX_SAMPLERS 32

struct trf_bindings {
   struct trf_image_binding textures[TRF_MAX_TEXTURES];
   struct pipe_sampler_view *views[TRF_MAX_TEXTURES];
   unsigned texture_count;

   struct trf_image_binding images[TRF_MAX_IMAGES];
   struct pipe_resource *image_resources[TRF_MAX_IMAGES]; /* strong */
   unsigned image_count;

   struct trf_sampler_binding samplers[TRF_MAX_SAMPLERS];
   void *sampler_states[TRF_MAX_SAMPLERS];
   unsigned sampler_count;
};

/* Binds textures, images and samplers.  False if the driver cannot. */
bool trf_bindings_set(struct trf_bindings *bindings,
                      struct pipe_context *pipe,
                      const struct trf_launch *launch);

/* Binds the input as constant buffer 0. */
void trf_bindings_set_input(struct pipe_context *pipe,
                            const struct trf_launch *launch);

/* Unbinds textures and images; samplers hold no storage, they stay. */
void trf_bindings_drop_images(struct trf_bindings *bindings,
                              struct pipe_context *pipe);

/* Unbinds and deletes all. */
void trf_bindings_clear(struct trf_bindings *bindings,
                        struct pipe_context *pipe);

#endif
