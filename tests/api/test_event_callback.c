/* SPDX-License-Identifier: MIT */

/* Chapters 5.11 and 5.14: callbacks, queries, profiling, threads. */

#include "commands.h"

#include <pthread.h>
#include <stdatomic.h>

/* Callbacks */

struct notes {
   atomic_int count;
   cl_event event;
   _Atomic cl_int status[8];
};

static void CL_CALLBACK
note(cl_event event, cl_int status, void *data)
{
   struct notes *notes = data;
   const int i = atomic_load(&notes->count);
   notes->event = event;
   if (i < 8)
      notes->status[i] = status;
   atomic_fetch_add(&notes->count, 1);
}

static bool
noted(void *data)
{
   struct notes *notes = data;
   return atomic_load(&notes->count) > 0;
}

static void
callback_refuses_bad_arguments(void **state)
{
   cl_event event = new_user_event();

   CHECK_CODE(CL_INVALID_VALUE,
              clSetEventCallback(event, CL_COMPLETE, NULL, NULL));
   CHECK_CODE(CL_INVALID_VALUE,
              clSetEventCallback(event, CL_QUEUED, note, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clSetEventCallback(event, 7, note, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clSetEventCallback(event, -1, note, NULL));
   CHECK_HANDLE(
      CL_INVALID_EVENT,
      clSetEventCallback((cl_event)client.queue, CL_COMPLETE, note, NULL));
   complete_user_event(event);
}

static void
callbacks_see_each_status_once(void **state)
{
   static const cl_int statuses[] = {CL_SUBMITTED, CL_RUNNING, CL_COMPLETE};

   for (unsigned q = 0; q < 2; q++) {
      struct notes notes[3] = {0};
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
      cl_event gate = new_user_event();
      cl_event event = fill_uint(any_queue(q), buffer, 1, 1, &gate);

      for (unsigned i = 0; i < 3; i++)
         CHECK_OK(clSetEventCallback(event, statuses[i], note, &notes[i]));
      sleep_ms(2);
      assert_int_equal(notes[2].count, 0);
      complete_user_event(gate);
      end_event(event, CL_COMPLETE);
      CHECK_OK(clFinish(any_queue(q)));
      for (unsigned i = 0; i < 3; i++) {
         assert_true(wait_until(noted, &notes[i]));
         assert_ptr_equal(notes[i].event, event);
         assert_int_equal(notes[i].status[0], statuses[i]);
      }
      sleep_ms(2);
      for (unsigned i = 0; i < 3; i++)
         assert_int_equal(notes[i].count, 1);
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

static void
callback_of_an_ended_event_is_called(void **state)
{
   struct notes notes[3] = {0};
   static const cl_int statuses[] = {CL_SUBMITTED, CL_RUNNING, CL_COMPLETE};
   cl_event event;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 0, NULL, &event));
   CHECK_OK(clWaitForEvents(1, &event));
   for (unsigned i = 0; i < 3; i++) {
      CHECK_OK(clSetEventCallback(event, statuses[i], note, &notes[i]));
      assert_true(wait_until(noted, &notes[i]));
      assert_ptr_equal(notes[i].event, event);
   }
   assert_int_equal(notes[2].status[0], CL_COMPLETE);
   CHECK_OK(clReleaseEvent(event));
}

/* "… a negative integer value": for those who asked for CL_COMPLETE. */
static void
callback_sees_the_error(void **state)
{
   struct notes user = {0}, command = {0};
   cl_event gate = new_user_event(), event;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &gate, &event));
   CHECK_OK(clSetEventCallback(gate, CL_COMPLETE, note, &user));
   CHECK_OK(clSetEventCallback(event, CL_COMPLETE, note, &command));
   CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
   CHECK_OK(clFlush(client.queue));
   assert_true(wait_until(noted, &user));
   assert_true(wait_until(noted, &command));
   assert_int_equal(user.status[0], OWN_STATUS);
   assert_true(command.status[0] < 0);
   CHECK_OK(clReleaseEvent(gate));
   CHECK_OK(clReleaseEvent(event));
}

struct query {
   atomic_int done;
   cl_int info;
   cl_int status;
};

static void CL_CALLBACK
query_event(cl_event event, cl_int status, void *data)
{
   struct query *query = data;
   query->info = clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                sizeof(query->status), &query->status, NULL);
   atomic_store(&query->done, 1);
}

static bool
queried(void *data)
{
   struct query *query = data;
   return atomic_load(&query->done);
}

/* Released before its end: the callback still gets a handle that is good. */
static void
released_event_is_good_in_its_callback(void **state)
{
   for (unsigned i = 0; i < 2; i++) {
      struct query query = {0};
      cl_event gate = new_user_event(), event;

      CHECK_OK(clEnqueueMarkerWithWaitList(any_queue(i), 1, &gate, &event));
      CHECK_OK(clSetEventCallback(event, CL_COMPLETE, query_event, &query));
      CHECK_OK(clReleaseEvent(event));
      CHECK_OK(clFlush(any_queue(i)));
      complete_user_event(gate);
      assert_true(wait_until(queried, &query));
      CHECK_OK(query.info);
      assert_int_equal(query.status, CL_COMPLETE);
      CHECK_OK(clFinish(any_queue(i)));
   }
}

static void CL_CALLBACK
set_other(cl_event event, cl_int status, void *data)
{
   clSetUserEventStatus(data, CL_COMPLETE);
}

static void CL_CALLBACK
enqueue_more(cl_event event, cl_int status, void *data)
{
   const cl_uint value = 9;
   clEnqueueFillBuffer(client.queue, data, &value, sizeof(value), 0,
                       sizeof(value), 0, NULL, NULL);
   clFlush(client.queue);
}

/* A callback may call what does not block, the queue's own functions too. */
static void
callbacks_may_call_back(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event(), second = new_user_event(), end, marker;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &gate, &marker));
   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &second, &end));
   CHECK_OK(clSetEventCallback(marker, CL_COMPLETE, enqueue_more, buffer));
   CHECK_OK(clSetEventCallback(marker, CL_COMPLETE, set_other, second));
   CHECK_OK(clFlush(client.queue));
   complete_user_event(gate);
   end_event(end, CL_COMPLETE);
   end_event(second, CL_COMPLETE);
   CHECK_OK(clReleaseEvent(marker));
   for (unsigned i = 0; first_uint(buffer) != 9 && i < 5000; i++)
      sleep_ms(1);
   assert_int_equal(first_uint(buffer), 9);
   CHECK_OK(clReleaseMemObject(buffer));
}

static void
many_callbacks_on_one_event(void **state)
{
   struct notes notes = {0};
   cl_event event = new_user_event();

   for (unsigned i = 0; i < 100; i++)
      CHECK_OK(clSetEventCallback(event, CL_COMPLETE, note, &notes));
   assert_int_equal(notes.count, 0);
   complete_user_event(event);
   for (unsigned i = 0; notes.count < 100 && i < 5000; i++)
      sleep_ms(1);
   assert_int_equal(notes.count, 100);
}

/* Asking */

/* A client that polls sees the end, though it did not flush. */
static void
polling_makes_progress(void **state)
{
   need_trefoil("the specification asks for a flush");
   for (unsigned q = 0; q < 2; q++) {
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 1 << 20, NULL);
      cl_event event = fill_uint(any_queue(q), buffer, 1, 0, NULL);
      assert_true(wait_until(has_ended, event));
      end_event(event, CL_COMPLETE);
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

static void
events_are_counted(void **state)
{
   cl_event event = new_user_event();
   CHECK_OK(clRetainEvent(event));
   CHECK_OK(clReleaseEvent(event));
   complete_user_event(event);
   CHECK_HANDLE(CL_INVALID_EVENT, clRetainEvent((cl_event)client.queue));
   CHECK_HANDLE(CL_INVALID_EVENT, clReleaseEvent((cl_event)client.queue));
}

/* CL_PROFILING_INFO_NOT_AVAILABLE, in all three cases. */
static void
profiling_is_not_always_there(void **state)
{
   cl_command_queue plain = CREATED(clCreateCommandQueueWithProperties(
      client.context, client.device, NULL, &code));
   cl_event user = new_user_event(), event;
   cl_ulong time = 42;

   CHECK_CODE(CL_PROFILING_INFO_NOT_AVAILABLE,
              clGetEventProfilingInfo(user, CL_PROFILING_COMMAND_QUEUED,
                                      sizeof(time), &time, NULL));
   CHECK_OK(clEnqueueMarkerWithWaitList(plain, 0, NULL, &event));
   CHECK_OK(clWaitForEvents(1, &event));
   CHECK_CODE(CL_PROFILING_INFO_NOT_AVAILABLE,
              clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END,
                                      sizeof(time), &time, NULL));
   CHECK_OK(clReleaseEvent(event));
   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &user, &event));
   CHECK_CODE(CL_PROFILING_INFO_NOT_AVAILABLE,
              clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_QUEUED,
                                      sizeof(time), &time, NULL));
   assert_int_equal(time, 42);
   complete_user_event(user);
   end_event(event, CL_COMPLETE);
   CHECK_OK(clReleaseCommandQueue(plain));
   CHECK_HANDLE(CL_INVALID_EVENT,
                clGetEventProfilingInfo((cl_event)client.queue,
                                        CL_PROFILING_COMMAND_QUEUED,
                                        sizeof(time), &time, NULL));
}

/* A command that waits is queued before it starts by at least that time. */
static void
profiling_counts_nanoseconds(void **state)
{
   cl_event gate = new_user_event(), event;
   cl_ulong queued, start;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &gate, &event));
   CHECK_OK(clFlush(client.queue));
   sleep_ms(20);
   complete_user_event(gate);
   CHECK_OK(clWaitForEvents(1, &event));
   CHECK_OK(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_QUEUED,
                                    sizeof(queued), &queued, NULL));
   CHECK_OK(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START,
                                    sizeof(start), &start, NULL));
   assert_true(start - queued >= 19000000);
   assert_true(start - queued < 60000000000);
   CHECK_OK(clReleaseEvent(event));
}

/* Threads */

struct waiter {
   cl_event event;
   cl_int result;
};

static void *
wait_for_it(void *data)
{
   struct waiter *waiter = data;
   waiter->result = clWaitForEvents(1, &waiter->event);
   return NULL;
}

static void
many_threads_wait_for_one_event(void **state)
{
   enum { N = 8 };
   struct waiter waiters[N];
   pthread_t threads[N];
   cl_event gate = new_user_event(), marker;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 1, &gate, &marker));
   for (unsigned i = 0; i < N; i++) {
      waiters[i] = (struct waiter){marker, UNTOUCHED};
      assert_int_equal(
         pthread_create(&threads[i], NULL, wait_for_it, &waiters[i]), 0);
   }
   sleep_ms(5);
   complete_user_event(gate);
   for (unsigned i = 0; i < N; i++) {
      pthread_join(threads[i], NULL);
      CHECK_OK(waiters[i].result);
   }
   CHECK_OK(clReleaseEvent(marker));
}

struct hammer {
   cl_command_queue queue;
   cl_mem buffer;
   unsigned slot;
   unsigned failures;
};

static void *
hammer_queue(void *data)
{
   struct hammer *hammer = data;

   for (cl_uint i = 0; i < 200; i++) {
      const size_t offset = hammer->slot * sizeof(cl_uint);
      cl_uint back = 0;
      cl_event event = NULL;

      if (clEnqueueFillBuffer(hammer->queue, hammer->buffer, &i, sizeof(i),
                              offset, sizeof(i), 0, NULL, &event) ||
          clEnqueueReadBuffer(hammer->queue, hammer->buffer, CL_TRUE, offset,
                              sizeof(back), &back, 1, &event, NULL) ||
          clReleaseEvent(event) || back != i)
         hammer->failures++;
   }
   return NULL;
}

static void
threads_share_a_queue(void **state)
{
   enum { N = 6 };

   for (unsigned q = 0; q < 2; q++) {
      struct hammer hammers[N];
      pthread_t threads[N];
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4 * N, NULL);

      for (unsigned i = 0; i < N; i++) {
         hammers[i] = (struct hammer){any_queue(q), buffer, i, 0};
         assert_int_equal(
            pthread_create(&threads[i], NULL, hammer_queue, &hammers[i]), 0);
      }
      for (unsigned i = 0; i < N; i++) {
         pthread_join(threads[i], NULL);
         assert_int_equal(hammers[i].failures, 0);
      }
      CHECK_OK(clReleaseMemObject(buffer));
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(callback_refuses_bad_arguments),
      cmocka_unit_test(callbacks_see_each_status_once),
      cmocka_unit_test(callback_of_an_ended_event_is_called),
      cmocka_unit_test(callback_sees_the_error),
      cmocka_unit_test(released_event_is_good_in_its_callback),
      cmocka_unit_test(callbacks_may_call_back),
      cmocka_unit_test(many_callbacks_on_one_event),
      cmocka_unit_test(polling_makes_progress),
      cmocka_unit_test(events_are_counted),
      cmocka_unit_test(profiling_is_not_always_there),
      cmocka_unit_test(profiling_counts_nanoseconds),
      cmocka_unit_test(many_threads_wait_for_one_event),
      cmocka_unit_test(threads_share_a_queue),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
