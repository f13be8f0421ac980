/* SPDX-License-Identifier: MIT */

/*
 * Prints what kernels wrote with printf(): OpenCL C, 6.15.14.  Records lie
 * behind each other: a format's number, counted from 1, and its arguments.
 */

#ifndef TRF_PRINTF_H
#define TRF_PRINTF_H

#include <stdint.h>
#include <stdio.h>

struct u_printf_info;

/*
 * Stops at a record that is not whole or not one; reads nothing outside the
 * buffer and the formats.
 */
void trf_printf_records(FILE *out, const uint8_t *data, size_t size,
                        const struct u_printf_info *formats, unsigned count);

#endif
