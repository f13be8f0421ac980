/* SPDX-License-Identifier: MIT */

#include "core/device.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "core/copy.h"
#include "core/extensions.h"
#include "gallium/screen.h"
#include "util/macros.h"

static bool
has_linear_images(const struct trf_device *device)
{
   return device->limits.image_pitch_alignment != 0;
}

static bool
has_pci_address(const struct trf_device *device)
{
   return device->caps->has_pci;
}

static bool
has_kernels(const struct trf_device *device)
{
   return device->caps->compute;
}

/* What the full profile has without an extension. */
static bool
has_embedded_int64(const struct trf_device *device)
{
   return device->limits.embedded_profile && device->features.int64;
}

/* A feature of kernels: all are off where a device runs none. */
#define HAS_FEATURE(name, condition)                                          \
   static bool has_##name(const struct trf_device *device)                    \
   {                                                                          \
      const struct trf_compiler_features *features = &device->features;       \
      return condition;                                                       \
   }

HAS_FEATURE(fp16, features->fp16)
HAS_FEATURE(fp64, features->fp64)
HAS_FEATURE(int64_atomics, features->int64_atomics)
HAS_FEATURE(3d_image_writes, features->images && features->write_3d_images)
HAS_FEATURE(depth_images, features->images && features->depth_images)
HAS_FEATURE(sub_groups, features->subgroups)
HAS_FEATURE(mipmaps, features->images && features->mipmaps)
HAS_FEATURE(mipmap_writes, features->images && features->mipmap_writes)

static const struct {
   cl_name_version extension;
   bool (*offered)(const struct trf_device *device); /* NULL: always */
} known_extensions[] = {
   {{CL_MAKE_VERSION(1, 0, 0), "cles_khr_int64"}, has_embedded_int64},
   {{CL_MAKE_VERSION(1, 0, 0), CL_EXT_FLOAT_ATOMICS_EXTENSION_NAME},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_3d_image_writes"},
    has_3d_image_writes},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_byte_addressable_store"}, has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_CREATE_COMMAND_QUEUE_EXTENSION_NAME}},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_depth_images"}, has_depth_images},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_DEVICE_UUID_EXTENSION_NAME}},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_expect_assume"}, has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_extended_async_copies"}, has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_EXTENDED_VERSIONING_EXTENSION_NAME}},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_fp16"}, has_fp16},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_fp64"}, has_fp64},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_global_int32_base_atomics"},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_global_int32_extended_atomics"},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_ICD_EXTENSION_NAME}},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_IL_PROGRAM_EXTENSION_NAME},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_IMAGE2D_FROM_BUFFER_EXTENSION_NAME},
    has_linear_images},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_int64_base_atomics"},
    has_int64_atomics},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_int64_extended_atomics"},
    has_int64_atomics},
   {{CL_KHR_INTEGER_DOT_PRODUCT_EXTENSION_VERSION,
     CL_KHR_INTEGER_DOT_PRODUCT_EXTENSION_NAME},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_local_int32_base_atomics"},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_local_int32_extended_atomics"},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_mipmap_image"}, has_mipmaps},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_mipmap_image_writes"},
    has_mipmap_writes},
   {{CL_MAKE_VERSION(1, 0, 0), CL_KHR_PCI_BUS_INFO_EXTENSION_NAME},
    has_pci_address},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_spirv_no_integer_wrap_decoration"},
    has_kernels},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_ballot"}, has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_clustered_reduce"},
    has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_extended_types"},
    has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_non_uniform_arithmetic"},
    has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_non_uniform_vote"},
    has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_rotate"}, has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_shuffle"}, has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0), "cl_khr_subgroup_shuffle_relative"},
    has_sub_groups},
   {{CL_MAKE_VERSION(1, 0, 0),
     CL_KHR_SUGGESTED_LOCAL_WORK_SIZE_EXTENSION_NAME},
    has_kernels},
};

static bool
init_extensions(struct trf_device *device)
{
   device->extension_versions =
      calloc(ARRAY_SIZE(known_extensions), sizeof(cl_name_version));
   if (!device->extension_versions)
      return false;

   for (unsigned i = 0; i < ARRAY_SIZE(known_extensions); i++) {
      if (known_extensions[i].offered && !known_extensions[i].offered(device))
         continue;
      device->extension_versions[device->extension_count++] =
         known_extensions[i].extension;
   }

   device->extensions = trf_extensions_join(device->extension_versions,
                                            device->extension_count);
   return device->extensions != NULL;
}

/* Of a sub-device, or where the platform could not be made. */
static void
destroy_device(struct trf_object *object)
{
   struct trf_device *device = (struct trf_device *)object;

   if (device->helper)
      trf_gpu_destroy(device->helper);
   trf_copy_kernels_free(device->copy_kernels);
   trf_compiler_destroy(device->compiler);
   simple_mtx_destroy(&device->compiler_lock);
   simple_mtx_destroy(&device->helper_lock);
   trf_screen_destroy(device->screen);
   free(device->extensions);
   free(device->extension_versions);
   free(device->name);
   free(device->partition);
   trf_device_unref(device->parent);
   free(device);
}

struct trf_device *
trf_device_create(struct trf_screen *screen, unsigned index)
{
   struct trf_device *device = calloc(1, sizeof(*device));
   if (!device)
      goto fail_device;

   trf_object_init(&device->base, destroy_device);
   simple_mtx_init(&device->helper_lock, mtx_plain);
   simple_mtx_init(&device->compiler_lock, mtx_plain);
   device->screen = screen;
   device->caps = trf_screen_caps(screen);
   device->index = index;
   device->type =
      device->caps->is_cpu ? CL_DEVICE_TYPE_CPU : CL_DEVICE_TYPE_GPU;
   device->image_support = device->caps->images;
   trf_device_limits_init(&device->limits, device->caps);
   if (device->caps->compute)
      trf_device_init_features(device);

   device->name = strdup(trf_screen_name(screen));
   if (!device->name)
      goto fail_name;
   if (!init_extensions(device))
      goto fail_extensions;
   return device;

fail_extensions:
   free(device->extension_versions);
   free(device->name);
fail_name:
   trf_compiler_destroy(device->compiler);
   simple_mtx_destroy(&device->compiler_lock);
   simple_mtx_destroy(&device->helper_lock);
   free(device);
fail_device:
   trf_screen_destroy(screen);
   return NULL;
}

struct trf_gpu *
trf_device_helper_lock(struct trf_device *device)
{
   simple_mtx_lock(&device->helper_lock);
   /* What was lost with a reset is of no use; the device may be again. */
   if (device->helper && trf_gpu_status(device->helper)) {
      trf_gpu_destroy(device->helper);
      device->helper = NULL;
   }
   if (!device->helper)
      device->helper = trf_gpu_create(device->screen);
   if (!device->helper)
      simple_mtx_unlock(&device->helper_lock);
   return device->helper;
}

cl_int
trf_device_helper_unlock(struct trf_device *device)
{
   const cl_int status = trf_gpu_finish(device->helper);
   simple_mtx_unlock(&device->helper_lock);
   return status;
}
