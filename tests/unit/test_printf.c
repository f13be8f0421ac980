/* SPDX-License-Identifier: MIT */

/* What kernels print: each conversion, and records that lie. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/trf_printf.h"
#include "util/u_printf.h"

static uint8_t records[512];
static size_t used;

static void
put(const void *data, size_t size)
{
   memcpy(records + used, data, size);
   used = (used + size + 3) & ~(size_t)3;
}

static void
put_number(uint32_t number)
{
   put(&number, sizeof(number));
}

static char *
print(const struct u_printf_info *formats, unsigned count)
{
   char *text = NULL;
   size_t size = 0;
   FILE *out = open_memstream(&text, &size);

   assert_non_null(out);
   trf_printf_records(out, records, used, formats, count);
   fclose(out);
   used = 0;
   return text;
}

/* One record of one argument. */
static void
check(const char *format, const void *data, unsigned size, const char *wanted)
{
   char strings[64];
   unsigned sizes[1] = {size};
   const struct u_printf_info info = {
      .num_args = 1,
      .arg_sizes = sizes,
      .strings = strings,
      .string_size = strlen(format) + 1,
   };

   assert_true(strlen(format) < sizeof(strings));
   memcpy(strings, format, strlen(format) + 1);
   put_number(1);
   put(data, size);
   char *text = print(&info, 1);
   assert_string_equal(text, wanted);
   free(text);
}

#define CHECK(format, type, wanted, ...)                                      \
   check((format), &(const type){__VA_ARGS__}, sizeof(type), (wanted))

typedef int8_t i8x4[4];
typedef int16_t i16x2[2];
typedef uint64_t u64x2[2];
typedef int32_t i32x4[4];
typedef float f32x2[2];
typedef uint16_t f16x2[2];

static void
integers(void **state)
{
   CHECK("%d", int32_t, "-5", -5);
   CHECK("[%6d]", int32_t, "[    -5]", -5);
   CHECK("[%-6.3d]", int32_t, "[005   ]", 5);
   CHECK("%u", uint32_t, "4294967295", UINT32_MAX);
   CHECK("%#x", uint32_t, "0xff", 255);
   CHECK("%ld", int64_t, "-5000000000", -5000000000);
   CHECK("%lu", uint64_t, "18446744073709551615", UINT64_MAX);
   CHECK("%hhd", int32_t, "-1", 255);
   CHECK("%hhu", int32_t, "255", -1);
   CHECK("%hd", int32_t, "-1", 65535);
   CHECK("%i", int8_t, "-3", -3);
   CHECK("%c", int32_t, "A", 'A');
}

static void
floats(void **state)
{
   CHECK("%f", float, "1.500000", 1.5f);
   CHECK("%.3e", float, "1.235e+04", 12345.678f);
   CHECK("%.15g", double, "0.1", 0.1);
   CHECK("%.1f", uint16_t, "1.0", 0x3c00);
}

static void
vectors(void **state)
{
   CHECK("%v4hhd", i8x4, "-1,2,-3,4", -1, 2, -3, 4);
   CHECK("%v4hhu", i8x4, "255,2,253,4", -1, 2, -3, 4);
   CHECK("%v2hd", i16x2, "-300,300", -300, 300);
   CHECK("%v2lu", u64x2, "1,5000000000", 1, 5000000000);
   CHECK("%v4hld", i32x4, "1,-2,3,-4", 1, -2, 3, -4);
   CHECK("%v3hld", i32x4, "1,-2,3", 1, -2, 3, -4);
   CHECK("[%4v4d]", i32x4, "[   1,  -2,   3,  -4]", 1, -2, 3, -4);
   CHECK("%.1v2hlf", f32x2, "0.5,2.0", 0.5f, 2.0f);
   CHECK("%.1v2hf", f16x2, "1.0,2.0", 0x3c00, 0x4000);
}

/* A string argument is a place in the format's own strings. */
static void
strings(void **state)
{
   char text[] = "%s|%5s\0one\0two";
   unsigned sizes[2] = {8, 8};
   struct u_printf_info info = {
      .num_args = 2,
      .arg_sizes = sizes,
      .strings = text,
      .string_size = sizeof(text),
   };
   const uint64_t one = 7, two = 11, outside = 1000;

   put_number(1);
   put(&one, 8);
   put(&two, 8);
   char *got = print(&info, 1);
   assert_string_equal(got, "one|  two");
   free(got);

   put_number(1);
   put(&outside, 8);
   put(&two, 8);
   got = print(&info, 1);
   assert_string_equal(got, "|  two");
   free(got);

   /* One that does not end. */
   info.string_size = sizeof(text) - 1;
   put_number(1);
   put(&one, 8);
   put(&two, 8);
   got = print(&info, 1);
   assert_string_equal(got, "one|");
   free(got);
}

static void
text_and_percent_signs(void **state)
{
   char text[] = "100%% %\n";
   const struct u_printf_info info = {
      .strings = text,
      .string_size = sizeof(text),
   };

   put_number(1);
   put_number(1);
   char *got = print(&info, 1);
   assert_string_equal(got, "100% %\n100% %\n");
   free(got);
}

/* %n and what the language lacks is text. */
static void
other_conversions_are_text(void **state)
{
   CHECK("%n", uint64_t, "%n", 0);
   CHECK("%*d", int32_t, "%*d", 5);
   CHECK("%", int32_t, "%", 5);
   CHECK("%0000000000000000000000000000000000000009d", int32_t,
         "%0000000000000000000000000000000000000009d", 5);
}

static void
broken_records_end_it(void **state)
{
   char text[] = "%d;";
   unsigned sizes[1] = {4};
   const struct u_printf_info info = {
      .num_args = 1,
      .arg_sizes = sizes,
      .strings = text,
      .string_size = sizeof(text),
   };

   /* Not a format. */
   put_number(1);
   put_number(42);
   put_number(2);
   put_number(1);
   put_number(43);
   char *got = print(&info, 1);
   assert_string_equal(got, "42;");
   free(got);

   /* Cut short. */
   put_number(1);
   put_number(42);
   put_number(1);
   got = print(&info, 1);
   assert_string_equal(got, "42;");
   free(got);

   put_number(0);
   got = print(&info, 1);
   assert_string_equal(got, "");
   free(got);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(integers),
      cmocka_unit_test(floats),
      cmocka_unit_test(vectors),
      cmocka_unit_test(strings),
      cmocka_unit_test(text_and_percent_signs),
      cmocka_unit_test(other_conversions_are_text),
      cmocka_unit_test(broken_records_end_it),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
