/* SPDX-License-Identifier: MIT */

#include "compiler/binary.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/spirv.h"
#include "util/macros.h"
#include "util/mesa-sha1.h"

/* To be counted up with every change of the container or its meaning. */
#define BINARY_VERSION 1

static const uint8_t magic[8] = {0x89, 'T', 'R', 'F', 'L', '\r', '\n', 0x1a};

/*
 * In the host's byte order: the binary is for this device.  The options,
 * with their closing 0, and the SPIR-V, at the next multiple of 4, follow.
 */
struct header {
   uint8_t magic[8];
   uint8_t digest[SHA1_DIGEST_LENGTH]; /* of all that comes after it */
   uint8_t id[TRF_BINARY_ID_SIZE];
   uint32_t version;
   uint32_t type;
   uint64_t options_size;
   uint64_t spirv_size;
};

void
trf_binary_id_init(struct trf_binary_id *id,
                   const struct trf_compiler_features *features,
                   const uint8_t *device_uuid, size_t uuid_size)
{
   const uint32_t words[] = {
      features->fp16,
      features->fp64,
      features->int64,
      features->images,
      features->read_write_images,
      features->write_3d_images,
      features->depth_images,
      features->mipmaps,
      features->mipmap_writes,
      features->subgroups,
      features->int64_atomics,
      features->embedded_profile,
      features->address_bits,
   };
   struct mesa_sha1 sha1;

   STATIC_ASSERT(TRF_BINARY_ID_SIZE == SHA1_DIGEST_LENGTH);
   _mesa_sha1_init(&sha1);
   _mesa_sha1_update(&sha1, words, sizeof(words));
   _mesa_sha1_update(&sha1, device_uuid, uuid_size);
   _mesa_sha1_final(&sha1, id->bytes);
}

static void
digest(const uint8_t *data, size_t size, uint8_t out[SHA1_DIGEST_LENGTH])
{
   const size_t start = offsetof(struct header, id);
   struct mesa_sha1 sha1;

   _mesa_sha1_init(&sha1);
   _mesa_sha1_update(&sha1, data + start, size - start);
   _mesa_sha1_final(&sha1, out);
}

static size_t
padded(size_t size)
{
   return (size + 3) & ~(size_t)3;
}

size_t
trf_binary_size(const struct trf_binary *binary)
{
   return sizeof(struct header) + padded(strlen(binary->options) + 1) +
          binary->spirv.size;
}

void
trf_binary_write(const struct trf_binary *binary,
                 const struct trf_binary_id *id, void *data)
{
   const size_t size = trf_binary_size(binary);
   struct header header = {
      .version = BINARY_VERSION,
      .type = binary->type,
      .options_size = strlen(binary->options) + 1,
      .spirv_size = binary->spirv.size,
   };
   uint8_t *const options = (uint8_t *)data + sizeof(header);

   STATIC_ASSERT(sizeof(struct header) ==
                 8 + 2 * SHA1_DIGEST_LENGTH + 2 * 4 + 2 * 8);
   memcpy(header.magic, magic, sizeof(magic));
   memcpy(header.id, id->bytes, sizeof(header.id));
   memset(options, 0, padded(header.options_size));
   memcpy(options, binary->options, header.options_size);
   memcpy(options + padded(header.options_size), binary->spirv.data,
          binary->spirv.size);

   memcpy(data, &header, sizeof(header));
   digest(data, size, header.digest);
   memcpy(data, &header, sizeof(header));
}

static bool
is_type(uint32_t type)
{
   return type == CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT ||
          type == CL_PROGRAM_BINARY_TYPE_LIBRARY ||
          type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
}

/* Whether the sizes are those of this binary, exactly. */
static bool
sizes_match(const struct header *header, size_t size)
{
   size_t left = size - sizeof(*header);

   if (!header->options_size || header->options_size > left ||
       padded(header->options_size) > left)
      return false;
   left -= padded(header->options_size);
   return header->spirv_size == left && left % 4 == 0 && left >= 5 * 4;
}

static bool
header_matches(const struct header *header, const struct trf_binary_id *id,
               const void *data, size_t size)
{
   uint8_t expected[SHA1_DIGEST_LENGTH];

   if (memcmp(header->magic, magic, sizeof(magic)) != 0 ||
       header->version != BINARY_VERSION ||
       memcmp(header->id, id->bytes, sizeof(id->bytes)) != 0 ||
       !is_type(header->type) || !sizes_match(header, size))
      return false;

   digest(data, size, expected);
   return memcmp(header->digest, expected, sizeof(expected)) == 0;
}

enum trf_binary_result
trf_binary_read(struct trf_binary *binary, const struct trf_binary_id *id,
                const void *data, size_t size)
{
   struct header header;

   *binary = (struct trf_binary){0};
   if (size < sizeof(header))
      return TRF_BINARY_INVALID;
   memcpy(&header, data, sizeof(header));
   if (!header_matches(&header, id, data, size))
      return TRF_BINARY_INVALID;

   /* A digest is no signature: what it covers may still be nonsense. */
   const char *options = (const char *)data + sizeof(header);
   const char *words = options + padded(header.options_size);
   const uint32_t spirv_magic = SpvMagicNumber;
   if (memchr(options, 0, header.options_size) !=
          options + header.options_size - 1 ||
       memcmp(words, &spirv_magic, sizeof(spirv_magic)) != 0)
      return TRF_BINARY_INVALID;

   binary->type = header.type;
   binary->options = strdup(options);
   if (!binary->options ||
       !trf_spirv_copy(&binary->spirv, words, header.spirv_size)) {
      trf_binary_free(binary);
      return TRF_BINARY_NO_MEMORY;
   }
   return TRF_BINARY_OK;
}

void
trf_binary_free(struct trf_binary *binary)
{
   free(binary->options);
   trf_spirv_free(&binary->spirv);
   *binary = (struct trf_binary){0};
}
