/* SPDX-License-Identifier: MIT */

#include "core/deferred.h"

#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "gallium/context.h"
#include "util/trf_copy.h"
#include "util/u_atomic.h"

/* More than this had better be under way early. */
#define MAX_BYTES 65536

/*
 * Each object keeps its staging memory from its first such store on: so many
 * of a context may, the others store at once.
 */
#define MAX_OBJECTS 1024

/* Whether the device has been told, root->store_waits says. */
struct trf_deferred {
   struct trf_access access; /* with the staging memory; of the root */
};

static bool
may_wait(const struct trf_access *access, const struct trf_gpu *gpu)
{
   const struct trf_mem *root = access->view.mem->root;
   uint64_t version;

   return root->context->device_count == 1 &&
          !p_atomic_read(&root->context->many_queues) &&
          trf_view_bytes(&access->view) <= MAX_BYTES &&
          trf_mem_version(root, gpu, &version);
}

static bool
same_region(const struct trf_contents *a, const struct trf_contents *b)
{
   struct trf_contents then = *a;

   then.version = b->version;
   return trf_contents_equal(&then, b);
}

static bool
store_locked(struct trf_mem *root, struct trf_gpu *gpu)
{
   struct trf_deferred *deferred = root->deferred;

   if (trf_access_copy_out(&deferred->access, root->resources[0], gpu))
      return false;
   p_atomic_set(&root->store_waits, 0);
   /* Others would not know when it is done. */
   return !p_atomic_read(&root->context->many_queues) ||
          trf_gpu_finish(gpu) == CL_SUCCESS;
}

bool
trf_store_deferred_locked(struct trf_mem *root, struct trf_gpu *gpu)
{
   if (!p_atomic_read(&root->store_waits))
      return true;

   /* The command that needs it now takes no longer for that. */
   struct trf_timer *timer = trf_gpu_set_timer(gpu, NULL);
   const bool stored = store_locked(root, gpu);
   trf_gpu_set_timer(gpu, timer);
   return stored;
}

/* Exchanges staging memory with the access. */
static void
take_locked(struct trf_deferred *deferred, struct trf_access *access,
            struct trf_gpu *gpu)
{
   struct trf_mem *root = access->view.mem->root;
   const struct trf_access old = deferred->access;

   trf_mem_note_write(root, gpu);
   p_atomic_set(&root->valid, 1);
   access->unstored = false;
   trf_access_note_current(access, gpu);
   deferred->access = *access;
   deferred->access.view.mem = root;
   p_atomic_set(&root->store_waits, 1);

   access->staging = old.staging;
   access->shown = old.shown;
}

/* Where a root's stores wait; NULL without memory, or if it is one too many. */
static struct trf_deferred *
get_deferred_locked(struct trf_mem *root)
{
   uint32_t *count = &root->context->deferred_count;

   if (root->deferred)
      return root->deferred;
   if (p_atomic_inc_return(count) <= MAX_OBJECTS)
      root->deferred = calloc(1, sizeof(*root->deferred));
   if (!root->deferred)
      p_atomic_dec(count);
   return root->deferred;
}

bool
trf_store_defer(struct trf_access *access, struct trf_gpu *gpu)
{
   struct trf_mem *root = access->view.mem->root;
   bool taken = false;

   if (!may_wait(access, gpu))
      return false;

   simple_mtx_lock(&root->lock);
   struct trf_deferred *deferred = get_deferred_locked(root);
   if (deferred) {
      struct trf_contents contents;
      trf_view_contents(&access->view, 0, &contents);
      /* What it writes over need not be stored at all. */
      taken = same_region(&deferred->access.shown, &contents) ||
              trf_store_deferred_locked(root, gpu);
      if (taken)
         take_locked(deferred, access, gpu);
   }
   simple_mtx_unlock(&root->lock);
   return taken;
}

static void
copy_host(struct trf_access *to, const struct trf_access *from)
{
   const struct trf_box *box = &to->view.region.box;

   if (trf_mem_is_buffer_backed(to->view.mem))
      memcpy(to->pointer, from->pointer, trf_view_bytes(&from->view));
   else
      trf_copy_box(to->pointer, &to->layout, from->pointer, &from->layout,
                   box->width, box->height, box->depth);
}

bool
trf_deferred_show(struct trf_access *access,
                  const struct trf_contents *contents)
{
   struct trf_mem *root = access->view.mem->root;
   bool shown = false;

   simple_mtx_lock(&root->lock);
   const struct trf_deferred *deferred = root->deferred;
   if (deferred && trf_contents_equal(&deferred->access.shown, contents)) {
      copy_host(access, &deferred->access);
      access->shown = *contents;
      shown = true;
   }
   simple_mtx_unlock(&root->lock);
   return shown;
}

void
trf_deferred_free(struct trf_mem *root)
{
   if (!root->deferred)
      return;
   trf_access_release(&root->deferred->access);
   free(root->deferred);
   p_atomic_dec(&root->context->deferred_count);
}
