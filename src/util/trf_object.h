/* SPDX-License-Identifier: MIT */

/*
 * The base of everything that has a handle.  Two counts, kept apart:
 *
 * - api_refs is what clRetain and clRelease change and what
 *   CL_*_REFERENCE_COUNT reports.  At zero the handle dies.
 * - refs is what keeps the memory: one for a live handle, and one for each
 *   holder inside the implementation (a queued command, a child object).
 *
 * Contexts, queues and programs can be asked for through the objects that
 * keep them (CL_QUEUE_CONTEXT and the like), also when the client has dropped
 * its own last reference: their handles live as long as they do, and may be
 * retained again (`handle_stays`).
 *
 * Embed it first: casts between the two are by address.
 */

#ifndef TRF_OBJECT_H
#define TRF_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/trf_handle.h"

struct trf_object {
   struct trf_handle *handle; /* NULL until published */
   void (*destroy)(struct trf_object *object);
   uint32_t refs;
   uint32_t api_refs;
   uint32_t handle_refs;
   bool handle_stays;
};

/* Starts with one reference, the caller's, and no handle. */
void trf_object_init(struct trf_object *object,
                     void (*destroy)(struct trf_object *object));

/*
 * Gives the object a handle with one API reference.  The object must not
 * have one.  False when no cell is left; then nothing changed.
 */
bool trf_object_publish(struct trf_object *object, enum trf_type type);

/* The implementation's references. */
void trf_object_ref(struct trf_object *object);
void trf_object_unref(struct trf_object *object);

/* After init, before publishing: see handle_stays above. */
static inline void
trf_object_keep_handle(struct trf_object *object)
{
   object->handle_stays = true;
}

/* clRetain*.  False if the handle is already dead. */
bool trf_object_api_retain(struct trf_object *object);

/* clRelease*.  False if the handle is already dead: nothing changed. */
bool trf_object_api_release(struct trf_object *object);

/*
 * Keeps the handle valid without showing in the reported count: for
 * callbacks that will be given the handle.
 */
void trf_object_hold_handle(struct trf_object *object);
void trf_object_drop_handle(struct trf_object *object);

/* References typed by their object; both accept NULL. */
#define TRF_DECLARE_REF(name)                                                 \
   static inline struct name *name##_ref(struct name *object)                 \
   {                                                                          \
      if (object)                                                             \
         trf_object_ref(&object->base);                                       \
      return object;                                                          \
   }                                                                          \
   static inline void name##_unref(struct name *object)                       \
   {                                                                          \
      if (object)                                                             \
         trf_object_unref(&object->base);                                     \
   }

#endif
