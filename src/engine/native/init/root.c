#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

static bool attempt(int result, const char *what, const char *path) {
  if (result == 0) return true;
  complain(what, path, errno);
  return false;
}

/*
 * The initial file system (a tmpfs) is the bottom of all mounts, and pivot_root(2) refuses to move that: it is mounted
 * once more on top of itself, and the root is that mount from then on. Nothing is copied.
 */
void root_settle(void) {
  static const char *const passage = "/.root";
  /* Images and containers live here: most of memory may be files, and there are many small ones. */
  static const char *const options = "mode=755,size=80%,nr_inodes=200k";
  (void)attempt(mount(NULL, "/", NULL, MS_REMOUNT, options), "mount again with other limits", "/");
  if (!attempt(mkdir(passage, 0700), "mkdir", passage)) return;
  if (attempt(mount("/", passage, NULL, MS_BIND, NULL), "bind", passage) &&
      attempt(chdir(passage), "chdir", passage) && attempt(mount(".", "/", NULL, MS_MOVE, NULL), "move to /", passage)) {
    (void)(attempt(chroot("."), "chroot", passage) && attempt(chdir("/"), "chdir", "/"));
  }
  (void)attempt(rmdir(passage), "rmdir", passage);
}

static const struct mounted {
  const char *type, *path;
  unsigned long flags;
  const char *data;
} mounts[] = {
    {"proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
    {"sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
    {"devtmpfs", "/dev", MS_NOSUID, "mode=755"},
    {"devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=620,gid=5,ptmxmode=666"},
    {"tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777"},
    {"mqueue", "/dev/mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
    {"cgroup2", "/sys/fs/cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate,memory_recursiveprot"},
};

static const struct {
  const char *target, *path;
} links[] = {
    {"/proc/self/fd", "/dev/fd"},
    {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"},
    {"/proc/self/fd/2", "/dev/stderr"},
};

/* Programs that processes of containers have open as their own, if only for a moment: nobody writes to them through
 * that, whatever other capabilities it has (CVE-2019-5736). */
static const char *const sealed[] = {"/usr/lib/bottle/shim", "/usr/lib/bottle/engine", "/usr/lib/bottle/docker-init"};

static void seal(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC), flags = FS_IMMUTABLE_FL;
  if (fd < 0) {
    complain("open", path, errno);
    return;
  }
  (void)attempt(ioctl(fd, FS_IOC_SETFLAGS, &flags), "make immutable", path);
  close(fd);
}

void root_mount(void) {
  for (unsigned i = 0; i < sizeof mounts / sizeof *mounts; i++) {
    const struct mounted *m = &mounts[i];
    if (mkdir(m->path, 0755) < 0 && errno != EEXIST && errno != EPERM) complain("mkdir", m->path, errno);
    (void)attempt(mount(m->type, m->path, m->type, m->flags, m->data), "mount", m->path);
  }
  for (unsigned i = 0; i < sizeof links / sizeof *links; i++) {
    if (symlink(links[i].target, links[i].path) < 0 && errno != EEXIST) complain("symlink", links[i].path, errno);
  }
  for (unsigned i = 0; i < sizeof sealed / sizeof *sealed; i++) seal(sealed[i]);
  if (mkdir("/run/bottle", 0755) < 0 && errno != EEXIST) complain("mkdir", "/run/bottle", errno);
}
