/* SPDX-License-Identifier: MIT */

/*
 * What tests may do to the simulated GPU.  The library that has it exports
 * the table below as a symbol; without the symbol (on another driver) there
 * is nothing to be done.
 */

#ifndef TRF_TESTS_SIMGPU_H
#define TRF_TESTS_SIMGPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be made to fail: a mask. */
enum simgpu_fault {
   SIMGPU_FAIL_RESOURCE = 1 << 0, /* memory on the device */
   SIMGPU_FAIL_MAP = 1 << 1,      /* of a resource */
   SIMGPU_FAIL_FENCE = 1 << 2,    /* a flush gives none */
   SIMGPU_FAIL_CONTEXT = 1 << 3,
   SIMGPU_FAIL_SHADER = 1 << 4, /* compute state */
   SIMGPU_FAIL_VIEW = 1 << 5,   /* sampler views and states */
   SIMGPU_FAIL_WAIT = 1 << 6,   /* for a fence; the context is lost then */
   SIMGPU_FAIL_QUERY = 1 << 7,  /* made, ended or read */
   SIMGPU_FAIL_ALL = (1 << 8) - 1,
};

/* How far the device's clock is ahead of the host's, at least: ns. */
#define SIMGPU_CLOCK_AHEAD 3600000000000u

/* What every launch takes by it, at least. */
#define SIMGPU_LAUNCH_NS 1000000u

#define SIMGPU_TIMER_RESOLUTION 40u

enum simgpu_loss {
   SIMGPU_LOSE_CONTEXT, /* that of the command */
   SIMGPU_LOSE_DEVICE,  /* and all others of its device */
};

struct simgpu {
   /*
    * The `nth` call from here on of those that `kinds` names fails, and with
    * `for_good` all that come after it.  0: none does.
    */
   void (*inject)(unsigned kinds, unsigned nth, bool for_good);

   /* How many have failed since inject() was called. */
   unsigned (*failures)(void);

   /* Objects of the driver's that were made and not yet destroyed. */
   unsigned (*alive)(void);

   /*
    * The `nth` command that a device runs from here on is not run, nor any
    * after it in the same context; the driver reports a reset.  0: never.
    */
   void (*lose)(enum simgpu_loss loss, unsigned nth);

   /*
    * Begins to note the calls made to the driver, as words with a blank
    * after each; what was noted before is forgotten.
    *
    *    launch copy fill upload    recorded
    *    barrier                    memory_barrier
    *    flush                      that had something to send
    *    wait                       for a fence that was not signalled, once
    *    stall                      a map that had to wait
    *    map                        through the device's own memory
    *    map-copy                   through a copy that the driver made
    *    create                     a resource
    *    replace                    storage, because it was busy
    *    time                       a timestamp, recorded
    */
   void (*note)(void);

   /* What was noted: cut at `size`, as by snprintf(). */
   void (*noted)(char *text, size_t size);

   /* Puts all devices' clocks forward or back. */
   void (*turn_clocks)(int64_t ns);
};

#define SIMGPU_SYMBOL "trf_simgpu"

#endif
