/* SPDX-License-Identifier: MIT */

/*
 * Logging, steered by TREFOIL_DEBUG: a comma-separated list of
 *
 *    error    why an entry point refused its arguments, or a driver failed
 *    map      each map and unmap: object, level, region, flags, path,
 *             pitches, bytes moved, time
 *    queue    commands as they are enqueued, run and completed
 *    device   what was probed, taken and left out
 *    staging  not a log: maps and transfers take the staging path even
 *             where a direct pointer could be had
 *    noinline not a log: commands run on the queue's worker only
 *    nocode   not a log: no Vulkan driver can compile a kernel
 *    forget   not a log: every map and write is a copy of its own, whatever
 *             staging memory holds already (see core/deferred.h)
 *    all      every log above
 *
 * Lines go to stderr, or to the file that TREFOIL_LOG names, as
 * "trefoil: topic: text".
 */

#ifndef TRF_LOG_H
#define TRF_LOG_H

#include <stdbool.h>

enum trf_debug {
   TRF_DEBUG_ERROR = 1 << 0,
   TRF_DEBUG_MAP = 1 << 1,
   TRF_DEBUG_QUEUE = 1 << 2,
   TRF_DEBUG_DEVICE = 1 << 3,
   TRF_DEBUG_STAGING = 1 << 4,
   TRF_DEBUG_NOINLINE = 1 << 5,
   TRF_DEBUG_NOCODE = 1 << 6,
   TRF_DEBUG_FORGET = 1 << 7,
};

/* The flags in force: read from the environment once, then a plain load. */
unsigned trf_debug_flags(void);

/* The flags that a value of TREFOIL_DEBUG asks for; NULL asks for none. */
unsigned trf_debug_parse(const char *list);

void trf_log_line(const char *topic, const char *format, ...)
   __attribute__((format(printf, 2, 3)));

/* Arguments are evaluated only if the topic is on. */
#define trf_log(TOPIC, topic, ...)                                            \
   do {                                                                       \
      if (__builtin_expect(trf_debug_flags() & TRF_DEBUG_##TOPIC, 0))         \
         trf_log_line(topic, __VA_ARGS__);                                    \
   } while (0)

#define trf_log_map(...)    trf_log(MAP, "map", __VA_ARGS__)
#define trf_log_queue(...)  trf_log(QUEUE, "queue", __VA_ARGS__)
#define trf_log_device(...) trf_log(DEVICE, "device", __VA_ARGS__)
#define trf_log_error(...)  trf_log(ERROR, "error", __VA_ARGS__)

/*
 * For validation: `return trf_error(CL_INVALID_VALUE, "origin[%u] ...", i);`
 * logs the reason with the name of the code, and is the code.
 */
#define trf_error(code, ...)                                                  \
   ({                                                                         \
      if (__builtin_expect(trf_debug_flags() & TRF_DEBUG_ERROR, 0))           \
         trf_log_error_line(__func__, (code), __VA_ARGS__);                   \
      (code);                                                                 \
   })

void trf_log_error_line(const char *function, int code, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));

/* "CL_INVALID_VALUE" and the like; "unknown error" for what is none. */
const char *trf_error_name(int code);

#endif
