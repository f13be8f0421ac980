/*
 * SPDX-License-Identifier: MIT
 *
 * llvmpipe reads and writes global memory with gathers and scatters, a lane
 * at a time. Most kernels' lanes lie side by side, which one load or store of
 * a vector does many times faster; but the compiler cannot know. So the code
 * looks, each time, and gathers or scatters if they do not.
 *
 * The linker puts these functions before gallivm's own (--wrap).
 */

#include "gallium/target.h"

#ifdef GALLIUM_LLVMPIPE

#include <llvm-c/Core.h>

#include "gallivm/lp_bld_gather.h"
#include "gallivm/lp_bld_init.h"
#include "gallivm/lp_bld_type.h"

/* gallivm's own, and what is called in their place: the linker's names. */
LLVMValueRef __real_lp_build_masked_gather(struct gallivm_state *gallivm,
                                           unsigned length, unsigned bit_size,
                                           LLVMTypeRef vec_type,
                                           LLVMValueRef pointers,
                                           LLVMValueRef mask);
void __real_lp_build_masked_scatter(struct gallivm_state *gallivm,
                                    unsigned length, unsigned bit_size,
                                    LLVMValueRef pointers, LLVMValueRef value,
                                    LLVMValueRef mask);
LLVMValueRef __wrap_lp_build_masked_gather(struct gallivm_state *gallivm,
                                           unsigned length, unsigned bit_size,
                                           LLVMTypeRef vec_type,
                                           LLVMValueRef pointers,
                                           LLVMValueRef mask);
void __wrap_lp_build_masked_scatter(struct gallivm_state *gallivm,
                                    unsigned length, unsigned bit_size,
                                    LLVMValueRef pointers, LLVMValueRef value,
                                    LLVMValueRef mask);

/* Of a kernel: the compiler takes its time with more. */
#define MAX_BLOCKS 128

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

/* Whether all lanes take part, and each is `stride` bytes from the last. */
static LLVMValueRef
have_stride(struct gallivm_state *gallivm, LLVMValueRef pointers,
            LLVMValueRef mask, unsigned stride)
{
   LLVMBuilderRef builder = gallivm->builder;
   const unsigned length = LLVMGetVectorSize(LLVMTypeOf(pointers));
   LLVMTypeRef type = LLVMInt64TypeInContext(gallivm->context);
   LLVMTypeRef bits = LLVMIntTypeInContext(gallivm->context, length);
   LLVMValueRef offsets[LP_MAX_VECTOR_LENGTH];

   for (unsigned i = 0; i < length; i++)
      offsets[i] = LLVMConstInt(type, i * stride, false);
   LLVMValueRef addresses =
      LLVMBuildPtrToInt(builder, pointers, LLVMVectorType(type, length), "");
   LLVMValueRef wanted = LLVMBuildAdd(builder, broadcast(gallivm, addresses),
                                      LLVMConstVector(offsets, length), "");
   LLVMValueRef equal =
      LLVMBuildICmp(builder, LLVMIntEQ, addresses, wanted, "");
   LLVMValueRef active = LLVMBuildICmp(builder, LLVMIntNE, mask,
                                       LLVMConstNull(LLVMTypeOf(mask)), "");
   LLVMValueRef both = LLVMBuildAnd(builder, equal, active, "");
   return LLVMBuildICmp(builder, LLVMIntEQ,
                        LLVMBuildBitCast(builder, both, bits, ""),
                        LLVMConstAllOnes(bits), "");
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

/* Goes on with the way for lanes that are apart by the stride. */
static struct fork
begin_fork(struct gallivm_state *gallivm, LLVMValueRef pointers,
           LLVMValueRef mask, unsigned stride)
{
   const struct fork fork = {
      .vector = append_block(gallivm),
      .lanes = append_block(gallivm),
      .end = append_block(gallivm),
   };

   LLVMBuildCondBr(gallivm->builder,
                   have_stride(gallivm, pointers, mask, stride), fork.vector,
                   fork.lanes);
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

static LLVMValueRef
load(struct gallivm_state *gallivm, LLVMTypeRef type, LLVMValueRef pointers,
     unsigned bit_size)
{
   LLVMValueRef value =
      LLVMBuildLoad2(gallivm->builder, type, first_of(gallivm, pointers), "");
   LLVMSetAlignment(value, bit_size / 8);
   return value;
}

/* All lanes may also read the same: a coefficient, a row of a matrix. */
static LLVMValueRef
gather_or_broadcast(struct gallivm_state *gallivm, unsigned length,
                    unsigned bit_size, LLVMTypeRef vec_type,
                    LLVMValueRef pointers, LLVMValueRef mask)
{
   LLVMBuilderRef builder = gallivm->builder;
   const struct fork fork = begin_fork(gallivm, pointers, mask, 0);
   LLVMValueRef values[2];

   LLVMValueRef scalar =
      load(gallivm, LLVMGetElementType(vec_type), pointers, bit_size);
   values[0] = broadcast(
      gallivm,
      LLVMBuildInsertElement(
         builder, LLVMGetUndef(vec_type), scalar,
         LLVMConstNull(LLVMInt32TypeInContext(gallivm->context)), ""));
   end_way(gallivm, &fork, fork.lanes);
   values[1] = __real_lp_build_masked_gather(gallivm, length, bit_size,
                                             vec_type, pointers, mask);
   end_way(gallivm, &fork, fork.end);

   LLVMBasicBlockRef blocks[] = {fork.vector, fork.lanes};
   LLVMValueRef value = LLVMBuildPhi(builder, vec_type, "");
   LLVMAddIncoming(value, values, blocks, 2);
   return value;
}

LLVMValueRef
__wrap_lp_build_masked_gather(struct gallivm_state *gallivm, unsigned length,
                              unsigned bit_size, LLVMTypeRef vec_type,
                              LLVMValueRef pointers, LLVMValueRef mask)
{
   if (!is_worth_it(gallivm))
      return __real_lp_build_masked_gather(gallivm, length, bit_size,
                                           vec_type, pointers, mask);

   LLVMBuilderRef builder = gallivm->builder;
   const struct fork fork = begin_fork(gallivm, pointers, mask, bit_size / 8);
   LLVMValueRef values[2];
   LLVMBasicBlockRef blocks[2] = {fork.vector};

   values[0] = load(gallivm, vec_type, pointers, bit_size);
   end_way(gallivm, &fork, fork.lanes);
   values[1] = gather_or_broadcast(gallivm, length, bit_size, vec_type,
                                   pointers, mask);
   blocks[1] = LLVMGetInsertBlock(builder);
   end_way(gallivm, &fork, fork.end);

   LLVMValueRef value = LLVMBuildPhi(builder, vec_type, "");
   LLVMAddIncoming(value, values, blocks, 2);
   return value;
}

void
__wrap_lp_build_masked_scatter(struct gallivm_state *gallivm, unsigned length,
                               unsigned bit_size, LLVMValueRef pointers,
                               LLVMValueRef value, LLVMValueRef mask)
{
   if (!is_worth_it(gallivm)) {
      __real_lp_build_masked_scatter(gallivm, length, bit_size, pointers,
                                     value, mask);
      return;
   }

   const struct fork fork = begin_fork(gallivm, pointers, mask, bit_size / 8);
   LLVMValueRef store =
      LLVMBuildStore(gallivm->builder, value, first_of(gallivm, pointers));
   LLVMSetAlignment(store, bit_size / 8);
   end_way(gallivm, &fork, fork.lanes);
   __real_lp_build_masked_scatter(gallivm, length, bit_size, pointers, value,
                                  mask);
   end_way(gallivm, &fork, fork.end);
}

#endif
