/* SPDX-License-Identifier: MIT */

#include "compiler/globals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/text.h"
#include "compiler/types.h"
#include "compiler/words.h"
#include "util/macros.h"
#include "util/u_math.h"

#define BOUND_WORD 3

/* What is read of one module. */
struct reader {
   struct trf_types types;
   struct trf_globals *out;
   uint32_t *places; /* of variables, by identifier: offset + 1 */
   struct trf_text *log;
   bool failed;
};

/* A number, or an address in the block. */
struct address {
   uint64_t value;
   bool relocated;
};

static void
fail(struct reader *reader, const char *reason)
{
   if (!reader->failed && reader->log)
      trf_text_printf(reader->log, "error: %s\n", reason);
   reader->failed = true;
}

static bool
is_variable(const struct trf_instruction *instruction)
{
   return instruction->op == SpvOpVariable && instruction->count >= 4 &&
          instruction->words[3] == SpvStorageClassCrossWorkgroup;
}

/* Appends to an array of the results, which grows in powers of two. */
static bool
make_room(void **array, unsigned count, size_t element)
{
   if (count && !util_is_power_of_two_nonzero(count))
      return true;
   void *grown = realloc(*array, MAX2(2 * count, 1) * element);
   if (grown)
      *array = grown;
   return grown != NULL;
}

static void
add_relocation(struct reader *reader, uint32_t place)
{
   struct trf_globals *out = reader->out;

   if (!make_room((void **)&out->relocations, out->relocation_count,
                  sizeof(*out->relocations)))
      fail(reader, "out of memory");
   else
      out->relocations[out->relocation_count++].place = place;
}

static void
add_constant(struct reader *reader, uint32_t id)
{
   struct trf_globals *out = reader->out;

   if (!make_room((void **)&out->constants, out->constant_count,
                  sizeof(*out->constants)))
      fail(reader, "out of memory");
   else
      out->constants[out->constant_count++] = id;
}

static struct address evaluate(struct reader *reader, uint32_t id,
                               unsigned depth);

/* Of an array's element, before the first too, or a structure's member. */
static int64_t
index_of(struct reader *reader, uint32_t id)
{
   const struct trf_instruction *from = trf_types_find(&reader->types, id);

   if (from && from->op == SpvOpConstantNull)
      return 0;
   if (!from || from->count < 4 ||
       (from->op != SpvOpConstant && from->op != SpvOpSpecConstant)) {
      fail(reader, "an initializer's address has an index that is no number");
      return 0;
   }
   return from->count > 4
             ? (int64_t)(from->words[3] | (uint64_t)from->words[4] << 32)
             : (int32_t)from->words[3];
}

/*
 * What OpAccessChain and its like, as OpSpecConstantOp, add to their base.
 * The translator counts bytes where an element alone is named, whatever the
 * base's type: the result's type says so, and is the base's in good SPIR-V.
 */
static uint64_t
walk(struct reader *reader, const uint32_t *words, unsigned count,
     bool by_element)
{
   const struct trf_types *types = &reader->types;
   uint32_t type = trf_types_pointee(
      types,
      by_element && count == 6 ? words[1] : trf_types_of(types, words[4]));
   uint64_t offset = 0;

   for (unsigned i = 5; i < count && !reader->failed; i++) {
      const int64_t index = index_of(reader, words[i]);
      if (i == 5 && by_element) {
         offset += index * trf_types_stride(types, type);
         continue;
      }
      uint64_t place;
      if (!trf_types_member(types, type, index, &place, &type))
         fail(reader, "an initializer's address cannot be computed");
      else
         offset += place;
   }
   return offset;
}

static struct address
evaluate_operation(struct reader *reader, const uint32_t *words,
                   unsigned count, unsigned depth)
{
   struct address address = {0};
   if (count < 5) {
      fail(reader, "an initializer is malformed");
      return address;
   }

   address = evaluate(reader, words[4], depth);
   switch (words[3]) {
   case SpvOpBitcast:
   case SpvOpPtrCastToGeneric:
   case SpvOpGenericCastToPtr:
   case SpvOpConvertPtrToU:
   case SpvOpConvertUToPtr:
      break;
   case SpvOpAccessChain:
   case SpvOpInBoundsAccessChain:
   case SpvOpPtrAccessChain:
   case SpvOpInBoundsPtrAccessChain:
      address.value += walk(reader, words, count,
                            words[3] == SpvOpPtrAccessChain ||
                               words[3] == SpvOpInBoundsPtrAccessChain);
      break;
   default:
      fail(reader, "an initializer does arithmetic that is not known");
   }
   return address;
}

/* The value of a scalar or pointer. */
static struct address
evaluate(struct reader *reader, uint32_t id, unsigned depth)
{
   const struct trf_instruction *from = trf_types_find(&reader->types, id);
   struct address address = {0};

   if (!from || depth > TRF_TYPES_MAX_DEPTH) {
      fail(reader, "an initializer is too deep, or of what is no constant");
      return address;
   }
   switch (from->op) {
   case SpvOpConstantNull:
   case SpvOpUndef:
   case SpvOpConstantFalse:
   case SpvOpSpecConstantFalse:
      break;
   case SpvOpConstantTrue:
   case SpvOpSpecConstantTrue:
      address.value = 1;
      break;
   case SpvOpConstant:
   case SpvOpSpecConstant:
      memcpy(&address.value, from->words + 3,
             MIN2(from->count - 3, 2) * sizeof(uint32_t));
      break;
   case SpvOpVariable:
      address.relocated = true;
      if (!reader->places[id])
         fail(reader, "an initializer has the address of what is no "
                      "variable of program scope");
      else
         address.value = reader->places[id] - 1;
      break;
   case SpvOpSpecConstantOp:
      address =
         evaluate_operation(reader, from->words, from->count, depth + 1);
      add_constant(reader, id);
      break;
   default:
      fail(reader, "an initializer is not known");
   }
   return address;
}

static void write_value(struct reader *reader, uint32_t id, uint32_t type,
                        uint64_t place, unsigned depth);

static void
write_members(struct reader *reader, const struct trf_instruction *from,
              uint32_t type, uint64_t place, unsigned depth)
{
   const unsigned before = reader->out->relocation_count;

   for (unsigned i = 3; i < from->count && !reader->failed; i++) {
      uint64_t offset;
      uint32_t member;
      if (!trf_types_member(&reader->types, type, i - 3, &offset, &member))
         fail(reader, "an initializer does not match its type");
      else
         write_value(reader, from->words[i], member, place + offset, depth);
   }
   if (reader->out->relocation_count > before)
      add_constant(reader, from->words[2]);
}

static void
write_value(struct reader *reader, uint32_t id, uint32_t type, uint64_t place,
            unsigned depth)
{
   const struct trf_instruction *from = trf_types_find(&reader->types, id);
   const uint64_t size = trf_types_size(&reader->types, type);

   if (from && (from->op == SpvOpConstantComposite ||
                from->op == SpvOpSpecConstantComposite)) {
      if (depth > TRF_TYPES_MAX_DEPTH)
         fail(reader, "an initializer is too deep");
      else
         write_members(reader, from, type, place, depth + 1);
      return;
   }
   /* The block is zero already, and an aggregate's null has no number. */
   if (from && (from->op == SpvOpConstantNull || from->op == SpvOpUndef))
      return;

   const struct address address = evaluate(reader, id, depth);
   if (reader->failed)
      return;
   if (size > sizeof(address.value) || place + size > reader->out->size) {
      fail(reader, "an initializer does not fit");
      return;
   }
   memcpy(reader->out->data + place, &address.value, size);
   if (address.relocated)
      add_relocation(reader, place);
}

static void
place_variables(struct reader *reader, const struct trf_spirv *spirv)
{
   const struct trf_types *types = &reader->types;
   struct trf_globals *out = reader->out;
   struct trf_instruction instruction;
   uint64_t end = 0;

   for (size_t at = 0;
        !reader->failed && trf_spirv_next(spirv, &at, &instruction);) {
      if (!is_variable(&instruction))
         continue;
      const uint32_t type = trf_types_pointee(types, instruction.words[1]);
      const uint64_t size = trf_types_size(types, type);

      end = ALIGN_POT(end, MAX2(trf_types_alignment(types, type), 1));
      if (!size || size > TRF_GLOBALS_MAX_BYTES ||
          end + size > TRF_GLOBALS_MAX_BYTES) {
         fail(reader, "variables of program scope are too large, or of a "
                      "type without a size");
      } else if (!make_room((void **)&out->offsets, out->count,
                            sizeof(*out->offsets))) {
         fail(reader, "out of memory");
      } else if (instruction.words[2] < types->bound) {
         out->offsets[out->count++] = end;
         reader->places[instruction.words[2]] = end + 1;
         end += size;
      }
   }
   out->size = end;
}

static void
write_initializers(struct reader *reader, const struct trf_spirv *spirv)
{
   struct trf_globals *out = reader->out;
   struct trf_instruction instruction;
   unsigned i = 0;

   out->data = calloc(1, out->size);
   if (!out->data) {
      fail(reader, "out of memory");
      return;
   }
   for (size_t at = 0;
        !reader->failed && trf_spirv_next(spirv, &at, &instruction);) {
      if (!is_variable(&instruction))
         continue;
      const uint32_t place = out->offsets[i++];
      if (instruction.count > 4)
         write_value(reader, instruction.words[4],
                     trf_types_pointee(&reader->types, instruction.words[1]),
                     place, 0);
   }
}

bool
trf_globals_parse(const struct trf_spirv *spirv, struct trf_globals *out,
                  struct trf_text *log)
{
   struct reader reader = {.out = out, .log = log};

   *out = (struct trf_globals){0};
   if (!trf_types_init(&reader.types, spirv))
      return false;
   reader.places = calloc(reader.types.bound, sizeof(*reader.places));
   if (reader.places)
      place_variables(&reader, spirv);
   else
      fail(&reader, "out of memory");
   if (!reader.failed && out->count)
      write_initializers(&reader, spirv);

   free(reader.places);
   trf_types_finish(&reader.types);
   if (reader.failed)
      trf_globals_free(out);
   return !reader.failed;
}

void
trf_globals_free(struct trf_globals *globals)
{
   free(globals->data);
   free(globals->offsets);
   free(globals->relocations);
   free(globals->constants);
   *globals = (struct trf_globals){0};
}

static bool
holds_addresses(const struct trf_globals *globals,
                const struct trf_instruction *instruction)
{
   if (instruction->op != SpvOpSpecConstantOp &&
       instruction->op != SpvOpConstantComposite &&
       instruction->op != SpvOpSpecConstantComposite)
      return false;
   for (unsigned i = 0; i < globals->constant_count; i++) {
      if (globals->constants[i] == instruction->words[2])
         return true;
   }
   return false;
}

static void
write_nothing(uint32_t *words, unsigned from, unsigned to)
{
   for (unsigned i = from; i < to; i++)
      words[i] = SpvOpNop | 1 << SpvWordCountShift;
}

/* In place; `is_global` tells by identifier. */
static void
strip_words(const struct trf_globals *globals, struct trf_spirv *spirv,
            const bool *is_global)
{
   struct trf_instruction instruction;

   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction);) {
      uint32_t *words = (uint32_t *)spirv->data + at - instruction.count;

      if (holds_addresses(globals, &instruction) ||
          (instruction.op == SpvOpName && instruction.count > 1 &&
           is_global[words[1]])) {
         write_nothing(words, 0, instruction.count);
      } else if (is_variable(&instruction)) {
         words[0] = SpvOpVariable | 4 << SpvWordCountShift;
         write_nothing(words, 4, instruction.count);
      }
   }
}

/* OpName, the identifier, and eight digits with their closing 0. */
#define NAME_WORDS 5

/* Names come first of all: the front end is not particular. */
static uint32_t *
write_names(uint32_t *out, const struct trf_spirv *spirv)
{
   struct trf_instruction instruction;
   unsigned number = 0;

   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction);) {
      if (!is_variable(&instruction))
         continue;
      out[0] = SpvOpName | NAME_WORDS << SpvWordCountShift;
      out[1] = instruction.words[2];
      memset(&out[2], 0, 3 * sizeof(*out));
      snprintf((char *)&out[2], 9, "%08x", number++);
      out += NAME_WORDS;
   }
   return out;
}

static bool
add_names(const struct trf_globals *globals, struct trf_spirv *spirv)
{
   const size_t header = TRF_SPIRV_HEADER_WORDS * sizeof(uint32_t);
   const size_t size =
      spirv->size + globals->count * NAME_WORDS * sizeof(uint32_t);
   uint8_t *words = malloc(size);
   if (!words)
      return false;

   memcpy(words, spirv->data, header);
   void *end = write_names((uint32_t *)(words + header), spirv);
   memcpy(end, (uint8_t *)spirv->data + header, spirv->size - header);
   free(spirv->data);
   *spirv = (struct trf_spirv){.data = words, .size = size};
   return true;
}

bool
trf_globals_strip(const struct trf_globals *globals, struct trf_spirv *spirv)
{
   if (!globals->count)
      return true;

   const uint32_t bound = ((const uint32_t *)spirv->data)[BOUND_WORD];
   bool *is_global = calloc(bound, sizeof(*is_global));
   struct trf_instruction instruction;
   if (!is_global)
      return false;
   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction);) {
      if (is_variable(&instruction))
         is_global[instruction.words[2]] = true;
   }
   strip_words(globals, spirv, is_global);
   free(is_global);
   return add_names(globals, spirv);
}
