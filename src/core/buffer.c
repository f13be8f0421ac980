/* SPDX-License-Identifier: MIT */

#include <assert.h>

#include "core/memory.h"
#include "core/storage.h"
#include "util/trf_checked.h"

cl_int
trf_buffer_create(struct trf_context *context,
                  const struct trf_buffer_args *args, struct trf_mem **out)
{
   struct trf_mem *mem = trf_mem_new(context, CL_MEM_OBJECT_BUFFER,
                                     args->flags, args->properties, NULL);
   if (!mem)
      return CL_OUT_OF_HOST_MEMORY;

   mem->size = args->size;
   if (args->flags & CL_MEM_USE_HOST_PTR)
      mem->host_ptr = args->host_ptr;

   const cl_int error = trf_storage_init(mem, args->host_ptr);
   if (error) {
      trf_mem_unref(mem);
      return error;
   }

   *out = mem;
   return CL_SUCCESS;
}

cl_int
trf_sub_buffer_create(struct trf_mem *parent, cl_mem_flags flags,
                      size_t origin, size_t size, struct trf_mem **out)
{
   assert(parent->type == CL_MEM_OBJECT_BUFFER && parent->root == parent);
   assert(size > 0 && trf_fits(origin, size, parent->size));

   struct trf_mem *mem =
      trf_mem_new(parent->context, CL_MEM_OBJECT_BUFFER, flags, NULL, parent);
   if (!mem)
      return CL_OUT_OF_HOST_MEMORY;

   mem->size = size;
   mem->offset = origin;
   if (parent->host_ptr)
      mem->host_ptr = (char *)parent->host_ptr + origin;

   *out = mem;
   return CL_SUCCESS;
}
