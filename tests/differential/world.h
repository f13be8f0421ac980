/* SPDX-License-Identifier: MIT */

/*
 * A world: one context with its queues, and the objects, maps, user events
 * and commands in flight that live in it, next to what they should hold.
 *
 * The model is changed when a command is enqueued, in the order of the
 * enqueues.  To make that the truth, a command waits for every earlier one
 * that touches the same bytes (see command.h); commands that do not are left
 * to run in any order.
 */

#ifndef DIFFERENTIAL_WORLD_H
#define DIFFERENTIAL_WORLD_H

#include <stdatomic.h>
#include <stdio.h>

#include <CL/cl.h>

#include "model.h"
#include "rng.h"

#define MAX_DEVICES 4
#define MAX_QUEUES 3
#define MAX_OBJECTS 12
#define MAX_MAPPINGS 20
#define MAX_USERS 16
#define MAX_LEVELS 16
#define MAX_FORMATS 256
#define TYPE_COUNT 6
#define ACCESS_COUNT 3

struct options {
   bool verbose;
   bool require_all; /* what an implementation may refuse is a failure */
   const char *platform;
   const char *without; /* operations not to generate, comma-separated */
};

extern struct options options;

struct format_list {
   cl_image_format formats[MAX_FORMATS];
   cl_uint count;
};

struct device {
   cl_device_id id;
   size_t max_2d_width, max_2d_height, max_3d, max_layers, max_buffer_image;
   size_t base_align;     /* bytes */
   cl_uint pitch_align;   /* pixels; 0: no 2D images from buffers */
   cl_uint address_align; /* pixels */
   bool out_of_order;
   struct format_list formats[ACCESS_COUNT][TYPE_COUNT];
};

extern struct device devices[MAX_DEVICES];
extern unsigned device_count;
extern cl_platform_id platform;

void devices_init(void);

/* Image types in the order of all tables here. */
extern const cl_mem_object_type image_types[TYPE_COUNT];
unsigned image_type_index(cl_mem_object_type type);
const char *image_type_name(cl_mem_object_type type);

struct object {
   bool live;
   unsigned serial;
   cl_mem mem;
   cl_mem_object_type type;
   cl_mem_flags flags; /* with what was inherited */
   cl_image_format format;
   bool levels_given; /* num_mip_levels is not 0 */
   bool mipmapped;    /* the level is part of origin[] */
   unsigned levels;
   struct layout level[MAX_LEVELS];
   struct storage *storage;
   bool sub;            /* sub-buffer, or image from another object */
   cl_mem parent;       /* the object that it was made from */
   uint8_t *host_ptr;   /* what maps must derive from; NULL if anything */
   struct layout host;  /* how pixels lie there */
   size_t device_align; /* bytes: of a sub-buffer's origin */
   struct corpse *corpse;
};

/* What outlives an object: noted by its destructor callback. */
struct corpse {
   atomic_int destroyed;
   bool released;
   uint8_t *host_memory; /* of CL_MEM_USE_HOST_PTR: ours till then */
   unsigned serial;
   struct corpse *next;
};

/* Bytes that a command touches. */
struct span {
   struct storage *storage;
   cl_mem handle;
   struct layout layout;
   struct box box;
   bool write;
};

struct mapping {
   bool live;
   struct object *object;
   unsigned serial;
   unsigned level;
   struct span span; /* write: mapped for writing */
   cl_map_flags flags;
   uint8_t *pointer;
   struct layout host;      /* how pixels lie from the pointer on */
   struct command *command; /* NULL once it is known to be complete */
   bool stale;              /* a read map that a later write map overlaps */
   bool frozen; /* shares its pointer with one that was unmapped */
};

struct user {
   cl_event event;
   bool live; /* not yet set */
};

struct queue {
   cl_command_queue handle;
   bool out_of_order;
   unsigned device;
   uint32_t users; /* unset user events that all later commands wait for */
   struct command *barrier; /* the latest, which all later ones wait for */
   bool flushed;
};

struct world {
   uint64_t seed;
   cl_context context;
   struct device limits; /* what all its devices can do */
   unsigned devices[MAX_DEVICES], device_count;
   struct queue queues[MAX_QUEUES];
   unsigned queue_count;
   cl_command_queue scratch; /* for what must not meddle with the rest */
   cl_image_format palette[3];
   unsigned palette_count;

   struct object objects[MAX_OBJECTS];
   struct mapping mappings[MAX_MAPPINGS];
   struct user users[MAX_USERS];
   struct command *commands, **commands_end;
   unsigned command_count;
   struct corpse *corpses;

   unsigned op, serial, map_serial;
   const char *op_name;
   char what[640]; /* the operation under way */
   atomic_int callbacks_wanted, callbacks_seen;
};

void world_create(struct world *world, uint64_t seed);
/* Checks all contents, takes it down in a random order, checks for leaks. */
void world_destroy(struct world *world, struct rng *rng);

/* Says what is about to be done: for --verbose and for failures. */
__attribute__((format(printf, 2, 3))) void describe(struct world *world,
                                                    const char *format, ...);

/* Reports a mismatch and ends the process. */
__attribute__((format(printf, 2, 3), noreturn)) void
fail(const struct world *world, const char *format, ...);

/* `got` must be this code. */
void expect_code(const struct world *world, const char *call, cl_int got,
                 cl_int wanted);
#define expect_success(world, call, got)                                      \
   expect_code(world, call, got, CL_SUCCESS)

const char *error_name(cl_int code);

/* A random live object that the function accepts; NULL if there is none. */
typedef bool object_filter(const struct object *object);
struct object *world_pick(struct world *world, struct rng *rng,
                          object_filter *filter);
bool object_is_buffer(const struct object *object);
bool object_is_image(const struct object *object);
bool object_can_read(const struct object *object);
bool object_can_write(const struct object *object);

/* "#4 2D RGBA UNORM_INT8 5x3x1, 3 levels" */
const char *object_text(const struct object *object, char *text, size_t size);
const char *box_text(const struct box *box, char *text, size_t size);

struct object *world_free_object(struct world *world);
void world_release_object(struct world *world, struct object *object);

/* Enters an object with its destructor callback. */
void world_adopt(struct world *world, struct object *object,
                 uint8_t *host_memory);

/* Whether an active map forbids a command that touches these bytes. */
bool world_locked(const struct world *world, const struct span *span);

struct span object_span(const struct object *object, unsigned level,
                        const struct box *box, bool write);

struct box random_box(struct rng *rng, const struct layout *layout);

/* A box of that level that no map forbids: false if none was found. */
bool random_free_box(struct world *world, struct rng *rng,
                     const struct object *object, unsigned level, bool write,
                     struct box *box);

/* origin[] with the level where it belongs, region[]. */
void fill_origin(const struct object *object, unsigned level,
                 const struct box *box, size_t origin[4], size_t region[3]);

#endif
