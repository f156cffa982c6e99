// SHA-256 (FIPS 180-4), in the form that costs least in the emulator, which translates machine code page by
// page: code that fits into one page, so the message schedule is expanded first and the rounds are a loop of
// eight with their roles rotated. On i386, what the emulator translates in line and without keeping flags:
// rotations by a multiplication (a rotation is a call of its helpers), sums by lea.
#include "sha256.h"
#include <string.h>

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#ifdef __i386__
static inline __attribute__((always_inline)) uint32_t rotate(uint32_t x, const int n) {
  uint32_t low = x, high = 1u << (32 - n);
  __asm__("mull %1\n\tleal (%0,%1), %0" : "+a"(low), "+d"(high) : : "cc");
  return low;
}
static inline __attribute__((always_inline)) uint32_t add(uint32_t x, uint32_t y) {
  uint32_t sum;
  __asm__("leal (%1,%2), %0" : "=r"(sum) : "r"(x), "r"(y));
  return sum;
}
#define ROTATE(x, n) rotate((x), (n))
#else
#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
static inline uint32_t add(uint32_t x, uint32_t y) { return x + y; }
#endif
#define SUM0(x) (ROTATE(ROTATE(ROTATE(x, 9) ^ (x), 11) ^ (x), 2))  // rotr 2, 13, 22
#define SUM1(x) (ROTATE(ROTATE(ROTATE(x, 14) ^ (x), 5) ^ (x), 6))  // rotr 6, 11, 25
#define SIGMA0(x) (ROTATE(ROTATE(x, 11) ^ (x), 7) ^ ((x) >> 3))    // rotr 7, 18; shr 3
#define SIGMA1(x) (ROTATE(ROTATE(x, 2) ^ (x), 17) ^ ((x) >> 10))   // rotr 17, 19; shr 10
// The two parts of each have no bit in common: their sum is their union
#define CHOOSE(x, y, z) add((x) & (y), ~(x) & (z))
#define MAJORITY(x, y, z) add((x) & (y), (z) & ((x) ^ (y)))

static uint32_t load(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return __builtin_bswap32(word);
}

#define ROUND(a, b, c, d, e, f, g, h, i, word)                                                                         \
  h = add(add(add(h, SUM1(e)), K[i]), add(CHOOSE(e, f, g), (word)));                                                   \
  d = add(d, h);                                                                                                       \
  h = add(h, add(SUM0(a), MAJORITY(a, b, c)))

static void blocks(uint32_t state[8], const uint8_t *data, size_t count) {
  uint32_t w[64];
  while (count--) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 16; i++)
      w[i] = load(data + 4 * i);
    for (int i = 16; i < 64; i++)
      w[i] = add(add(SIGMA1(w[i - 2]), w[i - 7]), add(SIGMA0(w[i - 15]), w[i - 16]));
    for (int i = 0; i < 64; i += 8) {
      ROUND(a, b, c, d, e, f, g, h, i, w[i]);
      ROUND(h, a, b, c, d, e, f, g, i + 1, w[i + 1]);
      ROUND(g, h, a, b, c, d, e, f, i + 2, w[i + 2]);
      ROUND(f, g, h, a, b, c, d, e, i + 3, w[i + 3]);
      ROUND(e, f, g, h, a, b, c, d, i + 4, w[i + 4]);
      ROUND(d, e, f, g, h, a, b, c, i + 5, w[i + 5]);
      ROUND(c, d, e, f, g, h, a, b, i + 6, w[i + 6]);
      ROUND(b, c, d, e, f, g, h, a, i + 7, w[i + 7]);
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
