/* SPDX-License-Identifier: MIT */

/*
 * When the device began and ended what it was told, by its own clock: with
 * timestamps that it writes between what is recorded.  All under the lock
 * that guards the context.
 *
 * What the host has a hand in (it waits for the device, and copies) is not
 * for the device to time, and an interval of it comes to nothing.
 */

#ifndef TRF_GALLIUM_TIMER_H
#define TRF_GALLIUM_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct pipe_context;
struct trf_gpu;
struct trf_interval;
struct trf_timer;

/*
 * Of the context, which outlives it.  NULL where the host's clock is all
 * there is, and without memory.
 */
struct trf_timer *trf_timer_create(struct trf_gpu *gpu);
void trf_timer_destroy(struct trf_timer *timer);

/*
 * Between the two calls lies what is timed.  The interval is for _read() or
 * _drop(); NULL if there is nothing to be read.
 */
void trf_timer_start(struct trf_timer *timer);
struct trf_interval *trf_timer_stop(struct trf_timer *timer);

/*
 * Once the device is known to be done: its times in ns, and the interval is
 * given back.  False if the driver does not know them.
 */
bool trf_timer_read(struct trf_timer *timer, struct trf_interval *interval,
                    uint64_t *start, uint64_t *end);
void trf_timer_drop(struct trf_timer *timer, struct trf_interval *interval);

/*
 * For context.c: the device is about to be told something of the kind, or a
 * flush comes before all was.
 */
enum trf_work {
   TRF_WORK_COPY,
   TRF_WORK_LAUNCH,
};

void trf_timer_work(struct trf_timer *timer, enum trf_work work);
void trf_timer_interrupt(struct trf_timer *timer);

#endif
