/*
 * SPDX-License-Identifier: MIT
 *
 * What zink asks the environment, and is told here.
 *
 * It gives what it sends to a thread, and waits until that has sent it, which
 * costs a small map more than all else. Queues have threads of their own
 * where they want any, so it does without, unless the user says otherwise.
 * (Contexts must take turns then: see src/gallium/screen_private.h.)
 *
 * It takes a device that is the host's processor only if it is told to.
 *
 * It compiles in the background what a context may launch at once, and first
 * launches do not always do their work then, as was seen on NVIDIA's: they
 * wait for the compiler anyway, so it compiles where it is asked to.
 *
 * The linker puts these functions before Mesa's own (--wrap).
 */

#include <stdbool.h>
#include <string.h>

#include "gallium/vulkan.h"
#include "util/u_debug.h"
#include "vulkan_device.h"

/* What Mesa calls, and its own: the linker's names. */
typedef bool bool_option(const char *name, bool fallback);
bool_option __real_debug_get_bool_option, __wrap_debug_get_bool_option;
typedef uint64_t flags_option(const char *name, const char *words,
                              const struct debug_named_value *flags,
                              uint64_t fallback);
flags_option __real_debug_parse_flags_option, __wrap_debug_parse_flags_option;

bool
__wrap_debug_get_bool_option(const char *name, bool fallback)
{
#ifdef GALLIUM_ZINK
   const struct trf_vulkan_device *wanted = trf_target_wanted_vulkan();

   if (wanted && !strcmp(name, "LIBGL_ALWAYS_SOFTWARE"))
      return wanted->is_cpu;
#endif
   if (!strcmp(name, "GALLIUM_THREAD"))
      fallback = false;
   return __real_debug_get_bool_option(name, fallback);
}

uint64_t
__wrap_debug_parse_flags_option(const char *name, const char *words,
                                const struct debug_named_value *flags,
                                uint64_t fallback)
{
   uint64_t set =
      __real_debug_parse_flags_option(name, words, flags, fallback);

   if (strcmp(name, "ZINK_DEBUG"))
      return set;
   for (; flags->name; flags++) {
      if (!strcmp(flags->name, "nobgc"))
         set |= flags->value;
   }
   return set;
}
