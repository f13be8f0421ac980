/* SPDX-License-Identifier: MIT */

/* What TREFOIL_DEBUG means, and how a line looks. */

#include "util/trf_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <CL/cl.h>

#include "util/macros.h"

static char log_path[] = "/tmp/trefoil-log-XXXXXX";

#define LOGS                                                                  \
   (TRF_DEBUG_ERROR | TRF_DEBUG_MAP | TRF_DEBUG_QUEUE | TRF_DEBUG_DEVICE)

static void
lists_name_flags(void **state)
{
   static const struct {
      const char *list;
      unsigned flags;
   } cases[] = {
      {NULL, 0},
      {"", 0},
      {",", 0},
      {"error", TRF_DEBUG_ERROR},
      {"map,error", TRF_DEBUG_MAP | TRF_DEBUG_ERROR},
      {" map, queue,", TRF_DEBUG_MAP | TRF_DEBUG_QUEUE},
      {"device,device", TRF_DEBUG_DEVICE},
      {"staging", TRF_DEBUG_STAGING},
      {"noinline", TRF_DEBUG_NOINLINE},
      {"nocode", TRF_DEBUG_NOCODE},
      /* "all" is about what is said, not about what is done. */
      {"all", LOGS},
      {"all,staging", LOGS | TRF_DEBUG_STAGING},
      /* Neither beginnings nor continuations of a name are the name. */
      {"err,errors,MAP", 0},
      {"nonsense,map", TRF_DEBUG_MAP},
   };

   for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
      assert_int_equal(trf_debug_parse(cases[i].list), cases[i].flags);
}

static cl_int
trf_clRefuse(int number)
{
   return trf_error(CL_INVALID_VALUE, "number %d", number);
}

static void
assert_last_line(const char *expected)
{
   char line[256] = "", last[256] = "";
   FILE *file = fopen(log_path, "r");

   assert_non_null(file);
   while (fgets(line, sizeof(line), file))
      snprintf(last, sizeof(last), "%s", line);
   fclose(file);
   assert_string_equal(last, expected);
}

static void
lines_name_topic_function_and_code(void **state)
{
   assert_int_equal(trf_clRefuse(7), CL_INVALID_VALUE);
   assert_last_line("trefoil: error: clRefuse: CL_INVALID_VALUE: number 7\n");

   trf_log_map("%s", "here");
   assert_last_line("trefoil: map: here\n");
}

static void
silent_topics_cost_nothing(void **state)
{
   int evaluated = 0;

   trf_log_queue("%d", ++evaluated);
   assert_int_equal(evaluated, 0);
}

static void
codes_have_names(void **state)
{
   assert_string_equal(trf_error_name(CL_SUCCESS), "CL_SUCCESS");
   assert_string_equal(trf_error_name(CL_MAP_FAILURE), "CL_MAP_FAILURE");
   assert_string_equal(trf_error_name(CL_INVALID_MIP_LEVEL),
                       "CL_INVALID_MIP_LEVEL");
   assert_string_equal(trf_error_name(1), "unknown error");

   for (int code = CL_MAX_SIZE_RESTRICTION_EXCEEDED; code <= 0; code++) {
      /* The gap between the two ranges of cl.h. */
      if (code > CL_INVALID_VALUE && code < CL_KERNEL_ARG_INFO_NOT_AVAILABLE)
         continue;
      assert_string_not_equal(trf_error_name(code), "unknown error");
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_name_flags),
      cmocka_unit_test(lines_name_topic_function_and_code),
      cmocka_unit_test(silent_topics_cost_nothing),
      cmocka_unit_test(codes_have_names),
   };

   /* Both are read once, at the first line that is logged. */
   const int file = mkstemp(log_path);
   if (file < 0 || setenv("TREFOIL_LOG", log_path, 1) ||
       setenv("TREFOIL_DEBUG", "error,map", 1))
      return EXIT_FAILURE;
   close(file);

   const int failed = cmocka_run_group_tests_name("log", tests, NULL, NULL);
   unlink(log_path);
   return failed;
}
