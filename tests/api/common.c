/* SPDX-License-Identifier: MIT */

#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Bytes of the largest pixel: four channels of 32 bits. */
#define MAX_PIXEL 16

struct client client;
cl_int code;

const struct image_type image_types[TYPE_COUNT] = {
   [TYPE_1D] = {CL_MEM_OBJECT_IMAGE1D, "1D", 1, false, 1},
   [TYPE_1D_BUFFER] = {CL_MEM_OBJECT_IMAGE1D_BUFFER, "1D buffer", 1, false,
                       0},
   [TYPE_1D_ARRAY] = {CL_MEM_OBJECT_IMAGE1D_ARRAY, "1D array", 2, true, 2},
   [TYPE_2D] = {CL_MEM_OBJECT_IMAGE2D, "2D", 2, false, 2},
   [TYPE_2D_ARRAY] = {CL_MEM_OBJECT_IMAGE2D_ARRAY, "2D array", 3, true, 3},
   [TYPE_3D] = {CL_MEM_OBJECT_IMAGE3D, "3D", 3, true, 3},
};

const cl_image_format rgba8 = {CL_RGBA, CL_UNORM_INT8};
const cl_image_format r8 = {CL_R, CL_UNORM_INT8};
const cl_image_format rgba32f = {CL_RGBA, CL_FLOAT};

void
skip_test(const char *reason)
{
   print_message("# skipped: %s\n", reason);
   skip();
}

void
need_images(void)
{
   if (!client.images)
      skip_test("the device has no images");
}

void
need_trefoil(const char *reason)
{
   if (!client.is_trefoil)
      skip_test(reason);
}

static bool
list_has(const char *list, const char *word, char separator)
{
   const size_t length = strlen(word);

   for (const char *at = list; (at = strstr(at, word)); at += length) {
      if ((at == list || at[-1] == separator) &&
          (at[length] == '\0' || at[length] == separator))
         return true;
   }
   return false;
}

bool
has_extension(const char *name)
{
   size_t size;
   CHECK_OK(
      clGetDeviceInfo(client.device, CL_DEVICE_EXTENSIONS, 0, NULL, &size));
   char *list = malloc(size + 1);
   assert_non_null(list);
   CHECK_OK(
      clGetDeviceInfo(client.device, CL_DEVICE_EXTENSIONS, size, list, NULL));
   const bool found = list_has(list, name, ' ');
   free(list);
   return found;
}

void
need_extension(const char *name)
{
   if (!has_extension(name))
      skip_test(name);
}

bool
is_driver(const char *driver)
{
   char name[256];

   CHECK_OK(clGetDeviceInfo(client.device, CL_DEVICE_NAME, sizeof(name), name,
                            NULL));
   return !strncmp(name, driver, strlen(driver));
}

bool
debug_has(const char *word)
{
   const char *list = getenv("TREFOIL_DEBUG");
   return list && list_has(list, word, ',');
}

const char *
code_name(cl_int value)
{
#define NAME(name)                                                            \
   case name:                                                                 \
      return #name
   switch (value) {
      NAME(CL_SUCCESS);
      NAME(CL_DEVICE_NOT_FOUND);
      NAME(CL_DEVICE_NOT_AVAILABLE);
      NAME(CL_COMPILER_NOT_AVAILABLE);
      NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE);
      NAME(CL_OUT_OF_RESOURCES);
      NAME(CL_OUT_OF_HOST_MEMORY);
      NAME(CL_PROFILING_INFO_NOT_AVAILABLE);
      NAME(CL_MEM_COPY_OVERLAP);
      NAME(CL_IMAGE_FORMAT_MISMATCH);
      NAME(CL_IMAGE_FORMAT_NOT_SUPPORTED);
      NAME(CL_BUILD_PROGRAM_FAILURE);
      NAME(CL_MAP_FAILURE);
      NAME(CL_MISALIGNED_SUB_BUFFER_OFFSET);
      NAME(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
      NAME(CL_DEVICE_PARTITION_FAILED);
      NAME(CL_INVALID_VALUE);
      NAME(CL_INVALID_DEVICE_TYPE);
      NAME(CL_INVALID_PLATFORM);
      NAME(CL_INVALID_DEVICE);
      NAME(CL_INVALID_CONTEXT);
      NAME(CL_INVALID_QUEUE_PROPERTIES);
      NAME(CL_INVALID_COMMAND_QUEUE);
      NAME(CL_INVALID_HOST_PTR);
      NAME(CL_INVALID_MEM_OBJECT);
      NAME(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
      NAME(CL_INVALID_IMAGE_SIZE);
      NAME(CL_INVALID_SAMPLER);
      NAME(CL_INVALID_PROGRAM);
      NAME(CL_INVALID_KERNEL);
      NAME(CL_INVALID_EVENT_WAIT_LIST);
      NAME(CL_INVALID_EVENT);
      NAME(CL_INVALID_OPERATION);
      NAME(CL_INVALID_BUFFER_SIZE);
      NAME(CL_INVALID_MIP_LEVEL);
      NAME(CL_INVALID_PROPERTY);
      NAME(CL_INVALID_IMAGE_DESCRIPTOR);
      NAME(CL_INVALID_DEVICE_PARTITION_COUNT);
      NAME(CL_INVALID_LINKER_OPTIONS);
      NAME(CL_INVALID_COMPILER_OPTIONS);
      NAME(CL_INVALID_GLOBAL_WORK_SIZE);
      NAME(CL_INVALID_GLOBAL_OFFSET);
      NAME(CL_INVALID_WORK_ITEM_SIZE);
      NAME(CL_INVALID_WORK_GROUP_SIZE);
      NAME(CL_INVALID_WORK_DIMENSION);
      NAME(CL_INVALID_KERNEL_ARGS);
      NAME(CL_INVALID_ARG_SIZE);
      NAME(CL_INVALID_ARG_VALUE);
      NAME(CL_INVALID_ARG_INDEX);
      NAME(CL_INVALID_KERNEL_DEFINITION);
      NAME(CL_INVALID_KERNEL_NAME);
      NAME(CL_INVALID_PROGRAM_EXECUTABLE);
      NAME(CL_INVALID_BUILD_OPTIONS);
      NAME(CL_INVALID_BINARY);
      NAME(CL_KERNEL_ARG_INFO_NOT_AVAILABLE);
      NAME(CL_LINK_PROGRAM_FAILURE);
      NAME(CL_COMPILE_PROGRAM_FAILURE);
   case OWN_STATUS:
      return "the test's own status";
   case UNTOUCHED:
      return "untouched";
   default:
      return "another code";
   }
#undef NAME
}

void
check_code(cl_int got, cl_int wanted, const char *what, const char *file,
           int line)
{
   if (got == wanted)
      return;
   print_error("%s: %d (%s), wanted %d (%s)\n", what, got, code_name(got),
               wanted, code_name(wanted));
   _fail(file, line);
}

void
check_either(cl_int got, cl_int one, cl_int other, const char *what,
             const char *file, int line)
{
   if (got == other)
      return;
   check_code(got, one, what, file, line);
}

void *
check_created(void *object, const char *what, const char *file, int line)
{
   check_code(code, CL_SUCCESS, what, file, line);
   if (!object) {
      print_error("%s: NULL with CL_SUCCESS\n", what);
      _fail(file, line);
   }
   return object;
}

void
check_refused(const void *object, cl_int wanted, const char *what,
              const char *file, int line)
{
   check_code(code, wanted, what, file, line);
   if (object) {
      print_error("%s: an object with %s\n", what, code_name(code));
      _fail(file, line);
   }
}

static bool
named_platform(cl_platform_id platform, const char *wanted)
{
   char name[256] = "";
   clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof(name), name, NULL);
   return strcmp(name, wanted) == 0;
}

static bool
find_platform(void)
{
   const char *wanted = getenv("TREFOIL_TEST_PLATFORM");
   cl_platform_id platforms[16];
   cl_uint count = 0;

   if (!wanted)
      wanted = "Trefoil";
   client.is_trefoil = strcmp(wanted, "Trefoil") == 0;
   if (clGetPlatformIDs(COUNT(platforms), platforms, &count))
      return false;
   for (cl_uint i = 0; i < count && i < COUNT(platforms); i++) {
      if (named_platform(platforms[i], wanted)) {
         client.platform = platforms[i];
         return true;
      }
   }
   print_error("no platform is called %s\n", wanted);
   return false;
}

static cl_command_queue
new_queue(cl_context context, cl_command_queue_properties flags)
{
   const cl_queue_properties properties[] = {
      CL_QUEUE_PROPERTIES, flags | CL_QUEUE_PROFILING_ENABLE, 0};
   return clCreateCommandQueueWithProperties(context, client.device,
                                             properties, NULL);
}

int
client_setup(void **state)
{
   cl_bool images = CL_FALSE;

   if (!find_platform() ||
       clGetDeviceIDs(client.platform, CL_DEVICE_TYPE_ALL, 1, &client.device,
                      NULL) ||
       clGetDeviceInfo(client.device, CL_DEVICE_IMAGE_SUPPORT, sizeof(images),
                       &images, NULL))
      return -1;
   client.images = images;

   client.context =
      clCreateContext(NULL, 1, &client.device, NULL, NULL, NULL);
   client.stranger =
      clCreateContext(NULL, 1, &client.device, NULL, NULL, NULL);
   if (!client.context || !client.stranger)
      return -1;

   client.queue = new_queue(client.context, 0);
   client.ooo =
      new_queue(client.context, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
   client.stranger_queue = new_queue(client.stranger, 0);
   return client.queue && client.ooo && client.stranger_queue ? 0 : -1;
}

int
client_teardown(void **state)
{
   return clReleaseCommandQueue(client.queue) ||
          clReleaseCommandQueue(client.ooo) ||
          clReleaseCommandQueue(client.stranger_queue) ||
          clReleaseContext(client.context) ||
          clReleaseContext(client.stranger);
}

void *
garbage(unsigned which)
{
   /* Data that looks like nothing, and addresses that hold nothing. */
   static uint64_t data[8] = {0x0123456789abcdef, 1, 2, 3};
   static char text[64] = "this is no handle, it only lies where one might";

   switch (which) {
   case 0:
      return NULL;
   case 1:
      return data;
   case 2:
      return text + 1;
   case 3:
      return (void *)(uintptr_t)1;
   case 4:
      return (void *)(uintptr_t)0xdeadbeef000;
   default:
      return (void *)UINTPTR_MAX;
   }
}

cl_event
garbage_event(unsigned which)
{
   return (cl_event)garbage(which);
}

#define DEVICE_GETTER(name, type)                                             \
   type name(cl_device_info param)                                            \
   {                                                                          \
      type value;                                                             \
      CHECK_OK(clGetDeviceInfo(client.device, param, sizeof(value), &value,   \
                               NULL));                                        \
      return value;                                                           \
   }

DEVICE_GETTER(device_uint, cl_uint)
DEVICE_GETTER(device_ulong, cl_ulong)
DEVICE_GETTER(device_size, size_t)
DEVICE_GETTER(device_bool, cl_bool)

cl_device_type
device_type(void)
{
   return device_ulong(CL_DEVICE_TYPE);
}

cl_uint
mem_uint(cl_mem mem, cl_mem_info param)
{
   cl_uint value;
   CHECK_OK(clGetMemObjectInfo(mem, param, sizeof(value), &value, NULL));
   return value;
}

cl_mem_flags
mem_flags(cl_mem mem)
{
   cl_mem_flags flags;
   CHECK_OK(
      clGetMemObjectInfo(mem, CL_MEM_FLAGS, sizeof(flags), &flags, NULL));
   return flags;
}

const cl_mem_flags bad_mem_flags[BAD_MEM_FLAGS] = {
   CL_MEM_READ_WRITE | CL_MEM_READ_ONLY,
   CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY,
   CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY,
   CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY,
   CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS,
   CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS,
   CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR,
   CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR,
   (cl_mem_flags)1 << 40,
   (cl_mem_flags)1 << 6,
};

const struct host_access host_accesses[HOST_ACCESSES] = {
   {0, true, true},
   {CL_MEM_HOST_READ_ONLY, true, false},
   {CL_MEM_HOST_WRITE_ONLY, false, true},
   {CL_MEM_HOST_NO_ACCESS, false, false},
};

cl_int
allowed(bool access)
{
   return access ? CL_SUCCESS : CL_INVALID_OPERATION;
}

cl_uint
map_count(cl_mem mem)
{
   return mem_uint(mem, CL_MEM_MAP_COUNT);
}

size_t
image_size(cl_mem image, cl_image_info param)
{
   size_t value;
   CHECK_OK(clGetImageInfo(image, param, sizeof(value), &value, NULL));
   return value;
}

cl_command_type
event_type(cl_event event)
{
   cl_command_type type;
   CHECK_OK(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type,
                           NULL));
   return type;
}

cl_int
event_status(cl_event event)
{
   cl_int status;
   CHECK_OK(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                           sizeof(status), &status, NULL));
   return status;
}

cl_mem
new_buffer(cl_mem_flags flags, size_t size, void *host_ptr)
{
   return CREATED(
      clCreateBuffer(client.context, flags, size, host_ptr, &code));
}

cl_mem
new_sub_buffer(cl_mem parent, size_t origin, size_t size)
{
   const cl_buffer_region region = {origin, size};
   return CREATED(clCreateSubBuffer(parent, 0, CL_BUFFER_CREATE_TYPE_REGION,
                                    &region, &code));
}

cl_event
new_user_event(void)
{
   return CREATED(clCreateUserEvent(client.context, &code));
}

cl_command_queue
any_queue(unsigned i)
{
   return i ? client.ooo : client.queue;
}

bool
has_ended(void *event)
{
   cl_int status = CL_QUEUED;
   clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status),
                  &status, NULL);
   return status <= CL_COMPLETE;
}

cl_event
fill_uint(cl_command_queue queue, cl_mem buffer, cl_uint value, cl_uint count,
          const cl_event *waits)
{
   cl_event event = NULL;
   CHECK_OK(clEnqueueFillBuffer(queue, buffer, &value, sizeof(value), 0,
                                sizeof(value), count, waits, &event));
   assert_non_null(event);
   return event;
}

cl_uint
first_uint(cl_mem buffer)
{
   cl_uint value = 0;
   CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0,
                                sizeof(value), &value, 0, NULL, NULL));
   return value;
}

void
complete_user_event(cl_event event)
{
   CHECK_OK(clSetUserEventStatus(event, CL_COMPLETE));
   CHECK_OK(clReleaseEvent(event));
}

void
end_event(cl_event event, cl_int status)
{
   CHECK_CODE(status < 0 ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST
                         : CL_SUCCESS,
              clWaitForEvents(1, &event));
   assert_int_equal(event_status(event), status);
   CHECK_OK(clReleaseEvent(event));
}

void
sleep_ms(unsigned ms)
{
   const struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
   nanosleep(&time, NULL);
}

bool
wait_until(bool (*condition)(void *data), void *data)
{
   for (unsigned i = 0; i < 20000; i++) {
      if (condition(data))
         return true;
      sleep_ms(1);
   }
   return false;
}

void
fill_bytes(void *data, size_t size, unsigned seed)
{
   unsigned char *bytes = data;
   uint32_t x = seed * 2654435761u + 1;

   for (size_t i = 0; i < size; i++) {
      x = x * 1664525u + 1013904223u;
      bytes[i] = x >> 24;
   }
}

cl_image_desc
image_desc(unsigned type, size_t w, size_t h, size_t d)
{
   cl_image_desc desc = {.image_type = image_types[type].type,
                         .image_width = w};

   switch (type) {
   case TYPE_1D_ARRAY:
      desc.image_array_size = h;
      break;
   case TYPE_2D:
      desc.image_height = h;
      break;
   case TYPE_2D_ARRAY:
      desc.image_height = h;
      desc.image_array_size = d;
      break;
   case TYPE_3D:
      desc.image_height = h;
      desc.image_depth = d;
      break;
   default:
      break;
   }
   return desc;
}

cl_mem
new_image(unsigned type, const cl_image_format *format, cl_mem_flags flags,
          size_t w, size_t h, size_t d, cl_uint levels)
{
   cl_image_desc desc = image_desc(type, w, h, d);
   cl_mem image;

   desc.num_mip_levels = levels > 1 ? levels : 0;
   if (type == TYPE_1D_BUFFER)
      desc.mem_object = new_buffer(flags, w * MAX_PIXEL, NULL);
   image = CREATED(
      clCreateImage(client.context, flags, format, &desc, NULL, &code));
   if (desc.mem_object)
      CHECK_OK(clReleaseMemObject(desc.mem_object));
   return image;
}

void
clip_to_axes(unsigned type, size_t region[3])
{
   for (unsigned i = image_types[type].axes; i < 3; i++)
      region[i] = 1;
}

void
type_extent(unsigned type, size_t extent[3])
{
   extent[0] = 19;
   extent[1] = 7;
   extent[2] = 5;
   clip_to_axes(type, extent);
}
