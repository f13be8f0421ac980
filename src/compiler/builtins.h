/* SPDX-License-Identifier: MIT */

/* For clang.cpp. */

#ifndef TRF_COMPILER_BUILTINS_H
#define TRF_COMPILER_BUILTINS_H

namespace llvm {
class Module;
}

/*
 * Built-in functions that the translator would get wrong.
 *
 * A rounding mode means nothing between integers, but may be given (6.4.3).
 * The translator does not know such functions and would leave calls of
 * nothing: they become those without a mode.
 *
 * For a broadcast from any lane the translator demands SPIR-V 1.5, and ends
 * the process where it may not have it: a shuffle by the same lane does.
 */
void trf_settle_builtins(llvm::Module &module);

/*
 * mad(), and what clang may contract, become products and sums that say so:
 * by allowing reciprocals, which no other products and sums allow alone.
 */
void trf_split_mad(llvm::Module &module);

#endif
