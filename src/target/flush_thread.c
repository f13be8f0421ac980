/*
 * SPDX-License-Identifier: MIT
 *
 * zink gives what it sends to a thread, and waits until that has sent it,
 * which costs a small map more than all else. Queues have threads of their
 * own where they want any, so the driver is told to do without, unless the
 * user says otherwise. (Contexts must take turns then: see
 * src/gallium/screen_private.h.)
 *
 * The linker puts this function before Mesa's own (--wrap).
 */

#include <stdbool.h>
#include <string.h>

/* What Mesa calls, and its own: the linker's names. */
typedef bool bool_option(const char *name, bool fallback);
bool_option __real_debug_get_bool_option, __wrap_debug_get_bool_option;

bool
__wrap_debug_get_bool_option(const char *name, bool fallback)
{
   if (!strcmp(name, "GALLIUM_THREAD"))
      fallback = false;
   return __real_debug_get_bool_option(name, fallback);
}
