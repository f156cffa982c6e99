// Base 64 (RFC 4648).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Characters that `size` bytes become, with padding, without a NUL.
size_t base64_length(size_t size);
void base64_encode(char *out, const uint8_t *data, size_t size);
// Standard or URL alphabet, padding optional but right when there. `out` holds at least size / 4 * 3 + 2.
// Returns the length, or -1 when the text is not base 64.
ssize_t base64_decode(uint8_t *out, const char *text, size_t size);
