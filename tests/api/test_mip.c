/* SPDX-License-Identifier: MIT */

/*
 * Mip levels, by cl_khr_mipmap_image.  A 2D image's level is origin[2], or,
 * when TREFOIL_MIP_ORIGIN_2D=3 says so, origin[3]: this program is run both
 * ways.
 */

#include "maps.h"

#include <stdlib.h>

#define W 37
#define H 22
#define D 11
#define LEVELS 4
#define FULL 6 /* floor(log2(37)) + 1 */

static const cl_map_flags all_flags[] = {CL_MAP_READ, CL_MAP_WRITE,
                                         CL_MAP_READ | CL_MAP_WRITE,
                                         CL_MAP_WRITE_INVALIDATE_REGION};

static const unsigned mip_types[] = {TYPE_1D, TYPE_1D_ARRAY, TYPE_2D,
                                     TYPE_2D_ARRAY, TYPE_3D};

static void
need_mips(void)
{
   need_images();
   if (!client.is_trefoil)
      need_extension("cl_khr_mipmap_image");
}

static unsigned
level_place(unsigned type)
{
   const char *text = getenv("TREFOIL_MIP_ORIGIN_2D");
   if (type == TYPE_2D && text && strcmp(text, "3") == 0)
      return 3;
   return image_types[type].level_axis;
}

/* An origin with its level, as long as any place that is asked for. */
struct place {
   size_t at[4];
};

static struct place
place(unsigned type, unsigned level, size_t x, size_t y, size_t z)
{
   struct place p = {{x, y, z, 0}};

   for (unsigned i = image_types[type].axes; i < 3; i++)
      p.at[i] = 0;
   p.at[level_place(type)] = level;
   return p;
}

static size_t
minified(size_t n, unsigned level)
{
   return n >> level ? n >> level : 1;
}

/* Layers are not minified. */
static void
level_extent(unsigned type, unsigned level, size_t extent[3])
{
   extent[0] = minified(W, level);
   extent[1] = type == TYPE_1D_ARRAY ? H : minified(H, level);
   extent[2] = type == TYPE_2D_ARRAY ? D : minified(D, level);
   clip_to_axes(type, extent);
}

/* An image with levels, and what each should hold. */
struct pyramid {
   unsigned type;
   cl_mem image;
   size_t extent[FULL][3];
   size_t bytes[FULL];
   unsigned char *data[FULL];
};

static void
write_level(struct pyramid *p, unsigned level, unsigned seed)
{
   const struct place origin = place(p->type, level, 0, 0, 0);

   fill_bytes(p->data[level], p->bytes[level], seed);
   CHECK_OK(clEnqueueWriteImage(client.queue, p->image, CL_TRUE, origin.at,
                                p->extent[level], 0, 0, p->data[level], 0,
                                NULL, NULL));
}

static struct pyramid
pyramid_new(unsigned type, unsigned seed)
{
   struct pyramid p = {.type = type};

   p.image = new_image(type, &rgba8, CL_MEM_READ_WRITE, W, H, D, LEVELS);
   for (unsigned level = 0; level < LEVELS; level++) {
      level_extent(type, level, p.extent[level]);
      p.bytes[level] =
         p.extent[level][0] * p.extent[level][1] * p.extent[level][2] * 4;
      p.data[level] = malloc(p.bytes[level]);
      assert_non_null(p.data[level]);
      write_level(&p, level, seed + level);
   }
   return p;
}

static unsigned char *
pixel(const struct pyramid *p, unsigned level, size_t x, size_t y, size_t z)
{
   const size_t *e = p->extent[level];
   return p->data[level] + ((z * e[1] + y) * e[0] + x) * 4;
}

static void
check_level(const struct pyramid *p, unsigned level)
{
   const struct place origin = place(p->type, level, 0, 0, 0);
   unsigned char *back = malloc(p->bytes[level]);

   assert_non_null(back);
   memset(back, 0xa5, p->bytes[level]);
   CHECK_OK(clEnqueueReadImage(client.queue, p->image, CL_TRUE, origin.at,
                               p->extent[level], 0, 0, back, 0, NULL, NULL));
   assert_memory_equal(back, p->data[level], p->bytes[level]);
   free(back);
}

static void
check_pyramid(const struct pyramid *p)
{
   for (unsigned level = 0; level < LEVELS; level++)
      check_level(p, level);
}

static void
pyramid_free(struct pyramid *p)
{
   CHECK_OK(clReleaseMemObject(p->image));
   for (unsigned level = 0; level < LEVELS; level++)
      free(p->data[level]);
}

static void
creates_up_to_one_pixel(void **state)
{
   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      const unsigned type = mip_types[i];
      cl_uint got;

      for (unsigned levels = 2; levels <= FULL; levels++) {
         cl_mem image = new_image(type, &rgba8, 0, W, H, D, levels);
         CHECK_OK(clGetImageInfo(image, CL_IMAGE_NUM_MIP_LEVELS, sizeof(got),
                                 &got, NULL));
         assert_int_equal(got, levels);
         CHECK_OK(clReleaseMemObject(image));
      }
      cl_image_desc desc = image_desc(type, W, H, D);
      desc.num_mip_levels = FULL + 1;
      REFUSED(CL_INVALID_IMAGE_DESCRIPTOR,
              clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   }
}

/* No host_ptr, no buffer, no depth. */
static void
create_refuses_what_has_no_levels(void **state)
{
   static unsigned char data[W * H * 4];
   static const cl_image_format depth = {CL_DEPTH, CL_FLOAT};
   cl_image_desc desc = image_desc(TYPE_2D, W, H, 1);

   need_mips();
   desc.num_mip_levels = 2;
   code = UNTOUCHED;
   assert_null(clCreateImage(client.context, CL_MEM_USE_HOST_PTR, &rgba8,
                             &desc, data, &code));
   CHECK_EITHER(CL_INVALID_HOST_PTR, CL_INVALID_VALUE, code);
   assert_null(clCreateImage(client.context, CL_MEM_COPY_HOST_PTR, &rgba8,
                             &desc, data, &code));
   CHECK_EITHER(CL_INVALID_HOST_PTR, CL_INVALID_VALUE, code);
   code = UNTOUCHED;
   assert_null(clCreateImage(client.context, 0, &depth, &desc, NULL, &code));
   CHECK_EITHER(CL_INVALID_IMAGE_DESCRIPTOR,
                CL_INVALID_IMAGE_FORMAT_DESCRIPTOR, code);
   desc = image_desc(TYPE_1D_BUFFER, 16, 1, 1);
   desc.num_mip_levels = 2;
   desc.mem_object = new_buffer(0, 4096, NULL);
   REFUSED(CL_INVALID_IMAGE_DESCRIPTOR,
           clCreateImage(client.context, 0, &rgba8, &desc, NULL, &code));
   CHECK_OK(clReleaseMemObject(desc.mem_object));
}

/* Levels are told apart: each keeps its own bytes. */
static void
levels_are_read_and_written(void **state)
{
   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      struct pyramid p = pyramid_new(mip_types[i], 10 * i);
      check_pyramid(&p);
      for (unsigned level = 0; level < LEVELS; level++) {
         write_level(&p, level, 100 + level);
         check_pyramid(&p);
      }
      pyramid_free(&p);
   }
}

static void
levels_are_mapped(void **state)
{
   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types) * COUNT(all_flags); i++) {
      const unsigned type = mip_types[i % COUNT(mip_types)];
      const cl_map_flags flags = all_flags[i / COUNT(mip_types)];
      struct pyramid p = pyramid_new(type, i);

      for (unsigned level = 0; level < LEVELS; level++) {
         /* All but the first column and the last row or layer. */
         size_t region[3], start[3] = {1, 0, 0};
         memcpy(region, p.extent[level], sizeof(region));
         region[0] -= 1;
         if (image_types[type].axes > 1)
            region[image_types[type].axes - 1] -= 1;
         if (region[0] == 0 || region[image_types[type].axes - 1] == 0)
            continue;
         const struct place origin = place(type, level, start[0], 0, 0);
         struct map map =
            map_now(client.queue, p.image, type, flags, origin.at, region);

         for (size_t z = 0; z < region[2]; z++)
            for (size_t y = 0; y < region[1]; y++) {
               unsigned char *at = map_at(&map, type, 4, 0, y, z);
               unsigned char *want = pixel(&p, level, 1, y, z);
               if (flags != CL_MAP_WRITE_INVALIDATE_REGION)
                  assert_memory_equal(at, want, region[0] * 4);
               if (flags == CL_MAP_READ)
                  continue;
               fill_bytes(want, region[0] * 4, i + y + z);
               memcpy(at, want, region[0] * 4);
            }
         unmap_now(client.queue, p.image, map.pointer);
         check_pyramid(&p);
      }
      pyramid_free(&p);
   }
}

/* Level n READ and level n + 1 INVALIDATE at once, as a pyramid is built. */
static void
levels_are_mapped_together(void **state)
{
   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      const unsigned type = mip_types[i];
      struct pyramid p = pyramid_new(type, i);
      struct map maps[LEVELS];

      for (unsigned level = 0; level < LEVELS; level++) {
         const struct place origin = place(type, level, 0, 0, 0);
         maps[level] = map_now(client.queue, p.image, type, CL_MAP_WRITE,
                               origin.at, p.extent[level]);
      }
      assert_int_equal(map_count(p.image), LEVELS);
      for (unsigned level = 0; level < LEVELS; level++) {
         memset(pixel(&p, level, 0, 0, 0), level + 1, 4);
         memset(maps[level].pointer, level + 1, 4);
      }
      for (unsigned level = 0; level < LEVELS; level++)
         unmap_now(client.queue, p.image, maps[level].pointer);
      check_pyramid(&p);
      pyramid_free(&p);
   }
}

static void
overlap_is_told_by_level(void **state)
{
   need_mips();
   need_trefoil("others do not say so");
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      const unsigned type = mip_types[i];
      struct pyramid p = pyramid_new(type, i);
      const struct place base = place(type, 0, 0, 0, 0);
      const struct place second = place(type, 1, 0, 0, 0);
      struct map map = map_now(client.queue, p.image, type, CL_MAP_WRITE,
                               second.at, p.extent[1]);

      map_refused(client.queue, p.image, CL_MAP_WRITE, second.at, p.extent[1],
                  CL_INVALID_OPERATION);
      struct map other = map_now(client.queue, p.image, type, CL_MAP_WRITE,
                                 base.at, p.extent[0]);
      unmap_now(client.queue, p.image, other.pointer);
      unmap_now(client.queue, p.image, map.pointer);
      pyramid_free(&p);
   }
}

typedef cl_int (*region_command)(const struct pyramid *p,
                                 const size_t *origin, const size_t *region);

static unsigned char scratch[W * H * D * 4];
static cl_mem scratch_buffer, scratch_image;

static cl_int
try_map(const struct pyramid *p, const size_t *origin, const size_t *region)
{
   size_t row, slice;
   cl_int error;
   void *pointer =
      clEnqueueMapImage(client.queue, p->image, CL_TRUE, CL_MAP_READ, origin,
                        region, &row, &slice, 0, NULL, NULL, &error);
   assert_int_equal(pointer == NULL, error != CL_SUCCESS);
   if (pointer)
      unmap_now(client.queue, p->image, pointer);
   return error;
}

static cl_int
try_read(const struct pyramid *p, const size_t *origin, const size_t *region)
{
   return clEnqueueReadImage(client.queue, p->image, CL_TRUE, origin, region,
                             0, 0, scratch, 0, NULL, NULL);
}

static cl_int
try_write(const struct pyramid *p, const size_t *origin, const size_t *region)
{
   return clEnqueueWriteImage(client.queue, p->image, CL_TRUE, origin, region,
                              0, 0, scratch, 0, NULL, NULL);
}

static cl_int
try_fill(const struct pyramid *p, const size_t *origin, const size_t *region)
{
   static const float color[4];
   return clEnqueueFillImage(client.queue, p->image, color, origin, region, 0,
                             NULL, NULL);
}

static cl_int
try_copy_from(const struct pyramid *p, const size_t *origin,
              const size_t *region)
{
   const struct place to = place(p->type, 0, 0, 0, 0);
   return clEnqueueCopyImage(client.queue, p->image, scratch_image, origin,
                             to.at, region, 0, NULL, NULL);
}

static cl_int
try_copy_to(const struct pyramid *p, const size_t *origin,
            const size_t *region)
{
   const struct place from = place(p->type, 0, 0, 0, 0);
   return clEnqueueCopyImage(client.queue, scratch_image, p->image, from.at,
                             origin, region, 0, NULL, NULL);
}

static cl_int
try_to_buffer(const struct pyramid *p, const size_t *origin,
              const size_t *region)
{
   return clEnqueueCopyImageToBuffer(client.queue, p->image, scratch_buffer,
                                     origin, region, 0, 0, NULL, NULL);
}

static cl_int
try_from_buffer(const struct pyramid *p, const size_t *origin,
                const size_t *region)
{
   return clEnqueueCopyBufferToImage(client.queue, scratch_buffer, p->image,
                                     0, origin, region, 0, NULL, NULL);
}

static const struct {
   const char *name;
   region_command run;
} commands[] = {
   {"map", try_map},
   {"read", try_read},
   {"write", try_write},
   {"fill", try_fill},
   {"copy from", try_copy_from},
   {"copy to", try_copy_to},
   {"to buffer", try_to_buffer},
   {"from buffer", try_from_buffer},
};

static void
with_all(void (*check)(struct pyramid *p, unsigned command))
{
   for (unsigned i = 0; i < COUNT(mip_types) * COUNT(commands); i++) {
      const unsigned type = mip_types[i % COUNT(mip_types)];
      const unsigned command = i / COUNT(mip_types);
      struct pyramid p = pyramid_new(type, i);

      print_message("# %s, %s\n", commands[command].name,
                    image_types[type].name);
      scratch_buffer = new_buffer(0, sizeof(scratch), NULL);
      scratch_image = new_image(type, &rgba8, 0, W, H, D, LEVELS);
      check(&p, command);
      CHECK_OK(clFinish(client.queue));
      CHECK_OK(clReleaseMemObject(scratch_buffer));
      CHECK_OK(clReleaseMemObject(scratch_image));
      pyramid_free(&p);
   }
}

static void
check_missing_level(struct pyramid *p, unsigned command)
{
   static const size_t one[3] = {1, 1, 1};
   static const size_t levels[] = {LEVELS, LEVELS + 1, 1000, SIZE_MAX,
                                   (size_t)1 << 32};

   for (unsigned i = 0; i < COUNT(levels); i++) {
      struct place origin = place(p->type, 0, 0, 0, 0);
      origin.at[level_place(p->type)] = levels[i];
      CHECK_CODE(CL_INVALID_MIP_LEVEL,
                 commands[command].run(p, origin.at, one));
   }
   check_pyramid(p);
}

static void
missing_levels_are_refused(void **state)
{
   need_mips();
   with_all(check_missing_level);
}

/* A region is inside its level, not merely inside the base. */
static void
check_bounds(struct pyramid *p, unsigned command)
{
   for (unsigned level = 0; level < LEVELS; level++) {
      const size_t *extent = p->extent[level];
      for (unsigned axis = 0; axis < image_types[p->type].axes; axis++) {
         size_t region[3] = {1, 1, 1};
         struct place origin = place(p->type, level, 0, 0, 0);

         region[axis] = extent[axis];
         CHECK_OK(commands[command].run(p, origin.at, region));
         region[axis] = extent[axis] + 1;
         CHECK_CODE(CL_INVALID_VALUE,
                    commands[command].run(p, origin.at, region));
         region[axis] = 1;
         origin.at[axis] = extent[axis];
         CHECK_CODE(CL_INVALID_VALUE,
                    commands[command].run(p, origin.at, region));
         origin.at[axis] = SIZE_MAX;
         region[axis] = 2;
         CHECK_CODE(CL_INVALID_VALUE,
                    commands[command].run(p, origin.at, region));
      }
   }
}

static void
bounds_are_those_of_the_level(void **state)
{
   need_mips();
   with_all(check_bounds);
}

/* Where the level does not stand, an axis that is not there stays 0. */
static void
check_other_axes(struct pyramid *p, unsigned command)
{
   static const size_t one[3] = {1, 1, 1};

   for (unsigned axis = image_types[p->type].axes; axis < 3; axis++) {
      struct place origin = place(p->type, 1, 0, 0, 0);
      size_t region[3] = {1, 1, 1};

      region[axis] = 2;
      CHECK_CODE(CL_INVALID_VALUE,
                 commands[command].run(p, origin.at, region));
      if (axis == level_place(p->type))
         continue;
      origin.at[axis] = 1;
      CHECK_CODE(CL_INVALID_VALUE, commands[command].run(p, origin.at, one));
   }
}

static void
other_axes_stay_zero(void **state)
{
   need_mips();
   with_all(check_other_axes);
}

/* An image of one level has no level in its origin. */
static void
one_level_needs_no_place(void **state)
{
   static const size_t one[3] = {1, 1, 1};
   size_t row, slice;

   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      const unsigned type = mip_types[i];
      cl_mem image = new_image(type, &rgba8, 0, W, H, D, 1);
      size_t origin[3] = {0, 0, 0};
      struct map map =
         map_now(client.queue, image, type, CL_MAP_READ, origin, one);

      unmap_now(client.queue, image, map.pointer);
      if (image_types[type].level_axis < 3) {
         origin[image_types[type].level_axis] = 1;
         REFUSED(CL_INVALID_VALUE,
                 clEnqueueMapImage(client.queue, image, CL_TRUE, CL_MAP_READ,
                                   origin, one, &row, &slice, 0, NULL, NULL,
                                   &code));
      }
      CHECK_OK(clReleaseMemObject(image));
   }
}

static void
copies_go_from_level_to_level(void **state)
{
   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      const unsigned type = mip_types[i];
      struct pyramid a = pyramid_new(type, i), b = pyramid_new(type, i + 50);
      const struct place from = place(type, 1, 2, 1, 1);
      const struct place to = place(type, 2, 1, 2, 0);
      size_t region[3] = {5, 3, 1};

      clip_to_axes(type, region);
      CHECK_OK(clEnqueueCopyImage(client.queue, a.image, b.image, from.at,
                                  to.at, region, 0, NULL, NULL));
      const bool rows = image_types[type].axes > 1;
      const size_t z_from = image_types[type].axes > 2 ? 1 : 0;
      for (size_t y = 0; y < region[1]; y++)
         memcpy(pixel(&b, 2, 1, rows ? 2 + y : 0, 0),
                pixel(&a, 1, 2, rows ? 1 + y : 0, z_from), region[0] * 4);
      check_pyramid(&b);

      /* Within one image, levels do not overlap. */
      CHECK_OK(clEnqueueCopyImage(client.queue, a.image, a.image, from.at,
                                  to.at, region, 0, NULL, NULL));
      for (size_t y = 0; y < region[1]; y++)
         memcpy(pixel(&a, 2, 1, rows ? 2 + y : 0, 0),
                pixel(&a, 1, 2, rows ? 1 + y : 0, z_from), region[0] * 4);
      check_pyramid(&a);
      CHECK_CODE(CL_MEM_COPY_OVERLAP,
                 clEnqueueCopyImage(client.queue, a.image, a.image, from.at,
                                    from.at, region, 0, NULL, NULL));
      pyramid_free(&a);
      pyramid_free(&b);
   }
}

static void
fills_and_buffer_copies_reach_their_level(void **state)
{
   static const float color[4] = {1.0f, 0.0f, 1.0f, 0.0f};
   static const unsigned char bytes[4] = {255, 0, 255, 0};

   need_mips();
   for (unsigned i = 0; i < COUNT(mip_types); i++) {
      const unsigned type = mip_types[i];
      struct pyramid p = pyramid_new(type, i);

      for (unsigned level = 0; level < LEVELS; level++) {
         const struct place origin = place(type, level, 0, 0, 0);
         CHECK_OK(clEnqueueFillImage(client.queue, p.image, color, origin.at,
                                     p.extent[level], 0, NULL, NULL));
         for (size_t k = 0; k < p.bytes[level]; k += 4)
            memcpy(p.data[level] + k, bytes, 4);
         check_pyramid(&p);

         fill_bytes(p.data[level], p.bytes[level], level + 30);
         cl_mem buffer =
            new_buffer(CL_MEM_COPY_HOST_PTR, p.bytes[level], p.data[level]);
         CHECK_OK(clEnqueueCopyBufferToImage(client.queue, buffer, p.image, 0,
                                             origin.at, p.extent[level], 0,
                                             NULL, NULL));
         check_pyramid(&p);
         CHECK_OK(clReleaseMemObject(buffer));
         buffer = new_buffer(0, p.bytes[level], NULL);
         CHECK_OK(clEnqueueCopyImageToBuffer(client.queue, p.image, buffer,
                                             origin.at, p.extent[level], 0, 0,
                                             NULL, NULL));
         CHECK_OK(clEnqueueReadBuffer(client.queue, buffer, CL_TRUE, 0,
                                      p.bytes[level], scratch, 0, NULL,
                                      NULL));
         assert_memory_equal(scratch, p.data[level], p.bytes[level]);
         CHECK_OK(clReleaseMemObject(buffer));
      }
      pyramid_free(&p);
   }
}

/* By default three elements are enough for a 2D image, as callers pass. */
static void
level_of_2d_stands_where_told(void **state)
{
   static const size_t one[3] = {1, 1, 1};

   need_mips();
   struct pyramid p = pyramid_new(TYPE_2D, 5);
   struct map map;
   if (level_place(TYPE_2D) == 2) {
      const size_t origin[3] = {3, 2, 1};
      map = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, origin, one);
   } else {
      const size_t origin[4] = {3, 2, 0, 1};
      const size_t wrong[4] = {3, 2, 1, 0};
      map = map_now(client.queue, p.image, TYPE_2D, CL_MAP_READ, origin, one);
      map_refused(client.queue, p.image, CL_MAP_READ, wrong, one,
                  CL_INVALID_VALUE);
   }
   assert_memory_equal(map.pointer, pixel(&p, 1, 3, 2, 0), 4);
   unmap_now(client.queue, p.image, map.pointer);
   pyramid_free(&p);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(creates_up_to_one_pixel),
      cmocka_unit_test(create_refuses_what_has_no_levels),
      cmocka_unit_test(levels_are_read_and_written),
      cmocka_unit_test(levels_are_mapped),
      cmocka_unit_test(levels_are_mapped_together),
      cmocka_unit_test(overlap_is_told_by_level),
      cmocka_unit_test(missing_levels_are_refused),
      cmocka_unit_test(bounds_are_those_of_the_level),
      cmocka_unit_test(other_axes_stay_zero),
      cmocka_unit_test(one_level_needs_no_place),
      cmocka_unit_test(copies_go_from_level_to_level),
      cmocka_unit_test(fills_and_buffer_copies_reach_their_level),
      cmocka_unit_test(level_of_2d_stands_where_told),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
