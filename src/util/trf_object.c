/* SPDX-License-Identifier: MIT */

#include "util/trf_object.h"

#include <assert.h>
#include <stddef.h>

#include "util/u_atomic.h"

void
trf_object_init(struct trf_object *object,
                void (*destroy)(struct trf_object *object))
{
   object->handle = NULL;
   object->destroy = destroy;
   object->refs = 1;
   object->api_refs = 0;
   object->handle_refs = 0;
   object->handle_stays = false;
}

bool
trf_object_publish(struct trf_object *object, enum trf_type type)
{
   assert(!object->handle);
   /* Counts first: the handle is found as soon as it exists. */
   object->api_refs = 1;
   object->handle_refs = 1;
   object->handle = trf_handle_new(type, object);
   if (!object->handle) {
      object->api_refs = 0;
      object->handle_refs = 0;
      return false;
   }
   trf_object_ref(object);
   return true;
}

void
trf_object_ref(struct trf_object *object)
{
   p_atomic_inc(&object->refs);
}

void
trf_object_unref(struct trf_object *object)
{
   assert(p_atomic_read(&object->refs) > 0);
   if (!p_atomic_dec_zero(&object->refs))
      return;

   struct trf_handle *handle = object->handle;
   if (handle)
      trf_handle_retire(handle);
   object->destroy(object);
   if (handle)
      trf_handle_free(handle);
}

/* Adds `change` to a count unless it is zero.  Returns the new value or -1. */
static int64_t
change_unless_zero(uint32_t *count, int32_t change)
{
   uint32_t old = p_atomic_read(count);
   while (old != 0) {
      const uint32_t seen = p_atomic_cmpxchg(count, old, old + change);
      if (seen == old)
         return old + change;
      old = seen;
   }
   return -1;
}

bool
trf_object_api_retain(struct trf_object *object)
{
   if (change_unless_zero(&object->api_refs, 1) > 0)
      return true;
   if (!object->handle_stays)
      return false;

   /* Found through an object that keeps this one. */
   trf_object_ref(object);
   p_atomic_inc(&object->handle_refs);
   p_atomic_inc(&object->api_refs);
   return true;
}

bool
trf_object_api_release(struct trf_object *object)
{
   const int64_t left = change_unless_zero(&object->api_refs, -1);
   if (left == 0)
      trf_object_drop_handle(object);
   return left >= 0;
}

void
trf_object_hold_handle(struct trf_object *object)
{
   p_atomic_inc(&object->handle_refs);
}

void
trf_object_drop_handle(struct trf_object *object)
{
   if (!p_atomic_dec_zero(&object->handle_refs))
      return;
   if (!object->handle_stays)
      trf_handle_retire(object->handle);
   trf_object_unref(object);
}
