/* SPDX-License-Identifier: MIT */

/* Which path an access takes, and which bytes a view of a buffer covers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/access.h"
#include "util/macros.h"

static void
every_fact_decides_the_path(void **state)
{
   static const struct {
      struct trf_path_facts facts;
      enum trf_path path;
   } rows[] = {
      {{false, false, false}, TRF_PATH_STAGING},
      {{false, false, true}, TRF_PATH_DIRECT},
      {{false, true, false}, TRF_PATH_STAGING},
      {{false, true, true}, TRF_PATH_DIRECT},
      {{true, false, false}, TRF_PATH_HOST_COPY},
      {{true, false, true}, TRF_PATH_HOST_COPY},
      {{true, true, false}, TRF_PATH_HOST_STORAGE},
      {{true, true, true}, TRF_PATH_HOST_STORAGE},
   };

   for (unsigned i = 0; i < ARRAY_SIZE(rows); i++)
      assert_int_equal(trf_path_choose(&rows[i].facts), rows[i].path);
}

static void
paths_have_their_own_names(void **state)
{
   for (int a = TRF_PATH_DIRECT; a <= TRF_PATH_STAGING; a++) {
      for (int b = TRF_PATH_DIRECT; b < a; b++)
         assert_string_not_equal(trf_path_name(a), trf_path_name(b));
   }
}

static void
ranges_are_one_row(void **state)
{
   struct trf_mem buffer = {.type = CL_MEM_OBJECT_BUFFER};
   struct trf_view view;
   struct trf_byte_rows rows;

   buffer.root = &buffer;
   trf_view_range(&view, &buffer, 100, 28);
   trf_view_byte_rows(&view, &rows);
   assert_int_equal(rows.offset, 100);
   assert_int_equal(rows.row_bytes, 28);
   assert_int_equal(rows.rows, 1);
}

static void
sub_buffers_count_from_their_root(void **state)
{
   struct trf_mem buffer = {.type = CL_MEM_OBJECT_BUFFER};
   struct trf_mem sub = {
      .type = CL_MEM_OBJECT_BUFFER,
      .offset = 256,
      .parent = &buffer,
      .root = &buffer,
   };
   struct trf_view view;
   struct trf_byte_rows rows;

   buffer.root = &buffer;
   trf_view_range(&view, &sub, 4, 8);
   trf_view_byte_rows(&view, &rows);
   assert_int_equal(rows.offset, 260);
}

/* A rectangle of a 2D image whose rows are a buffer's. */
static void
rectangles_are_rows_with_gaps(void **state)
{
   struct trf_mem buffer = {.type = CL_MEM_OBJECT_BUFFER};
   struct trf_view view = {
      .mem = &buffer,
      .region =
         {.box = {.x = 3, .y = 2, .width = 5, .height = 4, .depth = 1}},
      .offset = 1000,
      .layout = {.element = 4, .row = 64, .slice = 0},
   };
   struct trf_byte_rows rows;

   buffer.root = &buffer;
   trf_view_byte_rows(&view, &rows);
   assert_int_equal(rows.offset, 1000 + 2 * 64 + 3 * 4);
   assert_int_equal(rows.row_bytes, 5 * 4);
   assert_int_equal(rows.pitch, 64);
   assert_int_equal(rows.rows, 4);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_fact_decides_the_path),
      cmocka_unit_test(paths_have_their_own_names),
      cmocka_unit_test(ranges_are_one_row),
      cmocka_unit_test(sub_buffers_count_from_their_root),
      cmocka_unit_test(rectangles_are_rows_with_gaps),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
