/* SPDX-License-Identifier: MIT */

/* Handles: any pointer at all can be asked about. */

#include "util/trf_handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "c11/threads.h"
#include "util/macros.h"

static int objects[16];

static void
nothing_is_a_handle_before_the_first(void **state)
{
   assert_null(trf_handle_get(NULL, TRF_TYPE_MEM));
   assert_null(trf_handle_get(objects, TRF_TYPE_MEM));
   assert_null(trf_handle_get((void *)UINTPTR_MAX, TRF_TYPE_MEM));
}

static void
live_handles_give_their_objects(void **state)
{
   static const int dispatch;
   struct trf_handle *handles[ARRAY_SIZE(objects)];

   trf_handle_set_dispatch(&dispatch);
   for (unsigned i = 0; i < ARRAY_SIZE(objects); i++) {
      handles[i] = trf_handle_new(TRF_TYPE_MEM, &objects[i]);
      assert_non_null(handles[i]);
   }
   for (unsigned i = 0; i < ARRAY_SIZE(objects); i++) {
      /* The ICD loader finds the dispatch table in the first word. */
      assert_ptr_equal(*(const void **)handles[i], &dispatch);
      assert_ptr_equal(trf_handle_get(handles[i], TRF_TYPE_MEM), &objects[i]);
   }
   for (unsigned i = 0; i < ARRAY_SIZE(objects); i++) {
      trf_handle_retire(handles[i]);
      trf_handle_free(handles[i]);
   }
}

static void
types_are_told_apart(void **state)
{
   for (unsigned type = TRF_TYPE_PLATFORM; type <= TRF_TYPE_EVENT; type++) {
      struct trf_handle *handle = trf_handle_new(type, &objects[0]);

      for (unsigned other = 0; other <= TRF_TYPE_EVENT + 1; other++) {
         void *got = trf_handle_get(handle, other);
         if (other == type)
            assert_ptr_equal(got, &objects[0]);
         else
            assert_null(got);
      }
      trf_handle_free(handle);
   }
}

static void
garbage_is_refused(void **state)
{
   struct trf_handle *handle = trf_handle_new(TRF_TYPE_EVENT, &objects[0]);
   const char *at = (const char *)handle;
   char text[64] = "not a handle, and nothing like one";

   assert_null(trf_handle_get(NULL, TRF_TYPE_EVENT));
   assert_null(trf_handle_get(text, TRF_TYPE_EVENT));
   assert_null(trf_handle_get(&text[1], TRF_TYPE_EVENT));
   assert_null(trf_handle_get((void *)(uintptr_t)1, TRF_TYPE_EVENT));
   assert_null(trf_handle_get((void *)UINTPTR_MAX, TRF_TYPE_EVENT));
   assert_null(trf_handle_get((void *)(UINTPTR_MAX / 2), TRF_TYPE_EVENT));
   /* Within the range, but not where a cell begins. */
   for (unsigned i = 1; i < sizeof(struct trf_handle); i++)
      assert_null(trf_handle_get(at + i, TRF_TYPE_EVENT));
   /* Where cells will be one day, or never: memory that is not there. */
   for (size_t i = 1; i < (size_t)1 << 31; i *= 2) {
      const uintptr_t far = (uintptr_t)at + i * sizeof(struct trf_handle);
      assert_null(trf_handle_get((void *)far, TRF_TYPE_EVENT));
   }
   for (size_t i = 1; i < (size_t)1 << 31; i *= 2)
      assert_null(
         trf_handle_get((void *)((uintptr_t)at - (i << 20)), TRF_TYPE_EVENT));
   trf_handle_free(handle);
}

static void
retired_and_freed_are_refused(void **state)
{
   struct trf_handle *handle = trf_handle_new(TRF_TYPE_QUEUE, &objects[0]);

   trf_handle_retire(handle);
   for (unsigned type = 0; type <= TRF_TYPE_EVENT; type++)
      assert_null(trf_handle_get(handle, type));
   /* Not given out again before it is freed. */
   struct trf_handle *other = trf_handle_new(TRF_TYPE_QUEUE, &objects[1]);
   assert_ptr_not_equal(other, handle);
   trf_handle_free(handle);
   for (unsigned type = 0; type <= TRF_TYPE_EVENT; type++)
      assert_null(trf_handle_get(handle, type));
   trf_handle_free(other);
}

/* A cell that was freed serves again, as whatever it is made then. */
static void
cells_are_reused(void **state)
{
   struct trf_handle *first = trf_handle_new(TRF_TYPE_QUEUE, &objects[0]);
   trf_handle_free(first);
   for (unsigned i = 0; i < 100000; i++) {
      struct trf_handle *handle = trf_handle_new(TRF_TYPE_MEM, &objects[1]);
      assert_ptr_equal(handle, first);
      assert_null(trf_handle_get(handle, TRF_TYPE_QUEUE));
      assert_ptr_equal(trf_handle_get(handle, TRF_TYPE_MEM), &objects[1]);
      trf_handle_free(handle);
   }
}

/* More than is committed at once, so that the range grows. */
static void
many_handles(void **state)
{
   enum { N = 20000 };
   struct trf_handle **handles = calloc(N, sizeof(*handles));

   assert_non_null(handles);
   for (unsigned i = 0; i < N; i++) {
      handles[i] = trf_handle_new(TRF_TYPE_EVENT, &handles[i]);
      assert_non_null(handles[i]);
   }
   for (unsigned i = 0; i < N; i++)
      assert_ptr_equal(trf_handle_get(handles[i], TRF_TYPE_EVENT),
                       &handles[i]);
   for (unsigned i = 0; i < N; i += 2)
      trf_handle_free(handles[i]);
   for (unsigned i = 0; i < N; i++) {
      void *wanted = i % 2 ? &handles[i] : NULL;
      assert_ptr_equal(trf_handle_get(handles[i], TRF_TYPE_EVENT), wanted);
   }
   for (unsigned i = 1; i < N; i += 2)
      trf_handle_free(handles[i]);
   free(handles);
}

struct worker {
   enum trf_type type;
   unsigned failures;
};

static int
make_and_free(void *data)
{
   struct worker *worker = data;

   for (unsigned i = 0; i < 20000; i++) {
      struct trf_handle *handle = trf_handle_new(worker->type, worker);
      worker->failures += trf_handle_get(handle, worker->type) != worker;
      worker->failures += trf_handle_get(handle, TRF_TYPE_PLATFORM) != NULL;
      trf_handle_retire(handle);
      worker->failures += trf_handle_get(handle, worker->type) != NULL;
      trf_handle_free(handle);
   }
   return 0;
}

static void
threads_do_not_meet(void **state)
{
   struct worker workers[6] = {0};
   thrd_t threads[ARRAY_SIZE(workers)];

   for (unsigned i = 0; i < ARRAY_SIZE(workers); i++) {
      workers[i].type = TRF_TYPE_DEVICE + i;
      assert_int_equal(thrd_create(&threads[i], make_and_free, &workers[i]),
                       thrd_success);
   }
   for (unsigned i = 0; i < ARRAY_SIZE(workers); i++) {
      thrd_join(threads[i], NULL);
      assert_int_equal(workers[i].failures, 0);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_a_handle_before_the_first),
      cmocka_unit_test(live_handles_give_their_objects),
      cmocka_unit_test(types_are_told_apart),
      cmocka_unit_test(garbage_is_refused),
      cmocka_unit_test(retired_and_freed_are_refused),
      cmocka_unit_test(cells_are_reused),
      cmocka_unit_test(many_handles),
      cmocka_unit_test(threads_do_not_meet),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
