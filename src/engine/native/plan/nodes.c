#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "below.h"

/* mkdir_in PATH MODE */
int do_mkdir_in(struct run *run, const struct step *step) {
  uint64_t mode;
  const char *name;
  int error = argument_number(step, 1, &mode);
  if (error) return error;
  int parent = open_parent(run->root, argument(step, 0), false, &name);
  if (parent < 0) return -parent;
  if (mkdirat(parent, name, (mode_t)mode) < 0 && errno != EEXIST) error = errno;
  close(parent);
  return error;
}

/* symlink_in TARGET PATH */
int do_symlink_in(struct run *run, const struct step *step) {
  const char *name;
  int parent = open_parent(run->root, argument(step, 1), false, &name);
  if (parent < 0) return -parent;
  int error = symlinkat(argument(step, 0), parent, name) < 0 ? errno : 0;
  if (error == EEXIST) {
    char found[256];
    ssize_t n = readlinkat(parent, name, found, sizeof found);
    size_t wanted = step->arguments[0].length;
    if (n == (ssize_t)wanted && memcmp(found, argument(step, 0), wanted) == 0) error = 0;
  }
  close(parent);
  return error;
}

/* What stands at the name must be the device that was asked for, not something that raced us there. */
static int verify_node(int parent, const char *name, mode_t type, dev_t device) {
  int node = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (node < 0) return errno;
  struct stat found;
  int error = fstat(node, &found) < 0                                             ? errno
              : (found.st_mode & S_IFMT) != type || found.st_rdev != device ? ENODEV
                                                                                  : 0;
  close(node);
  return error;
}

/* Without the right to make device nodes (a user namespace): the machine's own, bound on an empty file. */
static int bind_node(int parent, const char *name) {
  char source[64], target[32];
  int n = snprintf(source, sizeof source, "/dev/%s", name);
  if (n < 0 || (size_t)n >= sizeof source) return ENAMETOOLONG;
  int file = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  int error = mount(source, descriptor_path(file, target), NULL, MS_BIND, NULL) < 0 ? errno : 0;
  close(file);
  return error;
}

/* The node's owner, when the step names one: [UID GID] after its other arguments. */
static int give_away(int parent, const char *name, const struct step *step) {
  uint64_t uid, gid;
  if (step->count < 7) return 0;
  int error = argument_number(step, 5, &uid);
  if (!error) error = argument_number(step, 6, &gid);
  if (error) return error;
  return fchownat(parent, name, (uid_t)uid, (gid_t)gid, AT_SYMLINK_NOFOLLOW) < 0 ? errno : 0;
}

/* mknod_in PATH MODE c|b MAJOR MINOR [UID GID] */
int do_mknod_in(struct run *run, const struct step *step) {
  uint64_t mode, major, minor;
  const char *name;
  int error = argument_number(step, 1, &mode);
  if (!error) error = argument_number(step, 3, &major);
  if (!error) error = argument_number(step, 4, &minor);
  if (error) return error;
  mode_t type = strcmp(argument(step, 2), "b") == 0 ? S_IFBLK : S_IFCHR;
  dev_t device = makedev((unsigned)major, (unsigned)minor);
  int parent = open_parent(run->root, argument(step, 0), false, &name);
  if (parent < 0) return -parent;
  if (mknodat(parent, name, type | (mode_t)mode, device) < 0) {
    error = errno == EPERM ? bind_node(parent, name) : errno == EEXIST ? 0 : errno;
  }
  if (!error) error = verify_node(parent, name, type, device);
  if (!error) error = give_away(parent, name, step);
  close(parent);
  return error;
}
