/* SPDX-License-Identifier: MIT */

/* clang's diagnostics, read from the property list that it writes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "compiler/diagnostics.h"
#include "compiler/text.h"

#define ENTRY(level, line, column, message, more)                             \
   "    <dict>\n      <key>level</key>\n      <string>" level                 \
   "</string>\n      <key>filename</key>\n      <string>input.cl</string>\n"  \
   "      <key>line</key>\n      <integer>" line "</integer>\n"               \
   "      <key>column</key>\n      <integer>" column "</integer>\n"           \
   "      <key>message</key>\n      <string>" message "</string>\n"           \
   "      <key>ID</key>\n      <integer>7043</integer>\n" more "    </dict>\n"
#define OPTION(name)                                                          \
   "      <key>WarningOption</key>\n      <string>" name "</string>\n"
#define LIST(entries)                                                         \
   "<dict>\n  <key>main-file</key>\n  <string>input.cl</string>\n"            \
   "  <key>diagnostics</key>\n  <array>\n" entries "  </array>\n</dict>\n"

static void
check_parse(const char *list, const char *expected)
{
   struct trf_text log = {0};

   trf_diagnostics_parse(list, &log);
   assert_string_equal(trf_text_get(&log), expected);
   trf_text_clear(&log);
}

static void
entries_become_lines(void **state)
{
   check_parse(LIST(""), "");
   check_parse(LIST(ENTRY("warning", "1", "44", "unused", "")),
               "input.cl:1:44: warning: unused\n");
   check_parse(
      LIST(ENTRY("warning", "1", "44",
                 "a &amp;lt; &lt;b&gt; &apos;c&apos; "
                 "&quot;d&quot;",
                 OPTION("sign-compare")) ENTRY("note", "2", "3", "here", "")),
      "input.cl:1:44: warning: a &lt; <b> 'c' \"d\" [-Wsign-compare]\n"
      "input.cl:2:3: note: here\n");
   /* One without a place. */
   check_parse("<dict><key>level</key><string>warning</string>"
               "<key>message</key><string>text</string></dict>",
               "warning: text\n");
}

/* Cut off anywhere, it is read as far as it goes. */
static void
cut_lists_end_early(void **state)
{
   static const char list[] = LIST(ENTRY("warning", "1", "4", "x", "")
                                      ENTRY("note", "2", "3", "y", ""));

   for (size_t size = 0; size < sizeof(list); size++) {
      struct trf_text log = {0};
      char *cut = strndup(list, size);

      assert_non_null(cut);
      trf_diagnostics_parse(cut, &log);
      trf_text_clear(&log);
      free(cut);
   }
}

static void
files_are_read_whole(void **state)
{
   static const char list[] = LIST(ENTRY("warning", "1", "4", "x", ""));
   struct trf_diagnostics diagnostics;
   struct trf_text log = {0};

   trf_diagnostics_init(&diagnostics);
   assert_true(diagnostics.fd >= 0);
   trf_diagnostics_finish(&diagnostics, &log);
   assert_string_equal(trf_text_get(&log), "");

   trf_diagnostics_init(&diagnostics);
   assert_int_equal(write(diagnostics.fd, list, sizeof(list) - 1),
                    sizeof(list) - 1);
   trf_diagnostics_finish(&diagnostics, &log);
   assert_string_equal(trf_text_get(&log), "input.cl:1:4: warning: x\n");
   trf_text_clear(&log);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(entries_become_lines),
      cmocka_unit_test(cut_lists_end_early),
      cmocka_unit_test(files_are_read_whole),
   };
   return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
