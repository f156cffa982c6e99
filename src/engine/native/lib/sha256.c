// SHA-256 (FIPS 180-4). The rounds are unrolled by eight with their roles rotated, and the message schedule
// lives in sixteen words: the form that costs least where eight registers are all there is.
#include "sha256.h"
#include <string.h>

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
#define SUM0(x) (ROTATE(ROTATE(ROTATE(x, 9) ^ (x), 11) ^ (x), 2))  // rotr 2, 13, 22
#define SUM1(x) (ROTATE(ROTATE(ROTATE(x, 14) ^ (x), 5) ^ (x), 6))  // rotr 6, 11, 25
#define SIGMA0(x) (ROTATE(ROTATE(x, 11) ^ (x), 7) ^ ((x) >> 3))    // rotr 7, 18; shr 3
#define SIGMA1(x) (ROTATE(ROTATE(x, 2) ^ (x), 17) ^ ((x) >> 10))   // rotr 17, 19; shr 10
#define CHOOSE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

static uint32_t load(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return __builtin_bswap32(word);
}

#define ROUND(a, b, c, d, e, f, g, h, i, word)                                                                         \
  h += SUM1(e) + CHOOSE(e, f, g) + K[i] + (word);                                                                      \
  d += h;                                                                                                              \
  h += SUM0(a) + MAJORITY(a, b, c)

#define FIRST(i) (w[i] = load(data + 4 * (i)))
#define NEXT(i) (w[(i)&15] += SIGMA1(w[((i)-2) & 15]) + w[((i)-7) & 15] + SIGMA0(w[((i)-15) & 15]))

#define EIGHT(word, k, i)                                                                                              \
  ROUND(a, b, c, d, e, f, g, h, (k) + (i), word((i)));                                                                 \
  ROUND(h, a, b, c, d, e, f, g, (k) + (i) + 1, word((i) + 1));                                                         \
  ROUND(g, h, a, b, c, d, e, f, (k) + (i) + 2, word((i) + 2));                                                         \
  ROUND(f, g, h, a, b, c, d, e, (k) + (i) + 3, word((i) + 3));                                                         \
  ROUND(e, f, g, h, a, b, c, d, (k) + (i) + 4, word((i) + 4));                                                         \
  ROUND(d, e, f, g, h, a, b, c, (k) + (i) + 5, word((i) + 5));                                                         \
  ROUND(c, d, e, f, g, h, a, b, (k) + (i) + 6, word((i) + 6));                                                         \
  ROUND(b, c, d, e, f, g, h, a, (k) + (i) + 7, word((i) + 7))

static void blocks(uint32_t state[8], const uint8_t *data, size_t count) {
  uint32_t w[16];
  while (count--) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    EIGHT(FIRST, 0, 0);
    EIGHT(FIRST, 0, 8);
    for (int k = 16; k < 64; k += 16) {
      EIGHT(NEXT, k, 0);
      EIGHT(NEXT, k, 8);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
    data += 64;
  }
}

void sha256_start(struct sha256 *sha) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(sha->state, initial, sizeof initial);
  sha->length = 0;
}

void sha256_update(struct sha256 *sha, const void *data, size_t size) {
  const uint8_t *bytes = data;
  size_t used = sha->length % 64;
  if (!size)
    return;
  sha->length += size;
  if (used) {
    size_t room = 64 - used;
    if (size < room) {
      memcpy(sha->block + used, bytes, size);
      return;
    }
    memcpy(sha->block + used, bytes, room);
    blocks(sha->state, sha->block, 1);
    bytes += room;
    size -= room;
  }
  blocks(sha->state, bytes, size / 64);
  memcpy(sha->block, bytes + size / 64 * 64, size % 64);
}

void sha256_end(struct sha256 *sha, uint8_t digest[32]) {
  uint64_t bits = sha->length * 8;
  uint8_t tail[72] = {0x80};
  size_t padding = 64 - (sha->length + 8) % 64;
  for (int i = 0; i < 8; i++)
    tail[padding + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
  sha256_update(sha, tail, padding + 8);
  for (int i = 0; i < 8; i++) {
    uint32_t word = __builtin_bswap32(sha->state[i]);
    memcpy(digest + 4 * i, &word, 4);
  }
}

void sha256_hex(const uint8_t digest[32], char text[65]) {
  for (int i = 0; i < 32; i++) {
    text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  text[64] = 0;
}
