/* SPDX-License-Identifier: MIT */

#include "compiler/types.h"

#include <stdlib.h>

#include "util/macros.h"
#include "util/u_math.h"

#define BOUND_WORD 3

static const struct trf_layout no_layout = {0, 1};

/* Which word is the result: none for what is neither type nor value. */
static unsigned
result_word(SpvOp op)
{
   if (op >= SpvOpTypeVoid && op <= SpvOpTypePipe)
      return 1;
   if ((op >= SpvOpConstantTrue && op <= SpvOpSpecConstantOp) ||
       op == SpvOpVariable || op == SpvOpUndef)
      return 2;
   return 0;
}

bool
trf_types_init(struct trf_types *types, const struct trf_spirv *spirv)
{
   const uint32_t bound = ((const uint32_t *)spirv->data)[BOUND_WORD];
   struct trf_instruction instruction;

   *types = (struct trf_types){.bound = bound, .pointer_size = 8};
   types->definitions = calloc(MAX2(bound, 1), sizeof(*types->definitions));
   types->packed = calloc(MAX2(bound, 1), sizeof(*types->packed));
   types->layouts = calloc(MAX2(bound, 1), sizeof(*types->layouts));
   if (!types->definitions || !types->packed || !types->layouts) {
      trf_types_finish(types);
      return false;
   }
   for (size_t at = 0; trf_spirv_next(spirv, &at, &instruction) &&
                       instruction.op != SpvOpFunction;) {
      const unsigned word = result_word(instruction.op);
      if (word && word < instruction.count && instruction.words[word] < bound)
         types->definitions[instruction.words[word]] = instruction;
      if (instruction.op == SpvOpMemoryModel && instruction.count > 1 &&
          instruction.words[1] == SpvAddressingModelPhysical32)
         types->pointer_size = 4;
      if (instruction.op == SpvOpDecorate && instruction.count > 2 &&
          instruction.words[2] == SpvDecorationCPacked &&
          instruction.words[1] < bound)
         types->packed[instruction.words[1]] = true;
   }
   return true;
}

void
trf_types_finish(struct trf_types *types)
{
   free(types->definitions);
   free(types->packed);
   free(types->layouts);
}

const struct trf_instruction *
trf_types_find(const struct trf_types *types, uint32_t id)
{
   return id < types->bound && types->definitions[id].count
             ? &types->definitions[id]
             : NULL;
}

uint32_t
trf_types_of(const struct trf_types *types, uint32_t id)
{
   const struct trf_instruction *from = trf_types_find(types, id);
   return from && result_word(from->op) == 2 ? from->words[1] : 0;
}

uint32_t
trf_types_pointee(const struct trf_types *types, uint32_t type)
{
   const struct trf_instruction *from = trf_types_find(types, type);
   return from && from->op == SpvOpTypePointer && from->count > 3
             ? from->words[3]
             : 0;
}

/* How many elements; 0 if there is no saying. */
static uint64_t
length_of(const struct trf_types *types,
          const struct trf_instruction *instruction)
{
   if (instruction->count < 4)
      return 0;
   if (instruction->op == SpvOpTypeVector)
      return instruction->words[3] == 3 ? 4 : instruction->words[3];

   const struct trf_instruction *length =
      trf_types_find(types, instruction->words[3]);
   if (!length || length->count < 4 ||
       (length->op != SpvOpConstant && length->op != SpvOpSpecConstant))
      return 0;
   /* More than 32 bits of them fit nowhere. */
   return length->count > 4 && length->words[4] ? 0 : length->words[3];
}

static struct trf_layout lay_out(const struct trf_types *types, uint32_t type,
                                 unsigned depth);

/* A structure, up to a member: where that begins; else the whole. */
static struct trf_layout
lay_out_struct(const struct trf_types *types,
               const struct trf_instruction *from, unsigned members,
               unsigned depth)
{
   const bool packed = types->packed[from->words[1]];
   struct trf_layout whole = {0, 1};

   for (unsigned i = 0; i < members; i++) {
      const struct trf_layout member =
         lay_out(types, from->words[2 + i], depth + 1);
      const uint64_t alignment = packed ? 1 : member.alignment;
      whole.size = ALIGN_POT(whole.size, alignment) + member.size;
      whole.alignment = MAX2(whole.alignment, alignment);
      if (!member.size || whole.size > UINT32_MAX)
         return no_layout;
   }
   return whole;
}

static struct trf_layout
lay_out(const struct trf_types *types, uint32_t type, unsigned depth)
{
   const struct trf_instruction *from = trf_types_find(types, type);
   if (!from || depth > TRF_TYPES_MAX_DEPTH)
      return no_layout;
   if (types->layouts[type].size)
      return types->layouts[type];

   struct trf_layout layout = no_layout;
   switch (from->op) {
   case SpvOpTypeBool:
      layout.size = layout.alignment = 1;
      break;
   case SpvOpTypeInt:
   case SpvOpTypeFloat:
      layout.size = layout.alignment = from->words[2] / 8;
      break;
   case SpvOpTypePointer:
      layout.size = layout.alignment = types->pointer_size;
      break;
   case SpvOpTypeVector:
      layout = lay_out(types, from->words[2], depth + 1);
      layout.size *= length_of(types, from);
      layout.alignment = layout.size;
      break;
   case SpvOpTypeArray:
      layout = lay_out(types, from->words[2], depth + 1);
      layout.size =
         ALIGN_POT(layout.size, layout.alignment) * length_of(types, from);
      break;
   case SpvOpTypeStruct:
      layout = lay_out_struct(types, from, from->count - 2, depth);
      layout.size = ALIGN_POT(layout.size, layout.alignment);
      break;
   default:
      break;
   }
   if (!layout.size || layout.size > UINT32_MAX ||
       !util_is_power_of_two_nonzero64(layout.alignment))
      return no_layout;
   return types->layouts[type] = layout;
}

uint64_t
trf_types_size(const struct trf_types *types, uint32_t type)
{
   return lay_out(types, type, 0).size;
}

uint64_t
trf_types_alignment(const struct trf_types *types, uint32_t type)
{
   return lay_out(types, type, 0).alignment;
}

uint64_t
trf_types_stride(const struct trf_types *types, uint32_t type)
{
   const struct trf_layout layout = lay_out(types, type, 0);
   return ALIGN_POT(layout.size, layout.alignment);
}

bool
trf_types_member(const struct trf_types *types, uint32_t type, uint64_t index,
                 uint64_t *offset, uint32_t *member)
{
   const struct trf_instruction *from = trf_types_find(types, type);
   if (!from)
      return false;

   switch (from->op) {
   case SpvOpTypeVector:
   case SpvOpTypeArray:
      /* Behind the last, an address is still one. */
      if (index > length_of(types, from))
         return false;
      *member = from->words[2];
      *offset = index * trf_types_stride(types, *member);
      return true;
   case SpvOpTypeStruct:
      if (index >= from->count - 2)
         return false;
      *member = from->words[2 + index];
      *offset = lay_out_struct(types, from, index, 0).size;
      if (!types->packed[type])
         *offset = ALIGN_POT(*offset, trf_types_alignment(types, *member));
      return true;
   default:
      return false;
   }
}
