/* SPDX-License-Identifier: MIT */

/*
 * Handles that are none: of another type, freed, garbage.  The ICD loader
 * looks into the first handle of a call to find the library, so garbage can
 * only stand where the loader does not look; live handles of another type
 * and freed ones can stand anywhere.  Each gets the error that the
 * specification has for it, and nothing else happens.
 */

#include "common.h"

static const size_t zero[3] = {0, 0, 0};
static const size_t one[3] = {1, 1, 1};
static unsigned char bytes[4096];

/* What the good arguments are. */
static cl_mem buffer, image;
static cl_sampler sampler;
static cl_event user;

struct call {
   const char *name;
   cl_int wanted;
   cl_int (*run)(void *handle);
   bool first; /* the loader looks into it */
};

#define CALL(function, ...)                                                   \
   static cl_int function(void *h)                                            \
   {                                                                          \
      return __VA_ARGS__;                                                     \
   }

/* A call that returns an object, which it must not. */
#define MAKE(function, ...)                                                   \
   static cl_int function(void *h)                                            \
   {                                                                          \
      code = UNTOUCHED;                                                       \
      const void *made = __VA_ARGS__;                                         \
      assert_true((made == NULL) == (code != CL_SUCCESS));                    \
      return code;                                                            \
   }

/* Platforms */

CALL(platform_info,
     clGetPlatformInfo(h, CL_PLATFORM_NAME, sizeof(bytes), bytes, NULL))
CALL(platform_devices,
     clGetDeviceIDs(h, CL_DEVICE_TYPE_ALL, 1, (cl_device_id *)bytes, NULL))
CALL(platform_unload, clUnloadPlatformCompiler(h))

static const struct call platform_calls[] = {
   {"clGetPlatformInfo", CL_INVALID_PLATFORM, platform_info, true},
   {"clGetDeviceIDs", CL_INVALID_PLATFORM, platform_devices, true},
   {"clUnloadPlatformCompiler", CL_INVALID_PLATFORM, platform_unload, true},
};

/* Devices */

CALL(device_info,
     clGetDeviceInfo(h, CL_DEVICE_NAME, sizeof(bytes), bytes, NULL))
CALL(device_retain, clRetainDevice(h))
CALL(device_release, clReleaseDevice(h))
CALL(device_sub, clCreateSubDevices(h,
                                    (const cl_device_partition_property[]){
                                       CL_DEVICE_PARTITION_EQUALLY, 1, 0},
                                    1, (cl_device_id *)bytes, NULL))
CALL(device_timers,
     clGetDeviceAndHostTimer(h, (cl_ulong *)bytes, (cl_ulong *)bytes + 1))
CALL(device_host_timer, clGetHostTimer(h, (cl_ulong *)bytes))
MAKE(device_queue,
     clCreateCommandQueueWithProperties(client.context, h, NULL, &code))
MAKE(device_context,
     clCreateContext(
        (const cl_context_properties[]){
           CL_CONTEXT_PLATFORM, (cl_context_properties)client.platform, 0},
        2, (const cl_device_id[]){client.device, h}, NULL, NULL, &code))

static const struct call device_calls[] = {
   {"clGetDeviceInfo", CL_INVALID_DEVICE, device_info, true},
   {"clRetainDevice", CL_INVALID_DEVICE, device_retain, true},
   {"clReleaseDevice", CL_INVALID_DEVICE, device_release, true},
   {"clCreateSubDevices", CL_INVALID_DEVICE, device_sub, true},
   {"clGetDeviceAndHostTimer", CL_INVALID_DEVICE, device_timers, true},
   {"clGetHostTimer", CL_INVALID_DEVICE, device_host_timer, true},
   {"clCreateCommandQueueWithProperties", CL_INVALID_DEVICE, device_queue},
   {"clCreateContext", CL_INVALID_DEVICE, device_context},
};

/* Contexts */

static void CL_CALLBACK
never_destroyed(cl_context context, void *data)
{
   *(volatile unsigned *)data += 1;
}

static unsigned destroyed_count;

CALL(context_info,
     clGetContextInfo(h, CL_CONTEXT_NUM_DEVICES, sizeof(bytes), bytes, NULL))
CALL(context_retain, clRetainContext(h))
CALL(context_release, clReleaseContext(h))
CALL(context_destructor,
     clSetContextDestructorCallback(h, never_destroyed, &destroyed_count))
CALL(context_formats,
     clGetSupportedImageFormats(h, CL_MEM_READ_ONLY, CL_MEM_OBJECT_IMAGE2D, 1,
                                (cl_image_format *)bytes, NULL))
MAKE(context_queue,
     clCreateCommandQueueWithProperties(h, client.device, NULL, &code))
MAKE(context_buffer, clCreateBuffer(h, 0, 64, NULL, &code))
MAKE(context_buffer_with,
     clCreateBufferWithProperties(h, NULL, 0, 64, NULL, &code))
MAKE(context_image,
     clCreateImage(h, 0, &rgba8,
                   &(cl_image_desc){.image_type = CL_MEM_OBJECT_IMAGE2D,
                                    .image_width = 4,
                                    .image_height = 4},
                   NULL, &code))
MAKE(context_image_with,
     clCreateImageWithProperties(h, NULL, 0, &rgba8,
                                 &(cl_image_desc){
                                    .image_type = CL_MEM_OBJECT_IMAGE2D,
                                    .image_width = 4,
                                    .image_height = 4},
                                 NULL, &code))
MAKE(context_sampler, clCreateSamplerWithProperties(h, NULL, &code))
MAKE(context_event, clCreateUserEvent(h, &code))
MAKE(context_program,
     clCreateProgramWithSource(h, 1, (const char *[]){"kernel void k() {}"},
                               NULL, &code))

static const struct call context_calls[] = {
   {"clGetContextInfo", CL_INVALID_CONTEXT, context_info, true},
   {"clRetainContext", CL_INVALID_CONTEXT, context_retain, true},
   {"clReleaseContext", CL_INVALID_CONTEXT, context_release, true},
   {"clSetContextDestructorCallback", CL_INVALID_CONTEXT, context_destructor,
    true},
   {"clGetSupportedImageFormats", CL_INVALID_CONTEXT, context_formats, true},
   {"clCreateCommandQueueWithProperties", CL_INVALID_CONTEXT, context_queue,
    true},
   {"clCreateBuffer", CL_INVALID_CONTEXT, context_buffer, true},
   {"clCreateBufferWithProperties", CL_INVALID_CONTEXT, context_buffer_with,
    true},
   {"clCreateImage", CL_INVALID_CONTEXT, context_image, true},
   {"clCreateImageWithProperties", CL_INVALID_CONTEXT, context_image_with,
    true},
   {"clCreateSamplerWithProperties", CL_INVALID_CONTEXT, context_sampler,
    true},
   {"clCreateUserEvent", CL_INVALID_CONTEXT, context_event, true},
   {"clCreateProgramWithSource", CL_INVALID_CONTEXT, context_program, true},
};

/* Queues */

CALL(queue_info,
     clGetCommandQueueInfo(h, CL_QUEUE_CONTEXT, sizeof(bytes), bytes, NULL))
CALL(queue_retain, clRetainCommandQueue(h))
CALL(queue_release, clReleaseCommandQueue(h))
CALL(queue_flush, clFlush(h))
CALL(queue_finish, clFinish(h))
CALL(queue_marker, clEnqueueMarkerWithWaitList(h, 0, NULL, NULL))
CALL(queue_barrier, clEnqueueBarrierWithWaitList(h, 0, NULL, NULL))
CALL(queue_read,
     clEnqueueReadBuffer(h, buffer, CL_TRUE, 0, 4, bytes, 0, NULL, NULL))
CALL(queue_fill,
     clEnqueueFillBuffer(h, buffer, bytes, 4, 0, 4, 0, NULL, NULL))
CALL(queue_migrate,
     clEnqueueMigrateMemObjects(h, 1, &buffer, 0, 0, NULL, NULL))
MAKE(queue_map, clEnqueueMapBuffer(h, buffer, CL_TRUE, CL_MAP_READ, 0, 4, 0,
                                   NULL, NULL, &code))

static const struct call queue_calls[] = {
   {"clGetCommandQueueInfo", CL_INVALID_COMMAND_QUEUE, queue_info, true},
   {"clRetainCommandQueue", CL_INVALID_COMMAND_QUEUE, queue_retain, true},
   {"clReleaseCommandQueue", CL_INVALID_COMMAND_QUEUE, queue_release, true},
   {"clFlush", CL_INVALID_COMMAND_QUEUE, queue_flush, true},
   {"clFinish", CL_INVALID_COMMAND_QUEUE, queue_finish, true},
   {"clEnqueueMarkerWithWaitList", CL_INVALID_COMMAND_QUEUE, queue_marker,
    true},
   {"clEnqueueBarrierWithWaitList", CL_INVALID_COMMAND_QUEUE, queue_barrier,
    true},
   {"clEnqueueReadBuffer", CL_INVALID_COMMAND_QUEUE, queue_read, true},
   {"clEnqueueFillBuffer", CL_INVALID_COMMAND_QUEUE, queue_fill, true},
   {"clEnqueueMigrateMemObjects", CL_INVALID_COMMAND_QUEUE, queue_migrate,
    true},
   {"clEnqueueMapBuffer", CL_INVALID_COMMAND_QUEUE, queue_map, true},
};

/* Memory objects */

static void CL_CALLBACK
never_called(cl_mem mem, void *data)
{
   *(volatile unsigned *)data += 1;
}

CALL(mem_info, clGetMemObjectInfo(h, CL_MEM_SIZE, sizeof(bytes), bytes, NULL))
CALL(mem_image_info,
     clGetImageInfo(h, CL_IMAGE_WIDTH, sizeof(bytes), bytes, NULL))
CALL(mem_retain, clRetainMemObject(h))
CALL(mem_release, clReleaseMemObject(h))
CALL(mem_destructor,
     clSetMemObjectDestructorCallback(h, never_called, &destroyed_count))
MAKE(mem_sub, clCreateSubBuffer(h, 0, CL_BUFFER_CREATE_TYPE_REGION,
                                &(cl_buffer_region){0, 16}, &code))
MAKE(mem_parent, clCreateImage(client.context, 0, &rgba8,
                               &(cl_image_desc){
                                  .image_type = CL_MEM_OBJECT_IMAGE1D_BUFFER,
                                  .image_width = 4,
                                  .mem_object = h},
                               NULL, &code))
CALL(mem_read, clEnqueueReadBuffer(client.queue, h, CL_TRUE, 0, 4, bytes, 0,
                                   NULL, NULL))
CALL(mem_write, clEnqueueWriteBuffer(client.queue, h, CL_TRUE, 0, 4, bytes, 0,
                                     NULL, NULL))
CALL(mem_copy_src,
     clEnqueueCopyBuffer(client.queue, h, buffer, 0, 0, 4, 0, NULL, NULL))
CALL(mem_copy_dst,
     clEnqueueCopyBuffer(client.queue, buffer, h, 0, 0, 4, 0, NULL, NULL))
CALL(mem_read_rect,
     clEnqueueReadBufferRect(client.queue, h, CL_TRUE, zero, zero, one, 0, 0,
                             0, 0, bytes, 0, NULL, NULL))
CALL(mem_write_rect,
     clEnqueueWriteBufferRect(client.queue, h, CL_TRUE, zero, zero, one, 0, 0,
                              0, 0, bytes, 0, NULL, NULL))
CALL(mem_copy_rect_src,
     clEnqueueCopyBufferRect(client.queue, h, buffer, zero, zero, one, 0, 0,
                             0, 0, 0, NULL, NULL))
CALL(mem_copy_rect_dst,
     clEnqueueCopyBufferRect(client.queue, buffer, h, zero, zero, one, 0, 0,
                             0, 0, 0, NULL, NULL))
CALL(mem_fill,
     clEnqueueFillBuffer(client.queue, h, bytes, 4, 0, 4, 0, NULL, NULL))
CALL(mem_read_image, clEnqueueReadImage(client.queue, h, CL_TRUE, zero, one,
                                        0, 0, bytes, 0, NULL, NULL))
CALL(mem_write_image, clEnqueueWriteImage(client.queue, h, CL_TRUE, zero, one,
                                          0, 0, bytes, 0, NULL, NULL))
CALL(mem_fill_image,
     clEnqueueFillImage(client.queue, h, bytes, zero, one, 0, NULL, NULL))
CALL(mem_copy_image_src, clEnqueueCopyImage(client.queue, h, image, zero,
                                            zero, one, 0, NULL, NULL))
CALL(mem_copy_image_dst, clEnqueueCopyImage(client.queue, image, h, zero,
                                            zero, one, 0, NULL, NULL))
CALL(mem_to_buffer_src,
     clEnqueueCopyImageToBuffer(client.queue, h, buffer, zero, one, 0, 0,
                                NULL, NULL))
CALL(mem_to_buffer_dst,
     clEnqueueCopyImageToBuffer(client.queue, image, h, zero, one, 0, 0, NULL,
                                NULL))
CALL(mem_to_image_src, clEnqueueCopyBufferToImage(client.queue, h, image, 0,
                                                  zero, one, 0, NULL, NULL))
CALL(mem_to_image_dst, clEnqueueCopyBufferToImage(client.queue, buffer, h, 0,
                                                  zero, one, 0, NULL, NULL))
MAKE(mem_map_buffer, clEnqueueMapBuffer(client.queue, h, CL_TRUE, CL_MAP_READ,
                                        0, 4, 0, NULL, NULL, &code))
MAKE(mem_map_image,
     clEnqueueMapImage(client.queue, h, CL_TRUE, CL_MAP_READ, zero, one,
                       (size_t *)bytes, (size_t *)bytes + 1, 0, NULL, NULL,
                       &code))
CALL(mem_unmap,
     clEnqueueUnmapMemObject(client.queue, h, bytes, 0, NULL, NULL))
CALL(mem_migrate,
     clEnqueueMigrateMemObjects(client.queue, 2, (const cl_mem[]){buffer, h},
                                0, 0, NULL, NULL))

#define MEM_CALL(function) #function, CL_INVALID_MEM_OBJECT, function

static const struct call mem_calls[] = {
   {MEM_CALL(mem_info), true},
   {MEM_CALL(mem_image_info), true},
   {MEM_CALL(mem_retain), true},
   {MEM_CALL(mem_release), true},
   {MEM_CALL(mem_destructor), true},
   {MEM_CALL(mem_sub), true},
   {MEM_CALL(mem_read)},
   {MEM_CALL(mem_write)},
   {MEM_CALL(mem_copy_src)},
   {MEM_CALL(mem_copy_dst)},
   {MEM_CALL(mem_read_rect)},
   {MEM_CALL(mem_write_rect)},
   {MEM_CALL(mem_copy_rect_src)},
   {MEM_CALL(mem_copy_rect_dst)},
   {MEM_CALL(mem_fill)},
   {MEM_CALL(mem_read_image)},
   {MEM_CALL(mem_write_image)},
   {MEM_CALL(mem_fill_image)},
   {MEM_CALL(mem_copy_image_src)},
   {MEM_CALL(mem_copy_image_dst)},
   {MEM_CALL(mem_to_buffer_src)},
   {MEM_CALL(mem_to_buffer_dst)},
   {MEM_CALL(mem_to_image_src)},
   {MEM_CALL(mem_to_image_dst)},
   {MEM_CALL(mem_map_buffer)},
   {MEM_CALL(mem_map_image)},
   {MEM_CALL(mem_unmap)},
   {MEM_CALL(mem_migrate)},
   {"clCreateImage", CL_INVALID_IMAGE_DESCRIPTOR, mem_parent},
};

/* Samplers */

CALL(sampler_info,
     clGetSamplerInfo(h, CL_SAMPLER_CONTEXT, sizeof(bytes), bytes, NULL))
CALL(sampler_retain, clRetainSampler(h))
CALL(sampler_release, clReleaseSampler(h))

static const struct call sampler_calls[] = {
   {"clGetSamplerInfo", CL_INVALID_SAMPLER, sampler_info, true},
   {"clRetainSampler", CL_INVALID_SAMPLER, sampler_retain, true},
   {"clReleaseSampler", CL_INVALID_SAMPLER, sampler_release, true},
};

/* Events */

static void CL_CALLBACK
never_noted(cl_event event, cl_int status, void *data)
{
   *(volatile unsigned *)data += 1;
}

CALL(event_info,
     clGetEventInfo(h, CL_EVENT_COMMAND_TYPE, sizeof(bytes), bytes, NULL))
CALL(event_times, clGetEventProfilingInfo(h, CL_PROFILING_COMMAND_END,
                                          sizeof(bytes), bytes, NULL))
CALL(event_retain, clRetainEvent(h))
CALL(event_release, clReleaseEvent(h))
CALL(event_set, clSetUserEventStatus(h, CL_COMPLETE))
CALL(event_callback,
     clSetEventCallback(h, CL_COMPLETE, never_noted, &destroyed_count))
CALL(event_wait, clWaitForEvents(1, (const cl_event[]){h}))
CALL(event_wait_second, clWaitForEvents(2, (const cl_event[]){user, h}))
CALL(event_list,
     clEnqueueMarkerWithWaitList(client.queue, 2, (const cl_event[]){user, h},
                                 NULL))
CALL(event_read_list,
     clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0, 4, bytes, 1,
                         (const cl_event[]){h}, NULL))

static const struct call event_calls[] = {
   {"clGetEventInfo", CL_INVALID_EVENT, event_info, true},
   {"clGetEventProfilingInfo", CL_INVALID_EVENT, event_times, true},
   {"clRetainEvent", CL_INVALID_EVENT, event_retain, true},
   {"clReleaseEvent", CL_INVALID_EVENT, event_release, true},
   {"clSetUserEventStatus", CL_INVALID_EVENT, event_set, true},
   {"clSetEventCallback", CL_INVALID_EVENT, event_callback, true},
   {"clWaitForEvents", CL_INVALID_EVENT, event_wait, true},
   {"clWaitForEvents, second", CL_INVALID_EVENT, event_wait_second},
   {"clEnqueueMarkerWithWaitList", CL_INVALID_EVENT_WAIT_LIST, event_list},
   {"clEnqueueReadBuffer", CL_INVALID_EVENT_WAIT_LIST, event_read_list},
};

enum {
   KIND_PLATFORM,
   KIND_DEVICE,
   KIND_CONTEXT,
   KIND_QUEUE,
   KIND_MEM,
   KIND_SAMPLER,
   KIND_EVENT,
   KIND_COUNT,
};

static const struct {
   const struct call *calls;
   unsigned count;
} all_calls[KIND_COUNT] = {
   [KIND_PLATFORM] = {platform_calls, COUNT(platform_calls)},
   [KIND_DEVICE] = {device_calls, COUNT(device_calls)},
   [KIND_CONTEXT] = {context_calls, COUNT(context_calls)},
   [KIND_QUEUE] = {queue_calls, COUNT(queue_calls)},
   [KIND_MEM] = {mem_calls, COUNT(mem_calls)},
   [KIND_SAMPLER] = {sampler_calls, COUNT(sampler_calls)},
   [KIND_EVENT] = {event_calls, COUNT(event_calls)},
};

static void *
live_handle(unsigned kind)
{
   switch (kind) {
   case KIND_PLATFORM:
      return client.platform;
   case KIND_DEVICE:
      return client.device;
   case KIND_CONTEXT:
      return client.context;
   case KIND_QUEUE:
      return client.queue;
   case KIND_MEM:
      return buffer;
   case KIND_SAMPLER:
      return sampler;
   default:
      return user;
   }
}

static void
check_calls(unsigned kind, void *handle, bool looked_into)
{
   for (unsigned i = 0; i < all_calls[kind].count; i++) {
      const struct call *call = &all_calls[kind].calls[i];

      if (call->first && !looked_into)
         continue;
      memset(bytes, 0x5a, sizeof(bytes));
      const cl_int got = call->run(handle);
      if (got != call->wanted)
         print_error("%s: %d, wanted %d\n", call->name, got, call->wanted);
      assert_int_equal(got, call->wanted);
      for (unsigned j = 0; j < 64; j++)
         assert_int_equal(bytes[j], 0x5a);
   }
}

static void
handles_of_other_types(void **state)
{
   need_trefoil("others may crash");
   for (unsigned kind = 0; kind < KIND_COUNT; kind++)
      for (unsigned other = 0; other < KIND_COUNT; other++) {
         if (kind == other)
            continue;
         print_message("# kind %u with kind %u\n", kind, other);
         check_calls(kind, live_handle(other), true);
      }
}

static void
garbage_where_the_loader_does_not_look(void **state)
{
   need_trefoil("others may crash");
   for (unsigned kind = 0; kind < KIND_COUNT; kind++)
      for (unsigned i = 0; i < GARBAGE_COUNT; i++) {
         print_message("# kind %u, garbage %u\n", kind, i);
         /* An image descriptor without mem_object is another matter. */
         check_calls(kind, garbage(i), false);
      }
}

/* Between the cells of live handles, and inside of them. */
static void
addresses_near_live_handles(void **state)
{
   need_trefoil("others may crash");
   for (unsigned kind = 0; kind < KIND_COUNT; kind++)
      for (int shift = -64; shift <= 64; shift += 4) {
         if (shift % 32 == 0)
            continue;
         check_calls(kind, (char *)live_handle(kind) + shift, false);
      }
}

static void *
freed_handle(unsigned kind)
{
   switch (kind) {
   case KIND_CONTEXT: {
      cl_context context =
         CREATED(clCreateContext(NULL, 1, &client.device, NULL, NULL, &code));
      CHECK_OK(clReleaseContext(context));
      return context;
   }
   case KIND_QUEUE: {
      cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
         client.context, client.device, NULL, &code));
      CHECK_OK(clReleaseCommandQueue(queue));
      return queue;
   }
   case KIND_MEM: {
      cl_mem mem = new_buffer(0, 64, NULL);
      CHECK_OK(clReleaseMemObject(mem));
      return mem;
   }
   case KIND_SAMPLER: {
      cl_sampler made =
         CREATED(clCreateSamplerWithProperties(client.context, NULL, &code));
      CHECK_OK(clReleaseSampler(made));
      return made;
   }
   default: {
      cl_event event = new_user_event();
      complete_user_event(event);
      return event;
   }
   }
}

static void
freed_handles(void **state)
{
   need_trefoil("others may crash");
   for (unsigned kind = KIND_CONTEXT; kind < KIND_COUNT; kind++) {
      print_message("# kind %u\n", kind);
      check_calls(kind, freed_handle(kind), true);
   }
}

/*
 * Released by the client while a command still holds the object.  Its event
 * leads to the queue, so that one may be taken up again, but not released
 * twice.
 */
static void
released_but_held_handles(void **state)
{
   need_trefoil("others may crash");
   cl_event gate = new_user_event(), event;
   cl_mem mem = new_buffer(0, 64, NULL);
   cl_command_queue queue = CREATED(clCreateCommandQueueWithProperties(
      client.context, client.device, NULL, &code));

   CHECK_OK(
      clEnqueueFillBuffer(queue, mem, bytes, 4, 0, 64, 1, &gate, &event));
   CHECK_OK(clReleaseMemObject(mem));
   CHECK_OK(clReleaseCommandQueue(queue));
   check_calls(KIND_MEM, mem, true);
   CHECK_CODE(CL_INVALID_COMMAND_QUEUE, clReleaseCommandQueue(queue));
   CHECK_OK(clRetainCommandQueue(queue));
   CHECK_OK(clReleaseCommandQueue(queue));
   complete_user_event(gate);
   end_event(event, CL_COMPLETE);
}

static void
nothing_else_happened(void **state)
{
   need_trefoil("others may have crashed");
   assert_int_equal(destroyed_count, 0);
   assert_int_equal(mem_uint(buffer, CL_MEM_REFERENCE_COUNT), 1);
   assert_int_equal(map_count(buffer), 0);
   assert_int_equal(event_status(user), CL_SUBMITTED);
   CHECK_OK(clFinish(client.queue));
}

static int
setup(void **state)
{
   if (client_setup(state))
      return -1;
   if (!client.is_trefoil)
      return 0;
   buffer = new_buffer(0, 4096, NULL);
   image = new_image(TYPE_2D, &rgba8, 0, 8, 8, 1, 1);
   sampler =
      CREATED(clCreateSamplerWithProperties(client.context, NULL, &code));
   user = new_user_event();
   return 0;
}

static int
teardown(void **state)
{
   if (client.is_trefoil) {
      CHECK_OK(clReleaseMemObject(buffer));
      CHECK_OK(clReleaseMemObject(image));
      CHECK_OK(clReleaseSampler(sampler));
      complete_user_event(user);
   }
   return client_teardown(state);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_of_other_types),
      cmocka_unit_test(garbage_where_the_loader_does_not_look),
      cmocka_unit_test(addresses_near_live_handles),
      cmocka_unit_test(freed_handles),
      cmocka_unit_test(released_but_held_handles),
      cmocka_unit_test(nothing_else_happened),
   };
   return cmocka_run_group_tests(tests, setup, teardown);
}
