/* SPDX-License-Identifier: MIT */

/*
 * Mesa's clc drives clang too, but switches most of OpenCL C's features off
 * after it has read its arguments, with no way to have them on.
 */

extern "C" {
#include "compiler/clang.h"
#include "compiler/prelude.h"
#include "compiler/text.h"
}
#include "compiler/builtins.h"
#include "util/ralloc.h"
#include "util/set.h"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <LLVMSPIRVLib/LLVMSPIRVLib.h>
#include <clang/Basic/TargetInfo.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm-c/Core.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace {

/* A directory that need not be there: its files are in memory. */
const char header_directory[] = "/trefoil/headers";

/* Where a handler is missing, LLVM ends the process at an error. */
void
append_llvm_message(const llvm::DiagnosticInfo *info, void *log)
{
   if (info->getSeverity() != llvm::DS_Error)
      return;

   std::string message;
   llvm::raw_string_ostream stream{message};
   llvm::DiagnosticPrinterRawOStream printer{stream};
   info->print(printer);
   trf_text_printf(static_cast<struct trf_text *>(log), "error: %s\n",
                   stream.str().c_str());
}

std::unique_ptr<llvm::MemoryBuffer>
copy_buffer(const char *text)
{
   return llvm::MemoryBuffer::getMemBufferCopy(text);
}

void
add_header(clang::PreprocessorOptions &options, const char *name,
           const char *text)
{
   llvm::SmallString<128> path{header_directory};
   llvm::sys::path::append(path, name);
   options.addRemappedFile(path.str(), copy_buffer(text).release());
}

void
add_files(clang::PreprocessorOptions &options,
          const struct trf_clang_job *job)
{
   add_header(options, TRF_PRELUDE_NAME, trf_prelude);
   options.addRemappedFile(job->name, copy_buffer(job->text).release());
   for (unsigned i = 0; i < job->header_count; i++)
      add_header(options, job->headers[i].name, job->headers[i].source);
}

/* Embedded headers are found before those of -I (5.8.2). */
bool
read_arguments(clang::CompilerInstance &instance,
               const struct trf_clang_job *job, llvm::raw_ostream &messages)
{
   clang::DiagnosticsEngine diagnostics{
      new clang::DiagnosticIDs, new clang::DiagnosticOptions,
      new clang::TextDiagnosticPrinter(messages,
                                       &instance.getDiagnosticOpts())};
   std::vector<const char *> words{job->name, "-emit-llvm-only", "-I",
                                   header_directory};

   words.insert(words.end(), job->words, job->words + job->word_count);
   return clang::CompilerInvocation::CreateFromArgs(
             instance.getInvocation(), words, diagnostics) &&
          !diagnostics.hasErrorOccurred();
}

void
create_diagnostics(clang::CompilerInstance &instance,
                   llvm::raw_ostream &messages)
{
   auto *printer =
      new clang::TextDiagnosticPrinter(messages, &instance.getDiagnosticOpts());
#if LLVM_VERSION_MAJOR >= 20
   instance.createDiagnostics(*llvm::vfs::getRealFileSystem(), printer);
#else
   instance.createDiagnostics(printer);
#endif
   /* Or the number of errors goes to stderr. */
   instance.setVerboseOutputStream(llvm::nulls());
}

std::unique_ptr<llvm::Module>
compile(llvm::LLVMContext &context, const struct trf_clang_job *job,
        struct set *included, llvm::raw_ostream &messages)
{
   clang::CompilerInstance instance;
   auto dependencies = std::make_shared<clang::DependencyCollector>();

   instance.addDependencyCollector(dependencies);
   if (!read_arguments(instance, job, messages))
      return nullptr;
   create_diagnostics(instance, messages);
   add_files(instance.getPreprocessorOpts(), job);

   clang::EmitLLVMOnlyAction action{&context};
   if (!instance.ExecuteAction(action))
      return nullptr;
   for (const std::string &path : dependencies->getDependencies())
      _mesa_set_add(included, ralloc_strdup(included, path.c_str()));
   return action.takeModule();
}

/* How far initializers may refer on to variables with initializers. */
constexpr unsigned max_depth = 500;

using Seen = llvm::SmallPtrSet<const llvm::Constant *, 16>;

bool
leads_to(const llvm::Constant *from, const llvm::GlobalVariable *target,
         Seen &seen, unsigned depth)
{
   if (from == target || depth > max_depth)
      return true;
   if (!seen.insert(from).second)
      return false;
   for (const llvm::Use &use : from->operands()) {
      const auto *operand = llvm::dyn_cast<llvm::Constant>(use.get());
      if (operand && leads_to(operand, target, seen, depth + 1))
         return true;
   }
   return false;
}

/* The translator goes round and round, until the stack is full. */
bool
has_circle(const llvm::Module &module, struct trf_text *log)
{
   for (const llvm::GlobalVariable &variable : module.globals()) {
      Seen seen;
      if (!variable.hasInitializer() ||
          !leads_to(variable.getInitializer(), &variable, seen, 0))
         continue;
      trf_text_printf(log,
                      "error: the initializer of '%s' refers to itself, or "
                      "over too many others\n",
                      variable.getName().str().c_str());
      return true;
   }
   return false;
}

bool
translate(llvm::Module &module, struct trf_spirv *out, struct trf_text *log)
{
   const SPIRV::TranslatorOpts::ExtensionsStatusMap extensions{
      {SPIRV::ExtensionID::SPV_EXT_shader_atomic_float_add, true},
      {SPIRV::ExtensionID::SPV_EXT_shader_atomic_float_min_max, true},
      {SPIRV::ExtensionID::SPV_KHR_expect_assume, true},
      {SPIRV::ExtensionID::SPV_KHR_float_controls, true},
      {SPIRV::ExtensionID::SPV_KHR_integer_dot_product, true},
      {SPIRV::ExtensionID::SPV_KHR_no_integer_wrap_decoration, true},
      {SPIRV::ExtensionID::SPV_KHR_subgroup_rotate, true},
   };
   /* Later versions cannot be linked with earlier: see link.c. */
   SPIRV::TranslatorOpts options{SPIRV::VersionNumber::SPIRV_1_3, extensions};
   /* Where Mesa looks for the types of arguments. */
   options.setPreserveOCLKernelArgTypeMetadataThroughString(true);

   std::ostringstream words;
   std::string error;
   if (!llvm::writeSpirv(&module, options, words, error)) {
      trf_text_printf(log, "error: %s\n", error.c_str());
      return false;
   }
   const std::string binary = words.str();
   return trf_spirv_copy(out, binary.data(), binary.size());
}

} // namespace

bool
trf_clang_compile(const struct trf_clang_job *job, struct set *included,
                  struct trf_spirv *out, struct trf_text *log)
{
   llvm::LLVMContext context;
   context.setDiagnosticHandlerCallBack(append_llvm_message, log);

   std::string messages;
   llvm::raw_string_ostream stream{messages};
   auto module = compile(context, job, included, stream);
   trf_text_append(log, stream.str().c_str());
   if (!module || has_circle(*module, log))
      return false;
   trf_settle_builtins(*module);
   if (job->split_mad)
      trf_split_mad(*module);
   return translate(*module, out, log);
}

void
trf_clang_libraries(void *functions[TRF_CLANG_LIBRARIES])
{
   bool (*const write)(llvm::Module *, const SPIRV::TranslatorOpts &,
                       std::ostream &, std::string &) = llvm::writeSpirv;

   functions[0] = reinterpret_cast<void *>(LLVMContextCreate);
   functions[1] =
      reinterpret_cast<void *>(clang::CompilerInvocation::CreateFromArgs);
   functions[2] = reinterpret_cast<void *>(write);
}
