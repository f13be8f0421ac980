/* SPDX-License-Identifier: MIT */

#include "core/memory.h"

#include <stdlib.h>

#include "core/mapping.h"
#include "core/storage.h"
#include "util/trf_properties.h"

static void
mem_destroy(struct trf_object *object)
{
   struct trf_mem *mem = (struct trf_mem *)object;

   trf_mappings_free(mem);
   trf_storage_finish(mem);

   /* Only now: a callback may well free the client's host_ptr, which the
    * storage was made of (5.5.1).
    */
   trf_destructor_run(&mem->destructors, object->handle);

   simple_mtx_destroy(&mem->lock);
   trf_mem_unref(mem->parent);
   trf_context_unref(mem->context);
   free(mem->properties);
   free(mem);
}

struct trf_mem *
trf_mem_new(struct trf_context *context, cl_mem_object_type type,
            cl_mem_flags flags, const cl_mem_properties *properties,
            struct trf_mem *parent)
{
   struct trf_mem *mem = calloc(1, sizeof(*mem));
   if (!mem)
      return NULL;

   if (properties) {
      mem->properties = trf_properties_copy(properties, sizeof(*properties),
                                            &mem->properties_size);
      if (!mem->properties)
         goto fail_mem;
   }

   trf_object_init(&mem->base, mem_destroy);
   mem->context = trf_context_ref(context);
   mem->type = type;
   mem->flags = flags;
   mem->parent = trf_mem_ref(parent);
   mem->root = parent ? parent->root : mem;
   simple_mtx_init(&mem->lock, mtx_plain);
   list_inithead(&mem->mappings);
   return mem;

fail_mem:
   free(mem);
   return NULL;
}

size_t
trf_mem_root_offset(const struct trf_mem *mem)
{
   size_t offset = 0;
   for (; mem; mem = mem->parent)
      offset += mem->offset;
   return offset;
}
