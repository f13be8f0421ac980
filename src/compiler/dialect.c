/* SPDX-License-Identifier: MIT */

#include "compiler/dialect.h"

#include <assert.h>
#include <stdlib.h>

#include "compiler/prelude.h"
#include "compiler/text.h"
#include "util/macros.h"

/* What clang's own list of extensions and features names. */
static void
describe_extensions(const struct trf_compiler_features *has,
                    struct trf_text *text)
{
   const struct {
      bool offered;
      const char *name;
   } known[] = {
      {true, "cl_khr_byte_addressable_store"},
      {true, "cl_khr_global_int32_base_atomics"},
      {true, "cl_khr_global_int32_extended_atomics"},
      {true, "cl_khr_local_int32_base_atomics"},
      {true, "cl_khr_local_int32_extended_atomics"},
      {has->int64_atomics, "cl_khr_int64_base_atomics"},
      {has->int64_atomics, "cl_khr_int64_extended_atomics"},
      {true, "__opencl_c_atomic_order_acq_rel"},
      {has->atomic_seq_cst, "__opencl_c_atomic_order_seq_cst"},
      {has->global_variables, "__opencl_c_program_scope_global_variables"},
      {has->generic_addresses, "__opencl_c_generic_address_space"},
      {has->fp16, "cl_khr_fp16"},
      {has->fp64, "cl_khr_fp64"},
      {has->fp64, "__opencl_c_fp64"},
      {has->int64, "cles_khr_int64"},
      {has->images, "__opencl_c_images"},
      {has->read_write_images, "__opencl_c_read_write_images"},
      {has->write_3d_images, "cl_khr_3d_image_writes"},
      {has->write_3d_images, "__opencl_c_3d_image_writes"},
      {has->depth_images, "cl_khr_depth_images"},
      {has->mipmaps, "cl_khr_mipmap_image"},
      {has->mipmap_writes, "cl_khr_mipmap_image_writes"},
      {has->subgroups, "__opencl_c_subgroups"},
   };

   trf_text_append(text, "-cl-ext=-all");
   for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
      if (known[i].offered)
         trf_text_printf(text, ",+%s", known[i].name);
   }
}

static void
add_word(struct trf_dialect *dialect, const char *word)
{
   assert(dialect->count < TRF_DIALECT_MAX_WORDS);
   dialect->words[dialect->count++] = word;
}

/* What clang defines for every device, and what it leaves to its header. */
static void
add_macros(struct trf_dialect *dialect,
           const struct trf_compiler_features *has)
{
   const bool double_atomics = has->fp64 && has->int64_atomics;
   const struct {
      bool wanted;
      const char *word;
   } known[] = {
      /* By these its header would switch everything on. */
      {true, "-U__SPIR__"},
      {true, "-U__SPIRV__"},
      {!has->int64, "-U__opencl_c_int64"},
      {!has->images, "-U__IMAGE_SUPPORT__"},
      {true, "-Dcl_khr_expect_assume=1"},
      {true, "-Dcl_khr_extended_async_copies=1"},
      {true, "-Dcl_khr_integer_dot_product=1"},
      {true, "-D__opencl_c_integer_dot_product_input_4x8bit=1"},
      {true, "-D__opencl_c_integer_dot_product_input_4x8bit_packed=1"},
      {has->embedded_profile, "-D__EMBEDDED_PROFILE__=1"},
      {true, "-D__opencl_c_atomic_scope_device=1"},
      {has->atomic_all_devices, "-D__opencl_c_atomic_scope_all_devices=1"},
      {true, "-Dcl_ext_float_atomics=1"},
      {true, "-D__opencl_c_ext_fp32_global_atomic_add=1"},
      {true, "-D__opencl_c_ext_fp32_local_atomic_add=1"},
      {true, "-D__opencl_c_ext_fp32_global_atomic_min_max=1"},
      {true, "-D__opencl_c_ext_fp32_local_atomic_min_max=1"},
      {double_atomics, "-D__opencl_c_ext_fp64_global_atomic_add=1"},
      {double_atomics, "-D__opencl_c_ext_fp64_local_atomic_add=1"},
      {double_atomics, "-D__opencl_c_ext_fp64_global_atomic_min_max=1"},
      {double_atomics, "-D__opencl_c_ext_fp64_local_atomic_min_max=1"},
      {has->collectives, "-D__opencl_c_work_group_collective_functions=1"},
      {has->subgroups, "-Dcl_khr_subgroup_ballot=1"},
      {has->subgroups, "-Dcl_khr_subgroup_clustered_reduce=1"},
      {has->subgroups, "-Dcl_khr_subgroup_extended_types=1"},
      {has->subgroups, "-Dcl_khr_subgroup_non_uniform_arithmetic=1"},
      {has->subgroups, "-Dcl_khr_subgroup_non_uniform_vote=1"},
      {has->subgroups, "-Dcl_khr_subgroup_rotate=1"},
      {has->subgroups, "-Dcl_khr_subgroup_shuffle=1"},
      {has->subgroups, "-Dcl_khr_subgroup_shuffle_relative=1"},
      {has->fma32, "-DFP_FAST_FMAF=1"},
      {has->fma64 && has->fp64, "-DFP_FAST_FMA=1"},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
      if (known[i].wanted)
         add_word(dialect, known[i].word);
   }
}

bool
trf_dialect_init(struct trf_dialect *dialect,
                 const struct trf_compiler_features *features)
{
   static const char *const always[] = {
      "-cl-std=cl1.2",
      "-fdeclare-opencl-builtins",
      "-include",
      "opencl-c-base.h",
      "-include",
      TRF_PRELUDE_NAME,
      "-internal-isystem",
      TRF_CLANG_HEADERS,
      "-fno-caret-diagnostics",
      /* Functions that are inline must be there to be called. */
      "-fgnu89-inline",
      /* What LLVM makes of code the translator often cannot translate. */
      "-O0",
      "-fno-builtin-memset",
   };
   struct trf_text extensions = {0};

   *dialect = (struct trf_dialect){0};
   describe_extensions(features, &extensions);
   if (extensions.truncated || !extensions.string) {
      trf_text_clear(&extensions);
      return false;
   }
   dialect->extensions = extensions.string;

   add_word(dialect, "-triple");
   add_word(dialect, features->address_bits == 32
                        ? "spir-unknown-unknown"
                        : "spirv64-unknown-unknown");
   for (unsigned i = 0; i < ARRAY_SIZE(always); i++)
      add_word(dialect, always[i]);
   add_word(dialect, dialect->extensions);
   add_macros(dialect, features);
   return true;
}

void
trf_dialect_finish(struct trf_dialect *dialect)
{
   free(dialect->extensions);
}
