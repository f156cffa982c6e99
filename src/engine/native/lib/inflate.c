#include "inflate.h"
#include <string.h>

// A member's head, or the codes of a block, are looked at only when this much is there (or the end): they are never cut.
// A head with a name longer than that is nobody's.
enum { fast_bits = 9, head_need = 1024, symbol_need = 8 };

static bool fail(struct inflate *z, const char *sentence) {
  z->state = inflate_failed;
  z->error = sentence;
  return false;
}

static uint32_t crc_table[256];

static void make_crc_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++)
      c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
    crc_table[i] = c;
  }
}

void inflate_init(struct inflate *z) {
  memset(z, 0, sizeof *z);
  if (!crc_table[1])
    make_crc_table();
}

static bool flush(struct inflate *z, inflate_sink sink, void *opaque) {
  size_t size = z->window_at - z->window_out;
  if (!size)
    return true;
  const uint8_t *data = z->window + z->window_out;
  uint32_t crc = ~z->crc;
  for (size_t i = 0; i < size; i++)
    crc = crc_table[(crc ^ data[i]) & 255] ^ crc >> 8;
  z->crc = ~crc;
  z->size += size;
  z->window_out = z->window_at;
  if (z->window_at == inflate_window)
    z->window_at = z->window_out = 0;
  return sink(opaque, data, size) || fail(z, NULL);
}

static void refill(struct inflate *z) {
  while (z->bit_count <= 56 && z->in_at < z->in_used) {
    z->bits |= (uint64_t)z->in[z->in_at++] << z->bit_count;
    z->bit_count += 8;
  }
}

// At most 32 bits; behind the end they are zeros, and `bit_count` is negative.
static uint32_t take(struct inflate *z, int count) {
  if (z->bit_count < count)
    refill(z);
  uint32_t value = (uint32_t)(z->bits & ((UINT64_C(1) << count) - 1));
  z->bits >>= count;
  z->bit_count -= count;
  return value;
}

static size_t available(const struct inflate *z) { return z->in_used - z->in_at + (size_t)(z->bit_count > 0 ? z->bit_count / 8 : 0); }

static uint32_t reversed(uint32_t code, int length) {
  uint32_t out = 0;
  for (int i = 0; i < length; i++, code >>= 1)
    out = out << 1 | (code & 1);
  return out;
}

// False: more codes than there is room for, or fewer (but for one alone, which RFC 1951 allows to distances).
static bool make_code(struct inflate_code *code, const uint8_t *lengths, int count) {
  uint16_t at[16], next = 0;
  int left = 1;
  memset(code->count, 0, sizeof code->count);
  memset(code->fast, 0, sizeof code->fast);
  for (int i = 0; i < count; i++)
    code->count[lengths[i]]++;
  int used = count - code->count[0];
  code->count[0] = 0;
  for (int length = 1; length < 16; length++) {
    left = (left << 1) - code->count[length];
    if (left < 0)
      return false;
    at[length] = next;
    next = (uint16_t)(next + code->count[length]);
  }
  for (int i = 0; i < count; i++)
    if (lengths[i])
      code->symbol[at[lengths[i]]++] = (uint16_t)i;
  uint32_t first = 0, index = 0;
  for (int length = 1; length <= fast_bits; length++, first <<= 1)
    for (uint32_t i = 0; i < code->count[length]; i++, first++, index++)
      for (uint32_t slot = reversed(first, length); slot < 1u << fast_bits; slot += 1u << length)
        code->fast[slot] = (uint16_t)(code->symbol[index] << 4 | length);
  return left == 0 || used <= 1;
}

static int decode(struct inflate *z, const struct inflate_code *code) {
  if (z->bit_count < 15)
    refill(z);
  uint16_t fast = code->fast[z->bits & ((1u << fast_bits) - 1)];
  if (fast) {
    z->bits >>= fast & 15;
    z->bit_count -= fast & 15;
    return fast >> 4;
  }
  int value = 0, first = 0, index = 0;
  for (int length = 1; length < 16; length++) {
    value |= (int)(z->bits >> (length - 1) & 1);
    int count = code->count[length];
    if (value - count < first) {
      z->bits >>= length;
      z->bit_count -= length;
      return code->symbol[index + value - first];
    }
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return -1;
}

static bool fixed_codes(struct inflate *z) {
  uint8_t lengths[288];
  memset(lengths, 8, 144);
  memset(lengths + 144, 9, 112);
  memset(lengths + 256, 7, 24);
  memset(lengths + 280, 8, 8);
  make_code(&z->lengths, lengths, 288);
  memset(lengths, 5, 30);
  make_code(&z->distances, lengths, 30); // two of 32 are not used
  return true;
}

static bool dynamic_codes(struct inflate *z) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t lengths[320] = {0};
  int literals = (int)take(z, 5) + 257, distances = (int)take(z, 5) + 1, codes = (int)take(z, 4) + 4;
  if (literals > 286 || distances > 30)
    return fail(z, "a block has more codes than there are");
  for (int i = 0; i < codes; i++)
    lengths[order[i]] = (uint8_t)take(z, 3);
  if (!make_code(&z->lengths, lengths, 19))
    return fail(z, "the code of a block's codes is not one");
  memset(lengths, 0, sizeof lengths);
  for (int i = 0; i < literals + distances;) {
    int symbol = decode(z, &z->lengths), repeat;
    uint8_t value = 0;
    if (symbol < 0 || z->bit_count < 0)
      return fail(z, "the codes of a block are malformed");
    if (symbol < 16) {
      lengths[i++] = (uint8_t)symbol;
      continue;
    }
    if (symbol == 16) {
      if (!i)
        return fail(z, "the codes of a block are malformed");
      value = lengths[i - 1];
      repeat = 3 + (int)take(z, 2);
    } else {
      repeat = symbol == 17 ? 3 + (int)take(z, 3) : 11 + (int)take(z, 7);
    }
    if (i + repeat > literals + distances)
      return fail(z, "the codes of a block are malformed");
    memset(lengths + i, value, (size_t)repeat);
    i += repeat;
  }
  uint8_t apart[30];
  memcpy(apart, lengths + literals, (size_t)distances);
  if (!lengths[256] || !make_code(&z->lengths, lengths, literals) || !make_code(&z->distances, apart, distances))
    return fail(z, "the codes of a block are malformed");
  return true;
}

static bool begin_block(struct inflate *z) {
  z->last = take(z, 1);
  uint32_t kind = take(z, 2);
  z->state = inflate_codes;
  if (kind == 1)
    return fixed_codes(z);
  if (kind == 2)
    return dynamic_codes(z);
  if (kind == 3)
    return fail(z, "a block is of no kind that there is");
  take(z, z->bit_count & 7);
  uint32_t size = take(z, 16), check = take(z, 16);
  if (z->bit_count < 0 || size != (check ^ 0xffff))
    return fail(z, "the size of a block is malformed");
  z->stored = size;
  z->state = inflate_stored;
  return true;
}

// False: more input or room is needed, or failed.
static bool copy_match(struct inflate *z, inflate_sink sink, void *opaque) {
  while (z->copy) {
    size_t from = (z->window_at - z->distance) & (inflate_window - 1);
    z->window[z->window_at++] = z->window[from];
    z->copy--;
    if (z->window_at == inflate_window && !flush(z, sink, opaque))
      return false;
  }
  return true;
}

static bool run_codes(struct inflate *z, inflate_sink sink, void *opaque) {
  static const uint16_t length_base[29] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  static const uint16_t distance_base[30] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  while (z->ended || available(z) >= symbol_need) {
    int symbol = decode(z, &z->lengths);
    if (z->bit_count < 0)
      return fail(z, "it is cut off");
    if (symbol < 0 || symbol > 285)
      return fail(z, "a code stands for nothing");
    if (symbol < 256) {
      z->window[z->window_at++] = (uint8_t)symbol;
      if (z->window_at == inflate_window && !flush(z, sink, opaque))
        return false;
      continue;
    }
    if (symbol == 256) {
      z->state = z->last ? inflate_trailer : inflate_block;
      return true;
    }
    symbol -= 257;
    z->copy = length_base[symbol] + take(z, length_extra[symbol]);
    int distance = decode(z, &z->distances);
    if (distance < 0 || distance > 29)
      return fail(z, "a code stands for nothing");
    z->distance = distance_base[distance] + take(z, distance ? (distance >> 1) - (distance > 1) : 0);
    if (z->bit_count < 0)
      return fail(z, "it is cut off");
    if (z->distance > z->size + (z->window_at - z->window_out))
      return fail(z, "it repeats what was not there");
    if (!copy_match(z, sink, opaque))
      return false;
  }
  return true;
}

static bool run_stored(struct inflate *z, inflate_sink sink, void *opaque) {
  while (z->stored && (z->bit_count >= 8 || z->in_at < z->in_used)) {
    z->window[z->window_at++] = (uint8_t)take(z, 8);
    z->stored--;
    if (z->window_at == inflate_window && !flush(z, sink, opaque))
      return false;
  }
  if (!z->stored)
    z->state = z->last ? inflate_trailer : inflate_block;
  else if (z->ended)
    return fail(z, "it is cut off");
  return true;
}

// The head of a member; what is no member after one is padding, as gzip(1) takes it.
static bool begin_member(struct inflate *z) {
  uint32_t magic = take(z, 16);
  if (z->bit_count < 0 || magic != 0x8b1f) {
    if (!z->any)
      return fail(z, "it is not gzip");
    z->in_at = z->in_used;
    z->bits = 0;
    z->bit_count = 0;
    return true;
  }
  uint32_t method = take(z, 8), flags = take(z, 8);
  take(z, 32); // time
  take(z, 16); // how hard it was tried, and on which system
  if (method != 8 || flags & 0xe0)
    return fail(z, "it is compressed in a way that gzip does not define");
  if (flags & 4)
    for (uint32_t extra = take(z, 16); extra && z->bit_count >= 0; extra--)
      take(z, 8);
  for (int text = !!(flags & 8) + !!(flags & 16); text; text--)
    while (take(z, 8) && z->bit_count >= 0)
      ;
  if (flags & 2)
    take(z, 16);
  if (z->bit_count < 0)
    return fail(z, "its head is cut off, or longer than 1 KiB");
  z->any = true;
  z->crc = 0;
  z->size = 0;
  z->state = inflate_block;
  return true;
}

static bool end_member(struct inflate *z, inflate_sink sink, void *opaque) {
  if (!flush(z, sink, opaque))
    return false;
  take(z, z->bit_count & 7);
  uint32_t crc = take(z, 32), size = take(z, 32);
  if (z->bit_count < 0)
    return fail(z, "it is cut off");
  if (crc != z->crc || size != (uint32_t)z->size)
    return fail(z, "its checksum is not that of what it holds");
  z->state = inflate_member;
  return true;
}

static bool run(struct inflate *z, inflate_sink sink, void *opaque) {
  for (;;) {
    size_t there = available(z);
    switch (z->state) {
    case inflate_member:
      if (!there || (!z->ended && there < head_need))
        return true;
      if (!begin_member(z))
        return false;
      break;
    case inflate_block:
      if (!z->ended && there < head_need)
        return true;
      if (z->ended && !there && z->bit_count < 3)
        return fail(z, "it is cut off");
      if (!begin_block(z))
        return false;
      break;
    case inflate_stored:
      if (!run_stored(z, sink, opaque))
        return false;
      if (z->state == inflate_stored)
        return true;
      break;
    case inflate_codes:
      if (!run_codes(z, sink, opaque))
        return false;
      if (z->state == inflate_codes)
        return true;
      break;
    case inflate_trailer:
      if (!z->ended && there < symbol_need + 1)
        return true;
      if (!end_member(z, sink, opaque))
        return false;
      break;
    default:
      return false;
    }
  }
}

bool inflate_feed(struct inflate *z, const uint8_t *data, size_t size, inflate_sink sink, void *opaque) {
  while (size) {
    memmove(z->in, z->in + z->in_at, z->in_used - z->in_at);
    z->in_used -= z->in_at;
    z->in_at = 0;
    size_t part = sizeof z->in - z->in_used;
    part = size < part ? size : part;
    memcpy(z->in + z->in_used, data, part);
    z->in_used += part;
    data += part;
    size -= part;
    if (!run(z, sink, opaque))
      return false;
  }
  return z->state != inflate_failed;
}

bool inflate_finish(struct inflate *z, inflate_sink sink, void *opaque) {
  z->ended = true;
  if (z->state == inflate_failed || !run(z, sink, opaque))
    return false;
  return (z->state == inflate_member && z->any) || fail(z, z->any ? "it is cut off" : "it is not gzip");
}
