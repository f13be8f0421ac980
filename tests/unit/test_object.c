/* SPDX-License-Identifier: MIT */

/* Objects: what the API counts, and what keeps the memory. */

#include "util/trf_object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "c11/threads.h"
#include "util/macros.h"

struct thing {
   struct trf_object base;
   unsigned *destroyed;
};

TRF_DECLARE_REF(thing)

static void
thing_destroy(struct trf_object *object)
{
   struct thing *thing = (struct thing *)object;
   (*thing->destroyed)++;
   free(thing);
}

static struct thing *
thing_new(unsigned *destroyed)
{
   struct thing *thing = calloc(1, sizeof(*thing));
   assert_non_null(thing);
   trf_object_init(&thing->base, thing_destroy);
   thing->destroyed = destroyed;
   return thing;
}

static struct trf_handle *
published(struct thing *thing)
{
   assert_true(trf_object_publish(&thing->base, TRF_TYPE_MEM));
   assert_ptr_equal(trf_handle_get(thing->base.handle, TRF_TYPE_MEM), thing);
   assert_int_equal(thing->base.api_refs, 1);
   return thing->base.handle;
}

static void
unpublished_objects_die_with_their_last_reference(void **state)
{
   unsigned destroyed = 0;
   struct thing *thing = thing_new(&destroyed);

   thing_ref(thing);
   thing_unref(thing);
   assert_int_equal(destroyed, 0);
   thing_unref(thing);
   assert_int_equal(destroyed, 1);
   assert_null(thing_ref(NULL));
   thing_unref(NULL);
}

static void
a_live_handle_keeps_its_object(void **state)
{
   unsigned destroyed = 0;
   struct thing *thing = thing_new(&destroyed);
   struct trf_handle *handle = published(thing);

   thing_unref(thing);
   assert_int_equal(destroyed, 0);
   assert_ptr_equal(trf_handle_get(handle, TRF_TYPE_MEM), thing);
   assert_true(trf_object_api_retain(&thing->base));
   assert_int_equal(thing->base.api_refs, 2);
   assert_true(trf_object_api_release(&thing->base));
   assert_int_equal(destroyed, 0);
   assert_true(trf_object_api_release(&thing->base));
   assert_int_equal(destroyed, 1);
   assert_null(trf_handle_get(handle, TRF_TYPE_MEM));
}

/* The implementation's references do not show, and keep the memory only. */
static void
references_inside_do_not_show(void **state)
{
   unsigned destroyed = 0;
   struct thing *thing = thing_new(&destroyed);
   struct trf_handle *handle = published(thing);

   for (unsigned i = 0; i < 5; i++)
      thing_ref(thing);
   assert_int_equal(thing->base.api_refs, 1);
   assert_true(trf_object_api_release(&thing->base));
   assert_null(trf_handle_get(handle, TRF_TYPE_MEM));
   assert_false(trf_object_api_retain(&thing->base));
   assert_false(trf_object_api_release(&thing->base));
   for (unsigned i = 0; i < 5; i++)
      thing_unref(thing);
   assert_int_equal(destroyed, 0);
   thing_unref(thing);
   assert_int_equal(destroyed, 1);
}

/* For callbacks: the handle is good after the client's last release. */
static void
a_held_handle_outlives_its_release(void **state)
{
   unsigned destroyed = 0;
   struct thing *thing = thing_new(&destroyed);
   struct trf_handle *handle = published(thing);

   trf_object_hold_handle(&thing->base);
   thing_unref(thing);
   assert_int_equal(thing->base.api_refs, 1);
   assert_true(trf_object_api_release(&thing->base));
   assert_ptr_equal(trf_handle_get(handle, TRF_TYPE_MEM), thing);
   assert_false(trf_object_api_release(&thing->base));
   assert_int_equal(destroyed, 0);
   trf_object_drop_handle(&thing->base);
   assert_int_equal(destroyed, 1);
   assert_null(trf_handle_get(handle, TRF_TYPE_MEM));
}

/* Of parents: found through a child, it may be taken up again. */
static void
a_kept_handle_can_be_taken_up_again(void **state)
{
   unsigned destroyed = 0;
   struct thing *thing = thing_new(&destroyed);

   trf_object_keep_handle(&thing->base);
   struct trf_handle *handle = published(thing);
   assert_true(trf_object_api_release(&thing->base));
   assert_false(trf_object_api_release(&thing->base));
   assert_ptr_equal(trf_handle_get(handle, TRF_TYPE_MEM), thing);
   assert_true(trf_object_api_retain(&thing->base));
   assert_int_equal(thing->base.api_refs, 1);
   thing_unref(thing);
   assert_int_equal(destroyed, 0);
   assert_true(trf_object_api_release(&thing->base));
   assert_int_equal(destroyed, 1);
   assert_null(trf_handle_get(handle, TRF_TYPE_MEM));
}

struct user {
   struct thing *thing;
   unsigned failures;
};

static int
retain_and_release(void *data)
{
   struct user *user = data;

   for (unsigned i = 0; i < 50000; i++) {
      user->failures += !trf_object_api_retain(&user->thing->base);
      thing_ref(user->thing);
      user->failures += !trf_object_api_release(&user->thing->base);
      thing_unref(user->thing);
   }
   return 0;
}

static void
threads_count_alike(void **state)
{
   unsigned destroyed = 0;
   struct thing *thing = thing_new(&destroyed);
   struct user users[6];
   thrd_t threads[ARRAY_SIZE(users)];

   published(thing);
   for (unsigned i = 0; i < ARRAY_SIZE(users); i++) {
      users[i] = (struct user){thing, 0};
      assert_int_equal(
         thrd_create(&threads[i], retain_and_release, &users[i]),
         thrd_success);
   }
   for (unsigned i = 0; i < ARRAY_SIZE(users); i++) {
      thrd_join(threads[i], NULL);
      assert_int_equal(users[i].failures, 0);
   }
   assert_int_equal(thing->base.api_refs, 1);
   assert_true(trf_object_api_release(&thing->base));
   assert_int_equal(destroyed, 0);
   thing_unref(thing);
   assert_int_equal(destroyed, 1);
}

struct racer {
   struct thing *thing;
   unsigned released;
};

static int
release_once(void *data)
{
   struct racer *racer = data;
   racer->released = trf_object_api_release(&racer->thing->base);
   return 0;
}

/* Of many who release the last reference, one does. */
static void
the_last_release_happens_once(void **state)
{
   for (unsigned round = 0; round < 200; round++) {
      unsigned destroyed = 0, released = 0;
      struct thing *thing = thing_new(&destroyed);
      struct racer racers[4];
      thrd_t threads[ARRAY_SIZE(racers)];

      published(thing);
      for (unsigned i = 0; i < ARRAY_SIZE(racers); i++) {
         racers[i] = (struct racer){thing, 0};
         assert_int_equal(thrd_create(&threads[i], release_once, &racers[i]),
                          thrd_success);
      }
      for (unsigned i = 0; i < ARRAY_SIZE(racers); i++) {
         thrd_join(threads[i], NULL);
         released += racers[i].released;
      }
      assert_int_equal(released, 1);
      assert_int_equal(destroyed, 0);
      thing_unref(thing);
      assert_int_equal(destroyed, 1);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(unpublished_objects_die_with_their_last_reference),
      cmocka_unit_test(a_live_handle_keeps_its_object),
      cmocka_unit_test(references_inside_do_not_show),
      cmocka_unit_test(a_held_handle_outlives_its_release),
      cmocka_unit_test(a_kept_handle_can_be_taken_up_again),
      cmocka_unit_test(threads_count_alike),
      cmocka_unit_test(the_last_release_happens_once),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
