/*
 * Who the process is and what it may do. The calls are made directly: the C library's setuid(2) and
 * friends are about the threads of a process it knows, and this one came from clone3(2).
 */
#include "operations.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../lib/io.h"

/* i386 has the calls twice; those with 16-bit ids came first. */
#ifdef SYS_setuid32
enum { CALL_SETUID = SYS_setuid32, CALL_SETGID = SYS_setgid32, CALL_SETGROUPS = SYS_setgroups32 };
#else
enum { CALL_SETUID = SYS_setuid, CALL_SETGID = SYS_setgid, CALL_SETGROUPS = SYS_setgroups };
#endif

static int result(long value) {
  return value < 0 ? errno : 0;
}

static int argument_hex(const struct step *step, uint32_t index, uint64_t *number) {
  return parse_number(argument(step, index), 16, number);
}

/* rlimit RESOURCE SOFT HARD; unlimited is 18446744073709551615 */
int do_rlimit(struct run *run, const struct step *step) {
  uint64_t resource;
  struct {
    uint64_t soft, hard;
  } limit;
  int error = argument_number(step, 0, &resource);
  if (!error) error = argument_number(step, 1, &limit.soft);
  if (!error) error = argument_number(step, 2, &limit.hard);
  return error ? error : result(syscall(SYS_prlimit64, 0, (int)resource, &limit, NULL));
}

/* umask MODE: of the command; 022 without this step */
int do_umask(struct run *run, const struct step *step) {
  uint64_t mode;
  int error = argument_number(step, 0, &mode);
  if (!error) run->umask = (mode_t)mode;
  return error;
}

/* bounding MASK: drops every other capability that the kernel knows */
int do_bounding(struct run *run, const struct step *step) {
  uint64_t mask;
  int error = argument_hex(step, 0, &mask);
  for (unsigned long capability = 0; !error && capability < 64; capability++) {
    if (mask >> capability & 1) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0L, 0L, 0L) == 0) continue;
    /* EINVAL: past the kernel's last one. */
    if (errno == EINVAL) break;
    error = errno;
  }
  return error;
}

/* keepcaps 0|1 */
int do_keepcaps(struct run *run, const struct step *step) {
  uint64_t keep;
  int error = argument_number(step, 0, &keep);
  return error ? error : result(prctl(PR_SET_KEEPCAPS, (unsigned long)keep, 0L, 0L, 0L));
}

/* setgroups GID,GID…: "" for none */
int do_setgroups(struct run *run, const struct step *step) {
  uint32_t groups[64];
  long count = 0;
  for (const char *next = argument(step, 0); *next;) {
    char *end;
    if (count == 64 || *next < '0' || *next > '9') return EINVAL;
    groups[count++] = (uint32_t)strtoul(next, &end, 10);
    if (*end != ',' && *end != '\0') return EINVAL;
    next = *end ? end + 1 : end;
  }
  return result(syscall(CALL_SETGROUPS, count, groups));
}

/* setgid GID */
int do_setgid(struct run *run, const struct step *step) {
  uint64_t id;
  int error = argument_number(step, 0, &id);
  return error ? error : result(syscall(CALL_SETGID, (uint32_t)id));
}

/* setuid UID: the streams go with the user, who may open /dev/stdout by name */
int do_setuid(struct run *run, const struct step *step) {
  uint64_t id;
  int error = argument_number(step, 0, &id);
  for (int fd = 0; !error && fd < 3; fd++) {
    struct stat stream;
    if (fstat(fd, &stream) < 0) continue;
    bool null = S_ISCHR(stream.st_mode) && stream.st_rdev == makedev(1, 3);
    if (!null && stream.st_uid != id && fchown(fd, (uid_t)id, (gid_t)-1) < 0 && errno != EPERM) error = errno;
  }
  return error ? error : result(syscall(CALL_SETUID, (uint32_t)id));
}

/* capset EFFECTIVE PERMITTED INHERITABLE */
int do_capset(struct run *run, const struct step *step) {
  uint64_t effective, permitted, inheritable;
  int error = argument_hex(step, 0, &effective);
  if (!error) error = argument_hex(step, 1, &permitted);
  if (!error) error = argument_hex(step, 2, &inheritable);
  if (error) return error;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  for (unsigned i = 0; i < 2; i++) {
    data[i].effective = (uint32_t)(effective >> (32 * i));
    data[i].permitted = (uint32_t)(permitted >> (32 * i));
    data[i].inheritable = (uint32_t)(inheritable >> (32 * i));
  }
  return result(syscall(SYS_capset, &header, data));
}

/* ambient MASK */
int do_ambient(struct run *run, const struct step *step) {
  uint64_t mask;
  int error = argument_hex(step, 0, &mask);
  if (!error) error = result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L));
  for (unsigned long capability = 0; !error && capability < 64; capability++) {
    if (mask >> capability & 1) error = result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0L, 0L));
  }
  return error;
}

/* no_new_privs */
int do_no_new_privs(struct run *run, const struct step *step) {
  return result(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
}

/* seccomp PROGRAM: an array of struct sock_filter */
int do_seccomp(struct run *run, const struct step *step) {
  const struct field *program = &step->arguments[0];
  size_t count = program->length / sizeof(struct sock_filter);
  if (count == 0 || count > BPF_MAXINSNS || program->length % sizeof(struct sock_filter) != 0) return EINVAL;
  struct sock_filter filter[BPF_MAXINSNS];
  memcpy(filter, program->bytes, program->length);
  struct sock_fprog wrapped = {(unsigned short)count, filter};
  return result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &wrapped));
}
