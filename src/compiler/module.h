/* SPDX-License-Identifier: MIT */

/* What a linked program's SPIR-V declares: kernels, arguments, constants. */

#ifndef TRF_COMPILER_MODULE_H
#define TRF_COMPILER_MODULE_H

#include "compiler/globals.h"

#include <CL/cl.h>

struct trf_kernel_decl_arg {
   char *name;      /* never NULL; "" if not recorded */
   char *type_name; /* likewise */
   cl_kernel_arg_address_qualifier address;
   cl_kernel_arg_access_qualifier access;
   cl_kernel_arg_type_qualifier type;
};

struct trf_kernel_decl {
   char *name;
   char *attributes; /* as CL_KERNEL_ATTRIBUTES reports them */
   struct trf_kernel_decl_arg *args;
   unsigned arg_count;
   size_t required_local_size[3]; /* 0,0,0 if none */
   size_t local_size_hint[3];     /* likewise */
   uint32_t sub_groups;           /* required of a work-group; 0 if none */
   uint32_t sub_group_size;       /* likewise */
   bool uniform; /* of OpenCL C before 2.0: work-groups have one size */
};

struct trf_spec_constant {
   uint32_t id;
   unsigned size; /* bytes; 1 for bool */
};

struct trf_module {
   struct trf_kernel_decl *kernels;
   unsigned kernel_count;
   struct trf_spec_constant *constants;
   unsigned constant_count;
   struct trf_globals globals;
};

/*
 * NULL if the SPIR-V cannot be parsed, or without memory.  The source knows
 * more of attributes; it may be NULL.
 */
struct trf_module *trf_module_parse(const struct trf_spirv *spirv,
                                    const char *source, struct trf_text *log);
void trf_module_free(struct trf_module *module);

const struct trf_kernel_decl *trf_module_find(const struct trf_module *module,
                                              const char *name);

#endif
