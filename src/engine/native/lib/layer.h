// Unpacks the tar of an image layer into a directory: whiteouts become overlayfs's own marks, and nothing
// that the archive says can reach outside the directory.
#pragma once
#include "sha256.h"
#include "tar.h"

struct layer_time;

struct layer {
  struct tar tar;
  struct sha256 sha;
  int root;            // O_PATH
  uint64_t limit;      // of bytes in files
  bool devices;        // may be made
  uint64_t written;
  // The directory of the last entry stays open: the next one is mostly there too
  int parent;
  char *parent_name;
  // The file being written
  int file;
  struct timespec file_time;
  struct layer_time *times; // of directories, set when all is in them
  // Failure: a sentence about `tar.where`, or a system call's error
  const char *sentence, *call;
  int error;
};

// 0, or the error of open(2). The layer must be freed in every case.
int layer_init(struct layer *layer, const char *root, uint64_t limit, bool devices);
void layer_free(struct layer *layer);
// False: failed for good (see `sentence`, `call` and `error`, and `tar.error` for what is wrong with the archive).
bool layer_write(struct layer *layer, const uint8_t *data, size_t size);
bool layer_end(struct layer *layer, uint8_t digest[32]);
