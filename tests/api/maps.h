/* SPDX-License-Identifier: MIT */

/* Maps of images, and a plain-memory picture of what they should show. */

#ifndef TESTS_API_MAPS_H
#define TESTS_API_MAPS_H

#include "common.h"

#define MAP_WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)

/* Each way to map. */
#define MAP_FLAGS 4
extern const cl_map_flags all_map_flags[MAP_FLAGS];

/* Group setup that fails where the device has no images. */
int map_setup(void **state);

/* A 2D image of 32 × 16 pixels of RGBA8. */
cl_mem plain_2d(cl_mem_flags flags);

/* The call itself, with pitches that nobody looks at; sets `code`. */
void *map_raw(cl_command_queue queue, cl_mem image, cl_bool blocking,
              cl_map_flags flags, const size_t *origin, const size_t *region,
              cl_uint count, const cl_event *waits, cl_event *event);

struct map {
   unsigned char *pointer;
   size_t row, slice;
};

/* A blocking map that must succeed. */
struct map map_now(cl_command_queue queue, cl_mem image, unsigned type,
                   cl_map_flags flags, const size_t *origin,
                   const size_t *region);

/* The same without blocking. */
struct map map_later(cl_command_queue queue, cl_mem image, unsigned type,
                     cl_map_flags flags, const size_t *origin,
                     const size_t *region, cl_uint count,
                     const cl_event *waits, cl_event *event);

/* A map that must be refused with a code. */
void map_refused(cl_command_queue queue, cl_mem image, cl_map_flags flags,
                 const size_t *origin, const size_t *region, cl_int wanted);

/* Unmaps and waits. */
void unmap_now(cl_command_queue queue, cl_mem mem, void *pointer);

/* Where the pixel (x, y, z) of the mapped region is. */
unsigned char *map_at(const struct map *map, unsigned type, size_t element,
                      size_t x, size_t y, size_t z);

/* An image and its contents, rows and slices tight. */
struct picture {
   unsigned type;
   cl_mem image;
   size_t element;
   size_t extent[3];
   unsigned char *bytes;
};

/* Made, and filled by WriteImage with what a seed gives. */
struct picture picture_new(unsigned type, const cl_image_format *format,
                           cl_mem_flags flags, unsigned seed);
void picture_free(struct picture *picture);

unsigned char *picture_at(const struct picture *picture, size_t x, size_t y,
                          size_t z);

/* The mapped region shows what the picture has there. */
void check_map(const struct map *map, const struct picture *picture,
               const size_t *origin, const size_t *region);

/* Writes new bytes through the map, and into the picture. */
void write_map(const struct map *map, struct picture *picture,
               const size_t *origin, const size_t *region, unsigned seed);

/* ReadImage of everything gives the picture. */
void check_picture(const struct picture *picture);

/* New bytes for all of it, by WriteImage. */
void rewrite_picture(struct picture *picture, unsigned seed);

/* A part that begins and ends inside, along every axis that there is. */
void inner_region(unsigned type, size_t origin[3], size_t region[3]);

#endif
