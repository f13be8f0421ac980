/* SPDX-License-Identifier: MIT */

#define SPV_ENABLE_UTILITY_CODE

#include "compiler/rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/words.h"
#include "util/macros.h"

/* The header has it inline, and nobody has it otherwise. */
extern inline void SpvHasResultAndType(SpvOp op, bool *has_result,
                                       bool *has_type);

/* Constants that a module gets where it calls work-group functions. */
static const uint32_t tags[] = {
   TRF_GROUP_REDUCE, TRF_GROUP_INCLUSIVE, TRF_GROUP_EXCLUSIVE,
   TRF_GROUP_PLACE,  TRF_GROUP_STEP,
};

#define CONSTANT_WORDS 4

/* An index into three axes, at most, is taken apart, and used. */
#define MAX_BROADCAST_WORDS (3 * (5 + 7))

/* What is known of an id. */
struct id {
   uint32_t type;      /* of values */
   uint32_t component; /* of vector types */
   uint32_t length;    /* likewise; 0: no vector */
   bool work_group;    /* a constant: the scope of a work-group */
};

struct rewrite {
   struct id *ids;
   uint32_t id_count;
   uint32_t scope_type; /* the type that scopes have */
   uint32_t tag_ids[ARRAY_SIZE(tags)];
   uint32_t *words;
   size_t count;
};

/* The builtin by which our passes know this one. */
static uint32_t
renamed_builtin(uint32_t builtin)
{
   switch (builtin) {
   case SpvBuiltInEnqueuedWorkgroupSize:
      return TRF_BUILTIN_ENQUEUED_SIZE;
   case SpvBuiltInNumEnqueuedSubgroups:
      return TRF_BUILTIN_ENQUEUED_SUBGROUPS;
   case SpvBuiltInSubgroupSize:
      return TRF_BUILTIN_SUBGROUP_ITEMS;
   default:
      return builtin;
   }
}

static bool
is_group_op(SpvOp op)
{
   return op >= SpvOpGroupAll && op <= SpvOpGroupSMax;
}

static unsigned
count_group_ops(const struct trf_spirv *spirv)
{
   struct trf_instruction instruction;
   size_t at = 0;
   unsigned count = 0;

   while (trf_spirv_next(spirv, &at, &instruction))
      count += is_group_op(instruction.op);
   return count;
}

/* 0 is the id of nothing. */
static struct id *
id_of(struct rewrite *rewrite, uint32_t id)
{
   return &rewrite->ids[id < rewrite->id_count ? id : 0];
}

static void
learn(struct rewrite *rewrite, const struct trf_instruction *instruction)
{
   const uint32_t *words = instruction->words;
   bool has_result, has_type;

   SpvHasResultAndType(instruction->op, &has_result, &has_type);
   if (has_result && has_type && instruction->count > 2)
      id_of(rewrite, words[2])->type = words[1];

   if (instruction->op == SpvOpTypeVector && instruction->count == 4) {
      id_of(rewrite, words[1])->component = words[2];
      id_of(rewrite, words[1])->length = words[3];
   }
   if ((instruction->op == SpvOpConstant ||
        instruction->op == SpvOpSpecConstant) &&
       instruction->count == 4)
      id_of(rewrite, words[2])->work_group = words[3] == SpvScopeWorkgroup;
}

static void
learn_all(struct rewrite *rewrite, const struct trf_spirv *spirv)
{
   struct trf_instruction instruction;
   size_t at = 0;

   while (trf_spirv_next(spirv, &at, &instruction)) {
      learn(rewrite, &instruction);
      if (is_group_op(instruction.op) && instruction.count > 3)
         rewrite->scope_type = id_of(rewrite, instruction.words[3])->type;
   }
}

static void
emit(struct rewrite *rewrite, SpvOp op, const uint32_t *operands,
     unsigned count)
{
   uint32_t *words = &rewrite->words[rewrite->count];

   words[0] = op | (count + 1) << SpvWordCountShift;
   memcpy(&words[1], operands, count * sizeof(*operands));
   rewrite->count += count + 1;
}

#define EMIT(rewrite, op, ...)                                                \
   emit((rewrite), (op), (const uint32_t[]){__VA_ARGS__},                     \
        ARRAY_SIZE(((const uint32_t[]){__VA_ARGS__})))

static uint32_t
new_id(struct rewrite *rewrite)
{
   return rewrite->words[3]++;
}

static uint32_t
tag_id(const struct rewrite *rewrite, uint32_t tag)
{
   for (unsigned i = 0; i < ARRAY_SIZE(tags); i++) {
      if (tags[i] == tag)
         return rewrite->tag_ids[i];
   }
   unreachable("not a tag");
}

static void
emit_tags(struct rewrite *rewrite)
{
   for (unsigned i = 0; i < ARRAY_SIZE(tags); i++) {
      rewrite->tag_ids[i] = new_id(rewrite);
      EMIT(rewrite, SpvOpConstant, rewrite->scope_type, rewrite->tag_ids[i],
           tags[i]);
   }
}

static uint32_t
tag_of_operation(uint32_t operation)
{
   switch (operation) {
   case SpvGroupOperationInclusiveScan:
      return TRF_GROUP_INCLUSIVE;
   case SpvGroupOperationExclusiveScan:
      return TRF_GROUP_EXCLUSIVE;
   default:
      return TRF_GROUP_REDUCE;
   }
}

static SpvOp
non_uniform_op(SpvOp op)
{
   switch (op) {
   case SpvOpGroupAll:
      return SpvOpGroupNonUniformLogicalAnd;
   case SpvOpGroupAny:
      return SpvOpGroupNonUniformLogicalOr;
   case SpvOpGroupIAdd:
      return SpvOpGroupNonUniformIAdd;
   case SpvOpGroupFAdd:
      return SpvOpGroupNonUniformFAdd;
   case SpvOpGroupFMin:
      return SpvOpGroupNonUniformFMin;
   case SpvOpGroupUMin:
      return SpvOpGroupNonUniformUMin;
   case SpvOpGroupSMin:
      return SpvOpGroupNonUniformSMin;
   case SpvOpGroupFMax:
      return SpvOpGroupNonUniformFMax;
   case SpvOpGroupUMax:
      return SpvOpGroupNonUniformUMax;
   default:
      return SpvOpGroupNonUniformSMax;
   }
}

/* An index may be a vector. */
static void
emit_broadcast(struct rewrite *rewrite, const uint32_t *words)
{
   const struct id *type = id_of(rewrite, id_of(rewrite, words[5])->type);
   const unsigned axes = CLAMP(type->length, 1, 3);
   uint32_t value = words[4];

   for (unsigned i = 0; i < axes; i++) {
      uint32_t place = words[5];
      if (type->length) {
         place = new_id(rewrite);
         EMIT(rewrite, SpvOpCompositeExtract, type->component, place,
              words[5], i);
      }
      const bool last = i + 1 == axes;
      const uint32_t result = last ? words[2] : new_id(rewrite);
      EMIT(rewrite, SpvOpGroupNonUniformRotateKHR, words[1], result, words[3],
           value, place,
           tag_id(rewrite, last ? TRF_GROUP_PLACE : TRF_GROUP_STEP));
      value = result;
   }
}

static void
emit_group_op(struct rewrite *rewrite,
              const struct trf_instruction *instruction)
{
   const uint32_t *words = instruction->words;
   const bool vote =
      instruction->op == SpvOpGroupAll || instruction->op == SpvOpGroupAny;
   const uint32_t tag = vote ? TRF_GROUP_REDUCE : tag_of_operation(words[4]);

   if (instruction->op == SpvOpGroupBroadcast)
      emit_broadcast(rewrite, words);
   else
      EMIT(rewrite, non_uniform_op(instruction->op), words[1], words[2],
           words[3], SpvGroupOperationClusteredReduce,
           vote ? words[4] : words[5], tag_id(rewrite, tag));
}

static bool
is_of_work_group(struct rewrite *rewrite,
                 const struct trf_instruction *instruction)
{
   const bool vote =
      instruction->op == SpvOpGroupAll || instruction->op == SpvOpGroupAny;

   return is_group_op(instruction->op) &&
          instruction->count == (vote ? 5 : 6) &&
          id_of(rewrite, instruction->words[3])->work_group;
}

/* The rest goes through as it is, but for the names of builtins. */
static void
copy_instruction(struct rewrite *rewrite,
                 const struct trf_instruction *instruction)
{
   uint32_t *words = &rewrite->words[rewrite->count];

   memcpy(words, instruction->words, instruction->count * sizeof(*words));
   if (instruction->op == SpvOpDecorate && instruction->count > 3 &&
       words[2] == SpvDecorationBuiltIn)
      words[3] = renamed_builtin(words[3]);
   rewrite->count += instruction->count;
}

static void
write_all(struct rewrite *rewrite, const struct trf_spirv *spirv)
{
   struct trf_instruction instruction;
   size_t at = 0;

   memcpy(rewrite->words, spirv->data,
          TRF_SPIRV_HEADER_WORDS * sizeof(*rewrite->words));
   rewrite->count = TRF_SPIRV_HEADER_WORDS;
   while (trf_spirv_next(spirv, &at, &instruction)) {
      if (instruction.op == SpvOpFunction && rewrite->scope_type &&
          !rewrite->tag_ids[0])
         emit_tags(rewrite);
      if (rewrite->scope_type && is_of_work_group(rewrite, &instruction))
         emit_group_op(rewrite, &instruction);
      else
         copy_instruction(rewrite, &instruction);
   }
}

bool
trf_spirv_rewrite(const struct trf_spirv *spirv, struct trf_spirv *out)
{
   const unsigned ops = count_group_ops(spirv);
   struct rewrite rewrite = {0};

   if (spirv->size < TRF_SPIRV_HEADER_WORDS * sizeof(uint32_t))
      return false;
   if (ops) {
      rewrite.id_count = MAX2(((const uint32_t *)spirv->data)[3], 1);
      rewrite.ids = calloc(rewrite.id_count, sizeof(*rewrite.ids));
      if (!rewrite.ids)
         return false;
      learn_all(&rewrite, spirv);
   }
   const size_t more =
      ops ? ARRAY_SIZE(tags) * CONSTANT_WORDS + ops * MAX_BROADCAST_WORDS : 0;
   rewrite.words = malloc(spirv->size + more * sizeof(*rewrite.words));
   if (rewrite.words)
      write_all(&rewrite, spirv);
   free(rewrite.ids);
   out->data = rewrite.words;
   out->size = rewrite.count * sizeof(*rewrite.words);
   if (!out->data || !trf_spirv_narrow_scopes(out)) {
      trf_spirv_free(out);
      return false;
   }
   return true;
}
