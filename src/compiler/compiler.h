/* SPDX-License-Identifier: MIT */

/*
 * The compiler of one device: OpenCL C or SPIR-V in, NIR that the device's
 * driver takes out.
 *
 *    source --clang, LLVM-SPIRV translator--> SPIR-V --link--> SPIR-V
 *    SPIR-V --spirv_to_nir, libclc, our passes--> struct trf_kernel_ir
 *
 * Both halves are kept in a disk cache.
 */

#ifndef TRF_COMPILER_H
#define TRF_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nir_shader;
struct pipe_screen;
struct trf_compiler;
struct trf_text;

/* What kernels of the device may use. */
struct trf_compiler_features {
   bool embedded_profile;
   bool fp16, fp64, int64;
   bool fma32, fma64; /* the driver's ffma can be one rounding */
   bool images, read_write_images, write_3d_images, depth_images;
   bool mipmaps, mipmap_writes;
   bool exact_repeat;      /* the driver wraps coordinates without rounding */
   bool flat_unnormalized; /* unnormalised coordinates in 1D and 2D only */
   bool subgroups;
   unsigned ordered_lanes; /* lanes that work-items fill in order, or 0 */
   bool collectives;       /* functions of work-groups */
   unsigned subgroup_size; /* 0: there is none, or launches differ in it */
   unsigned max_subgroups;
   bool subgroups_in_step;   /* work-items of one need no barrier to meet */
   unsigned work_group_size; /* of the largest */
   bool int64_atomics;
   bool through_spirv; /* zink: NIR becomes SPIR-V again, with types */
   bool local_words;   /* local memory has but one size of access */
   bool llvm; /* llvmpipe: it has atomics of floats, and LLVM's ways */
   bool atomic_seq_cst, atomic_all_devices;
   bool generic_addresses, global_variables;
   unsigned address_bits;
   unsigned printf_buffer_size; /* bytes */
   unsigned max_parameter_size; /* bytes of a kernel's arguments */
};

/* `pipe` must outlive it.  NULL without memory. */
struct trf_compiler *
trf_compiler_create(struct pipe_screen *pipe,
                    const struct trf_compiler_features *features);
void trf_compiler_destroy(struct trf_compiler *compiler);

const struct trf_compiler_features *
trf_compiler_features(const struct trf_compiler *compiler);

/* SPIR-V words of our own memory. */
struct trf_spirv {
   void *data;
   size_t size; /* bytes */
};

bool trf_spirv_copy(struct trf_spirv *spirv, const void *data, size_t size);
void trf_spirv_free(struct trf_spirv *spirv);

/* A client's SPIR-V, whatever it is, with its words in the host's order. */
bool trf_spirv_copy_il(struct trf_spirv *spirv, const void *data,
                       size_t size);

struct trf_named_source {
   const char *name;
   const char *source;
};

struct trf_source {
   const char *text;
   const struct trf_named_source *headers;
   unsigned header_count;
   const char *const *options; /* one word each: see options.h */
   unsigned option_count;
};

/*
 * OpenCL C to SPIR-V that is not linked.  Diagnostics of clang's, errors and
 * warnings, are appended to the log.  False if it does not compile.
 */
bool trf_compile_source(struct trf_compiler *compiler,
                        const struct trf_source *source,
                        struct trf_spirv *out, struct trf_text *log);

/* Links modules into a program, or a library that keeps its exports. */
bool trf_link_spirv(const struct trf_spirv *const *modules, unsigned count,
                    bool library, struct trf_spirv *out,
                    struct trf_text *log);

/*
 * Gives specialization constants, each of which the module has, new
 * defaults.
 */
struct trf_spec_value;
bool trf_specialize_spirv(const struct trf_spirv *spirv,
                          const struct trf_spec_value *values, unsigned count,
                          struct trf_spirv *out, struct trf_text *log);

/* Whether a client's SPIR-V is well-formed and within the limits. */
bool trf_validate_spirv(struct trf_compiler *compiler,
                        const struct trf_spirv *spirv, struct trf_text *log);

#endif
