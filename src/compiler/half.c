/* SPDX-License-Identifier: MIT */

#include "compiler/half.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler_private.h"
#include "nir_builder.h"

#define MAX_PARAMS 4
#define MAX_NAME   128

/* What the mangled name of a function of floats says. */
struct signature {
   char half_name[MAX_NAME];
   bool is_float[MAX_PARAMS];
   unsigned count;
};

/* The arguments' part of _Z<length><name><arguments>; NULL if it is none. */
static const char *
find_arguments(const char *name)
{
   if (strncmp(name, "_Z", 2) || !isdigit((unsigned char)name[2]))
      return NULL;
   char *rest;
   const unsigned long length = strtoul(name + 2, &rest, 10);
   return length < strlen(rest) ? rest + length : NULL;
}

/* Pointers to integers are passed on: over `P` and the memory's number. */
static const char *
skip_pointer(const char *at)
{
   if (*at != 'P')
      return at;
   at++;
   return strncmp(at, "U3AS", 4) || !at[4] ? at : at + 5;
}

/*
 * False if there is more to it than floats, integers and pointers to these.
 */
static bool
read_signature(const char *name, struct signature *signature)
{
   const char *at = find_arguments(name);
   if (!at || strlen(name) * 2 > MAX_NAME)
      return false;

   *signature = (struct signature){.count = 0};
   char *out = signature->half_name;
   out += sprintf(out, "%.*s", (int)(at - name), name);

   bool first_is_float = false, vectors = false, any = false;
   while (*at) {
      if (signature->count == MAX_PARAMS)
         return false;
      const char *start = at;
      at = skip_pointer(at);
      const bool is_pointer = at != start;
      const char *type = at;
      if (at[0] == 'D' && at[1] == 'v') {
         at = strchr(at, '_');
         if (!at)
            return false;
         at++;
      }
      /* S_ stands for the first vector. */
      const bool repeated = at[0] == 'S' && at[1] == '_';
      const bool is_float = repeated ? first_is_float : *at == 'f';
      if ((!repeated && *at != 'f' && *at != 'i') || (is_float && is_pointer))
         return false;
      out += sprintf(out, "%.*s", (int)(at - start), start);
      out += sprintf(out, "%s", repeated ? "S_" : is_float ? "Dh" : "i");
      if (!repeated && at != type && !vectors) {
         vectors = true;
         first_is_float = is_float;
      }
      signature->is_float[signature->count++] = is_float;
      any |= is_float;
      at += repeated ? 2 : 1;
   }
   return any;
}

/* Lengths and distances are scalars, all else is as wide as its arguments. */
static unsigned
result_width(const nir_function *function)
{
   unsigned width = 1;

   if (strstr(function->name, "length") || strstr(function->name, "distance"))
      return 1;
   for (unsigned i = 1; i < function->num_params; i++)
      width = MAX2(width, function->params[i].num_components);
   return width;
}

static void
build_body(nir_function *half, nir_function *full,
           const struct signature *signature)
{
   const unsigned width = result_width(full);
   nir_function_impl *impl = nir_function_impl_create(half);
   nir_builder b = nir_builder_at(nir_before_impl(impl));
   nir_variable *result = nir_local_variable_create(
      impl, glsl_vector_type(GLSL_TYPE_FLOAT, width), "result");
   nir_call_instr *call = nir_call_instr_create(b.shader, full);

   call->params[0] = nir_src_for_ssa(&nir_build_deref_var(&b, result)->def);
   for (unsigned i = 1; i < full->num_params; i++) {
      nir_def *value = nir_load_param(&b, i);
      if (signature->is_float[i - 1])
         value = nir_f2f32(&b, value);
      call->params[i] = nir_src_for_ssa(value);
   }
   nir_builder_instr_insert(&b, &call->instr);

   nir_deref_instr *out =
      nir_build_deref_cast(&b, nir_load_param(&b, 0), nir_var_function_temp,
                           glsl_vector_type(GLSL_TYPE_FLOAT16, width), 0);
   nir_store_deref(&b, out, nir_f2f16(&b, nir_load_var(&b, result)),
                   nir_component_mask(width));
}

static void
add_function(nir_shader *libclc, nir_function *full,
             const struct signature *signature)
{
   nir_function *half =
      nir_shader_get_function_for_name(libclc, signature->half_name);
   if (half)
      half->impl = NULL;
   else
      half = nir_function_create(libclc,
                                 ralloc_strdup(libclc, signature->half_name));

   half->num_params = full->num_params;
   half->params = ralloc_array(libclc, nir_parameter, half->num_params);
   for (unsigned i = 0; i < half->num_params; i++) {
      half->params[i] = full->params[i];
      if (i > 0 && signature->is_float[i - 1])
         half->params[i].bit_size = 16;
   }
   build_body(half, full, signature);
}

/* Of three halves it does not store all the exponents. */
static bool
is_wrong(const char *half_name)
{
   return !strncmp(half_name, "_Z5frexp", strlen("_Z5frexp"));
}

void
trf_nir_add_half_functions(nir_shader *libclc)
{
   nir_foreach_function_safe(function, libclc)
   {
      struct signature signature;
      if (!function->impl || !function->name ||
          !read_signature(function->name, &signature) ||
          function->num_params != signature.count + 1 ||
          (nir_shader_get_function_for_name(libclc, signature.half_name) &&
           !is_wrong(signature.half_name)))
         continue;
      add_function(libclc, function, &signature);
   }
}
