/* SPDX-License-Identifier: MIT */

#include "util/trf_parallel.h"

#include "c11/threads.h"
#include "util/macros.h"
#include "util/trf_copy.h"
#include "util/u_cpu_detect.h"
#include "util/u_queue.h"

/* With the caller four threads; more find the memory busy. */
#define MAX_HELPERS 3

/* A helper's start costs as much as this many bytes. */
#define BYTES_PER_PART ((size_t)512 << 10)

struct part {
   uint8_t *dst;
   const uint8_t *src;
   const struct trf_layout *dst_layout, *src_layout;
   size_t width, height, depth;
   struct util_queue_fence done;
};

static struct util_queue helpers;
static unsigned helper_count;

static void
start_helpers(void)
{
   /* One processor in two: the others have the client's work to do. */
   const unsigned wanted =
      MIN2(util_get_cpu_caps()->nr_cpus / 2, MAX_HELPERS);

   if (wanted && util_queue_init(&helpers, "trfcopy", 4 * MAX_HELPERS, wanted,
                                 UTIL_QUEUE_INIT_RESIZE_IF_FULL, NULL))
      helper_count = wanted;
}

static void
copy_part(void *data, void *global, int thread)
{
   const struct part *part = data;

   trf_copy_box(part->dst, part->dst_layout, part->src, part->src_layout,
                part->width, part->height, part->depth);
}

/* The axis along which a box is cut: the outermost that has enough. */
enum axis {
   AXIS_X,
   AXIS_Y,
   AXIS_Z,
};

static enum axis
axis_to_cut(size_t height, size_t depth, unsigned parts)
{
   if (depth >= parts)
      return AXIS_Z;
   return height >= parts ? AXIS_Y : AXIS_X;
}

/* The part `index` of `count` along one axis: where it begins and how long
 * it is.
 */
static void
cut(size_t extent, unsigned index, unsigned count, size_t *start,
    size_t *length)
{
   *start = extent * index / count;
   *length = extent * (index + 1) / count - *start;
}

static void
make_part(struct part *part, const struct part *whole, enum axis axis,
          unsigned index, unsigned count)
{
   size_t start;

   *part = *whole;
   if (axis == AXIS_Z) {
      cut(whole->depth, index, count, &start, &part->depth);
      part->dst += start * whole->dst_layout->slice;
      part->src += start * whole->src_layout->slice;
   } else if (axis == AXIS_Y) {
      cut(whole->height, index, count, &start, &part->height);
      part->dst += start * whole->dst_layout->row;
      part->src += start * whole->src_layout->row;
   } else {
      cut(whole->width, index, count, &start, &part->width);
      part->dst += start * whole->dst_layout->element;
      part->src += start * whole->src_layout->element;
   }
}

void
trf_copy_box_parallel(void *dst, const struct trf_layout *dst_layout,
                      const void *src, const struct trf_layout *src_layout,
                      size_t width, size_t height, size_t depth)
{
   static once_flag once = ONCE_FLAG_INIT;
   const size_t bytes = width * height * depth * dst_layout->element;
   const struct part whole = {
      .dst = dst,
      .src = src,
      .dst_layout = dst_layout,
      .src_layout = src_layout,
      .width = width,
      .height = height,
      .depth = depth,
   };
   struct part parts[MAX_HELPERS + 1];

   if (bytes >= 2 * BYTES_PER_PART)
      call_once(&once, start_helpers);
   const unsigned threads = MIN2(helper_count, MAX_HELPERS) + 1;
   const unsigned count = CLAMP(bytes / BYTES_PER_PART, 1, threads);
   const enum axis axis = axis_to_cut(height, depth, count);

   for (unsigned i = 1; i < count; i++) {
      make_part(&parts[i], &whole, axis, i, count);
      util_queue_fence_init(&parts[i].done);
      util_queue_add_job(&helpers, &parts[i], &parts[i].done, copy_part, NULL,
                         0);
   }
   make_part(&parts[0], &whole, axis, 0, count);
   copy_part(&parts[0], NULL, 0);
   for (unsigned i = 1; i < count; i++) {
      util_queue_fence_wait(&parts[i].done);
      util_queue_fence_destroy(&parts[i].done);
   }
}
