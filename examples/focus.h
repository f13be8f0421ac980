/* SPDX-License-Identifier: MIT */

/*
 * The demo's second part: kernels that read the pyramid. One samples it with
 * trilinear filtering, so that the picture is sharp in its middle and softer
 * the farther from it; another blurs what came out. The result is saved from
 * a map. Both are compared with the same arithmetic on the host.
 */

#ifndef FOCUS_H
#define FOCUS_H

#include <stdbool.h>

#include <CL/cl.h>

/*
 * Saves the result beside the contact sheet. Says so, and does nothing, where
 * the device has no compiler or no cl_khr_mipmap_image; false only if the
 * kernels' pixels are wrong.
 */
bool focus_picture(cl_command_queue queue, cl_mem pyramid, unsigned levels,
                   const char *sheet_name);

#endif
