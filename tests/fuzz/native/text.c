/* Base 64 and UTF-8: what is written is read back, what is repaired is well-formed. */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t length = base64_length(size);
  char *text = malloc(length + 1);
  uint8_t *back = malloc(length / 4 * 3 + 2);
  base64_encode(text, data, size);
  ssize_t n = base64_decode(back, text, length);
  if (n != (ssize_t)size || memcmp(back, data, size) != 0) abort();
  free(text);
  free(back);

  uint8_t *decoded = malloc(size / 4 * 3 + 2);
  n = base64_decode(decoded, (const char *)data, size);
  if (n > (ssize_t)(size / 4 * 3 + 2)) abort();
  free(decoded);

  uint8_t *repaired = malloc(utf8_repaired_bound(size) + 1);
  size_t end = utf8_repair(repaired, data, size);
  if (end > utf8_repaired_bound(size) || utf8_valid_prefix(repaired, end) != end) abort();
  if (utf8_incomplete_tail(data, size) > 3) abort();
  free(repaired);
  return 0;
}
