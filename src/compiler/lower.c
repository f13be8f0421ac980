/* SPDX-License-Identifier: MIT */

#include "compiler/lower.h"

#include "pipe/p_screen.h"
#include "util/set.h"
#include "util/u_math.h"

/* NIR_LOOP_PASS casts to void (*)(). */
#pragma GCC diagnostic ignored "-Wstrict-prototypes"

static const nir_remove_dead_variables_options keep_opaque = {
   .can_remove_var = trf_nir_is_plain,
};

/*
 * A few cheap passes, so that inlining copies less.  Here and below there is no
 * nir_opt_dead_write_vars: it does not see that memcpy and atomics read, and
 * drops what was written for them.
 */
static void
clean_before_inlining(nir_shader *nir)
{
   struct set *skip = _mesa_pointer_set_create(NULL);
   bool progress;

   do {
      progress = false;
      NIR_LOOP_PASS(_, skip, nir, nir_split_var_copies);
      NIR_LOOP_PASS(progress, skip, nir, nir_copy_prop);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_copy_prop_vars);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_deref);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_dce);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_undef);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_constant_folding);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_cse);
      NIR_LOOP_PASS(progress, skip, nir, nir_lower_vars_to_ssa);
      NIR_LOOP_PASS_NOT_IDEMPOTENT(progress, skip, nir, nir_opt_algebraic);
   } while (progress);
   _mesa_set_destroy(skip, NULL);
}

static void
optimize(const struct trf_compiler *compiler, nir_shader *nir,
         bool explicit_types)
{
   const nir_shader_compiler_options *options = &compiler->nir_options;
   struct set *skip = _mesa_pointer_set_create(NULL);
   bool progress;

   do {
      progress = false;
      NIR_LOOP_PASS(progress, skip, nir, nir_copy_prop);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_copy_prop_vars);
      if (options->lower_to_scalar) {
         NIR_LOOP_PASS(_, skip, nir, nir_lower_alu_to_scalar,
                       options->lower_to_scalar_filter, NULL);
         NIR_LOOP_PASS(_, skip, nir, nir_lower_phis_to_scalar, false);
      }
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_deref);
      if (explicit_types)
         NIR_LOOP_PASS(progress, skip, nir, nir_opt_memcpy);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_dce);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_undef);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_constant_folding);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_cse);
      NIR_LOOP_PASS(_, skip, nir, nir_split_var_copies);
      NIR_LOOP_PASS(progress, skip, nir, nir_lower_var_copies);
      NIR_LOOP_PASS(progress, skip, nir, nir_lower_vars_to_ssa);
      NIR_LOOP_PASS(_, skip, nir, nir_lower_alu);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_phi_precision);
      NIR_LOOP_PASS_NOT_IDEMPOTENT(progress, skip, nir, nir_opt_algebraic);
      NIR_LOOP_PASS_NOT_IDEMPOTENT(progress, skip, nir, nir_opt_if,
                                   nir_opt_if_optimize_phi_true_false);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_dead_cf);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_remove_phis);
      NIR_LOOP_PASS(progress, skip, nir, nir_opt_peephole_select, 8, true,
                    true);
      NIR_LOOP_PASS(progress, skip, nir, nir_lower_vec3_to_vec4,
                    nir_var_mem_generic | nir_var_uniform);
      if (options->max_unroll_iterations)
         NIR_LOOP_PASS_NOT_IDEMPOTENT(progress, skip, nir,
                                      nir_opt_loop_unroll);
   } while (progress);
   _mesa_set_destroy(skip, NULL);
   nir_sweep(nir);
}

void
trf_nir_inline(const struct trf_compiler *compiler, nir_shader *nir,
               const nir_shader *libclc)
{
   /* Half denormals are kept: vload_half and vstore_half must. */
   nir->info.float_controls_execution_mode |=
      FLOAT_CONTROLS_DENORM_PRESERVE_FP16 |
      FLOAT_CONTROLS_ROUNDING_MODE_RTE_FP16 |
      FLOAT_CONTROLS_ROUNDING_MODE_RTE_FP32 |
      FLOAT_CONTROLS_ROUNDING_MODE_RTE_FP64;

   NIR_PASS(_, nir, nir_scale_fdiv);
   NIR_PASS(_, nir, nir_lower_goto_ifs);
   NIR_PASS(_, nir, nir_opt_dead_cf);
   NIR_PASS(_, nir, nir_lower_variable_initializers, nir_var_function_temp);
   NIR_PASS(_, nir, trf_nir_keep_atomic_accesses, compiler->features.llvm);
   NIR_PASS(_, nir, trf_nir_mend_get_fence);
   NIR_PASS(_, nir, trf_nir_lower_dot);
   NIR_PASS(_, nir, trf_nir_lower_fma, compiler->nir_options.lower_ffma16,
            !compiler->features.fma64);
   clean_before_inlining(nir);

   NIR_PASS(_, nir, nir_lower_returns);
   NIR_PASS(_, nir, nir_link_shader_functions, libclc);
   NIR_PASS(_, nir, trf_nir_inline_functions);
   nir_cleanup_functions(nir);
   if (!compiler->features.llvm)
      NIR_PASS(_, nir, trf_nir_lower_float_atomics);
   nir_sweep(nir);

   NIR_PASS(_, nir, nir_dedup_inline_samplers);
   const nir_lower_printf_options printf_options = {
      .max_buffer_size = compiler->features.printf_buffer_size,
   };
   NIR_PASS(_, nir, nir_lower_printf, &printf_options);
   optimize(compiler, nir, false);
}

/* Program-scope constants become a block that a launch binds. */
static void
extract_constants(nir_shader *nir)
{
   NIR_PASS(_, nir, nir_lower_vars_to_explicit_types, nir_var_mem_constant,
            glsl_get_cl_type_size_align);
   if (nir->constant_data_size == 0)
      return;
   nir->constant_data = rzalloc_size(nir, nir->constant_data_size);
   nir_gather_explicit_io_initializers(
      nir, nir->constant_data, nir->constant_data_size, nir_var_mem_constant);
}

/* The arguments move up behind the header and the image data. */
static void
make_room_for_header(nir_shader *nir, struct trf_kernel_ir *ir)
{
   /* They keep the alignment of long16, the largest type. */
   const unsigned arguments =
      align(TRF_IMAGE_DATA_OFFSET + (ir->texture_count + ir->image_count) *
                                       sizeof(struct trf_image_data),
            128);

   nir_foreach_variable_with_modes(var, nir, nir_var_uniform) {
      if (trf_nir_is_plain(var, NULL))
         var->data.driver_location += arguments;
   }
   ir->input_size = align(arguments + nir->num_uniforms, 4);
}

static bool
has_local_arg(const struct trf_kernel_ir *ir)
{
   for (unsigned i = 0; i < ir->arg_count; i++) {
      if (ir->args[i].kind == TRF_ARG_LOCAL)
         return true;
   }
   return false;
}

static void
lower_memory(const struct trf_compiler *compiler, nir_shader *nir,
             struct trf_kernel_ir *ir)
{
   const nir_variable_mode own =
      nir_var_function_temp | nir_var_mem_shared | nir_var_mem_generic;
   const struct trf_addresses addresses =
      trf_compiler_addresses(compiler, ir->generic);

   NIR_PASS(_, nir, nir_lower_vars_to_explicit_types,
            own | nir_var_shader_temp | nir_var_uniform | nir_var_mem_global,
            glsl_get_cl_type_size_align);
   optimize(compiler, nir, true);
   NIR_PASS(_, nir, nir_lower_memcpy);

   /* Optimisation may have removed variables: count again without them. */
   nir->scratch_size = 0;
   nir->info.shared_size = 0;
   NIR_PASS(_, nir, nir_remove_dead_variables,
            nir_var_function_temp | nir_var_mem_shared, &keep_opaque);
   NIR_PASS(_, nir, nir_lower_vars_to_explicit_types, own,
            glsl_get_cl_type_size_align);

   /* All that a generic pointer may point to must be lowered at once. */
   NIR_PASS(_, nir, trf_nir_narrow_generic, has_local_arg(ir));
   NIR_PASS(_, nir, trf_nir_split_generic_atomics);
   if (ir->generic)
      NIR_PASS(_, nir, nir_lower_explicit_io, nir_var_mem_generic,
               addresses.local);
   NIR_PASS(_, nir, nir_lower_explicit_io,
            nir_var_mem_global | nir_var_mem_constant, addresses.global);
   make_room_for_header(nir, ir);
   NIR_PASS(_, nir, trf_nir_lower_globals_base, ir);
   NIR_PASS(_, nir, trf_nir_lower_header);
   if (!ir->generic)
      NIR_PASS(_, nir, nir_lower_explicit_io,
               nir_var_mem_shared | nir_var_function_temp, addresses.local);
   NIR_PASS(_, nir, nir_lower_explicit_io, nir_var_uniform,
            trf_compiler_addresses(compiler, false).local);
}

static void
record_args(nir_shader *nir, struct trf_kernel_ir *ir)
{
   nir_foreach_variable_with_modes(var, nir,
                                   nir_var_uniform | nir_var_image) {
      if (var->data.location < 0 ||
          (unsigned)var->data.location >= ir->arg_count)
         continue;
      struct trf_kernel_arg *arg = &ir->args[var->data.location];
      arg->live = true;
      arg->offset = trf_nir_is_plain(var, NULL) ? var->data.driver_location
                                                : var->data.binding;
   }
}

/* Before global ids are made of the ids of work-groups. */
static bool
groups_are_invisible(nir_shader *nir)
{
   static const gl_system_value telling[] = {
      SYSTEM_VALUE_LOCAL_INVOCATION_ID, SYSTEM_VALUE_LOCAL_INVOCATION_INDEX,
      SYSTEM_VALUE_WORKGROUP_ID,        SYSTEM_VALUE_WORKGROUP_SIZE,
      SYSTEM_VALUE_NUM_WORKGROUPS,      SYSTEM_VALUE_SUBGROUP_SIZE,
      SYSTEM_VALUE_SUBGROUP_INVOCATION, SYSTEM_VALUE_SUBGROUP_ID,
      SYSTEM_VALUE_NUM_SUBGROUPS,
   };

   nir_shader_gather_info(nir, nir_shader_get_entrypoint(nir));
   for (unsigned i = 0; i < ARRAY_SIZE(telling); i++) {
      if (BITSET_TEST(nir->info.system_values_read, telling[i]))
         return false;
   }
   nir_foreach_variable_with_modes(var, nir, nir_var_mem_shared)
      return false;
   return !nir->info.uses_control_barrier &&
          !nir->info.uses_wide_subgroup_intrinsics;
}

void
trf_nir_finish(const struct trf_compiler *compiler, nir_shader *nir,
               struct trf_kernel_ir *ir)
{
   const nir_shader_compiler_options *options = &compiler->nir_options;
   const nir_lower_compute_system_values_options system_values = {
      .has_base_global_invocation_id = true,
      .has_base_workgroup_id = true,
      .has_global_size = true,
   };

   bool groups_seen = false;
   extract_constants(nir);
   NIR_PASS(groups_seen, nir, trf_nir_lower_group_values, compiler, ir);
   NIR_PASS(_, nir, nir_lower_system_values);
   ir->groups_invisible =
      !groups_seen && groups_are_invisible(nir) && !has_local_arg(ir);
   NIR_PASS(_, nir, trf_nir_lower_subgroups, &compiler->features);
   NIR_PASS(_, nir, trf_nir_lower_global_id);
   NIR_PASS(_, nir, nir_lower_compute_system_values, &system_values);
   if (compiler->features.ordered_lanes)
      NIR_PASS(_, nir, trf_nir_lower_local_id,
               compiler->features.ordered_lanes);

   lower_memory(compiler, nir, ir);
   NIR_PASS(_, nir, trf_nir_lower_doubles);
   NIR_PASS(_, nir, trf_nir_lower_halves, compiler->features.through_spirv);
   if (options->lower_int64_options && !options->late_lower_int64)
      NIR_PASS(_, nir, nir_lower_int64);
   if (options->lower_uniforms_to_ubo)
      NIR_PASS(_, nir, trf_nir_lower_input, ir->input_size);
   NIR_PASS(_, nir, nir_lower_convert_alu_types, NULL);
   if (compiler->features.through_spirv)
      NIR_PASS(_, nir, trf_nir_widen_accesses,
               compiler->features.local_words);
   else if (!compiler->features.llvm)
      NIR_PASS(_, nir, trf_nir_align_accesses);
   optimize(compiler, nir, true);

   /* Before the driver has its way: it may remove variables. */
   record_args(nir, ir);
   nir->info.cs.has_variable_shared_mem = has_local_arg(ir);
   nir->num_uniforms = ir->input_size;

   if (compiler->pipe->finalize_nir)
      free(compiler->pipe->finalize_nir(compiler->pipe, nir));
   NIR_PASS(_, nir, nir_opt_dce);
   if (compiler->features.through_spirv)
      NIR_PASS(_, nir, trf_nir_lower_zink);
   nir_sweep(nir);
}
