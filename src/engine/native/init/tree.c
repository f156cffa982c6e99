#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

/* Names of files that have several: where their first one went. */
enum { MOST_LINKED = 32 };
static struct {
  ino_t inode;
  char path[128];
} linked[MOST_LINKED];
static unsigned linked_count;

/* Makes `to` one more name of a file that went before. Returns false when this is its first. */
static bool link_again(const struct stat *info, const char *to, int *error) {
  for (unsigned i = 0; i < linked_count; i++) {
    if (linked[i].inode != info->st_ino) continue;
    *error = link(linked[i].path, to) < 0 ? errno : 0;
    return true;
  }
  /* Each name is gone once it has moved, so the last of a file's counts one. One too many for the table
   * becomes a file of its own. */
  if (info->st_nlink > 1 && linked_count < MOST_LINKED && strlen(to) < sizeof linked[0].path) {
    linked[linked_count].inode = info->st_ino;
    strcpy(linked[linked_count++].path, to);
  }
  return false;
}

static int copy_file(const char *from, const char *to, const struct stat *info) {
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) return errno;
  int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) {
    int error = errno;
    close(in);
    return error;
  }
  int error = 0;
  for (off_t left = info->st_size; !error && left > 0;) {
    ssize_t n = sendfile(out, in, NULL, (size_t)left);
    if (n <= 0) error = n < 0 ? errno : EIO;
    left -= n;
  }
  close(in);
  if (close(out) < 0 && !error) error = errno;
  return error;
}

static int copy_link(const char *from, const char *to) {
  char target[PATH_MAX];
  ssize_t n = readlink(from, target, sizeof target - 1);
  if (n < 0) return errno;
  target[n] = '\0';
  return symlink(target, to) < 0 ? errno : 0;
}

static int move_one(const char *from, const char *to, const struct stat *info) {
  int error = 0;
  if (S_ISDIR(info->st_mode)) {
    if (mkdir(to, 0700) < 0 && errno != EEXIST) return errno;
    error = tree_move(from, to);
  } else if (!link_again(info, to, &error)) {
    if (S_ISREG(info->st_mode)) error = copy_file(from, to, info);
    else if (S_ISLNK(info->st_mode)) error = copy_link(from, to);
    else error = mknod(to, info->st_mode, info->st_rdev) < 0 ? errno : 0;
  }
  if (!error && lchown(to, info->st_uid, info->st_gid) < 0) error = errno;
  if (!error && !S_ISLNK(info->st_mode) && chmod(to, info->st_mode & 07777) < 0) error = errno;
  struct timespec times[2] = {info->st_mtim, info->st_mtim};
  if (!error && utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW) < 0) error = errno;
  /* The memory of the first copy is needed. */
  if (!error) error = (S_ISDIR(info->st_mode) ? rmdir(from) : unlink(from)) < 0 ? errno : 0;
  return error;
}

int tree_move(const char *from, const char *to) {
  struct stat top, info;
  DIR *list = opendir(from);
  if (!list || fstat(dirfd(list), &top) < 0) return errno;
  int failed = 0;
  for (struct dirent *entry; (entry = readdir(list));) {
    char source[PATH_MAX], target[PATH_MAX];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(source, sizeof source, "%s/%s", strcmp(from, "/") == 0 ? "" : from, entry->d_name);
    snprintf(target, sizeof target, "%s/%s", to, entry->d_name);
    if (lstat(source, &info) < 0) {
      failed = errno;
      continue;
    }
    if (info.st_dev != top.st_dev) continue;
    int error = move_one(source, target, &info);
    if (error) {
      complain("move", source, error);
      failed = error;
    }
  }
  closedir(list);
  return failed;
}
