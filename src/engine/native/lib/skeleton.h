// What is left of an archive when the contents of its files are taken out: its headers. With them and the tree that was
// unpacked from it, the same archive can be made again, byte for byte, whoever's program wrote it (as Docker's tar-split
// does): a layer keeps its digest without its archive being kept.
//
//     bytes 0-7   length of the archive, little-endian; nothing else when it cannot be made again
//     then        runs: varint N, N zeros; varint M, M bytes. Of header blocks what differs (exclusive or) from the
//                 header block before; of extended headers and of what follows the end, the bytes themselves
//
// Padding behind contents is zeros and not kept. An archive with other padding, or with contents that are not in the
// tree afterwards, is one that cannot be made again.
#pragma once
#include "tar.h"
#include <sys/types.h>

struct skeleton_writer {
  int fd;
  bool lost; // the archive cannot be made again
  int error; // of a system call
  uint64_t archive, written;
  uint8_t previous[512];
  uint64_t zeros, pending; // before the bytes, and behind them
  uint8_t bytes[256], out[4096];
  size_t bytes_used, out_used;
};

// Takes `fd`, which is open for writing and empty.
void skeleton_begin(struct skeleton_writer *writer, int fd);
// A part of the archive that is not a file's content.
void skeleton_take(struct skeleton_writer *writer, enum tar_part part, const uint8_t *data, size_t size);
// Writes the rest, for an archive of so many bytes. False: `error`.
bool skeleton_end(struct skeleton_writer *writer, uint64_t archive);
void skeleton_free(struct skeleton_writer *writer);

struct skeleton_reader {
  int fd, root, file;
  uint64_t archive, at; // length of it, and how much of it was made
  uint64_t bytes;       // of files' contents so far
  struct tar tar;
  uint8_t previous[512];
  uint64_t zeros, literal; // of the run that is being read
  uint8_t in[4096];
  size_t in_at, in_used;
  uint8_t block[512]; // header on its way out
  size_t block_at, block_used;
  // Failure of a system call on `tar.where`, or a sentence
  const char *call, *sentence;
  int error;
};

// Takes both descriptors: the skeleton, and O_PATH of the tree. False: failed. To be freed in every case.
bool rebuild_begin(struct skeleton_reader *reader, int skeleton, int root);
// Fills `out`; what it returns is less than `size` at the end only. -1: failed.
ssize_t rebuild_read(struct skeleton_reader *reader, uint8_t *out, size_t size);
void rebuild_free(struct skeleton_reader *reader);
