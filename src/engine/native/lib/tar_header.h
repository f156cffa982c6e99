// The fields of a tar header block and of a pax record.
#pragma once
#include "tar.h"

// False: not a header. `name` is the ustar name with its prefix, NUL-terminated (room for 256 and one).
struct tar_fields {
  char name[257], link[101];
  char type;
  uint64_t mode, uid, gid, size, time, major, minor;
};
bool tar_parse_header(const uint8_t block[512], struct tar_fields *fields);
// Reads the records of a pax header into `tar`. NULL, or a sentence.
const char *tar_parse_pax(struct tar *tar, char *data, size_t size);
