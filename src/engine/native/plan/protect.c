/* Read-only and masked paths, by descriptor and with the mount calls of Linux 5.2: after pivot_root the
 * paths and /proc are the image's, and nothing of them is trusted. */
#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "below.h"

/* <linux/mount.h>, which cannot be read beside <sys/mount.h>. */
struct mount_attributes {
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t user_namespace;
};
enum {
  ATTRIBUTE_READ_ONLY = 0x1,
  ATTRIBUTE_NO_SUID = 0x2,
  ATTRIBUTE_NO_DEVICES = 0x4,
  ATTRIBUTE_NO_EXECUTION = 0x8,
  TREE_CLONE = 1,
  TREE_CLOSE_ON_EXEC = O_CLOEXEC,
  TREE_RECURSIVE = 0x8000,
  TREE_OF_DESCRIPTOR = 0x1000,
  MOVE_FROM_DESCRIPTOR = 0x4,
  MOVE_TO_DESCRIPTOR = 0x40,
  OPEN_CLOSE_ON_EXEC = 1,
  CONFIGURE_FLAG = 0,
  CONFIGURE_STRING = 1,
  CONFIGURE_CREATE = 6,
};

/* O_PATH of a path from the container's root. Returns a descriptor or -errno. */
static int open_path(const struct run *run, const char *path) {
  if (run->root >= 0) return open_below(run->root, path, O_PATH, false);
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return -errno;
  int fd = open_below(root, path, O_PATH, false);
  close(root);
  return fd;
}

static int attach(int tree, int target) {
  return syscall(SYS_move_mount, tree, "", target, "", MOVE_FROM_DESCRIPTOR | MOVE_TO_DESCRIPTOR) < 0 ? errno : 0;
}

static int copy_tree(int fd, unsigned recursive) {
  long tree = syscall(SYS_open_tree, fd, "", TREE_CLONE | TREE_CLOSE_ON_EXEC | TREE_OF_DESCRIPTOR | recursive);
  return tree < 0 ? -errno : (int)tree;
}

/* readonly PATH */
int do_readonly(struct run *run, const struct step *step) {
  int target = open_path(run, argument(step, 0));
  if (target < 0) return target == -ENOENT ? STEP_ABSENT : -target;
  int error = 0;
  int tree = copy_tree(target, TREE_RECURSIVE);
  if (tree < 0) error = -tree;
  struct mount_attributes attributes = {.set = ATTRIBUTE_READ_ONLY};
  if (!error && syscall(SYS_mount_setattr, tree, "", TREE_OF_DESCRIPTOR | TREE_RECURSIVE, &attributes,
                        sizeof attributes) < 0) {
    error = errno;
  }
  if (!error) error = attach(tree, target);
  if (tree >= 0) close(tree);
  close(target);
  return error;
}

/* The container's /dev/null, once it is seen to be that device (CVE-2025-31133). */
static int null_tree(const struct run *run) {
  int null = open_path(run, "/dev/null");
  if (null < 0) return null;
  struct stat node;
  int error = fstat(null, &node) < 0                                            ? errno
              : !S_ISCHR(node.st_mode) || node.st_rdev != makedev(1, 3) ? ENODEV
                                                                                : 0;
  int tree = error ? -error : copy_tree(null, 0);
  close(null);
  return tree;
}

/* An empty file system that nothing can be written to. */
static int empty_tree(void) {
  int context = (int)syscall(SYS_fsopen, "tmpfs", OPEN_CLOSE_ON_EXEC);
  if (context < 0) return -errno;
  int tree = -1;
  if (syscall(SYS_fsconfig, context, CONFIGURE_STRING, "nr_inodes", "1", 0) == 0 &&
      syscall(SYS_fsconfig, context, CONFIGURE_FLAG, "ro", NULL, 0) == 0 &&
      syscall(SYS_fsconfig, context, CONFIGURE_CREATE, NULL, NULL, 0) == 0) {
    tree = (int)syscall(
        SYS_fsmount, context, OPEN_CLOSE_ON_EXEC,
        ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SUID | ATTRIBUTE_NO_DEVICES | ATTRIBUTE_NO_EXECUTION);
  }
  int error = errno;
  close(context);
  return tree < 0 ? -error : tree;
}

/* mask PATH: a file becomes /dev/null, a directory becomes empty */
int do_mask(struct run *run, const struct step *step) {
  int target = open_path(run, argument(step, 0));
  if (target < 0) return target == -ENOENT ? STEP_ABSENT : -target;
  struct stat found;
  int error = fstat(target, &found) < 0 ? errno : 0;
  if (!error) {
    int tree = S_ISDIR(found.st_mode) ? empty_tree() : null_tree(run);
    error = tree < 0 ? -tree : attach(tree, target);
    if (tree >= 0) close(tree);
  }
  close(target);
  return error;
}
