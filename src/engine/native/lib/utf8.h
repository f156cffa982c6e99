// UTF-8 as the Encoding standard decodes it: each maximal malformed part becomes one U+FFFD.
#pragma once
#include <stddef.h>
#include <stdint.h>

// How many bytes from the start are well-formed.
size_t utf8_valid_prefix(const uint8_t *data, size_t size);
// Room that utf8_repair may need.
size_t utf8_repaired_bound(size_t size);
// Copies, with U+FFFD (EF BF BD) for what is malformed; returns the length.
size_t utf8_repair(uint8_t *out, const uint8_t *data, size_t size);
// Length of the character that is cut off at the end: 0 to 3 bytes that may be completed by what follows.
size_t utf8_incomplete_tail(const uint8_t *data, size_t size);
// In place: encoded surrogates (ED A0..BF xx) become U+FFFD.
void utf8_replace_surrogates(uint8_t *data, size_t size);
