/* SPDX-License-Identifier: MIT */

#include "util/trf_info.h"

#include <stdlib.h>
#include <string.h>

#include "util/trf_log.h"
#include "util/u_atomic.h"

static const struct trf_info_row *
find_row(const struct trf_info_table *table, cl_uint param)
{
   for (unsigned i = 0; i < table->count; i++) {
      if (table->rows[i].param == param)
         return &table->rows[i];
   }
   return NULL;
}

static cl_int
get_value(const struct trf_info_row *row, const void *object,
          struct trf_info_out *out)
{
   const char *field = (const char *)object + row->offset;

   switch (row->kind) {
   case TRF_INFO_KIND_FIELD:
      /* Reference counts change on other threads while they are asked. */
      if (row->size == sizeof(cl_uint))
         return trf_info_u32(out, p_atomic_read((const cl_uint *)field));
      return trf_info_bytes(out, field, row->size);
   case TRF_INFO_KIND_STRING:
      return trf_info_string(out, *(const char *const *)field);
   case TRF_INFO_KIND_CONSTANT:
      return trf_info_bytes(out, row->constant, row->size);
   case TRF_INFO_KIND_GETTER:
      break;
   }
   return row->get(object, out);
}

cl_int
trf_info_query(const struct trf_info_table *table, const void *object,
               cl_uint param, size_t value_size, void *value,
               size_t *size_ret)
{
   const struct trf_info_row *row = find_row(table, param);
   if (!row)
      return trf_error(CL_INVALID_VALUE, "%s has no parameter 0x%x",
                       table->name, param);

   struct trf_info_out out = {0};
   cl_int code = get_value(row, object, &out);

   if (!code && value && value_size < out.size)
      code = trf_error(CL_INVALID_VALUE,
                       "%s, parameter 0x%x: %zu bytes given, %zu needed",
                       table->name, param, value_size, out.size);
   if (!code) {
      if (value && out.size)
         memcpy(value, out.data, out.size);
      if (size_ret)
         *size_ret = out.size;
   }

   free(out.allocated);
   return code;
}

cl_int
trf_info_u32(struct trf_info_out *out, cl_uint value)
{
   out->scratch.u32 = value;
   return trf_info_bytes(out, &out->scratch.u32, sizeof(value));
}

cl_int
trf_info_u64(struct trf_info_out *out, cl_ulong value)
{
   out->scratch.u64 = value;
   return trf_info_bytes(out, &out->scratch.u64, sizeof(value));
}

cl_int
trf_info_size(struct trf_info_out *out, size_t value)
{
   out->scratch.size = value;
   return trf_info_bytes(out, &out->scratch.size, sizeof(value));
}

cl_int
trf_info_pointer(struct trf_info_out *out, const void *value)
{
   out->scratch.pointer = value;
   return trf_info_bytes(out, &out->scratch.pointer, sizeof(value));
}

cl_int
trf_info_bytes(struct trf_info_out *out, const void *data, size_t size)
{
   out->data = data;
   out->size = size;
   return CL_SUCCESS;
}

cl_int
trf_info_string(struct trf_info_out *out, const char *string)
{
   if (!string)
      string = "";
   return trf_info_bytes(out, string, strlen(string) + 1);
}

void *
trf_info_alloc(struct trf_info_out *out, size_t size)
{
   /* One row may ask twice; an empty array is no failure. */
   free(out->allocated);
   out->allocated = malloc(size ? size : 1);
   out->data = out->allocated;
   out->size = size;
   return out->allocated;
}
