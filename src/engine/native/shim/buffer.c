#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int buffer_add(struct buffer *buffer, const void *data, size_t length) {
  if (length == 0) return 0;
  if (buffer->start > 0 && buffer->end + length > buffer->capacity) {
    memmove(buffer->bytes, buffer->bytes + buffer->start, buffer_length(buffer));
    buffer->end -= buffer->start;
    buffer->start = 0;
  }
  if (buffer->end + length > buffer->capacity) {
    size_t capacity = buffer->capacity ? buffer->capacity : 4096;
    while (capacity < buffer->end + length) capacity *= 2;
    char *grown = realloc(buffer->bytes, capacity);
    if (!grown) return ENOMEM;
    buffer->bytes = grown;
    buffer->capacity = capacity;
  }
  memcpy(buffer->bytes + buffer->end, data, length);
  buffer->end += length;
  return 0;
}

void buffer_take(struct buffer *buffer, size_t length) {
  buffer->start += length;
  if (buffer->start < buffer->end) return;
  free(buffer->bytes);
  *buffer = (struct buffer){0};
}
