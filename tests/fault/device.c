/* SPDX-License-Identifier: MIT */

#include "device.h"

#include <dlfcn.h>
#include <stdlib.h>

const struct simgpu *simgpu;

/* The ICD loader has the library open: this is a second look at it. */
static const struct simgpu *
find_symbol(void)
{
   const char *path = getenv("SIMGPU_LIBRARY");
   void *library = path ? dlopen(path, RTLD_NOW | RTLD_NOLOAD) : NULL;
   if (!library)
      return NULL;

   const struct simgpu *found = dlsym(library, SIMGPU_SYMBOL);
   dlclose(library);
   return found;
}

int
simgpu_setup(void **state)
{
   if (client_setup(state))
      return -1;
   simgpu = find_symbol();
   return simgpu ? 0 : -1;
}

bool
is_shortage(cl_int error)
{
   return error == CL_OUT_OF_RESOURCES || error == CL_OUT_OF_HOST_MEMORY ||
          error == CL_MEM_OBJECT_ALLOCATION_FAILURE ||
          error == CL_MAP_FAILURE;
}

void
check_noted(const char *wanted, const char *file, int line)
{
   char noted[4096];

   simgpu->noted(noted, sizeof(noted));
   if (strcmp(noted, wanted) != 0) {
      print_error("%s:%d: calls noted: \"%s\", wanted \"%s\"\n", file, line,
                  noted, wanted);
      fail();
   }
}
