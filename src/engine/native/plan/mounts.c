#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "below.h"

/* mount(2) has NULL where the plan has "". */
static const char *or_null(const char *text) {
  return *text ? text : NULL;
}

/* mount SOURCE TARGET FSTYPE FLAGS [DATA] */
int do_mount(struct run *run, const struct step *step) {
  uint64_t flags;
  int error = argument_number(step, 3, &flags);
  if (error) return error;
  return mount(or_null(argument(step, 0)), argument(step, 1), or_null(argument(step, 2)), (unsigned long)flags,
               or_null(argument(step, 4))) < 0
             ? errno
             : 0;
}

/* umount TARGET [FLAGS] */
int do_umount(struct run *run, const struct step *step) {
  uint64_t flags = 0;
  int error = step->count > 1 ? argument_number(step, 1, &flags) : 0;
  if (error) return error;
  if (umount2(argument(step, 0), (int)flags) == 0) return STEP_OK;
  /* EINVAL: not a mount point, so somebody else has taken it away already. */
  return errno == ENOENT || errno == EINVAL ? STEP_ABSENT : errno;
}

/* propagation PATH FLAGS */
int do_propagation(struct run *run, const struct step *step) {
  uint64_t flags;
  int error = argument_number(step, 1, &flags);
  if (error) return error;
  return mount(NULL, argument(step, 0), NULL, (unsigned long)flags, NULL) < 0 ? errno : 0;
}

/* root PATH: a mount of its own, because pivot_root(2) asks for one */
int do_root(struct run *run, const struct step *step) {
  const char *path = argument(step, 0);
  if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0) return errno;
  run->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return run->root < 0 ? errno : 0;
}

/*
 * Read-only for a mount and all that is mounted below it: MS_REMOUNT | MS_BIND changes one mount only, and takes
 * away what else it was mounted with.
 */
static int read_only_below(int target) {
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  return syscall(SYS_mount_setattr, target, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) < 0 ? errno : 0;
}

/*
 * A mount over a file of procfs would answer later steps that write there, and programs that ask the kernel
 * (CVE-2025-52881): none is made, by whatever way the target was reached.
 */
static int outside_proc(int target) {
  struct statfs kind;
  if (fstatfs(target, &kind) < 0) return errno;
  return kind.f_type == PROC_SUPER_MAGIC ? EXDEV : 0;
}

static int open_part(const char *root_path, const char *path) {
  int root = open(root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return -errno;
  int part = open_below(root, path, O_PATH, true);
  close(root);
  return part;
}

/*
 * mount_in SOURCE TARGET FSTYPE FLAGS DATA KIND
 * KIND: `dir` or `file` refuse symbolic links in TARGET; `follow-dir` and `follow-file` resolve them
 * below the root, as a learner's volume on an image's /var/run asks for. DATA of a bind is a path below SOURCE,
 * which it cannot leave: a part of a volume.
 */
int do_mount_in(struct run *run, const struct step *step) {
  uint64_t flags;
  char path[32];
  const char *kind = argument(step, 5);
  int error = argument_number(step, 3, &flags);
  if (error) return error;
  bool follow = strncmp(kind, "follow-", 7) == 0;
  if (follow) kind += 7;
  bool directory = strcmp(kind, "dir") == 0;
  if (!directory && strcmp(kind, "file") != 0) return EINVAL;

  int target = flags & MS_REMOUNT ? open_below(run->root, argument(step, 1), O_PATH, follow)
                                  : open_or_make(run->root, argument(step, 1), directory, follow);
  if (target < 0) return -target;
  error = outside_proc(target);
  if (error) {
    close(target);
    return error;
  }
  unsigned long read_only = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_REC;
  if (flags == read_only) {
    error = read_only_below(target);
    close(target);
    return error;
  }
  const char *source = argument(step, 0), *data = argument(step, 4);
  char part_path[32];
  int part = -1;
  if (flags & MS_BIND && !(flags & MS_REMOUNT) && *data) {
    part = open_part(source, data);
    if (part < 0) {
      close(target);
      return -part;
    }
    source = descriptor_path(part, part_path);
    data = "";
  }
  error = mount(or_null(source), descriptor_path(target, path), or_null(argument(step, 2)), (unsigned long)flags, or_null(data)) < 0 ? errno : 0;
  if (part >= 0) close(part);
  close(target);
  return error;
}

/* pivot_root: the container's root becomes /, the machine's is let go */
int do_pivot_root(struct run *run, const struct step *step) {
  if (run->root < 0) return EBADF;
  if (fchdir(run->root) < 0) return errno;
  close(run->root);
  run->root = -1;
  /* pivot_root(2), "pivot_root(".", ".")": the old root ends up mounted over the new one. */
  if (syscall(SYS_pivot_root, ".", ".") < 0) return errno;
  /* The unmount must not travel to the machine, whatever the plan made of the propagation. */
  if (mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0) return errno;
  if (umount2(".", MNT_DETACH) < 0) return errno;
  return chdir("/") < 0 ? errno : 0;
}
