/* SPDX-License-Identifier: MIT */

#include "compiler/conversions.h"

#include <string>

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Type.h>

namespace {

bool
is_between_integers(const llvm::Function &function)
{
   return function.isDeclaration() && function.arg_size() == 1 &&
          function.getReturnType()->isIntOrIntVectorTy() &&
          function.getArg(0)->getType()->isIntOrIntVectorTy();
}

/* convert_TYPE_rtX, convert_TYPE_sat_rtX, mangled; empty for all others. */
std::string
name_without_mode(llvm::StringRef name)
{
   size_t length;
   if (!name.consume_front("_Z") || name.consumeInteger(10, length) ||
       length > name.size())
      return "";

   llvm::StringRef plain = name.take_front(length);
   const llvm::StringRef types = name.drop_front(length);
   const size_t mode = plain.rfind("_rt");
   if (!plain.starts_with("convert_") || mode == llvm::StringRef::npos)
      return "";
   plain = plain.take_front(mode);
   return ("_Z" + llvm::Twine(plain.size()) + plain + types).str();
}

} // namespace

void
trf_settle_conversions(llvm::Module &module)
{
   for (llvm::Function &function : llvm::make_early_inc_range(module)) {
      if (!is_between_integers(function))
         continue;
      const std::string name = name_without_mode(function.getName());
      if (name.empty())
         continue;
      llvm::Function *known = module.getFunction(name);
      if (!known) {
         function.setName(name);
         continue;
      }
      function.replaceAllUsesWith(known);
      function.eraseFromParent();
   }
}
