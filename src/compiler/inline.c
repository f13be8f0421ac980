/* SPDX-License-Identifier: MIT */

/*
 * Which functions become part of those that call them.  A driver that can
 * call functions keeps NIR from inlining the larger ones, for good reason: a
 * vector of 16 calls each mathematical function 16 times.  But such a
 * function gets neither images nor samplers, cannot wait at a barrier, does
 * not know where in the range it runs, and has few parameters.  So what only
 * calculates may be called, and everything else is inlined.
 */

#include "compiler/lower.h"

#include "util/bitscan.h"
#include "util/set.h"

/* llvmpipe has room for 32 arguments, and two of its own. */
#define MAX_PARAMETERS 30

static bool
only_calculates(const nir_intrinsic_instr *intrinsic)
{
   switch (intrinsic->intrinsic) {
   case nir_intrinsic_copy_deref:
   case nir_intrinsic_load_deref:
   case nir_intrinsic_load_param:
   case nir_intrinsic_memcpy_deref:
   case nir_intrinsic_store_deref:
      return true;
   default:
      return false;
   }
}

/* Not a system value; nor of a kind that only the caller may know. */
static bool
is_in_known_memory(const nir_deref_instr *deref)
{
   const nir_variable_mode memory = nir_var_function_temp |
                                    nir_var_mem_constant |
                                    nir_var_mem_global | nir_var_mem_shared;

   return !(deref->modes & ~memory) &&
          util_is_power_of_two_nonzero(deref->modes);
}

/* `inlined` are functions that cannot be called: nor can who needs them. */
static bool
may_stand_in_function(const nir_instr *instr, const struct set *inlined)
{
   switch (instr->type) {
   case nir_instr_type_intrinsic:
      return only_calculates(nir_instr_as_intrinsic(instr));
   case nir_instr_type_deref:
      return is_in_known_memory(nir_instr_as_deref(instr));
   case nir_instr_type_call:
      return !_mesa_set_search(inlined, nir_instr_as_call(instr)->callee);
   case nir_instr_type_tex:
      return false;
   default:
      return true;
   }
}

static bool
can_be_called(const nir_function *function, const struct set *inlined)
{
   if (function->num_params > MAX_PARAMETERS)
      return false;
   if (!function->impl)
      return true;
   nir_foreach_block(block, function->impl) {
      nir_foreach_instr(instr, block) {
         if (!may_stand_in_function(instr, inlined))
            return false;
      }
   }
   return true;
}

bool
trf_nir_inline_functions(nir_shader *nir)
{
   struct set *inlined = _mesa_pointer_set_create(NULL);
   bool found;

   do {
      found = false;
      nir_foreach_function(function, nir) {
         if (_mesa_set_search(inlined, function) ||
             can_be_called(function, inlined))
            continue;
         _mesa_set_add(inlined, function);
         function->should_inline = found = true;
      }
   } while (found);
   _mesa_set_destroy(inlined, NULL);

   return nir_inline_functions(nir);
}
