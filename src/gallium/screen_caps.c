/* SPDX-License-Identifier: MIT */

#include <string.h>

#include "compiler/nir/nir.h"
#include "gallium/mesa.h"
#include "gallium/screen_private.h"
#include "gallium/vulkan.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/detect_arch.h"
#include "util/format/u_format.h"
#include "util/macros.h"
#include "util/mesa-sha1.h"
#include "util/os_misc.h"
#include "util/u_cpu_detect.h"
#include "util/u_math.h"

/* Khronos' number for Mesa, for devices on no bus (cl.h has no name). */
#define VENDOR_ID_MESA 0x10005

#define MAX_PIXEL_BYTES 16

/* Transfers count bytes and pixels in ints; whole pages below that. */
#define MAX_BOX_BYTES (INT32_MAX & ~4095)

/*
 * llvmpipe asks that ffma be split, whatever the processor; what is left
 * whole becomes the processor's own instruction, where it has one.
 */
static void
fill_fma(struct trf_screen *screen)
{
   const nir_shader_compiler_options *options =
      trf_mesa_nir_options(screen->pipe);
   struct trf_screen_caps *caps = &screen->caps;

   /* Not of zink on the processor: its SPIR-V has no ffma. */
   if (caps->synchronous) {
      caps->fma32 = util_get_cpu_caps()->has_fma || DETECT_ARCH_AARCH64;
      caps->fma64 = caps->fma32;
   } else if (options) {
      caps->fma32 = !options->lower_ffma32;
      caps->fma64 = !options->lower_ffma64;
   }
}

/*
 * Some drivers compute doubles in software where the hardware has none: with
 * code that OpenGL's frontend brings along, and this one does not.
 */
static bool
has_doubles(struct pipe_screen *pipe)
{
   const nir_shader_compiler_options *options = trf_mesa_nir_options(pipe);

   return pipe->caps.doubles && options &&
          !(options->lower_doubles_options & nir_lower_fp64_full_software);
}

static void
fill_kind(struct trf_screen *screen, const struct trf_vulkan_device *vulkan)
{
   struct pipe_screen *pipe = screen->pipe;
   const struct pipe_caps *from = &pipe->caps;
   struct trf_screen_caps *caps = &screen->caps;

   caps->synchronous = !strcmp(screen->driver, "llvmpipe") ||
                       !strcmp(screen->driver, "softpipe");
   caps->is_cpu = caps->synchronous || (vulkan && vulkan->is_cpu);
   caps->ordered_lanes = !strcmp(screen->driver, "llvmpipe");
   caps->divisible = !strcmp(screen->driver, "llvmpipe");
   caps->copies_by_stores = !strcmp(screen->driver, "radeonsi");
   caps->uma = from->uma || caps->is_cpu;
   /* Not what Gallium promises, but what zink's copies do. */
   caps->copies_buffer_image = !strcmp(screen->driver, "zink");
   /* Its fences are parts of batches, which it uses again once they end. */
   caps->fences_are_reused = !strcmp(screen->driver, "zink");
   /* It numbers batches and then sends them, in the order of the numbers. */
   caps->contexts_take_turns = !strcmp(screen->driver, "zink");
   caps->through_spirv = !strcmp(screen->driver, "zink");
   caps->local_words =
      caps->through_spirv && !(vulkan && vulkan->local_layouts);
   caps->user_memory = pipe->resource_from_user_memory &&
                       (from->resource_from_user_memory ||
                        from->resource_from_user_memory_compute_only);
   caps->fp64 = has_doubles(pipe);
   caps->fp16 = trf_mesa_shader_cap(pipe, PIPE_SHADER_CAP_FP16);
   caps->int64 = from->int64;
   fill_fma(screen);

   /* llvmpipe does them, and says nothing of it. */
   caps->int64_atomics =
      caps->int64 &&
      (caps->synchronous ||
       trf_mesa_shader_cap(pipe, PIPE_SHADER_CAP_INT64_ATOMICS));
   caps->shareable_shaders = from->shareable_shaders;
   caps->system_svm = from->system_svm;

   /* softpipe takes NIR too, but says nothing of pointers: it has none. */
   caps->address_bits =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_ADDRESS_BITS);
   const unsigned irs =
      trf_mesa_shader_cap(pipe, PIPE_SHADER_CAP_SUPPORTED_IRS);
   caps->compute = from->compute && (irs & (1 << PIPE_SHADER_IR_NIR)) &&
                   caps->address_bits;
   if (!caps->address_bits)
      caps->address_bits = 8 * sizeof(void *);
}

/*
 * llvmpipe's clock is the host's, which times what runs there better than
 * queries would.  zink tells the time in other units than its queries' where
 * Vulkan does not calibrate the two.
 */
static void
fill_clock(struct trf_screen *screen, const struct trf_vulkan_device *vulkan)
{
   struct pipe_screen *pipe = screen->pipe;
   struct trf_screen_caps *caps = &screen->caps;

   caps->device_clock = !caps->synchronous && pipe->caps.query_timestamp &&
                        pipe->get_timestamp &&
                        (!vulkan || vulkan->calibrated_timestamps);
   caps->timer_resolution =
      caps->device_clock ? MAX2(pipe->caps.timer_resolution, 1) : 1;
   /* iris writes timestamps beside what it renders and copies only. */
   caps->timestamps_launches = strcmp(screen->driver, "iris") != 0;
   caps->copies_overtake = !strcmp(screen->driver, "zink");
}

static void
fill_identity(struct trf_screen *screen,
              const struct trf_vulkan_device *vulkan)
{
   const struct pipe_caps *from = &screen->pipe->caps;
   struct trf_screen_caps *caps = &screen->caps;

   caps->vendor_id =
      from->vendor_id == UINT32_MAX ? VENDOR_ID_MESA : from->vendor_id;
   caps->device_id = from->device_id == UINT32_MAX ? 0 : from->device_id;

   caps->pci_domain = from->pci_group;
   caps->pci_bus = from->pci_bus;
   caps->pci_device = from->pci_device;
   caps->pci_function = from->pci_function;
   if (vulkan && vulkan->has_pci) {
      caps->pci_domain = vulkan->pci_domain;
      caps->pci_bus = vulkan->pci_bus;
      caps->pci_device = vulkan->pci_device;
      caps->pci_function = vulkan->pci_function;
   }
   caps->has_pci = !caps->is_cpu && (caps->pci_domain || caps->pci_bus ||
                                     caps->pci_device || caps->pci_function);
}

/* For drivers that have no identifier: one that is the same in each run. */
static void
hash_uuid(const struct trf_screen *screen, bool device,
          uint8_t uuid[PIPE_UUID_SIZE])
{
   unsigned char digest[SHA1_DIGEST_LENGTH];
   struct mesa_sha1 sha1;

   _mesa_sha1_init(&sha1);
   _mesa_sha1_update(&sha1, screen->driver, strlen(screen->driver) + 1);
   if (device)
      _mesa_sha1_update(&sha1, screen->name, strlen(screen->name) + 1);
   _mesa_sha1_final(&sha1, digest);
   memcpy(uuid, digest, PIPE_UUID_SIZE);
}

static void
fill_uuids(struct trf_screen *screen)
{
   struct pipe_screen *pipe = screen->pipe;
   struct trf_screen_caps *caps = &screen->caps;

   STATIC_ASSERT(sizeof(caps->uuid) == PIPE_UUID_SIZE);
   STATIC_ASSERT(sizeof(caps->luid) == PIPE_LUID_SIZE);

   if (pipe->get_device_uuid)
      pipe->get_device_uuid(pipe, (char *)caps->uuid);
   else
      hash_uuid(screen, true, caps->uuid);

   if (pipe->get_driver_uuid)
      pipe->get_driver_uuid(pipe, (char *)caps->driver_uuid);
   else
      hash_uuid(screen, false, caps->driver_uuid);

   caps->has_luid = pipe->get_device_luid && pipe->get_device_node_mask;
   if (caps->has_luid) {
      pipe->get_device_luid(pipe, (char *)caps->luid);
      caps->node_mask = pipe->get_device_node_mask(pipe);
   }
}

static uint64_t
device_memory(const struct trf_screen *screen)
{
   struct pipe_screen *pipe = screen->pipe;
   const uint64_t global =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_GLOBAL_SIZE);
   uint64_t host = 0;

   /* llvmpipe's own figure is that of one allocation. */
   if (screen->caps.is_cpu && os_get_total_physical_memory(&host))
      return host;
   if (global)
      return global;

   if (pipe->caps.query_memory_info && pipe->query_memory_info) {
      struct pipe_memory_info info = {0};
      pipe->query_memory_info(pipe, &info);
      const uint64_t kib = info.total_device_memory
                              ? info.total_device_memory
                              : info.total_staging_memory;
      if (kib)
         return kib << 10;
   }
   return (uint64_t)pipe->caps.video_memory << 20;
}

/* The largest buffer, found by halving, that the driver says it can make. */
static size_t
largest_buffer(struct pipe_screen *pipe, size_t limit)
{
   const struct pipe_resource smallest = {
      .target = PIPE_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .height0 = 1,
      .depth0 = 1,
      .array_size = 1,
      .bind = PIPE_BIND_GLOBAL,
   };

   if (!pipe->can_create_resource)
      return limit;

   for (; limit > 1; limit /= 2) {
      struct pipe_resource templ = smallest;
      templ.width0 = limit;
      if (pipe->can_create_resource(pipe, &templ))
         break;
   }
   return limit;
}

static void
fill_memory(struct trf_screen *screen)
{
   struct pipe_screen *pipe = screen->pipe;
   const struct pipe_caps *from = &pipe->caps;
   struct trf_screen_caps *caps = &screen->caps;
   const uint64_t allocation =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_MEM_ALLOC_SIZE);

   caps->global_memory = device_memory(screen);

   /*
    * max_shader_buffer_size does not count: it is for buffers that shaders
    * bind by index, where kernels have pointers.  It does for constant
    * memory, which a driver may yet want to bind.
    */
   size_t limit = MIN2(caps->global_memory, (uint64_t)MAX_BOX_BYTES);
   if (allocation)
      limit = MIN2(limit, allocation);
   caps->max_buffer_size = largest_buffer(pipe, limit);
   caps->max_constant_buffer =
      MIN2(caps->max_buffer_size, from->max_shader_buffer_size);

   caps->local_memory =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_LOCAL_SIZE);
   caps->map_alignment = from->min_map_buffer_alignment;
}

static void
fill_compute(struct trf_screen *screen,
             const struct trf_vulkan_device *vulkan)
{
   struct pipe_screen *pipe = screen->pipe;
   struct trf_screen_caps *caps = &screen->caps;
   uint64_t block[3];

   trf_mesa_compute_cap3(pipe, PIPE_COMPUTE_CAP_MAX_BLOCK_SIZE, block);
   for (unsigned i = 0; i < 3; i++)
      caps->max_block[i] = block[i];
   trf_mesa_compute_cap3(pipe, PIPE_COMPUTE_CAP_MAX_GRID_SIZE,
                         caps->max_grid);

   caps->max_threads_per_block =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_THREADS_PER_BLOCK);
   caps->subgroup_sizes =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_SUBGROUP_SIZES);
   caps->max_subgroups =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_SUBGROUPS);
   /* zink does not say: as many as fit, if there is one size to count by. */
   if (caps->through_spirv && vulkan && vulkan->subgroup_size)
      caps->max_subgroups =
         caps->max_threads_per_block / vulkan->subgroup_size;
   caps->clock_mhz =
      trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_CLOCK_FREQUENCY);

   /* llvmpipe says eight on every machine, zink one. */
   if (caps->is_cpu)
      caps->compute_units = MAX2(util_get_cpu_caps()->nr_cpus, 1);
   else if (vulkan && vulkan->compute_units)
      caps->compute_units = vulkan->compute_units;
   else
      caps->compute_units =
         trf_mesa_compute_cap(pipe, PIPE_COMPUTE_CAP_MAX_COMPUTE_UNITS);
}

/* The least that a device of the embedded profile has (4.2, footnotes). */
static bool
enough_for_images(const struct trf_screen_caps *caps)
{
   return caps->max_image_2d >= 2048 && caps->max_image_layers >= 256 &&
          caps->max_texel_buffer >= 2048 && caps->max_read_images >= 8 &&
          caps->max_write_images >= 8 && caps->max_samplers >= 8;
}

static void
fill_images(struct trf_screen *screen)
{
   struct pipe_screen *pipe = screen->pipe;
   const struct pipe_caps *from = &pipe->caps;
   struct trf_screen_caps *caps = &screen->caps;

   /* Heights are 16 bits in a resource, depths 15 bits in a box. */
   caps->max_image_2d = MIN2(from->max_texture_2d_size, UINT16_MAX);
   caps->max_image_3d = 0;
   if (from->max_texture_3d_levels)
      caps->max_image_3d =
         MIN2(1u << (from->max_texture_3d_levels - 1), INT16_MAX);
   caps->max_image_layers = MIN2(from->max_texture_array_layers, INT16_MAX);
   caps->max_texel_buffer = MIN2(from->max_texel_buffer_elements,
                                 caps->max_buffer_size / MAX_PIXEL_BYTES);

   caps->linear_pitch_alignment = from->linear_image_pitch_alignment;
   caps->linear_base_alignment = from->linear_image_base_address_alignment;

   caps->max_read_images =
      trf_mesa_shader_cap(pipe, PIPE_SHADER_CAP_MAX_SAMPLER_VIEWS);
   caps->max_write_images =
      trf_mesa_shader_cap(pipe, PIPE_SHADER_CAP_MAX_SHADER_IMAGES);
   caps->max_samplers =
      trf_mesa_shader_cap(pipe, PIPE_SHADER_CAP_MAX_TEXTURE_SAMPLERS);

   caps->images = enough_for_images(caps) && from->image_store_formatted;
   caps->read_write_images = caps->images && from->image_load_formatted;
   /* Of what samples in software, wherever it says that it runs. */
   caps->exact_repeat = caps->is_cpu || !from->accelerated;
   /* Vulkan's rules, which zink leaves to us. */
   caps->flat_unnormalized = !strcmp(screen->driver, "zink");
   caps->plain_views = !strcmp(screen->driver, "zink");
}

/*
 * Kernels that copy see each pixel as whole numbers of its size, whatever
 * its format is.
 */
static bool
moves_pixels(const struct trf_screen *screen)
{
   static const enum trf_target targets[] = {
      TRF_TARGET_1D,       TRF_TARGET_1D_ARRAY, TRF_TARGET_2D,
      TRF_TARGET_2D_ARRAY, TRF_TARGET_3D,
   };
   const unsigned wanted = TRF_FORMAT_SAMPLED | TRF_FORMAT_STORED;

   for (unsigned bytes = 1; bytes <= MAX_PIXEL_BYTES; bytes *= 2) {
      for (unsigned i = 0; i < ARRAY_SIZE(targets); i++) {
         if ((trf_screen_format_uses(screen, trf_raw_format(bytes),
                                     targets[i]) &
              wanted) != wanted)
            return false;
      }
   }
   return true;
}

/*
 * Not where the host and the device are one: there the host copies, without
 * more ado.  Nor images where the driver copies them itself (zink).
 */
static void
fill_copies(struct trf_screen *screen)
{
   struct trf_screen_caps *caps = &screen->caps;

   caps->copy_kernels =
      caps->compute && !caps->synchronous && caps->address_bits == 64;
   caps->pixel_kernels = caps->copy_kernels && !caps->copies_buffer_image &&
                         moves_pixels(screen);
}

void
trf_screen_fill_caps(struct trf_screen *screen,
                     const struct trf_vulkan_device *vulkan)
{
   fill_kind(screen, vulkan);
   fill_clock(screen, vulkan);
   fill_identity(screen, vulkan);
   fill_uuids(screen);
   fill_memory(screen);
   fill_compute(screen, vulkan);
   fill_images(screen);
   fill_copies(screen);
}
