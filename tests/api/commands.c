/* SPDX-License-Identifier: MIT */

#include "commands.h"

static const size_t zero[3] = {0, 0, 0};
static const size_t square[3] = {8, 8, 1};
static const size_t rect[3] = {16, 4, 2};
static const cl_uint pattern = 0x01020304;

void
props_init(struct props *props)
{
   memset(props, 0, sizeof(*props));
   fill_bytes(props->host, sizeof(props->host), 1);
   props->src = new_buffer(CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                           PROP_BYTES, props->host);
   props->dst = new_buffer(CL_MEM_READ_WRITE, PROP_BYTES, NULL);
   if (client.images) {
      props->src_image =
         new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 16, 16, 1, 1);
      props->dst_image =
         new_image(TYPE_2D, &rgba8, CL_MEM_READ_WRITE, 16, 16, 1, 1);
   }
}

void
props_finish(struct props *props)
{
   CHECK_OK(clReleaseMemObject(props->src));
   CHECK_OK(clReleaseMemObject(props->dst));
   if (client.images) {
      CHECK_OK(clReleaseMemObject(props->src_image));
      CHECK_OK(clReleaseMemObject(props->dst_image));
   }
}

#define COMMAND(name)                                                         \
   static cl_int name(struct props *props, cl_command_queue queue,            \
                      cl_bool blocking, cl_uint count,                        \
                      const cl_event *waits, cl_event *event)

COMMAND(read_buffer)
{
   return clEnqueueReadBuffer(queue, props->src, blocking, 16, 256,
                              props->host, count, waits, event);
}

COMMAND(write_buffer)
{
   return clEnqueueWriteBuffer(queue, props->dst, blocking, 16, 256,
                               props->host, count, waits, event);
}

COMMAND(copy_buffer)
{
   return clEnqueueCopyBuffer(queue, props->src, props->dst, 0, 0, 512, count,
                              waits, event);
}

COMMAND(read_rect)
{
   return clEnqueueReadBufferRect(queue, props->src, blocking, zero, zero,
                                  rect, 64, 0, 16, 0, props->host, count,
                                  waits, event);
}

COMMAND(write_rect)
{
   return clEnqueueWriteBufferRect(queue, props->dst, blocking, zero, zero,
                                   rect, 64, 0, 16, 0, props->host, count,
                                   waits, event);
}

COMMAND(copy_rect)
{
   return clEnqueueCopyBufferRect(queue, props->src, props->dst, zero, zero,
                                  rect, 64, 0, 32, 0, count, waits, event);
}

COMMAND(fill_buffer)
{
   return clEnqueueFillBuffer(queue, props->dst, &pattern, sizeof(pattern), 0,
                              1024, count, waits, event);
}

COMMAND(read_image)
{
   return clEnqueueReadImage(queue, props->src_image, blocking, zero, square,
                             0, 0, props->host, count, waits, event);
}

COMMAND(write_image)
{
   return clEnqueueWriteImage(queue, props->dst_image, blocking, zero, square,
                              0, 0, props->host, count, waits, event);
}

COMMAND(copy_image)
{
   return clEnqueueCopyImage(queue, props->src_image, props->dst_image, zero,
                             zero, square, count, waits, event);
}

COMMAND(image_to_buffer)
{
   return clEnqueueCopyImageToBuffer(queue, props->src_image, props->dst,
                                     zero, square, 0, count, waits, event);
}

COMMAND(buffer_to_image)
{
   return clEnqueueCopyBufferToImage(queue, props->src, props->dst_image, 0,
                                     zero, square, count, waits, event);
}

COMMAND(fill_image)
{
   static const float color[4] = {0.25f, 0.5f, 0.75f, 1.0f};
   return clEnqueueFillImage(queue, props->dst_image, color, zero, square,
                             count, waits, event);
}

COMMAND(map_buffer)
{
   cl_int error = UNTOUCHED;
   void *pointer =
      clEnqueueMapBuffer(queue, props->dst, blocking, CL_MAP_READ, 0, 256,
                         count, waits, event, &error);
   assert_int_equal(pointer == NULL, error != CL_SUCCESS);
   props->mapped = pointer;
   return error;
}

COMMAND(map_image)
{
   cl_int error = UNTOUCHED;
   size_t row = 0;
   void *pointer =
      clEnqueueMapImage(queue, props->dst_image, blocking, CL_MAP_READ, zero,
                        square, &row, NULL, count, waits, event, &error);
   assert_int_equal(pointer == NULL, error != CL_SUCCESS);
   props->mapped = pointer;
   return error;
}

COMMAND(unmap)
{
   return clEnqueueUnmapMemObject(queue, props->dst, props->mapped, count,
                                  waits, event);
}

COMMAND(migrate)
{
   const cl_mem mems[2] = {props->src, props->dst};
   return clEnqueueMigrateMemObjects(queue, 2, mems, 0, count, waits, event);
}

COMMAND(marker)
{
   return clEnqueueMarkerWithWaitList(queue, count, waits, event);
}

COMMAND(barrier)
{
   return clEnqueueBarrierWithWaitList(queue, count, waits, event);
}

/* A map that failed left no record: then there is nothing to undo. */
static void
undo_map(struct props *props, cl_mem mem)
{
   if (map_count(mem) > 0) {
      CHECK_OK(clEnqueueUnmapMemObject(client.queue, mem, props->mapped, 0,
                                       NULL, NULL));
      CHECK_OK(clFinish(client.queue));
   }
   props->mapped = NULL;
}

static void
undo_buffer_map(struct props *props)
{
   undo_map(props, props->dst);
}

static void
undo_image_map(struct props *props)
{
   undo_map(props, props->dst_image);
}

static void
prepare_unmap(struct props *props)
{
   props->mapped =
      CREATED(clEnqueueMapBuffer(client.queue, props->dst, CL_TRUE,
                                 CL_MAP_READ, 0, 256, 0, NULL, NULL, &code));
}

const struct command commands[] = {
   {"ReadBuffer", CL_COMMAND_READ_BUFFER, false, true, true, read_buffer},
   {"WriteBuffer", CL_COMMAND_WRITE_BUFFER, false, true, true, write_buffer},
   {"CopyBuffer", CL_COMMAND_COPY_BUFFER, false, false, true, copy_buffer},
   {"ReadBufferRect", CL_COMMAND_READ_BUFFER_RECT, false, true, true,
    read_rect},
   {"WriteBufferRect", CL_COMMAND_WRITE_BUFFER_RECT, false, true, true,
    write_rect},
   {"CopyBufferRect", CL_COMMAND_COPY_BUFFER_RECT, false, false, true,
    copy_rect},
   {"FillBuffer", CL_COMMAND_FILL_BUFFER, false, false, true, fill_buffer},
   {"ReadImage", CL_COMMAND_READ_IMAGE, true, true, true, read_image},
   {"WriteImage", CL_COMMAND_WRITE_IMAGE, true, true, true, write_image},
   {"CopyImage", CL_COMMAND_COPY_IMAGE, true, false, true, copy_image},
   {"CopyImageToBuffer", CL_COMMAND_COPY_IMAGE_TO_BUFFER, true, false, true,
    image_to_buffer},
   {"CopyBufferToImage", CL_COMMAND_COPY_BUFFER_TO_IMAGE, true, false, true,
    buffer_to_image},
   {"FillImage", CL_COMMAND_FILL_IMAGE, true, false, true, fill_image},
   {"MapBuffer", CL_COMMAND_MAP_BUFFER, false, true, true, map_buffer,
    undo_buffer_map},
   {"MapImage", CL_COMMAND_MAP_IMAGE, true, true, true, map_image,
    undo_image_map},
   {"UnmapMemObject", CL_COMMAND_UNMAP_MEM_OBJECT, false, false, true, unmap,
    undo_buffer_map, prepare_unmap},
   {"MigrateMemObjects", CL_COMMAND_MIGRATE_MEM_OBJECTS, false, false, true,
    migrate},
   {"Marker", CL_COMMAND_MARKER, false, false, false, marker},
   {"Barrier", CL_COMMAND_BARRIER, false, false, false, barrier},
};

const unsigned command_count = COUNT(commands);

bool
command_usable(const struct command *command)
{
   return client.images || !command->images;
}
