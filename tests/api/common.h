/* SPDX-License-Identifier: MIT */

/*
 * What all API tests share: one platform, its first device, a context with
 * queues, and checks that name what they checked.
 *
 * The platform is "Trefoil", or what TREFOIL_TEST_PLATFORM names, so that
 * the expectations themselves can be tried on another implementation.
 */

#ifndef TESTS_API_COMMON_H
#define TESTS_API_COMMON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <CL/cl.h>
#include <CL/cl_ext.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A status that no implementation gives, for clSetUserEventStatus. */
#define OWN_STATUS (-4711)

/* What outputs hold before a call that must not touch them. */
#define UNTOUCHED (-12345)

struct client {
   bool is_trefoil;
   bool images;
   cl_platform_id platform;
   cl_device_id device;
   cl_context context;
   cl_command_queue queue; /* in order, with profiling */
   cl_command_queue ooo;   /* out of order, with profiling */
   cl_context stranger;    /* another context, on the same device */
   cl_command_queue stranger_queue;
};

extern struct client client;

/* For CREATED() and REFUSED(): pass &code as errcode_ret. */
extern cl_int code;

/* Group setup and teardown: fill in `client`, and give it all back. */
int client_setup(void **state);
int client_teardown(void **state);

/* Ends the test as skipped, and says why. */
void skip_test(const char *reason);
void need_images(void);
void need_trefoil(const char *reason);
void need_extension(const char *name);
bool has_extension(const char *name);

/* Devices are called after their drivers first. */
bool is_driver(const char *driver);

/* Whether TREFOIL_DEBUG holds a word: which variant of the suite this is. */
bool debug_has(const char *word);

const char *code_name(cl_int value);
void check_code(cl_int got, cl_int wanted, const char *what, const char *file,
                int line);
void *check_created(void *object, const char *what, const char *file,
                    int line);
void check_refused(const void *object, cl_int wanted, const char *what,
                   const char *file, int line);

/* A call that returns a code. */
#define CHECK_CODE(wanted, call)                                              \
   check_code((call), (wanted), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_CODE(CL_SUCCESS, call)

/* A call that returns an object or a pointer and sets `code`. */
#define CREATED(call)                                                         \
   (code = UNTOUCHED, check_created((call), #call, __FILE__, __LINE__))
#define REFUSED(wanted, call)                                                 \
   (code = UNTOUCHED,                                                         \
    check_refused((call), (wanted), #call, __FILE__, __LINE__))

/*
 * Handles that are live, but of another type: only Trefoil promises to tell
 * them, others may well crash.
 */
#define CHECK_HANDLE(wanted, call)                                            \
   do {                                                                       \
      if (client.is_trefoil)                                                  \
         CHECK_CODE(wanted, call);                                            \
   } while (0)
#define REFUSED_HANDLE(wanted, call)                                          \
   do {                                                                       \
      if (client.is_trefoil)                                                  \
         REFUSED(wanted, call);                                               \
   } while (0)

/* A code that must be one of two, where the specification names both. */
void check_either(cl_int got, cl_int one, cl_int other, const char *what,
                  const char *file, int line);
#define CHECK_EITHER(one, other, call)                                        \
   check_either((call), (one), (other), #call, __FILE__, __LINE__)

/* Pointers that are no handles. */
cl_event garbage_event(unsigned which);
#define GARBAGE_COUNT 6
void *garbage(unsigned which);

cl_device_type device_type(void);
cl_uint device_uint(cl_device_info param);
cl_ulong device_ulong(cl_device_info param);
size_t device_size(cl_device_info param);
cl_bool device_bool(cl_device_info param);

cl_uint mem_uint(cl_mem mem, cl_mem_info param);
cl_mem_flags mem_flags(cl_mem mem);
cl_uint map_count(cl_mem mem);
size_t image_size(cl_mem image, cl_image_info param);
cl_command_type event_type(cl_event event);
cl_int event_status(cl_event event);

/* Flags that no memory object may have. */
#define BAD_MEM_FLAGS 10
extern const cl_mem_flags bad_mem_flags[BAD_MEM_FLAGS];

/* What the host may do with a memory object. */
struct host_access {
   cl_mem_flags flags;
   bool read, write;
};
#define HOST_ACCESSES 4
extern const struct host_access host_accesses[HOST_ACCESSES];

/* What a command gives back that asks for what is allowed, or is not. */
cl_int allowed(bool access);

cl_mem new_buffer(cl_mem_flags flags, size_t size, void *host_ptr);
cl_mem new_sub_buffer(cl_mem parent, size_t origin, size_t size);
cl_event new_user_event(void);

/* For loops over both: 0 is the one in order. */
cl_command_queue any_queue(unsigned i);

/* For wait_until(): whether an event has, well or not. */
bool has_ended(void *event);

/* Writes one number to a buffer's beginning, and reads it. */
cl_event fill_uint(cl_command_queue queue, cl_mem buffer, cl_uint value,
                   cl_uint count, const cl_event *waits);
cl_uint first_uint(cl_mem buffer);

/* Completes a user event with success and releases it. */
void complete_user_event(cl_event event);

/* Waits for the end, expects the status, releases. */
void end_event(cl_event event, cl_int status);

/* Gives up on a condition after some seconds. */
bool wait_until(bool (*condition)(void *data), void *data);
void sleep_ms(unsigned ms);

/* Bytes that differ from one seed and position to the next. */
void fill_bytes(void *data, size_t size, unsigned seed);

/* One table for everything with six types. */
struct image_type {
   cl_mem_object_type type;
   const char *name;
   unsigned axes;       /* meaningful coordinates of origin[] */
   bool slices;         /* has a slice pitch */
   unsigned level_axis; /* where the mip level stands; 0: has none */
};

enum {
   TYPE_1D,
   TYPE_1D_BUFFER,
   TYPE_1D_ARRAY,
   TYPE_2D,
   TYPE_2D_ARRAY,
   TYPE_3D,
   TYPE_COUNT,
};

extern const struct image_type image_types[TYPE_COUNT];

extern const cl_image_format rgba8;
extern const cl_image_format r8;
extern const cl_image_format rgba32f;

/*
 * An image of a type.  w, h, d count pixels, or layers in the type's last
 * axis.  A 1D image buffer brings its buffer along: it is given back with
 * the image.
 */
cl_mem new_image(unsigned type, const cl_image_format *format,
                 cl_mem_flags flags, size_t w, size_t h, size_t d,
                 cl_uint levels);
cl_image_desc image_desc(unsigned type, size_t w, size_t h, size_t d);

/* Extents that suit the type: axes it lacks are 1. */
void type_extent(unsigned type, size_t extent[3]);

/* 1 where a type has no such axis. */
void clip_to_axes(unsigned type, size_t region[3]);

#endif
