#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/io.h"
#include "../lib/netlink.h"
#include "init.h"

#define ADDRESS "192.168.86.100/24"
/* The page. */
#define GATEWAY "192.168.86.1"

static void setting(const char *path, const char *value) {
  int error = write_file(path, 0, 0, value, strlen(value));
  if (error) complain("write", path, error);
}

/* Each controller by itself, so that one which this kernel has not keeps no other away. */
static void control_groups(void) {
  static const char *const directories[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/docker"};
  static const char *const controllers[] = {"+cpuset", "+cpu", "+memory", "+io", "+pids"};
  for (unsigned d = 0; d < 2; d++) {
    char path[64];
    if (mkdir(directories[d], 0755) < 0 && errno != EEXIST) complain("mkdir", directories[d], errno);
    strcpy(path, directories[d]);
    strcat(path, "/cgroup.subtree_control");
    for (unsigned c = 0; c < sizeof controllers / sizeof *controllers; c++) setting(path, controllers[c]);
  }
}

static void host_name(void) {
  char name[65];
  ssize_t n = read_text("/etc/hostname", name, sizeof name);
  if (n <= 0) {
    complain("read", "/etc/hostname", n < 0 ? (int)-n : ENODATA);
    return;
  }
  if (sethostname(name, strcspn(name, "\n")) < 0) complain("sethostname", name, errno);
}

static bool is_host_name(const char *name) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
  size_t length = strlen(name);
  return length > 0 && length < HOST_NAME_MAX && strspn(name, allowed) == length && name[0] != '-' &&
         name[length - 1] != '-';
}

int machine_rename(const char *name) {
  char line[HOST_NAME_MAX + 16];
  if (!is_host_name(name)) return EINVAL;
  /* As Debian has it: the name leads to the machine itself, without a network. */
  int length = snprintf(line, sizeof line, "127.0.1.1\t%s\n", name);
  int error = write_file("/etc/hosts", O_APPEND, 0, line, (size_t)length);
  snprintf(line, sizeof line, "%s\n", name);
  if (!error) error = write_atomic("/etc/hostname", 0644, line, strlen(line));
  if (!error && sethostname(name, strlen(name)) < 0) error = errno;
  return error;
}

static void network(void) {
  int error = link_up("lo");
  if (error) complain("bring up", "lo", error);
  error = address_add("eth0", ADDRESS);
  if (!error) error = link_up("eth0");
  if (!error) error = route_add("default", GATEWAY, "");
  if (error) complain("bring up with " ADDRESS, "eth0", error);
}

void machine_settle(void) {
  /* Only what is serious interrupts whoever reads the console. */
  setting("/proc/sys/kernel/printk", "4 4 1 4");
  setting("/proc/sys/net/ipv4/ip_forward", "1");
  control_groups();
  host_name();
  network();
}
