/* SPDX-License-Identifier: MIT */

#include "core/kernel_printf.h"

#include <stdio.h>
#include <string.h>

#include "core/device.h"
#include "gallium/context.h"
#include "util/macros.h"
#include "util/trf_printf.h"

/* The first word counts the bytes that are used, itself included. */
#define COUNTER_BYTES sizeof(uint32_t)

cl_int
trf_printf_begin(struct trf_printf *printf,
                 const struct trf_kernel_code *code)
{
   const struct trf_compiler_features *features =
      trf_compiler_features(trf_device_compiler(code->device));
   const struct trf_resource_desc desc = {
      .target = TRF_TARGET_BUFFER,
      .format = PIPE_FORMAT_R8_UINT,
      .width = features->printf_buffer_size,
      .height = 1,
      .depth = 1,
      .layers = 1,
      .levels = 1,
      .host_visible = true,
      .internal = true,
   };
   struct trf_direct direct;

   printf->code = code;
   printf->buffer = trf_resource_create(code->device->screen, &desc);
   if (!printf->buffer)
      return CL_OUT_OF_RESOURCES;
   if (!trf_resource_direct(printf->buffer, 0, &direct)) {
      trf_resource_destroy(printf->buffer);
      return CL_OUT_OF_RESOURCES;
   }
   const uint32_t used = COUNTER_BYTES;
   memcpy(direct.pointer, &used, sizeof(used));
   return CL_SUCCESS;
}

static void
print(const struct trf_printf *printf, const uint8_t *data)
{
   uint32_t used;
   memcpy(&used, data, sizeof(used));
   /* Counted on when the buffer was full. */
   used = MIN2(used, trf_resource_desc(printf->buffer)->width);

   unsigned count;
   const struct u_printf_info *info =
      trf_kernel_ir_printf(printf->code->ir, &count);
   if (used > COUNTER_BYTES)
      trf_printf_records(stdout, data + COUNTER_BYTES, used - COUNTER_BYTES,
                         info, count);
   fflush(stdout);
}

cl_int
trf_printf_end(struct trf_printf *printf, struct trf_gpu *gpu, bool wanted)
{
   struct trf_direct direct;
   cl_int error = CL_SUCCESS;

   if (wanted && (!trf_gpu_sync(gpu, printf->buffer, false) ||
                  !trf_resource_direct(printf->buffer, 0, &direct)))
      error = CL_OUT_OF_RESOURCES;
   else if (wanted)
      print(printf, direct.pointer);
   trf_resource_destroy(printf->buffer);
   return error;
}
