/* SPDX-License-Identifier: MIT */

#include "core/copy_launch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "core/ndrange.h"
#include "gallium/launch.h"
#include "util/macros.h"
#include "util/u_atomic.h"
#include "util/u_math.h"

/* Work-items of a work-group. */
#define GROUP_SIZE 64

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

/* The bits that are set tell what a place's elements are not aligned to. */
static size_t
misaligned_bits(const struct trf_place *place, const struct trf_box *extent)
{
   struct trf_direct direct;
   size_t bits = place->start;

   if (!trf_place_is_buffer(place))
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

unsigned
trf_copy_alignment(const struct trf_copy_job *job, size_t sizes,
                   unsigned limit)
{
   size_t bits = sizes | misaligned_bits(job->dst, &job->extent);
   if (job->src)
      bits |= misaligned_bits(job->src, &job->extent);
   return bits ? MIN2(bits & -bits, limit) : limit;
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
fill_input(const struct trf_kernel_ir *ir, const struct trf_copy_job *job,
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
choose_range(const struct trf_device *device, const struct trf_copy_job *job,
             struct trf_ndrange *range)
{
   const size_t extent[3] = {job->extent.width, job->extent.height,
                             job->extent.depth};
   const bool tiles = !trf_place_is_buffer(job->dst) ||
                      (job->src && !trf_place_is_buffer(job->src));
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

   if (trf_place_is_buffer(place)) {
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
       const struct trf_copy_kernel *kernel, const struct trf_copy_job *job)
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

cl_int
trf_copy_run(struct trf_device *device, struct trf_gpu *gpu,
             const struct trf_copy_job *job)
{
   const struct trf_copy_key key = {
      .dst = trf_resource_desc(job->dst->resource)->target,
      .src = job->src ? trf_resource_desc(job->src->resource)->target
                      : TRF_TARGET_BUFFER,
      .fills = !job->src,
      .element = job->element,
      .alignment = trf_copy_alignment(job, 0, job->element),
   };
   const struct trf_copy_kernel *kernel = get_kernel(device, &key);

   return kernel ? launch(device, gpu, kernel, job) : CL_OUT_OF_HOST_MEMORY;
}
