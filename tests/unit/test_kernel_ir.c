/* SPDX-License-Identifier: MIT */

/* Sources and kernels in the disk cache. */

#include "gallium_screens.h"

#include <stdio.h>
#include <unistd.h>

#include "compiler/compiler_private.h"
#include "compiler/kernel_ir.h"
#include "compiler/text.h"
#include "gallium/screen.h"
#include "util/disk_cache_os.h"

static char cache_folder[] = "/tmp/trefoil-test-XXXXXX";
static struct trf_compiler *compiler, *for_llvmpipe, *for_zink;

static int
set_up(void **state)
{
   struct trf_compiler_features features = {
      .fp64 = true,
      .int64 = true,
      .images = true,
      .address_bits = 64,
      .printf_buffer_size = 1 << 20,
      .max_parameter_size = 1024,
   };

   if (!mkdtemp(cache_folder))
      return -1;
   setenv("MESA_SHADER_CACHE_DIR", cache_folder, 1);
   if (make_screens(state))
      return -1;
   for_llvmpipe = trf_compiler_create(trf_screen_pipe(llvmpipe), &features);
   features.through_spirv = true;
   for_zink = trf_compiler_create(trf_screen_pipe(llvmpipe), &features);
   compiler = for_llvmpipe;
   return compiler && compiler->cache && for_zink ? 0 : -1;
}

static int
tear_down(void **state)
{
   char command[64];

   trf_compiler_destroy(for_llvmpipe);
   trf_compiler_destroy(for_zink);
   destroy_screens(state);
   snprintf(command, sizeof(command), "rm -r %s", cache_folder);
   return system(command);
}

static void
count_hits(void)
{
   disk_cache_wait_for_idle(compiler->cache);
   compiler->cache->stats.hits = 0;
   compiler->cache->stats.enabled = true;
}

static void
check_hits(int hits)
{
   compiler->cache->stats.enabled = false;
   assert_int_equal(compiler->cache->stats.hits, hits);
}

static struct trf_spirv
compile(const char *text)
{
   const struct trf_source source = {.text = text};
   struct trf_spirv spirv = {0};
   struct trf_text log = {0};

   assert_true(trf_compile_source(compiler, &source, &spirv, &log));
   trf_text_clear(&log);
   return spirv;
}

static void
sources_are_compiled_once(void **state)
{
   const char *text = "kernel void test(global int *out) { *out = 1; }\n";
   const char *other = "kernel void test(global int *out) { *out = 2; }\n";

   struct trf_spirv compiled = compile(text);
   count_hits();
   struct trf_spirv cached = compile(text);
   check_hits(1);
   count_hits();
   struct trf_spirv different = compile(other);
   check_hits(0);

   assert_int_equal(cached.size, compiled.size);
   assert_memory_equal(cached.data, compiled.data, cached.size);
   trf_spirv_free(&different);
   trf_spirv_free(&cached);
   trf_spirv_free(&compiled);
}

/* The linked program, and what it declares. */
static struct trf_module *
build(const char *text, struct trf_spirv *spirv)
{
   struct trf_spirv compiled = compile(text);
   const struct trf_spirv *const object = &compiled;
   struct trf_text log = {0};

   assert_true(trf_link_spirv(&object, 1, false, spirv, &log));
   struct trf_module *module = trf_module_parse(spirv, text, &log);
   assert_non_null(module);
   trf_spirv_free(&compiled);
   trf_text_clear(&log);
   return module;
}

static struct trf_kernel_ir *
create_kernel(const struct trf_spirv *spirv, const struct trf_module *module)
{
   struct trf_text log = {0};
   struct trf_kernel_ir *ir = trf_kernel_ir_create(
      compiler, spirv, trf_module_find(module, "test"), NULL, 0, &log);

   assert_non_null(ir);
   trf_text_clear(&log);
   return ir;
}

/*
 * llvmpipe takes functions that are called by their names, also of kernels
 * from the cache: another program may have created one and not launched it
 * yet, so that the driver's own cache has no code for it.
 */
static void
check_names(const struct trf_kernel_ir *ir)
{
   nir_foreach_function(function, ir->nir)
      assert_non_null(function->name);
}

static void
kernels_are_compiled_once(void **state)
{
   struct trf_spirv spirv;
   struct trf_module *module =
      build("uint next(uint x) { return x % 2 ? 3 * x + 1 : x / 2; }\n"
            "void step(uint *x, uint *steps) { *x = next(*x); (*steps)++; }\n"
            "kernel void test(global uint *out) {\n"
            "   uint x = get_global_id(0) + 1, steps = 0;\n"
            "   while (x != 1 && steps < 200)\n"
            "      step(&x, &steps);\n"
            "   out[get_global_id(0)] = steps;\n"
            "}\n",
            &spirv);

   struct trf_kernel_ir *compiled = create_kernel(&spirv, module);
   count_hits();
   struct trf_kernel_ir *cached = create_kernel(&spirv, module);
   check_hits(1);

   check_names(compiled);
   check_names(cached);

   trf_kernel_ir_free(cached);
   trf_kernel_ir_free(compiled);
   trf_module_free(module);
   trf_spirv_free(&spirv);
}

/* Compiles `test` for zink, and counts the instructions that are chosen. */
static unsigned
count_chosen(const char *text, bool (*chosen)(nir_instr *instr))
{
   struct trf_spirv spirv;
   unsigned count = 0;

   compiler = for_zink;
   struct trf_module *module = build(text, &spirv);
   struct trf_kernel_ir *ir = create_kernel(&spirv, module);
   nir_foreach_function_impl(impl, ir->nir) {
      nir_foreach_block(block, impl) {
         nir_foreach_instr(instr, block)
            count += chosen(instr);
      }
   }
   trf_kernel_ir_free(ir);
   trf_module_free(module);
   trf_spirv_free(&spirv);
   compiler = for_llvmpipe;
   return count;
}

static bool
is_sum(nir_instr *instr, bool exact)
{
   if (instr->type != nir_instr_type_alu)
      return false;
   const nir_alu_instr *alu = nir_instr_as_alu(instr);
   return (alu->op == nir_op_fadd || alu->op == nir_op_fsub) &&
          alu->exact == exact;
}

static bool
is_exact_sum(nir_instr *instr)
{
   return is_sum(instr, true);
}

static bool
is_contracted_sum(nir_instr *instr)
{
   return is_sum(instr, false);
}

#define KERNEL(expression)                                                    \
   "kernel void test(global float *v) { v[0] = " expression "; }\n"

/* FP_CONTRACT is on unless a program says that it is off (6.12.2). */
static void
what_may_be_contracted_is_told(void **state)
{
   static const char mad[] = KERNEL("mad(v[1], v[2], mad(v[1], v[3], v[4]))");
   static const char sum[] = KERNEL("v[1] * v[2] + v[3]");
   static const char off[] =
      "#pragma OPENCL FP_CONTRACT OFF\n" KERNEL("v[1] * v[2] + v[3]");
   static const char apart[] = KERNEL("v[1] + v[2]");

   assert_int_equal(count_chosen(mad, is_contracted_sum), 2);
   assert_int_equal(count_chosen(mad, is_exact_sum), 0);
   assert_int_equal(count_chosen(sum, is_contracted_sum), 1);
   assert_int_equal(count_chosen(off, is_contracted_sum), 0);
   assert_int_equal(count_chosen(off, is_exact_sum), 1);
   assert_int_equal(count_chosen(apart, is_exact_sum), 1);
}

static bool
is_access(nir_instr *instr, unsigned bits)
{
   if (instr->type != nir_instr_type_intrinsic)
      return false;
   const nir_intrinsic_instr *intrinsic = nir_instr_as_intrinsic(instr);
   switch (intrinsic->intrinsic) {
   case nir_intrinsic_load_global:
   case nir_intrinsic_load_global_constant:
   case nir_intrinsic_load_shared:
      return intrinsic->def.bit_size == bits;
   case nir_intrinsic_store_global:
   case nir_intrinsic_store_shared:
      return nir_src_bit_size(intrinsic->src[0]) == bits;
   default:
      return false;
   }
}

static bool
is_narrow_access(nir_instr *instr)
{
   return is_access(instr, 8) || is_access(instr, 16) || is_access(instr, 32);
}

static bool
is_wide_access(nir_instr *instr)
{
   return is_access(instr, 64);
}

/* zink makes one of each component of a vector. */
static void
accesses_are_wide(void **state)
{
   static const char global[] =
      "kernel void test(global float4 *out, global const float4 *in)\n"
      "{ out[1] = in[2] + 1; }\n";
   static const char local[] =
      "kernel void test(global int *out, local uchar8 *l)\n"
      "{ l[get_local_id(0)] = 1; barrier(CLK_LOCAL_MEM_FENCE);\n"
      "  out[0] = l[1].s3; }\n";
   static const char unaligned[] =
      "kernel void test(global char *out, global const char *in)\n"
      "{ vstore4(vload4(1, in), 2, out); }\n";

   assert_int_equal(count_chosen(global, is_wide_access), 2);
   assert_int_equal(count_chosen(global, is_narrow_access), 0);
   assert_int_equal(count_chosen(local, is_wide_access), 2);
   assert_int_equal(count_chosen(unaligned, is_wide_access), 0);
}

static bool
is_local_store_to_constant(nir_instr *instr)
{
   if (instr->type != nir_instr_type_intrinsic)
      return false;
   const nir_intrinsic_instr *store = nir_instr_as_intrinsic(instr);
   return store->intrinsic == nir_intrinsic_store_shared &&
          nir_src_is_const(store->src[1]);
}

/* zink takes 0 for a float here, and its bits for as many as a byte has. */
static void
places_of_bytes_are_no_constants(void **state)
{
   static const char text[] = "kernel void test(global float *out) {\n"
                              "   local uchar l[64];\n"
                              "   l[0] = out[0] > 0.0f;\n"
                              "   barrier(CLK_LOCAL_MEM_FENCE);\n"
                              "   out[1] = l[get_local_id(0)];\n"
                              "}\n";

   assert_int_equal(count_chosen(text, is_local_store_to_constant), 0);
}

static void
reciprocals_divide(void **state)
{
   for (uint32_t size = 1; size <= TRF_RECIPROCAL_LIMIT; size++) {
      const uint32_t reciprocal = trf_reciprocal(size);
      for (uint32_t n = 0; n < TRF_RECIPROCAL_LIMIT; n++)
         assert_true(n * reciprocal >> TRF_RECIPROCAL_SHIFT == n / size);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(reciprocals_divide),
      cmocka_unit_test(sources_are_compiled_once),
      cmocka_unit_test(kernels_are_compiled_once),
      cmocka_unit_test(what_may_be_contracted_is_told),
      cmocka_unit_test(accesses_are_wide),
      cmocka_unit_test(places_of_bytes_are_no_constants),
   };
   return cmocka_run_group_tests(tests, set_up, tear_down);
}
