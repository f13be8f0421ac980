/* SPDX-License-Identifier: MIT */

/*
 * Functions of work-groups and sub-groups against what the host makes of
 * the same values.  One kernel holds many calls for one type; each work-item
 * says where it is and what each call returned.
 */

#ifndef TESTS_API_SUB_GROUPS_H
#define TESTS_API_SUB_GROUPS_H

#include "kernels.h"

enum value_kind {
   KIND_SIGNED,
   KIND_UNSIGNED,
   KIND_REAL,
};

struct value_type {
   const char *name;
   unsigned size;
   enum value_kind kind;
};

/* One of a type: integers as 64 bits, reals as doubles. */
union value {
   int64_t i;
   double d;
};

enum op {
   OP_ADD,
   OP_MUL,
   OP_MIN,
   OP_MAX,
   OP_AND,
   OP_OR,
   OP_XOR,
};

enum shape {
   SHAPE_REDUCE, /* param: lanes of a cluster, or 0 */
   SHAPE_INCLUSIVE,
   SHAPE_EXCLUSIVE,
   SHAPE_LAST,        /* the value of the last lane */
   SHAPE_FROM,        /* the value of lane `param` */
   SHAPE_XOR,         /* of lane ^ param */
   SHAPE_UP,          /* of lane - param */
   SHAPE_DOWN,        /* of lane + param */
   SHAPE_ROTATE,      /* of the lane `param` on, around */
   SHAPE_ROTATE_FOUR, /* likewise, in clusters of four */
};

/* An expression over x, the work-item's value, and what it should be. */
struct call {
   const char *text;
   enum shape shape;
   enum op op;
   unsigned param;
};

/* Where a work-item says it is. */
struct item {
   cl_uint group;           /* linear */
   cl_uint sub_group;       /* in its work-group */
   cl_uint lane;            /* in its sub-group */
   cl_uint size, max;       /* of sub-groups */
   cl_uint count, enqueued; /* sub-groups of a work-group */
   cl_uint local;           /* linear, in its work-group */
   cl_uint active;          /* whether it made the calls */
   cl_uint unused[3];
};

struct run {
   const struct value_type *type;
   const struct call *calls;
   unsigned call_count;
   bool by_work_group;  /* lanes are local ids: else of sub-groups */
   const char *active;  /* a condition; NULL: all */
   const char *options; /* more of them; NULL: none */
};

/* Whether the device has a type. */
bool has_type(const struct value_type *type);

/* Builds the kernel of a run. */
cl_kernel build_run(const struct run *run);

/* Runs it and checks all that came out. */
void check_run(const struct run *run, cl_kernel kernel,
               const size_t global[3], const size_t local[3]);

/* Runs it over sizes that fill sub-groups, and do not. */
void check_run_everywhere(const struct run *run);

/* Checks functions of these names, which take and return an int. */
void check_votes(const char *all, const char *any, bool by_work_group);

/* Runs a kernel that fills items alone. */
void read_items(cl_kernel kernel, const size_t global[3],
                const size_t local[3], struct item *items);

extern const char *const item_source;

#endif
