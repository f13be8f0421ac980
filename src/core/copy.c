/* SPDX-License-Identifier: MIT */

#include "core/copy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/copy_kernel.h"
#include "core/device.h"
#include "core/ndrange.h"
#include "gallium/context.h"
#include "gallium/launch.h"
#include "util/macros.h"
#include "util/trf_slabs.h"
#include "util/u_atomic.h"
#include "util/u_math.h"

/* More rows than this are a kernel's work, not one copy each. */
#define FEW_ROWS 4

/* Work-items of a work-group. */
#define GROUP_SIZE 64

/* What an image is filled from, where the driver copies from buffers. */
#define FILL_BYTES ((size_t)1 << 20)

static bool
is_buffer(const struct trf_place *place)
{
   return trf_resource_desc(place->resource)->target == TRF_TARGET_BUFFER;
}

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

bool
trf_fills_alone(const struct trf_device *device, bool is_buffer)
{
   const struct trf_screen_caps *caps = device->caps;

   return caps->copy_kernels &&
          (is_buffer || caps->copies_buffer_image || caps->pixel_kernels);
}

/* Made when first needed, and kept: a list that only grows. */
struct trf_copy_kernel {
   struct trf_copy_kernel *next;
   struct trf_copy_key key;
   struct trf_kernel_ir *ir;
   struct trf_shader *shader;
};

static bool
same_key(const struct trf_copy_key *a, const struct trf_copy_key *b)
{
   return a->dst == b->dst && a->src == b->src && a->fills == b->fills &&
          a->element == b->element && a->alignment == b->alignment;
}

static struct trf_copy_kernel *
find_kernel(struct trf_device *device, const struct trf_copy_key *key)
{
   struct trf_copy_kernel *kernel = p_atomic_read(&device->copy_kernels);

   while (kernel && !same_key(&kernel->key, key))
      kernel = kernel->next;
   return kernel;
}

static void
kernel_free(struct trf_copy_kernel *kernel)
{
   trf_shader_destroy(kernel->shader);
   trf_kernel_ir_free(kernel->ir);
   free(kernel);
}

static struct trf_copy_kernel *
kernel_new(struct trf_device *device, const struct trf_copy_key *key)
{
   struct trf_compiler *compiler = trf_device_compiler(device);
   struct trf_copy_kernel *kernel =
      compiler ? calloc(1, sizeof(*kernel)) : NULL;
   if (!kernel)
      return NULL;

   kernel->key = *key;
   kernel->ir = trf_copy_kernel_create(compiler, key);
   if (kernel->ir)
      kernel->shader = trf_shader_create(device->screen, kernel->ir->nir);
   if (!kernel->shader) {
      kernel_free(kernel);
      return NULL;
   }
   return kernel;
}

static struct trf_copy_kernel *
get_kernel(struct trf_device *device, const struct trf_copy_key *key)
{
   struct trf_copy_kernel *kernel = find_kernel(device, key);
   if (kernel)
      return kernel;

   struct trf_copy_kernel *made = kernel_new(device, key);
   if (!made)
      return NULL;

   /* Another queue may have made it meanwhile. */
   simple_mtx_lock(&device->compiler_lock);
   kernel = find_kernel(device, key);
   if (!kernel) {
      made->next = device->copy_kernels;
      p_atomic_set(&device->copy_kernels, made);
   }
   simple_mtx_unlock(&device->compiler_lock);
   if (!kernel)
      return made;
   kernel_free(made);
   return kernel;
}

void
trf_copy_kernels_free(struct trf_copy_kernel *kernels)
{
   while (kernels) {
      struct trf_copy_kernel *next = kernels->next;
      kernel_free(kernels);
      kernels = next;
   }
}

/* What one launch is to do: elements of up to 16 bytes. */
struct job {
   const struct trf_place *dst, *src; /* src: NULL for a fill */
   struct trf_box extent;
   unsigned element;
   uint8_t pattern[TRF_COPY_PATTERN_BYTES];
};

/* The bits that are set tell what a place's elements are not aligned to. */
static size_t
misaligned_bits(const struct trf_place *place, const struct trf_box *extent)
{
   struct trf_direct direct;
   size_t bits = place->start;

   if (!is_buffer(place))
      return 0;
   if (extent->height > 1)
      bits |= place->layout.row;
   if (extent->depth > 1)
      bits |= place->layout.slice;
   /* A client's memory begins where it likes. */
   if (trf_resource_is_wrapped(place->resource) &&
       trf_resource_direct(place->resource, 0, &direct))
      bits |= (uintptr_t)direct.pointer;
   return bits;
}

static unsigned
alignment_of(const struct job *job, size_t bits, unsigned limit)
{
   bits |= misaligned_bits(job->dst, &job->extent);
   if (job->src)
      bits |= misaligned_bits(job->src, &job->extent);
   return MIN2(bits & -bits ? bits & -bits : limit, limit);
}

static void
put(const struct trf_kernel_ir *ir, uint8_t *input, enum trf_copy_arg arg,
    const void *value, size_t size)
{
   if (ir->args[arg].live)
      memcpy(input + ir->args[arg].offset, value, size);
}

static void
put_place(const struct trf_kernel_ir *ir, uint8_t *input,
          const struct trf_place *place, const struct trf_box *extent,
          enum trf_copy_arg address, enum trf_copy_arg pitches,
          enum trf_copy_arg origin)
{
   /* Where there is one row or slice, its pitch may be anything. */
   const uint32_t pitch[2] = {extent->height > 1 ? place->layout.row : 0,
                              extent->depth > 1 ? place->layout.slice : 0};
   const uint32_t position[4] = {place->box.x, place->box.y, place->box.z,
                                 place->level};
   const uint64_t start = place->start;

   put(ir, input, address, &start, sizeof(start));
   put(ir, input, pitches, pitch, sizeof(pitch));
   put(ir, input, origin, position, sizeof(position));
}

static void
fill_input(const struct trf_kernel_ir *ir, const struct job *job,
           uint8_t *input)
{
   const uint32_t extent[4] = {job->extent.width, job->extent.height,
                               job->extent.depth};

   put_place(ir, input, job->dst, &job->extent, TRF_COPY_DST_ADDRESS,
             TRF_COPY_DST_PITCHES, TRF_COPY_DST_ORIGIN);
   if (job->src)
      put_place(ir, input, job->src, &job->extent, TRF_COPY_SRC_ADDRESS,
                TRF_COPY_SRC_PITCHES, TRF_COPY_SRC_ORIGIN);
   else
      put(ir, input, TRF_COPY_PATTERN, job->pattern, sizeof(job->pattern));
   put(ir, input, TRF_COPY_EXTENT, extent, sizeof(extent));
}

/* Squares of images, which lie in tiles; as much of a row else. */
static void
choose_range(const struct trf_device *device, const struct job *job,
             struct trf_ndrange *range)
{
   const size_t extent[3] = {job->extent.width, job->extent.height,
                             job->extent.depth};
   const bool tiles =
      !is_buffer(job->dst) || (job->src && !is_buffer(job->src));
   size_t left = MIN2(GROUP_SIZE, device->limits.work_group_size);

   *range = (struct trf_ndrange){.dims = 3};
   for (unsigned i = 0; i < 3; i++) {
      const size_t most = tiles && i == 0 && extent[1] > 1 ? 8 : left;
      range->local[i] = MIN3(util_next_power_of_two64(extent[i]), left, most);
      range->global[i] = align64(extent[i], range->local[i]);
      left /= range->local[i];
   }
}

static void
bind(struct trf_launch *launch, const struct trf_place *place,
     struct trf_global_binding *globals, struct trf_image_binding *image,
     uint32_t input_offset, unsigned element, bool writes)
{
   const struct trf_resource_desc *desc = trf_resource_desc(place->resource);

   if (is_buffer(place)) {
      globals[launch->global_count++] = (struct trf_global_binding){
         .resource = place->resource,
         .input_offset = input_offset,
         .writable = writes,
      };
      return;
   }
   *image = (struct trf_image_binding){
      .resource = place->resource,
      .format = trf_raw_format(element),
      .level = writes ? place->level : 0,
      .levels = desc->levels,
      .readable = !writes,
      .writable = writes,
   };
   launch->image_count += writes;
   launch->texture_count += !writes;
}

static cl_int
launch(struct trf_device *device, struct trf_gpu *gpu,
       const struct trf_copy_kernel *kernel, const struct job *job)
{
   const struct trf_kernel_ir *ir = kernel->ir;
   struct trf_launcher *launcher = trf_gpu_launcher(gpu);
   struct trf_global_binding globals[2];
   struct trf_image_binding texture, image;
   uint8_t input[1024];
   struct trf_launch launch = {
      .shader = kernel->shader,
      .input = input,
      .input_size = ir->input_size,
      .globals = globals,
      .textures = &texture,
      .images = &image,
      .work_dim = 3,
   };
   struct trf_ndrange_walk walk = {0};
   struct trf_ndrange_part part;
   struct trf_ndrange range;

   if (!launcher)
      return CL_OUT_OF_HOST_MEMORY;
   assert(ir->input_size <= sizeof(input));
   bind(&launch, job->dst, globals, &image,
        ir->args[TRF_COPY_DST_ADDRESS].offset, job->element, true);
   if (job->src)
      bind(&launch, job->src, globals, &texture,
           ir->args[TRF_COPY_SRC_ADDRESS].offset, job->element, false);

   choose_range(device, job, &range);
   if (!trf_ndrange_begin(&walk, &range, device->caps->max_grid))
      return CL_SUCCESS;
   trf_launcher_order(launcher, &launch);
   while (trf_ndrange_next(&walk, &part)) {
      memset(input, 0, ir->input_size);
      trf_ndrange_header(&range, &part, (struct trf_kernel_header *)input);
      /* A launch adds addresses to the input: each has a fresh one. */
      fill_input(ir, job, input);
      memcpy(launch.block, part.block, sizeof(launch.block));
      memcpy(launch.grid, part.grid, sizeof(launch.grid));
      const cl_int error = trf_launcher_run(launcher, &launch);
      if (error)
         return error;
   }
   return CL_SUCCESS;
}

/* `bits`: of what else than the places the elements must be aligned to. */
static cl_int
run(struct trf_device *device, struct trf_gpu *gpu, const struct job *job)
{
   const struct trf_copy_key key = {
      .dst = trf_resource_desc(job->dst->resource)->target,
      .src = job->src ? trf_resource_desc(job->src->resource)->target
                      : TRF_TARGET_BUFFER,
      .fills = !job->src,
      .element = job->element,
      .alignment = alignment_of(job, 0, job->element),
   };
   const struct trf_copy_kernel *kernel = get_kernel(device, &key);

   return kernel ? launch(device, gpu, kernel, job) : CL_OUT_OF_HOST_MEMORY;
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
   struct job job = {.dst = &to, .src = &from, .extent = *wanted};

   join_rows(&dst->layout, &src->layout, &job.extent, joined);
   to.layout = joined[0];
   from.layout = joined[1];
   if (!device->caps->copy_kernels ||
       job.extent.height * job.extent.depth <= FEW_ROWS)
      return copy_row_by_row(gpu, &to, &from, &job.extent);

   /* In the largest steps that all is aligned to. */
   job.extent.width *= dst->layout.element;
   job.element = alignment_of(&job, job.extent.width, 16);
   job.extent.width /= job.element;
   return run(device, gpu, &job);
}

static struct trf_resource *
scratch_buffer(struct trf_device *device, size_t size)
{
   const struct trf_resource_desc desc = {
      .target = TRF_TARGET_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .width = size,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .internal = true,
   };
   return trf_resource_create(device->screen, &desc);
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
   struct trf_box box = is_buffer(dst) ? src->box : dst->box;

   box.width = extent->width;
   box.height = extent->height;
   box.depth = extent->depth;
   if (is_buffer(dst))
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
      is_buffer(dst) ? dst->layout.element : src->layout.element;
   struct trf_resource *scratch = scratch_buffer(
      device, element * extent->width * extent->height * extent->depth);
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
   const struct job job = {
      .dst = dst,
      .src = src,
      .extent = *extent,
      .element = src->layout.element,
   };
   return run(device, gpu, &job);
}

static cl_int
copy_mixed(struct trf_device *device, struct trf_gpu *gpu,
           const struct trf_place *dst, const struct trf_place *src,
           const struct trf_box *extent)
{
   if (device->caps->pixel_kernels)
      return copy_pixels(device, gpu, dst, src, extent);
   if (!is_tight(is_buffer(dst) ? dst : src, extent))
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
      if (device->caps->copies_buffer_image)
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
   if (is_buffer(dst) && is_buffer(src))
      return copy_buffers(device, gpu, dst, src, extent);
   if (is_buffer(dst) || is_buffer(src))
      return copy_mixed(device, gpu, dst, src, extent);
   return copy_images(device, gpu, dst, src, extent);
}

static void
repeat_pattern(struct job *job, const uint8_t *pattern, size_t size)
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
   struct job job = {.dst = &to, .extent = *extent};

   join_rows(&dst->layout, &dst->layout, &job.extent, joined);
   to.layout = joined[0];
   repeat_pattern(&job, pattern, dst->layout.element);
   job.extent.width *= dst->layout.element;
   job.element = MAX2(alignment_of(&job, job.extent.width, 16),
                      MIN2(dst->layout.element, 16));
   job.extent.width /= job.element;
   return run(device, gpu, &job);
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
   struct trf_resource *scratch = scratch_buffer(
      device, slab.width * slab.height * slab.depth * dst->layout.element);
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
   struct job job = {
      .dst = dst, .extent = *extent, .element = dst->layout.element};

   if (is_buffer(dst))
      return fill_buffer(device, gpu, dst, extent, pattern);
   if (!device->caps->pixel_kernels)
      return fill_by_scratch(device, gpu, dst, extent, pattern);
   repeat_pattern(&job, pattern, job.element);
   return run(device, gpu, &job);
}
