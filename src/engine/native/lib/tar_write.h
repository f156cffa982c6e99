// Makes tar headers: ustar (POSIX.1-1988), with a pax header (POSIX.1-2001) before what does not fit it.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tar_item {
  char type;            // as in tar.h
  const char *name;     // directories end with a slash
  const char *link;     // target of a link, else NULL
  mode_t mode;          // permission bits
  uint64_t uid, gid;
  uint64_t size;        // of a file, else 0
  int64_t time;         // seconds
  unsigned major, minor;
  const void *capability; // value of security.capability, or NULL
  size_t capability_size;
};

// The blocks of the header, with its pax header; to be freed. NULL without memory.
uint8_t *tar_header_for(const struct tar_item *item, size_t *size);
