/* SPDX-License-Identifier: MIT */

/*
 * A mapping record lives in its root's list from the map's enqueue until the
 * unmap has completed:
 *
 *    LIVE        may be used, or will be when the map command has run
 *    LEAVING     an unmap is being enqueued: no longer found by pointer
 *    UNMAPPING   it is enqueued: no longer in the way of other maps, whose
 *                commands follow it; still counted
 *    DEAD        out of the list; commands may still hold it
 *
 * An unmap that fails (a failed wait list, a lost device) makes the record
 * LIVE again: the object stays mapped.  A map that fails takes its record
 * away, also from under an unmap that was already enqueued, which then has
 * nothing to do.
 */

#include "core/mapping.h"

#include <assert.h>
#include <stdlib.h>

#include "gallium/context.h"
#include "gallium/screen.h"
#include "util/macros.h"
#include "util/trf_log.h"
#include "util/u_atomic.h"

#define MAP_WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)

enum mapping_state {
   MAPPING_LIVE,
   MAPPING_LEAVING,
   MAPPING_UNMAPPING,
   MAPPING_DEAD,
};

struct trf_mapping {
   struct list_head link;    /* in root->mappings, under root->lock */
   enum mapping_state state; /* under root->lock */
   bool held;                /* the client may be writing; under root->lock */
   uint32_t refs;
   struct trf_access access;
};

/* Both commands.  The memory object is held while one is under way. */
struct map_command {
   struct trf_event event;
   struct trf_mem *mem;
   struct trf_mapping *mapping;
   struct trf_mapping *sibling; /* see find_live_locked() */
};

static void
mapping_unref(struct trf_mapping *mapping)
{
   if (!mapping || !p_atomic_dec_zero(&mapping->refs))
      return;
   trf_access_release(&mapping->access);
   free(mapping);
}

static struct trf_mapping *
mapping_ref(struct trf_mapping *mapping)
{
   p_atomic_inc(&mapping->refs);
   return mapping;
}

static bool
writes(const struct trf_mapping *mapping)
{
   return mapping->access.flags & MAP_WRITES;
}

/* Whether two views of one root share a byte. */
static bool
views_overlap(const struct trf_view *a, const struct trf_view *b)
{
   if (trf_mem_is_buffer_backed(a->mem)) {
      struct trf_byte_rows rows_a, rows_b;
      trf_view_byte_rows(a, &rows_a);
      trf_view_byte_rows(b, &rows_b);
      return trf_byte_rows_overlap(&rows_a, &rows_b);
   }
   return a->region.level == b->region.level &&
          trf_boxes_overlap(&a->region.box, &b->region.box);
}

/* Adds the record unless it would let two maps write the same bytes. */
static bool
add_record(struct trf_mapping *mapping)
{
   struct trf_mem *mem = mapping->access.view.mem;
   struct trf_mem *root = mem->root;
   bool free_to_map = true;

   simple_mtx_lock(&root->lock);
   if (writes(mapping)) {
      list_for_each_entry(struct trf_mapping, other, &root->mappings, link) {
         if (other->state <= MAPPING_LEAVING && writes(other) &&
             views_overlap(&other->access.view, &mapping->access.view)) {
            free_to_map = false;
            break;
         }
      }
   }
   if (free_to_map) {
      list_addtail(&mapping_ref(mapping)->link, &root->mappings);
      mem->map_count++;
   }
   simple_mtx_unlock(&root->lock);
   return free_to_map;
}

/* Takes the record away, and the list's reference; once. */
static void
remove_record(struct trf_mapping *mapping)
{
   struct trf_mem *mem = mapping->access.view.mem;
   struct trf_mem *root = mem->root;

   simple_mtx_lock(&root->lock);
   const bool listed = mapping->state != MAPPING_DEAD;
   if (listed) {
      mapping->state = MAPPING_DEAD;
      list_del(&mapping->link);
      mem->map_count--;
   }
   simple_mtx_unlock(&root->lock);
   if (listed)
      mapping_unref(mapping);
}

unsigned
trf_mem_map_count(struct trf_mem *mem)
{
   simple_mtx_lock(&mem->root->lock);
   const unsigned count = mem->map_count;
   simple_mtx_unlock(&mem->root->lock);
   return count;
}

void
trf_mappings_free(struct trf_mem *mem)
{
   /* Nobody else has the object, but its root may live on with others. */
   struct trf_mem *root = mem->root;
   struct list_head gone;
   list_inithead(&gone);

   simple_mtx_lock(&root->lock);
   list_for_each_entry_safe(struct trf_mapping, mapping, &root->mappings,
                            link) {
      if (mapping->access.view.mem == mem) {
         mapping->state = MAPPING_DEAD;
         list_move_to(&mapping->link, &gone);
      }
   }
   simple_mtx_unlock(&root->lock);

   list_for_each_entry_safe(struct trf_mapping, mapping, &gone, link)
      mapping_unref(mapping);
}

/* Whether the client's pointer leads into that very storage. */
static bool
leads_into(const struct trf_mapping *mapping, const struct trf_device *device)
{
   const struct trf_access *access = &mapping->access;
   const struct trf_mem *root = access->view.mem->root;

   switch (access->path) {
   case TRF_PATH_DIRECT:
   case TRF_PATH_HOST_STORAGE:
      return access->device == device;
   case TRF_PATH_HOST_COPY:
      return root->wrapped && root->context->devices[0] == device;
   case TRF_PATH_STAGING:
      return false;
   }
   return false;
}

/*
 * Of the bytes of a row that a view covers, those that begin first after x;
 * in elements of the root.  False if there are none.
 */
static bool
first_span(const struct trf_view *view, unsigned level, size_t x, size_t y,
           size_t z, size_t *start, size_t *end)
{
   if (trf_mem_is_buffer_backed(view->mem)) {
      struct trf_byte_rows rows;
      trf_view_byte_rows(view, &rows);
      const size_t skipped =
         x < rows.offset + rows.row_bytes
            ? 0
            : (x - rows.offset - rows.row_bytes) / rows.pitch + 1;
      *start = rows.offset + skipped * rows.pitch;
      *end = *start + rows.row_bytes;
      return skipped < rows.rows;
   }

   const struct trf_box *box = &view->region.box;
   *start = box->x;
   *end = box->x + box->width;
   return level == view->region.level && y >= box->y &&
          y - box->y < box->height && z >= box->z &&
          z - box->z < box->depth && *end > x;
}

bool
trf_mappings_lead_into_locked(const struct trf_mem *root,
                              const struct trf_device *device)
{
   list_for_each_entry(struct trf_mapping, mapping, &root->mappings, link) {
      if (mapping->held && leads_into(mapping, device))
         return true;
   }
   return false;
}

bool
trf_mappings_span_locked(const struct trf_mem *root,
                         const struct trf_device *device, unsigned level,
                         size_t x, size_t y, size_t z, size_t *start,
                         size_t *end)
{
   bool found = false;

   list_for_each_entry(struct trf_mapping, mapping, &root->mappings, link) {
      size_t from, to;

      if (mapping->held && leads_into(mapping, device) &&
          first_span(&mapping->access.view, level, x, y, z, &from, &to) &&
          (!found || from < *start)) {
         *start = from;
         *end = to;
         found = true;
      }
   }
   return found;
}

static const char *
flags_name(cl_map_flags flags)
{
   if (flags & CL_MAP_WRITE_INVALIDATE_REGION)
      return "WRITE_INVALIDATE";
   if ((flags & CL_MAP_READ) && (flags & CL_MAP_WRITE))
      return "READ|WRITE";
   return flags & CL_MAP_WRITE ? "WRITE" : "READ";
}

static const char *
type_name(cl_mem_object_type type)
{
   switch (type) {
   case CL_MEM_OBJECT_BUFFER:
      return "buffer";
   case CL_MEM_OBJECT_IMAGE1D:
      return "1D";
   case CL_MEM_OBJECT_IMAGE1D_BUFFER:
      return "1D-buffer";
   case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return "1D-array";
   case CL_MEM_OBJECT_IMAGE2D:
      return "2D";
   case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      return "2D-array";
   default:
      return "3D";
   }
}

static void
log_access(const char *topic, const struct trf_access *access, size_t moved,
           uint64_t ns)
{
   const struct trf_mem *mem = access->view.mem;
   const struct trf_box *box = &access->view.region.box;

   trf_log_line(topic,
                "image %p %s level %u region %zu,%zu,%zu at %zu,%zu,%zu "
                "flags %s path %s row %zu slice %zu moved %zu bytes %.1f us",
                (const void *)mem->base.handle, type_name(mem->type),
                access->view.region.level, box->width, box->height,
                box->depth, box->x, box->y, box->z, flags_name(access->flags),
                trf_path_name(access->path), access->layout.row,
                access->layout.slice, moved, ns / 1e3);
}

static bool
logs_maps(void)
{
   return trf_debug_flags() & TRF_DEBUG_MAP;
}

/*
 * From now on the client may write the region: no migration may.  One that is
 * only read shows what others write to it.  With one device there are none.
 */
static void
hold(struct trf_mapping *mapping)
{
   struct trf_mem *root = mapping->access.view.mem->root;

   if (root->context->device_count == 1 || !writes(mapping))
      return;
   simple_mtx_lock(&root->lock);
   mapping->held = true;
   simple_mtx_unlock(&root->lock);
}

static cl_int
map_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct trf_access *access =
      &((struct map_command *)event)->mapping->access;
   const uint64_t start = logs_maps() ? trf_host_time() : 0;

   const cl_int error = trf_access_fetch(access, gpu);
   if (!error)
      hold(((struct map_command *)event)->mapping);
   if (logs_maps())
      log_access("map", access, access->moved, trf_host_time() - start);
   return error;
}

static void
map_ended(struct trf_event *event, cl_int status)
{
   struct map_command *command = (struct map_command *)event;
   if (status < 0)
      remove_record(command->mapping);
}

static void
map_release(struct trf_event *event)
{
   struct map_command *command = (struct map_command *)event;
   mapping_unref(command->mapping);
   mapping_unref(command->sibling);
   trf_mem_unref(command->mem);
}

static const struct trf_command_ops map_ops = {
   .run = map_run,
   .ended = map_ended,
   .release = map_release,
};

static bool
is_image(const struct trf_mem *mem)
{
   return trf_mem_is_image(mem);
}

static struct map_command *
create_command(struct trf_queue *queue, struct trf_mem *mem,
               cl_command_type type, const struct trf_command_ops *ops,
               bool want_event)
{
   struct map_command *command =
      trf_command_create(queue, type, sizeof(*command), ops, want_event);
   if (command)
      command->mem = trf_mem_ref(mem);
   return command;
}

/* The pitches to report (5.3.8): slice 0 where there are no slices. */
static void
report_pitches(const struct trf_access *access, struct trf_map_result *result)
{
   const struct trf_mem *mem = access->view.mem;

   result->row_pitch = access->layout.row;
   result->slice_pitch = access->layout.slice;
   if (mem->type == CL_MEM_OBJECT_IMAGE1D_ARRAY) {
      /* Layers are the rows of the layout; a row alone is what it was. */
      result->slice_pitch = access->layout.row;
      if (access->path == TRF_PATH_HOST_STORAGE ||
          access->path == TRF_PATH_HOST_COPY)
         result->row_pitch = mem->root->image.row_pitch;
   } else if (!is_image(mem) || !trf_image_has_slices(mem->type)) {
      result->slice_pitch = 0;
   }
}

/* A record in the list, with its pointer; nothing stays behind an error. */
static cl_int
create_mapping(struct trf_queue *queue, const struct trf_map_args *args,
               struct trf_mapping **out)
{
   struct trf_mapping *mapping = calloc(1, sizeof(*mapping));
   if (!mapping)
      return CL_OUT_OF_HOST_MEMORY;

   mapping->refs = 1;
   const cl_int error =
      trf_access_prepare(&mapping->access, &args->view,
                         trf_queue_device(queue), args->flags, true);
   if (error) {
      free(mapping);
      return error;
   }
   if (!add_record(mapping)) {
      mapping_unref(mapping);
      return CL_INVALID_OPERATION;
   }
   *out = mapping;
   return CL_SUCCESS;
}

cl_int
trf_map_enqueue(struct trf_queue *queue, const struct trf_map_args *args,
                struct trf_map_result *result)
{
   struct trf_mem *mem = args->view.mem;
   struct trf_mapping *mapping;

   *result = (struct trf_map_result){0};
   cl_int error = create_mapping(queue, args, &mapping);
   if (error)
      return error;

   struct map_command *command = create_command(
      queue, mem,
      is_image(mem) ? CL_COMMAND_MAP_IMAGE : CL_COMMAND_MAP_BUFFER, &map_ops,
      args->want_event);
   if (!command) {
      remove_record(mapping);
      mapping_unref(mapping);
      return CL_OUT_OF_HOST_MEMORY;
   }

   /* Ours goes to the command; what is read here outlives it in the list. */
   command->mapping = mapping;
   command->event.cheap = trf_access_is_free(&mapping->access);
   command->event.host_only = true;
   struct trf_map_result mapped = {.pointer = mapping->access.pointer};
   report_pitches(&mapping->access, &mapped);

   error = trf_command_enqueue(&command->event, &args->waits, args->blocking,
                               args->want_event ? &mapped.event : NULL);
   if (!error)
      *result = mapped;
   return error;
}

static cl_int
unmap_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct map_command *command = (struct map_command *)event;
   struct trf_mapping *mapping = command->mapping;
   struct trf_access *access = &mapping->access;

   simple_mtx_lock(&command->mem->root->lock);
   const bool dead = mapping->state == MAPPING_DEAD;
   simple_mtx_unlock(&command->mem->root->lock);
   if (dead)
      return CL_SUCCESS;

   const uint64_t start = logs_maps() ? trf_host_time() : 0;
   const size_t before = access->moved;
   cl_int error = trf_access_store(access, gpu);
   if (!error && command->sibling)
      error = trf_access_store(&command->sibling->access, gpu);
   if (logs_maps())
      log_access("unmap", access, access->moved - before,
                 trf_host_time() - start);
   return error;
}

static void
unmap_ended(struct trf_event *event, cl_int status)
{
   struct map_command *command = (struct map_command *)event;

   if (status >= 0) {
      remove_record(command->mapping);
      return;
   }
   simple_mtx_lock(&command->mem->root->lock);
   if (command->mapping->state != MAPPING_DEAD)
      command->mapping->state = MAPPING_LIVE;
   simple_mtx_unlock(&command->mem->root->lock);
}

/* All later commands follow it. */
static void
unmap_queued(struct trf_event *event)
{
   struct map_command *command = (struct map_command *)event;

   simple_mtx_lock(&command->mem->root->lock);
   if (command->mapping->state == MAPPING_LEAVING)
      command->mapping->state = MAPPING_UNMAPPING;
   simple_mtx_unlock(&command->mem->root->lock);
}

static const struct trf_command_ops unmap_ops = {
   .queued = unmap_queued,
   .run = unmap_run,
   .ended = unmap_ended,
   .release = map_release,
};

/*
 * The record that an unmap of `pointer` undoes.  Several may share the
 * address, and the client cannot say which one it means: those that only
 * read go first, and bring the one that writes (`sibling`) up to date, so
 * that the outcome is right whichever was meant.
 */
static struct trf_mapping *
find_live_locked(struct trf_mem *mem, const void *pointer,
                 struct trf_mapping **sibling)
{
   struct trf_mapping *reader = NULL, *writer = NULL;

   list_for_each_entry(struct trf_mapping, mapping, &mem->root->mappings,
                       link) {
      if (mapping->state != MAPPING_LIVE || mapping->access.view.mem != mem ||
          mapping->access.pointer != pointer)
         continue;
      if (writes(mapping))
         writer = mapping;
      else if (!reader)
         reader = mapping;
   }

   *sibling = reader ? writer : NULL;
   return reader ? reader : writer;
}

/* Whether the device may have to do something for its unmap. */
static bool
leaves_work(const struct trf_mapping *mapping)
{
   const struct trf_access *access = &mapping->access;

   if (!writes(mapping))
      return false;
   return access->path == TRF_PATH_STAGING ||
          access->path == TRF_PATH_HOST_COPY ||
          access->view.mem->context->device_count > 1;
}

cl_int
trf_unmap_enqueue(struct trf_queue *queue, struct trf_mem *mem, void *pointer,
                  const struct trf_wait_list *waits, bool want_event,
                  struct trf_event **event)
{
   struct map_command *command = create_command(
      queue, mem, CL_COMMAND_UNMAP_MEM_OBJECT, &unmap_ops, want_event);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;

   simple_mtx_lock(&mem->root->lock);
   struct trf_mapping *sibling;
   struct trf_mapping *mapping = find_live_locked(mem, pointer, &sibling);
   if (mapping) {
      mapping->state = MAPPING_LEAVING;
      command->mapping = mapping_ref(mapping);
      if (sibling)
         command->sibling = mapping_ref(sibling);
   }
   simple_mtx_unlock(&mem->root->lock);

   if (!mapping) {
      command->event.ops = NULL;
      trf_command_discard(&command->event);
      trf_mem_unref(mem);
      return CL_INVALID_VALUE;
   }

   command->event.cheap = trf_access_is_free(&mapping->access);
   command->event.host_only =
      !leaves_work(mapping) && (!sibling || !leaves_work(sibling));
   return trf_command_enqueue(&command->event, waits, false,
                              want_event ? event : NULL);
}
