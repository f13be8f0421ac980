/* SPDX-License-Identifier: MIT */

#include "compiler/prelude.h"

/*
 * cl_khr_extended_async_copies: the work-items copy, byte by byte in turns,
 * and wait_group_events() is a barrier.  Names of ours are reserved ones.
 */
const char trf_prelude[] =
   "#if defined(cl_khr_extended_async_copies) && \\\n"
   "   __OPENCL_C_VERSION__ >= 120\n"
   "#define __TRF_COPY_FUNCTION __attribute__((overloadable)) static inline\n"
   "#define __TRF_COPIES(TO, FROM) \\\n"
   "__TRF_COPY_FUNCTION event_t async_work_group_copy_3D3D( \\\n"
   "   TO void *to, size_t to_offset, const FROM void *from, \\\n"
   "   size_t from_offset, size_t bytes, size_t elements, size_t lines, \\\n"
   "   size_t planes, size_t from_line, size_t from_plane, \\\n"
   "   size_t to_line, size_t to_plane, event_t event) { \\\n"
   "   TO uchar *out = (TO uchar *)to + to_offset * bytes; \\\n"
   "   const FROM uchar *in = \\\n"
   "      (const FROM uchar *)from + from_offset * bytes; \\\n"
   "   const size_t width = elements * bytes; \\\n"
   "   const size_t count = get_local_size(0) * get_local_size(1) * \\\n"
   "                        get_local_size(2); \\\n"
   "   size_t i = (get_local_id(2) * get_local_size(1) + \\\n"
   "               get_local_id(1)) * get_local_size(0) + \\\n"
   "              get_local_id(0); \\\n"
   "   for (; i < width * lines * planes; i += count) { \\\n"
   "      const size_t x = i % width, row = i / width; \\\n"
   "      const size_t y = row % lines, z = row / lines; \\\n"
   "      out[(z * to_plane + y * to_line) * bytes + x] = \\\n"
   "         in[(z * from_plane + y * from_line) * bytes + x]; \\\n"
   "   } \\\n"
   "   return event; \\\n"
   "} \\\n"
   "__TRF_COPY_FUNCTION event_t async_work_group_copy_2D2D( \\\n"
   "   TO void *to, size_t to_offset, const FROM void *from, \\\n"
   "   size_t from_offset, size_t bytes, size_t elements, size_t lines, \\\n"
   "   size_t from_line, size_t to_line, event_t event) { \\\n"
   "   return async_work_group_copy_3D3D(to, to_offset, from, \\\n"
   "      from_offset, bytes, elements, lines, 1, from_line, 0, to_line, \\\n"
   "      0, event); \\\n"
   "}\n"
   "__TRF_COPIES(__local, __global)\n"
   "__TRF_COPIES(__global, __local)\n"
   "#undef __TRF_COPIES\n"
   "#undef __TRF_COPY_FUNCTION\n"
   "#endif\n";
