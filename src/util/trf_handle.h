/* SPDX-License-Identifier: MIT */

/*
 * The cells behind cl_* handles.
 *
 * A handle that a client holds points at a cell: the dispatch pointer that
 * the ICD loader wants first, a type tag, and the object.  Cells live in one
 * reserved range of addresses that is never unmapped and never used for
 * anything else, so any pointer at all can be checked: a garbage, freed or
 * wrong-type handle is told from a live one without reading memory that may
 * not be there.
 */

#ifndef TRF_HANDLE_H
#define TRF_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

enum trf_type {
   TRF_TYPE_PLATFORM = 1,
   TRF_TYPE_DEVICE,
   TRF_TYPE_CONTEXT,
   TRF_TYPE_QUEUE,
   TRF_TYPE_MEM,
   TRF_TYPE_SAMPLER,
   TRF_TYPE_PROGRAM,
   TRF_TYPE_KERNEL,
   TRF_TYPE_EVENT,
};

struct trf_handle {
   const void *dispatch;
   void *object;
   uint32_t tag;
   uint32_t next_free;
   uint64_t pad;
};

/*
 * Takes a cell for `object`.  NULL when the range or the host's memory is
 * used up.
 */
struct trf_handle *trf_handle_new(enum trf_type type, void *object);

/*
 * From here on trf_handle_get() refuses the cell.  Its address is not given
 * out again before trf_handle_free().
 */
void trf_handle_retire(struct trf_handle *handle);

/* Gives a retired (or never published) cell back. */
void trf_handle_free(struct trf_handle *handle);

/*
 * The object behind a client's pointer; NULL unless it is a live handle of
 * that type.  Safe for any value of `handle`.
 */
void *trf_handle_get(const void *handle, enum trf_type type);

/* The dispatch table that all cells point at; set once by src/api. */
void trf_handle_set_dispatch(const void *dispatch);

#endif
