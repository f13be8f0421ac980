/* SPDX-License-Identifier: MIT */

/*
 * A kernel in the form that a driver takes, with what a launch must know.
 *
 * Constant buffer 0 holds the *input*: a struct trf_kernel_header of values
 * that only a launch knows, one struct trf_image_data for each texture and
 * then each image, and the client's arguments at their offsets.
 */

#ifndef TRF_COMPILER_KERNEL_IR_H
#define TRF_COMPILER_KERNEL_IR_H

#include "compiler/module.h"

struct nir_shader;
struct u_printf_info;

enum trf_arg_kind {
   TRF_ARG_VALUE,
   TRF_ARG_GLOBAL,   /* __global pointer */
   TRF_ARG_CONSTANT, /* __constant pointer */
   TRF_ARG_LOCAL,    /* __local pointer */
   TRF_ARG_SAMPLER,
   TRF_ARG_TEXTURE, /* read_only image */
   TRF_ARG_IMAGE,   /* write_only image */
   TRF_ARG_IMAGE_READ_WRITE,
};

struct trf_kernel_arg {
   enum trf_arg_kind kind;
   uint32_t size;   /* bytes that clSetKernelArg takes; values only */
   uint32_t offset; /* in the input; binding of images and samplers */
   bool live;       /* false: the kernel does not look at it */
   cl_mem_object_type image_type; /* of images; 0 otherwise */
};

struct trf_inline_sampler {
   uint32_t binding;
   bool normalized;
   bool linear;
   uint32_t addressing; /* CL_ADDRESS_* */
};

/* Its size is a multiple of the largest type's, so arguments stay aligned. */
struct trf_kernel_header {
   uint64_t global_offset[3]; /* the client's */
   uint64_t global_size[3];
   uint64_t group_offset[3]; /* work-groups before this part of the grid */
   uint64_t start[3];        /* work-items before this part of the grid */
   uint64_t constants;       /* address of the constant data */
   uint64_t printf_buffer;   /* address */
   uint32_t group_count[3];
   uint32_t work_dim;
   uint32_t enqueued_size[3]; /* of work-groups but the last in a range */
   uint32_t repeating;        /* masks of samplers: see lower_samplers.c */
   uint32_t unnormalized, nearest;
   uint32_t reciprocals[2]; /* of a work-group's width and height */
   uint32_t sub_group_size; /* the largest, where launches differ in it */
};

/*
 * Multiples of 2^-20, rounded up.  What that adds to a quotient of numbers up
 * to 1024 does not reach the next whole number.
 */
#define TRF_RECIPROCAL_SHIFT 20
#define TRF_RECIPROCAL_LIMIT 1024

static inline uint32_t
trf_reciprocal(uint32_t size)
{
   return ((1u << TRF_RECIPROCAL_SHIFT) + size - 1) / size;
}

struct trf_image_data {
   uint16_t data_type; /* CL_UNORM_INT8 … */
   uint16_t order;     /* CL_R … */
   uint32_t levels;
};

/* In pointers to local memory, where a kernel has generic ones. */
#define TRF_LOCAL_TAG (1ull << 62)

#define TRF_IMAGE_DATA_OFFSET sizeof(struct trf_kernel_header)

/*
 * No driver stores to another level than that of the image's view.  So a
 * kernel that writes to levels has a slot more for each level but the first.
 */
#define TRF_MIP_SLOTS 15

struct trf_mip_slots {
   uint32_t image; /* the binding of level 0 */
   uint32_t first; /* the binding of level 1; the others follow */
};

struct trf_kernel_ir {
   struct nir_shader *nir;
   struct trf_kernel_arg *args;
   unsigned arg_count;
   struct trf_inline_sampler *samplers;
   unsigned sampler_count;
   uint32_t normalized; /* mask: the kernel gives them no other coordinates */

   uint32_t input_size; /* bytes, header and image data included */
   unsigned texture_count, image_count;
   struct trf_mip_slots *mip_slots;
   unsigned mip_slots_count; /* images written by level */
   unsigned image_slots;     /* images and the slots of their levels */
   uint32_t shared_size;     /* bytes of static __local memory */
   uint32_t private_size;    /* bytes of a work-item */
   uint32_t globals_offset;  /* where the globals' address goes; 0: nowhere */
   bool uses_printf;
   bool generic; /* local pointers are tagged: see TRF_LOCAL_TAG */
   bool uses_sub_group_size; /* the header's */
   bool groups_invisible;    /* how work-items are grouped changes nothing */
   void *constants;          /* program-scope constant data; NULL if none */
   uint32_t constants_size;
   uint32_t local_size[3]; /* fixed; 0,0,0 if not */
   uint32_t sub_groups;    /* of a work-group, fixed; 0 if not */
};

/* One specialization constant's value, `size` bytes of it. */
struct trf_spec_value {
   uint32_t id;
   unsigned size;
   uint8_t value[8];
};

/*
 * Compiles one kernel of a linked program.  NULL, with reasons in the log,
 * if Mesa cannot take it.
 */
struct trf_kernel_ir *trf_kernel_ir_create(
   struct trf_compiler *compiler, const struct trf_spirv *spirv,
   const struct trf_kernel_decl *kernel, const struct trf_spec_value *values,
   unsigned value_count, struct trf_text *log);
void trf_kernel_ir_free(struct trf_kernel_ir *ir);

/* The printf format strings of the kernel. */
const struct u_printf_info *
trf_kernel_ir_printf(const struct trf_kernel_ir *ir, unsigned *count);

#endif
