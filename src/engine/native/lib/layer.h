// Unpacks a tar into a directory, and nothing that the archive says can reach outside it. Of an image's layer:
// whiteouts become overlayfs's own marks. Of plain files (layer_init_files): they stay the names they are.
#pragma once
#include "sha256.h"
#include "skeleton.h"

struct layer_time;

// How plain files are unpacked, which is what `docker cp` does
struct layer_files {
  // Below which path of the root, as if chrooted into it: links on the way are followed inside the root. NULL:
  // right in the root, and no link is followed at all.
  const char *below;
  // Stands before every name, NULL for none; in the place of its first part when `strip`
  const char *prefix;
  bool strip;
  bool keep_kinds; // a directory is not replaced by something else, nor something else by a directory
  enum { owner_archive, owner_unchanged, owner_fixed } owner;
  unsigned uid, gid; // when fixed
  bool moded;        // permissions are `mode`, whatever the archive says
  unsigned mode;
};

struct layer {
  struct tar tar;
  struct sha256 sha;
  int root;            // O_PATH
  uint64_t limit;      // of bytes in files
  bool devices;        // may be made
  bool plain;
  struct layer_files files; // when plain
  uint64_t written;
  uint64_t archive; // bytes of it so far
  struct skeleton_writer *skeleton; // NULL: not asked for
  // The directory of the last entry stays open: the next one is mostly there too
  int parent;
  char *parent_name;
  // The file being written
  int file;
  char *file_name;
  struct timespec file_time;
  struct layer_time *times; // of directories, set when all is in them
  // Failure: a sentence about `tar.where`, or a system call's error
  const char *sentence, *call;
  int error;
};

// 0, or the error of open(2). The layer must be freed in every case.
int layer_init(struct layer *layer, const char *root, uint64_t limit, bool devices);
// Before the first byte: keeps the archive's skeleton in a new file. 0, or an error.
int layer_keep_skeleton(struct layer *layer, const char *path);
// The same for plain files; takes `root`, an O_PATH descriptor.
int layer_init_files(struct layer *layer, int root, const struct layer_files *files);
void layer_free(struct layer *layer);
// False: failed for good (see `sentence`, `call` and `error`, and `tar.error` for what is wrong with the archive).
bool layer_write(struct layer *layer, const uint8_t *data, size_t size);
bool layer_end(struct layer *layer, uint8_t digest[32]);
