/* SPDX-License-Identifier: MIT */

/*
 * The launch command.  What the arguments are is settled at enqueue: values
 * are copied into the input, objects are held.  Where the objects' storage
 * lies is settled when the command runs.
 */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/device.h"
#include "core/kernel.h"
#include "core/kernel_printf.h"
#include "core/ndrange.h"
#include "core/queue.h"
#include "core/sampler.h"
#include "gallium/launch.h"
#include "util/macros.h"
#include "util/trf_handle.h"
#include "util/u_math.h"

/* __local arguments are aligned for the largest type, long16. */
#define LOCAL_ALIGNMENT 128

struct launch_command {
   struct trf_event event;
   struct trf_kernel *kernel; /* strong: it keeps the code */
   struct trf_kernel_code *code;
   struct trf_ndrange range;
   uint32_t variable_shared;
   uint32_t sub_group_size; /* for the kernel, if it uses it */

   /* By argument; NULL where an argument is no memory object. */
   struct trf_mem **mems; /* strong */
   struct trf_global_binding *globals;
   struct trf_image_binding *textures, *images;
   struct trf_sampler_binding *samplers;
   unsigned sampler_count;
   uint32_t repeating, unnormalized, nearest; /* masks, for the kernel */
   uint8_t *input, *patched;
   unsigned global_count; /* while it runs */
};

static void
put_u64(struct launch_command *command, uint32_t offset, uint64_t value)
{
   /* Pointers have the device's size; llvmpipe's and ours agree. */
   memcpy(command->input + offset, &value,
          command->code->device->caps->address_bits / 8);
}

static struct trf_object *
live_object(const struct trf_arg_value *value, enum trf_type type)
{
   return trf_handle_get(value->handle, type) == value->object ? value->object
                                                               : NULL;
}

static void
put_sampler(struct launch_command *command, uint32_t binding,
            const struct trf_sampler_binding *sampler)
{
   const uint32_t bit = 1u << binding;

   command->samplers[binding] = *sampler;
   command->sampler_count = MAX2(command->sampler_count, binding + 1);
   if (command->code->ir->normalized & bit)
      command->samplers[binding].normalized = true;
   if (!sampler->normalized)
      command->unnormalized |= bit;
   if (!sampler->linear)
      command->nearest |= bit;
   if (sampler->addressing == CL_ADDRESS_REPEAT && !sampler->linear)
      command->repeating |= bit;
}

static bool
take_sampler(struct launch_command *command, const struct trf_kernel_arg *arg,
             const struct trf_arg_value *value)
{
   const struct trf_sampler *sampler =
      (struct trf_sampler *)live_object(value, TRF_TYPE_SAMPLER);
   if (!sampler)
      return false;

   const struct trf_sampler_binding binding = {
      .normalized = sampler->args.normalized,
      .linear = sampler->args.filter == CL_FILTER_LINEAR,
      .mip_linear = sampler->args.mip_filter == CL_FILTER_LINEAR,
      .addressing = sampler->args.addressing,
      .min_lod = sampler->args.lod_min,
      .max_lod = sampler->args.lod_max,
   };
   if (arg->live)
      put_sampler(command, arg->offset, &binding);
   return true;
}

static bool
take_buffer(struct launch_command *command, unsigned index,
            const struct trf_kernel_arg *arg,
            const struct trf_arg_value *value)
{
   if (!value->object) {
      /* A NULL buffer, or an SVM pointer's bytes. */
      uint64_t address = 0;
      if (value->bytes)
         memcpy(&address, value->bytes, sizeof(void *));
      if (arg->live)
         put_u64(command, arg->offset, address);
      return true;
   }

   struct trf_mem *mem = (struct trf_mem *)live_object(value, TRF_TYPE_MEM);
   if (!mem)
      return false;
   command->mems[index] = trf_mem_ref(mem);
   if (arg->live)
      put_u64(command, arg->offset, trf_mem_root_offset(mem));
   return true;
}

static void
put_image_data(struct launch_command *command, unsigned place,
               const struct trf_mem *mem)
{
   const cl_image_format *format = &mem->image.format->cl;
   const struct trf_image_data data = {
      .data_type = format->image_channel_data_type,
      .order = format->image_channel_order,
      .levels = mem->image.levels,
   };
   memcpy(command->input + TRF_IMAGE_DATA_OFFSET + place * sizeof(data),
          &data, sizeof(data));
}

static bool
take_image(struct launch_command *command, unsigned index,
           const struct trf_kernel_arg *arg,
           const struct trf_arg_value *value)
{
   struct trf_mem *mem = (struct trf_mem *)live_object(value, TRF_TYPE_MEM);
   if (!mem)
      return false;
   command->mems[index] = trf_mem_ref(mem);
   if (arg->live)
      put_image_data(command,
                     arg->kind == TRF_ARG_TEXTURE
                        ? arg->offset
                        : command->code->ir->texture_count + arg->offset,
                     mem);
   return true;
}

static void
take_local(struct launch_command *command, const struct trf_kernel_arg *arg,
           const struct trf_arg_value *value)
{
   const uint32_t fixed = command->code->ir->shared_size;
   const uint32_t at =
      align(fixed + command->variable_shared, LOCAL_ALIGNMENT);

   if (!arg->live)
      return;
   put_u64(command, arg->offset,
           at | (command->code->ir->generic ? TRF_LOCAL_TAG : 0));
   /* Whole longs: a driver may have arrays of what there is. */
   command->variable_shared =
      at + align(value->local_size, sizeof(cl_ulong)) - fixed;
}

static bool
take_argument(struct launch_command *command, unsigned index,
              const struct trf_kernel_arg *arg,
              const struct trf_arg_value *value)
{
   if (!value->set)
      return false;

   switch (arg->kind) {
   case TRF_ARG_VALUE:
      if (arg->live)
         memcpy(command->input + arg->offset, value->bytes, arg->size);
      return true;
   case TRF_ARG_GLOBAL:
   case TRF_ARG_CONSTANT:
      return take_buffer(command, index, arg, value);
   case TRF_ARG_LOCAL:
      take_local(command, arg, value);
      return true;
   case TRF_ARG_SAMPLER:
      return take_sampler(command, arg, value);
   case TRF_ARG_TEXTURE:
   case TRF_ARG_IMAGE:
   case TRF_ARG_IMAGE_READ_WRITE:
      return take_image(command, index, arg, value);
   }
   return false;
}

static void
take_inline_samplers(struct launch_command *command)
{
   const struct trf_kernel_ir *ir = command->code->ir;

   for (unsigned i = 0; i < ir->sampler_count; i++) {
      const struct trf_inline_sampler *from = &ir->samplers[i];
      const struct trf_sampler_binding sampler = {
         .normalized = from->normalized,
         .linear = from->linear,
         .addressing = from->addressing,
         .max_lod = INFINITY,
      };
      put_sampler(command, from->binding, &sampler);
   }
}

static cl_int
take_arguments(struct launch_command *command)
{
   struct trf_kernel *kernel = command->kernel;
   cl_int error = CL_SUCCESS;

   simple_mtx_lock(&kernel->lock);
   for (unsigned i = 0; i < kernel->decl->arg_count && !error; i++) {
      if (!take_argument(command, i, &command->code->ir->args[i],
                         &kernel->values[i]))
         error = CL_INVALID_KERNEL_ARGS;
   }
   simple_mtx_unlock(&kernel->lock);
   take_inline_samplers(command);
   return error;
}

/* Pixels, as views of buffers count them. */
static void
describe_buffer_image(const struct trf_mem *mem,
                      struct trf_image_binding *binding)
{
   const size_t element = mem->image.format->element;

   binding->rows_of_buffer = mem->type == CL_MEM_OBJECT_IMAGE2D;
   binding->offset = trf_mem_root_offset(mem) / element;
   binding->width = mem->image.width;
   binding->height = mem->image.height;
   binding->row_pitch = mem->image.row_pitch / element;
}

static void
bind_image(struct launch_command *command, const struct trf_kernel_arg *arg,
           const struct trf_mem *mem, struct trf_resource *resource)
{
   struct trf_image_binding *binding = arg->kind == TRF_ARG_TEXTURE
                                          ? &command->textures[arg->offset]
                                          : &command->images[arg->offset];
   *binding = (struct trf_image_binding){
      .resource = resource,
      .format = mem->image.format->pipe,
      .levels = mem->image.levels,
      .readable = arg->kind != TRF_ARG_IMAGE,
      .writable = arg->kind != TRF_ARG_TEXTURE,
   };
   if (trf_mem_is_buffer_backed(mem))
      describe_buffer_image(mem, binding);
}

/* Each level of an image that is written by level, in a slot of its own. */
static void
bind_levels(struct launch_command *command)
{
   const struct trf_kernel_ir *ir = command->code->ir;

   for (unsigned i = 0; i < ir->mip_slots_count; i++) {
      const struct trf_mip_slots *slots = &ir->mip_slots[i];
      const struct trf_image_binding *base = &command->images[slots->image];
      for (unsigned level = 1; level <= TRF_MIP_SLOTS; level++) {
         struct trf_image_binding *slot =
            &command->images[slots->first + level - 1];
         *slot = *base;
         /* Slots that the image has no level for must hold something. */
         slot->level = MIN2(level, base->levels - 1);
      }
   }
}

static unsigned
use_of(enum trf_arg_kind kind)
{
   return kind == TRF_ARG_CONSTANT || kind == TRF_ARG_TEXTURE
             ? TRF_USE_READ
             : TRF_USE_READ | TRF_USE_WRITE;
}

static bool
is_image_kind(enum trf_arg_kind kind)
{
   return kind == TRF_ARG_TEXTURE || kind == TRF_ARG_IMAGE ||
          kind == TRF_ARG_IMAGE_READ_WRITE;
}

static void
bind_global(struct launch_command *command, struct trf_resource *resource,
            uint32_t input_offset, bool writable)
{
   command->globals[command->global_count++] = (struct trf_global_binding){
      .resource = resource,
      .input_offset = input_offset,
      .writable = writable,
   };
}

static cl_int
bind_objects(struct launch_command *command, struct trf_gpu *gpu)
{
   const struct trf_kernel_ir *ir = command->code->ir;

   command->global_count = 0;
   for (unsigned i = 0; i < ir->arg_count; i++) {
      const struct trf_kernel_arg *arg = &ir->args[i];
      if (!command->mems[i] || !arg->live)
         continue;
      struct trf_resource *resource =
         trf_mem_resource(command->mems[i]->root, command->code->device, gpu,
                          use_of(arg->kind));
      if (!resource)
         return CL_MEM_OBJECT_ALLOCATION_FAILURE;
      if (is_image_kind(arg->kind))
         bind_image(command, arg, command->mems[i], resource);
      else
         bind_global(command, resource, arg->offset,
                     use_of(arg->kind) & TRF_USE_WRITE);
   }
   bind_levels(command);
   if (command->code->globals)
      bind_global(command, command->code->globals, ir->globals_offset, true);
   if (command->code->constants)
      bind_global(command, command->code->constants,
                  offsetof(struct trf_kernel_header, constants), false);
   return CL_SUCCESS;
}

static void
fill_header(struct launch_command *command,
            const struct trf_ndrange_part *part)
{
   struct trf_kernel_header header;

   trf_ndrange_header(&command->range, part, &header);
   header.repeating = command->repeating;
   header.sub_group_size = command->sub_group_size;
   header.unnormalized = command->unnormalized;
   header.nearest = command->nearest;
   memcpy(command->patched, &header, sizeof(header));
}

static cl_int
launch_parts(struct launch_command *command, struct trf_launcher *launcher)
{
   const struct trf_kernel_ir *ir = command->code->ir;
   struct trf_ndrange_walk walk = {0};
   struct trf_ndrange_part part;
   struct trf_launch launch = {
      .shader = command->code->shader,
      .input = command->patched,
      .input_size = ir->input_size,
      .globals = command->globals,
      .textures = command->textures,
      .images = command->images,
      .samplers = command->samplers,
      .global_count = command->global_count,
      .texture_count = ir->texture_count,
      .image_count = ir->image_slots,
      .sampler_count = command->sampler_count,
      .work_dim = command->range.dims,
      .variable_shared = command->variable_shared,
   };

   if (!trf_ndrange_begin(&walk, &command->range,
                          command->code->device->caps->max_grid))
      return CL_SUCCESS;
   trf_launcher_order(launcher, &launch);
   while (trf_ndrange_next(&walk, &part)) {
      /* A launch adds addresses to the input: each begins with a fresh one. */
      memcpy(command->patched + sizeof(struct trf_kernel_header),
             command->input + sizeof(struct trf_kernel_header),
             ir->input_size - sizeof(struct trf_kernel_header));
      fill_header(command, &part);
      memcpy(launch.block, part.block, sizeof(launch.block));
      memcpy(launch.grid, part.grid, sizeof(launch.grid));
      const cl_int error = trf_launcher_run(launcher, &launch);
      if (error)
         return error;
   }
   return CL_SUCCESS;
}

static cl_int
launch_run(struct trf_event *event, struct trf_gpu *gpu)
{
   struct launch_command *command = (struct launch_command *)event;
   struct trf_launcher *launcher = trf_gpu_launcher(gpu);
   if (!launcher)
      return CL_OUT_OF_HOST_MEMORY;

   cl_int error = bind_objects(command, gpu);
   if (error)
      return error;

   struct trf_printf printf = {0};
   if (command->code->ir->uses_printf) {
      error = trf_printf_begin(&printf, command->code);
      if (error)
         return error;
      bind_global(command, printf.buffer,
                  offsetof(struct trf_kernel_header, printf_buffer), true);
   }
   error = launch_parts(command, launcher);
   if (command->code->ir->uses_printf) {
      const cl_int print_error = trf_printf_end(&printf, gpu, !error);
      error = error ? error : print_error;
   }
   return error;
}

static void
launch_release(struct trf_event *event)
{
   struct launch_command *command = (struct launch_command *)event;
   for (unsigned i = 0; i < command->code->ir->arg_count; i++)
      trf_mem_unref(command->mems[i]);
   trf_kernel_unref(command->kernel);
}

static const struct trf_command_ops launch_ops = {
   .run = launch_run,
   .release = launch_release,
};

/* Room for one more array behind those before it, aligned for any type. */
static size_t
reserve(size_t *size, size_t bytes)
{
   const size_t at = align_uintptr(*size, 16);
   *size = at + bytes;
   return at;
}

/* One allocation for the command and all its arrays. */
static struct launch_command *
create_command(struct trf_queue *queue, struct trf_kernel *kernel,
               struct trf_kernel_code *code, cl_command_type type,
               bool want_event)
{
   const struct trf_kernel_ir *ir = code->ir;
   const unsigned sampler_room = ir->arg_count + ir->sampler_count;
   size_t size = sizeof(struct launch_command);
   const size_t mems =
      reserve(&size, ir->arg_count * sizeof(struct trf_mem *));
   const size_t globals =
      reserve(&size, (ir->arg_count + 3) * sizeof(struct trf_global_binding));
   const size_t textures =
      reserve(&size, ir->texture_count * sizeof(struct trf_image_binding));
   const size_t images =
      reserve(&size, ir->image_slots * sizeof(struct trf_image_binding));
   const size_t samplers =
      reserve(&size, sampler_room * sizeof(struct trf_sampler_binding));
   const size_t input = reserve(&size, ir->input_size);
   const size_t patched = reserve(&size, ir->input_size);

   struct launch_command *command =
      trf_command_create(queue, type, size, &launch_ops, want_event);
   if (!command)
      return NULL;
   uint8_t *base = (uint8_t *)command;
   command->mems = (struct trf_mem **)(base + mems);
   command->globals = (struct trf_global_binding *)(base + globals);
   command->textures = (struct trf_image_binding *)(base + textures);
   command->images = (struct trf_image_binding *)(base + images);
   command->samplers = (struct trf_sampler_binding *)(base + samplers);
   command->input = base + input;
   command->patched = base + patched;
   command->kernel = trf_kernel_ref(kernel);
   command->code = code;
   return command;
}

/* The range to launch, with a local size in any case. */
static cl_int
settle_range(struct launch_command *command, const struct trf_ndrange *range)
{
   const struct trf_kernel_ir *ir = command->code->ir;
   size_t *local = command->range.local;

   command->range = *range;
   if (ir->local_size[0]) {
      for (unsigned i = 0; i < 3; i++)
         local[i] = ir->local_size[i];
   } else if (ir->groups_invisible) {
      trf_ndrange_free_local(command->code, range->global, local);
   } else if (!local[0]) {
      trf_kernel_suggest_local(command->code, range->global, local);
   }
   if (ir->uses_sub_group_size) {
      command->sub_group_size =
         trf_kernel_sub_group_size(command->code, local);
      return command->sub_group_size ? CL_SUCCESS : CL_OUT_OF_RESOURCES;
   }
   return CL_SUCCESS;
}

cl_int
trf_kernel_enqueue(struct trf_queue *queue, struct trf_kernel *kernel,
                   const struct trf_ndrange *range, cl_command_type type,
                   const struct trf_wait_list *waits, bool want_event,
                   struct trf_event **event)
{
   struct trf_kernel_code *code =
      trf_kernel_code_for(kernel, trf_queue_device(queue));
   assert(code);

   struct launch_command *command =
      create_command(queue, kernel, code, type, want_event);
   if (!command)
      return CL_OUT_OF_HOST_MEMORY;
   cl_int error = take_arguments(command);
   if (!error)
      error = settle_range(command, range);
   if (error) {
      trf_command_discard(&command->event);
      return error;
   }
   return trf_command_enqueue(&command->event, waits, false,
                              want_event ? event : NULL);
}
