/* SPDX-License-Identifier: MIT */

/*
 * The process that measures one platform: two OpenCL libraries that each
 * bring an LLVM do not always bear each other in one. It is this same
 * program, started anew so that the ICD loader reads the environment of its
 * own, and it obeys lines of text that come over a socket:
 *
 *    begin NAME        prepares a figure and warms it up: "ok"
 *    sample SECONDS    runs it for about that time: "sample MEDIAN BEST", of
 *                      one run, in seconds
 *    end               "ok"
 *
 * At first it says "ready", and then who it is, each part behind a tab.
 * Instead of any of these answers there may be "fail REASON".
 */

#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

/* Serves until the other end closes; the exit status. */
int worker_main(int socket);

#endif
