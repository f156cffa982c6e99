/* Bytes that wait to be written. Takes no memory while it is empty. */
#ifndef BOTTLE_BUFFER_H
#define BOTTLE_BUFFER_H

#include <stddef.h>

struct buffer {
  char *bytes;
  /* What waits is [start, end). */
  size_t start, end, capacity;
};

/* Adds bytes at the end. Returns 0 or ENOMEM. */
int buffer_add(struct buffer *buffer, const void *data, size_t length);

/* Takes `length` bytes from the front; gives the memory back when nothing is left. */
void buffer_take(struct buffer *buffer, size_t length);

static inline size_t buffer_length(const struct buffer *buffer) {
  return buffer->end - buffer->start;
}

#endif
