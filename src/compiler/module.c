/* SPDX-License-Identifier: MIT */

#include "compiler/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler_private.h"
#include "compiler/hint.h"
#include "compiler/text.h"
#include "compiler/words.h"
#include "util/macros.h"

static cl_kernel_arg_address_qualifier
address_of(enum clc_kernel_arg_address_qualifier address)
{
   switch (address) {
   case CLC_KERNEL_ARG_ADDRESS_GLOBAL:
      return CL_KERNEL_ARG_ADDRESS_GLOBAL;
   case CLC_KERNEL_ARG_ADDRESS_CONSTANT:
      return CL_KERNEL_ARG_ADDRESS_CONSTANT;
   case CLC_KERNEL_ARG_ADDRESS_LOCAL:
      return CL_KERNEL_ARG_ADDRESS_LOCAL;
   default:
      return CL_KERNEL_ARG_ADDRESS_PRIVATE;
   }
}

static cl_kernel_arg_access_qualifier
access_of(unsigned access)
{
   switch (access) {
   case CLC_KERNEL_ARG_ACCESS_READ:
      return CL_KERNEL_ARG_ACCESS_READ_ONLY;
   case CLC_KERNEL_ARG_ACCESS_WRITE:
      return CL_KERNEL_ARG_ACCESS_WRITE_ONLY;
   case CLC_KERNEL_ARG_ACCESS_READ | CLC_KERNEL_ARG_ACCESS_WRITE:
      return CL_KERNEL_ARG_ACCESS_READ_WRITE;
   default:
      return CL_KERNEL_ARG_ACCESS_NONE;
   }
}

static cl_kernel_arg_type_qualifier
type_of(unsigned qualifiers)
{
   cl_kernel_arg_type_qualifier type = CL_KERNEL_ARG_TYPE_NONE;
   if (qualifiers & CLC_KERNEL_ARG_TYPE_CONST)
      type |= CL_KERNEL_ARG_TYPE_CONST;
   if (qualifiers & CLC_KERNEL_ARG_TYPE_RESTRICT)
      type |= CL_KERNEL_ARG_TYPE_RESTRICT;
   if (qualifiers & CLC_KERNEL_ARG_TYPE_VOLATILE)
      type |= CL_KERNEL_ARG_TYPE_VOLATILE;
   return type;
}

/* NULL only without memory. */
static char *
copy_name(const char *name)
{
   return strdup(name ? name : "");
}

static bool
fill_arg(struct trf_kernel_decl_arg *arg, const struct clc_kernel_arg *from)
{
   arg->name = copy_name(from->name);
   arg->type_name = copy_name(from->type_name);
   arg->address = address_of(from->address_qualifier);
   arg->access = access_of(from->access_qualifier);
   arg->type = type_of(from->type_qualifier);
   return arg->name && arg->type_name;
}

/*
 * SPIR-V has all of it but the sign; and one byte, no vector, looks as if
 * there were no attribute.
 */
static void
describe_type_hint(struct trf_text *text, const char *source,
                   const struct clc_kernel_info *info)
{
   static const char *const types[] = {
      [CLC_VEC_HINT_TYPE_CHAR] = "uchar",
      [CLC_VEC_HINT_TYPE_SHORT] = "ushort",
      [CLC_VEC_HINT_TYPE_INT] = "uint",
      [CLC_VEC_HINT_TYPE_LONG] = "ulong",
      [CLC_VEC_HINT_TYPE_HALF] = "half",
      [CLC_VEC_HINT_TYPE_FLOAT] = "float",
      [CLC_VEC_HINT_TYPE_DOUBLE] = "double",
   };
   const bool is_vector = info->vec_hint_size > 1;
   char name[24], *type = name;

   snprintf(name, sizeof(name), is_vector ? "%s%u" : "%s",
            types[info->vec_hint_type], info->vec_hint_size);
   if (name[0] == 'u' && !trf_hint_in_source(source, info->name, name))
      type++;
   if (!is_vector && info->vec_hint_type == CLC_VEC_HINT_TYPE_CHAR &&
       !trf_hint_in_source(source, info->name, type))
      return;
   trf_text_printf(text, "%svec_type_hint(%s)", text->length ? " " : "",
                   type);
}

/* The attributes in the words of the source (5.9.4, CL_KERNEL_ATTRIBUTES). */
static char *
describe_attributes(const char *source, const struct clc_kernel_info *info)
{
   struct trf_text text = {0};

   if (info->local_size[0])
      trf_text_printf(&text, "reqd_work_group_size(%u,%u,%u)",
                      info->local_size[0], info->local_size[1],
                      info->local_size[2]);
   if (info->local_size_hint[0])
      trf_text_printf(&text, "%swork_group_size_hint(%u,%u,%u)",
                      text.length ? " " : "", info->local_size_hint[0],
                      info->local_size_hint[1], info->local_size_hint[2]);
   describe_type_hint(&text, source, info);
   return text.string ? text.string : strdup("");
}

static bool
fill_kernel(struct trf_kernel_decl *kernel, const char *source,
            const struct clc_kernel_info *info)
{
   kernel->name = copy_name(info->name);
   kernel->attributes = describe_attributes(source, info);
   for (unsigned i = 0; i < 3; i++) {
      kernel->required_local_size[i] = info->local_size[i];
      kernel->local_size_hint[i] = info->local_size_hint[i];
   }
   kernel->args = calloc(MAX2(info->num_args, 1), sizeof(*kernel->args));
   if (!kernel->name || !kernel->attributes || !kernel->args)
      return false;

   kernel->arg_count = info->num_args;
   for (unsigned i = 0; i < kernel->arg_count; i++) {
      if (!fill_arg(&kernel->args[i], &info->args[i]))
         return false;
   }
   return true;
}

static unsigned
constant_size(enum clc_spec_constant_type type)
{
   switch (type) {
   case CLC_SPEC_CONSTANT_BOOL:
   case CLC_SPEC_CONSTANT_INT8:
   case CLC_SPEC_CONSTANT_UINT8:
      return 1;
   case CLC_SPEC_CONSTANT_INT16:
   case CLC_SPEC_CONSTANT_UINT16:
   case CLC_SPEC_CONSTANT_UNKNOWN: /* halves: see il.c */
      return 2;
   case CLC_SPEC_CONSTANT_DOUBLE:
   case CLC_SPEC_CONSTANT_INT64:
   case CLC_SPEC_CONSTANT_UINT64:
      return 8;
   default:
      return 4;
   }
}

static bool
fill_module(struct trf_module *module, const char *source,
            const struct clc_parsed_spirv *parsed)
{
   module->kernels =
      calloc(MAX2(parsed->num_kernels, 1), sizeof(*module->kernels));
   module->constants =
      calloc(MAX2(parsed->num_spec_constants, 1), sizeof(*module->constants));
   if (!module->kernels || !module->constants)
      return false;

   module->kernel_count = parsed->num_kernels;
   for (unsigned i = 0; i < module->kernel_count; i++) {
      if (!fill_kernel(&module->kernels[i], source, &parsed->kernels[i]))
         return false;
   }
   module->constant_count = parsed->num_spec_constants;
   for (unsigned i = 0; i < module->constant_count; i++) {
      module->constants[i].id = parsed->spec_constants[i].id;
      module->constants[i].size =
         constant_size(parsed->spec_constants[i].type);
   }
   return true;
}

/* Whether any of it was OpenCL C before 2.0. */
static bool
has_old_source(const struct trf_spirv *spirv)
{
   struct trf_instruction instruction;
   size_t at = 0;

   while (trf_spirv_next(spirv, &at, &instruction)) {
      if (instruction.op == SpvOpSource && instruction.count > 2 &&
          instruction.words[1] == SpvSourceLanguageOpenCL_C &&
          instruction.words[2] < 200000)
         return true;
   }
   return false;
}

static struct trf_kernel_decl *
entry_kernel(struct trf_module *module,
             const struct trf_instruction *instruction)
{
   const char *name = (const char *)&instruction->words[3];
   if (instruction->count < 4 ||
       !memchr(name, 0, (instruction->count - 3) * sizeof(uint32_t)))
      return NULL;
   for (unsigned i = 0; i < module->kernel_count; i++) {
      if (strcmp(module->kernels[i].name, name) == 0)
         return &module->kernels[i];
   }
   return NULL;
}

/* The modes of one entry point; NIR keeps but eight bits of these. */
static void
read_modes(const struct trf_spirv *spirv, uint32_t entry,
           struct trf_kernel_decl *kernel)
{
   struct trf_instruction mode;

   for (size_t at = 0; trf_spirv_next(spirv, &at, &mode);) {
      if (mode.op != SpvOpExecutionMode || mode.count < 4 ||
          mode.words[1] != entry)
         continue;
      if (mode.words[2] == SpvExecutionModeSubgroupsPerWorkgroup)
         kernel->sub_groups = mode.words[3];
      if (mode.words[2] == SpvExecutionModeSubgroupSize)
         kernel->sub_group_size = mode.words[3];
   }
}

static void
fill_sub_groups(struct trf_module *module, const struct trf_spirv *spirv)
{
   struct trf_instruction entry;

   /* Most modules need no closer look. */
   if (!trf_spirv_has_capability(spirv, SpvCapabilitySubgroupDispatch))
      return;
   for (size_t at = 0; trf_spirv_next(spirv, &at, &entry);) {
      if (entry.op != SpvOpEntryPoint)
         continue;
      struct trf_kernel_decl *kernel = entry_kernel(module, &entry);
      if (kernel)
         read_modes(spirv, entry.words[2], kernel);
   }
}

struct trf_module *
trf_module_parse(const struct trf_spirv *spirv, const char *source,
                 struct trf_text *log)
{
   const struct clc_logger logger = trf_clc_logger(log);
   const struct clc_binary binary = {
      .data = spirv->data,
      .size = spirv->size,
   };
   struct clc_parsed_spirv parsed = {0};
   if (!clc_parse_spirv(&binary, &logger, &parsed))
      return NULL;

   struct trf_module *module = calloc(1, sizeof(*module));
   if (module && (!fill_module(module, source, &parsed) ||
                  !trf_globals_parse(spirv, &module->globals, log))) {
      trf_module_free(module);
      module = NULL;
   }
   if (module)
      fill_sub_groups(module, spirv);
   const bool uniform = has_old_source(spirv);
   for (unsigned i = 0; module && i < module->kernel_count; i++)
      module->kernels[i].uniform = uniform;
   clc_free_parsed_spirv(&parsed);
   return module;
}

void
trf_module_free(struct trf_module *module)
{
   if (!module)
      return;
   for (unsigned i = 0; i < module->kernel_count; i++) {
      struct trf_kernel_decl *kernel = &module->kernels[i];
      for (unsigned k = 0; k < kernel->arg_count; k++) {
         free(kernel->args[k].name);
         free(kernel->args[k].type_name);
      }
      free(kernel->args);
      free(kernel->attributes);
      free(kernel->name);
   }
   free(module->kernels);
   free(module->constants);
   trf_globals_free(&module->globals);
   free(module);
}

const struct trf_kernel_decl *
trf_module_find(const struct trf_module *module, const char *name)
{
   for (unsigned i = 0; i < module->kernel_count; i++) {
      if (strcmp(module->kernels[i].name, name) == 0)
         return &module->kernels[i];
   }
   return NULL;
}
