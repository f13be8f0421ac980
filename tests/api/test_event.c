/* SPDX-License-Identifier: MIT */

/* Chapters 5.11 and 5.12: events and wait lists, for every command. */

#include "commands.h"

#include <pthread.h>

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
         check(&commands[i], &props, any_queue(q));
         CHECK_OK(clFinish(any_queue(q)));
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

   CHECK_OK(command->enqueue(props, queue, CL_FALSE, 0, NULL, &event));
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
   CHECK_CODE(
      CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
      command->enqueue(props, queue, CL_TRUE, 1, &setter.event, NULL));
   CHECK_CODE(
      CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
      command->enqueue(props, queue, CL_TRUE, 1, &setter.event, &event));
   CHECK_OK(clReleaseEvent(setter.event));

   /* … or fails meanwhile. */
   setter.event = new_user_event();
   assert_int_equal(pthread_create(&thread, NULL, set_later, &setter), 0);
   CHECK_CODE(
      CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
      command->enqueue(props, queue, CL_TRUE, 1, &setter.event, NULL));
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
      CHECK_OK(
         command->enqueue(props, queue, CL_TRUE, 1, &setter.event, &event));
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
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
