/* SPDX-License-Identifier: MIT */

#include "util/trf_printf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/half_float.h"
#include "util/macros.h"
#include "util/u_math.h"
#include "util/u_printf.h"

/* The formats are the kernels' own; parse_spec() lets none through but those
 * whose one argument is then passed with its type. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Flags, width and precision: longer ones than these mean nothing. */
#define MAX_PREFIX 32

/* %[flags][width][.precision][vN][hh|h|hl|l]conversion */
struct spec {
   char prefix[MAX_PREFIX]; /* from the % on */
   unsigned components;
   size_t modifier; /* bytes of an integer; 0: those of the argument */
   char conversion;
   size_t length; /* in the format */
};

struct reader {
   const uint8_t *data;
   size_t size, at;
};

/* NULL unless there are so many bytes left. */
static const uint8_t *
take(struct reader *reader, size_t bytes)
{
   if (bytes > reader->size - reader->at)
      return NULL;
   const uint8_t *data = reader->data + reader->at;
   reader->at += bytes;
   return data;
}

static unsigned
parse_vector(const char **at)
{
   if (**at != 'v')
      return 1;
   char *end;
   const unsigned long components = strtoul(*at + 1, &end, 10);
   *at = end;
   return CLAMP(components, 1, 16);
}

static size_t
parse_modifier(const char **at)
{
   static const struct {
      const char *text;
      size_t bytes;
   } modifiers[] = {{"hh", 1}, {"hl", 4}, {"h", 2}, {"l", 8}};

   for (unsigned i = 0; i < ARRAY_SIZE(modifiers); i++) {
      const size_t length = strlen(modifiers[i].text);
      if (strncmp(*at, modifiers[i].text, length) == 0) {
         *at += length;
         return modifiers[i].bytes;
      }
   }
   return 0;
}

/* False if that is no conversion that the language has. */
static bool
parse_spec(const char *format, struct spec *spec)
{
   const size_t prefix = 1 + strspn(format + 1, "-+ #0123456789.");
   const char *at = format + prefix;

   if (prefix >= sizeof(spec->prefix))
      return false;
   memcpy(spec->prefix, format, prefix);
   spec->prefix[prefix] = '\0';
   spec->components = parse_vector(&at);
   spec->modifier = parse_modifier(&at);
   spec->conversion = *at;
   spec->length = at + 1 - format;
   return *at && strchr("diouxXfFeEgGaAcsp", *at);
}

/* The format of one value, in the host's words. */
static void
host_format(const struct spec *spec, const char *modifier,
            char format[MAX_PREFIX + 8])
{
   snprintf(format, MAX_PREFIX + 8, "%s%s%c", spec->prefix, modifier,
            spec->conversion);
}

static uint64_t
read_unsigned(const uint8_t *data, size_t bytes)
{
   uint64_t value = 0;
   /* Devices are little-endian, as is all of this implementation. */
   memcpy(&value, data, MIN2(bytes, sizeof(value)));
   return value;
}

static void
print_integer(FILE *out, const struct spec *spec, const uint8_t *data,
              size_t bytes)
{
   char format[MAX_PREFIX + 8];
   const size_t used = spec->modifier ? MIN2(spec->modifier, bytes) : bytes;
   const uint64_t value = read_unsigned(data, used);
   const bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';

   host_format(spec, "ll", format);
   if (is_signed)
      fprintf(out, format, (long long)util_sign_extend(value, used * 8));
   else
      fprintf(out, format, (unsigned long long)value);
}

static void
print_float(FILE *out, const struct spec *spec, const uint8_t *data,
            size_t bytes)
{
   char format[MAX_PREFIX + 8];
   uint16_t half;
   float single;
   double value;

   if (bytes == sizeof(half)) {
      memcpy(&half, data, sizeof(half));
      value = _mesa_half_to_float(half);
   } else if (bytes == sizeof(single)) {
      memcpy(&single, data, sizeof(single));
      value = single;
   } else {
      memcpy(&value, data, sizeof(value));
   }
   host_format(spec, "", format);
   fprintf(out, format, value);
}

static void
print_value(FILE *out, const struct spec *spec, const uint8_t *data,
            size_t bytes)
{
   char format[MAX_PREFIX + 8];

   if (strchr("fFeEgGaA", spec->conversion)) {
      if (bytes > 1)
         print_float(out, spec, data, bytes);
      return;
   }
   host_format(spec, "", format);
   if (spec->conversion == 'c')
      fprintf(out, format, (int)read_unsigned(data, 1));
   else if (spec->conversion == 'p')
      fprintf(out, format, (void *)(uintptr_t)read_unsigned(data, bytes));
   else
      print_integer(out, spec, data, bytes);
}

/* Strings are literals: the argument is a place among the format's. */
static void
print_string(FILE *out, const struct spec *spec,
             const struct u_printf_info *info, const uint8_t *data,
             size_t bytes)
{
   char format[MAX_PREFIX + 8];
   const uint64_t place = read_unsigned(data, bytes);

   if (place >= info->string_size ||
       !memchr(info->strings + place, '\0', info->string_size - place))
      return;
   host_format(spec, "", format);
   fprintf(out, format, info->strings + place);
}

static void
print_argument(FILE *out, const struct spec *spec,
               const struct u_printf_info *info, const uint8_t *data,
               size_t bytes)
{
   if (spec->conversion == 's') {
      print_string(out, spec, info, data, bytes);
      return;
   }

   /* A vector of three has the room of four. */
   const unsigned room = spec->components == 3 ? 4 : spec->components;
   const size_t element = bytes / room;
   if (element == 0 || element > 8 || !util_is_power_of_two_nonzero(element))
      return;
   for (unsigned i = 0; i < spec->components; i++) {
      if (i)
         fputc(',', out);
      print_value(out, spec, data + i * element, element);
   }
}

/* False if the record ends before its arguments do. */
static bool
print_record(FILE *out, const struct u_printf_info *info,
             struct reader *reader)
{
   unsigned arg = 0;

   for (const char *at = info->strings; *at;) {
      struct spec spec;
      if (*at != '%') {
         fputc(*at++, out);
      } else if (at[1] == '%') {
         fputc('%', out);
         at += 2;
      } else if (arg >= info->num_args || !parse_spec(at, &spec)) {
         fputc(*at++, out);
      } else {
         const size_t bytes = info->arg_sizes[arg++];
         const uint8_t *data = take(reader, bytes);
         if (!data)
            return false;
         print_argument(out, &spec, info, data, bytes);
         reader->at = MIN2(align_uintptr(reader->at, 4), reader->size);
         at += spec.length;
      }
   }
   /* What the format has no use for. */
   for (; arg < info->num_args; arg++) {
      if (!take(reader, info->arg_sizes[arg]))
         return false;
      reader->at = MIN2(align_uintptr(reader->at, 4), reader->size);
   }
   return true;
}

void
trf_printf_records(FILE *out, const uint8_t *data, size_t size,
                   const struct u_printf_info *formats, unsigned count)
{
   struct reader reader = {.data = data, .size = size};
   const uint8_t *number;

   while ((number = take(&reader, sizeof(uint32_t)))) {
      const uint64_t index = read_unsigned(number, sizeof(uint32_t));
      if (index == 0 || index > count || !formats[index - 1].string_size ||
          !print_record(out, &formats[index - 1], &reader))
         return;
   }
}
