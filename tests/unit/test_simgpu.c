/* SPDX-License-Identifier: MIT */

/*
 * The simulated GPU itself: what it promises to do to a frontend that
 * forgets something.  Called straight on the pipe interface.
 */

#include "gallium_screens.h"

#include "gallium/screen_private.h"
#include "pipe/p_context.h"
#include "pipe/p_screen.h"
#include "pipe/p_state.h"
#include "util/box.h"
#include "util/os_time.h"
#include "util/u_inlines.h"

#define SIZE 4096

static struct trf_screen *simgpu;
static struct pipe_screen *screen;
static struct pipe_context *context;

static int
setup(void **state)
{
   struct trf_screen **screens;

   if (trf_loader_probe("simgpu", &screens) != 1)
      return -1;
   simgpu = screens[0];
   free(screens);
   screen = trf_screen_pipe(simgpu);
   context = screen->context_create(screen, NULL, PIPE_CONTEXT_COMPUTE_ONLY);
   return context ? 0 : -1;
}

static int
teardown(void **state)
{
   context->destroy(context);
   trf_screen_destroy(simgpu);
   return 0;
}

static struct pipe_resource *
create(enum pipe_texture_target target, enum pipe_resource_usage usage,
       unsigned width, unsigned height)
{
   const struct pipe_resource templ = {
      .target = target,
      .format =
         target == PIPE_BUFFER ? PIPE_FORMAT_R8_UINT : PIPE_FORMAT_R8_UNORM,
      .width0 = width,
      .height0 = height,
      .depth0 = 1,
      .array_size = 1,
      .usage = usage,
      .bind =
         target == PIPE_BUFFER ? PIPE_BIND_GLOBAL : PIPE_BIND_SAMPLER_VIEW,
   };
   struct pipe_resource *resource = screen->resource_create(screen, &templ);
   assert_non_null(resource);
   return resource;
}

static struct pipe_resource *
create_buffer(enum pipe_resource_usage usage)
{
   return create(PIPE_BUFFER, usage, SIZE, 1);
}

static uint8_t *
map(struct pipe_resource *resource, unsigned usage,
    struct pipe_transfer **transfer)
{
   struct pipe_box box;

   u_box_2d(0, 0, resource->width0, resource->height0, &box);
   return context->buffer_map(context, resource, 0, usage, &box, transfer);
}

static void
fill(struct pipe_resource *resource, uint8_t value)
{
   context->clear_buffer(context, resource, 0, SIZE, &value, 1);
}

static struct pipe_fence_handle *
flush(void)
{
   struct pipe_fence_handle *fence = NULL;

   context->flush(context, &fence, 0);
   assert_non_null(fence);
   return fence;
}

static void
wait(struct pipe_fence_handle *fence)
{
   assert_true(
      screen->fence_finish(screen, NULL, fence, OS_TIMEOUT_INFINITE));
   screen->fence_reference(screen, &fence, NULL);
}

static void
device_memory_has_no_pointer(void **state)
{
   struct pipe_resource *buffer = create_buffer(PIPE_USAGE_DEFAULT);
   struct pipe_resource *image =
      create(PIPE_TEXTURE_2D, PIPE_USAGE_DEFAULT, 64, 64);
   struct pipe_transfer *transfer;
   static const unsigned refused[] = {
      PIPE_MAP_READ | PIPE_MAP_PERSISTENT,
      PIPE_MAP_READ | PIPE_MAP_PERSISTENT | PIPE_MAP_COHERENT,
      PIPE_MAP_WRITE | PIPE_MAP_DIRECTLY,
   };

   for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
      assert_null(map(buffer, refused[i], &transfer));
      assert_null(map(image, refused[i], &transfer));
   }

   /* Two maps, two copies: what direct.c tells them by. */
   struct pipe_transfer *second;
   uint8_t *one = map(image, PIPE_MAP_READ, &transfer);
   uint8_t *two = map(image, PIPE_MAP_READ, &second);
   assert_ptr_not_equal(one, two);
   assert_int_equal(transfer->stride % 256, 0);
   context->texture_unmap(context, second);
   context->texture_unmap(context, transfer);
   pipe_resource_reference(&buffer, NULL);
   pipe_resource_reference(&image, NULL);
}

static void
work_is_done_when_it_is_waited_for(void **state)
{
   struct pipe_resource *buffer = create_buffer(PIPE_USAGE_STAGING);
   struct pipe_transfer *transfer;
   uint8_t *bytes =
      map(buffer, PIPE_MAP_READ | PIPE_MAP_WRITE | PIPE_MAP_PERSISTENT,
          &transfer);

   memset(bytes, 1, SIZE);
   fill(buffer, 2);
   assert_int_equal(bytes[0], 1);
   struct pipe_fence_handle *fence = flush();
   assert_false(screen->fence_finish(screen, NULL, fence, 0));
   assert_int_equal(bytes[0], 1);
   wait(fence);
   assert_int_equal(bytes[0], 2);
   assert_int_equal(bytes[SIZE - 1], 2);

   /* A client that only polls gets there, too. */
   fill(buffer, 3);
   fence = flush();
   unsigned polls = 1;
   while (!screen->fence_finish(screen, NULL, fence, 0))
      polls++;
   assert_true(polls > 1);
   wait(fence);
   assert_int_equal(bytes[0], 3);
   context->buffer_unmap(context, transfer);
   pipe_resource_reference(&buffer, NULL);
}

static void
maps_wait_for_their_resource(void **state)
{
   struct pipe_resource *buffer = create_buffer(PIPE_USAGE_DEFAULT);
   struct pipe_transfer *transfer;

   fill(buffer, 4);
   uint8_t *bytes = map(buffer, PIPE_MAP_READ, &transfer);
   assert_int_equal(bytes[SIZE - 1], 4);
   context->buffer_unmap(context, transfer);

   /* What is written arrives in the order of the context. */
   bytes = map(buffer, PIPE_MAP_WRITE, &transfer);
   memset(bytes, 5, SIZE);
   context->buffer_unmap(context, transfer);
   bytes = map(buffer, PIPE_MAP_READ, &transfer);
   assert_int_equal(bytes[0], 5);
   context->buffer_unmap(context, transfer);
   pipe_resource_reference(&buffer, NULL);
}

static void
discarded_storage_is_replaced_while_busy(void **state)
{
   struct pipe_resource *buffer = create_buffer(PIPE_USAGE_STAGING);
   struct pipe_transfer *kept, *transfer;
   uint8_t *held = map(buffer, PIPE_MAP_READ | PIPE_MAP_PERSISTENT, &kept);
   const unsigned discard = PIPE_MAP_WRITE | PIPE_MAP_DISCARD_RANGE;

   /* Idle: it stays where it is. */
   assert_ptr_equal(map(buffer, discard, &transfer), held);
   context->buffer_unmap(context, transfer);

   fill(buffer, 6);
   uint8_t *fresh = map(buffer, discard, &transfer);
   assert_ptr_not_equal(fresh, held);
   memset(fresh, 7, SIZE);
   context->buffer_unmap(context, transfer);
   wait(flush());
   assert_int_equal(fresh[0], 7);
   assert_int_equal(held[0], 6);

   context->buffer_unmap(context, kept);
   pipe_resource_reference(&buffer, NULL);
}

static void
clients_memory_is_taken_for_aligned_buffers(void **state)
{
   uint8_t *memory = aligned_alloc(256, 2 * SIZE);
   struct pipe_resource templ = {
      .target = PIPE_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .width0 = SIZE,
      .height0 = 1,
      .depth0 = 1,
      .array_size = 1,
      .bind = PIPE_BIND_GLOBAL,
   };

   assert_null(
      screen->resource_from_user_memory(screen, &templ, memory + 16));
   struct pipe_resource *buffer =
      screen->resource_from_user_memory(screen, &templ, memory);
   assert_non_null(buffer);
   fill(buffer, 8);
   wait(flush());
   assert_int_equal(memory[SIZE - 1], 8);
   pipe_resource_reference(&buffer, NULL);

   templ.target = PIPE_TEXTURE_2D;
   templ.bind = PIPE_BIND_SAMPLER_VIEW;
   assert_null(screen->resource_from_user_memory(screen, &templ, memory));
   free(memory);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(device_memory_has_no_pointer),
      cmocka_unit_test(work_is_done_when_it_is_waited_for),
      cmocka_unit_test(maps_wait_for_their_resource),
      cmocka_unit_test(discarded_storage_is_replaced_while_busy),
      cmocka_unit_test(clients_memory_is_taken_for_aligned_buffers),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
