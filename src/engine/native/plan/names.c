#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../lib/io.h"

/* unshare FLAGS: the namespaces that are made by the child itself, as the cgroup one, whose root is where it stands */
int do_unshare(struct run *run, const struct step *step) {
  uint64_t flags;
  int error = argument_number(step, 0, &flags);
  if (error) return error;
  return unshare((int)flags) < 0 ? errno : 0;
}

/* setns PATH TYPE */
int do_setns(struct run *run, const struct step *step) {
  uint64_t type;
  int error = argument_number(step, 1, &type);
  if (error) return error;
  int fd = open(argument(step, 0), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  error = setns(fd, (int)type) < 0 ? errno : 0;
  close(fd);
  return error;
}

/* setns_pidfd PID FLAGS: the pidfd was opened before the first step, where PID still means that process */
int do_setns_pidfd(struct run *run, const struct step *step) {
  uint64_t flags;
  int error = argument_number(step, 1, &flags);
  if (error) return error;
  return setns(run->target, (int)flags) < 0 ? errno : 0;
}

/* sethostname NAME */
int do_sethostname(struct run *run, const struct step *step) {
  return sethostname(argument(step, 0), step->arguments[0].length) < 0 ? errno : 0;
}

/* setdomainname NAME */
int do_setdomainname(struct run *run, const struct step *step) {
  return setdomainname(argument(step, 0), step->arguments[0].length) < 0 ? errno : 0;
}

/*
 * Writes a file of procfs. What is mounted on /proc may be the image's work: the root must be procfs
 * itself, and neither a symbolic link in it nor a mount on top may lead elsewhere (CVE-2025-52881).
 */
static int write_proc(const char *path, const struct field *value) {
  int proc = open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (proc < 0) return errno;
  struct statfs kind;
  struct open_how how = {
      .flags = O_WRONLY | O_CLOEXEC,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
  };
  int error = fstatfs(proc, &kind) < 0 ? errno : kind.f_type != PROC_SUPER_MAGIC ? EXDEV : 0;
  int fd = -1;
  if (!error) {
    fd = (int)syscall(SYS_openat2, proc, path, &how, sizeof how);
    if (fd < 0) error = errno;
  }
  close(proc);
  if (error) return error;
  error = write_all(fd, value->bytes, value->length);
  close(fd);
  return error;
}

/* sysctl NAME VALUE: dots of the name are slashes, slashes are dots, as sysctl(8) has it */
int do_sysctl(struct run *run, const struct step *step) {
  char path[256] = "sys/";
  const struct field *name = &step->arguments[0];
  if (name->length + 5 > sizeof path) return ENAMETOOLONG;
  if (strstr(name->bytes, "..")) return EINVAL;
  for (uint32_t i = 0; i <= name->length; i++) {
    char c = name->bytes[i];
    path[4 + i] = c == '.' ? '/' : c == '/' ? '.' : c;
  }
  return write_proc(path, &step->arguments[1]);
}

/* oom_score_adj VALUE */
int do_oom_score_adj(struct run *run, const struct step *step) {
  return write_proc("self/oom_score_adj", &step->arguments[0]);
}
