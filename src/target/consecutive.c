/*
 * SPDX-License-Identifier: MIT
 *
 * llvmpipe reads and writes memory with gathers and scatters, lane by lane.
 * Most kernels' lanes lie side by side, which one load or store of a vector
 * does many times faster; but the compiler cannot know. So the code looks,
 * each time, and gathers or scatters if they do not.
 *
 * The linker puts these functions before gallivm's own (--wrap).
 */

#include "gallium/target.h"

#ifdef GALLIUM_LLVMPIPE

#include <stdio.h>

#include <llvm-c/Core.h>

#include "gallivm/lp_bld_gather.h"
#include "gallivm/lp_bld_init.h"
#include "gallivm/lp_bld_type.h"
#include "util/u_cpu_detect.h"

/* gallivm's own, and what is called in their place: the linker's names. */
typedef LLVMValueRef masked_gather(struct gallivm_state *gallivm,
                                   unsigned length, unsigned bit_size,
                                   LLVMTypeRef vec_type,
                                   LLVMValueRef pointers, LLVMValueRef mask);
typedef void masked_scatter(struct gallivm_state *gallivm, unsigned length,
                            unsigned bit_size, LLVMValueRef pointers,
                            LLVMValueRef value, LLVMValueRef mask);
typedef LLVMValueRef gather(struct gallivm_state *gallivm, unsigned length,
                            unsigned src_width, struct lp_type dst_type,
                            bool aligned, LLVMValueRef base,
                            LLVMValueRef offsets, bool vector_justify);
masked_gather __real_lp_build_masked_gather, __wrap_lp_build_masked_gather;
masked_scatter __real_lp_build_masked_scatter, __wrap_lp_build_masked_scatter;
gather __real_lp_build_gather, __wrap_lp_build_gather;

/* Of a kernel: the compiler takes its time with more. */
#define MAX_BLOCKS 192

/* Two ways to do one access, and where they meet. */
struct fork {
   LLVMBasicBlockRef vector, lanes, end;
};

static LLVMValueRef
first_of(struct gallivm_state *gallivm, LLVMValueRef vector)
{
   LLVMTypeRef type = LLVMInt32TypeInContext(gallivm->context);
   return LLVMBuildExtractElement(gallivm->builder, vector,
                                  LLVMConstNull(type), "");
}

static LLVMValueRef
broadcast(struct gallivm_state *gallivm, LLVMValueRef vector)
{
   LLVMTypeRef vec_type = LLVMTypeOf(vector);
   LLVMTypeRef type = LLVMVectorType(LLVMInt32TypeInContext(gallivm->context),
                                     LLVMGetVectorSize(vec_type));
   return LLVMBuildShuffleVector(gallivm->builder, vector,
                                 LLVMGetUndef(vec_type), LLVMConstNull(type),
                                 "");
}

/* For each lane, whether its place is where the stride puts it. */
static LLVMValueRef
have_stride(struct gallivm_state *gallivm, LLVMValueRef places,
            unsigned stride)
{
   LLVMTypeRef vec_type = LLVMTypeOf(places);
   const unsigned length = LLVMGetVectorSize(vec_type);
   LLVMValueRef offsets[LP_MAX_VECTOR_LENGTH];

   for (unsigned i = 0; i < length; i++)
      offsets[i] =
         LLVMConstInt(LLVMGetElementType(vec_type), i * stride, false);
   LLVMValueRef wanted =
      LLVMBuildAdd(gallivm->builder, broadcast(gallivm, places),
                   LLVMConstVector(offsets, length), "");
   return LLVMBuildICmp(gallivm->builder, LLVMIntEQ, places, wanted, "");
}

static LLVMValueRef
all_true(struct gallivm_state *gallivm, LLVMValueRef truths)
{
   LLVMTypeRef bits = LLVMIntTypeInContext(
      gallivm->context, LLVMGetVectorSize(LLVMTypeOf(truths)));
   return LLVMBuildICmp(gallivm->builder, LLVMIntEQ,
                        LLVMBuildBitCast(gallivm->builder, truths, bits, ""),
                        LLVMConstAllOnes(bits), "");
}

/* Whether all lanes take part, and each is `stride` bytes from the last. */
static LLVMValueRef
are_apart_by(struct gallivm_state *gallivm, LLVMValueRef pointers,
             LLVMValueRef mask, unsigned stride)
{
   LLVMBuilderRef builder = gallivm->builder;
   LLVMTypeRef type = LLVMVectorType(LLVMInt64TypeInContext(gallivm->context),
                                     LLVMGetVectorSize(LLVMTypeOf(pointers)));
   LLVMValueRef active = LLVMBuildICmp(builder, LLVMIntNE, mask,
                                       LLVMConstNull(LLVMTypeOf(mask)), "");
   LLVMValueRef in_place = have_stride(
      gallivm, LLVMBuildPtrToInt(builder, pointers, type, ""), stride);
   return all_true(gallivm, LLVMBuildAnd(builder, in_place, active, ""));
}

static LLVMBasicBlockRef
append_block(struct gallivm_state *gallivm)
{
   LLVMBasicBlockRef here = LLVMGetInsertBlock(gallivm->builder);
   return LLVMAppendBasicBlockInContext(gallivm->context,
                                        LLVMGetBasicBlockParent(here), "");
}

static bool
is_worth_it(struct gallivm_state *gallivm)
{
   LLVMBasicBlockRef here = LLVMGetInsertBlock(gallivm->builder);
   return LLVMCountBasicBlocks(LLVMGetBasicBlockParent(here)) < MAX_BLOCKS;
}

/* Goes on with the way for when the condition holds. */
static struct fork
begin_fork(struct gallivm_state *gallivm, LLVMValueRef condition)
{
   const struct fork fork = {
      .vector = append_block(gallivm),
      .lanes = append_block(gallivm),
      .end = append_block(gallivm),
   };

   LLVMBuildCondBr(gallivm->builder, condition, fork.vector, fork.lanes);
   LLVMPositionBuilderAtEnd(gallivm->builder, fork.vector);
   return fork;
}

/* Ends one way, and goes on with `next`: the other one, or where they meet. */
static void
end_way(struct gallivm_state *gallivm, const struct fork *fork,
        LLVMBasicBlockRef next)
{
   LLVMBuildBr(gallivm->builder, fork->end);
   LLVMPositionBuilderAtEnd(gallivm->builder, next);
}

/* What was read, whichever way; `lanes` by the one that ends here. */
static LLVMValueRef
end_fork(struct gallivm_state *gallivm, const struct fork *fork,
         LLVMValueRef vector, LLVMValueRef lanes)
{
   LLVMValueRef values[] = {vector, lanes};
   LLVMBasicBlockRef blocks[] = {fork->vector,
                                 LLVMGetInsertBlock(gallivm->builder)};

   end_way(gallivm, fork, fork->end);
   LLVMValueRef value =
      LLVMBuildPhi(gallivm->builder, LLVMTypeOf(vector), "");
   LLVMAddIncoming(value, values, blocks, 2);
   return value;
}

static LLVMValueRef
load(struct gallivm_state *gallivm, LLVMTypeRef type, LLVMValueRef pointer,
     unsigned alignment)
{
   LLVMValueRef value = LLVMBuildLoad2(gallivm->builder, type, pointer, "");
   LLVMSetAlignment(value, alignment);
   return value;
}

/*
 * What the processor has no instruction for LLVM makes branches of, and walks
 * through the whole kernel again for each access: thousands take minutes.
 * Long kernels call a function instead.
 */
static bool
is_native(unsigned bit_size)
{
   return bit_size >= 32 && util_get_cpu_caps()->has_avx512vl;
}

/* Takes, and perhaps gives, vectors; its body is to be built if it is new. */
static LLVMValueRef
get_function(struct gallivm_state *gallivm, const char *name,
             LLVMTypeRef result, LLVMValueRef *arguments, unsigned count,
             LLVMTypeRef *type, bool *is_new)
{
   LLVMTypeRef types[3];
   for (unsigned i = 0; i < count; i++)
      types[i] = LLVMTypeOf(arguments[i]);
   *type = LLVMFunctionType(result, types, count, false);

   LLVMValueRef function = LLVMGetNamedFunction(gallivm->module, name);
   *is_new = !function;
   if (*is_new) {
      function = LLVMAddFunction(gallivm->module, name, *type);
      LLVMSetLinkage(function, LLVMInternalLinkage);
      LLVMAppendBasicBlockInContext(gallivm->context, function, "");
   }
   return function;
}

/*
 * Processors have gathers, and most are slower at them than at loading each
 * lane.
 */
static LLVMValueRef
gather_singly(struct gallivm_state *gallivm, unsigned length,
              unsigned bit_size, LLVMTypeRef vec_type, LLVMValueRef pointers,
              LLVMValueRef mask)
{
   LLVMBuilderRef builder = gallivm->builder;
   LLVMTypeRef index = LLVMInt32TypeInContext(gallivm->context);
   LLVMValueRef active = LLVMBuildICmp(builder, LLVMIntNE, mask,
                                       LLVMConstNull(LLVMTypeOf(mask)), "");
   const struct fork fork = begin_fork(gallivm, all_true(gallivm, active));
   LLVMValueRef vector = LLVMGetUndef(vec_type);

   for (unsigned i = 0; i < length; i++) {
      LLVMValueRef lane = LLVMConstInt(index, i, false);
      LLVMValueRef value = load(
         gallivm, LLVMGetElementType(vec_type),
         LLVMBuildExtractElement(builder, pointers, lane, ""), bit_size / 8);
      vector = LLVMBuildInsertElement(builder, vector, value, lane, "");
   }
   end_way(gallivm, &fork, fork.lanes);
   LLVMValueRef lanes = __real_lp_build_masked_gather(
      gallivm, length, bit_size, vec_type, pointers, mask);
   return end_fork(gallivm, &fork, vector, lanes);
}

/* All lanes may also read the same: a coefficient, a row of a matrix. */
static LLVMValueRef
gather_or_broadcast(struct gallivm_state *gallivm, unsigned length,
                    unsigned bit_size, LLVMTypeRef vec_type,
                    LLVMValueRef pointers, LLVMValueRef mask)
{
   const struct fork fork =
      begin_fork(gallivm, are_apart_by(gallivm, pointers, mask, 0));

   LLVMValueRef scalar = load(gallivm, LLVMGetElementType(vec_type),
                              first_of(gallivm, pointers), bit_size / 8);
   LLVMValueRef vector = broadcast(
      gallivm,
      LLVMBuildInsertElement(
         gallivm->builder, LLVMGetUndef(vec_type), scalar,
         LLVMConstNull(LLVMInt32TypeInContext(gallivm->context)), ""));
   end_way(gallivm, &fork, fork.lanes);
   LLVMValueRef lanes =
      gather_singly(gallivm, length, bit_size, vec_type, pointers, mask);
   return end_fork(gallivm, &fork, vector, lanes);
}

static LLVMValueRef
load_or_gather(struct gallivm_state *gallivm, unsigned length,
               unsigned bit_size, LLVMTypeRef vec_type, LLVMValueRef pointers,
               LLVMValueRef mask)
{
   const struct fork fork = begin_fork(
      gallivm, are_apart_by(gallivm, pointers, mask, bit_size / 8));

   LLVMValueRef vector =
      load(gallivm, vec_type, first_of(gallivm, pointers), bit_size / 8);
   end_way(gallivm, &fork, fork.lanes);
   LLVMValueRef lanes = gather_or_broadcast(gallivm, length, bit_size,
                                            vec_type, pointers, mask);
   return end_fork(gallivm, &fork, vector, lanes);
}

static LLVMValueRef
call_gather(struct gallivm_state *gallivm, unsigned length, unsigned bit_size,
            LLVMTypeRef vec_type, LLVMValueRef pointers, LLVMValueRef mask)
{
   LLVMBuilderRef builder = gallivm->builder;
   LLVMValueRef arguments[] = {pointers, mask};
   LLVMTypeRef type;
   char name[32];
   bool is_new;

   const bool is_float =
      LLVMGetTypeKind(LLVMGetElementType(vec_type)) != LLVMIntegerTypeKind;
   snprintf(name, sizeof(name), "gather_%ux%u%s", length, bit_size,
            is_float ? "f" : "");
   LLVMValueRef function =
      get_function(gallivm, name, vec_type, arguments, 2, &type, &is_new);
   if (is_new) {
      LLVMBasicBlockRef here = LLVMGetInsertBlock(builder);
      LLVMPositionBuilderAtEnd(builder, LLVMGetEntryBasicBlock(function));
      LLVMBuildRet(builder,
                   load_or_gather(gallivm, length, bit_size, vec_type,
                                  LLVMGetParam(function, 0),
                                  LLVMGetParam(function, 1)));
      LLVMPositionBuilderAtEnd(builder, here);
   }
   return LLVMBuildCall2(builder, type, function, arguments, 2, "");
}

static void
call_scatter(struct gallivm_state *gallivm, unsigned length,
             unsigned bit_size, LLVMValueRef pointers, LLVMValueRef value,
             LLVMValueRef mask)
{
   LLVMBuilderRef builder = gallivm->builder;
   LLVMValueRef arguments[] = {pointers, value, mask};
   LLVMTypeRef type;
   char name[32];
   bool is_new;

   snprintf(name, sizeof(name), "scatter_%ux%u", length, bit_size);
   LLVMValueRef function =
      get_function(gallivm, name, LLVMVoidTypeInContext(gallivm->context),
                   arguments, 3, &type, &is_new);
   if (is_new) {
      LLVMBasicBlockRef here = LLVMGetInsertBlock(builder);
      LLVMPositionBuilderAtEnd(builder, LLVMGetEntryBasicBlock(function));
      __real_lp_build_masked_scatter(
         gallivm, length, bit_size, LLVMGetParam(function, 0),
         LLVMGetParam(function, 1), LLVMGetParam(function, 2));
      LLVMBuildRetVoid(builder);
      LLVMPositionBuilderAtEnd(builder, here);
   }
   LLVMBuildCall2(builder, type, function, arguments, 3, "");
}

LLVMValueRef
__wrap_lp_build_masked_gather(struct gallivm_state *gallivm, unsigned length,
                              unsigned bit_size, LLVMTypeRef vec_type,
                              LLVMValueRef pointers, LLVMValueRef mask)
{
   masked_gather *const way = is_worth_it(gallivm) ? load_or_gather
                              : is_native(bit_size)
                                 ? __real_lp_build_masked_gather
                                 : call_gather;
   return way(gallivm, length, bit_size, vec_type, pointers, mask);
}

void
__wrap_lp_build_masked_scatter(struct gallivm_state *gallivm, unsigned length,
                               unsigned bit_size, LLVMValueRef pointers,
                               LLVMValueRef value, LLVMValueRef mask)
{
   if (!is_worth_it(gallivm)) {
      (is_native(bit_size) ? __real_lp_build_masked_scatter : call_scatter)(
         gallivm, length, bit_size, pointers, value, mask);
      return;
   }

   const struct fork fork = begin_fork(
      gallivm, are_apart_by(gallivm, pointers, mask, bit_size / 8));
   LLVMValueRef store =
      LLVMBuildStore(gallivm->builder, value, first_of(gallivm, pointers));
   LLVMSetAlignment(store, bit_size / 8);
   end_way(gallivm, &fork, fork.lanes);
   __real_lp_build_masked_scatter(gallivm, length, bit_size, pointers, value,
                                  mask);
   end_way(gallivm, &fork, fork.end);
}

/* Pixels, of 32 bits each; no place is out of bounds here. */
LLVMValueRef
__wrap_lp_build_gather(struct gallivm_state *gallivm, unsigned length,
                       unsigned src_width, struct lp_type dst_type,
                       bool aligned, LLVMValueRef base, LLVMValueRef offsets,
                       bool vector_justify)
{
   if (length == 1 || src_width != 32 ||
       dst_type.width * dst_type.length != 32 || !is_worth_it(gallivm))
      return __real_lp_build_gather(gallivm, length, src_width, dst_type,
                                    aligned, base, offsets, vector_justify);

   LLVMTypeRef byte = LLVMInt8TypeInContext(gallivm->context);
   LLVMTypeRef type =
      LLVMVectorType(lp_build_elem_type(gallivm, dst_type), length);
   const struct fork fork = begin_fork(
      gallivm, all_true(gallivm, have_stride(gallivm, offsets, 4)));
   LLVMValueRef first = first_of(gallivm, offsets);
   LLVMValueRef vector =
      load(gallivm, type,
           LLVMBuildGEP2(gallivm->builder, byte, base, &first, 1, ""),
           aligned ? 4 : 1);
   end_way(gallivm, &fork, fork.lanes);
   LLVMValueRef lanes =
      __real_lp_build_gather(gallivm, length, src_width, dst_type, aligned,
                             base, offsets, vector_justify);
   return end_fork(gallivm, &fork, vector, lanes);
}

#endif
