/* SPDX-License-Identifier: MIT */

/*
 * The times of commands (5.14), for queues that profile.
 *
 * All are in the device's time.  What the device does alone it times itself;
 * where the host has a hand in a command, and where it is the device, its
 * own clock is read, and moved by what lies between the two.
 */

#ifndef TRF_CORE_PROFILING_H
#define TRF_CORE_PROFILING_H

#include <CL/cl.h>

struct trf_event;
struct trf_queue;

/* Under the execution lock: before and after a command runs. */
void trf_profile_run(struct trf_queue *queue, struct trf_event *event);
void trf_profile_ran(struct trf_queue *queue, struct trf_event *event,
                     cl_int status);

/* The device is done with a batch, or was lost.  Takes the execution lock. */
void trf_profile_collect(struct trf_queue *queue, struct trf_event *first,
                         cl_int status);

/* A command ends, now at the latest: its times are what clients will see. */
void trf_profile_close(struct trf_queue *queue, struct trf_event *event);

#endif
