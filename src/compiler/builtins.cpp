/* SPDX-License-Identifier: MIT */

#include "compiler/builtins.h"

#include <string>

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Type.h>

namespace {

bool
is_between_integers(const llvm::Function &function)
{
   return function.arg_size() == 1 &&
          function.getReturnType()->isIntOrIntVectorTy() &&
          function.getArg(0)->getType()->isIntOrIntVectorTy();
}

/* convert_TYPE for convert_TYPE_rtX and convert_TYPE_sat_rtX. */
llvm::StringRef
name_without_mode(llvm::StringRef name)
{
   const size_t mode = name.rfind("_rt");
   return name.starts_with("convert_") && mode != llvm::StringRef::npos
             ? name.take_front(mode)
             : "";
}

/* What stands for a function, both without types; empty: nothing. */
llvm::StringRef
name_in_place(const llvm::Function &function, llvm::StringRef name)
{
   if (name == "sub_group_non_uniform_broadcast")
      return "sub_group_shuffle";
   return is_between_integers(function) ? name_without_mode(name) : "";
}

/* The mangled name in place of a mangled name; empty: it may stay. */
std::string
settled_name(const llvm::Function &function)
{
   llvm::StringRef name = function.getName();
   size_t length;
   if (!function.isDeclaration() || !name.consume_front("_Z") ||
       name.consumeInteger(10, length) || length > name.size())
      return "";

   const llvm::StringRef types = name.drop_front(length);
   const llvm::StringRef plain =
      name_in_place(function, name.take_front(length));
   if (plain.empty())
      return "";
   return ("_Z" + llvm::Twine(plain.size()) + plain + types).str();
}

bool
is_mad(const llvm::Function &function)
{
   return function.getIntrinsicID() == llvm::Intrinsic::fmuladd ||
          (function.isDeclaration() && function.arg_size() == 3 &&
           function.getReturnType()->isFPOrFPVectorTy() &&
           function.getName().starts_with("_Z3mad"));
}

void
split_call(llvm::CallInst &call)
{
   llvm::IRBuilder<> builder{&call};
   llvm::FastMathFlags flags;

   flags.setAllowReciprocal();
   builder.setFastMathFlags(flags);
   llvm::Value *product =
      builder.CreateFMul(call.getArgOperand(0), call.getArgOperand(1));
   call.replaceAllUsesWith(
      builder.CreateFAdd(product, call.getArgOperand(2)));
   call.eraseFromParent();
}

} // namespace

void
trf_settle_builtins(llvm::Module &module)
{
   for (llvm::Function &function : llvm::make_early_inc_range(module)) {
      const std::string name = settled_name(function);
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

void
trf_split_mad(llvm::Module &module)
{
   for (llvm::Function &function : module) {
      if (!is_mad(function))
         continue;
      for (llvm::User *user : llvm::make_early_inc_range(function.users())) {
         auto *call = llvm::dyn_cast<llvm::CallInst>(user);
         if (call && call->getCalledFunction() == &function)
            split_call(*call);
      }
   }
}
