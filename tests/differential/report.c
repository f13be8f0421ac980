/* SPDX-License-Identifier: MIT */

/* How the program speaks: what it does, what failed. */

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "world.h"

void
describe(struct world *world, const char *format, ...)
{
   va_list args;

   va_start(args, format);
   vsnprintf(world->what, sizeof(world->what), format, args);
   va_end(args);
   if (options.verbose) {
      fprintf(stderr, "  %3u %-14s %s\n", world->op, world->op_name,
              world->what);
   }
}

void
fail(const struct world *world, const char *format, ...)
{
   va_list args;

   fflush(stdout);
   fprintf(stderr, "MISMATCH in world 0x%016llx, operation %u: %s %s\n  ",
           (unsigned long long)world->seed, world->op, world->op_name,
           world->what);
   va_start(args, format);
   vfprintf(stderr, format, args);
   va_end(args);
   fprintf(stderr, "\n");
   /* No exit handlers: other threads may still work for the objects. */
   fflush(stderr);
   _exit(1);
}

void
expect_code(const struct world *world, const char *call, cl_int got,
            cl_int wanted)
{
   if (got != wanted)
      fail(world, "%s returned %s (%d), expected %s (%d)", call,
           error_name(got), got, error_name(wanted), wanted);
}

const char *
error_name(cl_int code)
{
   static const struct {
      cl_int code;
      const char *name;
   } names[] = {
#define NAME(code) {code, #code}
      NAME(CL_SUCCESS),
      NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE),
      NAME(CL_OUT_OF_RESOURCES),
      NAME(CL_OUT_OF_HOST_MEMORY),
      NAME(CL_MEM_COPY_OVERLAP),
      NAME(CL_IMAGE_FORMAT_MISMATCH),
      NAME(CL_IMAGE_FORMAT_NOT_SUPPORTED),
      NAME(CL_MAP_FAILURE),
      NAME(CL_MISALIGNED_SUB_BUFFER_OFFSET),
      NAME(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST),
      NAME(CL_INVALID_VALUE),
      NAME(CL_INVALID_CONTEXT),
      NAME(CL_INVALID_COMMAND_QUEUE),
      NAME(CL_INVALID_HOST_PTR),
      NAME(CL_INVALID_MEM_OBJECT),
      NAME(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR),
      NAME(CL_INVALID_IMAGE_SIZE),
      NAME(CL_INVALID_EVENT_WAIT_LIST),
      NAME(CL_INVALID_EVENT),
      NAME(CL_INVALID_OPERATION),
      NAME(CL_INVALID_BUFFER_SIZE),
      NAME(CL_INVALID_MIP_LEVEL),
      NAME(CL_INVALID_IMAGE_DESCRIPTOR),
#undef NAME
   };

   for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
      if (names[i].code == code)
         return names[i].name;
   }
   return "another code";
}
