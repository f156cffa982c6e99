#include "files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void put(struct message *message, const void *data, size_t length) {
  if (message->failed) return;
  if (length > message->capacity - message->length) {
    size_t capacity = message->capacity + length + 4096;
    char *grown = realloc(message->data, capacity);
    if (!grown) {
      message->failed = true;
      return;
    }
    message->data = grown;
    message->capacity = capacity;
  }
  if (length > 0) memcpy(message->data + message->length, data, length);
  message->length += length;
}

void put_number(struct message *message, uint64_t number, unsigned bytes) {
  unsigned char little[8];
  for (unsigned i = 0; i < bytes; i++) little[i] = (unsigned char)(number >> (8 * i));
  put(message, little, bytes);
}

void put_bytes(struct message *message, const void *data, size_t length) {
  put_number(message, length, 4);
  put(message, data, length);
}

void put_text(struct message *message, const char *text) {
  put_bytes(message, text, strlen(text));
}

static char letter(mode_t mode) {
  switch (mode & S_IFMT) {
  case S_IFREG: return '-';
  case S_IFDIR: return 'd';
  case S_IFLNK: return 'l';
  case S_IFIFO: return 'p';
  case S_IFSOCK: return 's';
  case S_IFCHR: return 'c';
  default: return 'b';
  }
}

void put_entry(struct message *message, const struct stat *entry, unsigned below) {
  put_number(message, (unsigned char)letter(entry->st_mode), 1);
  put_number(message, below, 1);
  put_number(message, entry->st_mode & 07777, 4);
  put_number(message, (uint64_t)entry->st_size, 8);
  put_number(message, (uint64_t)entry->st_mtim.tv_sec * 1000000000u + (uint64_t)entry->st_mtim.tv_nsec, 8);
}

size_t message_begin(struct message *message, uint32_t id, char kind) {
  size_t start = message->length;
  put_number(message, 0, 4);
  put_number(message, id, 4);
  put_number(message, (unsigned char)kind, 1);
  return start;
}

void message_end(struct message *message, size_t start) {
  if (message->failed) return;
  size_t length = message->length - start - 4;
  for (unsigned i = 0; i < 4; i++) message->data[start + i] = (char)(length >> (8 * i));
}

uint64_t take_number(struct fields *fields, unsigned bytes) {
  uint64_t number = 0;
  if (fields->left < bytes) fields->failed = true;
  if (fields->failed) return 0;
  for (unsigned i = 0; i < bytes; i++) number |= (uint64_t)fields->next[i] << (8 * i);
  fields->next += bytes;
  fields->left -= bytes;
  return number;
}

const unsigned char *take_bytes(struct fields *fields, size_t *length) {
  *length = (size_t)take_number(fields, 4);
  if (*length > fields->left) fields->failed = true;
  if (fields->failed) *length = 0;
  const unsigned char *bytes = fields->next;
  fields->next += *length;
  fields->left -= *length;
  return bytes;
}

/* Every component is a name: not empty, not `.` or `..`. */
static bool is_path(const char *path) {
  for (const char *name = path;; name++) {
    size_t length = strcspn(name, "/");
    if (length == 0 || length > NAME_MAX) return false;
    if (name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'))) return false;
    name += length;
    if (*name == '\0') return true;
  }
}

void take_path(struct fields *fields, char *path) {
  size_t length;
  const unsigned char *bytes = take_bytes(fields, &length);
  path[0] = '\0';
  if (!fields->failed && length < PATH_MAX && !memchr(bytes, '\0', length)) {
    memcpy(path, bytes, length);
    path[length] = '\0';
  }
  if (!is_path(path)) fields->failed = true;
}
