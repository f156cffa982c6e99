/* The key sequence by which a client leaves a container without stopping it. */
#ifndef BOTTLE_KEYS_H
#define BOTTLE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_KEYS = 16 };

struct keys {
  char sequence[MOST_KEYS];
  size_t length;
  /* How many of them were typed last. */
  size_t matched;
};

/*
 * Passes input through: what is not part of the sequence goes to `out`, which has room for
 * `length + MOST_KEYS` bytes, and its number to `*out_length`. A begun sequence is held back until it is
 * complete or broken. Returns true when it is complete; what follows it is dropped.
 */
bool keys_filter(struct keys *keys, const char *data, size_t length, char *out, size_t *out_length);

#endif
