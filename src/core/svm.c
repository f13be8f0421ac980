/* SPDX-License-Identifier: MIT */

#include "core/svm.h"

#include <stdlib.h>

#include "core/device.h"
#include "gallium/pages.h"
#include "gallium/screen.h"
#include "util/trf_checked.h"

struct allocation {
   struct rb_node node; /* in its context, by address */
   uint8_t *start;
   size_t size;  /* as asked for */
   size_t pages; /* bytes of pages; 0: the C library's memory */
};

/*
 * Kernels run on the host's threads, on the host's addresses, and are done
 * when their command is: every pointer of the process is as good as an SVM
 * allocation, and their atomics are the processor's.
 */
cl_device_svm_capabilities
trf_device_svm(const struct trf_device *device)
{
   const struct trf_screen_caps *caps = device->caps;

   if (!caps->synchronous || !caps->compute || !caps->system_svm ||
       caps->address_bits != 8 * sizeof(void *))
      return 0;
   return CL_DEVICE_SVM_COARSE_GRAIN_BUFFER |
          CL_DEVICE_SVM_FINE_GRAIN_BUFFER | CL_DEVICE_SVM_FINE_GRAIN_SYSTEM |
          CL_DEVICE_SVM_ATOMICS;
}

cl_device_svm_capabilities
trf_context_svm(const struct trf_context *context)
{
   cl_device_svm_capabilities capabilities = 0;

   for (unsigned i = 0; i < context->device_count; i++)
      capabilities |= trf_device_svm(context->devices[i]);
   return capabilities;
}

/* Mesa's trees go left of a node where the order is negative. */
static int
order_address(const struct rb_node *node, const void *key)
{
   const struct allocation *allocation =
      rb_node_data(struct allocation, node, node);
   const uintptr_t address = (uintptr_t)key;
   const uintptr_t start = (uintptr_t)allocation->start;

   if (address < start)
      return -1;
   return address - start < allocation->size ? 0 : 1;
}

static int
order_allocations(const struct rb_node *a, const struct rb_node *b)
{
   return order_address(a, rb_node_data(struct allocation, b, node)->start);
}

static struct allocation *
find_locked(struct trf_context *context, const void *pointer)
{
   struct rb_node *node =
      rb_tree_search(&context->svm, pointer, order_address);
   return node ? rb_node_data(struct allocation, node, node) : NULL;
}

static bool
allocate(struct allocation *allocation, size_t size)
{
   void *start = NULL;

   allocation->size = size;
   if (size >= TRF_PAGES_MIN) {
      allocation->pages = size;
      start = trf_pages_alloc(&allocation->pages);
   } else if (posix_memalign(&start, TRF_MEM_BASE_ALIGNMENT, size)) {
      start = NULL;
   }
   allocation->start = start;
   return start != NULL;
}

static void
free_allocation(struct allocation *allocation)
{
   if (allocation->pages)
      trf_pages_free(allocation->start, allocation->pages);
   else
      free(allocation->start);
   free(allocation);
}

void *
trf_svm_alloc(struct trf_context *context, size_t size)
{
   struct allocation *allocation = calloc(1, sizeof(*allocation));
   if (!allocation)
      return NULL;
   if (!allocate(allocation, size)) {
      free(allocation);
      return NULL;
   }

   uint8_t *start = allocation->start;
   simple_mtx_lock(&context->lock);
   rb_tree_insert(&context->svm, &allocation->node, order_allocations);
   simple_mtx_unlock(&context->lock);
   return start;
}

void
trf_svm_free(struct trf_context *context, void *pointer)
{
   simple_mtx_lock(&context->lock);
   struct allocation *allocation = find_locked(context, pointer);
   if (allocation && allocation->start != pointer)
      allocation = NULL;
   if (allocation)
      rb_tree_remove(&context->svm, &allocation->node);
   simple_mtx_unlock(&context->lock);

   if (allocation)
      free_allocation(allocation);
}

/* The context is dying: nobody else sees its allocations. */
void
trf_svm_free_all(struct trf_context *context)
{
   struct rb_node *node;

   while ((node = rb_tree_first(&context->svm))) {
      rb_tree_remove(&context->svm, node);
      free_allocation(rb_node_data(struct allocation, node, node));
   }
}

bool
trf_svm_contains(struct trf_context *context, const void *pointer,
                 size_t size)
{
   simple_mtx_lock(&context->lock);
   const struct allocation *allocation = find_locked(context, pointer);
   const bool contains =
      allocation && trf_fits((const uint8_t *)pointer - allocation->start,
                             size, allocation->size);
   simple_mtx_unlock(&context->lock);
   return contains;
}
