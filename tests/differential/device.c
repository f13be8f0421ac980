/* SPDX-License-Identifier: MIT */

/* The devices of the platform, and what each can do. */

#include <stdlib.h>
#include <string.h>

#include "pixel.h"
#include "world.h"

#ifndef CL_DEVICE_IMAGE_PITCH_ALIGNMENT
#define CL_DEVICE_IMAGE_PITCH_ALIGNMENT 0x104A
#endif

struct device devices[MAX_DEVICES];
unsigned device_count;
cl_platform_id platform;

const cl_mem_object_type image_types[TYPE_COUNT] = {
   CL_MEM_OBJECT_IMAGE1D,        CL_MEM_OBJECT_IMAGE1D_ARRAY,
   CL_MEM_OBJECT_IMAGE1D_BUFFER, CL_MEM_OBJECT_IMAGE2D,
   CL_MEM_OBJECT_IMAGE2D_ARRAY,  CL_MEM_OBJECT_IMAGE3D,
};

static const cl_mem_flags accesses[ACCESS_COUNT] = {
   CL_MEM_READ_WRITE, CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY};

unsigned
image_type_index(cl_mem_object_type type)
{
   for (unsigned i = 0; i < TYPE_COUNT; i++) {
      if (image_types[i] == type)
         return i;
   }
   return 0;
}

const char *
image_type_name(cl_mem_object_type type)
{
   static const char *const names[TYPE_COUNT] = {
      "1D", "1D array", "1D buffer", "2D", "2D array", "3D"};

   if (type == CL_MEM_OBJECT_BUFFER)
      return "buffer";
   return names[image_type_index(type)];
}

static void
die(const char *what, cl_int code)
{
   fprintf(stderr, "%s: %s (%d)\n", what, error_name(code), code);
   exit(2);
}

/* The formats whose pixels we know how to read. */
static void
query_formats(cl_context context, cl_mem_flags flags, cl_mem_object_type type,
              struct format_list *list)
{
   cl_image_format formats[MAX_FORMATS];
   cl_uint count = 0;
   cl_int code;

   code = clGetSupportedImageFormats(context, flags, type, MAX_FORMATS,
                                     formats, &count);
   if (code != CL_SUCCESS)
      die("clGetSupportedImageFormats", code);
   if (count > MAX_FORMATS)
      count = MAX_FORMATS;

   list->count = 0;
   for (cl_uint i = 0; i < count; i++) {
      if (pixel_size(&formats[i]))
         list->formats[list->count++] = formats[i];
   }
}

static size_t
device_size(cl_device_id id, cl_device_info name)
{
   size_t value = 0;

   clGetDeviceInfo(id, name, sizeof(value), &value, NULL);
   return value;
}

static cl_uint
device_uint(cl_device_id id, cl_device_info name)
{
   cl_uint value = 0;

   clGetDeviceInfo(id, name, sizeof(value), &value, NULL);
   return value;
}

static void
init_device(struct device *device, cl_device_id id)
{
   cl_command_queue_properties properties = 0;
   cl_int code;
   cl_context context = clCreateContext(NULL, 1, &id, NULL, NULL, &code);

   if (code != CL_SUCCESS)
      die("clCreateContext", code);

   device->id = id;
   device->max_2d_width = device_size(id, CL_DEVICE_IMAGE2D_MAX_WIDTH);
   device->max_2d_height = device_size(id, CL_DEVICE_IMAGE2D_MAX_HEIGHT);
   device->max_3d = device_size(id, CL_DEVICE_IMAGE3D_MAX_WIDTH);
   device->max_layers = device_size(id, CL_DEVICE_IMAGE_MAX_ARRAY_SIZE);
   device->max_buffer_image =
      device_size(id, CL_DEVICE_IMAGE_MAX_BUFFER_SIZE);
   device->base_align = device_uint(id, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
   device->pitch_align = device_uint(id, CL_DEVICE_IMAGE_PITCH_ALIGNMENT);
   device->address_align =
      device_uint(id, CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT);
   clGetDeviceInfo(id, CL_DEVICE_QUEUE_ON_HOST_PROPERTIES, sizeof(properties),
                   &properties, NULL);
   device->out_of_order = properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;

   for (unsigned a = 0; a < ACCESS_COUNT; a++) {
      for (unsigned t = 0; t < TYPE_COUNT; t++) {
         query_formats(context, accesses[a], image_types[t],
                       &device->formats[a][t]);
      }
   }
   clReleaseContext(context);
}

static bool
choose_platform(void)
{
   cl_platform_id platforms[16];
   cl_uint count = 0;
   char name[256];

   if (clGetPlatformIDs(16, platforms, &count) != CL_SUCCESS)
      return false;
   for (cl_uint i = 0; i < count && i < 16; i++) {
      name[0] = '\0';
      clGetPlatformInfo(platforms[i], CL_PLATFORM_NAME, sizeof(name), name,
                        NULL);
      if (options.platform && !strstr(name, options.platform))
         continue;
      platform = platforms[i];
      return true;
   }
   return false;
}

void
devices_init(void)
{
   cl_device_id ids[MAX_DEVICES];
   cl_uint count = 0;
   cl_int code;

   if (!choose_platform()) {
      fprintf(stderr, "no OpenCL platform%s%s\n",
              options.platform ? " named " : "",
              options.platform ? options.platform : "");
      exit(2);
   }
   code =
      clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, MAX_DEVICES, ids, &count);
   if (code != CL_SUCCESS)
      die("clGetDeviceIDs", code);
   device_count = count < MAX_DEVICES ? count : MAX_DEVICES;
   for (unsigned i = 0; i < device_count; i++)
      init_device(&devices[i], ids[i]);
}
