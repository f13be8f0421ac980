/* SPDX-License-Identifier: MIT */

/*
 * Info queries are tables.  One function serves every clGet*Info: it finds
 * the row, checks the size and writes nothing on an error (unified API
 * specification, e.g. 4.2 "Querying Devices": CL_INVALID_VALUE if the
 * parameter is not known, or if param_value_size is less than the size of
 * the return type and param_value is not NULL).
 */

#ifndef TRF_INFO_H
#define TRF_INFO_H

#include <stddef.h>

#include <CL/cl.h>

/* What a getter hands back: `size` bytes at `data`. */
struct trf_info_out {
   const void *data;
   size_t size;
   union {
      cl_uint u32;
      cl_int i32;
      cl_ulong u64;
      size_t size;
      const void *pointer;
      cl_name_version version;
   } scratch;
   void *allocated; /* freed by the query, for what must be built */
};

typedef cl_int (*trf_info_getter)(const void *object,
                                  struct trf_info_out *out);

enum trf_info_kind {
   TRF_INFO_KIND_FIELD,  /* `size` bytes at `offset` in the object */
   TRF_INFO_KIND_STRING, /* a const char * at `offset` */
   TRF_INFO_KIND_GETTER,
   TRF_INFO_KIND_CONSTANT, /* `size` bytes at `constant`, for any object */
};

struct trf_info_row {
   cl_uint param;
   enum trf_info_kind kind;
   size_t offset;
   size_t size;
   trf_info_getter get;
   const void *constant;
};

struct trf_info_table {
   const char *name;
   const struct trf_info_row *rows;
   unsigned count;
};

#define TRF_INFO_FIELD(param, type, field)                                    \
   {                                                                          \
      (param), TRF_INFO_KIND_FIELD, offsetof(type, field),                    \
         sizeof(((type *)0)->field), NULL                                     \
   }
#define TRF_INFO_STRING(param, type, field)                                   \
   {                                                                          \
      (param), TRF_INFO_KIND_STRING, offsetof(type, field), 0, NULL           \
   }
#define TRF_INFO_GET(param, getter)                                           \
   {                                                                          \
      (param), TRF_INFO_KIND_GETTER, 0, 0, (getter)                           \
   }
#define TRF_INFO_CONSTANT(param, type, ...)                                   \
   {                                                                          \
      (param), TRF_INFO_KIND_CONSTANT, 0, sizeof(type), NULL,                 \
         &(const type){__VA_ARGS__}                                           \
   }
#define TRF_INFO_TABLE(rows)                                                  \
   {                                                                          \
      #rows, (rows), sizeof(rows) / sizeof((rows)[0])                         \
   }

/*
 * Answers one query.  CL_INVALID_VALUE for an unknown parameter or a buffer
 * too small; a getter's own error otherwise.
 */
cl_int trf_info_query(const struct trf_info_table *table, const void *object,
                      cl_uint param, size_t value_size, void *value,
                      size_t *size_ret);

/* For getters: one value by copy, or bytes that outlive the query. */
cl_int trf_info_u32(struct trf_info_out *out, cl_uint value);
cl_int trf_info_u64(struct trf_info_out *out, cl_ulong value);
cl_int trf_info_size(struct trf_info_out *out, size_t value);
cl_int trf_info_pointer(struct trf_info_out *out, const void *value);
cl_int trf_info_bytes(struct trf_info_out *out, const void *data,
                      size_t size);
cl_int trf_info_string(struct trf_info_out *out, const char *string);

/* A buffer of the query's own that the getter fills; NULL without memory. */
void *trf_info_alloc(struct trf_info_out *out, size_t size);

#endif
