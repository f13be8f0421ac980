/* SPDX-License-Identifier: MIT */

/* Program binaries: the round trip, and everything that is none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/binary.h"

static const uint8_t uuid[16] = {1, 2, 3};

static const struct trf_compiler_features features = {
   .fp64 = true,
   .images = true,
   .address_bits = 64,
};

/* No program, but the words that one starts with. */
static uint32_t words[] = {0x07230203, 0x00010000, 0, 10, 0, 0xabcdef01};

static struct trf_binary_id
make_id(void)
{
   struct trf_binary_id id;
   trf_binary_id_init(&id, &features, uuid, sizeof(uuid));
   return id;
}

struct sample {
   uint8_t *data;
   size_t size;
};

static struct sample
write_sample(cl_program_binary_type type, const char *options)
{
   const struct trf_binary_id id = make_id();
   char *own = strdup(options);
   const struct trf_binary binary = {
      .type = type,
      .options = own,
      .spirv = {.data = words, .size = sizeof(words)},
   };
   struct sample sample = {.size = trf_binary_size(&binary)};

   /* To the byte, so that sanitizers see a step beyond. */
   sample.data = malloc(sample.size);
   assert_non_null(sample.data);
   trf_binary_write(&binary, &id, sample.data);
   free(own);
   return sample;
}

static void
check_read(const struct sample *sample, cl_program_binary_type type,
           const char *options)
{
   const struct trf_binary_id id = make_id();
   struct trf_binary binary;

   assert_int_equal(trf_binary_read(&binary, &id, sample->data, sample->size),
                    TRF_BINARY_OK);
   assert_int_equal(binary.type, type);
   assert_string_equal(binary.options, options);
   assert_int_equal(binary.spirv.size, sizeof(words));
   assert_memory_equal(binary.spirv.data, words, sizeof(words));
   trf_binary_free(&binary);
}

/* Whatever it is: it is refused, and nothing is left to free. */
static void
check_refused(const void *data, size_t size)
{
   const struct trf_binary_id id = make_id();
   struct trf_binary binary;

   assert_int_equal(trf_binary_read(&binary, &id, data, size),
                    TRF_BINARY_INVALID);
   assert_null(binary.options);
   assert_null(binary.spirv.data);
}

static void
what_is_written_is_read(void **state)
{
   static const cl_program_binary_type types[] = {
      CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT,
      CL_PROGRAM_BINARY_TYPE_LIBRARY,
      CL_PROGRAM_BINARY_TYPE_EXECUTABLE,
   };
   static const char *const options[] = {"", "a", "ab", "abc", "-DA=1 -w"};

   for (unsigned t = 0; t < 3; t++) {
      for (unsigned o = 0; o < 5; o++) {
         struct sample sample = write_sample(types[t], options[o]);
         check_read(&sample, types[t], options[o]);
         free(sample.data);
      }
   }
}

static void
equal_programs_give_equal_bytes(void **state)
{
   struct sample a = write_sample(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, "-DA");
   struct sample b = write_sample(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, "-DA");

   assert_int_equal(a.size, b.size);
   assert_memory_equal(a.data, b.data, a.size);
   free(a.data);
   free(b.data);
}

static void
every_changed_bit_is_seen(void **state)
{
   struct sample sample =
      write_sample(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, "-DA=1");

   for (size_t bit = 0; bit < sample.size * 8; bit++) {
      sample.data[bit / 8] ^= 1 << bit % 8;
      check_refused(sample.data, sample.size);
      sample.data[bit / 8] ^= 1 << bit % 8;
   }
   check_read(&sample, CL_PROGRAM_BINARY_TYPE_EXECUTABLE, "-DA=1");
   free(sample.data);
}

static void
every_other_length_is_refused(void **state)
{
   struct sample sample =
      write_sample(CL_PROGRAM_BINARY_TYPE_LIBRARY, "-DA=1");
   uint8_t *longer = calloc(1, sample.size + 64);

   assert_non_null(longer);
   memcpy(longer, sample.data, sample.size);
   for (size_t extra = 1; extra <= 64; extra++)
      check_refused(longer, sample.size + extra);
   free(longer);

   for (size_t size = 0; size < sample.size; size++) {
      uint8_t *shorter = malloc(size ? size : 1);
      assert_non_null(shorter);
      memcpy(shorter, sample.data, size);
      check_refused(shorter, size);
      free(shorter);
   }
   free(sample.data);
}

/* Bytes from everywhere, over parts of a good binary or all of it. */
static void
mutations_are_refused(void **state)
{
   struct sample sample =
      write_sample(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, "-DA=1");
   uint8_t *copy = malloc(sample.size);
   uint32_t seed = 7;

   assert_non_null(copy);
   for (unsigned round = 0; round < 50000; round++) {
      memcpy(copy, sample.data, sample.size);
      seed = seed * 1664525 + 1013904223;
      const size_t start = (seed >> 8) % sample.size;
      seed = seed * 1664525 + 1013904223;
      const size_t count = 1 + (seed >> 8) % (sample.size - start);
      for (size_t i = 0; i < count; i++) {
         seed = seed * 1664525 + 1013904223;
         copy[start + i] = round % 3 ? seed >> 24 : 0xff;
      }
      if (memcmp(copy, sample.data, sample.size) != 0)
         check_refused(copy, sample.size);
   }
   free(copy);
   free(sample.data);
}

static void
other_devices_binaries_are_refused(void **state)
{
   struct sample sample = write_sample(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, "");
   const uint8_t other_uuid[16] = {1, 2, 4};
   struct trf_compiler_features other = features;
   struct trf_binary_id id;
   struct trf_binary binary;

   trf_binary_id_init(&id, &features, other_uuid, sizeof(other_uuid));
   assert_int_equal(trf_binary_read(&binary, &id, sample.data, sample.size),
                    TRF_BINARY_INVALID);
   other.fp64 = false;
   trf_binary_id_init(&id, &other, uuid, sizeof(uuid));
   assert_int_equal(trf_binary_read(&binary, &id, sample.data, sample.size),
                    TRF_BINARY_INVALID);
   free(sample.data);
}

static void
foreign_files_are_refused(void **state)
{
   static const char elf[64] = "\177ELF\2\1\1";
   static const char bitcode[64] = "BC\xc0\xde";
   static const uint8_t zeros[4096];

   check_refused(elf, sizeof(elf));
   check_refused(bitcode, sizeof(bitcode));
   check_refused(words, sizeof(words));
   check_refused(zeros, sizeof(zeros));
   check_refused("", 0);
   check_refused("x", 1);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_is_read),
      cmocka_unit_test(equal_programs_give_equal_bytes),
      cmocka_unit_test(every_changed_bit_is_seen),
      cmocka_unit_test(every_other_length_is_refused),
      cmocka_unit_test(mutations_are_refused),
      cmocka_unit_test(other_devices_binaries_are_refused),
      cmocka_unit_test(foreign_files_are_refused),
   };
   return cmocka_run_group_tests_name("binary", tests, NULL, NULL);
}
