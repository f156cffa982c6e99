// UTF-8: RFC 3629, and the Encoding standard's rule for malformed input.
#include "utf8.h"
#include <stdbool.h>
#include <string.h>

// Length of the sequence at `data`: positive when well-formed, else minus the length of its malformed part.
// `cut` tells that the malformed part ran to the end of the data and may be only incomplete.
static int sequence(const uint8_t *data, size_t size, bool *cut) {
  uint8_t first = data[0];
  int need;
  uint8_t low = 0x80, high = 0xBF;
  *cut = false;
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF) {
    need = 1;
  } else if (first >= 0xE0 && first <= 0xEF) {
    need = 2;
    if (first == 0xE0)
      low = 0xA0;
    if (first == 0xED)
      high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    need = 3;
    if (first == 0xF0)
      low = 0x90;
    if (first == 0xF4)
      high = 0x8F;
  } else {
    return -1;
  }
  for (int i = 1; i <= need; i++) {
    if ((size_t)i >= size) {
      *cut = true;
      return -i;
    }
    if (data[i] < low || data[i] > high)
      return -i;
    low = 0x80;
    high = 0xBF;
  }
  return need + 1;
}

size_t utf8_valid_prefix(const uint8_t *data, size_t size) {
  size_t at = 0;
  bool cut;
  while (at < size) {
    uint64_t word;
    if (size - at >= sizeof word) {
      memcpy(&word, data + at, sizeof word);
      if (!(word & 0x8080808080808080u)) {
        at += sizeof word;
        continue;
      }
    }
    int length = sequence(data + at, size - at, &cut);
    if (length < 0)
      break;
    at += (size_t)length;
  }
  return at;
}

size_t utf8_repaired_bound(size_t size) { return size * 3; }

size_t utf8_repair(uint8_t *out, const uint8_t *data, size_t size) {
  size_t at = 0, length = 0;
  bool cut;
  while (at < size) {
    size_t valid = utf8_valid_prefix(data + at, size - at);
    memcpy(out + length, data + at, valid);
    length += valid;
    at += valid;
    if (at < size) {
      memcpy(out + length, "\xEF\xBF\xBD", 3);
      length += 3;
      at += (size_t)-sequence(data + at, size - at, &cut);
    }
  }
  return length;
}

size_t utf8_incomplete_tail(const uint8_t *data, size_t size) {
  for (size_t back = 1; back <= 3 && back <= size; back++) {
    const uint8_t *start = data + size - back;
    if ((*start & 0xC0) == 0x80)
      continue;
    bool cut;
    int length = sequence(start, back, &cut);
    return length < 0 && cut && (size_t)-length == back ? back : 0;
  }
  return 0;
}

void utf8_replace_surrogates(uint8_t *data, size_t size) {
  uint8_t *end = data + size, *at = data;
  while (size >= 3 && (at = memchr(at, 0xED, (size_t)(end - at))) && end - at >= 3) {
    if (at[1] >= 0xA0)
      memcpy(at, "\xEF\xBF\xBD", 3);
    at += 3;
  }
}
