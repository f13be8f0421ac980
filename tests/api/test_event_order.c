/* SPDX-License-Identifier: MIT */

/* Chapters 5.11 and 5.13: order, errors of dependents, markers, barriers. */

#include "commands.h"

/* Order */

static void
event_of_one_queue_orders_another(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event();
   cl_event first = fill_uint(client.queue, buffer, 1, 1, &gate);
   cl_event second = fill_uint(client.ooo, buffer, 2, 1, &first);

   CHECK_OK(clFlush(client.queue));
   CHECK_OK(clFlush(client.ooo));
   sleep_ms(5);
   assert_true(event_status(second) > CL_RUNNING);
   complete_user_event(gate);
   end_event(second, CL_COMPLETE);
   end_event(first, CL_COMPLETE);
   assert_int_equal(first_uint(buffer), 2);
   CHECK_OK(clReleaseMemObject(buffer));
}

/* A queue that reorders: what waits does not hold up what need not. */
static void
out_of_order_queue_reorders(void **state)
{
   cl_mem a = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_mem b = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event();
   cl_event held = fill_uint(client.ooo, a, 1, 1, &gate);
   cl_event held_too = fill_uint(client.ooo, a, 2, 1, &held);
   cl_event free_one = fill_uint(client.ooo, b, 3, 0, NULL);
   cl_event after_it = fill_uint(client.ooo, b, 4, 1, &free_one);
   cl_uint value = 0;

   end_event(after_it, CL_COMPLETE);
   end_event(free_one, CL_COMPLETE);
   /* A blocking command runs past the held ones as well. */
   CHECK_OK(clEnqueueReadBuffer(client.ooo, b, CL_TRUE, 0, sizeof(value),
                                &value, 0, NULL, NULL));
   assert_int_equal(value, 4);
   assert_true(event_status(held) > CL_RUNNING);
   assert_true(event_status(held_too) > CL_RUNNING);
   complete_user_event(gate);
   CHECK_OK(clFinish(client.ooo));
   end_event(held, CL_COMPLETE);
   end_event(held_too, CL_COMPLETE);
   assert_int_equal(first_uint(a), 2);
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

static void
in_order_queue_keeps_order(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event();
   cl_event first = fill_uint(client.queue, buffer, 1, 1, &gate);
   cl_event second = fill_uint(client.queue, buffer, 2, 0, NULL);

   CHECK_OK(clFlush(client.queue));
   sleep_ms(5);
   assert_true(event_status(second) > CL_RUNNING);
   complete_user_event(gate);
   end_event(second, CL_COMPLETE);
   assert_int_equal(event_status(first), CL_COMPLETE);
   CHECK_OK(clReleaseEvent(first));
   assert_int_equal(first_uint(buffer), 2);
   CHECK_OK(clReleaseMemObject(buffer));
}

/* One queue that is held does not hold another. */
static void
queues_are_independent(void **state)
{
   cl_mem a = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_mem b = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event();
   cl_event held = fill_uint(client.queue, a, 1, 1, &gate);

   CHECK_OK(clFlush(client.queue));
   end_event(fill_uint(client.ooo, b, 2, 0, NULL), CL_COMPLETE);
   assert_true(event_status(held) > CL_RUNNING);
   complete_user_event(gate);
   end_event(held, CL_COMPLETE);
   CHECK_OK(clReleaseMemObject(a));
   CHECK_OK(clReleaseMemObject(b));
}

/* Errors reach those that wait for them, and nothing else. */
static void
errors_reach_dependents_only(void **state)
{
   for (unsigned q = 0; q < 2; q++) {
      cl_command_queue queue = any_queue(q);
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
      cl_event gate = new_user_event();
      cl_event before = fill_uint(queue, buffer, 1, 0, NULL);
      cl_event failing = fill_uint(queue, buffer, 2, 1, &gate);
      cl_event dependent = fill_uint(queue, buffer, 3, 1, &failing);
      cl_event second_hand = fill_uint(queue, buffer, 4, 1, &dependent);
      cl_event other = fill_uint(queue, buffer, 5, 1, &before);
      cl_event marker;

      CHECK_OK(clEnqueueMarkerWithWaitList(queue, 0, NULL, &marker));
      CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
      CHECK_OK(clReleaseEvent(gate));
      CHECK_OK(clFinish(queue));
      assert_true(event_status(failing) < 0);
      assert_true(event_status(dependent) < 0);
      assert_true(event_status(second_hand) < 0);
      if (client.is_trefoil)
         assert_int_equal(event_status(marker), CL_COMPLETE);
      end_event(before, CL_COMPLETE);
      end_event(other, CL_COMPLETE);
      CHECK_OK(clReleaseEvent(failing));
      CHECK_OK(clReleaseEvent(dependent));
      CHECK_OK(clReleaseEvent(second_hand));
      CHECK_OK(clReleaseEvent(marker));
      /* None of the failed ones wrote, and the queue goes on. */
      assert_int_equal(first_uint(buffer), 5);
      end_event(fill_uint(queue, buffer, 6, 0, NULL), CL_COMPLETE);
      assert_int_equal(first_uint(buffer), 6);
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

/* Markers and barriers */

static void
marker_waits_for_all_before_it(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event(), marker;
   cl_event held = fill_uint(client.ooo, buffer, 1, 1, &gate);
   cl_event later;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.ooo, 0, NULL, &marker));
   /* It holds up nothing that comes after it. */
   later = fill_uint(client.ooo, buffer, 2, 0, NULL);
   end_event(later, CL_COMPLETE);
   assert_true(event_status(marker) > CL_RUNNING);
   complete_user_event(gate);
   end_event(marker, CL_COMPLETE);
   assert_int_equal(event_status(held), CL_COMPLETE);
   CHECK_OK(clReleaseEvent(held));
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
marker_with_list_waits_for_the_list_only(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event(), marker;
   cl_event held = fill_uint(client.ooo, buffer, 1, 1, &gate);
   cl_event quick = fill_uint(client.ooo, buffer, 2, 0, NULL);

   CHECK_OK(clEnqueueMarkerWithWaitList(client.ooo, 1, &quick, &marker));
   end_event(marker, CL_COMPLETE);
   end_event(quick, CL_COMPLETE);
   assert_true(event_status(held) > CL_RUNNING);
   complete_user_event(gate);
   end_event(held, CL_COMPLETE);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
barrier_holds_up_what_follows(void **state)
{
   for (unsigned with_list = 0; with_list < 2; with_list++) {
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
      cl_event gate = new_user_event(), barrier;
      cl_event held = fill_uint(client.ooo, buffer, 1, 1, &gate);
      cl_event later;

      CHECK_OK(clEnqueueBarrierWithWaitList(
         client.ooo, with_list, with_list ? &held : NULL, &barrier));
      later = fill_uint(client.ooo, buffer, 2, 0, NULL);
      CHECK_OK(clFlush(client.ooo));
      sleep_ms(5);
      assert_true(event_status(barrier) > CL_RUNNING);
      assert_true(event_status(later) > CL_RUNNING);
      complete_user_event(gate);
      end_event(later, CL_COMPLETE);
      assert_int_equal(event_status(barrier), CL_COMPLETE);
      assert_int_equal(event_status(held), CL_COMPLETE);
      CHECK_OK(clReleaseEvent(barrier));
      CHECK_OK(clReleaseEvent(held));
      assert_int_equal(first_uint(buffer), 2);
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

/* A barrier on a user event alone: nothing after it, whatever came before. */
static void
barrier_on_a_user_event(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event();
   cl_event earlier = fill_uint(client.ooo, buffer, 1, 0, NULL), later;

   CHECK_OK(clEnqueueBarrierWithWaitList(client.ooo, 1, &gate, NULL));
   later = fill_uint(client.ooo, buffer, 2, 0, NULL);
   end_event(earlier, CL_COMPLETE);
   CHECK_OK(clFlush(client.ooo));
   sleep_ms(5);
   assert_true(event_status(later) > CL_RUNNING);
   complete_user_event(gate);
   end_event(later, CL_COMPLETE);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
old_marker_barrier_and_wait(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event(), marker = NULL, later;
   cl_event held = fill_uint(client.ooo, buffer, 1, 1, &gate);

   CHECK_CODE(CL_INVALID_VALUE, clEnqueueMarker(client.ooo, NULL));
   CHECK_OK(clEnqueueMarker(client.ooo, &marker));
   assert_int_equal(event_type(marker), CL_COMMAND_MARKER);
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueWaitForEvents(client.ooo, 0, &held));
   CHECK_CODE(CL_INVALID_VALUE, clEnqueueWaitForEvents(client.ooo, 1, NULL));
   if (client.is_trefoil) {
      const cl_event bad = garbage_event(1);
      CHECK_CODE(CL_INVALID_EVENT,
                 clEnqueueWaitForEvents(client.ooo, 1, &bad));
   }
   CHECK_OK(clEnqueueWaitForEvents(client.ooo, 1, &held));
   CHECK_OK(clEnqueueBarrier(client.ooo));
   later = fill_uint(client.ooo, buffer, 2, 0, NULL);
   CHECK_OK(clFlush(client.ooo));
   sleep_ms(5);
   assert_true(event_status(marker) > CL_RUNNING);
   assert_true(event_status(later) > CL_RUNNING);
   complete_user_event(gate);
   end_event(later, CL_COMPLETE);
   end_event(marker, CL_COMPLETE);
   end_event(held, CL_COMPLETE);
   CHECK_OK(clReleaseMemObject(buffer));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(event_of_one_queue_orders_another),
      cmocka_unit_test(out_of_order_queue_reorders),
      cmocka_unit_test(in_order_queue_keeps_order),
      cmocka_unit_test(queues_are_independent),
      cmocka_unit_test(errors_reach_dependents_only),
      cmocka_unit_test(marker_waits_for_all_before_it),
      cmocka_unit_test(marker_with_list_waits_for_the_list_only),
      cmocka_unit_test(barrier_holds_up_what_follows),
      cmocka_unit_test(barrier_on_a_user_event),
      cmocka_unit_test(old_marker_barrier_and_wait),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
