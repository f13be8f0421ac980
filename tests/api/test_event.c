/* SPDX-License-Identifier: MIT */

/* Chapters 5.11 to 5.14: events, wait lists, callbacks, markers, profiling. */

#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#include "commands.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static cl_command_queue
queue_of(unsigned i)
{
   return i ? client.ooo : client.queue;
}

static bool
has_ended(void *event)
{
   cl_int status = CL_QUEUED;
   clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status),
                  &status, NULL);
   return status <= CL_COMPLETE;
}

static cl_event
fill(cl_command_queue queue, cl_mem buffer, cl_uint value, cl_uint count,
     const cl_event *waits)
{
   cl_event event = NULL;
   CHECK_OK(clEnqueueFillBuffer(queue, buffer, &value, sizeof(value), 0,
                                sizeof(value), count, waits, &event));
   assert_non_null(event);
   return event;
}

static cl_uint
first_uint(cl_mem buffer)
{
   cl_uint value = 0;
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0,
                                sizeof(value), &value, 0, NULL, NULL));
   return value;
}

/* User events */

static void
user_event_describes_itself(void **state)
{
   cl_event event = new_user_event();
   cl_command_queue queue = client.queue;
   cl_context context = NULL;
   cl_uint refs = 0;

   assert_int_equal(event_status(event), CL_SUBMITTED);
   assert_int_equal(event_type(event), CL_COMMAND_USER);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_COMMAND_QUEUE, sizeof(queue),
                           &queue, NULL));
   assert_null(queue);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_CONTEXT, sizeof(context), &context,
                           NULL));
   assert_ptr_equal(context, client.context);
   CHECK_OK(clRetainEvent(event));
   CHECK_OK(clGetEventInfo(event, CL_EVENT_REFERENCE_COUNT, sizeof(refs),
                           &refs, NULL));
   assert_int_equal(refs, 2);
   CHECK_OK(clReleaseEvent(event));
   complete_user_event(event);
   REFUSED_HANDLE(CL_INVALID_CONTEXT,
           clCreateUserEvent((cl_context)client.queue, &code));
}

static void
user_event_takes_one_status(void **state)
{
   static const cl_int refused[] = {CL_QUEUED, CL_SUBMITTED, CL_RUNNING, 4,
                                    1000};
   static const cl_int taken[] = {CL_COMPLETE, -1, OWN_STATUS};

   for (unsigned i = 0; i < COUNT(taken); i++) {
      cl_event event = new_user_event();

      for (unsigned j = 0; j < COUNT(refused); j++)
         CHECK_CODE(CL_INVALID_VALUE,
                    clSetUserEventStatus(event, refused[j]));
      assert_int_equal(event_status(event), CL_SUBMITTED);
      CHECK_OK(clSetUserEventStatus(event, taken[i]));
      assert_int_equal(event_status(event), taken[i]);
      CHECK_CODE(CL_INVALID_OPERATION,
                 clSetUserEventStatus(event, CL_COMPLETE));
      CHECK_CODE(CL_INVALID_OPERATION, clSetUserEventStatus(event, -5));
      assert_int_equal(event_status(event), taken[i]);
      CHECK_OK(clReleaseEvent(event));
   }
}

static void
status_is_set_of_user_events_only(void **state)
{
   cl_event event;
   CHECK_OK(clEnqueueMarkerWithWaitList(client.queue, 0, NULL, &event));
   CHECK_CODE(CL_INVALID_EVENT, clSetUserEventStatus(event, CL_COMPLETE));
   CHECK_HANDLE(CL_INVALID_EVENT,
              clSetUserEventStatus((cl_event)client.queue, CL_COMPLETE));
   end_event(event, CL_COMPLETE);
}

/* clWaitForEvents */

static void
wait_refuses_bad_arguments(void **state)
{
   cl_event good = new_user_event();
   cl_event other = CREATED(clCreateUserEvent(client.stranger, &code));
   const cl_event mixed[] = {good, other};

   CHECK_CODE(CL_INVALID_VALUE, clWaitForEvents(0, &good));
   CHECK_CODE(CL_INVALID_VALUE, clWaitForEvents(0, NULL));
   CHECK_CODE(CL_INVALID_VALUE, clWaitForEvents(1, NULL));
   CHECK_CODE(CL_INVALID_CONTEXT, clWaitForEvents(2, mixed));
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++) {
      const cl_event bad[] = {good, garbage_event(i)};
      CHECK_CODE(CL_INVALID_EVENT, clWaitForEvents(2, bad));
   }
   complete_user_event(good);
   complete_user_event(other);
}

static void
wait_reports_negative_status(void **state)
{
   cl_event good = new_user_event(), bad = new_user_event();
   const cl_event both[] = {good, bad};

   CHECK_OK(clSetUserEventStatus(good, CL_COMPLETE));
   CHECK_OK(clSetUserEventStatus(bad, OWN_STATUS));
   CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clWaitForEvents(2, both));
   CHECK_OK(clWaitForEvents(1, &good));
   CHECK_OK(clReleaseEvent(good));
   CHECK_OK(clReleaseEvent(bad));
}

struct setter {
   cl_event event;
   cl_int status;
   unsigned delay;
};

static void *
set_later(void *data)
{
   const struct setter *setter = data;
   sleep_ms(setter->delay);
   clSetUserEventStatus(setter->event, setter->status);
   return NULL;
}

static void
wait_returns_once_another_thread_is_done(void **state)
{
   static const cl_int statuses[] = {CL_COMPLETE, OWN_STATUS};

   for (unsigned i = 0; i < COUNT(statuses); i++) {
      struct setter setter = {new_user_event(), statuses[i], 30};
      pthread_t thread;

      assert_int_equal(pthread_create(&thread, NULL, set_later, &setter), 0);
      CHECK_CODE(statuses[i] < 0
                    ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST
                    : CL_SUCCESS,
                 clWaitForEvents(1, &setter.event));
      assert_int_equal(event_status(setter.event), statuses[i]);
      pthread_join(thread, NULL);
      CHECK_OK(clReleaseEvent(setter.event));
   }
}

/* What holds of every command */

typedef void (*command_check)(const struct command *command,
                              struct props *props, cl_command_queue queue);

static void
with_commands(command_check check)
{
   struct props props;

   props_init(&props);
   for (unsigned q = 0; q < 2; q++) {
      for (unsigned i = 0; i < command_count; i++) {
         if (!command_usable(&commands[i]))
            continue;
         print_message("# %s, queue %u\n", commands[i].name, q);
         if (commands[i].prepare)
            commands[i].prepare(&props);
         check(&commands[i], &props, queue_of(q));
         CHECK_OK(clFinish(queue_of(q)));
         if (commands[i].undo)
            commands[i].undo(&props);
      }
   }
   props_finish(&props);
}

static void
check_event(const struct command *command, struct props *props,
            cl_command_queue queue)
{
   cl_event event = NULL;
   cl_command_queue got_queue;
   cl_context got_context;
   cl_uint refs;

   CHECK_OK(
      command->enqueue(props, queue, CL_FALSE, 0, NULL, &event));
   assert_non_null(event);
   assert_int_equal(event_type(event), command->type);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_COMMAND_QUEUE, sizeof(got_queue),
                           &got_queue, NULL));
   assert_ptr_equal(got_queue, queue);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_CONTEXT, sizeof(got_context),
                           &got_context, NULL));
   assert_ptr_equal(got_context, client.context);
   CHECK_OK(clGetEventInfo(event, CL_EVENT_REFERENCE_COUNT, sizeof(refs),
                           &refs, NULL));
   if (client.is_trefoil)
      assert_int_equal(refs, 1);
   end_event(event, CL_COMPLETE);
}

static void
every_command_has_its_event(void **state)
{
   with_commands(check_event);
}

static void
check_no_event(const struct command *command, struct props *props,
               cl_command_queue queue)
{
   CHECK_OK(command->enqueue(props, queue, CL_FALSE, 0, NULL, NULL));
}

static void
every_command_goes_without_event(void **state)
{
   with_commands(check_no_event);
}

static void
check_wait_list(const struct command *command, struct props *props,
                cl_command_queue queue)
{
   cl_event good = new_user_event();
   cl_event other = CREATED(clCreateUserEvent(client.stranger, &code));
   const cl_event mixed[] = {good, other};
   cl_event event = (cl_event)props;
   void *const mapped = props->mapped;

   CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST,
              command->enqueue(props, queue, CL_FALSE, 1, NULL, &event));
   props->mapped = mapped;
   CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST,
              command->enqueue(props, queue, CL_FALSE, 0, &good, &event));
   props->mapped = mapped;
   CHECK_CODE(CL_INVALID_CONTEXT,
              command->enqueue(props, queue, CL_FALSE, 2, mixed, &event));
   props->mapped = mapped;
   for (unsigned i = 0; i < (client.is_trefoil ? GARBAGE_COUNT : 1); i++) {
      const cl_event bad[] = {good, garbage_event(i), good};
      CHECK_CODE(CL_INVALID_EVENT_WAIT_LIST,
                 command->enqueue(props, queue, CL_FALSE, 3, bad, &event));
      props->mapped = mapped;
   }
   assert_ptr_equal(event, props);
   /* Nothing was left behind that waits for the user event. */
   CHECK_OK(clFinish(queue));
   complete_user_event(good);
   complete_user_event(other);
}

static void
every_command_checks_its_wait_list(void **state)
{
   with_commands(check_wait_list);
}

static void
check_waits(const struct command *command, struct props *props,
            cl_command_queue queue)
{
   cl_event gate = new_user_event(), done = new_user_event(), event;
   /* An event may stand in the list twice, and be complete already. */
   const cl_event waits[] = {done, gate, gate};

   CHECK_OK(clSetUserEventStatus(done, CL_COMPLETE));
   CHECK_OK(command->enqueue(props, queue, CL_FALSE, 3, waits, &event));
   CHECK_OK(clFlush(queue));
   assert_true(event_status(event) > CL_RUNNING);
   CHECK_OK(clReleaseEvent(done));
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
}

static void
every_command_waits(void **state)
{
   with_commands(check_waits);
}

static void
check_failed_wait(const struct command *command, struct props *props,
                  cl_command_queue queue)
{
   cl_event gate = new_user_event(), event, next;

   CHECK_OK(command->enqueue(props, queue, CL_FALSE, 1, &gate, &event));
   CHECK_OK(clEnqueueMarkerWithWaitList(queue, 1, &event, &next));
   CHECK_OK(clSetUserEventStatus(gate, OWN_STATUS));
   CHECK_OK(clFlush(queue));
   assert_true(wait_until(has_ended, next));
   if (client.is_trefoil) {
      end_event(event, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
      end_event(next, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
   } else {
      assert_true(event_status(event) < 0);
      CHECK_OK(clReleaseEvent(event));
      CHECK_OK(clReleaseEvent(next));
   }
   CHECK_OK(clReleaseEvent(gate));
}

static void
every_command_fails_with_its_wait_list(void **state)
{
   with_commands(check_failed_wait);
}

static void
check_blocking_failed_wait(const struct command *command, struct props *props,
                           cl_command_queue queue)
{
   pthread_t thread;
   struct setter setter = {.status = OWN_STATUS, .delay = 5};
   cl_event event = (cl_event)props;

   if (!command->can_block)
      return;

   /* It failed before … */
   setter.event = new_user_event();
   CHECK_OK(clSetUserEventStatus(setter.event, OWN_STATUS));
   CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              command->enqueue(props, queue, CL_TRUE, 1, &setter.event,
                               NULL));
   CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              command->enqueue(props, queue, CL_TRUE, 1, &setter.event,
                               &event));
   CHECK_OK(clReleaseEvent(setter.event));

   /* … or fails meanwhile. */
   setter.event = new_user_event();
   assert_int_equal(pthread_create(&thread, NULL, set_later, &setter), 0);
   CHECK_CODE(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              command->enqueue(props, queue, CL_TRUE, 1, &setter.event,
                               NULL));
   pthread_join(thread, NULL);
   CHECK_OK(clReleaseEvent(setter.event));
}

static void
blocking_commands_return_the_error_of_their_wait_list(void **state)
{
   with_commands(check_blocking_failed_wait);
}

static void
check_blocking(const struct command *command, struct props *props,
               cl_command_queue queue)
{
   struct setter setter = {new_user_event(), CL_COMPLETE, 5};
   pthread_t thread;
   cl_event event;

   if (command->can_block) {
      assert_int_equal(pthread_create(&thread, NULL, set_later, &setter), 0);
      CHECK_OK(command->enqueue(props, queue, CL_TRUE, 1, &setter.event,
                                &event));
      assert_int_equal(event_status(setter.event), CL_COMPLETE);
      assert_int_equal(event_status(event), CL_COMPLETE);
      pthread_join(thread, NULL);
      end_event(event, CL_COMPLETE);
   } else {
      CHECK_OK(clSetUserEventStatus(setter.event, CL_COMPLETE));
   }
   CHECK_OK(clReleaseEvent(setter.event));
}

static void
blocking_commands_end_before_they_return(void **state)
{
   with_commands(check_blocking);
}

static void
check_profiling(const struct command *command, struct props *props,
                cl_command_queue queue)
{
   static const cl_profiling_info params[] = {
      CL_PROFILING_COMMAND_QUEUED, CL_PROFILING_COMMAND_SUBMIT,
      CL_PROFILING_COMMAND_START, CL_PROFILING_COMMAND_END,
      CL_PROFILING_COMMAND_COMPLETE};
   cl_ulong times[COUNT(params)];
   cl_event event;

   CHECK_OK(command->enqueue(props, queue, CL_FALSE, 0, NULL, &event));
   CHECK_OK(clWaitForEvents(1, &event));
   for (unsigned i = 0; i < COUNT(params); i++) {
      CHECK_OK(clGetEventProfilingInfo(event, params[i], sizeof(times[i]),
                                       &times[i], NULL));
      if (i > 0)
         assert_true(times[i] >= times[i - 1]);
   }
   assert_true(times[0] > 0);
   CHECK_OK(clReleaseEvent(event));
}

static void
every_command_has_its_times(void **state)
{
   with_commands(check_profiling);
}

/* Order */

static void
event_of_one_queue_orders_another(void **state)
{
   cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
   cl_event gate = new_user_event();
   cl_event first = fill(client.queue, buffer, 1, 1, &gate);
   cl_event second = fill(client.ooo, buffer, 2, 1, &first);

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
   cl_event held = fill(client.ooo, a, 1, 1, &gate);
   cl_event held_too = fill(client.ooo, a, 2, 1, &held);
   cl_event free_one = fill(client.ooo, b, 3, 0, NULL);
   cl_event after_it = fill(client.ooo, b, 4, 1, &free_one);
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
   cl_event first = fill(client.queue, buffer, 1, 1, &gate);
   cl_event second = fill(client.queue, buffer, 2, 0, NULL);

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
   cl_event held = fill(client.queue, a, 1, 1, &gate);

   CHECK_OK(clFlush(client.queue));
   end_event(fill(client.ooo, b, 2, 0, NULL), CL_COMPLETE);
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
      cl_command_queue queue = queue_of(q);
      cl_mem buffer = new_buffer(CL_MEM_READ_WRITE, 4, NULL);
      cl_event gate = new_user_event();
      cl_event before = fill(queue, buffer, 1, 0, NULL);
      cl_event failing = fill(queue, buffer, 2, 1, &gate);
      cl_event dependent = fill(queue, buffer, 3, 1, &failing);
      cl_event second_hand = fill(queue, buffer, 4, 1, &dependent);
      cl_event other = fill(queue, buffer, 5, 1, &before);
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
      end_event(fill(queue, buffer, 6, 0, NULL), CL_COMPLETE);
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
   cl_event held = fill(client.ooo, buffer, 1, 1, &gate);
   cl_event later;

   CHECK_OK(clEnqueueMarkerWithWaitList(client.ooo, 0, NULL, &marker));
   /* It holds up nothing that comes after it. */
   later = fill(client.ooo, buffer, 2, 0, NULL);
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
   cl_event held = fill(client.ooo, buffer, 1, 1, &gate);
   cl_event quick = fill(client.ooo, buffer, 2, 0, NULL);

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
      cl_event held = fill(client.ooo, buffer, 1, 1, &gate);
      cl_event later;

      CHECK_OK(clEnqueueBarrierWithWaitList(
         client.ooo, with_list, with_list ? &held : NULL, &barrier));
      later = fill(client.ooo, buffer, 2, 0, NULL);
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
   cl_event earlier = fill(client.ooo, buffer, 1, 0, NULL), later;

   CHECK_OK(clEnqueueBarrierWithWaitList(client.ooo, 1, &gate, NULL));
   later = fill(client.ooo, buffer, 2, 0, NULL);
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
   cl_event held = fill(client.ooo, buffer, 1, 1, &gate);

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
   later = fill(client.ooo, buffer, 2, 0, NULL);
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
   CHECK_HANDLE(CL_INVALID_EVENT, clSetEventCallback((cl_event)client.queue,
                                                   CL_COMPLETE, note, NULL));
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
      cl_event event = fill(queue_of(q), buffer, 1, 1, &gate);

      for (unsigned i = 0; i < 3; i++)
         CHECK_OK(clSetEventCallback(event, statuses[i], note, &notes[i]));
      sleep_ms(2);
      assert_int_equal(notes[2].count, 0);
      complete_user_event(gate);
      end_event(event, CL_COMPLETE);
      CHECK_OK(clFinish(queue_of(q)));
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
   query->info =
      clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
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

      CHECK_OK(clEnqueueMarkerWithWaitList(queue_of(i), 1, &gate, &event));
      CHECK_OK(clSetEventCallback(event, CL_COMPLETE, query_event, &query));
      CHECK_OK(clReleaseEvent(event));
      CHECK_OK(clFlush(queue_of(i)));
      complete_user_event(gate);
      assert_true(wait_until(queried, &query));
      CHECK_OK(query.info);
      assert_int_equal(query.status, CL_COMPLETE);
      CHECK_OK(clFinish(queue_of(i)));
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
      cl_event event = fill(queue_of(q), buffer, 1, 0, NULL);
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
         hammers[i] = (struct hammer){queue_of(q), buffer, i, 0};
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
      cmocka_unit_test(user_event_describes_itself),
      cmocka_unit_test(user_event_takes_one_status),
      cmocka_unit_test(status_is_set_of_user_events_only),
      cmocka_unit_test(wait_refuses_bad_arguments),
      cmocka_unit_test(wait_reports_negative_status),
      cmocka_unit_test(wait_returns_once_another_thread_is_done),
      cmocka_unit_test(every_command_has_its_event),
      cmocka_unit_test(every_command_goes_without_event),
      cmocka_unit_test(every_command_checks_its_wait_list),
      cmocka_unit_test(every_command_waits),
      cmocka_unit_test(every_command_fails_with_its_wait_list),
      cmocka_unit_test(blocking_commands_return_the_error_of_their_wait_list),
      cmocka_unit_test(blocking_commands_end_before_they_return),
      cmocka_unit_test(every_command_has_its_times),
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
