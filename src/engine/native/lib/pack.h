// Packs a tree into a tar archive, piece by piece: entries in the order of their names, so that the same tree
// gives the same bytes. Symbolic links are packed, never followed.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pack_directory;
struct pack_link;

struct pack_options {
  bool overlay;  // overlayfs's marks become whiteouts: `.wh.NAME`, `.wh..wh..opq`
  bool system;   // a container's whole root: /dev and what the kernel mounts are packed as empty directories
  bool timeless; // everything was made at the epoch
  bool owned;    // everything is `uid`'s and `gid`'s
  unsigned uid, gid;
  char **skip; // names that are left out with all below them, in the order of strcmp(3)
  size_t skip_count;
};

struct pack {
  struct pack_options options;
  struct pack_directory *stack;
  size_t depth, room;
  char *name; // of the current entry
  size_t name_length, name_room;
  uint8_t *head; // headers on their way out
  size_t head_at, head_size;
  int file;
  uint64_t left; // of the file
  size_t padding;
  bool over;
  struct pack_link *links; // files with several names, by inode
  size_t link_count, link_room;
  uint64_t bytes; // in files so far
  // Failure of a system call
  const char *call;
  int error;
};

// Takes `fd`, an O_PATH descriptor of what is packed, under the name `name`; NULL: the content of a directory,
// without the directory itself; and the list of `options.skip`, whose strings are from malloc(3). False: failed. The
// pack must be freed in every case.
bool pack_begin(struct pack *pack, int fd, const char *name, const struct pack_options *options);
// Fills `out`; what it returns is less than `size` at the end only. -1: failed.
ssize_t pack_read(struct pack *pack, uint8_t *out, size_t size);
void pack_free(struct pack *pack);
