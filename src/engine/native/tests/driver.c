#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/io.h"
#include "../shim/shim.h"

static _Noreturn void die(const char *what) {
  fprintf(stderr, "driver: %s: %s\n", what, strerror(errno));
  exit(1);
}

static const char *in(const struct driver *driver, const char *name) {
  static char paths[4][512];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", driver->directory, name);
  return path;
}

void driver_begin(struct driver *driver) {
  memset(driver, 0, sizeof *driver);
  driver->control = -1;
  strcpy(driver->directory, "/tmp/shim-test-XXXXXX");
  if (!mkdtemp(driver->directory)) die("mkdtemp");
  /* A tmpfs: what the container's upper directory needs of xattrs, and gone with one unmount. */
  if (mount("tmpfs", driver->directory, "tmpfs", 0, NULL) < 0) die("mount");
  static const char *const names[] = {"root", "upper", "work", "merged"};
  for (unsigned i = 0; i < 4; i++) {
    if (mkdir(in(driver, names[i]), 0755) < 0) die("mkdir");
  }
}

int driver_end(struct driver *driver) {
  int status = -1;
  if (driver->control >= 0) close(driver->control);
  if (driver->shim > 0) waitpid(driver->shim, &status, 0);
  umount2(driver->directory, MNT_DETACH);
  rmdir(driver->directory);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void put_u32(struct driver *driver, uint32_t value) {
  for (unsigned i = 0; i < 4; i++) driver->plan[driver->plan_length++] = (char)(value >> (8 * i));
}

unsigned plan_add(struct driver *driver, ...) {
  va_list fields;
  size_t head = driver->plan_length;
  uint32_t count = 0;
  put_u32(driver, 0);
  va_start(fields, driver);
  for (const char *field; (field = va_arg(fields, const char *)); count++) {
    size_t length = strlen(field);
    put_u32(driver, (uint32_t)length);
    memcpy(driver->plan + driver->plan_length, field, length);
    driver->plan_length += length;
  }
  va_end(fields);
  driver->plan[head] = (char)count;
  return driver->steps++;
}

static const char *number(unsigned long value) {
  static char texts[4][24];
  static unsigned next;
  char *text = texts[next++ % 4];
  snprintf(text, sizeof texts[0], "%lu", value);
  return text;
}

void plan_container(struct driver *driver, const char *flags) {
  char options[1024];
  snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", in(driver, "root"), in(driver, "upper"),
           in(driver, "work"));
  plan_add(driver, "host", "mount", "overlay", in(driver, "merged"), "overlay", "0", options, NULL);
  plan_add(driver, "host", "clone", flags, "", NULL);
}

void plan_root(struct driver *driver) {
  static const char *const programs[] = {"/usr", "/bin", "/lib", "/lib64"};
  const char *bind = number(MS_BIND | MS_REC), *read_only = number(MS_BIND | MS_REMOUNT | MS_RDONLY);
  plan_add(driver, "child", "propagation", "/", number(MS_REC | MS_SLAVE), NULL);
  plan_add(driver, "child", "root", in(driver, "merged"), NULL);
  for (unsigned i = 0; i < 4; i++) {
    plan_add(driver, "child", "mount_in", programs[i], programs[i], "", bind, "", "dir", NULL);
    plan_add(driver, "child", "mount_in", "", programs[i], "", read_only, "", "dir", NULL);
  }
  plan_add(driver, "child", "mount_in", "proc", "/proc", "proc", "14", "", "dir", NULL);
  plan_add(driver, "child", "mount_in", "tmpfs", "/dev", "tmpfs", "2", "mode=755", "dir", NULL);
  static const char *const pts = "newinstance,ptmxmode=0666,mode=0620";
  plan_add(driver, "child", "mount_in", "devpts", "/dev/pts", "devpts", "10", pts, "dir", NULL);
  plan_add(driver, "child", "mknod_in", "/dev/null", "0666", "c", "1", "3", NULL);
  plan_add(driver, "child", "mknod_in", "/dev/zero", "0666", "c", "1", "5", NULL);
}

void plan_shell(struct driver *driver, const char *script) {
  plan_add(driver, "child", "chdir", "/", NULL);
  plan_add(driver, "child", "execve", "sh", "3", "sh", "-c", script, "2", "PATH=/usr/bin", "A=b", NULL);
  plan_add(driver, "after", "umount", in(driver, "merged"), "2", NULL);
}

static void start_shim(struct driver *driver) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) die("socketpair");
  fflush(NULL);
  driver->shim = fork();
  if (driver->shim < 0) die("fork");
  if (driver->shim == 0) {
    if (dup2(pair[1], 3) < 0) _exit(1);
    _exit(shim_main());
  }
  close(pair[1]);
  driver->control = pair[0];
}

void driver_configure(struct driver *driver, const char *more) {
  char text[2048];
  int length = snprintf(text, sizeof text, "Cid=test\ndir=%s\nsock=%s/shim.sock\nlog=%s/log\n%s", driver->directory,
                        driver->directory, driver->directory, more);
  for (int i = 0; i < length; i++) {
    if (text[i] == '\n') text[i] = '\0';
  }
  start_shim(driver);
  driver_send(driver, text, (size_t)length);
}

void driver_send(struct driver *driver, const void *message, size_t length) {
  if (send(driver->control, message, length, MSG_NOSIGNAL) < 0) die("send");
}

void driver_go(struct driver *driver) {
  int error = write_file(in(driver, "plan"), O_CREAT | O_TRUNC, 0600, driver->plan, driver->plan_length);
  errno = error;
  if (error) die("plan");
  driver_send(driver, "G", 1);
}

int driver_attach(struct driver *driver, unsigned flags, const char *rest) {
  int pair[2];
  char bytes[4096] = {'A', (char)flags}, control[CMSG_SPACE(sizeof(int))] = {0};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) die("socketpair");
  size_t length = strlen(rest);
  memcpy(bytes + 2, rest, length);
  struct iovec data = {bytes, 2 + length};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(head), &pair[1], sizeof(int));
  if (sendmsg(driver->control, &message, MSG_NOSIGNAL) < 0) die("sendmsg");
  close(pair[1]);
  return pair[0];
}

int driver_await(struct driver *driver, char type) {
  for (;;) {
    char bytes[sizeof driver->last.body];
    ssize_t n = recv(driver->control, bytes, sizeof bytes - 1, 0);
    if (n <= 0) return -1;
    driver->last.type = bytes[0];
    driver->last.length = (size_t)n - 1;
    memcpy(driver->last.body, bytes + 1, (size_t)n - 1);
    driver->last.body[n - 1] = '\0';
    if (bytes[0] == type) return 0;
  }
}

size_t read_all(int fd, char *to, size_t capacity) {
  size_t length = 0;
  while (length < capacity - 1) {
    ssize_t n = read(fd, to + length, capacity - 1 - length);
    if (n <= 0) break;
    length += (size_t)n;
  }
  to[length] = '\0';
  return length;
}

int read_until(int fd, const char *text) {
  char seen[8192] = "";
  size_t length = 0;
  while (!strstr(seen, text)) {
    if (length == sizeof seen - 1) length = 0;
    ssize_t n = read(fd, seen + length, sizeof seen - 1 - length);
    if (n <= 0) return -1;
    length += (size_t)n;
    seen[length] = '\0';
  }
  return 0;
}
