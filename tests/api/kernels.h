/* SPDX-License-Identifier: MIT */

/* What the tests of kernels share: from source to a kernel that ran. */

#ifndef TESTS_API_KERNELS_H
#define TESTS_API_KERNELS_H

#include "common.h"

/* Skips the test where the device compiles nothing. */
void need_kernels(void);

/* Builds, or fails and shows the build log.  `options` may be NULL. */
cl_program build_program(const char *source, const char *options);

/*
 * The kernel `test` of a source, whose program goes with it.  `options` may
 * be NULL.
 */
cl_kernel build_kernel(const char *source, const char *options);

cl_int build_int(cl_program program, cl_program_build_info param);

/* The kernel `test` of a program turns one number into another. */
void check_result(cl_program program, cl_int in, cl_int out);

/* A program's callback, and what it was told. */
struct told {
   cl_program program;
   cl_build_status status;
   volatile cl_int times;
   bool release; /* the callback gives the program back */
};

void CL_CALLBACK tell(cl_program program, void *told);
/* For wait_until(). */
bool was_told(void *told);

/* CL_KERNEL_WORK_GROUP_SIZE. */
size_t work_group_size(cl_kernel kernel);

#define SET_ARG(kernel, index, value)                                         \
   CHECK_OK(clSetKernelArg((kernel), (index), sizeof(value), &(value)))

/* Runs over a range, `local` may be NULL, and waits. */
void run_kernel(cl_kernel kernel, cl_uint dims, const size_t *global,
                const size_t *local);
void run_1d(cl_kernel kernel, size_t global);

/* Blocking reads and writes of a buffer's beginning. */
void read_buffer(cl_mem buffer, void *data, size_t size);
void write_buffer(cl_mem buffer, const void *data, size_t size);

/* A buffer with a copy of `data`. */
cl_mem buffer_of(const void *data, size_t size);

#endif
