/* SPDX-License-Identifier: MIT */

/* What must hold for each row of an info table, whatever the row is. */

#ifndef TRF_INFO_WALK_H
#define TRF_INFO_WALK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/trf_info.h"

#define INFO_GUARD 16
#define INFO_FILL  0xa5

static inline void
assert_filled(const unsigned char *bytes, size_t count)
{
   for (size_t i = 0; i < count; i++)
      assert_int_equal(bytes[i], INFO_FILL);
}

/* Asks with room for `room` bytes; gives the code, and checks the guard. */
static inline cl_int
query_into(const struct trf_info_table *table, const void *object,
           cl_uint param, size_t room, unsigned char *bytes, size_t *size_ret)
{
   memset(bytes, INFO_FILL, room + INFO_GUARD);
   const cl_int code =
      trf_info_query(table, object, param, room, bytes, size_ret);
   assert_filled(bytes + room, INFO_GUARD);
   return code;
}

static inline void
check_sizes(const struct trf_info_table *table, const void *object,
            cl_uint param, size_t size)
{
   unsigned char *bytes = malloc(size + 2 * INFO_GUARD);
   size_t returned = 0;

   assert_non_null(bytes);

   /* Exact. */
   assert_int_equal(query_into(table, object, param, size, bytes, &returned),
                    CL_SUCCESS);
   assert_int_equal(returned, size);
   assert_int_equal(query_into(table, object, param, size, bytes, NULL),
                    CL_SUCCESS);

   /* Too large: no more is written than there is. */
   assert_int_equal(
      query_into(table, object, param, size + INFO_GUARD, bytes, &returned),
      CL_SUCCESS);
   assert_int_equal(returned, size);
   assert_filled(bytes + size, INFO_GUARD);

   /* One short: nothing is written, the size neither. */
   if (size) {
      returned = 12345;
      assert_int_equal(
         query_into(table, object, param, size - 1, bytes, &returned),
         CL_INVALID_VALUE);
      assert_filled(bytes, size - 1);
      assert_int_equal(returned, 12345);
   }
   free(bytes);
}

/* A row whose value this object does not have refuses in every way. */
static inline void
check_refusal(const struct trf_info_table *table, const void *object,
              cl_uint param, cl_int code)
{
   unsigned char bytes[64 + INFO_GUARD];
   size_t returned = 12345;

   assert_true(code < 0);
   assert_int_equal(query_into(table, object, param, 64, bytes, &returned),
                    code);
   assert_filled(bytes, 64);
   assert_int_equal(returned, 12345);
}

/* Returns the number of rows that had a value. */
static inline unsigned
walk_table(const struct trf_info_table *table, const void *object)
{
   unsigned answered = 0;

   for (unsigned i = 0; i < table->count; i++) {
      const cl_uint param = table->rows[i].param;
      size_t size = 12345;

      for (unsigned j = 0; j < i; j++)
         assert_int_not_equal(table->rows[j].param, param);

      /* Size only. */
      const cl_int code =
         trf_info_query(table, object, param, 0, NULL, &size);
      if (code) {
         assert_int_equal(size, 12345);
         check_refusal(table, object, param, code);
         continue;
      }
      /* The size given does not matter where no value is asked for. */
      assert_int_equal(trf_info_query(table, object, param, 1, NULL, NULL),
                       CL_SUCCESS);
      check_sizes(table, object, param, size);
      answered++;
   }

   check_refusal(table, object, 0, CL_INVALID_VALUE);
   check_refusal(table, object, 0xffffffff, CL_INVALID_VALUE);
   return answered;
}

#endif
