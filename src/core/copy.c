/* SPDX-License-Identifier: MIT */

#include "core/copy.h"

#include "core/copy_launch.h"
#include "core/device.h"
#include "gallium/context.h"
#include "util/macros.h"
#include "util/trf_slabs.h"

/* More rows than this are a kernel's work, not one copy each. */
#define FEW_ROWS 4

/* Layers that change places go by way of no more than this. */
#define SCRATCH_BYTES ((size_t)64 << 20)

/* What an image is filled from, where the driver copies from buffers. */
#define FILL_BYTES ((size_t)1 << 20)

void
trf_place_view(struct trf_place *place, const struct trf_view *view,
               struct trf_resource *resource)
{
   *place = (struct trf_place){
      .resource = resource,
      .level = view->region.level,
      .box = view->region.box,
      .layout = view->layout,
   };
   if (trf_mem_is_buffer_backed(view->mem))
      place->start =
         view->offset + trf_layout_offset(&view->layout, &view->region.box);
}

void
trf_place_tight(struct trf_place *place, struct trf_resource *buffer,
                size_t element, const struct trf_box *extent)
{
   *place = (struct trf_place){
      .resource = buffer,
      .layout =
         {
            .element = element,
            .row = element * extent->width,
            .slice = element * extent->width * extent->height,
         },
   };
}

bool
trf_copies_alone(const struct trf_device *device, bool dst_is_buffer,
                 bool src_is_buffer)
{
   return dst_is_buffer == src_is_buffer ||
          device->caps->copies_buffer_image || device->caps->pixel_kernels;
}

/*
 * Up to this much, zink copies what the host has filled in half the time that
 * a kernel's launch takes.
 */
#define SMALL_FILL ((size_t)64 << 10)

bool
trf_fills_alone(const struct trf_device *device, bool is_buffer, size_t bytes)
{
   const struct trf_screen_caps *caps = device->caps;

   if (caps->copies_buffer_image && bytes <= SMALL_FILL)
      return false;
   return caps->copy_kernels &&
          (is_buffer || caps->copies_buffer_image || caps->pixel_kernels);
}

/* Rows and slices without anything between them are longer rows. */
static void
join_rows(const struct trf_layout *dst, const struct trf_layout *src,
          struct trf_box *extent, struct trf_layout joined[2])
{
   joined[0] = *dst;
   joined[1] = *src;

   for (unsigned axis = 0; axis < 2; axis++) {
      const size_t row = extent->width * dst->element;
      if (extent->height > 1 &&
          (joined[0].row != row || joined[1].row != row))
         return;
      extent->width *= extent->height;
      extent->height = extent->depth;
      extent->depth = 1;
      for (unsigned i = 0; i < 2; i++)
         joined[i].row = joined[i].slice;
   }
}

static cl_int
copy_row_by_row(struct trf_gpu *gpu, const struct trf_place *dst,
                const struct trf_place *src, const struct trf_box *extent)
{
   struct trf_box at = {0};

   for (at.z = 0; at.z < extent->depth; at.z++) {
      for (at.y = 0; at.y < extent->height; at.y++)
         trf_gpu_copy_buffer(
            gpu, dst->resource,
            dst->start + trf_layout_offset(&dst->layout, &at), src->resource,
            src->start + trf_layout_offset(&src->layout, &at),
            extent->width * dst->layout.element);
   }
   return CL_SUCCESS;
}

static cl_int
copy_buffers(struct trf_device *device, struct trf_gpu *gpu,
             const struct trf_place *dst, const struct trf_place *src,
             const struct trf_box *wanted)
{
   struct trf_place to = *dst, from = *src;
   struct trf_layout joined[2];
   struct trf_copy_job job = {.dst = &to, .src = &from, .extent = *wanted};

   join_rows(&dst->layout, &src->layout, &job.extent, joined);
   to.layout = joined[0];
   from.layout = joined[1];
   if (!device->caps->copy_kernels ||
       job.extent.height * job.extent.depth <= FEW_ROWS)
      return copy_row_by_row(gpu, &to, &from, &job.extent);

   /* In the largest steps that all is aligned to. */
   job.extent.width *= dst->layout.element;
   job.element = trf_copy_alignment(&job, job.extent.width, 16);
   job.extent.width /= job.element;
   return trf_copy_run(device, gpu, &job);
}

static bool
is_tight(const struct trf_place *buffer, const struct trf_box *extent)
{
   const struct trf_layout *layout = &buffer->layout;
   const size_t row = extent->width * layout->element;

   return buffer->start % layout->element == 0 &&
          (layout->row == row ||
           (extent->height == 1 && extent->depth == 1)) &&
          (layout->slice == row * extent->height || extent->depth == 1);
}

/* The driver's own copy between an image and tight rows. */
static void
copy_tight(struct trf_gpu *gpu, const struct trf_place *dst,
           const struct trf_place *src, const struct trf_box *extent)
{
   struct trf_box box = trf_place_is_buffer(dst) ? src->box : dst->box;

   box.width = extent->width;
   box.height = extent->height;
   box.depth = extent->depth;
   if (trf_place_is_buffer(dst))
      trf_gpu_copy_image_to_buffer(gpu, dst->resource, dst->start,
                                   src->resource, src->level, &box);
   else
      trf_gpu_copy_buffer_to_image(gpu, dst->resource, dst->level, &box,
                                   src->resource, src->start);
}

/* By way of tight rows in a buffer that nobody sees. */
static cl_int
copy_by_scratch(struct trf_device *device, struct trf_gpu *gpu,
                const struct trf_place *dst, const struct trf_place *src,
                const struct trf_box *extent)
{
   const size_t element =
      trf_place_is_buffer(dst) ? dst->layout.element : src->layout.element;
   struct trf_resource *scratch = trf_resource_create_buffer(
      device->screen,
      element * extent->width * extent->height * extent->depth, true);
   struct trf_place between;

   if (!scratch)
      return CL_OUT_OF_RESOURCES;
   trf_place_tight(&between, scratch, element, extent);
   cl_int error = trf_copy(device, gpu, &between, src, extent);
   if (!error)
      error = trf_copy(device, gpu, dst, &between, extent);
   trf_resource_destroy(scratch);
   return error;
}

static cl_int
copy_pixels(struct trf_device *device, struct trf_gpu *gpu,
            const struct trf_place *dst, const struct trf_place *src,
            const struct trf_box *extent)
{
   const struct trf_copy_job job = {
      .dst = dst,
      .src = src,
      .extent = *extent,
      .element = src->layout.element,
   };
   return trf_copy_run(device, gpu, &job);
}

static cl_int
copy_mixed(struct trf_device *device, struct trf_gpu *gpu,
           const struct trf_place *dst, const struct trf_place *src,
           const struct trf_box *extent)
{
   if (device->caps->pixel_kernels)
      return copy_pixels(device, gpu, dst, src, extent);
   if (!is_tight(trf_place_is_buffer(dst) ? dst : src, extent))
      return copy_by_scratch(device, gpu, dst, src, extent);
   copy_tight(gpu, dst, src, extent);
   return CL_SUCCESS;
}

/* How many copies of a driver's it takes: see trf_gpu_copy_image(). */
static size_t
image_copies(const struct trf_place *dst, const struct trf_place *src,
             const struct trf_box *extent)
{
   const enum trf_target to = trf_resource_desc(dst->resource)->target;
   const enum trf_target from = trf_resource_desc(src->resource)->target;

   if ((to == TRF_TARGET_1D_ARRAY) != (from == TRF_TARGET_1D_ARRAY))
      return extent->height;
   return (to == TRF_TARGET_3D) != (from == TRF_TARGET_3D) ? extent->depth
                                                           : 1;
}

static cl_int
copy_images(struct trf_device *device, struct trf_gpu *gpu,
            const struct trf_place *dst, const struct trf_place *src,
            const struct trf_box *extent)
{
   struct trf_box box = src->box;

   if (image_copies(dst, src, extent) > FEW_ROWS) {
      if (device->caps->pixel_kernels)
         return copy_pixels(device, gpu, dst, src, extent);
      if (device->caps->copies_buffer_image &&
          extent->width * extent->height * extent->depth <=
             SCRATCH_BYTES / src->layout.element)
         return copy_by_scratch(device, gpu, dst, src, extent);
   }
   box.width = extent->width;
   box.height = extent->height;
   box.depth = extent->depth;
   trf_gpu_copy_image(gpu, dst->resource, dst->level, &dst->box,
                      src->resource, src->level, &box);
   return CL_SUCCESS;
}

cl_int
trf_copy(struct trf_device *device, struct trf_gpu *gpu,
         const struct trf_place *dst, const struct trf_place *src,
         const struct trf_box *extent)
{
   if (trf_place_is_buffer(dst) && trf_place_is_buffer(src))
      return copy_buffers(device, gpu, dst, src, extent);
   if (trf_place_is_buffer(dst) || trf_place_is_buffer(src))
      return copy_mixed(device, gpu, dst, src, extent);
   return copy_images(device, gpu, dst, src, extent);
}

static void
repeat_pattern(struct trf_copy_job *job, const uint8_t *pattern, size_t size)
{
   for (unsigned i = 0; i < sizeof(job->pattern); i++)
      job->pattern[i] = pattern[i % size];
}

/* As wide as it goes: an element may be several patterns, or a part of one. */
static cl_int
fill_buffer(struct trf_device *device, struct trf_gpu *gpu,
            const struct trf_place *dst, const struct trf_box *extent,
            const uint8_t *pattern)
{
   struct trf_place to = *dst;
   struct trf_layout joined[2];
   struct trf_copy_job job = {.dst = &to, .extent = *extent};

   join_rows(&dst->layout, &dst->layout, &job.extent, joined);
   to.layout = joined[0];
   repeat_pattern(&job, pattern, dst->layout.element);
   job.extent.width *= dst->layout.element;
   job.element = MAX2(trf_copy_alignment(&job, job.extent.width, 16),
                      MIN2(dst->layout.element, 16));
   job.extent.width /= job.element;
   return trf_copy_run(device, gpu, &job);
}

/* From a buffer that is filled, and copied as often as it takes. */
static cl_int
fill_by_scratch(struct trf_device *device, struct trf_gpu *gpu,
                const struct trf_place *dst, const struct trf_box *extent,
                const uint8_t *pattern)
{
   struct trf_slab_walk walk;
   struct trf_place from;

   trf_slabs_begin(&walk, extent, dst->layout.element, FILL_BYTES);
   const struct trf_box slab = {
      .width = walk.width, .height = walk.height, .depth = walk.depth};
   struct trf_resource *scratch = trf_resource_create_buffer(
      device->screen,
      slab.width * slab.height * slab.depth * dst->layout.element, true);
   if (!scratch)
      return CL_OUT_OF_RESOURCES;

   trf_place_tight(&from, scratch, dst->layout.element, &slab);
   const cl_int error = fill_buffer(device, gpu, &from, &slab, pattern);
   while (!error && trf_slabs_next(&walk)) {
      struct trf_place to = *dst;
      to.box.x += walk.slab.x;
      to.box.y += walk.slab.y;
      to.box.z += walk.slab.z;
      copy_tight(gpu, &to, &from, &walk.slab);
   }
   trf_resource_destroy(scratch);
   return error;
}

cl_int
trf_fill(struct trf_device *device, struct trf_gpu *gpu,
         const struct trf_place *dst, const struct trf_box *extent,
         const uint8_t *pattern)
{
   struct trf_copy_job job = {
      .dst = dst, .extent = *extent, .element = dst->layout.element};

   if (trf_place_is_buffer(dst))
      return fill_buffer(device, gpu, dst, extent, pattern);
   if (!device->caps->pixel_kernels)
      return fill_by_scratch(device, gpu, dst, extent, pattern);
   repeat_pattern(&job, pattern, job.element);
   return trf_copy_run(device, gpu, &job);
}
