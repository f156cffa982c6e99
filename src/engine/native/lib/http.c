#include "http.h"
#include "http_head.h"
#include <stdlib.h>
#include <string.h>

void http_init(struct http *http, bool response) {
  memset(http, 0, sizeof *http);
  http->response = response;
}

void http_free(struct http *http) {
  free(http->buffer);
  http->buffer = NULL;
}

static bool fail(struct http *http, const char *sentence) {
  http->state = http_failed;
  http->error = sentence;
  return false;
}

// Appends to the buffer; false when that fails.
static bool keep(struct http *http, const uint8_t *data, size_t size) {
  if (http->used + size > http_longest_head)
    return fail(http, "the head is longer than 64 KiB");
  if (http->used + size > http->room) {
    size_t room = http->used + size > 2048 ? http_longest_head : 2048;
    char *grown = realloc(http->buffer, room);
    if (!grown)
      return fail(http, "there is no memory for the head");
    http->buffer = grown;
    http->room = room;
  }
  memcpy(http->buffer + http->used, data, size);
  http->used += size;
  return true;
}

// Takes one line into the buffer. Returns the bytes used; `*whole` tells that its end was there.
static size_t take_line(struct http *http, const uint8_t *data, size_t size, bool *whole) {
  const uint8_t *end = memchr(data, '\n', size);
  size_t part = end ? (size_t)(end - data) + 1 : size;
  *whole = keep(http, data, part) && end != NULL;
  return part;
}

static bool line_is_empty(const struct http *http, size_t start) {
  size_t size = http->used - start;
  return (size == 1) || (size == 2 && http->buffer[start] == '\r');
}

static bool message_over(struct http *http, const struct http_events *events, void *opaque) {
  http->state = http->upgrading ? http_upgraded : http_start;
  http->used = 0;
  if (!events->end(opaque))
    return fail(http, NULL);
  return true;
}

static bool head_over(struct http *http, const struct http_events *events, void *opaque) {
  struct http_head head;
  enum http_body body = http_body_none;
  const char *error = http_parse_head(http->response, http->buffer, http->used, http->fields, &head, &body, &http->left);
  if (error)
    return fail(http, error);
  // Interim answers (100 Continue, 103 Early Hints) say nothing to whoever waits for the answer
  if (http->response && head.status / 100 == 1 && head.status != 101) {
    http->state = http_start;
    http->used = 0;
    return true;
  }
  http->upgrading = head.upgrade;
  if (!events->head(opaque, &head))
    return fail(http, NULL);
  http->used = 0;
  switch (body) {
  case http_body_length:
    http->state = http_in_length;
    return true;
  case http_body_chunked:
    http->state = http_chunk_size;
    return true;
  case http_body_close:
    http->state = http_until_close;
    return true;
  default:
    return message_over(http, events, opaque);
  }
}

// chunk-size [ chunk-ext ] CRLF
static bool chunk_begins(struct http *http) {
  uint64_t size = 0;
  size_t digits = 0;
  for (; digits < http->used; digits++) {
    char c = http->buffer[digits];
    int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (value < 0)
      break;
    if (digits == 15)
      return fail(http, "a chunk's size is too large");
    size = size * 16 + (uint64_t)value;
  }
  if (!digits || !strchr("; \t\r\n", http->buffer[digits]))
    return fail(http, "a chunk's size is not a hexadecimal number");
  http->left = size;
  http->used = 0;
  http->state = size ? http_chunk_data : http_trailer;
  return true;
}

size_t http_feed(struct http *http, const uint8_t *data, size_t size, const struct http_events *events, void *opaque) {
  size_t at = 0;
  bool whole;
  while (at < size && http->state != http_upgraded && http->state != http_failed) {
    switch (http->state) {
    case http_start:
      // Empty lines before a message: left by old clients after a body (RFC 9112, 2.2)
      if (data[at] == '\r' || data[at] == '\n')
        at++;
      else
        http->state = http_in_head;
      break;
    case http_in_head: {
      size_t start = http->used;
      // A line may come in pieces: its start is behind the last LF
      while (start && http->buffer[start - 1] != '\n')
        start--;
      at += take_line(http, data + at, size - at, &whole);
      if (whole && line_is_empty(http, start))
        head_over(http, events, opaque);
      break;
    }
    case http_in_length:
    case http_chunk_data:
    case http_until_close: {
      size_t part = size - at;
      if (http->state != http_until_close && part > http->left)
        part = (size_t)http->left;
      if (!events->body(opaque, data + at, part)) {
        fail(http, NULL);
        break;
      }
      at += part;
      http->left -= http->state == http_until_close ? 0 : part;
      if (http->left == 0 && http->state == http_in_length)
        message_over(http, events, opaque);
      else if (http->left == 0 && http->state == http_chunk_data)
        http->state = http_chunk_end;
      break;
    }
    case http_chunk_size:
      at += take_line(http, data + at, size - at, &whole);
      if (whole)
        chunk_begins(http);
      else if (http->used > 1024)
        fail(http, "a chunk's size line is longer than 1 KiB");
      break;
    case http_chunk_end:
      at += take_line(http, data + at, size - at, &whole);
      if (whole && line_is_empty(http, 0)) {
        http->used = 0;
        http->state = http_chunk_size;
      } else if (whole || http->used > 1) {
        fail(http, "a chunk is longer than its size");
      }
      break;
    case http_trailer: {
      size_t start = http->used;
      while (start && http->buffer[start - 1] != '\n')
        start--;
      at += take_line(http, data + at, size - at, &whole);
      if (whole && line_is_empty(http, start))
        message_over(http, events, opaque);
      break;
    }
    default:
      break;
    }
  }
  return at;
}

bool http_finish(struct http *http, const struct http_events *events, void *opaque) {
  if (http->state == http_until_close)
    return message_over(http, events, opaque);
  if (http->state == http_start || http->state == http_upgraded)
    return true;
  if (http->state != http_failed)
    fail(http, "the peer closed in the middle of a message");
  return false;
}
