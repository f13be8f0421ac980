/* SPDX-License-Identifier: MIT */

/* For clang.cpp. */

#ifndef TRF_COMPILER_CONVERSIONS_H
#define TRF_COMPILER_CONVERSIONS_H

namespace llvm {
class Module;
}

/*
 * A rounding mode means nothing between integers, but may be given (6.4.3).
 * The translator does not know such built-in functions and would leave calls
 * of nothing: they become those without a mode.
 */
void trf_settle_conversions(llvm::Module &module);

#endif
