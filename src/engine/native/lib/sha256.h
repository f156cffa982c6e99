// SHA-256 (FIPS 180-4), in pieces.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct sha256 {
  uint32_t state[8];
  uint64_t length; // bytes so far
  uint8_t block[64];
};

void sha256_start(struct sha256 *sha);
void sha256_update(struct sha256 *sha, const void *data, size_t size);
void sha256_end(struct sha256 *sha, uint8_t digest[32]);
// Lower-case hex with its NUL.
void sha256_hex(const uint8_t digest[32], char text[65]);
