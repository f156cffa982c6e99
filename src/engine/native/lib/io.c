#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int write_all(int fd, const void *data, size_t length) {
  const char *next = data;
  while (length > 0) {
    ssize_t n = write(fd, next, length);
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    next += n;
    length -= (size_t)n;
  }
  return 0;
}

int write_file(const char *path, int flags, mode_t mode, const void *data, size_t length) {
  int fd = open(path, flags | O_WRONLY | O_CLOEXEC, mode);
  if (fd < 0) return errno;
  ssize_t n = write(fd, data, length);
  int error = n < 0 ? errno : (size_t)n < length ? EIO : 0;
  if (close(fd) < 0 && error == 0) error = errno;
  return error;
}

static int read_open(int fd, size_t most, size_t spare, char **data, size_t *length) {
  size_t used = 0, capacity = 0;
  char *buffer = NULL;
  for (;;) {
    if (used == capacity) {
      capacity = capacity ? capacity * 2 : 8192;
      char *grown = realloc(buffer, capacity + spare);
      if (!grown) {
        free(buffer);
        return ENOMEM;
      }
      buffer = grown;
    }
    ssize_t n = read(fd, buffer + used, capacity - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 || used + (size_t)n > most) {
      int error = n < 0 ? errno : EFBIG;
      free(buffer);
      return error;
    }
    if (n == 0) break;
    used += (size_t)n;
  }
  *data = buffer;
  *length = used;
  return 0;
}

int read_file(const char *path, size_t most, size_t spare, char **data, size_t *length) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  int error = read_open(fd, most, spare, data, length);
  close(fd);
  return error;
}

ssize_t read_text(const char *path, char *text, size_t capacity) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  ssize_t n = read(fd, text, capacity - 1);
  int error = errno;
  close(fd);
  if (n < 0) return -error;
  text[n] = '\0';
  return n;
}

int write_atomic(const char *path, mode_t mode, const void *data, size_t length) {
  char beside[4096];
  int n = snprintf(beside, sizeof beside, "%s.new", path);
  if (n < 0 || (size_t)n >= sizeof beside) return ENAMETOOLONG;
  int error = write_file(beside, O_CREAT | O_TRUNC, mode, data, length);
  if (error == 0 && rename(beside, path) < 0) error = errno;
  if (error != 0) unlink(beside);
  return error;
}

int parse_number(const char *text, int base, uint64_t *number) {
  if (!((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'f') || (*text >= 'A' && *text <= 'F'))) {
    return EINVAL;
  }
  char *end;
  errno = 0;
  *number = strtoull(text, &end, base);
  if (errno != 0) return errno;
  return *end == '\0' ? 0 : EINVAL;
}

uint64_t clock_ns(int clock) {
  struct timespec now = {0};
  if (clock_gettime(clock, &now) < 0) return 0;
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
