#include "operations.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/namespace.h"

enum { PORT = 53, BACKLOG = 16 };

static int open_at(pid_t pid, int type, const struct sockaddr_in *address, int *opened) {
  int fd, yes = 1;
  int error = namespace_socket(pid, AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, &fd);
  if (error) return error;
  /* Loopback comes up only when the child has its turn. */
  bool fine = setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &yes, sizeof yes) == 0 &&
              bind(fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
              (type != SOCK_STREAM || listen(fd, BACKLOG) == 0);
  if (fine) {
    *opened = fd;
    return 0;
  }
  error = errno;
  close(fd);
  return error;
}

int run_open_resolver(struct run *run, const char *text) {
  static const int types[] = {SOCK_DGRAM, SOCK_STREAM};
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  if (run->child <= 0) return ESRCH;
  if (inet_pton(AF_INET, text, &address.sin_addr) != 1) return EINVAL;
  for (unsigned i = 0; i < 2; i++) {
    if (run->resolver[i] >= 0) continue;
    int error = open_at(run->child, types[i], &address, &run->resolver[i]);
    if (error) return error;
  }
  return 0;
}

/* resolver ADDRESS: what is asked there waits until the daemon has fetched the sockets */
int do_resolver(struct run *run, const struct step *step) {
  return run_open_resolver(run, argument(step, 0));
}
