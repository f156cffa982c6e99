/* Real containers on this machine: clone, mounts, pivot_root, execve. Needs root. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/check.h"
#include "../lib/io.h"
#include "../shim/wire.h"
#include "driver.h"

/* CLONE_NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET */
#define ALL "1812070400"

static struct driver driver;

static int exit_status(void) {
  return driver_await(&driver, 'X') == 0 ? (int)wire_u32(driver.last.body) : -1;
}

/* errno of a step in the message T that came last. */
static int outcome(unsigned step) {
  return (int)wire_u32(driver.last.body + 4 + step * 12);
}

static void output_and_status(void) {
  char out[256], path[512], text[512];
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_root(&driver);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_shell(&driver, "echo out; echo $A $$ >&2; exit 3");
  driver_configure(&driver, "");
  int client = driver_attach(&driver, 2 | 4 | 8, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'T') == 0);
  CHECK_NUMBER(wire_u32(driver.last.body), driver.steps);
  CHECK_NUMBER(outcome(0), 0);
  CHECK_NUMBER(outcome(driver.steps - 2), 0);
  CHECK_NUMBER(outcome(driver.steps - 1), STEP_NOT_RUN);
  CHECK(driver_await(&driver, 'P') == 0);
  CHECK_NUMBER(wire_u32(driver.last.body + 4), 1);
  CHECK_NUMBER(exit_status(), 3 << 8);
  CHECK_NUMBER(driver.last.body[4], 0);
  size_t n = read_all(client, out, sizeof out);
  CHECK_NUMBER(n, 8 + 4 + 8 + 4);
  CHECK(memcmp(out, "\1\0\0\0\0\0\0\4out\n", 12) == 0 || memcmp(out + 12, "\1\0\0\0\0\0\0\4out\n", 12) == 0);
  CHECK(memcmp(out, "\2\0\0\0\0\0\0\4b 1\n", 12) == 0 || memcmp(out + 12, "\2\0\0\0\0\0\0\4b 1\n", 12) == 0);
  snprintf(path, sizeof path, "%s/exit", driver.directory);
  CHECK(read_text(path, text, sizeof text) > 0);
  CHECK(strstr(text, "{\"status\":3,\"signal\":0,\"oom\":false,\"finished\":\"") == text);
  CHECK(strstr(text, "\"failed\":[]}") != NULL);
  snprintf(path, sizeof path, "%s/log", driver.directory);
  CHECK(read_text(path, text, sizeof text) > 0);
  CHECK(strstr(text, "{\"log\":\"out\\n\",\"stream\":\"stdout\",\"time\":\"20") != NULL);
  CHECK(strstr(text, "{\"log\":\"b 1\\n\",\"stream\":\"stderr\",\"time\":\"20") != NULL);
  snprintf(path, sizeof path, "%s/merged/proc", driver.directory);
  CHECK(access(path, F_OK) < 0 && errno == ENOENT);
  snprintf(path, sizeof path, "%s/upper/proc", driver.directory);
  CHECK(access(path, F_OK) == 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* What a process sees and may do after all the steps that take away. */
static void isolation(void) {
  char out[8192];
  struct stat host;
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_add(&driver, "child", "unshare", "33554432", NULL);
  plan_add(&driver, "child", "setsid", NULL);
  plan_root(&driver);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_add(&driver, "child", "link_up", "lo", NULL);
  plan_add(&driver, "child", "sethostname", "boat", NULL);
  plan_add(&driver, "child", "sysctl", "kernel.domainname", "sea", NULL);
  plan_add(&driver, "child", "readonly", "/proc/sys", NULL);
  plan_add(&driver, "child", "mask", "/proc/interrupts", NULL);
  plan_add(&driver, "child", "mask", "/proc/fs", NULL);
  unsigned absent = plan_add(&driver, "child", "mask", "/proc/no-such-thing", NULL);
  plan_add(&driver, "child", "rlimit", "7", "100", "200", NULL);
  plan_add(&driver, "child", "oom_score_adj", "7", NULL);
  plan_add(&driver, "child", "bounding", "a80425fb", NULL);
  plan_add(&driver, "child", "keepcaps", "1", NULL);
  plan_add(&driver, "child", "setgroups", "10,11", NULL);
  plan_add(&driver, "child", "setgid", "1000", NULL);
  plan_add(&driver, "child", "setuid", "1000", NULL);
  plan_add(&driver, "child", "capset", "400", "400", "400", NULL);
  plan_add(&driver, "child", "ambient", "400", NULL);
  plan_add(&driver, "child", "no_new_privs", NULL);
  plan_shell(&driver, "hostname; cat /proc/sys/kernel/domainname; echo fds: $(ls /proc/self/fd); umask;"
                      "echo $(wc -l </proc/mounts) mounts; wc -c </proc/interrupts; ls /proc/fs | wc -l;"
                      "grep -E '^(Cap|Uid|Gid|Groups|NoNew|Sig[BIC])' /proc/self/status;"
                      "ulimit -n; cat /proc/self/oom_score_adj; echo x >/proc/self/fd/1;"
                      "(: >/proc/sys/kernel/domainname) 2>/dev/null || echo read-only;"
                      "(: >/usr/x) 2>/dev/null || echo read-only; stat -c %i -L /proc/1/ns/uts /proc/1/ns/cgroup");
  driver_configure(&driver, "");
  int client = driver_attach(&driver, 2 | 4, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'T') == 0);
  CHECK_NUMBER(outcome(absent), STEP_ABSENT);
  CHECK_NUMBER(exit_status(), 0);
  read_all(client, out, sizeof out);
  CHECK(strstr(out, "boat\nsea\nfds: 0 1 2 3\n0022\n") == out);
  CHECK(strstr(out, "\n0\n0\n") != NULL);
  CHECK(strstr(out, "Uid:\t1000\t1000\t1000\t1000\n") != NULL);
  CHECK(strstr(out, "Groups:\t10 11 \n") != NULL);
  CHECK(strstr(out, "CapInh:\t0000000000000400\nCapPrm:\t0000000000000400\nCapEff:\t0000000000000400\n"
                    "CapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000400\nNoNewPrivs:\t1\n") != NULL);
  CHECK(strstr(out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n") != NULL);
  CHECK(strstr(out, "100\n7\nx\nread-only\nread-only\n") != NULL);
  char own[64];
  CHECK(stat("/proc/self/ns/uts", &host) == 0);
  snprintf(own, sizeof own, "\n%llu\n", (unsigned long long)host.st_ino);
  CHECK(strstr(out, own) == NULL);
  if (checks_failed) fputs(out, stderr);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* Starts that fail tell the step and the reason, and undo what they did. */
static void failing(const char *phase_op_argument[3], int expected) {
  char path[512];
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_root(&driver);
  plan_add(&driver, "child", "pivot_root", NULL);
  unsigned step = plan_add(&driver, phase_op_argument[0], phase_op_argument[1], phase_op_argument[2], "0", "0", NULL);
  if (strcmp(phase_op_argument[1], "execve") == 0) plan_add(&driver, "after", "umount", "/nowhere", NULL);
  else plan_shell(&driver, "true");
  snprintf(path, sizeof path, "%s/merged", driver.directory);
  plan_add(&driver, "after", "umount", path, "2", NULL);
  driver_configure(&driver, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'T') == 0);
  CHECK_NUMBER(outcome(step), expected);
  CHECK(driver_await(&driver, 'F') == 0);
  CHECK_NUMBER(wire_u32(driver.last.body), step);
  CHECK_NUMBER(wire_u32(driver.last.body + 4), expected);
  strcat(path, "/proc");
  CHECK(access(path, F_OK) < 0);
  CHECK_NUMBER(driver_end(&driver), 1);
}

static void bad_plan(const char *op, int expected) {
  driver_begin(&driver);
  plan_add(&driver, "host", "clone", ALL, "", NULL);
  plan_add(&driver, "child", op, NULL);
  plan_shell(&driver, "true");
  driver_configure(&driver, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'F') == 0);
  CHECK_NUMBER(wire_u32(driver.last.body), 1);
  CHECK_NUMBER(wire_u32(driver.last.body + 4), expected);
  CHECK_NUMBER(driver_end(&driver), 1);
}

/* A second process in a container, and both shims' answers to signals and to a new daemon. */
static void exec_and_kill(void) {
  static struct driver inner;
  char out[512], pid[16];
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_root(&driver);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_add(&driver, "child", "sethostname", "boat", NULL);
  plan_shell(&driver, "trap 'echo term; exit 9' TERM; echo up; read line; echo $line; while :; do sleep 1; done");
  driver_configure(&driver, "stdin=1");
  int client = driver_attach(&driver, 1 | 2 | 4, "early\n");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'P') == 0);
  snprintf(pid, sizeof pid, "%u", (unsigned)wire_u32(driver.last.body));
  CHECK(read_until(client, "up\nearly\n") == 0);

  driver_begin(&inner);
  plan_add(&inner, "host", "setns_pidfd", pid, "536870912", NULL);
  plan_add(&inner, "host", "clone", "0", "", NULL);
  plan_add(&inner, "child", "setns_pidfd", pid, "1275199488", NULL);
  plan_add(&inner, "child", "chdir", "/", NULL);
  static const char *const script = "hostname; echo $$; kill -KILL $$";
  plan_add(&inner, "child", "execve", "/bin/sh", "3", "sh", "-c", script, "1", "PATH=/bin", NULL);
  driver_configure(&inner, "kind=exec");
  int second = driver_attach(&inner, 2 | 4, "");
  driver_go(&inner);
  CHECK(driver_await(&inner, 'P') == 0);
  CHECK(wire_u32(inner.last.body + 4) > 1);
  CHECK(driver_await(&inner, 'X') == 0);
  CHECK_NUMBER(wire_u32(inner.last.body), SIGKILL);
  read_all(second, out, sizeof out);
  CHECK(strncmp(out, "boat\n", 5) == 0 && atoi(out + 5) > 1);
  close(second);
  CHECK_NUMBER(driver_end(&inner), 0);

  /* The daemon dies, the next one finds the shim by its socket. */
  close(driver.control);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/shim.sock", driver.directory);
  driver.control = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  CHECK(connect(driver.control, (struct sockaddr *)&address, sizeof address) == 0);
  driver_send(&driver, "S", 1);
  CHECK(driver_await(&driver, 's') == 0);
  CHECK_NUMBER(wire_u32(driver.last.body), atoi(pid));
  CHECK_NUMBER(driver.last.length, 8);
  driver_send(&driver, "K\17\0\0\0", 5);
  CHECK_NUMBER(exit_status(), 9 << 8);
  CHECK(read_until(client, "term\n") == 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* A failed `after` step is told in the exit file, and keeps the next from nothing. */
static void failing_after(void) {
  char path[512], text[512];
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_root(&driver);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_add(&driver, "after", "rmdir", "/proc", NULL);
  unsigned step = driver.steps - 1;
  plan_shell(&driver, "exit 4");
  driver_configure(&driver, "");
  driver_go(&driver);
  CHECK_NUMBER(exit_status(), 4 << 8);
  snprintf(path, sizeof path, "%s/exit", driver.directory);
  CHECK(read_text(path, text, sizeof text) > 0);
  char expected[64];
  snprintf(expected, sizeof expected, "\"failed\":[{\"step\":%u,\"errno\":%d}]}", step, EBUSY);
  CHECK(strstr(text, expected) != NULL);
  snprintf(path, sizeof path, "%s/merged/proc", driver.directory);
  CHECK(access(path, F_OK) < 0);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* A container does not outlive its shim, because nobody would hear of its end. */
static void killed_shim(void) {
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_root(&driver);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_shell(&driver, "echo up; exec sleep 1000");
  driver_configure(&driver, "");
  int client = driver_attach(&driver, 2, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'P') == 0);
  int process = (int)syscall(SYS_pidfd_open, wire_u32(driver.last.body), 0);
  CHECK(process >= 0 && read_until(client, "up\n") == 0);
  CHECK(kill(driver.shim, SIGKILL) == 0);
  struct pollfd gone = {.fd = process, .events = POLLIN};
  CHECK_NUMBER(poll(&gone, 1, 5000), 1);
  close(process);
  close(client);
  CHECK_NUMBER(driver_end(&driver), -1);
}

int main(void) {
  if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0) {
    fprintf(stderr, "containers: left out: needs root and namespaces: %s\n", strerror(errno));
    return checks_end("containers");
  }
  output_and_status();
  isolation();
  failing((const char *[]){"child", "execve", "no-such-command"}, ENOENT);
  failing((const char *[]){"child", "execve", "/usr"}, EACCES);
  failing((const char *[]){"child", "chdir", "/no/such/place"}, ENOENT);
  failing((const char *[]){"child", "chdir", "/proc/self/fd/3"}, ENOTDIR);
  failing((const char *[]){"host", "rmdir", "/proc"}, EBUSY);
  bad_plan("levitate", ENOSYS);
  bad_plan("capset", EINVAL);
  bad_plan("clone", EINVAL);
  exec_and_kill();
  failing_after();
  killed_shim();
  return checks_end("containers");
}
