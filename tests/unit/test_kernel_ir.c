/* SPDX-License-Identifier: MIT */

/* Kernels in the disk cache. */

#include "gallium_screens.h"

#include <stdio.h>
#include <unistd.h>

#include "compiler/compiler_private.h"
#include "compiler/kernel_ir.h"
#include "compiler/text.h"
#include "gallium/screen.h"
#include "util/disk_cache_os.h"

static char cache_folder[] = "/tmp/trefoil-test-XXXXXX";
static struct trf_compiler *compiler;

static int
set_up(void **state)
{
   const struct trf_compiler_features features = {
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
   compiler = trf_compiler_create(trf_screen_pipe(llvmpipe), &features);
   return compiler && compiler->cache ? 0 : -1;
}

static int
tear_down(void **state)
{
   char command[64];

   trf_compiler_destroy(compiler);
   destroy_screens(state);
   snprintf(command, sizeof(command), "rm -r %s", cache_folder);
   return system(command);
}

/* The linked program, and what it declares. */
static struct trf_module *
build(const char *text, struct trf_spirv *spirv)
{
   const struct trf_source source = {.text = text};
   const struct trf_spirv *object;
   struct trf_spirv compiled = {0};
   struct trf_text log = {0};

   assert_true(trf_compile_source(compiler, &source, &compiled, &log));
   object = &compiled;
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

/* Those besides the kernel, each of which must have a name. */
static unsigned
count_functions(const struct trf_kernel_ir *ir)
{
   unsigned count = 0;

   nir_foreach_function(function, ir->nir) {
      assert_non_null(function->name);
      count += !function->is_entrypoint;
   }
   return count;
}

/*
 * llvmpipe does not want all functions inlined. Its code for a kernel may be
 * missing in the cache where the kernel is not: when another program has
 * created it and has not launched it yet.
 */
static void
functions_keep_their_names(void **state)
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
   disk_cache_wait_for_idle(compiler->cache);
   compiler->cache->stats.enabled = true;
   struct trf_kernel_ir *cached = create_kernel(&spirv, module);
   assert_int_equal(compiler->cache->stats.hits, 1);
   compiler->cache->stats.enabled = false;

   assert_true(count_functions(compiled) > 0);
   assert_int_equal(count_functions(cached), count_functions(compiled));

   trf_kernel_ir_free(cached);
   trf_kernel_ir_free(compiled);
   trf_module_free(module);
   trf_spirv_free(&spirv);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_keep_their_names),
   };
   return cmocka_run_group_tests(tests, set_up, tear_down);
}
