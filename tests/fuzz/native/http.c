/* HTTP messages, cut into pieces where the first bytes of the input say; whole and in pieces mean the same. */
#include <stdlib.h>
#include <string.h>

#include "http.h"

struct seen {
  size_t heads, bytes, ends;
};

static bool on_head(void *opaque, const struct http_head *head) {
  struct seen *seen = opaque;
  size_t sum = head->method.size + head->url.size + head->reason.size;
  for (size_t i = 0; i < head->field_count; i++) sum += head->fields[i].name.size + head->fields[i].value.size;
  seen->heads += 1 + sum;
  return true;
}

static bool on_body(void *opaque, const uint8_t *data, size_t size) {
  ((struct seen *)opaque)->bytes += size;
  return size == 0 || data[size - 1] <= 255;
}

static bool on_end(void *opaque) {
  ((struct seen *)opaque)->ends++;
  return true;
}

static const struct http_events events = {on_head, on_body, on_end};

/* Each piece is a block of its own, so that a read past its end is seen. */
static size_t feed(struct http *http, const uint8_t *data, size_t size, struct seen *seen) {
  uint8_t *copy = malloc(size ? size : 1);
  memcpy(copy, data, size);
  size_t used = http_feed(http, copy, size, &events, seen);
  free(copy);
  return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  bool response = data[0] & 1;
  size_t step = 1 + data[1];
  data += 2;
  size -= 2;
  struct http whole, pieces;
  struct seen a = {0}, b = {0};
  http_init(&whole, response);
  http_init(&pieces, response);
  size_t used = feed(&whole, data, size, &a), at = 0;
  while (at < size) {
    size_t length = size - at < step ? size - at : step;
    size_t taken = feed(&pieces, data + at, length, &b);
    at += taken;
    if (taken < length) break;
  }
  if (whole.state != pieces.state || a.heads != b.heads || a.bytes != b.bytes || a.ends != b.ends) abort();
  if (whole.state != http_failed && used != at) abort();
  if (whole.state != http_failed && whole.state != http_upgraded) http_finish(&whole, &events, &a);
  http_free(&whole);
  http_free(&pieces);
  return 0;
}
