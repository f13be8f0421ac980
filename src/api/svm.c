/* SPDX-License-Identifier: MIT */

/* Shared virtual memory: 5.6. */

#include "api/api.h"

#include "api/enqueue.h"
#include "api/validate_command.h"
#include "core/device.h"
#include "core/svm.h"

#define ACCESS_FLAGS (CL_MEM_READ_WRITE | CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY)
#define SVM_FLAGS                                                             \
   (ACCESS_FLAGS | CL_MEM_SVM_FINE_GRAIN_BUFFER | CL_MEM_SVM_ATOMICS)
#define MIGRATE_FLAGS                                                         \
   (CL_MIGRATE_MEM_OBJECT_HOST | CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED)

/* The largest pattern, a long16 or double16. */
#define MAX_PATTERN 128

static cl_int
validate_alloc_flags(const struct trf_context *context,
                     cl_svm_mem_flags flags)
{
   const cl_svm_mem_flags access = flags & ACCESS_FLAGS;
   const cl_device_svm_capabilities svm = trf_context_svm(context);

   /* "… no devices … support SVM." */
   if (!svm)
      return trf_error(CL_INVALID_OPERATION, "no device has SVM");
   /* "… the values specified in flags do not follow" the table: one access
    * at most. */
   if ((flags & ~(cl_svm_mem_flags)SVM_FLAGS) || (access & (access - 1)))
      return trf_error(CL_INVALID_VALUE, "flags 0x%lx", (unsigned long)flags);
   /* "… CL_MEM_SVM_ATOMICS without CL_MEM_SVM_FINE_GRAIN_BUFFER." */
   if ((flags & CL_MEM_SVM_ATOMICS) &&
       !(flags & CL_MEM_SVM_FINE_GRAIN_BUFFER))
      return trf_error(CL_INVALID_VALUE, "atomics want fine grain");
   /* "… this is not supported by at least one device in context." */
   if ((flags & CL_MEM_SVM_FINE_GRAIN_BUFFER) &&
       !(svm & CL_DEVICE_SVM_FINE_GRAIN_BUFFER))
      return trf_error(CL_INVALID_OPERATION, "no device has fine grain");
   if ((flags & CL_MEM_SVM_ATOMICS) && !(svm & CL_DEVICE_SVM_ATOMICS))
      return trf_error(CL_INVALID_OPERATION, "no device has SVM atomics");
   return CL_SUCCESS;
}

static cl_int
validate_alloc(const struct trf_context *context, cl_svm_mem_flags flags,
               size_t size, cl_uint alignment)
{
   const cl_int error = validate_alloc_flags(context, flags);
   if (error)
      return error;

   /* "… size is 0 or > CL_DEVICE_MAX_MEM_ALLOC_SIZE … for any device." */
   if (size == 0)
      return trf_error(CL_INVALID_BUFFER_SIZE, "size is 0");
   for (unsigned i = 0; i < context->device_count; i++) {
      if (size > context->devices[i]->limits.allocation)
         return trf_error(CL_INVALID_BUFFER_SIZE, "%zu bytes are too much",
                          size);
   }

   /* "… alignment is not a power of two", or no device has a type so large;
    * 0 stands for that of the largest type. */
   if ((alignment & (alignment - 1)) || alignment > TRF_MEM_BASE_ALIGNMENT)
      return trf_error(CL_INVALID_VALUE, "alignment %u", alignment);
   return CL_SUCCESS;
}

CL_API_ENTRY void *CL_API_CALL
trf_clSVMAlloc(cl_context handle, cl_svm_mem_flags flags, size_t size,
               cl_uint alignment)
{
   struct trf_context *context = trf_context_from_handle(handle);

   if (!context) {
      (void)trf_error(CL_INVALID_CONTEXT, "not a context");
      return NULL;
   }
   if (validate_alloc(context, flags, size, alignment))
      return NULL;

   void *pointer = trf_svm_alloc(context, size);
   if (!pointer)
      (void)trf_error(CL_OUT_OF_HOST_MEMORY, "%zu bytes", size);
   return pointer;
}

CL_API_ENTRY void CL_API_CALL
trf_clSVMFree(cl_context handle, void *svm_pointer)
{
   struct trf_context *context = trf_context_from_handle(handle);

   /* "If svm_pointer is NULL, nothing happens", and no other errors. */
   if (context && svm_pointer)
      trf_svm_free(context, svm_pointer);
}

static cl_int
resolve_queue(cl_command_queue handle, struct trf_queue **queue)
{
   *queue = trf_queue_from_handle(handle);
   if (!*queue)
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   /* "… the device associated with command queue does not support SVM." */
   if (!trf_device_svm(trf_queue_device(*queue)))
      return trf_error(CL_INVALID_OPERATION, "the device has no SVM");
   return CL_SUCCESS;
}

static cl_int
submit(struct trf_queue *queue, struct trf_svm_args *args,
       const struct trf_sync *sync)
{
   struct trf_event *command = NULL;
   struct trf_waits waits;
   cl_int error = trf_waits_init(&waits, trf_queue_context(queue),
                                 sync->count, sync->events);
   if (error)
      return error;

   args->blocking = sync->blocking;
   args->waits = waits.list;
   args->want_event = sync->event != NULL;
   error = trf_svm_enqueue(queue, args, &command);
   trf_waits_finish(&waits);
   if (error)
      return trf_error(error, "the command was not enqueued or failed");
   trf_return_event(sync->event, command);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMFree(cl_command_queue handle, cl_uint num_svm_pointers,
                     void *svm_pointers[],
                     void(CL_CALLBACK *pfn_free_func)(cl_command_queue,
                                                      cl_uint, void *[],
                                                      void *),
                     void *user_data, cl_uint count, const cl_event *events,
                     cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_svm_args args = {
      .type = CL_COMMAND_SVM_FREE,
      .pointers = svm_pointers,
      .count = num_svm_pointers,
      .free_func = pfn_free_func,
      .user_data = user_data,
   };
   struct trf_queue *queue;
   const cl_int error = resolve_queue(handle, &queue);
   if (error)
      return error;

   /* "… num_svm_pointers is 0 and svm_pointers is non-NULL, or if
    * svm_pointers is NULL and num_svm_pointers is not 0." */
   if (!num_svm_pointers != !svm_pointers)
      return trf_error(CL_INVALID_VALUE, "%u pointers at %p",
                       num_svm_pointers, (void *)svm_pointers);
   return submit(queue, &args, &sync);
}

static cl_int
validate_copy(const void *dst, const void *src, size_t size)
{
   const uintptr_t to = (uintptr_t)dst, from = (uintptr_t)src;

   /* "… dst_ptr or src_ptr is NULL." */
   if (!dst || !src)
      return trf_error(CL_INVALID_VALUE, "a pointer is NULL");
   /* "… the values specified for dst_ptr, src_ptr and size result in an
    * overlapping copy." */
   if (to >= from ? to - from < size : from - to < size)
      return trf_error(CL_MEM_COPY_OVERLAP, "%zu bytes from %p to %p", size,
                       src, dst);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMemcpy(cl_command_queue handle, cl_bool blocking_copy,
                       void *dst_ptr, const void *src_ptr, size_t size,
                       cl_uint count, const cl_event *events, cl_event *event)
{
   const struct trf_sync sync = {blocking_copy, count, events, event};
   struct trf_svm_args args = {
      .type = CL_COMMAND_SVM_MEMCPY,
      .dst = dst_ptr,
      .src = src_ptr,
      .size = size,
   };
   struct trf_queue *queue;
   cl_int error = resolve_queue(handle, &queue);

   if (!error)
      error = validate_copy(dst_ptr, src_ptr, size);
   return error ? error : submit(queue, &args, &sync);
}

static cl_int
validate_fill(const void *pointer, const void *pattern, size_t pattern_size,
              size_t size)
{
   /* "… svm_ptr is NULL." */
   if (!pointer)
      return trf_error(CL_INVALID_VALUE, "svm_ptr is NULL");
   /* "… pattern is NULL or pattern_size is 0 or … not one of {1, 2, 4, 8,
    * 16, 32, 64, 128}." */
   if (!pattern || pattern_size == 0 || pattern_size > MAX_PATTERN ||
       (pattern_size & (pattern_size - 1)))
      return trf_error(CL_INVALID_VALUE, "a pattern of %zu bytes at %p",
                       pattern_size, pattern);
   /* "… svm_ptr is not aligned to pattern_size bytes." */
   if ((uintptr_t)pointer % pattern_size)
      return trf_error(CL_INVALID_VALUE, "%p is not aligned to %zu", pointer,
                       pattern_size);
   /* "… size is not a multiple of pattern_size." */
   if (size % pattern_size)
      return trf_error(CL_INVALID_VALUE, "%zu bytes in patterns of %zu", size,
                       pattern_size);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMemFill(cl_command_queue handle, void *svm_ptr,
                        const void *pattern, size_t pattern_size, size_t size,
                        cl_uint count, const cl_event *events,
                        cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_svm_args args = {
      .type = CL_COMMAND_SVM_MEMFILL,
      .dst = svm_ptr,
      .src = pattern,
      .size = size,
      .pattern_size = pattern_size,
   };
   struct trf_queue *queue;
   cl_int error = resolve_queue(handle, &queue);

   if (!error)
      error = validate_fill(svm_ptr, pattern, pattern_size, size);
   return error ? error : submit(queue, &args, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMap(cl_command_queue handle, cl_bool blocking_map,
                    cl_map_flags flags, void *svm_ptr, size_t size,
                    cl_uint count, const cl_event *events, cl_event *event)
{
   const struct trf_sync sync = {blocking_map, count, events, event};
   struct trf_svm_args args = {.type = CL_COMMAND_SVM_MAP};
   struct trf_queue *queue;
   cl_int error = resolve_queue(handle, &queue);
   if (error)
      return error;

   /* "… svm_ptr is NULL", "… size is 0." */
   if (!svm_ptr || size == 0)
      return trf_error(CL_INVALID_VALUE, "%zu bytes at %p", size, svm_ptr);
   /* "… values specified in map_flags are not valid." */
   error = trf_validate_map_flags(flags);
   return error ? error : submit(queue, &args, &sync);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMUnmap(cl_command_queue handle, void *svm_ptr, cl_uint count,
                      const cl_event *events, cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_svm_args args = {.type = CL_COMMAND_SVM_UNMAP};
   struct trf_queue *queue;
   const cl_int error = resolve_queue(handle, &queue);
   if (error)
      return error;

   /* "… svm_ptr is NULL." */
   if (!svm_ptr)
      return trf_error(CL_INVALID_VALUE, "svm_ptr is NULL");
   return submit(queue, &args, &sync);
}

static cl_int
validate_migration(const struct trf_queue *queue, cl_uint count,
                   const void **pointers, const size_t *sizes,
                   cl_mem_migration_flags flags)
{
   /* "… num_svm_pointers is zero or svm_pointers is NULL." */
   if (count == 0 || !pointers)
      return trf_error(CL_INVALID_VALUE, "no SVM pointers");
   /* "… sizes[i] is non-zero range … is not contained within an existing
    * clSVMAlloc allocation"; of size 0 it is the one around the pointer. */
   for (cl_uint i = 0; i < count; i++) {
      if (!trf_svm_contains(trf_queue_context(queue), pointers[i],
                            sizes ? sizes[i] : 0))
         return trf_error(CL_INVALID_VALUE, "[%u]: %p is not in SVM", i,
                          pointers[i]);
   }
   /* "… flags": those of clEnqueueMigrateMemObjects. */
   if (flags & ~(cl_mem_migration_flags)MIGRATE_FLAGS)
      return trf_error(CL_INVALID_VALUE, "flags 0x%lx", (unsigned long)flags);
   return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMigrateMem(cl_command_queue handle, cl_uint num_svm_pointers,
                           const void **svm_pointers, const size_t *sizes,
                           cl_mem_migration_flags flags, cl_uint count,
                           const cl_event *events, cl_event *event)
{
   const struct trf_sync sync = {CL_FALSE, count, events, event};
   struct trf_svm_args args = {.type = CL_COMMAND_SVM_MIGRATE_MEM};
   struct trf_queue *queue;
   cl_int error = resolve_queue(handle, &queue);

   if (!error)
      error = validate_migration(queue, num_svm_pointers, svm_pointers, sizes,
                                 flags);
   return error ? error : submit(queue, &args, &sync);
}
