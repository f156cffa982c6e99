#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/io.h"

/* A request: a file, its path, and a few numbers. */
enum { MOST_REQUEST = MOST_BYTES + 2 * PATH_MAX + 64 };

static int rename_new(const char *from, const char *to) {
  return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? errno : 0;
}

static void refuse(struct message *out, uint32_t id, int error) {
  size_t start = message_begin(out, id, 'e');
  put_number(out, (uint64_t)error, 4);
  put_text(out, strerror(error));
  message_end(out, start);
}

static int answer_read(struct fields *fields, struct message *out, uint32_t id) {
  char path[PATH_MAX], *data;
  size_t length;
  struct stat entry;
  uint64_t version;
  take_path(fields, path);
  if (fields->failed) return EINVAL;
  int error = content_read(path, &data, &length, &entry, &version);
  if (error) return error;
  size_t start = message_begin(out, id, 'o');
  put_entry(out, &entry, BELOW_AS_BEFORE);
  put_number(out, version, 8);
  put_bytes(out, data, length);
  message_end(out, start);
  free(data);
  return 0;
}

static int answer_write(struct fields *fields, struct message *out, uint32_t id) {
  char path[PATH_MAX];
  size_t length;
  struct stat entry;
  take_path(fields, path);
  unsigned how = (unsigned)take_number(fields, 1);
  uint64_t version = take_number(fields, 8);
  const unsigned char *data = take_bytes(fields, &length);
  if (fields->failed || how > WRITE_IF) return EINVAL;
  int error = content_write(path, how, &version, data, length, &entry);
  if (error) return error;
  size_t start = message_begin(out, id, 'o');
  put_entry(out, &entry, BELOW_AS_BEFORE);
  put_number(out, version, 8);
  message_end(out, start);
  return 0;
}

/* The rest change something and have nothing to say. */
static int change(char kind, struct fields *fields) {
  char path[PATH_MAX], other[PATH_MAX];
  take_path(fields, path);
  if (kind == 'm') take_path(fields, other);
  mode_t mode = kind == 'c' ? (mode_t)take_number(fields, 4) : 0;
  if (fields->failed || mode > 07777) return EINVAL;
  switch (kind) {
  case 'd': return make_folders(path);
  case 'x': return remove_tree(path);
  case 'm': return rename_new(path, other);
  case 'c': return chmod(path, mode) < 0 ? errno : 0;
  default: return ENOSYS;
  }
}

static void answer(const unsigned char *request, size_t length, struct message *out) {
  struct fields fields = {.next = request, .left = length};
  uint32_t id = (uint32_t)take_number(&fields, 4);
  char kind = (char)take_number(&fields, 1);
  int error;
  if (kind == 'r') error = answer_read(&fields, out, id);
  else if (kind == 'w') error = answer_write(&fields, out, id);
  else {
    error = change(kind, &fields);
    if (!error) message_end(out, message_begin(out, id, 'o'));
  }
  if (error) refuse(out, id, error);
}

static struct {
  unsigned char *data;
  size_t length, capacity;
} incoming;

/* Takes what has come, and answers every request that is whole. False at the end of the connection. */
static bool take(int connection, struct message *out) {
  if (incoming.capacity - incoming.length < 65536) {
    unsigned char *grown = realloc(incoming.data, incoming.capacity + incoming.capacity / 2 + 65536);
    if (!grown) return false;
    incoming.data = grown;
    incoming.capacity += incoming.capacity / 2 + 65536;
  }
  ssize_t n = read(connection, incoming.data + incoming.length, incoming.capacity - incoming.length);
  if (n < 0) return errno == EINTR;
  if (n == 0) return false;
  incoming.length += (size_t)n;
  size_t at = 0;
  for (;;) {
    struct fields head = {.next = incoming.data + at, .left = incoming.length - at};
    size_t length = (size_t)take_number(&head, 4);
    if (head.failed) break;
    if (length > MOST_REQUEST) return false; /* it does not speak this protocol */
    if (length > head.left) break;
    answer(head.next, length, out);
    at += 4 + length;
  }
  if (at > 0) memmove(incoming.data, incoming.data + at, incoming.length - at);
  incoming.length -= at;
  return true;
}

/* The page takes what it is told as fast as it can: waiting for it here is right. */
static bool send_out(int connection, struct message *out) {
  bool sent = !out->failed && write_all(connection, out->data, out->length) == 0;
  out->length = 0;
  if (out->capacity > 1 << 20) {
    free(out->data);
    *out = (struct message){0};
  }
  return sent;
}

int serve(int connection) {
  struct message out = {0};
  int events = tree_open();
  if (events < 0) return 1;
  tree_tell(&out);
  bool goes_on = send_out(connection, &out);
  while (goes_on) {
    struct pollfd polled[] = {{.fd = connection, .events = POLLIN}, {.fd = events, .events = POLLIN}};
    if (poll(polled, 2, tree_due()) < 0 && errno != EINTR) break;
    if (polled[0].revents) goes_on = take(connection, &out);
    if (polled[1].revents) tree_read();
    if (tree_due() == 0) tree_settle(&out);
    goes_on = send_out(connection, &out) && goes_on;
  }
  free(out.data);
  free(incoming.data);
  incoming.data = NULL;
  incoming.length = incoming.capacity = 0;
  close(events);
  return 0;
}
