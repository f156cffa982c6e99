// HTTP/1.x messages (RFC 9112) out of a stream of bytes: heads, content-length and chunked bodies.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_text {
  const char *at;
  size_t size;
};

struct http_field {
  struct http_text name; // lower case
  struct http_text value;
};

enum { http_most_fields = 128, http_longest_head = 65536 };

// A head; its texts stay valid until the parser is fed again.
struct http_head {
  struct http_text method, url; // of a request
  int status;                   // of a response
  struct http_text reason;
  int minor; // HTTP/1.minor
  const struct http_field *fields;
  size_t field_count;
  bool keep_alive;
  bool upgrade;
};

// What the parser calls while it is fed. False stops it: the stream is then not to be used any more.
struct http_events {
  bool (*head)(void *opaque, const struct http_head *head);
  bool (*body)(void *opaque, const uint8_t *data, size_t size);
  bool (*end)(void *opaque);
};

enum http_state { http_start, http_in_head, http_in_length, http_chunk_size, http_chunk_data, http_chunk_end, http_trailer, http_until_close, http_upgraded, http_failed };

struct http {
  bool response;
  enum http_state state;
  bool upgrading;  // after this message the stream is no longer HTTP
  uint64_t left;   // of the body or the chunk
  char *buffer;    // the head, or the line of a chunk's size, or the trailer
  size_t used, room;
  struct http_field fields[http_most_fields];
  const char *error; // a sentence, when failed
};

void http_init(struct http *http, bool response);
void http_free(struct http *http);
// Takes bytes in. Returns how many it used: all of them unless the stream was upgraded (state http_upgraded)
// or is not HTTP (state http_failed: `error` says why; without `error` an event function said no).
size_t http_feed(struct http *http, const uint8_t *data, size_t size, const struct http_events *events, void *opaque);
// The peer closed. False: in the middle of a message.
bool http_finish(struct http *http, const struct http_events *events, void *opaque);
