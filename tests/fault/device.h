/* SPDX-License-Identifier: MIT */

/* What the tests share that need the simulated GPU. */

#ifndef TESTS_FAULT_DEVICE_H
#define TESTS_FAULT_DEVICE_H

#include "api/common.h"
#include "simgpu/simgpu.h"

extern const struct simgpu *simgpu;

/* client_setup() that finds what can be done to the device, or fails. */
int simgpu_setup(void **state);

/* Whether a code is one for a device or a host that lacks something. */
bool is_shortage(cl_int error);

/* The calls that were noted since simgpu->note() are these. */
void check_noted(const char *wanted, const char *file, int line);
#define CHECK_NOTED(wanted) check_noted(wanted, __FILE__, __LINE__)

#endif
