#include "keys.h"

#include <string.h>

/* Of the bytes held back, which are the sequence's first `held`: the longest end, shorter than all of
 * them, with which the sequence may begin anew. */
static size_t next_beginning(const struct keys *keys, size_t held) {
  for (size_t length = held - 1; length > 0; length--) {
    if (memcmp(keys->sequence, keys->sequence + held - length, length) == 0) return length;
  }
  return 0;
}

bool keys_filter(struct keys *keys, const char *data, size_t length, char *out, size_t *out_length) {
  size_t written = 0;
  for (size_t i = 0; i < length; i++) {
    while (keys->matched > 0 && data[i] != keys->sequence[keys->matched]) {
      size_t still = next_beginning(keys, keys->matched);
      memcpy(out + written, keys->sequence, keys->matched - still);
      written += keys->matched - still;
      keys->matched = still;
    }
    if (keys->length == 0 || data[i] != keys->sequence[keys->matched]) {
      out[written++] = data[i];
    } else if (++keys->matched == keys->length) {
      keys->matched = 0;
      *out_length = written;
      return true;
    }
  }
  *out_length = written;
  return false;
}
