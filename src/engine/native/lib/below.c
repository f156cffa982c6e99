#include "below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int open_below(int root, const char *path, int flags, bool follow) {
  struct open_how how = {
      .flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (follow ? 0 : RESOLVE_NO_SYMLINKS),
  };
  if (root < 0) return -EBADF;
  /* EAGAIN: a rename or mount elsewhere on the machine raced with the walk; openat2(2) asks to repeat. */
  for (int attempt = 0; attempt < 32; attempt++) {
    long fd = syscall(SYS_openat2, root, *path ? path : ".", &how, sizeof how);
    if (fd >= 0) return (int)fd;
    if (errno != EAGAIN && errno != EINTR) return -errno;
  }
  return -EAGAIN;
}

int open_parent(int root, const char *path, bool follow, const char **name) {
  char parent[PATH_MAX];
  size_t length = strlen(path);
  const char *slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  if (length >= sizeof parent) return -ENAMETOOLONG;
  if (**name == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0) return -EINVAL;
  size_t end = slash ? (size_t)(slash - path) : 0;
  memcpy(parent, path, end);
  parent[end] = '\0';
  return open_or_make(root, parent, true, follow);
}

/* Makes a name in a directory; that it is there already is no error here: what it is shows when it is opened. */
static int make_in(int parent, const char *name, bool directory) {
  if (directory) return mkdirat(parent, name, 0755) == 0 || errno == EEXIST ? 0 : -errno;
  int fd = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return errno == EEXIST ? 0 : -errno;
  close(fd);
  return 0;
}

int open_or_make(int root, const char *path, bool directory, bool follow) {
  int flags = O_PATH | (directory ? O_DIRECTORY : 0);
  int fd = open_below(root, path, flags, follow);
  if (fd != -ENOENT) return fd;

  char prefix[PATH_MAX];
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  if (length >= sizeof prefix) return -ENAMETOOLONG;
  memcpy(prefix, path, length);
  prefix[length] = '\0';

  /* Component by component: each prefix is opened anew from the root, so that links stay below it. */
  int parent = open_below(root, "", O_PATH | O_DIRECTORY, follow);
  for (size_t start = 0, end; parent >= 0 && start < length; start = end + 1) {
    end = start + strcspn(prefix + start, "/");
    if (end == start) continue;
    bool last = end == length;
    prefix[end] = '\0';
    int step_flags = last ? flags : O_PATH | O_DIRECTORY;
    fd = open_below(root, prefix, step_flags, follow);
    if (fd == -ENOENT) {
      fd = make_in(parent, prefix + start, !last || directory);
      if (fd == 0) fd = open_below(root, prefix, step_flags, follow);
    }
    if (!last) prefix[end] = '/';
    close(parent);
    parent = fd;
  }
  return parent;
}

const char *descriptor_path(int fd, char *text) {
  snprintf(text, 32, "/proc/self/fd/%d", fd);
  return text;
}
