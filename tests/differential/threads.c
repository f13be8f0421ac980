/* SPDX-License-Identifier: MIT */

/*
 * Several threads on one object and on many, through the ICD loader: own
 * queues and shared ones, user events that others set, callbacks.  Each
 * thread knows what its part of the memory must hold; the sanitizers watch
 * the rest.
 */

#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CL/cl.h>

#include "rng.h"

#define MAX_THREADS 16
#define WIDTH 37
#define HEIGHT 11
#define LAYER (WIDTH * HEIGHT * 4)

static struct {
   unsigned threads, rounds;
   uint64_t seed;
} settings = {4, 150, 1};

static cl_device_id device;
static cl_context context;
static bool out_of_order_possible;

struct scene;

struct worker {
   const struct scene *scene;
   unsigned index;
   unsigned round;
   cl_command_queue queue;
   struct rng rng;
   uint8_t expected[LAYER]; /* of its layer of the shared image */
   uint8_t scratch[LAYER];
   pthread_t thread;
};

/* A scene is run by all threads at once, on what it has set up. */
struct scene {
   const char *name;
   bool shared_queue, out_of_order;
   void (*set_up)(void);
   void (*round)(struct worker *worker);
   void (*finish)(struct worker *workers);
};

__attribute__((noreturn)) static void
broken(const struct worker *worker, const char *what, long value)
{
   fflush(stdout);
   fprintf(stderr, "FAILED: %s, thread %u, round %u: %s (%ld)\n",
           worker->scene->name, worker->index, worker->round, what, value);
   fflush(stderr);
   _exit(1);
}

static void
ok(const struct worker *worker, const char *what, cl_int code)
{
   if (code != CL_SUCCESS)
      broken(worker, what, code);
}

static cl_mem
create_image(const struct worker *worker, cl_mem_flags flags, size_t layers,
             void *host)
{
   const cl_image_format format = {CL_RGBA, CL_UNSIGNED_INT8};
   const cl_image_desc desc = {.image_type = CL_MEM_OBJECT_IMAGE2D_ARRAY,
                               .image_width = WIDTH,
                               .image_height = HEIGHT,
                               .image_array_size = layers};
   cl_int code;
   cl_mem image = clCreateImage(context, flags, &format, &desc, host, &code);

   ok(worker, "clCreateImage", code);
   return image;
}

/* Part of a layer. */
struct part {
   size_t origin[3], region[3];
};

static struct part
random_part(struct worker *worker, size_t layer)
{
   struct part part;
   struct rng *rng = &worker->rng;

   part.origin[0] = rng_below(rng, WIDTH);
   part.origin[1] = rng_below(rng, HEIGHT);
   part.origin[2] = layer;
   part.region[0] = rng_between(rng, 1, WIDTH - part.origin[0]);
   part.region[1] = rng_between(rng, 1, HEIGHT - part.origin[1]);
   part.region[2] = 1;
   return part;
}

static uint8_t *
expected_row(struct worker *worker, const struct part *part, size_t y)
{
   return worker->expected +
          ((part->origin[1] + y) * WIDTH + part->origin[0]) * 4;
}

static void
check_part(struct worker *worker, const struct part *part,
           const uint8_t *pixels, size_t pitch, const char *what)
{
   for (size_t y = 0; y < part->region[1]; y++) {
      if (memcmp(expected_row(worker, part, y), pixels + y * pitch,
                 part->region[0] * 4))
         broken(worker, what, (long)y);
   }
}

static atomic_int callbacks_due, callbacks_seen;

static void CL_CALLBACK
count_callback(cl_event event, cl_int status, void *data)
{
   (void)event;
   (void)data;
   atomic_fetch_add(&callbacks_seen, status == CL_COMPLETE ? 1 : 1000);
}

static void
add_callback(struct worker *worker, cl_event event)
{
   atomic_fetch_add(&callbacks_due, 1);
   ok(worker, "clSetEventCallback",
      clSetEventCallback(event, CL_COMPLETE, count_callback, NULL));
}

/* User events that threads leave for one another to set. */
static struct {
   pthread_mutex_t lock;
   pthread_cond_t changed;
   cl_event events[MAX_THREADS * 2];
   unsigned count;
   bool closed;
} box = {.lock = PTHREAD_MUTEX_INITIALIZER,
         .changed = PTHREAD_COND_INITIALIZER};

static void
post_event(const struct worker *worker, cl_event event)
{
   ok(worker, "clRetainEvent", clRetainEvent(event));
   pthread_mutex_lock(&box.lock);
   box.events[box.count++] = event;
   pthread_cond_signal(&box.changed);
   pthread_mutex_unlock(&box.lock);
}

static void *
set_posted_events(void *data)
{
   (void)data;
   pthread_mutex_lock(&box.lock);
   while (!box.closed || box.count) {
      if (!box.count) {
         pthread_cond_wait(&box.changed, &box.lock);
         continue;
      }
      cl_event event = box.events[--box.count];
      pthread_mutex_unlock(&box.lock);
      clSetUserEventStatus(event, CL_COMPLETE);
      clReleaseEvent(event);
      pthread_mutex_lock(&box.lock);
   }
   pthread_mutex_unlock(&box.lock);
   return NULL;
}

/* Scene: all threads on one image, each in its own layer. */

static cl_mem shared_image;

static void
map_and_write(struct worker *worker, const struct part *part, bool wait_user)
{
   cl_event user = NULL, mapped = NULL, unmapped = NULL;
   bool invalidate = rng_chance(&worker->rng, 50);
   size_t pitch = 0, slice = 0;
   cl_int code;

   if (wait_user) {
      user = clCreateUserEvent(context, &code);
      ok(worker, "clCreateUserEvent", code);
   }
   uint8_t *pixels = clEnqueueMapImage(
      worker->queue, shared_image, CL_FALSE,
      invalidate ? CL_MAP_WRITE_INVALIDATE_REGION : CL_MAP_WRITE,
      part->origin, part->region, &pitch, &slice, user ? 1 : 0,
      user ? &user : NULL, &mapped, &code);
   ok(worker, "a map for writing", code);
   if (user) {
      post_event(worker, user);
      clReleaseEvent(user);
   }
   ok(worker, "the wait for a map", clWaitForEvents(1, &mapped));
   if (!invalidate)
      check_part(worker, part, pixels, pitch, "wrong data in a write map");

   for (size_t y = 0; y < part->region[1]; y++) {
      uint8_t *row = expected_row(worker, part, y);
      rng_fill(&worker->rng, row, part->region[0] * 4);
      memcpy(pixels + y * pitch, row, part->region[0] * 4);
   }
   ok(worker, "the unmap",
      clEnqueueUnmapMemObject(worker->queue, shared_image, pixels, 0, NULL,
                              &unmapped));
   add_callback(worker, unmapped);
   ok(worker, "the wait for an unmap", clWaitForEvents(1, &unmapped));
   clReleaseEvent(mapped);
   clReleaseEvent(unmapped);
}

static void
map_and_check(struct worker *worker, const struct part *part)
{
   size_t pitch = 0, slice = 0;
   cl_event unmapped;
   cl_int code;
   uint8_t *pixels = clEnqueueMapImage(
      worker->queue, shared_image, CL_TRUE, CL_MAP_READ, part->origin,
      part->region, &pitch, &slice, 0, NULL, NULL, &code);

   ok(worker, "a map for reading", code);
   check_part(worker, part, pixels, pitch, "wrong data in a read map");
   ok(worker, "the unmap",
      clEnqueueUnmapMemObject(worker->queue, shared_image, pixels, 0, NULL,
                              &unmapped));
   ok(worker, "the wait for an unmap", clWaitForEvents(1, &unmapped));
   clReleaseEvent(unmapped);
}

static void
read_or_write(struct worker *worker, const struct part *part, bool write)
{
   size_t pitch = part->region[0] * 4;

   if (!write) {
      ok(worker, "clEnqueueReadImage",
         clEnqueueReadImage(worker->queue, shared_image, CL_TRUE,
                            part->origin, part->region, 0, 0, worker->scratch,
                            0, NULL, NULL));
      check_part(worker, part, worker->scratch, pitch, "wrong data read");
      return;
   }
   for (size_t y = 0; y < part->region[1]; y++) {
      uint8_t *row = expected_row(worker, part, y);
      rng_fill(&worker->rng, row, pitch);
      memcpy(worker->scratch + y * pitch, row, pitch);
   }
   ok(worker, "clEnqueueWriteImage",
      clEnqueueWriteImage(worker->queue, shared_image, CL_TRUE, part->origin,
                          part->region, 0, 0, worker->scratch, 0, NULL,
                          NULL));
}

static void
image_set_up(void)
{
   static const struct scene scene = {.name = "set-up"};
   static const struct worker worker = {.scene = &scene};
   static uint8_t zeros[MAX_THREADS * LAYER];

   shared_image =
      create_image(&worker, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                   settings.threads, zeros);
}

static void
image_round(struct worker *worker)
{
   struct part part = random_part(worker, worker->index);
   cl_uint maps;

   switch (rng_below(&worker->rng, 6)) {
   case 0:
      map_and_write(worker, &part, true);
      break;
   case 1:
      map_and_write(worker, &part, false);
      break;
   case 2:
      map_and_check(worker, &part);
      break;
   case 3:
      read_or_write(worker, &part, true);
      break;
   case 4:
      read_or_write(worker, &part, false);
      break;
   default:
      ok(worker, "clRetainMemObject", clRetainMemObject(shared_image));
      ok(worker, "clGetMemObjectInfo",
         clGetMemObjectInfo(shared_image, CL_MEM_MAP_COUNT, sizeof(maps),
                            &maps, NULL));
      if (maps > settings.threads)
         broken(worker, "too many maps", maps);
      ok(worker, "clReleaseMemObject", clReleaseMemObject(shared_image));
      break;
   }
}

static void
image_finish(struct worker *workers)
{
   cl_uint maps = 1;

   for (unsigned i = 0; i < settings.threads; i++) {
      struct part all = {{0, 0, i}, {WIDTH, HEIGHT, 1}};
      read_or_write(&workers[i], &all, false);
      map_and_check(&workers[i], &all);
   }
   ok(workers, "clGetMemObjectInfo",
      clGetMemObjectInfo(shared_image, CL_MEM_MAP_COUNT, sizeof(maps), &maps,
                         NULL));
   if (maps)
      broken(workers, "maps are left", maps);
   ok(workers, "clReleaseMemObject", clReleaseMemObject(shared_image));
}

/* Scene: each thread makes, uses and drops objects of its own. */

static atomic_int born, died;

static void CL_CALLBACK
count_death(cl_mem mem, void *data)
{
   (void)mem;
   atomic_fetch_add(&died, 1);
   free(data);
}

static void
objects_round(struct worker *worker)
{
   bool own_memory = rng_chance(&worker->rng, 50);
   bool keep_map = rng_chance(&worker->rng, 20);
   const size_t origin[3] = {0, 0, 0}, region[3] = {WIDTH, HEIGHT, 1};
   uint8_t *memory = own_memory ? malloc(LAYER) : NULL;
   size_t pitch = 0, slice = 0;
   cl_int code;
   cl_mem image = create_image(
      worker, CL_MEM_READ_WRITE | (own_memory ? CL_MEM_USE_HOST_PTR : 0), 1,
      memory);

   atomic_fetch_add(&born, 1);
   ok(worker, "clSetMemObjectDestructorCallback",
      clSetMemObjectDestructorCallback(image, count_death, memory));
   uint8_t *pixels = clEnqueueMapImage(
      worker->queue, image, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION, origin,
      region, &pitch, &slice, 0, NULL, NULL, &code);
   ok(worker, "clEnqueueMapImage", code);
   if (own_memory && pixels != memory)
      broken(worker, "the map is not in host_ptr", 0);
   struct part all = {{0, 0, 0}, {WIDTH, HEIGHT, 1}};
   rng_fill(&worker->rng, worker->expected, LAYER);
   for (size_t y = 0; y < HEIGHT; y++)
      memcpy(pixels + y * pitch, expected_row(worker, &all, y), WIDTH * 4);
   if (!keep_map) {
      cl_event unmapped;
      ok(worker, "the unmap",
         clEnqueueUnmapMemObject(worker->queue, image, pixels, 0, NULL,
                                 &unmapped));
      ok(worker, "clEnqueueReadImage",
         clEnqueueReadImage(worker->queue, image, CL_TRUE, origin, region, 0,
                            0, worker->scratch, 1, &unmapped, NULL));
      clReleaseEvent(unmapped);
      check_part(worker, &all, worker->scratch, WIDTH * 4, "wrong data read");
   }
   ok(worker, "clReleaseMemObject", clReleaseMemObject(image));
}

static void
objects_finish(struct worker *workers)
{
   for (unsigned i = 0; i < 5000 && atomic_load(&died) < atomic_load(&born);
        i++)
      usleep(1000);
   if (atomic_load(&died) != atomic_load(&born))
      broken(workers, "objects leak or die twice",
             atomic_load(&born) - atomic_load(&died));
}

/* Scene: all threads want to map the same bytes for writing. */

static cl_mem counter;
static atomic_int counted;

static void
counter_set_up(void)
{
   cl_uint zero = 0;
   cl_int code;

   atomic_store(&counted, 0);
   counter = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                            sizeof(zero), &zero, &code);
}

static void
counter_round(struct worker *worker)
{
   cl_int code = 1;
   cl_uint *value = clEnqueueMapBuffer(worker->queue, counter, CL_TRUE,
                                       CL_MAP_READ | CL_MAP_WRITE, 0,
                                       sizeof(*value), 0, NULL, NULL, &code);

   if (code == CL_INVALID_OPERATION) {
      if (value)
         broken(worker, "a failed map returned a pointer", 0);
      return;
   }
   ok(worker, "clEnqueueMapBuffer", code);
   (*value)++;
   atomic_fetch_add(&counted, 1);
   ok(worker, "the unmap",
      clEnqueueUnmapMemObject(worker->queue, counter, value, 0, NULL, NULL));
}

static void
counter_finish(struct worker *workers)
{
   cl_uint value = 0;

   ok(workers, "clEnqueueReadBuffer",
      clEnqueueReadBuffer(workers[0].queue, counter, CL_TRUE, 0,
                          sizeof(value), &value, 0, NULL, NULL));
   if (value != (cl_uint)atomic_load(&counted))
      broken(workers, "two maps for writing at one time",
             (long)value - atomic_load(&counted));
   if (!value)
      broken(workers, "nobody could map", 0);
   ok(workers, "clReleaseMemObject", clReleaseMemObject(counter));
}

/* Scene: chains over other threads' events, in queues of their own. */

static struct {
   pthread_mutex_t lock;
   cl_event last; /* of whoever came last */
} chain = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
chain_set_up(void)
{
   counter_set_up();
   chain.last = NULL;
}

/* One step: the buffer's value goes from n to n + 1, in the chain's order. */
static void
chain_round(struct worker *worker)
{
   cl_event mapped, unmapped, user;
   cl_uint *value;
   cl_int code;

   pthread_mutex_lock(&chain.lock);
   user = clCreateUserEvent(context, &code);
   ok(worker, "clCreateUserEvent", code);
   cl_event waits[2] = {user, chain.last};
   value = clEnqueueMapBuffer(worker->queue, counter, CL_FALSE,
                              CL_MAP_READ | CL_MAP_WRITE, 0, sizeof(*value),
                              chain.last ? 2 : 1, waits, &mapped, &code);
   ok(worker, "clEnqueueMapBuffer", code);
   ok(worker, "clFlush", clFlush(worker->queue));
   post_event(worker, user);
   ok(worker, "clWaitForEvents", clWaitForEvents(1, &mapped));
   if (*value != (cl_uint)atomic_load(&counted))
      broken(worker, "a link of the chain is missing", (long)*value);
   (*value)++;
   atomic_fetch_add(&counted, 1);
   ok(worker, "the unmap",
      clEnqueueUnmapMemObject(worker->queue, counter, value, 0, NULL,
                              &unmapped));
   ok(worker, "clFlush", clFlush(worker->queue));
   if (chain.last)
      clReleaseEvent(chain.last);
   chain.last = unmapped;
   pthread_mutex_unlock(&chain.lock);
   clReleaseEvent(user);
   clReleaseEvent(mapped);
}

static void
chain_finish(struct worker *workers)
{
   ok(workers, "clWaitForEvents", clWaitForEvents(1, &chain.last));
   clReleaseEvent(chain.last);
   counter_finish(workers);
}

static const struct scene scenes[] = {
   {"one image, own queues", false, false, image_set_up, image_round,
    image_finish},
   {"one image, one queue", true, false, image_set_up, image_round,
    image_finish},
   {"one image, one unordered queue", true, true, image_set_up, image_round,
    image_finish},
   {"many objects, own queues", false, false, NULL, objects_round,
    objects_finish},
   {"many objects, one queue", true, false, NULL, objects_round,
    objects_finish},
   {"the same bytes, one queue", true, false, counter_set_up, counter_round,
    counter_finish},
   {"a chain of events, own queues", false, false, chain_set_up, chain_round,
    chain_finish},
   {"a chain of events, own unordered queues", false, true, chain_set_up,
    chain_round, chain_finish},
};

static void *
work(void *data)
{
   struct worker *worker = data;

   for (worker->round = 0; worker->round < settings.rounds; worker->round++)
      worker->scene->round(worker);
   return NULL;
}

static cl_command_queue
create_queue(const struct worker *worker, bool out_of_order)
{
   const cl_queue_properties properties[] = {
      CL_QUEUE_PROPERTIES,
      out_of_order ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0, 0};
   cl_int code;
   cl_command_queue queue =
      clCreateCommandQueueWithProperties(context, device, properties, &code);

   ok(worker, "clCreateCommandQueueWithProperties", code);
   return queue;
}

static void
await_callbacks(const struct worker *worker)
{
   for (unsigned i = 0; i < 5000; i++) {
      if (atomic_load(&callbacks_seen) >= atomic_load(&callbacks_due))
         break;
      usleep(1000);
   }
   if (atomic_load(&callbacks_seen) != atomic_load(&callbacks_due))
      broken(worker, "callbacks are missing or too many",
             atomic_load(&callbacks_seen) - atomic_load(&callbacks_due));
}

static void
run_scene(const struct scene *scene, unsigned number)
{
   static struct worker workers[MAX_THREADS];
   cl_command_queue shared = NULL;

   memset(workers, 0, sizeof(workers));
   for (unsigned i = 0; i < settings.threads; i++) {
      struct worker *worker = &workers[i];

      worker->scene = scene;
      worker->index = i;
      worker->rng.state = rng_derive(settings.seed, number * 100 + i);
      if (scene->shared_queue && !shared)
         shared = create_queue(worker, scene->out_of_order);
      worker->queue = scene->shared_queue
                         ? shared
                         : create_queue(worker, scene->out_of_order);
   }
   if (scene->set_up)
      scene->set_up();
   for (unsigned i = 0; i < settings.threads; i++) {
      if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
         broken(&workers[i], "pthread_create", 0);
   }
   for (unsigned i = 0; i < settings.threads; i++)
      pthread_join(workers[i].thread, NULL);
   scene->finish(workers);
   await_callbacks(workers);
   for (unsigned i = 0; i < settings.threads; i++) {
      if (!scene->shared_queue || i == 0)
         ok(workers, "clReleaseCommandQueue",
            clReleaseCommandQueue(workers[i].queue));
   }
   printf("passed: %s\n", scene->name);
   fflush(stdout);
}

static bool
open_device(void)
{
   cl_command_queue_properties properties = 0;
   cl_platform_id platform;
   cl_int code;

   if (clGetPlatformIDs(1, &platform, NULL) != CL_SUCCESS ||
       clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL) !=
          CL_SUCCESS)
      return false;
   context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
   clGetDeviceInfo(device, CL_DEVICE_QUEUE_ON_HOST_PROPERTIES,
                   sizeof(properties), &properties, NULL);
   out_of_order_possible =
      properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;
   return code == CL_SUCCESS;
}

static void
parse(int argc, char **argv)
{
   static const struct option long_options[] = {
      {"threads", required_argument, NULL, 't'},
      {"rounds", required_argument, NULL, 'r'},
      {"seed", required_argument, NULL, 's'},
      {NULL, 0, NULL, 0},
   };
   int option;

   while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
      unsigned long value = optarg ? strtoul(optarg, NULL, 0) : 0;

      if (option == 't' && value >= 1 && value <= MAX_THREADS) {
         settings.threads = (unsigned)value;
      } else if (option == 'r' && value >= 1) {
         settings.rounds = (unsigned)value;
      } else if (option == 's') {
         settings.seed = value;
      } else {
         fprintf(stderr,
                 "threads [--threads 1..%d] [--rounds N] [--seed S]\n",
                 MAX_THREADS);
         exit(2);
      }
   }
}

int
main(int argc, char **argv)
{
   pthread_t setter;

   parse(argc, argv);
   if (!open_device()) {
      fprintf(stderr, "no OpenCL device\n");
      return 2;
   }
   alarm(300);
   if (pthread_create(&setter, NULL, set_posted_events, NULL))
      return 2;
   for (unsigned i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
      if (scenes[i].out_of_order && !out_of_order_possible)
         printf("skipped: %s\n", scenes[i].name);
      else
         run_scene(&scenes[i], i);
   }

   pthread_mutex_lock(&box.lock);
   box.closed = true;
   pthread_cond_signal(&box.changed);
   pthread_mutex_unlock(&box.lock);
   pthread_join(setter, NULL);
   clReleaseContext(context);
   return 0;
}
