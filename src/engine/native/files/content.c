#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/io.h"

/* FNV-1a, 64 bits: no two contents that somebody means to be different have the same. */
static uint64_t version_of(const void *data, size_t length) {
  const unsigned char *next = data;
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ next[i]) * 0x100000001b3u;
  return hash;
}

/* Opens a regular file: a FIFO would wait, a device is no text. Returns the descriptor or -errno. */
static int open_regular(const char *path, int flags, struct stat *entry) {
  int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return -errno;
  int error = fstat(fd, entry) < 0 ? errno : S_ISDIR(entry->st_mode) ? EISDIR : S_ISREG(entry->st_mode) ? 0 : EINVAL;
  if (error == 0 && entry->st_size > MOST_BYTES) error = EFBIG;
  if (error == 0) return fd;
  close(fd);
  return -error;
}

int content_read(const char *path, char **data, size_t *length, struct stat *entry, uint64_t *version) {
  int fd = open_regular(path, O_RDONLY, entry);
  if (fd < 0) return -fd;
  size_t size = (size_t)entry->st_size;
  char *content = malloc(size + 1);
  *length = 0;
  int error = content ? 0 : ENOMEM;
  while (error == 0 && *length < size) {
    ssize_t n = read(fd, content + *length, size - *length);
    if (n == 0) break;
    if (n > 0) *length += (size_t)n;
    else if (errno != EINTR) error = errno;
  }
  close(fd);
  if (error) {
    free(content);
    return error;
  }
  *version = version_of(content, *length);
  *data = content;
  return 0;
}

static int has_version(const char *path, uint64_t wanted) {
  char *data;
  size_t length;
  struct stat entry;
  uint64_t version;
  int error = content_read(path, &data, &length, &entry, &version);
  if (error) return error == ENOENT ? ESTALE : error;
  free(data);
  return version == wanted ? 0 : ESTALE;
}

/* Room is taken before the first byte is changed: a full disk leaves the file as it was. */
static int replace(int fd, const void *data, size_t length) {
  int error = length > 0 ? posix_fallocate(fd, 0, (off_t)length) : 0;
  if (error && error != EOPNOTSUPP && error != EINVAL) return error;
  error = write_all(fd, data, length);
  if (error == 0 && ftruncate(fd, (off_t)length) < 0) error = errno;
  return error;
}

int content_write(const char *path, unsigned how, uint64_t *version, const void *data, size_t length,
                  struct stat *entry) {
  int error = how == WRITE_IF ? has_version(path, *version) : 0;
  if (error) return error;
  bool made = false;
  int fd = how == WRITE_NEW ? -ENOENT : open_regular(path, O_WRONLY, entry);
  if (fd == -ENOENT && how != WRITE_IF) {
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) fd = -errno;
    made = fd >= 0;
  }
  if (fd < 0) return -fd;
  error = replace(fd, data, length);
  if (error == 0 && fstat(fd, entry) < 0) error = errno;
  if (close(fd) < 0 && error == 0) error = errno;
  if (error && made) unlink(path);
  *version = version_of(data, length);
  return error;
}

int make_folders(const char *path) {
  char prefix[PATH_MAX];
  struct stat entry;
  snprintf(prefix, sizeof prefix, "%s", path);
  for (char *end = prefix;; end++) {
    end += strcspn(end, "/");
    bool last = *end == '\0';
    *end = '\0';
    if (mkdir(prefix, 0777) < 0) {
      if (errno != EEXIST) return errno;
      if (stat(prefix, &entry) < 0) return errno;
      if (!S_ISDIR(entry.st_mode)) return last ? EEXIST : ENOTDIR;
    }
    if (last) return 0;
    *end = '/';
  }
}

/* Removes `name` of the directory `parent`, never following a link. */
static int remove_in(int parent, const char *name) {
  if (unlinkat(parent, name, 0) == 0) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno;
  DIR *directory = fdopendir(fd);
  if (!directory) {
    int error = errno;
    close(fd);
    return error;
  }
  int error = 0;
  for (struct dirent *each; error == 0 && (each = readdir(directory));) {
    if (strcmp(each->d_name, ".") == 0 || strcmp(each->d_name, "..") == 0) continue;
    error = remove_in(fd, each->d_name);
  }
  closedir(directory);
  if (error == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0) error = errno;
  return error;
}

int remove_tree(const char *path) {
  return remove_in(AT_FDCWD, path);
}
