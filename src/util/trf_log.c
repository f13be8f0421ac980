/* SPDX-License-Identifier: MIT */

#include "util/trf_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CL/cl.h>
#include <CL/cl_ext.h>

#include "util/macros.h"
#include "util/u_atomic.h"
#include "util/u_call_once.h"

#define LOGS                                                                  \
   (TRF_DEBUG_ERROR | TRF_DEBUG_MAP | TRF_DEBUG_QUEUE | TRF_DEBUG_DEVICE)

/* Set in the flags once they were read, so that one load tells both. */
#define FLAGS_KNOWN (1u << 31)

static const struct {
   const char *name;
   unsigned flags;
} debug_names[] = {
   {"error", TRF_DEBUG_ERROR},
   {"map", TRF_DEBUG_MAP},
   {"queue", TRF_DEBUG_QUEUE},
   {"device", TRF_DEBUG_DEVICE},
   {"staging", TRF_DEBUG_STAGING},
   {"noinline", TRF_DEBUG_NOINLINE},
   {"nocode", TRF_DEBUG_NOCODE},
   {"forget", TRF_DEBUG_FORGET},
   {"all", LOGS},
};

static unsigned
flag_of_name(const char *name, size_t length)
{
   for (unsigned i = 0; i < ARRAY_SIZE(debug_names); i++) {
      if (strlen(debug_names[i].name) == length &&
          !strncmp(debug_names[i].name, name, length))
         return debug_names[i].flags;
   }

   trf_log_line("warning", "TREFOIL_DEBUG: \"%.*s\" is not known",
                (int)length, name);
   return 0;
}

unsigned
trf_debug_parse(const char *list)
{
   unsigned flags = 0;

   while (list && *list) {
      const size_t length = strcspn(list, ", ");
      if (length)
         flags |= flag_of_name(list, length);
      list += length;
      list += strspn(list, ", ");
   }
   return flags;
}

unsigned
trf_debug_flags(void)
{
   static unsigned known_flags;

   unsigned flags = p_atomic_read_relaxed(&known_flags);
   if (unlikely(!flags)) {
      /* Threads that race here read the same environment. */
      flags = trf_debug_parse(getenv("TREFOIL_DEBUG")) | FLAGS_KNOWN;
      p_atomic_set(&known_flags, flags);
   }
   return flags & ~FLAGS_KNOWN;
}

static FILE *log_stream;

static void
open_log_stream(void)
{
   const char *path = getenv("TREFOIL_LOG");

   if (path && *path) {
      /* Appended to, so that several processes can share the file. */
      log_stream = fopen(path, "ae");
      if (!log_stream)
         fprintf(stderr, "trefoil: warning: cannot open the log \"%s\"\n",
                 path);
   }
   if (!log_stream)
      log_stream = stderr;
}

/* A line goes out in one write, lest those of two threads mix. */
static void
log_text(const char *topic, const char *prefix, const char *format,
         va_list args)
{
   static util_once_flag once = UTIL_ONCE_FLAG_INIT;
   util_call_once(&once, open_log_stream);

   char text[1024];
   vsnprintf(text, sizeof(text), format, args);
   fprintf(log_stream, "trefoil: %s: %s%s\n", topic, prefix, text);
   fflush(log_stream);
}

void
trf_log_line(const char *topic, const char *format, ...)
{
   va_list args;

   va_start(args, format);
   log_text(topic, "", format, args);
   va_end(args);
}

void
trf_log_error_line(const char *function, int code, const char *format, ...)
{
   /* Readers look for the name that they called. */
   if (!strncmp(function, "trf_cl", 6))
      function += 4;

   char prefix[128];
   snprintf(prefix, sizeof(prefix), "%s: %s: ", function,
            trf_error_name(code));

   va_list args;
   va_start(args, format);
   log_text("error", prefix, format, args);
   va_end(args);
}

const char *
trf_error_name(int code)
{
#define NAME(code)                                                            \
   case code:                                                                 \
      return #code

   switch (code) {
      NAME(CL_SUCCESS);
      NAME(CL_DEVICE_NOT_FOUND);
      NAME(CL_DEVICE_NOT_AVAILABLE);
      NAME(CL_COMPILER_NOT_AVAILABLE);
      NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE);
      NAME(CL_OUT_OF_RESOURCES);
      NAME(CL_OUT_OF_HOST_MEMORY);
      NAME(CL_PROFILING_INFO_NOT_AVAILABLE);
      NAME(CL_MEM_COPY_OVERLAP);
      NAME(CL_IMAGE_FORMAT_MISMATCH);
      NAME(CL_IMAGE_FORMAT_NOT_SUPPORTED);
      NAME(CL_BUILD_PROGRAM_FAILURE);
      NAME(CL_MAP_FAILURE);
      NAME(CL_MISALIGNED_SUB_BUFFER_OFFSET);
      NAME(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
      NAME(CL_COMPILE_PROGRAM_FAILURE);
      NAME(CL_LINKER_NOT_AVAILABLE);
      NAME(CL_LINK_PROGRAM_FAILURE);
      NAME(CL_DEVICE_PARTITION_FAILED);
      NAME(CL_KERNEL_ARG_INFO_NOT_AVAILABLE);
      NAME(CL_INVALID_VALUE);
      NAME(CL_INVALID_DEVICE_TYPE);
      NAME(CL_INVALID_PLATFORM);
      NAME(CL_INVALID_DEVICE);
      NAME(CL_INVALID_CONTEXT);
      NAME(CL_INVALID_QUEUE_PROPERTIES);
      NAME(CL_INVALID_COMMAND_QUEUE);
      NAME(CL_INVALID_HOST_PTR);
      NAME(CL_INVALID_MEM_OBJECT);
      NAME(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
      NAME(CL_INVALID_IMAGE_SIZE);
      NAME(CL_INVALID_SAMPLER);
      NAME(CL_INVALID_BINARY);
      NAME(CL_INVALID_BUILD_OPTIONS);
      NAME(CL_INVALID_PROGRAM);
      NAME(CL_INVALID_PROGRAM_EXECUTABLE);
      NAME(CL_INVALID_KERNEL_NAME);
      NAME(CL_INVALID_KERNEL_DEFINITION);
      NAME(CL_INVALID_KERNEL);
      NAME(CL_INVALID_ARG_INDEX);
      NAME(CL_INVALID_ARG_VALUE);
      NAME(CL_INVALID_ARG_SIZE);
      NAME(CL_INVALID_KERNEL_ARGS);
      NAME(CL_INVALID_WORK_DIMENSION);
      NAME(CL_INVALID_WORK_GROUP_SIZE);
      NAME(CL_INVALID_WORK_ITEM_SIZE);
      NAME(CL_INVALID_GLOBAL_OFFSET);
      NAME(CL_INVALID_EVENT_WAIT_LIST);
      NAME(CL_INVALID_EVENT);
      NAME(CL_INVALID_OPERATION);
      NAME(CL_INVALID_GL_OBJECT);
      NAME(CL_INVALID_BUFFER_SIZE);
      NAME(CL_INVALID_MIP_LEVEL);
      NAME(CL_INVALID_GLOBAL_WORK_SIZE);
      NAME(CL_INVALID_PROPERTY);
      NAME(CL_INVALID_IMAGE_DESCRIPTOR);
      NAME(CL_INVALID_COMPILER_OPTIONS);
      NAME(CL_INVALID_LINKER_OPTIONS);
      NAME(CL_INVALID_DEVICE_PARTITION_COUNT);
      NAME(CL_INVALID_PIPE_SIZE);
      NAME(CL_INVALID_DEVICE_QUEUE);
      NAME(CL_INVALID_SPEC_ID);
      NAME(CL_MAX_SIZE_RESTRICTION_EXCEEDED);
      NAME(CL_PLATFORM_NOT_FOUND_KHR);
   default:
      return "unknown error";
   }
#undef NAME
}
