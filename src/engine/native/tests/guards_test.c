/* What a hostile image or container may try on the plan's steps: refused, never followed. Needs root. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
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

/* The plan failed in this step for this reason. */
static void refused_already(unsigned step, int error) {
  CHECK(driver_await(&driver, 'F') == 0);
  CHECK_NUMBER(wire_u32(driver.last.body), step);
  CHECK_NUMBER(wire_u32(driver.last.body + 4), error);
  CHECK_NUMBER(driver_end(&driver), 1);
}

static void refused(unsigned step, int error) {
  driver_go(&driver);
  refused_already(step, error);
}

/* An image with symbolic links where the engine mounts. */
static void links_of_an_image(void) {
  char path[512], outside[512];
  static const char *const ops[][8] = {
      {"child", "mount_in", "tmpfs", "/evil/x", "tmpfs", "0", "", "dir"},
      {"child", "mount_in", "tmpfs", "/evil", "tmpfs", "0", "", "dir"},
      {"child", "mkdir_in", "/evil/x", "0755", NULL, NULL, NULL, NULL},
      {"child", "mknod_in", "/evil/null", "0666", "c", "1", "3", NULL},
      {"child", "symlink_in", "x", "/evil/link", NULL, NULL, NULL, NULL},
  };
  for (unsigned i = 0; i < sizeof ops / sizeof *ops; i++) {
    driver_begin(&driver);
    snprintf(outside, sizeof outside, "%s/outside", driver.directory);
    snprintf(path, sizeof path, "%s/root/evil", driver.directory);
    CHECK(mkdir(outside, 0755) == 0 && symlink(outside, path) == 0);
    plan_container(&driver, ALL);
    plan_root(&driver);
    const char *const *op = ops[i];
    unsigned step = plan_add(&driver, op[0], op[1], op[2], op[3], op[4], op[5], op[6], op[7], NULL);
    plan_shell(&driver, "true");
    driver_configure(&driver, "");
    driver_go(&driver);
    /* When the shim has told, all has been done. */
    CHECK(driver_await(&driver, 'T') == 0);
    strcat(outside, "/x");
    CHECK(access(outside, F_OK) < 0 && errno == ENOENT);
    refused_already(step, ELOOP);
  }
  /* A volume's place may be behind a link; it is followed below the root only. */
  driver_begin(&driver);
  snprintf(path, sizeof path, "%s/root/var", driver.directory);
  CHECK(mkdir(path, 0755) == 0);
  strcat(path, "/run");
  CHECK(symlink("/../../run", path) == 0);
  plan_container(&driver, ALL);
  plan_root(&driver);
  plan_add(&driver, "child", "mkdir_in", "/run", "0755", NULL);
  plan_add(&driver, "child", "mount_in", "tmpfs", "/var/run/deep/er", "tmpfs", "0", "", "follow-dir", NULL);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_shell(&driver, "grep -c ' /run/deep/er tmpfs' /proc/mounts");
  driver_configure(&driver, "");
  int client = driver_attach(&driver, 2 | 4, "");
  driver_go(&driver);
  CHECK_NUMBER(exit_status(), 0);
  char out[64];
  read_all(client, out, sizeof out);
  CHECK_TEXT(out, "1\n");
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* A plan that has come as far as the container's root, which is to be mounted on and entered. */
static void begin_at_root(void) {
  char path[512];
  driver_begin(&driver);
  snprintf(path, sizeof path, "%s/merged", driver.directory);
  plan_container(&driver, ALL);
  plan_add(&driver, "child", "propagation", "/", "540672", NULL);
  plan_add(&driver, "child", "root", path, NULL);
}

/* /dev/null of the image is a link when /proc/interrupts is to be masked (CVE-2025-31133). */
static void false_null(void) {
  begin_at_root();
  plan_add(&driver, "child", "mount_in", "proc", "/proc", "proc", "14", "", "dir", NULL);
  plan_add(&driver, "child", "symlink_in", "/proc/sys/kernel/core_pattern", "/dev/null", NULL);
  plan_add(&driver, "child", "pivot_root", NULL);
  unsigned step = plan_add(&driver, "child", "mask", "/proc/interrupts", NULL);
  plan_shell(&driver, "true");
  driver_configure(&driver, "");
  refused(step, ELOOP);
}

/* The place of the console, or of the terminals, is a link or a mere file (CVE-2025-52565). */
static void false_terminals(void) {
  for (unsigned i = 0; i < 3; i++) {
    begin_at_root();
    if (i == 0) plan_add(&driver, "child", "mount_in", "devpts", "/dev/pts", "devpts", "10", "", "dir", NULL);
    if (i == 0) plan_add(&driver, "child", "symlink_in", "/proc/self/exe", "/dev/console", NULL);
    if (i == 1) plan_add(&driver, "child", "mount_in", "tmpfs", "/dev/pts", "tmpfs", "0", "", "dir", NULL);
    if (i == 1) plan_add(&driver, "child", "mknod_in", "/dev/pts/ptmx", "0666", "c", "5", "2", NULL);
    if (i == 2) plan_add(&driver, "child", "symlink_in", "/elsewhere", "/dev/pts", NULL);
    unsigned step = plan_add(&driver, "child", "console", "/dev/console", NULL);
    plan_add(&driver, "child", "pivot_root", NULL);
    plan_shell(&driver, "true");
    driver_configure(&driver, "tty=1");
    refused(step, i == 1 ? ENODEV : ELOOP);
  }
}

/* procfs that is not there, or something else in its place, is not written to (CVE-2025-52881). */
static void false_proc(void) {
  for (unsigned i = 0; i < 3; i++) {
    begin_at_root();
    if (i == 0) plan_add(&driver, "child", "mkdir_in", "/proc", "0755", NULL);
    if (i > 0) plan_add(&driver, "child", "mount_in", "proc", "/proc", "proc", "14", "", "dir", NULL);
    unsigned step = 0;
    /* Over a file of procfs nothing is mounted in the first place. */
    if (i == 1) step = plan_add(&driver, "child", "mount_in", "tmpfs", "/proc/sys", "tmpfs", "0", "", "dir", NULL);
    plan_add(&driver, "child", "pivot_root", NULL);
    const char *name = i == 2 ? "kernel/../../1/comm" : "kernel.domainname";
    unsigned written = plan_add(&driver, "child", "sysctl", name, "x", NULL);
    if (i != 1) step = written;
    plan_shell(&driver, "true");
    driver_configure(&driver, "");
    refused(step, i == 2 ? EINVAL : EXDEV);
  }
}

/* No descriptor of the machine is there to be reached, whatever number is tried (CVE-2024-21626). */
static void working_directory(void) {
  for (unsigned fd = 0; fd < 12; fd++) {
    char path[64];
    driver_begin(&driver);
    plan_container(&driver, ALL);
    plan_root(&driver);
    plan_add(&driver, "child", "pivot_root", NULL);
    snprintf(path, sizeof path, "/proc/self/fd/%u", fd);
    unsigned step = plan_add(&driver, "child", "chdir", path, NULL);
    plan_shell(&driver, "true");
    driver_configure(&driver, "");
    refused(step, fd <= 3 ? ENOTDIR : ENOENT);
  }
}

int main(void) {
  if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0) {
    fprintf(stderr, "guards: left out: needs root and namespaces: %s\n", strerror(errno));
    return checks_end("guards");
  }
  links_of_an_image();
  false_null();
  false_terminals();
  false_proc();
  working_directory();
  return checks_end("guards");
}
