#include "tar_header.h"
#include <stdlib.h>
#include <string.h>

// Octal, or base 256 when the first bit is set (GNU). False when it is neither, or too large.
static bool number(const uint8_t *field, size_t size, uint64_t *out) {
  uint64_t value = 0;
  if (field[0] & 0x80) {
    if (field[0] & 0x40) // negative: times before 1970 are no use to anybody
      return true;
    value = field[0] & 0x3f;
    for (size_t i = 1; i < size; i++) {
      if (value >> 55)
        return false;
      value = value << 8 | field[i];
    }
    *out = value;
    return true;
  }
  size_t i = 0;
  while (i < size && field[i] == ' ')
    i++;
  for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
    value = value << 3 | (uint64_t)(field[i] - '0');
  *out = value;
  return i == size || field[i] == ' ' || field[i] == 0;
}

static bool checksum_is_right(const uint8_t block[512]) {
  uint64_t want;
  uint32_t sum = 8 * ' ';
  for (int i = 0; i < 148; i++)
    sum += block[i];
  for (int i = 156; i < 512; i++)
    sum += block[i];
  return number(block + 148, 8, &want) && want == sum;
}

bool tar_parse_header(const uint8_t block[512], struct tar_fields *f) {
  memset(f, 0, sizeof *f);
  if (!checksum_is_right(block))
    return false;
  bool ustar = memcmp(block + 257, "ustar", 6) == 0; // with its NUL; GNU has a space there, and no prefix
  size_t at = 0;
  if (ustar && block[345]) {
    at = strnlen((const char *)block + 345, 155);
    memcpy(f->name, block + 345, at);
    f->name[at++] = '/';
  }
  memcpy(f->name + at, block, strnlen((const char *)block, 100));
  memcpy(f->link, block + 157, strnlen((const char *)block + 157, 100));
  f->type = (char)block[156];
  if (f->type == 0 || f->type == '7') // before POSIX; "contiguous"
    f->type = '0';
  size_t length = strlen(f->name);
  if (f->type == '0' && length && f->name[length - 1] == '/')
    f->type = '5';
  return number(block + 100, 8, &f->mode) && number(block + 108, 8, &f->uid) && number(block + 116, 8, &f->gid) &&
         number(block + 124, 12, &f->size) && number(block + 136, 12, &f->time) &&
         (!memchr("34", f->type, 2) || (number(block + 329, 8, &f->major) && number(block + 337, 8, &f->minor)));
}

static bool decimal(const char *text, uint64_t *out) {
  uint64_t value = 0;
  if (!*text)
    return false;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || value > (UINT64_MAX >> 5) / 10)
      return false;
    value = value * 10 + (uint64_t)(*text - '0');
  }
  *out = value;
  return true;
}

// Seconds with a fraction; negative times become the epoch.
static bool pax_time(char *text, struct timespec *out) {
  *out = (struct timespec){0};
  if (*text == '-')
    return true;
  char *dot = strchr(text, '.');
  long nanoseconds = 0;
  if (dot) {
    *dot = 0;
    long unit = 100000000;
    for (const char *c = dot + 1; *c >= '0' && *c <= '9'; c++, unit /= 10)
      nanoseconds += unit * (*c - '0');
  }
  uint64_t seconds;
  if (!decimal(text, &seconds))
    return false;
  out->tv_sec = (time_t)seconds;
  out->tv_nsec = nanoseconds;
  return true;
}

static bool attribute(struct tar *tar, const char *name, const char *value, size_t size) {
  size_t length = strlen(name);
  struct tar_attribute *made = malloc(sizeof *made + length + 1 + size);
  if (!made)
    return false;
  memcpy(made->name, name, length + 1);
  made->value = (uint8_t *)made->name + length + 1;
  memcpy(made->value, value, size);
  made->size = size;
  made->next = tar->attributes;
  tar->attributes = made;
  return true;
}

static const char *record(struct tar *tar, const char *key, char *value, size_t size) {
  char **text = strcmp(key, "path") == 0 ? &tar->name : strcmp(key, "linkpath") == 0 ? &tar->link : NULL;
  if (text) {
    if (memchr(value, 0, size))
      return "a name in its pax header holds a NUL";
    free(*text);
    return (*text = strdup(value)) ? NULL : "there is no memory for its name";
  }
  if (strcmp(key, "size") == 0)
    return (tar->has_size = decimal(value, &tar->size)) ? NULL : "the size in its pax header is not a number";
  if (strcmp(key, "uid") == 0)
    return (tar->has_uid = decimal(value, &tar->uid)) ? NULL : "the uid in its pax header is not a number";
  if (strcmp(key, "gid") == 0)
    return (tar->has_gid = decimal(value, &tar->gid)) ? NULL : "the gid in its pax header is not a number";
  if (strcmp(key, "mtime") == 0)
    return (tar->has_time = pax_time(value, &tar->time)) ? NULL : "the time in its pax header is not a number";
  if (strncmp(key, "SCHILY.xattr.", 13) == 0)
    return attribute(tar, key + 13, value, size) ? NULL : "there is no memory for its attributes";
  if (strncmp(key, "GNU.sparse.", 11) == 0)
    return "it is a sparse file, which this engine does not unpack";
  return NULL; // comments, atime, ctime, uname, gname, charset…
}

// Each record is "LENGTH KEY=VALUE\n", LENGTH counting all of it.
const char *tar_parse_pax(struct tar *tar, char *data, size_t size) {
  const char *malformed = "its pax header is malformed";
  size_t at = 0;
  while (at < size) {
    size_t length = 0, digits = at;
    while (digits < size && data[digits] >= '0' && data[digits] <= '9' && length < size)
      length = length * 10 + (size_t)(data[digits++] - '0');
    if (digits == at || digits >= size || data[digits] != ' ' || length < digits - at + 4 || length > size - at || data[at + length - 1] != '\n')
      return malformed;
    char *key = data + digits + 1, *end = data + at + length - 1;
    char *equals = memchr(key, '=', (size_t)(end - key));
    if (!equals || equals == key)
      return malformed;
    *equals = *end = 0;
    const char *error = record(tar, key, equals + 1, (size_t)(end - equals - 1));
    if (error)
      return error;
    at += length;
  }
  return NULL;
}
