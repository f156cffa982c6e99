#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int namespace_socket(pid_t pid, int domain, int type, int protocol, int *fd) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
  int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0) return errno;
  int other = open(path, O_RDONLY | O_CLOEXEC);
  int error = other < 0 ? errno : 0;
  if (!error && setns(other, CLONE_NEWNET) < 0) error = errno;
  if (!error) {
    *fd = socket(domain, type, protocol);
    if (*fd < 0) error = errno;
    if (setns(own, CLONE_NEWNET) < 0) {
      dprintf(STDERR_FILENO, "setns: back from %s: %s\n", path, strerror(errno));
      abort();
    }
  }
  if (other >= 0) close(other);
  close(own);
  return error;
}
