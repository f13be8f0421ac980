/* SPDX-License-Identifier: MIT */

/*
 * Maps when memory runs out: every allocation of this thread fails in turn.
 * A map that cannot be made says why and leaves nothing behind.  What is
 * enqueued ends without any.
 */

#include "maps.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAVE_FAULTS false
#else
#define HAVE_FAULTS true
#endif

static const size_t zero[3] = {0, 0, 0};

/* How many allocations still succeed; negative: all of them. */
static _Thread_local long allocations_left = -1;
static _Thread_local bool failed;

#if HAVE_FAULTS
/* The C library's own, under the names that it exports for this. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static bool
refuse(void)
{
   if (allocations_left < 0)
      return false;
   if (allocations_left > 0) {
      allocations_left--;
      return false;
   }
   failed = true;
   errno = ENOMEM;
   return true;
}

void *
malloc(size_t size)
{
   return refuse() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
   return refuse() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
   return refuse() ? NULL : __libc_realloc(old, size);
}

int
posix_memalign(void **out, size_t alignment, size_t size)
{
   void *memory = refuse() ? NULL : __libc_memalign(alignment, size);
   if (!memory)
      return ENOMEM;
   *out = memory;
   return 0;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
   return refuse() ? NULL : __libc_memalign(alignment, size);
}
#endif

static bool
is_memory_error(cl_int error)
{
   return error == CL_OUT_OF_HOST_MEMORY || error == CL_OUT_OF_RESOURCES ||
          error == CL_MEM_OBJECT_ALLOCATION_FAILURE ||
          error == CL_MAP_FAILURE;
}

struct attempt {
   cl_mem mem;
   const size_t *extent; /* NULL: a buffer */
   cl_bool blocking;
   cl_map_flags flags;
   cl_uint count;
   const cl_event *waits;
};

static void *
try_map(const struct attempt *a, cl_event *event, cl_int *error)
{
   size_t row, slice;

   if (!a->extent)
      return clEnqueueMapBuffer(client.ooo, a->mem, a->blocking, a->flags, 0,
                                64, a->count, a->waits, event, error);
   return clEnqueueMapImage(client.ooo, a->mem, a->blocking, a->flags, zero,
                            a->extent, &row, &slice, a->count, a->waits,
                            event, error);
}

/* Fails the first allocation of a map, then the second, until none fails. */
static void
check_attempt(const struct attempt *attempt, bool host_memory)
{
   unsigned failures = 0;

   for (long i = 0; i < 1000; i++) {
      cl_event event = (cl_event)&code;
      cl_int error = UNTOUCHED;

      failed = false;
      allocations_left = i;
      void *pointer = try_map(attempt, &event, &error);
      allocations_left = -1;
      if (!pointer) {
         assert_true(failed);
         if (!is_memory_error(error))
            print_error("allocation %ld: %s\n", i, code_name(error));
         assert_true(is_memory_error(error));
         /* "This error cannot occur for … USE_HOST_PTR, ALLOC_HOST_PTR." */
         if (host_memory)
            assert_int_not_equal(error, CL_MAP_FAILURE);
         assert_ptr_equal(event, &code);
         assert_int_equal(map_count(attempt->mem), 0);
         failures++;
         continue;
      }
      CHECK_OK(error);
      if (attempt->waits && event_status(attempt->waits[0]) > CL_COMPLETE)
         CHECK_OK(clSetUserEventStatus(attempt->waits[0], CL_COMPLETE));
      end_event(event, CL_COMPLETE);
      unmap_now(client.queue, attempt->mem, pointer);
      assert_int_equal(map_count(attempt->mem), 0);
      if (!failed) {
         print_message("# %u failures\n", failures);
         assert_true(failures > 0);
         return;
      }
   }
   fail_msg("there is always another allocation");
}

static void
check_object(cl_mem mem, const size_t *extent, bool host_memory)
{
   static const cl_map_flags flags[] = {CL_MAP_READ, CL_MAP_WRITE,
                                        CL_MAP_WRITE_INVALIDATE_REGION};

   for (unsigned f = 0; f < COUNT(flags); f++)
      for (cl_bool blocking = CL_FALSE; blocking <= CL_TRUE; blocking++) {
         const struct attempt attempt = {mem,      extent, blocking,
                                         flags[f], 0,      NULL};
         check_attempt(&attempt, host_memory);
      }
   cl_event gate = new_user_event();
   const cl_event waits[] = {gate};
   const struct attempt waiting = {mem,          extent, CL_FALSE,
                                   CL_MAP_WRITE, 1,      waits};
   check_attempt(&waiting, host_memory);
   CHECK_OK(clReleaseEvent(gate));
}

static void
need_faults(void)
{
   if (!HAVE_FAULTS)
      skip_test("a sanitizer owns the allocator");
   need_trefoil("others may crash");
}

static void
image_maps_survive_failing_allocations(void **state)
{
   need_faults();
   need_images();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, 0, type);
      check_object(p.image, p.extent, false);
      check_picture(&p);
      picture_free(&p);
   }
}

static void
host_memory_maps_survive_failing_allocations(void **state)
{
   static unsigned char memory[64 * 64 * 4];
   static const size_t extent[3] = {64, 64, 1};
   const cl_image_desc desc = image_desc(TYPE_2D, 64, 64, 1);

   need_faults();
   need_images();
   cl_mem image = CREATED(clCreateImage(client.context, CL_MEM_USE_HOST_PTR,
                                        &rgba8, &desc, memory, &code));
   check_object(image, extent, true);
   CHECK_OK(clReleaseMemObject(image));
   image = new_image(TYPE_2D, &rgba8, CL_MEM_ALLOC_HOST_PTR, 64, 64, 1, 1);
   check_object(image, extent, true);
   CHECK_OK(clReleaseMemObject(image));
}

static void
buffer_maps_survive_failing_allocations(void **state)
{
   need_faults();
   cl_mem buffer = new_buffer(0, 4096, NULL);

   check_object(buffer, NULL, false);
   CHECK_OK(clReleaseMemObject(buffer));
}

/* An unmap that cannot be enqueued leaves the object mapped. */
static void
unmaps_survive_failing_allocations(void **state)
{
   need_faults();
   cl_mem buffer = new_buffer(0, 4096, NULL);
   void *pointer =
      CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE, CL_MAP_WRITE,
                                 0, 4096, 0, NULL, NULL, &code));

   for (long i = 0; i < 1000; i++) {
      cl_event event = (cl_event)&code;
      allocations_left = i;
      failed = false;
      const cl_int error = clEnqueueUnmapMemObject(client.queue, buffer,
                                                   pointer, 0, NULL, &event);
      allocations_left = -1;
      if (error == CL_SUCCESS) {
         end_event(event, CL_COMPLETE);
         assert_int_equal(map_count(buffer), 0);
         if (!failed)
            break;
         pointer = CREATED(clEnqueueMapBuffer(client.queue, buffer, CL_TRUE,
                                              CL_MAP_WRITE, 0, 4096, 0, NULL,
                                              NULL, &code));
         continue;
      }
      assert_true(failed);
      assert_true(is_memory_error(error));
      assert_ptr_equal(event, &code);
      assert_int_equal(map_count(buffer), 1);
   }
   assert_int_equal(map_count(buffer), 0);
   CHECK_OK(clReleaseMemObject(buffer));
}

struct bystander {
   atomic_bool asked, served, in_time;
   pthread_t thread;
};

static bool
is_asked(void *data)
{
   return ((struct bystander *)data)->asked;
}

static bool
is_served(void *data)
{
   return ((struct bystander *)data)->served;
}

/* Another thread that uses the queue, once it is told to. */
static void *
use_queue(void *data)
{
   struct bystander *bystander = data;

   if (wait_until(is_asked, bystander) &&
       clEnqueueMarkerWithWaitList(client.queue, 0, NULL, NULL) ==
          CL_SUCCESS &&
       clFinish(client.queue) == CL_SUCCESS)
      bystander->served = true;
   return NULL;
}

static void CL_CALLBACK
wait_for_bystander(cl_mem mem, void *data)
{
   struct bystander *bystander = data;

   bystander->asked = true;
   bystander->in_time = wait_until(is_served, bystander);
}

/*
 * What was enqueued is sent and ends without any memory, and the callbacks
 * that come of it hold nobody up.
 */
static void
commands_end_without_allocations(void **state)
{
   struct bystander bystander = {0};
   cl_event event;

   need_faults();
   if (!is_driver("simgpu"))
      skip_test("the drivers need memory for commands");
   cl_mem from = new_buffer(0, 4096, NULL), to = new_buffer(0, 4096, NULL);
   CHECK_OK(
      clSetMemObjectDestructorCallback(to, wait_for_bystander, &bystander));
   assert_int_equal(
      pthread_create(&bystander.thread, NULL, use_queue, &bystander), 0);
   CHECK_OK(clEnqueueCopyBuffer(client.queue, from, to, 0, 0, 4096, 0, NULL,
                                &event));
   CHECK_OK(clReleaseMemObject(to));
   allocations_left = 0;
   const cl_int error = clFinish(client.queue);
   allocations_left = -1;
   CHECK_OK(error);
   assert_true(bystander.asked);
   assert_int_equal(pthread_join(bystander.thread, NULL), 0);
   assert_true(bystander.in_time);
   end_event(event, CL_COMPLETE);
   CHECK_OK(clReleaseMemObject(from));
}

/* "CL_MEM_OBJECT_ALLOCATION_FAILURE" and the like, at creation as well. */
static void
objects_survive_failing_allocations(void **state)
{
   static const size_t extent[3] = {19, 7, 1};
   const cl_image_desc desc = image_desc(TYPE_2D, extent[0], extent[1], 1);
   bool done = false;

   need_faults();
   need_images();
   for (long i = 0; i < 1000 && !done; i++) {
      cl_int error = UNTOUCHED;
      failed = false;
      allocations_left = i;
      cl_mem image =
         clCreateImage(client.context, 0, &rgba8, &desc, NULL, &error);
      allocations_left = -1;
      done = !failed;
      if (image) {
         CHECK_OK(error);
         CHECK_OK(clReleaseMemObject(image));
         continue;
      }
      assert_true(failed);
      assert_true(is_memory_error(error));
   }
   assert_true(done);
   done = false;
   for (long i = 0; i < 1000 && !done; i++) {
      cl_int error = UNTOUCHED;
      failed = false;
      allocations_left = i;
      cl_mem buffer = clCreateBuffer(client.context, 0, 4096, NULL, &error);
      allocations_left = -1;
      done = !failed;
      if (buffer) {
         CHECK_OK(error);
         CHECK_OK(clReleaseMemObject(buffer));
         continue;
      }
      assert_true(failed);
      assert_true(is_memory_error(error));
   }
   assert_true(done);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(image_maps_survive_failing_allocations),
      cmocka_unit_test(host_memory_maps_survive_failing_allocations),
      cmocka_unit_test(buffer_maps_survive_failing_allocations),
      cmocka_unit_test(unmaps_survive_failing_allocations),
      cmocka_unit_test(objects_survive_failing_allocations),
      cmocka_unit_test(commands_end_without_allocations),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
