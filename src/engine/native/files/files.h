/*
 * The page's way to the learner's files: one connection, on which both sides send messages. It runs as the
 * learner, so the kernel decides what may be read and written, and it lives as long as its connection.
 *
 * A message is `u32 length`, then that many bytes: `u32 id`, `u8 kind`, and the kind's fields. Numbers are
 * little-endian; text and bytes are `u32 length` and the bytes. Paths are relative to the root, UTF-8, without
 * `.` and `..`; a name that is no UTF-8 is passed over. Requests have an id other than 0, answers repeat it.
 *
 *   request                                             answer when it is done
 *   r read    path                                      o entry, version, bytes
 *   w write   path, u8 how, u64 version, bytes          o entry, version
 *   d folder  path (missing ones above it are made)     o
 *   x remove  path (and everything below it)            o
 *   m rename  path, new path (never over another)       o
 *   c chmod   path, u32 mode                            o
 *   anything that fails                                 e u32 errno, text
 *
 *   told by itself, id 0
 *   E  path, entry     it is there, and so it is now
 *   G  path            it is gone, with everything below it
 *   R                  forget everything: the whole tree follows
 *   S                  that was the whole tree
 *
 * An entry is: u8 type as in `ls -l` (`-`, `d`, `l`, …), u8 what is to be known of a directory's inside, u32
 * permission bits, u64 bytes, u64 ns of its last change. A version names a content: the same bytes, the same
 * version.
 */
#ifndef BOTTLE_FILES_H
#define BOTTLE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* A file of more bytes is not for an editor (EFBIG). */
enum { MOST_BYTES = 8 << 20 };

/* How a write treats what is there. */
enum { WRITE_OVER, WRITE_NEW /* EEXIST when there is something */, WRITE_IF /* ESTALE unless it has this version */ };

/* Of what is below an entry: nothing new; it follows, and whatever was known is over; it is not told of. */
enum { BELOW_AS_BEFORE, BELOW_ANEW, BELOW_UNTOLD };

/* message.c: bytes being put together for the connection. A lack of memory sets `failed`. */
struct message {
  char *data;
  size_t length, capacity;
  bool failed;
};
/* Begins another message in the same bytes; `message_end` with what it returned closes it. */
size_t message_begin(struct message *message, uint32_t id, char kind);
void message_end(struct message *message, size_t start);
void put_number(struct message *message, uint64_t number, unsigned bytes);
void put_bytes(struct message *message, const void *data, size_t length);
void put_text(struct message *message, const char *text);
void put_entry(struct message *message, const struct stat *entry, unsigned below);

/* What is left of a message that came. Reading over its end sets `failed` and gives zeros. */
struct fields {
  const unsigned char *next;
  size_t left;
  bool failed;
};
uint64_t take_number(struct fields *fields, unsigned bytes);
const unsigned char *take_bytes(struct fields *fields, size_t *length);
/* A path of the protocol, NUL-terminated in `path` (PATH_MAX bytes). Anything else sets `failed`. */
void take_path(struct fields *fields, char *path);

/* content.c: paths are relative to the directory of the process. Each returns 0 or errno. */
int content_read(const char *path, char **data, size_t *length, struct stat *entry, uint64_t *version);
/* In place, so that the file keeps its owner, permissions, links and the containers it is mounted in. */
int content_write(const char *path, unsigned how, uint64_t *version, const void *data, size_t length,
                  struct stat *entry);
int make_folders(const char *path);
int remove_tree(const char *path);

/* tree.c: the tree below the directory of the process, watched with inotify(7). */
int tree_open(void); /* Returns the descriptor to wait for, or -errno. */
/* Says everything that is there. */
void tree_tell(struct message *out);
/* Takes what the kernel says has happened; `tree_settle` tells of it once. */
void tree_read(void);
void tree_settle(struct message *out);
/* ms until `tree_settle` is due, or -1. */
int tree_due(void);

/* serve.c: until the connection ends. Returns the exit status. */
int serve(int connection);

#endif
