#include "tar_write.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { block = 512 };

// The largest number that `digits` octal digits hold
static uint64_t largest(int digits) { return (UINT64_C(1) << 3 * digits) - 1; }

static void octal(uint8_t *field, int size, uint64_t value) {
  if (value > largest(size - 1))
    value = 0; // the pax header says it
  for (int i = size - 2; i >= 0; i--, value >>= 3)
    field[i] = (uint8_t)('0' + (value & 7));
}

// Where a name can be cut for the prefix field (155 bytes) and the name field (100), or -1.
static long cut(const char *name, size_t length) {
  for (size_t at = length - 101; at < length && at <= 155; at++)
    if (name[at] == '/' && at > 0 && at + 1 < length)
      return (long)at;
  return -1;
}

static bool needs_path(const char *name) {
  size_t length = strlen(name);
  return length > 100 && cut(name, length) < 0;
}

static void fill(uint8_t *header, const struct tar_item *item, char type, const char *name, uint64_t size) {
  size_t length = strlen(name);
  long at = length > 100 ? cut(name, length) : -1;
  if (at >= 0) {
    memcpy(header + 345, name, (size_t)at);
    name += at + 1;
  }
  memcpy(header, name, strnlen(name, 100));
  octal(header + 100, 8, item->mode & 07777);
  octal(header + 108, 8, item->uid);
  octal(header + 116, 8, item->gid);
  octal(header + 124, 12, size);
  octal(header + 136, 12, item->time < 0 ? 0 : (uint64_t)item->time);
  header[156] = (uint8_t)type;
  if (item->link && type == item->type)
    memcpy(header + 157, item->link, strnlen(item->link, 100));
  memcpy(header + 257, "ustar\00000", 8);
  octal(header + 329, 8, item->major);
  octal(header + 337, 8, item->minor);
  memset(header + 148, ' ', 8);
  unsigned sum = 0;
  for (int i = 0; i < block; i++)
    sum += header[i];
  octal(header + 148, 7, sum);
  header[154] = 0;
}

struct records {
  char *text;
  size_t size, room;
  bool failed;
};

// "LENGTH KEY=VALUE\n": the length counts its own digits.
static void record(struct records *out, const char *key, const void *value, size_t size) {
  size_t rest = strlen(key) + size + 3, length = rest + 1;
  char digits[24];
  while ((size_t)snprintf(digits, sizeof digits, "%zu", length) + rest != length)
    length++;
  if (out->size + length > out->room) {
    size_t room = (out->size + length) * 2;
    char *grown = realloc(out->text, room);
    if (!grown) {
      out->failed = true;
      return;
    }
    out->text = grown;
    out->room = room;
  }
  char *at = out->text + out->size;
  at += sprintf(at, "%s %s=", digits, key);
  memcpy(at, value, size);
  at[size] = '\n';
  out->size += length;
}

static void number_record(struct records *out, const char *key, uint64_t value) {
  char text[24];
  record(out, key, text, (size_t)snprintf(text, sizeof text, "%llu", (unsigned long long)value));
}

static void pax_records(struct records *out, const struct tar_item *item) {
  if (item->gid > largest(7))
    number_record(out, "gid", item->gid);
  if (item->link && strlen(item->link) > 100)
    record(out, "linkpath", item->link, strlen(item->link));
  if (item->time > (int64_t)largest(11))
    number_record(out, "mtime", (uint64_t)item->time);
  if (needs_path(item->name))
    record(out, "path", item->name, strlen(item->name));
  if (item->size > largest(11))
    number_record(out, "size", item->size);
  if (item->uid > largest(7))
    number_record(out, "uid", item->uid);
  if (item->capability)
    record(out, "SCHILY.xattr.security.capability", item->capability, item->capability_size);
}

uint8_t *tar_header_for(const struct tar_item *item, size_t *size) {
  struct records records = {0};
  pax_records(&records, item);
  size_t padded = (records.size + block - 1) / block * block;
  *size = (records.size ? block + padded : 0) + block;
  uint8_t *out = records.failed ? NULL : calloc(1, *size);
  if (out && records.size) {
    fill(out, item, 'x', "PaxHeaders.0/entry", records.size);
    memcpy(out + block, records.text, records.size);
  }
  if (out)
    fill(out + *size - block, item, item->type, item->name, item->size);
  free(records.text);
  return out;
}
