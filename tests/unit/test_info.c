/* SPDX-License-Identifier: MIT */

/* The machine behind clGet*Info, on a table that has a row of each kind. */

#include "util/trf_info.h"

#include "info_walk.h"
#include "util/macros.h"

struct thing {
   cl_uint number;
   size_t sizes[3];
   const char *name;
   const char *none;
};

static cl_int
get_double(const void *object, struct trf_info_out *out)
{
   const struct thing *thing = object;
   return trf_info_u32(out, thing->number * 2);
}

static cl_int
get_big(const void *object, struct trf_info_out *out)
{
   return trf_info_u64(out, 1ull << 40);
}

static cl_int
get_size(const void *object, struct trf_info_out *out)
{
   return trf_info_size(out, SIZE_MAX);
}

static cl_int
get_self(const void *object, struct trf_info_out *out)
{
   return trf_info_pointer(out, object);
}

static cl_int
get_built(const void *object, struct trf_info_out *out)
{
   unsigned char *bytes = trf_info_alloc(out, 100);
   for (unsigned i = 0; bytes && i < 100; i++)
      bytes[i] = i;
   return bytes ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY;
}

static cl_int
get_empty(const void *object, struct trf_info_out *out)
{
   return trf_info_alloc(out, 0) ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY;
}

static cl_int
get_refused(const void *object, struct trf_info_out *out)
{
   /* Even with something to give, an error gives nothing. */
   trf_info_alloc(out, 8);
   return CL_PROFILING_INFO_NOT_AVAILABLE;
}

enum {
   NUMBER = 100,
   SIZES,
   NAME,
   NONE,
   CONSTANT,
   DOUBLE,
   BIG,
   SIZE,
   SELF,
   BUILT,
   EMPTY,
   REFUSED,
};

static const struct trf_info_row thing_rows[] = {
   TRF_INFO_FIELD(NUMBER, struct thing, number),
   TRF_INFO_FIELD(SIZES, struct thing, sizes),
   TRF_INFO_STRING(NAME, struct thing, name),
   TRF_INFO_STRING(NONE, struct thing, none),
   TRF_INFO_CONSTANT(CONSTANT, cl_ulong, 77),
   TRF_INFO_GET(DOUBLE, get_double),
   TRF_INFO_GET(BIG, get_big),
   TRF_INFO_GET(SIZE, get_size),
   TRF_INFO_GET(SELF, get_self),
   TRF_INFO_GET(BUILT, get_built),
   TRF_INFO_GET(EMPTY, get_empty),
   TRF_INFO_GET(REFUSED, get_refused),
};

static const struct trf_info_table thing_table = TRF_INFO_TABLE(thing_rows);

static const struct thing a_thing = {
   .number = 21,
   .sizes = {1, 2, 3},
   .name = "a thing",
};

static void
every_row_keeps_the_rules(void **state)
{
   assert_int_equal(walk_table(&thing_table, &a_thing),
                    ARRAY_SIZE(thing_rows) - 1);
}

#define ASSERT_VALUE(param, type, expected)                                   \
   do {                                                                       \
      type value;                                                             \
      size_t size = 0;                                                        \
      assert_int_equal(trf_info_query(&thing_table, &a_thing, param,          \
                                      sizeof(value), &value, &size),          \
                       CL_SUCCESS);                                           \
      assert_int_equal(size, sizeof(value));                                  \
      assert_true(value == (expected));                                       \
   } while (0)

static void
numbers_and_pointers_come_whole(void **state)
{
   ASSERT_VALUE(NUMBER, cl_uint, 21);
   ASSERT_VALUE(CONSTANT, cl_ulong, 77);
   ASSERT_VALUE(DOUBLE, cl_uint, 42);
   ASSERT_VALUE(BIG, cl_ulong, 1ull << 40);
   ASSERT_VALUE(SIZE, size_t, SIZE_MAX);
   ASSERT_VALUE(SELF, const void *, &a_thing);
}

static void
arrays_come_whole(void **state)
{
   unsigned char bytes[100];
   size_t sizes[3];

   assert_int_equal(trf_info_query(&thing_table, &a_thing, SIZES,
                                   sizeof(sizes), sizes, NULL),
                    CL_SUCCESS);
   assert_memory_equal(sizes, a_thing.sizes, sizeof(sizes));

   assert_int_equal(trf_info_query(&thing_table, &a_thing, BUILT,
                                   sizeof(bytes), bytes, NULL),
                    CL_SUCCESS);
   assert_int_equal(bytes[99], 99);
}

static void
strings_end_with_a_zero(void **state)
{
   char text[16];
   size_t size = 0;

   assert_int_equal(
      trf_info_query(&thing_table, &a_thing, NAME, sizeof(text), text, &size),
      CL_SUCCESS);
   assert_string_equal(text, "a thing");
   assert_int_equal(size, sizeof("a thing"));

   assert_int_equal(
      trf_info_query(&thing_table, &a_thing, NONE, sizeof(text), text, &size),
      CL_SUCCESS);
   assert_string_equal(text, "");
   assert_int_equal(size, 1);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_keeps_the_rules),
      cmocka_unit_test(numbers_and_pointers_come_whole),
      cmocka_unit_test(arrays_come_whole),
      cmocka_unit_test(strings_end_with_a_zero),
   };
   return cmocka_run_group_tests_name("info", tests, NULL, NULL);
}
