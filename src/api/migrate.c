/* SPDX-License-Identifier: MIT */

/* Migrating memory objects: 5.5.4. */

#include <stdlib.h>

#include "api/enqueue.h"
#include "api/validate_command.h"

#define MIGRATE_FLAGS                                                         \
   (CL_MIGRATE_MEM_OBJECT_HOST | CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED)

static cl_int
validate_objects(const struct trf_queue *queue, cl_uint count,
                 const cl_mem *handles)
{
   /* CL_INVALID_MEM_OBJECT if any is not a valid memory object. */
   for (cl_uint i = 0; i < count; i++) {
      const struct trf_mem *mem = trf_mem_from_handle(handles[i]);
      if (!mem) {
         return trf_error(CL_INVALID_MEM_OBJECT,
                          "mem_objects[%u] is not a memory object", i);
      }

      /* CL_INVALID_CONTEXT if queue and object are of different ones. */
      const cl_int error = trf_validate_same_context(queue, mem);
      if (error)
         return error;
   }
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueMigrateMemObjects(cl_command_queue queue_handle, cl_uint count,
                               const cl_mem *handles,
                               cl_mem_migration_flags flags,
                               cl_uint event_count, const cl_event *events,
                               cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, event_count, events, event};
   struct trf_queue *queue = trf_queue_from_handle(queue_handle);

   if (!queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   /* CL_INVALID_VALUE if the list is empty or NULL. */
   if (count == 0 || !handles)
      return trf_error(CL_INVALID_VALUE, "no memory objects");
   cl_int error = validate_objects(queue, count, handles);
   if (error)
      return error;
   /* CL_INVALID_VALUE for flags that the table does not have. */
   if (flags & ~(cl_mem_migration_flags)MIGRATE_FLAGS) {
      return trf_error(CL_INVALID_VALUE, "flags 0x%lx", (unsigned long)flags);
   }

   struct trf_mem **mems = calloc(count, sizeof(struct trf_mem *));
   if (!mems)
      return trf_error(CL_OUT_OF_HOST_MEMORY, "%u memory objects", count);
   for (cl_uint i = 0; i < count; i++)
      mems[i] = trf_mem_from_handle(handles[i]);

   struct trf_migrate_args args = {
      .mems = mems,
      .count = count,
      .flags = flags,
   };
   error = trf_submit_migrate(queue, &args, &sync);
   free(mems);
   return error;
}
