/* SPDX-License-Identifier: MIT */

/* Shared virtual memory: 5.6.  CL_DEVICE_SVM_CAPABILITIES is 0 everywhere. */

#include "api/api.h"

/* CL_INVALID_OPERATION if the queue's device does not support SVM. */
static cl_int
refuse_svm(cl_command_queue command_queue)
{
   if (!trf_queue_from_handle(command_queue))
      return trf_error(CL_INVALID_COMMAND_QUEUE, "not a queue");
   return trf_error(CL_INVALID_OPERATION, "the device has no SVM");
}

CL_API_ENTRY void *CL_API_CALL
trf_clSVMAlloc(cl_context context, cl_svm_mem_flags flags, size_t size,
               cl_uint alignment)
{
   return NULL;
}

CL_API_ENTRY void CL_API_CALL
trf_clSVMFree(cl_context context, void *svm_pointer)
{
   /* Only NULL can have come from clSVMAlloc. */
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMFree(cl_command_queue command_queue, cl_uint num_svm_pointers,
                     void *svm_pointers[],
                     void(CL_CALLBACK *pfn_free_func)(cl_command_queue,
                                                      cl_uint, void *[],
                                                      void *),
                     void *user_data, cl_uint num_events_in_wait_list,
                     const cl_event *event_wait_list, cl_event *event)
{
   return refuse_svm(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMemcpy(cl_command_queue command_queue, cl_bool blocking_copy,
                       void *dst_ptr, const void *src_ptr, size_t size,
                       cl_uint num_events_in_wait_list,
                       const cl_event *event_wait_list, cl_event *event)
{
   return refuse_svm(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMemFill(cl_command_queue command_queue, void *svm_ptr,
                        const void *pattern, size_t pattern_size, size_t size,
                        cl_uint num_events_in_wait_list,
                        const cl_event *event_wait_list, cl_event *event)
{
   return refuse_svm(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMap(cl_command_queue command_queue, cl_bool blocking_map,
                    cl_map_flags flags, void *svm_ptr, size_t size,
                    cl_uint num_events_in_wait_list,
                    const cl_event *event_wait_list, cl_event *event)
{
   return refuse_svm(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMUnmap(cl_command_queue command_queue, void *svm_ptr,
                      cl_uint num_events_in_wait_list,
                      const cl_event *event_wait_list, cl_event *event)
{
   return refuse_svm(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL
trf_clEnqueueSVMMigrateMem(cl_command_queue command_queue,
                           cl_uint num_svm_pointers,
                           const void **svm_pointers, const size_t *sizes,
                           cl_mem_migration_flags flags,
                           cl_uint num_events_in_wait_list,
                           const cl_event *event_wait_list, cl_event *event)
{
   return refuse_svm(command_queue);
}
