// Unpacks gzip (RFC 1952) and the DEFLATE within it (RFC 1951) from a stream, members one after the other.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { inflate_window = 32768, inflate_ahead = 2048 };

struct inflate_code {
  uint16_t count[16];   // how many codes have the length
  uint16_t symbol[288]; // in the order of their codes
  uint16_t fast[512];   // by the next 9 bits: symbol << 4 | length; 0: a longer code
};

enum inflate_state { inflate_member, inflate_block, inflate_stored, inflate_codes, inflate_trailer, inflate_failed };

struct inflate {
  enum inflate_state state;
  uint8_t in[inflate_ahead * 2]; // what came and is not read yet
  size_t in_at, in_used;
  uint64_t bits;
  int bit_count;
  bool ended;      // nothing more comes
  bool last;       // block of the member
  bool any;        // a member came
  uint32_t stored; // bytes left of a stored block
  uint32_t copy, distance; // left of a match
  struct inflate_code lengths, distances;
  uint8_t window[inflate_window];
  size_t window_at, window_out; // the next byte's place; up to where it was handed out
  uint32_t crc;
  uint64_t size; // of what the member holds so far
  const char *error; // a sentence, when failed
};

// What takes the bytes; false stops it (`error` stays NULL).
typedef bool (*inflate_sink)(void *opaque, const uint8_t *data, size_t size);

void inflate_init(struct inflate *inflate);
// False: failed for good.
bool inflate_feed(struct inflate *inflate, const uint8_t *data, size_t size, inflate_sink sink, void *opaque);
// The stream ended. False: it was cut off, or is not gzip.
bool inflate_finish(struct inflate *inflate, inflate_sink sink, void *opaque);
