/* SPDX-License-Identifier: MIT */

/* Finds the pipe devices of this machine. */

#ifndef TRF_GALLIUM_LOADER_H
#define TRF_GALLIUM_LOADER_H

struct trf_screen;

/*
 * Makes a screen for each pipe device that can serve, GPUs before software,
 * llvmpipe always among them unless `selection` leaves it out.
 *
 * `selection` is TREFOIL_DEVICES: NULL or empty for the default, else a
 * comma-separated list; a device is taken if one entry equals its driver's
 * name or is found in its device name, without regard to case.  softpipe
 * runs no kernels and is there only when named; so is zink on a Vulkan
 * device that is the host's processor.  On a GPU zink stands aside for a
 * driver of its own.
 *
 * Returns the count and an array to free(); 0 and NULL where nothing is
 * found.  Reasons for what is left out go to the log.
 */
unsigned trf_loader_probe(const char *selection,
                          struct trf_screen ***screens);

#endif
