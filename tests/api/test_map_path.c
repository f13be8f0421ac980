/* SPDX-License-Identifier: MIT */

/*
 * What a map costs: nothing is copied where the driver has a pointer of its
 * own, and otherwise the region alone.  Read from the log of maps.
 */

#include "map_log.h"
#include "maps.h"

static const size_t zero[3] = {0, 0, 0};

static void
need_direct_maps(void)
{
   need_trefoil("it says how it mapped");
   if (debug_has("staging"))
      skip_test("TREFOIL_DEBUG=staging forbids direct maps");
   if (!is_driver("llvmpipe") && !is_driver("softpipe"))
      skip_test("the device need not have direct maps");
}

static void
maps_copy_nothing(void **state)
{
   need_direct_maps();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      for (unsigned f = 0; f < MAP_FLAGS; f++) {
         struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, f);
         char path[32] = "";
         struct map map = map_now(client.queue, p.image, type,
                                  all_map_flags[f], zero, p.extent);

         assert_int_equal(last_map("map", path), 0);
         assert_string_equal(path, "direct");
         if (all_map_flags[f] & MAP_WRITES)
            write_map(&map, &p, zero, p.extent, f + 5);
         unmap_now(client.queue, p.image, map.pointer);
         assert_int_equal(last_map("unmap", path), 0);
         check_picture(&p);
         picture_free(&p);
      }
   }
}

static void
maps_of_one_region_have_one_address(void **state)
{
   need_direct_maps();
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, type);
      size_t origin[3], region[3];

      inner_region(type, origin, region);
      struct map a =
         map_now(client.queue, p.image, type, CL_MAP_READ, origin, region);
      struct map b =
         map_now(client.queue, p.image, type, CL_MAP_READ, origin, region);
      struct map all =
         map_now(client.queue, p.image, type, CL_MAP_READ, zero, p.extent);
      assert_ptr_equal(a.pointer, b.pointer);
      assert_ptr_equal(
         a.pointer, map_at(&all, type, 4, origin[0], origin[1], origin[2]));
      unmap_now(client.queue, p.image, all.pointer);
      unmap_now(client.queue, p.image, a.pointer);
      unmap_now(client.queue, p.image, b.pointer);
      /* And it stays so from one map to the next. */
      b = map_now(client.queue, p.image, type, CL_MAP_WRITE, origin, region);
      assert_ptr_equal(a.pointer, b.pointer);
      unmap_now(client.queue, p.image, b.pointer);
      picture_free(&p);
   }
}

/*
 * Where there is no direct pointer, or none may be used: the region alone,
 * and only where needed.
 */
static void
staging_moves_the_region_only(void **state)
{
   need_trefoil("it says how it mapped");
   if (!debug_has("staging") && !is_driver("zink") && !is_driver("simgpu"))
      skip_test("for TREFOIL_DEBUG=staging, zink and the simulated GPU");
   for (unsigned type = 0; type < TYPE_COUNT; type++) {
      /* Memory that host and device share holds buffers as they are. */
      if (type == TYPE_1D_BUFFER && !debug_has("staging") &&
          device_bool(CL_DEVICE_HOST_UNIFIED_MEMORY))
         continue;
      for (unsigned f = 0; f < MAP_FLAGS; f++) {
         struct picture p = picture_new(type, &rgba8, CL_MEM_READ_WRITE, f);
         size_t origin[3], region[3];
         char path[32] = "";

         inner_region(type, origin, region);
         const size_t bytes = region[0] * region[1] * region[2] * 4;
         struct map map = map_now(client.queue, p.image, type,
                                  all_map_flags[f], origin, region);
         const bool reads =
            all_map_flags[f] != CL_MAP_WRITE_INVALIDATE_REGION;
         assert_int_equal(last_map("map", path), reads ? bytes : 0);
         assert_string_equal(path, "staging");
         write_map(&map, &p, origin, region, f + 5);
         unmap_now(client.queue, p.image, map.pointer);
         assert_int_equal(last_map("unmap", path),
                          all_map_flags[f] & MAP_WRITES ? bytes : 0);
         picture_free(&p);
      }
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(maps_copy_nothing),
      cmocka_unit_test(maps_of_one_region_have_one_address),
      cmocka_unit_test(staging_moves_the_region_only),
   };
   return cmocka_run_group_tests(tests, map_log_setup, map_log_teardown);
}
