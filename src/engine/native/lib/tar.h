// Reads a tar archive from a stream: ustar (POSIX.1-1988), pax (POSIX.1-2001), GNU long names.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct tar_attribute {
  struct tar_attribute *next;
  size_t size;
  uint8_t *value;
  char name[]; // of SCHILY.xattr.NAME
};

struct tar_entry {
  char type; // '0' file, '1' hard link, '2' symbolic link, '3' char, '4' block, '5' directory, '6' fifo
  const char *name, *link;
  unsigned mode, uid, gid;
  uint64_t size; // of a file, else 0
  struct timespec time;
  unsigned major, minor;
  const struct tar_attribute *attributes;
};

// What an archive has besides the contents of its files: header blocks (those of zeros too), what extended headers
// hold, what fills blocks up, and what follows the end.
enum tar_part { tar_part_header, tar_part_meta, tar_part_padding, tar_part_rest };

// What the reader calls. False stops it: `error` is then the caller's affair.
struct tar_events {
  bool (*entry)(void *opaque, const struct tar_entry *entry);
  bool (*data)(void *opaque, const uint8_t *data, size_t size);
  bool (*entry_end)(void *opaque);
  void (*part)(void *opaque, enum tar_part part, const uint8_t *data, size_t size); // may be NULL
};

enum tar_state { tar_header, tar_data, tar_meta, tar_padding, tar_over, tar_failed };

struct tar {
  enum tar_state state;
  uint8_t block[512];
  size_t used;             // of the block
  uint64_t left;           // of the entry's data
  size_t padding;          // behind it
  char meta_type;          // 'x', 'g', 'L' or 'K'
  char *meta;              // its content
  size_t meta_used;
  char *name, *link;       // from a pax or GNU header, for the next entry
  bool has_size, has_uid, has_gid, has_time;
  uint64_t size, uid, gid;
  struct timespec time;
  struct tar_attribute *attributes;
  bool zero_block;         // one came: a second one ends the archive
  uint64_t entries;
  char where[160];         // the entry, for the error
  const char *error;       // a sentence, when failed
};

void tar_init(struct tar *tar);
void tar_free(struct tar *tar);
// False: failed; `error` says what is wrong with `where`, or an event function said no (no `error`).
bool tar_feed(struct tar *tar, const uint8_t *data, size_t size, const struct tar_events *events, void *opaque);
// The stream ended. False: it was cut off.
bool tar_finish(struct tar *tar);
