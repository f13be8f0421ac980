/* SPDX-License-Identifier: MIT */

/* Mapping records, and the map and unmap commands. */

#ifndef TRF_CORE_MAPPING_H
#define TRF_CORE_MAPPING_H

#include "core/access.h"
#include "core/queue.h"

struct trf_map_args {
   struct trf_view view;
   cl_map_flags flags;
   bool blocking;
   struct trf_wait_list waits;
   bool want_event;
};

struct trf_map_result {
   void *pointer;
   size_t row_pitch, slice_pitch; /* slice 0 for 1D and 2D */
   struct trf_event *event;       /* a reference, if wanted */
};

/*
 * Enqueues a map (5.2.4, 5.3.8).  Arguments are valid.  Returns
 * CL_INVALID_OPERATION if it would overlap a write map with another,
 * CL_MAP_FAILURE, CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES,
 * CL_OUT_OF_HOST_MEMORY, or, if blocking,
 * CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST; no record stays behind one.
 */
cl_int trf_map_enqueue(struct trf_queue *queue,
                       const struct trf_map_args *args,
                       struct trf_map_result *result);

/*
 * Enqueues an unmap (5.5.2).  CL_INVALID_VALUE if `pointer` was not returned
 * by a map of this object that is still to be unmapped.
 */
cl_int trf_unmap_enqueue(struct trf_queue *queue, struct trf_mem *mem,
                         void *pointer, const struct trf_wait_list *waits,
                         bool want_event, struct trf_event **event);

/*
 * With several devices: what clients hold mapped for writing of a device's
 * storage is newer there than anywhere else, until it is unmapped.  Both under the
 * root's lock.
 *
 * Whether there is such a map; and the span of elements of a row that begins
 * first of those that end after x (bytes, where the root is a buffer).
 */
bool trf_mappings_lead_into_locked(const struct trf_mem *root,
                                   const struct trf_device *device);
bool trf_mappings_span_locked(const struct trf_mem *root,
                              const struct trf_device *device, unsigned level,
                              size_t x, size_t y, size_t z, size_t *start,
                              size_t *end);

/* Maps of this very object that were enqueued and not yet undone. */
unsigned trf_mem_map_count(struct trf_mem *mem);

/*
 * For the destruction of a memory object: frees the records of maps that
 * were never undone.
 */
void trf_mappings_free(struct trf_mem *mem);

#endif
