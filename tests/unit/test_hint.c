/* SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/hint.h"

static void
finds_the_attribute_of_the_kernel(void **state)
{
   static const char source[] =
      "kernel __attribute__((vec_type_hint(uint4))) void one(int i) {}\n"
      "__attribute__ ( ( vec_type_hint ( uint2 ), reqd_work_group_size(1, 1,"
      " 1) ) )\nkernel void two (global int *p) { *p = 1; }\n"
      "kernel void three(void) {}\n";

   assert_true(trf_hint_in_source(source, "one", "uint4"));
   assert_true(trf_hint_in_source(source, "two", "uint2"));
   assert_false(trf_hint_in_source(source, "one", "uint2"));
   assert_false(trf_hint_in_source(source, "two", "uint4"));
   assert_false(trf_hint_in_source(source, "three", "uint2"));
}

static void
takes_whole_words(void **state)
{
   static const char source[] =
      "kernel __attribute__((vec_type_hint(uint16))) void kernel_one(int i)";

   assert_false(trf_hint_in_source(source, "kernel_one", "uint1"));
   assert_false(trf_hint_in_source(source, "one", "uint16"));
   assert_false(trf_hint_in_source(source, "kernel", "uint16"));
   assert_true(trf_hint_in_source(source, "kernel_one", "uint16"));
}

static void
survives_what_ends_early(void **state)
{
   static const char whole[] = "vec_type_hint(uint4) k(";
   char part[sizeof(whole)];

   for (size_t end = 0; end < sizeof(whole) - 1; end++) {
      for (size_t i = 0; i < end; i++)
         part[i] = whole[i];
      part[end] = '\0';
      assert_false(trf_hint_in_source(part, "k", "uint4"));
   }
   assert_true(trf_hint_in_source(whole, "k", "uint4"));
   assert_false(trf_hint_in_source(NULL, "k", "uint4"));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_the_attribute_of_the_kernel),
      cmocka_unit_test(takes_whole_words),
      cmocka_unit_test(survives_what_ends_early),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
