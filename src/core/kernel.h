/* SPDX-License-Identifier: MIT */

/* Kernel objects: a program's function, and the arguments set on it. */

#ifndef TRF_CORE_KERNEL_H
#define TRF_CORE_KERNEL_H

#include <CL/cl.h>

#include "compiler/kernel_ir.h"
#include "core/memory.h"
#include "core/program.h"
#include "core/queue.h"
#include "gallium/launch.h"

struct trf_sampler;

/* A kernel's code on one device; shared by the kernel objects of a build. */
struct trf_kernel_code {
   uint32_t refs;
   struct list_head link; /* in its build, which holds a reference */
   char *name;
   struct trf_device *device;
   struct trf_kernel_ir *ir;
   struct trf_shader *shader;
   struct trf_shader_info info;
   struct trf_resource *constants; /* NULL without constant data */
   struct trf_resource *globals;   /* the build's; NULL if not used */
   uint64_t last_sub_groups; /* atomic: see trf_kernel_sub_group_size() */
   bool uniform; /* the work-groups of a range must be of one size */
};

void trf_kernel_code_unref(struct trf_kernel_code *code);

/* An argument's value.  Objects are not held (5.9.2): see trf_kernel_check. */
struct trf_arg_value {
   bool set;
   struct trf_handle *handle; /* of a memory object or sampler */
   struct trf_object *object; /* that the handle had; NULL buffers: NULL */
   size_t local_size;         /* of local memory */
   void *bytes;               /* of a value, or an SVM pointer's */
};

struct trf_kernel {
   struct trf_object base;
   struct trf_program *program; /* strong */
   const struct trf_kernel_decl *decl;
   struct trf_kernel_code **codes; /* by the program's builds; or NULL */

   simple_mtx_t lock; /* guards the values: enqueues copy them */
   struct trf_arg_value *values;
};

TRF_DECLARE_REF(trf_kernel)

/*
 * CL_INVALID_KERNEL_NAME, CL_INVALID_KERNEL_DEFINITION,
 * CL_OUT_OF_RESOURCES (a driver cannot compile it; the reason is in the
 * build log), CL_OUT_OF_HOST_MEMORY.
 */
cl_int trf_kernel_create(struct trf_program *program, const char *name,
                         struct trf_kernel **out);
cl_int trf_kernel_clone(struct trf_kernel *kernel, struct trf_kernel **out);

/* What the arguments of any device's code are; never NULL. */
const struct trf_kernel_arg *trf_kernel_args(const struct trf_kernel *kernel);

struct trf_kernel_code *trf_kernel_code_for(const struct trf_kernel *kernel,
                                            const struct trf_device *device);

/* Arguments are valid for their kind. */
void trf_kernel_set_object(struct trf_kernel *kernel, unsigned index,
                           struct trf_object *object);
void trf_kernel_set_local(struct trf_kernel *kernel, unsigned index,
                          size_t size);
cl_int trf_kernel_set_value(struct trf_kernel *kernel, unsigned index,
                            const void *value, size_t size);

struct trf_ndrange {
   unsigned dims;
   size_t offset[3];
   size_t global[3]; /* 1 where unused */
   size_t local[3];  /* 0: ours to choose */
};

/* CL_KERNEL_WORK_GROUP_SIZE. */
size_t trf_kernel_work_group_size(const struct trf_kernel_code *code);

/*
 * The size of the sub-groups of work-groups of a local size, but for the last
 * in each; 0 if the driver cannot be asked.
 */
size_t trf_kernel_sub_group_size(struct trf_kernel_code *code,
                                 const size_t local[3]);
/* What no work-group has more of. */
size_t trf_kernel_max_sub_groups(const struct trf_kernel_code *code);
/* The work-items that are so many sub-groups; 0: none that can be. */
size_t trf_kernel_local_for_sub_groups(struct trf_kernel_code *code,
                                       size_t count);

/* A good local size for the device: what NULL means. */
void trf_kernel_suggest_local(struct trf_kernel_code *code,
                              const size_t global[3], size_t local[3]);

/*
 * CL_INVALID_KERNEL_ARGS if one is missing or its object is gone, and what
 * trf_command_enqueue() returns.
 */
cl_int trf_kernel_enqueue(struct trf_queue *queue, struct trf_kernel *kernel,
                          const struct trf_ndrange *range,
                          cl_command_type type,
                          const struct trf_wait_list *waits, bool want_event,
                          struct trf_event **event);

#endif
