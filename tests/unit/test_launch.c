/* SPDX-License-Identifier: MIT */

/* Where llvmpipe runs a grid: on the caller's thread, or on its own. */

#include "gallium_screens.h"

#include "compiler/kernel_ir.h"
#include "compiler/nir/nir_builder.h"
#include "gallium/launch.h"
#include "gallium/mesa.h"
#include "gallium/screen.h"

struct runner {
   struct trf_gpu *gpu;
   struct trf_launcher *launcher;
   struct trf_shader *shader;
};

/* A kernel that does nothing. */
static struct trf_shader *
create_shader(void)
{
   const nir_shader_compiler_options *options =
      trf_mesa_nir_options(trf_screen_pipe(llvmpipe));
   nir_builder b =
      nir_builder_init_simple_shader(MESA_SHADER_KERNEL, options, "test");

   b.shader->info.workgroup_size_variable = true;
   struct trf_shader *shader = trf_shader_create(llvmpipe, b.shader);
   ralloc_free(b.shader);
   return shader;
}

static struct runner
create_runner(void)
{
   struct runner runner = {.gpu = trf_gpu_create(llvmpipe),
                           .shader = create_shader()};
   assert_non_null(runner.gpu);
   assert_non_null(runner.shader);
   runner.launcher = trf_gpu_launcher(runner.gpu);
   assert_non_null(runner.launcher);
   return runner;
}

static void
destroy_runner(struct runner *runner)
{
   trf_shader_destroy(runner->shader);
   trf_gpu_destroy(runner->gpu);
}

static void
launch(const struct runner *runner, unsigned groups)
{
   struct trf_kernel_header input = {0};
   const struct trf_launch launch = {
      .shader = runner->shader,
      .input = &input,
      .input_size = sizeof(input),
      .work_dim = 1,
      .block = {8, 1, 1},
      .grid = {groups, 1, 1},
   };
   assert_int_equal(trf_launcher_run(runner->launcher, &launch), 0);
}

/* llvmpipe's screen starts its threads, and its cache, when it has to. */
static bool
threads_were_needed(void)
{
   struct pipe_screen *pipe = trf_screen_pipe(llvmpipe);
   return pipe->get_disk_shader_cache(pipe) != NULL;
}

/*
 * The first launch takes as long as the compiler; what is learnt from it
 * would keep this kernel off the caller's thread for good.
 */
static void
compilation_is_no_work(void **state)
{
   struct runner runner = create_runner();

   launch(&runner, 100);
   launch(&runner, 100);
   assert_false(threads_were_needed());

   launch(&runner, 100000);
   assert_true(threads_were_needed());
   destroy_runner(&runner);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(compilation_is_no_work),
   };
   return cmocka_run_group_tests(tests, make_screens, destroy_screens);
}
