#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_length(size_t size) { return (size + 2) / 3 * 4; }

void base64_encode(char *out, const uint8_t *data, size_t size) {
  for (; size >= 3; size -= 3, data += 3) {
    *out++ = alphabet[data[0] >> 2];
    *out++ = alphabet[(data[0] & 3) << 4 | data[1] >> 4];
    *out++ = alphabet[(data[1] & 15) << 2 | data[2] >> 6];
    *out++ = alphabet[data[2] & 63];
  }
  if (size) {
    uint8_t second = size == 2 ? data[1] : 0;
    *out++ = alphabet[data[0] >> 2];
    *out++ = alphabet[(data[0] & 3) << 4 | second >> 4];
    *out++ = size == 2 ? alphabet[(second & 15) << 2] : '=';
    *out++ = '=';
  }
}

static int value_of(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+' || c == '-')
    return 62;
  if (c == '/' || c == '_')
    return 63;
  return -1;
}

ssize_t base64_decode(uint8_t *out, const char *text, size_t size) {
  if (size >= 2 && size % 4 == 0 && text[size - 1] == '=') // only then is padding right
    size -= text[size - 2] == '=' ? 2 : 1;
  if (size % 4 == 1)
    return -1;
  uint8_t *start = out;
  uint32_t bits = 0;
  int have = 0;
  for (size_t i = 0; i < size; i++) {
    int value = value_of(text[i]);
    if (value < 0)
      return -1;
    bits = (bits << 6 | (uint32_t)value) & 0xFFFFFF;
    have += 6;
    if (have >= 8) {
      have -= 8;
      *out++ = (uint8_t)(bits >> have);
    }
  }
  return bits & ((1u << have) - 1) ? -1 : out - start; // bits left over must be zero
}
